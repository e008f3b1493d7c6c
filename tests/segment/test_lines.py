"""What a line is, measured by its letters."""

from __future__ import annotations

import pytest
from drawn_letters import CAP, glyph, letters

from ocr_form4.stages.segment.lines import band, letter_height, make_line
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyph, inside


def test_letters_are_where_their_middle_is() -> None:
    word = letters(100, 200, 4)
    assert inside(word, Box(90, 160, 150, 210)) == word[:2]
    assert letter_height(word) == CAP
    assert letter_height([]) == 0


def test_a_stroke_through_a_line_does_not_make_its_band_higher() -> None:
    stroke = glyph(180, 120, 20, 130)
    struck = make_line([*letters(100, 200, 3), stroke, *letters(210, 200, 6)])
    assert struck.box.height == 130
    assert band(struck).height <= 2.2 * CAP
    assert band(struck).y0 < 200 - CAP
    assert band(struck).y1 > 200


@pytest.mark.parametrize("few", [[], letters(100, 200, 2)])
def test_few_letters_do_not_tell_the_band(few: list[Glyph]) -> None:
    """Words that have run together with the line under them are one piece, beside it specks."""
    run_together = make_line([*few, glyph(180, 160, 300, 80)])
    assert band(run_together) == run_together.box
