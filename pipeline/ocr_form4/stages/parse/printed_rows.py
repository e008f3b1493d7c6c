"""The rows that are printed on the pages, in order: cells that are read, and what stands in place
of those that could not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ocr_form4.text.boxes import which_box
from ocr_form4.text.captions import holds_entry
from ocr_form4.text.owners import owners_tables
from ocr_form4_models.editions import editions
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TablePiece
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellText

_LEAF_CAPTION = re.compile(
    r"Code|V|\(A\)( or)?( \(D\))?|\(D\)|Amount( or)?|Price|Title|Date|Expiration( "
    r"Date)?|Exercisable|Number.*"
)
_CAPTIONS_END = re.compile(r"\(Instr\. ?\d( and \d)?\)|\(Month/Day/Year\)")
"""How a caption over several lines ends."""


@dataclass(frozen=True, slots=True)
class RowCells:
    """The cells of one printed row, by leaf column, with the page they stand on and the row's own
    box.
    """

    page: int
    table: Table
    cells: Mapping[int, CellText]
    box: Box[Upright]
    columns: tuple[float, ...]
    beside_guess: frozenset[int] = frozenset()
    """The leaf columns beside a border that was not seen."""
    is_guess: bool = False
    """Whether a border between this row and another was not seen."""
    is_unread: bool = False
    """Whether all that is known of it is that text stands there, or lies under a black bar."""
    barred: frozenset[int] = frozenset()
    """The leaf columns in which a black bar lies."""


def printed_rows(pages: Sequence[PageText]) -> list[RowCells]:
    """The rows over all pages in order, those of which nothing was read among them."""
    rows: list[RowCells] = []
    half = 0
    for page in _continued(pages):
        owners = owners_tables(page)
        for p, piece in enumerate(page.layout.pieces):
            if p in owners:
                continue
            here = len(rows)
            for row in _rows_of(page, p):
                is_rest = bool(rows) and rows[-1].table is row.table and _is_rest(row)
                if is_rest and not piece.whole:
                    rows[-1], row = replace(rows[-1], is_guess=True), replace(row, is_guess=True)
                rows.append(row)
            if piece.whole and piece.first:
                rows[half:] = _joined_halves(rows[half:here], rows[here:])
            half = here
        rows = _with_barred(_with_unread(rows, page), page)
    return rows


def _continued(pages: Sequence[PageText]) -> Iterator[PageText]:
    """The pages; rows that open one without captions, behind a page with Table II, are that one's,
    however many columns were found: Table I never stands behind it.
    """
    last: Table | None = None
    for page in pages:
        pieces = page.layout.pieces
        if last is Table.II and pieces and pieces[0].table and pieces[0].captions is None:
            pieces = (replace(pieces[0], table=Table.II), *pieces[1:])
            page = replace(page, layout=replace(page.layout, pieces=pieces))
        last = next((p.table for p in reversed(pieces) if p.table), last)
        yield page


def _rows_of(page: PageText, number: int) -> Iterator[RowCells]:
    """The rows of a piece, by its number on the page, that hold an entry or a bar: neither captions
    nor specks alone.
    """
    piece = page.layout.pieces[number]
    first, columns = piece.first, whole_columns(piece)
    beside = frozenset(c + first for k in piece.guessed_columns for c in (k - 1, k))
    for r in range(len(piece.rows)):
        of_row = (((number, r, c), c + first) for c in range(len(piece.columns) - 1))
        cells = {column: page.cells[key] for key, column in of_row if key in page.cells}
        barred = frozenset(c + first for c in _barred(page.layout.bars, piece, r))
        if not piece.table or not (cells or barred) or _is_captions(cells):
            continue
        box = replace(piece.cell(r, 0), x1=piece.columns[-1])
        row = RowCells(
            page.layout.number, piece.table, cells, box, columns, beside,
            r in piece.guessed_rows, is_unread=not cells, barred=barred,
        )  # fmt: skip
        if barred or not _is_specks(row):
            yield row


def _with_barred(rows: Sequence[RowCells], page: PageText) -> list[RowCells]:
    """The rows with those that lie under black bars which hide their borders, too: unread."""
    layout, found = page.layout, list(rows)
    tables = [p for p in layout.pieces if p.table]
    if not tables or not layout.bars:
        return found
    taken = [p.box for p in tables]
    captioned = [b for b, runs in zip(layout.header, page.header, strict=True)
                 if any(which_box(r) for r in runs)]  # fmt: skip
    top = max((b.y1 for b in captioned), default=0.0)
    bottom = max((p.box.y1 for p in tables), default=0.0)
    over: Box[Upright] | None = None
    for bar in sorted(layout.bars, key=lambda b: b.y0):
        inside = top < bar.center[1] and bar.y0 < bottom + _HIDDEN
        if not inside or any(b.contains(*bar.center) for b in taken):
            continue
        if over is not None and bar.y0 < over.y1:
            continue  # a further piece of the same bar
        over = bar
        table, piece = _table_at(bar.center[1], tables)
        box = replace(bar, x0=piece.columns[0], x1=piece.columns[-1])
        columns = whole_columns(piece)
        row = RowCells(layout.number, table, {}, box, columns, is_unread=True, barred=EVERY)
        insert(found, row)
    return found


_HIDDEN = 30.0
"""Upright pixels below the last table within which a bar begins that hides that table's last
ruling: of six bars on 280 scans two begin above its foot, four 1,133 or more below.
"""
EVERY = frozenset(range(max(len(c) for e in editions() for c in e.columns.values())))
"""All leaf columns of any table: a bar lies over the whole row."""


def _table_at(y: float, pieces: Sequence[TablePiece]) -> tuple[Table, TablePiece]:
    """The table that a height between a page's tables belongs to, with a piece as wide as it: the
    one above it, or Table I above a Table II and the other way round where no other is found.
    """
    above = [p for p in pieces if p.box.y0 <= y]
    piece = max(above, key=lambda p: p.box.y0) if above else min(pieces, key=lambda p: p.box.y0)
    assert piece.table
    return piece.table if above else Table.I, piece


def _barred(bars: Sequence[Box[Upright]], piece: TablePiece, row: int) -> Iterator[int]:
    """The columns of a row in whose cells a bar lies, rather than on their edges."""
    for column in range(len(piece.columns) - 1):
        cell = piece.cell(row, column).inset(_ON_EDGE)
        if any(cell.intersection(bar) for bar in bars):
            yield column


_ON_EDGE = 8.0
"""Upright pixels by which a bar over one cell may reach into the next. With 4 and with 16 the bars
of tests/parse/test_redacted.py are told the same.
"""


def _with_unread(rows: Sequence[RowCells], page: PageText) -> list[RowCells]:
    """The rows with those of which lines of text stand among a page's tables, and no borders were
    found: unread.
    """
    found = list(rows)
    last: Box[Upright] | None = None
    for line in page.layout.stray:
        is_further = last is not None and line.box.y0 - last.y1 < ONE_ROW * line.cap_height
        last = line.box
        pieces = [
            p
            for p in page.layout.pieces
            if p.table and p.columns[0] <= line.box.center[0] <= p.columns[-1]
        ]
        if is_further or not pieces:
            continue  # a further line of the same row, or one beside all tables
        piece = min(pieces, key=lambda p: max(p.box.y0 - line.box.y1, line.box.y0 - p.box.y1, 0.0))
        box: Box[Upright] = Box(piece.columns[0], line.box.y0, piece.columns[-1], line.box.y1)
        row = _unread_at(box, piece, page.layout.number, found)
        insert(found, row)
    return found


def insert(rows: list[RowCells], row: RowCells) -> None:
    """Puts a row before those of its table that stand below it or on later pages, else at the
    end.
    """
    below = (
        k
        for k, r in enumerate(rows)
        if r.table is row.table and (r.page, r.box.y0) > (row.page, row.box.y0)
    )
    rows.insert(next(below, len(rows)), row)


def _unread_at(
    box: Box[Upright], piece: TablePiece, page: int, before: Sequence[RowCells]
) -> RowCells:
    """An unread row of the piece next to it; over the captions of that, of the table that ends the
    page before.
    """
    assert piece.table
    earlier = [r for r in before if r.page < page]
    if earlier and piece.captions and box.y1 < piece.captions.y0:
        return RowCells(page, earlier[-1].table, {}, box, earlier[-1].columns, is_unread=True)
    return RowCells(page, piece.table, {}, box, whole_columns(piece), is_unread=True)


ONE_ROW = 1.5
"""Lines of one cell stand no further apart, in heights of their capitals: the one on 280 scans
0.82.
"""


def whole_columns(piece: TablePiece) -> tuple[float, ...]:
    """The borders of all of a table's leaf columns; those of a half that stands elsewhere have no
    width.
    """
    left, right = piece.columns[0], piece.columns[-1]
    behind = piece.leaves - piece.first - (len(piece.columns) - 1)
    return (*(left,) * piece.first, *piece.columns, *(right,) * behind)


def _joined_halves(before: Sequence[RowCells], behind: Sequence[RowCells]) -> list[RowCells]:
    """The rows of a table printed in two halves, each row of the first with its own of the second:
    in their order.

    Where one half has more rows than the other, which belong together is a guess.
    """
    same = len(before) == len(behind)
    joined = []
    for k in range(max(len(before), len(behind))):
        parts = [half[k] for half in (before, behind) if k < len(half)]
        cells = {c: cell for part in parts for c, cell in part.cells.items()}
        beside = frozenset(c for part in parts for c in part.beside_guess)
        guess = not same or any(part.is_guess for part in parts)
        joined.append(replace(parts[0], cells=cells, beside_guess=beside, is_guess=guess))
    return joined


def _is_a_row(row: RowCells) -> bool:
    """Whether a row has a title, an amount owned, or a D or I, as every row of every edition
    has.
    """
    last = len(row.columns) - 2
    return bool({0, last - 2, last - 1} & row.cells.keys())


def _is_specks(row: RowCells) -> bool:
    """Whether all there is in a row is a line or two of a character or two that make no row:
    dirt. A title has more.
    """
    texts = [line.whole.text.strip() for cell in row.cells.values() for line in cell.lines]
    no_row = not _is_a_row(row) or row.cells.keys() == {0}
    return no_row and len(texts) <= 2 and all(len(t) <= 2 for t in texts)


def _is_rest(row: RowCells) -> bool:
    """Whether a row has words, but nothing that makes a row: then it is what a stroke through the
    row above it, or the end of a page, cut off that.
    """
    return not _is_a_row(row) and any(
        re.search(r"\w{3}", line.whole.text) for cell in row.cells.values() for line in cell.lines
    )


def _is_captions(cells: Mapping[int, CellText]) -> bool:
    """Whether a row is a repeated row of captions, and no entries stand under them."""
    lines = (line.whole.text for cell in cells.values() for line in cell.lines)
    if any(map(holds_entry, lines)):
        return False
    first = cells.get(0)
    if first is not None and re.match(r"1\.? ?Title of", first.lines[0].whole.text):
        return True
    said = [[cell.lines[k].whole.text.strip() for k in (0, -1)] for cell in cells.values()]
    leaves = [any(map(_LEAF_CAPTION.fullmatch, ends)) for ends in said]
    captions = sum(
        a or bool(_CAPTIONS_END.fullmatch(b)) for a, (_, b) in zip(leaves, said, strict=True)
    )
    return sum(leaves) >= 3 and captions >= 0.5 * len(said)
