"""A letter that stands alone in its cell, where the page network has seen no print.

On a dirty page ink that the network does not see counts as dirt, and of a letter by itself it is
least sure. In a cell whose row holds print, what is as large as a letter and has no ink beside it
is asked about: a reader, not its looks, tells what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ocr_form4.pixels.blobs import Mask, find_blobs
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs, TablePiece, inside

BORDER_PX = 7, 4
"""Of a cell, that its rulings take up at its sides, and over and under it, in upright pixels. With
4 and 2 twelve fixtures are read the same, with 14 and 8 one loses a value.
"""
_LOWEST, _HIGHEST, _BROADEST = 0.8, 1.8, 2.0
"""Height and breadth of a letter, in heights of a table's usual ones: of 422 that stand alone in
cells of the fixtures 99 of 100 are 1.0 to 1.73 high and 1.94 broad at most.
"""
_ALONE = 0.8
"""Its share of the ink in the cell, what touches the border aside: of 54 other cells of the
fixtures with ink in them, specks and pieces of rulings, none has a piece as large as a letter.
"""
_LETTERS_APART = 1.0
"""Pieces of one letter stand no further apart, in heights of the table's usual ones: half of the
gap within a cell's line (2.0).
"""


def letters_alone(pieces: Sequence[TablePiece], glyphs: Glyphs, dark: Mask) -> list[Glyph]:
    """The letters that stand alone in cells of rows that have print in another one. ``dark`` is the
    page's ink without its rulings, whether it is seen as print or not.
    """
    in_tables = [g for piece in pieces for g in inside(glyphs, piece.box)]
    usual = letter_height(in_tables)
    found: list[Glyph] = []
    for piece in pieces:
        for r in range(len(piece.rows)):
            row = piece.cell(r, 0)
            in_row = glyphs.which(glyphs.lie_in(replace(row, x1=piece.columns[-1])))
            if not len(in_row):
                continue
            for c in range(len(piece.columns) - 1):
                cell = piece.cell(r, c).inset(*BORDER_PX)
                if not in_row.lie_in(cell).any():
                    found += _letter_alone(cell, dark, usual)
    return found


def _letter_alone(cell: Box[Upright], dark: Mask, usual: float) -> list[Glyph]:
    """The pieces of the one letter in a cell, or none. What touches the border is left of the
    rulings.
    """
    rows, columns = cell.pixels(*dark.shape)
    part = np.ascontiguousarray(dark[rows, columns])
    if not part.any():
        return []
    blobs = find_blobs(part)
    x, y, right, bottom = blobs.x, blobs.y, blobs.x + blobs.w, blobs.y + blobs.h
    free = (x > 0) & (y > 0) & (right < part.shape[1]) & (bottom < part.shape[0])
    dx, dy = columns.start, rows.start
    places = np.stack([x + dx, y + dy, right + dx, bottom + dy, blobs.area], axis=1)[free]
    glyphs = [Glyph(Box(*map(float, b)), area, seen=False) for *b, area in places.tolist()]
    runs = group_lines(Glyphs(glyphs), _LETTERS_APART, usual)
    if len(runs) != 1:
        return []
    box = runs[0].box
    is_letter = _LOWEST * usual <= box.height <= _HIGHEST * usual and box.width <= _BROADEST * usual
    of_it = sum(g.area for g in runs[0].glyphs)
    return list(runs[0].glyphs) if is_letter and of_it >= _ALONE * places[:, -1].sum() else []
