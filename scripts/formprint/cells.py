"""The rows of both tables as cells, the same for every edition: what each leaf column prints."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from formprint.filing_xml import marks, text
from formprint.values import code, either, printed_date, printed_price, voluntary
from ocr_form4_models.editions import Leaf
from ocr_form4_models.field import Kind
from ocr_form4_models.form4 import Column


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """What stands in a cell: its value, then the footnote marks. ``left`` is set flush left."""

    value: str
    marks: tuple[str, ...] = ()
    left: bool = False


EMPTY = PrintedCell("")
_AMOUNTS = "transactionAmounts"


def printed_cells(row: ET.Element, leaves: Sequence[Leaf]) -> list[PrintedCell]:
    """A row's leaf columns; in Table II the number of shares stands under (A) or under (D)."""
    owned = dict(
        zip((Column.OWNED_SHARES, Column.DIRECT_INDIRECT, Column.NATURE), _owned(row), strict=True)
    )
    return [owned.get(leaf.column) or _printed(row, leaf) for leaf in leaves]


def _printed(row: ET.Element, leaf: Leaf) -> PrintedCell:
    match leaf.column:
        case Column.SECURITY_TITLE:
            return _text(row, "securityTitle", left=True)
        case Column.CODE:
            return PrintedCell(code(row), tuple(marks(row, "transactionCoding")))
        case Column.FORM_TYPE:
            return PrintedCell(voluntary(row))
        case Column.SHARES:
            if (
                leaf.sign
                and text(row, f"{_AMOUNTS}/transactionAcquiredDisposedCode/value") != leaf.sign
            ):
                return EMPTY
            return _either(
                row, f"{_AMOUNTS}/transactionShares", f"{_AMOUNTS}/transactionTotalValue"
            )
        case Column.UNDERLYING_SHARES:
            base = "underlyingSecurity/underlyingSecurity"
            return _either(row, f"{base}Shares", f"{base}Value")
        case column if column.kind is Kind.DATE:
            return _date(row, column.element)
        case column if column.kind is Kind.PRICE:
            return _price(row, column.element)
        case column:
            return _text(row, column.element)


def _either(row: ET.Element, shares: str, dollars: str) -> PrintedCell:
    amount, amount_marks = either(row, shares, dollars)
    return PrintedCell(amount, tuple(amount_marks))


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
