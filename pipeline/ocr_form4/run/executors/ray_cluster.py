"""A Ray cluster: one warm actor per core, each with one document at a time.

Documents travel as bytes, so the nodes need no common file system; only this process writes
results. A node or actor that dies costs nothing but time: its document is read again elsewhere.
Memory is watched by Ray's own monitor.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ocr_form4.errors import DocumentError, DocumentTimeout, Form4Error, MissingProgram, WorkerCrash
from ocr_form4.run.executors import ONE_THREAD, AtWork, Outcome, split
from ocr_form4.run.worker import MakeWork, Task, Work, attempt, renamed
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document, page_files

TICK = 0.5
ATTEMPTS = 3
"""A document whose actor died this often has killed it; fewer deaths are the cluster's."""
STARTS = 6
"""Actors in a row that do not come up, from which the nodes cannot run the readers."""
Parts = list[tuple[str, bytes]]


@dataclass(kw_only=True)
class _Worker(AtWork):
    """An actor as the driver sees it; ``ref`` is what it is being waited for."""

    actor: Any
    ref: Any


def execute_ray(
    make_work: MakeWork,
    tasks: Iterable[Task | None],
    settings: Settings,
    stop: Callable[[], bool],
    jobs: int = 0,
    address: str | None = None,
) -> Generator[Outcome, None, None]:
    """``jobs``: how many actors, 0 is one per core of the cluster; ``address``: None is a cluster
    on this machine.
    """
    try:
        import ray
    except ImportError:
        raise MissingProgram("Ray is not installed: pip install 'ocr-form4[ray]'") from None
    ours = not ray.is_initialized()
    if ours:
        try:
            ray.init(
                address=address, include_dashboard=None if address else False, log_to_driver=False
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise MissingProgram(
                f"no Ray cluster at {address} ({error}); start it with: ray start --head"
            ) from None
    pool = _Pool(ray, make_work, settings, jobs)
    try:
        yield from pool.run(iter(tasks), stop)
    finally:
        pool.close()
        if ours:
            ray.shutdown()


class _Pool:
    def __init__(self, ray: Any, make_work: MakeWork, settings: Settings, jobs: int) -> None:
        self._ray = ray
        self._settings = settings
        self._make_work = ray.put(make_work)
        self._actor = ray.remote(num_cpus=1, max_restarts=0, max_task_retries=0)(_Reader)
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._again: list[tuple[Task, int]] = []
        self._failed_starts = 0

    def run(self, tasks: Iterator[Task | None], stop: Callable[[], bool]) -> Iterator[Outcome]:
        exhausted = False
        while True:
            exhausted = self._feed(tasks, stop) or exhausted
            if exhausted and not self._again and not any(h.task for h in self._workers):
                return
            self._keep_up()
            refs = [h.ref for h in self._workers if h.ref is not None]
            done = self._ray.wait(refs, num_returns=1, timeout=TICK)[0] if refs else []
            if not refs:
                time.sleep(TICK)
            for worker in list(self._workers):
                if worker.ref in done:
                    yield from self._hear(worker)
                elif worker.task and time.monotonic() - worker.since > worker.allowed_seconds(
                    self._settings
                ):
                    yield self._late(worker)

    def _keep_up(self) -> None:
        """As many actors as the cluster has cores, now that nodes may have come or gone.

        Where actors do not come up, those that did go on alone.
        """
        if self._failed_starts >= STARTS:
            return
        wanted = self._jobs or max(1, int(self._ray.cluster_resources().get("CPU", 1)))
        while len(self._workers) < wanted:
            actor = self._actor.remote(self._make_work, self._settings)
            self._workers.append(_Worker(actor=actor, ref=actor.warm.remote()))

    def _feed(self, tasks: Iterator[Task | None], stop: Callable[[], bool]) -> bool:
        for worker in self._workers:
            if not worker.ready or worker.task:
                continue
            if self._again:
                task, attempts = self._again.pop()
            else:
                if stop():
                    return True
                try:
                    following = next(tasks)
                except StopIteration:
                    return True
                if following is None:
                    return False
                task, attempts = following, 1
            worker.task, worker.attempts, worker.since, worker.pages = (
                task,
                attempts,
                time.monotonic(),
                1,
            )
            worker.ref = worker.actor.take.remote(task, parts_of(task.path))
        return stop()

    def _hear(self, worker: _Worker) -> Iterator[Outcome]:
        try:
            answer = self._ray.get(worker.ref)
        except self._ray.exceptions.RayError as error:
            yield from self._died(worker, error)
            return
        worker.ref = None
        if isinstance(answer, Form4Error) and not isinstance(answer, DocumentError):
            raise answer
        if not worker.ready:
            worker.ready, self._failed_starts = True, 0
            return
        assert worker.task is not None
        if isinstance(answer, int):
            worker.pages = answer
            worker.ref = worker.actor.read.remote()
            return
        yield Outcome(worker.task, *split(answer), time.monotonic() - worker.since, worker.attempts)
        worker.task = None

    def _died(self, worker: _Worker, error: Exception) -> Iterator[Outcome]:
        self._workers.remove(worker)
        task = worker.task
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= STARTS and not any(h.ready for h in self._workers):
                raise MissingProgram(
                    f"the readers do not start on the Ray cluster ({_last_line(error)}); "
                    "install the same Python environment on every node"
                )
        if task is None:
            return
        self._failed_starts = 0
        if worker.attempts < ATTEMPTS:
            self._again.append((task, worker.attempts + 1))
            return
        problem = f"the actor reading it died {ATTEMPTS} times ({type(error).__name__})"
        yield Outcome(
            task, None, WorkerCrash(task.path, problem, "please report it"), 0.0, worker.attempts
        )

    def _late(self, worker: _Worker) -> Outcome:
        assert worker.task is not None
        self._workers.remove(worker)
        self._ray.kill(worker.actor)
        allowed = worker.allowed_seconds(self._settings)
        error = DocumentTimeout(
            worker.task.path,
            f"took longer than {allowed:.0f} s",
            "read it alone with a longer --timeout",
        )
        return Outcome(worker.task, None, error, time.monotonic() - worker.since, worker.attempts)

    def close(self) -> None:
        for worker in self._workers:
            with contextlib.suppress(Exception):
                self._ray.kill(worker.actor)


class _Reader:
    """The actor: ``warm`` once, then ``take`` a document and ``read`` it, one after another."""

    def __init__(self, make_work: MakeWork, settings: Settings) -> None:
        for name in ONE_THREAD:
            os.environ[name] = "1"
        self._make_work = make_work
        self._settings = settings
        self._work: Work | None = None
        self._taken: tuple[Task, Task, Path] | None = None

    def warm(self) -> Form4Error | None:
        try:
            self._work = self._make_work()
        except Form4Error as error:
            return error
        except Exception as error:
            return MissingProgram(f"the readers cannot start ({type(error).__name__}: {error})")
        return None

    def take(self, task: Task, parts: Parts) -> int | DocumentError:
        """Keeps the document in a file of this node; gives its number of pages, two on each sheet,
        as nothing is heard of an actor while it reads.
        """
        folder = Path(tempfile.mkdtemp(prefix="ocr-form4-"))
        path = folder / "pages" if task.path.is_dir() or len(parts) > 1 else folder / parts[0][0]
        if len(parts) > 1:
            path.mkdir()
        for name, data in parts:
            (path / name if len(parts) > 1 else path).write_bytes(data)
        self._taken = task, replace(task, path=path), folder
        try:
            with open_document(path, self._settings) as document:
                return 2 * document.page_count
        except DocumentError as error:
            self._drop()
            return renamed(error, path, task.path)

    def read(self) -> Any:
        assert self._work is not None and self._taken is not None
        task, here, _ = self._taken
        try:
            answer = attempt(self._work, here, lambda pages: None)
        except Form4Error as error:
            return error
        finally:
            self._drop()
        return (
            renamed(answer, here.path, task.path) if isinstance(answer, DocumentError) else answer
        )

    def _drop(self) -> None:
        if self._taken:
            shutil.rmtree(self._taken[2], ignore_errors=True)
            self._taken = None


def _last_line(error: Exception) -> str:
    """What went wrong on the node, without its traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__


def parts_of(path: Path) -> Parts:
    """A document's bytes: one file, or the images of a folder."""
    files = page_files(path) if path.is_dir() else [path]
    return [(f.name, f.read_bytes()) for f in files]
