"""What a line of text is made of, measured: its letters, its capitals, its base line, its band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph, Glyphs, TextLine

SMALL = 9.0
"""Height in upright pixels below which ink is punctuation, an accent or dirt: it joins text, and
never starts one. Of 213,041 pieces on the fixtures 24,711 are lower, half of them 4 or less; of the
others 99 of 100 are 11 or more.
"""
_TALLEST, _OVER, _UNDER = 2.2, 0.7, 0.5
"""In heights of its capitals: a line with raised marks and tails is 1.9 high at most; how far the
marks go above its capitals, and the tails below its base line.
"""
_FEW = 3
"""Fewer letters do not tell a line's band: the four lines of the fixtures that are higher than that
have 4 or more.
"""
_MARGIN_SHARE = 0.05
"""Of a page's width, at its left: where print begins further right, on a page that was copied
smaller, what is looked for at the left is, too. The print of 14 pages of the fixtures begins at
0.04 to 0.07.
"""
_SPECKS_OF = 100
"""One of so many pieces of a page's ink may be dirt beside its print: of 14 pages of the fixtures
none begins elsewhere for it.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What is a letter, and which tell a line's capitals: in upright pixels, in heights of a letter
    (_heights), as shares. Counts are of the fixtures (scripts/margins.py fixtures/scan
    fixtures/more).
    """

    letter_px: float = 80.0
    """Ink higher than this, a quarter of an inch, is no usual letter of the form: of 188,330 pieces
    99 of 100 are 34 or less.
    """
    ink_px: float = 130.0
    """Ink higher than this is never one of a line's letters: of 188,330 pieces five are, 133 to 188
    high, and the highest others 79 to 123, large print and signatures among them.
    """
    low_heights: float = 0.55
    """Lower ink is not a letter of its line but belongs to one: a point, an accent, a raised mark's
    piece. Of 188,325 pieces that are no dirt 995 are lower, half of them less than 0.47; of the
    others 99 of 100 are 0.65 or more.
    """
    tall_rank: float = 0.85
    tall_share: float = 0.6
    """Capitals are this share of the height at ``tall_rank`` among a line's: lower small letters
    tell no base line. Of 233,956 pieces 203,316 are as high, 99 of 100 of them 0.65 or more; half
    of the others are 0.2 or less.
    """
    top_rank: float = 0.2
    """Of the upper ends of a line's capitals in order, the one that is their top: some stand
    higher, as brackets do. With 0.1 no value of 36 scans is lost, with 0.4 five are.
    """


T = Tolerances()


def letter_height(glyphs: Iterable[Glyph]) -> float:
    """The height of a usual letter among glyphs; 0 where there is none."""
    all_ = glyphs if isinstance(glyphs, Glyphs) else Glyphs(glyphs)
    heights = all_.sizes[1]
    letters = heights[(heights > SMALL) & (heights <= T.letter_px)]
    return float(np.median(letters)) if len(letters) else 0.0


def print_edges(glyphs: Sequence[Glyph]) -> tuple[float, float]:
    """Where the print of a page begins and ends, from left to right, but for a few specks."""
    xs = sorted(g.box.x0 for g in glyphs), sorted(g.box.x1 for g in glyphs)
    few = len(glyphs) // _SPECKS_OF
    return (xs[0][few], xs[1][-1 - few]) if glyphs else (0.0, 0.0)


def indent(glyphs: Sequence[Glyph], width: float) -> float:
    """How much further right than usual the print of a page of that width begins."""
    return max(0.0, print_edges(glyphs)[0] - _MARGIN_SHARE * width)


def make_line(glyphs: Sequence[Glyph]) -> TextLine:
    """A run from its glyphs, with the height of its capitals and its base line measured."""
    ordered = tuple(sorted(glyphs, key=lambda g: g.box.x0))
    spans = [(b.y0, b.y1, b.y1 - b.y0) for b in (g.box for g in ordered)]
    heights = sorted(height for _, _, height in spans)
    high = heights[int(T.tall_rank * (len(heights) - 1))]
    tall = [span for span in spans if span[2] >= T.tall_share * high]
    base = median(bottom for _, bottom, _ in tall)
    tops = sorted(top for top, _, _ in tall)
    top = tops[int(T.top_rank * (len(tops) - 1))]
    return TextLine(ordered, union(g.box for g in ordered), top, max(base, top + 1))


def band(line: TextLine) -> Box[Upright]:
    """A line's box without what a stroke through it adds above and below: beside that its letters
    would be too small in a crop to be read. Where there are few letters, they do not tell its band.
    """
    cap = line.cap_height
    letters = [g for g in line.glyphs if SMALL <= g.box.height <= _TALLEST * cap]
    if line.box.height <= _TALLEST * cap or len(letters) < _FEW:
        return line.box
    top, bottom = line.top - _OVER * cap, line.base + _UNDER * cap
    return replace(line.box, y0=max(line.box.y0, top), y1=min(line.box.y1, bottom))
