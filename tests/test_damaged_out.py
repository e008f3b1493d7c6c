"""Results that are spoiled after they were written: read again where their scan is there, told
where it is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from documents import FIXTURES
from test_batch import go, results
from test_faults import start

from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.run.events import Event, Note
from ocr_form4.run.export import export_corrections

ISSUER = "/ownershipDocument/issuer/issuerName"
DAMAGES: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "cut": ("json", lambda data: data[: len(data) // 2]),
    "empty": ("json", lambda data: b""),
    "zeros, as after a power cut": ("json", lambda data: bytes(len(data))),
    "no text": ("json", lambda data: b"\xff\xfe" + data),
    "other JSON": ("json", lambda data: b"[1, 2]\n"),
    "JSON of another shape": (
        "json",
        lambda data: data.replace(b'"dpi": [', b'"dpi": [], "was": ['),
    ),
    "XML cut": ("xml", lambda data: data[:-20]),
}


@pytest.fixture
def scans(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("sales.pdf", "exercise.pdf", "paper-2002.pdf"):
        (folder / name).write_bytes((FIXTURES / "scan" / name).read_bytes())
    return folder


def correct(out: Path, name: str) -> None:
    """A person's decision about a filing's issuer, written into the results."""
    found = json.loads((out / "filings" / f"{name}.json").read_bytes())
    read = next(f["value"] for f in found["fields"] if f["path"] == ISSUER)
    with open_ledger(out) as ledger:
        first = min(p["number"] for p in found["pages"])
        ledger.add_correction(
            found["source"]["sha256"], first, Correction(ISSUER, "A PERSON'S INC", read, 0.4)
        )
    export_corrections(out)


def spoil(out: Path, name: str, how: str) -> Path:
    suffix, change = DAMAGES[how]
    file = out / "filings" / f"{name}.{suffix}"
    before = file.read_bytes()
    file.write_bytes(change(before))
    assert file.read_bytes() != before
    return file


@pytest.mark.parametrize("how", DAMAGES)
def test_a_damaged_filing_is_read_again_with_its_correction(
    tmp_path: Path, scans: Path, how: str
) -> None:
    out = tmp_path / "out"
    go(scans, out)
    correct(out, "sales")
    go(scans, out, on_existing="overwrite")
    whole, tables = results(out), (out / "transactions.csv").read_bytes()
    assert b"A PERSON'S INC" in whole["filings/sales.json"]
    spoil(out, "sales", how)
    told: list[Event] = []
    summary = go(scans, out, tell=told.append)
    assert (summary.read, summary.skipped, summary.failures, summary.damaged) == (1, 2, [], [])
    notes = [e.line for e in told if isinstance(e, Note)]
    assert (
        len(notes) == 1
        and notes[0].startswith(f"{out}/filings/sales.json: damaged (")
        and "\n" not in notes[0]
    )
    assert results(out) == whole
    assert (out / "transactions.csv").read_bytes() == tables
    assert go(scans, out).read == 0


@pytest.mark.slow
def test_a_damaged_filing_whose_scan_is_not_given_is_left_out_and_told(
    tmp_path: Path, scans: Path
) -> None:
    out = tmp_path / "out"
    assert start(scans, out).wait(60) == 0
    correct(out, "sales")
    assert start(scans, out, "--on-existing", "overwrite").wait(60) == 0
    whole = results(out)
    spoil(out, "sales", "cut")
    (scans / "sales.pdf").rename(tmp_path / "sales.pdf")
    process = start(scans, out, "--log-json")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3, told
    lines = [
        event["line"] for event in map(json.loads, told.splitlines()) if event["event"] == "note"
    ]
    assert "no longer there" in lines.pop(0)
    assert (
        len(lines) == 1
        and "filings/sales.json: damaged" in lines[0]
        and "run over its scan again" in lines[0]
    )
    names = {line.split(",")[0] for line in (out / "transactions.csv").read_text().splitlines()[1:]}
    assert names and "sales" not in names
    exported = export_corrections(out)
    assert [p.split(":")[0] for p in exported.problems] == ["sales"]
    (tmp_path / "sales.pdf").rename(scans / "sales.pdf")
    assert start(scans, out).wait(60) == 0
    assert results(out) == whole


@pytest.mark.slow
def test_the_command_tells_of_the_damage_in_one_line(tmp_path: Path, scans: Path) -> None:
    out = tmp_path / "out"
    assert start(scans, out).wait(60) == 0
    spoil(out, "exercise", "cut")
    process = start(scans, out)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert sum("exercise.json: damaged" in line for line in told.splitlines()) == 1
    assert "1 read, 2 unchanged" in told
