"""Reads damaged documents by the thousand in watched processes and says how they ended.

    soak.py [--count 10000] [--first-seed 0] [--jobs 2] [--pipeline] [--seeds DIR]

Every document must be read or refused in words within its time and memory; a bug or a dead process
is printed with its seed, which makes the same file again, and the exit status is then 1. Even seeds
damage bytes at random (``tests/mutation.py``), odd ones the file's structure
(``tests/structure.py``). Originals are the fixtures, and with ``--seeds`` every document below DIR
besides. Without ``--pipeline`` pages are only decoded; with it the whole reading runs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from mutation import mutate, seeds  # noqa: E402
from structure import mutate_structure  # noqa: E402

from ocr_form4.run.executors.local import execute_local  # noqa: E402
from ocr_form4.run.worker import Result, Task, Tell, Work, make_work  # noqa: E402
from ocr_form4.settings import Settings  # noqa: E402
from ocr_form4.stages.rasterize import SUFFIXES, open_document  # noqa: E402
from ocr_form4.versions import software  # noqa: E402

LARGEST = 2_000_000
"""Bytes of an original at most: larger ones cost time and show nothing else."""
SETTINGS = Settings(
    max_page_pixels=40_000_000, max_pages=50, seconds_per_page=60, max_memory_mb=4_000
)


def make_decoding(settings: Settings) -> Work:
    def work(task: Task, tell: Tell) -> Result:
        with open_document(task.path, settings) as document:
            tell(document.page_count)
            return Result((), sum(1 for _ in document.pages()))

    return work


def tasks(folder: Path, first: int, count: int, more: Path | None) -> Iterator[Task]:
    whole = seeds(ROOT / "fixtures")
    if more is not None:
        found = sorted(p for p in more.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        whole += [p for p in found if p.stat().st_size <= LARGEST]
    for seed in range(first, first + count):
        original = whole[seed // 2 % len(whole)]
        damage = mutate_structure if seed % 2 else mutate
        path = folder / f"{seed}{original.suffix}"
        path.write_bytes(damage(original.read_bytes(), seed))
        yield Task(str(seed), path.name, path, "", path.stat().st_size)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--pipeline", action="store_true")
    parser.add_argument(
        "--seeds", type=Path, metavar="DIR", help="documents to damage besides the fixtures"
    )
    args = parser.parse_args()
    make = (
        partial(make_work, SETTINGS, software(SETTINGS))
        if args.pipeline
        else partial(make_decoding, SETTINGS)
    )
    ends: Counter[str] = Counter()
    slowest, begin = 0.0, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        made = tasks(Path(folder), args.first_seed, args.count, args.seeds)
        for outcome in execute_local(make, made, SETTINGS, lambda: False, jobs=args.jobs):
            kind = type(outcome.error).__name__ if outcome.error else "read"
            ends[kind] += 1
            slowest = max(slowest, outcome.seconds)
            outcome.task.path.unlink()
            if kind in ("InternalError", "WorkerCrash", "DocumentTimeout", "DocumentTooHungry"):
                print(f"seed {outcome.task.name}: {outcome.error}", flush=True)
    seconds = time.monotonic() - begin
    for kind, number in ends.most_common():
        print(f"{number:7} {kind}")
    print(f"{sum(ends.values())} documents in {seconds:.0f} s, the slowest {slowest:.1f} s")
    bad = (
        ends["InternalError"]
        + ends["WorkerCrash"]
        + ends["DocumentTimeout"]
        + ends["DocumentTooHungry"]
    )
    return 1 if bad or sum(ends.values()) != args.count else 0


if __name__ == "__main__":
    sys.exit(main())
