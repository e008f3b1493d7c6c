"""The whole pipeline in one place: from a document to its filings. Start reading here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocr_form4.errors import PageError, UnsupportedDocument
from ocr_form4.formats.layouts import layout_dict
from ocr_form4.pixels.damage import measured
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.collate import Collated, collate, facts_of
from ocr_form4.stages.deskew.sheet import SheetPage, pages_on
from ocr_form4.stages.judge import judge
from ocr_form4.stages.parse import parse
from ocr_form4.stages.rasterize import Document, open_document
from ocr_form4.stages.recognize import recognize
from ocr_form4.stages.recognize.mirrored import shows_mirrored
from ocr_form4.stages.recognize.signs import shows_the_form
from ocr_form4.stages.reconcile import reconcile
from ocr_form4.stages.segment import is_blank, segment
from ocr_form4.stages.segment.lost_header import with_header
from ocr_form4.stages.segment.lost_tables import with_tables
from ocr_form4.stages.segment.told_by_words import told_by_words
from ocr_form4.stages.segment.typed_rows import with_typed_rows
from ocr_form4_models.evidence import Evidence, FilingStatus
from ocr_form4_models.form4 import Filing
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import PageReport, PageStatus, SheetPart, TextWord
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reason import Code, Reason

_INCOMPLETE = (PageStatus.FAILED, PageStatus.READ)
"""A page whose message says that something of it is missing; one that is skipped has a message,
too.
"""


Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What became of a page: its text, unless it is blank, foreign or could not be read."""

    report: PageReport
    text: PageText | None


@dataclass(frozen=True, slots=True)
class DividedPage:
    """A page divided into its regions, of which nothing is read yet."""

    report: PageReport
    layout: PageLayout
    words: Sequence[TextWord]
    readers: Readers
    """Those of this page, who remember what they read of it so far."""


def read_document(
    path: Path, settings: Settings, readers: Readers, tell: Tell = lambda pages: None
) -> tuple[Evidence, ...]:
    """Every filing of a document. Raises DocumentError where it cannot be opened or holds no form
    at all. ``tell`` hears how many pages there are at least, as often as it is more.
    """
    with open_document(path, settings) as document:
        pages = list(read_pages(document, readers, settings, tell))
    filings = split_filings(pages)
    if not filings:
        failed = next((p.report.message for p in pages if p.report.status is PageStatus.FAILED), "")
        problem = f"no page of it is a Form 3, 4 or 5{f' ({failed})' if failed else ''}"
        raise UnsupportedDocument(path, problem, "give a scan of the form itself")
    return tuple(read_filing(collated, of, settings) for collated, of in filings)


def read_pages(
    document: Document, readers: Readers, settings: Settings, tell: Tell = lambda pages: None
) -> Iterator[ReadPage]:
    """The pages read, once one of them shows that it is of the form; before, and without one, none
    is.
    """
    of_the_form = False
    waiting: list[ReadPage | DividedPage] = []
    for page in divide_pages(document, readers, tell):
        waiting.append(page)
        if isinstance(page, DividedPage):
            of_the_form = of_the_form or shows_the_form(page.layout, page.readers.of_print)
        if of_the_form:
            yield from (p if isinstance(p, ReadPage) else read_page(p, settings) for p in waiting)
            waiting = []
    yield from (p for p in waiting if isinstance(p, ReadPage))


def divide_pages(
    document: Document, readers: Readers, tell: Tell = lambda pages: None
) -> Iterator[ReadPage | DividedPage]:
    """The pages of a document's sheets in reading order, numbered through: a sheet with two on it
    counts as two. A sheet that cannot be drawn fails alone, as one page.
    """
    number = 1
    for sheet in range(1, document.page_count + 1):
        try:
            pages = pages_on(document.page(sheet), number, readers)
        except PageError as error:
            yield ReadPage(_failed(number, sheet, error), None)
            number += 1
            continue
        number += len(pages)
        if len(pages) > 1:
            tell(number - 1 + document.page_count - sheet)
        for page in pages:
            yield divide_page(page, readers)


def divide_page(page: SheetPage, readers: Readers) -> ReadPage | DividedPage:
    """One page divided; with one that is blank all is done."""
    layout = segment(page.upright)
    if is_blank(layout):
        said = "blank; the print of its other side shows through" if page.only_through else ""
        return ReadPage(replace(_report(page, PageStatus.BLANK), message=said), None)
    report = replace(
        _report(page, PageStatus.READ),
        message=page.image.message,
        damage=replace(measured(page.image.pixels), dots=float(page.made_legible)),
    )
    of_page = readers.remembering
    layout = with_typed_rows(with_tables(layout, of_page.of_print), of_page.of_print)
    layout = told_by_words(layout, of_page.of_print)
    layout = with_header(layout, of_page.of_print)
    return DividedPage(report, layout, page.image.words, of_page)


def read_page(page: DividedPage, settings: Settings) -> ReadPage:
    """A divided page recognized."""
    text = recognize(
        page.layout, page.readers, page.words if "textlayer" in settings.readers else ()
    )
    text = replace(text, mirrored=shows_mirrored(text, page.readers.of_turned))
    message = f"page {page.report.number}: {page.report.message}" if page.report.message else ""
    return ReadPage(replace(page.report, layout=layout_dict(page.layout), message=message), text)


def split_filings(pages: Sequence[ReadPage]) -> list[tuple[Collated, list[ReadPage]]]:
    """The pages of each filing, in its order. What belongs to none goes with the filing of the page
    before it.
    """
    facts = [facts_of(p.text, p.report.dpi, p.report.sheet_size) for p in pages if p.text]
    pile = collate(facts, len(pages))
    if not pile.filings:
        return []
    owner = {n: k for k, filing in enumerate(pile.filings) for n in filing.pages}
    given = {p.report.number: p for p in pages}
    groups = [[given[n] for n in filing.pages] for filing in pile.filings]
    last = min(range(len(pile.filings)), key=lambda k: min(pile.filings[k].pages))
    for page in pages:
        number = page.report.number
        if number in owner:
            last = owner[number]
        elif number in pile.repeated:
            said = f"page {pile.repeated[number]} once more; skipped"
            groups[owner[pile.repeated[number]]].append(_skipped(page, PageStatus.REPEATED, said))
        elif page.text:
            groups[last].append(
                _skipped(page, PageStatus.FOREIGN, "not a page of the form; skipped")
            )
        else:
            groups[last].append(page)
    return list(zip(pile.filings, groups, strict=True))


def _skipped(page: ReadPage, status: PageStatus, message: str) -> ReadPage:
    return ReadPage(replace(page.report, status=status, layout={}, message=message), None)


def read_filing(collated: Collated, pages: Sequence[ReadPage], settings: Settings) -> Evidence:
    """The filing that the pages show: parsed, its arithmetic settled, every field judged."""
    parsed = parse([p.text for p in pages if p.text])
    reconciled, checks = reconcile(_doubted(parsed.filing, collated))
    reports = tuple(sorted((p.report for p in pages), key=lambda r: r.number))
    judged = judge(reconciled, checks, settings, reports)
    messages = [
        p.report.message for p in pages if p.report.message and p.report.status in _INCOMPLETE
    ]
    messages += [*collated.doubts, *parsed.missing]
    status = FilingStatus.PARTIAL if messages else FilingStatus.COMPLETE
    return Evidence(judged, checks, reports, status, collated.pages[0], tuple(messages))


def _doubted(filing: Filing, collated: Collated) -> Filing:
    """A filing with what stands on pages that may be another's noted so."""
    if not collated.unsettled:
        return filing
    reason = Reason(
        Code.PAGES_UNSETTLED, "it cannot be told for sure whether this page is of this filing"
    )
    whole = set(collated.pages) == collated.unsettled
    doubted = {
        path: replace(field, notes=(*field.notes, reason))
        for path, field in filing.fields.items()
        if whole or field.place is None or field.place.page in collated.unsettled
    }
    return filing.with_fields(doubted)


def _report(page: SheetPage, status: PageStatus) -> PageReport:
    upright = page.upright
    rect, (width, height) = upright.rectification, upright.scan_size
    turned, skew = 90 * rect.quarter_turns, round(rect.skew, 2)
    return PageReport(
        upright.number, upright.dpi, turned, skew, width, height, status, {}, part=page.image.part
    )


def _failed(number: int, sheet: int, error: PageError) -> PageReport:
    part = None if number == sheet else SheetPart(sheet, (0, 0), Box(0, 0, 0, 0))
    return PageReport(
        number, (0.0, 0.0), 0, 0.0, 0, 0, PageStatus.FAILED, {}, str(error), part=part
    )
