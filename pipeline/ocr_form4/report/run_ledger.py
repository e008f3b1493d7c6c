"""What the report takes from the ledger ``OUT/run.sqlite`` (docs/ledger.md), which may be missing,
old or in use.
"""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ocr_form4.out.ledger import FILE, only_read
from ocr_form4.out.names import plain


@dataclass(frozen=True, slots=True)
class Failure:
    document: str
    reason: str


@dataclass(slots=True)
class RunLedger:
    """Documents counted, those that failed, and seconds by the NAME of a filing."""

    documents: int = 0
    failures: list[Failure] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    run_checks: list[dict[str, Any]] = field(default_factory=list)


def read_ledger(out: Path) -> RunLedger:
    """The ledger of a run, opened for reading only; an empty one where there is none or it cannot
    be read.
    """
    ledger = RunLedger()
    if not (out / FILE).is_file():
        return ledger
    try:
        with only_read(out) as db:
            _read_documents(db, ledger)
            _read_run_checks(db, ledger)
    except (sqlite3.Error, ValueError):
        pass  # the evidence stands without it; the report then tells less
    return ledger


def _read_documents(db: sqlite3.Connection, ledger: RunLedger) -> None:
    rows = db.execute(
        "SELECT name, path, status, error, seconds FROM documents ORDER BY name"
    ).fetchall()
    by_document = {
        name: seconds
        for name, _, status, _, seconds in rows
        if status == "done" and seconds is not None
    }
    ledger.documents = len(rows)
    ledger.failures = [
        _failure(plain(os.fsdecode(path or name)), str(error or "no reason was kept"))
        for name, path, status, error, _ in rows
        if status == "failed"
    ]
    ledger.seconds = dict(by_document)
    for filing, document in db.execute("SELECT name, document FROM filings"):
        if document in by_document:
            ledger.seconds[filing] = by_document[document]


def _failure(document: str, error: str) -> Failure:
    """The error's line begins with the document's path as it was given, which need not be told
    twice.
    """
    given, colon, reason = error.partition(": ")
    return Failure(
        document, reason if colon and document.endswith(given.removeprefix("./")) else error
    )


def _read_run_checks(db: sqlite3.Connection, ledger: RunLedger) -> None:
    found = db.execute(
        "SELECT name, outcome, grade, expected, found, message, places FROM run_checks ORDER BY id"
    )
    for name, outcome, grade, expected, value, message, places in found:
        ledger.run_checks.append(
            {
                "name": name, "outcome": outcome, "grade": grade, "expected": expected,
                "found": value,
                "message": message, "places": json.loads(places or "[]"),
            }
        )  # fmt: skip
