"""Machines and places of this test alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from test_faults import ENVIRONMENT

from ocr_form4.out import claim, store


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Working folders of this test alone; called with a name, it is as if on another machine."""

    def be(name: str) -> None:
        monkeypatch.setenv("OCR_FORM4_WORK", str(tmp_path / "work" / name))
        ENVIRONMENT["OCR_FORM4_WORK"] = str(tmp_path / "work" / name)

    be("first")
    ENVIRONMENT["BEAT_OF_TEST"] = "0.3"
    for name, seconds in (("BEAT", 0.3), ("PATIENCE", 3.0), ("LOOK", 0.1)):
        monkeypatch.setattr(claim, name, seconds)
    monkeypatch.setattr(store, "PAUSES", (0.01, 0.01, 0.01))
    yield be
    del ENVIRONMENT["OCR_FORM4_WORK"], ENVIRONMENT["BEAT_OF_TEST"]


@pytest.fixture(params=["disk", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"{request.param}://{tmp_path / 'far' / 'out'}"
