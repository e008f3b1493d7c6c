"""A run: find the documents, read what is missing or changed, write every result whole, and keep
the ledger.

Only this process writes to OUT, one document at a time: its files first, each renamed into place
(and put to where OUT is, if that is elsewhere), then its rows in the ledger. A run that dies
between the two reads that document again.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocr_form4.errors import DocumentError, Form4Error, TooManyFailures, UsageError
from ocr_form4.out.addresses import is_url, shown
from ocr_form4.out.files import searchable_path, sync_folder, write_file
from ocr_form4.out.ledger import Ledger, open_ledger
from ocr_form4.out.ledger_rows import DocumentRow
from ocr_form4.out.names import plain
from ocr_form4.out.place import Place, fetched_folder, writing
from ocr_form4.passed_over import passed_over
from ocr_form4.run.ahead import made_ready
from ocr_form4.run.already import Already, files_of
from ocr_form4.run.events import Drawing, Event, Finished, Note, Skipped, Started, Summary
from ocr_form4.run.executors import Execute, Outcome
from ocr_form4.run.rebuild import rebuild
from ocr_form4.run.worker import FilingOutput, MakeWork, Task
from ocr_form4.scans import Scan, find_scans
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Software

GONE = "its scan is gone"


@dataclass(frozen=True, slots=True)
class Options:
    """How a run goes; nothing a result depends on.

    ``out`` is a folder or a URL, ``max_failures`` a share (below 1) or a number, None no limit.
    ``draws`` says how often the doubtful values are drawn; None: as often as OUT has them already.
    ``alto``: write ALTO as well; where OUT has some, it is kept up to date.
    """

    out: Path | str
    on_existing: str = "skip"
    max_failures: float | None = None
    draws: int | None = None
    alto: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be read, into which OUT, and what results depend on."""

    inputs: Sequence[Path | str]
    """Files, folders and URLs."""
    options: Options
    settings: Settings
    software: Software


def run(
    request: Request,
    make_work: MakeWork,
    execute: Execute,
    tell: Callable[[Event], None] = lambda event: None,
    stop: Callable[[], bool] = lambda: False,
) -> Summary:
    """Reads the inputs into OUT. Raises UsageError, OutputError, MissingProgram, TooManyFailures.

    Documents that cannot be read do not raise: they are in the summary. After ``stop()`` the
    summary is ``stopped``, everything finished is kept, and the same command goes on from there.
    """
    inputs, out, together = request.inputs, request.options.out, request.settings.pages_as_filing
    for line in passed_over(inputs, out, together):
        tell(Note(line))
    scans = find_scans(inputs, out, together, fetched_folder(out))
    return _run_scans(request, scans, make_work, execute, tell, stop)


def _run_scans(
    request: Request,
    scans: list[Scan],
    make_work: MakeWork,
    execute: Execute,
    tell: Callable[[Event], None],
    stop: Callable[[], bool],
) -> Summary:
    options = request.options
    with (
        writing(options.out, lambda line: tell(Note(line))) as place,
        open_ledger(place.folder) as ledger,
    ):
        if options.on_existing == "fail" and ledger.documents():
            raise UsageError(
                f"{shown(options.out)}: has results already; give another folder, or leave out "
                "--on-existing fail"
            )
        tell(Started(len(scans)))
        this = _Run(request, scans, place, ledger, tell, stop)
        try:
            this.read(make_work, execute)
        except Exception:
            with contextlib.suppress(Form4Error):  # the first error is the one to tell
                this.finish()
            raise
        finally:
            shutil.rmtree(fetched_folder(options.out), ignore_errors=True)
        this.finish()
        return this.summary


class _Run:
    def __init__(
        self,
        request: Request,
        scans: list[Scan],
        place: Place,
        ledger: Ledger,
        tell: Callable[[Event], None],
        stop: Callable[[], bool],
    ) -> None:
        self.options, self.settings = request.options, request.settings
        self.scans, self.ledger = scans, ledger
        self.folders = [str(i) if is_url(i) else str(Path(i).absolute()) for i in request.inputs]
        self.place, self.out = place, place.folder
        self.software = ", ".join(f"{k} {v}" for k, v in sorted(request.software.versions.items()))
        self.urls = {s.path: s.url for s in scans if s.url}
        self.tell, self.stop = tell, stop
        self.already = Already(ledger, place, self.software, self.settings, self.urls, tell)
        self.summary = Summary(total=len(scans))
        self.started = time.monotonic()
        self.stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.unread: list[DocumentRow] = []
        self.failed = 0

    def read(self, make_work: MakeWork, execute: Execute) -> None:
        with contextlib.closing(
            execute(make_work, self.tasks(), self.settings, self.stop)
        ) as outcomes:
            for outcome in outcomes:
                self.keep(outcome)
        self.flush_unread()
        self.summary.stopped = (
            self.stop() and self.summary.read + self.summary.skipped < self.summary.total
        )

    def tasks(self) -> Iterator[Task | None]:
        """The documents that are to be read, looked at only when a worker has time for one."""
        for ready in made_ready(self.scans, self.settings):
            self.flush_unread()
            if ready is None:
                yield None
                continue
            scan, sha256 = ready.scan, ready.sha256
            task = Task(scan.name, scan.source, scan.path, sha256, ready.size)
            if ready.error is not None:
                self.unread.append(self.row(task, error=ready.error))
                continue
            if self.options.on_existing != "overwrite":
                if taken := self.already.taken(scan, sha256):
                    self.unread.append(
                        replace(self.row(task, error=taken), name=self.already.refused_as(scan))
                    )
                    continue
                if self.already.is_read(scan, sha256):
                    self.summary.skipped += 1
                    self.drop(scan.path)
                    self.tell(Skipped(scan.name))
                    continue
            self.already.tell_of_decisions_left_behind(scan, sha256)
            self.ledger.forget(self.already.refused_as(scan))
            yield replace(task, corrections=self.ledger.corrections(sha256))

    def keep(self, outcome: Outcome) -> None:
        """A document's files, then its rows."""
        task, result = outcome.task, outcome.result
        filings = result.filings if result else ()
        others = {
            f.name: owner
            for f in filings
            if (owner := self.ledger.owner(f.name)) not in (None, task.name)
        }
        if others:
            name, owner = next(iter(others.items()))
            problem = f"its filing would be called {name}, which is one of {owner}"
            error = DocumentError(
                task.path, problem, "rename one of the scans, or give another OUT"
            )
            outcome, filings = replace(outcome, result=None, error=error), ()
        written = [path for filing in filings for path in self.write(filing)]
        for folder in {p.parent for p in written}:
            sync_folder(folder)
        self.place.written(written)
        row = self.row(task, outcome)
        for gone in self.ledger.record(row, {f.name: f.json for f in filings}):
            self.remove(files_of(self.out, gone, replace(self.settings, searchable_pdf=True)))
        self.place.entered()
        self.told(row)
        self.drop(task.path)

    def write(self, filing: FilingOutput) -> list[Path]:
        paths = files_of(self.out, filing.name, self.settings)
        for path, data in zip(paths, (filing.xml, filing.json, filing.pdf), strict=False):
            write_file(path, data or b"")
        if not self.settings.searchable_pdf:  # an earlier run's tells what that one read
            self.remove([searchable_path(self.out, filing.name)])
        return paths

    def remove(self, paths: list[Path]) -> None:
        for path in paths:
            path.unlink(missing_ok=True)
        self.place.removed(paths)

    def drop(self, path: Path) -> None:
        """A fetched copy is not needed any more."""
        if path in self.urls:
            path.unlink(missing_ok=True)

    def row(
        self, task: Task, outcome: Outcome | None = None, error: DocumentError | None = None
    ) -> DocumentRow:
        error = outcome.error if outcome else error
        return DocumentRow(
            name=task.name,
            path=self.already.place_of(task.path),
            sha256=task.sha256,
            size=task.size,
            pages=outcome.result.pages if outcome and outcome.result else None,
            software=self.software,
            settings=self.settings.fingerprint(),
            status="failed" if error else "done",
            error_kind=type(error).__name__ if error else None,
            error=self.told_error(error, task.path) if error else None,
            seconds=round(outcome.seconds, 3) if outcome else 0.0,
            attempts=outcome.attempts if outcome else 1,
            run=self.stamp,
        )

    def told_error(self, error: DocumentError, path: Path) -> str:
        """One line, with the scan's own address where it was fetched."""
        text = str(error).replace(str(path), self.urls[path]) if path in self.urls else str(error)
        return plain(text)

    def flush_unread(self) -> None:
        """Documents that could not even be opened; kept here because tasks() runs within the
        executor.
        """
        while self.unread:
            row = self.unread.pop()
            self.ledger.record(row, {})
            self.told(row)

    def told(self, row: DocumentRow) -> None:
        self.summary.read += 1
        self.tell(Finished(row, tuple(self.ledger.filings(row.name))))
        limit = self.options.max_failures
        if row.done or limit is None:
            return
        self.failed += 1
        allowed = limit * self.summary.total if limit < 1 else limit
        if self.failed > allowed:
            raise TooManyFailures(
                f"{self.failed} of {self.summary.total} documents failed, more than --max-failures "
                "allows; "
                "see the ledger or the report, and run the same command again to go on"
            )

    def finish(self) -> None:
        """The tables and the report, of everything in OUT, finished run or not."""
        names = {n for s in self.scans for n in (s.name, self.already.refused_as(s))}
        self.mark_gone(names)
        self.summary.filings = [f for f in self.ledger.filings() if f.document in names]
        self.summary.failures = [
            d for d in self.ledger.documents() if d.name in names and not d.done
        ]
        self.tell(Drawing())
        for name, why in rebuild(self.out, self.options.draws, self.options.alto).items():
            line = (
                f"{self.place.told(f'filings/{name}.json')}: damaged ({why}); run over its scan "
                "again"
            )
            self.summary.damaged.append(line)
            self.tell(Note(line))
        self.place.done()
        self.summary.seconds = time.monotonic() - self.started

    def mark_gone(self, names: set[str]) -> None:
        """Documents that were read from the folders given and are there no more keep their results,
        and are told of.
        """
        gone = []
        for row in self.ledger.documents():
            if row.name in names or not any(
                row.path.startswith(f"{f.rstrip('/')}/") for f in self.folders
            ):
                continue
            if kept := self.ledger.filings(row.name):
                gone += [row.name] if any(f.kept != GONE for f in kept) else []
                self.ledger.mark(row.name, GONE)
            else:
                self.ledger.forget(row.name)  # it failed, and is no more
        if gone:
            what = f"{len(gone)} scan{'s' * (len(gone) > 1)} read before, the first {gone[0]},"
            self.tell(Note(f"{what} no longer there; what was read stays, marked in the ledger"))
