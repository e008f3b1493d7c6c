"""A table that is printed in two halves, one under the other or on two pages.

The captions of the second half are the same in editions whose tables have a column more or less in
the first: which column it begins with is told by the half that stands before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4_models.layout import TablePiece
from ocr_form4_models.page_text import PageText


def with_halves_joined(pages: Sequence[PageText]) -> list[PageText]:
    """The pages with the last half of a table counted as a part of the table whose first half was
    found before it: whatever the edition, it ends where the table does.
    """
    opened: TablePiece | None = None
    found = []
    for page in pages:
        pieces = []
        for piece in page.layout.pieces:
            if piece.whole and not piece.first:
                opened = piece
            elif opened is not None and _ends(piece) and piece.table is opened.table:
                first = opened.whole - (len(piece.columns) - 1)
                piece = replace(piece, first=first, whole=opened.whole, editions=opened.editions)
            pieces.append(piece)
        found.append(replace(page, layout=replace(page.layout, pieces=tuple(pieces))))
    return found


def _ends(piece: TablePiece) -> bool:
    return bool(piece.whole) and piece.first + len(piece.columns) - 1 == piece.whole
