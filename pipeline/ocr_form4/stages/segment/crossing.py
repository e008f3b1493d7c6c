"""Ink that is not the form's: strokes of a pen and stamps, told by where they go.

What is printed or typed keeps to its cell or box. What lies over the form runs on across the
rulings: on both sides of a ruling, at one place, there is ink. An entry that such ink touches may
not be what was written, whatever a reader makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Blobs, Ints, Labels, Mask, has_core
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.rulings import HALF, PageInk
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs, TablePiece

Bools = NDArray[np.bool_]
_LEAST, _AREA = 9, 20
"""How far from the ruling ink must reach on both sides, in upright pixels, and how much of it there
must be. On the fixtures 79,734 of 337,078 are 0.89 times it or less, the others 1.00 or more
(``_LEAST``); 41,520 of 337,078 are 0.95 times it or less, the others 1.00 or more (``_AREA``).
"""
_THICKEST, _TOUCH, _ASIDE = 24, 2, 4
"""Of a ruling; how near to it ink ends; how far aside the ink beyond may go on, more than the
ruling is thick. On the fixtures 283,703 of 283,708 are 1.00 times it or less, the others 1.08 or
more (``_THICKEST``); 34 of 283,708 are 0.00 times it or less, the others 36.00 or more
(``_TOUCH``); 62,799 of 1,913,834 are 1.00 times it or less, the others 1.50 or more (``_ASIDE``).
"""
_STROKE, _SHORT = 16, 56
"""A stroke of a pen is nowhere thicker, across its run, as any letter on it would make it; a letter
is no longer. On the fixtures 99 of 137 are 1.00 times it or less, the others 1.06 or more
(``_STROKE``); 66 of 99 are 1.00 times it or less, the others 1.25 or more (``_SHORT``).
"""
_PRINT_HIGH, _PRINT_WIDE, _TILE = 200, 900, 64
"""Ink that hangs together over more than that is no print, in upright pixels; the tiles in which it
is told. On the fixtures 146,833 of 146,835 are 0.94 times it or less, the others 1.22 or more
(``_PRINT_HIGH``); all 146,835 are 0.75 times it or less (``_PRINT_WIDE``).
"""
_BORDER = 11
"""How near to rulings their own remains are, as the side of a square around each of their pixels at
half the resolution: those of two large pieces on 174 pages are 1 pixel of the page from them, of 44
others half are 28 or more away.
"""
_STRADDLE = 8.0
"""How far letters that are set against a border reach across it at most, in upright pixels: of
those on 174 pages one does, by 3.
"""
_NO_LETTER = 3.0
"""The height of ink in a box or a row from which it is no letter, in heights of the page's usual
ones: 6 pieces on 153 pages of 81 scans, strokes and stamps, where 133 are twice as high as these.
"""
_LARGE, _BOLD = 2.0, 0.5
"""The least height of a stamp's letters, and thickness of their strokes, in heights of the page's
usual letters: 510 of 171,554 pieces of the fixtures' ink are as high.
"""


def foreign_ink(ink: PageInk, blobs: Blobs) -> tuple[tuple[Box[Upright], ...], Bools]:
    """Where foreign ink lies on a page; and which of the pieces of its ink are a pen's stroke
    alone.

    ``blobs`` are the pieces of ``ink.glyphs``. A piece on which there are letters as well is not
    told from them.
    """
    over = crossing(ink, blobs)
    x, y = blobs.x[over], blobs.y[over]
    boxes = np.stack([x, y, x + blobs.w[over], y + blobs.h[over]], axis=1)
    return tuple(Box(*at) for at in boxes.tolist()), strokes(blobs, over)


def crossing(ink: PageInk, blobs: Blobs) -> Bools:
    """Which of the pieces of a page's ink (``blobs`` of ``ink.glyphs``) run across a ruling."""
    found = np.zeros(len(blobs) + 1, bool)
    labels, row = blobs.labels, blobs.label_row

    def of_across(x: Ints, y: Ints) -> Labels:
        return labels[row[y], x]

    def of_down(x: Ints, y: Ints) -> Labels:
        return labels[row[x], y]

    for lines, height, label, extent in (
        (ink.across, len(row), of_across, blobs.h),
        (cv2.transpose(ink.down), labels.shape[1], of_down, blobs.w),
    ):
        counts = np.concatenate([[False], (extent >= _LEAST) & (blobs.area >= _AREA)])
        x, top, bottom = _runs_down(cv2.dilate(lines, np.ones((3, 3), np.uint8)), height)
        above = _beside(label, counts, x, [top - k for k in range(1, _TOUCH + 1)])
        below = _beside(label, counts, x, [bottom + k for k in range(_TOUCH)])
        under = np.flatnonzero(below)
        for k in np.flatnonzero(above):
            reach = bottom[k] - top[k] + _ASIDE
            near = under[
                (np.abs(x[under] - x[k]) <= reach) & (np.abs(top[under] - top[k]) <= _ASIDE)
            ]
            for other in below[near]:
                if other != above[k]:
                    found[[above[k], other]] = True
    return found[1:]


def _runs_down(mask: Mask, height: int) -> tuple[Ints, Ints, Ints]:
    """(x, first row, row after the last) of the runs of a half-resolution mask along its columns
    that are as short as rulings are thick; in pixels of the page, ``height`` of them high.
    """
    lying = cv2.transpose(mask)
    framed = cv2.copyMakeBorder(lying, 0, 0, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    edges = np.flatnonzero(framed[:, 1:] != framed[:, :-1])
    x, top = np.divmod(edges[::2], framed.shape[1] - 1)
    bottom = edges[1::2] - x * (framed.shape[1] - 1)
    x, top, bottom = (HALF * np.repeat(v, HALF) for v in (x, top, bottom))
    x += np.arange(len(x)) % HALF
    keep = (bottom - top <= _THICKEST) & (top > _TOUCH) & (bottom + _TOUCH < height)
    return x[keep], top[keep], bottom[keep]


def _beside(
    label: Callable[[Ints, Ints], Labels], counts: Bools, x: Ints, rows: list[Ints]
) -> Ints:
    """The label of ink that counts, at x on one of the rows; 0 where there is none."""
    found = np.zeros(len(x), np.intp)
    for y in rows:
        here = label(x, y)
        found = np.maximum(found, np.where(counts[here], here, 0))
    return found


def scrawled(blobs: Blobs, rulings: Mask) -> tuple[Box[Upright], ...]:
    """Where ink too large for print lies away from rulings: a pen's stroke, and the letters that
    hang together with it.

    Its bounds would hold all that it goes around: it is told in tiles.
    """
    large = (blobs.h > _PRINT_HIGH) | (blobs.w > _PRINT_WIDE)
    if not large.any():
        return ()
    row, column, _ = blobs.pixels(large)
    near = cv2.dilate(rulings[::HALF, ::HALF], np.ones((_BORDER, _BORDER), np.uint8))
    free = near[row // HALF, column // HALF] == 0
    tiles, count = np.unique(
        np.stack([column[free] // _TILE, row[free] // _TILE], axis=1), axis=0, return_counts=True
    )
    tiles = tiles[count >= _AREA] * _TILE
    return tuple(Box(x, y, x + _TILE, y + _TILE) for x, y in tiles.tolist())


def straddling(
    glyphs: Glyphs, pieces: Sequence[TablePiece], header: Sequence[Box[Upright]]
) -> tuple[Box[Upright], ...]:
    """Where ink lies on the edge of the form, its middle outside: of what stands within by that
    edge, a letter may hang together with it.
    """
    boxes = [*header, *(p.box for p in pieces)]
    outside = glyphs.outside(boxes)
    x0, y0, x1, y1 = outside.places.T
    reaches_in = np.zeros(len(outside), bool)
    for b in (box.inset(_STRADDLE) for box in boxes):
        reaches_in |= (x0 < b.x1) & (x1 > b.x0) & (y0 < b.y1) & (y1 > b.y0)
    return tuple(g.box for g in outside.which(reaches_in))


def strokes(blobs: Blobs, which: Bools) -> Bools:
    """Which of the pieces asked for are a stroke alone, without a letter on it: nowhere thicker
    than a pen's stroke.
    """
    found = np.zeros(len(blobs), bool)
    for k in np.flatnonzero(which):
        x, y, w, h = int(blobs.x[k]), int(blobs.y[k]), int(blobs.w[k]), int(blobs.h[k])
        own = blobs.labels[blobs.label_row[y : y + h], x : x + w] == k + 1
        own = own if w >= h else own.T
        span = own.shape[0] - own.argmax(axis=0) - own[::-1].argmax(axis=0)
        found[k] = bool(span.max() <= _STROKE) and max(w, h) > _SHORT
    return found


def stamped(
    glyphs: Sequence[Glyph],
    mask: Mask,
    pieces: Sequence[TablePiece],
    header: Sequence[Box[Upright]],
) -> tuple[Box[Upright], ...]:
    """Where a stamp's letters stand within the form's boxes: they are larger than what is typed
    there, and thick; or ink that is higher than any letter, a stroke through two lines. Of 304
    documents 28 have such letters; without this a name and a street that were misread beside them
    were accepted.
    """
    usual = letter_height(glyphs)
    large = [g.box for g in glyphs if g.box.height >= _LARGE * usual and g.box.width >= 0.5 * usual]
    boxes = [
        *header,
        *(Box(p.columns[0], top, p.columns[-1], bottom) for p in pieces for top, bottom in p.rows),
    ]
    here = [b for b in large if any(box.contains(*b.center) for box in boxes)]
    return tuple(
        b
        for b in here
        if b.height >= _NO_LETTER * usual or has_core(mask[b.pixels(*mask.shape)], _BOLD * usual)
    )
