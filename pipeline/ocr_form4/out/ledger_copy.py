"""The ledger of an OUT that lies elsewhere: a copy that goes there, and one that comes from
there.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ocr_form4.errors import OutputError
from ocr_form4.out.ledger import FILE, open_ledger

_COPIED = ("documents", "filings", "fields", "checks", "run_checks")
_WHAT = "sha256, first_page, path, value, machine_value, machine_confidence, who, at"
_NUMBERED = f"select *, row_number() over (partition by {_WHAT} order by id) as time_said from"
_BOTH = f"""
create temp table both as
select {_WHAT}, max(undone) as undone from
    ({_NUMBERED} main.corrections union all {_NUMBERED} there.corrections)
group by {_WHAT}, time_said order by at, min(id)"""
"""Corrections of either ledger once, in the order of their time; what was taken back in one of them
is taken back.
"""


def copy_ledger(out: Path, to: Path) -> None:
    """The ledger of ``out``, which may be in use, as the single file ``to``. Raises OutputError."""
    with _told(to):
        to.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(out / FILE, timeout=30)) as here,
            closing(sqlite3.connect(to)) as copy,
        ):
            here.backup(copy)
            copy.execute("pragma journal_mode = delete")


def take_over_ledger(out: Path, there: Path) -> None:
    """Makes the ledger of ``out`` that of the folder ``there``, in one transaction, and keeps the
    corrections of both.

    Where ``there`` has none, only the corrections are left. Raises OutputError.
    """
    for folder in (out, there):
        with open_ledger(folder):
            pass  # made where there is none, and refused where a newer software wrote it
    with (
        _told(out / FILE),
        closing(sqlite3.connect(out / FILE, timeout=30, isolation_level=None)) as db,
    ):
        db.execute("attach ? as there", (str(there / FILE),))
        db.execute("begin immediate")
        for table in _COPIED:
            columns = ", ".join(_columns(db, "main", table) & _columns(db, "there", table))
            db.execute(f"delete from main.{table}")
            db.execute(f"insert into main.{table}({columns}) select {columns} from there.{table}")
        db.execute(_BOTH)
        db.execute("delete from main.corrections")
        db.execute(
            f"insert into main.corrections({_WHAT}, undone) select {_WHAT}, undone from both order "
            "by rowid"
        )
        db.execute("commit")


def _columns(db: sqlite3.Connection, which: str, table: str) -> set[str]:
    return {f'"{row[1]}"' for row in db.execute(f"pragma {which}.table_info({table})")}


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        advice = "make room or move it away, then run the same command again"
        raise OutputError(f"{file}: cannot be written ({error}); {advice}") from error
