"""What a person decided, in the runs that come after it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from test_batch import go, scan

from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.run.events import Note
from ocr_form4.run.export import export_corrections


def test_a_correction_survives_another_run_and_comes_up_where_the_reading_changes(
    tmp_path: Path,
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    scan(folder, "a.pdf", 1)
    go(folder, out)
    found = json.loads((out / "filings/a.json").read_bytes())
    path, read = next(
        (f["path"], f["value"]) for f in found["fields"] if f["path"].endswith("issuer/issuerName")
    )
    sha256 = found["source"]["sha256"]
    with open_ledger(out) as ledger:
        number = ledger.add_correction(sha256, 1, Correction(path, "Qualys", read, 0.4, "a person"))
    export_corrections(out)

    def field() -> dict[str, Any]:
        fields = json.loads((out / "filings/a.json").read_bytes())["fields"]
        return next(f for f in fields if f["path"] == path)

    assert (field()["value"], field()["status"], field()["machine"]["value"]) == (
        "Qualys",
        "corrected",
        read,
    )
    assert "<issuerName>Qualys</issuerName>" in (out / "filings/a.xml").read_text()
    with sqlite3.connect(out / "run.sqlite") as db:
        assert db.execute("select corrected from filings").fetchone() == (1,)
    go(folder, out, on_existing="overwrite")
    assert (field()["value"], field()["status"]) == ("Qualys", "corrected")
    with open_ledger(out) as ledger:
        ledger.undo_correction(number)
        again = ledger.add_correction(
            sha256, 1, Correction(path, "Qualys", "another reading", 0.4, "a person")
        )
    go(folder, out, on_existing="overwrite")
    assert (field()["value"], field()["status"]) == ("Qualys", "review")
    assert read in field()["reasons"][0]["text"]
    with open_ledger(out) as ledger:
        ledger.undo_correction(again)
    export_corrections(out)
    assert (field()["value"], field()["status"]) == (read, "accepted")
    assert "machine" not in field()


def test_a_scan_that_has_changed_says_which_decisions_were_about_the_one_before(
    tmp_path: Path,
) -> None:
    """One byte more is another scan: nobody has looked at that one."""
    folder, out = tmp_path / "in", tmp_path / "out"
    file = scan(folder, "box/a.pdf", 3)
    go(folder, out)
    before = json.loads((out / "filings/box/a.json").read_bytes())["source"]["sha256"]
    for name in ("issuer/issuerName", "issuer/issuerTradingSymbol"):
        with open_ledger(out) as ledger:
            ledger.add_correction(
                before, 1, Correction(f"/ownershipDocument/{name}", "QLYS", "x", 0.4, "a person")
            )
    file.write_bytes(file.read_bytes() + b"\n")
    lines: list[str] = []
    go(
        folder,
        out,
        tell=lambda event: lines.append(event.line) if isinstance(event, Note) else None,
    )
    assert len(lines) == 1 and lines[0].startswith("box/a: not the same scan as before")
    assert "issuer/issuerName the first of 2" in lines[0] and before[:16] in lines[0]
    with open_ledger(out) as ledger:
        assert len(ledger.corrections(before)[1]) == 2
    go(
        folder,
        out,
        on_existing="overwrite",
        tell=lambda event: lines.append(str(event)) if isinstance(event, Note) else None,
    )
    assert len(lines) == 1  # told when it was found


def test_decisions_are_on_the_disk_before_they_are_answered(tmp_path: Path) -> None:
    """What SQLite promises of a power cut in WAL mode it promises only with ``synchronous`` full
    (2) or more.
    """
    opened: list[sqlite3.Connection] = []
    with pytest.MonkeyPatch.context() as patch:
        connect = sqlite3.connect
        patch.setattr(
            sqlite3, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1]
        )
        with open_ledger(tmp_path):
            assert opened[0].execute("pragma journal_mode").fetchone() == ("wal",)
            assert opened[0].execute("pragma synchronous").fetchone()[0] >= 2
