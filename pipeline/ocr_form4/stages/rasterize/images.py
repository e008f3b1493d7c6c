"""Pages of TIFF, PNG, JPEG, HEIC and WebP files."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ocr_form4.errors import DamagedDocument, EmptyDocument, PageError, TooLargeDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize.copies import Frame, frame_of, pages_among
from ocr_form4.stages.rasterize.jpeg import decode_jpeg, lost_rows, old_jpeg, without
from ocr_form4.stages.rasterize.size import believable_inches, fax_dpi
from ocr_form4_models.page import Gray, PageImage

_ORIENTATION = 274
_TURNED = (5, 6, 7, 8)
"""EXIF orientations that swap width and height."""
_AS_SHOWN = {2: (True, 0), 3: (False, 2), 4: (True, 2), 5: (True, 1), 6: (False, 3),
             7: (True, 3), 8: (False, 1)}  # fmt: skip
"""By EXIF orientation: mirrored or not, and the quarters by which it is turned then. Source: TIFF
6.0, tag 274.
"""
_BITS_BELOW = 8
"""Of samples of 16 bits, which gray of 8 leaves out."""
_MOST_DPI = 1e5
"""What a file claims beyond this is no resolution."""
_MOST_SAID = 100
"""Characters of another program's message that a line has room for."""
_NO_PICTURE = (8, 8)
FORMATS = ("TIFF", "PNG", "JPEG", "HEIF", "WEBP")
_COMPRESSION, _OLD_JPEG, _PHOTOMETRIC = 259, 6, 262
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    MemoryError,
    ArithmeticError,
)
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
                frames = self._pages_of(file)
            self.close()  # Pillow does not come back whole from having looked beyond the last frame
            self._frames += [(file, frame) for frame in frames]

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
            dpi = _declared_dpi(image)
            if image.mode == "1":
                dpi = fax_dpi(*image.size, dpi)
            self._check_pixels(number, image.size, dpi)
            # Asked before loading: Pillow turns a TIFF as it loads, and forgets that it did.
            orientation = image.getexif().get(_ORIENTATION, 1)
            pixels, lost = self._decoded(image, orientation)
        except _DAMAGE as error:
            problem = f"its image cannot be decoded ({_short(error)})"
            raise PageError(self.path, number, problem, "scan or save it again") from None
        if orientation in _TURNED:
            dpi = (dpi[1], dpi[0])
        height, width = pixels.shape
        inches = believable_inches(width / dpi[0], height / dpi[1])
        return PageImage(
            number,
            pixels,
            (width / inches[0], height / inches[1]),
            message=lost_rows(lost, image.height),
        )

    def _decoded(self, image: Image.Image, orientation: int) -> tuple[Gray, int]:
        """(pixels as a viewer shows them, rows missing at the bottom of the picture as stored)."""
        tags = getattr(image, "tag_v2", {})
        if image.format == "JPEG":
            found = decode_jpeg(self._bytes(0, -1))
            pixels = without(to_gray(found.image), found.lost)
            return np.ascontiguousarray(_turned(pixels, orientation)), found.lost
        if tags.get(_COMPRESSION) == _OLD_JPEG:
            return np.ascontiguousarray(
                _turned(to_gray(old_jpeg(tags, self._bytes)), orientation)
            ), 0
        image.load()
        pixels = to_gray(ImageOps.exif_transpose(image))
        # Pillow turns round those of 8 bits alone
        if image.mode.startswith("I;16") and tags.get(_PHOTOMETRIC) == 0:
            pixels = 255 - pixels
        return pixels, 0

    def _bytes(self, offset: int, count: int) -> bytes:
        """Of the file that is open."""
        assert self._handle is not None
        place = self._handle.tell()
        self._handle.seek(offset)
        data = self._handle.read(count)
        self._handle.seek(place)
        return data

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
            # By handle, not by name: of a named uncompressed TIFF Pillow maps the pixels and turns
            # them wrongly.
            self._handle = file.open("rb")
            if "HEIF" not in Image.OPEN:
                import pillow_heif

                pillow_heif.register_heif_opener()
            self._open = (file, Image.open(self._handle, formats=FORMATS))
        return self._open[1]

    def _pages_of(self, file: Path) -> list[int]:
        """The frames that are pages, walked through one by one: a bomb of a million frames ends at
        the limit.
        """
        if file.stat().st_size == 0:
            raise EmptyDocument(file, "is empty", "copy or scan it again")
        frames: list[Frame] = []
        try:
            image = self._image(file)
            if image.format != "TIFF":
                return list(range(min(getattr(image, "n_frames", 1), self.settings.max_pages + 1)))
            while len(frames) <= self.settings.max_pages:
                image.seek(len(frames))
                frames.append(frame_of(len(frames), image.size, image.tag_v2))  # type: ignore[attr-defined]
        except EOFError:
            return pages_among(frames, lambda frame: self._small(file, frame))
        except Image.DecompressionBombError:
            raise TooLargeDocument(
                file,
                f"has more than {self.settings.max_page_pixels:,} pixels a page",
                "scan it at 300 dpi",
            ) from None
        except UnidentifiedImageError:
            raise DamagedDocument(
                file, "is damaged or ends early: no image can be found in it", "scan it again"
            ) from None
        except _DAMAGE as error:
            raise DamagedDocument(
                file, f"cannot be decoded ({_short(error)})", "scan or save it again"
            ) from None
        return [f.number for f in frames]

    def _small(self, file: Path, frame: int) -> Gray:
        """A frame to compare with another; white where it cannot be decoded, which is like
        nothing.
        """
        self.close()
        try:
            image = self._image(file)
            image.seek(frame)
            if image.width * image.height > self.settings.max_page_pixels:
                raise ValueError("beyond the limit")
            return self._decoded(image, 1)[0]
        except _DAMAGE:
            return np.full(_NO_PICTURE, 255, np.uint8)

    def _check_pixels(self, number: int, size: tuple[int, int], dpi: tuple[float, float]) -> None:
        check_pixels(self.path, number, size, dpi, self.settings.max_page_pixels)


def check_pixels(
    path: Path, number: int, size: tuple[int, int], dpi: tuple[float, float], most: int
) -> None:
    """Raises PageError for a page of too many pixels, as stored or made square."""
    width, height = size
    if width * height > most:
        problem = f"has {width} x {height} pixels, more than {most:,}"
        raise PageError(path, number, problem, "scan it at 300 dpi")
    square = width * height * max(dpi) / min(dpi)
    if square > most:
        problem = (
            f"has {width} x {height} pixels of {dpi[0]:.0f} x {dpi[1]:.0f} dpi, square more than "
            f"{most:,}"
        )
        raise PageError(path, number, problem, "scan it at 300 dpi both ways")


def _turned(pixels: Gray, orientation: int) -> Gray:
    """As an EXIF orientation wants it shown."""
    mirrored, quarters = _AS_SHOWN.get(orientation, (False, 0))
    return np.rot90(pixels[:, ::-1] if mirrored else pixels, quarters)


def to_gray(image: Image.Image) -> Gray:
    """Any Pillow image as gray on white paper, shape (height, width), 0 is ink."""
    if image.mode in ("I;16", "I;16B", "I;16L", "I;16N"):
        return np.asarray(np.asarray(image).astype(np.uint16) >> _BITS_BELOW, dtype=np.uint8)
    if image.mode in ("I", "F"):
        raise ValueError("samples of 32 bits: a measurement's, not a scan's")
    if image.mode == "LAB":
        return np.ascontiguousarray(np.asarray(image.getchannel(0)))
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
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
    return (x, y) if 0 < x < _MOST_DPI and 0 < y < _MOST_DPI else (1.0, 1.0)


def _short(error: BaseException) -> str:
    return shortened(str(error), error)


def shortened(said: str, error: BaseException) -> str:
    """What an error says, as one short line; its name where it says nothing."""
    text = " ".join(said.split()) or type(error).__name__
    return text if len(text) <= _MOST_SAID else text[: _MOST_SAID - 1] + "…"
