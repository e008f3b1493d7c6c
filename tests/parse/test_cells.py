"""Cells as they are read: what of a line is its value, and what are footnote marks."""

from __future__ import annotations

import pytest
from lines import STRAIGHT

from ocr_form4.stages.parse.cell_fields import read_cell
from ocr_form4.stages.parse.cell_marks import value_and_marks
from ocr_form4.stages.parse.fields import STRUCK, Draft
from ocr_form4.stages.parse.grammar import split_marks
from ocr_form4.stages.parse.printed_rows import RowCells
from ocr_form4.stages.parse.tables import put_rows
from ocr_form4_models.editions import Leaf, edition
from ocr_form4_models.form4 import MARKS, ROOT, Column, Table
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.reading import CellLine, CellText, Reading, Run

BOX: Box[Upright] = Box(0, 0, 200, 40)


def run(*said: tuple[str, float]) -> Run:
    readings = tuple(Reading(name, *s) for name, s in zip(("form", "paddle"), said, strict=False))
    return Run(1, BOX, 28, readings)


def parted(whole: Run, value: Run, marks: Run) -> tuple[list[str], list[str]]:
    values, found = value_and_marks(CellText(BOX, (CellLine(whole, value, marks),)))
    return [v.text for v in values], [m.text for m in found]


def test_marks_that_cannot_be_made_out_stay_marks() -> None:
    whole, value, marks = run(("Units (", 0.4)), run(("Units", 0.99)), run(("(", 0.2), ("l", 0.3))
    assert parted(whole, value, marks)[0] == ["Units"]


def test_a_speck_behind_a_mark_is_no_part_of_it() -> None:
    """A footnote alone in a cell for a date, on a copy of copies: it was lost, and nobody told."""
    whole = run(("(7).", 0.02), ("(7).", 0.52))
    values, marks = value_and_marks(CellText(BOX, (CellLine(whole, None, None),)))
    assert (values, [split_marks(m.text)[1] for m in marks]) == ([], [("F7",)])
    assert split_marks("Fund (Q).") == ("Fund (Q).", ())


def test_of_marks_as_large_as_their_value_none_stays_in_it() -> None:
    """Typed text: the last mark alone was taken for raised, the others for a part of the title."""
    whole = run(("COMMON STOCK(1)(2)(3)", 0.6))
    value, marks = run(("COMMON STOCK(1)2)", 0.5), ("COMMON STOCK(1)(2)", 0.99)), run(("(3)", 0.9))
    assert parted(whole, value, marks) == (["COMMON STOCK"], ["(1)(2)", "(3)"])


def test_a_bar_between_columns_behind_a_mark_is_no_part_of_it() -> None:
    """Typed text: "Seed(4)" was accepted as a name, and its mark was lost."""
    whole = run(("2010 Seed(4) ]", 0.3), ("2010 Seed(4)", 0.99))
    values, marks = value_and_marks(CellText(BOX, (CellLine(whole, None, None),)))
    assert [v.readings[1].text for v in values] == ["2010 Seed"]
    assert [split_marks(m.text)[1] for m in marks] == [("F4",)]


@pytest.mark.parametrize(
    ("lines", "value", "marks"),
    [
        (("By Annuity", "Trust (1)", "for Brother"), "By Annuity Trust (1) for Brother", []),
        (("By Annuity", "Trust (1)"), "By Annuity Trust", ["(1)"]),
        (("(1)", "See Note"), "See Note", ["(1)"]),
    ],
)
def test_a_bracketed_number_behind_which_words_follow_is_none_of_a_titles_marks(
    lines: tuple[str, ...], value: str, marks: list[str]
) -> None:
    cell = CellText(BOX, tuple(CellLine(run((text, 0.99)), None, None) for text in lines))
    values, found = value_and_marks(cell)
    assert (" ".join(v.text for v in values), [m.text for m in found]) == (value, marks)


@pytest.mark.parametrize(
    ("column", "said", "value"),
    [
        (Column.NATURE, "0", None),
        (Column.NATURE, "$59", None),
        (Column.SECURITY_TITLE, "FL", None),
        (Column.NATURE, "By 401(k)", "By 401(k)"),
        (Column.SECURITY_TITLE, "RSU", "RSU"),
    ],
)
def test_what_is_no_word_is_no_title_and_the_field_says_that_something_stands_there(
    column: Column, said: str, value: str | None
) -> None:
    """A drum's dirt in an empty cell was a nature of ownership, "0"."""
    cell = CellText(BOX, (CellLine(run((said, 0.9), (said, 0.5)), None, None),))
    fields, _ = read_cell(Draft({1: STRAIGHT}), 1, Leaf(column), cell)
    assert fields[column].value == value
    assert [r.text for r in fields[column].readings] == [said, said]


@pytest.mark.parametrize(("bought", "sold"), [(0.99, 0.2), (0.3, 0.98)])
def test_of_amounts_in_both_columns_the_one_that_is_read_is_taken_and_looked_at(
    bought: float, sold: float
) -> None:
    """A fold's dirt in the empty column (D) was the number of shares, 0, and they were sold."""
    form = edition("edgar-x05")
    leaves = form.columns[Table.II]
    cells = {
        k: CellText(BOX, (CellLine(run((said, score), (said, score)), None, None),))
        for k, leaf in enumerate(leaves)
        for said, score in [
            {"A": ("28.593", bought), "D": ("7", sold)}.get(leaf.sign or "", ("", 0))
        ]
        if said
    }
    columns = tuple(float(200 * k) for k in range(len(leaves) + 1))
    draft = Draft({1: STRAIGHT})
    put_rows(draft, [RowCells(1, Table.II, cells, BOX, columns)], form)
    row = f"{ROOT}/derivativeTable/derivativeTransaction[1]"
    shares = draft.fields[f"{row}/{Column.SHARES.path}"]
    sign = draft.fields[f"{row}/{Column.ACQUIRED_DISPOSED.path}"]
    is_bought = bought > sold
    assert (str(shares.value), sign.value) == (("28.593", "A") if is_bought else ("7", "D"))
    assert STRUCK in shares.notes and STRUCK in sign.notes


@pytest.mark.parametrize("said", ["$1.5", "(4)", None])
def test_where_a_price_or_its_mark_should_stand_and_nothing_does_the_field_and_the_marks_are_there(
    said: str | None,
) -> None:
    """A streak took a mark that stood alone in its cell: the row's others were accepted."""
    form = edition("edgar-x05")
    place = [leaf.column for leaf in form.columns[Table.I]].index(Column.PRICE)
    texts = {0: "Common Stock", 1: "01/02/2020", 3: "S", 5: "100", 6: "D"}
    texts |= {place: said} if said else {}
    cells = {
        k: CellText(BOX, (CellLine(run((text, 0.999)), None, None),)) for k, text in texts.items()
    }
    columns = tuple(float(200 * k) for k in range(len(form.columns[Table.I]) + 1))
    draft = Draft({1: STRAIGHT})
    put_rows(draft, [RowCells(1, Table.I, cells, BOX, columns)], form)
    row = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[1]"
    price, marks = (
        draft.fields.get(f"{row}/{Column.PRICE.path}"),
        draft.fields.get(f"{row}/{MARKS}"),
    )
    if said == "$1.5":
        assert price and str(price.value) == "1.5" and marks is None
    elif said:
        assert price is None and marks and marks.value == "F4"
    else:
        assert price and price.value is None and marks and marks.value is None
