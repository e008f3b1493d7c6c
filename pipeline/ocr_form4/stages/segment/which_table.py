"""Which pieces of a page are tables, which table each of them is, and where the header is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.segment.frames import Frame
from ocr_form4.stages.segment.grid import T as OF_TABLES
from ocr_form4_models.editions import editions
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TablePiece

TABLE_OF = {len(leaves): table for one in editions() for table, leaves in one.columns.items()}
"""Which table has how many leaf columns, over all known editions of Forms 3, 4 and 5."""
_HEADER_LEAVES, _FORM_4_LEAVES, _LEAVES = 9, 10, 4
"""What is divided above a table's first captions, in more columns than the first of these, is a
table too; beside a table of Form 4, which has at least the second, what has fewer is the header, or
a title with a stamp across it; Form 3's tables have the third.
"""
_BROAD_LEAVES = 11
"""Table II of any form that has eleven columns in Table I has more: of 97 tables on the fixtures 53
have 3 to 10, the others 14 or more.
"""
_HEADER_PX, _HEADER_LEAST_PX = 300.0, 150.0
"""A page with no table has a header higher than the first; over a table it is higher than the
second: 380 to 700 on the fixtures.
"""


def tables_and_header(
    frame: Frame, pieces: list[TablePiece]
) -> tuple[list[TablePiece], Box[Upright] | None]:
    """The pieces that are tables, each told which one, and the box of the header above them, if
    there is one.
    """
    captioned = [k for k, p in enumerate(pieces) if p.captions]
    first = captioned[0] if captioned else None
    if first is not None:  # what is divided above the first captions, is the header
        columns = len(pieces[first].columns) - 1
        same = [
            p
            for p in pieces[:first]
            if len(p.columns) - 1 in TABLE_OF
            and len(p.columns) - 1 > _HEADER_LEAVES
            and columns > _BROAD_LEAVES
        ]
        pieces = same + pieces[first:]
    widest = max((len(p.columns) - 1 for p in pieces), default=0)
    # beside a table of Form 4, what has few columns is the header, or a title with a stamp across
    # it
    least = _HEADER_LEAVES if widest >= _FORM_4_LEAVES else _LEAVES
    tables = [replace(p, table=which(p)) for p in pieces if len(p.columns) > least]
    if not tables:
        bands = frame.bands
        if len(bands) >= 1 and frame.bands[0].bottom - frame.bands[0].top > _HEADER_PX:
            return [], Box(frame.left, bands[0].top, frame.right, bands[-1].bottom)
        return [], None
    start = min(p.box.y0 for p in tables)
    over = [b for b in frame.bands if b.bottom <= start + 1]
    while over and over[-1].through <= 2 and over[-1].bottom - over[-1].top < OF_TABLES.title_px:
        over.pop()  # the table's title
    height = sum(b.bottom - b.top for b in over)
    if height < _HEADER_LEAST_PX:
        return tables, None
    return tables, Box(frame.left, over[0].top, frame.right, over[-1].bottom)


def which(piece: TablePiece) -> Table:
    """The table that has as many leaf columns; where no edition has, by how many they are."""
    leaves = len(piece.columns) - 1
    return TABLE_OF.get(leaves, Table.I if leaves <= _BROAD_LEAVES + 1 else Table.II)


def regions_of(
    pieces: Sequence[TablePiece], head: Box[Upright] | None = None
) -> dict[str, Box[Upright]]:
    """The box of each part of the form by its name; of a table in pieces, that of the first."""
    found = {"header": head} if head else {}
    for piece in pieces:
        found.setdefault("table I" if piece.table is Table.I else "table II", piece.box)
    return found
