"""What people decided, as a table; and where two of them looked at the same field, how far they
agree.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from ocr_form4.out.ledger_rows import Decision

Place = tuple[str, int, str]
"""A field: the scan's SHA-256, the filing's first page, the path."""
COLUMNS = ("filing", "path", "who", "when", "before", "before_confidence", "after", "changed")


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of two persons: the fields that both decided, on how many they agree, and Cohen's kappa.

    Kappa is of "the software was right" against "it was wrong" (Cohen 1960); None where one of
    these never occurs. ``apart`` are the fields that they decided differently.
    """

    who: tuple[str, str]
    fields: int
    agreed: int
    kappa: float | None
    apart: tuple[Place, ...]


def place_of(decision: Decision) -> Place:
    return decision.sha256, decision.first_page, decision.correction.path


def latest(decisions: Iterable[Decision]) -> dict[str, dict[Place, Decision]]:
    """Everybody's last decision about each field."""
    found: dict[str, dict[Place, Decision]] = {}
    for decision in decisions:
        found.setdefault(decision.correction.who, {})[place_of(decision)] = decision
    return found


def agreements(decisions: Iterable[Decision]) -> list[Agreement]:
    """Of every two persons who decided fields in common."""
    by_person = latest(decisions)
    found = []
    for a, b in combinations(sorted(by_person), 2):
        both = sorted(by_person[a].keys() & by_person[b].keys())
        if not both:
            continue
        pairs = [(by_person[a][p].correction, by_person[b][p].correction) for p in both]
        apart = tuple(p for p, (x, y) in zip(both, pairs, strict=True) if x.value != y.value)
        right = [(x.value == x.machine_value, y.value == y.machine_value) for x, y in pairs]
        found.append(Agreement((a, b), len(both), len(both) - len(apart), _kappa(right), apart))
    return found


def _kappa(pairs: list[tuple[bool, bool]]) -> float | None:
    n = len(pairs)
    seen = sum(x == y for x, y in pairs) / n
    yes = [sum(p[i] for p in pairs) / n for i in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    return None if chance == 1 else (seen - chance) / (1 - chance)


def corrections_csv(decisions: Iterable[Decision], names: Mapping[tuple[str, int], str]) -> str:
    """Every decision that was not taken back: who, when, before, after. ``names`` is NAME by scan
    and first page.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for d in decisions:
        c = d.correction
        confidence = "" if c.machine_confidence is None else f"{c.machine_confidence:g}"
        changed = int(c.value != c.machine_value)
        name = names.get((d.sha256, d.first_page), "")
        writer.writerow(
            [name, c.path, c.who, c.at, c.machine_value or "", confidence, c.value or "", changed]
        )
    return text.getvalue()


def agreement_lines(found: Iterable[Agreement], names: Mapping[tuple[str, int], str]) -> list[str]:
    """For the terminal."""
    lines = []
    for a in found:
        kappa = "" if a.kappa is None else f", kappa {a.kappa:.2f}"
        lines.append(
            f"{a.who[0]} and {a.who[1]}: {a.agreed} of {a.fields} fields decided alike{kappa}"
        )
        lines += [f"  not alike: {names.get(p[:2], p[0][:8])} {p[2]}" for p in a.apart]
    return lines
