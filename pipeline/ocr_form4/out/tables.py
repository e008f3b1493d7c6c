"""``transactions.csv`` and ``holdings.csv``, and the same as Parquet: one line per row of the filings' tables.

The columns are documented in ``docs/tables.md`` and do not change within a schema version.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ocr_form4.out.files import write_file
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import MARKS, ROOT, Column, Filing, Row, Table

_FILING = {
    "filing": Kind.TEXT, "filing_status": Kind.TEXT, "document_type": Kind.CODE, "period_of_report": Kind.DATE,
    "issuer_name": Kind.NAME, "issuer_symbol": Kind.NAME, "owner_name": Kind.NAME, "owners": Kind.NUMBER,
    "table": Kind.CODE, "row": Kind.NUMBER, "path": Kind.TEXT, "page": Kind.NUMBER,
}  # fmt: skip
"""Columns about the filing and the row's place."""
_INTEGERS = ("owners", "row", "page")
_OF_TRANSACTIONS = {
    Column.TRANSACTION_DATE, Column.DEEMED_DATE, Column.FORM_TYPE, Column.CODE, Column.EQUITY_SWAP, Column.SHARES,
    Column.TOTAL_VALUE, Column.PRICE, Column.ACQUIRED_DISPOSED,
}  # fmt: skip
"""Columns that a holding does not have."""
FOOTNOTES = "footnotes"


def row_columns(holdings: bool) -> dict[str, Kind]:
    """Names and kinds of the columns that each come with ``_confidence`` and ``_status``."""
    found = {c.name.lower(): c.kind for c in Column if not (holdings and c in _OF_TRANSACTIONS)}
    return found | {FOOTNOTES: Kind.MARKS}


def header(holdings: bool) -> list[str]:
    found = list(_FILING)
    for name in row_columns(holdings):
        found += [name, f"{name}_confidence", f"{name}_status"]
    return found


def write_tables(out: Path) -> dict[str, str]:
    """Both tables anew from the JSON and XML below ``out/filings``. Raises OutputError.

    Returns the filings whose files are damaged, with what is wrong with them; they have no line in the tables.
    """
    both: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    damaged: dict[str, str] = {}
    for is_holding, line in _lines(out, damaged):
        both[is_holding].append(line)
    for holdings, stem in ((False, "transactions"), (True, "holdings")):
        lines = both[holdings]
        names = header(holdings)
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_csv_value(line[name]) for name in names] for line in lines)
        write_file(out / f"{stem}.csv", text.getvalue().encode())
        _write_parquet(out / f"{stem}.parquet", lines, holdings)
    return damaged


def _lines(out: Path, damaged: dict[str, str]) -> Iterator[tuple[bool, dict[str, Any]]]:
    """(whether it is a holding, its line) for every row of the run, each filing read once; ``damaged`` is added to."""
    for name in filing_names(out):
        try:
            evidence, _, _ = read_filing(out, name)
        except (OSError, ValueError) as error:
            damaged[name] = str(error)
            continue
        about = _about(name, evidence)
        counts = dict.fromkeys(Table, 0)
        for row in evidence.filing.rows():
            counts[row.table] += 1
            yield row.is_holding, about | _line(evidence.filing, row, counts[row.table])


def _about(name: str, evidence: Evidence) -> dict[str, Any]:
    filing = evidence.filing
    return {
        "filing": name,
        "filing_status": str(evidence.status),
        "document_type": _value(filing.get("documentType")),
        "period_of_report": _value(filing.get("periodOfReport")),
        "issuer_name": _value(filing.get("issuer/issuerName")),
        "issuer_symbol": _value(filing.get("issuer/issuerTradingSymbol")),
        "owner_name": _value(filing.get("reportingOwner[1]/reportingOwnerId/rptOwnerName")),
        "owners": filing.count("reportingOwner"),
    }


def _line(filing: Filing, row: Row, number: int) -> dict[str, Any]:
    places = [f.place.page for f in row.fields.values() if f.place]
    line: dict[str, Any] = {
        "table": row.table.name,
        "row": number,
        "path": row.path.removeprefix(f"{ROOT}/"),
        "page": min(places, default=None),
    }
    fields: dict[str, Field | None] = {c.name.lower(): row.fields.get(c) for c in Column}
    fields[FOOTNOTES] = filing.get(f"{row.path}/{MARKS}")
    for column in row_columns(row.is_holding):
        field = fields[column]
        line[column] = _value(field)
        line[f"{column}_confidence"] = round(field.confidence, 4) if field else None
        line[f"{column}_status"] = str(field.status) if field else None
    return line


def _value(field: Field | None) -> Any:
    return field.value if field else None


def _csv_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def _write_parquet(path: Path, lines: list[dict[str, Any]], holdings: bool) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = parquet_schema(holdings)
    columns = [pa.array([_typed(line[f.name], f.type) for line in lines], f.type) for f in schema]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), buffer, compression="zstd")
    write_file(path, buffer.getvalue())


def parquet_schema(holdings: bool) -> Any:
    """Numbers as decimal128(24, 8), dates as date32, marks as bool; a value that is not of its kind is null there."""
    import pyarrow as pa

    number = pa.decimal128(24, 8)
    types = {Kind.NUMBER: number, Kind.PRICE: number, Kind.DATE: pa.date32(), Kind.FLAG: pa.bool_()}
    found = [(n, pa.int32() if n in _INTEGERS else types.get(k, pa.string())) for n, k in _FILING.items()]
    for name, kind in row_columns(holdings).items():
        found += [
            (name, types.get(kind, pa.string())),
            (f"{name}_confidence", pa.float64()),
            (f"{name}_status", pa.string()),
        ]
    return pa.schema(found)


def _typed(value: Any, type_: Any) -> Any:
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_decimal(type_):
        fits = isinstance(value, Decimal) and abs(value) < Decimal(10) ** 16
        return value.quantize(Decimal("1e-8")) if fits else None
    if pa.types.is_date(type_):
        return value if isinstance(value, date) else None
    if pa.types.is_boolean(type_):
        return value if isinstance(value, bool) else None
    return _csv_value(value) if pa.types.is_string(type_) else value
