"""Sides of check boxes that are as long as pieces of rulings, and were taken for these."""

from __future__ import annotations

from itertools import pairwise

from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout

_LONGEST_PX = 110.0
"""The longest side of a box, as an outline's (``box_outlines``): 100 was seen."""
_LEVEL_PX = 14.0
"""By which two sides of a box begin and end apart, as the page's maps show them: a spot of these is
4, and a fax's box is off by 2 or 3 of them.
"""
_BEYOND_SIDES = 0.6
"""What touches a pale box ends within this of it, in its sides (those of three boxes on the
fixtures within 0.48, as coarsely as the maps show them): where it goes on, as by 0.9 and more on
two pages, the box is a corner of something larger.
"""
_TOUCH_PX = 2.0
"""And what is nearer than 2 to its sides touches it."""


def between_rulings(layout: PageLayout, zone: Box[Upright]) -> list[Box[Upright]]:
    """What may be boxes in a zone: between two short rulings down that begin and end at the same
    heights.
    """
    down = [
        s
        for s in layout.rulings.vertical
        if zone.contains(s.at, (s.start + s.end) / 2) and s.length <= _LONGEST_PX
    ]
    return [
        Box(a.at, min(a.start, b.start), b.at, max(a.end, b.end))
        for a, b in pairwise(sorted(down, key=lambda s: s.at))
        if max(abs(a.start - b.start), abs(a.end - b.end)) <= _LEVEL_PX
    ]


def is_corner(layout: PageLayout, box: Box[Upright]) -> bool:
    """Whether a square is only the corner of a larger box: ink or a ruling that touches it goes
    on.
    """
    within, near = box.inset(-_BEYOND_SIDES * box.width), box.inset(-_TOUCH_PX)
    others: list[Box[Upright]] = [
        *(Box(s.start, s.at - 1, s.end, s.at + 1) for s in layout.rulings.horizontal),
        *(Box(s.at - 1, s.start, s.at + 1, s.end) for s in layout.rulings.vertical),
        *(g.box for g in layout.glyphs),
    ]
    return any(b.intersection(near) and not _lies_in(b, within) for b in others)


def _lies_in(one: Box[Upright], other: Box[Upright]) -> bool:
    return other.x0 <= one.x0 and one.x1 <= other.x1 and other.y0 <= one.y0 and one.y1 <= other.y1
