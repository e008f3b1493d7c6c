"""What captions tell where rulings do not: dirt beside one moves no box, and one that is none is a
row.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from documents import FIXTURES, straight, with_pixels

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.lost_header import with_header
from ocr_form4.stages.segment.lost_tables import with_tables
from ocr_form4_models.page import UprightPage

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


def upright(name: str) -> UprightPage:
    with open_document(FIXTURES / name, Settings()) as document:
        return straight(document.page(1))


def test_dirt_beside_a_caption_ends_no_box_of_the_column_before(readers: Readers) -> None:
    """Box 6 began left of boxes 2 and 4, and box 1 ended over its city."""
    page = upright("more/set-by-a-printer.pdf")
    clean = with_header(segment(page), readers.first).header
    pixels = page.pixels.copy()
    first = max((b for b in clean if b.x0 < 400), key=lambda b: b.height)
    sixth = max((b for b in clean if b.x0 > first.x1 - 40), key=lambda b: b.height)
    x, y = int(sixth.x0), int(sixth.y0)
    pixels[y + 22 : y + 27, x - 26 : x + 2] = 0
    found = with_header(segment(with_pixels(page, pixels)), readers.first).header
    assert len(found) == len(clean)
    for one, other in zip(found, clean, strict=True):
        assert abs(one.x0 - other.x0) < 10 and abs(one.y1 - other.y1) < 10


def test_a_row_that_stands_alone_on_a_page_is_none_of_captions(readers: Readers) -> None:
    """Rulings above and below it alone show a row as they show captions: it was never read."""
    page, (table, *_) = upright("scan/sales.pdf"), segment(upright("scan/sales.pdf")).pieces
    top, foot = table.rows[-1]
    pixels = np.full_like(page.pixels, 255)
    row = page.pixels[int(top) - 20 : int(foot) + 20]
    pixels[100 : 100 + len(row)] = row
    layout = segment(with_pixels(page, pixels))
    (piece,) = layout.pieces
    ((y0, y1),) = piece.rows
    as_captions = replace(piece, rows=(), captions=replace(piece.box, y0=y0, y1=y1))
    (found,) = with_tables(replace(layout, pieces=(as_captions,)), readers.first).pieces
    assert found.rows == piece.rows and found.captions is None
