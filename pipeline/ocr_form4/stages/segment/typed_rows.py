"""The rows of a table that goes on at the top of a page, between bars that are typed.

Typed bars make rulings here and there only, and a page that breaks a table, or its captions, has no
captions to tell columns by. Bars go down through every line of a row, and so do as many as the
table has columns; captions have bars of which some begin below others, and a title has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from math import inf
from statistics import median

from ocr_form4.pixels.crops import MARGIN
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.lost_tables import lying_over
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.stages.segment.under_captions import is_caption_text, read_lines
from ocr_form4.stages.segment.which_table import TABLE_OF, regions_of
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph, PageLayout, Segment, TablePiece

_THIN, _HIGH = 0.2, 1.25
"""The width of a typed bar at most, in shares of its height, and its height at least, in heights of
letters. Of 87 pages of 40 typed forms, of which 24 have such tables, one is divided otherwise with
0.15 and, as parentheses then are bars, 19 with 0.3; none with 1.0 and two with 1.4.
"""
_IN_LINE = 0.5
"""Bars of one column stand no further from each other than this, in heights of letters: less than
half of what one typed character takes. With 0.25 and with 0.8 one of those 87 pages is divided
otherwise.
"""
_APART = 1.4
"""Two bars stand further apart, in heights of letters: a column has a character's room at least.
With 1.0 and with 1.7 those 87 pages are divided the same.
"""
_THROUGH = 0.45
"""The share of a band's height from which a bar goes through it. With 0.3 and with 0.6 those 87
pages are divided the same.
"""
_FEWEST = 9
"""Columns of a table of Form 4 or 5, at least, less one that may be lost. With 8 and with 10 those
87 pages are divided the same.
"""
_LONG = 4.0
"""A bar that is broken in a row is longer in all, in heights of letters: it stands on further
lines. With 2 those 87 pages are divided the same, with 8 one is otherwise.
"""
_LINES = 4.0
"""The height of two lines and more, in heights of letters. With 2 and with 8 those 87 pages are
divided the same.
"""
_ACROSS = 0.6
"""Share of the width of a page's ink that a ruling between rows covers at least. With 0.4 one of
those 87 pages is divided otherwise, with 0.8 none.
"""
_ROW_PX = 20.0
"""No row is lower, in upright pixels. With 10 and with 30 those 87 pages are divided the same.
"""


@dataclass(frozen=True, slots=True)
class _Bar:
    x: float
    pieces: tuple[tuple[float, float], ...]
    """From where to where it goes down, in upright pixels."""

    @property
    def length(self) -> float:
        return sum(b - a for a, b in self.pieces)

    def share_of(self, top: float, bottom: float) -> float:
        """The share of a band that it goes through."""
        return sum(max(0.0, min(b, bottom) - max(a, top)) for a, b in self.pieces) / (bottom - top)


@dataclass(frozen=True, slots=True)
class _Band:
    """What stands between two rulings across, or behind the last one."""

    top: float
    bottom: float
    through: frozenset[int]
    """The bars that go down all through it."""
    begun: frozenset[int]
    """Those that are there for some of its lines alone."""


def with_typed_rows(layout: PageLayout, reader: Reader) -> PageLayout:
    """The layout with the table that goes on at the top of the page, where bars show more of it
    than rulings do, columns or captions; else as it is.
    """
    told = [p.captions.y0 for p in layout.pieces if p.captions and p.editions]
    piece = None if layout.header else _going_on(layout, reader, min(told, default=inf))
    if piece is None:
        return layout
    replaced = [p for p in layout.pieces if p.box.y0 < piece.box.y1]
    if _show_as_much(replaced, piece):
        return layout
    pieces = (piece, *(p for p in layout.pieces if p not in replaced))
    last = max(p.box.y1 for p in pieces)
    return replace(
        layout,
        pieces=pieces,
        above=tuple(group_lines([g for g in layout.glyphs if g.box.center[1] < piece.box.y0])),
        below=tuple(group_lines([g for g in layout.glyphs if g.box.center[1] >= last])),
        regions=regions_of(pieces),
        stray=tuple(n for n in layout.stray if n.box.y0 >= piece.box.y1),
        foreign=lying_over(layout, pieces, layout.header),
    )


def _show_as_much(ruled: Sequence[TablePiece], typed: TablePiece) -> bool:
    """Whether rulings show as much of a table as bars do: more columns, or as many with its rows
    and captions.
    """
    columns = max((len(p.columns) for p in ruled), default=0)
    rows = sum(len(p.rows) for p in ruled)
    captions = any(p.captions for p in ruled) or not typed.captions
    more = columns - len(typed.columns)
    return more > 0 or (more == 0 and rows >= len(typed.rows) and captions)


def _going_on(layout: PageLayout, reader: Reader, foot: float) -> TablePiece | None:
    """The table at the top of a page, over ``foot`` and over the first title under it, if it has as
    many columns as one of the form's.
    """
    here = [g for g in layout.glyphs if g.box.y1 < foot]
    across = [s for s in _across(layout, here) if s.at < foot]
    if not across:  # streaks of dirt go down a page of text, too
        return None
    usual = letter_height(here)
    left, right = min(s.start for s in across), max(s.end for s in across)
    bars = [b for b in _bars(layout, here, usual, foot) if left - usual < b.x < right + usual]
    bands = _bands_of_table(_bands(here, bars, [s.at for s in across], foot), usual)
    if not bands or _is_ruled(layout, bands):
        return None
    long = frozenset(k for k, b in enumerate(bars) if b.length > _LONG * usual)
    over = list(takewhile(lambda b: _is_of_captions(layout, reader, b), bands))
    under = bands[len(over) :]
    seen = _bars_of_columns(under, long) if under else sorted(over[-1].through | over[-1].begun)
    columns = _columns([bars[k].x for k in seen], left, right, usual)
    table = TABLE_OF.get(len(columns) - 1)
    if table is None:
        return None
    captions: list[Box[Upright]] = [Box(columns[0], b.top, columns[-1], b.bottom) for b in over]
    rows = tuple((b.top, b.bottom) for b in under)
    return TablePiece(table, columns, rows, union(captions) if captions else None)


def _is_ruled(layout: PageLayout, bands: Sequence[_Band]) -> bool:
    """Whether rulings show captions and rows there, and every column that a bar stands beside: then
    nothing has to be read to tell them.
    """
    here = [p for p in layout.pieces if p.box.y0 < bands[-1].bottom]
    bars = {k for b in bands for k in b.through | b.begun}
    whole = any(p.rows for p in here) and any(p.captions for p in here)
    return whole and max(len(p.columns) for p in here) >= len(bars)


def _is_of_captions(layout: PageLayout, reader: Reader, band: _Band) -> bool:
    """Whether captions stand in a band, of which some columns' bars begin below the others."""
    if not band.begun:
        return False
    here = [g for g in layout.glyphs if band.top < g.box.center[1] < band.bottom]
    text = " ".join(s.text for s in read_lines(layout, group_lines(here), reader))
    return is_caption_text(text)


def _bands_of_table(bands: Sequence[_Band], usual: float) -> list[_Band]:
    """The first bands of as many bars as a table has. What goes on through several lines behind
    them, a title or what follows the tables, is no bar but a streak.
    """
    first = next((k for k, b in enumerate(bands) if len(b.through) >= _FEWEST), len(bands))
    found = list(takewhile(lambda b: len(b.through) >= _FEWEST, bands[first:]))
    behind = bands[first + len(found) : first + len(found) + 1]
    streaks = {k for b in behind if b.bottom - b.top > _LINES * usual for k in b.through}
    return [replace(b, through=b.through - streaks, begun=b.begun - streaks) for b in found]


def _bars_of_columns(rows: Sequence[_Band], long: frozenset[int]) -> list[int]:
    """The bars of a table's columns: those of most of its rows, of which a long one may be
    broken.
    """
    seen = Counter(k for b in rows for k in b.through | (b.begun & long))
    return sorted(k for k, count in seen.items() if 2 * count > len(rows))


def _columns(xs: Sequence[float], left: float, right: float, usual: float) -> tuple[float, ...]:
    """The borders: bars, and the ends of the rulings across where none stands there."""
    return (
        *((left - MARGIN,) if left < xs[0] - usual else ()),
        *xs,
        *((right + MARGIN,) if right > xs[-1] + usual else ()),
    )


def _bars(layout: PageLayout, glyphs: Sequence[Glyph], usual: float, foot: float) -> list[_Bar]:
    """The bars that stand in line, and the pieces of rulings among them, from left to right."""
    pieces = [
        (g.box.center[0], g.box.y0, g.box.y1)
        for g in glyphs
        if g.box.height >= _HIGH * usual and g.box.width <= _THIN * g.box.height
    ]
    pieces += [(s.at, s.start, min(s.end, foot)) for s in layout.rulings.vertical if s.start < foot]
    lines: list[list[tuple[float, float, float]]] = []
    for piece in sorted(pieces):
        if lines and piece[0] - lines[-1][-1][0] <= _IN_LINE * usual:
            lines[-1].append(piece)
        else:
            lines.append([piece])
    bars = [_Bar(median(x for x, _, _ in n), tuple((a, b) for _, a, b in n)) for n in lines]
    return [
        bar
        for bar in bars
        if not any(abs(o.x - bar.x) < _APART * usual and o.length > bar.length for o in bars)
    ]


def _bands(
    glyphs: Sequence[Glyph], bars: Sequence[_Bar], across: Sequence[float], foot: float
) -> list[_Band]:
    """What stands between rulings across the page, from its top down to ``foot``."""
    levels = [min(g.box.y0 for g in glyphs) - MARGIN]
    end = min(foot, max(g.box.y1 for g in glyphs) + MARGIN)
    for y in (*sorted(across), end):
        levels += [y] if y - levels[-1] > _ROW_PX else []
    return [b for top, bottom in pairwise(levels) if (b := _band(bars, top, bottom))]


def _across(layout: PageLayout, glyphs: Sequence[Glyph]) -> list[Segment]:
    """The rulings across most of a page's print."""
    if not glyphs:
        return []
    width = max(g.box.x1 for g in glyphs) - min(g.box.x0 for g in glyphs)
    return [s for s in layout.rulings.horizontal if s.length >= _ACROSS * width]


def _band(bars: Sequence[_Bar], top: float, bottom: float) -> _Band | None:
    """A band by its bars, as high as most of them; None where there is none."""
    spans = [
        (max(top, min(a for a, _ in here)), min(bottom, max(b for _, b in here)))
        for bar in bars
        if (here := [p for p in bar.pieces if p[0] < bottom - _ROW_PX and p[1] > top + _ROW_PX])
    ]
    if not spans:
        return None
    first, last = median(a for a, _ in spans), median(b for _, b in spans)
    shares = [bar.share_of(first, last) for bar in bars]
    return _Band(
        top,
        bottom,
        frozenset(k for k, s in enumerate(shares) if s >= _THROUGH),
        frozenset(k for k, s in enumerate(shares) if 0 < s < _THROUGH),
    )
