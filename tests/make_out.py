"""Makes an OUT folder as a run leaves it, out of scans and their truth, without running a reader.

For tests of what stands on OUT (report, review, audit, export): they need doubts that stay the same
while the readers get better. Boxes lie on a plain grid; everything else is written by the code that
a run uses.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ocr_form4.formats.edgar_xml import parse_value, read_xml, write_xml
from ocr_form4.formats.evidence_json import write_json
from ocr_form4.formats.searchable_pdf import printed
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_rows import DocumentRow
from ocr_form4.run.export import checks_again
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.evidence import Evidence, FilingStatus, Software, Source
from ocr_form4_models.field import Field, Place, Status
from ocr_form4_models.form4 import Filing
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import PageReport, PageStatus
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code, Reason

FIXTURES = Path(__file__).parent.parent / "fixtures"
ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction"
SHARES = "transactionAmounts/transactionShares/value"
OWNED = "postTransactionAmounts/sharesOwnedFollowingTransaction/value"


def make_out(
    out: Path,
    scans: Iterable[Path],
    *,
    misread: Mapping[str, str] | None = None,
    doubt: float = 0.0,
    rotation: int = 0,
    ledger: bool = True,
) -> Path:
    """Writes ``out/filings/NAME.{xml,json}`` and the ledger for each scan that has its truth in the
    fixtures.

    ``misread`` gives the value that is shown at a path: the readers disagree there, and it is up
    for review. ``doubt`` is the share of other fields that are up for review though their value is
    right.
    """
    for scan in scans:
        evidence = make_evidence(
            scan, read_xml(truth_of(scan).read_bytes()), misread or {}, doubt, rotation
        )
        write_out(out, scan.stem, scan, evidence, ledger)
    return out


def truth_of(scan: Path) -> Path:
    return scan.parent.parent / "truth" / f"{scan.stem}.xml"


def write_out(out: Path, name: str, scan: Path, evidence: Evidence, ledger: bool = True) -> None:
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    data = write_json(
        evidence, Source(scan.name, sha256, len(evidence.pages)), Software({"ocr-form4": "test"})
    )
    target = out / "filings" / f"{name}.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    target.with_suffix(".xml").write_bytes(write_xml(evidence.filing))
    if ledger:
        row = DocumentRow(
            name, str(scan.absolute()), sha256, scan.stat().st_size, len(evidence.pages), "test",
            "test", "done",
            None, None, 2.5, 1, "2020-01-01T00:00:00Z",
        )  # fmt: skip
        with open_ledger(out) as opened:
            opened.record(row, {name: data})


def make_evidence(
    scan: Path, filing: Filing, misread: Mapping[str, str], doubt: float = 0.0, rotation: int = 0
) -> Evidence:
    rng = random.Random(scan.stem)
    pages = page_reports(scan, rotation)
    fields = {}
    for index, (path, field) in enumerate(filing.fields.items()):
        place = _place(pages, index, len(filing.fields))
        if path in misread:
            fields[path] = _misread(field, misread[path], place)
        elif rng.random() < doubt:
            reasons = (Reason(Code.READERS_DISAGREE, "the readers disagree"),)
            fields[path] = replace(
                _sure(field, place, rng), confidence=0.85, status=Status.REVIEW, reasons=reasons
            )
        else:
            fields[path] = _sure(field, place, rng)
    filing = filing.with_fields(fields)
    evidence = Evidence(filing, (), tuple(pages), FilingStatus.COMPLETE, pages[0].number)
    return replace(evidence, checks=checks_again(evidence))


def page_reports(scan: Path, rotation: int) -> list[PageReport]:
    found = []
    with open_document(scan, Settings()) as document:
        for page in document.pages():
            height, width = page.pixels.shape
            found.append(
                PageReport(page.number, page.dpi, rotation, 0.0, width, height, PageStatus.READ, {})
            )
    return found


def _place(pages: list[PageReport], index: int, total: int) -> Place:
    """The index-th cell of a grid of 8 columns over all pages."""
    per_page = -(-total // len(pages))
    page = pages[index // per_page]
    column, line = index % per_page % 8, index % per_page // 8
    width, height = page.width / 9, page.height * 0.9 / (per_page // 8 + 1)
    x, y = page.width * 0.03 + column * width * 1.05, page.height * 0.05 + line * height
    return Place(page.number, Box(x, y, x + width, y + height * 0.8))


def _sure(field: Field, place: Place, rng: random.Random) -> Field:
    text = printed(field) or field.text
    readings = (
        Reading("paddle", text, round(rng.uniform(0.9, 1), 3)),
        Reading("tesseract", text, 0.9),
    )
    return replace(
        field, place=place, readings=readings, confidence=round(1 - 0.004 * rng.random() ** 3, 4)
    )


def _misread(field: Field, shown: str, place: Place) -> Field:
    wrong = replace(field, value=parse_value(field.kind, shown), candidates=())
    readings = (Reading("tesseract", printed(wrong), 0.81), Reading("paddle", printed(field), 0.93))
    return replace(
        wrong,
        place=place,
        readings=readings,
        confidence=0.41,
        status=Status.REVIEW,
        reasons=(Reason(Code.READERS_DISAGREE, "the readers disagree"),),
    )
