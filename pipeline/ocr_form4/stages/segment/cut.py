"""Where a scan ends before the form does: the page's edge, or a copier's, runs through the
entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from ocr_form4.stages.segment.rulings import HALF, PageInk
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TextLine
from ocr_form4_models.page import UprightPage

_UNSEEN = 0.1
"""The share of a form's outer ruling up to which it is not there. On the fixtures 14 of 288 are
0.00 times it or less, the others 2.33 or more.
"""
_BESIDE = 12
"""How far it may stand from where the rulings across end, in upright pixels. With 6 18 scans are
read the same, with 24 four more fields of them are looked at.
"""
_FRAME = 0.06
"""Inches from the edge of the scan within which a form ends that is cut: of 14 sides without a
ruling on the fixtures two lie within 0.016, which are cut, the others 0.074 or more from it.
"""
_TEXT = 0.015
"""The same for lines of text: of 1,128 ends on the fixtures two lie within 0.006, the others 0.093
or more from it.
"""
_LONG, _LINES = 0.2, 3
"""The least length of a line that tells of a cut, as a share of the page's width, and how many such
lines end at the edge of a page of text that is cut. On the fixtures 808 of 1,372 are 1.00 times it
or less, the others 1.00 or more (``_LONG``); all 151 are 0.67 times it or less (``_LINES``).
"""
_SIDES = ("left", "right")
_MARGIN = 0.15
"""Inches from the edge of the scan within which all of a crumb lies: a piece of the paper's own
edge, or its shadow. Of 189 documents 39 have any; left in, they spoilt the remarks of one.
"""
_CRUMB_LOW = 0.8
"""Height below which it is a crumb, in heights of the page's usual letters: of 1,390 lines on the
fixtures 107 are lower, 0.79 at most, of the others nine of ten 0.85 or more.
"""
_CRUMB_NARROW = 2.0
"""Width below which it is one, in the same heights: of 1,283 higher lines 23 are 1.8 wide or less,
of the others nine of ten 3.5 or more.
"""
_CRUMBS = 0.5
"""The share of the upper or lower edge that crumbs along it take up at most, in all: more is a line
that is cut. On the fixtures all 76 are 0.08 times it or less.
"""


@dataclass(frozen=True, slots=True)
class Cut:
    """``sides`` of the page, left or right, at which the scan ends within the form; ``strips`` is
    where entries may go on that are not seen, there and where the form's outer ruling is missing.
    """

    sides: tuple[str, ...]
    strips: tuple[Box[Upright], ...]


def find_cut(
    page: UprightPage, ink: PageInk, parts: Sequence[Box[Upright]], lines: Sequence[TextLine]
) -> Cut:
    """What is cut off a page: ``parts`` are the header's and the tables' boxes, ``lines`` its
    running text.

    Of 327 documents 12 have such sides or rulings. Not told of them, five of those had three values
    wrong that nothing marked, of two pages whose edge runs through entries, and 15 fields less up
    for review.
    """
    height = page.pixels.shape[0]
    sides: list[str] = []
    strips: list[Box[Upright]] = []
    long = [n.box for n in lines if n.box.width >= _LONG * page.pixels.shape[1]]
    for k, side in enumerate(_SIDES):
        lost = [b for b in parts if not _has_ruling(ink, b, (b.x0, b.x1)[k])]
        at_edge = [b for b in lost if _from_edge(page, b, k) <= _FRAME]
        ending = [b for b in long if _from_edge(page, b, k) <= _TEXT]
        if at_edge or len(ending) >= _LINES:
            sides.append(side)
            xs = [(b.x0, b.x1)[k] for b in (at_edge or ending)]
            strips.append(Box(min(xs) - _BESIDE, 0, max(xs) + _BESIDE, height))
        strips += [strips_along(b)[k] for b in lost]
    return Cut(tuple(sides), tuple(strips))


def strips_along(part: Box[Upright]) -> tuple[Box[Upright], Box[Upright]]:
    """Where entries may go on that are not seen if a part's left or right ruling is missing."""
    left, right = (replace(part, x0=x - _BESIDE, x1=x + _BESIDE) for x in (part.x0, part.x1))
    return left, right


def without_crumbs(page: UprightPage, lines: Sequence[TextLine], usual: float) -> list[TextLine]:
    """The lines less the crumbs at the edge of the scan: what is left there of the paper's edge or
    its shadow.

    They are narrower than any text, or their pieces lower than most letters of the page, whose
    ``usual`` height is given; and nothing of them reaches into the page.
    """

    def is_crumb(line: TextLine) -> bool:
        high = min(line.cap_height, median(g.box.height for g in line.glyphs))
        small = high < _CRUMB_LOW * usual or line.box.width < _CRUMB_NARROW * usual
        return small and _is_at_edge(page, line.box)

    crumbs = [n for n in lines if is_crumb(n)]
    if (
        sum(n.box.width for n in crumbs if n.box.width > n.box.height)
        > _CRUMBS * page.pixels.shape[1]
    ):
        crumbs = [n for n in crumbs if n.box.width <= n.box.height]
    return [n for n in lines if n not in crumbs]


def _is_at_edge(page: UprightPage, box: Box[Upright]) -> bool:
    """Whether all of a box lies at one edge of the scan, or outside of it."""
    corners = np.array([(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])
    at = page.rectification.to_scan(corners)
    near, far = at / np.array(page.dpi), (np.array(page.scan_size) - at) / np.array(page.dpi)
    return bool((near.max(axis=0) <= _MARGIN).any() or (far.max(axis=0) <= _MARGIN).any())


def _has_ruling(ink: PageInk, box: Box[Upright], x: float) -> bool:
    at, reach = int(x) // HALF, _BESIDE // HALF
    strip = ink.down[int(box.y0) // HALF : int(box.y1) // HALF, max(0, at - reach) : at + reach + 1]
    return strip.size > 0 and float(np.any(strip, axis=1).mean()) > _UNSEEN


def _from_edge(page: UprightPage, box: Box[Upright], side: int) -> float:
    """How far a box's left or right side is from the nearest edge of the scan, in inches."""
    x, y = (box.x0, box.x1)[side], box.center[1]
    at = page.rectification.box_to_scan(Box(x - 1, y - 1, x + 1, y + 1)).center
    across = min(at[0], page.scan_size[0] - at[0]) / page.dpi[0]
    down = min(at[1], page.scan_size[1] - at[1]) / page.dpi[1]
    return across if page.rectification.quarter_turns % 2 == 0 else down
