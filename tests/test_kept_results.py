"""What OUT has stays until something better is whole, whatever a run meets."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_batch import go, results, scan

from ocr_form4.cli import main
from ocr_form4.out.ledger import open_ledger
from ocr_form4.review.session import Review
from ocr_form4.run import ahead


def test_a_scan_that_changes_while_it_is_read_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = scan(tmp_path / "in", "a.pdf", 1)
    real = ahead.content_hash

    def change(given: Path, limit: int) -> tuple[str, int]:
        found = real(given, limit)
        scan(tmp_path / "in", "a.pdf", 2)
        return found

    monkeypatch.setattr(ahead, "content_hash", change)
    summary = go(tmp_path / "in", tmp_path / "out")
    assert "changed while it was being read" in (summary.failures[0].error or "")
    assert str(path) in (summary.failures[0].error or "")


def test_an_earlier_result_stays_until_a_better_one_is_whole(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    scan(folder, "a.pdf", 1)
    scan(folder, "b.pdf", 2)
    go(folder, out)
    before = results(out)
    (folder / "a.pdf").write_bytes(b"junk")
    summary = go(folder, out)
    assert [f.name for f in summary.failures] == ["a"] and [f.name for f in summary.filings] == [
        "a",
        "b",
    ]
    assert results(out) == before
    with open_ledger(out) as ledger:
        assert [(f.name, (f.kept or "")[:11]) for f in ledger.filings()] == [
            ("a", "read before"),
            ("b", ""),
        ]
    assert go(folder, out).read == 1  # and is tried again
    (folder / "b.pdf").rename(tmp_path / "b.pdf")
    scan(folder, "a.pdf", 3)
    go(folder, out)
    assert (
        results(out).keys() == before.keys()
        and results(out)["filings/b.json"] == before["filings/b.json"]
    )
    with open_ledger(out) as ledger:
        assert [(f.name, f.kept) for f in ledger.filings()] == [
            ("a", None),
            ("b", "its scan is gone"),
        ]
    (tmp_path / "b.pdf").rename(folder / "b.pdf")
    assert go(folder, out).skipped == 2
    with open_ledger(out) as ledger:
        assert [f.kept for f in ledger.filings()] == [None, None]


def test_a_scan_of_the_same_name_replaces_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    scan(tmp_path / "s", "scan1.pdf", 1)
    scan(tmp_path / "s2", "scan1.pdf", 5)
    go(tmp_path / "s", out)
    before = results(out)
    for _ in range(2):
        summary = go(tmp_path / "s2", out)
        assert len(summary.failures) == 1
        line = summary.failures[0].error or ""
        assert line.startswith(
            f"{tmp_path}/s2/scan1.pdf: would replace what was read of {tmp_path}/s/scan1.pdf"
        )
        assert results(out) == before
    (tmp_path / "s").rename(tmp_path / "moved")  # the same scans elsewhere are the same scans
    assert go(tmp_path / "moved", out).skipped == 1
    assert go(tmp_path / "s2", out, on_existing="overwrite").read == 1
    assert results(out) != before
    with open_ledger(out) as ledger:
        assert [d.name for d in ledger.documents()] == ["scan1"]


def test_a_filing_named_like_another_scan_replaces_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    scan(tmp_path / "s", "x.p2.pdf", 1)
    go(tmp_path / "s", out)
    before = results(out)
    scan(tmp_path / "s2", "x-several.pdf", 5, count=2).rename(tmp_path / "s2" / "x.pdf")
    summary = go(tmp_path / "s2", out)
    assert results(out).items() >= before.items()
    assert summary.failures == [] or "one of x.p2" in (summary.failures[0].error or "")


def test_what_a_killed_run_had_fetched_is_removed(tmp_path: Path) -> None:
    scan(tmp_path / "in", "a.pdf")
    left = tmp_path / "out" / ".ocr-form4-fetched" / "0" / "a.pdf"
    left.parent.mkdir(parents=True)
    left.touch()
    go(tmp_path / "in", tmp_path / "out")
    assert not left.exists()


def test_a_ledger_with_columns_of_others_goes_on(tmp_path: Path) -> None:
    import sqlite3

    scan(tmp_path / "in", "a.pdf")
    go(tmp_path / "in", tmp_path / "out")
    with sqlite3.connect(tmp_path / "out/run.sqlite") as db:
        for table in ("documents", "filings", "fields", "checks", "corrections"):
            db.execute(f"alter table {table} add column theirs text")
    scan(tmp_path / "in", "b.pdf", 1)
    assert [f.name for f in go(tmp_path / "in", tmp_path / "out").filings] == ["a", "b"]


MALFORMED = (
    b"[" * 100_000, b"{}", b"null", b'{"schema": "ocr-form4/2"}',
    b'{"schema": "ocr-form4/2", "status": 1, "edition": [], "source": {"path": 1, "sha256": [], '
    b'"pages": "x"}, '
    b'"software": {}, "messages": 7, "pages": [{}], "fields": [{"path": 3}], "checks": [null]}',
)  # fmt: skip


@pytest.mark.parametrize("data", MALFORMED)
def test_malformed_evidence_counts_as_damaged_and_stops_nothing(
    tmp_path: Path, data: bytes
) -> None:
    scan(tmp_path / "in", "a.pdf")
    scan(tmp_path / "in", "b.pdf", 1)
    out = tmp_path / "out"
    go(tmp_path / "in", out)
    (tmp_path / "in" / "a.pdf").unlink()
    (out / "filings" / "a.json").write_bytes(data)
    summary = go(tmp_path / "in", out)
    assert len(summary.damaged) == 1 and "a.json: damaged" in summary.damaged[0]
    assert main(["audit", str(out)]) == 3
    assert main(["export", str(out)]) == 3
    assert main(["holdings", str(out)]) == 2
    assert [w for w in Review(out).queue() if w.name == "a"] == []
