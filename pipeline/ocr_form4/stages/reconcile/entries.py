"""Rules on what a row or an owner must state: codes, prices, the nature of an indirect holding,
relationships.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.doubt import verdict
from ocr_form4.stages.reconcile.settle import Factor, Values
from ocr_form4_models.check import Check
from ocr_form4_models.codes import ALWAYS_ACQUIRED, ALWAYS_DISPOSED, TRANSACTION_CODES
from ocr_form4_models.form4 import MARKS, ROOT, Column, Filing, Row, Table, stated

RELATIONSHIPS = ("isDirector", "isOfficer", "isTenPercentOwner", "isOther")
_EXPLAINED = (
    ("isOfficer", "officerTitle", "officer-title"),
    ("isOther", "otherText", "other-text"),
)


def entry_checks(filing: Filing) -> Iterator[Check]:
    for row in filing.rows():
        yield from _code_checks(filing, row)
        yield from _nature_check(filing, row)
        yield from _value_or_footnote(filing, row)
        yield from _one_measure(filing, row)
    yield from _relationship_checks(filing)


def _code_checks(filing: Filing, row: Row) -> Iterator[Check]:
    """The code is one of the form's; P acquires and S, F, D and U dispose in Table I; J is
    explained in a footnote.
    """
    code, path = row.text(Column.CODE), row.path_of(Column.CODE)
    if Column.CODE not in row.fields:
        return
    if not code:
        yield verdict(
            filing, "transaction-code", None, (path,), message="The transaction code was not read."
        )
        return
    message = f"{code}: {TRANSACTION_CODES.get(code, 'not a transaction code')}."
    yield verdict(
        filing,
        "transaction-code",
        code in TRANSACTION_CODES,
        (path,),
        "a transaction code",
        code,
        message,
    )
    direction = row.text(Column.ACQUIRED_DISPOSED)
    expected = _direction(code)
    if row.table is Table.I and expected and Column.ACQUIRED_DISPOSED in row.fields:
        paths = (path, row.path_of(Column.ACQUIRED_DISPOSED))
        message = (
            f"Code {code} goes with {expected} in column 4, and {direction or 'nothing'} is stated."
        )
        holds = direction == expected if direction else None
        yield verdict(filing, "code-direction", holds, paths, expected, direction, message)
    if code == "J":
        marked = any(row.marks.values())
        message = f"Code J (other) {'is' if marked else 'is not'} explained in a footnote."
        found = "a footnote" if marked else ""
        yield verdict(
            filing, "code-explained", marked, (path,), "a footnote", found, message, absent=True
        )


def _direction(code: str) -> str:
    return "A" if code in ALWAYS_ACQUIRED else "D" if code in ALWAYS_DISPOSED else ""


def _nature_check(filing: Filing, row: Row) -> Iterator[Check]:
    """An indirect holding names its nature, in words or by a footnote; a direct one does not."""
    form, nature = row.text(Column.DIRECT_INDIRECT), row.text(Column.NATURE)
    path = row.path_of(Column.DIRECT_INDIRECT)
    if Column.DIRECT_INDIRECT not in row.fields:
        return
    if form not in ("D", "I"):
        message = "The form of ownership was not read."
        yield verdict(filing, "nature-of-ownership", None, (path,), "D or I", form, message)
        return
    named = bool(nature) or bool(row.marks.get(Column.NATURE))
    field = row.fields.get(Column.NATURE)
    unread = field is not None and field.value is None and bool(field.readings)
    if form == "I":
        holds: bool | None = named or (None if unread else False)
        message = f"An indirect holding {'names' if named else 'does not name'} its nature."
    else:
        holds = not nature
        message = (
            "A direct holding names no nature."
            if holds
            else f"A direct holding names the nature {nature!r}."
        )
    paths = (path, row.path_of(Column.NATURE)) if Column.NATURE in row.fields else (path,)
    expected = "a nature" if form == "I" else ""
    yield verdict(
        filing, "nature-of-ownership", holds, paths, expected, nature, message, absent=form == "I"
    )


def _value_or_footnote(filing: Filing, row: Row) -> Iterator[Check]:
    """Price, exercise price, date exercisable and expiration carry a value or a footnote: where
    nothing was found of either, the row's marks are in doubt, too.
    """
    needed = list(stated(row.table, is_holding=row.is_holding))
    if Column.TOTAL_VALUE in row.fields:
        needed = [c for c in needed if c is not Column.PRICE]
    missing = [c for c in needed if not row.text(c) and not row.marks.get(c)]
    if not needed:
        return
    at = [_stated_at(row, c) for c in (missing or needed)]
    paths = tuple(dict.fromkeys([*at, f"{row.path}/{MARKS}"] if missing else at))
    unread = any(c in row.fields and row.fields[c].readings for c in missing)
    names = ", ".join(_spoken(c) for c in missing)
    message = (
        f"Neither a value nor a footnote: {names}."
        if missing
        else "Every cell has the value or footnote it needs."
    )
    holds = None if unread else not missing
    yield verdict(
        filing, "value-or-footnote", holds, paths, "a value or a footnote", "", message, absent=True
    )


def _stated_at(row: Row, column: Column) -> str:
    """Path of the value, or of the row's footnote marks where a mark stands in its place."""
    marked = column not in row.fields and row.marks.get(column)
    return f"{row.path}/{MARKS}" if marked else row.path_of(column)


def _spoken(column: Column) -> str:
    """A column's name in words: "conversion or exercise price"."""
    element = column.element.rsplit("/", 1)[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", element).lower()


def _one_measure(filing: Filing, row: Row) -> Iterator[Check]:
    """A row reports shares or a value in dollars, never both."""
    pairs = (
        (Column.OWNED_SHARES, Column.OWNED_VALUE),
        (Column.SHARES, Column.TOTAL_VALUE),
        (Column.UNDERLYING_SHARES, Column.UNDERLYING_VALUE),
    )
    for shares, value in pairs:
        if row.text(shares) and row.text(value):
            paths = (row.path_of(shares), row.path_of(value))
            message = (
                f"The row states {row.text(shares)} shares and ${row.text(value)} in one place."
            )
            yield verdict(
                filing, "shares-or-value", False, paths, row.text(shares), row.text(value), message
            )


def _relationship_checks(filing: Filing) -> Iterator[Check]:
    """The first owner's relationship is marked (only his is printed); an officer has a title,
    "other" its text.

    Further owners' boxes are checked as far as they were read.
    """
    for number in range(1, filing.count("reportingOwner") + 1):
        base = f"{ROOT}/reportingOwner[{number}]/reportingOwnerRelationship"
        stated_at = (*RELATIONSHIPS, *(text for _, text, _ in _EXPLAINED))
        fields = {n: f for n in stated_at if (f := filing.fields.get(f"{base}/{n}"))}
        if number > 1 and not fields:
            continue
        marked = [n for n in RELATIONSHIPS if n in fields and fields[n].value is True]
        paths = tuple(f"{base}/{n}" for n in (marked or [n for n in RELATIONSHIPS if n in fields]))
        unread = any(f.value is None for n, f in fields.items() if n in RELATIONSHIPS)
        holds = True if marked else None if unread else False
        message = (
            f"Relationship marked: {', '.join(marked)}."
            if marked
            else "No relationship to the issuer is marked."
        )
        yield verdict(
            filing,
            "relationship-marked",
            holds,
            paths,
            "a mark",
            " ".join(marked),
            message,
            absent=True,
        )
        for flag, text, name in _EXPLAINED:
            stated = fields[text].text if text in fields else ""
            if flag in marked or stated:
                holds = (
                    None
                    if text in fields and fields[text].value is None
                    else (flag in marked) == bool(stated)
                )
                message = (
                    f"{flag} is {'' if flag in marked else 'not '}marked, {text} is "
                    f"{stated or 'empty'}."
                )
                paths = (f"{base}/{flag}", f"{base}/{text}")
                yield verdict(filing, name, holds, paths, flag, stated, message, absent=True)


def entry_factors(filing: Filing) -> Iterator[Factor]:
    """Rules by which doubtful codes are chosen: the code's direction, and the nature of an indirect
    holding.
    """
    for row in filing.rows():
        if (
            row.table is Table.I
            and Column.CODE in row.fields
            and Column.ACQUIRED_DISPOSED in row.fields
        ):
            yield _direction_factor(row.path_of(Column.CODE), row.path_of(Column.ACQUIRED_DISPOSED))
        if Column.DIRECT_INDIRECT in row.fields:
            named = (
                bool(row.text(Column.NATURE))
                or bool(row.marks.get(Column.NATURE))
                or Column.NATURE in row.fields
            )
            yield _nature_factor(row.path_of(Column.DIRECT_INDIRECT), "I" if named else "D")


def _direction_factor(code: str, direction: str) -> Factor:
    """The direction itself is settled with the holdings; here the code follows it."""

    def holds(values: Values) -> bool:
        return _direction(str(values[code])) in ("", values[direction])

    name = "whether it was acquired or disposed of"
    return Factor(name, (code, direction), frozenset([code]), evidence.DIRECTION, holds)


def _nature_factor(path: str, expected: str) -> Factor:
    def holds(values: Values) -> bool:
        return values[path] == expected

    name = (
        "the nature of ownership stated"
        if expected == "I"
        else "no nature of ownership being stated"
    )
    return Factor(name, (path,), frozenset([path]), evidence.NATURE_IFF_INDIRECT, holds)
