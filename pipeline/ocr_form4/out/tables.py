"""``transactions`` and ``holdings``: one line per row of Tables I and II over the whole run, as CSV
and as Parquet.

The columns (``docs/tables.md``) are the public interface: names and order change only with the
changelog.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from ocr_form4.formats.rows import COUNTS, Line, columns, header, lines_of, row_columns
from ocr_form4.formats.sec345 import CONFIDENCE, TABLES, SecTables, tsv_line
from ocr_form4.out.files import write_file
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4.out.names import for_sheet
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.field import Kind, value_text

__all__ = ["EXACT", "header", "parquet_schema", "row_columns", "write_tables"]

EXACT = "_exact"
"""What a number's second column in Parquet is called: its digits as printed, as text."""
SEC345 = "sec345"


def write_tables(out: Path) -> dict[str, str]:
    """Every table anew from the JSON and XML below ``out/filings``. Raises OutputError.

    Returns the filings whose files are damaged, with what is wrong with them; they have no line in
    the tables.
    """
    both: dict[bool, list[Line]] = {False: [], True: []}
    damaged: dict[str, str] = {}
    sec = SecTables()
    for name, evidence in _filings(out, damaged):
        sec.add(name, evidence)
        for is_holding, line in lines_of(name, evidence):
            both[is_holding].append(line)
    for holdings, stem in ((False, "transactions"), (True, "holdings")):
        write_file(out / f"{stem}.csv", _csv(header(holdings), both[holdings]))
        write_file(out / f"{stem}.parquet", _parquet(both[holdings], holdings))
    for table, names in (TABLES | {CONFIDENCE: sec.confidence_columns}).items():
        rows = sec.rows[table]
        text = "".join(tsv_line(values) for values in (names, *(r.values() for r in rows)))
        write_file(out / SEC345 / f"{table}.tsv", text.encode())
    return damaged


def _filings(out: Path, damaged: dict[str, str]) -> Iterator[tuple[str, Evidence]]:
    """Every filing of the run, read once; ``damaged`` is added to."""
    for name in filing_names(out):
        try:
            yield name, read_filing(out, name)[0]
        except (OSError, ValueError) as error:
            damaged[name] = str(error)


def _csv(names: list[str], lines: Iterable[Line]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([csv_value(for_sheet(line[name])) for name in names] for line in lines)
    return text.getvalue().encode()


def csv_value(value: Any) -> str:
    """A value, or a count, as the CSV has it: as the XML does."""
    return str(value_text(value))


def typed_table(lines: list[Line], holdings: bool) -> Any:
    """The lines as a pyarrow table of :func:`parquet_schema`."""
    import pyarrow as pa

    schema = parquet_schema(holdings)
    arrays = [pa.array([_typed(line, f.name, f.type) for line in lines], f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _parquet(lines: list[Line], holdings: bool) -> bytes:
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(typed_table(lines, holdings), buffer, compression="zstd")
    return buffer.getvalue()


def parquet_schema(holdings: bool) -> Any:
    """The types that pandas, R and Stata compute with as they are read.

    Numbers are ``float64`` (a double holds every number of the form's width, 15 digits, and pandas
    makes objects of decimals), with their exact digits as text in ``NAME_exact`` at the end; dates
    are ``timestamp[ms]`` without a zone (pandas makes objects of ``date32``), marks ``int8`` 1 and
    0, counts ``int32``. A value that is not of its kind is null, and stands in ``NAME_exact`` and
    in the CSV.
    """
    import pyarrow as pa

    types = {
        Kind.NUMBER: pa.float64(), Kind.PRICE: pa.float64(), Kind.DATE: pa.timestamp("ms"),
        Kind.FLAG: pa.int8(),
        float: pa.float64(),
    }  # fmt: skip
    kinds = columns(holdings)
    found = [
        (n, pa.int32() if n in COUNTS else types.get(k, pa.string())) for n, k in kinds.items()
    ]
    found += [(f"{n}{EXACT}", pa.string()) for n in exact_columns(holdings)]
    return pa.schema(found)


def exact_columns(holdings: bool) -> list[str]:
    """The columns with a number or date of the page."""
    kinds = columns(holdings)
    return [
        n for n, k in kinds.items() if k in (Kind.NUMBER, Kind.PRICE, Kind.DATE) and n not in COUNTS
    ]


def _typed(line: Line, name: str, type_: Any) -> Any:
    import pyarrow as pa

    value = line[name.removesuffix(EXACT)]
    if value is None:
        return None
    if pa.types.is_string(type_):
        return csv_value(value)
    if pa.types.is_floating(type_):
        return float(value) if isinstance(value, Decimal | float) else None
    if pa.types.is_timestamp(type_):
        return datetime.combine(value, time()) if isinstance(value, date) else None
    if type_ == pa.int8():
        return int(value) if isinstance(value, bool) else None
    return value
