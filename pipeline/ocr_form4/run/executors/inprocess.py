"""One document after another in this process: for debugging and for machines without processes to
spare.

Nothing watches it: a document that hangs, hangs the run, and a crash of an engine ends it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterable

from ocr_form4.run.executors import ONE_THREAD, Outcome, split
from ocr_form4.run.worker import MakeWork, Task, attempt
from ocr_form4.settings import Settings


def execute_inprocess(
    make_work: MakeWork, tasks: Iterable[Task | None], settings: Settings, stop: Callable[[], bool]
) -> Generator[Outcome, None, None]:
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    work = make_work()
    for task in tasks:
        if task is None:
            if stop():
                return
            continue
        start = time.monotonic()
        answer = attempt(work, task, lambda pages: None)
        yield Outcome(task, *split(answer), time.monotonic() - start)
        if stop():
            return
