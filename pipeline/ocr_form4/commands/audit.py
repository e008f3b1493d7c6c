"""``ocr-form4 audit OUT``: the doubtful fields of a run in the terminal, worst first."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ocr_form4.errors import DocumentError, UsageError
from ocr_form4.out.names import for_sheet
from ocr_form4.report.collect import evidence_files, read_evidence
from ocr_form4.report.run_ledger import read_ledger
from ocr_form4_models.schema import short_path

FORMATS = ("table", "json", "csv")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One doubtful field: where, what was read, how sure, and why it is up for review."""

    confidence: float
    status: str
    filing: str
    path: str
    value: str | None
    page: int | None
    readings: str
    reasons: str


def run_audit(out: Path, below: float | None = None, format: str = "table") -> tuple[str, int]:
    """The text to print, and the exit status: 0, or 3 where documents or filings of the run could
    not be read.

    ``below`` also takes accepted fields that are less sure than this; without it the fields up for
    review are listed. Raises UsageError where ``out`` is no run's or ``format`` is none of
    :data:`FORMATS`.
    """
    if format not in FORMATS:
        raise UsageError(f"--format {format}: is none of {', '.join(FORMATS)}")
    if not (out / "filings").is_dir() and not (out / "run.sqlite").is_file():
        raise UsageError(f"{out}: no results there; give the folder that a run wrote with -o")
    doubts: list[Doubt] = []
    failures = [f"{f.document}: {f.reason}" for f in read_ledger(out).failures]
    filings = total = 0
    for name, file in evidence_files(out):
        try:
            evidence = read_evidence(file)
        except (OSError, ValueError) as error:
            failures.append(f"{name}: {error}")
            continue
        filings += 1
        total += sum(not f.get("derived") for f in evidence["fields"])
        doubts += _doubts(name, evidence, below)
    doubts.sort(key=lambda d: (d.confidence, d.filing, d.path))
    if format == "table":
        text = _table(
            doubts,
            f"{len(doubts):,} doubtful of {total:,} fields in {filings:,} "
            f"{'filing' if filings == 1 else 'filings'}",
            failures,
        )
    else:
        text = _json(doubts) if format == "json" else _csv(doubts)
    return text, DocumentError.exit_code if failures else 0


def _doubts(name: str, evidence: Mapping[str, Any], below: float | None) -> Iterator[Doubt]:
    for field in evidence["fields"]:
        unsure = (
            below is not None and field["confidence"] < below and field["status"] != "corrected"
        )
        if field["status"] == "review" or unsure:
            readings = "; ".join(f"{r['reader']} {r['text']!r}" for r in field["readings"])
            yield Doubt(
                field["confidence"], field["status"], name, field["path"], field["value"],
                field["page"], readings,
                "; ".join(r["text"] for r in field["reasons"]),
            )  # fmt: skip


def _json(doubts: list[Doubt]) -> str:
    return "\n".join(json.dumps(asdict(d), ensure_ascii=False) for d in doubts)


def _csv(doubts: list[Doubt]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([f.name for f in fields(Doubt)])
    for doubt in doubts:
        writer.writerow([for_sheet(v) for v in asdict(doubt).values()])
    return text.getvalue().rstrip("\n")


def _table(doubts: list[Doubt], summary: str, failures: list[str]) -> str:
    """Columns as wide as the terminal (or 120) allows; control characters of a scan's text are
    never printed.
    """
    width = max(60, shutil.get_terminal_size((120, 40)).columns)
    rows = [("CONF.", "FILING", "FIELD", "READ AS", "WHY")]
    rows += [
        (
            f"{d.confidence:.4f}",
            d.filing,
            short_path(d.path),
            "∅" if d.value is None else d.value,
            d.reasons,
        )
        for d in doubts
    ]
    caps = (6, max(8, width // 6), width // 3, width // 5)
    sizes = [min(cap, max(len(_plain(row[i])) for row in rows)) for i, cap in enumerate(caps)]
    rest = max(12, width - sum(sizes) - 2 * len(sizes))
    lines = [
        "  ".join(_fit(cell, size) for cell, size in zip(row, [*sizes, rest], strict=True)).rstrip()
        for row in rows
    ]
    failed = [f"could not be read: {_plain(f)}" for f in failures]
    return "\n".join([*(lines if doubts else []), *failed, summary])


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)


def _fit(text: str, size: int) -> str:
    text = _plain(text)
    return (text if len(text) <= size else text[: size - 1] + "…").ljust(size)
