"""Every fixture, from recorded readings to XML and JSON, to the byte: what was changed on purpose
is made anew.

``pytest tests/test_goldens.py --remake-goldens`` asks the engines again and writes
``tests/data/goldens`` anew; ``--remake-goldens=results`` keeps the readings, and asks about crops
that are new. Look at what is different before it is committed. Everything but the readers runs as
it does for a user, so a crop that is cut differently fails here, too.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from documents import FIXTURES, GOLDENS

from ocr_form4.filing import read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.formats.evidence_json import read_json, write_json
from ocr_form4.readers.replay import load, recorded, replayed, save
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Evidence, Software, Source
from ocr_form4_models.field import Kind, Status
from scoring import compared

SCANS = sorted(p for folder in ("scan", "more") for p in (FIXTURES / folder).iterdir())
SOFTWARE = Software({"ocr-form4": "recorded"})


def _parameter(scan: Path) -> object:
    marks = [pytest.mark.slow] if scan.parent.name == "more" else []
    return pytest.param(scan, id=scan.name, marks=marks)


def test_goldens_are_not_being_made_anew(pytestconfig: pytest.Config) -> None:
    assert not pytestconfig.getoption("remake_goldens"), (
        "they are now: run the tests again without --remake-goldens"
    )


@pytest.mark.parametrize("scan", [_parameter(s) for s in SCANS])
def test_a_fixture_gives_the_same_bytes(scan: Path, request: pytest.FixtureRequest) -> None:
    recording_of = GOLDENS / f"{scan.name}.said.gz"
    if how := request.config.getoption("remake_goldens"):
        asked = request.getfixturevalue("engines" if how == "all" else "readers")
        heard, recording = recorded(asked)
        files = _files(scan, read_document(scan, Settings(), heard))
        for old in _written_of(scan):
            old.unlink()
        save(recording, recording_of)
        for name, data in files.items():
            (GOLDENS / name).write_bytes(data)
        return
    found = _files(scan, read_document(scan, Settings(), replayed(load(recording_of))))
    recordings = {f"{scan.name}.said.gz", f"{scan.name}.seen.xz"}
    assert {p.name for p in _written_of(scan)} == recordings | set(found)
    for name, data in found.items():
        assert _lines(name, data) == _lines(name, (GOLDENS / name).read_bytes()), name


def test_there_is_one_for_every_fixture() -> None:
    assert {p.name.removesuffix(".said.gz") for p in GOLDENS.glob("*.said.gz")} == {
        p.name for p in SCANS
    }


def test_no_fixture_has_a_wrong_figure_date_or_name_that_is_accepted() -> None:
    wrong = []
    for golden in GOLDENS.glob("*.xml"):
        truth = FIXTURES / "truth" / re.sub(r"\.(pdf|png|jpg|tif)", "", golden.name)
        filing = read_json(gzip.decompress(golden.with_suffix(".json.gz").read_bytes()))[0].filing
        for each in compared(truth, golden):
            told = each.found and each.kind not in (Kind.TEXT, Kind.FOOTNOTE)
            if told and not each.same and filing.fields[each.path].status is Status.ACCEPTED:
                wrong.append(f"{golden.name} {each.path}: {each.found!r} for {each.true!r}")
    assert wrong == []


def _written_of(scan: Path) -> list[Path]:
    return [p for p in GOLDENS.iterdir() if p.name.startswith(f"{scan.name}.")]


def _files(scan: Path, filings: tuple[Evidence, ...]) -> dict[str, bytes]:
    """What is written of a document, by name; JSON in gzip, as it has every reading in it."""
    source = Source(scan.name, "0" * 64, max(p.number for e in filings for p in e.pages))
    found = {}
    for evidence in filings:
        name = scan.name if evidence is filings[0] else f"{scan.name}.p{evidence.first_page}"
        found[f"{name}.xml"] = write_xml(evidence.filing)
        found[f"{name}.json.gz"] = gzip.compress(write_json(evidence, source, SOFTWARE), mtime=0)
    return found


def _lines(name: str, data: bytes) -> list[str]:
    return (gzip.decompress(data) if name.endswith(".gz") else data).decode().splitlines()
