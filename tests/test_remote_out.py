"""An OUT that lies elsewhere: the same files as on a disk, nothing lost by a death, one run at a
time.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import fake_reading
import fsspec
import pytest
from documents import FIXTURES
from fake_store import Bucket, Disk
from fsspec.registry import known_implementations
from test_batch import SETTINGS, go, results, scan
from test_damaged_out import ISSUER, correct
from test_faults import ENVIRONMENT, gone, marked, start, wait_for

from ocr_form4.cli import main
from ocr_form4.errors import MissingProgram, OutputError, OutputLocked, UsageError
from ocr_form4.out import claim, place, store
from ocr_form4.out.files import PART
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.out.place import reading, working_folder, writing
from ocr_form4.readers import Readers
from ocr_form4.review.session import Review, View
from ocr_form4.run.events import Event, Note
from ocr_form4.run.executors.local import execute_local
from ocr_form4.run.export import export_corrections
from ocr_form4.run.worker import make_work
from ocr_form4.settings import Settings

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Working folders of this test alone; called with a name, it is as if on another machine."""

    def be(name: str) -> None:
        monkeypatch.setenv("OCR_FORM4_WORK", str(tmp_path / "work" / name))
        ENVIRONMENT["OCR_FORM4_WORK"] = str(tmp_path / "work" / name)

    be("first")
    ENVIRONMENT["BEAT_OF_TEST"] = "0.3"
    for name, seconds in (("BEAT", 0.3), ("PATIENCE", 3.0), ("LOOK", 0.1)):
        monkeypatch.setattr(claim, name, seconds)
    monkeypatch.setattr(store, "PAUSES", (0.01, 0.01, 0.01))
    yield be
    del ENVIRONMENT["OCR_FORM4_WORK"], ENVIRONMENT["BEAT_OF_TEST"]


def everything(folder: Path) -> dict[str, bytes]:
    """All files of an OUT but those that tell of times and machines: the ledger, the claim, the
    report's front page.
    """
    apart = {"run.sqlite", "run.lock", "report.html"}
    assert (folder / "report.html").stat().st_size > 1000
    files = (p for p in folder.rglob("*") if p.is_file() and p.name not in apart)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def as_local(url: str) -> Path:
    return Path(url.partition("://")[2])


@pytest.fixture(params=["disk", "bucket"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return f"{request.param}://{tmp_path / 'far' / 'out'}"


def scans(folder: Path, count: int = 4, name: str = "s") -> Path:
    for number in range(count):
        scan(folder, f"box/{name}{number}.pdf", number)
    return folder


def test_real_scans_give_the_same_files_elsewhere_as_here(tmp_path: Path, readers: Readers) -> None:
    make = partial(make_work, Settings(), fake_reading.SOFTWARE, None, lambda settings: readers)
    given, far = FIXTURES / "scan" / "sales.pdf", f"disk://{tmp_path}/far/out"
    assert len(go(given, far, settings=Settings(), make=make).filings) == 1
    go(given, tmp_path / "out", settings=Settings(), make=make)
    here = everything(tmp_path / "out")
    assert {
        "filings/sales.xml",
        "filings/sales.json",
        "transactions.parquet",
        "report/sales.js",
    } <= here.keys()
    assert everything(as_local(far)) == here


def test_every_kind_of_store_gets_what_a_folder_gets(tmp_path: Path, url: str) -> None:
    folder = scans(tmp_path / "in")
    scan(folder, "several.pdf", 2, count=2)
    (folder / "bad.pdf").write_bytes(b"no PDF")
    wanted = Settings(seconds_per_page=20, searchable_pdf=True)
    told = go(folder, url, partial(execute_local, jobs=2), settings=wanted)
    here = go(folder, tmp_path / "out", settings=wanted)
    assert everything(as_local(url)) == everything(tmp_path / "out")
    assert [f.name for f in told.failures] == ["bad"] and told.filings == here.filings
    with (
        sqlite3.connect(as_local(url) / "run.sqlite") as far,
        sqlite3.connect(tmp_path / "out/run.sqlite") as near,
    ):
        for table in ("filings", "fields"):
            rows = [
                sorted(db.execute(f"select * from {table}").fetchall(), key=repr)
                for db in (far, near)
            ]
            assert rows[0] == rows[1] != []
    again = go(folder, url, settings=wanted)
    assert (again.read, again.skipped) == (1, 5)  # the bad one is tried again


def test_what_is_in_memory_elsewhere(tmp_path: Path) -> None:
    folder = scans(tmp_path / "in")
    go(folder, "memory://test_remote_out/out")
    go(folder, tmp_path / "out")
    fsspec.filesystem("memory").get("/test_remote_out/out", str(tmp_path / "got"), recursive=True)
    assert everything(tmp_path / "got") == everything(tmp_path / "out")


def test_a_folder_of_this_machine_may_be_given_as_a_url(tmp_path: Path) -> None:
    scans(tmp_path / "in", 1)
    assert start(tmp_path / "in", f"file://{tmp_path}/out").wait(60) == 0
    assert len(results(tmp_path / "out")) == 2
    assert not (tmp_path / "work").exists()


def test_only_what_changed_is_read_and_put_again(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = scans(tmp_path / "in")
    scan(folder, "several.pdf", 2, count=2)
    for out in (url, tmp_path / "out"):
        go(folder, out)
    put: list[str] = []
    kind = Disk if url.startswith("disk") else Bucket
    before = kind.put_file
    monkeypatch.setattr(
        kind,
        "put_file",
        lambda self, a, b, **k: put.append(Path(b).name) or before(self, a, b, **k),
    )
    assert go(folder, url).read == 0
    assert {n.removesuffix(PART) for n in put} == {"run.sqlite"}
    scan(folder, "box/s1.pdf", 9)
    scan(folder, "several.pdf", 2, count=1)
    assert go(folder, url).read == 2
    assert not any(n.startswith(("s0", "s2", "s3")) for n in put)
    go(folder, tmp_path / "out")
    assert everything(as_local(url)) == everything(tmp_path / "out")


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


def test_another_machine_goes_on_with_the_ledger_of_the_first(
    tmp_path: Path, url: str, machine: Callable[[str], None]
) -> None:
    folder = scans(tmp_path / "in")
    go(folder, url)
    machine("second")
    told: list[Event] = []
    scan(folder, "box/s7.pdf", 7)
    summary = go(folder, url, tell=told.append)
    assert (summary.read, summary.skipped) == (1, 4)
    assert not [e for e in told if isinstance(e, Note)]
    go(folder, tmp_path / "out")
    assert everything(as_local(url)) == everything(tmp_path / "out")
    machine("first")  # whose folder is of before
    assert go(folder, url).skipped == 5
    assert everything(as_local(url)) == everything(tmp_path / "out")


def test_the_ledger_is_there_before_the_run_ends(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "LEDGER_SECONDS", 0.0)
    monkeypatch.setattr(place, "LEDGER_SHARE", 0)
    known: list[int] = []

    def look(event: Event) -> None:
        ledger = as_local(url) / "run.sqlite"
        if ledger.exists():
            with sqlite3.connect(ledger) as db:
                known.append(db.execute("select count(*) from documents").fetchone()[0])

    go(scans(tmp_path / "in"), url, tell=look)
    assert list(dict.fromkeys(known)) == [1, 2, 3, 4]  # and once more while tables are made


def test_corrections_of_two_machines_are_kept(
    tmp_path: Path, url: str, machine: Callable[[str], None]
) -> None:
    folder = scans(tmp_path / "in", 2)
    go(folder, url)
    here = working_folder(url)
    found = json.loads((here / "filings/box/s0.json").read_bytes())
    sha256, read = (
        found["source"]["sha256"],
        next(f["value"] for f in found["fields"] if f["path"] == ISSUER),
    )
    with open_ledger(here) as ledger:  # decided, and the machine died before anything went there
        ledger.add_correction(sha256, 1, Correction(ISSUER, "A PERSON'S INC", read, 0.4, "first"))
        ledger.undo_correction(
            ledger.add_correction(sha256, 1, Correction(ISSUER, "WRONG", read, 0.4, "first"))
        )
    machine("second")
    with reading(url) as other:
        correct(other, "box/s1")
    assert go(folder, url, on_existing="overwrite").read == 2
    machine("first")
    exported = export_corrections(url)
    assert (exported.filings, exported.fields, exported.problems) == (2, 2, ())
    for name in ("s0", "s1"):
        assert b"A PERSON'S INC" in (as_local(url) / f"filings/box/{name}.xml").read_bytes()
    with sqlite3.connect(as_local(url) / "run.sqlite") as db:
        kept = db.execute(
            "select value, who, undone from corrections order by value, who"
        ).fetchall()
    assert kept == [
        ("A PERSON'S INC", "", 0),
        ("A PERSON'S INC", "first", 0),
        ("WRONG", "first", 1),
    ]
    machine("third")
    assert go(folder, url).skipped == 2
    assert go(folder, url, on_existing="overwrite").read == 2
    assert b"A PERSON'S INC" in (as_local(url) / "filings/box/s0.xml").read_bytes()


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


def test_scans_and_results_may_lie_in_one_place(tmp_path: Path, url: str) -> None:
    far = as_local(url).parent
    scans(far / "scans", 3)
    inside = f"{url.partition('://')[0]}://{far}/scans"
    wanted = Settings(seconds_per_page=20, searchable_pdf=True)
    for expected in ((3, 0), (0, 3)):
        summary = go([inside], f"{inside}/out", settings=wanted)  # type: ignore[list-item]
        assert (summary.read, summary.skipped) == expected


def test_the_commands_take_the_address(
    tmp_path: Path, url: str, machine: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    go(scans(tmp_path / "in", 2), url)
    go(tmp_path / "in", tmp_path / "out", settings=SETTINGS)
    machine("second")
    before = everything(as_local(url))
    for command in (["audit", "--format", "csv"], ["holdings"]):
        told = []
        for out in (url, str(tmp_path / "out")):
            assert main([command[0], out, *command[1:]]) == 0
            told.append(capsys.readouterr().out)
        assert told[0] == told[1] != ""
    assert everything(as_local(url)) == before
    assert main(["export", url]) == 0
    assert capsys.readouterr().out.startswith(f"{url}: 0 decided fields")


@pytest.mark.parametrize("kind", ["disk", "bucket", "memory"])
def test_a_sample_of_an_out_elsewhere_is_drawn_looked_at_and_certified(
    kind: str, tmp_path: Path, machine: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    import fsspec

    url = f"{kind}://{tmp_path / 'far' / 'out'}"
    system, root = fsspec.core.url_to_fs(url)
    go(scans(tmp_path / "in", 2), url)
    words = ["sample", url, "--n", "5", "--seed", "3", "--no-review"]
    assert main(words) == 0
    assert "0 of 5 sampled fields" in capsys.readouterr().out
    drawn = system.cat_file(f"{root}/sample.json")
    assert not system.exists(f"{root}/certificate.html")
    machine("second")  # goes on with the sample that the first one drew
    assert main(words) == 0
    assert system.cat_file(f"{root}/sample.json") == drawn
    with reading(url) as folder:
        view = View(items=frozenset((f["name"], f["path"]) for f in json.loads(drawn)["fields"]))
        review = Review(folder, "Ann", url, view)
        for waiting in review.queue():
            review.decide(waiting.name, waiting.path, waiting.value)
    capsys.readouterr()
    assert main(words) == 0
    told = capsys.readouterr().out
    assert "0 of 5 sampled fields were wrong" in told and f"{url}/certificate.html" in told
    certificate = json.loads(system.cat_file(f"{root}/certificate.json"))
    assert certificate["complete"] and certificate["looked_at_by"] == ["Ann"]
    assert system.exists(f"{root}/certificate.html")
    assert main(["sample", f"{kind}://{tmp_path / 'far' / 'nothing'}", "--no-review"]) == 2
