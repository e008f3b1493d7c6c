"""An OUT that lies elsewhere, and what may happen to it: a death, a second run, no network."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fake_reading
import pytest
from elsewhere import as_local, everything, scans
from fake_store import Bucket, Disk
from fsspec.registry import known_implementations
from test_batch import go, results
from test_faults import gone, marked, start, wait_for

from ocr_form4.cli import main
from ocr_form4.errors import MissingProgram, OutputError, OutputLocked, UsageError
from ocr_form4.out import claim, store
from ocr_form4.out.files import PART
from ocr_form4.out.place import reading, writing
from ocr_form4.run.events import Event, Note

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("where", ["the same machine", "another machine"])
def test_a_killed_run_goes_on_and_ends_byte_identical(
    tmp_path: Path, url: str, where: str, machine: Callable[[str], None]
) -> None:
    folder, far = scans(tmp_path / "in", 8, "slow") / "box", as_local(url)
    with marked(far):
        process = start(folder, url, "--jobs", "2")
        wait_for(far / "filings", 3)
        process.kill()
        process.communicate()
        assert gone(far)
    for name, data in results(far).items():
        if name.endswith(".json") and url.startswith("disk"):
            json.loads(data)  # never half of it
    kept = len(list((far / "filings").glob("*.json")))
    assert 3 <= kept < 8
    if where == "another machine":
        machine("second")
    again = start(folder, url, "--jobs", "2", "--log-json")
    _, told = again.communicate(timeout=300)
    assert again.returncode == 0, told
    events = [json.loads(line) for line in told.splitlines()]
    notes = [e["line"] for e in events if e["event"] == "note"]
    if where == "the same machine":
        assert events[-1]["skipped"] in (kept - 1, kept) and not notes
    else:
        assert len(notes) == 2 and "no sign of life" in notes[1]
    assert start(folder, tmp_path / "whole").wait(120) == 0
    assert everything(far) == everything(tmp_path / "whole")


def test_a_second_run_is_refused_here_and_elsewhere(
    tmp_path: Path, url: str, machine: Callable[[str], None]
) -> None:
    folder = scans(tmp_path / "in", 1)
    with writing(url):
        with pytest.raises(OutputLocked, match="another run is writing here"):
            go(folder, url)
        with reading(url):
            pass  # looking on is nobody's harm
        machine("second")
        with pytest.raises(
            OutputLocked, match=rf"another run \(process {os.getpid()} on .*\) is writing here"
        ):
            go(folder, url)
    assert go(folder, url).read == 1


def test_a_run_whose_claim_was_taken_writes_no_more(
    tmp_path: Path, url: str, machine: Callable[[str], None]
) -> None:
    folder = scans(tmp_path / "in", 3)

    def lose(event: Event) -> None:
        other = claim.Record("another", True, "elsewhere", 1)
        store.Store(url).write(
            claim.FILE, json.dumps({f: getattr(other, f) for f in other.__slots__}).encode()
        )
        claim.threading.Event().wait(1.5)  # type: ignore[attr-defined]

    with pytest.raises(OutputLocked, match="process 1 on elsewhere"):
        go(folder, url, tell=lose)
    assert json.loads((as_local(url) / claim.FILE).read_bytes())["token"] == "another"
    assert not (as_local(url) / "filings").exists()


def test_what_is_spoiled_there_is_put_again(tmp_path: Path, url: str) -> None:
    folder = scans(tmp_path / "in")
    go(folder, url)
    far = as_local(url)
    whole = everything(far)
    (far / "filings/box/s1.json").write_bytes(b"{")
    (far / "filings/box/s2.xml").unlink()
    (far / f"filings/box/s3.json{PART}").write_bytes(b"half")
    told: list[Event] = []
    assert go(folder, url, tell=told.append).read == 0
    notes = [e.line for e in told if isinstance(e, Note)]
    assert (
        len(notes) == 1
        and notes[0].startswith(f"{url}/filings/box/s1.json: lost or changed")
        and "2 in all" in notes[0]
    )
    assert everything(far) == whole


def test_what_is_spoiled_there_is_read_again_by_another_machine(
    tmp_path: Path, url: str, machine: Callable[[str], None]
) -> None:
    folder = scans(tmp_path / "in")
    go(folder, url)
    whole = everything(as_local(url))
    (as_local(url) / "filings/box/s1.json").write_bytes(b"{")
    machine("second")
    told: list[Event] = []
    assert go(folder, url, tell=told.append).read == 1
    assert [e.line.split(":")[1] for e in told if isinstance(e, Note)] == [
        f"//{as_local(url)}/filings/box/s1.json"
    ]
    assert everything(as_local(url)) == whole


def test_a_network_that_is_away_for_a_moment_costs_nothing(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = Disk if url.startswith("disk") else Bucket
    before, calls = kind.put_file, []

    def flaky(self: Any, here: str, there: str, **options: Any) -> Any:
        calls.append(there)
        if len(calls) % 3 == 1:
            Path(there).parent.mkdir(parents=True, exist_ok=True)
            Path(there).write_bytes(b"half")
            raise ConnectionError("reset by peer")
        return before(self, here, there, **options)

    monkeypatch.setattr(kind, "put_file", flaky)
    folder = scans(tmp_path / "in")
    assert go(folder, url).failures == []
    go(folder, tmp_path / "out")
    assert everything(as_local(url)) == everything(tmp_path / "out")


def test_a_network_that_stays_away_ends_the_run_and_the_next_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, folder = f"disk://{tmp_path}/far/out", scans(tmp_path / "in")
    before, calls = Disk.put_file, []

    def gone_after_five(self: Any, here: str, there: str, **options: Any) -> Any:
        calls.append(there)
        if len(calls) > 5:
            Path(there).write_bytes(b"half")
            raise ConnectionError("unreachable")
        return before(self, here, there, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Disk, "put_file", gone_after_five)
        with pytest.raises(
            OutputError,
            match=r"cannot be written \(ConnectionError: unreachable\).*same command again",
        ):
            go(folder, url)
    there = results(as_local(url))
    assert len([n for n in there if not n.endswith(PART)]) == 5  # whole, each of them
    again = go(folder, url)
    assert (again.skipped, again.read) == (2, 2)
    go(folder, tmp_path / "out")
    assert everything(as_local(url)) == everything(tmp_path / "out")


def test_bad_addresses_are_told_in_one_line_with_their_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = scans(tmp_path / "in", 1)
    absent = {"class": "no_such_module.FileSystem", "err": "Install nosuch to access it"}
    monkeypatch.setitem(known_implementations, "nosuch", absent)
    (tmp_path / "file").touch()

    def denied(self: Any, path: str, value: bytes, **options: Any) -> None:
        raise PermissionError("AccessDenied")

    cases: list[tuple[str, type[Exception], str]] = [
        ("nonsense://x/y", UsageError, "no such kind of address"),
        ("nosuch://user:secret@x/y", MissingProgram, "Install nosuch to access it"),
        (f"disk://{tmp_path}/file", OutputError, "file"),
        (f"bucket://{tmp_path}/far", OutputError, "AccessDenied"),
    ]
    monkeypatch.setattr(Bucket, "pipe_file", denied)
    for address, error, text in cases:
        assert main([str(folder), "-o", address], fake_reading.fake_work) == error.exit_code  # type: ignore[attr-defined]
        told = capsys.readouterr().err
        assert told.count("\n") == 1 and text in told and "secret" not in told
        assert address.replace("secret", "…") in told
    for command in ("audit", "export", "holdings"):
        assert main([command, f"disk://{tmp_path}/none"]) == UsageError.exit_code
        assert "no results there" in capsys.readouterr().err
