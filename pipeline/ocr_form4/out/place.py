"""Where OUT is: a folder of this machine, or one elsewhere that a working folder of this machine
stands for.

Everything is written to the working folder first, as to any OUT, and put to the URL from there: a
document's files when it is done, before its rows are entered into the ledger; tables and report at
the end; a copy of the ledger at the end and every now and then. So the working folder goes on where
a killed run was, and without it the copy does.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from ocr_form4.errors import OutputError, OutputLocked, UsageError
from ocr_form4.out import claim, ledger
from ocr_form4.out.addresses import is_url, shown
from ocr_form4.out.files import FETCHED, PART, is_own, locked, output_error, remove_parts
from ocr_form4.out.known import Known
from ocr_form4.out.ledger_copy import copy_ledger, take_over_ledger
from ocr_form4.out.store import AT_ONCE, Store

LEDGER_SECONDS = 60.0
"""Between two copies of the ledger at least."""
LEDGER_SHARE = 20
"""And at least this many times what one took."""
Note = Callable[[str], None]


class Place:
    """OUT for one run alone. For a folder of this machine there is nothing to be done but to write
    there.
    """

    def __init__(self, out: Path | str, folder: Path) -> None:
        self.out = out
        self.folder = folder

    def told(self, name: str) -> str:
        """A file of OUT as the user knows it."""
        return f"{shown(self.out)}/{name}"

    def written(self, paths: Iterable[Path]) -> None:
        """A document's files are whole."""

    def entered(self) -> None:
        """A document's rows are in the ledger."""

    def removed(self, paths: Iterable[Path]) -> None:
        """Files of a document that it has no more."""

    def done(self) -> None:
        """Tables and report are whole."""


class RemotePlace(Place):
    """OUT elsewhere. Every method raises OutputError, and OutputLocked where another run has taken
    over.
    """

    def __init__(
        self, out: str, folder: Path, store: Store, own: claim.Claim, known: Known
    ) -> None:
        super().__init__(out, folder)
        self._store, self._claim, self._known = store, own, known
        self._due = time.monotonic() + LEDGER_SECONDS

    def written(self, paths: Iterable[Path]) -> None:
        self._claim.check()
        self._send([p.relative_to(self.folder).as_posix() for p in paths])

    def entered(self) -> None:
        if time.monotonic() >= self._due:
            self._put_ledger()

    def removed(self, paths: Iterable[Path]) -> None:
        names = [
            n for p in paths if (n := p.relative_to(self.folder).as_posix()) in self._known.files
        ]
        self._known.forget(names)
        self._store.remove(names)

    def done(self) -> None:
        self._claim.check()
        # the report after what it shows
        here = sorted(_files(self.folder), key=lambda n: ("/" not in n, n))
        self._send(here)
        self.removed(self.folder / n for n in self._known.files.keys() - set(here))
        self._put_ledger()

    def mend(self, note: Note) -> None:
        """What was lost or changed there since this folder put it, is put again; what was lost here
        is fetched.
        """
        there, known = self._store.sizes(), list(self._known.files)
        self._store.remove(
            n for n in there if n.endswith(PART) and _is_result(n.removesuffix(PART))
        )
        lost = [n for n in known if n in there and not (self.folder / n).is_file()]
        self._store.get(self.folder, lost)
        wrong = [n for n in known if there.get(n) != _size(self.folder / n) and self._was_put(n)]
        self._known.forget(wrong)
        if wrong:
            note(
                f"{self.told(wrong[0])}: lost or changed since it was put ({len(wrong)} in all); "
                "put again"
            )
            self._send(wrong)

    def _was_put(self, name: str) -> bool:
        """Whether a file here is what was put, and no later version that a killed run could not put
        any more.
        """
        return (self.folder / name).is_file() and _digest(self.folder / name) == self._known.files[
            name
        ]

    def _send(self, names: list[str]) -> None:
        """What is not there already, ``AT_ONCE`` files at a time."""
        digests = {n: _digest(self.folder / n) for n in names}
        names = [n for n in names if self._known.files.get(n) != digests[n]]
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            self._known.forget(some)
            self._store.put(self.folder, some)
            self._known.add({n: digests[n] for n in some})

    def _put_ledger(self) -> None:
        begin = time.monotonic()
        copies = self.folder.parent / "copy"
        copies.mkdir(exist_ok=True)
        copy_ledger(self.folder, copies / ledger.FILE)
        self._store.put(copies, [ledger.FILE])
        self._due = time.monotonic() + max(
            LEDGER_SECONDS, LEDGER_SHARE * (time.monotonic() - begin)
        )


@contextmanager
def writing(out: Path | str, note: Note = lambda line: None) -> Iterator[Place]:
    """OUT for one run alone. Raises OutputLocked where another one has it, OutputError where it
    cannot be written.

    ``note`` gets a line where something there had to be waited for or put right.
    """
    if not is_url(out):
        with locked(Path(out)):
            remove_parts(Path(out))
            yield Place(out, Path(out))
        return
    url = str(out)
    store = Store(url)
    with _working(url) as (folder, known):
        found = claim.read_record(store)
        same = found is not None and found.token == known.token
        if found is not None and found.running and not same:
            claim.wait_for_the_dead(store, found, note)
        token = uuid.uuid4().hex
        known.token = token if same else ""
        own = claim.Claim(store, token)
        store.patient = True
        try:
            place = RemotePlace(url, folder, store, own, known)
            if same:
                place.mend(note)
            else:
                _fetch(folder, store, known)
                known.token = token
            yield place
        finally:
            own.release()


@contextmanager
def reading(out: Path | str) -> Iterator[Path]:
    """The folder of this machine that has what OUT has. Nothing is written to OUT.

    Raises UsageError where there is nothing at a URL, OutputError where it cannot be read.
    """
    if not is_url(out):
        yield Path(out)
        return
    store = Store(str(out))
    try:
        with _working(str(out)) as (folder, known):
            found = claim.read_record(store)
            if found is None or found.token != known.token:
                known.token = ""
                _fetch(folder, store, known)
                known.token = found.token if found and not found.running else ""
            if found is None and not any(_files(folder)):
                raise UsageError(
                    f"{shown(out)}: no results there; give the folder or URL that a run wrote to "
                    "with -o"
                )
    # a run of this machine is writing: nobody has anything newer than its folder
    except OutputLocked:
        folder = working_folder(str(out))
    yield folder


def fetched_folder(out: Path | str) -> Path:
    """Where scans are put that are fetched to be read; emptied when a run begins, whatever became
    of the one before.
    """
    return (working_folder(str(out)) if is_url(out) else Path(out)) / FETCHED


def working_folder(url: str) -> Path:
    """Where this machine keeps what belongs to a URL: below ``$OCR_FORM4_WORK``, or the user's
    cache.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()) / "ocr-form4"
    root = Path(os.environ.get("OCR_FORM4_WORK") or cache)
    return (
        root
        / hashlib.sha256(url.encode()).hexdigest()[:16]
        / (PurePosixPath(url.partition("://")[2]).name or "out")
    )


@contextmanager
def _working(url: str) -> Iterator[tuple[Path, Known]]:
    """The working folder for one run of this machine alone, and what it knows of OUT."""
    folder = working_folder(url)
    with locked(folder, shown(url)):
        remove_parts(folder)
        try:
            with contextlib.closing(Known(folder.parent)) as known:
                yield folder, known
        except sqlite3.Error as error:
            raise OutputError(
                f"{folder.parent}: cannot be written ({error}); make room or remove it"
            ) from error


def _fetch(folder: Path, store: Store, known: Known) -> None:
    """Makes the working folder what OUT is. Corrections that only the folder knew stay in its
    ledger.
    """
    there = store.sizes()
    names = sorted(n for n in there if _is_result(n))
    known.forget(list(known.files))
    try:
        for name in set(_files(folder)) - set(names):
            (folder / name).unlink()
        store.get(folder, names)
        known.add({n: _digest(folder / n) for n in names})
        copies = folder.parent / "copy"
        copies.mkdir(exist_ok=True)
        for old in copies.iterdir():
            old.unlink()
    except OSError as error:
        raise output_error(folder, error) from error
    if ledger.FILE in there:
        store.get(copies, [ledger.FILE])
    take_over_ledger(folder, copies)


def _files(folder: Path) -> Iterator[str]:
    """Names of the results in a working folder."""
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    yield from (n for n in names if _is_result(n))


def _is_result(name: str) -> bool:
    """A run's own: not the ledger, which is copied, not the claim, nothing half written, nothing of
    the user's.
    """
    return is_own(name) and not PurePosixPath(name).is_absolute()


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
