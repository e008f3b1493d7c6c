"""Makes small PDFs and images for tests: each says in its name what it is."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.page import PageImage

Gray = NDArray[np.uint8]
LETTER = (0, 0, 612, 792)
FULL = "q 612 0 0 792 0 0 cm /Im0 Do Q"
"""A letter page, and its image all over it."""


def opened_page(path: Path, number: int = 1) -> PageImage:
    """A page of a file, as the pipeline opens it."""
    with open_document(path, Settings()) as document:
        return document.page(number)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def picture(width: int = 900, height: int = 600, gray: bool = False) -> Gray:
    """A page that no turn or mirroring leaves as it is; with ``gray``, shaded besides."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    draw.rectangle((width * 0.1, height * 0.1, width * 0.3, height * 0.25), fill=0)
    draw.line(
        (width * 0.1, height * 0.9, width * 0.8, height * 0.6), fill=0, width=max(2, width // 60)
    )
    draw.ellipse(
        (width * 0.7, height * 0.1, width * 0.9, height * 0.2), outline=0, width=max(2, width // 60)
    )
    pixels = np.asarray(image).copy()
    if gray:
        pixels = np.minimum(pixels, np.linspace(60, 255, width, dtype=np.uint8)[None, :])
    return pixels


def image_stream(
    pdf: pikepdf.Pdf, pixels: Gray, codec: str = "flate", **extra: Any
) -> pikepdf.Stream:
    """An image XObject. ``codec``: flate, predictor, raw1 (1 bit), jpeg, fax4, fax3, jpx."""
    height, width = pixels.shape
    keys: dict[str, Any] = {
        "Type": "/XObject",
        "Subtype": "/Image",
        "Width": width,
        "Height": height,
    }
    keys |= {"ColorSpace": "/DeviceGray", "BitsPerComponent": 8}
    if codec == "flate":
        data, filters = zlib.compress(pixels.tobytes()), "/FlateDecode"
    elif codec == "predictor":
        rows = np.concatenate(
            [np.full((height, 1), 1, np.uint8), np.diff(pixels, axis=1, prepend=0)], axis=1
        )
        data, filters = zlib.compress(rows.astype(np.uint8).tobytes()), "/FlateDecode"
        keys["DecodeParms"] = pikepdf.Dictionary(
            Predictor=15, Columns=width, Colors=1, BitsPerComponent=8
        )
    elif codec == "raw1":
        data, filters = zlib.compress(np.packbits(pixels > 127, axis=1).tobytes()), "/FlateDecode"
        keys["BitsPerComponent"] = 1
    elif codec == "jpeg":
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=95)
        data, filters = buffer.getvalue(), "/DCTDecode"
    elif codec == "jpx":
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG2000")
        data, filters = buffer.getvalue(), "/JPXDecode"
    elif codec in ("fax4", "fax3"):
        data, filters = fax(pixels, codec), "/CCITTFaxDecode"
        keys["BitsPerComponent"] = 1
        k = -1 if codec == "fax4" else 0
        keys["DecodeParms"] = pikepdf.Dictionary(K=k, Columns=width, Rows=height, BlackIs1=False)
    else:
        raise ValueError(codec)
    stream = pikepdf.Stream(pdf, data)
    for key, value in (keys | extra).items():
        if value is not None:
            stream[f"/{key}"] = pikepdf.Name(value) if isinstance(value, str) else value
    stream["/Filter"] = pikepdf.Name(filters)
    return stream


def fax(pixels: Gray, codec: str) -> bytes:
    """CCITT data with white as 0 runs first, cut out of a TIFF of one strip."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels).convert("1", dither=Image.Dither.NONE)
    compression = {"fax4": "group4", "fax3": "group3"}[codec]
    image.save(buffer, "TIFF", compression=compression, tiffinfo={278: pixels.shape[0], 262: 0})
    tiff = Image.open(io.BytesIO(buffer.getvalue()))
    offset, count = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
    return buffer.getvalue()[offset : offset + count]


def save_pdf(
    path: Path,
    *,
    content: str = "q 450 0 0 300 0 0 cm /Im0 Do Q",
    pixels: Gray | None = None,
    codec: str = "flate",
    box: tuple[float, float, float, float] = (0, 0, 450, 300),
    page_keys: dict[str, Any] | None = None,
    image_keys: dict[str, Any] | None = None,
    count: int = 1,
    **save: Any,
) -> Path:
    """A PDF whose pages show ``content``; ``/Im0`` is the picture, ``/F0`` Helvetica. The size is
    in points.
    """
    pdf = pikepdf.new()
    shown = picture() if pixels is None else pixels
    image = pdf.make_indirect(image_stream(pdf, shown, codec, **(image_keys or {})))
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    for _ in range(count):
        page = pdf.add_blank_page(page_size=(box[2] - box[0], box[3] - box[1]))
        page.obj["/MediaBox"] = pikepdf.Array(list(box))
        page.obj["/Resources"] = pikepdf.Dictionary(
            XObject=pikepdf.Dictionary(Im0=image), Font=pikepdf.Dictionary(F0=font)
        )
        page.obj["/Contents"] = pikepdf.Stream(pdf, content.encode())
        for key, value in (page_keys or {}).items():
            page.obj[f"/{key}"] = value
    pdf.save(path, **save)
    return path


def tiff(entries: list[tuple[int, int, tuple[int, ...]]], data: bytes) -> bytes:
    """A TIFF of one frame: its data behind the head, at byte 8. Source: TIFF 6.0, section 2."""
    directory, extra = 8 + len(data), b""
    behind = directory + 2 + 12 * len(entries) + 4
    body = b""
    for tag, kind, values in sorted(entries):
        packed = b"".join(struct.pack({3: "<H", 4: "<I"}[kind], v) for v in values)
        if len(packed) > 4:
            body += struct.pack("<HHII", tag, kind, len(values), behind + len(extra))
            extra += packed
        else:
            body += struct.pack("<HHI", tag, kind, len(values)) + packed.ljust(4, b"\0")
    return (
        b"II*\0"
        + struct.pack("<I", directory)
        + data
        + struct.pack("<H", len(entries))
        + body
        + bytes(4)
        + extra
    )
