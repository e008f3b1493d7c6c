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
_STROKE = 5
"""Side of the window in which paper is lighter than what is printed on it, in pixels of that
picture: 0.09 to 0.14 inches, twice as wide as the strokes of the largest print.
"""
_STEP, _STEPS = 16, 0.18
"""Levels by which paper changes over two pixels of that picture at the edge of a band, and the
share of the page from which it is of bands: 0.24 and more on three pages of them, 0.13 and less
on 561.
"""
_BLACK = 0.4
"""As a share of the lightest paper: what is darker is no paper, but a bar or a black edge. With 0.3
and with 0.5 the three pages that are lit read the same.
"""
_LIGHTEST = 0.8
"""Of the page's paper so much is darker than what counts as its lightest: 0.7 and 0.9 were tried on
the same pages.
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
    """The page as it is, or where it lies in the dark as many times lighter, place by place, as its
    paper is darker than white.
    """
    small = _small(pixels)
    paper = _paper(small, _STROKE)
    if np.median(paper) >= _DARK:
        return pixels
    half = _halved(pixels)
    paper = _paper(half, _STROKE * len(half) // len(small) | 1)
    no_darker = np.full_like(paper, round(_BLACK * np.quantile(paper, _LIGHTEST)))
    size = (pixels.shape[1], pixels.shape[0])
    everywhere = cv2.resize(cv2.max(paper, no_darker), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(pixels, everywhere, scale=255))


def _paper(pixels: Gray, stroke: int) -> Gray:
    """The level of the paper everywhere: what is printed on it is narrower than ``stroke``."""
    window = np.ones((stroke, stroke), np.uint8)
    return np.asarray(cv2.morphologyEx(pixels, cv2.MORPH_CLOSE, window))


def _in_bands(paper: Gray) -> bool:
    """Whether paper changes its level all over the page, as that of printers does."""
    if min(paper.shape) < _STROKE:
        return False
    black = round(_BLACK * float(np.quantile(paper, _LIGHTEST)))
    at, right, under = paper[:-2, :-2], paper[:-2, 2:], paper[2:, :-2]
    step = cv2.max(cv2.absdiff(at, right), cv2.absdiff(at, under)) > _STEP
    light = cv2.min(at, cv2.min(right, under)) > black
    return float((step & light).mean()) >= _STEPS


def _is_negative(pixels: Gray) -> bool:
    small = _small(pixels)
    paper = _paper(small, _STROKE)
    if _in_bands(paper):
        small = np.asarray(cv2.divide(small, paper, scale=255))
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
