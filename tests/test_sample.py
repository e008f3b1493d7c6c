"""The certificate of one's own archive, review by importance, and two reviewers."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from make_out import FIXTURES, OWNED, ROW, make_out

from ocr_form4.cli import main
from ocr_form4.formats.evidence_json import kind_of
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.review.sampling import at_most, sample_of, write_certificate
from ocr_form4.review.session import Review, View
from ocr_form4.run.rebuild import rebuild
from ocr_form4_models.field import Kind

WRONG = f"{ROW}[2]/{OWNED}"
NUMBERS = frozenset({Kind.NUMBER, Kind.PRICE})


@pytest.fixture
def out(tmp_path: Path) -> Path:
    out = make_out(
        tmp_path / "out", [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"}, doubt=0.3
    )
    make_out(out, [FIXTURES / "scan" / "exercise.pdf"])
    rebuild(out)
    return out


def test_three_hundred_without_an_error_say_at_most_one_percent() -> None:
    assert 0.0098 < at_most(0, 300) < 0.01
    assert at_most(3, 300) == pytest.approx(0.0257, abs=2e-4)  # Clopper and Pearson's table
    assert at_most(5, 5) == 1.0


@pytest.mark.slow
def test_a_sample_is_looked_at_and_certified(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sample", str(out), "--n", "20", "--seed", "4", "--only", "numbers,dates"]
    assert main([*words, "--no-review"]) == 0
    assert "0 of 20" in capsys.readouterr().out and not (out / "certificate.json").exists()
    sample = sample_of(out, 20, 4, ("numbers", "dates"), NUMBERS | {Kind.DATE})
    assert {kind_of(d.path) for d in sample.fields} <= NUMBERS | {Kind.DATE}
    review = Review(out, "Ann", view=View(items=frozenset((d.name, d.path) for d in sample.fields)))
    queue = review.queue()
    assert len(queue) == 20 and not any(w.decided for w in queue)
    for number, waiting in enumerate(queue):
        review.decide(waiting.name, waiting.path, "1" if number == 0 else waiting.value)
    assert all(w.decided for w in review.queue())
    assert main([*words, "--no-review"]) == 0
    told = capsys.readouterr().out
    assert "1 of 20 sampled fields were wrong" in told and "21.61%" in told
    found = json.loads((out / "certificate.json").read_bytes())
    assert found["looked_at_by"] == ["Ann"] and found["sample"]["seed"] == 4
    assert sum(k["looked_at"] for k in found["kinds"].values()) == 20
    assert len(found["wrong"]) == 1 and found["run"]["filings"] == 2
    assert "21.61%" in (out / "certificate.html").read_text()
    assert main(["export", str(out)]) == 0
    assert write_certificate(out, sample_of(out, 20, 4, ("numbers", "dates"), frozenset()))[
        "complete"
    ]


def test_a_sample_of_readings_that_changed_is_not_certified(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["sample", str(out), "--n", "1000", "--no-review"]
    assert main(words) == 0
    file = out / "filings" / "sales.json"
    file.write_text(file.read_text().replace('"DraftKings Inc."', '"DraftKing Inc."', 1))
    assert main(words) == 2
    assert "reads otherwise" in capsys.readouterr().err


def test_review_by_importance(out: Path) -> None:
    every = Review(out).queue()
    numbers = Review(out, view=View(NUMBERS)).queue()
    assert 0 < len(numbers) < len(every)
    assert {kind_of(w.path) for w in numbers} <= NUMBERS


def test_two_reviewers_do_not_see_each_other_and_are_compared(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = Review(out, "Ann")
    queue = first.queue()[:4]
    for waiting in queue:
        first.decide(waiting.name, waiting.path, waiting.value)
    second = Review(out, "Bob", view=View(second=True))
    mine = second.queue()
    assert {(w.name, w.path) for w in mine} == {(w.name, w.path) for w in queue}
    assert not any(w.decided for w in mine)
    shown = next(f for f in second.filing(queue[0].name)["fields"] if f["path"] == queue[0].path)
    assert shown["status"] == "review"
    for number, waiting in enumerate(queue):
        second.decide(waiting.name, waiting.path, "another" if number == 0 else waiting.value)
    assert all(w.decided for w in second.queue())
    table = tmp_path / "corrections.csv"
    assert main(["export", str(out), "--corrections", str(table)]) == 0
    told = capsys.readouterr().out
    assert "Ann and Bob: 3 of 4 fields decided alike" in told and "not alike: " in told
    lines = list(csv.DictReader(table.open()))
    assert len(lines) == 8 and {line["who"] for line in lines} == {"Ann", "Bob"}
    changed = [line for line in lines if line["changed"] == "1"]
    assert [(c["who"], c["after"], c["before"]) for c in changed] == [
        ("Bob", "another", queue[0].value)
    ]
    assert all(line["when"].startswith("20") and line["filing"] == "sales" for line in lines)


def test_a_second_reviewer_needs_a_name(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(out), "--second", "--no-browser"]) == 2
    assert "--who" in capsys.readouterr().err
    with open_ledger(out) as ledger:
        ledger.add_correction("0" * 64, 1, Correction("/x", "1", "1", 1.0, "Ann"))
        assert len(ledger.decisions()) == 1
