"""``ocr-form4 show SCAN``: what a stage made of a page, drawn over it.

The model is pdfplumber's debug pictures: where a value is wrong, the first stage whose picture is
wrong is the one to look into.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr_form4.errors import DocumentError, OutputError, PageError, UsageError
from ocr_form4.settings import Settings
from ocr_form4_models.field import Field, Status
from ocr_form4_models.geometry import UPRIGHT_DPI, Box, F, Upright
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import Gray, PageImage, UprightPage
from ocr_form4_models.page_text import PageText

if TYPE_CHECKING:
    from ocr_form4.readers import Readers
    from ocr_form4.stages.deskew.sheet import SheetPage
    from ocr_form4.stages.rasterize import Document

STAGES = ("rasterize", "deskew", "segment", "recognize", "parse")

Color = tuple[int, int, int]
BLUE, GREEN, ORANGE, RED, GRAY = (
    (20, 90, 200),
    (0, 130, 60),
    (215, 120, 0),
    (200, 20, 40),
    (120, 120, 120),
)
_FAINT = 0.3
"""How much of a page's ink is left under text that is written over it."""
_STRIP = 46
"""Pixels of the line above the page that says what is shown."""
_SMALLEST = 11.0
"""Pixels of a type's size that can still be read."""
_SURE = 0.9
"""Below this a reader's own score is shown as a doubt."""


def show_stage(scan: Path, number: int, stage: str, target: Path, settings: Settings) -> str:
    """Writes the picture and returns what it shows, in words.

    Raises UsageError for a page that the document does not have, DocumentError where it cannot be
    read, OutputError.
    """
    from ocr_form4.readers import make_readers
    from ocr_form4.stages.rasterize import open_document

    with open_document(scan, settings) as document:
        if not 1 <= number <= 2 * document.page_count:
            raise UsageError(_no_page(scan, document.page_count, number))
        readers = make_readers(settings)
        page = _page(scan, document, number, readers)
    picture, words = _picture(scan, page, stage, settings, readers)
    words = f"{scan.name}, page {number}, {stage}: {words}"
    framed = Image.new("RGB", (picture.width, picture.height + _STRIP), "white")
    framed.paste(picture, (0, _STRIP))
    ImageDraw.Draw(framed).text((12, 10), words, fill="black", font=ImageFont.load_default(24))
    try:
        framed.save(target)
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{target}: cannot be written ({error}); give a name that ends in .png"
        ) from None
    return words


def _page(scan: Path, document: Document, number: int, readers: Readers) -> SheetPage:
    """A page by its number; a sheet before it that holds two counts as two."""
    from ocr_form4.stages.deskew.sheet import count_on, pages_on

    first = 1
    for sheet in range(1, document.page_count + 1):
        if first + 1 < number:
            try:
                first += count_on(document.page(sheet), readers)
            except PageError:
                first += 1
            continue
        pages = pages_on(document.page(sheet), first, readers)
        if number < first + len(pages):
            return pages[number - first]
        first += len(pages)
    raise UsageError(_no_page(scan, first - 1, number))


def _no_page(scan: Path, count: int, number: int) -> str:
    return f"{scan}: has {count} page{'s' * (count != 1)}, no page {number}"


def _picture(
    scan: Path, of_sheet: SheetPage, stage: str, settings: Settings, readers: Readers
) -> tuple[Image.Image, str]:
    image, page = of_sheet.image, of_sheet.upright
    if stage == "rasterize":
        return _rasterized(image)
    from ocr_form4.stages.recognize import recognize
    from ocr_form4.stages.segment import segment
    from ocr_form4.stages.segment.lost_header import with_header
    from ocr_form4.stages.segment.lost_tables import with_tables

    if stage == "deskew":
        return _deskewed(page)
    if stage == "parse":
        from ocr_form4.filing import read_document

        for evidence in read_document(scan, settings, readers):
            if page.number in (report.number for report in evidence.pages):
                return _parsed(image, page.rectification.quarter_turns, evidence.filing.fields)
        raise DocumentError(
            scan, f"page {page.number} is of no filing", "look at an earlier stage with --stage"
        )
    layout = with_header(with_tables(segment(page), readers.of_print), readers.of_print)
    if stage == "segment":
        return _segmented(layout)
    return _recognized(recognize(layout, readers, page.words))


def _rasterized(image: PageImage) -> tuple[Image.Image, str]:
    """The pixels as they are, with the text layer's words in boxes."""
    picture, draw = _canvas(image.pixels)
    for word in image.words:
        draw.rectangle(_corners(word.box), outline=BLUE, width=2)
    height, width = image.pixels.shape
    words = f"{width} x {height} pixels, {image.dpi[0]:.0f} x {image.dpi[1]:.0f} dpi"
    return picture, words + (f", {len(image.words)} words of a text layer" if image.words else "")


def _deskewed(page: UprightPage) -> tuple[Image.Image, str]:
    """The upright page with a line every inch, against which rulings and text should be level."""
    picture, draw = _canvas(page.pixels)
    for x in range(UPRIGHT_DPI, picture.width, UPRIGHT_DPI):
        draw.line((x, 0, x, picture.height), fill=(170, 200, 255), width=2)
    for y in range(UPRIGHT_DPI, picture.height, UPRIGHT_DPI):
        draw.line((0, y, picture.width, y), fill=(170, 200, 255), width=2)
    rect = page.rectification
    bent = ", bow or perspective taken out" if rect.shift_x or rect.shift_y else ""
    return (
        picture,
        f"turned by {90 * rect.quarter_turns} degrees, leveled by {rect.skew:.2f}{bent}; a line "
        "every inch",
    )


def _segmented(layout: PageLayout) -> tuple[Image.Image, str]:
    """Rulings, the header's boxes, the tables' cells, lines of text, and what is foreign to the
    form.
    """
    picture, draw = _canvas(layout.clean)
    for line in layout.rulings.horizontal:
        draw.line((line.start, line.at, line.end, line.at), fill=(150, 190, 240), width=3)
    for line in layout.rulings.vertical:
        draw.line((line.at, line.start, line.at, line.end), fill=(150, 190, 240), width=3)
    for text in (*layout.above, *layout.below, *layout.stray):
        draw.rectangle(_corners(text.box), outline=RED if text in layout.stray else GRAY, width=2)
    for box in layout.header:
        draw.rectangle(_corners(box), outline=ORANGE if layout.guessed_header else BLUE, width=5)
    for piece in layout.pieces:
        if piece.captions:
            draw.rectangle(_corners(piece.captions), outline=BLUE, width=5)
        for row in range(len(piece.rows)):
            for column in range(len(piece.columns) - 1):
                guessed = row in piece.guessed_rows or {column, column + 1} & piece.guessed_columns
                draw.rectangle(
                    _corners(piece.cell(row, column).inset(4)),
                    outline=ORANGE if guessed else GREEN,
                    width=4,
                )
    for box in layout.foreign:
        draw.rectangle(_corners(box), outline=RED, width=4)
    tables = ", ".join(
        f"Table {p.table.name if p.table else '?'} with {len(p.rows)} rows" for p in layout.pieces
    )
    words = f"{len(layout.header)} boxes of the header; {tables or 'no table'}"
    return (
        picture,
        f"{words} (blue: header and captions, green: cells, orange: guessed, red: foreign or in no "
        "row)",
    )


def _recognized(text: PageText) -> tuple[Image.Image, str]:
    """The first reader's text over each run, the page faint under it."""
    picture, draw = _canvas(text.layout.clean, _FAINT)
    runs = [*text.above, *(run for box in text.header for run in box), *text.below]
    for cell in text.cells.values():
        draw.rectangle(_corners(cell.box), outline=(190, 215, 195), width=2)
        for line in cell.lines:
            runs += [run for run in (line.value, line.marks) if run] if line.value else [line.whole]
    doubtful = 0
    for run in runs:
        doubt = (
            not run.readings
            or run.readings[0].confidence < _SURE
            or len({r.text for r in run.readings}) > 1
        )
        doubtful += doubt
        _write(draw, run.box, run.text or "?", RED if doubt else BLUE, run.cap_height)
    return picture, f"{len(runs)} runs of text read, {doubtful} in doubt or read differently (red)"


def _parsed(image: PageImage, turns: int, fields: Mapping[str, Field]) -> tuple[Image.Image, str]:
    """Each field's box, name and value, over the scan with square pixels and the right way up."""
    height, width = image.pixels.shape
    across, down = UPRIGHT_DPI / image.dpi[0], UPRIGHT_DPI / image.dpi[1]
    square = Image.fromarray(image.pixels).resize(
        (max(1, round(width * across)), max(1, round(height * down)))
    )
    picture, draw = _canvas(np.rot90(np.asarray(square), turns), _FAINT)
    shown = [(p, f) for p, f in fields.items() if f.place and f.place.page == image.number]
    for path, field in shown:
        assert field.place is not None
        place = field.place.box
        box: Box[Upright] = Box(
            place.x0 * across, place.y0 * down, place.x1 * across, place.y1 * down
        )
        for turn in range(turns):
            wide = (square.width, square.height)[turn % 2]
            box = Box(box.y0, wide - box.x1, box.y1, wide - box.x0)
        color = RED if field.value is None else ORANGE if field.status is Status.REVIEW else GREEN
        name = [step for step in path.split("/") if step != "value"][-1]
        if name == "footnoteId":  # its place is the whole row
            _write(draw, Box(box.x1 + 8, box.y0, box.x1 + 120, box.y1), field.text, color, 20)
            continue
        draw.rectangle(_corners(box.inset(-3)), outline=color, width=3)
        _write(draw, box, "?" if field.value is None else field.text, color, min(22.0, box.height))
        draw.text((box.x0, box.y1 + 2), name, fill=GRAY, font=ImageFont.load_default(15))
    review = sum(f.status is Status.REVIEW for _, f in shown)
    return (
        picture,
        f"{len(shown)} fields have their place here, "
        f"{review} up for review (orange; red: not read)",
    )


def _canvas(pixels: Gray, share: float = 1.0) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    faint = (
        pixels if share == 1 else (255 - (255 - pixels.astype(np.float32)) * share).astype(np.uint8)
    )
    picture = Image.fromarray(np.ascontiguousarray(faint)).convert("RGB")
    return picture, ImageDraw.Draw(picture)


def _font(size: float) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _write(
    draw: ImageDraw.ImageDraw, box: Box[Upright], text: str, color: Color, height: float
) -> None:
    """Text over its place on a white plate, in as many lines as its box has room for."""
    size = max(_SMALLEST, 1.3 * height)
    font = _font(size)
    lines = [text]
    if (width := draw.textlength(text, font=font)) > box.width > 0:
        room = max(1, int(box.height / (1.2 * size)))
        if room > 1:
            lines = textwrap.wrap(text, max(8, int(len(text) * box.width / width)))
        widest = max(draw.textlength(line, font=font) for line in lines)
        font = _font(max(_SMALLEST, size * min(1.0, box.width / widest, room / len(lines))))
    for index, line in enumerate(lines):
        at = box.x0, box.y1 - 1.2 * font.size * (len(lines) - 1 - index) - 0.15 * font.size
        draw.rectangle(draw.textbbox(at, line, font=font, anchor="ls"), fill="white")
        draw.text(at, line, fill=color, font=font, anchor="ls")


def _corners(box: Box[F]) -> tuple[float, float, float, float]:
    return box.x0, box.y0, max(box.x0, box.x1), max(box.y0, box.y1)


def run_show(scan: Path, number: int, stage: str, target: Path | None) -> str:
    """The line to print: where the picture is, and what it shows."""
    path = target or Path(f"{scan.stem}.p{number}.{stage}.png")
    return f"{path}: {show_stage(scan, number, stage, path, Settings())}"
