"""Processes of this machine, warmed once and watched: a hang is killed, a crash replaced, memory
limited.

This is the side of the run; a worker's own is ``child``. Times are measured on the monotonic clock.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from ocr_form4.errors import (
    DocumentError,
    DocumentTimeout,
    DocumentTooHungry,
    MissingProgram,
    WorkerCrash,
)
from ocr_form4.run.executors import ONE_THREAD, AtWork, Outcome
from ocr_form4.run.executors.child import serve
from ocr_form4.run.executors.machine import default_jobs, memory_mb
from ocr_form4.run.worker import MakeWork, Result, Task
from ocr_form4.settings import Settings

WARM_UP_SECONDS = 300.0
"""Loading the engines may take this long."""
TICK = 0.25
"""Seconds between two looks at the clock, the memory and the stop flag."""
RECYCLE = 0.7
"""Of the memory limit: a worker that holds more between two documents is replaced by a fresh one.
"""


@dataclass(kw_only=True)
class _Worker(AtWork):
    """A worker as this process sees it."""

    process: Any
    pipe: Connection
    started: float


def execute_local(
    make_work: MakeWork,
    tasks: Iterable[Task | None],
    settings: Settings,
    stop: Callable[[], bool],
    jobs: int = 0,
) -> Generator[Outcome, None, None]:
    """``jobs``: how many processes; 0 is one for each core that this process may use, as far as
    memory goes.
    """
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    pool = _Pool(make_work, settings, jobs or default_jobs())
    try:
        yield from pool.run(iter(tasks), stop)
    finally:
        pool.close()


class _Pool:
    def __init__(self, make_work: MakeWork, settings: Settings, jobs: int) -> None:
        self._make_work = make_work
        self._settings = settings
        self._jobs = jobs
        self._context = multiprocessing.get_context("spawn")
        self._workers: list[_Worker] = []
        self._again: list[Task] = []  # their worker crashed once
        self._failed_starts = 0

    def run(self, tasks: Iterator[Task | None], stop: Callable[[], bool]) -> Iterator[Outcome]:
        exhausted = False
        while True:
            exhausted = self._feed(tasks, stop) or exhausted
            busy = [h for h in self._workers if h.task]
            if not busy and not self._again and exhausted:
                return
            waiting: list[Any] = [h.pipe for h in self._workers if h.task or not h.ready]
            wait(waiting, TICK)
            for worker in list(self._workers):
                yield from self._look(worker)

    def _feed(self, tasks: Iterator[Task | None], stop: Callable[[], bool]) -> bool:
        """Gives work to every worker that has none, starting workers as there is work; True where
        no more is taken.
        """
        while True:
            idle = next((h for h in self._workers if h.ready and not h.task), None)
            if idle is None and len(self._workers) >= self._jobs:
                return stop()
            if idle is None and any(not h.ready for h in self._workers) and not self._again:
                # one at a time: the second starts when the first has shown that it can
                return stop()
            again = bool(self._again)
            if not again and stop():
                return True
            try:
                task = self._again.pop() if again else next(tasks)
            except StopIteration:
                return True
            if task is None:
                return False  # not ready yet: those at work are looked after in the meantime
            worker = idle or self._start()
            worker.task, worker.attempts, worker.since, worker.pages = (
                task,
                2 if again else 1,
                time.monotonic(),
                1,
            )
            if worker.ready:
                self._send(worker, task)

    def _start(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=serve, args=(theirs, self._make_work, os.getpid()), daemon=True
        )
        process.start()
        theirs.close()
        worker = _Worker(process=process, pipe=ours, started=time.monotonic())
        self._workers.append(worker)
        return worker

    def _send(self, worker: _Worker, task: Task) -> None:
        worker.since = time.monotonic()
        # a worker that has just died is noticed by its pipe's end
        with contextlib.suppress(OSError):
            worker.pipe.send(task)

    def _look(self, worker: _Worker) -> Iterator[Outcome]:
        """What a worker has said, and whether it is still well."""
        try:
            while worker.pipe.poll():
                outcome = self._hear(worker, *worker.pipe.recv())
                if outcome:
                    yield outcome
                if worker not in self._workers:
                    return
        except (EOFError, OSError):
            yield from self._died(worker)
            return
        if not worker.task and worker.ready:
            return
        now = time.monotonic()
        if not worker.ready:
            if now - worker.started > WARM_UP_SECONDS:
                self._end(worker)
                raise MissingProgram(
                    f"the readers did not start within {WARM_UP_SECONDS:.0f} s; run ocr-form4 "
                    "doctor"
                )
            return
        allowed = worker.allowed_seconds(self._settings)
        if now - worker.since > allowed:
            problem = (
                f"took longer than {allowed:.0f} s for {worker.pages} "
                f"page{'s' * (worker.pages > 1)}"
            )
            yield self._fail(
                worker, DocumentTimeout, problem, "read it alone with a longer --timeout"
            )
            return
        if memory_mb(worker.process.pid) > self._settings.max_memory_mb:
            problem = f"took more than {self._settings.max_memory_mb:,} MB of memory"
            yield self._fail(
                worker, DocumentTooHungry, problem, "read it alone with a higher --max-memory"
            )

    def _hear(self, worker: _Worker, what: str, value: Any) -> Outcome | None:
        if what == "ready":
            worker.ready = True
            self._failed_starts = 0
            if worker.task:
                self._send(worker, worker.task)
            return None
        if what == "fatal":
            raise value
        if what == "pages":
            worker.pages = value
            return None
        task = worker.task
        if task is None:
            return None
        answer: Result | DocumentError = value
        result, error = (None, answer) if isinstance(answer, DocumentError) else (answer, None)
        outcome = Outcome(task, result, error, time.monotonic() - worker.since, worker.attempts)
        worker.task = None
        if memory_mb(worker.process.pid) > RECYCLE * self._settings.max_memory_mb:
            self._end(worker)
        return outcome

    def _died(self, worker: _Worker) -> Iterator[Outcome]:
        """Its pipe has ended: the process crashed or was killed by the system."""
        self._end(worker)
        code = worker.process.exitcode
        if not worker.ready:
            self._failed_starts += 1
            if worker.task:
                self._again.append(worker.task)
            if self._failed_starts >= 3:
                raise MissingProgram(
                    f"the readers crash as they start ({_how(code)}); run ocr-form4 doctor"
                )
            return
        if worker.task is None:
            return
        if worker.attempts == 1:
            self._again.append(worker.task)
            return
        error = WorkerCrash(
            worker.task.path,
            f"the process reading it died twice ({_how(code)})",
            "please report it",
        )
        yield Outcome(worker.task, None, error, time.monotonic() - worker.since, worker.attempts)

    def _fail(
        self, worker: _Worker, kind: type[DocumentError], problem: str, advice: str
    ) -> Outcome:
        task = worker.task
        assert task is not None
        self._end(worker)
        return Outcome(
            task,
            None,
            kind(task.path, problem, advice),
            time.monotonic() - worker.since,
            worker.attempts,
        )

    def _end(self, worker: _Worker) -> None:
        """Kills a worker and the programs it has called; where it is dead already, its guard has
        ended those.

        A process that has ended and was asked after has given its number back: whoever has it now
        is none of ours.
        """
        if worker in self._workers:
            self._workers.remove(worker)
        if worker.process.is_alive():
            for kill in (os.killpg, os.kill):
                with contextlib.suppress(OSError):
                    kill(worker.process.pid, signal.SIGKILL)
        worker.process.join(10)
        worker.pipe.close()

    def close(self) -> None:
        """Idle workers are asked to go, busy ones are killed."""
        for worker in self._workers:
            if worker.ready and not worker.task:
                with contextlib.suppress(OSError):
                    worker.pipe.send(None)
        deadline = time.monotonic() + 2
        for worker in list(self._workers):
            if worker.ready and not worker.task:
                worker.process.join(max(0.0, deadline - time.monotonic()))
            self._end(worker)


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-code).name
    return f"exit status {code}"
