"""What rulings show as a table, and is its captions, the header or signatures, and what they show
as captions, and is a row with them: told by words.

Where a form is ruled alike all over, each of its captions in a cell of its own, rulings tell no
captions from rows, nor a header of many small cells from a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto

from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.boxes import cut_boxes
from ocr_form4.stages.segment.caption_fit import has_words, of_captions
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.stages.segment.under_captions import is_caption_text, read_lines
from ocr_form4.stages.segment.which_table import regions_of
from ocr_form4.text import captions as cap
from ocr_form4.text.boxes import which_box
from ocr_form4_models.geometry import Box, Upright, gaps
from ocr_form4_models.layout import PageLayout, TablePiece, TextLine, inside
from ocr_form4_models.reading import Run

_OF_CAPTIONS, _OF_HEADER = 0.6, 2
"""The share of a row's letters that are in words of captions from which it is one of theirs; and
lines of any other, at least, that are captions of the header's boxes, from which it is the header's
first row: of 17 tables without captions in 121 filings 13 have 0.93 of such letters or more in
their first row, the others 0.1 or less and no such line; the header of a print on landscape paper
has three.
"""


class _Role(Enum):
    HEADER = auto()
    TEXT = auto()
    """Signatures in cells of their own, as a table has them."""


def told_by_words(layout: PageLayout, reader: Reader) -> PageLayout:
    """The layout with the captions of tables apart from their rows, and without tables that are the
    header or signatures; as it is where every table has its captions.
    """
    told = [(p, _told(layout, p, reader)) for p in layout.pieces]
    if all(p is q for p, q in told):
        return layout
    pieces = tuple(q for _, q in told if isinstance(q, TablePiece))
    heads = [p.box for p, q in told if q is _Role.HEADER]
    layout = replace(layout, pieces=pieces)
    if heads and not layout.header:
        layout = replace(
            layout,
            header=tuple(cut_boxes(heads[0], layout.rulings, layout.glyphs)),
            above=_lines_between(layout, 0, heads[0].y0),
            regions=regions_of(pieces, heads[0]),
        )
    if any(q is _Role.TEXT for _, q in told):
        foot = max((b.y1 for b in (*layout.header, *(p.box for p in pieces))), default=0.0)
        layout = replace(layout, below=_lines_between(layout, foot, layout.clean.shape[0]))
    return layout


def _lines_between(layout: PageLayout, top: float, bottom: float) -> tuple[TextLine, ...]:
    return tuple(group_lines([g for g in layout.glyphs if top <= g.box.center[1] < bottom]))


def _told(layout: PageLayout, piece: TablePiece, reader: Reader) -> TablePiece | _Role:
    """What a piece is; of a table, with its first rows as captions as far as they are, and with
    what rulings show among its captions as its first row.
    """
    if piece.is_owners:
        return piece
    if piece.captions is not None:
        piece = _with_row_of_captions(layout, piece, piece.captions, reader)
        return _without_captions_in_row(layout, piece, reader)
    count = 0
    while count < len(piece.rows):
        said = _said(layout, piece, count, reader)
        if any(cap.is_the(run.text, cap.SIGNATURE) for run in said):
            return _Role.TEXT
        if of_captions(" ".join(run.text for run in said)) < _OF_CAPTIONS:
            if not count and sum(bool(which_box(run)) for run in said) >= _OF_HEADER:
                return _Role.HEADER
            break
        count += 1
    if not count:
        return piece
    top, foot = piece.rows[0][0], piece.rows[count - 1][1]
    return replace(
        piece,
        rows=piece.rows[count:],
        captions=Box(piece.columns[0], top, piece.columns[-1], foot),
        guessed_rows=frozenset(k - count for k in piece.guessed_rows if k >= count),
    )


def _with_row_of_captions(
    layout: PageLayout, piece: TablePiece, captions: Box[Upright], reader: Reader
) -> TablePiece:
    """A table whose ruling under its captions was not seen, with the row that stands there: what
    stands under the first column's caption is an entry.
    """
    first = replace(captions, x1=piece.columns[1])
    said = read_lines(layout, group_lines(inside(layout.glyphs, first)), reader)
    entry = next((k for k, s in enumerate(said) if k and _is_entry(s.text)), None)
    if entry is None:
        return piece
    over, under = said[entry - 1].line.box.y1, said[entry].line.box.y0
    text = ((g.box.y0, g.box.y1) for g in inside(layout.glyphs, captions))
    a, b = max(gaps(text, over, under), key=lambda g: g[1] - g[0], default=(under, under))
    top = (a + b) / 2
    found = replace(
        piece,
        rows=((top, captions.y1), *piece.rows),
        captions=replace(captions, y1=top),
        guessed_rows=frozenset({0, *(k + 1 for k in piece.guessed_rows)}),
    )
    text_of_row = " ".join(run.text for run in _said(layout, found, 0, reader))
    is_row = of_captions(text_of_row) < _OF_CAPTIONS and cap.holds_entry(text_of_row)
    return found if is_row else piece


def _without_captions_in_row(layout: PageLayout, piece: TablePiece, reader: Reader) -> TablePiece:
    """A table whose first row may go on above, where no ruling was seen, without what stands of the
    captions at its head.
    """
    if 0 not in piece.guessed_rows or piece.captions is None:
        return piece
    said = _said(layout, piece, 0, reader)
    own = [r.box for r in said if is_caption_text(r.text) and has_words(r.text, of_captions=True)]
    entries = [r.box for r in said if not is_caption_text(r.text)]
    if not own or not entries:
        return piece
    foot, top = max(b.y1 for b in own), min(b.y0 for b in entries)
    if top < max(b.center[1] for b in own):  # they stand beside each other
        return piece
    border = (foot + top) / 2
    rows = ((border, piece.rows[0][1]), *piece.rows[1:])
    return replace(piece, rows=rows, captions=replace(piece.captions, y1=border))


def _is_entry(text: str) -> bool:
    return has_words(text) and not is_caption_text(text)


def _said(layout: PageLayout, piece: TablePiece, row: int, reader: Reader) -> Sequence[Run]:
    """What the cells of a row say, line by line."""
    cells: list[Box[Upright]] = [piece.cell(row, c) for c in range(len(piece.columns) - 1)]
    lines = [line for cell in cells for line in group_lines(inside(layout.glyphs, cell))]
    return [Run(0, s.line.box, 1.0, (s.reading,)) for s in read_lines(layout, lines, reader)]
