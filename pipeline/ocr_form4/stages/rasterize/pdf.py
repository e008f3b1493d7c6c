"""Pages of a PDF: taken as they were scanned where a page is one image, drawn by poppler where it is more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf

from ocr_form4.errors import DamagedDocument, EncryptedDocument, PageError, TruncatedDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize.decode import BadImage, NotHere, decode, image_size
from ocr_form4.stages.rasterize.draw import draw_page, page_words
from ocr_form4.stages.rasterize.placement import PageContent, Placed, Rect, covers, page_content
from ocr_form4.stages.rasterize.size import believable_inches
from ocr_form4_models.page import Gray, PageImage

DRAWN_DPI = 300.0
NATIVE_DPI = (50.0, 1300.0)
"""Resolutions that a scanner gives; an image placed at another is drawn."""
LETTER: Rect = (0, 0, 612, 792)
_RESCAN = "scan or save it again"


class PdfDocument:
    def __init__(self, path: Path, settings: Settings) -> None:
        self.path = path
        self.settings = settings
        try:
            self._pdf = pikepdf.open(path)
        except pikepdf.PasswordError:
            raise EncryptedDocument(path, "asks for a password", "save it without one") from None
        except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, OSError, RecursionError) as error:
            if _cut_off(path):
                raise TruncatedDocument(path, "ends before its end", "copy or download it again") from None
            raise DamagedDocument(path, f"cannot be read as a PDF ({_short(error, path)})", _RESCAN) from None
        try:
            self._count = len(self._pdf.pages)
        except (pikepdf.PdfError, ValueError, TypeError, RuntimeError, RecursionError) as error:
            self._pdf.close()
            raise DamagedDocument(path, f"its pages cannot be found ({_short(error, path)})", _RESCAN) from None
        if _cut_off(path):
            self._pdf.close()
            raise TruncatedDocument(path, "ends before its end", "copy or download it again")

    @property
    def page_count(self) -> int:
        return self._count

    def pages(self) -> Iterator[PageImage]:
        for number in range(1, self.page_count + 1):
            yield self.page(number)

    def close(self) -> None:
        self._pdf.close()

    def page(self, number: int) -> PageImage:
        try:
            return self._page(number)
        except (BadImage, pikepdf.PdfError) as error:
            raise PageError(self.path, number, _short(error, self.path), _RESCAN) from None
        except (ValueError, TypeError, LookupError, AttributeError, RuntimeError, ArithmeticError) as error:
            raise PageError(self.path, number, f"is damaged ({_short(error, self.path)})", _RESCAN) from None

    def _page(self, number: int) -> PageImage:
        page = self._pdf.pages[number - 1]
        box, turns = _crop_box(page), _quarter_turns(page)
        unit = float(page.obj.get("/UserUnit", 1))
        content = page_content(page)
        self._check_pixels(number, page, content)
        inches = believable_inches((box[2] - box[0]) / 72 * unit, (box[3] - box[1]) / 72 * unit)
        main = _main_image(content, box)
        pixels = self._as_scanned(content, main, box)
        if pixels is not None:
            pixels = np.ascontiguousarray(np.rot90(pixels, -turns))
        else:
            pixels = self._drawn(number, main, box, inches, turns)
        points = box[2] - box[0], box[3] - box[1]
        if turns % 2:
            inches, points = (inches[1], inches[0]), (points[1], points[0])
        height, width = pixels.shape
        scale = width / points[0], height / points[1]
        words = page_words(self.path, number, scale) if content.has_text else ()
        return PageImage(number, pixels, (width / inches[0], height / inches[1]), words)

    def _check_pixels(self, number: int, page: Any, content: PageContent) -> None:
        """Against every image that drawing or decoding the page would unpack."""
        streams = [p.stream for p in content.images] or list(_images(page.get("/Resources"), 0))
        for stream in streams:
            width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
            if width * height > self.settings.max_page_pixels:
                problem = f"has an image of {width} x {height} pixels, more than {self.settings.max_page_pixels:,}"
                raise PageError(self.path, number, problem, "scan it at 300 dpi")

    def _as_scanned(self, content: PageContent, main: Placed | None, box: Rect) -> Gray | None:
        """The page's one image, cropped or padded to the page's box, not turned yet; None where it must be drawn."""
        if main is None or not main.plain or not main.upright or content.ink_after or not content.understood:
            return None
        alone = len(content.images) == 1 and not content.ink_before
        seen = _overlap(main.rect, box)
        if not (alone or covers(main.rect, box)) or (main.clip is not None and not covers(main.clip, seen)):
            return None
        try:
            return _fitted(_oriented(decode(main.stream), main), main.rect, box, self.settings.max_page_pixels)
        except NotHere:
            return None

    def _drawn(self, number: int, main: Placed | None, box: Rect, inches: tuple[float, float], turns: int) -> Gray:
        """By poppler, at the main image's own resolution or at 300 dpi, coarser where the page would be too large."""
        wide, high = box[2] - box[0], box[3] - box[1]
        x, y = _pixels_per_point(main) if main else (inches[0] * DRAWN_DPI / wide, inches[1] * DRAWN_DPI / high)
        shrink = min(1.0, (self.settings.max_page_pixels / (wide * x * high * y)) ** 0.5)
        size = max(1, round(wide * x * shrink)), max(1, round(high * y * shrink))
        dpi = 72 * max(x, y) * shrink
        return draw_page(self.path, number, dpi, size if turns % 2 == 0 else (size[1], size[0]))


def _main_image(content: PageContent, box: Rect) -> Placed | None:
    """The last painted image, where it makes up most of the page and lies at a scanner's resolution."""
    if not content.images:
        return None
    last = content.images[-1]
    x0, y0, x1, y1 = _overlap(last.rect, box)
    if max(0.0, x1 - x0) * max(0.0, y1 - y0) < 0.5 * (box[2] - box[0]) * (box[3] - box[1]):
        return None
    wide, high = believable_inches((box[2] - box[0]) / 72, (box[3] - box[1]) / 72)
    x, y = _pixels_per_point(last)
    dpi = x * (box[2] - box[0]) / wide, y * (box[3] - box[1]) / high
    return last if all(NATIVE_DPI[0] <= d <= NATIVE_DPI[1] for d in dpi) else None


def _pixels_per_point(placed: Placed) -> tuple[float, float]:
    """Along the page's x and y, before its /Rotate."""
    width, height = image_size(placed.stream)
    x0, y0, x1, y1 = placed.rect
    if abs(placed.matrix[0]) + abs(placed.matrix[3]) < abs(placed.matrix[1]) + abs(placed.matrix[2]):
        width, height = height, width
    return width / max(x1 - x0, 1e-6), height / max(y1 - y0, 1e-6)


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
    if abs(left) <= 3 and abs(top) <= 3 and abs(wide - width) <= 6 and abs(high - height) <= 6:
        return pixels  # the boxes were rounded: every pixel that was scanned is kept
    if wide * high > max_pixels or wide < 1 or high < 1:
        return None
    page = np.full((high, wide), 255, np.uint8)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(wide, left + width), min(high, top + height)
    if x0 < x1 and y0 < y1:
        page[y0:y1, x0:x1] = pixels[y0 - top : y1 - top, x0 - left : x1 - left]
    return page


def _crop_box(page: Any) -> Rect:
    """The box that viewers show: the crop box within the media box; letter size where neither makes sense."""
    media = _box(page.mediabox)
    if media is None:
        return LETTER
    crop = _box(page.cropbox)
    seen = _overlap(crop, media) if crop else media
    return seen if seen[2] - seen[0] >= 1 and seen[3] - seen[1] >= 1 else media


def _box(array: Any) -> Rect | None:
    try:
        x0, y0, x1, y1 = (float(v) for v in array)
    except (TypeError, ValueError):
        return None
    box = min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    return box if box[2] - box[0] >= 1 and box[3] - box[1] >= 1 else None


def _overlap(one: Rect, other: Rect) -> Rect:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _quarter_turns(page: Any) -> int:
    return round(float(page.get("/Rotate", 0)) / 90) % 4


def _images(resources: Any, depth: int) -> Iterator[Any]:
    """Image XObjects that a page can reach, in forms too."""
    if resources is None or depth > 4:
        return
    for target in list(resources.get("/XObject", pikepdf.Dictionary()).values())[:1000]:
        if target.get("/Subtype") == "/Image":
            yield target
        else:
            yield from _images(target.get("/Resources"), depth + 1)


def _cut_off(path: Path) -> bool:
    """Does the file lack its end mark? Looked for in the last 4 KB: some programs add rubbish after it."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 4096))
        return b"%%EOF" not in file.read()


def _short(error: BaseException, path: Path) -> str:
    text = " ".join(str(error).replace(f"{path}: ", "").replace(str(path), "").split()) or type(error).__name__
    return text if len(text) <= 100 else text[:99] + "…"
