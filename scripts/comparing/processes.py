"""A tool in a process of its own, so that what crashes, hangs or swells ends there. Linux: it reads
/proc.
"""

from __future__ import annotations

import contextlib
import multiprocessing as mp
import os
import shutil
import signal
import sys
import time
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from comparing.tools import TOOLS

LOOK_EVERY = 0.4
"""Seconds between two looks at a tool's memory and time; a peak that is shorter may go unseen."""
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class NotInstalled(Exception):
    """The tool, or a program that it needs, is not there; the message says what."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``state`` is read, failed (the tool's own error, or it died) or stopped (out of time).

    ``cpu_s`` are seconds of user and system time of the tool's process and all it started,
    ``peak_mb`` their resident memory together at its highest, in units of 2**20 bytes.
    """

    state: str
    message: str
    said: dict[str, Any]
    cpu_s: float
    peak_mb: float


class Worker:
    """A tool's process: started when first asked, and anew after it died or was stopped."""

    def __init__(self, tool: str, cpu_limit: float) -> None:
        """``cpu_limit``: seconds of processor time for a document; ten times as long by the
        clock.
        """
        self.tool, self.cpu_limit = tool, cpu_limit
        self.versions = ""
        self._process: mp.process.BaseProcess | None = None
        self._pipe: Connection | None = None
        self._warm = False

    def ask(self, file: Path) -> Answer:
        """Reads a document; a process its first one twice, as it warms up the first time. The
        second counts.
        """
        if self._process is None:
            self._start()
        if not self._warm:
            first = self._ask(file)
            if first.state != "read":
                return first
            self._warm = True
        return self._ask(file)

    def stop(self) -> None:
        """Ends the process and whatever it has started."""
        if self._process and self._process.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()
            self._process.join()
        self._process = self._pipe = None
        self._warm = False

    def _start(self) -> None:
        context = mp.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(self.tool, theirs), daemon=True)
        self._process.start()
        theirs.close()
        answer = self._wait()
        if answer.state != "read":
            self.stop()
            raise NotInstalled(answer.message)
        self.versions = str(answer.said["versions"])

    def _ask(self, file: Path) -> Answer:
        answer = self._wait(file)
        if answer.state == "stopped" or not (self._process and self._process.is_alive()):
            self.stop()
        return answer

    def _wait(self, file: Path | None = None) -> Answer:
        """For the answer about a file, or for the process to be ready."""
        assert self._pipe and self._process and self._process.pid
        pid = self._process.pid
        begun, (at_first, peak) = time.monotonic(), usage(pid)
        spent = 0.0
        if file:
            self._pipe.send(file)
        while not self._pipe.poll(LOOK_EVERY):
            now, memory = usage(pid)
            spent, peak = max(spent, now - at_first), max(peak, memory)
            if spent > self.cpu_limit or time.monotonic() - begun > 10 * self.cpu_limit:
                message = (
                    f"stopped after {spent:.0f} s of work, {time.monotonic() - begun:.0f} by the "
                    "clock"
                )
                return Answer("stopped", message, {}, spent, peak)
        try:
            state, message, said = self._pipe.recv()
        except EOFError:
            self._process.join()
            return Answer(
                "failed", f"its process ended with {self._process.exitcode}", {}, spent, peak
            )
        return Answer(state, message, said, round(usage(pid)[0] - at_first, 2), round(peak, 1))


def usage(session: int) -> tuple[float, float]:
    """Processor time in seconds, of ended children too, and resident memory in MB of a session's
    processes.
    """
    ticks = pages = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[3]) == session:
            ticks += sum(int(t) for t in fields[11:15])
            pages += int(fields[21])
    return ticks / _TICKS, pages * _PAGE / 2**20


def _serve(tool: str, pipe: Connection) -> None:
    """In the tool's process: one core, one thread, nothing on stdout, a session of its own for
    :func:`usage`.
    """
    os.setsid()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    os.environ.update(OMP_THREAD_LIMIT="1", OMP_NUM_THREADS="1")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        for program in TOOLS[tool].programs:
            if not shutil.which(program):
                raise ImportError(f"no program {program}")
        read = TOOLS[tool].make()
        pipe.send(("read", "", {"versions": TOOLS[tool].versions()}))
    except Exception as error:
        pipe.send(("failed", f"{type(error).__name__}: {error}", {}))
        return
    while True:
        try:
            file = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(("read", "", asdict(read(file))))
        except Exception as error:
            pipe.send(("failed", f"{type(error).__name__}: {error}", {}))
