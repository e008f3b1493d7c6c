"""A filing's rows as flat lines of values: what ``transactions`` and ``holdings`` have a line of
each.

Names, order and kinds of the columns are the public interface told in ``docs/tables.md``; a new
column goes to the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ocr_form4_models.evidence import Evidence
from ocr_form4_models.field import Field, Kind, Status, Value
from ocr_form4_models.form4 import MARKS, ROOT, Column, Filing, Row, Table

_FILING = {
    "filing": Kind.TEXT, "filing_status": Kind.TEXT, "document_type": Kind.CODE,
    "period_of_report": Kind.DATE,
    "issuer_name": Kind.NAME, "issuer_symbol": Kind.NAME, "owner_name": Kind.NAME,
    "owners": Kind.NUMBER,
    "table": Kind.CODE, "row": Kind.NUMBER, "path": Kind.TEXT, "page": Kind.NUMBER,
}  # fmt: skip
"""Columns about the filing and the row's place."""
COUNTS = ("owners", "row", "page")
"""Columns that count: whole numbers of ours, not numbers of the page."""
_OF_TRANSACTIONS = {
    Column.TRANSACTION_DATE, Column.DEEMED_DATE, Column.FORM_TYPE, Column.CODE, Column.EQUITY_SWAP,
    Column.SHARES,
    Column.TOTAL_VALUE, Column.PRICE, Column.ACQUIRED_DISPOSED,
}  # fmt: skip
"""Columns that a holding does not have."""
FOOTNOTES = "footnotes"

RELATIONS = {
    "isDirector": "Director", "isOfficer": "Officer", "isTenPercentOwner": "TenPercentOwner",
    "isOther": "Other",
}  # fmt: skip
"""The marks of the relationship, and the words for them in the SEC's tables."""


@dataclass(frozen=True, slots=True)
class About:
    """A column that says of every row what the filing says once: its kind, and where (``owner``:
    below each owner).
    """

    kind: Kind
    path: str


_OWNER = "reportingOwner[1]/reportingOwnerRelationship"
ABOUT = {
    "relationship": About(Kind.TEXT, ""),
    "is_director": About(Kind.FLAG, f"{_OWNER}/isDirector"),
    "is_officer": About(Kind.FLAG, f"{_OWNER}/isOfficer"),
    "is_ten_percent_owner": About(Kind.FLAG, f"{_OWNER}/isTenPercentOwner"),
    "is_other": About(Kind.FLAG, f"{_OWNER}/isOther"),
    "officer_title": About(Kind.NAME, f"{_OWNER}/officerTitle"),
    "other_text": About(Kind.NAME, f"{_OWNER}/otherText"),
    "aff10b5_one": About(Kind.FLAG, "aff10b5One"),
    "signature_name": About(Kind.NAME, "ownerSignature[1]/signatureName"),
    "signature_date": About(Kind.DATE, "ownerSignature[1]/signatureDate"),
}
"""Columns about the filing that come with a confidence and a status; the first owner's and the
first signature's.
"""
_LISTS = ("owner_names", "owner_relationships", "owner_titles")
"""Columns with something of every owner, parted by ``"; "``."""
_MARKED = tuple(c for c in Column if not c.path.startswith("transactionCoding/"))
"""Columns whose value can have footnote marks of its own; those of the coding are the code's."""
CODING_MARKS = "code_marks"
NOTES = "footnote_texts"


def row_columns(holdings: bool) -> dict[str, Kind]:
    """Names and kinds of the columns that each come with ``_confidence`` and ``_status``."""
    return {c.name.lower(): c.kind for c in _columns(holdings)} | {FOOTNOTES: Kind.MARKS}


def _columns(holdings: bool) -> list[Column]:
    return [c for c in Column if not (holdings and c in _OF_TRANSACTIONS)]


def columns(holdings: bool) -> dict[str, Kind | type[float]]:
    """Every column in order with its kind; ``float`` for a confidence."""
    found: dict[str, Kind | type[float]] = dict(_FILING)
    for name, kind in row_columns(holdings).items():
        found |= {name: kind, f"{name}_confidence": float, f"{name}_status": Kind.TEXT}
    found |= dict.fromkeys(_LISTS, Kind.TEXT)
    for name, about in ABOUT.items():
        found |= {name: about.kind, f"{name}_confidence": float, f"{name}_status": Kind.TEXT}
    found |= {f"{c.name.lower()}_marks": Kind.MARKS for c in _columns(holdings) if c in _MARKED}
    return found | ({} if holdings else {CODING_MARKS: Kind.MARKS}) | {NOTES: Kind.TEXT}


def header(holdings: bool) -> list[str]:
    return list(columns(holdings))


Line = dict[str, Any]


def lines_of(name: str, evidence: Evidence) -> Iterator[tuple[bool, Line]]:
    """(whether it is a holding, its line) for every row of a filing, in printed order. Values are
    the fields' own.
    """
    about = _about(name, evidence)
    counts = dict.fromkeys(Table, 0)
    notes = {id_: field.text for id_, field in evidence.filing.footnotes().items()}
    for row in evidence.filing.rows():
        counts[row.table] += 1
        line = about | _line(evidence.filing, row, counts[row.table], notes)
        yield row.is_holding, {column: line[column] for column in columns(row.is_holding)}


def _about(name: str, evidence: Evidence) -> Line:
    filing = evidence.filing
    owners = filing.count("reportingOwner")
    line: Line = {
        "filing": name,
        "filing_status": str(evidence.status),
        "document_type": _value(filing.get("documentType")),
        "period_of_report": _value(filing.get("periodOfReport")),
        "issuer_name": _value(filing.get("issuer/issuerName")),
        "issuer_symbol": _value(filing.get("issuer/issuerTradingSymbol")),
        "owner_name": _value(filing.get("reportingOwner[1]/reportingOwnerId/rptOwnerName")),
        "owners": owners,
    }
    for column, about in ABOUT.items():
        field = filing.get(about.path)
        line |= {column: _value(field), **_verdict(column, [field])}
    relation, behind = relationship(filing, 1)
    line |= {"relationship": relation or None, **_verdict("relationship", behind)}
    numbers = range(1, owners + 1)
    names = [_text(filing, f"reportingOwner[{n}]/reportingOwnerId/rptOwnerName") for n in numbers]
    titles = [
        _text(filing, f"reportingOwner[{n}]/reportingOwnerRelationship/officerTitle")
        for n in numbers
    ]
    every = (names, [relationship(filing, n)[0] for n in numbers], titles)
    return line | {
        column: "; ".join(texts) if any(texts) else None
        for column, texts in zip(_LISTS, every, strict=True)
    }


def relationship(filing: Filing, owner: int) -> tuple[str, list[Field | None]]:
    """The n-th owner's relationship in the SEC's words (``Director,Officer``), and the marks that
    it is made of.
    """
    at = f"reportingOwner[{owner}]/reportingOwnerRelationship"
    marks = {word: filing.get(f"{at}/{tag}") for tag, word in RELATIONS.items()}
    return ",".join(w for w, field in marks.items() if field and field.value is True), list(
        marks.values()
    )


def least_sure(fields: list[Field | None]) -> tuple[float, Status] | None:
    """The least confidence among fields that make up one value, and its status: up for review where
    one is.
    """
    there = [f for f in fields if f is not None]
    if not there:
        return None
    confidence = min(f.confidence for f in there)
    for status in (Status.REVIEW, Status.CORRECTED):
        if any(f.status is status for f in there):
            return confidence, status
    return confidence, Status.ACCEPTED


def _verdict(column: str, fields: list[Field | None]) -> Line:
    verdict = least_sure(fields)
    return {
        f"{column}_confidence": round(verdict[0], 4) if verdict else None,
        f"{column}_status": str(verdict[1]) if verdict else None,
    }


def _line(filing: Filing, row: Row, number: int, notes: Mapping[str, str]) -> Line:
    places = [f.place.page for f in row.fields.values() if f.place]
    marks = filing.get(f"{row.path}/{MARKS}")
    line: Line = {
        "table": row.table.name,
        "row": number,
        "path": row.path.removeprefix(f"{ROOT}/"),
        "page": min(places, default=None),
    }
    fields: dict[str, Field | None] = {c.name.lower(): row.fields.get(c) for c in Column}
    fields[FOOTNOTES] = marks
    for column in row_columns(row.is_holding):
        field = fields[column]
        line |= {column: _value(field), **_verdict(column, [field])}
    line |= {f"{c.name.lower()}_marks": " ".join(row.marks.get(c, ())) or None for c in _MARKED}
    line[CODING_MARKS] = " ".join(row.marks.get(Column.CODE, ())) or None
    ids = dict.fromkeys(marks.text.split() if marks else ())
    line[NOTES] = (
        " | ".join(f"{id_}: {' '.join(notes[id_].split())}" for id_ in ids if id_ in notes) or None
    )
    return line


def _value(field: Field | None) -> Value | None:
    return field.value if field else None


def _text(filing: Filing, path: str) -> str:
    field = filing.get(path)
    return field.text if field else ""
