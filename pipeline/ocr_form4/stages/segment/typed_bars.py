"""Bars that are typed in line where a table has its rulings."""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4_models.layout import Glyph, PageLayout

_BAR_WIDTH, _BAR_HEIGHT, _IN_LINE, _BARS = 0.3, 0.9, 5.0, 3
"""The width of a typed bar at most, in shares of its height, and its height at least, in heights of
letters; the upright pixels within which bars stand in line, and how many do at least. On the
fixtures 168 of 4,058 are 1.00 times it or less, the others 1.03 or more (``_BAR_WIDTH``); 2,250 of
6,308 are 1.00 times it or less, the others 1.00 or more (``_BAR_HEIGHT``); 55 of 60 are 0.67 times
it or less, the others 1.00 or more (``_BARS``).
"""
_OFF = 4
"""Bars that stand in line are, from the first to the last, no further off than this many times what
two may be: the five lines of bars on the fixtures are off by 0.25 times that or less.
"""
_FIRST = 12.0
"""How far below a table's title its first lines of captions go, in heights of letters. With 6 and
with 24 four fixtures whose rulings are gone or broken are read the same.
"""
_RULING = 60.0
"""A shorter piece of a ruling, in upright pixels, tells no border. On the fixtures 1 of 22 are 1.00
times it or less, the others 2.43 or more.
"""


def bars_in_line(layout: PageLayout, glyphs: Sequence[Glyph], usual: float) -> list[float]:
    """The x at which bars are typed in line, or pieces of rulings stand, from left to right.

    A letter I or a parenthesis may stand in line over some rows: bars begin with the captions, and
    are several.
    """
    if not glyphs:
        return []
    top, bottom = min(g.box.y0 for g in glyphs), max(g.box.y1 for g in glyphs)
    ruled = [
        s.at
        for s in layout.rulings.vertical
        if s.start < bottom and s.end > top and s.length > _RULING
    ]
    lines: list[list[Glyph]] = []
    for glyph in sorted(
        (g for g in glyphs if _is_upright(g, usual)), key=lambda g: g.box.center[0]
    ):
        if lines and glyph.box.center[0] - lines[-1][-1].box.center[0] <= _IN_LINE:
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    lines = [n for n in lines if len(n) >= _BARS and n[-1].box.x1 - n[0].box.x0 <= _OFF * _IN_LINE]
    first = top + _FIRST * usual
    begun = [n for n in lines if sum(g.box.y0 < first for g in n) >= 2]
    typed = [sum(g.box.center[0] for g in n) / len(n) for n in lines] if len(begun) >= _BARS else []
    found: list[float] = []
    for x in sorted((*ruled, *typed)):
        found += [x] if not found or x - found[-1] > 2 * _IN_LINE else []
    return found if len(found) >= _BARS else []


def _is_upright(glyph: Glyph, usual: float) -> bool:
    box = glyph.box
    return box.height >= _BAR_HEIGHT * usual and box.width <= _BAR_WIDTH * box.height


def is_bar(glyph: Glyph, bars: Sequence[float], usual: float) -> bool:
    return _is_upright(glyph, usual) and any(
        abs(glyph.box.center[0] - x) <= 2 * _IN_LINE for x in bars
    )
