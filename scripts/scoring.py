"""Which fields of a filing's XML are right, given the truth: values are compared as numbers, dates
and plain text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4_models.field import Field, Kind, value_text
from ocr_form4_models.form4 import MARKS, Column, Filing, Row, Table

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "´": "'", "`": "'", "\u00ad": ""}
)
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
    return plain(text)


def plain(text: str) -> str:
    """Text as it is compared: one kind of quote and of dash, single spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).translate(_PLAIN)).strip()


@dataclass(frozen=True, slots=True)
class Compared:
    """A field that is in the truth or was read: its path in the reading, and both values as they
    are compared.
    """

    path: str
    kind: str
    true: str
    found: str

    @property
    def same(self) -> bool:
        return self.true == self.found


@dataclass(frozen=True, slots=True)
class Indexed:
    """A line of a corpus' index: a filing, how it was printed, and what scanned it."""

    name: str
    edition: str
    kind: str


def indexed(index: Path) -> Iterator[Indexed]:
    """The filings of ``index.tsv``: name, edition, kind of scan, pages."""
    for line in index.read_text().splitlines():
        yield Indexed(*line.split("\t")[:3])


def evidence_of(xml: Path) -> dict[str, Any]:
    """NAME.json beside an XML; empty where there is none."""
    file = xml.with_suffix(".json")
    return json.loads(file.read_bytes()) if file.exists() else {}


def right_fields(truth: Path, read: Path) -> dict[str, bool]:
    """Every field that was read, by its path, with whether the truth says the same; unset check
    marks included.
    """
    found = read_xml(read.read_bytes())
    right = {c.path: c.same for c in compared(truth, read) if c.path in found.fields}
    unset = {
        p: True
        for p, f in found.fields.items()
        if f.kind is Kind.FLAG and normal(f) == "" and p not in right
    }
    return {p: same for p, same in (right | unset).items() if "equitySwapInvolved" not in p}


def compared(truth: Path, read: Path | None) -> list[Compared]:
    """Every field that is in the truth or was read.

    What nobody prints (CIKs, derived form types) is left out, and so is the period of the 1996
    form; the two street lines are compared as they follow each other, as paper forms have one line.
    """
    true = read_xml(truth.read_bytes())
    found = read_xml(read.read_bytes()) if read else Filing("", {}, {}, ())
    result: list[Compared] = []
    rows = (*true.row_paths, *found.row_paths)
    for path in dict.fromkeys((*found.fields, *true.fields)):
        if any(p in path for p in _NOT_SCORED) or any(path.startswith(r + "/") for r in rows):
            continue
        if path.endswith("periodOfReport") and path not in true.fields:
            continue
        field = found.fields.get(path) or true.fields[path]
        if "rptOwnerStreet" in path:
            one, two = path[:-1] + "1", path[:-1] + "2"
            if path == one:
                result += _streets(field.kind, one, two, true, found)
            continue
        _add(
            result, path, field.kind, normal(true.fields.get(path)), normal(found.fields.get(path))
        )
    for table in Table:
        for a, b in aligned(list(true.rows(table)), list(found.rows(table))):
            result += _row(true, a, found, b)
    return result


def _add(result: list[Compared], path: str, kind: str, one: str, other: str) -> None:
    if one or other:
        result.append(Compared(path, kind, one, other))


def _streets(kind: str, one: str, two: str, true: Filing, found: Filing) -> list[Compared]:
    """Both lines, each against the truth's words that stand there: where the first ends is the
    paper's choice.
    """
    wanted, first = _street(true, one, two).split(), normal(found.fields.get(one))
    if two not in found.fields:
        return [Compared(one, kind, " ".join(wanted), first)]
    until = len(first.split())
    parts = " ".join(wanted[:until]), " ".join(wanted[until:])
    return [
        Compared(one, kind, parts[0], first),
        Compared(two, kind, parts[1], normal(found.fields.get(two))),
    ]


def _street(filing: Filing, one: str, two: str) -> str:
    return " ".join(t for p in (one, two) if (t := normal(filing.fields.get(p))))


def _row(true: Filing, a: Row | None, found: Filing, b: Row | None) -> list[Compared]:
    result: list[Compared] = []
    base = b.path if b else a.path if a else ""
    for column in Column:
        one = normal(a.fields.get(column)) if a else ""
        other = normal(b.fields.get(column)) if b else ""
        if column is Column.FORM_TYPE:  # only V is printed
            one, other = ("V" if one == "5" else ""), ("V" if other == "5" else "")
        _add(result, f"{base}/{column.path}", column.kind, one, other)
    marks = [
        normal(f.fields.get(f"{r.path}/{MARKS}")) if r else "" for f, r in ((true, a), (found, b))
    ]
    _add(result, f"{base}/{MARKS}", Kind.MARKS, *marks)
    return result


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
            pairs.append((a[i], None))
            i += 1
        else:
            pairs.append((None, b[j]))
            j += 1
    return pairs + [(row, None) for row in a[i:]] + [(None, row) for row in b[j:]]
