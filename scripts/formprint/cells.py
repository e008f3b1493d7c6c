"""The rows of both tables as cells, the same for every edition: what each leaf column prints."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass

from formprint.filing_xml import marks, text
from formprint.values import code, either, printed_date, printed_price, voluntary


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """What stands in a cell: its value, then the footnote marks. ``left`` is set flush left."""

    value: str
    marks: tuple[str, ...] = ()
    left: bool = False


EMPTY = PrintedCell("")
_AMOUNTS = "transactionAmounts"


def table_1_cells(row: ET.Element) -> list[PrintedCell]:
    """The 11 leaf columns of Table I: 1, 2, 2A, Code, V, Amount, (A) or (D), Price, 5, 6, 7."""
    amount, amount_marks = either(row, f"{_AMOUNTS}/transactionShares", f"{_AMOUNTS}/transactionTotalValue")
    acquired = f"{_AMOUNTS}/transactionAcquiredDisposedCode"
    return [
        _text(row, "securityTitle", left=True),
        _date(row, "transactionDate"),
        _date(row, "deemedExecutionDate"),
        PrintedCell(code(row), tuple(marks(row, "transactionCoding"))),
        PrintedCell(voluntary(row)),
        PrintedCell(amount, tuple(amount_marks)),
        _text(row, acquired),
        _price(row, "transactionAmounts/transactionPricePerShare"),
        *_owned(row),
    ]


def table_2_cells(row: ET.Element) -> list[PrintedCell]:
    """The 16 leaf columns of Table II; the number of shares stands under (A) or under (D)."""
    amount, amount_marks = either(row, f"{_AMOUNTS}/transactionShares", f"{_AMOUNTS}/transactionTotalValue")
    shares = PrintedCell(amount, tuple(amount_marks))
    acquired = text(row, "transactionAmounts/transactionAcquiredDisposedCode/value")
    underlying, underlying_marks = either(
        row, "underlyingSecurity/underlyingSecurityShares", "underlyingSecurity/underlyingSecurityValue"
    )
    return [
        _text(row, "securityTitle", left=True),
        _price(row, "conversionOrExercisePrice"),
        _date(row, "transactionDate"),
        _date(row, "deemedExecutionDate"),
        PrintedCell(code(row), tuple(marks(row, "transactionCoding"))),
        PrintedCell(voluntary(row)),
        shares if acquired == "A" else EMPTY,
        shares if acquired == "D" else EMPTY,
        _date(row, "exerciseDate"),
        _date(row, "expirationDate"),
        _text(row, "underlyingSecurity/underlyingSecurityTitle"),
        PrintedCell(underlying, tuple(underlying_marks)),
        _price(row, "transactionAmounts/transactionPricePerShare"),
        *_owned(row),
    ]


def form_3_table_1_cells(row: ET.Element) -> list[PrintedCell]:
    """Form 3, Table I: title, amount, direct or indirect, nature."""
    return [_text(row, "securityTitle", left=True), *_owned(row)]


def form_3_table_2_cells(row: ET.Element) -> list[PrintedCell]:
    """Form 3, Table II: title, exercisable, expiration, underlying title and amount, price, ownership, nature."""
    cells = table_2_cells(row)
    return [cells[0], *cells[8:12], cells[1], *cells[14:16]]


def _owned(row: ET.Element) -> list[PrintedCell]:
    owned, owned_marks = either(
        row,
        "postTransactionAmounts/sharesOwnedFollowingTransaction",
        "postTransactionAmounts/valueOwnedFollowingTransaction",
    )
    return [
        PrintedCell(owned, tuple(owned_marks)),
        _text(row, "ownershipNature/directOrIndirectOwnership"),
        _text(row, "ownershipNature/natureOfOwnership", left=True),
    ]


def _text(row: ET.Element, path: str, left: bool = False) -> PrintedCell:
    return PrintedCell(text(row, f"{path}/value"), tuple(marks(row, path)), left)


def _date(row: ET.Element, path: str) -> PrintedCell:
    return PrintedCell(printed_date(row, path), tuple(marks(row, path)))


def _price(row: ET.Element, path: str) -> PrintedCell:
    return PrintedCell(printed_price(row, path), tuple(marks(row, path)))
