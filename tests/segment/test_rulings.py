"""Rulings told from print: what is taken for a ruling is painted over, and no reader sees it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from documents import as_it_is, upright, with_pixels

from ocr_form4.readers.sight import sight
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.glyphs import with_seen
from ocr_form4.stages.segment.rulings import find_rulings
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs
from ocr_form4_models.page import Gray, PageMaps

FONT = cv2.FONT_HERSHEY_DUPLEX
LEFT, FOOT = 100, 300


def seen(page: Gray) -> PageMaps[Upright]:
    return sight().see(page, (300, 300), Upright)


def drawn(text: str, size: float, thickness: int) -> tuple[np.ndarray, int]:
    """A page with a line of text, and the x at which it ends."""
    page = np.full((600, 1600), 255, np.uint8)
    cv2.putText(page, text, (LEFT, FOOT), FONT, size, (0,), thickness, cv2.LINE_AA)
    return page, LEFT + cv2.getTextSize(text, FONT, size, thickness)[0][0]


@pytest.mark.parametrize(("text", "size"), [("A SUITE 100", 0.9), ("SUITE 100 A", 0.9)])
def test_print_in_line_with_a_ruling_is_no_part_of_it(text: str, size: float) -> None:
    page, end = drawn(text, size, 2)
    printed = page[:, :end] < 128
    cv2.line(page, (end + 12, FOOT - 10), (1500, FOOT - 10), (0,), 4)
    rulings, ink = find_rulings(page, seen(page))
    # the bar of an A that stands next to the ruling, level with it, may count as its end
    assert (printed & (ink.rulings[:, :end] > 0)).sum() < 0.1 * printed.sum()
    assert any(r.end - r.start > 1000 for r in rulings.horizontal), "the ruling itself is one still"


def test_the_line_under_a_name_is_a_ruling() -> None:
    page, end = drawn("/s/ Jung Yeon Son", 1.1, 2)
    cv2.line(page, (LEFT, FOOT + 8), (end, FOOT + 8), (0,), 3)
    rulings, _ = find_rulings(page, seen(page))
    assert [
        r
        for r in rulings.horizontal
        if abs(r.at - FOOT - 8) < 4 and r.end - r.start > 0.9 * (end - LEFT)
    ]


@pytest.mark.parametrize("blur", [1.5, 2.0, 2.5])
def test_close_print_of_a_coarse_scan_is_no_ruling_where_it_looks_solid(blur: float) -> None:
    page = np.full((600, 2200), 255, np.uint8)
    text = (
        "7. Represents the acquisition of shares upon the determination of the Board of Directors "
        "of the issuer"
    )
    cv2.putText(page, text, (LEFT, FOOT), FONT, 0.9, (0,), 1, cv2.LINE_AA)
    page = 255 - 2.2 * (255 - cv2.GaussianBlur(page, (0, 0), blur).astype(float))
    page = np.clip(page, 40, 255).astype(np.uint8)
    rulings, ink = find_rulings(page, seen(page))
    assert not rulings.horizontal
    assert not ink.rulings.any()


def test_ink_is_seen_where_the_network_sees_print_in_its_box() -> None:
    page, end = drawn("Common Stock, par value", 1.0, 2)
    letter, paper, edge = (
        Glyph(Box(x, y, x + 18, y + 24), 200)
        for x, y in ((LEFT, FOOT - 24), (end + 300, FOOT - 24), (1582, 576))
    )
    told = with_seen(Glyphs((letter, paper, edge)), seen(page))
    assert [g.seen for g in told] == [True, False, False]
    assert with_seen(Glyphs(), seen(page)) == ()


def test_rulings_that_end_at_one_across_a_little_out_of_line_are_two() -> None:
    """A header's box and a column of the table under it: as one piece they were not level, and
    neither was a ruling.
    """
    page = np.full((900, 1600), 255, np.uint8)
    cv2.line(page, (100, 450), (1500, 450), (0,), 4)
    cv2.line(page, (700, 100), (700, 450), (0,), 4)
    cv2.line(page, (712, 450), (712, 850), (0,), 4)
    rulings, _ = find_rulings(page, seen(page))
    assert [round(r.at, -1) for r in rulings.vertical if r.length > 300] == [700, 710]


def test_a_ruling_that_a_stamp_crosses_is_seen_on_both_sides_of_it() -> None:
    wanted = next(p for p in as_it_is("scan/sales.pdf").pieces if len(p.rows) >= 2)
    y, (left, right) = wanted.rows[0][1], (wanted.columns[0], wanted.columns[-1])
    page = upright("scan/sales.pdf")
    pixels = page.pixels.copy()
    middle = left + 0.4 * (right - left)
    corners = cv2.boxPoints(((middle, y), (500, 90), -5)).round().astype(np.int32)
    cv2.polylines(pixels, [corners], True, 60, 8)
    cv2.polylines(pixels, [corners + np.array([18, 30], np.int32)], True, 60, 8)
    found = next(p for p in segment(with_pixels(page, pixels)).pieces if p.table is wanted.table)
    assert found.rows == pytest.approx(np.array(wanted.rows), abs=6)
