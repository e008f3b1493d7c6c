"""What the ledger holds: documents, filings, and people's decisions; how a row is made of what a
filing's JSON says, and of what SQLite gives back.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DocumentRow:
    name: str
    path: str
    sha256: str
    size: int
    pages: int | None
    software: str
    settings: str
    status: str
    error_kind: str | None
    error: str | None
    seconds: float
    attempts: int
    run: str

    @property
    def done(self) -> bool:
        return self.status == "done"


@dataclass(frozen=True, slots=True)
class FilingRow:
    name: str
    document: str
    first_page: int
    status: str
    edition: str
    document_type: str | None
    period: str | None
    issuer: str | None
    symbol: str | None
    owner: str | None
    fields: int
    to_review: int
    corrected: int
    breaks: int
    kept: str | None = None
    """Why these are results of an earlier reading: what became of the scan since. None where they
    are of the last.
    """


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person decided about one field. ``value`` None: nothing is printed there."""

    path: str
    value: str | None
    machine_value: str | None
    machine_confidence: float | None
    who: str = ""
    at: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """A correction and where it belongs: the scan's content and the filing's first page in it."""

    sha256: str
    first_page: int
    correction: Correction


DOCUMENT = ", ".join(DocumentRow.__slots__)
FILING = ", ".join(FilingRow.__slots__)
FIELD = (
    "filing, path, value, confidence, status, derived, page, x0, y0, x1, y1, reasons, "
    "machine_value, machine_confidence"
)
CHECK = "filing, number, name, outcome, grade, expected, found, message, paths"
"""Columns of the ledger's tables, in the order in which rows are put into them."""


def values_of(row: DocumentRow | FilingRow) -> tuple[Any, ...]:
    return tuple(
        stored(v) if isinstance(v := getattr(row, name), str) else v for name in row.__slots__
    )


def stored(text: str) -> str | bytes:
    """A path may be any bytes: one that is no text is kept as the bytes that it is."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return os.fsencode(text)
    return text


def document_row(row: Sequence[Any]) -> DocumentRow:
    values: list[Any] = [os.fsdecode(v) if isinstance(v, bytes) else v for v in row]
    return DocumentRow(*values)


def filing_row(name: str, document: str, found: Mapping[str, Any]) -> FilingRow:
    values = {f["path"]: f["value"] for f in found["fields"]}
    statuses = [f["status"] for f in found["fields"]]
    root = "/ownershipDocument"
    return FilingRow(
        name=name,
        document=document,
        first_page=found["first_page"],
        status=found["status"],
        edition=found["edition"],
        document_type=values.get(f"{root}/documentType"),
        period=values.get(f"{root}/periodOfReport"),
        issuer=values.get(f"{root}/issuer/issuerName"),
        symbol=values.get(f"{root}/issuer/issuerTradingSymbol"),
        owner=values.get(f"{root}/reportingOwner[1]/reportingOwnerId/rptOwnerName"),
        fields=len(statuses),
        to_review=statuses.count("review"),
        corrected=statuses.count("corrected"),
        breaks=sum(c["outcome"] == "breaks" for c in found["checks"]),
    )
