"""The form's dates: transactions before the signature, the earliest of them in box 3, an
amendment's original.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.doubt import verdict
from ocr_form4.stages.reconcile.settle import Factor, Values
from ocr_form4_models.check import Check
from ocr_form4_models.field import Kind, value_text
from ocr_form4_models.form4 import ROOT, Column, Filing

PERIOD = f"{ROOT}/periodOfReport"
SOON = timedelta(days=10)
ORIGINAL = f"{ROOT}/dateOfOriginalSubmission"


def _transaction_paths(filing: Filing) -> tuple[str, ...]:
    return tuple(
        r.path_of(Column.TRANSACTION_DATE)
        for r in filing.rows()
        if Column.TRANSACTION_DATE in r.fields
    )


def _signature_paths(filing: Filing) -> tuple[str, ...]:
    return tuple(
        p
        for p in filing.fields
        if p.startswith(f"{ROOT}/ownerSignature[") and p.endswith("/signatureDate")
    )


def _dates(filing: Filing, paths: tuple[str, ...]) -> dict[str, date]:
    return {p: f.value for p in paths if isinstance((f := filing.fields[p]).value, date)}


FIRST_YEAR, LAST_YEAR = 1934, 2099
"""Of any date on the form. Section 16 is a part of the Securities Exchange Act of 1934; the 3,620
dates of 498 filings are of 2001 to 2035.
"""


def date_checks(filing: Filing) -> Iterator[Check]:
    yield from _in_range(filing)
    yield from _before_signature(filing)
    yield from _earliest(filing)
    yield from _original(filing)
    for row in filing.rows():
        start, end = row.date(Column.EXERCISE_DATE), row.date(Column.EXPIRATION_DATE)
        if start and end:
            paths = (row.path_of(Column.EXERCISE_DATE), row.path_of(Column.EXPIRATION_DATE))
            message = f"Exercisable from {start}, expires on {end}."
            yield verdict(
                filing,
                "exercisable-before-expiration",
                start <= end,
                paths,
                str(end),
                str(start),
                message,
            )


def _in_range(filing: Filing) -> Iterator[Check]:
    """Every date is of a year in which there are such forms, or soon: one check for the filing, or
    one for each date that is not.
    """
    dates = {p: d for p, f in filing.fields.items() if isinstance(d := f.value, date)}
    odd = {p: d for p, d in dates.items() if not FIRST_YEAR <= d.year <= LAST_YEAR}
    expected = f"{FIRST_YEAR} ... {LAST_YEAR}"
    for path, day in odd.items():
        message = f"{day} is not a date between {FIRST_YEAR} and {LAST_YEAR}."
        yield verdict(filing, "date-range", False, (path,), expected, str(day), message)
    if dates and not odd:
        message = f"Every date is one between {FIRST_YEAR} and {LAST_YEAR}."
        yield verdict(filing, "date-range", True, (), message=message)


def _before_signature(filing: Filing) -> Iterator[Check]:
    """No transaction is dated later than the last signature: one check for the filing, or one for
    each late row.
    """
    signed = _dates(filing, _signature_paths(filing))
    traded = _dates(filing, _transaction_paths(filing))
    name = "transaction-before-signature"
    if not traded or not _signature_paths(filing):
        return
    if not signed:
        yield verdict(
            filing, name, None, _signature_paths(filing), message="No signature date was read."
        )
        return
    last = max(signed, key=lambda p: signed[p])
    late = [p for p, d in traded.items() if d > signed[last]]
    for path in late:
        message = f"The transaction is dated {traded[path]}, after the signature of {signed[last]}."
        yield verdict(
            filing, name, False, (path, last), f"<= {signed[last]}", str(traded[path]), message
        )
    if not late:
        latest = max(traded.values())
        message = f"All transactions are dated no later than the signature of {signed[last]}."
        yield verdict(
            filing, name, True, (*traded, last), f"<= {signed[last]}", str(latest), message
        )


def _earliest(filing: Filing) -> Iterator[Check]:
    period = filing.fields.get(PERIOD)
    paths = _transaction_paths(filing)
    if period is None or period.derived or not paths:
        return
    traded = _dates(filing, paths)
    least = min(traded.values()) if traded else None
    holds = None if least is None or period.value is None else period.value == least
    at_least = tuple(p for p, d in traded.items() if d == least)
    message = (
        f"Box 3 says {period.text or 'nothing'}, the earliest transaction is of "
        f"{least or 'no date read'}."
    )
    paths = (PERIOD, *at_least)
    yield verdict(
        filing, "earliest-transaction-date", holds, paths, value_text(least), period.text, message
    )


def _original(filing: Filing) -> Iterator[Check]:
    kind = filing.get("documentType")
    original = filing.fields.get(ORIGINAL)
    given = original is not None and original.value is not None
    paths, name, found = (
        (f"{ROOT}/documentType", ORIGINAL),
        "amendment-original-date",
        original.text if original else "",
    )
    if kind is not None and kind.text.endswith("/A"):
        message = f"The amendment {'gives' if given else 'does not give'} the date of the original."
        yield verdict(filing, name, given, paths, "a date", found, message, absent=True)
    elif kind is not None and given:
        message = f"A date of the original, {found}, on a form that is not an amendment."
        yield verdict(filing, name, False, paths, "", found, message)


def date_factors(filing: Filing) -> Iterator[Factor]:
    """Rules by which doubtful dates are chosen: signed for soon, shared with other rows, the
    earliest in box 3.
    """
    traded = _transaction_paths(filing)
    signed = _signature_paths(filing)
    for path in traded:
        if signed:
            yield _order_factor(path, signed)
            yield _soon_factor(path, signed)
        others = tuple(p for p in (PERIOD, *traded) if p != path and p in filing.fields)
        if others:
            yield _shared_factor(path, others)
    period = filing.fields.get(PERIOD)
    if period is not None and not period.derived and period.kind is Kind.DATE and traded:
        yield _earliest_factor(traded)


def _order_factor(path: str, signed: tuple[str, ...]) -> Factor:
    def holds(values: Values) -> bool:
        day = values[path]
        last = max((d for p in signed if isinstance(d := values[p], date)), default=None)
        return isinstance(day, date) and last is not None and day <= last

    paths = (path, *signed)
    return Factor(
        "the date of the signature", paths, frozenset(paths), evidence.DATES_IN_ORDER, holds
    )


def _soon_factor(path: str, signed: tuple[str, ...]) -> Factor:
    def holds(values: Values) -> bool:
        day = values[path]
        days = [d for p in signed if isinstance(d := values[p], date)]
        return isinstance(day, date) and any(timedelta(0) <= d - day <= SOON for d in days)

    paths = (path, *signed)
    return Factor("the date of the signature", paths, frozenset(paths), evidence.SIGNED_SOON, holds)


def _shared_factor(path: str, others: tuple[str, ...]) -> Factor:
    def holds(values: Values) -> bool:
        return values[path] is not None and any(values[path] == values[p] for p in others)

    return Factor(
        "the dates of the other rows",
        (path, *others),
        frozenset([path]),
        evidence.DATE_SHARED,
        holds,
    )


def _earliest_factor(traded: tuple[str, ...]) -> Factor:
    def holds(values: Values) -> bool:
        days = [d for p in traded if isinstance(d := values[p], date)]
        return bool(days) and values[PERIOD] == min(days)

    name = "the date of the earliest transaction"
    return Factor(
        name, (PERIOD, *traded), frozenset([PERIOD, *traded]), evidence.PERIOD_IS_EARLIEST, holds
    )
