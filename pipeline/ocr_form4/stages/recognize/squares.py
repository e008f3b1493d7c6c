"""Squares whose sides are too pale or broken to be pieces of ink: a browser's check boxes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Ints
from ocr_form4.pixels.crops import PAPER_SHARE, crop
from ocr_form4.pixels.levels import level_at
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

Levels = NDArray[np.float32]
Totals = NDArray[np.float64]
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
    part = crop(pixels, zone, 0)
    if min(part.shape, default=0) <= _SIDES_PX.start:
        return []
    paper = np.float32(level_at(part, PAPER_SHARE))
    lines = _Lines.of(np.maximum(0, paper - part.astype(np.float32)))
    best = _DARKER
    box: Box[Upright] | None = None
    height, width = part.shape
    for side in (n for n in _SIDES_PX if n + 2 * _BESIDE_PX < min(part.shape)):
        # only where all sides are dark enough may they be darker than the paper by as much
        room = (
            slice(_BESIDE_PX, height - side - _BESIDE_PX),
            slice(_BESIDE_PX, width - side - _BESIDE_PX),
        )
        y, x = (at + _BESIDE_PX for at in np.nonzero(lines.palest(side)[room] > best))
        if not len(y):
            continue
        around = lines.sides(y - _BESIDE_PX, x - _BESIDE_PX, side + 2 * _BESIDE_PX)
        within = lines.sides(y + _BESIDE_PX, x + _BESIDE_PX, side - 2 * _BESIDE_PX)
        bare = np.maximum(np.median(within, axis=0), around.max(axis=0))
        clear = lines.sides(y, x, side).min(axis=0) - bare
        k = int(clear.argmax())
        if clear[k] > best:
            left, top = max(0.0, zone.x0) + float(x[k]), max(0.0, zone.y0) + float(y[k])
            best, box = float(clear[k]), Box(left, top, left + side, top + side)
    return [box] if box else []


@dataclass(frozen=True, slots=True)
class _Lines:
    """How dark a picture is along its rows and columns, summed up to each place."""

    across: Totals
    down: Totals

    @staticmethod
    def of(dark: Levels) -> _Lines:
        # sides that lean by a pixel are sides
        across, down = (
            np.maximum(dark, np.maximum(np.roll(dark, 1, axis), np.roll(dark, -1, axis)))
            for axis in (0, 1)
        )
        return _Lines(
            np.pad(across.cumsum(axis=1, dtype=np.float64), ((0, 0), (1, 0))),
            np.pad(down.cumsum(axis=0, dtype=np.float64), ((1, 0), (0, 0))),
        )

    def palest(self, side: int) -> Levels:
        """How dark the palest side of every square of a size is, by its upper left corner."""
        rows = ((self.across[:, side:] - self.across[:, :-side]) / side).astype(np.float32)
        columns = ((self.down[side:] - self.down[:-side]) / side).astype(np.float32)
        rows, columns = rows[:, :-1], columns[:-1]
        level, upright = (
            np.minimum(rows[:-side], rows[side:]),
            np.minimum(columns[:, :-side], columns[:, side:]),
        )
        return np.minimum(level, upright)

    def sides(self, y: Ints, x: Ints, side: int) -> Levels:
        """How dark the sides of squares of a size are, by their upper left corners: shape (4,
        squares).
        """
        rows = [self.across[at, x + side] - self.across[at, x] for at in (y, y + side)]
        columns = [self.down[y + side, at] - self.down[y, at] for at in (x, x + side)]
        return (np.stack([*rows, *columns]) / side).astype(np.float32)
