"""Black bars: what somebody made unreadable before the scan was given away.

A bar is solid and has straight edges. A punched hole is round and a blot ragged; print is nowhere
as thick as it is high.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.ink import below
from ocr_form4.stages.segment.blots import DARK, HOLE_PX
from ocr_form4.stages.segment.rulings import HALF
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

_THICK, _THICKEST_RULING = 0.7, 18
"""Nor is a bar lower or narrower, in heights of the page's usual letters, as half a line is
covered; or, in upright pixels, than the rulings of a coarse fax may be thick. With half and with
twice of each 18 scans and the shapes of tests/segment/test_bars.py are told the same, as with half
and twice of ``_CORNER`` and ``_TILE``.
"""
_LONG = 1.5
"""Nor shorter along its longer side, in heights of the page's usual letters: a single figure is
covered. Of 11 solid shapes of the fixtures the shortest is 3.1 long.
"""
_FULL = 0.88
"""The share of its bounds that a bar fills, or each piece of it: a circle fills 0.785."""
_CORNER = 6
"""A corner is 1/6 of a shape's shorter side."""
_TILE = 32
"""A shape of several bars that touch is taken in tiles of such a side, in upright pixels: its
bounds would hold what stands between them. With 16 and with 64 see ``_THICK``.
"""
_EDGE = 0.02
"""What begins nearer to the page's edge, as a share of its width, is the edge's shadow or what lies
around the sheet: the 10 of the fixtures begin within ``_INWARD`` of it. A bar printed at a margin
of half an inch begins at 0.06.
"""
_INWARD = 0.1
"""Unless it is straight and reaches further inward, as a share of the page's width: the 10 shadows
of the fixtures reach 0.005 to 0.024 inward.
"""


def find_bars(pixels: Gray, usual: float) -> tuple[Box[Upright], ...]:
    """The black bars of an upright page whose letters are ``usual`` pixels high."""
    if not usual:
        return ()
    side = max(_THICKEST_RULING, round(_THICK * usual)) // HALF | 1
    dark = below(np.ascontiguousarray(pixels[::HALF, ::HALF]), DARK)
    edge = cv2.BORDER_CONSTANT
    core = cv2.erode(dark, np.ones((side, side), np.uint8), borderType=edge, borderValue=(0,))
    if not core.any():
        return ()
    solid = cv2.morphologyEx(
        cv2.copyMakeBorder(dark, side, side, side, side, edge, value=(0,)),
        cv2.MORPH_OPEN,
        np.ones((side, side), np.uint8),
    )[side:-side, side:-side]
    blobs = find_blobs(np.ascontiguousarray(solid))
    found: list[tuple[int, int, int, int]] = []
    for x, y, w, h in np.stack([blobs.x, blobs.y, blobs.w, blobs.h], axis=1).tolist():
        shape = solid[y : y + h, x : x + w]
        if max(w, h) * HALF >= _LONG * usual and not _is_the_edge(shape, x, y, *dark.shape):
            found += _straight(shape, x, y)
    return tuple(Box(*(float(HALF * v) for v in at)) for at in found)


def _is_the_edge(shape: NDArray[np.uint8], x: int, y: int, height: int, width: int) -> bool:
    """Whether a solid shape at x, y of a page of that size is the shadow of its edge."""
    h, w = shape.shape
    near = _EDGE * width
    beside = x < near or x + w > width - near
    if not beside and y >= near and y + h <= height - near:
        return False
    inward = w / width if beside else h / height
    return inward < _INWARD or float((shape > 0).mean()) < _FULL


def _straight(shape: NDArray[np.uint8], x: int, y: int) -> list[tuple[int, int, int, int]]:
    """The bounds of a solid shape, or of its pieces, if straight edges bound it; ``x`` and ``y``
    are where it stands. All at half resolution.
    """
    height, width = shape.shape
    if float((shape > 0).mean()) >= _FULL:
        return [(x, y, x + width, y + height)] if _has_corners(shape) else []
    if max(width, height) * HALF < HOLE_PX or not _is_of_bars(shape):
        return []
    tile = _TILE // HALF
    down, across = -height % tile, -width % tile
    tiled = np.pad(shape, ((0, down), (0, across))).reshape(
        (height + down) // tile, tile, (width + across) // tile, tile
    )
    return [
        (
            x + a * tile,
            y + b * tile,
            x + min(width, (a + 1) * tile),
            y + min(height, (b + 1) * tile),
        )
        for b, a in np.argwhere(tiled.any(axis=(1, 3))).tolist()
    ]


def _has_corners(shape: NDArray[np.uint8]) -> bool:
    """Whether all but one of its corners are filled: what is solid of a round hole, holes of
    squares left out, fills as much of its bounds as a bar does, and has none.
    """
    side = max(2, min(shape.shape) // _CORNER)
    rows, columns = (slice(0, side), slice(-side, None)), (slice(0, side), slice(-side, None))
    filled = [float((shape[r, c] > 0).mean()) >= 0.5 for r in rows for c in columns]
    return sum(filled) >= len(filled) - 1


def _is_of_bars(shape: NDArray[np.uint8]) -> bool:
    """Whether a shape is of bars that touch: most of its rows begin and end where the row before
    does.
    """
    filled = (shape > 0).any(axis=1)
    start = np.where(filled, (shape > 0).argmax(axis=1), -1)
    end = np.where(filled, shape.shape[1] - (shape[:, ::-1] > 0).argmax(axis=1), -1)
    same = (np.abs(np.diff(start)) <= 1) & (np.abs(np.diff(end)) <= 1)
    return bool(same.mean() >= _FULL) if len(same) else True
