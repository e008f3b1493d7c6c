"""Black bars are told from the other large dark things of a scan."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from documents import FIXTURES, straight

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.bars import find_bars
from ocr_form4_models.page import Gray

USUAL = 28.0


def paper() -> Gray:
    return np.full((1200, 900), 245, np.uint8)


@pytest.mark.parametrize(("width", "height"), [(400, 24), (60, 45), (30, 700), (700, 600)], ids=str)
def test_a_bar_is_found_where_it_lies(width: int, height: int) -> None:
    """Over a line, a code, a column, half a page."""
    page = paper()
    page[300 : 300 + height, 100 : 100 + width] = 12
    (bar,) = find_bars(page, USUAL)
    assert np.allclose(
        (bar.x0, bar.y0, bar.x1, bar.y1), (100, 300, 100 + width, 300 + height), atol=2
    )


def test_two_bars_that_touch_leave_free_what_stands_between_their_ends() -> None:
    page = paper()
    page[300:340, 100:600] = 12
    page[340:380, 100:250] = 12
    bars = find_bars(page, USUAL)
    assert any(b.contains(500, 320) for b in bars) and any(b.contains(200, 370) for b in bars)
    assert not any(b.contains(500, 370) for b in bars)


def test_a_hole_a_ruling_and_the_edge_of_a_copy_are_no_bars() -> None:
    page = paper()
    cv2.circle(page, (300, 300), 45, 10, -1)
    cv2.circle(page, (300, 450), 33, 10, -1)  # on a table's corner
    page[420:428, 300:850] = 10
    page[420:560, 300:308] = 10
    page[600:612, 50:850] = 10
    page[:, :25] = 10
    page[1170:, :] = 10
    assert find_bars(page, USUAL) == ()


@pytest.mark.parametrize(
    "name",
    ["scan/copy.pdf", "more/copy-of-copies.pdf", "more/coarse-fax.pdf", "more/stamped.pdf",
     "more/penned.pdf"],
)  # fmt: skip
def test_no_fixture_without_bars_has_any(name: str) -> None:
    """Shadows at the edge, rulings of a coarse fax, stamps and strokes."""
    with open_document(FIXTURES / name, Settings()) as document:
        assert segment(straight(document.page(1))).bars == ()
