"""From a reader's text to a value: what a column's grammar settles, and what it leaves unread."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_form4.stages.parse.candidates import candidates
from ocr_form4.stages.parse.grammar import (
    Grammar,
    acquired_disposed,
    count,
    day,
    direct_indirect,
    marks_in,
    month_year,
    plain,
    price,
    says_nothing,
    split_marks,
    trading_symbol,
    transaction_code,
    voluntary,
)
from ocr_form4_models.codes import TRANSACTION_CODES
from ocr_form4_models.reading import Reading


def best(grammar: Grammar, text: str) -> object:
    """The value that fits best, or None where the text stays unread."""
    found = sorted(grammar(text), key=lambda p: -p.fit)
    return found[0].value if found else None


def values(grammar: Grammar, text: str) -> set[object]:
    return {p.value for p in grammar(text)}


@given(st.integers(0, 999_999_999_999), st.integers(0, 9999))
def test_every_number_that_edgar_prints_is_read_as_it_is(whole: int, decimals: int) -> None:
    number = Decimal(whole) + Decimal(decimals) / 10_000
    printed = f"{whole:,}" + (f".{decimals:04d}".rstrip("0") if decimals else "")
    assert best(count, printed) == number
    assert best(price, f"${printed}") == number


@given(st.dates(date(1991, 1, 1), date(2099, 12, 31)))
def test_every_date_is_read_as_it_is_printed(when: date) -> None:
    assert best(day, when.strftime("%m/%d/%Y")) == when
    assert best(day, f"{when.month}/{when.day}/{when.year}") == when


def test_a_mark_read_as_a_figure_behind_a_date_is_none_of_it() -> None:
    (parsed,) = day("05/18/2015 9")
    assert parsed.value == date(2015, 5, 18) and parsed.fit <= 0.5
    assert day("05/18/2015 200") == () and day("05/18/2015 06/18/2015") == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("757,576", "757576"), ("1,000", "1000"), ("0", "0"), ("417", "417"), ("3,291.5046",
         "3291.5046"),
        ("l,25O", "1250"), ("I,000", "1000"), ("1O0", "100"),
        ("1 2,500", "12500"), ("_1,250_", "1250"), ("4,000.", "4000"), ("'417", "417"),
        ("50.000", "50000"), ("1.250.000", "1250000"), ("1,250.000", "1250000"),
    ],
)  # fmt: skip
def test_a_number_with_a_readers_slips_that_only_a_digit_explains(text: str, value: str) -> None:
    assert best(count, text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "1,2S0",
        "1,2B0",
        "7S7",
        "",
        "-",
        ".",
        ",",
        "(1)",
        "N/A",
        "1,25",
        "12,50",
        "1,2500",
        "1 share",
        "12/31",
        "666 999",
    ],
)
def test_what_is_no_number_is_not_made_one(text: str) -> None:
    assert count(text) == ()


def test_a_point_before_three_figures_leaves_both_ways_of_reading_it() -> None:
    assert values(count, "8.272") == {Decimal("8.272"), Decimal("8272")}
    assert values(count, "8.27") == {Decimal("8.27")}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$166.28", "166.28"), ("$0", "0"), ("$0.0001", "0.0001"), ("$1,250.5", "1250.5"),
         ("S24.42", "24.42"),
        ("$ 5.75", "5.75"), ("$12.375", "12.375"), ("$.45", "0.45"), ("$O", "0"), ("$l2.5", "12.5"),
    ],
)  # fmt: skip
def test_prices(text: str, value: str) -> None:
    assert best(price, text) == Decimal(value)


@pytest.mark.parametrize("taken_for", ["5", "3", "8"])
def test_a_dollar_sign_that_may_have_been_read_as_a_figure_leaves_both(taken_for: str) -> None:
    assert values(price, f"{taken_for}24.42") >= {Decimal("24.42"), Decimal(f"{taken_for}24.42")}
    assert best(price, f"${taken_for}24.42") == Decimal(f"{taken_for}24.42")


@pytest.mark.parametrize("text", ["$", "$S4.42", "$1,2S0", "free", "$12-$13"])
def test_what_is_no_price_is_not_made_one(text: str) -> None:
    assert price(text) == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("04/30/2025", date(2025, 4, 30)), ("O4/3O/2O25", date(2025, 4, 30)), ("l2/3l/1998",
         date(1998, 12, 31)),
        ("4/3/96", date(1996, 4, 3)), ("12-31-2002", date(2002, 12, 31)), ("04 / 30 / 2025",
         date(2025, 4, 30)),
        ("04/30/2025.", date(2025, 4, 30)), ("07/01/03", date(2003, 7, 1)),
    ],
)  # fmt: skip
def test_dates(text: str, value: date) -> None:
    assert best(day, text) == value


@pytest.mark.parametrize(
    "text", ["13/01/2020", "02/30/2020", "04/31/2025", "2025", "04/2025", "S4/30/2025", ""]
)
def test_what_is_no_date_is_not_made_one(text: str) -> None:
    assert day(text) == ()


def test_a_date_that_lost_its_slashes_is_doubtful() -> None:
    """Two of ten figures may be slashes; it is a value that was seen, not a sure one."""
    ((found),) = day("0413012025")
    assert found.value == date(2025, 4, 30)
    assert found.fit < 0.5


@pytest.mark.parametrize(
    ("text", "value"), [("04/2014", "2014-04"), ("7/1996", "1996-07"), ("O7/23/2014", "2014-07")]
)
def test_the_month_that_the_form_of_1996_asks_for(text: str, value: str) -> None:
    assert best(month_year, text) == value


@pytest.mark.parametrize("text", ["13/2014", "2014", "July 2014"])
def test_what_is_no_month_is_not_made_one(text: str) -> None:
    assert month_year(text) == ()


@pytest.mark.parametrize("code", [*TRANSACTION_CODES, "V"])
def test_every_transaction_code_is_read(code: str) -> None:
    assert best(transaction_code, code) == code
    assert best(transaction_code, f" {code}. ") == code


@pytest.mark.parametrize(
    ("grammar", "text", "value"),
    [
        (transaction_code, "s", "S"), (transaction_code, "$", "S"), (transaction_code, "5", "S"),
        (acquired_disposed, "a", "A"), (acquired_disposed, "0", "D"), (acquired_disposed, "DD",
         "D"),
        (direct_indirect, "1", "I"), (direct_indirect, "l", "I"),
        (direct_indirect, "D", "D"), (direct_indirect, "0", "D"), (voluntary, "Vv", "V"),
    ],
)  # fmt: skip
def test_a_letter_that_the_column_settles(grammar: Grammar, text: str, value: str) -> None:
    assert best(grammar, text) == value


def test_a_ruling_beside_a_date_is_left_out() -> None:
    assert best(day, "04/30/2025|") == date(2025, 4, 30)


def test_a_lone_bar_is_an_i() -> None:
    assert best(direct_indirect, "|") == "I"


def test_a_letter_itself_fits_better_than_a_look_alike() -> None:
    assert best(direct_indirect, "4Dx+") == "D" and best(direct_indirect, "PI") == "I"
    assert direct_indirect("PI")[0].fit < direct_indirect("1")[0].fit
    assert direct_indirect("I")[0].fit > direct_indirect("1")[0].fit
    assert transaction_code("S")[0].fit > transaction_code("5")[0].fit


@pytest.mark.parametrize(
    ("grammar", "text"),
    [
        (transaction_code, "B"), (transaction_code, "7"), (transaction_code, "PS"),
         (transaction_code, ""),
        (acquired_disposed, "I"), (acquired_disposed, "AD"), (direct_indirect, "A"), (voluntary,
         "5"),
    ],
)  # fmt: skip
def test_a_letter_of_another_column_stays_unread(grammar: Grammar, text: str) -> None:
    assert grammar(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "marks"),
    [
        ("$5(1)(2)", "$5", ("F1", "F2")), ("417(1)", "417", ("F1",)), ("(1)", "", ("F1",)),
        ("(1)(2)(10)", "", ("F1", "F2", "F10")), ("See Note(12)", "See Note", ("F12",)), ("[2]", "",
         ("F2",)),
        ("By Trust (3)", "By Trust", ("F3",)), ("417", "417", ()), ("(l)", "", ("F1",)),
        ("Common Stock", "Common Stock", ()),
    ],
)  # fmt: skip
def test_footnote_marks_behind_a_value(text: str, value: str, marks: tuple[str, ...]) -> None:
    assert split_marks(text) == (value, marks)


@pytest.mark.parametrize("text", ["Option (right to buy)", "RSU (2019 Plan)", "Units (A)"])
def test_other_brackets_are_no_marks(text: str) -> None:
    assert split_marks(text) == (text, ())


@given(st.lists(st.integers(1, 99), min_size=1, max_size=6))
def test_every_row_of_marks_is_read(numbers: list[int]) -> None:
    assert marks_in("".join(f"({n})" for n in numbers)) == tuple(f"F{n}" for n in numbers)


def test_the_candidates_are_what_readers_said_and_nothing_else() -> None:
    found = candidates(
        [Reading("paddle", "757,576", 0.97), Reading("tesseract", "757,976", 0.96)], count
    )
    assert [c.value for c in found] == [Decimal(757576), Decimal(757976)]
    assert [c.readers for c in found] == [("paddle",), ("tesseract",)]
    assert sum(c.weight for c in found) == pytest.approx(1, abs=1e-3)


def test_readers_that_agree_leave_one_candidate() -> None:
    (found,) = candidates(
        [Reading("paddle", "1,250", 0.9), Reading("tesseract", "l,25O", 0.8)], count
    )
    assert (found.value, found.weight, found.readers) == (
        Decimal(1250),
        1.0,
        ("paddle", "tesseract"),
    )


def test_a_reader_that_is_sure_of_one_reading_of_a_place_leaves_nothing_to_its_other() -> None:
    sure, other = Reading("form", "ABC", 0.99), Reading("form", "ABG", 0.9)
    assert [c.value for c in candidates([other, sure], trading_symbol)] == ["ABC"]
    unsure = Reading("form", "ABC", 0.97)
    assert {c.value for c in candidates([other, unsure], trading_symbol)} == {"ABC", "ABG"}


def test_no_reading_leaves_no_candidate() -> None:
    assert candidates([], count) == ()
    assert candidates([Reading("paddle", "1,2S0", 0.9)], count) == ()


def test_typographic_marks_become_plain() -> None:
    assert plain("the  “Plan” – Kline’s") == 'the "Plan" - Kline\'s'


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("VK1", "VKI"),
        ("G00G", "GOOG"),
        (" NTRA |", "NTRA"),
        ("BRK.B", "BRK.B"),
        ("none", "NONE"),
        ("600028", "600028"),
    ],
)
def test_a_ticker_has_letters_where_figures_look_like_them(text: str, symbol: str) -> None:
    assert trading_symbol(text)[0].value == symbol


@pytest.mark.parametrize(
    "text",
    ["Feb. 5, 2024", "February 5, 2024", "FEB 5 2024", "5 Feb 2024", "2/5/24", "2024-02-05"],
)
def test_a_date_as_people_type_it(text: str) -> None:
    assert best(day, text) == date(2024, 2, 5)


@pytest.mark.parametrize("text", ["Feb. 30, 2024", "Smarch 5, 2024", "see Feb. 5, 2024 plan"])
def test_what_is_no_date_alone_stays_unread(text: str) -> None:
    assert best(day, text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,500 shs.", "1500"), ("1,500 shares", "1500"), ("200 SH", "200"), ("-0-", "0"),
     ("1,500 units", "1500"), ("10,000 Options", "10000"), ("1.5 million", "1500000"),
     ("2 thousand", "2000")],
)  # fmt: skip
def test_an_amount_with_its_unit_or_none_at_all(text: str, value: str) -> None:
    assert best(count, text) == Decimal(value)


@pytest.mark.parametrize("text", ["$12.50/sh", "$12.50 per share", "$12.50/share"])
def test_a_price_of_each(text: str) -> None:
    assert best(price, text) == Decimal("12.50")


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("N/A", True), ("n/a", True), ("None", True), ("not applicable", True), ("Nora", False),
     ("0", False), ("A", False)],
)  # fmt: skip
def test_nothing_is_typed_in_words(text: str, nothing: bool) -> None:
    assert says_nothing(text) is nothing
