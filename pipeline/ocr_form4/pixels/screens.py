"""A pattern that repeats over the whole page, taken out of it: a screen that feigns gray, hatching,
what a photograph of a display has.

Such a pattern is a few sharp peaks in the page's spectrum, and print is none: it is found in the
spectra of a few squares of the page, and only that taken out of the whole (a notch filter).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.page import Gray

Floats = NDArray[np.float32]
_SIDE = 256
"""Pixels a side of a square whose spectrum is taken: several lines of print, at 300 dpi. With 128
and with 512 the highest peak of 122 pages without a screen is 0.85 and 0.86 of the lowest of eight
pages with one; with 256 it is 0.78.
"""
_DOWN, _ACROSS, _EDGE = 3, 2, 0.15
"""Squares over the page, down and across, and the share of it that is left out at its edges. With
twelve squares that share is 0.81, with four 0.89; with 0.05 of the edges 0.91, with 0.25 0.83.
"""
_LONGEST_PX = 14
"""The longest period of a pattern: with 10 and with 20 the same peaks are found. Letters of
typewriters repeat after 25 pixels at 300 dpi and after 17 at 200, lines of print after 33 and more.
"""
_AROUND = 15
"""Bins around a bin, either way, whose usual power is that of print: with 9 and with 25 that share
is 0.83.
"""
_PEAK, _OF_ONE, _ITS_FOOT = 9.0, 5.0, 3.0
"""The natural logarithm of the power, in times that of print around it, of a page's highest peak
where there is a pattern, of the lower ones that belong to it, and at their feet. Of 471 pages nine
with a screen or ordered dither have 8.1 to 13.0, the others 7.6 or less.
"""
_WINDOW = np.outer(np.hanning(_SIDE), np.hanning(_SIDE)).astype(np.float32)
"""Lets a square begin and end in nothing, so that its edges are no print (Harris, 1978)."""
_SILENT = 1e4
"""Power that counts as none, where a page is blank: with 1e3 and with 1e5 the same pages are
found.
"""


def without_screen(pixels: Gray) -> Gray:
    """The page as it is, or without the pattern that repeats all over it."""
    if min(pixels.shape) < _SIDE:
        return pixels
    pattern = _pattern(pixels)
    return pixels if pattern is None else _without(pixels, pattern)


def _pattern(pixels: Gray) -> NDArray[np.bool_] | None:
    """The bins of a square's spectrum that a pattern takes, shape (_SIDE, _SIDE / 2 + 1), its rows
    from the lowest frequency down to the highest up; None where there is no pattern.
    """
    power = np.fft.fftshift(_power(pixels), axes=0)
    usual = cv2.blur(cv2.medianBlur(power, 5), (_AROUND, _AROUND))
    above = power - usual
    down, across = np.fft.fftshift(np.fft.fftfreq(_SIDE)), np.fft.rfftfreq(_SIDE)
    above[np.hypot(down[:, None], across[None]) < 1 / _LONGEST_PX] = 0
    if above.max() < _PEAK:
        return None
    feet = cv2.dilate((above > _ITS_FOOT).astype(np.uint8), np.ones((3, 3), np.uint8))
    _, labels = cv2.connectedComponents(feet)
    peaks = np.unique(labels[(above > _OF_ONE) & (feet > 0)])
    return np.isin(labels, peaks)


def _power(pixels: Gray) -> Floats:
    """The logarithm of the power of squares all over the page, its mean: what stands in most."""
    squares = [
        pixels[y : y + _SIDE, x : x + _SIDE].astype(np.float32)
        for y in _starts(pixels.shape[0], _DOWN)
        for x in _starts(pixels.shape[1], _ACROSS)
    ]
    spectra = (np.fft.rfft2((square - square.mean()) * _WINDOW) for square in squares)
    logs = [np.log(s.real**2 + s.imag**2 + _SILENT) for s in spectra]
    return np.asarray(np.mean(logs, axis=0), np.float32)


def _starts(length: int, count: int) -> list[int]:
    room = length - _SIDE
    starts = np.linspace(_EDGE * room, (1 - _EDGE) * room, count)
    return [int(s) for s in starts]


def _without(pixels: Gray, pattern: NDArray[np.bool_]) -> Gray:
    height, width = (cv2.getOptimalDFTSize(n) for n in pixels.shape)
    mean = float(pixels.mean())
    page = np.zeros((height, width), np.float32)
    page[: pixels.shape[0], : pixels.shape[1]] = pixels - np.float32(mean)
    spectrum = np.fft.rfft2(page)
    down = np.round(np.fft.fftfreq(height) * _SIDE).astype(int) + _SIDE // 2
    across = np.round(np.fft.rfftfreq(width) * _SIDE).astype(int)
    spectrum[pattern[np.ix_(np.minimum(down, _SIDE - 1), across)]] = 0
    left = np.fft.irfft2(spectrum, (height, width))[: pixels.shape[0], : pixels.shape[1]] + mean
    return np.clip(np.round(left), 0, 255).astype(np.uint8)
