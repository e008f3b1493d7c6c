"""The codes of the form, from the instructions to Forms 4 and 5 and EDGAR's ownership schema."""

from __future__ import annotations

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
def states() -> dict[str, str]:
    """EDGAR's codes of states and countries, with their names (``states.tsv``, from schema X0306): ``{"CA": ...}``.

    Those of the United States are two letters; all others have a figure, but for a few such as ``PR`` and ``GU``.
    """
    lines = (files(__package__) / "states.tsv").read_text().splitlines()
    return dict(line.split("\t") for line in lines)
