"""Which rows of a table can belong to one holder's chain, by what the form says in words and
marks.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from enum import IntEnum
from functools import lru_cache

from ocr_form4.stages.reconcile.doubt import possible
from ocr_form4_models.form4 import Column, Row, Table

ALIKE = 0.75
"""Two words of at least four letters are one word misread from this similarity (difflib's ratio)
on.
"""
_LETTERS = 4
"""Of a word that may be another misread: shorter ones are like each other by accident."""
_KEPT = 4096
"""Pairs of texts whose likeness is remembered: those of a filing of the most rows."""
_HOLDER_MARKS = (Column.SECURITY_TITLE, Column.DIRECT_INDIRECT, Column.NATURE)
_GRANT = (Column.EXERCISE_PRICE, Column.EXERCISE_DATE, Column.EXPIRATION_DATE)


class Relation(IntEnum):
    NONE = 0
    OTHER = 1
    """Same security, form and nature, but other footnote marks (Table II: or price or dates): often
    another holder.
    """
    OWN = 2
    """The same in all of these."""


def relation(a: Row, b: Row) -> Relation:
    """How row ``b`` stands to an earlier row ``a`` of the same table."""
    if not (same_security(a, b) and _same_form(a, b) and _same_nature(a, b)) or in_dollars(
        a
    ) != in_dollars(b):
        return Relation.NONE
    if any(a.marks.get(c) != b.marks.get(c) for c in _HOLDER_MARKS):
        return Relation.OTHER
    if a.table is Table.II and not all(
        _could_equal(a, b, c) and a.marks.get(c) == b.marks.get(c) for c in _GRANT
    ):
        return Relation.OTHER
    return Relation.OWN


def in_dollars(row: Row) -> bool:
    """Whether the row reports values in dollars instead of shares."""
    return Column.OWNED_VALUE in row.fields and Column.OWNED_SHARES not in row.fields


def same_security(a: Row, b: Row) -> bool:
    return same_words(a.text(Column.SECURITY_TITLE), b.text(Column.SECURITY_TITLE))


def _same_form(a: Row, b: Row) -> bool:
    return _could_equal(a, b, Column.DIRECT_INDIRECT)


def _same_nature(a: Row, b: Row) -> bool:
    fields = a.fields.get(Column.NATURE), b.fields.get(Column.NATURE)
    if any(f is not None and f.value is None for f in fields):
        return True
    return same_words(a.text(Column.NATURE), b.text(Column.NATURE))


def _could_equal(a: Row, b: Row, column: Column) -> bool:
    """Whether some readings of the two fields agree; an unread field agrees with everything."""
    one, other = a.fields.get(column), b.fields.get(column)
    if one is None and other is None:
        return True
    if one is None or other is None:
        return False
    if one.value is None or other.value is None or one.value == other.value:
        return True
    return bool(possible(one) & possible(other))


@lru_cache(maxsize=_KEPT)
def same_words(a: str, b: str) -> bool:
    """Whether two cells say the same, letting through a misread letter in a long word.

    Short words and numbers must agree exactly: "Class A" is not "Class B", "Fund I" is not "Fund
    II".
    """
    one, other = _words(a), _words(b)
    if "".join(one) == "".join(other):
        return True
    return len(one) == len(other) and all(map(_same_word, one, other))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _same_word(a: str, b: str) -> bool:
    if a == b:
        return True
    if min(len(a), len(b)) < _LETTERS or a.isdigit() or b.isdigit():
        return False
    return SequenceMatcher(None, a, b, autojunk=False).ratio() >= ALIKE
