"""The whole pipeline in one place: from a document to its filings. Start reading here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ocr_form4.errors import DocumentError, UnsupportedDocument
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew import deskew
from ocr_form4.stages.judge import judge
from ocr_form4.stages.parse import parse
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import PageText, recognize
from ocr_form4.stages.reconcile import reconcile
from ocr_form4.stages.segment import segment
from ocr_form4.stages.turned import stands_on_its_head
from ocr_form4_models.evidence import Evidence, FilingStatus
from ocr_form4_models.page import PageImage, PageReport, PageStatus, UprightPage


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What became of a page: its text, unless it is blank, foreign or could not be read."""

    report: PageReport
    text: PageText | None


def read_document(path: Path, settings: Settings, readers: Readers) -> tuple[Evidence, ...]:
    """Every filing of a document. Raises DocumentError where it cannot be opened or holds no form at all."""
    with open_document(path, settings) as document:
        pages = [read_page(page, readers) for page in document.pages()]
    filings = [f for f in split_filings(pages) if any(p.text for p in f)]
    if not filings:
        raise UnsupportedDocument(path, "no page of it is a Form 3, 4 or 5", "give a scan of the form itself")
    return tuple(read_filing(filing, settings) for filing in filings)


def read_page(image: PageImage, readers: Readers) -> ReadPage:
    """One page through rasterized pixels to text; the pixels are dropped after."""
    page = deskew(image, lambda pixels: stands_on_its_head(pixels, readers.first))
    layout = segment(page)
    text = recognize(layout, readers)
    return ReadPage(_report(page, PageStatus.READ, {}), text)


def split_filings(pages: Sequence[ReadPage]) -> list[list[ReadPage]]:
    """The pages of each filing: a header opens a new one; what comes before the first is foreign."""
    filings: list[list[ReadPage]] = []
    for page in pages:
        if page.text and page.text.layout.header and page.text.header:
            filings.append([])
        if filings:
            filings[-1].append(page)
    return filings


def read_filing(pages: Sequence[ReadPage], settings: Settings) -> Evidence:
    """The filing that the pages show, its arithmetic settled and every field judged."""
    parsed = parse([p.text for p in pages if p.text])
    reconciled, checks = reconcile(parsed)
    judged = judge(reconciled, checks, settings)
    status = FilingStatus.COMPLETE
    return Evidence(judged, checks, tuple(p.report for p in pages), status, pages[0].report.number)


def _report(page: UprightPage, status: PageStatus, layout: dict[str, object]) -> PageReport:
    rect = page.rectification
    width, height = page.scan_size
    return PageReport(page.number, page.dpi, 90 * rect.quarter_turns, round(rect.skew, 2), width, height, status, layout)


__all__ = ["DocumentError", "read_document", "read_filing", "read_page"]
