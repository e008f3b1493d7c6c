"""Two pages on one sheet: an opened book, a copier's two on one, two sheets on a glass; made of the
fixtures' pages.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from documents import FIXTURES
from PIL import Image

from ocr_form4.filing import divide_pages, read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.formats.evidence_json import read_json, write_json
from ocr_form4.formats.searchable_pdf import write_pdf
from ocr_form4.readers import Readers
from ocr_form4.readers.sight import sight
from ocr_form4.report.pictures import scan_pages
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.sheet import halves, pages_on
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.evidence import Evidence, Software, Source
from ocr_form4_models.geometry import Box, Scan
from ocr_form4_models.page import Gray, PageImage

pytestmark = pytest.mark.slow

LETTER = (2200, 1700)
"""Rows and columns at 200 dpi."""


def page(name: str, number: int = 1) -> Gray:
    """A fixture's page as a letter sheet of 200 dpi."""
    with open_document(FIXTURES / name, Settings()) as document:
        image = document.page(number)
    height, width = image.pixels.shape
    size = round(200 * width / image.dpi[0]), round(200 * height / image.dpi[1])
    scaled = cv2.resize(image.pixels, size, interpolation=cv2.INTER_AREA)
    sheet = np.full(LETTER, 255, np.uint8)
    rows, columns = (min(a, b) for a, b in zip(LETTER, scaled.shape, strict=True))
    sheet[:rows, :columns] = scaled[:rows, :columns]
    return sheet


@pytest.fixture(scope="module")
def pair() -> tuple[Gray, Gray]:
    return page("scan/exercise.pdf"), page("scan/sales.pdf")


def bound(left: Gray, right: Gray) -> Gray:
    """Two pages of a book: dark where they meet."""
    x = np.arange(2 * LETTER[1])
    shade = 1 - 0.8 * np.exp(-np.abs(x - LETTER[1]) / 60.0)
    return (np.hstack([left, right]) * shade).astype(np.uint8)


def reduced(left: Gray, right: Gray) -> Gray:
    """Both on one letter sheet, as a copier puts them."""
    small = cv2.resize(np.hstack([left, right]), (2200, 1424), interpolation=cv2.INTER_AREA)
    return np.pad(small, ((150, 126), (0, 0)), constant_values=255)


def on_sheet(pixels: Gray) -> PageImage:
    return PageImage(1, np.ascontiguousarray(pixels), (200.0, 200.0))


@pytest.mark.parametrize(
    "put",
    [
        lambda a, b: np.hstack([a, b]),
        bound,
        reduced,
        lambda a, b: np.rot90(bound(a, b)),
        lambda a, b: np.rot90(np.hstack([a, b]), 3),
        lambda a, b: np.hstack([a, np.full(LETTER, 255, np.uint8)]),
        lambda a, b: np.hstack([np.full(LETTER, 255, np.uint8), b]),
    ],
    ids=[
        "side by side",
        "a book",
        "on one letter sheet",
        "on its side",
        "on its other side",
        "right blank",
        "left blank",
    ],
)
def test_two_pages_are_cut_apart_where_neither_has_print(
    put: Callable[[Gray, Gray], Gray], pair: tuple[Gray, Gray]
) -> None:
    sheet = on_sheet(put(*pair))
    first, second = halves(sheet, sight().see(sheet.pixels, sheet.dpi, Scan))
    rows, columns = sheet.pixels.shape
    if rows > columns:
        assert 0.45 * rows < first.y1 <= second.y0 < 0.55 * rows and (first.x1, second.x1) == (
            columns,
            columns,
        )
    else:
        assert 0.45 * columns < first.x1 <= second.x0 < 0.55 * columns and (
            first.y1,
            second.y1,
        ) == (rows, rows)


@pytest.mark.parametrize("name", ["scan/paper-1996.pdf", "scan/sideways.jpg", "scan/web-page.pdf"])
@pytest.mark.parametrize("wide", [False, True])
def test_a_single_page_is_left_whole(name: str, wide: bool) -> None:
    """Also one as wide as two: its title and its rulings run through the middle."""
    with open_document(FIXTURES / name, Settings()) as document:
        found = document.page(1)
    pixels = found.pixels
    if wide:
        pixels = cv2.resize(
            pixels,
            (pixels.shape[1] * (2 if pixels.shape[0] > pixels.shape[1] else 1), pixels.shape[0]),
        )
    sheet = PageImage(1, pixels, found.dpi)
    assert halves(sheet, sight().see(sheet.pixels, sheet.dpi, Scan)) == ()


def test_the_last_lines_of_a_broad_form_are_one_page() -> None:
    """The form's sentence at the left, the signature at the right: nothing crosses the middle."""
    sheet = np.full((2550, 3300), 255, np.uint8)
    for text, x in (("Violations. See 18 U.S.C. 1001", 110), ("/s/ Lora Blum, by proxy", 1900)):
        cv2.putText(sheet, text, (x, 300), cv2.FONT_HERSHEY_DUPLEX, 1.4, (0,), 2, cv2.LINE_AA)
    cv2.line(sheet, (1900, 330), (3100, 330), (0,), 4)
    image = PageImage(1, sheet, (300, 300))
    assert halves(image, sight().see(sheet, (300, 300), Scan)) == ()


def test_a_sheet_on_its_head_gives_its_pages_in_reading_order(
    pair: tuple[Gray, Gray], readers: Readers
) -> None:
    sheet = on_sheet(np.rot90(np.hstack(pair), 2))
    first, second = pages_on(sheet, 5, readers)
    assert (first.image.number, first.upright.number, second.image.number) == (5, 5, 6)
    assert first.image.part and second.image.part
    assert first.image.part.box.x0 > second.image.part.box.x0 and first.image.part.sheet == 1


def test_a_small_page_of_two_is_as_large_as_a_whole_one(
    pair: tuple[Gray, Gray], readers: Readers
) -> None:
    first, _ = pages_on(on_sheet(reduced(*pair)), 1, readers)
    assert max(
        n / d for n, d in zip(first.upright.scan_size, first.upright.dpi, strict=True)
    ) == pytest.approx(11)


@pytest.fixture(scope="module")
def two_filings(
    pair: tuple[Gray, Gray], readers: Readers, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, tuple[Evidence, ...]]:
    """A TIFF of two sheets: two filings side by side, and a third one."""
    scan = tmp_path_factory.mktemp("sheets") / "pile.tif"
    last = Image.fromarray(page("scan/as-filed.pdf"))
    Image.fromarray(np.hstack(pair)).save(scan, save_all=True, append_images=[last], dpi=(200, 200))
    return scan, read_document(scan, Settings(), readers)


def test_pages_are_counted_through(two_filings: tuple[Path, tuple[Evidence, ...]]) -> None:
    _, found = two_filings
    assert [e.first_page for e in found] == [1, 2, 3]
    owners = [
        e.filing.fields["/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"].text
        for e in found
    ]
    assert len(set(owners)) == 3
    places = {f.place.page for e in found for f in e.filing.fields.values() if f.place}
    assert places == {1, 2, 3}
    assert [(p.number, p.part.sheet) for e in found for p in e.pages if p.part] == [
        (1, 1),
        (2, 1),
        (3, 2),
    ]


def test_the_time_that_a_document_has_counts_the_pages_on_a_sheet(
    two_filings: tuple[Path, tuple[Evidence, ...]], readers: Readers
) -> None:
    """A time-out is for each page, and a sheet with two was given the time of one."""
    told: list[int] = []
    with open_document(two_filings[0], Settings()) as document:
        pages = list(divide_pages(document, readers, told.append))
    assert (told, len(pages)) == ([3], 3)


def test_evidence_says_where_the_page_lies(two_filings: tuple[Path, tuple[Evidence, ...]]) -> None:
    for evidence in two_filings[1]:
        written = write_json(evidence, Source("pile.tif", "0" * 64, 3), Software({}))
        assert read_json(written, write_xml(evidence.filing))[0].pages == evidence.pages


def test_the_audit_shows_the_page_that_was_read(
    two_filings: tuple[Path, tuple[Evidence, ...]],
) -> None:
    """The picture has the page's size, and the shares of the first row's box its ink."""
    scan, found = two_filings
    for evidence in found:
        report = evidence.pages[0]
        written = write_json(evidence, Source("pile.tif", "0" * 64, 3), Software({}))
        (shown,) = scan_pages(scan, _pages(written))
        assert shown.number == report.number and shown.pixels.shape == (report.height, report.width)
        assert shown.dpi == pytest.approx(report.dpi)


def _pages(written: bytes) -> list[dict[str, object]]:
    import json

    found: list[dict[str, object]] = json.loads(written)["pages"]
    return found


def test_the_searchable_sheet_has_the_text_of_its_filing_s_half(
    two_filings: tuple[Path, tuple[Evidence, ...]], tmp_path: Path
) -> None:
    from test_searchable_pdf import words

    scan, found = two_filings
    for evidence, half in zip(found[:2], (Box(0, 0, 0.5, 1), Box(0.5, 0, 1, 1)), strict=True):
        target = tmp_path / f"{evidence.first_page}.pdf"
        target.write_bytes(write_pdf(scan, evidence, Settings()))
        with pikepdf.open(io.BytesIO(target.read_bytes())) as pdf:
            assert [float(v) for v in pdf.pages[0].mediabox[2:]] == pytest.approx([1224, 792])
        places = [(page_, middle) for page_, _, middle, _ in words(target)]
        assert len(places) > 40 and all(
            page_ == 1 and half.contains(*middle) for page_, middle in places
        )
