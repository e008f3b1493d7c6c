"""Rulings to the boxes of the header: a column-first cut, mended where a ruling is broken or
gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ocr_form4.stages.segment.textlines import inside
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Rulings, Segment

_DEEP = 6
"""Boxes within boxes: the header's are three deep."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How rulings may fail to divide a region into boxes: in upright pixels, and as shares of a
    box's side.
    """

    end_across_px: float = 14.0
    end_down_px: float = 20.0
    """How far a ruling across, or down, may end from the side of its box."""
    least_width_px: float = 60.0
    least_height_px: float = 30.0
    """No box of the header is narrower than a fifth of an inch, or lower than a line of its
    captions.
    """
    nearly_across: float = 0.8
    nearly_down: float = 0.85
    """A ruling that comes from one side is taken to reach the other from here on: a gap near one
    end leaves a stump too short to be seen.
    """
    flat_px: float = 7.0
    """Lower or narrower than this is what a ruling left, not text that must not be cut."""
    in_line_px: float = 6.0
    """Pieces of one ruling lie in line to within this."""
    stumps_across: float = 0.5
    """How much of a broken ruling across has to be seen; it must come from both sides."""
    stumps_down: tuple[float, float, float] = (1.0, 0.4, 0.25)
    """Of one down, by how many of its ends are at a side of the box."""
    span_down: float = 0.6
    """From its first piece to its last."""
    clear_across_px: float = 1.0
    clear_down_px: float = 2.0
    clear_guessed_px: float = 6.0
    """Paper that a cut needs on both sides: along stumps across or down, and where nothing of a
    ruling is seen.
    """
    long_px: float = 150.0
    """A ruling that tells by its end where a lost one stood is half an inch long."""
    foot_px: float = 10.0
    """Distance from the foot of a box within which the lowest line is that entries stand on."""
    same_end_px: float = 20.0
    """Rulings that end above each other to within this end at one ruling."""
    beyond_px: float = 30.0
    """A ruling that goes on further than this beyond a place is not ended by one there."""


T = Tolerances()
_SHIFTS = (0, 4, -4, 8, -8, 12, -12)
"""Where a lost ruling is looked for around the place that rulings end at, in upright pixels."""


def cut_boxes(
    box: Box[Upright], rulings: Rulings, glyphs: Sequence[Glyph] = (), depth: int = _DEEP
) -> list[Box[Upright]]:
    """The boxes that rulings divide a region into, in reading order of a column-first cut.

    ``glyphs`` are the region's text: where a ruling is broken or gone, a box is cut only where no
    text is cut.
    """
    if depth:
        halves = _whole_cut(box, rulings) or _mended_cut(box, rulings, inside(glyphs, box))
        if halves:
            return [b for half in halves for b in cut_boxes(half, rulings, glyphs, depth - 1)]
    return [box]


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
    """The box cut where stumps in line tell of a ruling, or where rulings across it end one above
    the other.
    """
    text = [g for g in text if min(g.box.height, g.box.width) > T.flat_px]
    clear = _is_clear((g.box.y0, g.box.y1) for g in text)
    across = [s for s in rulings.horizontal if _is_within(s.at, box.y0, box.y1, T.least_height_px)]
    for at, start, end, covered in _in_line(across, box.x0, box.x1):
        spans = start <= box.x0 + T.end_across_px and end >= box.x1 - T.end_across_px
        if covered >= T.stumps_across * box.width and spans and clear(at, T.clear_across_px):
            return _over_and_under(box, at)
    clear = _is_clear((g.box.x0, g.box.x1) for g in text)
    down = [s for s in rulings.vertical if _is_within(s.at, box.x0, box.x1, T.least_width_px)]
    for at, start, end, covered in _in_line(down, box.y0, box.y1):
        ends = int(start <= box.y0 + T.end_down_px) + int(end >= box.y1 - T.end_down_px)
        spans = end - start >= T.span_down * box.height
        if covered >= T.stumps_down[ends] * box.height and spans and clear(at, T.clear_down_px):
            return _left_and_right(box, at)
    for x in _where_rulings_end(box, rulings.horizontal):
        free = [x + d for d in _SHIFTS if clear(x + d, T.clear_guessed_px)]
        if free and _is_within(x, box.x0, box.x1, T.least_width_px):
            return _left_and_right(box, free[0])
    return None


def _in_line(
    segments: Iterable[Segment], start: float, end: float
) -> list[tuple[float, float, float, float]]:
    """Pieces of rulings within a box, by the line they lie on: where it lies, its start, its end,
    how much is there.
    """
    lines: list[list[Segment]] = []
    for s in sorted(segments, key=lambda s: s.at):
        if s.end <= start + T.end_across_px or s.start >= end - T.end_across_px:
            continue
        if lines and s.at - lines[-1][-1].at <= T.in_line_px:
            lines[-1].append(s)
        else:
            lines.append([s])
    found = []
    for line in lines:
        cut = [(max(s.start, start), min(s.end, end)) for s in line]
        at = max(line, key=lambda s: s.end - s.start).at
        found.append(
            (at, min(a for a, _ in cut), max(b for _, b in cut), sum(b - a for a, b in cut))
        )
    return sorted(found, key=lambda f: -f[3])


def _is_clear(spans: Iterable[tuple[float, float]]) -> Callable[[float, float], bool]:
    """Tells whether text leaves a place free: asked with the place and a margin on both sides of
    it.
    """
    taken = list(spans)

    def clear(at: float, margin: float) -> bool:
        return all(b <= at - margin or a >= at + margin for a, b in taken)

    return clear


def _where_rulings_end(box: Box[Upright], across: Sequence[Segment]) -> list[float]:
    """The x at which two or more rulings that come from one side of the box end: a lost ruling
    stood there.

    The farthest first: lines that entries stand on stop short of the ruling at the right of their
    box.
    """
    top, foot = box.y0 + T.least_height_px, box.y1 - T.foot_px
    inner = [s for s in across if top < s.at < foot and s.end - s.start >= T.long_px]
    left, right = box.x0 + 2 * T.end_across_px, box.x1 - 2 * T.end_across_px
    ends = [s.end for s in inner if s.start <= left and s.end < box.x1 - T.least_width_px]
    ends += [s.start for s in inner if s.end >= right and s.start > box.x0 + T.least_width_px]
    crossed = [(s.start + T.beyond_px, s.end - T.beyond_px) for s in inner]
    found = []
    for x in ends:
        near = [e for e in ends if abs(e - x) <= T.same_end_px]
        if len(near) >= 2 and not any(a < x < b for a, b in crossed):
            found.append(sum(near) / len(near))
    return sorted(set(found), reverse=True)


def _left_and_right(box: Box[Upright], x: float) -> tuple[Box[Upright], Box[Upright]]:
    return replace(box, x1=x), replace(box, x0=x)


def _over_and_under(box: Box[Upright], y: float) -> tuple[Box[Upright], Box[Upright]]:
    return replace(box, y1=y), replace(box, y0=y)
