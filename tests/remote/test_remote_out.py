"""An OUT that lies elsewhere: the same files as on a disk, whoever goes on with it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import fake_reading
import fsspec
import pytest
from documents import FIXTURES
from elsewhere import as_local, everything, scans
from fake_store import Bucket, Disk
from test_batch import SETTINGS, go, results, scan
from test_damaged_out import ISSUER, correct
from test_faults import start

from ocr_form4.cli import main
from ocr_form4.out import place
from ocr_form4.out.files import PART
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.out.place import reading, working_folder
from ocr_form4.readers import Readers
from ocr_form4.review.session import Review, View
from ocr_form4.run.events import Event, Note
from ocr_form4.run.executors.local import execute_local
from ocr_form4.run.export import export_corrections
from ocr_form4.run.worker import make_work
from ocr_form4.settings import Settings

pytestmark = pytest.mark.slow


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
