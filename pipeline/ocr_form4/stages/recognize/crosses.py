"""Whether ink is an X: it lies along both diagonals of its own box and leaves free what is between
them. That holds of every type face and most pens; a speck, a letter or a shadow is otherwise.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, find_blobs
from ocr_form4.pixels.crops import PAPER_SHARE
from ocr_form4.pixels.ink import below
from ocr_form4.pixels.levels import level_at
from ocr_form4_models.page import Gray

Places = NDArray[np.bool_]
_SIDE_PX = 21
"""The side of the square that a piece of ink is drawn to; with 11 and with 42 its likeness is the
same but for 0.02.
"""
_ON_SHARE, _OFF_SHARE = 0.08, 0.22
"""How near to a diagonal is on it, and how far from both is between them, in shares of the side:
with 0.04 what is told of below is parted as well, with 0.16, 0.11 or 0.33 by less or not at all.
"""
_LINE_SHARE = 0.6
"""A line goes on sideways for longer than this, in heights of the crop: with 0.5 and with 0.75 the
likenesses told of below are the same but for 0.04.
"""
_LEAST_LIKENESS = 0.24
"""Of 460 crosses before captions on 230 scans all but two have 0.26 or more, of 59 in boxes all but
one 0.27 or more; of 16 other pieces of ink 15 have 0.22 or less.
"""
_STROKE_SHARE = 0.5
"""Of the inside of a box, the length of the longest piece of a cross at least: of 12 crossed ones
on 280 scans 11 have 0.86 or more, one with dirt in it 0.31.
"""


def is_cross(part: Gray) -> bool:
    """Whether the largest piece of ink of a crop is an X."""
    return likeness(part) >= _LEAST_LIKENESS


def likeness(part: Gray) -> float:
    """How much darker the paler diagonal of a crop's largest piece of ink is than what is between
    both, -1 ... 1, the paper being 0 and the darkest ink 1; -1 where there is none.
    """
    if not part.size:
        return -1.0
    dark, paper = float(part.min()), level_at(part, PAPER_SHARE)
    piece = _largest(_without_lines(below(part, (dark + paper) / 2)))
    if piece is None or dark == paper:
        return -1.0
    shade = np.clip((paper - part[piece].astype(np.float32)) / (paper - dark), 0, 1)
    shade = cv2.resize(shade, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA)
    falling, rising, between = (shade[places].mean() for places in _places())
    return float(min(falling, rising) - between)


def has_stroke(dark: Mask) -> bool:
    """Whether a piece of what is dark within a box is as long as a stroke of a cross; grain and the
    dots that feign gray are not.
    """
    blobs = find_blobs(dark)
    longest = np.maximum(blobs.w, blobs.h).max(initial=0)
    return bool(longest >= _STROKE_SHARE * min(dark.shape))


def _without_lines(mask: Mask) -> Mask:
    """Ink without the line that a mark stands on or that runs into it, but for where they cross."""
    length = max(1, round(_LINE_SHARE * mask.shape[0]))
    lines = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    strokes = np.where(lines > 0, 0, mask).astype(np.uint8)
    crossed = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((length // 2 | 1, 1), np.uint8))
    return np.where(crossed > 0, mask, 0).astype(np.uint8)


def _largest(mask: Mask) -> tuple[slice, slice] | None:
    """Rows and columns of the piece of ink with most pixels."""
    blobs = find_blobs(mask)
    if not len(blobs):
        return None
    k = int(np.argmax(blobs.area))
    x, y = int(blobs.x[k]), int(blobs.y[k])
    return slice(y, y + int(blobs.h[k])), slice(x, x + int(blobs.w[k]))


@cache
def _places() -> tuple[Places, Places, Places]:
    """The pixels of the square that lie on its falling and on its rising diagonal, and off both."""
    y, x = np.mgrid[0:_SIDE_PX, 0:_SIDE_PX] / (_SIDE_PX - 1)
    falling, rising = np.abs(x - y) / np.sqrt(2), np.abs(x + y - 1) / np.sqrt(2)
    between = np.minimum(falling, rising) > _OFF_SHARE
    return falling < _ON_SHARE, rising < _ON_SHARE, between
