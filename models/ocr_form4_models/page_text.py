"""A page as it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ocr_form4_models.check_mark import NO_CHECK_MARKS, CheckMarks
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.reading import CellText, Run

CellKey = tuple[int, int, int]
"""Index of the piece on its page, row, leaf column."""


@dataclass(frozen=True, slots=True)
class PageText:
    """A page read. ``header`` are the runs in the header's boxes, by box; ``below`` the text under
    the tables.
    """

    layout: PageLayout
    above: tuple[Run, ...]
    header: tuple[tuple[Run, ...], ...]
    cells: Mapping[CellKey, CellText]
    below: tuple[Run, ...]
    mirrored: bool = False
    """Print of the page's other side was read with its own."""
    check_marks: CheckMarks = NO_CHECK_MARKS
