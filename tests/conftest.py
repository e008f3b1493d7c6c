"""What tests share: warm engines, each document read once, and property tests that are the same on
every machine.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files as resource_files
from typing import TYPE_CHECKING, Any

import pytest
from documents import FIXTURES, Read, recorded_readings
from hypothesis import settings

if TYPE_CHECKING:
    from ocr_form4.readers import Readers
    from ocr_form4.readers.base import Reader
    from ocr_form4_models.evidence import Evidence
    from ocr_form4_models.page import Gray
    from ocr_form4_models.reading import Reading

settings.register_profile("same everywhere", deadline=None, derandomize=True)
settings.load_profile("same everywhere")


def pytest_addoption(parser: pytest.Parser) -> None:
    help_ = (
        "write tests/data/goldens anew; =results keeps the readings there, and asks engines about "
        "new crops only"
    )
    parser.addoption(
        "--remake-goldens", nargs="?", const="all", choices=("all", "results"), help=help_
    )


@pytest.fixture(autouse=True)
def evidence_keeps_its_schema(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every NAME.json that a test leaves behind is held to the package's JSON Schema, but for what
    it spoils itself.
    """
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder is not None and "damaged" not in request.node.nodeid:
        files = [f for f in folder.rglob("filings/**/*.json") if f.is_file()]
        for file in files[:20]:
            try:
                found = json.loads(file.read_bytes())
            except (ValueError, RecursionError):
                continue  # spoiled by the test
            assert not (errors := [e.message for e in evidence_schema().iter_errors(found)]), (
                f"{file}: {errors[:3]}"
            )


@cache
def evidence_schema() -> Any:
    import jsonschema

    text = (
        resource_files("ocr_form4_models")
        .joinpath("schema", "ocr-form4-2.json")
        .read_text(encoding="utf-8")
    )
    jsonschema.Draft202012Validator.check_schema(json.loads(text))
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.fixture(scope="session")
def engines() -> Readers:
    """The real engines, as a run has them."""
    from ocr_form4.readers import make_readers
    from ocr_form4.settings import Settings

    return make_readers(Settings())


@dataclass(frozen=True)
class _Loaded:
    """An engine that is loaded when it is first asked."""

    name: str
    load: Callable[[], Reader]

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        return self.load().read(crops) if crops else []


@pytest.fixture(scope="session")
def readers(request: pytest.FixtureRequest) -> Readers:
    """Readers that say what is recorded in the goldens; the real engines are asked about other
    crops only.
    """
    from ocr_form4.readers import Readers
    from ocr_form4.readers.once import Once
    from ocr_form4.readers.replay import CAPTIONS, SightRecorder
    from ocr_form4.readers.sight import sight

    def engine(name: str) -> Reader:
        engines: Readers = request.getfixturevalue("engines")
        found = {r.name: r for r in (engines.first, *engines.others)}
        return engines.captions if name == CAPTIONS and engines.captions else found[name]

    recording = recorded_readings()
    recorders = {
        name: Once(_Loaded(name, partial(engine, name)), said)
        for name, said in recording.said.items()
    }
    captions = recorders.pop(CAPTIONS)
    first, *others = recorders.values()
    return Readers(first, tuple(others), SightRecorder(sight(), recording.seen), captions)


@pytest.fixture(scope="session")
def read(readers: Readers) -> Read:
    """Reads a file of the fixtures (``scan/sales.pdf``) with the real pipeline, once in a
    session.
    """
    from ocr_form4.filing import read_document
    from ocr_form4.settings import Settings

    @cache
    def once(name: str) -> tuple[Evidence, ...]:
        return read_document(FIXTURES / name, Settings(), readers)

    return once


MARKED_BY = {
    "engines": pytest.mark.engines,
    "driver": pytest.mark.browser,
    "readers": pytest.mark.slow,
}
"""What a test is that asks for one of these."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what asks for an engine, a browser or whole pages. Files with tests that take their
    time come first, so that no worker is left alone with one at the end.
    """
    for item in items:
        for name in MARKED_BY.keys() & set(getattr(item, "fixturenames", ())):
            item.add_marker(MARKED_BY[name])
    long = {item.path for item in items if any(map(item.get_closest_marker, ("ray", "slow")))}
    items.sort(key=lambda item: item.path not in long)
