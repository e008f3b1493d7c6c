"""Clouds of pale grains, as toner falls, on real pages: they are no text, and what they run into
is.
"""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from documents import upright, with_pixels

from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.line_rows import BELOW_APART, join_rows
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, TextLine
from ocr_form4_models.page import Gray

NAMES = ["scan/exercise.pdf", "scan/sales.pdf", "scan/paper-2002.pdf"]


def with_clouds(pixels: Gray, at: list[tuple[float, float]], level: int, seed: int) -> Gray:
    """The page with a cloud of 260 grains around each of the places."""
    rng = np.random.default_rng(seed)
    laid = np.zeros(pixels.shape, np.float32)
    for x, y in at:
        column = (x + rng.normal(0, 9, 260)).astype(int).clip(0, pixels.shape[1] - 1)
        row = (y + rng.normal(0, 7, 260)).astype(int).clip(0, pixels.shape[0] - 1)
        laid[row, column] = 1.0
    laid = cv2.GaussianBlur(laid, (0, 0), 0.8)
    laid = np.minimum(1.0, 1.6 * laid)
    shade = np.minimum(pixels, 255 - (255 - level) * laid)
    return np.asarray(shade, np.uint8)


def titles(layout: PageLayout) -> list[TextLine]:
    """The lines in the first column of the first table."""
    piece = layout.pieces[0]
    cells = [piece.cell(r, 0) for r in range(len(piece.rows))]
    return [n for c in cells for n in group_lines(layout.glyphs.inside(c))]


def running(layout: PageLayout) -> list[TextLine]:
    """The long lines under the tables."""
    lines = join_rows(layout.below, BELOW_APART, layout.foreign)
    return [n for n in lines if len(n.glyphs) > 40]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", [110, 150])
def test_a_cloud_behind_an_entry_is_none_of_its_letters(name: str, level: int) -> None:
    page = upright(name)
    lines = titles(segment(page))
    at = [(n.box.x1 + 50, n.box.center[1]) for n in lines]
    after = titles(segment(with_pixels(page, with_clouds(page.pixels, at, level, 5))))
    ends = [max(n.box.x1 for n in after if n.box.intersection(line.box)) for line in lines]
    right = [
        end == pytest.approx(line.box.x1, abs=2) for end, line in zip(ends, lines, strict=True)
    ]
    assert sum(right) >= 0.8 * len(lines)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("level", [110, 150])
def test_words_into_which_a_cloud_runs_stay_in_their_line(name: str, level: int) -> None:
    page = upright(name)
    lines = running(segment(page))
    at = [(n.box.x0 + 0.4 * n.box.width, n.box.y1 + 5) for n in lines]
    after = running(segment(with_pixels(page, with_clouds(page.pixels, at, level, 7))))
    assert len(after) == len(lines)
    for line, found in zip(lines, after, strict=True):
        assert (found.box.x0, found.box.x1) == pytest.approx((line.box.x0, line.box.x1), abs=3)
        assert covered(found) >= 0.97 * covered(line)


def covered(line: TextLine) -> float:
    """How much of a line's length has letters over it."""
    columns = np.zeros(int(line.box.width) + 2, bool)
    for glyph in line.glyphs:
        box: Box[Upright] = glyph.box
        columns[int(box.x0 - line.box.x0) : int(box.x1 - line.box.x0) + 1] = True
    return float(columns.sum())
