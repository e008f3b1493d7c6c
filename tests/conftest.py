"""What tests share: warm engines, each document read once, and property tests that are the same on every machine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from documents import FIXTURES, Read
from hypothesis import settings

if TYPE_CHECKING:
    from ocr_form4.readers import Readers
    from ocr_form4_models.evidence import Evidence

settings.register_profile("same everywhere", deadline=None, derandomize=True)
settings.load_profile("same everywhere")


@pytest.fixture(scope="session")
def readers() -> Readers:
    """The real engines, as a run has them."""
    from ocr_form4.readers import make_readers
    from ocr_form4.settings import Settings

    return make_readers(Settings())


@pytest.fixture(scope="session")
def read(readers: Readers) -> Read:
    """Reads a file of the fixtures (``scan/sales.pdf``) with the real pipeline, once in a session."""
    from ocr_form4.filing import read_document
    from ocr_form4.settings import Settings

    @cache
    def once(name: str) -> tuple[Evidence, ...]:
        return read_document(FIXTURES / name, Settings(), readers)

    return once
