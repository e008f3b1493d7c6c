"""``OUT/run.sqlite``: what was read, what failed, what people corrected. The schema is told in
``docs/ledger.md``.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ocr_form4.errors import OutputError
from ocr_form4.out.ledger_rows import (
    CHECK,
    DOCUMENT,
    FIELD,
    FILING,
    Correction,
    Decision,
    DocumentRow,
    FilingRow,
    document_row,
    filing_row,
    stored,
    values_of,
)

FILE = "run.sqlite"
VERSION = 2
_SCHEMA = """
create table if not exists documents(
    name text primary key, path text not null, sha256 text not null, size integer not null, pages integer,
    software text not null, settings text not null, status text not null, error_kind text, error text,
    seconds real not null, attempts integer not null, run text not null);
create table if not exists filings(
    name text primary key, document text not null, first_page integer not null, status text not null,
    edition text not null, document_type text, period text, issuer text, symbol text, owner text,
    fields integer not null, to_review integer not null, corrected integer not null, breaks integer not null,
    kept text);
create index if not exists filings_document on filings(document);
create table if not exists fields(
    filing text not null, path text not null, value text, confidence real not null, status text not null,
    derived integer not null, page integer, x0 real, y0 real, x1 real, y1 real, reasons text not null,
    machine_value text, machine_confidence real, primary key (filing, path)) without rowid;
create table if not exists checks(
    filing text not null, number integer not null, name text not null, outcome text not null, grade text,
    expected text not null, found text not null, message text not null, paths text not null,
    primary key (filing, number)) without rowid;
create table if not exists corrections(
    id integer primary key, sha256 text not null, first_page integer not null, path text not null, value text,
    machine_value text, machine_confidence real, who text not null, at text not null,
    undone integer not null default 0);
create index if not exists corrections_scan on corrections(sha256, first_page);
create table if not exists run_checks(
    id integer primary key, name text not null, outcome text not null, grade text, expected text not null,
    found text not null, message text not null, places text not null);
"""


class Ledger:
    """An open ledger. One process writes; others may read at the same time."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def document(self, name: str) -> DocumentRow | None:
        row = self._db.execute(
            f"select {DOCUMENT} from documents where name = ?", (name,)
        ).fetchone()
        return document_row(row) if row else None

    def documents(self) -> list[DocumentRow]:
        return [
            document_row(row)
            for row in self._db.execute(f"select {DOCUMENT} from documents order by name")
        ]

    def filings(self, document: str | None = None) -> list[FilingRow]:
        where, values = ("", ()) if document is None else (" where document = ?", (document,))
        rows = self._db.execute(f"select {FILING} from filings{where} order by name", values)
        return [FilingRow(*r) for r in rows]

    def owner(self, filing: str) -> str | None:
        """The document that a filing of this NAME is of."""
        row = self._db.execute("select document from filings where name = ?", (filing,)).fetchone()
        return str(row[0]) if row else None

    def record(self, document: DocumentRow, filings: Mapping[str, bytes]) -> list[str]:
        """A document's outcome with its filings' JSON by NAME, in one transaction; replaces what
        was known of it.

        Returns the names of filings that it had before and has no more. A document that has failed
        keeps those that it had, marked.
        """
        before = {f.name for f in self.filings(document.name)}
        with self._db:
            if not document.done and before:
                self._db.execute("delete from documents where name = ?", (document.name,))
                self._insert("documents", DOCUMENT, values_of(document))
                self._keep(document.name, f"read before, and no more: {document.error}")
                return []
            self._forget(document.name)
            self._insert("documents", DOCUMENT, values_of(document))
            for name, data in filings.items():
                self._record_filing(name, document.name, json.loads(data))
        return sorted(before - filings.keys())

    def mark(self, document: str, kept: str | None) -> None:
        """Why a document's filings are of an earlier reading, or None where they are of the last
        one.
        """
        with self._db:
            self._keep(document, kept)

    def moved(self, name: str, path: str) -> None:
        """A document lies elsewhere now, with the same content."""
        with self._db:
            self._db.execute("update documents set path = ? where name = ?", (stored(path), name))
            self._keep(name, None)

    def record_filing(self, name: str, document: str, data: bytes) -> None:
        """One filing's JSON again, after a correction."""
        with self._db:
            kept = self._db.execute("select kept from filings where name = ?", (name,)).fetchone()
            self._forget_filings([name])
            self._record_filing(name, document, json.loads(data))
            self._db.execute(
                "update filings set kept = ? where name = ?", (kept[0] if kept else None, name)
            )

    def forget(self, name: str) -> list[str]:
        """A document that is no more; returns its filings' names."""
        names = [f.name for f in self.filings(name)]
        with self._db:
            self._forget(name)
        return names

    def corrections(
        self, sha256: str, first_page: int | None = None, who: str | None = None
    ) -> dict[int, tuple[Correction, ...]]:
        """The corrections in force of a scan, by the first page of the filing; the last one of a
        path counts.

        With ``who`` only that person's.
        """
        found: dict[int, dict[str, Correction]] = {}
        rows = self._db.execute(
            "select first_page, path, value, machine_value, machine_confidence, who, at, id from "
            "corrections"
            " where sha256 = ? and undone = 0 and (? is null or first_page = ?) and (? is null or "
            "who = ?) order by id",
            (sha256, first_page, first_page, who, who),
        )
        for page, *rest in rows:
            correction = Correction(*rest)
            found.setdefault(page, {})[correction.path] = correction
        return {page: tuple(by_path.values()) for page, by_path in found.items()}

    def decisions(self) -> list[Decision]:
        """Every decision of every person that was not taken back, in the order in which they were
        made.
        """
        rows = self._db.execute(
            "select sha256, first_page, path, value, machine_value, machine_confidence, who, at, "
            "id from corrections"
            " where undone = 0 order by id"
        )
        return [Decision(sha256, page, Correction(*rest)) for sha256, page, *rest in rows]

    def add_correction(self, sha256: str, first_page: int, correction: Correction) -> int:
        """Returns its id. The time is now unless the correction brings one."""
        c = correction
        at = c.at or datetime.now(UTC).isoformat(timespec="seconds")
        with self._db:
            done = self._db.execute(
                "insert into corrections(sha256, first_page, path, value, machine_value, "
                "machine_confidence, who, at)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    sha256,
                    first_page,
                    c.path,
                    c.value,
                    c.machine_value,
                    c.machine_confidence,
                    c.who,
                    at,
                ),
            )
        return int(done.lastrowid or 0)

    def undo_correction(self, id_: int) -> None:
        with self._db:
            self._db.execute("update corrections set undone = 1 where id = ?", (id_,))

    def set_run_checks(
        self, checks: Iterable[tuple[str, str, str | None, str, str, str, list[list[str]]]]
    ) -> None:
        """(name, outcome, grade, expected, found, message, places) of every check over several
        filings.
        """
        with self._db:
            self._db.execute("delete from run_checks")
            for *plain, places in checks:
                self._db.execute(
                    "insert into run_checks(name, outcome, grade, expected, found, message, places)"
                    " values (?, ?, ?, ?, ?, ?, ?)",
                    (*plain, json.dumps(places, ensure_ascii=False)),
                )

    def _keep(self, document: str, kept: str | None) -> None:
        self._db.execute(
            "update filings set kept = ? where document = ? and kept is not ?",
            (kept, document, kept),
        )

    def _forget(self, name: str) -> None:
        self._forget_filings([f.name for f in self.filings(name)])
        self._db.execute("delete from documents where name = ?", (name,))

    def _forget_filings(self, names: Iterable[str]) -> None:
        for name in names:
            self._db.execute("delete from fields where filing = ?", (name,))
            self._db.execute("delete from checks where filing = ?", (name,))
            self._db.execute("delete from filings where name = ?", (name,))

    def _record_filing(self, name: str, document: str, found: Mapping[str, Any]) -> None:
        self._insert("filings", FILING, values_of(filing_row(name, document, found)))
        for f in found["fields"]:
            machine = f.get("machine") or {}
            values = (
                name, f["path"], f["value"], f["confidence"], f["status"], int(f["derived"]),
                f["page"],
                *(f["box"] or (None,) * 4), json.dumps(f["reasons"], ensure_ascii=False),
                machine.get("value"), machine.get("confidence"),
            )  # fmt: skip
            self._insert("fields", FIELD, values)
        for number, c in enumerate(found["checks"], 1):
            values = (
                name, number, c["name"], c["outcome"], c["grade"], c["expected"], c["found"],
                c["message"],
                json.dumps(c["paths"]),
            )  # fmt: skip
            self._insert("checks", CHECK, values)

    def _insert(self, table: str, columns: str, values: tuple[Any, ...]) -> None:
        """By the columns' names: a ledger may have more."""
        self._db.execute(
            f"insert into {table}({columns}) values ({', '.join('?' * len(values))})", values
        )


@contextmanager
def open_ledger(out: Path) -> Iterator[Ledger]:
    """The ledger of OUT, made where there is none. Raises OutputError where it cannot be written or
    is another's.
    """
    path = out / FILE
    try:
        db = sqlite3.connect(path, timeout=30)
        try:
            db.execute("pragma journal_mode = wal")
            # a decision that was answered outlives a power cut
            db.execute("pragma synchronous = full")
            version = db.execute("pragma user_version").fetchone()[0]
            if version > VERSION:
                raise OutputError(
                    f"{path}: written by a newer ocr-form4; use that, or give another folder with "
                    "-o"
                )
            db.executescript(_SCHEMA)
            if version == 1:
                known = {row[1] for row in db.execute("pragma table_info(filings)")}
                if "kept" not in known:
                    db.execute("alter table filings add column kept text")
            db.execute(f"pragma user_version = {VERSION}")
            yield Ledger(db)
        finally:
            db.close()
    except sqlite3.Error as error:
        advice = "make room or move it away, then run the same command again"
        raise OutputError(f"{path}: cannot be written ({error}); {advice}") from error


def only_read(out: Path) -> closing[sqlite3.Connection]:
    """The ledger of OUT for those who write nothing: it may be in use, and none is made. Raises
    sqlite3.Error.
    """
    return closing(
        sqlite3.connect(f"{(out / FILE).resolve().as_uri()}?mode=ro", uri=True, timeout=5)
    )


def find_scan(out: Path, sha256: str) -> Path | None:
    """Where a scan was when it was read, by its content; None where the ledger does not know or it
    has gone.

    ``source.path`` of a filing's JSON is the path below the folder that was given, the same on
    every machine; where that folder was, only the ledger knows.
    """
    if not (out / FILE).is_file():
        return None
    try:
        with only_read(out) as db:
            rows = db.execute(
                "select path, size from documents where sha256 = ?", (sha256,)
            ).fetchall()
    except sqlite3.Error:
        return None
    for place, size in rows:
        path = Path(os.fsdecode(place) if isinstance(place, bytes) else place)
        with suppress(OSError, ValueError):
            if path.is_dir() or (path.is_file() and path.stat().st_size == size):
                return path
    return None
