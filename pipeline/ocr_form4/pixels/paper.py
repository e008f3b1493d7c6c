"""Dark letters on light paper, whichever way a page was stored or shown."""

from __future__ import annotations

import cv2
import numpy as np

from ocr_form4_models.page import Gray

_SIDE = 825
"""The longer side, in pixels, of the picture that is looked at: 75 dpi of a letter page."""
_AROUND = 31
"""Side, in pixels at 75 dpi, of the window whose middle level is the ground that something stands
on: 0.4 inches, a line of print, 0.17 at most, and the paper over and under it.
"""
_STANDS_OUT = 24
"""Print differs from its ground by more, of 255."""


def on_light_paper(pixels: Gray) -> Gray:
    """The page as it is, or turned over to its negative where its print is lighter than what it
    stands on (a dark theme, a film).

    Print is told from its ground place by place: a sheet may lie on a dark bed that is larger
    than it, or a film have a clear edge. What is lighter than its ground was 10 times and more of
    what is darker on seven pages of film and dark themes, 0.12 and less on 262 others.
    """
    return np.asarray(255 - pixels) if _is_negative(pixels) else pixels


def _is_negative(pixels: Gray) -> bool:
    shrink = min(1.0, _SIDE / max(pixels.shape))
    size = (max(1, round(pixels.shape[1] * shrink)), max(1, round(pixels.shape[0] * shrink)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(small, _AROUND)
    darker = np.clip(cv2.subtract(ground, small), _STANDS_OUT, None) - _STANDS_OUT
    lighter = np.clip(cv2.subtract(small, ground), _STANDS_OUT, None) - _STANDS_OUT
    return float(lighter.sum(dtype=np.float64)) > float(darker.sum(dtype=np.float64))
