"""Scanned pages to files: PDF through pikepdf, multi-page TIFF, PNG and JPEG through Pillow."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word of a text layer; the box in points, origin top left."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """A page as a file holds it; ``dpi`` belongs to the stored pixels, ``rotate`` is the PDF's
    ``/Rotate``.
    """

    pixels: Pixels
    dpi: tuple[int, int]
    codec: str = "jpeg"
    quality: int = 80
    rotate: int = 0
    words: tuple[PlacedWord, ...] = ()
    """Somebody's OCR, to lie invisible under the picture."""


def write_pdf(pages: Sequence[ScannedPage], path: Path, password: str = "") -> None:
    """Image-only pages, each as large as its pixels and resolution say. The bytes depend on the
    pages alone.
    """
    with pikepdf.new() as pdf:
        for page in pages:
            _add_page(pdf, page)
        if password:
            pdf.save(path, encryption=pikepdf.Encryption(user=password, owner=password))
        else:
            pdf.save(path, deterministic_id=True, linearize=False)


def write_digital(pdf: bytes, path: Path) -> None:
    """A PDF as the browser printed it, less what depends on the hour."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if "/Info" in document.trailer:
            del document.trailer["/Info"]
        document.save(path, deterministic_id=True)


def write_tiff(pages: Sequence[ScannedPage], path: Path) -> None:
    """One TIFF of all pages: G4 for black and white, deflate otherwise."""
    images = [_image(page) for page in pages]
    compression = "group4" if images[0].mode == "1" else "tiff_adobe_deflate"
    images[0].save(
        path,
        save_all=True,
        append_images=images[1:],
        compression=compression,
        dpi=tuple(map(float, pages[0].dpi)),
    )


def write_image(page: ScannedPage, path: Path) -> None:
    """A single page as PNG or JPEG, by the path's suffix."""
    image = _image(page)
    if path.suffix == ".png":
        image.save(path, dpi=page.dpi, optimize=True)
    else:
        image.convert("L" if image.mode == "1" else image.mode).save(
            path, dpi=page.dpi, quality=page.quality
        )


def _image(page: ScannedPage) -> Image.Image:
    image = Image.fromarray(page.pixels)
    return image.convert("1", dither=Image.Dither.NONE) if page.codec == "g4" else image


def _add_page(pdf: pikepdf.Pdf, page: ScannedPage) -> None:
    height, width = page.pixels.shape[:2]
    points = (width * 72 / page.dpi[0], height * 72 / page.dpi[1])
    size = tuple(round(p, 2) for p in points)
    content = f"q {size[0]} 0 0 {size[1]} 0 0 cm /Im0 Do Q".encode()
    added = pdf.add_blank_page(page_size=size)
    added.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=_stream(pdf, page)))
    if page.words:
        font = {
            "Type": "/Font",
            "Subtype": "/Type1",
            "BaseFont": "/Helvetica",
            "Encoding": "/WinAnsiEncoding",
        }
        named = pikepdf.Dictionary({f"/{key}": pikepdf.Name(value) for key, value in font.items()})
        added.obj.Resources.Font = pikepdf.Dictionary(F0=named)
        content = b"\n".join([content, *(_invisible(word, points[1]) for word in page.words)])
    added.obj.Contents = pdf.make_stream(content)
    if page.rotate:
        added.obj.Rotate = page.rotate


def _invisible(word: PlacedWord, height: float) -> bytes:
    """The word in rendering mode 3, stretched to its box as OCR programs do."""
    size = max(1.0, word.y1 - word.y0)
    stretch = 100 * (word.x1 - word.x0) / (0.5 * size * len(word.text))
    escaped = re.sub(rb"([\\()])", rb"\\\1", word.text.encode("cp1252", "replace"))
    place = (
        f"BT 3 Tr /F0 {size:.1f} Tf {stretch:.0f} Tz 1 0 0 1 {word.x0:.1f} "
        f"{height - word.y1 + 0.2 * size:.1f} Tm ("
    )
    return place.encode() + escaped + b") Tj ET"


def _stream(pdf: pikepdf.Pdf, page: ScannedPage) -> pikepdf.Stream:
    height, width = page.pixels.shape[:2]
    data, extra = _coded(page)
    stream = pikepdf.Stream(pdf, data)
    space = "/DeviceGray" if page.pixels.ndim == 2 else "/DeviceRGB"
    entries = {
        "Type": "/XObject", "Subtype": "/Image", "Width": width, "Height": height,
        "ColorSpace": space,
        "BitsPerComponent": 1 if page.codec == "g4" else 8,
    }  # fmt: skip
    for key, value in entries.items():
        stream[f"/{key}"] = pikepdf.Name(value) if isinstance(value, str) else value
    for key, item in extra.items():
        stream[f"/{key}"] = item
    return stream


def _coded(page: ScannedPage) -> tuple[bytes, dict[str, pikepdf.Object]]:
    image, out = _image(page), io.BytesIO()
    if page.codec == "g4":
        parameters = pikepdf.Dictionary(
            K=-1, Columns=image.width, Rows=image.height, BlackIs1=False
        )
        return _g4(image), {"Filter": pikepdf.Name.CCITTFaxDecode, "DecodeParms": parameters}
    if page.codec == "jp2":
        # Rate as OpenJPEG has it: one in so many of the raw bytes.
        image.save(out, "JPEG2000", quality_mode="rates", quality_layers=[page.quality])
        return out.getvalue(), {"Filter": pikepdf.Name.JPXDecode}
    if page.codec == "flate":
        return zlib.compress(page.pixels.tobytes(), 9), {"Filter": pikepdf.Name.FlateDecode}
    image.save(out, "JPEG", quality=page.quality, optimize=True)
    return out.getvalue(), {"Filter": pikepdf.Name.DCTDecode}


def _g4(image: Image.Image) -> bytes:
    """The bare CCITT G4 data of a black and white image, taken from a TIFF of one strip."""
    out = io.BytesIO()
    # Inverted, since TIFF writes 1 as white: so that black runs are what the code calls black.
    inverted = Image.fromarray(~np.asarray(image.convert("L")) & 255).convert("1")
    inverted.save(out, "TIFF", compression="group4", tiffinfo={278: image.height})
    out.seek(0)
    with Image.open(out) as tiff:
        offsets, counts = tiff.tag_v2[273], tiff.tag_v2[279]  # type: ignore[attr-defined]
    if len(offsets) != 1:
        raise ValueError("the TIFF has several strips")
    return out.getvalue()[offsets[0] : offsets[0] + counts[0]]
