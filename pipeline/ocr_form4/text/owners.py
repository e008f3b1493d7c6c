"""The table of owners of EDGAR's first page, told from Tables I and II."""

from __future__ import annotations

from ocr_form4.text import captions as cap
from ocr_form4_models.page_text import PageText

_LEAST = 85.0
_LEVEL = 5.0
"""A table below a heading may begin this much above the heading's foot, in upright pixels."""


def has_owners_heading(page: PageText) -> bool:
    return any(cap.is_the(r.text, cap.OWNERS, _LEAST) for r in (*page.above, *page.below))


def owners_tables(page: PageText) -> frozenset[int]:
    """Indices of a page's pieces that are the owners' table: by their columns, or as the first
    below its heading.
    """
    pieces = page.layout.pieces
    found = {k for k, piece in enumerate(pieces) if piece.is_owners}
    for run in (*page.above, *page.below):
        if cap.is_the(run.text, cap.OWNERS, _LEAST):
            under = [(p.box.y0, k) for k, p in enumerate(pieces) if p.box.y0 >= run.box.y1 - _LEVEL]
            found |= {min(under)[1]} if under else set()
    return frozenset(found)
