"""Pages of TIFF, PNG and JPEG files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr_form4.errors import DamagedDocument, EmptyDocument, PageError, TooLargeDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize.size import believable_inches
from ocr_form4_models.page import Gray, PageImage

_ORIENTATION = 274
_TURNED = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, MemoryError, ArithmeticError)
"""What Pillow raises for files that are not what they claim."""


class ImageDocument:
    """The frames of one file, or of several files in turn."""

    def __init__(self, path: Path, files: list[Path], settings: Settings) -> None:
        self.path = path
        self.settings = settings
        self._files = files
        self._frames: list[tuple[Path, int]] = []
        self._open: tuple[Path, Image.Image] | None = None
        self._handle: BinaryIO | None = None
        for file in files:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frames = self._count(file)
            self.close()  # Pillow does not come back whole from having looked beyond the last frame
            self._frames += [(file, frame) for frame in range(frames)]

    @property
    def page_count(self) -> int:
        return len(self._frames)

    def page(self, number: int) -> PageImage:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damage that matters is an error below
            return self._page(number)

    def _page(self, number: int) -> PageImage:
        file, frame = self._frames[number - 1]
        try:
            image = self._image(file)
            image.seek(frame)
            self._check_pixels(number, image.size)
            dpi = _declared_dpi(image)
            # Asked before loading: Pillow turns a TIFF as it loads, and forgets that it did.
            turned = image.getexif().get(_ORIENTATION, 1) in _TURNED
            image.load()
            pixels = to_gray(ImageOps.exif_transpose(image))
        except _DAMAGE as error:
            problem = f"its image cannot be decoded ({_short(error)})"
            raise PageError(self.path, number, problem, "scan or save it again") from None
        if turned:
            dpi = (dpi[1], dpi[0])
        height, width = pixels.shape
        inches = believable_inches(width / dpi[0], height / dpi[1])
        return PageImage(number, pixels, (width / inches[0], height / inches[1]))

    def pages(self) -> Iterator[PageImage]:
        for number in range(1, self.page_count + 1):
            yield self.page(number)

    def close(self) -> None:
        if self._open:
            self._open[1].close()
            self._open = None
        if self._handle:
            self._handle.close()
            self._handle = None

    def _image(self, file: Path) -> Image.Image:
        if self._open is None or self._open[0] != file:
            self.close()
            # By handle, not by name: of a named uncompressed TIFF Pillow maps the pixels and turns them wrongly.
            self._handle = file.open("rb")
            self._open = (file, Image.open(self._handle, formats=("TIFF", "PNG", "JPEG")))
        return self._open[1]

    def _count(self, file: Path) -> int:
        """The number of frames, walked through one by one: a bomb of a million frames ends at the limit."""
        if file.stat().st_size == 0:
            raise EmptyDocument(file, "is empty", "copy or scan it again")
        try:
            image = self._image(file)
            if image.format != "TIFF":
                return 1
            count = 0
            while count <= self.settings.max_pages:
                image.seek(count)
                count += 1
        except EOFError:
            return count
        except Image.DecompressionBombError:
            raise TooLargeDocument(
                file, f"has more than {self.settings.max_page_pixels:,} pixels a page", "scan it at 300 dpi"
            ) from None
        except UnidentifiedImageError:
            raise DamagedDocument(
                file, "is damaged or ends early: no image can be found in it", "scan it again"
            ) from None
        except _DAMAGE as error:
            raise DamagedDocument(file, f"cannot be decoded ({_short(error)})", "scan or save it again") from None
        return count

    def _check_pixels(self, number: int, size: tuple[int, int]) -> None:
        if size[0] * size[1] > self.settings.max_page_pixels:
            problem = f"has {size[0]} x {size[1]} pixels, more than {self.settings.max_page_pixels:,}"
            raise PageError(self.path, number, problem, "scan it at 300 dpi")


def to_gray(image: Image.Image) -> Gray:
    """Any Pillow image as gray on white paper, shape (height, width), 0 is ink."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N"):
        return np.asarray(np.asarray(image).astype(np.uint16) >> 8, dtype=np.uint8)
    if image.mode in ("I", "F"):
        raise ValueError(f"{image.mode} pixels are no scan's")
    if "A" in image.mode or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    if image.mode != "L":
        image = image.convert("L")
    return np.ascontiguousarray(np.asarray(image, dtype=np.uint8))


def _declared_dpi(image: Image.Image) -> tuple[float, float]:
    """(x, y) as the file says; (1, 1), not believable on purpose, where it says nothing."""
    dpi: Any = image.info.get("dpi") or (1, 1)
    x, y = float(dpi[0]), float(dpi[1])
    return (x, y) if 0 < x < 1e5 and 0 < y < 1e5 else (1.0, 1.0)


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) <= 100 else text[:99] + "…"
