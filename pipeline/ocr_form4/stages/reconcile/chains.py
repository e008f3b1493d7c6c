"""Chains of holdings: which row follows which, and which readings add up, found together.

A *chain* is one holder's rows of one security in printed order: each row's holding is the row
before's plus or minus the shares traded. The form says only in part which rows form one; here the
most probable arrangement of the rows into chains is found together with the most probable
assignment of the candidates, by dynamic programming over the rows. A state is the ends of the
chains so far; two ways to the same ends are one state, of which the likelier way is kept (Viterbi,
IEEE Trans. Inf. Theory 13, 1967). The search is exact as long as no more than ``STATES`` states are
within ``evidence.NEGLIGIBLE`` of the best.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from itertools import product
from math import log

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.doubt import doubtful, options, possible
from ocr_form4.stages.reconcile.relation import Relation, in_dollars, relation
from ocr_form4_models.codes import ALWAYS_ACQUIRED, ALWAYS_DISPOSED
from ocr_form4_models.field import Value
from ocr_form4_models.form4 import Column, Row, Table

STATES = 40
CHOICES = 32
"""Combinations of a row's candidates that are weighed at most, the likeliest."""


class Link(Enum):
    """How a row stands to the one before it in its chain."""

    OPENS = "opens"
    FOLLOWS = "follows"
    RESTATES = "restates"
    BREAKS = "breaks"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """What was found for one row: its predecessor in the chain (index into the rows given) and the
    values chosen.

    ``before`` is the balance that the chain had before this row: the predecessor's holding, or,
    where that is not printed, what the rows before imply; ``None`` where unknown.
    """

    row: Row
    link: Link
    previous: int | None
    before: Decimal | None
    values: Mapping[Column, Value]


@dataclass(frozen=True, slots=True)
class Choice:
    """One combination of a row's candidates: signed shares, holding, the values by column, their
    weight (log).
    """

    delta: Decimal | None
    owned: Decimal | None
    values: tuple[tuple[Column, Value], ...]
    weight: float


@dataclass(frozen=True, slots=True)
class _Way:
    """How a state was reached: the row's move, and the way before it."""

    before: _Way | None
    choice: Choice
    link: Link
    previous: int | None
    balance: Decimal | None


_End = tuple[int, Decimal | None]
_State = tuple[_End, ...]
Bonus = Mapping[str, Mapping[Value, float]]
"""Evidence from outside the chain: by a field's path and value, what is added to the weight (log).
"""
Fixed = Mapping[str, Value | None]
"""Fields that may not choose, by path, with the value they keep."""


def amount_columns(row: Row) -> tuple[Column, Column]:
    """The columns of the row's trade and of its balance: in shares, or in dollars."""
    if in_dollars(row):
        return Column.TOTAL_VALUE, Column.OWNED_VALUE
    return Column.SHARES, Column.OWNED_SHARES


def find_chains(rows: Sequence[Row], bonus: Bonus, fixed: Fixed) -> tuple[tuple[Step, ...], float]:
    """The most probable chains and values of one table's rows, in printed order, and their weight
    (log).
    """
    relations = [[relation(a, b) for a in rows[:i]] for i, b in enumerate(rows)]
    doubts: list[bool] = []
    states: dict[_State, tuple[float, _Way | None]] = {(): (0.0, None)}
    for i, row in enumerate(rows):
        found: dict[_State, tuple[float, _Way | None]] = {}
        weighed = choices(row, bonus, fixed)
        doubts.append(any(doubtful(row.fields.get(c)) for c in amount_columns(row)))
        for ends, (score, way) in states.items():
            own = [e for e in reversed(ends) if relations[i][e[0]] is Relation.OWN]
            other = [e for e in reversed(ends) if relations[i][e[0]] is Relation.OTHER]
            for choice in weighed:
                for link, end, weight in _moves(row, choice, own, other, doubts):
                    total = score + choice.weight + weight
                    left = ends if end is None else tuple(e for e in ends if e != end)
                    state = (*left, (i, _balance(choice, end)))
                    if state not in found or total > found[state][0]:
                        previous, balance = (None, None) if end is None else end
                        found[state] = (total, _Way(way, choice, link, previous, balance))
        states = _likeliest(found)
    score, way = max(states.values(), key=lambda s: s[0])
    return _steps(rows, way), score


def _likeliest(
    found: dict[_State, tuple[float, _Way | None]],
) -> dict[_State, tuple[float, _Way | None]]:
    best = max(score for score, _ in found.values())
    near = [(state, s) for state, s in found.items() if s[0] > best - evidence.NEGLIGIBLE]
    return dict(sorted(near, key=lambda item: -item[1][0])[:STATES])


def _steps(rows: Sequence[Row], way: _Way | None) -> tuple[Step, ...]:
    steps: list[Step] = []
    for row in reversed(rows):
        assert way is not None
        steps.append(Step(row, way.link, way.previous, way.balance, dict(way.choice.values)))
        way = way.before
    return tuple(reversed(steps))


def _balance(choice: Choice, end: _End | None) -> Decimal | None:
    """The chain's balance after the row: as stated, or implied where nothing is stated."""
    if choice.owned is not None:
        return choice.owned
    if end is None or end[1] is None or choice.delta is None:
        return None
    return end[1] + choice.delta


_Move = tuple[Link, _End | None, float]


def _moves(
    row: Row, choice: Choice, own: list[_End], other: list[_End], doubts: list[bool]
) -> list[_Move]:
    """The ways in which the row can stand to the chains' ends, each list most recent first, with
    their weights.

    ``doubts`` tells for every row up to this one whether a number of it is doubtful.
    """
    if row.is_holding:
        return _moves_of_holding(choice, own, other)
    unexplained = log(evidence.COINCIDENCE)
    moves: list[_Move] = []
    if own or other:
        shares = (evidence.OWN if own else evidence.OTHER)[row.table]
        first, *rest = own + other
        moves += _following(choice, first, shares.follows, shares.restates)
        for end in rest:
            moves += _following(choice, end, shares.follows_earlier / len(rest), 0.0)
        misread = doubts[-1] or doubts[first[0]]
        breaks = max(shares.breaks, evidence.BREAKS_IF_DOUBTFUL) if misread else shares.breaks
        moves.append((Link.BREAKS, first, log(breaks) + unexplained))
        opens = log(shares.opens)
    else:
        opens = 0.0
    moves.append((Link.OPENS, None, opens + _opening(row.table, choice)))
    return moves


def _following(choice: Choice, end: _End, follows: float, restates: float) -> list[_Move]:
    if choice.delta is None or choice.owned is None or end[1] is None:
        # Nothing can be verified, so that nothing about it is a coincidence either.
        return [(Link.UNKNOWN, end, log(follows) + log(evidence.COINCIDENCE))]
    if end[1] + choice.delta == choice.owned:
        return [(Link.FOLLOWS, end, log(follows))]
    if restates and end[1] == choice.owned:
        return [(Link.RESTATES, end, log(restates))]
    return []


def _opening(table: Table, choice: Choice) -> float:
    """Weight of a chain's first row: many open with nothing owned before, or leave nothing."""
    unexplained = log(evidence.COINCIDENCE)
    if choice.delta is None or choice.owned is None:
        return unexplained
    if choice.owned < choice.delta:
        return log(evidence.OPENS_BELOW_ZERO) + unexplained
    acquired = choice.delta > 0
    plain = evidence.OPENS_AT_ZERO if acquired else evidence.OPENS_AND_CLOSES[table]
    if choice.owned == (choice.delta if acquired else 0):
        return log(plain)
    return log(1 - plain) + unexplained


def _moves_of_holding(choice: Choice, own: list[_End], other: list[_End]) -> list[_Move]:
    """A holdings row restates a chain's balance, or is another holder's: it never breaks a
    chain.
    """
    moves: list[_Move] = [
        (Link.OPENS, None, log(1 - evidence.RESTATED_BY_HOLDING) + log(evidence.COINCIDENCE))
    ]
    for share, ends in (
        (evidence.RESTATED_BY_HOLDING, own),
        (evidence.RESTATED_BY_HOLDING / 10, other),
    ):
        for end in ends:
            if choice.owned is not None and end[1] == choice.owned:
                moves.append((Link.RESTATES, end, log(share / len(ends))))
    return moves


def choices(row: Row, bonus: Bonus, fixed: Fixed) -> list[Choice]:
    """The combinations of a row's candidates that the chain can choose among, the likeliest
    first.
    """
    amount, owned = amount_columns(row)
    wanted = [
        c
        for c in (amount, owned, Column.ACQUIRED_DISPOSED, Column.UNDERLYING_SHARES)
        if c in row.fields
    ]
    weighed = [_weighed(row, column, bonus, fixed) for column in wanted]
    found = []
    for combination in product(*weighed):
        values = {c: v for c, (v, _) in zip(wanted, combination, strict=True) if v is not None}
        sign = {"A": 1, "D": -1}.get(str(values.get(Column.ACQUIRED_DISPOSED)))
        shares, balance = _number(values.get(amount)), _number(values.get(owned))
        delta = None if shares is None or sign is None else sign * shares
        weight = sum(w for _, w in combination) + _within_row(row, values, shares, balance)
        found.append(Choice(delta, balance, tuple(values.items()), weight))
    return sorted(found, key=lambda c: -c.weight)[:CHOICES]


def _weighed(
    row: Row, column: Column, bonus: Bonus, fixed: Fixed
) -> list[tuple[Value | None, float]]:
    path = row.path_of(column)
    extra = bonus.get(path, {})
    weighed = [
        (v, w + (0.0 if v is None else extra.get(v, 0.0))) for v, w in options(row.fields[column])
    ]
    if path not in fixed:
        return weighed
    return [(v, w) for v, w in weighed if v == fixed[path]] or [(fixed[path], 0.0)]


def _within_row(
    row: Row, values: Mapping[Column, Value], shares: Decimal | None, owned: Decimal | None
) -> float:
    """What the row's own rules say of a combination: the code's direction, and the underlying
    shares one to one.
    """
    weight = 0.0
    direction = values.get(Column.ACQUIRED_DISPOSED)
    codes = possible(row.fields.get(Column.CODE))
    if row.table is Table.I and direction and codes:
        excluded = {"A": ALWAYS_DISPOSED, "D": ALWAYS_ACQUIRED}.get(str(direction), frozenset())
        wrong = codes <= excluded
        weight += log(1 - evidence.DIRECTION_KEPT) if wrong else log(evidence.DIRECTION_KEPT)
    underlying = _number(values.get(Column.UNDERLYING_SHARES))
    traded = owned if row.is_holding else shares
    if underlying is not None and traded is not None:
        equal = evidence.UNDERLYING_EQUAL
        weight += log(equal) if underlying == traded else log(1 - equal) + log(evidence.COINCIDENCE)
    return weight


def _number(value: Value | None) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
