"""From a filing to a scanned document: style, pages, scanner, file, truth."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formprint import filing_xml, foreign_pages
from formprint.ascii_page import ascii_page
from formprint.chromium import Printer
from formprint.edgar_page import edgar_page
from formprint.files import Pixels, ScannedPage, write_digital, write_image, write_pdf, write_tiff
from formprint.hands import HANDS
from formprint.kinds import CORRECTED, KINDS
from formprint.paper_page import paper_page
from formprint.printer_page import printer_page
from formprint.scanner import Scanner, scan
from formprint.styles import HAND_FONTS, Style, edition_names, is_edgars, style_for
from formprint.text_layer import misread_words
from formprint.x01_page import x01_page
from ocr_form4_models.editions import Ruled

_OTHER_FORMS = {"form3": "3", "form5": "5", "4a": "4/A"}
EDITIONS: dict[str, tuple[str, str]] = {
    **{name: (name, "4") for name in edition_names()},
    **{
        f"{name}-{which}": (name, form)
        for name in edition_names()
        if name != "ir" and is_edgars(Style(name).template())
        for which, form in _OTHER_FORMS.items()
    },
    "form3": ("x03", "3"),
    "form5": ("x03", "5"),
    "4a": ("x05", "4/A"),
}
"""Names as an index gives them: the edition, and which of the forms it is."""


@dataclass(frozen=True, slots=True)
class Document:
    """A scan with its truth: ``truths`` by the page, from 1, on which each filing begins."""

    pages: tuple[ScannedPage, ...]
    truths: dict[int, ET.Element]
    digital: bytes = b""
    """The PDF as printed, where it never was paper."""


def make_document(
    filings: Sequence[ET.Element],
    edition: str,
    kind: str,
    printer: Printer,
    rng: np.random.Generator,
    quality: int | None = None,
    bilevel: bool = False,
    setting: str = "",
) -> Document:
    """Print the filings (one, or several for one file) in an edition and scan them in a kind's way,
    or a hand's.

    ``quality`` is the codec's where it shall not be the kind's own; ``bilevel`` makes the scan
    black and white. ``setting`` is a style sheet over that of the edition.
    """
    hand = HANDS.get(kind)
    scanner = Scanner() if hand else KINDS[kind](rng)
    if bilevel:
        scanner = replace(scanner, bilevel="threshold", codec="g4", shade=0.0, noise=2.0)
    scanner = replace(scanner, quality=quality) if quality else scanner
    dpi = 300 if max(scanner.dpi) <= 300 else 600
    sheets: list[Pixels] = []
    truths: dict[int, ET.Element] = {}
    for filing in filings:
        style = _styled(style_for(EDITIONS[edition][0], rng), kind, rng)
        printed = filing_xml.as_printed(_as_form(filing, EDITIONS[edition][1]), style)
        issuer = filing_xml.text(printed, "issuer/issuerName")
        owner = filing_xml.text(printed, "reportingOwner/reportingOwnerId/rptOwnerName")
        if kind == "foreignpages":
            sheets += draw(printer.print(foreign_pages.cover_letter(issuer, owner)), dpi)
        truths[len(sheets) + 1] = printed
        html = page_html(printed, style)
        set_otherwise = f"<style>{setting}</style></head>" if setting else "</head>"
        pdf = printer.print(html.replace("</head>", set_otherwise))
        form = draw(pdf, dpi)
        sheets += _with_blanks(form) if kind == "blankpages" else form
        if kind == "foreignpages":
            sheets += draw(printer.print(foreign_pages.power_of_attorney(issuer, owner)), dpi)
    pages = [
        hand.scanned(sheet, dpi, rng) if hand else scanned(sheet, dpi, scanner, i, rng)
        for i, sheet in enumerate(sheets)
    ]
    if kind == "textlayer":
        pages = [
            replace(page, words=words)
            for page, words in zip(pages, misread_words(pdf, rng), strict=True)
        ]
    return Document(tuple(pages), truths, pdf if kind == "digital" else b"")


def page_html(printed: ET.Element, style: Style) -> str:
    """The HTML of a filing in its edition."""
    edition = style.template()
    if edition.ruled is Ruled.ROWS:
        return printer_page(printed, style)
    if edition.ruled is Ruled.TYPED:
        return ascii_page(printed, style)
    if edition.owners_in_table:
        return x01_page(printed, style)
    return (edgar_page if is_edgars(edition) else paper_page)(printed, style)


def draw(pdf: bytes, dpi: int) -> list[Pixels]:
    """The pages of a PDF as (height, width, 3) arrays."""
    from pdf2image import convert_from_bytes

    return [np.asarray(page.convert("RGB")) for page in convert_from_bytes(pdf, dpi=dpi)]


def scanned(
    sheet: Pixels, dpi: int, scanner: Scanner, index: int, rng: np.random.Generator
) -> ScannedPage:
    """One sheet scanned: every sheet lies a little differently, and stamps go on the first."""
    own = replace(
        scanner,
        skew=scanner.skew + float(rng.uniform(-0.3, 0.3)) if scanner.skew else 0.0,
        stamps=scanner.stamps if index == 0 else 0,
    )
    pixels = scan(sheet, dpi, own, rng)
    across = own.dpi if own.turn % 180 == 0 else own.dpi[::-1]
    return ScannedPage(pixels, across, own.codec, own.quality, own.declared)


def write_document(document: Document, path: Path) -> None:
    """Write the scan, in the format that the path's suffix names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in (".tif", ".tiff"):
        write_tiff(document.pages, path)
    elif document.digital:
        write_digital(document.digital, path)
    elif path.suffix in (".png", ".jpg", ".jpeg"):
        if len(document.pages) != 1:
            raise ValueError(
                f"{path}: {len(document.pages)} pages do not go into one {path.suffix} file"
            )
        write_image(document.pages[0], path)
    else:
        write_pdf(document.pages, path)


def write_truths(document: Document, name: str, folder: Path) -> list[str]:
    """Write the truth of each filing as the software names it (``NAME``, then ``NAME.p5``); gives
    the names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for number, (page, truth) in enumerate(document.truths.items()):
        names.append(name if number == 0 else f"{name}.p{page}")
        (folder / f"{names[-1]}.xml").write_bytes(filing_xml.to_bytes(truth))
    return names


def _styled(style: Style, kind: str, rng: np.random.Generator) -> Style:
    if kind == "handwritten":
        font = f"{HAND_FONTS[int(rng.integers(len(HAND_FONTS)))]}, cursive"
        return replace(style, data_font=font, data_colour=str(rng.choice(["#1a2b6d", "#222222"])))
    if kind in ("skew5", "perspective", "bowed", "creased", "odd-barrel", "odd-curl") or (
        kind.startswith(("faxline", "photo"))
    ):
        # Nothing of the form may fall off the sheet when it is turned or bent: the truth has all of
        # it.
        return replace(style, margin=0.55, scale=style.scale * 0.94)
    return replace(style, corrected=CORRECTED.get(kind, ""))


def _as_form(filing: ET.Element, form: str) -> ET.Element:
    match form:
        case "5":
            return filing_xml.as_form_5(filing)
        case "4/A":
            return filing_xml.as_amendment(
                filing, filing_xml.text(filing, "ownerSignature/signatureDate")[:10]
            )
        case _:
            return filing


def _with_blanks(sheets: list[Pixels]) -> list[Pixels]:
    """An empty sheet after every sheet, as a duplex scanner gives."""
    return [page for sheet in sheets for page in (sheet, np.full_like(sheet, 255))]
