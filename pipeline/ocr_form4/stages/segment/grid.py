"""Rulings to the bands, columns and rows of the form's tables.

A *level* is a height at which horizontal rulings run (a double ruling is one level); a *band* is
the stripe between two levels that cross the whole frame. The number of vertical rulings that cross
a band tells what it is: none within for a table's title, a few for the header's boxes, one for each
leaf column for captions and data rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ocr_form4.stages.segment.columns import Columns, Seen, best_fit, fill_in, some_are_lost
from ocr_form4.stages.segment.rows import foot_of_captions, split_rows
from ocr_form4.stages.segment.rulings import HALF, PageInk
from ocr_form4_models.editions import editions
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Rulings, Segment, TablePiece

DOUBLE = 14
"""Rulings nearer than this, in upright pixels, are one double ruling."""
MIN_BAND = 30
LEAF_COLUMNS = tuple(
    frozenset(
        len(leaves)
        for one in editions()
        if (one.form == "3") is of_3
        for leaves in one.columns.values()
    )
    for of_3 in (False, True)
)
"""How many leaf columns the tables of the known editions have: of Forms 4 and 5, then of Form 3, in
this order.
"""


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


def find_frames(rulings: Rulings, ink: PageInk, width: int) -> list[Frame]:
    """The form's frame, and under it those of tables that are plainly narrower; none on a page
    without tables.
    """
    levels = find_levels(rulings.horizontal)
    groups = _groups(levels, width)
    found = [_find_frame(group, rulings, ink, width) for group in groups or [levels]]
    return [frame for frame in found if frame]


def _groups(levels: Sequence[Level], width: int) -> list[list[Level]]:
    """The levels by tables of different widths that stand one under the other; none where one frame
    holds all.
    """
    wide = [lv for lv in levels if lv.coverage(0, width) >= 0.45]
    groups: list[list[Level]] = []
    for level in wide:
        if groups and abs(level.pieces[-1][1] - groups[-1][-1].pieces[-1][1]) <= _SAME_END:
            groups[-1].append(level)
        else:
            groups.append([level])
    # less are lines under a signature
    groups = [group for group in groups if len(group) >= _LEVELS]
    if len(groups) < 2:
        return []
    first = groups[0][0].pieces[-1][1]
    if any(first - group[0].pieces[-1][1] < _NARROWER * width for group in groups[1:]):
        return []
    tops = [0.0, *(group[0].top - DOUBLE for group in groups[1:])]
    spans = [(top, group[-1].bottom + DOUBLE) for top, group in zip(tops, groups, strict=True)]
    return [[lv for lv in levels if top <= lv.top and lv.bottom <= bottom] for top, bottom in spans]


_SAME_END, _NARROWER = 40.0, 0.1
"""Rulings of one table end within so many upright pixels; a narrower table's end so much further
left, in shares of the page's width.
"""
_LEVELS = 3
"""A table has so many levels at least: over and under its captions, and under a row."""


def _find_frame(
    levels: Sequence[Level], rulings: Rulings, ink: PageInk, width: int
) -> Frame | None:
    """The frame that levels make, or None where they make none."""
    wide = [lv for lv in levels if lv.coverage(0, width) >= 0.45]
    if len(wide) < 2:
        return None
    left = float(np.median([lv.pieces[0][0] for lv in wide]))
    right = float(np.median([lv.pieces[-1][1] for lv in wide]))
    wide = [lv for lv in levels if lv.coverage(left, right) >= 0.7]
    tables = min((b.top for b in _bands(wide, ink, left, right) if b.leaves >= 8), default=np.inf)
    # in a table nothing but a ruling between rows goes from edge to edge; in the header, two boxes'
    # rulings may
    broken = [lv for lv in levels if lv.top > tables and lv not in wide and _spans(lv, left, right)]
    wide = sorted([*wide, *broken], key=lambda lv: lv.top)
    if wide and (end := _lost_end(wide[-1].bottom, ink, left, right)) is not None:
        wide.append(end)
    bands = _bands(wide, ink, left, right)
    stumps = tuple((s.at, s.start, s.end) for s in rulings.horizontal)
    return Frame(left, right, tuple(bands), stumps) if bands else None


def _lost_end(bottom: float, ink: PageInk, left: float, right: float) -> Level | None:
    """A table's last ruling where it is gone: the height at which the columns' rulings below
    ``bottom`` end.
    """
    columns = _verticals(ink, bottom + 4, bottom + 60, left, right, 0.8)
    inner = [x for x in columns if left + 20 < x < right - 20]
    if len(inner) < 3:
        return None
    ends = []
    for x in inner:
        at = int(x / HALF)
        strip = ink.down[int(bottom / HALF) + 4 :, max(0, at - 3) : at + 4].max(axis=1) > 0
        gaps = np.flatnonzero(np.convolve(strip, np.ones(9), "same") == 0)
        ends.append(bottom + HALF * float(gaps[0] if len(gaps) else len(strip)))
    end = float(np.median(ends))
    together = sum(abs(e - end) <= DOUBLE for e in ends)
    return (
        Level(end, end, ((left, right),))
        if end - bottom >= MIN_BAND and together >= 0.6 * len(ends)
        else None
    )


def _bands(wide: Sequence[Level], ink: PageInk, left: float, right: float) -> list[Band]:
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
    return bands


def _spans(level: Level, left: float, right: float) -> bool:
    """Whether what is left of a ruling goes from edge to edge."""
    ends = level.pieces[0][0] <= left + 25 and level.pieces[-1][1] >= right - 25
    return ends and level.coverage(left, right) >= 0.4


def _verticals(
    ink: PageInk, top: float, bottom: float, left: float, right: float, share: float
) -> tuple[float, ...]:
    """The x of the vertical rulings that cover at least ``share`` of the height between ``top`` and
    ``bottom``.
    """
    return tuple(s.x for s in _seen(ink, top, bottom, left, right, share))


def _seen(
    ink: PageInk, top: float, bottom: float, left: float, right: float, least: float
) -> list[Seen]:
    """The vertical rulings that cover at least a share ``least`` of the height between ``top`` and
    ``bottom``.
    """
    y0, y1 = int(top / HALF) + 2, int(bottom / HALF) - 1
    x0, x1 = max(0, int(left / HALF) - 8), int(right / HALF) + 9
    stripe = ink.down[y0:y1, x0:x1] > 0
    if stripe.shape[0] < 4:
        return []
    near = stripe.copy()
    near[:, 1:] |= stripe[:, :-1]
    near[:, :-1] |= stripe[:, 1:]
    shares = near.mean(axis=0)
    groups: list[list[int]] = []
    for x in np.flatnonzero(shares >= least).tolist():
        if groups and x - groups[-1][-1] <= DOUBLE // HALF:
            groups[-1].append(x)
        else:
            groups.append([x])
    return [
        Seen(float((g[0] + g[-1]) / 2 + x0) * HALF, float(shares[g[0] : g[-1] + 1].max()))
        for g in groups
    ]


def find_pieces(frame: Frame, ink: PageInk, text: Sequence[Box[Upright]]) -> list[TablePiece]:
    """The pieces of tables in a frame, without saying yet which table each belongs to; ``text`` are
    its letters.

    Bands that stand under one another with the same rulings are one piece. What stands right under
    a title, or is divided only at its foot, is a row of captions.
    """
    pieces: list[TablePiece] = []
    run: list[Band] = []
    after_title = False
    for band in (*frame.bands, None):
        if band is not None and _is_divided(band) and (not run or _continues(run, band)):
            run.append(band)
            continue
        if run:
            pieces.append(_piece(run, after_title, frame, ink, text))
            run, after_title = [], False
        if band is not None:
            if _is_divided(band):
                run = [band]
            else:
                after_title = band.through <= 2 and band.bottom - band.top < 260
    return pieces


def _is_divided(band: Band) -> bool:
    """Whether a band has a table's columns; the header is higher than captions are, and divided in
    three or four.
    """
    is_header = band.bottom - band.top > 350 and band.through <= 5
    return band.leaves >= 4 and not is_header


def _continues(run: list[Band], band: Band) -> bool:
    last = run[-1]
    if band.top - last.bottom > DOUBLE + 4 or _is_captions(band):
        return False
    above = [x for b in run for x in b.columns]
    near = sum(any(abs(x - y) <= 10 for y in above) for x in band.columns)
    return near >= 0.75 * len(band.columns)


def _is_captions(band: Band) -> bool:
    return band.through <= band.leaves - 2 and band.bottom - band.top > 90


def _piece(
    run: list[Band], after_title: bool, frame: Frame, ink: PageInk, text: Sequence[Box[Upright]]
) -> TablePiece:
    with_captions = after_title or _is_captions(run[0])
    first, end = run[0], run[-1].bottom
    here = [b for b in text if first.top < b.center[1] < end]
    foot_top = max(first.top, first.bottom - 60) if with_captions else first.top
    under_captions = [b for b in here if b.center[1] > foot_top]
    columns = _columns(ink, foot_top, end, frame, [b.columns for b in run], under_captions)
    xs = columns.xs
    captions: Box[Upright] | None = None
    bands = [(b.top, b.bottom) for b in run]
    was_seen = True
    if with_captions:
        foot, was_seen = foot_of_captions(first.top, first.bottom, xs, _within(frame, first), here)
        captions = Box(xs[0], first.top, xs[-1], foot)
        bands[:1] = [(foot, first.bottom)] if foot < first.bottom else []
    rows: list[tuple[float, float]] = []
    guessed: set[int] = set() if was_seen else {0}
    for top, bottom in bands:
        found = split_rows(top, bottom, xs, frame.stumps, here)
        guessed |= {len(rows) + k for k in found.guessed}
        rows += found.spans
    last, top = (rows[-1][1] if rows else first.bottom), (rows[0][0] if rows else first.top)
    if below := _open_end(ink, xs, last, frame, 1):
        rows.append((last, below))
    if not with_captions and (above := _open_end(ink, xs, top, frame, -1)):
        rows.insert(0, (above, top))
        guessed = {k + 1 for k in guessed}
    return TablePiece(None, xs, tuple(rows), captions, columns.guessed, frozenset(guessed))


def _within(frame: Frame, band: Band) -> list[tuple[float, float, float]]:
    return [s for s in frame.stumps if band.top < s[0] < band.bottom]


def _open_end(
    ink: PageInk, columns: Sequence[float], y: float, frame: Frame, way: int
) -> float | None:
    """Where the columns' rulings end beyond the last level, if they do go on: a row that a page's
    end cut off.

    ``way`` is 1 downwards, -1 upwards. A title or a header box has none of the inner rulings.
    """
    ends = []
    for x in columns[1:-1]:
        at = int(x / HALF)
        strip = ink.down[:, max(0, at - 3) : at + 4].max(axis=1) > 0
        k = int(y / HALF) + 10 * way
        if not 0 <= k < len(strip) or not strip[k - 2 : k + 3].any():
            continue
        while (
            0 <= k + 4 * way < len(strip)
            and strip[min(k, k + 4 * way) : max(k, k + 4 * way) + 1].any()
        ):
            k += way
        ends.append(k * HALF)
    if len(ends) < 0.6 * (len(columns) - 2):
        return None
    end = float(np.median(ends))
    taken = [b for b in frame.bands if min(b.bottom, max(y, end)) - max(b.top, min(y, end)) > 20]
    return end if abs(end - y) >= 40 and not taken else None


def _columns(
    ink: PageInk,
    top: float,
    bottom: float,
    frame: Frame,
    bands: Sequence[Sequence[float]],
    text: Sequence[Box[Upright]],
) -> Columns:
    """The x of a piece's rulings.

    The share of the height that a ruling must cover is lowered, then raised, until the number is
    that of a known edition: a broken ruling covers less, a stroke of the pen covers a little. Where
    none fits, or those seen are plainly a part of another edition's, the editions' proportions tell
    which are missing.
    """
    shares = (0.6, 0.5, 0.7, 0.4, 0.8, 0.3, 0.9, 0.2)
    found = {
        s: _with_edges(_verticals(ink, top, bottom, frame.left, frame.right, s), frame)
        for s in shares
    }
    whole = _with_edges(_seen_whole(bands), frame)
    known = [found[s] for leaves in LEAF_COLUMNS for s in shares if len(found[s]) - 1 in leaves]
    if len(whole) > len(found[0.6]) and len(whole) - 1 in LEAF_COLUMNS[0]:
        known.insert(0, whole)
    stumps = _seen(ink, top, bottom, frame.left, frame.right, 0.12)
    inner = [s for s in stumps if frame.left + 20 < s.x < frame.right - 20]
    if known and not some_are_lost(inner, frame.left, frame.right, len(known[0])):
        return Columns(known[0])
    fit = best_fit(inner, frame.left, frame.right)
    filled = fill_in(fit, text) if fit else None
    if filled and not (known and filled.guessed):
        return filled
    return Columns(known[0] if known else found[0.6] or tuple(bands[0]))


def _seen_whole(bands: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The rulings that any band shows whole: broken in one row, a ruling may be there in the
    next.
    """
    groups: list[list[float]] = []
    for x in sorted(x for band in bands for x in band):
        if groups and x - groups[-1][-1] <= DOUBLE:
            groups[-1].append(x)
        else:
            groups.append([x])
    return tuple(float(np.median(g)) for g in groups)


def _with_edges(columns: tuple[float, ...], frame: Frame) -> tuple[float, ...]:
    """The columns with the frame's own edges, which the page's edge or a scanner's shadow may have
    eaten.
    """
    inner = [x for x in columns if frame.left + 20 < x < frame.right - 20]
    left = [x for x in columns if x <= frame.left + 20]
    right = [x for x in columns if x >= frame.right - 20]
    return (left[-1] if left else frame.left, *inner, right[0] if right else frame.right)
