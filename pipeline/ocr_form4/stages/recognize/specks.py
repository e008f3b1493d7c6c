"""Specks in cells and boxes, such as a coarse fax has, a few of its pixels high: told by their
size, before anything is read. A reader sees an I or a 1 in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.layout import Glyph, TextLine

_LOW, _NARROW = 0.85, 0.45
"""A speck is lower and narrower than that, in heights of a table's usual letters: of 184 pieces of
ink as narrow that stand alone in cells of 175 scans, the 105 specks are 0.5 to 0.82 high, mostly of
coarse faxes, of whose pixels a letter is six high; an I is 1.0 or more. A raised parenthesis may be
as low, and does not stand alone.
"""
_SPECKS = 2
"""Pieces of ink that a speck consists of at most. On the fixtures 698 of 3,506 are 1.00 times it or
less, the others 1.50 or more.
"""
_SIGN = 0.55
"""A speck at a run's end is higher than a point or a comma, in heights of usual letters: of 2,066
small pieces at ends on 280 scans 1,458 are lower, nine of ten of them 0.43 or less.
"""
_APART = 0.5
"""And stands further from it than these or letters do: of 608 such pieces 12 stand 0.52 to 1.9 off,
of the others 99 of 100 0.43 or less. In type of one width a comma does, too, and print is seen in
it.
"""


def without_specks(runs: Sequence[TextLine], usual: float) -> list[TextLine]:
    """The runs of a cell or box without specks, such as a coarse fax has, a few of its pixels high:
    those that are all there is, and those that stand apart at a run's ends.
    """
    kept = []
    for run in runs:
        glyphs = list(run.glyphs)
        while len(glyphs) > 1 and _stands_apart(glyphs[0], glyphs[1], usual):
            del glyphs[0]
        while len(glyphs) > 1 and _stands_apart(glyphs[-1], glyphs[-2], usual):
            del glyphs[-1]
        if len(glyphs) > _SPECKS or not all(_is_speck(g, usual) for g in glyphs):
            kept.append(run if len(glyphs) == len(run.glyphs) else make_line(glyphs))
    return kept


def _stands_apart(glyph: Glyph, beside: Glyph, usual: float) -> bool:
    """Whether a piece of ink at a run's end is a speck: punctuation stands closer, is lower, or
    print is seen in it.
    """
    gap = max(beside.box.x0 - glyph.box.x1, glyph.box.x0 - beside.box.x1)
    is_high = glyph.box.height > _SIGN * usual
    return not glyph.seen and _is_speck(glyph, usual) and is_high and gap > _APART * usual


def _is_speck(glyph: Glyph, usual: float) -> bool:
    return glyph.box.height < _LOW * usual and glyph.box.width < _NARROW * usual
