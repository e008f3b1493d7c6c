"""Scan to upright page: quarter turn, fine angle, perspective and bow, in one resampling.

Everything is measured on a small copy; the page itself is resampled once, straight from scan pixels to the upright
page, because every resampling costs sharpness that a 200 dpi fax does not have.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.geometry import MONOMIALS, UPRIGHT_DPI, Rectification, monomials
from ocr_form4_models.page import Gray, PageImage, UprightPage

SMALL_DPI = 100
"""Turn and angle are measured at this resolution."""
WARP_DPI = 150
"""Perspective and bow are measured at this one."""
MAX_SKEW = 6.0
_LEAST = 8
"""Pixels that a page has at least, either way: a damaged header may say that it is a line of one."""

FlipTest = Callable[[Gray], bool]
"""Told an upright-or-upside-down page (SMALL_DPI x 3 = UPRIGHT_DPI pixels), says whether it stands on its head."""

Mask = NDArray[np.uint8]


def deskew(page: PageImage, is_upside_down: FlipTest) -> UprightPage:
    """The page upright, level and flat, at ``UPRIGHT_DPI`` with square pixels."""
    small = _resample(page.pixels, page.dpi, SMALL_DPI)
    turns = 1 if _text_runs_down(ink(small)) else 0
    level = _angle(ink(np.rot90(small, turns)))
    rect = _affine(page, turns, level)
    flat = _warp(page.pixels, rect)
    if is_upside_down(flat):
        rect = _affine(page, turns + 2, level)
        flat = _warp(page.pixels, rect)
    shift_x, shift_y = _bend(flat)
    if shift_x or shift_y:
        rect = Rectification(rect.matrix, rect.width, rect.height, shift_x, shift_y, rect.quarter_turns, rect.skew)
        flat = _warp(page.pixels, rect)
    height, width = page.pixels.shape
    return UprightPage(page.number, flat, rect, page.dpi, (width, height), page.words)


def ink(pixels: Gray, window: int = 41, darker: int = 14) -> Mask:
    """255 where a pixel is clearly darker than its surroundings, else 0; of the same shape."""
    method, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    return np.asarray(cv2.adaptiveThreshold(np.ascontiguousarray(pixels), 255, method, kind, window, darker))


def _resample(pixels: Gray, dpi: tuple[float, float], to: float) -> Gray:
    height, width = pixels.shape
    size = (max(_LEAST, round(width * to / dpi[0])), max(_LEAST, round(height * to / dpi[1])))
    shrinks = size[0] < width or size[1] < height
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC))


def _text_runs_down(mask: Mask) -> bool:
    """Whether lines of text run down the page (a quarter turn) rather than across it.

    Letters stand closer within a word than lines do: smearing a little along the line gives words, smearing across it
    gives nothing long. Counted is the length of elongated blobs of a letter's thickness.
    """

    def elongated(turned: Mask) -> int:
        smeared = cv2.morphologyEx(turned, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(smeared)
        w, h, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
        letters = (h >= 5) & (h <= 24) & (w >= 3 * h) & (area > 0.3 * w * h)
        return int(w[letters].sum())

    return elongated(np.ascontiguousarray(mask.T)) > elongated(mask)


def _angle(mask: Mask) -> float:
    """The angle of the lines, in degrees, positive where they sink to the right."""
    xy = np.argwhere(mask)[:, ::-1].astype(np.float32)
    if len(xy) < 50:
        return 0.0
    if len(xy) > 60_000:
        xy = xy[:: len(xy) // 60_000 + 1]

    def sharpness(degrees: float) -> float:
        rows = xy[:, 1] - np.tan(np.radians(degrees)) * xy[:, 0]
        profile = np.bincount((rows - rows.min()).astype(np.int32)).astype(np.float64)
        return float((np.diff(profile) ** 2).sum())

    coarse = max(np.arange(-MAX_SKEW, MAX_SKEW + 0.01, 0.25), key=sharpness)
    fine = max(np.arange(coarse - 0.25, coarse + 0.251, 0.05), key=sharpness)
    return float(fine)


def _affine(page: PageImage, turns: int, level: float) -> Rectification:
    """Scan to flat pixels: square at ``UPRIGHT_DPI``, ``turns`` quarter turns to the left, then level."""
    turns %= 4
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
    center = np.array([[1, 0, -w / 2], [0, 1, -h / 2], [0, 0, 1]])
    matrix = np.linalg.inv(center) @ level_matrix @ center @ turn @ scale
    rows = tuple((float(r[0]), float(r[1]), float(r[2])) for r in matrix)
    return Rectification(rows, max(_LEAST, round(w)), max(_LEAST, round(h)), quarter_turns=turns, skew=level)


def _warp(pixels: Gray, rect: Rectification) -> Gray:
    """The upright page's pixels, shape (rect.height, rect.width)."""
    matrix = np.asarray(rect.matrix)
    shrink = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    if shrink < 0.75:  # remapping takes single pixels: smooth first what would alias
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.45 / shrink)
    size = (rect.width, rect.height)
    if not rect.shift_x and not rect.shift_y:
        return np.asarray(cv2.warpAffine(pixels, matrix[:2], size, flags=cv2.INTER_CUBIC, borderValue=255))
    step = 32  # the displacement is smooth: computed on a coarse net, interpolated between
    us, vs = np.arange(0, rect.width + step, step), np.arange(0, rect.height + step, step)
    net = np.stack(np.meshgrid(us, vs), axis=-1).reshape(-1, 2).astype(float)
    scan = rect.to_scan(net).reshape(len(vs), len(us), 2).astype(np.float32)
    index_x = np.tile((np.arange(rect.width, dtype=np.float32) / step)[None, :], (rect.height, 1))
    index_y = np.tile((np.arange(rect.height, dtype=np.float32) / step)[:, None], (1, rect.width))
    full = cv2.remap(scan, index_x, index_y, cv2.INTER_LINEAR)
    return np.asarray(cv2.remap(pixels, full, None, cv2.INTER_CUBIC, borderValue=255))


def _bend(flat: Gray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Coefficients of the displacements across and down that make lines straight; empty where nothing is to be done.

    Long rulings and lines of text are samples of curves that should be level (or upright, for vertical rulings). With
    a free offset for each curve, the shared polynomial follows by least squares.
    """
    small = _resample(flat, (UPRIGHT_DPI, UPRIGHT_DPI), WARP_DPI)
    mask = ink(small, 31, 12)
    across = _curves(mask, length=60) + _text_curves(mask)
    down = [c[:, ::-1] for c in _curves(np.ascontiguousarray(mask.T), length=60)]
    height, width = small.shape
    scale = UPRIGHT_DPI / WARP_DPI
    shift_y = _fit(across, 1, width, height, [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0)])
    shift_x = _fit(down, 0, width, height, [(0, 1), (1, 1), (0, 2), (1, 2), (0, 3)])
    return tuple(scale * c for c in shift_x), tuple(scale * c for c in shift_y)


def _curves(mask: Mask, length: int) -> list[NDArray[np.float64]]:
    """Center points (x, y), one curve an array, of the long horizontal rulings in a mask."""
    opened = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, 25), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(opened)
    curves = []
    for k in range(1, count):
        x, y, w, h, area = stats[k]
        if w < length or area > 9 * w:
            continue
        part = labels[y : y + h, x : x + w] == k
        columns = np.flatnonzero(part.any(axis=0))[::6]
        rows = np.arange(h)[:, None]
        middle = (part[:, columns] * rows).sum(axis=0) / part[:, columns].sum(axis=0)
        curves.append(np.stack([x + columns, y + middle], axis=1).astype(float))
    return curves


def _text_curves(mask: Mask) -> list[NDArray[np.float64]]:
    """Center points of long lines of text, averaged over words so that single ascenders do not tell."""
    smeared = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 17), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(smeared)
    curves = []
    for k in range(1, count):
        x, y, w, h, area = stats[k]
        if w < 300 or not 8 <= h <= 60 or area < 0.15 * w * h:
            continue
        part = labels[y : y + h, x : x + w] == k
        points = []
        for left in range(0, w - 50, 50):
            rows = np.flatnonzero(part[:, left : left + 50].sum(axis=1) > 12)
            if len(rows) and rows[-1] - rows[0] < 22:
                points.append((x + left + 25.0, y + (rows[0] + rows[-1]) / 2))
        if len(points) >= 5:
            curves.append(np.asarray(points))
    return curves


def _fit(
    curves: list[NDArray[np.float64]], axis: int, width: int, height: int, terms: list[tuple[int, int]]
) -> tuple[float, ...]:
    """Coefficients over ``MONOMIALS`` of the shared displacement along ``axis`` (0 across, 1 down).

    Curves are fitted robustly: those that the first fit leaves crooked (a signature, a torn edge) are dropped.
    """
    along = 1 - axis
    extent = (width, height)[along]
    for _ in range(3):
        reach = [c[:, along].max() - c[:, along].min() for c in curves]
        if sum(reach) < 1.5 * extent or max(reach, default=0) < 0.3 * extent:
            return ()
        use = [MONOMIALS.index(t) for t in terms]
        blocks, target = [], []
        for c in curves:
            m = monomials(c, width, height)[:, use]
            weight = np.sqrt(len(c))
            blocks.append((m - m.mean(axis=0)) / weight * 4)
            target.append((c[:, axis] - c[:, axis].mean()) / weight * 4)
        a, b = np.vstack(blocks), np.concatenate(target)
        ridge = 0.3 * np.eye(len(use))
        solved = np.linalg.solve(a.T @ a + ridge, a.T @ b)
        residual = []
        for c in curves:
            m = monomials(c, width, height)[:, use] @ solved
            r = (c[:, axis] - c[:, axis].mean()) - (m - m.mean())
            residual.append(float(np.abs(r).max()))
        good = [c for c, r in zip(curves, residual, strict=True) if r < max(2.5, 3 * float(np.median(residual)))]
        if len(good) == len(curves):
            break
        curves = good
    if np.abs(solved).max() < 0.4:
        return ()
    full = np.zeros(len(MONOMIALS))
    full[use] = solved
    return tuple(float(c) for c in full)
