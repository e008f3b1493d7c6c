"""What a page is divided into: rulings, lines of text, boxes of the header, pieces of the tables.

All in the Upright frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Rectification, Upright
from ocr_form4_models.page import Gray


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of a ruling: at y (horizontal) or x (vertical), from start to end along the
    other axis.
    """

    at: float
    start: float
    end: float
    thickness: float

    @property
    def length(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Rulings:
    horizontal: tuple[Segment, ...]
    vertical: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Glyph:
    """A connected piece of ink, a letter as a rule. ``seen`` says whether the page network sees
    print there: in a letter as a rule, in dirt seldom.
    """

    box: Box[Upright]
    area: int
    seen: bool = True


@dataclass(frozen=True, slots=True)
class TextLine:
    """Glyphs on one base line, from left to right."""

    glyphs: tuple[Glyph, ...]
    box: Box[Upright]
    top: float
    """Of the capitals, as measured: marks and descenders aside."""
    base: float

    @property
    def cap_height(self) -> float:
        return max(1.0, self.base - self.top)


class Glyphs(tuple[Glyph, ...]):
    """A page's glyphs, of which it is asked often where they lie: their places are kept."""

    @classmethod
    def at(cls, places: NDArray[np.float64], glyphs: Iterable[Glyph]) -> Glyphs:
        """Glyphs whose places are known."""
        made = cls(glyphs)
        made.places = places
        return made

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """The left, top, right and bottom of each, shape (n, 4)."""
        boxes = (g.box for g in self)
        return np.array([(b.x0, b.y0, b.x1, b.y1) for b in boxes], float).reshape(-1, 4)

    @property
    def sizes(self) -> NDArray[np.float64]:
        """Their widths and heights, shape (2, n)."""
        return np.asarray((self.places[:, 2:] - self.places[:, :2]).T)

    def which(self, are_asked: NDArray[np.bool_]) -> Glyphs:
        """Those of which it is true, in their order."""
        return Glyphs.at(self.places[are_asked], compress(self, are_asked.tolist()))

    def joined_by(self, more: Glyphs) -> Glyphs:
        """These and more behind them."""
        return Glyphs.at(np.concatenate([self.places, more.places]), (*self, *more))

    def inside(self, box: Box[Upright]) -> list[Glyph]:
        """Those whose center lies in the box, in their order."""
        return [self[k] for k in np.flatnonzero(self.lie_in(box)).tolist()]

    def outside(self, boxes: Iterable[Box[Upright]]) -> Glyphs:
        """Those whose center lies in none of the boxes."""
        free = np.ones(len(self), bool)
        for box in boxes:
            free &= ~self.lie_in(box)
        return self.which(free)

    def lie_in(self, box: Box[Upright]) -> NDArray[np.bool_]:
        """Of which it is true that their center lies in the box."""
        x, y = (self.places[:, :2] + self.places[:, 2:]).T  # twice the center
        across, down = (2 * box.x0 <= x) & (x < 2 * box.x1), (2 * box.y0 <= y) & (y < 2 * box.y1)
        return np.asarray(across & down)


def inside(glyphs: Iterable[Glyph], box: Box[Upright]) -> list[Glyph]:
    """The glyphs whose center lies in the box."""
    if isinstance(glyphs, Glyphs):
        return glyphs.inside(box)
    # held against centers times two
    left, top, right, bottom = 2 * box.x0, 2 * box.y0, 2 * box.x1, 2 * box.y1
    return [
        g for g in glyphs if left <= (b := g.box).x0 + b.x1 < right and top <= b.y0 + b.y1 < bottom
    ]


OWNERS_COLUMNS = 5
"""Name and address, and four relationships."""


@dataclass(frozen=True, slots=True)
class TablePiece:
    """The part of a table that stands on one page.

    ``columns`` are the n + 1 x of the rulings around its n leaf columns, ``rows`` the (top, bottom)
    of each data row; ``captions`` is the box of its captions, where they are printed here.
    """

    table: Table | None
    columns: tuple[float, ...]
    rows: tuple[tuple[float, float], ...]
    captions: Box[Upright] | None
    guessed_columns: frozenset[int] = frozenset()
    """Indices of ``columns`` where no ruling was seen, put where others and the text let expect
    them.
    """
    guessed_rows: frozenset[int] = frozenset()
    """Indices of ``rows`` with a border that was not seen, put where the text lets expect it."""
    first: int = 0
    whole: int = 0
    """Where half of a table's columns stand here, and the other half elsewhere: which of its leaf
    columns is the first, and how many it has in all; 0 where they all are here.
    """
    editions: tuple[str, ...] = ()
    """The names of the editions whose captions stand over it, where it was found by these."""

    @property
    def leaves(self) -> int:
        """How many leaf columns the table has."""
        return self.whole or len(self.columns) - 1

    @property
    def box(self) -> Box[Upright]:
        ys = [y for row in self.rows for y in row]
        if self.captions:
            ys += [self.captions.y0, self.captions.y1]
        return Box(self.columns[0], min(ys), self.columns[-1], max(ys))

    @property
    def is_owners(self) -> bool:
        """Whether it has as many columns as EDGAR's first page's table of owners, and no other
        table has.
        """
        return self.leaves == OWNERS_COLUMNS

    def cell(self, row: int, column: int) -> Box[Upright]:
        return Box(
            self.columns[column], self.rows[row][0], self.columns[column + 1], self.rows[row][1]
        )


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page divided. ``clean`` is the upright page with its specks painted over: what readers get
    to see. Rulings stay: painting over an underline takes points and commas with it, and readers
    are used to them.

    ``header`` are the boxes above Table I, ``above`` the lines over the header (title, check
    boxes), ``below`` the lines under the tables or on a page without any.
    """

    number: int
    rectification: Rectification
    clean: Gray
    header: tuple[Box[Upright], ...]
    pieces: tuple[TablePiece, ...]
    above: tuple[TextLine, ...]
    below: tuple[TextLine, ...]
    glyphs: tuple[Glyph, ...]
    rulings: Rulings
    regions: Mapping[str, Box[Upright]]
    guessed_header: bool = False
    """The header's boxes were not seen, and put where its captions let expect them."""
    stray: tuple[TextLine, ...] = ()
    """Lines that stand among the tables as a row's title does, and are in no row that was found."""
    foreign: tuple[Box[Upright], ...] = ()
    """Where something lies that is none of the form's nor of its entries: strokes of a pen, stamps,
    correction fluid; and where the page's edge cuts entries off.
    """
    bars: tuple[Box[Upright], ...] = ()
    """Black bars, under which nothing can be read."""
    cut: tuple[str, ...] = ()
    """The sides of the page, left or right, at which the scan ends within the form."""

    @property
    def height(self) -> int:
        """Of the page, in upright pixels; as its width."""
        return int(self.clean.shape[0])

    @property
    def width(self) -> int:
        return int(self.clean.shape[1])

    def is_overlaid(self, box: Box[Upright], least: float = 0.0) -> bool:
        """Whether something foreign, ``least`` pixels high or more, lies on a box."""
        return any(f.height >= least and f.intersection(box) for f in self.foreign)
