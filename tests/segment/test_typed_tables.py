"""A page typed with dashes and bars, of which a copy made rulings: the header is where its captions
are, and the tables under theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
from documents import FIXTURES, straight, with_pixels

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.lost_header import with_header
from ocr_form4.stages.segment.lost_tables import with_tables

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


def test_bars_beside_captions_that_ran_together_make_no_header_of_them(readers: Readers) -> None:
    with open_document(FIXTURES / "more/typed.pdf", Settings()) as document:
        page = straight(document.page(1))
    typed = with_tables(segment(page), readers.first)
    piece = typed.pieces[0]
    assert piece.captions is not None and piece.rows
    pixels = page.pixels.copy()
    top, foot = int(piece.captions.y0), int(piece.captions.y1)
    for x in (piece.columns[k] for k in (0, 1, 2, 3, 8, 9, 10, -1)):
        cv2.line(pixels, (int(x), top), (int(x), foot), (0,), 4)
    for y in (top, foot):
        cv2.line(pixels, (int(piece.columns[0]), y), (int(piece.columns[-1]), y), (0,), 4)
    copied = segment(with_pixels(page, pixels))
    assert copied.header, "rulings show boxes where the captions are"
    found = with_tables(copied, readers.first)
    assert [(p.table, len(p.rows)) for p in found.pieces] == [
        (p.table, len(p.rows)) for p in typed.pieces
    ]
    assert not found.header and len(with_header(found, readers.first).header) >= 5
