"""Print made of separate dots, run together: a printer's pins, a screen that feigns gray."""

from __future__ import annotations

import cv2
import numpy as np

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


def dots_run_together(pixels: Gray, dpi: tuple[float, float]) -> Gray:
    """A page whose print is made of dots, with whole strokes: smoothed, and darker again."""
    across, down = dpi
    smooth = cv2.GaussianBlur(
        pixels, (0, 0), sigmaX=_SIGMA_INCH * across, sigmaY=_SIGMA_INCH * down
    )
    darkness = cv2.convertScaleAbs(cv2.bitwise_not(smooth), alpha=_STRONGER)
    return np.asarray(cv2.bitwise_not(darkness))


def is_of_dots(pixels: Gray, dpi: tuple[float, float]) -> bool:
    """Whether the print of a page, dark on light, is made of dots."""
    high = min(len(pixels), max(1, round(_STRIP_INCH * dpi[1])))
    tops = np.linspace(0, len(pixels) - high, _STRIPS).round().astype(int).tolist()
    strips = [_dots_and_letters(pixels[top : top + high], dpi) for top in tops]
    dense, letters = (sum(counts) for counts in zip(*strips, strict=True))
    return bool(dense >= max(_FEWEST, _DOTS_A_LETTER * letters))


def _dots_and_letters(strip: Gray, dpi: tuple[float, float]) -> tuple[int, int]:
    """How many dots of a strip are as dense as those of print, and its letters."""
    across, down = dpi
    mask = ink(strip, _WINDOW, _DARKER)
    blobs = find_blobs(mask)
    wide, tall = blobs.w / across, blobs.h / down
    least, most = _LETTER_INCH
    letters = int(((tall > least) & (tall < most) & (wide < most)).sum())
    dots = (tall <= _DOT_INCH) & (wide <= _DOT_INCH)
    if dots.sum() < max(1, _DOTS_A_LETTER * letters):  # not enough, be they ever so dense
        return 0, letters
    middle = np.zeros(mask.shape, np.float32)
    y, x = (blobs.y + blobs.h // 2)[dots], (blobs.x + blobs.w // 2)[dots]
    middle[y, x] = 1
    size = (round(_AROUND_INCH * across) | 1, round(_AROUND_INCH * down) | 1)
    around, level, upright = (
        cv2.boxFilter(middle, -1, of, normalize=False)[y, x]
        for of in (size, (size[0], size[1] // _LINE), (size[0] // _LINE, size[1]))
    )
    return int((around - np.maximum(level, upright) > _NEIGHBOURS - 0.5).sum()), letters
