"""Running holdings: chains found, readings chosen among those proposed, breaks graded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from documents import DATA
from typed_rows import doubtful, row_path, sure, table_i, value_at, with_field

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.stages.reconcile import reconcile
from ocr_form4.stages.reconcile.relation import same_words
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Candidate, Field, Value
from ocr_form4_models.form4 import Column, Filing, Table

CASES = DATA / "reconcile"


def running(filing: Filing) -> list[Check]:
    return [c for c in reconcile(filing)[1] if c.name == "running-holdings"]


def rows_of(checks: Sequence[Check]) -> list[tuple[str, ...]]:
    """The row numbers that each check speaks of."""
    return [tuple(p.split("[")[1].split("]")[0] for p in c.paths) for c in checks]


SALE = [("D", 100, 900), ("D", 50, 850), ("A", 400, 1250), ("D", 250, 1000)]


def test_eleven_rows_give_ten_running_holdings_and_all_hold() -> None:
    filing = read_xml((CASES / "sales.xml").read_bytes())
    result, checks = reconcile(filing)
    of_rows = [c for c in checks if c.name in ("opening-holdings", "running-holdings")]
    assert [c.name for c in of_rows] == ["opening-holdings", *["running-holdings"] * 10]
    assert {c.outcome for c in of_rows} == {Outcome.HOLDS}
    assert of_rows[1].expected == of_rows[1].found == "97179"
    assert of_rows[1].paths == (
        f"{row_path(1)}/{Column.OWNED_SHARES.path}",
        f"{row_path(2)}/{Column.SHARES.path}",
        f"{row_path(2)}/{Column.OWNED_SHARES.path}",
    )
    assert result == filing


def test_interleaved_holders_are_told_apart_by_their_marks() -> None:
    checks = [
        c
        for c in running(read_xml((CASES / "interleaved.xml").read_bytes()))
        if "/derivative" not in c.paths[0]
    ]
    of_three = [
        ("1", "4", "4"),
        ("2", "5", "5"),
        ("3", "6", "6"),
        ("4", "7", "7"),
        ("5", "8", "8"),
        ("6", "9", "9"),
    ]
    assert sorted(rows_of(checks)) == of_three
    assert {c.outcome for c in checks} == {Outcome.HOLDS}


def test_interleaved_holders_without_marks_are_told_apart_by_the_arithmetic() -> None:
    filing = table_i(
        [
            ("D", 10, 500),
            ("D", 7, 8000),
            ("D", 20, 480),
            ("D", 9, 7991),
            ("D", 30, 450),
            ("D", 1, 7990),
        ]
    )
    checks = running(filing)
    assert sorted(rows_of(checks)) == [
        ("1", "3", "3"),
        ("2", "4", "4"),
        ("3", "5", "5"),
        ("4", "6", "6"),
    ]
    assert {c.outcome for c in checks} == {Outcome.HOLDS}


def test_a_mark_that_comes_and_goes_does_not_end_a_chain() -> None:
    checks = running(table_i(SALE, marks=[(), ("F1",), (), ("F1", "F2")]))
    assert [c.outcome for c in checks] == [Outcome.HOLDS] * 3


def test_every_row_with_the_final_total_is_a_convention_and_not_a_break() -> None:
    checks = running(table_i([("D", 100, 700), ("D", 50, 700), ("D", 25, 700)]))
    assert [c.outcome for c in checks] == [Outcome.HOLDS] * 2
    assert "same total" in checks[0].message


def test_a_row_without_a_holding_is_stepped_over() -> None:
    filing = table_i(SALE)
    path = f"{row_path(2)}/{Column.OWNED_SHARES.path}"
    blank = replace(filing, fields={p: f for p, f in filing.fields.items() if p != path})
    checks = running(blank)
    assert [c.outcome for c in checks] == [Outcome.UNVERIFIABLE, Outcome.HOLDS, Outcome.HOLDS]
    assert rows_of(checks)[1] == ("1", "2", "3", "3")


def test_a_holdings_row_restates_the_balance() -> None:
    filing = table_i(SALE)
    holding = row_path(1, tag="Holding")
    values: dict[Column, Value] = {
        Column.SECURITY_TITLE: "Common Stock", Column.OWNED_SHARES: Decimal(1000),
        Column.DIRECT_INDIRECT: "D",
    }  # fmt: skip
    with_holding = replace(
        filing,
        fields={**filing.fields, **{f"{holding}/{c.path}": sure(c, v) for c, v in values.items()}},
        row_paths=(*filing.row_paths, holding),
    )
    checks = reconcile(with_holding)[1]
    assert [c.outcome for c in checks if c.name == "restated-holdings"] == [Outcome.HOLDS]
    assert len(running(with_holding)) == 3


def test_what_the_filer_transposed_comes_out_as_it_stands_and_is_reported() -> None:
    filing = read_xml((CASES / "transposed.xml").read_bytes())
    result, checks = reconcile(filing)
    assert result == filing
    (broken,) = [c for c in checks if c.outcome is Outcome.BREAKS]
    assert (broken.name, broken.grade) == ("opening-holdings", Grade.AS_FILED)
    assert (broken.expected, broken.found) == ("757576", "757756")
    assert "transposed" in broken.message


@pytest.mark.parametrize("other", ["757976", "757576"])
def test_a_transposed_holding_stands_whatever_one_reader_makes_of_it_when_the_other_is_far_surer(
    other: str,
) -> None:
    filing = read_xml((CASES / "transposed.xml").read_bytes())
    path = f"{row_path(1, Table.II)}/{Column.OWNED_SHARES.path}"
    field = filing.fields[path]
    candidates = (Candidate(Decimal(757756), 0.9995), Candidate(Decimal(other), 0.0005))
    result, checks = reconcile(filing.with_fields({path: replace(field, candidates=candidates)}))
    assert result.fields[path].value == Decimal(757756)
    assert any(c.grade is Grade.SUSPECT and path in c.paths for c in checks)


def test_the_reading_that_adds_up_is_chosen_and_says_so() -> None:
    field = doubtful(Column.OWNED_SHARES, Decimal(350), Decimal(850))
    filing = with_field(table_i(SALE), 2, Column.OWNED_SHARES, field)
    result, checks = reconcile(filing)
    settled = result.fields[f"{row_path(2)}/{Column.OWNED_SHARES.path}"]
    assert settled.value == Decimal(850)
    assert [str(n) for n in settled.notes] == [
        "settled by the running holdings: 350 would not add up"
    ]
    assert settled.candidates == field.candidates
    assert all(c.outcome is Outcome.HOLDS for c in checks if c.name == "running-holdings")


def test_the_direction_is_chosen_by_the_holdings_too() -> None:
    filing = with_field(
        table_i(SALE), 3, Column.ACQUIRED_DISPOSED, doubtful(Column.ACQUIRED_DISPOSED, "D", "A")
    )
    assert value_at(reconcile(filing)[0], 3, Column.ACQUIRED_DISPOSED) == "A"


def test_two_doubtful_numbers_of_one_row_are_settled_together() -> None:
    filing = with_field(
        table_i(SALE), 3, Column.SHARES, doubtful(Column.SHARES, Decimal(900), Decimal(400))
    )
    filing = with_field(
        filing, 3, Column.OWNED_SHARES, doubtful(Column.OWNED_SHARES, Decimal(1260), Decimal(1250))
    )
    result = reconcile(filing)[0]
    assert (value_at(result, 3, Column.SHARES), value_at(result, 3, Column.OWNED_SHARES)) == (
        400,
        1250,
    )


def test_no_value_that_no_reader_proposed_and_the_break_is_suspect() -> None:
    field = doubtful(Column.OWNED_SHARES, Decimal(350), Decimal(860))
    filing = with_field(table_i(SALE), 2, Column.OWNED_SHARES, field)
    result, checks = reconcile(filing)
    assert value_at(result, 2, Column.OWNED_SHARES) in (350, 860)
    broken = [c for c in checks if c.name == "running-holdings" and c.outcome is Outcome.BREAKS]
    assert [c.grade for c in broken] == [Grade.SUSPECT] * 2
    assert "is the odd one" in broken[0].message


def test_where_two_doubtful_numbers_only_bear_each_other_out_the_readers_favourites_stay() -> None:
    filing = read_xml((CASES / "transposed.xml").read_bytes())
    row = row_path(1, Table.II)
    pair = {Column.SHARES: (0.58, 0.42), Column.UNDERLYING_SHARES: (0.42, 0.58)}
    doubted = {
        f"{row}/{c.path}": Field(
            c.kind,
            Decimal(757676 if first > second else 757576),
            candidates=tuple(
                sorted(
                    (Candidate(Decimal(757676), first), Candidate(Decimal(757576), second)),
                    key=lambda k: -k.weight,
                )
            ),
        )
        for c, (first, second) in pair.items()
    }
    presented = filing.with_fields(doubted)
    assert reconcile(presented)[0] == presented


def test_an_unread_holding_is_taken_from_the_readings_only_where_they_decide() -> None:
    unread = replace(doubtful(Column.OWNED_SHARES, Decimal(350), Decimal(850)), value=None)
    assert (
        value_at(
            reconcile(with_field(table_i(SALE), 2, Column.OWNED_SHARES, unread))[0],
            2,
            Column.OWNED_SHARES,
        )
        == 850
    )
    undecided = replace(doubtful(Column.OWNED_SHARES, Decimal(350), Decimal(860)), value=None)
    result = reconcile(with_field(table_i(SALE), 2, Column.OWNED_SHARES, undecided))[0]
    assert value_at(result, 2, Column.OWNED_SHARES) is None


def test_in_table_ii_the_plain_rule_decides_little() -> None:
    filing = table_i([("D", 100, 900), ("D", 50, 300)])
    as_ii = Filing(
        "edgar-x05",
        {p.replace("nonDerivative", "derivative"): f for p, f in filing.fields.items()},
        {},
        tuple(p.replace("nonDerivative", "derivative") for p in filing.row_paths),
    )
    assert [c.outcome for c in running(filing)] == [Outcome.BREAKS]
    assert [c.outcome for c in running(as_ii)] == [Outcome.UNVERIFIABLE]


def test_less_than_nothing_cannot_have_been_owned_before() -> None:
    checks = reconcile(table_i([("A", 500, 300)]))[1]
    (opening,) = [c for c in checks if c.name == "opening-holdings"]
    assert (opening.outcome, opening.grade) == (Outcome.BREAKS, Grade.AS_FILED)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Common Stock", "COMMON STOCK,", True),
        ("Common Stock", "Cornmon Stock", True),
        ("Common Stock", "CommonStock", True),
        ("Class A Common Stock", "Class B Common Stock", False),
        ("By Fund I", "By Fund II", False),
        ("Series 2019 Notes", "Series 2014 Notes", False),
    ],
)
def test_titles_are_one_security_in_spite_of_a_misread_letter(a: str, b: str, same: bool) -> None:
    assert same_words(a, b) is same
