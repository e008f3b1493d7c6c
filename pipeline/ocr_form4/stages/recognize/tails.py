"""Two lines of a cell that the tail of a letter joins: what stands under the tail belongs to the
lower one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.layout import Glyph, TextLine

_BODY = 0.7
"""The share of a line's capitals over which ink reaches that is a letter of it: where a p touched
an I below, 1.0; a tail that ends within the next line reaches over less.
"""
_BEYOND_CAPS = 0.6
"""How far ink of two lines goes over the upper one's capitals and under the lower one's base line,
which tails and raised marks do by 0.5 (``lines``): further goes a stroke of a pen.
"""
_WIDEST_CAPS = 3.0
"""Breadth of such ink at most: two letters or three that touch, 1.4 where it was seen."""
_BESIDE_CAPS = 1.6
"""How far beside the lower line such ink begins or ends at most, 1.6 as letters of one run do
(``textlines``).
"""


def cut_at_tails(
    lines: Sequence[TextLine], letters: Sequence[Glyph]
) -> list[tuple[TextLine, bool]]:
    """The lines of a cell, from top to bottom, of which ``letters`` are all; those that one piece
    of ink joins taken apart, and told so. Such a piece is in either of them, or, taken for a stroke
    through both, in none.
    """
    found = [(line, False) for line in lines]
    for k, (upper, lower) in enumerate(pairwise(lines)):
        joining = [g for g in letters if _is_of_both(g, upper, lower)]
        if not joining:
            continue
        at = max(upper.base, lower.top - 2)
        over = [replace(g, box=replace(g.box, y1=at)) for g in joining]
        under = [replace(g, box=replace(g.box, y0=at)) for g in joining]
        for n, more in ((k, over), (k + 1, under)):
            rest = [g for g in found[n][0].glyphs if g not in joining]
            found[n] = make_line((*rest, *more)), True
    return found


def _is_of_both(glyph: Glyph, upper: TextLine, lower: TextLine) -> bool:
    """Whether a piece of ink is a letter of a line and of the one below it."""
    box, beside = glyph.box, _BESIDE_CAPS * lower.cap_height
    within = (
        box.width <= _WIDEST_CAPS * lower.cap_height
        and box.y0 >= upper.top - _BEYOND_CAPS * upper.cap_height
        and box.y1 <= lower.base + _BEYOND_CAPS * lower.cap_height
        and lower.box.x0 - beside <= box.x1
        and box.x0 <= lower.box.x1 + beside
    )
    over = min(box.y1, upper.base) - max(box.y0, upper.top) >= _BODY * upper.cap_height
    under = min(box.y1, lower.base) - max(box.y0, lower.top) >= _BODY * lower.cap_height
    return within and over and under and lower.top > upper.base
