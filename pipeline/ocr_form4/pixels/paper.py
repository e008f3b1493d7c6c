"""Dark letters on light paper, whichever way a page was stored or shown."""

from __future__ import annotations

import cv2
import numpy as np

from ocr_form4_models.page import Gray

_SIDE = 600
"""The longer side, in pixels, of the picture that is looked at, at most: 37 to 55 dpi of a letter
page.
"""
_AROUND = 21
"""Side, in pixels at 37 to 55 dpi, of the window whose middle level is the ground that something
stands on: 0.4 to 0.6 inches, a line of print, 0.17 at most, and the paper over and under it.
"""
_STANDS_OUT = 24
"""Print differs from its ground by more, of 255."""


def on_light_paper(pixels: Gray) -> Gray:
    """The page as it is, or turned over to its negative where its print is lighter than what it
    stands on (a dark theme, a film).

    Print is told from its ground place by place: a sheet may lie on a dark bed that is larger
    than it, or a film have a clear edge. What is lighter than its ground was 0.09 of what is darker
    or less on 462 pages of fixtures and studies; of their negatives it is the other way round.
    """
    return np.asarray(255 - pixels) if _is_negative(pixels) else pixels


def _is_negative(pixels: Gray) -> bool:
    small = pixels
    while max(small.shape) > _SIDE and min(small.shape) > 1:
        small = _halved(small)
    ground = cv2.medianBlur(small, _AROUND)
    darker = np.clip(cv2.subtract(ground, small), _STANDS_OUT, None) - _STANDS_OUT
    lighter = np.clip(cv2.subtract(small, ground), _STANDS_OUT, None) - _STANDS_OUT
    return float(lighter.sum(dtype=np.float64)) > float(darker.sum(dtype=np.float64))


def _halved(pixels: Gray) -> Gray:
    """A picture at half its size; OpenCV takes forty times as long for most other shares."""
    height, width = (n // 2 for n in pixels.shape)
    even = pixels[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
