"""Documents in: the pixels that were scanned, as a viewer shows them."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from make_documents import FULL, Gray, fax, opened_page, picture, save_pdf
from PIL import Image, ImageOps

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.page import PageImage


def viewer(path: Path, size: tuple[int, int]) -> Gray:
    """What poppler shows, independently of the code under test."""
    done = subprocess.run(
        ["pdftoppm", "-gray", "-cropbox", "-r", "150", str(path)], capture_output=True, check=True
    )
    return np.asarray(Image.open(io.BytesIO(done.stdout)).convert("L").resize(size))


def looks_like(page: PageImage, path: Path) -> bool:
    """Coarsely the same picture as the viewer's: poppler's own drawing moves pixels by a
    fraction.
    """
    height, width = page.pixels.shape
    shown = viewer(path, (width, height))
    small = [
        np.asarray(Image.fromarray(p).resize((30, 30), Image.Resampling.BOX), float)
        for p in (page.pixels, shown)
    ]
    return bool(np.abs(small[0] - small[1]).mean() < 3)


MATRICES = {
    "upright": "450 0 0 300 0 0", "mirrored": "-450 0 0 300 450 0", "flipped": "450 0 0 -300 0 300",
    "half-turn": "-450 0 0 -300 450 300", "left": "0 300 -450 0 450 0",
    "right": "0 -300 450 0 0 300",
    "transposed": "0 300 450 0 0 0", "anti": "0 -300 -450 0 450 300",
}  # fmt: skip


@pytest.mark.parametrize("rotate", [0, 90, 180, 270, -90])
@pytest.mark.parametrize("matrix", MATRICES.values(), ids=MATRICES.keys())
def test_every_placement_and_rotation_is_shown_as_a_viewer_shows_it(
    tmp_path: Path, matrix: str, rotate: int
) -> None:
    path = save_pdf(
        tmp_path / "a.pdf", content=f"q {matrix} cm /Im0 Do Q", page_keys={"Rotate": rotate}
    )
    page = opened_page(path)
    assert sorted(np.unique(page.pixels)) == [0, 255]  # the scan's own pixels, not drawn ones
    assert looks_like(page, path)


CODECS: list[tuple[str, dict[str, Any]]] = [
    ("flate", {}), ("predictor", {}), ("jpeg", {}), ("raw1", {}), ("fax4", {}), ("fax3", {}),
     ("jpx", {}),
    ("raw1", {"Decode": pikepdf.Array([1, 0])}), ("fax4", {"Decode": pikepdf.Array([1, 0])}),
    ("flate", {"Decode": pikepdf.Array([1, 0])}),
    ("raw1", {"ImageMask": True, "ColorSpace": None}),
    ("raw1", {"ImageMask": True, "ColorSpace": None, "Decode": pikepdf.Array([1, 0])}),
    ("fax4", {"ImageMask": True, "ColorSpace": None}),
    ("raw1", {"ColorSpace": pikepdf.Array([pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 1,
     b"\xff\xff\xff\0\0\x60"])}),
    ("jpeg", {"Decode": pikepdf.Array([1, 0])}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("codec", "keys"), CODECS, ids=lambda v: v if isinstance(v, str) else "-".join(v) or "plain"
)
def test_every_way_of_storing_an_image_gives_what_a_viewer_shows(
    tmp_path: Path, codec: str, keys: dict[str, Any]
) -> None:
    path = save_pdf(tmp_path / "a.pdf", codec=codec, image_keys=keys)
    page = opened_page(path)
    assert page.pixels.shape == (600, 900)
    assert looks_like(page, path)


def test_a_lossless_scan_comes_out_bit_by_bit(tmp_path: Path) -> None:
    scan = picture(gray=True)
    assert np.array_equal(opened_page(save_pdf(tmp_path / "a.pdf", pixels=scan)).pixels, scan)


def test_the_fax_keeps_its_oblong_pixels(tmp_path: Path) -> None:
    scan = picture(1734, 2156)
    path = save_pdf(
        tmp_path / "a.pdf",
        pixels=scan,
        codec="fax4",
        box=(0, 0, 612, 792),
        content="612 0 0 792 0 0 cm /Im0 Do",
    )
    page = opened_page(path)
    assert page.dpi == pytest.approx((204, 196), abs=0.01)
    assert np.array_equal(page.pixels, scan)
    path = save_pdf(
        tmp_path / "b.pdf", pixels=scan, codec="fax4", box=(0, 0, 612, 792),
        content="612 0 0 792 0 0 cm /Im0 Do",
        page_keys={"Rotate": 90},
    )  # fmt: skip
    assert opened_page(path).dpi == pytest.approx((196, 204), abs=0.01)


PAGES = {
    "margins": "q 500 0 0 700 60 40 cm /Im0 Do Q",
    "overhang": "q 700 0 0 900 -40 -50 cm /Im0 Do Q",
    "clipped": "q 100 100 300 300 re W n 612 0 0 792 0 0 cm /Im0 Do Q",
    "stamp": FULL + " 0 g 300 300 200 60 re f",
    "stamp under": "0 g 300 300 200 60 re f " + FULL,
    "white under": "1 g 0 0 612 792 re f " + FULL,
    "white over": FULL + " 1 g 300 300 200 60 re f",
    "stencil in gray": "0.6 g " + FULL,
    "skewed": "q 600 20 -20 780 20 0 cm /Im0 Do Q",
    "strips": "q 612 0 0 396 0 396 cm /Im0 Do Q q 612 0 0 396 0 0 cm /Im0 Do Q",
    "vectors": "2 w 50 700 m 500 700 l S 50 100 200 50 re f BT /F0 24 Tf 100 400 Td (FORM 4) Tj ET",
    "logo": "q 100 0 0 50 20 700 cm /Im0 Do Q 50 100 200 50 re f",
    "nothing": "",
}


@pytest.mark.parametrize("rotate", [0, 90])
@pytest.mark.parametrize("content", PAGES.values(), ids=PAGES.keys())
def test_a_page_that_is_more_than_one_image_is_drawn(
    tmp_path: Path, content: str, rotate: int
) -> None:
    mask = {"ImageMask": True, "ColorSpace": None} if content.startswith("0.6 g") else {}
    path = save_pdf(
        tmp_path / "a.pdf", content=content, box=(0, 0, 612, 792), pixels=picture(1275, 1650),
        codec="raw1",
        image_keys=mask, page_keys={"Rotate": rotate},
    )  # fmt: skip
    assert looks_like(opened_page(path), path)


def test_the_crop_box_is_what_is_shown(tmp_path: Path) -> None:
    path = save_pdf(
        tmp_path / "a.pdf", content=FULL, box=(0, 0, 612, 792), pixels=picture(1275, 1650),
        page_keys={"CropBox": pikepdf.Array([50, 100, 550, 700])},
    )  # fmt: skip
    page = opened_page(path)
    assert page.pixels.shape == (1250, 1042)
    assert looks_like(page, path)


def test_a_visible_mark_over_the_scan_keeps_the_scan_s_resolution(tmp_path: Path) -> None:
    path = save_pdf(
        tmp_path / "a.pdf", content=PAGES["stamp"], box=(0, 0, 612, 792), pixels=picture(1734, 2156)
    )
    page = opened_page(path)
    assert page.pixels.shape == (2156, 1734)
    assert page.dpi == pytest.approx((204, 196), abs=0.1)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("hidden", [True, False])
def test_words_of_the_text_layer_lie_where_they_are_shown(
    tmp_path: Path, rotate: int, hidden: bool
) -> None:
    text = f"BT {3 if hidden else 0} Tr /F0 40 Tf 60 600 Td (Issuer) Tj 200 -300 Td (417) Tj ET"
    content = f"{FULL} {text}" if hidden else text
    white = np.full((1650, 1275), 255, np.uint8)
    keys = {"Rotate": rotate, "CropBox": pikepdf.Array([30, 40, 612, 792])}
    path = save_pdf(
        tmp_path / "a.pdf", content=content, box=(0, 0, 612, 792), pixels=white, page_keys=keys
    )
    page = opened_page(path)
    assert [w.text for w in page.words] == ["Issuer", "417"]
    if not hidden:
        ink = page.pixels < 128
        outside = ink.copy()
        for word in page.words:
            box = word.box.inset(-4).pixels(*ink.shape)
            assert ink[box].mean() > 0.08
            outside[box] = False
        assert not outside.any()


def test_an_image_only_page_has_no_words(tmp_path: Path) -> None:
    assert opened_page(save_pdf(tmp_path / "a.pdf")).words == ()


@pytest.mark.parametrize(("rows", "down"), [(1078, 98), (1365, 98), (2156, 196), (4300, 391)])
@pytest.mark.parametrize("claimed", [None, 72])
def test_a_fax_without_its_resolution_is_known_by_its_width(
    rows: int, down: int, claimed: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "fax.tif"
    more = {"dpi": (claimed, claimed)} if claimed else {}
    Image.new("1", (1728, rows), 1).save(path, compression="group4", **more)
    assert opened_page(path).dpi == pytest.approx((204, down))


def test_a_scan_stored_at_72_dpi_is_taken_for_a_letter_page(tmp_path: Path) -> None:
    path = save_pdf(
        tmp_path / "a.pdf",
        pixels=picture(2550, 3300),
        box=(0, 0, 2550, 3300),
        content="2550 0 0 3300 0 0 cm /Im0 Do",
    )
    page = opened_page(path)
    assert page.dpi == pytest.approx((300, 300))
    assert page.pixels.shape == (3300, 2550)


def save_image(path: Path, pixels: Gray, **keys: Any) -> Path:
    Image.fromarray(pixels).save(path, **keys)
    return path


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg"])
def test_image_files(tmp_path: Path, suffix: str) -> None:
    scan = picture(1700, 2200, gray=True)
    page = opened_page(save_image(tmp_path / f"a.{suffix}", scan, dpi=(200, 200)))
    assert page.dpi == pytest.approx((200, 200), abs=0.1)
    assert np.abs(page.pixels.astype(int) - scan).mean() < (1 if suffix == "jpg" else 1e-9)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_the_camera_s_orientation_is_applied(tmp_path: Path, suffix: str, orientation: int) -> None:
    upright = Image.fromarray(picture(1700, 2200))
    turned = upright.copy()
    turned.getexif()[274] = {6: 8, 8: 6}.get(orientation, orientation)
    stored = ImageOps.exif_transpose(turned)  # the inverse of what a reader will do
    reader = Image.Exif()
    reader[274] = orientation
    path = tmp_path / f"a.{suffix}"
    stored.save(path, exif=reader, dpi=(200, 100) if stored.width == 1700 else (100, 200))
    page = opened_page(path)
    assert np.abs(page.pixels.astype(int) - np.asarray(upright)).mean() < 2
    assert page.dpi == pytest.approx((200, 100), abs=0.1)


def test_every_page_of_a_tiff_and_each_at_its_own_size(tmp_path: Path) -> None:
    frames = [Image.fromarray(picture(1728, 1100 + 100 * i)).convert("1") for i in range(3)]
    path = tmp_path / "fax.tif"
    frames[0].save(
        path, save_all=True, append_images=frames[1:], compression="group4", dpi=(204, 98)
    )
    with open_document(path, Settings()) as document:
        pages = list(document.pages())
    assert [p.number for p in pages] == [1, 2, 3]
    assert [p.pixels.shape for p in pages] == [(1100, 1728), (1200, 1728), (1300, 1728)]
    assert pages[0].dpi == pytest.approx((204, 98), abs=0.1)
    assert fax(picture(), "fax4") != fax(picture(), "fax3")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16", "CMYK"])
def test_every_pixel_format(tmp_path: Path, mode: str) -> None:
    image = Image.fromarray(picture(1700, 2200))
    image = (
        Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
        if mode == "I;16"
        else image.convert(mode)
    )
    if mode in ("RGBA", "LA"):
        image.putalpha(Image.fromarray((picture(1700, 2200) < 128).astype(np.uint8) * 255))
    path = tmp_path / ("a.tif" if mode == "CMYK" else "a.png")
    image.save(path)
    assert np.abs(opened_page(path).pixels.astype(int) - picture(1700, 2200)).mean() < 1


def test_a_folder_of_images_is_one_document(tmp_path: Path) -> None:
    for name in ("p2.png", "p1.png", "p3.tif"):
        save_image(tmp_path / name, picture(300 + int(name[1]), 200))
    with open_document(tmp_path, Settings()) as document:
        assert [p.pixels.shape[1] for p in document.pages()] == [301, 302, 303]


@pytest.mark.parametrize("claimed", [600, 1200, 72, 30])
def test_a_resolution_that_no_sheet_of_paper_has_is_not_believed(
    tmp_path: Path, claimed: int
) -> None:
    Image.new("L", (2550, 3300), 255).save(tmp_path / "a.png", dpi=(claimed, claimed))
    with open_document(tmp_path / "a.png", Settings()) as document:
        assert document.page(1).dpi == pytest.approx((300, 300), rel=0.01)
