"""The table of owners of EDGAR's first page, told from Tables I and II."""

from __future__ import annotations

import re

from ocr_form4.text import captions as cap
from ocr_form4_models.page_text import PageText

_LEAST = 85.0
_LEVEL = 5.0
"""A table below a heading may begin this much above the heading's foot, in upright pixels."""


_ENDS_ADDRESS = re.compile(r"\b[A-Z]{2},?\s+\d{5}(?:-\d{4})?\W*$")
"""A state and its ZIP code close an address."""


def has_owners_heading(page: PageText) -> bool:
    return any(cap.is_the(r.text, cap.OWNERS, _LEAST) for r in (*page.above, *page.below))


def owners_tables(page: PageText) -> frozenset[int]:
    """Indices of a page's pieces that are the owners' table: by their columns, by the addresses in
    the first of these, or as the first below its heading.
    """
    pieces = page.layout.pieces
    found = {k for k, p in enumerate(pieces) if p.is_owners or _holds_addresses(page, k)}
    for run in (*page.above, *page.below):
        if cap.is_the(run.text, cap.OWNERS, _LEAST):
            under = [(p.box.y0, k) for k, p in enumerate(pieces) if p.box.y0 >= run.box.y1 - _LEVEL]
            found |= {min(under)[1]} if under else set()
    return frozenset(found)


def _holds_addresses(page: PageText, piece: int) -> bool:
    """Whether every row of a piece without captions opens with an address, one line and more."""
    of_piece = page.layout.pieces[piece]
    cells = [page.cells.get((piece, r, 0)) for r in range(len(of_piece.rows))]
    return (
        bool(cells)
        and of_piece.captions is None
        and all(
            cell and len(cell.lines) > 1 and _ENDS_ADDRESS.search(cell.lines[-1].whole.text)
            for cell in cells
        )
    )
