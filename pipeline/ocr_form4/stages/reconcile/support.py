"""What the form's own rules say for and against each field, gathered from the checks: evidence for
the judge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ocr_form4_models.check import Check, Grade, Outcome

EXACT = (
    "running-holdings",
    "restated-holdings",
    "underlying-shares",
    "exercise-pair",
    "exercise-price",
)
"""Checks that compare numbers to the last digit."""
LOOSE = ("price-in-range", "earliest-transaction-date", "code-direction", "nature-of-ownership")
"""Checks that a misread digit often passes, or that concern few characters."""
STRONG_OPENING = "0 owned before"
"""An opening balance of nothing: what was acquired is what is owned."""


@dataclass(frozen=True, slots=True)
class Support:
    """Of one field: how many checks that name it hold to the last digit, hold loosely, and break,
    by grade.
    """

    exact: int = 0
    loose: int = 0
    suspect: int = 0
    as_filed: int = 0


def support(checks: Iterable[Check]) -> Mapping[str, Support]:
    """The support of every path that a check which decides something names.

    Of misread numbers about one in seventy still passes an exact check (docs/reconcile.md), so that
    each exact check which holds makes a misreading that much less likely.
    """
    exact: defaultdict[str, int] = defaultdict(int)
    loose, suspect, as_filed = exact.copy(), exact.copy(), exact.copy()
    for check in checks:
        for path in check.paths:
            if check.outcome is Outcome.HOLDS:
                exact[path] += _is_exact(check)
                loose[path] += check.name in LOOSE
            elif check.outcome is Outcome.BREAKS:
                suspect[path] += check.grade is Grade.SUSPECT
                as_filed[path] += check.grade is Grade.AS_FILED
    paths = sorted({*exact, *suspect})
    found = {p: Support(exact[p], loose[p], suspect[p], as_filed[p]) for p in paths}
    return {p: s for p, s in found.items() if s != Support()}


def _is_exact(check: Check) -> bool:
    if check.name == "opening-holdings":
        return check.message.startswith(STRONG_OPENING)
    return check.name in EXACT and "same total" not in check.message
