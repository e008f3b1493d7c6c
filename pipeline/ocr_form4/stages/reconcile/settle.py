"""Readings chosen by rules that are not chains: dates, prices within ranges, codes. A search, its
cost bounded.

Each rule over doubtful fields is a *factor*: a yes-or-no question with the odds by which real
filings answer yes. Fields that share a factor are decided together: all combinations of their
candidates are weighed where there are at most ``COMBINATIONS``, otherwise one field after another
(iterated conditional modes).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.doubt import Option, grouped, options, settled
from ocr_form4_models.components import components
from ocr_form4_models.field import Field, Value
from ocr_form4_models.form4 import Filing

COMBINATIONS = 1024
SWEEPS = 3

Values = Mapping[str, Value | None]
_Choices = Mapping[str, Sequence[Option]]


@dataclass(frozen=True, slots=True)
class Factor:
    """A rule over the fields at ``paths``; ``holds`` gets their values by path, and ``weight`` is
    the log of the odds.

    ``movable`` are the paths that the rule may settle. ``name`` is for the note: "settled by NAME".
    """

    name: str
    paths: tuple[str, ...]
    movable: frozenset[str]
    weight: float
    holds: Callable[[Values], bool]


def settle(filing: Filing, factors: Sequence[Factor]) -> Filing:
    """The filing with the doubtful fields settled that the factors decide."""
    open_paths = {p for f in factors for p in f.movable if len(options(filing.fields.get(p))) > 1}
    changed: dict[str, Field] = {}
    factors = [f for f in factors if open_paths & f.movable]
    for indices in components(factors, lambda a, b: a.movable & b.movable & open_paths):
        ruling = [factors[i] for i in indices]
        paths = sorted({p for r in ruling for p in r.movable & open_paths})
        values = {
            p: f.value if (f := filing.fields.get(p)) else None for r in ruling for p in r.paths
        }
        choices = {p: options(filing.fields[p]) for p in paths}
        best = _search(values, choices, ruling)
        for path in paths:
            field, value = filing.fields[path], best[path]
            if value is None or value == field.value:
                continue
            if (
                _weight(best, choices, ruling) - _best_without(best, path, choices, ruling)
                < evidence.CHANGE_ODDS
            ):
                best = {**best, path: field.value}
                continue
            deciding = [r.name for r in ruling if path in r.movable and r.holds(best)]
            if deciding:
                against = "" if field.value is None else f", against {grouped(field.value)}"
                changed[path] = settled(field, value, f"settled by {deciding[0]}{against}")
            else:
                best = {**best, path: field.value}
    return filing.with_fields(changed) if changed else filing


def _weight(values: Values, choices: _Choices, ruling: Sequence[Factor]) -> float:
    believed = sum(
        next(w for v, w in choices[p] if v == values[p]) for p in choices if values[p] is not None
    )
    return believed + sum(r.weight for r in ruling if r.holds(values))


def _search(values: Values, choices: _Choices, ruling: Sequence[Factor]) -> dict[str, Value | None]:
    """The likeliest values of the open fields, all together where they are few."""
    names = list(choices)
    if prod(len(c) for c in choices.values()) <= COMBINATIONS:
        chosen = product(*([v for v, _ in c] for c in choices.values()))
        combinations = ({**values, **dict(zip(names, c, strict=True))} for c in chosen)
        return max(combinations, key=lambda v: _weight(v, choices, ruling))
    start = {
        p: values[p] if any(v == values[p] for v, _ in c) else c[0][0] for p, c in choices.items()
    }
    best = {**values, **start}
    touching = {path: [r for r in ruling if path in r.paths] for path in names}
    for _ in range(SWEEPS):
        before = best
        for path in names:
            best = _improved(best, path, choices[path], touching[path])
        if best == before:
            break
    return best


def _improved(
    values: dict[str, Value | None], path: str, choice: Sequence[Option], ruling: Sequence[Factor]
) -> dict[str, Value | None]:
    """The values with the likeliest one at a path, the others given; only the rules that speak of
    it matter.
    """
    ways = [{**values, path: value} for value, _ in choice]
    return max(ways, key=lambda way: _weight(way, {path: choice}, ruling))


def _best_without(best: Values, path: str, choices: _Choices, ruling: Sequence[Factor]) -> float:
    """Weight of the best values in which the field at ``path`` has another value than in
    ``best``.
    """
    rest = {p: tuple(o for o in c if p != path or o[0] != best[path]) for p, c in choices.items()}
    return _weight(_search(best, rest, ruling), choices, ruling)
