"""The codes of the form, from the instructions to Forms 4 and 5 and EDGAR's ownership schema."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

TRANSACTION_CODES: dict[str, str] = {
    "P": "open market or private purchase",
    "S": "open market or private sale",
    "A": "grant, award or other acquisition from the issuer",
    "D": "disposition to the issuer",
    "F": "payment of exercise price or tax by delivering or withholding shares",
    "I": "discretionary transaction",
    "M": "exercise or conversion of an exempt derivative security",
    "C": "conversion of a derivative security",
    "E": "expiration of a short derivative position",
    "H": "expiration or cancellation of a long derivative position",
    "O": "exercise of an out-of-the-money derivative security",
    "X": "exercise of an in- or at-the-money derivative security",
    "U": "disposition by tender of shares in a change of control",
    "G": "bona fide gift",
    "L": "small acquisition",
    "W": "acquisition or disposition by will or the laws of descent",
    "Z": "deposit into or withdrawal from a voting trust",
    "J": "other acquisition or disposition",
    "K": "equity swap or similar instrument",
}
ALWAYS_ACQUIRED = frozenset("P")
ALWAYS_DISPOSED = frozenset("SFDU")
"""In Table I."""
DOCUMENT_TYPES = frozenset({"3", "3/A", "4", "4/A", "5", "5/A"})


@lru_cache(maxsize=1)
def _places() -> dict[str, str]:
    lines = (files("ocr_form4_models") / "places.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


PLACES = _places()
"""EDGAR's codes of states, provinces and countries, with their names (the schema's list
``STATE_OR_COUNTRY``).
"""
HOME = "X1"
"""The United States."""


def is_abroad(code: str) -> bool:
    """Whether a code is a province's or a country's: those have a figure in them, states of the
    Union have none.
    """
    return code in PLACES and any(c.isdigit() for c in code) and code != HOME


def country(code: str) -> str:
    """A country's name as a page prints it: without what the list says of it in parentheses."""
    return re.sub(r"\s*\(.*", "", PLACES.get(code, code)).strip()
