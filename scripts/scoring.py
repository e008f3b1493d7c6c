"""Which fields of a filing's XML are right, given the truth: values are compared as numbers, dates and plain text."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ocr_form4.export.edgar_xml import read_xml
from ocr_form4_models.field import Field, Kind, value_text
from ocr_form4_models.form4 import MARKS, ROOT, Column, Filing, Row, Table

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "´": "'", "`": "'", "\u00ad": ""})
_NOT_SCORED = ("Cik", "schemaVersion", "page:")


def normal(field: Field | None) -> str:
    """A field's value as it is compared; marks that are not set count as nothing."""
    if field is None or field.value is None:
        return ""
    text = value_text(field.value)
    if field.kind is Kind.FLAG:
        return "1" if text in ("1", "true") else ""
    if field.kind in (Kind.NUMBER, Kind.PRICE):
        try:
            return format(Decimal(text).normalize(), "f")
        except InvalidOperation:
            return text
    text = unicodedata.normalize("NFKC", text).translate(_PLAIN)
    return re.sub(r"\s+", " ", text).strip()


def right_fields(truth: Path, read: Path) -> dict[str, bool]:
    """Every field read, by its path, with whether the truth says the same; fields that nobody scores are left out."""
    true, found = read_xml(truth.read_bytes()), read_xml(read.read_bytes())
    right: dict[str, bool] = {}
    has_period = f"{ROOT}/periodOfReport" in true.fields
    for path, field in found.fields.items():
        if any(p in path for p in _NOT_SCORED) or any(path.startswith(r + "/") for r in found.row_paths):
            continue
        if path.endswith("periodOfReport") and not has_period:
            continue
        if "rptOwnerStreet" in path:
            one, two = path[:-1] + "1", path[:-1] + "2"
            right[path] = _street(true, one, two) == _street(found, one, two)
        else:
            right[path] = normal(true.fields.get(path)) == normal(field)
    for table in Table:
        for a, b in aligned(list(true.rows(table)), list(found.rows(table))):
            if b is not None:
                right |= _row(true, a, found, b)
    return right


def _street(filing: Filing, one: str, two: str) -> str:
    return " ".join(t for p in (one, two) if (t := normal(filing.fields.get(p))))


def _row(true: Filing, a: Row | None, found: Filing, b: Row) -> dict[str, bool]:
    right = {}
    for column in Column:
        if column in b.fields:
            same = normal(a.fields.get(column) if a else None) == normal(b.fields[column])
            if column is Column.FORM_TYPE:  # only V is printed
                same = ((a.text(column) == "5") if a else False) == (b.text(column) == "5")
            right[b.path_of(column)] = same
    path = f"{b.path}/{MARKS}"
    if path in found.fields:
        right[path] = a is not None and normal(true.fields.get(f"{a.path}/{MARKS}")) == normal(found.fields[path])
    return right


def aligned(a: list[Row], b: list[Row]) -> list[tuple[Row | None, Row | None]]:
    """Rows of the truth with rows read, in order, by the values that they share."""

    def alike(x: Row, y: Row) -> float:
        columns = x.fields.keys() | y.fields.keys()
        same = sum(normal(x.fields.get(c)) == normal(y.fields.get(c)) for c in columns)
        return same / max(1, len(columns)) + 1e-3

    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a) - 1, -1, -1):
        for j in range(len(b) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + alike(a[i], b[j]))
    pairs: list[tuple[Row | None, Row | None]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        if best[i][j] == best[i + 1][j + 1] + alike(a[i], b[j]):
            pairs.append((a[i], b[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            pairs.append((None, b[j]))
            j += 1
    return pairs + [(None, row) for row in b[j:]]
