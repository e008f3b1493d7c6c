"""Amendments: a 4/A takes the place of the rows that it states again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from ocr_form4.histories.parts import (
    day_of,
    is_amendment,
    person_of,
    same_issuer,
    same_rows,
    signed_on,
)
from ocr_form4_models.form4 import Filing, Row

FILED_WITHIN_DAYS = 5
"""The date of the original in an amendment is that of its filing, a few days after the signature at
most.
"""

_Signed = dict[tuple[str, int], list[int]]
"""Indices into the filings in order, by person and day of signature (its ordinal)."""


def without_amended(filings: Iterable[tuple[str, Filing]]) -> list[tuple[str, Filing]]:
    """The filings in order of their days, each that was amended without the rows that an amendment
    states again.
    """
    days = ((day_of(f) or date.min, signed_on(f) or date.min, n, f) for n, f in filings)
    dated = sorted(days, key=lambda d: d[:3])
    ordered = [(name, filing) for _, _, name, filing in dated]
    signed: _Signed = {}
    for i, (_, day, _, filing) in enumerate(dated):
        signed.setdefault((person_of(filing), day.toordinal()), []).append(i)
    again: dict[int, list[Row]] = {}
    for i, (_, filing) in enumerate(ordered):
        original = _original_of(i, filing, ordered, signed)
        if original is not None:
            again.setdefault(original, []).extend(filing.rows())
    return [(n, _without(f, again[i]) if i in again else f) for i, (n, f) in enumerate(ordered)]


def _original_of(
    number: int, filing: Filing, ordered: Sequence[tuple[str, Filing]], signed: _Signed
) -> int | None:
    """The filing that this one amends: the last of the same person and issuer signed about the date
    it gives.
    """
    given = filing.get("dateOfOriginalSubmission")
    if not is_amendment(filing) or given is None or not isinstance(given.value, date):
        return None
    found = []
    for days in range(FILED_WITHIN_DAYS + 1):
        candidates = signed.get((person_of(filing), given.value.toordinal() - days), ())
        last = (
            i for i in reversed(candidates) if i != number and same_issuer(ordered[i][1], filing)
        )
        found.append(next(last, None))
    return max((i for i in found if i is not None), default=None)


def _without(filing: Filing, again: Sequence[Row]) -> Filing:
    kept = tuple(r.path for r in filing.rows() if not any(same_rows(r, a) for a in again))
    return filing if len(kept) == len(filing.row_paths) else replace(filing, row_paths=kept)
