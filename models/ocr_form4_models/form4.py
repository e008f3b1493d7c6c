"""The filing: its fields by their path in the XML, and the rows of its two tables as views on
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum

from ocr_form4_models.field import Field, Kind

ROOT = "/ownershipDocument"
UNKNOWN = "unknown"
"""The edition of a filing whose pages fit none."""


class Table(StrEnum):
    """The form's tables; the value is the XML element."""

    I = "nonDerivativeTable"  # noqa: E741 - the form's own name
    II = "derivativeTable"


class Column(Enum):
    """A field of a row: (path below the row, kind, label). Order is the schema's."""

    SECURITY_TITLE = ("securityTitle/value", Kind.NAME, "Title of security")
    EXERCISE_PRICE = ("conversionOrExercisePrice/value", Kind.PRICE, "Exercise price")
    TRANSACTION_DATE = ("transactionDate/value", Kind.DATE, "Transaction date")
    DEEMED_DATE = ("deemedExecutionDate/value", Kind.DATE, "Deemed execution date")
    FORM_TYPE = ("transactionCoding/transactionFormType", Kind.CODE, "V (reported early)")
    CODE = ("transactionCoding/transactionCode", Kind.CODE, "Transaction code")
    EQUITY_SWAP = ("transactionCoding/equitySwapInvolved", Kind.FLAG, "Equity swap")
    SHARES = ("transactionAmounts/transactionShares/value", Kind.NUMBER, "Shares")
    TOTAL_VALUE = ("transactionAmounts/transactionTotalValue/value", Kind.PRICE, "Total value")
    PRICE = ("transactionAmounts/transactionPricePerShare/value", Kind.PRICE, "Price")
    ACQUIRED_DISPOSED = (
        "transactionAmounts/transactionAcquiredDisposedCode/value",
        Kind.CODE,
        "(A) or (D)",
    )
    EXERCISE_DATE = ("exerciseDate/value", Kind.DATE, "Date exercisable")
    EXPIRATION_DATE = ("expirationDate/value", Kind.DATE, "Expiration date")
    UNDERLYING_TITLE = (
        "underlyingSecurity/underlyingSecurityTitle/value",
        Kind.NAME,
        "Title of underlying security",
    )
    UNDERLYING_SHARES = (
        "underlyingSecurity/underlyingSecurityShares/value",
        Kind.NUMBER,
        "Underlying shares",
    )
    UNDERLYING_VALUE = (
        "underlyingSecurity/underlyingSecurityValue/value",
        Kind.PRICE,
        "Underlying value",
    )
    OWNED_SHARES = (
        "postTransactionAmounts/sharesOwnedFollowingTransaction/value",
        Kind.NUMBER,
        "Shares owned",
    )
    OWNED_VALUE = (
        "postTransactionAmounts/valueOwnedFollowingTransaction/value",
        Kind.PRICE,
        "Value owned",
    )
    DIRECT_INDIRECT = (
        "ownershipNature/directOrIndirectOwnership/value",
        Kind.CODE,
        "Direct or indirect",
    )
    NATURE = ("ownershipNature/natureOfOwnership/value", Kind.NAME, "Nature of ownership")

    @property
    def path(self) -> str:
        return str(self.value[0])

    @property
    def kind(self) -> Kind:
        kind: Kind = self.value[1]
        return kind

    @property
    def label(self) -> str:
        return str(self.value[2])

    @property
    def element(self) -> str:
        """Path of the element that a footnote mark belongs to: the parent of ``value``, or a
        coding's own.
        """
        return (
            "transactionCoding"
            if self.path.startswith("transactionCoding/")
            else self.path.removesuffix("/value")
        )


_PRICED: dict[Table, tuple[Column, ...]] = {
    Table.I: (Column.PRICE,),
    Table.II: (
        Column.EXERCISE_PRICE,
        Column.EXERCISE_DATE,
        Column.EXPIRATION_DATE,
        Column.PRICE,
    ),
}


def stated(table: Table, *, is_holding: bool) -> tuple[Column, ...]:
    """The columns of a row in which there is a value or, in its place, a footnote mark: so in all
    4,410 of them in 498 filings as filed.
    """
    return tuple(c for c in _PRICED[table] if not (is_holding and c is Column.PRICE))


MARKS = "footnoteId"
"""Last part of the path of a row's footnote marks."""
_ROW = re.compile(
    r"^/ownershipDocument/(?P<table>nonDerivativeTable|derivativeTable)/(?P<tag>\w+)\[(?P<number>\d+)\]"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of Table I or II as a view on the filing's fields.

    ``path`` is the row element's, e.g.
    ``/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]``; ``index`` its place in
    the table, from 0, in printed order. ``marks`` are the footnote ids ("F1") by column.
    """

    table: Table
    path: str
    index: int
    fields: Mapping[Column, Field]
    marks: Mapping[Column, tuple[str, ...]]

    @property
    def is_holding(self) -> bool:
        return "Holding[" in self.path

    def path_of(self, column: Column) -> str:
        return f"{self.path}/{column.path}"

    def number(self, column: Column) -> Decimal | None:
        value = self._value(column)
        return value if isinstance(value, Decimal) else None

    def date(self, column: Column) -> date | None:
        value = self._value(column)
        return value if isinstance(value, date) else None

    def text(self, column: Column) -> str:
        field = self.fields.get(column)
        return field.text if field else ""

    def _value(self, column: Column) -> object:
        field = self.fields.get(column)
        return field.value if field else None


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as read.

    ``fields`` maps each field's path (CONTRACT: XPath in NAME.xml, or ``page:...``) to it, in
    document order: rows of a table in printed order. ``marks`` maps the path of an element
    (``ROW/transactionAmounts/transactionShares``) to the ids of the footnote marks printed there.
    Other marks than a row's stand at the element of their field. ``row_paths`` are the rows of both
    tables in printed order (transactions and holdings may interleave).
    """

    edition: str
    fields: Mapping[str, Field]
    marks: Mapping[str, tuple[str, ...]]
    row_paths: tuple[str, ...]

    def rows(self, table: Table | None = None) -> Iterator[Row]:
        """The rows of one table, or of both, in printed order."""
        index = dict.fromkeys(Table, 0)
        for path in self.row_paths:
            match = _ROW.match(path)
            if match is None:
                raise ValueError(f"not a row's path: {path}")
            of = Table(match["table"])
            if table in (None, of):
                fields = {
                    c: self.fields[p] for c in Column if (p := f"{path}/{c.path}") in self.fields
                }
                marks = {c: m for c in Column if (m := self.marks.get(f"{path}/{c.element}"))}
                yield Row(of, path, index[of], fields, marks)
            index[of] += 1

    def get(self, path: str) -> Field | None:
        """The field at a path, given with or without the root element."""
        return self.fields.get(path if path.startswith(("/", "page:")) else f"{ROOT}/{path}")

    def with_fields(self, changed: Mapping[str, Field]) -> Filing:
        """A copy in which the given fields replace those at their paths."""
        return replace(self, fields={**self.fields, **changed})

    def footnotes(self) -> dict[str, Field]:
        """Footnote texts by id ("F1"), in order."""
        found = {}
        for path, field in self.fields.items():
            if match := re.fullmatch(
                r"/ownershipDocument/footnotes/footnote\[@id='(F\d+)'\]", path
            ):
                found[match[1]] = field
        return found

    def count(self, tag: str) -> int:
        """How many ``reportingOwner`` or ``ownerSignature`` elements there are."""
        numbers = [int(m[1]) for p in self.fields if (m := re.match(rf"{ROOT}/{tag}\[(\d+)\]/", p))]
        return max(numbers, default=0)


def footnote_path(number: int | str) -> str:
    return f"{ROOT}/footnotes/footnote[@id='F{number}']"
