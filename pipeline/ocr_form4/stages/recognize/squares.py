"""Squares whose sides are too pale or broken to be pieces of ink: a browser's check boxes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.crops import PAPER_PERCENTILE, crop
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

Levels = NDArray[np.float32]
_SIDES_PX = range(24, 61)
"""Sides of a browser's check box, 13 points of the screen at 60 to 150 % of its size, in upright
pixels.
"""
_BESIDE_PX = 5
"""Upright pixels within its sides, and outside of them, in which a square is paper but for the
strokes of a cross: its sides are thin, and no rulings. A browser draws them one point of the screen
thick, 3 pixels at 100 %, and the next letter of a caption stands 10 or more off.
"""
_DARKER = 12.0
"""How much darker each side is, of 255, than that paper."""


def drawn_square(pixels: Gray, zone: Box[Upright]) -> list[Box[Upright]]:
    """The square in a zone of a page whose palest side is the darkest, as a list of one; empty
    where none has four sides.
    """
    part = crop(pixels, zone, 0).astype(np.float32)
    if min(part.shape, default=0) <= _SIDES_PX.start:
        return []
    dark = np.maximum(0, np.float32(np.percentile(part, PAPER_PERCENTILE)) - part)
    # sides that lean by a pixel are sides
    across = np.maximum(dark, np.maximum(np.roll(dark, 1, 0), np.roll(dark, -1, 0)))
    down = np.maximum(dark, np.maximum(np.roll(dark, 1, 1), np.roll(dark, -1, 1)))
    best = _DARKER
    box: Box[Upright] | None = None
    for side in (n for n in _SIDES_PX if n + 2 * _BESIDE_PX < min(part.shape)):
        around = _sides(across, down, side + 2 * _BESIDE_PX)
        height, width = around.shape[1:]
        sides, within = (
            _sides(across, down, side - 2 * k)[:, _BESIDE_PX + k :, _BESIDE_PX + k :]
            for k in (0, _BESIDE_PX)
        )
        paper = np.maximum(np.median(within[:, :height, :width], axis=0), around.max(axis=0))
        clear = sides[:, :height, :width].min(axis=0) - paper
        y, x = np.unravel_index(int(clear.argmax()), clear.shape)
        if clear[y, x] > best:
            left = max(0.0, zone.x0) + float(x) + _BESIDE_PX
            top = max(0.0, zone.y0) + float(y) + _BESIDE_PX
            best, box = float(clear[y, x]), Box(left, top, left + side, top + side)
    return [box] if box else []


def _sides(across: Levels, down: Levels, side: int) -> Levels:
    """How dark the four sides of every square of a size are, by its upper left corner."""
    rows = _means(across, side, 1)
    columns = _means(down, side, 0)
    height, width = across.shape[0] - side, across.shape[1] - side
    return np.stack(
        [
            rows[:height, :width],
            rows[side : side + height, :width],
            columns[:height, :width],
            columns[:height, side : side + width],
        ]
    )


def _means(levels: Levels, length: int, axis: int) -> Levels:
    """The means of ``length`` levels from each place on, along an axis."""
    total = np.cumsum(levels, axis=axis, dtype=np.float64)
    total = np.insert(total, 0, 0.0, axis=axis)
    first = np.take(total, range(total.shape[axis] - length), axis=axis)
    last = np.take(total, range(length, total.shape[axis]), axis=axis)
    return np.asarray((last - first) / length, np.float32)
