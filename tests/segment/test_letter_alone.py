"""A letter by itself in its cell that the page network did not see, on a page with dirt on it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from documents import as_it_is, upright, with_pixels

from ocr_form4.stages.segment import segment
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, inside
from ocr_form4_models.page import UprightPage

NAME = "scan/sales.pdf"


def code_cells() -> list[Box[Upright]]:
    """The cells of the first table that hold a single letter."""
    layout = as_it_is(NAME)
    piece = layout.pieces[0]
    cells = [
        piece.cell(r, c).inset(7, 4)
        for r in range(len(piece.rows))
        for c in range(len(piece.columns) - 1)
    ]
    return [cell for cell in cells if len(inside(layout.glyphs, cell)) == 1]


def unseen(page: UprightPage, cells: list[Box[Upright]]) -> UprightPage:
    """The page with dirt all over its foot, and nothing seen there nor in the cells."""
    pixels, maps = page.pixels.copy(), page.maps
    text, core = maps.text.copy(), maps.core.copy()
    foot: Box[Upright] = Box(300, page.pixels.shape[0] - 300, 2300, page.pixels.shape[0] - 100)
    rng = np.random.default_rng(4)
    for x, y in rng.uniform((foot.x0, foot.y0), (foot.x1, foot.y1), (400, 2)).astype(int).tolist():
        cv2.circle(pixels, (x, y), 4, (40,), -1)
    across, down = maps.step
    for box in (*cells, foot):
        on_map: Box[Upright] = Box(box.x0 / across, box.y0 / down, box.x1 / across, box.y1 / down)
        spots = on_map.pixels(*text.shape)
        text[spots] = core[spots] = 0
    return replace(with_pixels(page, pixels), maps=replace(maps, text=text, core=core))


def glyphs_in(page: UprightPage, cell: Box[Upright]) -> list[Glyph]:
    return inside(segment(page).glyphs, cell)


@pytest.fixture(scope="module")
def cells() -> list[Box[Upright]]:
    found = code_cells()
    assert len(found) >= 6
    return found


def test_it_is_a_glyph_that_is_not_seen(cells: list[Box[Upright]]) -> None:
    before = as_it_is(NAME)
    layout = segment(unseen(upright(NAME), cells))
    for cell in cells:
        (was,) = inside(before.glyphs, cell)
        (letter,) = inside(layout.glyphs, cell)
        assert not letter.seen
        assert letter.box == was.box
        part = letter.box.pixels(*layout.clean.shape)
        assert layout.clean[part].min() < 120  # and readers get to see it


def test_what_is_no_letter_by_itself_stays_dirt(cells: list[Box[Upright]]) -> None:
    page = upright(NAME)
    pixels = page.pixels.copy()
    x, y = (round(v) for v in cells[0].center)
    cv2.circle(pixels, (x, y), 30, (40,), -1)  # a blot over the letter
    x, y = (round(v) for v in cells[1].center)
    for k in (-1, 1):  # crumbs around it
        cv2.circle(pixels, (x + 40 * k, y), 7, (40,), -1)
    spoilt = unseen(with_pixels(page, pixels), cells)
    assert not glyphs_in(spoilt, cells[0])
    assert not glyphs_in(spoilt, cells[1])
