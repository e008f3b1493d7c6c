"""A worker's own side: a process that warms up and reads one document after another.

It has a process group of its own, so that the programs it calls die with it, and dies itself with
the run, however that ends.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from multiprocessing.connection import Connection

from ocr_form4.errors import Form4Error, MissingProgram
from ocr_form4.run.worker import MakeWork, attempt


def serve(pipe: Connection, make_work: MakeWork, parent: int) -> None:
    """A worker's life: warm up, then one task after another until the pipe ends."""
    os.setpgid(0, 0)
    _guard_children()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run decides what an interruption means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _die_with_parent(parent)
    # what C libraries say about damaged files would tear up the progress
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        work = make_work()
    except Form4Error as error:
        pipe.send(("fatal", error))
        return
    except Exception as error:
        problem = (
            f"the readers cannot start ({type(error).__name__}: {error}); run ocr-form4 doctor"
        )
        pipe.send(("fatal", MissingProgram(problem)))
        return
    gc.freeze()  # what is loaded stays: looking through it for garbage took 5 ms a page
    pipe.send(("ready", None))
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        if task is None:
            return
        try:
            answer = attempt(work, task, lambda pages: pipe.send(("pages", pages)))
        except Form4Error as error:
            pipe.send(("fatal", error))
            return
        try:
            pipe.send(("answer", answer))
        except (BrokenPipeError, ConnectionResetError):
            return


def _guard_children() -> None:
    """A process that outlives this one by a moment, and ends what this one has called, however it
    died.

    The kernel ends this process with its parent, but not the programs that this one runs. The guard
    has one end of a pipe; the other is only here, and closes when this process ends.
    """
    group = os.getpgid(0)
    heard, _ = os.pipe()  # programs that are called do not inherit it
    if os.fork():
        os.close(heard)
        return
    try:
        os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        os.dup2(heard, 3)
        os.closerange(4, 4096)  # the pipe to the run among them
        os.read(3, 1)
        os.killpg(group, signal.SIGKILL)
    finally:
        os._exit(0)


def _die_with_parent(parent: int) -> None:
    """On Linux the kernel kills this process when its parent ends (prctl(2), PR_SET_PDEATHSIG)."""
    with contextlib.suppress(OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
