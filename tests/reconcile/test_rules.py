"""Every rule of the form, kept and broken. The filing is a real one, changed in one place."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from documents import DATA

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.stages.reconcile import reconcile
from ocr_form4.stages.reconcile.limits import _mark_path
from ocr_form4.stages.reconcile.prices import price_ranges
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Candidate, Field, Kind, Value
from ocr_form4_models.form4 import MARKS, ROOT, Column, Filing, footnote_path
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code

CASES = DATA / "reconcile"
I1 = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[1]"
II1 = f"{ROOT}/derivativeTable/derivativeTransaction[1]"
OWNER = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship"


def at(row: str, column: Column) -> str:
    return f"{row}/{column.path}"


@pytest.fixture(scope="module")
def sales() -> Filing:
    """Seven sales, two awards, two withholdings; holdings from 97,447 to 100,902."""
    return read_xml((CASES / "sales.xml").read_bytes())


@pytest.fixture(scope="module")
def exercise() -> Filing:
    """Options exercised and the shares sold: both tables."""
    return read_xml((CASES / "exercise.xml").read_bytes())


def changed(filing: Filing, path: str, value: Value | None, *others: Value) -> Filing:
    """The filing with another value at a path, sure unless there are other candidates."""
    kind = filing.fields[path].kind if path in filing.fields else Kind.TEXT
    values = [value, *others] if value is not None else []
    candidates = tuple(Candidate(v, 1 / len(values)) for v in values if v is not None)
    return filing.with_fields({path: Field(kind, value, candidates=candidates)})


def without(filing: Filing, path: str) -> Filing:
    return replace(filing, fields={p: f for p, f in filing.fields.items() if p != path})


def found(filing: Filing, name: str) -> list[Check]:
    return [c for c in reconcile(filing)[1] if c.name == name]


def outcomes(filing: Filing, name: str) -> set[Outcome]:
    return {c.outcome for c in found(filing, name)}


def the_break(filing: Filing, name: str) -> Check:
    broken = [c for c in found(filing, name) if c.outcome is Outcome.BREAKS]
    assert len(broken) == 1, broken
    return broken[0]


@pytest.mark.parametrize("name", ["sales", "exercise"])
def test_real_filings_keep_every_rule(name: str, request: pytest.FixtureRequest) -> None:
    checks = reconcile(request.getfixturevalue(name))[1]
    assert [c for c in checks if c.outcome is Outcome.BREAKS] == []
    assert len({c.name for c in checks}) >= 14


def test_every_path_of_a_check_is_a_field_or_absent_by_rule(sales: Filing) -> None:
    paths = {p for c in reconcile(sales)[1] for p in c.paths}
    assert paths <= set(sales.fields)


BROKEN_BY_ONE_VALUE = [
    ("sales", at(I1, Column.ACQUIRED_DISPOSED), "A", "code-direction"),
    ("sales", at(I1, Column.CODE), "Q", "transaction-code"),
    ("sales", at(I1, Column.CODE), "J", "code-explained"),
    ("sales", at(I1, Column.DIRECT_INDIRECT), "I", "nature-of-ownership"),
    ("sales", at(I1, Column.NATURE), "By Trust", "nature-of-ownership"),
    ("sales", at(I1, Column.PRICE), Decimal("168.73"), "price-in-range"),
    ("sales", at(I1, Column.TRANSACTION_DATE), date(2024, 2, 9), "transaction-before-signature"),
    ("sales", f"{ROOT}/periodOfReport", date(2024, 2, 6), "earliest-transaction-date"),
    ("sales", f"{ROOT}/documentType", "4/A", "amendment-original-date"),
    ("sales", f"{ROOT}/dateOfOriginalSubmission", date(2024, 2, 6), "amendment-original-date"),
    ("sales", f"{OWNER}/isOfficer", False, "relationship-marked"),
    ("sales", f"{OWNER}/isOther", True, "other-text"),
    ("sales", f"{OWNER}/officerTitle", "", "officer-title"),
    ("sales", at(I1, Column.SECURITY_TITLE), "Common Stock " * 5, "text-width"),
    ("sales", at(I1, Column.TOTAL_VALUE), Decimal(69526), "shares-or-value"),
    ("sales", at(I1, Column.PRICE), Decimal("166.72891"), "number-range"),
    ("sales", at(I1, Column.PRICE), Decimal("-166.7289"), "number-range"),
    ("sales", at(I1, Column.SHARES), Decimal(10**12), "number-range"),
    ("sales", footnote_path(11), "Marked nowhere.", "footnote-is-marked"),
    ("exercise", at(II1, Column.EXERCISE_PRICE), Decimal("17.77"), "exercise-price"),
    ("exercise", at(I1, Column.SHARES), Decimal(36000), "exercise-pair"),
    ("exercise", at(II1, Column.UNDERLYING_SHARES), Decimal(40000), "underlying-shares"),
    ("exercise", at(II1, Column.EXERCISE_DATE), date(2044, 1, 1), "exercisable-before-expiration"),
]


@pytest.mark.parametrize(("which", "path", "value", "name"), BROKEN_BY_ONE_VALUE)
def test_one_wrong_value_breaks_its_rule(
    which: str, path: str, value: Value, name: str, request: pytest.FixtureRequest
) -> None:
    filing = request.getfixturevalue(which)
    wrong = changed(filing, path, value)
    if name == "code-explained":
        wrong = replace(wrong, marks={k: m for k, m in wrong.marks.items() if not k.startswith(I1)})
    if name == "footnote-is-marked":
        wrong = replace(wrong, fields={**filing.fields, path: Field(Kind.FOOTNOTE, value)})
    # another ratio than one to one is no break unless the reading is doubtful
    if name == "underlying-shares":
        assert outcomes(wrong, name) == {Outcome.UNVERIFIABLE}
        wrong = changed(filing, path, value, Decimal(50000))
    assert Outcome.BREAKS not in outcomes(filing, name)
    assert Outcome.BREAKS in outcomes(wrong, name)
    assert all(c.message.endswith(".") for c in found(wrong, name))


def test_a_doubtful_reading_makes_the_break_suspect_and_a_sure_one_as_filed(sales: Filing) -> None:
    path = at(I1, Column.PRICE)
    sure = the_break(changed(sales, path, Decimal("168.73")), "price-in-range")
    doubtful = the_break(
        changed(sales, path, Decimal("168.73"), Decimal("188.73")), "price-in-range"
    )
    assert (sure.grade, doubtful.grade) == (Grade.AS_FILED, Grade.SUSPECT)
    assert sure.expected == "166.28-167.22"
    assert sure.found == "168.73"


def test_what_was_not_found_on_the_page_makes_a_break_suspect(sales: Filing) -> None:
    lost = without(sales, footnote_path(10))
    assert the_break(lost, "mark-has-footnote").grade is Grade.SUSPECT
    unmarked = changed(sales, f"{OWNER}/isOfficer", False)
    assert the_break(unmarked, "relationship-marked").grade is Grade.SUSPECT


def test_a_break_in_a_chain_is_suspect_where_marks_that_tell_holders_apart_were_lost(
    sales: Filing,
) -> None:
    path = at(f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[11]", Column.OWNED_SHARES)
    wrong = changed(sales, path, Decimal(100908))
    assert the_break(wrong, "running-holdings").grade is Grade.AS_FILED
    lost = replace(wrong, marks={k: m for k, m in wrong.marks.items() if m != ("F10",)})
    assert the_break(lost, "running-holdings").grade is Grade.SUSPECT


def test_an_unread_value_cannot_be_verified(sales: Filing) -> None:
    for column, name in [
        (Column.PRICE, "price-in-range"),
        (Column.CODE, "transaction-code"),
        (Column.DIRECT_INDIRECT, "nature-of-ownership"),
    ]:
        assert Outcome.UNVERIFIABLE in outcomes(changed(sales, at(I1, column), None), name)
    assert outcomes(
        changed(sales, f"{ROOT}/periodOfReport", None), "earliest-transaction-date"
    ) == {Outcome.UNVERIFIABLE}


def test_marks_and_footnotes_belong_together(sales: Filing) -> None:
    lost = without(sales, footnote_path(10))
    assert the_break(lost, "mark-has-footnote").expected == "F10"
    marks = {k: m for k, m in sales.marks.items() if m != ("F10",)}
    note, *rows = the_break(replace(sales, marks=marks), "footnote-is-marked").paths
    often = Counter(mark for ids in marks.values() for mark in ids)
    doubled = {k for k, ids in marks.items() if any(often[mark] > 1 for mark in ids)}
    assert note == footnote_path(10)
    assert rows and all(
        any(k.startswith(p.removesuffix(f"/{MARKS}")) for k in doubled) for p in rows
    )
    beyond = {**sales.marks, f"{I1}/securityTitle": ("F100",)}
    assert the_break(replace(sales, marks=beyond), "mark-range").found == "F100"


def test_a_price_needs_a_value_or_a_footnote(sales: Filing) -> None:
    row = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[8]"
    bare = without(sales, at(row, Column.PRICE))
    found = the_break(bare, "value-or-footnote")
    assert found.paths == (at(row, Column.PRICE), f"{row}/{MARKS}")
    assert found.grade is Grade.SUSPECT  # the mark may be lost with it
    marked = replace(
        bare, marks={**bare.marks, f"{row}/transactionAmounts/transactionPricePerShare": ("F7",)}
    )
    assert outcomes(marked, "value-or-footnote") == {Outcome.HOLDS}


def test_counts_of_owners_and_rows_are_limited(sales: Filing) -> None:
    crowd = {
        f"{ROOT}/reportingOwner[{n}]/reportingOwnerId/rptOwnerName": Field(Kind.NAME, "A B")
        for n in range(2, 12)
    }
    assert the_break(sales.with_fields(crowd), "owner-count").found == "11"
    rows = tuple(f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[{n}]" for n in range(1, 32))
    assert the_break(replace(sales, row_paths=rows), "row-count").found == "31"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        (
            "weighted average price of the shares sold ranging from $166.28 to $167.22 per share",
            "166.28",
            "167.22",
        ),
        (
            "in multiple transactions at prices ranging from $1,017.125 to $1,018.095, inclusive",
            "1017.125",
            "1018.095",
        ),
        ("The range of prices was $20.00 - $20.45.", "20.00", "20.45"),
        ("at prices between $9.995 per share and $10.01 per share", "9.995", "10.01"),
        ("sold within a range from $8.80 to $8.86.", "8.80", "8.86"),
    ],
)
def test_ranges_as_footnotes_word_them(text: str, low: str, high: str) -> None:
    assert price_ranges(text) == [(Decimal(low), Decimal(high))]


@pytest.mark.parametrize(
    "text",
    [
        "between July 1, 2009 and June 30, 2010",
        "ranging from 20% to 50%",
        "from 2012 to 2016",
        "The price was $12.50.",
    ],
)
def test_what_is_no_range_of_prices(text: str) -> None:
    assert price_ranges(text) == []


@pytest.mark.parametrize(
    ("column", "right", "wrong"),
    [
        (Column.PRICE, Decimal("166.7289"), Decimal("186.7289")),
        (Column.DIRECT_INDIRECT, "D", "I"),
        (Column.CODE, "S", "P"),
        (Column.TRANSACTION_DATE, date(2024, 2, 5), date(2024, 2, 25)),
    ],
)
def test_rules_choose_among_readings_and_only_among_them(
    sales: Filing, column: Column, right: Value, wrong: Value
) -> None:
    path = at(I1, column)
    result = reconcile(changed(sales, path, wrong, right))[0].fields[path]
    assert result.value == right
    assert [c.value for c in result.candidates] == [wrong, right]
    assert result.notes and result.notes[0].code is Code.SETTLED_BY_RULE
    assert reconcile(changed(sales, path, wrong))[0].fields[path].value == wrong


def test_the_earliest_transaction_date_settles_box_3(sales: Filing) -> None:
    path = f"{ROOT}/periodOfReport"
    doubtful = changed(sales, path, date(2024, 2, 6), date(2024, 2, 5))
    assert reconcile(doubtful)[0].fields[path].value == date(2024, 2, 5)


def test_a_note_marked_nowhere_is_looked_for_where_its_number_would_stand(sales: Filing) -> None:
    """Notes are numbered as they are first marked: F3 of five, read as F1 again."""
    elements = list(sales.marks)[:5]
    rows = [e.rpartition("/")[0] for e in elements]
    assert len(set(rows)) > 2
    marks = dict(
        zip(elements, [("F1",), ("F1", "F2"), ("F1",), ("F4",), ("F1", "F5")], strict=True)
    )
    notes = {footnote_path(n): Field(Kind.FOOTNOTE, f"Note {n}.") for n in range(1, 6)}
    fields = {p: f for p, f in sales.fields.items() if "/footnote[" not in p}
    filing = replace(sales, marks=marks, fields=fields | notes)
    (check,) = [c for c in found(filing, "footnote-is-marked") if c.outcome is Outcome.BREAKS]
    places = [p for p in check.paths if p != footnote_path(3)]
    assert places == [_mark_path(filing, elements[2])]


@pytest.mark.parametrize(("score", "grade"), [(0.78, Grade.SUSPECT), (0.98, Grade.AS_FILED)])
def test_a_break_is_suspect_where_the_first_reader_is_not_sure_whoever_repeats_it(
    exercise: Filing, score: float, grade: Grade
) -> None:
    """A fax's burst made January of April: both networks saw it so, and it was accepted."""
    path = at(II1, Column.TRANSACTION_DATE)
    early = date(2001, 1, 23)
    said = (Reading("form", "01/23/2001", score), Reading("paddle", "01/23/2001", 0.94))
    field = Field(Kind.DATE, early, said, (Candidate(early, 1.0),))
    broken = the_break(exercise.with_fields({path: field}), "earliest-transaction-date")
    assert (broken.grade, path in broken.paths) == (grade, True)
