"""Points, commas, dashes and underlines belong to the line that they stand in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn_letters import STEP, WIDE, glyph, letters

from ocr_form4.stages.segment.textlines import group_lines


def test_a_point_and_a_comma_join_their_number() -> None:
    (line,) = group_lines(
        [*letters(100, 200, 3), glyph(172, 195, 5, 5), *letters(182, 200, 3), glyph(256, 194, 5, 9)]
    )
    assert len(line.glyphs) == 8


def test_a_comma_behind_capitals_is_of_their_line_though_small_print_is_all_around() -> None:
    title = [glyph(x, 829, 30, 30) for x in (1282, 1316, 1350, 1388, 1429)]
    small = [glyph(1282 + 14 * k, 700, 11, 16) for k in range(30)]
    lines = group_lines([*title, glyph(1461, 854, 8, 12), *small])
    assert [line.box.x1 for line in lines if line.box.y0 > 800] == [1469]


def test_a_dash_between_spaces_belongs_to_its_line() -> None:
    end = 100 + 5 * STEP + WIDE
    assert group_lines([*letters(100, 200, 6), glyph(end + 35, 188, 20, 5)])[0].box.x1 == end + 55


@pytest.mark.parametrize("last", [4, 12])
def test_an_underline_that_a_comma_touches_is_a_part_of_the_line_over_it(last: int) -> None:
    text = [*letters(100, 200, 8), *letters(320, 200, last)]
    underline = replace(glyph(98, 192, 220, 20), seen=False)
    (line,) = group_lines([*text, underline])
    assert len(line.glyphs) == len(text) + 1


def test_a_word_of_small_letters_that_have_run_together_is_a_line() -> None:
    above, below = letters(100, 200, 8), letters(100, 300, 5)
    word = glyph(100, 228, 140, 20)
    assert [len(line.glyphs) for line in group_lines([*above, word, *below])] == [8, 1, 5]


def test_a_comma_behind_a_point_is_of_the_line_in_type_of_one_width() -> None:
    """ "MISSION ST., 7TH FLOOR": the comma was in no line, and the address accepted without it."""
    street, floor = letters(100, 200, 6, 22), letters(300, 200, 6, 22)
    end = max(g.box.x1 for g in street)
    line, _ = group_lines([*street, glyph(end + 8, 194, 6, 6), glyph(end + 26, 193, 9, 11), *floor])
    assert len(line.glyphs) == len(street) + 2
