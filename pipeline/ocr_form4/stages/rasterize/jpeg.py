"""JPEG data that lack their end, and the old style of JPEG in TIFF.

Decoders refuse data without an end mark, whatever else is missing; here what is missing is
measured. Sources: ITU-T T.81, annex B (markers); TIFF 6.0, section 22, and libtiff's reading of it
(compression 6).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from PIL import Image

from ocr_form4_models.page import Gray

# ITU-T T.81, table B.1: the markers, by the name they have there
_START = b"\xff\xd8"
"""SOI, the start of an image."""
END = b"\xff\xd9"
"""EOI, the end of an image."""
_QUANTIZATION = b"\xff\xdb"
"""DQT: quantization tables."""
_HUFFMAN = b"\xff\xc4"
"""DHT: Huffman tables."""
_FRAME = b"\xff\xc0"
"""SOF0: the frame of a baseline image."""
_RESTART = b"\xff\xdd"
"""DRI: after how many units the decoder starts anew."""
_SCAN = b"\xff\xda"
"""SOS: the start of the data."""
_FILL = b"\xff"
"""What every marker begins with."""
_QUANTIZATION_BYTES = 64
"""A table of a baseline image: a byte for each coefficient of a block of 8 by 8 (B.2.4.1)."""
_COUNTS_BYTES = 16
"""A Huffman table opens with the number of its codes of each length, 1 to 16 bits (B.2.4.2)."""
_DC, _AC = 0x00, 0x10
"""Classes of Huffman tables, in the upper half of a byte (B.2.4.2)."""
_SAMPLED_ONCE = 0x11
"""A component's sampling factors, across and down, in the halves of a byte (B.2.2)."""
_SAMPLE_BITS = 8
_HALF_BITS = 4
_ALL_COEFFICIENTS = b"\0\x3f\0"
"""A baseline scan's end of its header: coefficients 0 to 63, not approximated (B.2.3)."""


class Tag(IntEnum):
    """The fields of TIFF that are read or written here: TIFF 6.0, sections 8, 11, 21 and 22."""

    WIDTH = 256
    LENGTH = 257
    BITS_PER_SAMPLE = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    STRIP_OFFSETS = 273
    SAMPLES_PER_PIXEL = 277
    ROWS_PER_STRIP = 278
    STRIP_BYTE_COUNTS = 279
    FAX_OPTIONS = 292
    JPEG = 513
    JPEG_LENGTH = 514
    JPEG_RESTART_INTERVAL = 515
    JPEG_Q_TABLES = 519
    JPEG_DC_TABLES = 520
    JPEG_AC_TABLES = 521
    YCBCR_SUBSAMPLING = 530


_YCBCR, _COLOURS = 6, 3
"""The value of ``Tag.PHOTOMETRIC`` for luminance and two colours, and how many that is."""
_TO_THE_END = 1 << 30
"""More bytes than any file that is read has: what a tag without a length stands for."""
_WITH_DATA_BYTES = 2048
"""Behind ``Tag.JPEG`` stand no mere tables where it is longer: those of a baseline image are two or
three of 64 bytes and four of some 30 to 180.
"""
_TOLD_SHARE = 0.01
"""Of a picture's rows: less lies within the margin that a form leaves."""
MOST_LOST = 0.1
"""Of a picture's rows: where more is missing, it is not read."""
_NOISE = bytes([0x5B, 0xD2, 0x35, 0x8E, 0xA9, 0x47, 0x1C, 0xE3]) * 32
"""Bits that decode to anything but a flat continuation."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """``lost`` rows are missing at the bottom; what stands there means nothing."""

    image: Image.Image
    lost: int = 0


def decode_jpeg(data: bytes) -> Decoded:
    """Raises OSError, SyntaxError or ValueError for data that are damaged, or lack more than
    ``MOST_LOST``.
    """
    try:
        return Decoded(_loaded(data))
    except OSError:
        if data.rstrip(b"\0").endswith(END):
            raise
        body = data[:-1] if data.endswith(_FILL) else data
    # A decoder goes on flat where data end: the rows in which other bits give another picture are
    # those that are lost.
    image, other = _loaded(body + END), _loaded(body + _NOISE + END)
    differ = (np.asarray(image) != np.asarray(other)).reshape(image.height, -1).any(axis=1)
    lost = image.height - int(np.argmax(differ)) if differ.any() else 0
    if lost > MOST_LOST * image.height:
        raise OSError(f"the last {lost} of its {image.height} rows are missing")
    return Decoded(image, lost)


def without(pixels: Gray, lost: int) -> Gray:
    """The last ``lost`` rows as paper."""
    if not lost:
        return pixels
    pixels = pixels.copy()
    pixels[-lost:] = 255
    return pixels


def lost_rows(lost: int, height: int) -> str:
    """What a page says where rows are missing; nothing where they are within the margin that a form
    leaves.
    """
    return (
        f"the last {lost} of its {height} rows are missing" if lost > _TOLD_SHARE * height else ""
    )


def _loaded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=("JPEG",))
    image.load()
    return image


def old_jpeg(tags: Any, read: Callable[[int, int], bytes]) -> Image.Image:
    """A frame of a TIFF of compression 6. ``read(offset, count)`` gives the file's bytes.

    The whole JPEG stands behind tag 513, or its head there and its data in the strips, or each
    strip is a JPEG, or the tables stand behind tags 519 to 521. Raises OSError, ValueError,
    LookupError.
    """
    strips = (
        [
            read(o, n)
            for o, n in zip(tags[Tag.STRIP_OFFSETS], tags[Tag.STRIP_BYTE_COUNTS], strict=True)
        ]
        if Tag.STRIP_OFFSETS in tags and Tag.STRIP_BYTE_COUNTS in tags
        else []
    )
    head = read(tags[Tag.JPEG], tags.get(Tag.JPEG_LENGTH, _TO_THE_END)) if Tag.JPEG in tags else b""
    if head.startswith(_START):
        if _SCAN in head and len(head) > _WITH_DATA_BYTES:
            return decode_jpeg(head).image
        return decode_jpeg(_until_end(head) + b"".join(strips) + END).image
    if strips and all(s.startswith(_START) for s in strips):
        parts = [decode_jpeg(s).image for s in strips]
        page = Image.new(parts[0].mode, (parts[0].width, sum(p.height for p in parts)))
        for index, part in enumerate(parts):
            page.paste(part, (0, sum(p.height for p in parts[:index])))
        return page.crop((0, 0, tags[Tag.WIDTH], tags[Tag.LENGTH]))
    return decode_jpeg(_head(tags, read) + b"".join(strips) + END).image


def _until_end(head: bytes) -> bytes:
    return head[: -len(END)] if head.endswith(END) else head


def _head(tags: Any, read: Callable[[int, int], bytes]) -> bytes:
    """The markers before the data, from the tables that the TIFF keeps by themselves."""
    samples = int(tags.get(Tag.SAMPLES_PER_PIXEL, 1))
    is_ycbcr = samples == _COLOURS and tags.get(Tag.PHOTOMETRIC) == _YCBCR
    across, down = tags.get(Tag.YCBCR_SUBSAMPLING, (2, 2)) if is_ycbcr else (1, 1)
    tables = b"".join(
        _segment(_QUANTIZATION, bytes([index]) + read(offset, _QUANTIZATION_BYTES))
        for index, offset in enumerate(_each(tags[Tag.JPEG_Q_TABLES]))
    )
    for kind, tag in ((_DC, Tag.JPEG_DC_TABLES), (_AC, Tag.JPEG_AC_TABLES)):
        for index, offset in enumerate(_each(tags[tag])):
            counts = read(offset, _COUNTS_BYTES)
            table = counts + read(offset + _COUNTS_BYTES, sum(counts))
            tables += _segment(_HUFFMAN, bytes([kind | index]) + table)
    sizes = [_halves(across, down)] + [_SAMPLED_ONCE] * (samples - 1)
    last = len(_each(tags[Tag.JPEG_Q_TABLES])) - 1
    frame = struct.pack(">BHHB", _SAMPLE_BITS, tags[Tag.LENGTH], tags[Tag.WIDTH], samples)
    frame += b"".join(
        bytes([index + 1, size, min(index, last)]) for index, size in enumerate(sizes)
    )
    last = len(_each(tags[Tag.JPEG_DC_TABLES])) - 1
    huffman = [min(index, last) for index in range(samples)]
    scan = bytes([samples])
    scan += b"".join(
        bytes([index + 1, _halves(table, table)]) for index, table in enumerate(huffman)
    )
    every = tags.get(Tag.JPEG_RESTART_INTERVAL)
    restart = _segment(_RESTART, struct.pack(">H", every)) if every else b""
    opened = _START + tables + _segment(_FRAME, frame) + restart
    return opened + _segment(_SCAN, scan + _ALL_COEFFICIENTS)


def _segment(marker: bytes, content: bytes) -> bytes:
    """A marker with its content, whose length counts itself (B.1.1.4)."""
    return marker + struct.pack(">H", len(content) + 2) + content


def _halves(upper: int, lower: int) -> int:
    """Two numbers of four bits in a byte."""
    return upper << _HALF_BITS | lower


def _each(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (int(value),)
