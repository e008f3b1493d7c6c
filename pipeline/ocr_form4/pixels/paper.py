"""Dark letters on light paper, whichever way a page was stored or shown and however little light
fell on it.
"""

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
_DARK = 128
"""Half of white: paper whose middle level is darker is made white. On 248 pages, photographs and
shadows among them, that level was 156 and more but for two.
"""
_INK, _SPREAD = 5, 2.0
"""Side of the window, in pixels of that picture, whose lightest pixel is paper: 0.09 to 0.14
inches, twice as wide as the strokes of the largest print; and how far paper's level is smoothed.
"""


def on_light_paper(pixels: Gray) -> Gray:
    """The page as it is, or turned over to its negative where its print is lighter than what it
    stands on (a dark theme, a film).

    Print is told from its ground place by place: a sheet may lie on a dark bed that is larger
    than it, or a film have a clear edge. What is lighter than its ground was 0.09 of what is darker
    or less on 462 pages of fixtures and studies; of their negatives it is the other way round.
    """
    return np.asarray(255 - pixels) if _is_negative(pixels) else pixels


def evenly_lit(pixels: Gray) -> Gray:
    """The page as it is, or where hardly any light fell on it as many times lighter, place by
    place, as its paper is darker than white.
    """
    small = _small(pixels)
    lightest = cv2.dilate(small, np.ones((_INK, _INK), np.uint8))
    paper = cv2.GaussianBlur(lightest, (0, 0), _SPREAD)
    if np.median(paper) >= _DARK:
        return pixels
    size = (pixels.shape[1], pixels.shape[0])
    everywhere = cv2.resize(cv2.max(paper, 1), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, everywhere, scale=255))


def _is_negative(pixels: Gray) -> bool:
    small = _small(pixels)
    ground = cv2.medianBlur(small, _AROUND)
    darker = np.clip(cv2.subtract(ground, small), _STANDS_OUT, None) - _STANDS_OUT
    lighter = np.clip(cv2.subtract(small, ground), _STANDS_OUT, None) - _STANDS_OUT
    return float(lighter.sum(dtype=np.float64)) > float(darker.sum(dtype=np.float64))


def _small(pixels: Gray) -> Gray:
    small = pixels
    while max(small.shape) > _SIDE and min(small.shape) > 1:
        small = _halved(small)
    return small


def _halved(pixels: Gray) -> Gray:
    """A picture at half its size; OpenCV takes forty times as long for most other shares."""
    height, width = (n // 2 for n in pixels.shape)
    even = pixels[: 2 * height, : 2 * width]
    return np.asarray(cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA))
