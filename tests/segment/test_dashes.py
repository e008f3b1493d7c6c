"""Dashed borders and the letters beside them: dashes are no letters, and no letters are dashes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from documents import straight

from ocr_form4.pixels.blobs import Mask, find_blobs
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.dashes import dashes
from ocr_form4.stages.segment.glyphs import find_glyphs
from ocr_form4_models.page import PageImage

WORDS = "Attorney-in-fact illii ..... maximum nnnnnn (Instr. 4)"


def dashed(page: Mask, box: tuple[int, int, int, int], thick: int, long: int) -> None:
    """A dashed box, left, top, right, bottom, in a mask of ink."""
    x0, y0, x1, y1 = box
    step = long + max(3, long // 3)
    for x in range(x0 + thick + 4, x1 - long - thick - 4, step):
        for y in (y0, y1 - thick):
            page[y : y + thick, x : x + long] = 255
    for y in range(y0 + thick + 4, y1 - long - thick - 4, step):
        for x in (x0, x1 - thick):
            page[y : y + long, x : x + thick] = 255


@pytest.mark.parametrize(("thick", "long"), [(6, 16), (8, 8)])
def test_the_dashes_of_a_box_are_told_and_its_letters_are_none(thick: int, long: int) -> None:
    bare: Mask = np.zeros((300, 1400), np.uint8)
    for y, size in ((90, 0.9), (150, 0.6), (210, 0.5)):
        cv2.putText(bare, WORDS, (60, y), cv2.FONT_HERSHEY_DUPLEX, size, 255, 2)
    bare = np.where(bare > 127, 255, 0).astype(np.uint8)
    page = bare.copy()
    dashed(page, (30, 40, 1350, 260), thick, long)
    letters, all_ = (find_glyphs(find_blobs(m), m)[0] for m in (bare, page))
    ruled = np.zeros_like(page)
    assert dashes(letters, ruled) == frozenset()
    found = dashes(all_, ruled)
    left = [g for k, g in enumerate(all_) if k not in found]
    assert len(found) > 20
    assert {g.box for g in left} == {g.box for g in letters}


def test_a_table_as_wide_as_the_pages_first_may_stand_under_the_owners_table() -> None:
    """Table II, the owners, and notes in a box: as a page of 2003 prints them with borders."""
    page = np.full((3300, 2550), 255, np.uint8)
    tables = [
        (300, 760, np.linspace(150, 2400, 9), (560, 660)),
        (1000, 1500, np.array([150, 1000, 1200, 1450, 1600, 1750]), (1120, 1310)),
        (1700, 2300, np.array([150, 260, 2400]), (1850, 2000, 2150)),
    ]
    for top, bottom, xs, levels in tables:
        for x in xs.astype(int).tolist():
            cv2.line(page, (x, top), (x, bottom), 0, 3)
        for y in (top, *levels, bottom):
            cv2.line(page, (int(xs[0]), y), (int(xs[-1]), y), 0, 3)
        for a, b in zip((top, *levels), (*levels, bottom), strict=True):
            for x in xs[:-1].astype(int).tolist():
                cv2.putText(
                    page, "Stock", (x + 12, (a + b) // 2), cv2.FONT_HERSHEY_DUPLEX, 0.9, 0, 2
                )
    layout = segment(straight(PageImage(1, page, (300, 300))))
    assert [len(p.columns) - 1 for p in layout.pieces] == [8, 5]
    assert layout.pieces[1].is_owners


def test_the_corners_of_a_dashed_box_go_with_its_dashes() -> None:
    page: Mask = np.zeros((300, 1400), np.uint8)
    for x in range(60, 1330, 30):
        page[100:106, x : x + 18] = 255
        page[180:186, x : x + 18] = 255
    for x in (30, 1320 + 18 + 12):
        page[100:106, x : x + 18] = 255
        page[100:118, x : x + 6] = 255
        page[180:186, x : x + 18] = 255
        page[168:186, x : x + 6] = 255
    cv2.putText(page, "1. Each restricted", (40, 150), cv2.FONT_HERSHEY_DUPLEX, 0.8, 255, 2)
    page = np.where(page > 127, 255, 0).astype(np.uint8)
    glyphs = find_glyphs(find_blobs(page), page)[0]
    left = [g for k, g in enumerate(glyphs) if k not in dashes(glyphs, np.zeros_like(page))]
    assert left and all(120 < g.box.y0 < 160 for g in left)
