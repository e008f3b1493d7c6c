"""What a scan's name or place may be: nothing leads out of OUT, nothing clashes, nothing stops the
run.
"""

from __future__ import annotations

import json
import os
import time
import zipfile
from functools import partial
from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_batch import go, scan, work

from ocr_form4.cli import main
from ocr_form4.out.addresses import shown, told
from ocr_form4.out.filings import filing_names
from ocr_form4.out.names import for_sheet, for_terminal, name_of
from ocr_form4.run import ahead
from ocr_form4.run.executors.local import execute_local
from ocr_form4.scans import _names
from ocr_form4.settings import Settings

PARTS = st.text(
    st.sampled_from(
        ["a", "B", ".", "%", "~", "2", "E", "\x1b", "\n", "\udcff", "\ud800", "é", "/"]
    ),
    max_size=9,
)
TAILS = st.sampled_from(["", ".json/x", ".js/x", "/..", "x" * 300, "/x" * 700])


@given(st.lists(st.builds(str.__add__, PARTS, TAILS), unique=True, max_size=6))
def test_no_two_paths_share_a_name_and_none_leads_anywhere_else(paths: list[str]) -> None:
    names = [name_of(path) for path in paths]
    assert len(set(names)) == len(names)
    for name in names:
        assert len(name.encode()) <= 1100 and name.isprintable()
        for part in name.split("/"):
            assert part and not part.startswith(".") and len(part.encode()) <= 180
        assert not any(part.endswith((".json", ".js", ".xml")) for part in name.split("/")[:-1])


def test_a_plain_path_is_its_name() -> None:
    for path in ("1998/box3/scan17", "b.c/100% sure", "Gérard's/日本", "x.p5"):
        assert name_of(path) == path


def test_twins_have_their_suffixes_and_never_share_a_name() -> None:
    assert _names(["x.pdf", "x.tif", "x.pdf.tif", "y.png"]) == ["x.pdf", "x.tif", "x.pdf.tif", "y"]


STRANGE = (b"bytes\xff\xfe.pdf", b"l" * 247 + b".pdf", b"x.json/y.pdf", b"x.pdf", b"x.js/z.pdf",
    b"y.json/only.pdf",
           b"esc\x1b[31mred\nline.pdf", b"a?b#c%41.pdf",
           b"d" * 250 + b"/" + b"e" * 240 + b".pdf")  # fmt: skip


def test_whatever_a_file_is_called_it_is_read_and_so_are_the_others(tmp_path: Path) -> None:
    for number, name in enumerate(STRANGE):
        path = tmp_path / "in" / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(scan(tmp_path, "one.pdf", number).read_bytes())
    out = tmp_path / "out"
    for expected in ((len(STRANGE), 0), (0, len(STRANGE))):
        summary = go(tmp_path / "in", out, settings=Settings(searchable_pdf=True))
        assert (summary.read, summary.skipped, summary.failures, summary.damaged) == (
            *expected,
            [],
            [],
        )
    assert (
        len(filing_names(out))
        == len(STRANGE)
        == len((out / "transactions.csv").read_text().split("filing,")[1:] * 9)
    )
    assert "esc%1B[31mred%0Aline" in filing_names(out)
    for kind in ("*.js", "*.p1.webp"):
        assert len([p for p in (out / "report").rglob(kind) if p.is_file()]) == len(STRANGE)
    assert main(["audit", str(out)]) == 0 and main(["export", str(out)]) == 0


def test_a_bad_file_s_name_does_not_command_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    for name in (b"\x1b]0;owned\x07.pdf", b"\xff.pdf", b"two\nlines.pdf"):
        (tmp_path / "in" / os.fsdecode(name)).write_bytes(b"no scan")
    assert (
        main([str(tmp_path / "in"), "-o", str(tmp_path / "out"), "--executor", "inprocess"], _fake)
        == 3
    )
    said = capsys.readouterr().err
    assert "\x1b" not in said and "\x07" not in said
    assert len([line for line in said.splitlines() if line.startswith("failed: ")]) == 3
    assert main(["audit", str(tmp_path / "out")]) == 3
    assert "\x1b" not in capsys.readouterr().out
    assert json.loads(for_terminal(json.dumps("\x9b31m", ensure_ascii=False))) == "\x9b31m"


def _fake(settings: Settings, software: object) -> object:
    return work(settings)()


def test_keys_that_lead_out_stay_in(tmp_path: Path) -> None:
    data = scan(tmp_path, "one.pdf").read_bytes()
    keys: tuple[str, ...] = (
        "../../../out-of.pdf",
        "/abs.pdf",
        "a//b.pdf",
        "box/./c.pdf",
        "box/.hidden/d.pdf",
        "\ud800.pdf",
        "ok.pdf",
    )
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as box:
        for key in keys:
            if not key.startswith("/"):  # which fsspec lists under another name
                box.writestr(key.encode("utf-8", "replace").decode(), data)
    memory = fsspec.filesystem("memory")
    for key in keys:
        memory.store[f"/names/{key}"] = memory_file(memory, f"/names/{key}", data)
    try:
        for place in ("memory://names", f"zip://::{tmp_path}/box.zip"):
            out = tmp_path / "deep" / "er" / place[:3] / "out"
            before = {
                p
                for p in tmp_path.rglob("*")
                if out not in p.parents and p not in out.parents and p != out
            }
            summary = go([place], out)  # type: ignore[list-item]
            assert (summary.failures, len(summary.filings)) == ([], 6 if "memory" in place else 5)
            after = {
                p
                for p in tmp_path.rglob("*")
                if out not in p.parents and p not in out.parents and p != out
            }
            assert after == before
            assert "%2E%2E/%2E%2E/%2E%2E/out-of" in filing_names(out)
    finally:
        memory.rm("/names", recursive=True)


def memory_file(system: object, path: str, data: bytes) -> object:
    from fsspec.implementations.memory import MemoryFile

    return MemoryFile(system, path, data)


def test_pipes_devices_and_huge_files_fail_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    scan(folder, "good.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "device.pdf").symlink_to("/dev/zero")
    with (folder / "sparse.pdf").open("wb") as file:
        file.truncate(1 << 40)
    begin = time.monotonic()
    summary = go([folder, folder / "pipe.pdf"], tmp_path / "out")
    assert time.monotonic() - begin < 10
    assert {f.name: f.error_kind for f in summary.failures} == {
        "pipe": "DocumentError", "device": "DocumentError", "sparse": "TooLargeDocument",
    }  # fmt: skip
    assert [f.name for f in summary.filings] == ["good"]


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path) -> None:
    scan(tmp_path / "in", "good.pdf")
    (tmp_path / "in" / "closed").mkdir(mode=0)
    if os.geteuid() == 0:
        pytest.skip("nothing is closed to root")
    assert [f.name for f in go(tmp_path / "in", tmp_path / "out").failures] == ["closed"]


@pytest.mark.slow
def test_a_disk_that_hangs_costs_its_file_and_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan(tmp_path / "in", "a-stuck.pdf")
    scan(tmp_path / "in", "b.pdf")
    scan(tmp_path / "in", "c-hang.pdf")
    real = ahead.content_hash

    def hang(path: Path, limit: int) -> tuple[str, int]:
        if "stuck" in path.name:
            time.sleep(3600)
        return real(path, limit)

    monkeypatch.setattr(ahead, "content_hash", hang)
    monkeypatch.setattr(ahead, "SECONDS", 3.0)
    settings = Settings(seconds_per_page=3)
    summary = go(
        tmp_path / "in",
        tmp_path / "out",
        partial(execute_local, jobs=1),
        settings=settings,
        make=work(settings),
    )
    assert {f.name: f.error_kind for f in summary.failures} == {
        "a-stuck": "DocumentTimeout", "c-hang": "DocumentTimeout",
    }  # fmt: skip
    assert [f.name for f in summary.filings] == ["b"]


def test_out_among_the_scans_is_never_read_and_the_user_s_files_stay(tmp_path: Path) -> None:
    place = tmp_path / "place"
    scan(place, "box/a.pdf")
    theirs = [place / "movie.part", place / "box/b.pdf.part", place / "box/c.json.part"]
    for path in theirs:
        path.write_bytes(b"half a download")
    settings = Settings(searchable_pdf=True)
    for out in (place, place / "new/out", tmp_path):  # is, lies in, holds
        for _ in range(2):
            assert [f.name for f in go(place, out, settings=settings).filings] == ["box/a"]
    assert all(path.read_bytes() == b"half a download" for path in theirs)
    url = f"file://{place}"
    assert [f.name for f in go([url], place / "new/out", settings=settings).filings] == ["box/a"]  # type: ignore[list-item]


def test_an_out_with_signs_of_addresses_keeps_its_pictures(tmp_path: Path) -> None:
    scan(tmp_path / "in", "a.pdf")
    before = set(tmp_path.iterdir())
    for name in ("out %41", "out#1", "out?mode=rwc"):
        go(tmp_path / "in", tmp_path / name)
        assert list((tmp_path / name / "report").glob("*.webp")), name
    assert {p.name for p in set(tmp_path.iterdir()) - before} == {
        "out %41",
        "out#1",
        "out?mode=rwc",
    }


def test_passwords_stand_nowhere(tmp_path: Path) -> None:
    assert shown("sftp://ann:p@ss/w@host/x") != "" and "w0rd" not in shown(
        "sftp://ann:p@ssw0rd@host/x"
    )
    assert "c2VjcmV0" not in shown("https://h/x?sv=1&sig=c2VjcmV0&x=1")
    assert "p@ssw0rd" not in told(
        "smb://ann:p%40ssw0rd@host/x", "no login for ann with p@ssw0rd at\nhost"
    )
    memory = fsspec.filesystem("memory")
    memory.pipe("/ann:geheim@host/box/a.pdf", b"no scan")
    try:
        summary = go(["memory://ann:geheim@host/box"], tmp_path / "out")  # type: ignore[list-item]
    finally:
        memory.rm("/ann:geheim@host", recursive=True)
    assert "geheim" not in (summary.failures[0].error or "")
    assert summary.failures[0].path == "memory://ann:…@host/box/a.pdf"
    assert b"geheim" not in b"".join(
        p.read_bytes() for p in (tmp_path / "out").rglob("*") if p.is_file()
    )


def test_what_a_spreadsheet_would_run_is_text_in_the_tables(tmp_path: Path) -> None:
    scan(tmp_path / "in", "=cmd|' ∕C calc'!A0.pdf")
    scan(tmp_path / "in", "@SUM(1).pdf", 1)
    go(tmp_path / "in", tmp_path / "out")
    for line in (
        (tmp_path / "out" / "transactions.csv").read_text(encoding="utf-8").splitlines()[1:]
    ):
        assert not line.lstrip('"').startswith(("=", "@", "+", "-", "\t"))
    assert for_sheet("a\rb") == "a b" and for_sheet("-1") == "'-1" and for_sheet(None) is None
