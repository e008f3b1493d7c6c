"""Rulings to the boxes of the header: a column-first cut, mended where a ruling is broken or gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ocr_form4.stages.segment.textlines import inside
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Rulings, Segment

_REACH = 14.0
"""How far a ruling may end from the side of its box, in upright pixels."""
_FLAT = 7.0
"""Lower or narrower than this is what a ruling left, not text that must not be cut."""
_NEAR = 6.0
"""Pieces of one ruling lie in line to within this."""


def cut_boxes(box: Box[Upright], rulings: Rulings, glyphs: Sequence[Glyph] = (), depth: int = 6) -> list[Box[Upright]]:
    """The boxes that rulings divide a region into, in reading order of a column-first cut.

    ``glyphs`` are the region's text: where a ruling is broken or gone, a box is cut only where no text is cut.
    """
    if depth:
        halves = _whole_cut(box, rulings) or _mended_cut(box, rulings, inside(glyphs, box))
        if halves:
            return [b for half in halves for b in cut_boxes(half, rulings, glyphs, depth - 1)]
    return [box]


def _whole_cut(box: Box[Upright], rulings: Rulings) -> tuple[Box[Upright], Box[Upright]] | None:
    """The box cut along a ruling that goes from side to side."""
    for segment in rulings.vertical:
        starts, ends = segment.start <= box.y0 + _REACH + 6, segment.end >= box.y1 - _REACH - 6
        nearly = (starts or ends) and min(segment.end, box.y1) - max(segment.start, box.y0) >= 0.85 * box.height
        if box.x0 + 60 < segment.at < box.x1 - 60 and ((starts and ends) or nearly):
            return _left_and_right(box, segment.at)
    for segment in rulings.horizontal:
        starts, ends = segment.start <= box.x0 + _REACH, segment.end >= box.x1 - _REACH
        # a gap near one end leaves a stump too short to be seen
        nearly = (starts or ends) and min(segment.end, box.x1) - max(segment.start, box.x0) >= 0.8 * box.width
        if box.y0 + 30 < segment.at < box.y1 - 30 and ((starts and ends) or nearly):
            return _over_and_under(box, segment.at)
    return None


def _mended_cut(box: Box[Upright], rulings: Rulings, text: Sequence[Glyph]) -> tuple[Box[Upright], Box[Upright]] | None:
    """The box cut where stumps in line tell of a ruling, or where rulings across it end one above the other."""
    text = [g for g in text if g.box.height > _FLAT < g.box.width]
    for at, start, end, covered in _in_line(rulings.horizontal, box.x0, box.x1, box.y0 + 30, box.y1 - 30):
        spans = start <= box.x0 + _REACH and end >= box.x1 - _REACH
        if covered >= 0.5 * box.width and spans and _is_clear((g.box.y0, g.box.y1) for g in text)(at, 1):
            return _over_and_under(box, at)
    clear = _is_clear((g.box.x0, g.box.x1) for g in text)
    for at, start, end, covered in _in_line(rulings.vertical, box.y0, box.y1, box.x0 + 60, box.x1 - 60):
        ends = int(start <= box.y0 + _REACH + 6) + int(end >= box.y1 - _REACH - 6)
        least = (1.0, 0.4, 0.25)[ends]
        if covered >= least * box.height and end - start >= 0.6 * box.height and clear(at, 2):
            return _left_and_right(box, at)
    for x in _where_rulings_end(box, rulings.horizontal):
        if box.x0 + 60 < x < box.x1 - 60 and (free := [x + d for d in (0, 4, -4, 8, -8, 12, -12) if clear(x + d, 6)]):
            return _left_and_right(box, free[0])
    return None


def _in_line(
    segments: Iterable[Segment], start: float, end: float, least: float, most: float
) -> list[tuple[float, float, float, float]]:
    """Pieces of rulings within a box, by the line they lie on: where it lies, its start, its end, how much is there."""
    lines: list[list[Segment]] = []
    for s in sorted(segments, key=lambda s: s.at):
        if not (least < s.at < most) or s.end <= start + _REACH or s.start >= end - _REACH:
            continue
        if lines and s.at - lines[-1][-1].at <= _NEAR:
            lines[-1].append(s)
        else:
            lines.append([s])
    found = []
    for line in lines:
        cut = [(max(s.start, start), min(s.end, end)) for s in line]
        at = max(line, key=lambda s: s.end - s.start).at
        found.append((at, min(a for a, _ in cut), max(b for _, b in cut), sum(b - a for a, b in cut)))
    return sorted(found, key=lambda f: -f[3])


def _is_clear(spans: Iterable[tuple[float, float]]) -> Callable[[float, float], bool]:
    """Tells whether text leaves a place free: asked with the place and a margin on both sides of it."""
    taken = list(spans)

    def clear(at: float, margin: float) -> bool:
        return all(b <= at - margin or a >= at + margin for a, b in taken)

    return clear


def _where_rulings_end(box: Box[Upright], across: Sequence[Segment]) -> list[float]:
    """The x at which two or more rulings that come from one side of the box end: a lost ruling stood there.

    The farthest first: lines that entries stand on stop short of the ruling at the right of their box.
    """
    inner = [s for s in across if box.y0 + 30 < s.at < box.y1 - 10 and s.end - s.start >= 150]
    ends = [s.end for s in inner if s.start <= box.x0 + 2 * _REACH and s.end < box.x1 - 60]
    ends += [s.start for s in inner if s.end >= box.x1 - 2 * _REACH and s.start > box.x0 + 60]
    crossed = [(s.start + 30, s.end - 30) for s in inner]
    found = []
    for x in ends:
        near = [e for e in ends if abs(e - x) <= 20]
        if len(near) >= 2 and not any(a < x < b for a, b in crossed):
            found.append(sum(near) / len(near))
    return sorted(set(found), reverse=True)


def _left_and_right(box: Box[Upright], x: float) -> tuple[Box[Upright], Box[Upright]]:
    return replace(box, x1=x), replace(box, x0=x)


def _over_and_under(box: Box[Upright], y: float) -> tuple[Box[Upright], Box[Upright]]:
    return replace(box, y1=y), replace(box, y0=y)
