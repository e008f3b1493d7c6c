"""The scan as a PDF that can be searched: its pages untouched, with the fields as invisible text
over them.

Text is set in Helvetica with WinAnsiEncoding, one of the 14 fonts that a viewer brings along, in
text rendering mode 3 (ISO 32000-1, 9.3.6: neither filled nor stroked), each value stretched to its
box.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr_form4.errors import DamagedDocument
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.page import PageImage, PageReport

if TYPE_CHECKING:
    import pikepdf

HELVETICA = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556,
    556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333,
    556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722,
    500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
"""Advance widths of the characters 32 to 126, in thousandths of the size. Source: Adobe's AFM of
Helvetica.
"""


def write_pdf(scan: Path, evidence: Evidence, settings: Settings) -> bytes:
    """The pages of one filing with their text layer. A TIFF, PNG or JPEG is wrapped, page by page.
    A sheet that holds two pages stays one, with the text of those that are the filing's.

    Raises a DocumentError where the scan cannot be opened.
    """
    import pikepdf

    from ocr_form4.stages.rasterize import sniff

    sheets: dict[int, list[PageReport]] = {}
    for page in evidence.pages:
        sheets.setdefault(page.part.sheet if page.part else page.number, []).append(page)
    if not scan.is_dir() and sniff(scan, settings) == "pdf":
        try:
            pdf = pikepdf.open(scan)
        except pikepdf.PdfError as error:
            raise DamagedDocument(
                scan, f"its structure cannot be read ({error})", "print it to a new PDF"
            ) from None
        for index in range(len(pdf.pages), 0, -1):
            if index not in sheets:
                del pdf.pages[index - 1]
    else:
        pdf = _wrap(scan, set(sheets), settings)
    with pdf:
        for sheet, number in zip(pdf.pages, sorted(sheets), strict=True):
            _add_text(
                pdf,
                sheet,
                [(report, _fields_on(evidence, report.number)) for report in sheets[number]],
            )
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _wrap(scan: Path, wanted: set[int], settings: Settings) -> pikepdf.Pdf:
    """The wanted sheets of a scan that is an image, losslessly, at their own size."""
    import pikepdf

    from ocr_form4.stages.rasterize import open_document

    pdf = pikepdf.new()
    with open_document(scan, settings) as document:
        for page in document.pages():
            if page.number in wanted:
                height, width = page.pixels.shape
                size = (width * 72 / page.dpi[0], height * 72 / page.dpi[1])
                pdf.add_blank_page(page_size=size)
                image = _image(pdf, page)
                pdf.pages[-1].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=image))
                drawing = f"q {size[0]:.4f} 0 0 {size[1]:.4f} 0 0 cm /Scan Do Q"
                pdf.pages[-1].Contents = pdf.make_stream(drawing.encode())
    return pdf


def _image(pdf: pikepdf.Pdf, page: PageImage) -> pikepdf.Stream:
    import zlib

    import pikepdf

    height, width = page.pixels.shape
    bilevel = bool(np.isin(page.pixels, (0, 255)).all())
    data = np.packbits(page.pixels > 127, axis=1).tobytes() if bilevel else page.pixels.tobytes()
    stream = pikepdf.Stream(pdf, zlib.compress(data, 6))
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = width, height
    stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.DeviceGray, 1 if bilevel else 8
    stream.Filter = pikepdf.Name.FlateDecode
    return stream


def _fields_on(evidence: Evidence, number: int) -> list[Field]:
    fields = evidence.filing.fields.values()
    return [
        f for f in fields if f.place is not None and f.place.page == number and printed(f).strip()
    ]


def printed(field: Field) -> str:
    """The value as the form prints it; marks of a check box are not text to search for."""
    if field.value is None or field.kind is Kind.FLAG:
        return ""
    if field.kind in (Kind.NUMBER, Kind.PRICE):
        whole, dot, rest = field.text.partition(".")
        grouped = f"{int(whole):,}" if whole.isdigit() else whole
        return f"{'$' if field.kind is Kind.PRICE else ''}{grouped}{dot}{rest}"
    if field.kind is Kind.DATE and field.text.count("-") == 2:
        year, month, day = field.text.split("-")
        return f"{month}/{day}/{year}"
    if field.kind is Kind.MARKS:
        return "".join(f"({id_[1:]})" for id_ in field.text.split())
    return field.text


def _add_text(
    pdf: pikepdf.Pdf, page: pikepdf.Page, pages: Iterable[tuple[PageReport, list[Field]]]
) -> None:
    """Appends the text layer as a content stream of its own; what the page holds is not touched."""
    import pikepdf

    found = [
        (report, [line for field in fields for line in text_lines(field, report)])
        for report, fields in pages
    ]
    if not any(lines for _, lines in found):
        return
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )  # fmt: skip
    name = page.add_resource(
        font, pikepdf.Name.Font, pikepdf.Name("/OcrForm4"), replace_existing=True
    )
    body = "\n".join(
        _show(text, box, _scan_to_page(page, report), str(name))
        for report, lines in found
        for text, box in lines
    )
    # the page's own stream may leave its state changed: q and Q around it keep our matrix ours
    page.contents_add(pdf.make_stream(b"q\n"), prepend=True)
    page.contents_add(pdf.make_stream(f"\nQ q BT 3 Tr\n{body}\nET Q\n".encode("cp1252")))


def text_lines(
    field: Field, report: PageReport
) -> list[tuple[str, tuple[float, float, float, float]]]:
    """A value in lines of its box: (text, (x0, y0, x1, y1) in scan pixels). A box is cut only where
    text is long.
    """
    assert field.place is not None
    box = field.place.box
    text = " ".join(printed(field).split())
    em = report.dpi[1] / 6  # a line of 12 points
    count = max(1, round(box.height / em)) if len(text) > 60 else 1
    words, per_line = text.split(" "), len(text) / count
    found: list[str] = []
    for word in words:
        if (
            found
            and len(found) <= count
            and (len(found[-1]) + len(word) / 2 < per_line or len(found) == count)
        ):
            found[-1] += f" {word}"
        else:
            found.append(word)
    step = box.height / len(found)
    return [
        (line, (box.x0, box.y0 + i * step, box.x1, box.y0 + (i + 1) * step))
        for i, line in enumerate(found)
    ]


Matrix = tuple[float, float, float, float, float, float]


def _scan_to_page(page: pikepdf.Page, report: PageReport) -> Matrix:
    """From scan pixels (origin top left, y down, /Rotate applied) to the page's own space (origin
    bottom left).
    """
    x0, y0, x1, y1 = (float(v) for v in page.cropbox)
    turn = _rotate(page)
    across = (x1 - x0, y1 - y0) if turn % 180 == 0 else (y1 - y0, x1 - x0)
    width, height = report.sheet_size
    left, top = (report.part.box.x0, report.part.box.y0) if report.part else (0.0, 0.0)
    sx, sy = across[0] / width, across[1] / height
    a, b, c, d, e, f = {
        0: (sx, 0.0, 0.0, -sy, x0, y1),
        90: (0.0, sx, sy, 0.0, x0, y0),
        180: (-sx, 0.0, 0.0, sy, x1, y0),
        270: (0.0, -sx, -sy, 0.0, x1, y1),
    }[turn]
    return a, b, c, d, a * left + c * top + e, b * left + d * top + f


def _rotate(page: pikepdf.Page) -> int:
    """/Rotate of the page, which it may have from a node above it (ISO 32000-1, 7.7.3.4)."""
    node: Any = page.obj
    for _ in range(64):  # a damaged tree may go round in circles
        if "/Rotate" in node:
            return int(node["/Rotate"]) % 360
        if "/Parent" not in node:
            break
        node = node["/Parent"]
    return 0


def _show(text: str, box: tuple[float, float, float, float], to_page: Matrix, font: str) -> str:
    """The operators that show one line: a unit of text space is a pixel, so that sizes are the
    box's.
    """
    x0, y0, x1, y1 = box
    encoded = text.encode("cp1252", "replace").decode("cp1252")
    natural = sum(HELVETICA[ord(c) - 32] if 32 <= ord(c) <= 126 else 556 for c in encoded) / 1000
    # letters squeezed below three quarters overlap, and viewers then take a double letter for one
    # printed twice
    size = max(1.0, min((y1 - y0) * 0.72, (x1 - x0) / natural / 0.75))
    stretch = max(1.0, 100 * (x1 - x0) / (natural * size))
    baseline = y1 - (y1 - y0) * 0.22
    a, b, c, d, e, f = to_page
    # text space has y up, scan pixels y down: the second column changes sign
    matrix = (a, b, -c, -d, a * x0 + c * baseline + e, b * x0 + d * baseline + f)
    escaped = re.sub(r"([\\()])", r"\\\1", " ".join(encoded.split()))
    numbers = " ".join(f"{v:.5f}" for v in matrix)
    # the space at the end keeps a viewer's search from joining the value to its neighbour's
    return f"{font} {size:.2f} Tf {stretch:.2f} Tz {numbers} Tm ({escaped} ) Tj"
