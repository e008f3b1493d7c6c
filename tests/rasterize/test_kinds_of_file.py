"""Pictures as offices and phones make them, and what is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from make_documents import FULL, LETTER, opened_page, picture, save_pdf, tiff, written
from PIL import Image

from ocr_form4.errors import DocumentError, PageError, UnsupportedDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document


def test_thumbnails_and_reduced_copies_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    pages = [picture(1700, 2200, gray=True), np.ascontiguousarray(picture(1700, 2200)[::-1])]
    frames = []
    for pixels in pages:
        whole = Image.fromarray(pixels)
        frames += [whole, whole.resize((850, 1100)), whole.resize((124, 160))]
    frames[0].save(path, save_all=True, append_images=frames[1:], compression="tiff_lzw")
    with open_document(path, Settings()) as document:
        assert document.page_count == 2
        assert np.array_equal(document.page(1).pixels, pages[0])
        assert np.array_equal(document.page(2).pixels, pages[1])


def test_a_tiff_says_which_frame_is_reduced(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    one, two = (
        Image.fromarray(picture(1000, 1400)),
        Image.fromarray(np.ascontiguousarray(picture(1000, 1400)[::-1])),
    )
    two.encoderinfo = {"tiffinfo": {254: 1}}
    one.save(path, save_all=True, append_images=[two])
    with open_document(path, Settings()) as document:
        assert document.page_count == 1
    two.save(path, tiffinfo={254: 1})
    # where all are reduced, they are what there is
    with open_document(path, Settings()) as document:
        assert document.page_count == 1


def test_sixteen_bits_with_white_as_zero(tmp_path: Path) -> None:
    scan = picture(1700, 2200, gray=True)
    tags = [
        (256, 4, (1700,)),
        (257, 4, (2200,)),
        (258, 3, (16,)),
        (259, 3, (1,)),
        (273, 4, (8,)),
        (277, 3, (1,)),
    ]
    data = ((255 - scan).astype("<u2") * 257).tobytes()
    path = written(
        tmp_path / "a.tif",
        tiff([*tags, (262, 3, (0,)), (278, 4, (2200,)), (279, 4, (len(data),))], data),
    )
    assert np.array_equal(opened_page(path).pixels, scan)


@pytest.mark.parametrize("mode", ["LAB", "CMYK", "YCbCr"])
def test_colours_of_print_and_cameras(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    Image.fromarray(picture(1700, 2200)).convert("RGB").convert(mode).save(path)
    assert np.abs(opened_page(path).pixels.astype(int) - picture(1700, 2200)).mean() < 2


@pytest.mark.parametrize("suffix", ["heic", "webp"])
def test_what_phones_save(tmp_path: Path, suffix: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    turned = Image.Exif()
    turned[274] = 6 if suffix == "webp" else 1  # a HEIC is turned by a property of its own
    path = tmp_path / f"a.{suffix}"
    pixels = np.rot90(picture(1700, 2200)) if suffix == "webp" else picture(1700, 2200)
    Image.fromarray(pixels).convert("RGB").save(path, exif=turned)
    page = opened_page(path)
    assert page.pixels.shape == (2200, 1700)
    assert np.abs(page.pixels.astype(int) - picture(1700, 2200)).mean() < 3


@pytest.mark.slow
def test_1200_dpi_in_one_bit(tmp_path: Path) -> None:
    path = save_pdf(
        tmp_path / "a.pdf", content=FULL, box=LETTER, pixels=picture(9000, 12000), codec="fax4"
    )
    page = opened_page(path)
    assert page.pixels.shape == (12000, 9000) and page.dpi[0] == pytest.approx(9000 / 8.5)


@pytest.mark.slow
def test_an_oblong_picture_does_not_pass_the_pixel_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (30_000, 1296), 1).save(path, dpi=(1250, 54))
    with pytest.raises(PageError, match="square more than"):
        opened_page(path)
    with pytest.raises(PageError, match="square more than"):
        opened_page(save_pdf(
            tmp_path / "a.pdf", content="1728 0 0 1728 0 0 cm /Im0 Do", box=(0, 0, 1728, 1728),
            pixels=np.full((1296, 30_000), 255, np.uint8), codec="fax4",
        ))  # fmt: skip


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04", "a ZIP archive"),
        (b"GIF89a", "a GIF picture"),
        (b"<!DOCTYPE html>", "a web page"),
    ],
)
def test_what_is_no_scan_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    with pytest.raises(DocumentError, match=f"is {what}, not a scan"):
        opened_page(written(tmp_path / "a.pdf", data + bytes(100)))


def test_an_avif_picture_and_a_measurement_s_samples_are_named_in_one_line(tmp_path: Path) -> None:
    avif = tmp_path / "a.avif"
    avif.write_bytes(b"\0\0\0\x20ftypavif" + bytes(64))
    with pytest.raises(UnsupportedDocument, match="is an AVIF picture, not a scan"):
        opened_page(avif)
    Image.fromarray(np.zeros((1100, 850), np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(PageError, match="samples of 32 bits") as refused:
        opened_page(tmp_path / "a.tif")
    assert "\n" not in str(refused.value)
