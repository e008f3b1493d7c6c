"""Two lines of a cell that the tail of a letter joins, taken apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ocr_form4.stages.recognize.cells import cells_of
from ocr_form4.stages.recognize.tails import cut_at_tails
from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Rectification
from ocr_form4_models.layout import Glyph, Glyphs, PageLayout, Rulings, TablePiece
from ocr_form4_models.reading import CellLine

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)


def letter(x: float, top: float, bottom: float, wide: float = 14) -> Glyph:
    return Glyph(Box(x, top, x + wide, bottom), round(wide * (bottom - top)))


UPPER = [letter(x, 100, 124) for x in range(0, 120, 20)]
LOWER = [letter(x, 140, 164) for x in range(0, 60, 20)]


def test_what_a_tail_joins_to_the_line_above_stands_in_its_own() -> None:
    joined = letter(70, 100, 164, 30)
    (upper, first), (lower, second) = cut_at_tails(
        [make_line(UPPER), make_line(LOWER)], [*UPPER, *LOWER, joined]
    )
    assert first and second
    assert len(upper.glyphs) == len(UPPER) + 1 and upper.box.y1 < 140
    assert len(lower.glyphs) == len(LOWER) + 1 and lower.box.x1 == joined.box.x1


def test_a_tail_that_ends_within_the_next_line_and_a_stroke_through_more_join_none() -> None:
    lines = [make_line(UPPER), make_line(LOWER)]
    for other in (letter(70, 100, 150), letter(70, 40, 220), letter(70, 100, 164, 200)):
        assert cut_at_tails(lines, [*UPPER, *LOWER, other]) == [(n, False) for n in lines]


def cells(*glyphs: Glyph) -> list[CellLine]:
    """The lines of the one cell of a page that has these letters and no other ink."""
    paper = np.full((3300, 2550), 255, np.uint8)
    piece = TablePiece(Table.I, (-50, 500), ((40, 260),), None)
    usual = [letter(x, 3000, 3024) for x in range(0, 800, 20)]
    layout = PageLayout(
        1, STRAIGHT, paper, (), (piece,), (), (), Glyphs((*glyphs, *usual)), Rulings((), ()), {}
    )
    return [line for cell in cells_of(layout).values() for line in cell.lines]


def test_what_may_be_two_lines_that_a_letter_joins_is_looked_at() -> None:
    """Of two short lines a reader of one sees one."""
    above, below = [letter(x, 100, 124) for x in (0, 20)], [letter(x, 150, 174) for x in (0, 20)]
    assert [line.whole.struck for line in cells(*above, *below)] == [False, False]
    joined = cells(*above, *below, letter(40, 100, 174))
    assert [line.whole.struck for line in joined] == [True]


def test_a_cell_with_print_that_is_in_no_line_is_looked_at() -> None:
    low = letter(0, 200, 210, 60)
    assert [line.whole.struck for line in cells(*UPPER, low)] == [True]
    assert [line.whole.struck for line in cells(*UPPER, replace(low, seen=False))] == [False]
