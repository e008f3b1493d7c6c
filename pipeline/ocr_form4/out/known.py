"""What a working folder knows of the OUT that it stands for: which files lie there, and whose run
wrote them last.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

FILE = "known.sqlite"


class Known:
    """Kept on the disk with every change, so that what a killed run knew is neither too little nor
    too much.

    A file is forgotten before it is put, and known again, by its SHA-256, when it has arrived.
    """

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / FILE, timeout=30)
        self._db.execute(
            "create table if not exists files(name text primary key, sha256 text not null) without "
            "rowid"
        )
        self._db.execute("create table if not exists writer(token text not null)")
        self.files: dict[str, str] = dict(self._db.execute("select name, sha256 from files"))

    @property
    def token(self) -> str:
        """Of the run that wrote last when OUT and this folder were the same; empty where they may
        not be.
        """
        row = self._db.execute("select token from writer").fetchone()
        return str(row[0]) if row else ""

    @token.setter
    def token(self, token: str) -> None:
        with self._db:
            self._db.execute("delete from writer")
            self._db.execute("insert into writer values (?)", (token,))

    def add(self, files: Mapping[str, str]) -> None:
        """SHA-256 by name."""
        with self._db:
            self._db.executemany("insert or replace into files values (?, ?)", files.items())
        self.files.update(files)

    def forget(self, names: Iterable[str]) -> None:
        forgotten = [n for n in names if n in self.files]
        if not forgotten:
            return
        with self._db:
            self._db.executemany("delete from files where name = ?", ((n,) for n in forgotten))
        for name in forgotten:
            del self.files[name]

    def close(self) -> None:
        self._db.close()
