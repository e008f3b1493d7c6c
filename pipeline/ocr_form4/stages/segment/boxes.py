"""Rulings to the boxes of the header: a column-first cut, mended where a ruling is broken or
gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Rulings, Segment, inside


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How rulings may fail to divide a region into boxes: in upright pixels, and as shares of a
    box's side.
    """

    end_across_px: float = 11.0
    """How far a ruling across may end from the side of its box. Of 118,048 ends on 280 scans nine
    of ten that lie within that, beyond the side most of them, are 2 or less from it; of the others
    nine of ten are 52 or more, and the nearest are lines that entries stand on, 14 to 24.
    """
    end_down_px: float = 20.0
    """The same for a ruling down: of 198,604 ends 99 of 100 that lie within that are 4.7 or less
    off, of the others 99 of 100 61 or more.
    """
    least_width_px: float = 60.0
    """No box of the header is narrower, a fifth of an inch: of 4,225 rulings that end within one
    3,432 end 63 or more from its side, the others 40 or less.
    """
    least_height_px: float = 30.0
    """Nor lower than a line of its captions, a tenth of an inch: capitals of 14 and more, and the
    paper over and under them.
    """
    nearly_across: float = 0.8
    """A ruling that comes from one side is taken to reach the other from here on: a gap near one
    end leaves a stump too short to be seen. Of 56,889 rulings and boxes on 280 scans 31,021 cover
    more, nine of ten of them 0.99; nine of ten of the others 0.60 or less.
    """
    nearly_down: float = 0.85
    """The same for a ruling down: of 99,071 17,997 cover more, nine of ten of them 0.99; 99 of 100
    of the others 0.45 or less.
    """
    in_line_px: float = 6.0
    """Pieces of one ruling lie in line to within this: of 414 pairs on 280 scans four are 0.7 or
    less off, the others 27 or more.
    """
    stumps_share: float = 0.25
    """How much of a broken ruling down has to be seen, its pieces reaching from the top to the
    foot: the one of the fixtures' headers shows more than 0.25 and less than 0.4 of itself, without
    which two values are lost.
    """
    clear_px: float = 6.0
    """Paper that a cut needs on both sides where nothing of a ruling is seen: on 35 pages with one
    painted over, places with 2 and with 6 are the same.
    """
    same_end_px: float = 20.0
    """Rulings that end above each other to within this end at one ruling: of 9,016 pairs of ends on
    280 scans 99 of 100 that do are 18 or less apart, nine of ten of the others 250 or more. One
    that goes on further than this beyond a place is not ended by one there.
    """


T = Tolerances()
_SHIFTS_PX = (0, 4, -4, 8, -8, 12, -12)
"""Where a lost ruling is looked for around the place that rulings end at, as text may stand over
it: of 18 pages with a ruling of the header painted over, one loses three values without.
"""


def cut_boxes(
    box: Box[Upright], rulings: Rulings, glyphs: Sequence[Glyph] = ()
) -> list[Box[Upright]]:
    """The boxes that rulings divide a region into, in reading order of a column-first cut.

    ``glyphs`` are the region's text: where a ruling is broken or gone, a box is cut only where no
    text is cut.
    """
    halves = _whole_cut(box, rulings) or _mended_cut(box, rulings, inside(glyphs, box))
    if halves is None:
        return [box]
    return [b for half in halves for b in cut_boxes(half, rulings, glyphs)]


def _whole_cut(box: Box[Upright], rulings: Rulings) -> tuple[Box[Upright], Box[Upright]] | None:
    """The box cut along a ruling that goes from side to side."""
    for segment in rulings.vertical:
        starts, ends = (
            segment.start <= box.y0 + T.end_down_px,
            segment.end >= box.y1 - T.end_down_px,
        )
        nearly = (starts or ends) and _seen(segment, box.y0, box.y1) >= T.nearly_down * box.height
        if _is_within(segment.at, box.x0, box.x1, T.least_width_px) and (
            (starts and ends) or nearly
        ):
            return _left_and_right(box, segment.at)
    for segment in rulings.horizontal:
        starts, ends = (
            segment.start <= box.x0 + T.end_across_px,
            segment.end >= box.x1 - T.end_across_px,
        )
        nearly = (starts or ends) and _seen(segment, box.x0, box.x1) >= T.nearly_across * box.width
        if _is_within(segment.at, box.y0, box.y1, T.least_height_px) and (
            (starts and ends) or nearly
        ):
            return _over_and_under(box, segment.at)
    return None


def _seen(segment: Segment, start: float, end: float) -> float:
    """How much of a ruling lies between start and end."""
    return min(segment.end, end) - max(segment.start, start)


def _is_within(at: float, start: float, end: float, least: float) -> bool:
    """Whether a place is farther than ``least`` from both ends."""
    return start + least < at < end - least


def _mended_cut(
    box: Box[Upright], rulings: Rulings, text: Sequence[Glyph]
) -> tuple[Box[Upright], Box[Upright]] | None:
    """The box cut where pieces in line from its top to its foot tell of a ruling, or where rulings
    across it end one above the other.

    Of 280 scans five have such a cut, by which no value is won; of 35 pages with one ruling of the
    header painted over 14, without which 79 of 1,684 values are wrong, 8 of them unmarked.
    """
    for line in _in_line(rulings.vertical, box):
        at = max(line, key=lambda s: s.end - s.start).at
        starts = min(s.start for s in line) <= box.y0 + T.end_down_px
        ends = max(s.end for s in line) >= box.y1 - T.end_down_px
        seen = sum(_seen(s, box.y0, box.y1) for s in line)
        if starts and ends and seen >= T.stumps_share * box.height and _is_clear(text, at, 0):
            return _left_and_right(box, at)
    for x in _where_rulings_end(box, rulings.horizontal):
        free = [x + d for d in _SHIFTS_PX if _is_clear(text, x + d, T.clear_px)]
        if free and _is_within(x, box.x0, box.x1, T.least_width_px):
            return _left_and_right(box, free[0])
    return None


def _in_line(segments: Sequence[Segment], box: Box[Upright]) -> list[list[Segment]]:
    """The pieces of rulings down a box, by the line they lie on."""
    lines: list[list[Segment]] = []
    for s in sorted(segments, key=lambda s: s.at):
        within = _is_within(s.at, box.x0, box.x1, T.least_width_px)
        if not within or _seen(s, box.y0, box.y1) <= 0:
            continue
        if lines and s.at - lines[-1][-1].at <= T.in_line_px:
            lines[-1].append(s)
        else:
            lines.append([s])
    return lines


def _is_clear(text: Sequence[Glyph], x: float, margin: float) -> bool:
    """Whether text leaves a place free, and a margin on both sides of it."""
    return all(g.box.x1 <= x - margin or g.box.x0 >= x + margin for g in text)


def _where_rulings_end(box: Box[Upright], across: Sequence[Segment]) -> list[float]:
    """The x at which two or more rulings that come from one side of the box end: a lost ruling
    stood there.

    The farthest first: lines that entries stand on stop short of the ruling at the right of their
    box.
    """
    inner = [s for s in across if box.y0 + T.least_height_px < s.at < box.y1]
    left, right = box.x0 + 2 * T.end_across_px, box.x1 - 2 * T.end_across_px
    ends = [s.end for s in inner if s.start <= left and s.end < box.x1 - T.least_width_px]
    starts = [s.start for s in inner if s.end >= right and s.start > box.x0 + T.least_width_px]
    crossed = [(s.start + T.same_end_px, s.end - T.same_end_px) for s in inner]
    found = []
    for side in (ends, starts):
        for x in side:
            near = [e for e in side if abs(e - x) <= T.same_end_px]
            if len(near) >= 2 and not any(a < x < b for a, b in crossed):
                found.append(sum(near) / len(near))
    return sorted(set(found), reverse=True)


def _left_and_right(box: Box[Upright], x: float) -> tuple[Box[Upright], Box[Upright]]:
    return replace(box, x1=x), replace(box, x0=x)


def _over_and_under(box: Box[Upright], y: float) -> tuple[Box[Upright], Box[Upright]]:
    return replace(box, y1=y), replace(box, y0=y)
