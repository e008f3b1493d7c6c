"""A weighted-average price lies inside the range that its footnote states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.doubt import grouped, verdict
from ocr_form4.stages.reconcile.settle import Factor, Values
from ocr_form4_models.check import Check
from ocr_form4_models.field import value_text
from ocr_form4_models.form4 import Column, Filing, Row, footnote_path

_AMOUNT = r"(?:US)?\s*\$?\s*(\d[\d,]*(?:\.\d+)?|\.\d+)"
_PER = r"(?:\s*(?:per\s+(?:\w+\s+)?share|each|USD))?(?:\s*\([^)]{0,40}\))?"
_RANGE = re.compile(
    rf"(?:rang\w*|prices?|between|from)\s*(?:of|from|between|was|is|for|:|\w+\s+from)?\s*(?:a\s+low\s+of\s+)?{_AMOUNT}{_PER}"
    rf"\s*(?:to|and|through|-|–|—)\s*(?:a\s+high\s+of\s+)?{_AMOUNT}",
    re.IGNORECASE,
)
MOST_SPREAD = 3
"""A range whose ends differ by more than this factor is not one of prices on a day: years, counts
of shares. On the fixtures all 28 are 0.37 times it or less.
"""

Range = tuple[Decimal, Decimal]


def price_ranges(text: str) -> list[Range]:
    """The ranges of prices that a footnote states, each (low, high)."""
    found = []
    for match in _RANGE.finditer(text):
        if "$" not in match[0] and "." not in match[0]:
            continue
        try:
            low, high = sorted(Decimal(match[k].replace(",", "").rstrip(".")) for k in (1, 2))
        except InvalidOperation:
            continue
        if low > 0 and high <= MOST_SPREAD * low:
            found.append((low, high))
    return found


def _ranges(stated_by: Mapping[str, list[Range]], row: Row) -> tuple[tuple[str, ...], list[Range]]:
    """Paths of the footnotes marked at the row's price that state ranges, and the ranges."""
    paths, ranges = [], []
    for mark in row.marks.get(Column.PRICE, ()):
        stated = stated_by.get(mark, [])
        if stated:
            paths.append(footnote_path(mark.removeprefix("F")))
            ranges += stated
    return tuple(paths), ranges


def _stated(filing: Filing) -> dict[str, list[Range]]:
    """The ranges by footnote."""
    return {mark: price_ranges(note.text) for mark, note in filing.footnotes().items()}


def _inside(price: Decimal, ranges: list[Range]) -> bool:
    return any(low <= price <= high for low, high in ranges)


def price_checks(filing: Filing) -> Iterator[Check]:
    stated_by = _stated(filing)
    for row in filing.rows():
        notes, ranges = _ranges(stated_by, row)
        price = row.number(Column.PRICE)
        if not ranges or Column.PRICE not in row.fields:
            continue
        paths = (row.path_of(Column.PRICE), *notes)
        stated = ", ".join(f"{grouped(low)} to {grouped(high)}" for low, high in ranges)
        expected = " ".join(f"{value_text(low)}-{value_text(high)}" for low, high in ranges)
        holds = None if price is None else _inside(price, ranges)
        message = f"The price is {grouped(price)}, the footnote's range {stated}."
        yield verdict(filing, "price-in-range", holds, paths, expected, value_text(price), message)


def price_factors(filing: Filing) -> Iterator[Factor]:
    stated_by = _stated(filing)
    for row in filing.rows():
        _, ranges = _ranges(stated_by, row)
        if ranges and Column.PRICE in row.fields:
            yield _price_factor(row.path_of(Column.PRICE), ranges)


def _price_factor(path: str, ranges: list[Range]) -> Factor:
    def holds(values: Values) -> bool:
        price = values[path]
        return isinstance(price, Decimal) and _inside(price, ranges)

    return Factor(
        "the price range of the footnote",
        (path,),
        frozenset([path]),
        evidence.PRICE_IN_RANGE,
        holds,
    )
