"""What this machine has, and what a process holds of it: cores and memory."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

WORKER_MB = 1_500
"""Memory to reckon with for one process."""


def cores() -> int:
    """Those that this process may use, where the system says so (Linux); else all."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def default_jobs() -> int:
    """One process per core, fewer where there is not the memory for so many."""
    return max(1, min(cores(), int(machine_memory_mb() // WORKER_MB)))


def machine_memory_mb() -> float:
    """Memory of the machine, or what the container may use of it."""
    import psutil

    whole = int(psutil.virtual_memory().total)
    with contextlib.suppress(OSError, ValueError):
        whole = min(whole, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return whole / 1e6


def memory_mb(pid: int | None) -> float:
    """Resident memory of a process and its children, in MB; 0 where the system does not say."""
    if pid is None:
        return 0.0
    if not Path("/proc/self/statm").is_file():
        return _memory_mb_elsewhere(pid)
    total, todo = 0, [pid]
    page = os.sysconf("SC_PAGE_SIZE")
    while todo:
        one = todo.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page
            todo += [
                int(child) for child in Path(f"/proc/{one}/task/{one}/children").read_text().split()
            ]
        except (OSError, ValueError, IndexError):
            continue
    return total / 1e6


def _memory_mb_elsewhere(pid: int) -> float:
    """The same where there is no /proc; it looks through all processes, which takes longer."""
    import psutil

    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        return (
            float(sum(p.memory_info().rss for p in (process, *process.children(recursive=True))))
            / 1e6
        )
    return 0.0
