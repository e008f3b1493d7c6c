"""JPEGs that lack their end, and those of TIFFs of the old style."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from make_documents import FULL, LETTER, opened_page, picture, save_pdf, tiff, written
from PIL import Image

from ocr_form4.errors import PageError

Name = pikepdf.Name


def jpeg(progressive: bool = False) -> bytes:
    stream = io.BytesIO()
    shaded = picture(1700, 2200, gray=True)
    Image.fromarray(shaded).save(
        stream, "JPEG", quality=90, dpi=(200, 200), progressive=progressive
    )
    return stream.getvalue()


def jpeg_pdf(path: Path, data: bytes) -> Path:
    whole = save_pdf(
        path, pixels=picture(1700, 2200, gray=True), codec="jpeg", content=FULL, box=LETTER
    )
    pdf = pikepdf.open(whole, allow_overwriting_input=True)
    pdf.pages[0].Resources.XObject.Im0.write(data, filter=Name.DCTDecode)
    pdf.save(path)
    return path


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("within", ["jpg", "pdf"])
def test_a_jpeg_is_read_that_lacks_its_last_bytes(
    tmp_path: Path, within: str, progressive: bool
) -> None:
    data = jpeg(progressive)
    path = tmp_path / f"a.{within}"
    for cut in (1, 2, 4):
        part = data[:-cut]
        page = opened_page(jpeg_pdf(path, part) if within == "pdf" else written(path, part))
        assert np.abs(page.pixels.astype(int) - picture(1700, 2200, gray=True))[:2180].mean() < 2
        assert page.message == ""


def test_what_a_jpeg_lacks_in_earnest_is_told_or_refused(tmp_path: Path) -> None:
    data = jpeg()
    page = opened_page(written(tmp_path / "a.jpg", data[: int(0.97 * len(data))]))
    assert "of its 2200 rows are missing" in page.message
    lost = int(page.message.split()[2])
    assert 22 < lost < 220 and (page.pixels[-lost:] == 255).all()
    assert np.abs(page.pixels.astype(int) - picture(1700, 2200, gray=True))[:-lost].mean() < 2
    with pytest.raises(PageError, match="rows are missing"):
        opened_page(written(tmp_path / "b.jpg", data[: len(data) // 2]))


BASIC: list[tuple[int, int, tuple[int, ...]]] = [
    (256, 4, (1700,)),
    (257, 4, (2200,)),
    (258, 3, (8,)),
    (259, 3, (6,)),
]


def old_whole() -> bytes:
    data = jpeg()
    return tiff(
        [
            *BASIC,
            (262, 3, (1,)),
            (513, 4, (8,)),
            (514, 4, (len(data),)),
            (273, 4, (8,)),
            (279, 4, (len(data),)),
        ],
        data,
    )


def old_head_and_strips() -> bytes:
    data = jpeg()
    start = data.index(b"\xff\xda")
    scan = start + 2 + struct.unpack(">H", data[start + 2 : start + 4])[0]
    tags = [
        (262, 3, (1,)),
        (513, 4, (8,)),
        (514, 4, (scan,)),
        (273, 4, (8 + scan,)),
        (279, 4, (len(data) - scan,)),
    ]
    return tiff([*BASIC, *tags], data)


def old_tables() -> bytes:
    """The tables by themselves, the scan's data in a strip."""
    data, at, places = jpeg(), 2, {}
    while data[at + 1] != 0xDA:
        size = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if data[at + 1] in (0xDB, 0xC4):
            places[data[at + 1], data[at + 4]] = 8 + at + 5
        at += 2 + size
    scan = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    tags = [
        (262, 3, (1,)), (277, 3, (1,)), (512, 3, (1,)), (519, 4, (places[0xDB, 0],)), (520, 4,
         (places[0xC4, 0],)),
        (521, 4, (places[0xC4, 0x10],)), (273, 4, (8 + scan,)), (279, 4, (len(data) - scan - 2,)),
    ]  # fmt: skip
    return tiff([*BASIC, *tags], data)


@pytest.mark.parametrize("make", [old_whole, old_head_and_strips, old_tables])
def test_old_style_jpeg_in_tiff(tmp_path: Path, make: Callable[[], bytes]) -> None:
    page = opened_page(written(tmp_path / "a.tif", make()))
    assert np.abs(page.pixels.astype(int) - picture(1700, 2200, gray=True)).mean() < 2
