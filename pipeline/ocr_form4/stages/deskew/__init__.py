"""Scan to upright page: quarter turn, fine angle, perspective, bow and folds, in one resampling.

Everything is measured on the page network's maps; the page itself is resampled once, straight from
scan pixels to the upright page, because every resampling costs sharpness that a 200 dpi fax does
not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.readers.base import Sight
from ocr_form4.stages.deskew.curves import (
    Curves,
    Points,
    angle,
    curves_of,
    lean,
    lines_run_down,
    moved,
)
from ocr_form4.stages.deskew.folds import folds, is_crooked, is_rough
from ocr_form4_models.geometry import (
    MONOMIALS,
    UPRIGHT_DPI,
    Rectification,
    Scan,
    Upright,
    monomials,
)
from ocr_form4_models.page import Gray, PageImage, PageMaps, UprightPage

MAX_SKEW = 10.0
"""Degrees; what is found beyond is no angle of a sheet on a glass: of 76 pages of the fixtures the
most askew is so by 3.75.
"""
_LEVEL = 0.03
"""Degrees up to which a page is level, and not resampled: a line as wide as a letter page rises 1.3
upright pixels by that.
"""
_LEAN = 0.5
"""Degrees from which a form leans, as a sheet that slipped in its feeder or a page seen askew does:
its rulings down are then not square to those across, and short ones are lost. Of 392 pages by many
hands eight lean so, the others by 0.45 or less.
"""
_LOOKS = 5
"""Times that a page with folds is looked at again, at most. Of four documents warped freely, 224
fields, 0.787 of the values are right with 2, 0.993 with 3, all with 5 and with 7.
"""
_STILL = 1.0
"""Upright pixels: of a bow that is less, nothing is undone. On the fixtures 93 of 127 are 1.00
times it or less, the others 1.01 or more.
"""
_LEAST = 8
"""Pixels that a page has at least, either way, less than a millimetre at 300 dpi: a damaged header
may say that it is a line of one.
"""
_NET = 16
"""Pixels between the points at which the way to the scan is computed: those between are 0.001
pixels off on the bowed fixture, with twice the distance 0.004.
"""
_MAP = 4
"""Upright pixels, of 300 dpi, to a pixel of the maps, of 75 dpi."""
_STRIPE = 8 * _NET
"""Rows of a page that are resampled at once: a whole page of coordinates is 67 MB, slower to get
than to fill.
"""
_FINER = 0.75
"""A scan that shrinks to less is smoothed before single pixels are taken from it. On the fixtures
all 76 are 1.33 times it or more.
"""
_SMOOTHING_PX = 0.45
"""How far it is smoothed, in upright pixels: the standard deviation of a Gaussian, which leaves
0.37 of the contrast of stripes of one pixel, those that single pixels would alias. Of 462 pages on
280 scans two shrink so.
"""
_SAME_PLACE = 1e-6
"""A matrix that is off the unit by no more leaves every pixel where it is: at the far end of a page
of 10,000 pixels that is a hundredth of one.
"""
_COARSER = 1.05
"""Upright pixels for one of the scan from which it is interpolated by cubic splines, which keep the
edges of coarse black and white; a finer one linearly, in a third of the time: the readers have not
learnt the rings that splines lay around strokes. Of 52 scans by judging hands, 48 of them of 300
dpi, 0.982 of the fields are right so, and 0.980 by splines alone, 0.104 and 0.112 up for review; of
81 scans, most of them coarser, 26 fields are wrong with all of them linear, and 19 by splines.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What a page's bow is measured by: in upright pixels, and in shares of the page's extent along
    the curves.
    """

    rounds: int = 3
    """How often the bow is fitted: after each round, curves that stay crooked are dropped. With 2
    and with 6 no value of nine pages, bent, folded and askew, is another.
    """
    all_curves: float = 1.5
    """Curves that are shorter all together, in extents of the page, do not tell a bow. Of 1,369
    fits on 280 scans 1,310 have more, 99 of 100 of them 1.9 or more; most of the others have none
    at all.
    """
    longest_curve: float = 0.3
    """Nor do those of which the longest is shorter: of 1,310 fits 95 have none longer, of 1,215
    others nine of ten have one of 0.47 or more, which is a ruling or a line of text.
    """
    curve_weight: int = 16
    """What a curve counts, however many points of it there are, beside ``damping``: with 8 and with
    32 no value of those nine pages is lost.
    """
    damping: float = 0.3
    """Of the ridge that keeps terms small which the curves say nothing about: with 0.15 and with
    0.6 no value of those pages is lost.
    """
    crooked_px: float = 5.0
    """Upright pixels by which a curve may be off however straight the others are: of 6,812 curves
    on fixtures 120 are off by more, nine of ten of the others by 2.6 or less.
    """
    crooked_times: float = 3.0
    """And in times what the usual curve of the page is off: 126 of 6,812 are off by more, nine of
    ten of the others by 1.6 or less.
    """


T = Tolerances()


def deskew(page: PageImage, sight: Sight, seen: PageMaps[Scan] | None = None) -> UprightPage:
    """The page level and flat, at ``UPRIGHT_DPI`` with square pixels; it may still stand on its
    head (``turned``).

    ``seen`` are the page's maps where it was looked at already.
    """
    maps = sight.see(page.pixels, page.dpi, Scan) if seen is None else seen
    turns = 1 if lines_run_down(maps) else 0
    lines = curves_of(maps, turns)
    flat = _affine(page, turns, 0.0)
    level = angle(moved(lines, flat).across)
    level = level if _LEVEL <= abs(level) <= MAX_SKEW else 0.0
    rect = _affine(page, turns, level)
    curves = moved(lines, rect)
    leaning = lean(curves.down, rect.height)
    if _LEAN <= abs(leaning) <= MAX_SKEW:
        rect = _affine(page, turns, level, leaning)
        curves = moved(lines, rect)
    size = rect.width, rect.height
    shift_x, shift_y = _bend(curves, *size)
    source = _smoothed(page)
    if is_rough(curves, shift_x, shift_y, *size):
        return _unfolded(page, source, rect, curves, sight)
    rect = replace(rect, shift_x=shift_x, shift_y=shift_y)
    return _upright(page, _warp(source, rect), _moved(maps, rect), rect)


def _unfolded(
    page: PageImage, source: Gray, rect: Rectification, curves: Curves, sight: Sight
) -> UprightPage:
    """A page with folds: what a first look shows is undone, what a second look still shows, and
    what others do where lines are left crooked.
    """
    rect = replace(rect, folds=folds(curves, rect))
    for look in range(_LOOKS):
        pixels = _warp(source, rect)
        maps = sight.see(pixels, (UPRIGHT_DPI, UPRIGHT_DPI), Upright)
        curves = curves_of(maps, 0)
        if look == _LOOKS - 1 or (look and not is_crooked(curves, rect.width, rect.height)):
            break
        rect = replace(rect, folds=folds(curves, rect, look))
    return _upright(page, pixels, _at_step(maps, rect), rect)


def _at_step(maps: PageMaps[Upright], rect: Rectification) -> PageMaps[Upright]:
    """The maps of an upright page at their usual step: a sheet larger than legal size is seen
    smaller.
    """
    size = -(-rect.width // _MAP), -(-rect.height // _MAP)
    if maps.across.shape == size[::-1]:
        return maps
    across, down, core, text, foreign = (
        np.asarray(cv2.resize(m, size, interpolation=cv2.INTER_LINEAR))
        for m in (maps.across, maps.down, maps.core, maps.text, maps.foreign)
    )
    return PageMaps(across, down, core, text, foreign, (_MAP, _MAP))


def _upright(
    page: PageImage, pixels: Gray, maps: PageMaps[Upright], rect: Rectification
) -> UprightPage:
    height, width = page.pixels.shape
    return UprightPage(page.number, pixels, maps, rect, page.dpi, (width, height), page.words)


def _affine(page: PageImage, turns: int, level: float, leaning: float = 0.0) -> Rectification:
    """Scan to flat pixels: square at ``UPRIGHT_DPI``, ``turns`` quarter turns to the left, then
    level, then plumb. ``level`` and ``leaning`` are degrees.
    """
    height, width = page.pixels.shape
    sx, sy = UPRIGHT_DPI / page.dpi[0], UPRIGHT_DPI / page.dpi[1]
    w, h = width * sx, height * sy
    scale = np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])
    turn = [
        np.eye(3),
        np.array([[0, 1, 0], [-1, 0, w - 1], [0, 0, 1]]),
        np.array([[-1, 0, w - 1], [0, -1, h - 1], [0, 0, 1]]),
        np.array([[0, -1, h - 1], [1, 0, 0], [0, 0, 1]]),
    ][turns]
    if turns % 2:
        w, h = h, w
    a = np.radians(level)
    level_matrix = np.array([[np.cos(a), np.sin(a), 0], [-np.sin(a), np.cos(a), 0], [0, 0, 1]])
    plumb = np.array([[1, -np.tan(np.radians(leaning)), 0], [0, 1, 0], [0, 0, 1]])
    center = np.array([[1, 0, -w / 2], [0, 1, -h / 2], [0, 0, 1]])
    matrix = np.linalg.inv(center) @ plumb @ level_matrix @ center @ turn @ scale
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in matrix)
    return Rectification(
        rows, max(_LEAST, round(w)), max(_LEAST, round(h)), quarter_turns=turns, skew=level
    )


def _smoothed(page: PageImage) -> Gray:
    """The scan's pixels, smoothed where it is finer than the upright page: warping takes single
    pixels.
    """
    shrink = UPRIGHT_DPI / float(np.sqrt(page.dpi[0] * page.dpi[1]))
    return (
        page.pixels
        if shrink >= _FINER
        else cv2.GaussianBlur(page.pixels, (0, 0), _SMOOTHING_PX / shrink)
    )


def _warp(pixels: Gray, rect: Rectification) -> Gray:
    """The upright page's pixels, shape (rect.height, rect.width)."""
    if not rect.is_flat:
        return _resampled(pixels, rect, rect.width, rect.height)
    matrix = np.asarray(rect.matrix)[:2]
    if pixels.shape == (rect.height, rect.width) and np.allclose(
        matrix, np.eye(2, 3), atol=_SAME_PLACE
    ):
        return pixels
    size = (rect.width, rect.height)
    return np.asarray(
        cv2.warpAffine(pixels, matrix, size, flags=_interpolation(rect), borderValue=255)
    )


def _resampled(pixels: Gray, rect: Rectification, width: int, height: int) -> Gray:
    """The upright page's pixels where the way to the scan is not affine."""
    net = _net(rect, width, height, 1)
    upright = np.empty((height, width), np.uint8)
    for top in range(0, height, _STRIPE):
        scan = _between(
            net[top // _NET : (top + _STRIPE) // _NET + 2], width, min(_STRIPE, height - top)
        )
        upright[top : top + _STRIPE] = cv2.remap(
            pixels, scan, None, _interpolation(rect), borderValue=255
        )
    return upright


def _interpolation(rect: Rectification) -> int:
    """How pixels between those of the scan are told."""
    finer = float(np.sqrt(abs(np.linalg.det(np.asarray(rect.matrix)[:2, :2]))))
    return cv2.INTER_CUBIC if finer > _COARSER else cv2.INTER_LINEAR


def _net(rect: Rectification, width: int, height: int, pixel: int) -> NDArray[np.float64]:
    """Where the points of a coarse net over an array of the upright page, whose pixels are so
    large, lie on the scan.

    The way there is smooth. The net's points are the middles of squares, those of a frame around
    the page among them: what resizing assumes. Shape (rows, columns, 2).
    """
    us, vs = (pixel * (_NET * (np.arange(-1, n // _NET + 2) + 0.5)) - 0.5 for n in (width, height))
    scan = rect.to_scan(np.stack(np.meshgrid(us, vs), axis=-1).reshape(-1, 2))
    return scan.reshape(len(vs), len(us), 2)


def _between(net: NDArray[np.float64], width: int, height: int) -> NDArray[np.float32]:
    """The places on the scan of the pixels of a part of an array, from a net around it."""
    size = (net.shape[1] * _NET, net.shape[0] * _NET)
    every = cv2.resize(net.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(every[_NET : _NET + height, _NET : _NET + width])


def _moved(maps: PageMaps[Scan], rect: Rectification) -> PageMaps[Upright]:
    """The maps of a scan brought to its upright page."""
    width, height = (-(-n // _MAP) for n in (rect.width, rect.height))
    net = (_net(rect, width, height, _MAP) + 0.5) / maps.step - 0.5
    at = _between(net, width, height)
    turned = rect.quarter_turns % 2 == 1
    order = (maps.down, maps.across) if turned else (maps.across, maps.down)
    # four as the channels of one picture take no longer than two alone
    across, down, core, text = cv2.split(
        cv2.remap(cv2.merge([*order, maps.core, maps.text]), at, None, cv2.INTER_LINEAR)
    )
    foreign = np.asarray(cv2.remap(maps.foreign, at, None, cv2.INTER_LINEAR))
    return PageMaps(across, down, core, text, foreign, (_MAP, _MAP))


def _bend(curves: Curves, width: int, height: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Coefficients of the displacements across and down, in upright pixels, that make curves
    straight; empty where nothing is to be done.

    Long rulings and lines of text are samples of curves that should be level (or plumb, for
    vertical rulings). With a free offset for each curve, the shared polynomial follows by least
    squares.
    """
    shift_y = _fit(curves.across, 1, width, height, [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)])
    shift_x = _fit(curves.down, 0, width, height, [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3)])
    return shift_x, shift_y


def _fit(
    curves: Sequence[Points], axis: int, width: int, height: int, terms: list[tuple[int, int]]
) -> tuple[float, ...]:
    """Coefficients over ``MONOMIALS`` of the shared displacement along ``axis`` (0 across, 1 down).

    Curves are fitted robustly: those that the first fit leaves crooked (a signature, a torn edge)
    are dropped.
    """
    extent = (height, width)[axis]
    use = [MONOMIALS.index(t) for t in terms]
    for _ in range(T.rounds):
        reach = [float(np.ptp(c[:, 1 - axis])) for c in curves]
        if sum(reach) < T.all_curves * extent or max(reach, default=0) < T.longest_curve * extent:
            return ()
        points = np.concatenate(curves)
        size = np.array([len(c) for c in curves])
        first = np.cumsum(size) - size
        both = np.column_stack([monomials(points, width, height)[:, use], points[:, axis]])
        both -= np.repeat(np.add.reduceat(both, first) / size[:, None], size, axis=0)
        m, target = both[:, :-1], both[:, -1]
        weight = np.repeat(T.curve_weight / size, size)
        solved = np.linalg.solve(
            (m.T * weight) @ m + T.damping * np.eye(len(use)), (m.T * weight) @ target
        )
        residual = np.maximum.reduceat(np.abs(target - m @ solved), first)
        usual = float(np.median(residual))
        good = (residual < T.crooked_px) | (residual < T.crooked_times * usual)
        if good.all():
            break
        curves = [c for c, keep in zip(curves, good, strict=True) if keep]
    if np.abs(solved).max() < _STILL:
        return ()
    full = np.zeros(len(MONOMIALS))
    full[use] = solved
    return tuple(float(c) for c in full)
