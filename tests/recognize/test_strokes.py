"""Struck out by hand: on lines drawn with a stroke through some of their words."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.stages.recognize.strokes import left_standing, struck_out
from ocr_form4.stages.segment.glyphs import find_glyphs
from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.layout import TextLine
from ocr_form4_models.page import Gray

CAP = 30
"""About how high FONT_HERSHEY_SIMPLEX sets capitals at the scale used here."""


def drawn(words: list[str], struck: int | None) -> tuple[Gray, TextLine, list[tuple[int, int]]]:
    """A page with the words on one line, one of them struck out; its line, and where each word
    stands.
    """
    pixels = np.full((160, 900), 255, np.uint8)
    x, places = 40, []
    for k, word in enumerate(words):
        width = cv2.getTextSize(word, cv2.FONT_HERSHEY_SIMPLEX, 1.4, 4)[0][0]
        cv2.putText(pixels, word, (x, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (0,), 4, cv2.LINE_AA)
        if k == struck:
            cv2.line(pixels, (x - 6, 88), (x + width + 2, 85), (0,), 4, cv2.LINE_AA)
        places.append((x, x + width))
        x += width + CAP
    mask = np.where(pixels < 128, 255, 0).astype(np.uint8)
    glyphs, *_ = find_glyphs(find_blobs(mask), mask)
    return pixels, make_line(glyphs), places


@pytest.mark.parametrize("words", [["12,500"], ["12,500", "18,750"], ["Common", "Stock"]])
def test_print_is_not_struck_out(words: list[str]) -> None:
    pixels, line, _ = drawn(words, None)
    assert struck_out(pixels, line) is None


@pytest.mark.parametrize("words", [["12,500", "18,750"], ["500", "611"]])
@pytest.mark.parametrize("struck", [0, 1])
def test_what_is_written_instead_is_what_the_stroke_leaves(words: list[str], struck: int) -> None:
    pixels, line, places = drawn(words, struck)
    stroke = struck_out(pixels, line)
    assert stroke is not None
    assert abs(stroke[0] - places[struck][0]) < CAP and abs(stroke[1] - places[struck][1]) < CAP
    left = left_standing(line, stroke)
    assert left is not None
    start, end = places[1 - struck]
    assert start - 4 <= left.box.x0 and left.box.x1 <= end + 4


def test_of_a_line_struck_out_as_a_whole_nothing_is_left() -> None:
    pixels, line, _ = drawn(["12,500"], 0)
    stroke = struck_out(pixels, line)
    assert stroke is not None and left_standing(line, stroke) is None


def test_what_stands_on_both_sides_of_a_stroke_is_not_put_together() -> None:
    pixels, line, _ = drawn(["18", "12,500", "75"], 1)
    stroke = struck_out(pixels, line)
    assert stroke is not None and left_standing(line, stroke) is None
