"""Rows of a table as readers give them: sure, doubtful, with other candidates."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ocr_form4_models.field import Candidate, Field, Value
from ocr_form4_models.form4 import ROOT, Column, Filing, Table


def row_path(number: int, table: Table = Table.I, tag: str = "Transaction") -> str:
    kind = "nonDerivative" if table is Table.I else "derivative"
    return f"{ROOT}/{table.value}/{kind}{tag}[{number}]"


def sure(column: Column, value: Value) -> Field:
    return Field(column.kind, value, candidates=(Candidate(value, 1.0),))


def doubtful(column: Column, *values: Value) -> Field:
    """A field with candidates of falling weight: the first leads."""
    weights = [0.6, 0.4] if len(values) == 2 else [0.5, 0.3, 0.2]
    candidates = tuple(Candidate(v, w) for v, w in zip(values, weights, strict=True))
    return Field(column.kind, values[0], candidates=candidates)


def table_i(rows: Sequence[tuple[str, int, int]], marks: Sequence[tuple[str, ...]] = ()) -> Filing:
    """A filing with rows of common stock in Table I: (A or D, shares, holding), and the marks of
    their nature cells.
    """
    fields: dict[str, Field] = {}
    for number, (direction, shares, owned) in enumerate(rows, 1):
        values: dict[Column, Value] = {
            Column.SECURITY_TITLE: "Common Stock",
            Column.CODE: "J",
            Column.SHARES: Decimal(shares),
            Column.ACQUIRED_DISPOSED: direction,
            Column.OWNED_SHARES: Decimal(owned),
            Column.DIRECT_INDIRECT: "D",
        }
        fields |= {f"{row_path(number)}/{c.path}": sure(c, v) for c, v in values.items()}
    at = {
        f"{row_path(n)}/ownershipNature/natureOfOwnership": m for n, m in enumerate(marks, 1) if m
    }
    return Filing("edgar-x05", fields, at, tuple(row_path(n) for n in range(1, len(rows) + 1)))


def with_field(filing: Filing, number: int, column: Column, field: Field) -> Filing:
    return filing.with_fields({f"{row_path(number)}/{column.path}": field})


def value_at(filing: Filing, number: int, column: Column) -> Value | None:
    return filing.fields[f"{row_path(number)}/{column.path}"].value
