"""Exercises and conversions: a disposal in Table II has its acquisition in Table I; and the
underlying shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from math import exp, log

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.doubt import (
    doubtful,
    grouped,
    one_digit_apart,
    options,
    possible,
    verdict,
)
from ocr_form4.stages.reconcile.settle import Factor, Values
from ocr_form4_models.check import Check
from ocr_form4_models.field import Value, value_text
from ocr_form4_models.form4 import Column, Filing, Row, Table


def _exercises(all_rows: Sequence[Row], code: str) -> tuple[list[Row], list[Row]]:
    """Rows that may have the code: acquisitions in Table I, disposals in Table II, in printed
    order.
    """
    rows = [r for r in all_rows if not r.is_holding and code in possible(r.fields.get(Column.CODE))]
    acquired = [
        r
        for r in rows
        if r.table is Table.I and "A" in possible(r.fields.get(Column.ACQUIRED_DISPOSED))
    ]
    disposed = [
        r
        for r in rows
        if r.table is Table.II and "D" in possible(r.fields.get(Column.ACQUIRED_DISPOSED))
    ]
    return acquired, disposed


def pairing_bonus(filing: Filing) -> dict[str, dict[Value, float]]:
    """By path and value of doubtful shares: how much more probable a row of the other table makes
    it (log).
    """
    bonus: dict[str, dict[Value, float]] = {}
    rows = list(filing.rows())
    for code, share in evidence.PAIRED.items():
        acquired, disposed = _exercises(rows, code)
        for these, others in ((acquired, disposed), (disposed, acquired)):
            for row in these:
                path = row.path_of(Column.SHARES)
                own = options(row.fields.get(Column.SHARES))
                if len(own) > 1 and others and path not in bonus:
                    bonus[path] = _bonus(own, others, share)
    return bonus


def _bonus(
    own: tuple[tuple[Value | None, float], ...], others: list[Row], share: float
) -> dict[Value, float]:
    found = {}
    for value, _ in own:
        if value is not None:
            weights = [
                exp(w)
                for o in others
                for v, w in options(o.fields.get(Column.SHARES))
                if v == value
            ]
            found[value] = log(
                share * max(weights, default=0.0) + (1 - share) * evidence.COINCIDENCE
            )
    return found


def underlying_checks(filing: Filing) -> Iterator[Check]:
    """Table II: as many underlying shares as were traded (or, in a holdings row, are owned), one to
    one.

    Where they differ, the rows of one security may have a common ratio (preferred stock converts at
    one). Otherwise a doubtful number breaks the rule, and so do two that differ in one digit; other
    ratios cannot be verified.
    """
    rows = [r for r in filing.rows(Table.II) if Column.UNDERLYING_SHARES in r.fields]
    for row in rows:
        counted = Column.OWNED_SHARES if row.is_holding else Column.SHARES
        traded, underlying = row.number(counted), row.number(Column.UNDERLYING_SHARES)
        paths = tuple(
            row.path_of(c) for c in (counted, Column.UNDERLYING_SHARES) if c in row.fields
        )
        found = value_text(underlying)
        if traded is None or underlying is None:
            yield verdict(
                filing,
                "underlying-shares",
                None,
                paths,
                value_text(traded),
                found,
                "A number is missing.",
            )
        elif traded == underlying:
            message = f"{grouped(underlying)} underlying shares for as many traded."
            yield verdict(
                filing, "underlying-shares", True, paths, value_text(traded), found, message
            )
        else:
            ratio = underlying / traded if traded else None
            fellow = any(
                _ratio(r) == ratio for r in rows if r is not row and _title(r) == _title(row)
            )
            message = f"{grouped(underlying)} underlying shares for {grouped(traded)}"
            message += ": the same ratio as in another row." if fellow else ", not one to one."
            slip = _one_digit_slip(traded, underlying) or any(
                doubtful(filing.fields.get(p)) for p in paths
            )
            holds = True if fellow else False if slip else None
            yield verdict(
                filing, "underlying-shares", holds, paths, value_text(traded), found, message
            )


def _one_digit_slip(traded: Decimal, underlying: Decimal) -> bool:
    """Whether they differ in one digit and not as a whole ratio: 1,250,000 preferred shares may
    well be 6,250,000.
    """
    less, more = sorted((traded, underlying))
    return one_digit_apart(traded, underlying) and bool(less) and more % less != 0


def _ratio(row: Row) -> Decimal | None:
    traded = row.number(Column.OWNED_SHARES if row.is_holding else Column.SHARES)
    underlying = row.number(Column.UNDERLYING_SHARES)
    return underlying / traded if traded and underlying is not None else None


def _title(row: Row) -> str:
    return row.text(Column.SECURITY_TITLE).casefold()


def exercise_checks(filing: Filing) -> Iterator[Check]:
    """An exercise or conversion in Table II has its acquisition in Table I: as many shares, at the
    exercise price.
    """
    rows = list(filing.rows())
    for code in evidence.PAIRED:
        acquired, disposed = (
            [
                r
                for r in these
                if r.text(Column.CODE) == code and r.text(Column.ACQUIRED_DISPOSED) == direction
            ]
            for these, direction in zip(_exercises(rows, code), "AD", strict=True)
        )
        pairs, left_acquired, left_disposed = pair_up(acquired, disposed)
        for one, other in pairs:
            yield _shares_check(filing, one, other)
            yield from _price_check(filing, one, other)
        yield from _unpaired(filing, code, left_acquired, left_disposed)


def pair_up(
    acquired: list[Row], disposed: list[Row]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Pairs (Table I, Table II) of as many shares, and what is left of both.

    Of several with as many shares, that at the exercise price is taken. Where one of each is left
    they are a pair.
    """
    pairs, left, unpaired = [], list(acquired), []
    for row in disposed:
        numbers = {row.number(Column.SHARES), row.number(Column.UNDERLYING_SHARES)} - {None}
        fitting = [r for r in left if r.number(Column.SHARES) in numbers]
        if fitting:
            price = row.number(Column.EXERCISE_PRICE)
            best = next(
                (r for r in fitting if price is not None and r.number(Column.PRICE) == price),
                fitting[0],
            )
            left.remove(best)
            pairs.append((best, row))
        else:
            unpaired.append(row)
    if len(left) == 1 and len(unpaired) == 1:
        return [*pairs, (left[0], unpaired[0])], [], []
    return pairs, left, unpaired


def _shares_check(filing: Filing, acquired: Row, disposed: Row) -> Check:
    counts = disposed.number(Column.SHARES), disposed.number(Column.UNDERLYING_SHARES)
    got = acquired.number(Column.SHARES)
    by_underlying = counts[0] != got and counts[1] == got
    paths = (
        disposed.path_of(Column.UNDERLYING_SHARES if by_underlying else Column.SHARES),
        acquired.path_of(Column.SHARES),
    )
    expected, found = value_text(counts[1] if by_underlying else counts[0]), value_text(got)
    if got is None or counts == (None, None):
        return verdict(
            filing, "exercise-pair", None, paths, expected, found, "A number of shares is missing."
        )
    message = f"Table II disposes of {grouped(counts[0])}, Table I acquires {grouped(got)}."
    return verdict(filing, "exercise-pair", got in counts, paths, expected, found, message)


def _price_check(filing: Filing, acquired: Row, disposed: Row) -> Iterator[Check]:
    price, paid = disposed.number(Column.EXERCISE_PRICE), acquired.number(Column.PRICE)
    if price is not None and paid is not None:
        paths = (disposed.path_of(Column.EXERCISE_PRICE), acquired.path_of(Column.PRICE))
        message = f"Exercisable at {grouped(price)}, acquired at {grouped(paid)}."
        yield verdict(
            filing,
            "exercise-price",
            price == paid,
            paths,
            value_text(price),
            value_text(paid),
            message,
        )


def _unpaired(
    filing: Filing, code: str, acquired: list[Row], disposed: list[Row]
) -> Iterator[Check]:
    """Rows that no single row of the other table matches: their totals may."""
    if not disposed:
        return
    paths = tuple(r.path_of(Column.SHARES) for r in (*disposed, *acquired))
    got = _total(acquired, Column.SHARES)
    totals = _total(disposed, Column.SHARES), _total(disposed, Column.UNDERLYING_SHARES)
    message = (
        f"Table II disposes of {grouped(totals[0])} in all under code {code}, Table I acquires "
        f"{grouped(got)}."
    )
    holds: bool | None = got is not None and got in totals
    if not acquired:
        message = (
            f"Table II disposes of {grouped(totals[0])} under code {code}, Table I acquires "
            "nothing under it."
        )
        holds = False if code == "M" else None
    elif got is None or totals[0] is None:
        holds = None
    yield verdict(
        filing, "exercise-pair", holds, paths, value_text(totals[0]), value_text(got), message
    )


def _total(rows: list[Row], column: Column) -> Decimal | None:
    numbers = [r.number(column) for r in rows]
    return (
        None
        if not numbers or None in numbers
        else sum((n for n in numbers if n is not None), Decimal(0))
    )


def exercise_factors(filing: Filing) -> Iterator[Factor]:
    """The price of an exercise's acquisition is the exercise price: chosen where either is
    doubtful.
    """
    rows = list(filing.rows())
    for code in evidence.PAIRED:
        pairs, _, _ = pair_up(*_exercises(rows, code))
        for acquired, disposed in pairs:
            if Column.PRICE in acquired.fields and Column.EXERCISE_PRICE in disposed.fields:
                yield _exercise_price_factor(
                    disposed.path_of(Column.EXERCISE_PRICE), acquired.path_of(Column.PRICE)
                )


def _exercise_price_factor(exercisable: str, paid: str) -> Factor:
    def holds(values: Values) -> bool:
        return values[exercisable] is not None and values[exercisable] == values[paid]

    paths = (exercisable, paid)
    return Factor(
        "the exercise price in the other table",
        paths,
        frozenset(paths),
        evidence.EXERCISE_PRICE_PAID,
        holds,
    )
