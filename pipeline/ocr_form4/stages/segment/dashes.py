"""Dashes and dots of broken rulings, told from letters: pieces of ink as large as each other that
follow one another, nearer than letters or lines of text do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Ints, Mask
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyphs

Boxes = NDArray[np.float64]
"""Left, top, right and bottom of each piece of ink."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What the dashes of one ruling are like: in upright pixels, as shares, as numbers of them.

    Counts are of 11,000 pieces of ink on five pages with small bold print, of whose letters none is
    taken for a dash, and of four with dashed or dotted borders of 1 to 4 points of the screen.
    """

    thickest_px: float = 14.0
    longest_px: float = 45.0
    """A border of 4 points of the screen, at 300 dpi, is 12.5 thick: browsers draw its dashes twice
    as long as thick, and three times where it is thin.
    """
    longest_share: float = 3.3
    """Of its thickness: a hyphen is typed 3.7 times as long, and a bar ten times."""
    filled_share: float = 0.78
    """Of its bounds: a dash is full; letters of small print, as large as dots, are 0.74 at most."""
    slanted_share: float = 0.55
    """The same of a dash that leans, as in a doubled row of dots: 0.6 and more."""
    gap_share: float = 1.2
    """Of a dash's breadth, to the next one below it: 0.7 to 1.1. Across it is its length at
    most.
    """
    same_px: float = 2.0
    """By which the sides of dashes in a row differ, their places across it, and their gaps: 1 at
    most where a row is long.
    """
    across: int = 8
    leaning: int = 16
    """So many are a ruling across, 8 as a row of stops is no text either; and more where they
    lean.
    """
    held: int = 2
    down: int = 3
    told: int = 2
    """So many are a ruling down where 2 of three hold: that they are long, that they are three or
    more, and that other ink in line with them holds both ends. Lines of text are further apart.
    """
    long_share: float = 1.5
    """Of its breadth: a dash down is 2 to 3 times as long, but for what a box's end leaves of it;
    or all are as long as each other. The point of an i is not, nor as long as its stem.
    """


T = Tolerances()


def dashes(glyphs: Glyphs, ruled: Mask) -> frozenset[int]:
    """Indices of the glyphs that are dashes of rulings; ``ruled`` is the ink of those that were
    found, as large as the page.
    """
    boxes = glyphs.places
    w, h = glyphs.sizes
    area = np.array([g.area for g in glyphs])
    thin, long = np.minimum(w, h), np.maximum(w, h)
    small = (thin <= T.thickest_px) & (long <= np.minimum(T.longest_px, T.longest_share * thin))
    full = area / (w * h)
    rows = _rows(boxes, np.flatnonzero(small & (full >= T.filled_share)), 0)
    rows = [[*row, *_turns(boxes, row)] for row in rows]
    found = {k for row in rows if len(row) >= T.across for k in row}
    rows = _rows(boxes, np.flatnonzero(small & (full >= T.slanted_share)), 0)
    found |= {k for row in rows if len(row) >= T.leaning for k in row}
    for row in _rows(boxes, np.flatnonzero(small & (full >= T.filled_share)), 1):
        if len(row) < T.held:
            continue
        corners, is_held = _ends(boxes, row, ruled)
        told = (_are_long(boxes[row]), len(row) >= T.down, is_held)
        if sum(told) >= T.told:
            found.update(row, (k for k in corners if long[k] <= T.longest_px))
    return frozenset(found)


def _are_long(pieces: Boxes) -> bool:
    """Whether two of the pieces of ink that stand over one another are as long as dashes are, or
    all as each other.
    """
    w, h = pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1]
    same = len(pieces) >= T.down and h.max() - h.min() <= T.same_px
    return bool(same or (h >= T.long_share * w).sum() >= T.held)


def _rows(boxes: Boxes, which: Ints, axis: int) -> list[list[int]]:
    """The pieces of ink that follow one another along an axis, 0 across and 1 down, in rows; across
    they are as long as each other.
    """
    order = which[np.argsort(boxes[which, axis], kind="stable")].tolist()
    places = dict(zip(order, boxes[order].tolist(), strict=True))
    rows: list[list[int]] = []
    # the rows whose last piece lies in a lane, as wide as its side may be off, less those that end
    # too far behind: no other is near
    lanes: dict[int, list[int]] = defaultdict(list)
    for k in order:
        lane = int(places[k][1 - axis] // T.same_px)
        reach = places[k][axis] - T.longest_px
        near: list[int] = []
        for at in (lane - 1, lane, lane + 1):
            if ending := lanes.get(at):
                lanes[at] = [r for r in ending if places[rows[r][-1]][axis + 2] >= reach]
                near += lanes[at]
        near.sort()
        behind = next((r for r in near if _goes_on(places, rows[r], k, axis)), len(rows))
        if behind == len(rows):
            rows.append([])
        else:
            lanes[int(places[rows[behind][-1]][1 - axis] // T.same_px)].remove(behind)
        rows[behind].append(k)
        lanes[lane].append(behind)
    return rows


def _goes_on(places: Mapping[int, Sequence[float]], row: Sequence[int], k: int, axis: int) -> bool:
    """Whether a piece of ink is the next dash of a row along an axis."""
    one, last = places[k], places[row[-1]]
    gap, from_, to = one[axis] - last[axis + 2], 1 - axis, 3 - axis
    if gap <= 0 or abs(one[from_] - last[from_]) > T.same_px or abs(one[to] - last[to]) > T.same_px:
        return False
    sides = one[2] - one[0], one[3] - one[1]
    if gap > (max(sides) if axis == 0 else T.gap_share * min(sides)):
        return False
    before = gap if len(row) < 2 else last[axis] - places[row[-2]][axis + 2]
    longer = abs(sides[0] - (last[2] - last[0])) if axis == 0 else 0.0
    return max(abs(gap - before), longer) <= T.same_px


def _turns(boxes: Boxes, row: Sequence[int]) -> list[int]:
    """The corners at the ends of a row of dashes across: as long as its dashes, as near as these
    are to each other, and in line with them above or below, as a border is drawn round a box.
    """
    if len(row) + 2 < T.across:  # nor is it a ruling with both its corners
        return []
    first, second, last = boxes[row[0]], boxes[row[1]], boxes[row[-1]]
    gap, length = second[0] - first[2], last[2] - last[0]
    as_long = np.abs(boxes[:, 2] - boxes[:, 0] - length) <= T.same_px
    ends = (first[0] - gap - boxes[:, 2], boxes[:, 0] - last[2] - gap)
    as_near = np.minimum(*(np.abs(e) for e in ends)) <= T.same_px
    in_line = np.abs(boxes[:, 1::2] - first[1::2]).min(axis=1) <= T.same_px
    low = boxes[:, 3] - boxes[:, 1] <= T.longest_px
    return np.flatnonzero(as_long & as_near & in_line & low).tolist()


def _ends(boxes: Boxes, row: Sequence[int], ruled: Mask) -> tuple[list[int], bool]:
    """The pieces of ink that begin in line with a row of dashes, as near as its dashes are, over
    its first or under its last one, with the same left or right side: its corners. And whether
    there is one, or the ink of a ruling, at both ends.
    """
    first, last = boxes[row[0]], boxes[row[-1]]
    reach = T.gap_share * min(last[2:] - last[:2]) + 1
    over: Box[Upright] = Box(first[0], first[1] - reach, first[2], first[1])
    under: Box[Upright] = Box(last[0], last[3], last[2], last[3] + reach)
    corners: list[int] = []
    held = 0
    for gap in (over, under):
        aside = np.minimum(np.abs(boxes[:, 0] - gap.x0), np.abs(boxes[:, 2] - gap.x1)) <= T.same_px
        beside = aside & (boxes[:, 1] < gap.y1) & (boxes[:, 3] > gap.y0)
        beside[list(row)] = False
        corners += np.flatnonzero(beside).tolist()
        held += bool(beside.any() or ruled[gap.pixels(*ruled.shape)].any())
    return corners, held == T.held
