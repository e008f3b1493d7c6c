"""What goes wrong in long runs: hangs, crashes, kills, full disks. Nothing is lost, and nothing is
left behind.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from test_batch import go, results, scan, work

from ocr_form4.commands.audit import run_audit
from ocr_form4.errors import OutputError
from ocr_form4.out.files import PART
from ocr_form4.out.ledger import open_ledger
from ocr_form4.run.executors.inprocess import execute_inprocess
from ocr_form4.run.executors.local import execute_local
from ocr_form4.run.export import export_corrections
from ocr_form4.settings import Settings

pytestmark = pytest.mark.slow
CLI = Path(__file__).with_name("fake_cli.py")
_PATHS = (str(CLI.parent), os.environ.get("PYTHONPATH", ""))
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, _PATHS))}


def start(inputs: Path | str, out: Path | str, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(CLI), str(inputs), "-o", str(out), *options]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
        start_new_session=True,
    )


def wait_for(what: Path, count: int, seconds: float = 30) -> None:
    """Until so many filings are written."""
    deadline = time.monotonic() + seconds
    while len(list(what.glob("*.json"))) < count:
        assert time.monotonic() < deadline, "nothing was written"
        time.sleep(0.05)


def workers_of(out: Path) -> list[int]:
    """Processes of this machine that a run into ``out`` started and that are alive."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            ours = f"OUT_OF_TEST={out}".encode() in (process / "environ").read_bytes()
            # lives as long as its process, pytest
            tracker = b"resource_tracker" in (process / "cmdline").read_bytes()
            if ours and not tracker and process.name != str(os.getpid()):
                found.append(int(process.name))
        except OSError:
            continue
    return found


def gone(out: Path, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while workers_of(out) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not workers_of(out)


@contextmanager
def marked(out: Path) -> Iterator[None]:
    """Processes started within carry a mark by which :func:`workers_of` finds them."""
    ENVIRONMENT["OUT_OF_TEST"] = str(out)
    os.environ["OUT_OF_TEST"] = str(out)
    try:
        yield
    finally:
        del ENVIRONMENT["OUT_OF_TEST"], os.environ["OUT_OF_TEST"]


def test_hangs_crashes_and_gluttons_cost_only_themselves(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for name in ("a", "crash", "b", "eat", "c", "hang", "once", "d"):
        scan(folder, f"{name}.pdf", ord(name[0]) - 96)
    settings = Settings(seconds_per_page=8, max_memory_mb=800)
    with marked(out):
        begin = time.monotonic()
        summary = go(
            folder, out, partial(execute_local, jobs=2), settings=settings, make=work(settings)
        )
        assert time.monotonic() - begin < 90
        assert gone(out)
    assert [f.name for f in summary.filings] == ["a", "b", "c", "d", "once"]
    failures = {f.name: f for f in summary.failures}
    assert {n: f.error_kind for n, f in failures.items()} == {
        "crash": "WorkerCrash", "eat": "DocumentTooHungry", "hang": "DocumentTimeout",
    }  # fmt: skip
    assert "SIGSEGV" in (failures["crash"].error or "")
    assert failures["crash"].attempts == 2
    with open_ledger(out) as ledger:
        once = ledger.document("once")
        assert once and once.done and once.attempts == 2
    (folder / "hang.pdf").unlink()
    plain = tmp_path / "plain"
    for name in ("crash", "eat"):
        (folder / f"{name}.pdf").unlink()
    go(folder, plain, execute_inprocess, settings=settings, make=work(settings))
    assert results(out) == results(plain)


def test_a_killed_run_goes_on_and_ends_byte_identical(tmp_path: Path) -> None:
    folder, out, whole = tmp_path / "in", tmp_path / "out", tmp_path / "whole"
    for number in range(8):
        scan(folder, f"slow{number}.pdf", number)
    with marked(out):
        process = start(folder, out, "--jobs", "2")
        wait_for(out / "filings", 2)
        process.kill()  # SIGKILL: no chance to tidy up
        process.communicate()
        assert gone(out), "workers outlived the run"
    kept = len(results(out)) // 2
    assert 2 <= kept < 8
    again = start(folder, out, "--jobs", "2", "--log-json")
    _, told = again.communicate(timeout=60)
    assert again.returncode == 0
    events = [json.loads(line) for line in told.splitlines()]
    # one may have been written and not yet entered
    assert events[-1]["skipped"] in (kept - 1, kept)
    assert start(folder, whole).wait(60) == 0
    assert results(out) == results(whole)
    for table in ("transactions.csv", "holdings.csv"):
        assert (out / table).read_bytes() == (whole / table).read_bytes()
    assert not list(out.rglob(f"*{PART}"))


def _program(process: int) -> bytes:
    """What a process runs; nothing where it has ended since it was listed."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@pytest.mark.parametrize("killed", ["run", "worker"])
def test_what_a_worker_has_called_dies_with_it(tmp_path: Path, killed: str) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    scan(folder, "child.pdf")

    def called() -> list[int]:
        return [p for p in workers_of(out) if _program(p).startswith(b"sleep")]

    with marked(out):
        process = start(folder, out, "--jobs", "1")
        deadline = time.monotonic() + 60
        while not called():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        before = called()
        parent = int(Path(f"/proc/{before[0]}/stat").read_text().split()[3])
        os.kill(process.pid if killed == "run" else parent, signal.SIGKILL)
        while set(called()) & set(before):
            assert time.monotonic() < deadline, "a program outlived its worker"
            time.sleep(0.05)
        process.kill()
        process.communicate()
        assert gone(out)


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(6):
        scan(folder, f"slow{number}.pdf", number)
    with marked(out):
        process = start(folder, out, "--jobs", "1")
        wait_for(out / "filings", 1)
        for worker in workers_of(out):
            if (
                worker != process.pid
                and b"spawn_main" in Path(f"/proc/{worker}/cmdline").read_bytes()
            ):
                os.kill(worker, signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(results(out)) == 12


def test_an_interrupt_finishes_what_is_in_hand_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(8):
        scan(folder, f"slow{number}.pdf", number)
    with marked(out):
        process = start(folder, out, "--jobs", "2")
        wait_for(out / "filings", 1)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: the whole group
        _, told = process.communicate(timeout=30)
        assert gone(out)
    assert process.returncode == 130
    assert "run the same command again to go on" in told
    kept = len(results(out)) // 2
    assert 1 <= kept < 8
    assert (out / "report.html").exists()
    again = start(folder, out)
    _, told = again.communicate(timeout=60)
    assert again.returncode == 0
    assert f"{8 - kept} read, {kept} unchanged" in told


def test_a_second_run_on_the_same_out_is_refused(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(4):
        scan(folder, f"slow{number}.pdf", number)
    first = start(folder, out, "--jobs", "1")
    wait_for(out / "filings", 1)
    second = start(folder, out)
    _, told = second.communicate(timeout=30)
    assert second.returncode == 5
    assert "another run is writing here" in told and told.count("\n") == 1
    first.communicate(timeout=60)
    assert first.returncode == 0


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_ends_the_run_in_words_and_room_lets_it_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for number in range(12):
        scan(folder, f"s{number:02}.pdf", number)
    with small_disk(tmp_path / "disk", "700k") as disk:
        out = disk / "out"
        process = start(folder, out, "--jobs", "1")
        _, told = process.communicate(timeout=60)
        assert process.returncode == 5, told
        assert "No space left" in told or "full" in told
        assert "Traceback" not in told
        for name, data in results(out).items():
            if name.endswith(".json"):
                json.loads(data)  # whole, or not there
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        again = start(folder, out)
        _, told = again.communicate(timeout=60)
        assert again.returncode == 0, told
        go(folder, tmp_path / "whole")
        assert {k.replace(".json", "") for k in results(out)} == {
            k.replace(".json", "") for k in results(tmp_path / "whole")
        }


def test_a_read_only_out_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    scan(folder, "a.pdf")
    with small_disk(tmp_path / "disk", "1m") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(OutputError, match="cannot be written") as raised:
            go(folder, disk / "out")
        assert raised.value.exit_code == 5
        with pytest.raises(OutputError, match="cannot be written"):
            go(folder, disk)


def test_a_clock_that_jumps_disturbs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    for number in range(3):
        scan(folder, f"s{number}.pdf", number)
    now = iter(range(10**9, 0, -(10**6)))
    monkeypatch.setattr(time, "time", lambda: float(next(now)))
    summary = go(folder, tmp_path / "out", partial(execute_local, jobs=1))
    assert (summary.read, summary.failures) == (3, [])
    assert 0 <= summary.seconds < 60


@pytest.mark.parametrize(
    ("options", "status"), [([], 0), (["--strict"], 0), (["--strict", "--max-wrong", "-1"], 2)]
)
def test_exit_statuses_of_good_input(tmp_path: Path, options: list[str], status: int) -> None:
    scan(tmp_path / "in", "a.pdf")
    process = start(tmp_path / "in", tmp_path / "out", "--json", *options)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == status
    if status == 0:
        line = json.loads(told)
        assert (line["name"], line["status"]) == ("a", "complete")


def test_exit_statuses_of_bad_input(tmp_path: Path) -> None:
    scan(tmp_path / "in", "a.pdf")
    (tmp_path / "in" / "b.pdf").write_bytes(b"%PDF-1.4\nrubbish")
    process = start(tmp_path / "in", tmp_path / "out")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3
    assert sum("b.pdf" in line for line in told.splitlines()) == 1
    assert start(tmp_path / "none", tmp_path / "out").wait(30) == 2
    (tmp_path / "void").mkdir()
    assert start(tmp_path / "void", tmp_path / "out").wait(30) == 2


def test_a_run_in_which_nothing_can_be_read_has_a_line_each_and_its_report(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, data in (("a.pdf", b""), ("b.tif", b"II*\0"), ("c.png", b"no picture")):
        (tmp_path / "in" / name).write_bytes(data)
    process = start(tmp_path / "in", tmp_path / "out")
    _, told = process.communicate(timeout=60)
    assert process.returncode == 3
    assert [
        sum(name in line for line in told.splitlines()) for name in ("a.pdf", "b.tif", "c.png")
    ] == [1, 1, 1]
    assert {p.name for p in (tmp_path / "out").glob("*.*")} >= {
        "report.html",
        "transactions.csv",
        "holdings.parquet",
    }
    listed, status = run_audit(tmp_path / "out")
    assert status == 3
    assert (
        listed.count("could not be read") == 3 and listed.count(str(tmp_path / "in" / "a.pdf")) == 1
    )
    assert export_corrections(tmp_path / "out").filings == 0


def test_the_script_that_kills_runs_by_the_hundred_finds_nothing_wrong(tmp_path: Path) -> None:
    script = CLI.parents[1] / "scripts" / "soak_runs.py"
    command = [sys.executable, str(script), "kills", "--count", "1", "--scans", "6"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, env=ENVIRONMENT
    )
    assert done.returncode == 0 and "0 wrong" in done.stdout, done.stdout + done.stderr
