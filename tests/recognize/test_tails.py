"""Two lines of a cell that the tail of a letter joins, taken apart."""

from __future__ import annotations

from ocr_form4.stages.recognize.tails import cut_at_tails
from ocr_form4.stages.segment.textlines import make_line
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyph


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
