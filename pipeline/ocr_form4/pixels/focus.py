"""A page out of focus, made sharp.

A lens out of focus spreads each point over a disc, and optics that are merely poor over a bell. Of
the page's frequencies that leaves a known share, none at some of them, and where these gaps lie in
the page's spectrum tells how broad the disc is (Gennery, Determination of optical transfer function
by inspection of frequency-domain plot, 1973). What is left of each frequency is then raised again,
as far as it stands out from the noise (Wiener's filter).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.levels import level_at, median_level
from ocr_form4_models.page import Gray

Floats = NDArray[np.float64]
_SOFT = 0.3
"""Softness from which a page may be out of focus: of 624 pages of eight study sets that are not,
two have more, nearly empty ones. One that was sharpened before it came, and has the same gaps in
its spectrum, has 0.27.
"""
_BLACKEST, _STEEP_PLACES = 0.005, 0.997
"""Of a thousand of a page's pixels 5 are as black as its ink, and of a thousand places 3 as steep
as its edges.
"""
_DISC_INCH, _BELL_INCH = 0.012, 0.008
"""The radius of a disc, and the standard deviation of a bell, from which print is sharpened: 3.6
and 2.4 pixels at 300 dpi. Of pages with 2.0 (a bell) nothing was read otherwise, with 4 (a disc) 22
and 23 of 25 and 23 fields as they came and all of them sharpened.
"""
_SIDE, _TILES = 256, 40
"""Pixels a side of the squares whose spectra are added, and how many of the page's are, those with
the most ink: with 128, 256 and 512 pixels, and with 10 and 80 squares, the radius of 21 pages
blurred by a disc of 4, 6 and 8 pixels is found within 5 %.
"""
_LOWEST, _NOISE_FROM = 0.02, 0.3
"""Cycles a pixel from which the spectrum is looked at, as below them it is of lines and columns
(with 0.01 and 0.04 those radii are found, too), and from which all of it is noise: with 0.2 and
0.25 they are found, with 0.35 two are not.
"""
_LEFT = 1e-3
"""The share of a frequency's power that is left where a blur leaves none, as no lens is perfect:
with 1e-4 and 1e-2 those radii are found, too.
"""
_DISCS, _BELLS = np.geomspace(2.0, 14.0, 64), np.geomspace(1.0, 7.0, 32)
"""Radii, in pixels, that are tried: 3 and 6 % apart."""
_LEAST_NOISE = 0.005
"""The least of noise, as a share of the power of print, which keeps what lies in a gap from being
raised beyond measure: of 15 filings blurred by discs 377 of 393 fields are right with it, 357 with
0.02, and 162 as they came; of 11 blurred by bells 181 of 275, and 164 as they came.
"""
_KERNEL = 16
"""Side of the filter, in radii of the blur: of 249 fields of nine filings 235 are right with it,
228 with 8 and 237 with 32.
"""


def softness(page: Gray, contrast: float) -> float:
    """How soft a page's steepest edges are, by ``contrast`` between its paper and its ink, in
    levels: 0 where they take three pixels or less, nearly 1 where they have none.
    """
    rows, columns = np.ascontiguousarray(page[::5, ::3]), np.ascontiguousarray(page[::3, ::5].T)
    return max(0.0, 1 - max(_steepest(rows), _steepest(columns)) / contrast)


def _steepest(rows: Gray) -> float:
    """Levels from one pixel to the next where edges are steepest: in three of a thousand places."""
    return level_at(np.asarray(cv2.absdiff(rows[:, 1:], rows[:, :-1])), _STEEP_PLACES)


def in_focus(page: Gray, dpi: float) -> Gray:
    """The page, (height, width), as it is, or made sharp where it is out of focus."""
    if min(page.shape) < 2 * _SIDE:
        return page
    contrast = median_level(page[::8, ::8]) - level_at(page[::4, ::4], _BLACKEST)
    if contrast <= 0 or softness(page, contrast) < _SOFT:
        return page
    blur = _blur_of(page)
    if blur.radius_px < dpi * (_DISC_INCH if blur.is_disc else _BELL_INCH):
        return page
    sharp = cv2.filter2D(page, cv2.CV_8U, blur.undoing(), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(sharp, np.uint8)


@dataclass(frozen=True, slots=True)
class _Blur:
    """How a page is blurred: the radius of the disc, or the standard deviation of the bell, that a
    point is spread over; the logarithms of the power of its print, a parabola over that of the
    frequency, and of its noise, a line over the frequency; and how far its spectrum is from that.
    """

    is_disc: bool
    radius_px: float
    print_: Floats
    noise: Floats
    misfit: float

    def undoing(self) -> NDArray[np.float32]:
        """Wiener's filter for it, as a kernel."""
        side = 2 * round(_KERNEL * self.radius_px / 2) + 1
        f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
        left = _left(f, self.is_disc, self.radius_px)
        of_print = _powers(np.maximum(f, _LOWEST)) @ self.print_
        noise = np.exp(np.polyval(self.noise, f) - of_print)
        gain = left / (left**2 + np.maximum(noise, _LEAST_NOISE))
        kernel = np.fft.fftshift(np.fft.irfft2(gain, (side, side)))
        return np.asarray(kernel / kernel.sum(), np.float32)


def _blur_of(page: Gray) -> _Blur:
    """The blur by which the page's spectrum is best explained."""
    f, power = _spectrum(page)
    of_noise = np.polyfit(f[f > _NOISE_FROM], power[f > _NOISE_FROM], 1)
    noise = np.minimum(np.polyval(of_noise, f), power)
    clear = np.log(np.maximum(np.exp(power - noise) - 1, _LEFT)) + noise
    weights = np.clip((power - noise) / 2, 0, 1)
    powers = _powers(f)
    found = []
    for is_disc, radius in [*((True, r) for r in _DISCS), *((False, r) for r in _BELLS)]:
        left = 2 * np.log(np.abs(_left(f, is_disc, radius)) + np.sqrt(_LEFT))
        of_print, *_ = np.linalg.lstsq(
            weights[:, None] * powers, weights * (clear - left), rcond=None
        )
        said = np.logaddexp(powers @ of_print + left, noise)
        misfit = float(((said - power) ** 2).mean())
        found.append(_Blur(is_disc, float(radius), of_print, of_noise, misfit))
    return min(found, key=lambda blur: blur.misfit)


def _powers(f: Floats) -> Floats:
    """Powers of the logarithms of frequencies: with three weights, the logarithm of print's."""
    return np.stack([np.ones_like(f), np.log(f), np.log(f) ** 2], axis=-1)


def _left(f: Floats, is_disc: bool, radius_px: float) -> Floats:
    """What a blur leaves of frequencies, in cycles a pixel: its transfer function."""
    from scipy.special import j1

    if not is_disc:
        return np.asarray(np.exp(-2 * (np.pi * f * radius_px) ** 2))
    z = np.maximum(2 * np.pi * f * radius_px, 1e-6)
    return np.asarray(2 * j1(z) / z)


def _spectrum(page: Gray) -> tuple[Floats, Floats]:
    """Frequencies, in cycles a pixel, and the mean logarithm of the power of the page's print at
    them, whichever way they run.
    """
    window = np.outer(np.hanning(_SIDE), np.hanning(_SIDE))
    tiles = [
        page[y : y + _SIDE, x : x + _SIDE].astype(np.float32)
        for y in range(0, page.shape[0] - _SIDE, _SIDE // 2)
        for x in range(0, page.shape[1] - _SIDE, _SIDE // 2)
    ]
    inked = sorted(tiles, key=lambda tile: -float(tile.std()))[:_TILES]
    power = sum(np.abs(np.fft.rfft2((tile - tile.mean()) * window)) ** 2 for tile in inked)
    ring = np.hypot(np.fft.fftfreq(_SIDE)[:, None], np.fft.rfftfreq(_SIDE)[None]) * _SIDE
    ring = np.round(ring).astype(int)
    total = np.bincount(ring.ravel(), np.log(np.asarray(power) + 1.0).ravel())
    rings = np.arange(round(_LOWEST * _SIDE), _SIDE // 2)
    return rings / _SIDE, total[rings] / np.bincount(ring.ravel())[rings]
