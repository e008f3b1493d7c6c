"""Values as the form prints them, in HTML."""

from __future__ import annotations

import html
import xml.etree.ElementTree as ET
from decimal import Decimal, InvalidOperation

from formprint.filing_xml import marks, text


def number(value: str) -> str:
    """``1234.500`` as ``1,234.5``; what is no number stays as it is."""
    try:
        plain = format(Decimal(value).normalize(), ",f")
    except InvalidOperation:
        return value
    return plain


def date(value: str) -> str:
    """``2025-04-30`` as ``04/30/2025``."""
    parts = value[:10].split("-")
    return f"{parts[1]}/{parts[2]}/{parts[0]}" if len(parts) == 3 else value


def month(value: str) -> str:
    """``2002-04-30`` as ``04/2002``: the statement's month on the form of 1996."""
    parts = value[:10].split("-")
    return f"{parts[1]}/{parts[0]}" if len(parts) == 3 else value


def printed_date(row: ET.Element, path: str) -> str:
    return date(text(row, f"{path}/value"))


def printed_number(row: ET.Element, path: str) -> str:
    value = text(row, f"{path}/value")
    return number(value) if value else ""


def printed_price(row: ET.Element, path: str) -> str:
    value = printed_number(row, path)
    return f"${value}" if value else ""


def either(row: ET.Element, shares: str, dollars: str) -> tuple[str, list[str]]:
    """A number of shares, or else a value in dollars; with the marks there."""
    if value := printed_number(row, shares):
        return value, marks(row, shares)
    return printed_price(row, dollars), marks(row, shares) + marks(row, dollars)


def escape(value: str) -> str:
    return html.escape(value, quote=False)


def corrected(value: str, how: str) -> str:
    """The value, in HTML, as it is written anew: ``struck`` behind a wrong one of the same length
    that is struck out, ``white`` on correction fluid over it, which covers the rulings beside it;
    ``penned`` on fluid, by hand.
    """
    if how == "struck":
        wrong = "".join(str((int(c) * 7 + 3) % 10) if c.isdigit() else c for c in value)
        return f"<s>{wrong}</s> {value}"
    font = "; font-family: 'DkgHandwriting', cursive; font-size: 115%" if how == "penned" else ""
    return (
        '<span style="position: relative; display: inline-block; background: #fbfaf4; padding: 4px '
        "1px 4px 22px; "
        "margin: -4px -1px -4px -22px; border-radius: 45% 30% 50% 25% / 40% 60% 30% 50%; "
        "transform: rotate(-1.5deg)"
        f'{font}">{value}</span>'
    )


def code(row: ET.Element) -> str:
    """The transaction code, with ``/K`` for an equity swap."""
    printed = text(row, "transactionCoding/transactionCode")
    swap = text(row, "transactionCoding/equitySwapInvolved").lower() in ("1", "true")
    return printed + "/K" if swap else printed


def voluntary(row: ET.Element) -> str:
    return "V" if text(row, "transactionCoding/transactionFormType") == "5" else ""
