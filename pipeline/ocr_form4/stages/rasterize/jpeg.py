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
from typing import Any

import numpy as np
from PIL import Image

from ocr_form4_models.page import Gray

END = b"\xff\xd9"
_START = b"\xff\xd8"
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
        body = data[:-1] if data.endswith(b"\xff") else data
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
    return f"the last {lost} of its {height} rows are missing" if lost > 0.01 * height else ""


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
        [read(o, n) for o, n in zip(tags[273], tags[279], strict=True)]
        if 273 in tags and 279 in tags
        else []
    )
    head = read(tags[513], tags.get(514, 1 << 30)) if 513 in tags else b""
    if head.startswith(_START):
        if b"\xff\xda" in head and len(head) > 2048:
            return decode_jpeg(head).image
        return decode_jpeg(_until_end(head) + b"".join(strips) + END).image
    if strips and all(s.startswith(_START) for s in strips):
        parts = [decode_jpeg(s).image for s in strips]
        page = Image.new(parts[0].mode, (parts[0].width, sum(p.height for p in parts)))
        for index, part in enumerate(parts):
            page.paste(part, (0, sum(p.height for p in parts[:index])))
        return page.crop((0, 0, tags[256], tags[257]))
    return decode_jpeg(_head(tags, read) + b"".join(strips) + END).image


def _until_end(head: bytes) -> bytes:
    return head[: -len(END)] if head.endswith(END) else head


def _head(tags: Any, read: Callable[[int, int], bytes]) -> bytes:
    """The markers before the data, from the tables that the TIFF keeps by themselves."""
    samples = int(tags.get(277, 1))
    across, down = tags.get(530, (2, 2)) if samples == 3 and tags.get(262) == 6 else (1, 1)
    tables = b"".join(
        b"\xff\xdb" + struct.pack(">HB", 67, index) + read(offset, 64)
        for index, offset in enumerate(_each(tags[519]))
    )
    for kind, tag in ((0x00, 520), (0x10, 521)):
        for index, offset in enumerate(_each(tags[tag])):
            counts = read(offset, 16)
            table = counts + read(offset + 16, sum(counts))
            tables += b"\xff\xc4" + struct.pack(">HB", 3 + len(table), kind | index) + table
    sizes = [across << 4 | down] + [0x11] * (samples - 1)
    last = len(_each(tags[519])) - 1
    frame = struct.pack(">HBHHB", 8 + 3 * samples, 8, tags[257], tags[256], samples)
    frame += b"".join(
        bytes([index + 1, size, min(index, last)]) for index, size in enumerate(sizes)
    )
    huffman = [min(index, len(_each(tags[520])) - 1) for index in range(samples)]
    scan = struct.pack(">HB", 6 + 2 * samples, samples)
    scan += (
        b"".join(bytes([index + 1, table << 4 | table]) for index, table in enumerate(huffman))
        + b"\0\x3f\0"
    )
    restart = b"\xff\xdd" + struct.pack(">HH", 4, tags[515]) if tags.get(515) else b""
    return _START + tables + b"\xff\xc0" + frame + restart + b"\xff\xda" + scan


def _each(value: Any) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (int(value),)
