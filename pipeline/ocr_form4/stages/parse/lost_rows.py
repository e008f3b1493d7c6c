"""Rows that stand where no table was found, of which only that they are there can be told.

A table that goes on at the top of a page shows neither title nor captions there, and where its
rulings are not seen, nothing tells its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ocr_form4.stages.parse.grammar import day
from ocr_form4.stages.parse.paragraphs import Row, rows_of
from ocr_form4.stages.parse.printed_rows import ONE_ROW, RowCells, insert, whole_columns
from ocr_form4.stages.parse.signature_lines import has_signature_caption
from ocr_form4.text import captions as cap
from ocr_form4_models.editions import Edition
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page_text import PageText

_TOLD = {
    Table.I: re.compile(r"Table (I|1|l)\b|(1[.,]? ?)?Title of Security \(", re.IGNORECASE),
    Table.II: re.compile(r"Table (II|11|ll)\b|(1[.,]? ?)?Title of Derivative", re.IGNORECASE),
}
_AMOUNT = re.compile(r"\$?\d{1,3}(,?\d{3})*(\.\d*)?( ?\(\d{1,2}\))*")
_LETTER = re.compile(r"[A-Z]( ?\(\d{1,2}\))*")
_ENTRIES, _RUNS = 2, 3
"""A row has so many runs of text at least, and so many of them are entries: amounts, dates, lone
letters. On the fixtures all 184 rows have, and none of 165 lines behind their tables.
"""


def told_table(text: str) -> Table | None:
    """The table whose title or first caption a line is."""
    return next((table for table, said in _TOLD.items() if said.match(text)), None)


def with_lost_rows(
    rows: Sequence[RowCells], pages: Sequence[PageText], edition: Edition
) -> list[RowCells]:
    """The rows with those that were lost, unread: lines of entries behind the tables, on a page
    with none too, and a row of each table that was not found at all.
    """
    found = list(rows)
    last: tuple[int, float] | None = None
    for page, table, line in _behind_tables(pages):
        if not edition.columns.get(table) or not _is_of_entries(line):
            continue
        number, columns = page.layout.number, _columns(pages, table, page.layout, edition)
        y0, y1 = min(r.box.y0 for r in line), max(r.box.y1 for r in line)
        is_further = (
            last is not None and last[0] == number and y0 - last[1] < ONE_ROW * line[0].cap_height
        )
        if not is_further:
            box: Box[Upright] = Box(columns[0], y0, columns[-1], y1)
            insert(found, RowCells(number, table, {}, box, columns, is_unread=True))
        last = number, y1
    seen = {p.table for page in pages for p in page.layout.pieces} | {r.table for r in found}
    found += [
        _row_of(pages, table, edition)
        for table in Table
        if table not in seen and edition.columns.get(table)
    ]
    return found


def rows_of_empty_tables(pages: Sequence[PageText]) -> list[RowCells]:
    """An unread row of each table, for a filing in none of whose tables a row was found: of 468
    Forms 4 and 5 as filed one has none.
    """
    found: dict[Table, RowCells] = {}
    for page in pages:
        for piece in page.layout.pieces:
            if piece.table and not piece.is_owners:
                columns = whole_columns(piece)
                row = RowCells(
                    page.layout.number, piece.table, {}, piece.box, columns, is_unread=True
                )
                found.setdefault(piece.table, row)
    return list(found.values())


def _behind_tables(pages: Sequence[PageText]) -> Iterator[tuple[PageText, Table, Row]]:
    """The lines between the tables and the caption of notes, remarks or a signature, and the table
    that was found, or told by its title, before them.
    """
    table: Table | None = None
    for page in pages:
        width = page.layout.width
        table = next((p.table for p in reversed(page.layout.pieces) if p.table), table)
        for line in rows_of(page.below, width):
            text = line[0].text
            if any(
                cap.is_the(text, c) for c in (cap.OWNERS, cap.EXPLANATION, cap.REMARKS)
            ) or has_signature_caption(line, width):
                return
            table = next((told for r in line if (told := told_table(r.text))), table)
            if table:
                yield page, table, line


def _is_of_entries(line: Row) -> bool:
    """Whether a line holds what the rows of a table hold: a date or an amount among its entries."""
    texts = [r.text.strip(" |[].:") for r in line]
    entries = [t for t in texts if _AMOUNT.fullmatch(t) or _LETTER.fullmatch(t) or day(t)]
    told = any(not _LETTER.fullmatch(t) for t in entries)
    return len(texts) >= _RUNS and len(entries) >= _ENTRIES and told


def _row_of(pages: Sequence[PageText], table: Table, edition: Edition) -> RowCells:
    """The row of a lost table: where its title or a caption stands, else between the header and the
    foot of the first page.
    """
    page, box = next(_told_at(pages, table), (pages[0], None))
    columns = _columns(pages, table, page.layout, edition)
    if box is None:
        top = max((b.y1 for b in page.layout.header), default=0.0)
        box = Box(columns[0], top, columns[-1], max(top + 1, page.layout.height))
    return RowCells(page.layout.number, table, {}, box, columns, is_unread=True)


def _columns(
    pages: Sequence[PageText], table: Table, layout: PageLayout, edition: Edition
) -> tuple[float, ...]:
    """The borders of a table's columns as they were found somewhere, else at even steps over a
    page.
    """
    pieces = (p for page in pages for p in page.layout.pieces if p.table is table)
    if (piece := next(pieces, None)) is not None:
        return whole_columns(piece)
    leaves = len(edition.columns[table])
    return tuple(k * layout.width / leaves for k in range(leaves + 1))


def _told_at(pages: Sequence[PageText], table: Table) -> Iterator[tuple[PageText, Box[Upright]]]:
    """The places where a line outside of the tables is this one's title or first caption."""
    for page in pages:
        for run in (*page.above, *(r for box in page.header for r in box), *page.below):
            if told_table(run.text) is table:
                yield page, run.box
