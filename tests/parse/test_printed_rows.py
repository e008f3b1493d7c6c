"""Which rows a table has, as they are read off pages: in halves, over a page's end, or not at
all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pytest
from documents import FIXTURES
from lines import run

from ocr_form4.filing import read_pages
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.parse import parse
from ocr_form4.stages.parse.printed_rows import printed_rows
from ocr_form4.stages.parse.tables import GUESSED_ROW
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.form4 import Column, Filing, Table
from ocr_form4_models.geometry import Box, Rectification, Upright, union
from ocr_form4_models.layout import Glyph, PageLayout, Rulings, TablePiece
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellLine, CellText, Reading

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
Pages = Callable[[str], list[PageText]]


@pytest.fixture
def pages(readers: Readers) -> Pages:
    """The pages of a fixture as they are read."""

    def of(name: str) -> list[PageText]:
        with open_document(FIXTURES / name, Settings()) as document:
            read = list(read_pages(document, readers, Settings()))
        return [page.text for page in read if page.text]

    return of


def without(pages: list[PageText], *gone: tuple[Table, int | None]) -> list[PageText]:
    """The pages without the cells of a row of some tables, or of all their rows."""

    def stays(page: PageText, piece: int, row: int) -> bool:
        table = page.layout.pieces[piece].table
        return not any(table is t and r in (None, row) for t, r in gone)

    return [
        replace(p, cells={key: cell for key, cell in p.cells.items() if stays(p, key[0], key[1])})
        for p in pages
    ]


def unread(filing: Filing, table: Table) -> list[str]:
    """The rows of a table in which nothing has a value."""
    return [
        row.path
        for row in filing.rows()
        if row.table is table
        and not any(f.value for path, f in filing.fields.items() if path.startswith(row.path + "/"))
    ]


def test_a_filing_without_any_row_has_one_of_each_table_that_nobody_read(pages: Pages) -> None:
    """Its tables were seen, and one of 468 filings has nothing in them."""
    whole = pages("scan/exercise.pdf")
    filing = parse(without(whole, (Table.I, None), (Table.II, None))).filing
    assert [len(unread(filing, table)) for table in Table] == [1, 1]
    assert not unread(parse(without(whole, (Table.II, None))).filing, Table.II)


def test_dirt_where_a_holding_has_no_entry_makes_no_transaction_of_it(pages: Pages) -> None:
    """An entry that a reader is sure of does: what else the row had may be lost."""
    whole = pages("scan/web-page.pdf")
    before = parse(whole).filing
    page = whole[0]
    piece = next(k for k, p in enumerate(page.layout.pieces) if p.table is Table.I)
    of_title = {key[1]: cell for key, cell in page.cells.items() if key[0] == piece and not key[2]}
    inked = {key[1] for key in page.cells if key[0] == piece and key[2] in (1, 3)}
    held = next(row for row in sorted(of_title) if row not in inked)
    amount = (piece, held, 5)

    def with_amount(*readings: Reading) -> Filing:
        line = replace(of_title[held].lines[0], value=None, marks=None)
        line = replace(line, whole=replace(line.whole, readings=readings))
        cell = replace(of_title[held], lines=(line,))
        return parse([replace(page, cells={**page.cells, amount: cell}), *whole[1:]]).filing

    def holdings(filing: Filing) -> int:
        return sum("Holding[" in row.path for row in filing.rows())

    assert holdings(before) > 0
    dirt = with_amount(Reading("form", "4", 0.22), Reading("paddle", "4", 0.98))
    assert holdings(dirt) == holdings(before)
    amounts = [f for p, f in dirt.fields.items() if "Holding[" in p and "/transactionShares/" in p]
    assert [f.value for f in amounts] == [None]
    assert holdings(with_amount(Reading("form", "1,500", 0.97))) == holdings(before) - 1


def test_rows_of_two_halves_are_a_guess_where_one_half_has_more(pages: Pages) -> None:
    """A financial printer's Table II: what its rows own stands under what they are."""
    whole = pages("more/set-by-a-printer.pdf")
    (row,) = (r for r in printed_rows(whole) if r.table is Table.II)
    assert not row.is_guess and len(row.cells) >= 9
    assert GUESSED_ROW not in notes(whole)[Column.DIRECT_INDIRECT]
    half = [replace(p, cells=_first_half(p)) for p in whole]
    (row,) = (r for r in printed_rows(half) if r.table is Table.II)
    assert row.is_guess
    assert GUESSED_ROW in notes(half)[Column.SECURITY_TITLE]


def test_a_row_of_which_one_half_is_lost_has_an_entry_for_every_field(pages: Pages) -> None:
    whole = pages("more/set-by-a-printer.pdf")
    printed = notes(whole).keys()
    left = [
        replace(
            p,
            layout=replace(p.layout, pieces=tuple(c for c in p.layout.pieces if not c.first)),
            cells=_first_half(p),
        )
        for p in whole
    ]
    assert printed <= notes(left).keys()


def _first_half(page: PageText) -> Mapping[tuple[int, int, int], CellText]:
    pieces = page.layout.pieces
    return {k: c for k, c in page.cells.items() if not pieces[k[0]].first}


def notes(pages: list[PageText]) -> dict[Column, tuple[object, ...]]:
    """What is noted of the one row of Table II, by column."""
    filing = parse(pages).filing
    (row,) = (r for r in filing.rows() if r.table is Table.II)
    found = {c: filing.fields.get(f"{row.path}/{c.path}") for c in Column}
    return {c: field.notes for c, field in found.items() if field}


def piece_of(page: int, *rows: Mapping[int, str]) -> PageText:
    """A page with a part of Table I, its rows by what stands in which column."""
    columns = tuple(100.0 * k for k in range(12))
    spans = tuple((100.0 * k, 100.0 * k + 100) for k in range(len(rows)))
    piece = TablePiece(Table.I, columns, spans, None)
    paper = np.full((3300, 2550), 255, np.uint8)
    layout = PageLayout(page, STRAIGHT, paper, (), (piece,), (), (), (), Rulings((), ()), {})
    cells = {}
    for r, row in enumerate(rows):
        for c, text in row.items():
            said = replace(run(text, 3 * r, 100 * c), page=page)
            cells[0, r, c] = CellText(union([said.box]), (CellLine(said),))
    return PageText(layout, (), (), cells, ())


SOLD = {0: "Common Stock", 1: "05/02/2014", 3: "S", 5: "1,200", 8: "4,000", 9: "I", 10: "By the"}


def test_what_goes_on_over_the_end_of_a_page_makes_a_guess_of_its_row() -> None:
    """Half of the row lies under the page's lower edge: the rest of it opens the next page."""
    first, second = printed_rows([piece_of(1, SOLD), piece_of(2, {10: "Smith Family Trust"})])
    assert first.is_guess and second.is_guess
    rows = printed_rows([piece_of(1, SOLD), piece_of(2, SOLD | {10: "Smith Family Trust"})])
    assert not any(row.is_guess for row in rows)


def test_captions_with_dirt_in_their_first_column_are_no_row() -> None:
    """Of a table whose captions were cut in two, the lower half stands where rows do."""
    leaves = {3: "Code", 4: "V", 5: "Amount", 6: "(A) or", 7: "Price"}
    rest = {0: "0", 2: "(Month/Day/Year)", 8: "(Instr. 3 and 4)", 9: "(Instr. 4)"}
    (row,) = printed_rows([piece_of(1, leaves | rest, SOLD)])
    assert row.cells[0].lines[0].whole.text == "Common Stock"
    assert len(printed_rows([piece_of(1, SOLD | {4: "V"}, SOLD)])) == 2


def test_a_row_that_stands_in_one_with_captions_is_a_row() -> None:
    """The ruling between them lies in a crease."""
    leaves = {3: "Code", 4: "V", 5: "Amount", 6: "(A) or", 7: "Price"}
    page = piece_of(1, leaves | {0: "Common Stock", 1: "05/02/2014"})
    assert len(printed_rows([page])) == 1


@pytest.mark.parametrize(
    ("amounts", "is_guess"),
    [(("0", "20,000"), True), (("20,000", "(1)"), False), (("12,153.0", "07"), False)],
)
def test_a_cell_of_two_amounts_makes_a_guess_of_its_row(
    amounts: tuple[str, ...], is_guess: bool, pages: Pages
) -> None:
    """A stamp hides the ruling between two rows."""
    whole = pages("scan/web-page.pdf")
    key, cell = next(
        (k, c)
        for k, c in whole[0].cells.items()
        if whole[0].layout.pieces[k[0]].table is Table.I and k[2] == 8
    )
    line = replace(cell.lines[0], value=None, marks=None)
    said = [(Reading("form", text, 0.99),) for text in amounts]
    lines = tuple(replace(line, whole=replace(line.whole, readings=r)) for r in said)
    page = replace(whole[0], cells={**whole[0].cells, key: replace(cell, lines=lines)})
    filing = parse([page, *whole[1:]]).filing
    guesses = [
        {p.rpartition("/")[0] for p, f in filing.fields.items() if GUESSED_ROW in f.notes}
        for filing in (parse(whole).filing, filing)
    ]
    assert bool(guesses[1] - guesses[0]) is is_guess


def test_a_row_of_nothing_but_texts_is_a_part_of_the_one_beside_it() -> None:
    """The edge of a stain was taken for a ruling."""
    filing = parse([piece_of(1, {0: "Common"}, SOLD | {0: "Stock"}, SOLD)]).filing
    rows = {row.path.rpartition("/")[2]: row.fields.values() for row in filing.rows()}
    guesses = {name for name, fields in rows.items() if any(GUESSED_ROW in f.notes for f in fields)}
    assert guesses == {"nonDerivativeHolding[1]", "nonDerivativeTransaction[1]"}


def test_rows_without_captions_behind_table_ii_are_its_rows() -> None:
    """On the page before Table II stood last; of its typed bars a copy left as many as Table I
    has.
    """
    before = piece_of(1, SOLD)
    tables = (*before.layout.pieces, replace(before.layout.pieces[0], table=Table.II, rows=()))
    before = replace(before, layout=replace(before.layout, pieces=tables))
    first, second = printed_rows([before, piece_of(2, SOLD)])
    assert (first.table, second.table) == (Table.I, Table.II)
    assert printed_rows([piece_of(1, SOLD), piece_of(2, SOLD)])[1].table is Table.I


def test_a_row_over_the_first_captions_of_a_page_is_one_of_the_table_before() -> None:
    """Its columns were not found: it is there, unread."""
    page = piece_of(2, SOLD)
    captions: Box[Upright] = Box(0, 500, 1100, 600)
    piece = replace(page.layout.pieces[0], table=Table.II, rows=(), captions=captions)
    line = make_line([Glyph(Box(20.0 * k, 300, 20.0 * k + 15, 325), 200) for k in range(8)])
    layout = replace(page.layout, pieces=(piece,), stray=(line,))
    read, unread_row = printed_rows([piece_of(1, SOLD), replace(page, layout=layout, cells={})])
    assert not read.is_unread and unread_row.is_unread
    assert unread_row.table is Table.I and unread_row.columns == read.columns
