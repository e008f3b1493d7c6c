"""The tables of a page on which no rulings show any, put where their captions stand.

Columns come from the captions and from the gutters of the text under them, rows from its lines: so
it is read whether rulings dropped out with the form's colour, were typed as dashes and bars, or
never printed. What nobody saw is marked as a guess, and goes to review.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.crops import MARGIN, crop
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.caption_fit import CaptionFit, Word, fit_captions, of_captions
from ocr_form4.stages.segment.gutters import columns_of
from ocr_form4.stages.segment.rows import split_rows
from ocr_form4.stages.segment.textlines import group_lines, inside, join_rows, letter_height
from ocr_form4.text import captions as cap
from ocr_form4.text.boxes import which_box
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, PageLayout, TablePiece, TextLine
from ocr_form4_models.reading import Reading, Run

_TITLE = re.compile(r"\W*Tab[l1I]e\W{0,3}[I1l|]{1,2}\b")
_OPENS = re.compile(r"\W*1?\W{0,3}Tit[l1I]e of\b|\W*1\W{0,3}Tit[l1I]e\b")
_ENDS = (cap.EXPLANATION, cap.REMARKS, cap.SIGNATURE, cap.OWNERS, *cap.BOILERPLATE)
_AT_LEFT, _SHORT = 0.2, 0.35
"""What opens a table's captions begins so far left and is no wider, in shares of the page's width.
"""
_LONG, _CENTERED = 0.25, 0.1
"""A table's title is so long, in shares of the page's width, and its middle no further from the
page's.
"""
_DEEP = 700.0
"""Captions are no higher than this, in upright pixels."""
_OF_CAPTIONS = 0.6
"""The share of a line's letters that are in words of captions, from which it is one of their lines.
"""
_NEAR = 0.9
"""Words further apart than this, in heights of letters, are not of one run: they may stand in two
columns.
"""
_BAR_WIDTH, _BAR_HEIGHT, _IN_LINE, _BARS = 0.3, 0.9, 5.0, 3
"""A typed bar is no wider, in shares of its height, and no lower, in heights of letters; that many
stand in line, to within so many upright pixels.
"""
_FIRST = 12.0
"""How far below a table's title its first lines of captions go, in heights of letters."""
_RULING = 60.0
"""A shorter piece of a ruling, in upright pixels, tells no border."""
_ACROSS = 0.6
"""A ruling between rows covers so much of a table's width at least."""
_INK = 60
"""Ink is darker than its paper by so much."""
_LOW, _HIGH = 0.6, 1.6
"""A letter is so high, in heights of usual ones; lower is dirt, and higher a ruling."""
_APART = 0.2
"""The least paper between rows, in heights of a letter: rows that were never ruled apart stand as
close as lines do.
"""
_RULED = 60.0
"""A ruling under captions stands no further below them, in upright pixels."""
_BELOW = 300.0
"""The first caption stands no further below its table's title, in upright pixels."""
_OVER = 200.0
"""A title stands no further over its table's captions, in upright pixels."""
_SEEN = 3
"""A header has so many boxes that begin with a caption."""
_CELLS = 2
"""A row has text in so many cells at least."""
_CROSSED = 3
"""A run that crosses so many borders between columns is running text under the table."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Where the parts of a table stand around its captions: in upright pixels, in heights of a
    letter or of a line's capitals (_caps), and as shares.
    """

    wide_caps: float = 1.9
    """Runs of one line, as broadly spaced as a title or running text is, are no further apart."""
    title_share: float = 0.8
    """Of the page's width: a title is shorter, a line of running text is not."""
    over_title_px: float = 6.0
    """A table begins so far over the upper end of its title."""
    paper_percentile: float = 90.0
    """Of a strip's pixels, which are mostly paper."""
    level_caps: float = 0.6
    """Runs whose base lines are nearer stand at one height."""
    left_px: float = 40.0
    right_px: float = 8.0
    """How far what is filled in may stand left of the first border; and the paper behind the
    widest of it.
    """
    over_captions_px: float = 4.0
    """The paper over captions that is theirs, and that under them."""
    over_foot_px: float = 10.0
    """A ruling may stand so far over where captions end."""
    likeness: float = 84.0
    least_letters: int = 5
    """From this likeness on, of 100, a line of more letters is one of the form's that end a
    table.
    """
    over_words_px: float = 2.0
    """A table ends so far over what stands under it."""
    across_px: float = 20.0
    """A line crosses a border where it goes on so far on both sides of it."""
    under_text_px: float = 6.0
    """The last row goes so far below its text."""
    row_px: float = 20.0
    """No row is lower."""
    bars_off: int = 4
    """Bars that stand in line are, from the first to the last, no further off than this many
    times what one is off the next.
    """


T = Tolerances()
_Start = tuple[float, Table | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """A line of text as it was read."""

    line: TextLine
    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text


def with_tables(layout: PageLayout, reader: Reader) -> PageLayout:
    """The layout with tables put by their captions where rulings show none, or none that can be;
    else as it is.

    Rulings do not show a table where they leave rows outside, or where its title stands over the
    other one's columns.
    """
    if layout.pieces and not _is_in_doubt(layout):
        return layout
    starts = _starts(layout, reader)
    if not starts or not (
        not layout.pieces
        or layout.stray
        or _is_another(layout, starts)
        or _has_captions_for_rows(layout)
    ):
        return layout
    if not layout.pieces:
        layout = _with_letters(layout)
    pieces: list[TablePiece] = []
    for k, (top, _) in enumerate(starts):
        bottom = starts[k + 1][0] if k + 1 < len(starts) else float(layout.clean.shape[0])
        piece = _piece(layout, reader, top, bottom)
        pieces += [piece] if piece else []
    if not pieces or (
        layout.pieces
        and _count(pieces) <= _count(layout.pieces)
        and not _all_captioned(layout, pieces)
    ):
        return layout
    tops = [top for top, _ in starts]
    pieces += [p for p in layout.pieces if p.is_owners]
    first, last = min(p.box.y0 for p in pieces), max(p.box.y1 for p in pieces)
    header = layout.header if _is_header(layout, reader) else ()
    regions = {name: box for name, box in layout.regions.items() if name == "header" and header}
    for piece in pieces:
        regions.setdefault("table I" if piece.table is Table.I else "table II", piece.box)
    below = tuple(group_lines([g for g in layout.glyphs if g.box.center[1] >= last]))
    above = tuple(group_lines([g for g in layout.glyphs if g.box.center[1] < min(first, *tops)]))
    layout = replace(
        layout, header=header, pieces=tuple(pieces), above=above, below=below, regions=regions
    )
    return replace(layout, stray=())


def _with_letters(layout: PageLayout) -> PageLayout:
    """The layout with the letters that were taken for a piece of a ruling: on a page without any, a
    column of I's.
    """
    usual = letter_height(layout.glyphs)
    found: list[Glyph] = []
    for s in layout.rulings.vertical:
        strip: Box[Upright] = Box(s.at - usual, s.start - usual, s.at + usual, s.end + usual)
        rows, columns = strip.pixels(*layout.clean.shape)
        part = layout.clean[rows, columns]
        if not part.size:
            continue
        blobs = find_blobs(
            np.where(part < np.percentile(part, T.paper_percentile) - _INK, 255, 0).astype(np.uint8)
        )
        boxes: list[Box[Upright]] = []
        for x, y, w, h in zip(
            blobs.x.tolist(), blobs.y.tolist(), blobs.w.tolist(), blobs.h.tolist(), strict=True
        ):
            x0, y0 = columns.start + x, rows.start + y
            boxes += [Box(x0, y0, x0 + w, y0 + h)] if h > _LOW * usual else []
        letters = [b for b in boxes if b.height < _HIGH * usual and b.width < usual]
        if len(letters) == len(boxes) and not any(
            b.contains(*g.box.center) for b in boxes for g in layout.glyphs
        ):
            found += [Glyph(b, round(b.width * b.height)) for b in letters]
    return replace(layout, glyphs=(*layout.glyphs, *found)) if found else layout


def _is_in_doubt(layout: PageLayout) -> bool:
    """Whether rulings leave lines among the tables outside of them, or no captions over one of
    them, or captions without a row over captions of the same table: those are its rows.
    """
    if layout.stray or any(p.captions is None for p in layout.pieces):
        return True
    return _has_captions_for_rows(layout)


def _has_captions_for_rows(layout: PageLayout) -> bool:
    """Whether a table has captions twice, without a row between: as where bars are typed, which
    are rulings beside some of its rows alone.
    """
    bare = [p.table for p in layout.pieces if p.captions and not p.rows and not p.is_owners]
    return len(set(bare)) < len(bare)


def _is_another(layout: PageLayout, starts: Sequence[_Start]) -> bool:
    """Whether a table's title stands right over what rulings show to be the other table."""
    pieces = sorted((p for p in layout.pieces if not p.is_owners), key=lambda p: p.box.y0)
    under = [
        (next((p for p in pieces if 0 <= p.box.y0 - y < _OVER), None), table) for y, table in starts
    ]
    return any(piece and table and piece.table is not table for piece, table in under)


def _count(pieces: Sequence[TablePiece]) -> int:
    return sum(len(p.rows) for p in pieces)


def _all_captioned(layout: PageLayout, pieces: Sequence[TablePiece]) -> bool:
    """Whether captions were found of every table that rulings show, and of one that they show
    without them.
    """
    shown = {p.table for p in layout.pieces}
    return shown <= {p.table for p in pieces} and not layout.stray


def _is_header(layout: PageLayout, reader: Reader) -> bool:
    """Whether the boxes over the tables are the header's: most begin with a caption of theirs."""
    first = [lines[0] for b in layout.header if (lines := group_lines(inside(layout.glyphs, b)))]
    return (
        sum(
            bool(which_box(Run(0, n.line.box, 1.0, (n.reading,))))
            for n in _read(layout, first, reader)
        )
        >= _SEEN
    )


def _read(layout: PageLayout, lines: Sequence[TextLine], reader: Reader) -> list[_Said]:
    answers = reader.read([crop(layout.clean, n.box) for n in lines])
    return [_Said(n, a) for n, a in zip(lines, answers, strict=True)]


def _starts(layout: PageLayout, reader: Reader) -> list[_Start]:
    """The heights at which tables begin, and which: a table's title, or its first caption where
    none stands over it.
    """
    width = layout.clean.shape[1]
    lines = group_lines(layout.glyphs)
    left = [n for n in lines if n.box.x0 < _AT_LEFT * width and n.box.width < _SHORT * width]
    left = [n for n in left if any(_is_beside(n, o) for o in lines)]
    across = [
        n
        for n in join_rows(lines, T.wide_caps)
        if _LONG * width < n.box.width < T.title_share * width
    ]
    if not layout.pieces:  # typed titles stand at the left, but typed pages have rulings
        across = [n for n in across if abs(n.box.center[0] - width / 2) < _CENTERED * width]
    titles = {
        s.line.box.y0: _which(s.text) for s in _read(layout, across, reader) if _TITLE.match(s.text)
    }
    opens = [s for s in _read(layout, left, reader) if _OPENS.match(s.text)]
    under = [s for s in opens if any(0 < s.line.box.y0 - t < _BELOW for t in titles)]
    alone = [
        (s.line.box.y0, Table.II if "erivative" in s.text else None)
        for s in opens
        if s not in under
    ]
    found: list[_Start] = [(y - T.over_title_px, table) for y, table in (*titles.items(), *alone)]
    return sorted(found, key=lambda s: s[0])


def _which(title: str) -> Table | None:
    """Which table a title names, by its words: figures of one stroke are easily misread."""
    if "erivative" not in title:
        return None
    return Table.I if re.search(r"[Nn]on\W", title) else Table.II


def _is_beside(line: TextLine, other: TextLine) -> bool:
    """Whether another run stands at the right of one, as the next column's caption does."""
    return (
        abs(line.base - other.base) < T.level_caps * line.cap_height and other.box.x0 > line.box.x1
    )


def _piece(layout: PageLayout, reader: Reader, top: float, bottom: float) -> TablePiece | None:
    """The table that begins at a height, or None where its captions are those of none."""
    here = [g for g in layout.glyphs if top < g.box.center[1] < bottom]
    usual = letter_height(here)
    bars = _bars(layout, here, usual)
    text = [g for g in here if not _is_bar(g, bars, usual)]
    levels = _levels([n for n in group_lines(text, _NEAR) if n.box.y0 < top + _DEEP])
    captions, foot = _captions(layout, reader, levels, _rules(layout, top, bottom, text))
    fit = fit_captions([w for said in captions for w in _words(said)], bars) if captions else None
    if fit is None:
        return None
    under = [g for g in text if g.box.center[1] > foot]
    end = _end(layout, reader, under, fit, bottom)
    entries = [g for g in under if g.box.center[1] < end and fit.borders[0] - T.left_px < g.box.x0]
    edge = max([fit.borders[-1], *(g.box.x1 + T.right_px for g in entries)])
    columns, guessed = columns_of(fit, [g.box for g in entries], edge, bars, usual)
    rows, unsure = _rows(
        columns, [g.box for g in entries], _rules(layout, foot - T.over_foot_px, end, text), foot
    )
    first = min(s.line.box.y0 for s in captions)
    box: Box[Upright] = Box(columns[0], first - T.over_captions_px, columns[-1], foot)
    part = (fit.first, fit.whole) if len(columns) - 1 < fit.whole else (0, 0)
    return TablePiece(fit.table, columns, rows, box, guessed, unsure, *part, fit.editions)


def _levels(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Runs by the height at which they stand, from top to bottom."""
    levels: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda n: n.base):
        if levels and line.base - levels[-1][0].base < T.level_caps * line.cap_height:
            levels[-1].append(line)
        else:
            levels.append([line])
    return levels


def _captions(
    layout: PageLayout, reader: Reader, levels: Sequence[Sequence[TextLine]], rules: Sequence[float]
) -> tuple[list[_Said], float]:
    """The lines of a table's captions as read, from the first that is one down to the last; and
    where they end.

    A line that is no caption ends them. Where rulings go across the table it does so behind one of
    these alone: a caption that is broken up, as typed ones are, may look like none.
    """
    found: list[_Said] = []
    foot = 0.0
    for level in levels:
        said = _read(layout, sorted(level, key=lambda n: n.box.x0), reader)
        text = " ".join(s.text for s in said)
        if not any(c.isalnum() for c in text):
            continue
        share = of_captions(text)
        if _TITLE.match(text) or (not found and share < _OF_CAPTIONS):
            continue
        ruled = [y for y in rules if y > foot - T.over_captions_px]
        if share < _OF_CAPTIONS and (not ruled or ruled[0] < level[0].base):
            break
        found += said
        foot = max(foot, *(n.box.y1 for n in level))
    near = (y for y in rules if foot - T.over_captions_px < y < foot + _RULED)
    return found, next(near, foot + T.over_captions_px)


def _rules(layout: PageLayout, top: float, bottom: float, text: Sequence[Glyph]) -> list[float]:
    """The heights at which rulings, or dashes typed in a row, go across all of a table, from top to
    bottom.
    """
    if not text:
        return []
    left, right = min(g.box.x0 for g in text), max(g.box.x1 for g in text)
    here = [s for s in layout.rulings.horizontal if top < s.at < bottom]
    return sorted(
        s.at for s in here if min(s.end, right) - max(s.start, left) >= _ACROSS * (right - left)
    )


def _words(said: _Said) -> list[Word]:
    """The words of a line with their places, as the reader tells where its characters end."""
    text, box = said.text, said.line.box
    whole = len(said.reading.ends) == len(text)
    width = box.width + 2 * MARGIN

    def at(k: int) -> float:
        """Where character k begins."""
        if k == 0:
            return box.x0
        share = said.reading.ends[k - 1] if whole else k / len(text)
        return min(box.x1, max(box.x0, box.x0 - MARGIN + share * width))

    found = []
    for match in re.finditer(r"[^\s|]+", text):
        x0, x1 = at(match.start()), at(match.end())
        found.append(Word(match[0], replace(box, x0=x0, x1=max(x0 + 2, x1))))
    return found


def _bars(layout: PageLayout, glyphs: Sequence[Glyph], usual: float) -> list[float]:
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
    lines = [
        n for n in lines if len(n) >= _BARS and n[-1].box.x1 - n[0].box.x0 <= T.bars_off * _IN_LINE
    ]
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


def _is_bar(glyph: Glyph, bars: Sequence[float], usual: float) -> bool:
    return _is_upright(glyph, usual) and any(
        abs(glyph.box.center[0] - x) <= 2 * _IN_LINE for x in bars
    )


def _end(
    layout: PageLayout, reader: Reader, under: Sequence[Glyph], fit: CaptionFit, bottom: float
) -> float:
    """Where what stands in a table ends: above the form's next words, or above running text."""
    lines = join_rows(group_lines(list(under)), T.wide_caps)
    ends = [bottom]
    ends += [n.box.y0 for n in lines if _is_running(n, fit.borders[1:-1])]
    left = [n for n in lines if n.box.x0 < fit.borders[1] and n.box.y0 < min(ends)]
    for said in _read(layout, left, reader):
        if any(
            cap.likeness(said.text, c) >= T.likeness
            for c in _ENDS
            if len(said.text) > T.least_letters
        ) or _TITLE.match(said.text):
            ends.append(said.line.box.y0)
    return min(ends) - T.over_words_px


def _is_running(line: TextLine, borders: Sequence[float]) -> bool:
    """Whether a line runs on across the borders between columns, and has letters on most of
    them.
    """
    crossed = [x for x in borders if line.box.x0 + T.across_px < x < line.box.x1 - T.across_px]
    on = sum(any(g.box.x0 - 2 < x < g.box.x1 + 2 for g in line.glyphs) for x in crossed)
    return len(crossed) >= _CROSSED and on >= 0.5 * len(crossed)


def _rows(
    columns: Sequence[float],
    text: Sequence[Box[Upright]],
    rules: Sequence[float],
    foot: float,
) -> tuple[tuple[tuple[float, float], ...], frozenset[int]]:
    """The rows under the captions, (top, bottom): between ``rules`` across the table, then between
    lines of text.
    """
    if not text:
        return (), frozenset()
    end = max(b.y1 for b in text) + T.under_text_px
    levels = [foot]
    for y in (*rules, end):
        if y - levels[-1] > T.row_px:
            levels.append(float(y))
    spans: list[tuple[float, float]] = []
    guessed: set[int] = set()
    for top, bottom in pairwise(levels):
        here = [b for b in text if top < b.center[1] < bottom]
        if len(join_rows(group_lines([Glyph(b, 1) for b in here]), T.wide_caps)) < _CELLS:
            continue  # a page's number, say: no row has a single cell
        found = split_rows(top, bottom, columns, [], here, _APART)
        guessed |= {len(spans) + j for j in found.guessed}
        spans += found.spans
    if not rules:
        guessed = set(range(len(spans)))
    return tuple(spans), frozenset(guessed)
