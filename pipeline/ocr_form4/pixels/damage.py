"""How bad a scan is, measured on its pixels before anything is made of them.

A page that is unlike those that the readers learned on is to be trusted less, however sure they are
of it: what makes it so shows in the picture. Cheap on purpose: a few sums over every other row or
column.

Its numbers are a part of what the confidence was fitted with (``weights/confidence.json``, by
scripts/calibrate.py): a change of one wants a fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.focus import softness
from ocr_form4.pixels.levels import level_at
from ocr_form4.pixels.means import band_means, block_means, whole_levels
from ocr_form4_models.page import Damage, Gray

Floats = NDArray[np.float64]
_BLOCK = 16
"""Pixels a side of a block of which the brightest are its paper: larger than a letter's strokes. A
page of fewer than four is not measured; the smallest of 458 on 280 scans has 13 times as many.
"""
_TALLEST = 3600
"""Rows beyond which a page is measured at half its resolution: a letter sheet at 300 dpi has 3,300.
"""
_BLACKEST = 0.005
"""Of a thousand of a page's pixels 5 are as black as its ink."""
_ANY_INK = 8.0
"""Levels between paper and the blackest below which there is nothing on the page: of 458 pages five
are empty, with 3 or less, the others have 14 or more.
"""
_PARTS = 48
"""Parts of a row, the brightest quarter of which are paper."""
_AROUND = 15
"""Rows to each side among which a row's level is compared."""
_FAINT_STREAK = 16.0
"""Levels beyond which a row that differs counts no more: rulings are few and black."""
_STANDS_OUT = 60
"""Levels by which a pixel has to differ from those around it to be grain."""
_LETTER = 13
"""Rows of a letter of small print in a fax, within which rows differ alike."""
_PRINT = 0.004
"""Mean difference of neighbouring rows, as a share of white, above which there is print: of
2,404,349 rows 1,957,707 have more, half of them 0.02; half of the others 0.0006 or less.
"""


def measured(page: Gray) -> Damage:
    """The damage of a page as scanned, (height, width), in four digits, so that NAME.json holds all
    of it.
    """
    import cv2

    if max(page.shape) > _TALLEST:
        page = np.asarray(
            cv2.resize(
                page, (page.shape[1] // 2, page.shape[0] // 2), interpolation=cv2.INTER_AREA
            ),
            np.uint8,
        )
    height, width = page.shape
    if min(height, width) < 4 * _BLOCK:
        return Damage()
    small = block_means(page, height // _BLOCK, width // _BLOCK)
    paper = cv2.GaussianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), (0, 0), 2).astype(
        np.float32
    )
    white, black = float(np.median(paper)), level_at(page[::4, ::4], _BLACKEST)
    contrast = white - black
    if contrast < _ANY_INK:
        return Damage()
    rows, columns = np.ascontiguousarray(page[:, ::3]), cv2.transpose(page[::3])
    return Damage(
        faint=round(max(0.0, 1 - contrast / 255), 4),
        soft=round(softness(page, contrast), 4),
        grain=round(_grain(page, white - contrast / 2), 4),
        uneven=round(float(paper.std()) / 255, 4),
        streaks=round(max(_banding(p) for p in (rows, columns)), 4),
        lost_rows=round(max(_lost(p) for p in (rows, columns)), 4),
    )


def _grain(page: Gray, ink_below: float) -> float:
    """The share of bare paper that stands out, in the middle of the page; what a median leaves of
    ink is print.
    """
    import cv2

    page = page[page.shape[0] // 4 : page.shape[0] * 3 // 4]
    calm = cv2.medianBlur(page, 3)
    bare = cv2.erode((calm >= ink_below).astype(np.uint8), np.ones((7, 7), np.uint8))
    apart = cv2.compare(cv2.absdiff(page, calm), _STANDS_OUT, cv2.CMP_GT)
    return float(cv2.countNonZero(cv2.bitwise_and(apart, apart, mask=bare))) / max(
        1, cv2.countNonZero(bare)
    )


def _banding(page: Gray) -> float:
    """How far the rows' paper is from that of the rows around them."""
    import cv2

    means = band_means(np.asarray(cv2.transpose(page)), min(_PARTS, page.shape[1]))
    darker = 3 * len(means) // 4
    level = np.partition(whole_levels(means.T), darker, axis=1)[:, darker:].mean(axis=1)
    off = np.abs(level - _usual(level, _AROUND))
    return float(np.minimum(off, _FAINT_STREAK).mean()) / 255


def _lost(page: Gray) -> float:
    """Of the rows within print, those that repeat the one before and are followed by a jump: some
    were lost there.
    """
    import cv2

    apart = cv2.absdiff(page[1:], page[:-1])
    steps = cv2.reduce(apart, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[:, 0] / page.shape[1] / 255
    usual = _usual(steps, _LETTER // 2)
    repeated, jump = steps[:-1] < 0.15 * usual[:-1], steps[1:] > 1.3 * usual[1:]
    print_ = usual > _PRINT
    return float((repeated & jump & print_[:-1]).sum()) / max(1, int(print_.sum()))


def _usual(values: Floats, around: int) -> Floats:
    """The median of each value and of so many on both sides of it, of those at the ends again and
    again.
    """
    padded = np.pad(values, around, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * around + 1)
    return np.asarray(np.sort(windows, axis=1)[:, around])
