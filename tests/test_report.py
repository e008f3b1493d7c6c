"""The report's numbers and files, without a browser."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from make_out import FIXTURES, OWNED, ROW, make_evidence, make_out, truth_of, write_out

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.report import write_report
from ocr_form4.report.collect import BIN_EDGES, bin_of, reliability, summarize, wilson
from ocr_form4.report.page import assemble, json_for_script, report_page
from ocr_form4.report.pictures import doubtful_word, part_around
from ocr_form4.review.session import Review
from ocr_form4.run.rebuild import rebuild
from ocr_form4_models.editions import edition_labels, editions
from ocr_form4_models.page import PageImage

WRONG = f"{ROW}[2]/{OWNED}"


def run_of(out: Path) -> dict[str, object]:
    page = (out / "report.html").read_text(encoding="utf-8")
    start = page.index('<script id="run" type="application/json">') + len(
        '<script id="run" type="application/json">'
    )
    return json.loads(page[start : page.index("</script>", start)])


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda s: st.lists(s) | st.dictionaries(st.text(), s)
    )
)
def test_json_survives_and_cannot_leave_its_script(data: object) -> None:
    text = json_for_script({"a": data, "b": "</script><!--\u2028"})
    assert json.loads(text) == {"a": data, "b": "</script><!--\u2028"}
    assert not set("<>&\u2028\u2029") & set(text)


def test_a_value_that_looks_like_a_placeholder_stays() -> None:
    page = assemble("report.html", (), (), {"title": "{{run}} <b>", "run": '"{{title}}"'})
    assert "<title>{{run}} &lt;b&gt;</title>" in page and '"{{title}}"' in page


def test_pictures_are_made_once_and_again_for_another_scan(tmp_path: Path) -> None:
    out = make_out(tmp_path / "out", [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"})
    write_report(out)
    first = {p: p.stat().st_mtime_ns for p in (out / "report").glob("*.webp")}
    assert len(first) == 2  # a page, and the crop of the doubtful field
    write_report(out)
    assert {p: p.stat().st_mtime_ns for p in (out / "report").glob("*.webp")} == first
    data = json.loads((out / "filings" / "sales.json").read_bytes())
    data["source"]["sha256"] = "0" * 64
    (out / "filings" / "sales.json").write_text(json.dumps(data))
    write_report(out)
    assert list((out / "report").glob("*.webp")) == []  # a picture of another content would mislead


def test_half_finished_runs_and_empty_ones(tmp_path: Path) -> None:
    assert run_of(write_report(tmp_path).parent)["filings"] == []
    out = make_out(tmp_path / "out", [FIXTURES / "scan" / "sales.pdf"], ledger=False)
    (out / "filings" / "next.json").write_bytes(b"")
    (out / "filings" / ".hidden.json.part").write_bytes(b"x")
    (out / "filings" / "sales.xml").unlink()
    found = run_of(write_report(out).parent)
    assert [f["name"] for f in found["filings"]] == ["sales"]  # type: ignore[attr-defined]
    assert [f["name"] for f in found["unreadable"]] == ["next"]  # type: ignore[attr-defined]


def test_failures_and_seconds_come_from_the_ledger(tmp_path: Path) -> None:
    out = make_out(tmp_path, [FIXTURES / "scan" / "sales.pdf"])
    with sqlite3.connect(out / "run.sqlite") as db:
        db.execute(
            "insert into documents select 'bad', '/scans/bad.pdf', 'x', 1, null, 's', 's', "
            "'failed', 'EmptyDocument', "
            "'/scans/bad.pdf: is empty; scan it again', 0.1, 1, 'now'"
        )
    found = run_of(write_report(out).parent)
    assert found["failures"] == [
        {"document": "/scans/bad.pdf", "reason": "is empty; scan it again"}
    ]
    assert [f["seconds"] for f in found["filings"]] == [2.5]  # type: ignore[attr-defined]


def test_a_ledger_that_cannot_be_read_costs_only_what_it_knew(tmp_path: Path) -> None:
    out = make_out(tmp_path, [FIXTURES / "scan" / "sales.pdf"], ledger=False)
    (out / "run.sqlite").write_bytes(b"no database at all" * 100)
    assert len(run_of(write_report(out).parent)["filings"]) == 1  # type: ignore[arg-type]


def test_corrections_become_the_reliability_plot(tmp_path: Path) -> None:
    out = make_out(
        tmp_path, [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"}, doubt=0.1
    )
    review = Review(out)
    for waiting in review.queue():
        review.decide(
            waiting.name, waiting.path, "706620" if waiting.path == WRONG else waiting.value
        )
    total = len(review.queue())
    review.export()
    found = run_of(out)["reliability"]
    assert found["source"] == "corrections"  # type: ignore[index]
    points = {p["said"]: (p["found"], p["count"]) for p in found["points"]}  # type: ignore[index]
    assert points[0.41] == (0.0, 1) and points[0.85] == (1.0, total - 1)


def test_bins_and_intervals() -> None:
    assert (
        bin_of(0.0) == 0
        and bin_of(1.0) == bin_of(0.9995) == len(BIN_EDGES) - 2
        and bin_of(0.99) == 6
    )
    # Wilson's interval of 8 in 10: 0.490 to 0.943
    assert wilson(8, 10) == {
        "low": pytest.approx(0.490, abs=1e-3),
        "high": pytest.approx(0.943, abs=1e-3),
    }
    assert reliability([], [])["source"] == ""
    assert reliability([], [(0.9, 9, 10)])["source"] == "calibration"


def test_balances_over_several_filings(tmp_path: Path) -> None:
    """A second filing of the same person that does not start where the first ended: a chart, and
    the gap told.
    """
    scan = FIXTURES / "scan" / "sales.pdf"
    first = read_xml(truth_of(scan).read_bytes())
    later = {}
    for path, old in first.fields.items():
        if isinstance(old.value, date):
            later[path] = replace(old, value=old.value + timedelta(days=60))
        elif path.endswith(OWNED):
            later[path] = replace(old, value=old.value - 200_000)  # type: ignore[operator]
    write_out(tmp_path, "first", scan, make_evidence(scan, first, {}))
    write_out(tmp_path, "second", scan, make_evidence(scan, first.with_fields(later), {}))
    rebuild(tmp_path)
    found = run_of(tmp_path)
    (history,) = found["histories"]  # type: ignore[misc]
    assert (
        history["filings"] == ["first", "second"]
        and history["svg"].startswith("<svg")
        and len(history["gaps"]) == 1
    )
    broken = {c["name"]: c["filings"] for c in found["checks"] if c["suspect"] or c["asFiled"]}  # type: ignore[attr-defined]
    assert any(set(names) >= {"second"} for names in broken.values())
    data = (tmp_path / "report" / "second.js").read_text(encoding="utf-8")
    assert json.loads(data[data.index("(") + 1 : data.rindex(")")])["runChecks"] != []


def test_a_long_text_is_shown_around_its_doubtful_word() -> None:
    """Three lines, the last one half as long; the word stands in it."""
    pixels = np.full((400, 2400), 255, np.uint8)
    for line, length in enumerate((2200, 2150, 1000)):
        for x in range(100, 100 + length, 20):
            pixels[100 + 50 * line : 125 + 50 * line, x : x + 12] = 0
    box = (100.0, 95.0, 2310.0, 235.0)
    page = PageImage(1, pixels, (300.0, 300.0))
    left, top, right, bottom = part_around(page, box, (0.9, 0.92))
    assert right - left == pytest.approx(900, abs=2) and 140 < top < 155 and 220 < bottom < 236
    word = 100 + (0.91 * 5350 - 4350)
    assert left < word < right
    words = ["word"] * 40
    field = {"readings": [{"text": " ".join(words), "words": [0.9] * 20 + [0.1] + [0.9] * 19}]}
    begin, end = doubtful_word(field) or (0.0, 0.0)
    assert 0.5 <= begin < end < 0.53
    assert doubtful_word({"readings": [{"text": "short", "words": [0.1]}]}) is None


def test_every_edition_has_a_name_of_its_own_for_people() -> None:
    page = report_page({"title": "1998"})
    labels = edition_labels()
    assert len(set(labels.values())) == len(editions())
    assert all(f'"{name}":{json_for_script(label)}' in page for name, label in labels.items())


def test_what_follows_from_an_empty_cell_is_counted_where_it_is_up_for_review() -> None:
    """A row without date and code: a filing had 47 fields, and 48 for review."""
    code = {"path": f"{ROW}[1]/transactionCoding/transactionFormType", "value": "4"}
    doubted = {**code, "confidence": 0.9, "status": "review", "derived": True}
    found = summarize("a", {"fields": [doubted], "checks": [], "pages": []}, "a.js", None)
    assert (found.fields, found.review, found.lowest) == (1, 1, 0.9)
