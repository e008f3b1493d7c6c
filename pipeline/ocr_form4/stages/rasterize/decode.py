"""The gray pixels of a PDF's image XObject, at its own resolution.

Source: PDF 32000-1, 7.4 (filters) and 8.9.5 (image dictionaries). What is not dealt with here
(JBIG2, CMYK, spot colours, ...) raises NotHere, and the page is drawn instead.
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pikepdf
from numpy.typing import NDArray
from PIL import Image

from ocr_form4.stages.rasterize.jpeg import Tag, decode_jpeg, without
from ocr_form4.stages.rasterize.placement import filter_names, inflated_size
from ocr_form4_models.page import Gray

_LUMINANCE = np.array([0.299, 0.587, 0.114])
"""ITU-R BT.601: what red, green and blue are of the gray that the eye sees."""
_BITS_PER_COMPONENT = (1, 2, 4, 8, 16)
"""PDF 32000-1, table 89."""
_BITS_PER_BYTE = 8
_SPARE_BYTES = 65536
"""Data may be longer than the image they hold, twice and by this: more are a bomb."""
_FAX_COLUMNS = 1728
"""The width of a fax that says none: PDF 32000-1, table 11, ITU-T T.4's A4."""
_SHORT, _LONG = 3, 4
"""TIFF 6.0, section 2: a field's types of 2 and of 4 bytes."""
_HEADER_BYTES, _COUNT_BYTES, _ENTRY_BYTES, _NEXT_BYTES = 8, 2, 12, 4
"""TIFF 6.0, section 2: the file's header; a directory's count of its entries, an entry, and where
the next directory is.
"""
_GROUP_3, _GROUP_4 = 3, 4
"""TIFF 6.0, section 11: the values of ``Tag.COMPRESSION``."""
_WHITE_IS_ZERO = 0
Samples = NDArray[np.uint8] | NDArray[np.uint16]


class NotHere(Exception):
    """An image that this module leaves to poppler."""


class BadImage(Exception):
    """An image whose data are damaged."""


def image_size(stream: Any) -> tuple[int, int]:
    """(width, height) as declared; raises BadImage where they make no sense."""
    width, height = int(stream.get("/Width", 0)), int(stream.get("/Height", 0))
    if width < 1 or height < 1:
        raise BadImage("its image has no size")
    return width, height


def decode(stream: Any) -> tuple[Gray, int]:
    """(pixels, rows that are missing at the bottom); 0 is ink, 255 is paper. The declared size has
    been checked.
    """
    width, height = image_size(stream)
    filters = filter_names(stream)
    while filters and filters[0] == "/FlateDecode" and len(filters) > 1:
        filters = filters[1:]
    codec = filters[0] if len(filters) == 1 else ""
    if len(filters) > 1:
        raise NotHere
    if codec == "/DCTDecode":
        return _jpeg(stream, width, height)
    bits = (
        1
        if stream.get("/ImageMask", False)
        else int(stream.get("/BitsPerComponent", _BITS_PER_BYTE))
    )
    if bits not in _BITS_PER_COMPONENT:
        raise NotHere
    space, components, palette = _colour_space(stream)
    if codec == "/CCITTFaxDecode":
        if components != 1 or bits != 1:
            raise NotHere
        samples: Samples = _fax(stream, width, height)[:, :, None]
    elif codec in ("/FlateDecode", ""):
        most = 2 * height * _row_bytes(width, components, bits) + _SPARE_BYTES
        if inflated_size(stream, most) > most:
            raise BadImage("its image's data are larger than the image")
        samples = _unpack(_decoded(stream), width, height, components, bits)
    else:
        raise NotHere
    return _to_gray(samples, bits, space, palette, _decode_array(stream, components)), 0


def _decoded(stream: Any) -> bytes:
    try:
        return bytes(stream.read_bytes())
    except pikepdf.PdfError as error:
        raise BadImage("its image's data are damaged") from error


def _colour_space(stream: Any) -> tuple[str, int, NDArray[np.float64] | None]:
    """(gray, rgb or indexed; components; gray value of each index)."""
    if stream.get("/ImageMask", False):
        return "gray", 1, None
    space = stream.get("/ColorSpace")
    name = str(space[0]) if isinstance(space, pikepdf.Array) else str(space)
    if name == "/ICCBased":
        components = int(space[1].get("/N", 0))
        name = {1: "/DeviceGray", 3: "/DeviceRGB"}.get(components, "")
    if name in ("/DeviceGray", "/CalGray", "/G"):
        return "gray", 1, None
    if name in ("/DeviceRGB", "/CalRGB", "/RGB"):
        return "rgb", 3, None
    if name in ("/Indexed", "/I"):
        base = str(space[1]) if not isinstance(space[1], pikepdf.Array) else str(space[1][0])
        if base == "/ICCBased":
            base = {1: "/DeviceGray", 3: "/DeviceRGB"}.get(int(space[1][1].get("/N", 0)), "")
        table = space[3]
        raw = np.frombuffer(
            table.read_bytes() if isinstance(table, pikepdf.Stream) else bytes(table), np.uint8
        )
        if base in ("/DeviceRGB", "/CalRGB"):
            return "indexed", 1, raw[: len(raw) // 3 * 3].reshape(-1, 3) @ _LUMINANCE
        if base in ("/DeviceGray", "/CalGray"):
            return "indexed", 1, raw.astype(float)
    raise NotHere


def _decode_array(stream: Any, components: int) -> list[float] | None:
    array = stream.get("/Decode")
    if array is None:
        return None
    values = [float(v) for v in array]
    if len(values) != 2 * components:
        raise NotHere
    return values


def _to_gray(
    samples: Samples,
    bits: int,
    space: str,
    palette: NDArray[np.float64] | None,
    decode_array: list[float] | None,
) -> Gray:
    top = (1 << bits) - 1
    if space == "indexed" and palette is not None:
        if decode_array not in (None, [0, top]):
            raise NotHere
        table = np.zeros(top + 1)
        table[: min(len(palette), top + 1)] = palette[: top + 1]
        return _look_up(table, samples[:, :, 0])
    levels = [np.linspace(0, 255, top + 1)] * samples.shape[2]
    if decode_array is not None:
        pairs = zip(decode_array[::2], decode_array[1::2], strict=True)
        levels = [np.linspace(255 * low, 255 * high, top + 1) for low, high in pairs]
    if space == "gray":
        return _look_up(levels[0], samples[:, :, 0])
    planes = np.stack([_look_up(levels[i], samples[:, :, i]) for i in range(3)], axis=2)
    return np.asarray(Image.fromarray(planes, "RGB").convert("L"))


def _look_up(table: NDArray[np.float64], samples: Samples) -> Gray:
    return np.clip(np.rint(table), 0, 255).astype(np.uint8)[samples]


def _row_bytes(width: int, components: int, bits: int) -> int:
    """A row of samples ends at the end of a byte, as PDF has it."""
    return -(-width * components * bits // _BITS_PER_BYTE)


def _unpack(data: bytes, width: int, height: int, components: int, bits: int) -> Samples:
    """Shape (height, width, components)."""
    row = _row_bytes(width, components, bits)
    if len(data) < row * height:
        raise BadImage("its image ends early")
    raw = np.frombuffer(data, np.uint8, row * height).reshape(height, row)
    shape = (height, width, components)
    if bits == _BITS_PER_BYTE:
        return raw.reshape(shape)
    if bits == 2 * _BITS_PER_BYTE:
        return raw.view(">u2").astype(np.uint16).reshape(shape)
    if bits == 1:
        return np.unpackbits(raw, axis=1)[:, : width * components].reshape(shape)
    shifts = np.arange(_BITS_PER_BYTE - bits, -1, -bits, dtype=np.uint8)
    spread = (raw[:, :, None] >> shifts) & ((1 << bits) - 1)
    return np.asarray(
        spread.reshape(height, -1)[:, : width * components].reshape(shape), dtype=np.uint8
    )


def _fax(stream: Any, width: int, height: int) -> NDArray[np.uint8]:
    """CCITT G3 or G4 data as samples, by way of a TIFF header around them. Source: TIFF 6.0,
    sections 10 and 11.
    """
    parms = stream.get("/DecodeParms", pikepdf.Dictionary())
    if isinstance(parms, pikepdf.Array):
        parms = parms[0] if len(parms) else pikepdf.Dictionary()
    k = int(parms.get("/K", 0))
    columns = int(parms.get("/Columns", _FAX_COLUMNS))
    if columns != width or parms.get("/EncodedByteAlign", False):
        raise NotHere
    data = _raw(stream)
    tags = [
        (Tag.WIDTH, _LONG, width),
        (Tag.LENGTH, _LONG, height),
        (Tag.BITS_PER_SAMPLE, _SHORT, 1),
        (Tag.COMPRESSION, _SHORT, _GROUP_4 if k < 0 else _GROUP_3),
        # libtiff then gives what the fax calls white as 255
        (Tag.PHOTOMETRIC, _SHORT, _WHITE_IS_ZERO),
        (Tag.STRIP_OFFSETS, _LONG, 0),
        (Tag.ROWS_PER_STRIP, _LONG, height),
        (Tag.STRIP_BYTE_COUNTS, _LONG, len(data)),
    ]
    if k >= 0:
        tags.append((Tag.FAX_OPTIONS, _LONG, 1 if k > 0 else 0))
    offset = _HEADER_BYTES + _COUNT_BYTES + _ENTRY_BYTES * len(tags) + _NEXT_BYTES
    tags = [(t, kind, offset if t == Tag.STRIP_OFFSETS else value) for t, kind, value in tags]
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    header = (
        b"II*\0" + struct.pack("<IH", _HEADER_BYTES, len(tags)) + entries + struct.pack("<I", 0)
    )
    try:
        with Image.open(io.BytesIO(header + data), formats=("TIFF",)) as image:
            white = np.asarray(image.convert("1"))
    except (OSError, SyntaxError, ValueError) as error:
        raise BadImage("its fax data are damaged") from error
    return (white ^ bool(parms.get("/BlackIs1", False))).astype(np.uint8)


def _jpeg(stream: Any, width: int, height: int) -> tuple[Gray, int]:
    if stream.get("/Decode") is not None or stream.get("/ImageMask", False):
        raise NotHere
    data = _raw(stream)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as head:
            if head.size != (width, height) or head.mode not in ("L", "RGB"):
                raise NotHere
        found = decode_jpeg(data)
        return without(np.asarray(found.image.convert("L")), found.lost), found.lost
    except (OSError, SyntaxError, ValueError) as error:
        raise BadImage("its JPEG data are damaged or end early") from error


def _raw(stream: Any) -> bytes:
    """The codec's own data: what is left after any Flate filters around it."""
    if len(filter_names(stream)) == 1:
        return bytes(stream.read_raw_bytes())
    raise NotHere
