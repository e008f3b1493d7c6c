"""Rulings to the frames of a page and their bands.

A *level* is a height at which horizontal rulings run (a double ruling is one level); a *band* is
the stripe between two levels that cross the whole frame. The number of vertical rulings that cross
a band tells what it is: none within for a table's title, a few for the header's boxes, one for each
leaf column for captions and data rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.stages.segment.columns import Seen
from ocr_form4.stages.segment.rulings import HALF, PageInk
from ocr_form4_models.layout import Rulings, Segment


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How rulings may fail to make a frame and its bands: in upright pixels, in pixels
    of the ink at half that resolution (_half_px), and as shares of a length or a number.

    Counts are of the frames with tables of fixtures/scan and fixtures/more (scripts/margins.py).
    """

    double_px: int = 14
    """Rulings nearer than this are one double ruling: of 68 levels of several rulings, 95 of 100
    are 13.2 high at most, and no two levels are less than 15.6 apart.
    """
    band_px: int = 30
    """No band is lower than a line of its text; of 309 of tables the lowest is 50."""
    page_share: float = 0.45
    """Of the page's width, covered by a level that may be of the frame: 512 cover 0.67 to 1."""
    frame_share: float = 0.7
    """Of the frame's width, covered by a level that bounds a band: 0.875 of it or more in 99 of
    100.
    """
    broken_share: float = 0.4
    """Of the frame's width, covered by a level among a table's rows, where its pieces reach both
    edges: of 12 on 280 scans six cover 0.48 or more, six 0.17 or less.
    """
    broken_end_px: float = 25.0
    """How far from the edge such a level may end: of 186 levels 12 end on the left within 24, and 4
    within 26, the others 720 or more off; on the right 7 end beyond the edge, the others 270 or
    more off.
    """
    same_end_px: float = 40.0
    """Rulings of one table end within this: 99 of 100 are 23 off their frame's edge or less."""
    narrower_share: float = 0.1
    """Of the page's width: how much further left the rulings of a narrower table end. The one of
    the fixtures ends 0.37 further left.
    """
    levels: int = 3
    """A table has these at least, over and under its captions, and under a row: of 92 groups of
    levels 62 have three or more, 99 of 100 of the others two or one.
    """
    table_leaves: int = 8
    """A band with these is one of a table's, wherever it stands: of 449 bands 304 have 8 or more,
    and all others but one 5 or fewer, the header's among them.
    """
    foot_px: float = 60.0
    """The strip at the foot of captions in which each leaf column has its ruling. With 30 and with
    120 no value of 18 scans is another.
    """
    through_share: float = 0.75
    foot_share: float = 0.6
    held_share: float = 0.3
    """Of the height, covered by a ruling that crosses a whole band (of 2,789 between cells, 99 of
    100 cover 0.99 or more); that stands at its foot; and by one that holds the rulings over and
    under a band together.
    """
    edge_px: float = 20.0
    """Rulings nearer to the frame's edge are the edge: of 39 and 35 rulings 7 are 3 or less from
    it, the others 126 or more.
    """
    side_px: float = 150.0
    """A ruling down that may be a frame's side is longer. With 75 and with 300 the fixtures are
    divided the same, and so is a page by other hands whose streaks go on behind its right side.
    """
    lost_columns: int = 3
    """The columns' rulings of a table with a lost end: less are lines under a signature. Of 62
    frames three have 6 to 14 that go on below their last level, the others one or none.
    """
    together_share: float = 0.6
    """Of the columns' rulings: the share that ends together where a ruling or a page ends. All of
    them do at the five such ends, and at 100 other levels 0.37 or less go on.
    """
    near_half_px: int = 4
    """A ruling's ink is looked for to this on both sides of its place, and the ink of the columns
    below a ruling is from here on a column's alone. With 2 and with 6 in one of these uses 18 scans
    are read the same.
    """
    gap_half_px: int = 9
    """Paper that ends a ruling: less is where the scan has torn it. As far left and right of the
    frame its own edges are looked for. With 5 and with 16 in one of these uses 18 scans are read
    the same.
    """
    least_half_px: int = 4
    """A lower stripe shows no rulings: of 3,824 stripes three are 0 to 2 high, the others 21 or
    more.
    """


T = Tolerances()


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
    """A stripe of the frame. ``columns`` are the x of the rulings that cross it (at its foot, for
    captions).
    """

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
    """The outer frame of the form on a page: its bands from top to bottom, and its left and right
    edge.

    ``stumps`` are all pieces of horizontal rulings on the page: y, start, end.
    """

    left: float
    right: float
    bands: tuple[Band, ...]
    stumps: tuple[tuple[float, float, float], ...] = ()


def find_levels(horizontal: Sequence[Segment]) -> list[Level]:
    """Horizontal rulings gathered by height."""
    groups: list[list[Segment]] = []
    for segment in sorted(horizontal, key=lambda s: s.at):
        if groups and segment.at - groups[-1][-1].at <= T.double_px:
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


def find_frames(rulings: Rulings, ink: PageInk, width: int) -> list[Frame]:
    """The form's frame, and under it those of tables that are plainly narrower; none on a page
    without tables.
    """
    levels = find_levels(rulings.horizontal)
    groups = _groups(levels, ink, width)
    found = [_find_frame(group, rulings, ink, width) for group in groups or [levels]]
    return [frame for frame in found if frame]


def _groups(levels: Sequence[Level], ink: PageInk, width: int) -> list[list[Level]]:
    """The levels by tables of different widths that stand one under the other; none where one frame
    holds all.
    """
    wide = [lv for lv in levels if lv.coverage(0, width) >= T.page_share]
    groups: list[list[Level]] = []
    for level in wide:
        if groups and abs(level.pieces[-1][1] - groups[-1][-1].pieces[-1][1]) <= T.same_end_px:
            groups[-1].append(level)
        else:
            groups.append([level])
    # less are lines under a signature
    groups = [group for group in groups if len(group) >= T.levels]
    apart = _apart(groups, ink, width)
    if len(apart) < 2:
        return []
    groups = apart
    tops = [0.0, *(group[0].top - T.double_px for group in groups[1:])]
    spans = [(top, group[-1].bottom + T.double_px) for top, group in zip(tops, groups, strict=True)]
    return [[lv for lv in levels if top <= lv.top and lv.bottom <= bottom] for top, bottom in spans]


def _apart(groups: Sequence[list[Level]], ink: PageInk, width: int) -> list[list[Level]]:
    """The groups of levels that are frames of their own: those that are plainly narrower than the
    page's first, and what stands under one of these with nothing to hold the two together. What
    stands before them is one frame; none are apart where something holds them together.
    """
    apart: list[list[Level]] = []
    for group in groups:
        is_narrower = bool(apart) and (
            apart[0][0].pieces[-1][1] - group[0].pieces[-1][1] >= T.narrower_share * width
        )
        if is_narrower or not apart:
            apart.append(group)
        elif len(apart) == 1:
            apart[0] = [*apart[0], *group]
        elif _parted(apart[-1], group, ink):
            apart.append(group)
        else:
            return []
    return apart


def _parted(over: Sequence[Level], under: Sequence[Level], ink: PageInk) -> bool:
    """Whether nothing holds two groups of levels together: a table as wide as the page's first
    that stands under a narrower one.
    """
    left = min(over[-1].pieces[0][0], under[0].pieces[0][0])
    right = max(over[-1].pieces[-1][1], under[0].pieces[-1][1])
    top, bottom = over[-1].bottom, under[0].top
    if bottom - top < T.band_px:
        return False
    return len(verticals(ink, top, bottom, left, right, T.held_share)) < 2


def _find_frame(
    levels: Sequence[Level], rulings: Rulings, ink: PageInk, width: int
) -> Frame | None:
    """The frame that levels make, or None where they make none."""
    wide = [lv for lv in levels if lv.coverage(0, width) >= T.page_share]
    if len(wide) < 2:
        return None
    held = [
        s.at
        for s in rulings.vertical
        if s.length >= T.side_px and s.end > wide[0].top and s.start < wide[-1].bottom
    ]
    left = _side([lv.pieces[0][0] for lv in wide], min(held, default=0.0))
    right = _side([lv.pieces[-1][1] for lv in wide], max(held, default=float(width)))
    wide = [lv for lv in levels if lv.coverage(left, right) >= T.frame_share]
    tables = min(
        (b.top for b in _bands(wide, ink, left, right) if b.leaves >= T.table_leaves),
        default=np.inf,
    )
    # in a table nothing but a ruling between rows goes from edge to edge; in the header, two boxes'
    # rulings may
    broken = [lv for lv in levels if lv.top > tables and lv not in wide and _spans(lv, left, right)]
    wide = sorted([*wide, *broken], key=lambda lv: lv.top)
    if wide and (end := _lost_end(wide[-1].bottom, ink, left, right)) is not None:
        wide.append(end)
    bands = _bands(wide, ink, left, right)
    stumps = tuple((s.at, s.start, s.end) for s in rulings.horizontal)
    return Frame(left, right, tuple(bands), stumps) if bands else None


def _side(ends: Sequence[float], outermost: float) -> float:
    """The x at which a frame's levels end on one side: as most do, or where the ``outermost``
    ruling down stands, if several end there and others, streaks, go on behind it.
    """
    usual = float(np.median(ends))
    there = [x for x in ends if abs(x - outermost) <= T.edge_px]
    if abs(usual - outermost) <= T.same_end_px or len(there) < T.levels:
        return usual
    return float(np.median(there))


def _lost_end(bottom: float, ink: PageInk, left: float, right: float) -> Level | None:
    """A table's last ruling where it is gone: the height at which the columns' rulings below
    ``bottom`` end.
    """
    below = bottom + HALF * T.near_half_px
    columns = verticals(ink, below, bottom + T.foot_px, left, right, T.through_share)
    inner = [x for x in columns if left + T.edge_px < x < right - T.edge_px]
    if len(inner) < T.lost_columns:
        return None
    ends = []
    for x in inner:
        at = int(x / HALF)
        strip = beside(ink, at)[int(bottom / HALF) + T.near_half_px :]
        gaps = np.flatnonzero(np.convolve(strip, np.ones(T.gap_half_px), "same") == 0)
        ends.append(bottom + HALF * float(gaps[0] if len(gaps) else len(strip)))
    end = float(np.median(ends))
    together = sum(abs(e - end) <= T.double_px for e in ends)
    return (
        Level(end, end, ((left, right),))
        if end - bottom >= T.band_px and together >= T.together_share * len(ends)
        else None
    )


def _bands(wide: Sequence[Level], ink: PageInk, left: float, right: float) -> list[Band]:
    bands = []
    for above, below in pairwise(wide):
        top, bottom = above.bottom, below.top
        if bottom - top < T.band_px:
            continue
        foot = max(top, bottom - T.foot_px)
        through = verticals(ink, top, bottom, left, right, T.through_share)
        at_foot = verticals(ink, foot, bottom, left, right, T.foot_share)
        if len(verticals(ink, top, bottom, left, right, T.held_share)) < 2:
            continue  # nothing holds these two rulings together: not one frame
        bands.append(Band(top, bottom, at_foot, len(through)))
    return bands


def _spans(level: Level, left: float, right: float) -> bool:
    """Whether what is left of a ruling goes from edge to edge."""
    starts = level.pieces[0][0] <= left + T.broken_end_px
    ends = level.pieces[-1][1] >= right - T.broken_end_px
    return starts and ends and level.coverage(left, right) >= T.broken_share


def verticals(
    ink: PageInk, top: float, bottom: float, left: float, right: float, share: float
) -> tuple[float, ...]:
    """The x of the vertical rulings that cover at least ``share`` of the height between ``top`` and
    ``bottom``.
    """
    return tuple(s.x for s in seen_rulings(ink, top, bottom, left, right, share))


def seen_rulings(
    ink: PageInk, top: float, bottom: float, left: float, right: float, least: float
) -> list[Seen]:
    """The vertical rulings that cover at least a share ``least`` of the height between ``top`` and
    ``bottom``.
    """
    y0, y1 = int(top / HALF) + 2, int(bottom / HALF) - 1
    x0, x1 = (
        max(0, int(left / HALF) - T.gap_half_px),
        int(right / HALF) + T.gap_half_px + 1,
    )
    stripe = ink.down[y0:y1, x0:x1]
    if not stripe.size or len(stripe) < T.least_half_px:
        return []
    near = cv2.dilate(stripe, np.ones((1, 3), np.uint8))
    total = cv2.reduce(near, 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0]
    shares = total / (255 * len(near))
    groups: list[list[int]] = []
    for x in np.flatnonzero(shares >= least).tolist():
        if groups and x - groups[-1][-1] <= T.double_px // HALF:
            groups[-1].append(x)
        else:
            groups.append([x])
    return [
        Seen(float((g[0] + g[-1]) / 2 + x0) * HALF, float(shares[g[0] : g[-1] + 1].max()))
        for g in groups
    ]


def beside(ink: PageInk, x: int) -> NDArray[np.bool_]:
    """In which rows of the page's ink there is a ruling at a column or right beside it."""
    columns = slice(max(0, x - T.near_half_px), x + T.near_half_px + 1)
    return np.asarray(ink.down[:, columns].max(axis=1) > 0)
