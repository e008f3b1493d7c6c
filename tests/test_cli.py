"""The command: what it takes, what it prints where, and how it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from documents import FIXTURES
from fake_reading import fake_work
from PIL import Image
from test_batch import scan

from ocr_form4.cli import main, parser
from ocr_form4.commands import COMMANDS
from ocr_form4.run.progress import Progress

HEAVY = (
    "numpy",
    "cv2",
    "scipy",
    "pandas",
    "pyarrow",
    "PIL",
    "pikepdf",
    "openvino",
    "layoutparser",
    "ray",
)


def test_help_is_fast_and_loads_nothing_heavy() -> None:
    code = f"""
import sys
from ocr_form4.cli import main
try: main(["--help"])
except SystemExit: pass
print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    for command in COMMANDS:
        assert command in done.stdout


def test_a_shell_completes_every_command_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("shtab", reason="shtab is not installed")
    assert main(["--print-completion", "bash"]) == 0
    told = capsys.readouterr().out
    for word in ("--searchable-pdf", "--draws", "--cik-list", "review", "--max-wrong"):
        assert word in told
    assert main(["--print-completion", "fish2"]) == 2


def test_options_are_not_abbreviated(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["x", "--search"], ["audit", "x", "--form", "json"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2


@pytest.mark.parametrize("word, meant", [("reviw", "review"), ("exports", "export")])
def test_what_is_nearly_a_command_says_which_was_meant(
    word: str, meant: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main([word, str(tmp_path)]) == 2
    assert f"was {meant} meant?" in capsys.readouterr().err
    assert main(["nothing-like-it.pdf"]) == 2
    assert "does not exist" in capsys.readouterr().err


def test_every_option_is_explained() -> None:
    for action in parser()._actions:
        assert action.help, action.option_strings


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--jobs", "0", "x"],
        ["--readers", "tesserakt", "x"],
        ["--timeout", "-1", "x"],
        ["--max-failures", "200%", "x"],
    ],
)
def test_a_wrong_command_line_is_status_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: ocr-form4" in capsys.readouterr().err


def test_a_folder_named_like_a_command_is_given_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    scan(tmp_path / "audit", "a.pdf")
    assert main(["./audit", "-o", "out", "--executor", "inprocess"], fake_work) == 0
    assert main(["audit", "out"]) == 0
    assert "doubtful" in capsys.readouterr().out
    assert main(["audit", "nowhere"]) == 2


def test_stdout_is_for_results_and_stderr_for_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("b", "a", "several"):
        scan(tmp_path / "in", f"{name}.pdf", count=2 if name == "several" else 1)
    words = [str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--executor", "inprocess"]
    assert main([*words, "--json"], fake_work) == 0
    told = capsys.readouterr()
    assert [json.loads(line)["name"] for line in told.out.splitlines()] == [
        "a",
        "b",
        "several",
        "several.p2",
    ]
    assert "3 documents: 3 read" in told.err and "\r" not in told.err
    assert main(words, fake_work) == 0
    told = capsys.readouterr()
    assert told.out == "" and "3 unchanged" in told.err


def test_progress_as_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scan(tmp_path / "in", "a.pdf")
    scan(tmp_path / "in", "bug.pdf")
    words = [
        str(tmp_path / "in"),
        "-o",
        str(tmp_path / "out"),
        "--executor",
        "inprocess",
        "--log-json",
    ]
    assert main(words, fake_work) == 3
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [e["event"] for e in events] == ["started", "finished", "finished", "ended"]
    assert events[1]["filings"][0]["name"] == "a" and events[2]["error_kind"] == "InternalError"
    assert events[3]["failed"] == 1


def test_strict_is_status_1_where_something_needs_review(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from ocr_form4.cli import status
    from ocr_form4.out.ledger_rows import FilingRow
    from ocr_form4.run.events import Summary

    row = FilingRow("a", "a", 1, "complete", "edgar-x05", "4", None, None, None, None, 10, 1, 0, 0)
    assert status(Summary(filings=[row]), strict=True) == 1
    assert status(Summary(filings=[row]), strict=False) == 0
    partial = FilingRow(
        "a", "a", 1, "partial", "edgar-x05", "4", None, None, None, None, 10, 0, 0, 0
    )
    assert status(Summary(filings=[partial]), strict=True) == 1


def test_a_missing_program_is_status_4_and_names_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from make_documents import save_pdf

    (tmp_path / "in").mkdir()
    save_pdf(tmp_path / "in" / "vectors.pdf", content="0 g 10 10 100 100 re f")
    monkeypatch.setenv("PATH", str(tmp_path))
    words = [str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--executor", "inprocess"]
    assert main([*words, "--readers", "tesseract"]) == 4
    assert "apt install tesseract-ocr" in capsys.readouterr().err
    assert main(words, fake_work) == 0  # no poppler: PDFium draws the page


def test_what_is_no_scan_is_told_in_a_line_a_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    (folder / "box").mkdir(parents=True)
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(folder / "scan.webp")
    for number in range(5):
        (folder / "box" / f"{number}.zip").write_bytes(b"PK\x03\x04rest")
    (folder / "letter.docx").write_bytes(b"PK\x03\x04....word/document.xml")
    (folder / "page.html").write_text("<!DOCTYPE html><html>")
    (folder / "scan17").write_bytes(b"%PDF-1.4\n")
    (folder / "notes.xyz").write_bytes(b"\0\1\2")
    (folder / ".hidden.zip").write_bytes(b"PK\x03\x04")
    os.mkfifo(folder / "pipe")
    assert main([str(folder), "-o", str(folder / "out"), "--executor", "inprocess"], fake_work) == 0
    told = [line for line in capsys.readouterr().err.splitlines() if line.startswith("passed over")]
    assert sorted(told) == [
        "passed over: 1 file, a Word document: letter.docx",
        "passed over: 1 file, a scan by its content but not by its suffix; give it by its name: "
        "scan17",
        "passed over: 1 file, a web page: page.html",
        "passed over: 1 file, an unknown kind (.xyz): notes.xyz",
        "passed over: 1 file, no file but a pipe, a device or a socket: pipe",
        "passed over: 5 files, each a ZIP archive: box/0.zip, box/1.zip, box/2.zip and 2 more",
    ]


def test_one_document_on_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.BytesIO()
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(stream, "PNG")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stream.getvalue())))
    out = tmp_path / "out"
    assert main(["-", "-o", str(out), "--executor", "inprocess"], fake_work) == 0
    assert (out / "filings" / "stdin.json").is_file()
    assert main(["-", "-", "-o", str(out)], fake_work) == 2


@pytest.mark.engines
def test_show_writes_a_picture_of_a_stage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scan, target = str(FIXTURES / "scan" / "black-and-white.png"), tmp_path / "shown.png"
    said = {}
    for stage in ("rasterize", "segment", "parse"):
        assert main(["show", scan, "--stage", stage, "-o", str(target)]) == 0
        said[stage] = capsys.readouterr().out
        with Image.open(target) as picture:
            colored = np.ptp(np.asarray(picture).astype(int), axis=2).max() > 100
        assert colored == (stage != "rasterize")
    assert "300 x 300 dpi" in said["rasterize"]
    assert "6 boxes of the header; Table I with 2 rows" in said["segment"]
    assert "fields have their place here" in said["parse"]
    assert main(["show", scan, "--page", "2"]) == 2
    assert "has 1 page" in capsys.readouterr().err
    assert main(["show", scan, "--stage", "rasterize", "-o", str(tmp_path / "none" / "x.png")]) == 5


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_tells_rate_time_left_and_failures() -> None:
    from ocr_form4.run.events import Skipped, Started

    stream = Terminal()
    progress = Progress(stream)
    progress.tell(Started(10))
    for number in range(5):
        progress.tell(Skipped(str(number)))
    text = progress.bar(progress._start + 60)
    assert text.startswith("[############............] 5/10, ")
    for part in ("a minute", "left", "0 failed", "fields to review"):
        assert part in text
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_doctor_finds_this_machine_fit_or_says_what_to_install(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    missing = [line for line in lines if line.startswith("MISSING")]
    assert status == (4 if missing else 0)
    assert all("install" in line for line in missing)
    assert any("pdftoppm" in line for line in lines) and any("readers" in line for line in lines)
