"""What a run tells while it goes on, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr_form4.out.ledger_rows import DocumentRow, FilingRow


@dataclass(frozen=True, slots=True)
class Started:
    """``total`` documents, those among them that were read before."""

    total: int


@dataclass(frozen=True, slots=True)
class Skipped:
    name: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A document is done or has failed, and its results are on the disk."""

    row: DocumentRow
    filings: tuple[FilingRow, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the user should know, in one line; no document has failed of it."""

    line: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything is read; tables and report are being made."""


Event = Started | Skipped | Finished | Note | Drawing


@dataclass
class Summary:
    """What a run came to. ``filings`` and ``failures`` include documents that an earlier run had
    read.

    ``damaged`` has a line for each filing in OUT that cannot be used and whose scan is not among
    this run's.
    """

    total: int = 0
    read: int = 0
    skipped: int = 0
    seconds: float = 0.0
    filings: list[FilingRow] = field(default_factory=list)
    failures: list[DocumentRow] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    stopped: bool = False

    @property
    def to_review(self) -> bool:
        return any(f.to_review or f.status != "complete" for f in self.filings)
