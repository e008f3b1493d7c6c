"""The tables of a page on which no rulings show any, put where their captions stand.

It is read whether rulings dropped out with the form's colour, were typed as dashes and bars, or
never printed. What nobody saw is marked as a guess, and goes to review.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.crops import MARGIN, dark_on_paper
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.caption_fit import has_words
from ocr_form4.stages.segment.crossing import straddling
from ocr_form4.stages.segment.cut import strips_along
from ocr_form4.stages.segment.line_rows import WORDS_APART, join_rows
from ocr_form4.stages.segment.lines import T as OF_LINES
from ocr_form4.stages.segment.lines import indent, letter_height, print_edges
from ocr_form4.stages.segment.textlines import ONE_LINE, group_lines, without_dirt
from ocr_form4.stages.segment.under_captions import T as OF_TABLES
from ocr_form4.stages.segment.under_captions import (
    captions_cut_off,
    is_caption_text,
    read_lines,
    table_under,
)
from ocr_form4.stages.segment.which_table import regions_of
from ocr_form4.text.boxes import which_box
from ocr_form4.text.captions import is_table_title
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs, PageLayout, TablePiece, TextLine, inside
from ocr_form4_models.reading import Run

_OPENS = re.compile(r"\W*1?\W{0,3}Tit[l1I]e of\b|\W*1\W{0,3}Tit[l1I]e\b")
_AT_LEFT, _SHORT = 0.2, 0.35
"""Where the run that opens a table's captions begins at most, and its width at most, in shares of
the page's width. On the fixtures 465 of 837 are 0.94 times it or less, the others 1.00 or more
(``_AT_LEFT``); 317 of 465 are 1.00 times it or less, the others 1.01 or more (``_SHORT``).
"""
_LONG, _CENTERED = 0.25, 0.1
"""Least length of a table's title, and the distance of its middle from the page's at most, in
shares of the page's width. On the fixtures 582 of 769 are 1.00 times it or less, the others 1.01 or
more (``_LONG``); 28 of 99 are 0.85 times it or less, the others 1.08 or more (``_CENTERED``).
"""
_BELOW = 300.0
"""The first caption stands no further below its table's title, in upright pixels: on the fixtures
68 to 187, and that of the other table 962.
"""
_OVER = 200.0
"""A title stands no further over its table's captions, in upright pixels: on the fixtures 68, and
that of the other table 605 or more.
"""
_SEEN = 3
"""Boxes of a header, at least, that begin with a caption: none of four frames on the fixtures'
pages without a header does in any, the header of one of 280 scans in six.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Where a table's title stands: in upright pixels, as shares."""

    title_share: float = 0.8
    """Of the page's width: a title is shorter, a line of running text is not. Of 187 lines on the
    fixtures 113 have 0.78 at most, the others 0.81 or more.
    """


T = Tolerances()
_Start = tuple[float, Table | None]


def with_tables(layout: PageLayout, reader: Reader) -> PageLayout:
    """The layout with tables put by their captions where rulings show none, or none that can be;
    else as it is.

    Rulings do not show a table where they leave rows outside, or where its title stands over the
    other one's columns, or over what they show as the header.
    """
    layout = _with_rows_for_captions(layout, reader)
    is_header = not layout.header or _is_header(layout, reader)
    if layout.pieces and is_header and not _is_in_doubt(layout):
        return layout
    starts = _starts(layout, reader)
    misled = bool(starts) and not (is_header or _is_over_tables(layout, starts))
    another = _is_another(layout, starts)
    if not starts or not (
        not layout.pieces or layout.stray or misled or another or _has_captions_for_rows(layout)
    ):
        return layout
    if not layout.pieces:
        layout = _with_letters(layout)
    pieces: list[TablePiece] = []
    for k, (top, table) in enumerate(starts):
        is_last = k + 1 == len(starts)
        bottom = float(layout.clean.shape[0]) if is_last else starts[k + 1][0]
        piece = table_under(layout, reader, top, bottom)
        if piece is None and is_last and table:
            piece = captions_cut_off(layout, reader, table, top)
        pieces += [piece] if piece else []
    rivals = [p for p in layout.pieces if p.box.y1 > starts[0][0]]
    if not pieces or (
        rivals
        and not (misled or another)
        and _row_count(pieces) <= _row_count(rivals)
        and not _all_captioned(layout, pieces)
    ):
        return layout
    tops = [top for top, _ in starts]
    pieces += [p for p in layout.pieces if p.is_owners and not misled]
    first, last = min(p.box.y0 for p in pieces), max(p.box.y1 for p in pieces)
    header = layout.header if is_header else ()
    regions = regions_of(pieces, layout.regions.get("header") if header else None)
    below = tuple(group_lines([g for g in layout.glyphs if g.box.center[1] >= last]))
    above = tuple(group_lines([g for g in layout.glyphs if g.box.center[1] < min(first, *tops)]))
    return replace(
        layout,
        header=header,
        pieces=tuple(pieces),
        above=above,
        below=below,
        regions=regions,
        stray=_left_over(layout, tops[0]),
        foreign=lying_over(layout, pieces, header),
    )


def _with_rows_for_captions(layout: PageLayout, reader: Reader) -> PageLayout:
    """The layout with a row where rulings show captions that open with none: a table's last row
    stands alone at the top of a page.
    """
    pieces = tuple(_as_row(layout, p, reader) for p in layout.pieces)
    return replace(layout, pieces=pieces) if pieces != layout.pieces else layout


def _as_row(layout: PageLayout, piece: TablePiece, reader: Reader) -> TablePiece:
    """A piece of captions alone as a row, if the first of them is none."""
    if not piece.captions or piece.rows or piece.is_owners:
        return piece
    first = replace(piece.captions, x1=piece.columns[1]).inset(-MARGIN)
    said = read_lines(layout, group_lines(inside(layout.glyphs, first)), reader)
    text = " ".join(s.text for s in said)
    if not has_words(text) or is_caption_text(text):
        return piece
    return replace(piece, rows=((piece.captions.y0, piece.captions.y1),), captions=None)


def lying_over(
    layout: PageLayout, pieces: Sequence[TablePiece], header: Sequence[Box[Upright]]
) -> tuple[Box[Upright], ...]:
    """What lies over the form where these are its parts: less the sides of what rulings showed as
    one and is none, as nothing is covered where no ruling was, and with what lies on their edges.
    """
    gone = [p.box for p in layout.pieces if p not in pieces]
    gone += [layout.regions["header"]] if layout.header and not header else []
    sides = {strip for box in gone for strip in strips_along(box)}
    kept = [f for f in layout.foreign if f not in sides]
    return (*kept, *straddling(Glyphs(layout.glyphs), pieces, header))


def _left_over(layout: PageLayout, top: float) -> tuple[TextLine, ...]:
    """The lines at the left of what rulings showed as a table over the first captions: rows that go
    on from the page before, of which nobody knows the columns.
    """
    boxes = [p.box for p in layout.pieces if p.box.y1 < top and not p.is_owners]
    over = [n for n in layout.stray if n.box.y1 < top]
    if not boxes:
        return tuple(over)
    first = min(b.y0 for b in boxes)
    here = [g for g in layout.glyphs if first < g.box.center[1] < top]
    width = layout.clean.shape[1]
    lines = without_dirt(join_rows(group_lines(here), WORDS_APART))
    return (
        *(n for n in over if n.box.y1 <= first),
        *(n for n in lines if n.box.x0 < _AT_LEFT * width and n.box.width < _SHORT * width),
    )


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
        blobs = find_blobs(np.where(dark_on_paper(part), 255, 0).astype(np.uint8))
        boxes: list[Box[Upright]] = []
        for x, y, w, h in zip(
            blobs.x.tolist(), blobs.y.tolist(), blobs.w.tolist(), blobs.h.tolist(), strict=True
        ):
            x0, y0 = columns.start + x, rows.start + y
            boxes += [Box(x0, y0, x0 + w, y0 + h)] if h > OF_LINES.low_heights * usual else []
        letters = [b for b in boxes if b.height < ONE_LINE * usual and b.width < usual]
        if len(letters) == len(boxes) and not any(
            b.contains(*g.box.center) for b in boxes for g in layout.glyphs
        ):
            found += [Glyph(b, round(b.width * b.height)) for b in letters]
    return replace(layout, glyphs=Glyphs((*layout.glyphs, *found))) if found else layout


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


def _is_over_tables(layout: PageLayout, starts: Sequence[_Start]) -> bool:
    """Whether no table begins over the foot of what rulings show as the header."""
    return starts[0][0] > max(b.y1 for b in layout.header)


def _row_count(pieces: Sequence[TablePiece]) -> int:
    return sum(len(p.rows) for p in pieces)


def _all_captioned(layout: PageLayout, pieces: Sequence[TablePiece]) -> bool:
    """Whether captions were found of every table that rulings show, and these leave no line
    outside.
    """
    shown = {p.table for p in layout.pieces}
    return shown <= {p.table for p in pieces} and not layout.stray


def _is_header(layout: PageLayout, reader: Reader) -> bool:
    """Whether the boxes over the tables are the header's: ``_SEEN`` of them, at least, begin with a
    caption of theirs.
    """
    first = [lines[0] for b in layout.header if (lines := group_lines(inside(layout.glyphs, b)))]
    return (
        sum(
            bool(which_box(Run(0, n.line.box, 1.0, (n.reading,))))
            for n in read_lines(layout, first, reader)
        )
        >= _SEEN
    )


def _starts(layout: PageLayout, reader: Reader) -> list[_Start]:
    """The heights at which tables begin, and which: a table's title, or its first caption where
    none stands over it.
    """
    width = layout.clean.shape[1]
    lines = group_lines(layout.glyphs)
    left_of = _AT_LEFT * width + indent(layout.glyphs, width)
    left = [n for n in lines if n.box.x0 < left_of and n.box.width < _SHORT * width]
    left = [n for n in left if any(_is_beside(n, o) for o in lines)]
    across = [
        n
        for n in join_rows(lines, WORDS_APART)
        if _LONG * width < n.box.width < T.title_share * width
    ]
    if not layout.pieces:  # typed titles stand at the left, but typed pages have rulings
        middles = width / 2, sum(print_edges(layout.glyphs)) / 2
        across = [
            n for n in across if min(abs(n.box.center[0] - m) for m in middles) < _CENTERED * width
        ]
    titles = {
        s.line.box.y0: _which(s.text)
        for s in read_lines(layout, across, reader)
        if is_table_title(s.text)
    }
    opens = [s for s in read_lines(layout, left, reader) if _OPENS.match(s.text)]
    under = [s for s in opens if any(0 < s.line.box.y0 - t < _BELOW for t in titles)]
    alone = [
        (s.line.box.y0, Table.II if "erivative" in s.text else None)
        for s in opens
        if s not in under
    ]
    found: list[_Start] = [(y - MARGIN, table) for y, table in (*titles.items(), *alone)]
    return sorted(found, key=lambda s: s[0])


def _which(title: str) -> Table | None:
    """Which table a title names, by its words: figures of one stroke are easily misread."""
    if "erivative" not in title:
        return None
    return Table.I if re.search(r"[Nn]on\W", title) else Table.II


def _is_beside(line: TextLine, other: TextLine) -> bool:
    """Whether another run stands at the right of one, as the next column's caption does."""
    level = abs(line.base - other.base) < OF_TABLES.level_caps * line.cap_height
    return level and other.box.x0 > line.box.x1
