"""Scans made ready for reading, fetched and hashed, one ahead of what is being read.

A disk may hang and a file may be huge: that is done beside the run, which goes on watching its
workers.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ocr_form4.errors import DocumentError, DocumentTimeout
from ocr_form4.scans import Scan, content_hash, fetch
from ocr_form4.settings import Settings

SECONDS = 600.0
"""A file may take this long to be fetched and hashed, or ``--timeout`` where that is longer."""
MOMENT = 0.05
"""Seconds that are waited for a file before the run looks after its workers again."""


@dataclass
class Ready:
    """A scan with its SHA-256 and size, or with what is wrong with it, once ``done``."""

    scan: Scan
    sha256: str = ""
    size: int = 0
    error: DocumentError | None = None
    done: threading.Event = field(default_factory=threading.Event)
    since: float = field(default_factory=time.monotonic)


def made_ready(scans: Iterable[Scan], settings: Settings) -> Iterator[Ready | None]:
    """Every scan in its order; None where the next one is not ready yet and should be asked for
    again.
    """
    ahead: list[Ready] = []
    for scan in scans:
        ahead.append(_begin(scan, settings))
        if len(ahead) > 1:
            yield from _waited_for(ahead.pop(0), settings)
    for last in ahead:
        yield from _waited_for(last, settings)


def _begin(scan: Scan, settings: Settings) -> Ready:
    ready = Ready(scan)
    threading.Thread(target=_make_ready, args=(ready, settings), name="ahead", daemon=True).start()
    return ready


def _make_ready(ready: Ready, settings: Settings) -> None:
    try:
        if ready.scan.url:
            fetch(ready.scan, settings.max_bytes)
        ready.sha256, ready.size = content_hash(ready.scan.path, settings.max_bytes)
    except DocumentError as error:
        ready.error = error
    except Exception as error:
        problem = f"cannot be read ({type(error).__name__}: {error})"
        ready.error = DocumentError(ready.scan.path, problem, "check the file")
    finally:
        ready.done.set()


def _waited_for(ready: Ready, settings: Settings) -> Iterator[Ready | None]:
    allowed = max(SECONDS, settings.seconds_per_page)
    while not ready.done.wait(MOMENT):
        if time.monotonic() - ready.since > allowed:
            problem = f"its bytes did not come within {allowed:.0f} s"
            error = DocumentTimeout(
                ready.scan.path, problem, "look after the disk or network that it lies on"
            )
            yield Ready(ready.scan, error=error)
            return
        yield None
    yield ready
