"""Scan to upright page: quarter turn, fine angle, perspective and bow, in one resampling.

Everything is measured on a small copy; the page itself is resampled once, straight from scan pixels to the upright
page, because every resampling costs sharpness that a 200 dpi fax does not have.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, find_blobs
from ocr_form4.pixels.ink import ink
from ocr_form4_models.geometry import MONOMIALS, UPRIGHT_DPI, Box, Rectification, Upright, monomials
from ocr_form4_models.page import Gray, PageImage, UprightPage

SMALL_DPI = 100
"""Turn and angle are measured at this resolution."""
HALF_DPI = 150
"""Perspective and bow are measured at this one, and words looked for."""
MAX_SKEW = 6.0
_LEAST = 8
"""Pixels that a page has at least, either way: a damaged header may say that it is a line of one."""

Cut = Callable[[Box[Upright]], Gray]
"""Gives the pixels of a box of a level page."""
FlipTest = Callable[[Gray, Cut], bool]
"""Told a level page, upright or upside down, at HALF_DPI, and how to see boxes of it at UPRIGHT_DPI, says whether it
stands on its head."""


def deskew(page: PageImage, is_upside_down: FlipTest) -> UprightPage:
    """The page upright, level and flat, at ``UPRIGHT_DPI`` with square pixels."""
    small = _at(page, SMALL_DPI).pixels
    turns = 1 if _text_runs_down(ink(small)) else 0
    level = _angle(ink(np.rot90(small, turns)))
    half, source = _at(page, HALF_DPI), _smoothed(page)
    rect = _affine(page, turns, level)
    flat = _warp(half.pixels, _affine(half, turns, level, HALF_DPI))
    if is_upside_down(flat, lambda box: _warp_box(source, rect, box)):
        rect = _affine(page, turns + 2, level)
        flat = _warp(half.pixels, _affine(half, turns + 2, level, HALF_DPI))
    shift_x, shift_y = _bend(flat)
    if shift_x or shift_y:
        rect = Rectification(rect.matrix, rect.width, rect.height, shift_x, shift_y, rect.quarter_turns, rect.skew)
        upright = _warp_bent(source, rect)
    else:
        upright = _warp(source, rect)
    height, width = page.pixels.shape
    return UprightPage(page.number, upright, rect, page.dpi, (width, height), page.words)


def _at(page: PageImage, dpi: float) -> PageImage:
    """The page at about that resolution both ways, lying as it lies."""
    height, width = page.pixels.shape
    size = (max(_LEAST, round(width * dpi / page.dpi[0])), max(_LEAST, round(height * dpi / page.dpi[1])))
    shrinks = size[0] < width or size[1] < height
    pixels = cv2.resize(page.pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
    return PageImage(page.number, pixels, (page.dpi[0] * size[0] / width, page.dpi[1] * size[1] / height))


def _text_runs_down(mask: Mask) -> bool:
    """Whether lines of text run down the page (a quarter turn) rather than across it.

    Letters stand closer within a word than lines do: smearing a little along the line gives words, smearing across it
    gives nothing long. Counted is the length of elongated blobs of a letter's thickness.
    """

    def elongated(turned: Mask) -> int:
        smeared = cv2.morphologyEx(turned, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
        blobs = find_blobs(smeared)
        w, h = blobs.w, blobs.h
        return int(w[(h >= 5) & (h <= 24) & (w >= 3 * h) & (blobs.area > 0.3 * w * h)].sum())

    return elongated(np.ascontiguousarray(mask.T)) > elongated(mask)


def _angle(mask: Mask) -> float:
    """The angle of the lines, in degrees, positive where they sink to the right."""
    xy = np.argwhere(mask)[:, ::-1].astype(np.float32)
    if len(xy) < 50:
        return 0.0
    if len(xy) > 60_000:
        xy = xy[:: len(xy) // 60_000 + 1]

    def sharpness(degrees: float, every: int = 1) -> float:
        rows = xy[::every, 1] - np.tan(np.radians(degrees)) * xy[::every, 0]
        profile = np.bincount((rows - rows.min()).astype(np.int32)).astype(np.float64)
        return float((np.diff(profile) ** 2).sum())

    coarse = max(np.arange(-MAX_SKEW, MAX_SKEW + 0.01, 0.25), key=lambda degrees: sharpness(degrees, 4))
    fine = max(np.arange(coarse - 0.25, coarse + 0.251, 0.05), key=sharpness)
    return float(fine)


def _affine(page: PageImage, turns: int, level: float, to: float = UPRIGHT_DPI) -> Rectification:
    """Scan to flat pixels: square at ``to`` dpi, ``turns`` quarter turns to the left, then level."""
    turns %= 4
    height, width = page.pixels.shape
    sx, sy = to / page.dpi[0], to / page.dpi[1]
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
    center = np.array([[1, 0, -w / 2], [0, 1, -h / 2], [0, 0, 1]])
    matrix = np.linalg.inv(center) @ level_matrix @ center @ turn @ scale
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in matrix)
    return Rectification(rows, max(_LEAST, round(w)), max(_LEAST, round(h)), quarter_turns=turns, skew=level)


def _smoothed(page: PageImage) -> Gray:
    """The scan's pixels, smoothed where it is finer than the upright page: warping takes single pixels."""
    shrink = UPRIGHT_DPI / float(np.sqrt(page.dpi[0] * page.dpi[1]))
    return page.pixels if shrink >= 0.75 else cv2.GaussianBlur(page.pixels, (0, 0), 0.45 / shrink)


def _warp(pixels: Gray, rect: Rectification) -> Gray:
    """The level page's pixels, shape (rect.height, rect.width); the bend is not looked at."""
    matrix = np.asarray(rect.matrix)[:2]
    if pixels.shape == (rect.height, rect.width) and np.allclose(matrix, np.eye(2, 3), atol=1e-6):
        return pixels
    size = (rect.width, rect.height)
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255))


def _warp_box(pixels: Gray, rect: Rectification, box: Box[Upright]) -> Gray:
    """What ``_warp`` has in a box."""
    rows, columns = box.pixels(rect.height, rect.width)
    matrix = np.asarray(rect.matrix)[:2] - [[0, 0, columns.start], [0, 0, rows.start]]
    size = (columns.stop - columns.start, rows.stop - rows.start)
    return np.asarray(cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255))


def _warp_bent(pixels: Gray, rect: Rectification) -> Gray:
    """The upright page's pixels, shape (rect.height, rect.width), perspective and bow undone."""
    step, stripe = 32, 128  # the displacement is smooth: computed on a coarse net, interpolated between
    # the net's points are the middles of squares, those of a frame around the page among them: what resizing assumes
    us, vs = (step * (np.arange(-1, n // step + 2) + 0.5) - 0.5 for n in (rect.width, rect.height))
    net = rect.to_scan(np.stack(np.meshgrid(us, vs), axis=-1).reshape(-1, 2)).reshape(len(vs), len(us), 2)
    upright = np.empty((rect.height, rect.width), np.uint8)
    for top in range(0, rect.height, stripe):  # a whole page of coordinates is 67 MB: slower to get than to fill
        part = net[top // step : (top + stripe) // step + 2].astype(np.float32)
        every = cv2.resize(part, (len(us) * step, len(part) * step), interpolation=cv2.INTER_LINEAR)
        scan = every[step : step + min(stripe, rect.height - top), step : step + rect.width]
        upright[top : top + stripe] = cv2.remap(pixels, scan, None, cv2.INTER_CUBIC, borderValue=255)
    return upright


def _bend(flat: Gray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Coefficients of the displacements across and down that make lines straight; empty where nothing is to be done.

    ``flat`` is the level page at HALF_DPI; the coefficients are in pixels of the upright page.

    Long rulings and lines of text are samples of curves that should be level (or upright, for vertical rulings). With
    a free offset for each curve, the shared polynomial follows by least squares.
    """
    mask = ink(flat, 31, 12)
    across = _curves(mask, length=60) + _text_curves(mask)
    down = [c[:, ::-1] for c in _curves(np.ascontiguousarray(mask.T), length=60)]
    height, width = flat.shape
    scale = UPRIGHT_DPI / HALF_DPI
    shift_y = _fit(across, 1, width, height, [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)])
    shift_x = _fit(down, 0, width, height, [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3)])
    return tuple(scale * c for c in shift_x), tuple(scale * c for c in shift_y)


def _curves(mask: Mask, length: int) -> list[NDArray[np.float64]]:
    """Center points (x, y), one curve an array, of the long horizontal rulings in a mask."""
    blobs = find_blobs(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, 25), np.uint8)))
    long = (blobs.w >= length) & (blobs.area <= 9 * blobs.w)
    row, column, of = blobs.pixels(long)
    first = np.cumsum(blobs.w) - blobs.w  # each piece has its columns in one array for all
    at = first[of] + column - blobs.x[of]
    count = np.bincount(at, minlength=int(blobs.w.sum()))
    total = np.bincount(at, row, minlength=len(count))
    curves = []
    for k in np.flatnonzero(long):
        columns = np.arange(first[k], first[k] + blobs.w[k], 6)
        middle = total[columns] / count[columns]
        curves.append(np.stack([blobs.x[k] + columns - first[k], middle], axis=1))
    return curves


def _text_curves(mask: Mask) -> list[NDArray[np.float64]]:
    """Center points of long lines of text, averaged over words so that single ascenders do not tell."""
    smeared = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 17), np.uint8))
    blobs = find_blobs(smeared, with_labels=True)
    long = (blobs.w >= 300) & (blobs.h >= 8) & (blobs.h <= 60) & (blobs.area >= 0.15 * blobs.w * blobs.h)
    curves = []
    for k in np.flatnonzero(long):
        x, y, w, h = int(blobs.x[k]), int(blobs.y[k]), int(blobs.w[k]), int(blobs.h[k])
        words = (w - 1) // 50
        part = blobs.labels[y : y + h, x : x + 50 * words] == k + 1
        inked = part.reshape(h, words, 50).sum(axis=2) > 12
        top, bottom = inked.argmax(axis=0), h - 1 - inked[::-1].argmax(axis=0)
        flat = inked.any(axis=0) & (bottom - top < 22)
        if flat.sum() >= 5:
            middle = y + (top + bottom) / 2
            curves.append(np.stack([x + 25.0 + 50 * np.arange(words), middle], axis=1)[flat])
    return curves


def _fit(
    curves: list[NDArray[np.float64]], axis: int, width: int, height: int, terms: list[tuple[int, int]]
) -> tuple[float, ...]:
    """Coefficients over ``MONOMIALS`` of the shared displacement along ``axis`` (0 across, 1 down).

    Curves are fitted robustly: those that the first fit leaves crooked (a signature, a torn edge) are dropped.
    """
    extent = (height, width)[axis]
    use = [MONOMIALS.index(t) for t in terms]
    for _ in range(3):
        reach = [float(np.ptp(c[:, 1 - axis])) for c in curves]
        if sum(reach) < 1.5 * extent or max(reach, default=0) < 0.3 * extent:
            return ()
        points = np.concatenate(curves)
        size = np.array([len(c) for c in curves])
        first = np.cumsum(size) - size
        both = np.column_stack([monomials(points, width, height)[:, use], points[:, axis]])
        both -= np.repeat(np.add.reduceat(both, first) / size[:, None], size, axis=0)
        m, target = both[:, :-1], both[:, -1]
        weight = np.repeat(16 / size, size)
        solved = np.linalg.solve((m.T * weight) @ m + 0.3 * np.eye(len(use)), (m.T * weight) @ target)
        residual = np.maximum.reduceat(np.abs(target - m @ solved), first)
        good = residual < max(2.5, 3 * float(np.median(residual)))
        if good.all():
            break
        curves = [c for c, keep in zip(curves, good, strict=True) if keep]
    if np.abs(solved).max() < 0.4:
        return ()
    full = np.zeros(len(MONOMIALS))
    full[use] = solved
    return tuple(float(c) for c in full)
