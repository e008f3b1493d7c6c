"""Specks of a coarse fax are no text of a cell, and no part of it. Sizes are those of a scan of 98
lines an inch, in upright pixels: a speck of one line and four columns is 12 high.
"""

from __future__ import annotations

from dataclasses import replace

from ocr_form4.stages.recognize.specks import without_specks
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyph

USUAL = 17.0
"""The height of that scan's usual letters."""


def glyph(x: float, y: float, width: float, height: float) -> Glyph:
    return Glyph(Box(x, y, x + width, y + height), int(width * height / 2))


def word(x: float, count: int) -> list[Glyph]:
    return [glyph(x + 20 * k, 100, 15, 26) for k in range(count)]


def lines(*glyphs: Glyph) -> list[int]:
    """How many pieces of ink each line of a cell has."""
    return [len(n.glyphs) for n in without_specks(group_lines(glyphs, 2.0, USUAL), USUAL)]


def test_a_speck_alone_is_nothing_and_a_narrow_capital_stays() -> None:
    speck, capital = glyph(300, 60, 5, 12), glyph(300, 60, 5, 24)
    assert lines(speck) == []
    assert lines(capital) == [1]


def test_a_speck_beside_a_word_is_no_letter_of_it() -> None:
    before, behind = (replace(glyph(x, 105, 6, 12), seen=False) for x in (70, 232))
    assert lines(before, *word(100, 6), behind) == [6]
    assert lines(before, glyph(100, 100, 6, 26)) == [1]


def test_a_point_and_a_comma_stay_with_their_word() -> None:
    assert lines(*word(100, 6), glyph(218, 121, 5, 6)) == [7]
    assert lines(*word(100, 6), glyph(218, 120, 5, 12)) == [7]


def test_a_comma_that_stands_apart_stays_where_print_is_seen_in_it() -> None:
    """Type of one width: "Fund," on a line of its own lost its comma, and was accepted."""
    comma = glyph(224, 121, 6, 12)
    assert lines(*word(100, 6), comma) == [7]
    assert lines(*word(100, 6), replace(comma, seen=False)) == [6]
