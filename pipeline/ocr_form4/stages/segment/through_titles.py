"""Streaks that a table's title tells: a title stands in the middle of its band, and no ruling
divides it.

A streak that fades on its way is seen in pieces, each like a ruling; one piece goes through a title
as soon as the streak reaches from the header into a table. What it divides over the first title is
put right; within a table the columns' proportions tell it (``columns``), as a piece may have run
together with a ruling there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, find_blobs
from ocr_form4.stages.segment.frames import Band, Frame
from ocr_form4.stages.segment.frames import T as OF_FRAMES
from ocr_form4.stages.segment.grid import T as OF_TABLES
from ocr_form4.stages.segment.rulings import HALF, PageInk, segments_of, whole_mask
from ocr_form4.stages.segment.streaks import clear, cover
from ocr_form4_models.layout import Glyphs, Rulings
from ocr_form4_models.page import Gray

_LETTERS, _OFF_MIDDLE, _MARGIN = 12, 0.03, 0.08
"""A title has more letters, its middle is no further off its frame's, and it has as much paper at
both ends, in shares of the frame's width: of 103 bands lower than ``title_px`` on 60 scans that
nothing divides 102 have 40 letters or more, off by 0.025 or less, with 0.116 or more at both ends;
of 240 that are divided none is so, and three titles that streaks go through are.
"""
_ENDS_HUNDREDTHS = 5, 95
"""Of a band's letters, by their place: what stands farther left and right may be dirt. With 2 and
98 three of 180 titles of 96 scans are not told, with 10 and 90 seven bands more are.
"""
_STRIP_HALF_PX = 20
"""A streak's piece is looked for as far to both sides of where it goes through a title, in
half-resolution pixels: 30 pieces on those scans are 2.5 aside or less there, and lean over the
rest of their length.
"""
_LETTERS_HIGH_HALF_PX = 20
"""Where letters of a title stand on a streak it may not be seen. A ruling's gap is the whole band:
73 titles' on the fixtures are 30 to 61 of these pixels high.
"""
_OFF_LINE_HALF_PX, _OFF_LINE = 4, 0.05
"""No more of a streak's pixels lie further off its straight line: of 27 pieces that go through
titles of 12 scans with streaks none has more than 0.008 there.
"""
_AT_RULING_HALF_PX = 4
"""A piece whose both ends lie as near to rulings across is a ruling: two of 246 scans have such a
one through a title's band, 2.2 or less off at both ends, and it is the header's.
"""


def without_streaks(
    rulings: Rulings, ink: PageInk, pixels: Gray, frames: Sequence[Frame], glyphs: Glyphs
) -> tuple[Rulings, PageInk] | None:
    """The page's rulings and ink, with what goes through a title told as streaks; None where
    nothing does.
    """
    lines = [
        line
        for frame in frames
        for x, band, is_first in _through_titles(frame, rulings, glyphs)
        if (line := _streak(ink.down, x, band, is_first, _levels(frame)))
    ]
    if not lines:
        return None
    down, covered = ink.down.copy(), np.zeros_like(ink.down)
    small = np.asarray(cv2.resize(pixels, down.shape[::-1], interpolation=cv2.INTER_AREA))
    for first, at in lines:
        cover(covered, small, at, first)
        clear(down, at, first)
    others, across = ink.streaks
    streaks = whole_mask(covered, pixels)
    streaks = streaks | others if others.size else streaks
    vertical = segments_of(np.asarray(cv2.transpose(down)))
    return replace(rulings, vertical=vertical), replace(ink, down=down, streaks=(streaks, across))


def _through_titles(
    frame: Frame, rulings: Rulings, glyphs: Glyphs
) -> list[tuple[float, Band, bool]]:
    """The x at which something may go through a title of a frame, the title's band, and whether it
    is the first: what stands over that is the header.
    """
    found = []
    left, right = frame.left + OF_FRAMES.edge_px, frame.right - OF_FRAMES.edge_px
    titles = [b for b, table in pairwise(frame.bands) if _is_title(b, table, frame, glyphs)]
    for band in titles:
        over = [s.at for s in rulings.vertical if s.start < band.top and s.end > band.bottom]
        inner = {float(round(x)) for x in (*band.columns, *over) if left < x < right}
        found += [(x, band, band is titles[0]) for x in sorted(inner)]
    return found


def _levels(frame: Frame) -> NDArray[np.floating]:
    """Where rulings across a frame are, in rows of the half-resolution masks."""
    return np.array([y for b in frame.bands for y in (b.top, b.bottom)]) / HALF


def _is_title(band: Band, below: Band, frame: Frame, glyphs: Glyphs) -> bool:
    """Whether the letters of a band are a title's: in the middle, with paper at both ends, right
    over a table, of whose rulings no more than half go on in it.
    """
    is_over_table = below.leaves >= max(OF_TABLES.divided_leaves, 2 * band.leaves)
    if band.bottom - band.top >= OF_TABLES.title_px or not is_over_table:
        return False
    x, y = (glyphs.places[:, :2] + glyphs.places[:, 2:]).T / 2
    at = x[(band.top < y) & (y < band.bottom)]
    if len(at) <= _LETTERS:
        return False
    start, end = np.percentile(at, _ENDS_HUNDREDTHS)
    width = frame.right - frame.left
    off = abs((start + end) - (frame.left + frame.right)) / 2
    paper = min(start - frame.left, frame.right - end)
    return bool(off <= _OFF_MIDDLE * width and paper >= _MARGIN * width)


def _streak(
    down: Mask, x: float, band: Band, is_first: bool, levels: NDArray[np.floating]
) -> tuple[int, NDArray[np.floating]] | None:
    """The piece of a streak that goes through a title's band at x, as far as it lies in that and,
    of the first title, over it: its first row, and its x from there on, row by row of the
    half-resolution mask. None where no piece as long as half of it goes through, it is no line, as
    it has run together with a ruling that it crosses, or it goes from one of the rulings across
    (``levels``) to another: so does the header's own, beside the title of a form of 2003.
    """
    left = max(0, int(x / HALF) - _STRIP_HALF_PX)
    strip = down[:, left : left + 2 * _STRIP_HALF_PX]
    behind_letters = np.ones((_LETTERS_HIGH_HALF_PX, 1), np.uint8)
    pieces = find_blobs(np.asarray(cv2.morphologyEx(strip, cv2.MORPH_CLOSE, behind_letters)))
    middle = int((band.top + band.bottom) / 2 / HALF)
    at_x = pieces.x + left + pieces.w / 2
    long = pieces.h >= (band.bottom - band.top) / 2 / HALF
    through = np.flatnonzero(long & (pieces.y <= middle) & (pieces.y + pieces.h > middle))
    if not len(through):
        return None
    piece = through[np.abs(at_x[through] - x / HALF).argmin()]
    row, column, _ = pieces.pixels(np.arange(len(pieces)) == piece)
    ends = np.array([row.min(), row.max()])
    if (np.abs(ends[:, None] - levels).min(axis=1) <= _AT_RULING_HALF_PX).all():
        return None
    line = np.polyfit(row, column, 1)
    if np.mean(np.abs(column - np.polyval(line, row)) > _OFF_LINE_HALF_PX) > _OFF_LINE:
        return None
    first = max(int(row.min()), 0 if is_first else int(band.top / HALF))
    last = min(int(row.max()), int(band.bottom / HALF))
    return first, left + np.polyval(line, np.arange(first, last + 1))
