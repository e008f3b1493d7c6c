"""Streaks: what dirt on a scanner's glass or a roller draws from one end of the page to the other.

No ruling of a whole form reaches the page's edge, and none goes on from its head to its foot:
headers and tables end between. A streak is taken for one, all the same, and divides every box and
column that it goes through. Where a form is cut off at both ends, its rulings do go on from one to
the other: others end at those, and none at a streak.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, find_blobs, stretches
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

_EDGE, _SIDE = 0.02, 0.03
"""A streak begins and ends no further from the page's edges, in shares of its length; one nearer
than ``_SIDE`` to the page's sides is the edge of the sheet. On the fixtures all 4,575 are 33.10
times it or more (``_SIDE``).
"""
_BEGINS = 0.05
"""Of the page's length: a shorter piece at an edge does not tell where a streak goes. On the
fixtures 30 of 97 are 0.65 times it or less, the others 1.01 or more.
"""
_COVERED = 0.6
"""The share of the page's length along which a streak is seen at least: of 121 lines on 280 scans
that begin at an edge 95 are seen along 0.60 or more, nine of ten of them 0.71; half of the others
along 0.32 or less.
"""
_ASIDE = 4
"""How far off its straight line a streak is seen, in half-resolution pixels. On the fixtures 889 of
4,048 are 1.00 times it or less, the others 1.00 or more.
"""
WIDEST = 14
"""How far aside of its line a streak reaches at most, in half-resolution pixels (with 7 and with 28
36 scans, seven of them with streaks, are read the same; without a bound 43 more fields of one of 25
scans by hands to learn from are looked at), ...
"""
_FADES = 0.2
"""... as far as it is darker than the paper beside it by this share of what it is at its darkest.
With 0.1 and with 0.4 no value of those is another.
"""
_DARKER, _ALONG = 40.0, 75.0
"""How much darker than the paper beside it a streak is, of 255, and along how many hundredths of
its length: a column's ruling may go along half of a page, and a paler one is as a ruling to nobody.
"""
_HAIRLINE = 3
"""A streak as thin as a pixel lies in one column of half-resolution pixels here and in the next
there: they are looked at together, so many at a time. Such a one went through one of 60 scans by
hands to learn from, and divided its table.
"""
_ENDS_FROM, _ENDS_TO = 5, 14
"""Where a ruling that ends at a line is seen beside it, in half-resolution pixels. From 2 or 10 on,
and up to 7 or 28, 36 scans and the streaks and cut faxes of tests/segment/test_streaks.py are
divided the same.
"""
_CUT_OFF, _MOST = 2, 0.5
"""Rulings that end at a line, in number and as a share of all that reach it, from which it is one
of the form's: at the edges of tables that a fax cut off it is all of them, at five streaks drawn
through fixtures at most 2 of 36.
"""
_TILE = 12
"""Side, in upright pixels, of the squares in which the course of a streak is told. With 6 and with
24 no value of 36 scans is another.
"""


def find_streaks(down: Mask, across: Mask, pixels: Gray) -> Mask:
    """What streaks cover of a page that run down it, by its masks of rulings down and across and
    its pixels, all at half resolution: those that run across are found with all transposed.
    """
    covered = np.zeros_like(down)
    lines = _from_end_to_end(down)
    if any(_ends_others(across, at) for at in lines):
        return covered
    for at in lines:
        cover(covered, pixels, at)
    return covered


def cover(covered: Mask, pixels: Gray, at: NDArray[np.floating], first_row: int = 0) -> None:
    """Mark what a streak covers, given by its x in each row from ``first_row`` on, as broad as it
    is; all at half resolution.
    """
    rows = first_row + np.arange(len(at))
    for off in _breadth(pixels, rows, at):
        covered[rows, np.clip(np.round(at + off), 0, covered.shape[1] - 1).astype(int)] = 255


def _from_end_to_end(down: Mask) -> list[NDArray[np.floating]]:
    """The lines that go from one end of the page to the other, each by its x at every y."""
    height, width = down.shape
    edge = _EDGE * height
    ends = max(1, int(edge))
    if not (down[:ends].any() and down[-ends:].any()):
        return []
    blobs = find_blobs(down)
    begins = ((blobs.y < edge) | (blobs.y + blobs.h > height - edge)) & (
        blobs.h >= _BEGINS * height
    )
    if not begins.any():
        return []
    lines = []
    rows, columns = np.nonzero(down)
    for k in np.flatnonzero(begins):
        own = (
            slice(blobs.y[k], blobs.y[k] + blobs.h[k]),
            slice(blobs.x[k], blobs.x[k] + blobs.w[k]),
        )
        y, x = np.nonzero(down[own])
        line = _line(y + blobs.y[k], x + blobs.x[k], rows, columns, height)
        at = line[0] * np.arange(height) + line[1]
        inside = (at > _SIDE * width) & (at < (1 - _SIDE) * width)
        if inside.all() and _goes_through(down, at, edge):
            lines.append(at)
    return lines


def _ends_others(across: Mask, at: NDArray[np.floating]) -> bool:
    """Whether most rulings that reach a line end at it, and do not go on behind it."""
    rows, last = np.arange(len(at)), across.shape[1] - 1
    left, right = np.zeros(len(at), bool), np.zeros(len(at), bool)
    for off in range(_ENDS_FROM, _ENDS_TO + 1):
        left |= across[rows, np.clip(np.round(at - off), 0, last).astype(int)] > 0
        right |= across[rows, np.clip(np.round(at + off), 0, last).astype(int)] > 0
    ends = reach = 0
    for one, other in ((left, right), (right, left)):
        found = stretches(one)
        ends += sum(not other[a:b].any() for a, b in found)
        reach += len(found)
    return ends >= _CUT_OFF and ends >= _MOST * reach


def _line(
    y: NDArray[np.intp],
    x: NDArray[np.intp],
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    height: int,
) -> NDArray[np.floating]:
    """The straight line (slope, x at the head) of which a piece is a part: it is found anew from
    what lies on it, further and further on, up to the page's end.
    """
    line = np.polyfit(y, x, 1)
    low, high = float(y.min()), float(y.max())
    while high - low < height - 1:
        low, high = max(0.0, 2 * low - high), min(height - 1.0, 2 * high - low)
        near = (rows >= low) & (rows <= high)
        near &= np.abs(columns - np.polyval(line, rows)) <= _ASIDE
        line = np.polyfit(rows[near], columns[near], 1)
    return np.asarray(line)


def _breadth(pixels: Gray, rows: NDArray[np.intp], at: NDArray[np.floating]) -> list[int]:
    """How far off its line, in half-resolution pixels, a streak reaches: as far as the page is
    darker there along most of its length, whatever it crosses. Nothing where it is not, but a
    ruling on a part of the line, say, and a fold on the rest of it; nor in a broad shadow.
    """
    last = pixels.shape[1] - 1
    offs = np.arange(-WIDEST, WIDEST + 1)
    beside = np.clip(np.round(at[:, None] + offs).astype(int), 0, last)
    strip = pixels[rows[:, None], beside]
    for joined in (strip, cv2.erode(strip, np.ones((1, _HAIRLINE), np.uint8))):
        levels = np.percentile(joined, _ALONG, axis=0)
        depth = levels.max() - levels.min()
        edge = levels.max() - _FADES * depth
        if depth >= _DARKER and min(levels[0], levels[-1]) > edge:
            return [int(off) for off in offs[levels <= edge]]
    return []


def _goes_through(down: Mask, at: NDArray[np.floating], edge: float) -> bool:
    """Whether a line is seen along most of the page, from one end of it to the other."""
    height, width = down.shape
    seen = np.zeros(height, bool)
    for off in range(-_ASIDE, _ASIDE + 1):
        column = np.clip(np.round(at + off), 0, width - 1).astype(int)
        seen |= down[np.arange(height), column] > 0
    ends = max(1, int(edge))
    return bool(seen[:ends].any() and seen[-ends:].any() and seen.mean() >= _COVERED)


def clear(down: Mask, at: NDArray[np.floating], first_row: int) -> None:
    """Take a line out of a mask, given by its x in each row from ``first_row`` on."""
    rows, last = first_row + np.arange(len(at)), down.shape[1] - 1
    for off in range(-_ASIDE, _ASIDE + 1):
        down[rows, np.clip(np.round(at + off), 0, last).astype(int)] = 0


def bridged(pixels: Gray, streaks: tuple[Mask, ...]) -> Gray:
    """The page with what streaks cover, down it and across, filled in from both sides of
    them: the strokes that a streak crosses go on under it.
    """
    down, across = streaks
    if down.size:
        pixels = _bridged(pixels, down)
    if across.size:
        pixels = np.ascontiguousarray(_bridged(np.ascontiguousarray(pixels.T), across.T).T)
    return pixels


def _bridged(pixels: Gray, streaks: Mask) -> Gray:
    flat = pixels.ravel()
    covered = streaks.ravel() > 0
    free = np.flatnonzero(~covered)
    filled = flat.copy()
    filled[covered] = np.round(np.interp(np.flatnonzero(covered), free, flat[free]))
    return filled.reshape(pixels.shape)


def streaked_places(streaks: tuple[Mask, ...]) -> tuple[Box[Upright], ...]:
    """Where streaks run, down the page or across, piece by piece: what they go through is not what
    was printed.
    """
    row, column = np.concatenate([np.nonzero(mask) for mask in streaks], axis=1)
    tiles = np.unique(np.stack([column // _TILE, row // _TILE], axis=1), axis=0) * _TILE
    return tuple(Box(x, y, x + _TILE, y + _TILE) for x, y in tiles.tolist())
