"""Seconds a page and peak memory, beside whole-page Tesseract on the same scans, in one run on one core.

    python scripts/bench.py fixtures/scan [--documents N]

Whole-page Tesseract is ``pytesseract.image_to_string(page at 300 dpi, --psm 6)``. Both read every page in turn, ABAB,
so that a machine whose speed drifts slows both. An absolute time means little; the ratio is what to look at, and on
a machine that does other work too, the ratio of processor time, Tesseract's own processes included.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import statistics
import time
from dataclasses import dataclass
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scans", type=Path, nargs="+")
    parser.add_argument("--documents", type=int, default=1000, help="at most so many, evenly chosen")
    parser.add_argument("--readers", default="form,paddle,tesseract,textlayer")
    args = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    from ocr_form4.filing import read_document
    from ocr_form4.readers import make_readers
    from ocr_form4.settings import Settings

    settings = Settings(readers=tuple(args.readers.split(",")))
    started = time.perf_counter()
    readers = make_readers(settings)
    files = sorted(f for s in args.scans for f in ([s] if s.is_file() else s.rglob("*")) if f.is_file())
    files = files[:: -(-len(files) // args.documents)]
    read_document(files[0], settings, readers)  # the first page pays for loading and compiling
    print(f"start-up {time.perf_counter() - started:.1f} s, once a process")
    ours, theirs, ratios, pages = 0.0, 0.0, [], 0
    our_work, their_work = 0.0, 0.0
    for file in files:
        t0, w0 = time.perf_counter(), work()
        read_document(file, settings, readers)
        t1, w1 = time.perf_counter(), work()
        count = whole_page(file, settings)
        t2, w2 = time.perf_counter(), work()
        ours, theirs, pages = ours + t1 - t0, theirs + t2 - t1, pages + count
        our_work, their_work = our_work + w1 - w0, their_work + w2 - w1
        ratios.append((t1 - t0) / (t2 - t1))
        print(f"{file.name:28} {count} pages  {(t1 - t0) / count:6.2f} s a page  tesseract {(t2 - t1) / count:6.2f}  "
              f"ratio {ratios[-1]:.2f}", flush=True)  # fmt: skip
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = max((p.memory for p in running()), default=0.0)
    print(f"{pages} pages: {ours / pages:.2f} s a page, whole-page Tesseract {theirs / pages:.2f}; "
          f"ratio {ours / theirs:.3f} (median of documents {statistics.median(ratios):.3f})")  # fmt: skip
    print(f"of the processor: {our_work / pages:.2f} s a page, whole-page Tesseract {their_work / pages:.2f}; "
          f"ratio {our_work / their_work:.3f}")  # fmt: skip
    print(f"peak memory: this process {own:.0f} MB, its Tesseract {child:.0f} MB")


def work() -> float:
    """Seconds of a processor that this process and those it has started have used, ended or not."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in both) + sum(p.seconds for p in running())


@dataclass(frozen=True)
class Running:
    """A process that this one has started: what it has used of a processor, and at most of memory, in MB."""

    seconds: float
    memory: float


def running() -> list[Running]:
    """The processes that this one has started and that still run: proc_pid_stat(5), proc_pid_status(5)."""
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            stat = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
            peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc", pid, "status").read_text())
            ticks = int(stat[11]) + int(stat[12])
            found.append(Running(ticks / os.sysconf("SC_CLK_TCK"), int(peak[1]) / 1024 if peak else 0.0))
    return found


def whole_page(file: Path, settings: object) -> int:
    """Reads a document's pages through pytesseract, at 300 dpi; gives how many they are."""
    import cv2
    import pytesseract

    from ocr_form4.settings import Settings
    from ocr_form4.stages.rasterize import open_document

    assert isinstance(settings, Settings)
    with open_document(file, settings) as document:
        for page in document.pages():
            height, width = page.pixels.shape
            size = round(width * 300 / page.dpi[0]), round(height * 300 / page.dpi[1])
            pytesseract.image_to_string(cv2.resize(page.pixels, size), config="--psm 6")
        return document.page_count


if __name__ == "__main__":
    main()
