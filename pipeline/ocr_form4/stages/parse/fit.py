"""Which edition a filing's pages are: the one whose captions, boxes and columns fit best what was
read.

No good fit is an answer, too: then nothing that stands on the pages has a place that is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr_form4.stages.parse.header import Header
from ocr_form4.text import captions as cap
from ocr_form4.text.owners import has_owners_heading, owners_tables
from ocr_form4_models.editions import Edition, HeaderBox, Ruled, editions
from ocr_form4_models.form4 import Table
from ocr_form4_models.layout import TablePiece
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run

_ALIKE = 84.0
"""How much a run is a caption or a piece of one, of 100, to count as it."""
_LEAST = 0.6
"""The least quality of a fit by which a filing is taken to be of an edition: the page of another
program that prints EDGAR's captions without its boxes and columns has 0.4, a page of which a
table's rulings are lost 0.75.
"""
_WEIGHTS = {
    "form": 2.0,
    "box": 1.0,
    "check": 1.0,
    "columns": 2.0,
    "other box": 1.5,
    "heading": 1.0,
    "ruled": 1.0,
}
_OFF = 0.1
"""How far a whole table's rulings stand from where they should as a rule, at most, in shares of its
width: tables set by a browser give and take by their content. Of 2,576 tables and editions on 280
scans 2,288 are as near, half of them 0.03; nine of ten of the 288 others are 0.105 or more off.
"""

_COLUMN = 150.0
"""A ruling between columns or boxes is higher, in upright pixels: half an inch. On the fixtures 90
of 1,521 are 1.00 times it or less, the others 1.01 or more.
"""
_RULINGS = 3
"""Rulings across half of a page and more, without one down, that tell that rows alone are ruled:
the fixture of such a form has 17.
"""
_AT_BORDER, _BORDERS = 12.0, 0.5
"""A ruling stands at a border within so many upright pixels, and tables are ruled down where one
stands at that share of their inner borders: on the fixtures at 0.84 or more of each, and at none of
the 24 of a form that is ruled across alone.
"""


@dataclass(frozen=True, slots=True)
class EditionFit:
    edition: Edition
    score: float
    """For comparing editions with each other."""
    quality: float
    """How much of the edition is there: the mean over header, boxes and tables of the share that
    fits, 0 ... 1.
    """
    fits_columns: bool
    """Whether every table has as many leaf columns as the edition's."""

    @property
    def is_known(self) -> bool:
        return self.quality >= _LEAST


def best_edition(header: Header, pages: Sequence[PageText]) -> EditionFit:
    """The edition that fits best; the first by name of several that fit alike."""
    tables = _tables(pages)
    has_owners = any(owners_tables(page) or has_owners_heading(page) for page in pages)
    seen = _ruled(pages, tables)
    found = [_fit(one, header, pages[0], tables, has_owners, seen) for one in editions()]
    return max(found, key=lambda f: f.score)


def _ruled(pages: Sequence[PageText], tables: Mapping[Table, TablePiece]) -> frozenset[Ruled]:
    """How the pages may be ruled, as far as it is seen."""
    across = [s for p in pages for s in p.layout.rulings.horizontal]
    wide = 0.5 * pages[0].layout.width
    if tables and not _are_ruled_down(pages) and sum(s.length > wide for s in across) >= _RULINGS:
        return frozenset({Ruled.ROWS})
    layout = pages[0].layout
    boxes = bool(tables) or bool(layout.header and not layout.guessed_header)
    return frozenset({Ruled.BOXES}) if boxes else frozenset({Ruled.ROWS, Ruled.TYPED})


def _are_ruled_down(pages: Sequence[PageText]) -> bool:
    """Whether rulings stand at the borders of the tables' columns; others are streaks, or the edges
    of sheets.
    """
    inner = seen = 0
    for page in pages:
        down = [s for s in page.layout.rulings.vertical if s.length > _COLUMN]
        for piece in page.layout.pieces:
            top, bottom = piece.box.y0, piece.box.y1
            here = [s.at for s in down if min(s.end, bottom) - max(s.start, top) > _COLUMN / 2]
            borders = piece.columns[1:-1]
            inner += len(borders)
            seen += sum(any(abs(x - at) <= _AT_BORDER for at in here) for x in borders)
    return seen >= _BORDERS * inner


def _tables(pages: Sequence[PageText]) -> dict[Table, TablePiece]:
    """A piece of each table, one with rows before captions alone: those put nothing into a
    column.
    """
    pieces = [
        p
        for page in pages
        for k, p in enumerate(page.layout.pieces)
        if k not in owners_tables(page)
    ]
    return {p.table: p for p in ([q for q in pieces if q.rows] or pieces) if p.table}


def _fit(
    one: Edition,
    header: Header,
    page: PageText,
    tables: Mapping[Table, TablePiece],
    has_owners: bool,
    seen_ruled: frozenset[Ruled],
) -> EditionFit:
    seen = {
        name: _is_seen(box, header.runs.get(name, ()), header.month_only)
        for name, box in _asked(one)
    }
    others = [name for name in header.runs if name not in one.boxes]
    score = _WEIGHTS["box"] * sum(seen.values()) - _WEIGHTS["other box"] * len(others)
    score -= _WEIGHTS["box"] * sum(not s for s in seen.values())
    score += _WEIGHTS["check"] * (1 if header.has_10b5 == one.has_10b5 else -1)
    score += _WEIGHTS["heading"] * (1 if has_owners == one.owners_in_table else -1)
    score += _WEIGHTS["ruled"] * (1 if one.ruled in seen_ruled else -1)
    if header.form:
        score += _WEIGHTS["form"] * (1 if header.form == one.form else -1)
    parts = [sum(seen.values()) / max(1, len(seen))] if header.runs else [0.0]
    if one.ruled is Ruled.BOXES and header.runs:
        parts.append(0.0 if page.layout.guessed_header else 1.0)
    counted = True
    for table, piece in tables.items():
        fit = _columns_fit(one, table, piece)
        counted = counted and piece.leaves == len(one.columns[table])
        score += _WEIGHTS["columns"] * (2 * fit - 1)
        parts.append(fit)
    return EditionFit(one, score, sum(parts) / len(parts), counted)


def _asked(one: Edition) -> list[tuple[str, HeaderBox]]:
    """The boxes that have a number of their own: by these an edition is told."""
    return [(name, box) for name, box in one.boxes.items() if box.caption[:1].isdigit()]


def _is_seen(box: HeaderBox, runs: Sequence[Run], month_only: bool) -> bool:
    """Whether the box's caption was read, with its number as far as that was read."""
    if box.caption.startswith("4. Statement") and ("Day" in box.caption) == month_only:
        return False
    opening = re.match(r"(\d+a?)", box.caption)
    for run in runs:
        number = re.match(r"\W{0,2}(\d{1,2}a?)\s?[.,:;]", run.text)
        if number and opening and number[1] != opening[1]:
            continue
        if number and any(
            cap.likeness(run.text, c) >= _ALIKE for c in (box.caption, box.also) if c
        ):
            return True
    # the number may be lost; what stands under a caption of this name is the box
    return bool(runs) and not any(re.match(r"\W{0,2}\d{1,2}a?\s?[.,:;]", r.text) for r in runs)


def _columns_fit(one: Edition, table: Table, piece: TablePiece) -> float:
    """1 where a table's rulings stand as the edition's do, half where there are as many elsewhere,
    else 0.
    """
    columns, expected = piece.columns, one.rulings[table]
    if piece.leaves != len(expected) - 1:
        return 0.0
    if piece.editions:  # it was found by its captions, where its columns were set is another matter
        return 1.0 if one.name in piece.editions else 0.5
    width = max(1.0, columns[-1] - columns[0])
    off = max(abs((x - columns[0]) / width - e) for x, e in zip(columns, expected, strict=True))
    return 1.0 if off <= _OFF or piece.guessed_columns else 0.5
