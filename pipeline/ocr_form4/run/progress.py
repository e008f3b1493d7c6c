"""A run's progress as text: a bar on a terminal, plain lines elsewhere, JSON lines for machines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from ocr_form4.out.addresses import shown
from ocr_form4.out.names import for_terminal
from ocr_form4.run.events import Drawing, Event, Finished, Note, Skipped, Started, Summary

LINE_SECONDS = 10.0
"""Between two plain lines of progress."""
BAR_SECONDS = 0.1


class Progress:
    """Counts events and writes to a stream. Failures are told as they happen, one line each."""

    def __init__(self, stream: TextIO, as_json: bool = False) -> None:
        self._stream = stream
        self._json = as_json
        self._bar = stream.isatty() and not as_json
        self._start = self._shown = time.monotonic()
        self._total = self._skipped = self._read = self._failed = self._review = 0

    def tell(self, event: Event) -> None:
        match event:
            case Started():
                self._total = event.total
                self._log("started", total=event.total)
            case Skipped():
                self._skipped += 1
                self._log("skipped", name=event.name)
            case Finished():
                self._read += 1
                self._review += sum(f.to_review for f in event.filings)
                row = event.row
                if not row.done:
                    self._failed += 1
                    if not self._json:
                        self._line(f"failed: {row.error}")
                self._log("finished", **asdict(row), filings=[asdict(f) for f in event.filings])
            case Note():
                if not self._json:
                    self._line(event.line)
                self._log("note", line=event.line)
            case Drawing():
                if not self._json:
                    self._line("reading is done; making the tables and the report")
                return
        self._show()

    def end(self, summary: Summary, out: Path | str) -> None:
        numbers = {
            "documents": summary.total, "read": summary.read - self._failed,
            "skipped": summary.skipped,
            "failed": len(summary.failures), "filings": len(summary.filings),
            "to_review": sum(f.to_review for f in summary.filings),
            "seconds": round(summary.seconds, 1),
            "stopped": summary.stopped,
        }  # fmt: skip
        if self._json:
            self._log("ended", **numbers, out=shown(out))
            return
        self._line(
            f"{_counted(summary.total, 'document')}: {numbers['read']} read, {summary.skipped} "
            "unchanged, "
            f"{numbers['failed']} failed; {_counted(len(summary.filings), 'filing')}, "
            f"{_counted(int(numbers['to_review']), 'field')} to review; {summary.seconds:.0f} s"
        )
        if summary.stopped:
            self._line(
                "interrupted; what was finished is kept, run the same command again to go on"
            )
        self._line(f"results: {shown(out)}   report: {shown(out)}/report.html")

    def close(self) -> None:
        if self._bar:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _log(self, event: str, **values: object) -> None:
        if self._json:
            self._stream.write(
                for_terminal(json.dumps({"event": event, **values}, ensure_ascii=False)) + "\n"
            )
            self._stream.flush()

    def _line(self, text: str) -> None:
        text = for_terminal(text)
        self._stream.write(f"\r\x1b[K{text}\n" if self._bar else f"{text}\n")
        self._stream.flush()

    def _show(self) -> None:
        now = time.monotonic()
        if self._json or now - self._shown < (BAR_SECONDS if self._bar else LINE_SECONDS):
            return
        self._shown = now
        if self._bar:
            self._stream.write(f"\r\x1b[K{self.bar(now)}")
            self._stream.flush()
        else:
            self._line(self.text(now))

    def bar(self, now: float, width: int = 24) -> str:
        done = self._read + self._skipped
        full = width * done // max(1, self._total)
        return f"[{'#' * full}{'.' * (width - full)}] {self.text(now)}"

    def text(self, now: float) -> str:
        """Done of total, rate, time left, failures so far."""
        done = self._read + self._skipped
        rate = self._read / max(1e-9, now - self._start)
        left = (self._total - done) / rate if rate else 0.0
        return (
            f"{done}/{self._total}, {rate * 60:.1f} a minute, {_time(left)} left, "
            f"{self._failed} failed, {self._review} fields to review"
        )


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def make_progress(stream: TextIO, as_json: bool = False) -> Iterator[Progress]:
    progress = Progress(stream, as_json)
    try:
        yield progress
    finally:
        progress.close()
