"""The rows of a table's band where the rulings between them are broken or gone: from stumps, then
from the text.

Every row of every edition has a title (first column), an amount owned and a D or I (the last but
two and the last but one): what lacks one of them is a further line of a cell, not a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ocr_form4.stages.segment.frames import T as OF_FRAMES
from ocr_form4.stages.segment.rulings import HALF
from ocr_form4_models.geometry import Box, Upright, gaps

_LEAST_ROW = 30.0
"""No row is lower, in upright pixels, a tenth of an inch: of 1,466 rulings below a band's top on
the fixtures the nearest are 50 below it; of 94 above its foot one is 42, the others 70 or more.
"""
_BESIDE = 10.0
"""How far a ruling must go on beyond a column's side, in upright pixels, to be more than the
underline of a word in it: of 190 on the fixtures 98 go on 618 or more, the others 1 or less.
"""
_WITHIN = 5.0
"""A border is none between rows where letters go on for this many upright pixels on both of its
sides: of 164 letters that begin as far above it, 17 of a row that a fold crosses end 7.5 or more
below, the others 3.5 or less.
"""
_CROSSED = 4
"""Letters from which it is so: the fold of the fixtures crosses 17, rulings none."""
_LETTER_PX = 12.0, 60.0
"""Ink as high is a letter: over the fixtures half of what is lower is 4 px high or less."""
_CAPTION_LINES_PX = 60.0
"""Lines of one caption are no further apart (13 at most on the fixtures), and captions no lower."""
_HIGHEST = 0.6
"""Of the highest stripe of paper between captions and a row: the stripe that parts them. Of four on
the fixtures two are the highest themselves, two have 0.18 of it or less.
"""
EVERY_ROW = 0, -3, -2
"""The columns in which every row has an entry: title (0), amount owned, and D or I (the last but 2
and the last but 1).
"""
_SHORT = 0.3
"""Of the table's width, that what is left of a ruling covers: of 48 fixtures one has a broken one
between rows, which covers 0.72; a stain's edge that made a row of half a title covered 0.055, a
streak of a copier's rollers 0.16.
"""
Stump = tuple[float, float, float]
"""A piece of a horizontal ruling: y, start, end."""


@dataclass(frozen=True, slots=True)
class Parting:
    """How rows are told apart that no ruling parts."""

    apart: float = 1.0
    """The paper between two rows is at least this high, in heights of a letter: twelve rulings
    painted over on the fixtures leave 1.16 to 2.04, and the three stripes of a row that would make
    two are 0.14 or less.
    """
    keys: Sequence[int] = EVERY_ROW
    """The columns in which every row has an entry, the last of them on one line."""


USUAL = Parting()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a band, (top, bottom), and the indices of those with a border not seen, or with a
    fold in them.
    """

    spans: tuple[tuple[float, float], ...]
    guessed: frozenset[int] = frozenset()


def split_rows(
    top: float,
    bottom: float,
    columns: Sequence[float],
    stumps: Sequence[Stump],
    text: Sequence[Box[Upright]],
    parting: Parting = USUAL,
) -> Rows:
    """A band of data taken apart: at ``stumps`` that cross columns' sides, then between the lines
    of its text.

    A fold that looks like a ruling parts no rows, but its row is a guess.
    """
    crossing = _crossing(stumps, columns, range(1, len(columns) - 1), top, bottom)
    folds = [
        y
        for y in crossing
        if _runs_through(y, columns, text)
        or (_is_short(y, columns, stumps) and not _parts_rows(y, columns, (top, bottom), text))
    ]
    levels = [top, *(y for y in crossing if y not in folds), bottom]
    spans: list[tuple[float, float]] = []
    guessed: set[int] = set()
    for a, b in pairwise(levels):
        borders = [a, *_between_lines(a, b, columns, text, parting), b]
        first = len(spans)
        spans += pairwise(borders)
        if len(borders) > 2 or any(a < y < b for y in folds):
            guessed |= set(range(first, len(spans)))
    return Rows(tuple(spans), frozenset(guessed))


def joined_halves(
    spans: Sequence[tuple[float, float]],
    guessed: set[int],
    columns: Sequence[float],
    text: Sequence[Box[Upright]],
) -> tuple[list[tuple[float, float]], set[int]]:
    """The rows of a piece, those put together that a line across the page has cut in two: the lower
    half has text in one column alone, which is not the title's. The whole is a guess.

    The first row of a piece may be the second half of a row on the page before.
    """
    rows: list[tuple[float, float]] = []
    which: set[int] = set()
    for k, (top, bottom) in enumerate(spans):
        here = [b for b in text if top < b.center[1] < bottom]
        has = [bool(_in_column(here, columns, c, top, bottom)) for c in range(len(columns) - 1)]
        if rows and has.count(True) == 1 and not has[0]:
            rows[-1] = (rows[-1][0], bottom)
            which.add(len(rows) - 1)
            continue
        which |= {len(rows)} if k in guessed else set()
        rows.append((top, bottom))
    return rows, which


def _runs_through(y: float, columns: Sequence[float], text: Sequence[Box[Upright]]) -> bool:
    """Whether a piece of ruling lies at the height of letters of the row: a fold in the paper, or a
    pen's stroke.
    """
    inside = [
        b
        for b in text
        if columns[0] < b.x0 and b.x1 < columns[-1] and _LETTER_PX[0] <= b.height <= _LETTER_PX[1]
    ]
    return sum(b.y0 < y - _WITHIN and b.y1 > y + _WITHIN for b in inside) >= _CROSSED


def _is_short(y: float, columns: Sequence[float], stumps: Sequence[Stump]) -> bool:
    """Whether what is left of a ruling covers little of the table's width."""
    pieces = [(a, b) for at, a, b in stumps if abs(at - y) < _LEAST_ROW]
    covered = sum(min(b, columns[-1]) - max(a, columns[0]) for a, b in pieces)
    return covered < _SHORT * (columns[-1] - columns[0])


def _parts_rows(
    y: float,
    columns: Sequence[float],
    around: tuple[float, float],
    text: Sequence[Box[Upright]],
) -> bool:
    """Whether what stands over a height and what stands under it may be a row each: it has an
    amount owned, or a D or I; or nothing at all stands there.
    """
    keys = {k % (len(columns) - 1) for k in EVERY_ROW[1:]}

    def may_be_row(top: float, bottom: float) -> bool:
        n = len(columns) - 1
        holding = {k for k in range(n) if _in_column(text, columns, k, top, bottom)}
        return not holding or bool(holding & keys)

    return may_be_row(around[0], y) and may_be_row(y, around[1])


def foot_of_captions(
    top: float,
    bottom: float,
    columns: Sequence[float],
    stumps: Sequence[Stump],
    text: Sequence[Box[Upright]],
) -> tuple[float, bool]:
    """Where the captions in a band end, and whether that was seen: a lost ruling leaves the first
    rows in their band.

    The ruling that divides the captions of some columns never reaches the first column or the last.
    Between captions and a row is paper as between rows; of eight pieces of dirt under the captions
    of seven scans, taken for a row's title, the paper above is 0.1 to 0.3 of a letter high.
    """
    seen = _crossing(stumps, columns, (1, len(columns) - 2), top + _CAPTION_LINES_PX, bottom)
    if seen:
        return seen[0], True
    letters = _in_column(text, columns, 0, top, bottom)
    first = _lines(letters)
    least = USUAL.apart * median(b.height for b in letters) if letters else 0.0
    high = max((b - a for a, b in first), default=0.0)
    for (_, above), (below, _) in pairwise(first):
        if below - above <= max(_CAPTION_LINES_PX, 2 * high):
            continue
        # the paper over a cell's text, or a caption's, is higher than between the lines of either
        blank = _blank(text, above, below)
        highest = max((b - a for a, b in blank), default=0.0)
        high_ones = [(a, b) for a, b in blank if b - a >= max(least, _HIGHEST * highest)]
        for a, b in reversed(high_ones):
            if _is_row(text, columns, (a + b) / 2, bottom):
                return (a + b) / 2, False
    return bottom, True


def _crossing(
    stumps: Sequence[Stump],
    columns: Sequence[float],
    which: Sequence[int],
    top: float,
    bottom: float,
) -> list[float]:
    """The y at which a ruling crosses one of the columns' sides, inside a band, doubled ones
    counted once.
    """
    found: list[float] = []
    for y, start, end in sorted(stumps):
        if not top + _LEAST_ROW <= y <= bottom - _LEAST_ROW or (
            found and y - found[-1] < _LEAST_ROW
        ):
            continue
        if any(start <= columns[k] - _BESIDE and end >= columns[k] + _BESIDE for k in which):
            found.append(y)
    return found


def _between_lines(
    top: float,
    bottom: float,
    columns: Sequence[float],
    text: Sequence[Box[Upright]],
    parting: Parting,
) -> list[float]:
    """The y between rows that no ruling parts, each in the highest stripe of paper between two
    lines of the last of the key columns: of D and I.
    """
    keys = parting.keys
    here = [b for b in text if top < b.center[1] < bottom]
    letters = _in_column(here, columns, keys[-1] % (len(columns) - 1), top, bottom)
    lines, letter = _lines(letters), max((b.height for b in letters), default=0.0)
    borders: list[float] = []
    at = top
    for (_, above), (below, _) in pairwise(lines):
        blank = _blank(here, above - 2, below + 2)
        if not blank:
            continue
        a, b = max(blank, key=lambda s: s[1] - s[0])
        y = (a + b) / 2
        # lines of one cell stand closer than a letter is high; rows have their cells' padding
        # between them
        if (
            b - a >= parting.apart * letter
            and _is_row(here, columns, at, y, keys)
            and _is_row(here, columns, y, bottom, keys)
        ):
            borders.append(y)
            at = y
    return borders


def _is_row(
    text: Sequence[Box[Upright]],
    columns: Sequence[float],
    top: float,
    bottom: float,
    keys: Sequence[int] = EVERY_ROW,
) -> bool:
    n = len(columns) - 1
    return all(_in_column(text, columns, k % n, top, bottom) for k in keys)


def _in_column(
    text: Sequence[Box[Upright]], columns: Sequence[float], k: int, top: float, bottom: float
) -> list[Box[Upright]]:
    """The letters of a column between two heights; what is as low as a hyphen or touches a ruling,
    is none.
    """
    near = HALF * OF_FRAMES.near_half_px
    left, right = columns[k] + near, columns[k + 1] - near
    here = [b for b in text if left < b.x0 and b.x1 < right and top < b.center[1] < bottom]
    return [b for b in here if b.height >= _LETTER_PX[0] and b.width >= 3]


def _lines(letters: Sequence[Box[Upright]]) -> list[tuple[float, float]]:
    """(top, bottom) of the lines of letters, from top to bottom."""
    lines: list[tuple[float, float]] = []
    for b in sorted(letters, key=lambda b: b.y0):
        if lines and b.y0 < lines[-1][1]:
            lines[-1] = (lines[-1][0], max(lines[-1][1], b.y1))
        else:
            lines.append((b.y0, b.y1))
    return lines


def _blank(text: Sequence[Box[Upright]], top: float, bottom: float) -> list[tuple[float, float]]:
    """The stripes between two heights in which no column has any text."""
    return gaps(((b.y0, b.y1) for b in text), top, bottom)
