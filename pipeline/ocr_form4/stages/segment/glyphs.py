"""Connected pieces of ink to glyphs: what can be a letter, a mark or punctuation, and which of it
the page network sees; and to specks, which can be neither.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Blobs, Ints, Mask
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs
from ocr_form4_models.page import THERE, PageMaps

_LETTER_PX, _NARROW_PX = (9, 60), 4
"""A letter behind which a full stop stands is as high and no broader (127,000 of 161,000 pieces of
ink on the fixtures), nor narrower.
"""
_STOP_NEAR_PX = 41, 13
"""Width and height, in pixels, of the space in which a piece as small as a full stop has more ink
if it is one. With 21 and 7 twelve values of 18 scans are lost and five won, with 81 and 25 one and
one.
"""
_TALLEST_PX = 200
"""Higher ink is no letter, but may be several that dirt has run into: 4 of 161,001 pieces of the
fixtures are 244 or more, all else 188 at most.
"""
_SPECK = 7
"""Area in page pixels below which ink is dirt: half a full stop of the smallest print. On the
fixtures 6,592 of 168,539 are 0.86 times it or less, the others 1.00 or more.
"""
_SMALL_PRINT = 14.0
"""Height of the letters of the smallest print, in page pixels: the middle one of a page has 15 to
24 on 98 of 100 pages, and 11 and 13 on two that were copied at 70 % of their size.
"""
_STOP = 36
"""Area below which a piece of ink may be a full stop, or dirt. On the fixtures 26,563 of 168,539
are 0.98 times it or less, the others 1.00 or more.
"""
_BEHIND, _SINK, _TAIL = 10, 2, 8
"""How far behind a letter, below its foot and above it a full stop may stand, in page pixels. With
half and with twice any of them no value of 18 scans is another.
"""
_BEHIND_TYPED = 24
"""How far behind a letter it may stand where all characters are as wide: behind the foot of an "r",
which has no ink near it on the right. Of 950 pieces as small as full stops and with no ink near
them, on nine scans, 13 are as near behind a foot, and five more within 28.
"""


def find_glyphs(
    blobs: Blobs, mask: Mask, gone: NDArray[np.bool_] | None = None
) -> tuple[Glyphs, Mask, Glyphs, Glyphs]:
    """The connected pieces of ink that can be letters, marks or punctuation; the mask of the specks
    that cannot; those specks that may be full stops; and the pieces that are too high for letters.

    ``blobs`` are the pieces of ``mask``; ``gone`` tells those known to be no text: they count among
    the specks.

    A piece as small as a full stop is one only beside a letter; on its own it is dirt. Specks may
    be full stops where they stand right behind a letter's foot: in running text a single point of a
    coarse scan may be one.
    """
    w, h, area = blobs.w, blobs.h, blobs.area
    small = (area < _STOP) & (np.maximum(h, w) < _LETTER_PX[0])
    row, column, of = blobs.pixels(small)
    letters = mask.copy()
    letters[row, column] = 0
    near = cv2.dilate(letters, np.ones(_STOP_NEAR_PX[::-1], np.uint8))[row, column] > 0
    beside = np.bincount(of[near], minlength=len(blobs)) > 0
    beside |= _behind_a_foot(blobs, small & ~beside, mask.shape, _BEHIND_TYPED)
    part = _smaller(blobs)
    tiny = (area < _SPECK * part**2) | ((w <= 2 * part) & (h <= 2 * part))
    speck = tiny | (small & ~beside)
    speck = speck if gone is None else speck | gone
    specks = np.zeros_like(mask)
    row, column, _ = blobs.pixels(speck)
    specks[row, column] = 255
    x, y = blobs.x, blobs.y
    boxes = np.stack([x, y, x + w, y + h, area], axis=1)
    stops = boxes[_behind_a_foot(blobs, tiny, mask.shape, _BEHIND)]
    high = h > _TALLEST_PX
    return _glyphs(boxes[~speck & ~high]), specks, _glyphs(stops), _glyphs(boxes[~speck & high])


def _behind_a_foot(
    blobs: Blobs, which: NDArray[np.bool_], shape: tuple[int, ...], reach: int
) -> NDArray[np.bool_]:
    """Which of the pieces asked for stand behind a letter, less than ``reach`` page pixels from it,
    at its foot or as far above it as a tail hangs.
    """
    letters = _may_be_letters(blobs) & ~which
    feet = np.zeros((shape[0] + _TAIL + _SINK + 1, shape[1] + reach), np.uint8)
    feet[(blobs.y + blobs.h)[letters] + _SINK, (blobs.x + blobs.w)[letters] + reach - 1] = 1
    asked = np.flatnonzero(which)
    bottom, left = (blobs.y + blobs.h)[asked], blobs.x[asked]
    found = np.zeros(len(blobs), bool)
    for down in range(_SINK + _TAIL + 1):
        for back in range(reach):
            found[asked] |= feet[bottom + down, left + back] > 0
    return found


def _may_be_letters(blobs: Blobs) -> NDArray[np.bool_]:
    """Which pieces are as large as letters, in page pixels."""
    least, most = _LETTER_PX
    return (blobs.h >= least) & (np.maximum(blobs.h, blobs.w) <= most) & (blobs.w >= _NARROW_PX)


def _smaller(blobs: Blobs) -> float:
    """How high the page's letters are, as a share of usual small ones: less than 1 on a page that
    was copied smaller, whose full stops are smaller, too.
    """
    letters = blobs.h[_may_be_letters(blobs)]
    return min(1.0, float(np.median(letters)) / _SMALL_PRINT) if len(letters) else 1.0


def _glyphs(boxes: Ints) -> Glyphs:
    """Glyphs of which left, top, right, bottom and area are given, shape (n, 5)."""
    made = (Glyph(Box(x0, y0, x1, y1), area) for x0, y0, x1, y1, area in boxes.tolist())
    return Glyphs.at(boxes[:, :-1].astype(float), made)


def with_seen(glyphs: Glyphs, maps: PageMaps[Upright]) -> Glyphs:
    """The glyphs, each told whether print is seen anywhere in its box."""
    print_ = np.where(np.maximum(maps.text, maps.core) > THERE, 1, 0).astype(np.uint8)
    total = cv2.integral(print_)
    x0, y0, x1, y1 = glyphs.places.T
    left, right = _spots(x0, x1, maps.step[0], print_.shape[1])
    top, bottom = _spots(y0, y1, maps.step[1], print_.shape[0])
    count = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    told = zip(glyphs, (count > 0).tolist(), strict=True)
    return Glyphs.at(glyphs.places, (g if g.seen == s else replace(g, seen=s) for g, s in told))


def _spots(
    start: NDArray[np.float64], end: NDArray[np.float64], step: float, length: int
) -> tuple[Ints, Ints]:
    """The first spot of a map that a stretch of the page lies on, and the one after the last."""
    first = np.clip(np.floor(start / step), 0, length - 1).astype(np.intp)
    return first, np.clip(np.ceil(end / step), first + 1, length).astype(np.intp)
