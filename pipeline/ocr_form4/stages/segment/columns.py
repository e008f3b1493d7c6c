"""The leaf columns of a table whose rulings were not all seen: from those that were, and from what
editions print.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr_form4_models.editions import Ruled, editions
from ocr_form4_models.geometry import Box, Upright, gaps

_REACH = 0.06
"""How far from its usual place a ruling may stand, in shares of the table's width, to be taken for
it. Of 27,806 pairs of a ruling seen and one expected on the fixtures that are as near, half are
within 0.028; of the others 99 of 100 are 0.064 or more apart.
"""
_WHOLE = 0.95
"""Of a table's height, covered by a ruling of which nothing is lost: of 2,789 between cells of the
fixtures, 99 of 100 cover 0.99 or more.
"""
_SPREAD = 0.012
"""How far a ruling stands from there as a rule, in shares of the table's width, once its
neighbours' own shifts are allowed for: of 19 lost ones that were put in paper on 280 scans 18 were
put within 0.009 of it, one, which is a guess, 0.030.
"""
_DRIFT = 0.05
"""How far all of them together may have drifted, in the same shares. With 0.025 and with 0.1 four
fixtures whose rulings are gone or broken are read the same; where it costs nothing, 22 fields of
one of 25 scans by hands to learn from are lost.
"""
_MISSING = 1.5
"""What a ruling that is expected and not seen costs, in squared spreads; a seen one that is not
expected costs more. With 0.75 and with 3.0 four fixtures whose rulings are gone or broken are read
the same.
"""
_UNEXPECTED = 8.0
"""What a ruling costs that no edition expects there, times the share of it that is seen, where it
is whole; in squared spreads. With 4 and with 16 those fixtures are read the same.
"""
_UNEXPECTED_PIECE = 4.0
"""And where only a piece of it is there, as of a streak, or of a ruling that broke off. With 8 two
pieces of streaks on a fixture make a column, and of 49 scans by hands to learn from one has 71
fields to look at instead of 9; with 0 a fixture of which three rulings are broken off has a column
less.
"""
_MOST_WRONG = 0.35
"""A fit is good in which no larger share of its inner rulings is missing or unexpected. Of 177 fits
on the fixtures 113 have 0.30 or less, nine of ten of them 0.14; the others 0.35 or more.
"""
_MOST_STRAIN = 0.8
"""Nor may those seen keep the proportions worse in the mean, in squared spreads: of 113 fits 99
have 0.79 or less, nine of ten of them 0.33; of 14 others 13 have 1.16 or more.
"""
_STRAIN_OF_WHOLE = 0.45
"""The strain of each ruling, in squared spreads, up to which, where all that are seen are whole,
others are taken for lost: of ten tables on 470 scans that plainly keep the proportions of one with
a ruling more, six are such ones and have 0.37 or less, four are not and have 0.55 or more.
"""
_PLAINLY = 2.5
"""How much less a fit of fewer or more rulings must cost than the best with as many as are seen, in
squared spreads: of 12 on 280 scans 11 cost 2.8 to 43 less, one 0.1.
"""
_MARGIN = 8.0
"""Paper between a ruling and the text beside it, in upright pixels: of 8 gaps where a lost ruling
was expected on the fixtures six are 59 wide or more, two 1.
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A vertical ruling and the share of its table's height that is there."""

    x: float
    share: float


@dataclass(frozen=True, slots=True)
class Fit:
    """The rulings of a table as an edition has them: ``seen`` for each the x, or None where there
    is none.
    """

    expected: tuple[float, ...]
    seen: tuple[float | None, ...]
    strain: float
    """How badly the rulings seen keep the proportions, in squared spreads, summed."""
    unexpected: tuple[float, ...]
    """The shares that are there of the rulings seen that are not expected."""

    @property
    def missing(self) -> int:
        return sum(x is None for x in self.seen)

    @property
    def cost(self) -> float:
        more = sum(map(_of_unexpected, self.unexpected))
        return self.strain + more + _MISSING * self.missing

    @property
    def is_good(self) -> bool:
        inner = len(self.seen) - 2
        wrong = self.missing + sum(self.unexpected)
        return wrong <= _MOST_WRONG * inner and self.strain <= _MOST_STRAIN * (inner - self.missing)


@dataclass(frozen=True, slots=True)
class Columns:
    """The x of a table's rulings; ``guessed`` are the indices of those put where only a guess can
    be made.
    """

    xs: tuple[float, ...]
    guessed: frozenset[int] = frozenset()


def _of_unexpected(share: float) -> float:
    return share * (_UNEXPECTED if share >= _WHOLE else _UNEXPECTED_PIECE)


def best_fit(seen: Sequence[Seen], left: float, right: float) -> Fit | None:
    """The edition's table whose proportions the rulings seen keep best, or None where they keep
    none.
    """
    fits = [f for f in _all_fits(seen, left, right) if f.is_good]
    return min(fits, key=lambda f: f.cost, default=None)


def are_of_another(seen: Sequence[Seen], left: float, right: float, count: int) -> bool:
    """Whether ``count`` rulings, as many as a table of some edition has, are plainly those of
    another one, less some that are lost, or with streaks among them.

    Where all rulings are whole, a form of proportions that no edition here has is likelier, and
    none of them is one too many: of 360 scans by many hands a fit of fewer rulings was taken on
    one, a clean page of wide entries.
    """
    as_many = min((f.cost for f in _all_fits(seen, left, right, count)), default=np.inf)
    if as_many <= _PLAINLY:
        return False
    fits = _all_fits(seen, left, right)
    best = min(fits, key=lambda f: f.cost)
    whole = all(s.share >= _WHOLE for s in seen)
    like_them = best.strain <= _STRAIN_OF_WHOLE * len(seen) and not best.unexpected
    kept = best.is_good and (like_them or not whole)
    return len(best.expected) != count and kept and best.cost + _PLAINLY < as_many


def _all_fits(
    seen: Sequence[Seen], left: float, right: float, count: int | None = None
) -> list[Fit]:
    """Rulings seen to those of each table of an edition, or of each that has ``count``."""
    tables = dict.fromkeys(
        shares for e in editions() if e.ruled is Ruled.BOXES for shares in e.rulings.values()
    )
    return [
        _fit(seen, tuple(left + s * (right - left) for s in shares))
        for shares in tables
        if count in (None, len(shares))
    ]


def fill_in(fit: Fit, text: Sequence[Box[Upright]]) -> Columns:
    """The rulings of a fit, the missing ones put where they are expected, in the paper between
    columns of ``text``.

    Such a ruling is taken for sure where paper lies at the very place; elsewhere it is a guess.
    """
    width = fit.expected[-1] - fit.expected[0]
    expected = _shifted(fit.expected, fit.seen)
    xs = [e if x is None else x for x, e in zip(fit.seen, expected, strict=True)]
    guessed = set()
    for k, x in enumerate(fit.seen):
        if x is not None:
            continue
        low, high = xs[k - 1], next(s for s in (*fit.seen[k + 1 :], xs[-1]) if s is not None)
        gutters = [g for g in _gutters(text, low, high) if g[1] - g[0] >= _MARGIN]
        if not gutters:
            guessed.add(k)
            continue
        a, b = min(gutters, key=lambda g: max(g[0] - expected[k], expected[k] - g[1], 0.0))
        margin = min(_MARGIN, (b - a) / 2)
        xs[k] = float(np.clip(expected[k], a + margin, b - margin))
        if abs(xs[k] - expected[k]) > _SPREAD * width:
            guessed.add(k)
    return Columns(tuple(xs), frozenset(guessed))


def _gutters(text: Sequence[Box[Upright]], low: float, high: float) -> list[tuple[float, float]]:
    """The stretches of x between ``low`` and ``high`` over and under which no text stands."""
    return gaps(((b.x0, b.x1) for b in text), low, high)


def _fit(seen: Sequence[Seen], expected: tuple[float, ...]) -> Fit:
    """Rulings seen to rulings expected, in order, at the least cost; by dynamic programming. The
    edges are given.
    """
    width = expected[-1] - expected[0]
    inner = expected[1:-1]
    n, m = len(seen), len(inner)
    reach = _REACH * width
    cost = [[0.0] * (m + 1) for _ in range(n + 1)]
    came = [[0] * (m + 1) for _ in range(n + 1)]
    extra = [_of_unexpected(s.share) for s in seen]
    for i in range(n + 1):
        for j in range(m + 1):
            ways = []
            if i and j and abs(off := seen[i - 1].x - inner[j - 1]) <= reach:
                away = off / reach
                ways.append((cost[i - 1][j - 1] + away * away, 1))
            if i:
                ways.append((cost[i - 1][j] + extra[i - 1], 2))
            if j:
                ways.append((cost[i][j - 1] + _MISSING, 3))
            if ways:
                cost[i][j], came[i][j] = min(ways)
    found: list[float | None] = [None] * m
    i, j = n, m
    unexpected: list[float] = []
    while i or j:
        way = came[i][j]
        if way == 1:
            found[j - 1] = seen[i - 1].x
        elif way == 2:
            unexpected.append(seen[i - 1].share)
        i, j = i - (way in (1, 2)), j - (way in (1, 3))
    all_ = (expected[0], *found, expected[-1])
    return Fit(expected, all_, _strain(expected, all_), tuple(unexpected))


def _strain(expected: tuple[float, ...], seen: tuple[float | None, ...]) -> float:
    """How badly the rulings seen keep the proportions: against where their neighbours let expect
    them, and at all.
    """
    width = expected[-1] - expected[0]
    total = 0.0
    for k, x in enumerate(seen):
        if x is not None and 0 < k < len(seen) - 1:
            others = (*seen[:k], None, *seen[k + 1 :])
            off = (x - _shifted(expected, others)[k]) / (_SPREAD * width)
            far = (x - expected[k]) / (_DRIFT * width)
            total += off * off + far * far
    return total


def _shifted(expected: tuple[float, ...], seen: tuple[float | None, ...]) -> tuple[float, ...]:
    """The expected places, each shifted as the nearest rulings seen on both sides of it are."""
    known = [(e, x - e) for e, x in zip(expected, seen, strict=True) if x is not None]
    shift = np.interp(expected, [e for e, _ in known], [s for _, s in known])
    return tuple(float(e + s) for e, s in zip(expected, shift, strict=True))
