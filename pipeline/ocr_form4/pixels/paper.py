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
_NARROW_INCH = 0.037
"""Side of the window in which paper is lighter than what is printed on it: broader than the strokes
of print, narrower than most dirt. Of 66 scans by hands to learn from, stained, mouldy, shaded and
more, 0.9925 of the values are right with it, 0.9925 with 0.03, 0.986 with 0.05 and 0.973 where
nothing is whitened; 0.985, 0.986, 0.976 and 0.947 of all fields.
"""
_STROKE = 5
"""Side of the window in which paper is lighter than what is printed on it, in pixels of that
picture: 0.09 to 0.14 inches, twice as wide as the strokes of the largest print.
"""
_EVEN = 0.5
"""The less of what stands out darker and lighter than its ground, as a share of the other, from
which the edges of bands may be more than print: 0.77 to 0.91 on four pages of bands and their
negatives, 0.28 at most where print tells by itself, and 0.12 on 330 scans and films without bands.
"""
_STEP, _STEPS = 16, 0.18
"""Levels by which paper changes over two pixels of that picture at the edge of a band, and the
share of the page from which it is of bands: 0.24 and more on three pages of them, 0.13 and less
on 561.
"""
_BLACK = 0.4
"""As a share of the lightest paper: what is darker is no paper, but a bar or a black edge. Of 18
mouldy scans 0.992 of the values are right with it and with 0.3, 0.976 with 0.5.
"""
_LIGHTEST = 0.8
"""Of the page's paper so much is darker than what counts as its lightest. With 0.7 and with 0.9 of
the values of those 18 scans 0.989 and 0.992 are right.
"""
_SMOOTH, _APART = 9, 8
"""Side of the window, in pixels, over which the paper's level is smoothed, as the window before
leaves steps (with 5 and with 17 of the values of those 18 scans 0.992 and 0.983 are right); and the
pixels between those by which its lightest is told, 3,000 for each of 100 levels on a page.
"""


def on_light_paper(pixels: Gray) -> Gray:
    """The page as it is, or turned over to its negative where its print is lighter than what it
    stands on (a dark theme, a film).

    Print is told from its ground place by place: a sheet may lie on a dark bed that is larger
    than it, or a film have a clear edge. What is lighter than its ground was 0.09 of what is darker
    or less on 462 pages of fixtures and studies; of their negatives it is the other way round.
    """
    return np.asarray(255 - pixels) if _is_negative(pixels) else pixels


def evenly_lit(pixels: Gray, dpi: tuple[float, float]) -> Gray:
    """The page as many times lighter, place by place, as its paper is darker than white: what is
    broader than a stroke of print, a shadow, a stain or a band of dirt, goes, and the print on it
    stays.

    What is too dark to be paper stays dark: a bar, a photograph's table.
    """
    across, down = (max(3, round(_NARROW_INCH * d) | 1) for d in dpi)
    paper = _paper(pixels, across, down)
    smooth = cv2.blur(paper, (_SMOOTH, _SMOOTH))
    paper = cv2.max(cv2.min(smooth, paper), pixels)  # an edge of the paper leaves no line
    no_darker = round(_BLACK * float(np.quantile(paper[::_APART, ::_APART], _LIGHTEST)))
    return np.asarray(cv2.divide(pixels, cv2.max(paper, no_darker), scale=255))


def _paper(pixels: Gray, across: int, down: int) -> Gray:
    """The level of the paper everywhere: what is printed on it is narrower than a window of so many
    pixels.
    """
    window = np.ones((down, across), np.uint8)
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
    darker, lighter = _beside_ground(small)
    if min(darker, lighter) > _EVEN * max(darker, lighter):
        paper = _paper(small, _STROKE, _STROKE)
        if _in_bands(paper):
            darker, lighter = _beside_ground(np.asarray(cv2.divide(small, paper, scale=255)))
    return lighter > darker


def _beside_ground(small: Gray) -> tuple[float, float]:
    """How much darker than its ground what stands out of it is, in all, and how much lighter."""
    ground = cv2.medianBlur(small, _AROUND)
    darker, lighter = (
        np.clip(cv2.subtract(a, b), _STANDS_OUT, None) - _STANDS_OUT
        for a, b in ((ground, small), (small, ground))
    )
    return float(darker.sum(dtype=np.float64)), float(lighter.sum(dtype=np.float64))


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
