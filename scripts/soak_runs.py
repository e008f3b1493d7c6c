"""Kills, fills and disturbs whole runs at random points, and holds what they leave against an
undisturbed run.

    soak_runs.py [kills|disk|clock ...] [--count 100] [--first-seed 0] [--jobs 2] [--scans 40]

Every scan is one of the tests' fakes, which takes 0.4 s and no engine, so that hundreds of runs are
had in minutes. ``kills``: so many SIGKILLs of workers and so many of whole runs; a run that was
killed is started again until an undisturbed one has ended. ``disk``: OUT on a disk (tmpfs, wants
root) of a random size that no run fits in; the run must end in one line, and end well where the
disk has grown. ``clock``: a run and the one that goes on after its death are told another time, up
to ten years off, whenever they ask for it. Afterwards every file of OUT but those that tell of
times (the ledger and the report's front page) must be byte-identical to the undisturbed run's, the
ledger's filings, fields and checks equal, no process left and nothing half written. A round that
went wrong is printed with its seed; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from test_batch import scan  # noqa: E402
from test_faults import ENVIRONMENT, gone, marked, small_disk, start, workers_of  # noqa: E402

from ocr_form4.out.files import PART  # noqa: E402

APART = {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "report.html"}
"""Files that tell of times."""
SECONDS = 600
"""A run may take this long."""


class Wrong(Exception):
    """What a disturbed run has left is not what it should be."""


def left(out: Path) -> dict[str, bytes]:
    return {
        p.relative_to(out).as_posix(): p.read_bytes()
        for p in out.rglob("*")
        if p.is_file() and p.name not in APART
    }


def rows(out: Path) -> dict[str, list[tuple[object, ...]]]:
    tables = ("filings", "fields", "checks", "run_checks", "corrections")
    with closing(sqlite3.connect(out / "run.sqlite")) as db:
        found = {
            table: sorted(db.execute(f"select * from {table}").fetchall(), key=repr)
            for table in tables
        }
        found["documents"] = db.execute(
            "select name, sha256, pages, status from documents order by name"
        ).fetchall()
    return found


def compare(out: Path, whole: Path) -> None:
    """Raises Wrong with what differs."""
    got, want = left(out), left(whole)
    if got != want:
        names = sorted(n for n in got.keys() | want.keys() if got.get(n) != want.get(n))
        raise Wrong(f"{len(names)} files differ, the first {names[0]}")
    if rows(out) != rows(whole):
        raise Wrong("the ledger's rows differ")
    if half := [n for n in got if n.endswith(PART)]:
        raise Wrong(f"half written: {half[0]}")


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    try:
        told = process.communicate(timeout=SECONDS)[1]
    except subprocess.TimeoutExpired:
        process.kill()
        raise Wrong(f"a run hung for {SECONDS} s") from None
    if "Traceback" in told:
        raise Wrong(f"a traceback: {told[-400:]}")
    return process.returncode, told


def to_the_end(folder: Path, out: Path, *options: str) -> None:
    """Undisturbed, and once more where a worker that was killed twice had failed its document."""
    for _ in range(2):
        status, told = ended(start(folder, out, *options))
        if status == 0:
            return
    raise Wrong(f"exit status {status}: {told[-400:]}")


def kills(
    folder: Path, whole: Path, out: Path, chance: random.Random, jobs: int, done: Counter[str]
) -> None:
    """One OUT: runs into it killed until one ends by itself or twelve have died, then one to the
    end.
    """
    for _ in range(12):
        with marked(out):
            run = start(folder, out, "--jobs", str(jobs))
            end = time.monotonic() + chance.uniform(0.5, 8)
            while time.monotonic() < end and run.poll() is None:
                time.sleep(chance.uniform(0.1, 0.9))
                workers = [w for w in workers_of(out) if w != run.pid and _is_worker(w)]
                if workers and chance.random() < 0.4:
                    os.kill(chance.choice(workers), signal.SIGKILL)
                    done["workers killed"] += 1
            if dead := run.poll() is None:
                run.kill()
                done["runs killed"] += 1
            told = run.communicate(timeout=SECONDS)[1]
            if "Traceback" in told:
                raise Wrong(f"a traceback: {told[-400:]}")
            if not gone(out):
                raise Wrong("processes were left")
        if not dead:
            break
    to_the_end(folder, out, "--jobs", str(jobs))
    compare(out, whole)


def _is_worker(process: int) -> bool:
    try:
        return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False


def disk(
    folder: Path, whole: Path, out: Path, chance: random.Random, jobs: int, done: Counter[str]
) -> None:
    """OUT on a disk that fills at a random point, three times a little later."""
    kilobytes = sum(p.stat().st_size for p in whole.rglob("*") if p.is_file()) // 1024
    room = chance.randint(8, kilobytes)
    with small_disk(out.with_name(f"{out.name}-disk"), f"{room}k") as small:
        here = small / "out"
        for _ in range(3):
            status, told = ended(start(folder, here, "--jobs", str(jobs)))
            done[f"runs ended with exit status {status}"] += 1
            if status == 0:
                break
            if status != 5 or not told.strip():
                raise Wrong(f"exit status {status}: {told[-400:]}")
            room += chance.randint(8, kilobytes // 2)
            _grow(small, room)
        _grow(small, 256_000)
        to_the_end(folder, here, "--jobs", str(jobs))
        compare(here, whole)


def _grow(disk: Path, kilobytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={kilobytes}k", str(disk)], check=True)


def clock(
    folder: Path, whole: Path, out: Path, chance: random.Random, jobs: int, done: Counter[str]
) -> None:
    """A run that is killed and goes on, and the clock says another year whenever it is asked."""
    ENVIRONMENT["CLOCK_OF_TEST"] = str(chance.random())
    try:
        run = start(folder, out, "--jobs", str(jobs))
        time.sleep(chance.uniform(3, 8))
        run.kill()
        run.communicate(timeout=SECONDS)
        status, told = ended(start(folder, out, "--jobs", str(jobs)))
    finally:
        del ENVIRONMENT["CLOCK_OF_TEST"]
    if status:
        raise Wrong(f"exit status {status}: {told[-400:]}")
    done["runs killed"] += 1
    compare(out, whole)


PARTS: dict[str, tuple[Callable[..., None], str]] = {
    "kills": (kills, "runs killed"), "disk": (disk, "rounds"), "clock": (clock, "runs killed"),
}  # fmt: skip
"""What disturbs a run, and what is counted up to ``--count``."""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scans", type=int, default=40)
    args = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="soak-runs-") as folder:
        scans, whole = Path(folder, "in"), Path(folder, "whole")
        for number in range(args.scans):
            scan(scans, f"box/slow{number:03}.pdf", number % 80)
        to_the_end(scans, whole, "--jobs", str(args.jobs))
        for part in args.parts or PARTS:
            disturb, counted = PARTS[part]
            done: Counter[str] = Counter()
            seed, begin = args.first_seed, time.monotonic()
            while done[counted] < args.count or (
                part == "kills" and done["workers killed"] < args.count
            ):
                try:
                    disturb(
                        scans,
                        whole,
                        Path(folder, f"{part}{seed}"),
                        random.Random(seed),
                        args.jobs,
                        done,
                    )
                except Wrong as error:
                    wrong += 1
                    print(f"{part}, seed {seed}: {error}", flush=True)
                seed += 1
                done["rounds"] += 1
                print(
                    f"{part}: {', '.join(f'{n} {what}' for what, n in done.items())}",
                    file=sys.stderr,
                    flush=True,
                )
            told = ", ".join(f"{number} {what}" for what, number in sorted(done.items()))
            print(f"{part}: {told}, {wrong} wrong, seeds {args.first_seed} to {seed - 1}, "
                  f"{time.monotonic() - begin:.0f} s", flush=True)  # fmt: skip
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
