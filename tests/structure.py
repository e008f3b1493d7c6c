"""Damage that knows the file: a PDF's objects, streams and trees, TIFF directories, JPEG segments,
PNG chunks.

Bytes at random mostly break a checksum or a compressed stream and are refused at the door; these
get further in.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
import struct
import zlib
from collections.abc import Callable

import pikepdf
from mutation import mutate

_NUMBERS = (0, 1, 2, 7, 255, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1)


def mutate_structure(data: bytes, seed: int) -> bytes:
    """The same damage for the same bytes and seed; bytes at random where the structure is not
    known.
    """
    rng = random.Random(f"structure {seed}")
    kinds: tuple[tuple[bytes, Callable[[bytes, random.Random], bytes]], ...] = (
        (b"%PDF", _pdf), (b"II*\0", _tiff), (b"MM\0*", _tiff), (b"\xff\xd8", _jpeg), (b"\x89PNG",
         _png),
    )  # fmt: skip
    for magic, damage in kinds:
        if data.startswith(magic):
            with contextlib.suppress(
                # a TypeError: a stream's filter that the damage before has made no name
                pikepdf.PdfError,
                struct.error,
                ValueError,
                IndexError,
                RuntimeError,
                TypeError,
            ):
                for _ in range(rng.choice((1, 1, 2, 4))):
                    data = damage(data, rng)
                return data
    return mutate(data, seed)


def _pdf(data: bytes, rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return _xref(data, rng)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        objects = [
            o
            for o in pdf.objects
            if isinstance(o, (pikepdf.Dictionary, pikepdf.Stream)) and len(o.keys())
        ]
        one = rng.choice(objects)
        if isinstance(one, pikepdf.Stream) and rng.random() < 0.5:
            _stream(one, rng)
        else:
            key = rng.choice(sorted(one.keys()))
            if key != "/Length":
                one[key] = _value(pdf, objects, rng)
        written = io.BytesIO()
        pdf.save(written, static_id=True, compress_streams=False)
    return written.getvalue()


def _stream(stream: pikepdf.Stream, rng: random.Random) -> None:
    """Its content, a page's text or a picture's data, damaged and whole again as a stream."""
    try:
        stream.write(mutate(stream.read_bytes(), rng.randrange(1 << 30)))
    except pikepdf.PdfError:  # a picture's own compression
        filters, parameters = stream.get("/Filter"), stream.get("/DecodeParms")
        stream.write(
            mutate(stream.read_raw_bytes(), rng.randrange(1 << 30)),
            filter=filters,
            decode_parms=parameters,
        )


def _value(pdf: pikepdf.Pdf, objects: list[pikepdf.Object], rng: random.Random) -> object:
    """Something that stands there wrongly: a number, a name, another object, perhaps the one that
    holds it.
    """
    names = (
        "/DeviceCMYK",
        "/Indexed",
        "/JBIG2Decode",
        "/CCITTFaxDecode",
        "/JPXDecode",
        "/Pages",
        "/X",
    )
    return rng.choice(
        (
            rng.choice(_NUMBERS[:8]), -1, pikepdf.Name(rng.choice(names)), pikepdf.Array([0, 0, 1,
                1]),
            pikepdf.Array([rng.choice(objects)] * 2), rng.choice(objects),
            pikepdf.String("x" * 300), True,
        )
    )  # fmt: skip


def _xref(data: bytes, rng: random.Random) -> bytes:
    """An offset of the table, the table's own place, or a stream's length."""
    found = list(re.finditer(rb"\b\d{10}(?= \d{5} n)|(?<=startxref\n)\d+|(?<=/Length )\d+", data))
    if not found:
        return mutate(data, rng.randrange(1 << 30))
    match = rng.choice(found)
    number = rng.choice((0, int(match[0]) + rng.choice((-20, -1, 1, 500)), len(data), 10**9))
    return data[: match.start()] + b"%0*d" % (len(match[0]), max(0, number)) + data[match.end() :]


def _tiff(data: bytes, rng: random.Random) -> bytes:
    """One field of one entry of a directory."""
    order = "<" if data.startswith(b"II") else ">"
    place, directories = struct.unpack_from(f"{order}I", data, 4)[0], []
    while place and len(directories) < 20 and place not in [d for d, _ in directories]:
        count = struct.unpack_from(f"{order}H", data, place)[0]
        directories.append((place, count))
        place = struct.unpack_from(f"{order}I", data, place + 2 + 12 * count)[0]
    place, count = rng.choice(directories)
    entry = place + 2 + 12 * rng.randrange(max(1, count))
    at, kind = rng.choice(((0, "H"), (2, "H"), (4, "I"), (8, "I"), (8, "H")))
    if rng.random() < 0.15:  # where the next directory is
        entry, at, kind = place + 2 + 12 * count, 0, "I"
    value = rng.choice((*_NUMBERS, place, 256, 257, 259, 262, 273, 279)) & (
        0xFFFF if kind == "H" else 0xFFFFFFFF
    )
    changed = bytearray(data)
    struct.pack_into(order + kind, changed, entry + at, value)
    return bytes(changed)


def _jpeg(data: bytes, rng: random.Random) -> bytes:
    """A segment changed, doubled or dropped, up to where the scan begins."""
    segments, place = [], 2
    while data[place] == 0xFF and data[place + 1] != 0xDA:
        length = struct.unpack_from(">H", data, place + 2)[0]
        segments.append((place, place + 2 + length))
        place += 2 + length
    begin, end = rng.choice(segments)
    how, segment = rng.randrange(4), data[begin:end]
    if how == 0:
        segment = b""
    elif how == 1:
        segment *= 2
    elif how == 2:
        segment = segment[:2] + struct.pack(">H", rng.choice((0, 1, 2, 65_535))) + segment[4:]
    else:
        segment = segment[:4] + mutate(segment[4:], rng.randrange(1 << 30))
    return data[:begin] + segment + data[end:]


def _png(data: bytes, rng: random.Random) -> bytes:
    """A chunk changed, its checksum right again, doubled or dropped."""
    chunks, place = [], 8
    while place + 12 <= len(data):
        length = struct.unpack_from(">I", data, place)[0]
        chunks.append((place, place + 12 + length))
        place += 12 + length
    begin, end = rng.choice(chunks)
    kind, body = data[begin + 4 : begin + 8], data[begin + 8 : end - 4]
    how = rng.randrange(4)
    if how < 2:
        body = mutate(body, rng.randrange(1 << 30))
    chunk = struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return data[:begin] + (b"" if how == 2 else chunk * (2 if how == 3 else 1)) + data[end:]
