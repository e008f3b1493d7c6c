"""Runs: what is read, what is skipped, what a failure costs, and that results do not depend on the
way there.
"""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import fake_reading
import pyarrow.parquet as pq
import pytest
from make_documents import picture, save_pdf

from ocr_form4.errors import MissingProgram, OutputError, OutputLocked, TooManyFailures, UsageError
from ocr_form4.out.files import locked
from ocr_form4.out.ledger import find_scan, open_ledger
from ocr_form4.run.batch import Options, Request, run
from ocr_form4.run.events import Summary
from ocr_form4.run.executors.inprocess import execute_inprocess
from ocr_form4.run.executors.local import execute_local
from ocr_form4.run.worker import make_work
from ocr_form4.scans import find_scans
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Software

SETTINGS = Settings(seconds_per_page=20)


def scan(folder: Path, name: str, shade: int = 0, count: int = 1) -> Path:
    folder.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
    pixels = picture(600, 400)
    pixels[: shade * 7, :50] = 0
    return save_pdf(folder / name, pixels=pixels, codec="raw1", count=count)


def work(settings: Settings = SETTINGS, software: Software = fake_reading.SOFTWARE) -> Any:
    return partial(
        make_work, settings, software, fake_reading.read_document, fake_reading.make_readers
    )


def go(
    inputs: Path | list[Path], out: Path | str, execute: Any = execute_inprocess, **options: Any
) -> Summary:
    settings = options.pop("settings", SETTINGS)
    software = options.pop("software", fake_reading.SOFTWARE)
    make = options.pop("make", work(settings, software))
    tell = options.pop("tell", lambda event: None)
    paths = inputs if isinstance(inputs, list) else [inputs]
    request = Request(paths, Options(out, **options), settings, software)
    return run(request, make, execute, tell)


def results(out: Path) -> dict[str, bytes]:
    return {
        p.relative_to(out).as_posix(): p.read_bytes()
        for p in sorted((out / "filings").rglob("*"))
        if p.is_file()
    }


def test_the_files_of_a_run(tmp_path: Path) -> None:
    scan(tmp_path / "in", "1998/box3/scan17.pdf", 1)
    scan(tmp_path / "in", "several.pdf", 2, count=2)
    summary = go(tmp_path / "in", tmp_path / "out")
    assert (summary.total, summary.read, len(summary.filings)) == (2, 2, 3)
    assert list(results(tmp_path / "out")) == [
        "filings/1998/box3/scan17.json", "filings/1998/box3/scan17.xml", "filings/several.json",
        "filings/several.p2.json", "filings/several.p2.xml", "filings/several.xml",
    ]  # fmt: skip
    found = json.loads((tmp_path / "out/filings/1998/box3/scan17.json").read_bytes())
    assert found["source"]["path"] == "1998/box3/scan17.pdf"
    assert (
        find_scan(tmp_path / "out", found["source"]["sha256"])
        == tmp_path / "in/1998/box3/scan17.pdf"
    )
    left = {p.name for p in (tmp_path / "out").iterdir()}
    assert {
        "transactions.csv",
        "transactions.parquet",
        "holdings.csv",
        "holdings.parquet",
        "report.html",
    } <= left


def test_running_again_reads_only_what_is_missing_or_changed(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for number in range(4):
        scan(folder, f"s{number}.pdf", number)
    go(folder, out)
    before = results(out)
    assert go(folder, out).read == 0
    scan(folder, "s1.pdf", 9)
    (out / "filings/s2.xml").unlink()
    again = go(folder, out)
    assert (again.read, again.skipped) == (2, 2)
    assert {k for k, v in results(out).items() if before[k] != v} <= {
        "filings/s1.json",
        "filings/s1.xml",
    }
    assert go(folder, out, software=Software({"ocr-form4": "0.2.0"})).read == 4
    other = replace(SETTINGS, max_wrong_per_10000=1)
    assert go(folder, out, software=Software({"ocr-form4": "0.2.0"}), settings=other).read == 4
    assert go(folder, out, on_existing="overwrite").read == 4
    with pytest.raises(UsageError, match="has results already"):
        go(folder, out, on_existing="fail")


def test_a_document_that_has_fewer_filings_than_before_leaves_none_behind(tmp_path: Path) -> None:
    scan(tmp_path / "in", "several.pdf", 1, count=3)
    go(tmp_path / "in", tmp_path / "out")
    scan(tmp_path / "in", "several.pdf", 1, count=1)
    go(tmp_path / "in", tmp_path / "out")
    assert list(results(tmp_path / "out")) == ["filings/several.json", "filings/several.xml"]


def test_results_do_not_depend_on_the_executor_or_the_order(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for number in range(6):
        scan(folder, f"s{number}.pdf", number)
    go(folder, tmp_path / "one")
    go(folder, tmp_path / "two", partial(execute_local, jobs=3))
    assert results(tmp_path / "one") == results(tmp_path / "two")
    for table in ("transactions.csv", "holdings.csv"):
        assert (tmp_path / "one" / table).read_bytes() == (tmp_path / "two" / table).read_bytes()


def test_a_bad_document_costs_only_itself(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("good", "bug", "blank"):
        scan(folder, f"{name}.pdf")
    (folder / "empty.pdf").touch()
    (folder / "text.pdf").write_text("hello")
    summary = go(folder, tmp_path / "out")
    assert [f.name for f in summary.filings] == ["good"]
    assert {f.name: f.error_kind for f in summary.failures} == {
        "bug": "InternalError", "blank": "NoFilingFound", "empty": "EmptyDocument",
        "text": "UnsupportedDocument",
    }  # fmt: skip
    for failure in summary.failures:
        assert failure.error and failure.error.startswith(str(folder)) and "\n" not in failure.error


def test_a_run_of_which_nothing_could_be_read_ends_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    summary = go(tmp_path, tmp_path / "out")
    assert (summary.filings, [f.name for f in summary.failures]) == ([], ["empty"])
    assert (tmp_path / "out/report.html").exists() and (tmp_path / "out/transactions.csv").exists()


def test_a_run_with_too_many_failures_stops(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for number in range(20):
        scan(folder, f"bug{number:02}.pdf")
    with pytest.raises(TooManyFailures, match="3 of 20"):
        go(folder, tmp_path / "out", max_failures=0.1)
    with open_ledger(tmp_path / "out") as ledger:
        assert len(ledger.documents()) == 3


def test_a_missing_program_ends_the_run_and_names_the_package(tmp_path: Path) -> None:
    scan(tmp_path / "in", "a.pdf")
    make = partial(
        make_work,
        SETTINGS,
        fake_reading.SOFTWARE,
        fake_reading.read_document,
        fake_reading.no_readers,
    )
    for execute in (execute_inprocess, execute_local):
        with pytest.raises(MissingProgram, match="apt install tesseract-ocr"):
            go(tmp_path / "in", tmp_path / "out", execute, make=make)


def test_a_second_run_is_refused(tmp_path: Path) -> None:
    scan(tmp_path / "in", "a.pdf")
    with locked(tmp_path / "out"), pytest.raises(OutputLocked, match="another run"):
        go(tmp_path / "in", tmp_path / "out")


def test_an_out_that_is_a_file_is_refused(tmp_path: Path) -> None:
    scan(tmp_path / "in", "a.pdf")
    (tmp_path / "out").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        go(tmp_path / "in", tmp_path / "out")


def test_names(tmp_path: Path) -> None:
    for name in (
        "a/x.pdf",
        "a/x.tif",
        "a/y.PDF",
        "b.c/z.1.pdf",
        "n.pdf",
        "n.p2.pdf",
        ".hidden.pdf",
        "notes.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [s.name for s in find_scans([tmp_path], tmp_path / "out")] == [
        "a/x.pdf", "a/x.tif", "a/y", "b.c/z.1", "n", "n.p2.pdf",
    ]  # fmt: skip
    with pytest.raises(UsageError, match="both would be named x"):
        (tmp_path / "b.c/x.pdf").touch()
        find_scans([tmp_path / "a/x.pdf", tmp_path / "b.c/x.pdf"], tmp_path / "out")
    with pytest.raises(UsageError, match="does not exist"):
        find_scans([tmp_path / "none"], tmp_path / "out")
    with pytest.raises(UsageError, match="nothing to read"):
        (tmp_path / "void").mkdir()
        find_scans([tmp_path / "void"], tmp_path / "out")


def test_the_run_s_own_folder_is_not_read(tmp_path: Path) -> None:
    scan(tmp_path, "a.pdf")
    scan(tmp_path / "out" / "filings", "a.pdf")
    assert [s.source for s in find_scans([tmp_path], tmp_path / "out")] == ["a.pdf"]


def test_pages_as_filing(tmp_path: Path) -> None:
    from PIL import Image

    for name in ("box/f1/p1.png", "box/f1/p2.png", "box/f2/p1.tif"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture(1700, 2200)).save(tmp_path / name)
    settings = replace(SETTINGS, pages_as_filing=True)
    summary = go(tmp_path / "box", tmp_path / "out", settings=settings)
    assert [f.name for f in summary.filings] == ["f1", "f2"]
    assert json.loads((tmp_path / "out/filings/f1.json").read_bytes())["source"]["pages"] == 2


def test_the_tables(tmp_path: Path) -> None:
    for number in range(6):
        scan(tmp_path / "in", f"s{number}.pdf", number)
    go(tmp_path / "in", tmp_path / "out")
    for stem in ("transactions", "holdings"):
        with (tmp_path / "out" / f"{stem}.csv").open(newline="") as file:
            lines = list(csv.DictReader(file))
        table = pq.read_table(tmp_path / "out" / f"{stem}.parquet")
        assert lines and table.num_rows == len(lines)
        names = [n for n in table.column_names if not n.endswith("_exact")]
        assert names == list(lines[0])
        for line, typed in zip(lines, table.to_pylist(), strict=True):
            xml = (tmp_path / "out/filings" / f"{line['filing']}.xml").read_text()
            assert line["security_title"].replace("&", "&amp;") in xml
            assert line["owned_shares_status"] in ("accepted", "")
            if line["owned_shares"]:
                assert f"<value>{line['owned_shares']}</value>" in xml
                assert float(typed["owned_shares"]) == float(line["owned_shares"])
    documented = (Path(__file__).parents[1] / "docs" / "tables.md").read_text()
    for stem in ("transactions", "holdings"):
        with (tmp_path / "out" / f"{stem}.csv").open() as file:
            for column in next(csv.reader(file)):
                if not column.endswith(("_confidence", "_status")) or column == "filing_status":
                    assert f"`{column}`" in documented


def test_a_document_beyond_the_limit_reaches_no_executor(tmp_path: Path) -> None:
    """An executor may take a document whole into memory, as that of a cluster does to send it."""
    small, large = scan(tmp_path / "in", "a.pdf"), scan(tmp_path / "in", "b.pdf")
    with large.open("ab") as file:
        file.truncate(8 << 30)  # sparse: nothing of it is on the disk
    pages = tmp_path / "in" / "folder"
    pages.mkdir()
    for number in range(2):
        picture_file = pages / f"{number}.png"
        picture_file.write_bytes(b"")
        with picture_file.open("ab") as file:
            file.truncate(60_000)
    given: list[Path] = []

    def execute(make: Any, tasks: Any, settings: Settings, stop: Any) -> Any:
        given.extend(task.path for task in tasks if task is not None)
        yield from ()

    settings = replace(SETTINGS, max_bytes=100_000, pages_as_filing=True)
    assert small.stat().st_size < 100_000
    go(tmp_path / "in", tmp_path / "out", execute, settings=settings)
    assert given == [small]
    with open_ledger(tmp_path / "out") as ledger:
        failed = {d.name: d.error_kind for d in ledger.documents() if not d.done}
    assert set(failed.values()) == {"TooLargeDocument"} and len(failed) == 2


def test_searchable_pdfs_lie_apart_and_are_of_the_last_run(tmp_path: Path) -> None:
    scan(tmp_path / "in", "box/several.pdf", 1, count=2)
    out = tmp_path / "out"
    wanted = replace(SETTINGS, searchable_pdf=True)
    go(tmp_path / "in", out, settings=wanted)
    pdfs = [out / "searchable" / "box" / f"{name}.pdf" for name in ("several", "several.p2")]
    assert all(p.read_bytes().startswith(b"%PDF") for p in pdfs)
    assert not list((out / "filings").rglob("*.pdf"))
    pdfs[1].unlink()
    assert go(tmp_path / "in", out, settings=wanted).skipped == 0
    assert pdfs[1].is_file()
    scan(tmp_path / "in", "box/several.pdf", 1, count=1)
    go(tmp_path / "in", out, settings=wanted)
    assert [p.is_file() for p in pdfs] == [True, False]
    go(tmp_path / "in", out)
    assert not pdfs[0].exists()


def test_scans_that_lie_elsewhere_are_fetched_one_at_a_time(tmp_path: Path) -> None:
    for number in range(3):
        scan(tmp_path / "in", f"box/s{number}.pdf", number)
    scan(tmp_path / "in", "bug.pdf")
    url = f"file://{tmp_path / 'in'}"
    summary = go([url], tmp_path / "out")  # type: ignore[list-item]
    assert [f.name for f in summary.filings] == ["box/s0", "box/s1", "box/s2"]
    assert (summary.failures[0].error or "").startswith(f"{url}/bug.pdf: a bug")
    go(tmp_path / "in", tmp_path / "plain")
    assert results(tmp_path / "out") == results(tmp_path / "plain")
    assert go([url], tmp_path / "out").skipped == 3  # type: ignore[list-item]
    with pytest.raises(UsageError, match="no such kind of address"):
        go(["nonsense://x/y"], tmp_path / "out")  # type: ignore[list-item]
