"""Print whose strokes are not whole, made so: of separate dots, a printer's pins or a screen that
feigns gray; or broken, as of faint print in black and white.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.ink import ink
from ocr_form4_models.page import Gray

_STRIPS = 16
"""Strips across the page, spread over it, in which dots are looked for: 3.2 inches of its 11."""
_STRIP_INCH = 0.2
"""How high each is: 0.17, a line of print at six to the inch, and what is beside it."""
_WINDOW, _DARKER = 41, 32
"""Dots of print are darker by the second than the mean of as many pixels around them as the first,
of 255: noise, haze and moiré are paler, and small gray print falls apart at 64.
"""
_DOT_INCH = 0.03
"""A dot is no larger; a period of the largest print of the form is 0.02 inch."""
_LETTER_INCH = (0.045, 0.2)
"""The height of a letter, from and to: capitals of 5 points are 0.046 high, those of a title of 18
points 0.17 (Times).
"""
_AROUND_INCH, _LINE, _NEIGHBOURS = 0.044, 3, 2
"""Dots of print have so many others in a square of that side around them, its middle third left out
either way, in which a torn ruling goes on: the pins of printers are 1/60 to 1/72 inch apart,
screens are finer; the specks of dirt lie further apart.
"""
_DOTS_A_LETTER, _FEWEST = 1.5, 200
"""Dense dots for each letter, from which print is made of dots, and not fewer in all: 1.9
and more on 34 pages of dither, pins and dust, 1.13 and less on 790 others.
"""
_SIGMA_INCH, _STRONGER = 0.005, 1.5
"""Of the smoothing, and how much darker what is left gets: of three widths and three strengths
those by which most values were read right on nine such pages (0.99, and 0.64 without).
"""
_JOINED_PX, _JOINED_SIGMA_INCH, _JOINED_STRONGER = 3, 0.004, 1.2
"""The same for strokes in pieces, which are first made thicker, to the side of a square of pixels:
of four ways that by which most values were read right on eight scans of such (0.71, and 0.55
without).
"""
_CELL_INCH = 0.2
"""Width of the cells of strips in which pieces are counted: 2 letters where 10 go to the inch."""
_PIECES, _DIRT = 3.7, 5.0
"""Pieces as small as dots in a cell with letters, from which strokes are in pieces, and in one
without, up to which it is not dirt. Of 65 pages in black and white, of 300 dpi, eleven have so
many, all of thin or pale print; pages of small print that a threshold left whole have 3.65 at most;
of those with as many dots all over, dither and halftone, the least have 9 in a cell without
letters.
"""
_FINE_DPI, _GRAY = 250, (40, 215, 0.004)
"""Coarser print has thin strokes as a rule: of 123 pages of 200 dpi three have as many pieces, and
are read as they are. And levels between the first two are gray: on a scan in black and white no
more than the third is of them.
"""
_FEW_LETTERS = 60
"""Fewer letters in its strips do not tell of a page: of 777 pages 30 have fewer."""


class Strokes(Enum):
    """What a page's print is made of."""

    WHOLE = auto()
    DOTS = auto()
    PIECES = auto()


def strokes_of(pixels: Gray, dpi: tuple[float, float]) -> Strokes:
    """What the print of a page, dark on light, is made of."""
    high = min(len(pixels), max(1, round(_STRIP_INCH * dpi[1])))
    tops = np.linspace(0, len(pixels) - high, _STRIPS).round().astype(int).tolist()
    strips = [_measured(pixels[top : top + high], dpi) for top in tops]
    dense, letters = sum(s.dense for s in strips), sum(int(s.letters.sum()) for s in strips)
    if dense >= max(_FEWEST, _DOTS_A_LETTER * letters):
        return Strokes.DOTS
    in_pieces = min(dpi) >= _FINE_DPI and letters >= _FEW_LETTERS and _in_pieces(strips)
    return Strokes.PIECES if in_pieces and _is_bilevel(pixels) else Strokes.WHOLE


def made_whole(pixels: Gray, dpi: tuple[float, float], strokes: Strokes) -> Gray:
    """A page with whole strokes: smoothed, and darker again."""
    if strokes is Strokes.WHOLE:
        return pixels
    sigma, stronger = _SIGMA_INCH, _STRONGER
    if strokes is Strokes.PIECES:
        pixels = cv2.erode(pixels, np.ones((_JOINED_PX, _JOINED_PX), np.uint8))
        sigma, stronger = _JOINED_SIGMA_INCH, _JOINED_STRONGER
    smooth = cv2.GaussianBlur(pixels, (0, 0), sigmaX=sigma * dpi[0], sigmaY=sigma * dpi[1])
    darkness = cv2.convertScaleAbs(cv2.bitwise_not(smooth), alpha=stronger)
    return np.asarray(cv2.bitwise_not(darkness))


@dataclass(frozen=True, slots=True)
class _Strip:
    """What is on a strip: dots as dense as those of print, and by cells of ``_CELL_INCH`` letters
    and pieces as small as dots.
    """

    dense: int
    letters: NDArray[np.intp]
    small: NDArray[np.intp]


def _in_pieces(strips: list[_Strip]) -> bool:
    small = np.concatenate([s.small for s in strips])
    on = np.concatenate([s.letters for s in strips]) > 0
    if on.all():
        return False
    return bool(small[on].mean() >= _PIECES and small[~on].mean() <= _DIRT)


def _is_bilevel(pixels: Gray) -> bool:
    low, high, few = _GRAY
    return float(((pixels > low) & (pixels < high)).mean()) <= few


def _measured(strip: Gray, dpi: tuple[float, float]) -> _Strip:
    across, down = dpi
    mask = ink(strip, _WINDOW, _DARKER)
    blobs = find_blobs(mask)
    wide, tall = blobs.w / across, blobs.h / down
    least, most = _LETTER_INCH
    letters = (tall > least) & (tall < most) & (wide < most)
    dots = (tall <= _DOT_INCH) & (wide <= _DOT_INCH)
    cell = max(1, round(_CELL_INCH * across))
    column, count = (blobs.x + blobs.w // 2) // cell, mask.shape[1] // cell + 1
    by_cell = [np.bincount(column[which], minlength=count) for which in (letters, dots)]
    dense = 0
    if dots.sum() >= max(1, _DOTS_A_LETTER * letters.sum()):  # else not enough, ever so dense
        y, x = (blobs.y + blobs.h // 2)[dots], (blobs.x + blobs.w // 2)[dots]
        dense = _dense(y, x, mask.shape, dpi)
    return _Strip(dense, *by_cell)


def _dense(
    y: NDArray[np.intp], x: NDArray[np.intp], shape: tuple[int, ...], dpi: tuple[float, float]
) -> int:
    """How many dots, given by their middles, are as dense as those of print."""
    middle = np.zeros(shape, np.float32)
    middle[y, x] = 1
    size = (round(_AROUND_INCH * dpi[0]) | 1, round(_AROUND_INCH * dpi[1]) | 1)
    around, level, upright = (
        cv2.boxFilter(middle, -1, of, normalize=False)[y, x]
        for of in (size, (size[0], size[1] // _LINE), (size[0] // _LINE, size[1]))
    )
    return int((around - np.maximum(level, upright) > _NEIGHBOURS - 0.5).sum())
