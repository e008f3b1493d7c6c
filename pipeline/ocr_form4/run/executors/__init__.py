"""Ways of getting many documents read: in this process, in processes of this machine, on a Ray
cluster.

All are one function shape: tasks in, outcomes out as they come, in any order. What a document gives
does not depend on the executor, its company, or the order.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from typing import Protocol

from ocr_form4.errors import DocumentError
from ocr_form4.run.worker import MakeWork, Result, Task
from ocr_form4.settings import Settings

ONE_THREAD = ("OMP_THREAD_LIMIT", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Set to 1 before the engines load: they work faster with one thread each and one process per core.
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: exactly one of ``result`` and ``error``."""

    task: Task
    result: Result | None
    error: DocumentError | None
    seconds: float
    attempts: int = 1


@dataclass(kw_only=True)
class AtWork:
    """What a worker is at: whether it is warm, and its document with how often that was tried,
    since when on the monotonic clock, and its pages as far as they are known.
    """

    ready: bool = False
    task: Task | None = None
    attempts: int = 1
    since: float = 0.0
    pages: int = 1

    def allowed_seconds(self, settings: Settings) -> float:
        """How long the document may take."""
        return settings.seconds_per_page * max(1, self.pages)


class Execute(Protocol):
    def __call__(
        self,
        make_work: MakeWork,
        tasks: Iterable[Task | None],
        settings: Settings,
        stop: Callable[[], bool],
    ) -> Generator[Outcome, None, None]:
        """Does all tasks, taken from the iterable no faster than they are done; None: the next is
        not ready yet.

        Once ``stop()`` is true no more are taken, and what is in hand is finished. Closing the
        iterator abandons what is in hand. Raises Form4Error for what is no document's fault (a
        missing program).
        """
        ...


def split(answer: Result | DocumentError) -> tuple[Result | None, DocumentError | None]:
    return (None, answer) if isinstance(answer, DocumentError) else (answer, None)
