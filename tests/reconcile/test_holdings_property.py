"""Running holdings over made-up chains of trades with one misread figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from documents import DATA
from hypothesis import given, note, settings
from hypothesis import strategies as st
from typed_rows import table_i, value_at, with_field

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.stages.reconcile import reconcile
from ocr_form4_models.check import Grade, Outcome
from ocr_form4_models.field import Candidate, Field
from ocr_form4_models.form4 import Column

CONFUSED = {
    "3": "8",
    "8": "36",
    "5": "69",
    "6": "580",
    "1": "7",
    "7": "1",
    "0": "68",
    "4": "9",
    "9": "45",
    "2": "7",
}

RESTORED: list[bool] = []


def misread(number: int, draw: st.DrawFn) -> int | None:
    """The number with one digit taken for one that looks like it."""
    text = str(number)
    i = draw(st.integers(0, len(text) - 1))
    digit = draw(st.sampled_from(CONFUSED[text[i]]))
    return None if i == 0 and digit == "0" else int(text[:i] + digit + text[i + 1 :])


@st.composite
def chains(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """Three to eight rows that add up."""
    owned = draw(st.integers(2_000, 900_000))
    rows = []
    for _ in range(draw(st.integers(3, 8))):
        shares = draw(st.integers(10, max(50, owned // 2)))
        direction = draw(st.sampled_from("AD")) if shares <= owned else "A"
        owned += shares if direction == "A" else -shares
        rows.append((direction, shares, owned))
    return rows


@st.composite
def corrupted_chains(draw: st.DrawFn) -> tuple[list[tuple[str, int, int]], int, Column, int]:
    """A chain, and where one number of it was misread as what."""
    rows = draw(chains())
    number = draw(st.integers(1, len(rows)))
    # The first row's shares take part in no sum: nothing could restore them.
    columns = [Column.OWNED_SHARES] if number == 1 else [Column.OWNED_SHARES, Column.SHARES]
    column = draw(st.sampled_from(columns))
    true = rows[number - 1][2 if column is Column.OWNED_SHARES else 1]
    wrong = misread(true, draw)
    return rows, number, column, true + 1 if wrong is None else wrong


@settings(max_examples=300, deadline=None, derandomize=True)
@given(corrupted_chains(), st.floats(0.3, 0.9))
def _restore(case: tuple[list[tuple[str, int, int]], int, Column, int], lead: float) -> None:
    rows, number, column, wrong = case
    true = Decimal(rows[number - 1][2 if column is Column.OWNED_SHARES else 1])
    candidates = (Candidate(Decimal(wrong), lead), Candidate(true, 1 - lead))
    filing = with_field(
        table_i(rows), number, column, Field(column.kind, Decimal(wrong), candidates=candidates)
    )
    result = reconcile(filing)[0]
    note(f"{value_at(result, number, column)} instead of {true}")
    RESTORED.append(value_at(result, number, column) == true)
    others = {p: f.value for p, f in result.fields.items() if len(f.candidates) < 2}
    assert others == {p: filing.fields[p].value for p in others}


@pytest.mark.slow
def test_a_misread_digit_is_restored_whenever_the_truth_is_among_the_readings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    RESTORED.clear()
    _restore()
    with capsys.disabled():
        print(f"\nmisread digits restored: {sum(RESTORED)} of {len(RESTORED)}")
    assert all(RESTORED)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("AD"), st.integers(0, 10**7), st.integers(0, 10**7)),
        min_size=1,
        max_size=9,
    )
)
def test_what_all_readers_agree_on_never_changes_whatever_the_arithmetic_says(
    rows: list[tuple[str, int, int]],
) -> None:
    filing = table_i(rows)
    result, checks = reconcile(filing)
    assert result == filing
    of_rows = [c for c in checks if c.name in ("opening-holdings", "running-holdings")]
    assert len(of_rows) == len(rows)
    assert not any(c.grade is Grade.SUSPECT for c in of_rows)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_field_may_be_unread_or_missing(data: st.DataObject) -> None:
    filing = read_xml((DATA / "reconcile" / "exercise.xml").read_bytes())
    paths = sorted(filing.fields)
    unread = data.draw(st.sets(st.sampled_from(paths), max_size=20))
    missing = data.draw(st.sets(st.sampled_from(paths), max_size=20))
    fields = {
        p: replace(f, value=None, candidates=()) if p in unread else f
        for p, f in filing.fields.items()
    }
    partial = replace(filing, fields={p: f for p, f in fields.items() if p not in missing})
    result, checks = reconcile(partial)
    assert result == partial
    for check in checks:
        if check.outcome is Outcome.BREAKS and (unread - missing) & set(check.paths):
            assert check.grade is Grade.SUSPECT
