"""``ocr-form4 audit``: the doubtful fields in the terminal."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from make_out import FIXTURES, OWNED, ROW, make_out

from ocr_form4.commands.audit import run_audit
from ocr_form4.errors import UsageError
from ocr_form4.report import write_report

WRONG = f"{ROW}[2]/{OWNED}"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    make_out(tmp_path, [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"})
    return make_out(tmp_path, [FIXTURES / "scan" / "fax.tif"], doubt=0.05)


def test_worst_first_in_every_format(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    text, status = run_audit(out)
    assert status == 0
    lines = text.splitlines()
    assert (
        lines[1].startswith("0.4100  sales")
        and "nonDerivativeTransaction[2]/sharesOwned" in lines[1]
    )
    assert "706820" in lines[1] and "the readers disagree" in lines[1]
    assert lines[-1].endswith("fields in 2 filings")
    found = [json.loads(line) for line in run_audit(out, format="json")[0].splitlines()]
    rows = list(csv.DictReader(io.StringIO(run_audit(out, format="csv")[0])))
    assert [f["path"] for f in found] == [r["path"] for r in rows]
    assert found[0]["path"] == WRONG and found[0]["page"] == 1
    assert [f["confidence"] for f in found] == sorted(f["confidence"] for f in found)
    assert len(found) == len(lines) - 2


def test_below_takes_accepted_fields_too(out: Path) -> None:
    few = run_audit(out, format="json")[0].splitlines()
    more = run_audit(out, below=0.999, format="json")[0].splitlines()
    assert len(more) > len(few)
    assert all(json.loads(line)["confidence"] < 0.999 for line in more)


def test_no_formula_reaches_a_spreadsheet(tmp_path: Path) -> None:
    name = f"{ROW}[1]/securityTitle/value"
    out = make_out(
        tmp_path, [FIXTURES / "scan" / "sales.pdf"], misread={name: '=HYPERLINK("http://x","y")'}
    )
    (row,) = csv.DictReader(io.StringIO(run_audit(out, format="csv")[0]))
    assert row["value"].startswith("'=HYPERLINK")


def test_no_control_character_reaches_the_terminal(tmp_path: Path) -> None:
    name = f"{ROW}[1]/securityTitle/value"
    out = make_out(
        tmp_path, [FIXTURES / "scan" / "sales.pdf"], misread={name: "a\x1b]0;owned\x07b\nc"}
    )
    text, _ = run_audit(out)
    assert "\x1b" not in text and "\x07" not in text and len(text.splitlines()) == 3


def test_unreadable_filings_and_failed_documents_are_told(out: Path) -> None:
    (out / "filings" / "cut.json").write_bytes((out / "filings" / "sales.json").read_bytes()[:500])
    text, status = run_audit(out)
    assert status == 3
    assert "could not be read: cut: not readable as JSON" in text
    assert "cut" in write_report(out).read_text(encoding="utf-8")


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no results there"):
        run_audit(tmp_path)
    with pytest.raises(UsageError, match="--format"):
        run_audit(make_out(tmp_path, [FIXTURES / "scan" / "sales.pdf"]), format="xml")
