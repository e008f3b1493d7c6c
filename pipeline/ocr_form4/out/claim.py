"""One run at a time in an OUT that lies elsewhere, where no operating system keeps a lock.

``run.lock`` there tells whose run it is. While a run goes on it changes every half minute; one that
has not changed for longer is of a run that died, and the next one takes it over. No clock is
compared with another machine's.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

from ocr_form4.errors import Form4Error, OutputLocked
from ocr_form4.out.addresses import shown
from ocr_form4.out.store import Store

FILE = "run.lock"
BEAT = 30.0
"""Seconds between two changes of the claim of a living run."""
PATIENCE = 100.0
"""Seconds after which a claim that has stayed the same is a dead run's: three beats, and time for
them to be written.
"""
LOOK = 5.0


@dataclass(frozen=True, slots=True)
class Record:
    """What ``run.lock`` says. ``token`` is made anew by every run, so it also tells which run wrote
    last.
    """

    token: str
    running: bool
    host: str
    process: int
    beat: int = 0

    @property
    def who(self) -> str:
        return f"process {self.process} on {self.host}"


def read_record(store: Store) -> Record | None:
    """None where nobody has written yet, or what is there is no record."""
    data = store.read(FILE)
    try:
        return Record(**json.loads(data)) if data else None
    except (ValueError, TypeError):
        return None


def wait_for_the_dead(store: Store, found: Record, note: Callable[[str], None]) -> None:
    """Comes back when the run of a claim has ended, or shows no sign of life. Raises OutputLocked
    where it lives.
    """
    note(
        f"{shown(store.url)}: claimed by {found.who}; looking for {PATIENCE:.0f} s whether that "
        "still runs"
    )
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        time.sleep(LOOK)
        now = read_record(store)
        if now is None or not now.running:
            return
        if now != found:
            raise locked_by(store, now)
    note(f"{shown(store.url)}: no sign of life from {found.who}; going on in its place")


def locked_by(store: Store, record: Record) -> OutputLocked:
    return OutputLocked(
        f"{shown(store.url)}: another run ({record.who}) is writing here; wait for it, or give "
        "another folder with -o"
    )


class Claim:
    """This run's own claim, kept alive by a thread until it is released."""

    def __init__(self, store: Store, token: str) -> None:
        """Raises OutputLocked where another run was quicker, OutputError where nothing can be
        written.
        """
        self._store = store
        self._record = Record(token, True, socket.gethostname(), os.getpid())
        self._write(self._store, self._record)
        now = read_record(store)
        if now is not None and now.token != token:
            raise locked_by(store, now)
        self._lost: Record | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="claim", daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Raises OutputLocked where another run has taken over."""
        if self._lost is not None:
            raise locked_by(self._store, self._lost)

    def release(self) -> None:
        """Whoever comes next need not wait. Where nothing can be written any more, it will."""
        self._over.set()
        self._thread.join(timeout=BEAT)
        if self._lost is None:
            self._store.patient = False
            with contextlib.suppress(Form4Error):
                self._write(self._store, replace(self._record, running=False))

    def _keep(self) -> None:
        store: Store | None = None
        while not self._over.wait(BEAT):
            with contextlib.suppress(Form4Error):  # the network is away: the next beat tries again
                # its own connection: not all can be shared by threads
                store = store or Store(self._store.url)
                now = read_record(store)
                if now is not None and now.token != self._record.token:
                    self._lost = now
                    return
                self._record = replace(self._record, beat=self._record.beat + 1)
                self._write(store, self._record)

    @staticmethod
    def _write(store: Store, record: Record) -> None:
        store.write(FILE, (json.dumps(asdict(record)) + "\n").encode())
