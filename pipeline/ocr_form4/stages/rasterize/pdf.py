"""Pages of a PDF: taken as they were scanned where a page is one image, drawn where it is more."""

from __future__ import annotations

import math
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf

from ocr_form4.errors import (
    DamagedDocument,
    EncryptedDocument,
    PageError,
    TruncatedDocument,
    UnsupportedDocument,
)
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize.content_stream import page_content
from ocr_form4.stages.rasterize.decode import BadImage, NotHere, decode
from ocr_form4.stages.rasterize.draw import draw_page, page_words
from ocr_form4.stages.rasterize.ending import is_whole, last_end, whole_table
from ocr_form4.stages.rasterize.images import check_pixels, shortened
from ocr_form4.stages.rasterize.jpeg import lost_rows
from ocr_form4.stages.rasterize.placement import (
    BLOCK_BYTES,
    PageContent,
    Placed,
    Rect,
    covers,
    finest,
    overlap,
)
from ocr_form4.stages.rasterize.size import POINTS_PER_INCH, SAME_SCALE, believable_inches
from ocr_form4_models.page import Gray, PageImage

DRAWN_DPI = 300.0
LETTERS_DPI = 250.0
"""Letters of a page are drawn at this resolution at least; a footnote's small print asks for it."""
LEAST_SHARE = 0.04
"""Of a page, that images of one resolution make up."""
NATIVE_DPI = (50.0, 1300.0)
"""Resolutions that a scanner gives; an image placed at another is drawn."""
LETTER: Rect = (0, 0, 612, 792)
_QUARTER, _QUARTERS = 90, 4
"""Degrees of a quarter turn, and how many make a whole one."""
_RESCAN = "scan or save it again"
_LOOKED_AT = 900
"""Bytes behind the end mark beyond which programs that read PDFs do not find it any more."""
_NAMED = 8
"""Attachments of a portfolio that an error names."""
_ROUNDED_PX = 3
"""On each side, by which a page's box and its image's place differ where both were rounded."""
_FORMS_DEEP = 4
"""Of forms within forms, where each may name itself: every level multiplies what is looked into."""
_MOST_OBJECTS = 1000
"""Of a page's resources, looked into where its content is not understood."""
_BELOW_LIMIT = 0.999
"""Of the limit of pixels, as sides are rounded up, too."""


class PdfDocument:
    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self._opened_pdf: pikepdf.Pdf | None = None
        self._mended: Path | None = None
        end, broken_off = last_end(path)
        size = path.stat().st_size
        if end and size - end > _LOOKED_AT:
            self._mended = _copy(path, end)
        elif not end and (table := whole_table(path)):
            self._mended = _copy(path, size, f"\nstartxref\n{table}\n%%EOF\n".encode())
        try:
            self._pdf = self._opened_pdf = self._opened()
            if broken_off or (not end and not is_whole(self._pdf)):
                raise TruncatedDocument(path, "ends before its end", "copy or download it again")
            if not end and self._mended is None:
                self._mended = _copy(path, 0)
                self._pdf.save(self._mended)
            self._count = len(self._pdf.pages)
            if names := _attached(self._pdf):
                problem = f"is a portfolio; its pages are the attachments ({names})"
                raise UnsupportedDocument(
                    path, problem, "save them out of it, and give them by themselves"
                )
        except (
            pikepdf.PdfError,
            ValueError,
            TypeError,
            RuntimeError,
            OSError,
            RecursionError,
        ) as error:
            self.close()
            if broken_off or not end:
                raise TruncatedDocument(
                    path, "ends before its end", "copy or download it again"
                ) from None
            raise DamagedDocument(
                path, f"cannot be read as a PDF ({self._short(error)})", _RESCAN
            ) from None
        except BaseException:
            self.close()
            raise

    def _opened(self) -> pikepdf.Pdf:
        try:
            return pikepdf.open(self._file)
        except pikepdf.PasswordError:
            raise EncryptedDocument(
                self.path, "asks for a password", "save it without one"
            ) from None

    @property
    def _file(self) -> Path:
        """The document, or a copy that ends where it should."""
        return self._mended or self.path

    @property
    def page_count(self) -> int:
        return self._count

    def pages(self) -> Iterator[PageImage]:
        for number in range(1, self.page_count + 1):
            yield self.page(number)

    def close(self) -> None:
        if self._opened_pdf is not None:
            self._opened_pdf.close()
        if self._mended is not None:
            self._mended.unlink(missing_ok=True)

    def page(self, number: int) -> PageImage:
        try:
            with warnings.catch_warnings():
                # sizes are checked here, and damage that matters is an error
                warnings.simplefilter("ignore")
                return self._page(number)
        except (BadImage, pikepdf.PdfError) as error:
            raise PageError(self.path, number, self._short(error), _RESCAN) from None
        except (
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            RuntimeError,
            ArithmeticError,
        ) as error:
            raise PageError(
                self.path, number, f"is damaged ({self._short(error)})", _RESCAN
            ) from None

    def _page(self, number: int) -> PageImage:
        page = self._pdf.pages[number - 1]
        box, turns = _crop_box(page), _quarter_turns(page)
        unit = float(page.obj.get("/UserUnit", 1))
        content = page_content(page)
        self._check_pixels(number, page, content)
        wide, high = ((box[k + 2] - box[k]) / POINTS_PER_INCH * unit for k in (0, 1))
        inches = believable_inches(wide, high)
        main = _main_image(content, box)
        scanned = self._as_scanned(content, main, box)
        message = ""
        if scanned is not None:
            pixels, message = np.ascontiguousarray(np.rot90(scanned[0], -turns)), scanned[1]
        else:
            size = _drawn_size(content, box, inches, self.settings.max_page_pixels)
            pixels = draw_page(
                self._file, number, size if turns % 2 == 0 else (size[1], size[0]), self.path
            )
        points = box[2] - box[0], box[3] - box[1]
        if turns % 2:
            inches, points = (inches[1], inches[0]), (points[1], points[0])
        height, width = pixels.shape
        scale = width / points[0], height / points[1]
        words = page_words(self._file, number, scale) if content.has_text else ()
        dpi = width / inches[0], height / inches[1]
        check_pixels(self.path, number, (width, height), dpi, self.settings.max_page_pixels)
        return PageImage(number, pixels, dpi, words, message)

    def _check_pixels(self, number: int, page: Any, content: PageContent) -> None:
        """Against every image that drawing or decoding the page would unpack."""
        sizes = [p.size for p in content.images + content.others]
        if not content.understood:
            sizes += [finest(stream) for stream in _images(page.get("/Resources"), 0)]
        for width, height in sizes:
            if width * height > self.settings.max_page_pixels:
                problem = (
                    f"has an image of {width} x {height} pixels, more than "
                    f"{self.settings.max_page_pixels:,}"
                )
                raise PageError(self.path, number, problem, "scan it at 300 dpi")

    def _as_scanned(
        self, content: PageContent, main: Placed | None, box: Rect
    ) -> tuple[Gray, str] | None:
        """The page's one image, cropped or padded to the page's box, not turned yet, and what is
        missing of it.

        None where the page must be drawn.
        """
        if (
            main is None
            or not main.plain
            or not main.upright
            or content.ink_after
            or not content.understood
        ):
            return None
        alone = len(content.images) == 1 and not content.ink_before
        seen = overlap(main.rect, box)
        if not (alone or covers(main.rect, box)) or (
            main.clip is not None and not covers(main.clip, seen)
        ):
            return None
        try:
            pixels, lost = decode(main.stream)
            message = lost_rows(lost, len(pixels))
            fitted = _fitted(_oriented(pixels, main), main.rect, box, self.settings.max_page_pixels)
            return None if fitted is None else (fitted, message)
        except NotHere:
            return None

    def _short(self, error: BaseException) -> str:
        text = str(error)
        for path in (self._file, self.path):
            text = text.replace(f"{path}: ", "").replace(str(path), "")
        return shortened(text, error)


def _drawn_size(
    content: PageContent, box: Rect, inches: tuple[float, float], max_pixels: int
) -> tuple[int, int]:
    """(width, height) to draw a page at, before its /Rotate: the finest resolution of what is
    painted on it.

    Images of one resolution count together (strips, tiles); those that make up less than
    ``LEAST_SHARE`` of the page do not: a logo tells nothing of the page. Letters are drawn at 300
    dpi or about that, at a multiple of the images' resolution, so that a scan under them keeps its
    pixels. Coarser where the page would be too large.
    """
    wide, high = box[2] - box[0], box[3] - box[1]
    points_per_inch = wide / inches[0], high / inches[1]
    shares: dict[tuple[float, float], float] = {}
    for placed in content.images + content.others:
        x0, y0, x1, y1 = overlap(placed.seen, box)
        x, y = (
            min(r * p, NATIVE_DPI[1])
            for r, p in zip(placed.pixels_per_point, points_per_inch, strict=True)
        )
        if x0 < x1 and y0 < y1 and min(x, y) >= NATIVE_DPI[0]:
            key = next((k for k in shares if _is_same(k[0], x) and _is_same(k[1], y)), (x, y))
            shares[key] = shares.get(key, 0.0) + (x1 - x0) * (y1 - y0) / (wide * high)
    fine = [key for key, share in shares.items() if share >= LEAST_SHARE]
    dpi = [max(key[axis] for key in fine) if fine else DRAWN_DPI for axis in (0, 1)]
    if content.letters:
        dpi = [d * max(1, math.ceil(LETTERS_DPI / d)) for d in dpi]
    width, height = inches[0] * dpi[0], inches[1] * dpi[1]
    square = width * height * max(dpi) / min(dpi)
    shrink = min(1.0, (_BELOW_LIMIT * max_pixels / square) ** 0.5)
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) < SAME_SCALE * other


def _main_image(content: PageContent, box: Rect) -> Placed | None:
    """The last painted image, where it makes up most of the page and lies at a scanner's
    resolution.
    """
    if not content.images:
        return None
    last = content.images[-1]
    x0, y0, x1, y1 = overlap(last.rect, box)
    if max(0.0, x1 - x0) * max(0.0, y1 - y0) < 0.5 * (box[2] - box[0]) * (box[3] - box[1]):
        return None
    wide, high = believable_inches(*((box[k + 2] - box[k]) / POINTS_PER_INCH for k in (0, 1)))
    x, y = last.pixels_per_point
    dpi = x * (box[2] - box[0]) / wide, y * (box[3] - box[1]) / high
    return last if all(NATIVE_DPI[0] <= d <= NATIVE_DPI[1] for d in dpi) else None


def _oriented(pixels: Gray, placed: Placed) -> Gray:
    """An image as its matrix lays it on the page: quarter turns and mirrorings, nothing else."""
    a, b, c, d, _, _ = placed.matrix
    if abs(a) + abs(d) >= abs(b) + abs(c):
        pixels = pixels[:, ::-1] if a < 0 else pixels
        return pixels[::-1] if d < 0 else pixels
    pixels = pixels.T
    pixels = pixels[::-1] if b > 0 else pixels
    return pixels[:, ::-1] if c > 0 else pixels


def _fitted(pixels: Gray, rect: Rect, box: Rect, max_pixels: int) -> Gray | None:
    """Cropped or padded with paper from the image's rectangle to the page's box."""
    height, width = pixels.shape
    x, y = width / (rect[2] - rect[0]), height / (rect[3] - rect[1])
    left, top = round((rect[0] - box[0]) * x), round((box[3] - rect[3]) * y)
    wide, high = round((box[2] - box[0]) * x), round((box[3] - box[1]) * y)
    off = max(abs(left), abs(top), abs(wide - width) / 2, abs(high - height) / 2)
    if off <= _ROUNDED_PX:
        return pixels  # the boxes were rounded: every pixel that was scanned is kept
    if wide * high > max_pixels or wide < 1 or high < 1:
        return None
    page = np.full((high, wide), 255, np.uint8)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(wide, left + width), min(high, top + height)
    if x0 < x1 and y0 < y1:
        page[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    return page


def _crop_box(page: Any) -> Rect:
    """The box that viewers show: the crop box within the media box; letter size where neither makes
    sense.
    """
    media = _box(page.mediabox)
    if media is None:
        return LETTER
    crop = _box(page.cropbox)
    seen = overlap(crop, media) if crop else media
    return seen if seen[2] - seen[0] >= 1 and seen[3] - seen[1] >= 1 else media


def _box(array: Any) -> Rect | None:
    try:
        x0, y0, x1, y1 = (float(v) for v in array)
    except (TypeError, ValueError):
        return None
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if box[2] - box[0] >= 1 and box[3] - box[1] >= 1 else None


def _quarter_turns(page: Any) -> int:
    return round(float(page.get("/Rotate", 0)) / _QUARTER) % _QUARTERS


def _images(resources: Any, depth: int) -> Iterator[Any]:
    """Image XObjects that a page can reach, in forms too."""
    if resources is None or depth > _FORMS_DEEP:
        return
    for target in list(resources.get("/XObject", pikepdf.Dictionary()).values())[:_MOST_OBJECTS]:
        if target.get("/Subtype") == "/Image":
            yield target
        else:
            yield from _images(target.get("/Resources"), depth + 1)


def _copy(path: Path, end: int, more: bytes = b"") -> Path:
    """The first ``end`` bytes of a file and ``more``, as a file of their own that the caller
    removes.
    """
    with (
        path.open("rb") as whole,
        tempfile.NamedTemporaryFile(prefix="ocr-form4-", suffix=".pdf", delete=False) as part,
    ):
        while end > 0 and (block := whole.read(min(end, BLOCK_BYTES))):
            end -= part.write(block)
        part.write(more)
    return Path(part.name)


def _attached(pdf: pikepdf.Pdf) -> str:
    """The names of a portfolio's attachments, in words; empty for a document that is none."""
    if "/Collection" not in pdf.Root:
        return ""
    names = list(pdf.attachments)
    shown = [name if name.isprintable() else repr(name) for name in names[:_NAMED]]
    return ", ".join(shown) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
