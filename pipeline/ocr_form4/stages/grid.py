"""Rulings to the bands, columns and rows of the form's tables.

A *level* is a height at which horizontal rulings run (a double ruling is one level); a *band* is the stripe between
two levels that cross the whole frame. The number of vertical rulings that cross a band tells what it is: none within
for a table's title, a few for the header's boxes, one for each leaf column for captions and data rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ocr_form4.stages.rulings import HALF, PageInk
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Rulings, Segment, TablePiece

DOUBLE = 14
"""Rulings nearer than this, in upright pixels, are one double ruling."""
MIN_BAND = 30
LEAF_COLUMNS = (frozenset({10, 11, 15, 16}), frozenset({4, 8}))
"""How many leaf columns the tables of the known editions have: of Forms 4 and 5, then of Form 3, in this order."""


@dataclass(frozen=True, slots=True)
class Level:
    top: float
    bottom: float
    pieces: tuple[tuple[float, float], ...]

    def coverage(self, x0: float, x1: float) -> float:
        """The share of x0 ... x1 that rulings cover."""
        return sum(max(0.0, min(b, x1) - max(a, x0)) for a, b in self.pieces) / max(1.0, x1 - x0)


@dataclass(frozen=True, slots=True)
class Band:
    """A stripe of the frame. ``columns`` are the x of the rulings that cross it (at its foot, for captions)."""

    top: float
    bottom: float
    columns: tuple[float, ...]
    through: int
    """How many rulings cross its whole height."""

    @property
    def leaves(self) -> int:
        return len(self.columns) - 1


@dataclass(frozen=True, slots=True)
class Frame:
    """The outer frame of the form on a page: its bands from top to bottom, and its left and right edge."""

    left: float
    right: float
    bands: tuple[Band, ...]


def find_levels(horizontal: Sequence[Segment]) -> list[Level]:
    """Horizontal rulings gathered by height."""
    groups: list[list[Segment]] = []
    for segment in sorted(horizontal, key=lambda s: s.at):
        if groups and segment.at - groups[-1][-1].at <= DOUBLE:
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return [Level(g[0].at, g[-1].at, _merge([(s.start, s.end) for s in g])) for g in groups]


def _merge(intervals: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    merged: list[tuple[float, float]] = []
    for a, b in sorted(intervals):
        if merged and a <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return tuple(merged)


def find_frame(rulings: Rulings, ink: PageInk, width: int) -> Frame | None:
    """The form's frame, or None on a page without tables."""
    levels = find_levels(rulings.horizontal)
    wide = [lv for lv in levels if lv.coverage(0, width) >= 0.45]
    if len(wide) < 2:
        return None
    left = float(np.median([lv.pieces[0][0] for lv in wide]))
    right = float(np.median([lv.pieces[-1][1] for lv in wide]))
    wide = [lv for lv in levels if lv.coverage(left, right) >= 0.7]
    bands = []
    for above, below in pairwise(wide):
        top, bottom = above.bottom, below.top
        if bottom - top < MIN_BAND:
            continue
        foot = max(top, bottom - 60)
        through = _verticals(ink, top, bottom, left, right, 0.75)
        at_foot = _verticals(ink, foot, bottom, left, right, 0.6)
        if len(_verticals(ink, top, bottom, left, right, 0.3)) < 2:
            continue  # nothing holds these two rulings together: not one frame
        bands.append(Band(top, bottom, at_foot, len(through)))
    return Frame(left, right, tuple(bands)) if bands else None


def _verticals(ink: PageInk, top: float, bottom: float, left: float, right: float, share: float) -> tuple[float, ...]:
    """The x of the vertical rulings that cover at least ``share`` of the height between ``top`` and ``bottom``."""
    y0, y1 = int(top / HALF) + 2, int(bottom / HALF) - 1
    x0, x1 = max(0, int(left / HALF) - 8), int(right / HALF) + 9
    stripe = ink.down[y0:y1, x0:x1] > 0
    if stripe.shape[0] < 4:
        return ()
    near = stripe.copy()
    near[:, 1:] |= stripe[:, :-1]
    near[:, :-1] |= stripe[:, 1:]
    hits = np.flatnonzero(near.mean(axis=0) >= share)
    groups: list[list[int]] = []
    for x in hits.tolist():
        if groups and x - groups[-1][-1] <= DOUBLE // HALF:
            groups[-1].append(x)
        else:
            groups.append([x])
    return tuple(float((g[0] + g[-1]) / 2 + x0) * HALF for g in groups)


def find_pieces(frame: Frame, ink: PageInk) -> list[TablePiece]:
    """The pieces of tables in a frame, without saying yet which table each belongs to.

    Bands that stand under one another with the same rulings are one piece. What stands right under a title, or is
    divided only at its foot, is a row of captions.
    """
    pieces: list[TablePiece] = []
    run: list[Band] = []
    after_title = False
    for band in (*frame.bands, None):
        if band is not None and _is_divided(band) and (not run or _continues(run, band)):
            run.append(band)
            continue
        if run:
            pieces.append(_piece(run, after_title, frame, ink))
            run, after_title = [], False
        if band is not None:
            if _is_divided(band):
                run = [band]
            else:
                after_title = band.through <= 2 and band.bottom - band.top < 260
    return pieces


def _is_divided(band: Band) -> bool:
    """Whether a band has a table's columns; the header is higher than captions are, and divided in three or four."""
    is_header = band.bottom - band.top > 350 and band.through <= 5
    return band.leaves >= 4 and not is_header


def _continues(run: list[Band], band: Band) -> bool:
    last = run[-1]
    if band.top - last.bottom > DOUBLE + 4 or _is_captions(band):
        return False
    near = sum(any(abs(x - y) <= 10 for y in last.columns) for x in band.columns)
    return near >= 0.75 * len(band.columns)


def _is_captions(band: Band) -> bool:
    return band.through <= band.leaves - 2 and band.bottom - band.top > 90


def _piece(run: list[Band], after_title: bool, frame: Frame, ink: PageInk) -> TablePiece:
    with_captions = after_title or _is_captions(run[0])
    first = run[0]
    data = run[1:] if with_captions else run
    foot_top = max(first.top, first.bottom - 60) if with_captions else first.top
    columns, complete = _columns(ink, foot_top, run[-1].bottom, frame, [b.columns for b in run])
    captions: Box[Upright] | None = None
    if with_captions:
        captions = Box(columns[0], first.top, columns[-1], first.bottom)
    rows = [(b.top, b.bottom) for b in data]
    last, top = (rows[-1][1] if rows else first.bottom), (rows[0][0] if rows else first.top)
    if below := _open_end(ink, columns, last, frame, 1):
        rows.append((last, below))
    if not with_captions and (above := _open_end(ink, columns, top, frame, -1)):
        rows.insert(0, (above, top))
    return TablePiece(None, columns, tuple(rows), captions, complete)


def _open_end(ink: PageInk, columns: Sequence[float], y: float, frame: Frame, way: int) -> float | None:
    """Where the columns' rulings end beyond the last level, if they do go on: a row that a page's end cut off.

    ``way`` is 1 downwards, -1 upwards. A title or a header box has none of the inner rulings.
    """
    ends = []
    for x in columns[1:-1]:
        at = int(x / HALF)
        strip = ink.down[:, max(0, at - 3) : at + 4].max(axis=1) > 0
        k = int(y / HALF) + 10 * way
        if not 0 <= k < len(strip) or not strip[k - 2 : k + 3].any():
            continue
        while 0 <= k + 4 * way < len(strip) and strip[min(k, k + 4 * way) : max(k, k + 4 * way) + 1].any():
            k += way
        ends.append(k * HALF)
    if len(ends) < 0.6 * (len(columns) - 2):
        return None
    end = float(np.median(ends))
    taken = [b for b in frame.bands if min(b.bottom, max(y, end)) - max(b.top, min(y, end)) > 20]
    return end if abs(end - y) >= 40 and not taken else None


def _columns(
    ink: PageInk, top: float, bottom: float, frame: Frame, bands: Sequence[Sequence[float]]
) -> tuple[tuple[float, ...], bool]:
    """The x of a piece's rulings, and whether their number is that of a known edition.

    The share of the height that a ruling must cover is lowered, then raised, until the number fits: a broken ruling
    covers less, a stroke of the pen covers a little.
    """
    shares = (0.6, 0.5, 0.7, 0.4, 0.8, 0.3, 0.9, 0.2)
    found = {s: _with_edges(_verticals(ink, top, bottom, frame.left, frame.right, s), frame) for s in shares}
    first = found[shares[0]]
    whole = _with_edges(_seen_whole(bands), frame)
    if len(whole) > len(first) and len(whole) - 1 in LEAF_COLUMNS[0]:
        return whole, False
    for known in LEAF_COLUMNS:
        for share in shares:
            if len(found[share]) - 1 in known:
                return found[share], share >= 0.4
    return first or tuple(bands[0]), False


def _seen_whole(bands: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The rulings that any band shows whole: broken in one row, a ruling may be there in the next."""
    groups: list[list[float]] = []
    for x in sorted(x for band in bands for x in band):
        if groups and x - groups[-1][-1] <= DOUBLE:
            groups[-1].append(x)
        else:
            groups.append([x])
    return tuple(float(np.median(g)) for g in groups)


def _with_edges(columns: tuple[float, ...], frame: Frame) -> tuple[float, ...]:
    """The columns with the frame's own edges, which the page's edge or a scanner's shadow may have eaten."""
    inner = [x for x in columns if frame.left + 20 < x < frame.right - 20]
    left = [x for x in columns if x <= frame.left + 20]
    right = [x for x in columns if x >= frame.right - 20]
    return (left[-1] if left else frame.left, *inner, right[0] if right else frame.right)


def cut_boxes(box: Box[Upright], rulings: Rulings, depth: int = 6) -> list[Box[Upright]]:
    """The boxes that rulings divide a region into, in reading order of a column-first cut."""
    reach = 14.0
    if depth:
        for segment in rulings.vertical:
            starts, ends = segment.start <= box.y0 + reach + 6, segment.end >= box.y1 - reach - 6
            nearly = (starts or ends) and min(segment.end, box.y1) - max(segment.start, box.y0) >= 0.85 * box.height
            if box.x0 + 60 < segment.at < box.x1 - 60 and ((starts and ends) or nearly):
                halves = replace(box, x1=segment.at), replace(box, x0=segment.at)
                return [b for half in halves for b in cut_boxes(half, rulings, depth - 1)]
        for segment in rulings.horizontal:
            starts, ends = segment.start <= box.x0 + reach, segment.end >= box.x1 - reach
            # a gap near one end leaves a stump too short to be seen
            nearly = (starts or ends) and min(segment.end, box.x1) - max(segment.start, box.x0) >= 0.8 * box.width
            if box.y0 + 30 < segment.at < box.y1 - 30 and ((starts and ends) or nearly):
                halves = replace(box, y1=segment.at), replace(box, y0=segment.at)
                return [b for half in halves for b in cut_boxes(half, rulings, depth - 1)]
    return [box]
