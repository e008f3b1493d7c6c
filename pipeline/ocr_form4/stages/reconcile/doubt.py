"""How sure the readers are of a field: the one measure by which breaks are graded and values may
change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from math import log

from ocr_form4.stages.reconcile.evidence import LEAST_WEIGHT
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Field, Status, Value, value_text
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import of_the_picture
from ocr_form4_models.reason import Code, Reason

SURE = 0.9
"""A single candidate is beyond doubt from this weight on, and from this score of a reader; two
never are.
"""
_OPTIONS = 4
"""The likeliest values of a field are weighed against others': no more readers say anything."""

Option = tuple[Value | None, float]
"""A value that a field may have and the logarithm of the readers' belief in it."""


def options(field: Field | None, at_most: int = _OPTIONS) -> tuple[Option, ...]:
    """What the field may hold, the present value first: the readers' candidates, or the value
    alone.

    A field that is absent, corrected by a person or derived has no choice. ``None`` is the only
    option where nothing was read.
    """
    if field is None:
        return ((None, 0.0),)
    proposed = {c.value for c in field.candidates}
    if (
        field.status is Status.CORRECTED
        or field.derived
        or len(proposed) < 2
        or field.value not in {*proposed, None}
    ):
        return ((field.value, 0.0),)
    total = sum(c.weight for c in field.candidates) or 1.0
    weights: dict[Value, float] = {}
    for candidate in field.candidates:
        weights[candidate.value] = weights.get(candidate.value, 0.0) + candidate.weight / total
    best_first = sorted(weights, key=lambda v: (v != field.value, -weights[v], str(v)))
    return tuple((v, log(max(weights[v], LEAST_WEIGHT))) for v in best_first[:at_most])


def possible(field: Field | None) -> frozenset[Value]:
    """The values that the field may have; empty where nothing is known of it."""
    return frozenset(v for v, _ in options(field) if v is not None)


def doubtful(field: Field | None) -> bool:
    """Whether a reading involved is in doubt: nothing read, several candidates, little weight, or a
    first reader that is not sure. Others that repeat it do not help: of 32 breaks on 317 scans that
    leave no other doubt one has such a reading, and it is wrong.
    """
    if field is None or field.status is Status.CORRECTED:
        return False
    if field.value is None:
        return True
    if field.derived or not field.candidates:
        return False
    seen = of_the_picture(field.readings)
    unsure = bool(seen) and seen[0].confidence < SURE
    return (
        unsure or len({c.value for c in field.candidates}) > 1 or field.candidates[0].weight < SURE
    )


def grade(filing: Filing, paths: Iterable[str]) -> Grade:
    """Of a break over these paths: suspect where any field is doubtful, as filed where every one is
    sure.
    """
    return Grade.SUSPECT if any(doubtful(filing.fields.get(p)) for p in paths) else Grade.AS_FILED


def verdict(  # noqa: PLR0913 - the parts of a check, in its order
    filing: Filing,
    name: str,
    holds: bool | None,
    paths: tuple[str, ...],
    expected: str = "",
    found: str = "",
    message: str = "",
    *,
    absent: bool = False,
) -> Check:
    """A check with its grade; ``holds`` is ``None`` where a value is missing that would decide it.

    ``absent`` says that the rule breaks because something was not found on the page. Nobody read
    that surely, so that the break is suspect: filings as filed keep these rules without exception
    (docs/reconcile.md).
    """
    if holds is None:
        return Check(name, Outcome.UNVERIFIABLE, paths, expected, found, message)
    if holds:
        return Check(name, Outcome.HOLDS, paths, expected, found, message)
    graded = Grade.SUSPECT if absent else grade(filing, paths)
    return Check(name, Outcome.BREAKS, paths, expected, found, message, graded)


def settled(field: Field, value: Value, note: str) -> Field:
    """The field with another of its candidates as the value; readings and candidates stay as they
    are.
    """
    if value not in {c.value for c in field.candidates}:
        raise ValueError(f"no reader proposed {value!r}")
    return replace(field, value=value, notes=(*field.notes, Reason(Code.SETTLED_BY_RULE, note)))


def grouped(value: Value | None) -> str:
    """A value as the form prints it, for messages: numbers with commas."""
    if value is None:
        return "nothing"
    return f"{value:,f}" if isinstance(value, Decimal) else str(value)


def one_digit_apart(a: Decimal, b: Decimal) -> bool:
    """Whether two numbers of at least three digits are the same but for one of them."""
    one, other = value_text(a), value_text(b)
    return len(one) == len(other) > 2 and sum(x != y for x, y in zip(one, other, strict=True)) == 1
