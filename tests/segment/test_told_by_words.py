"""Captions, a header and signatures that rulings show as rows of a table: a real page, divided as
one is that is ruled alike all over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from documents import FIXTURES, straight

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.told_by_words import told_by_words
from ocr_form4_models.form4 import Table
from ocr_form4_models.layout import PageLayout, TablePiece, inside

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


@pytest.fixture(scope="module")
def layout() -> PageLayout:
    with open_document(FIXTURES / "scan" / "sales.pdf", Settings()) as document:
        return segment(straight(document.page(1)))


def test_captions_are_told_from_rows(layout: PageLayout, readers: Readers) -> None:
    first = layout.pieces[0]
    assert first.captions
    span = (first.captions.y0, first.captions.y1)
    bare = replace(first, captions=None, rows=(span, *first.rows))
    told = told_by_words(
        replace(layout, pieces=(bare, *layout.pieces[1:])), readers.remembering.of_print
    )
    assert told.pieces[0].rows == first.rows
    found = told.pieces[0].captions
    assert found and (found.y0, found.y1) == span


def test_a_table_that_goes_on_without_captions_is_as_it_was(
    layout: PageLayout, readers: Readers
) -> None:
    rows = replace(layout, pieces=(replace(layout.pieces[0], captions=None),))
    assert told_by_words(rows, readers.remembering.of_print) is rows


def test_a_header_in_cells_is_a_header(layout: PageLayout, readers: Readers) -> None:
    x0, x1 = min(b.x0 for b in layout.header), max(b.x1 for b in layout.header)
    y0, y1 = min(b.y0 for b in layout.header), max(b.y1 for b in layout.header)
    columns = tuple(x0 + (x1 - x0) * k / 6 for k in range(7))
    columns = tuple(sorted({*columns[::6], *(b.x0 for b in layout.header)}))
    piece = TablePiece(Table.I, columns, ((y0, y1),), None)
    told = told_by_words(
        replace(layout, header=(), pieces=(piece, *layout.pieces)), readers.remembering.of_print
    )
    assert told.pieces == layout.pieces
    assert len(told.header) >= len(layout.header) - 1
    assert told.above and all(line.box.y1 < y0 + 60 for line in told.above)


def test_signatures_in_cells_are_no_table(layout: PageLayout, readers: Readers) -> None:
    page = layout.clean.shape[1]
    foot = max(line.box.y1 for line in layout.below)
    top = max(p.box.y1 for p in layout.pieces)
    piece = TablePiece(Table.I, tuple(page * k / 4 for k in range(5)), ((top, foot),), None)
    bare = replace(layout, pieces=(*layout.pieces, piece), below=())
    told = told_by_words(bare, readers.remembering.of_print)
    assert told.pieces == layout.pieces
    assert {line.box for line in layout.below} & {line.box for line in told.below}


def test_a_row_over_which_no_ruling_was_seen_is_no_part_of_the_captions(
    layout: PageLayout, readers: Readers
) -> None:
    """Under a stamp's edge, say: nothing but what stands in it tells that row from captions."""
    first = layout.pieces[0]
    assert first.captions and len(first.rows) > 1
    swallowed = replace(
        first, captions=replace(first.captions, y1=first.rows[0][1]), rows=first.rows[1:]
    )
    found = told_by_words(
        replace(layout, pieces=(swallowed, *layout.pieces[1:])), readers.remembering.of_print
    ).pieces[0]
    assert len(found.rows) == len(first.rows)
    assert inside(layout.glyphs, found.cell(0, 0)) == inside(layout.glyphs, first.cell(0, 0))
    assert found.captions and found.guessed_rows == {0}


def test_captions_at_the_head_of_a_guessed_row_are_no_part_of_it(
    layout: PageLayout, readers: Readers
) -> None:
    """A crease along the ruling under them took that away: the row begins within the captions."""
    first = layout.pieces[0]
    assert first.captions
    begins = first.captions.y1 - 60
    leaves = inside(layout.glyphs, replace(first.captions, y0=begins))
    assert len(leaves) > 10
    grown = replace(
        first,
        captions=replace(first.captions, y1=begins),
        rows=((begins, first.rows[0][1]), *first.rows[1:]),
        guessed_rows=frozenset({0}),
    )
    found = told_by_words(
        replace(layout, pieces=(grown, *layout.pieces[1:])), readers.remembering.of_print
    ).pieces[0]
    assert found.rows[0][0] >= max(g.box.y1 for g in leaves)
    assert inside(layout.glyphs, found.cell(0, 0)) == inside(layout.glyphs, first.cell(0, 0))
    assert found.guessed_rows == {0}
