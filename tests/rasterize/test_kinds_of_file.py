"""Kinds of files as offices make them: drawn as a viewer shows them, and read where a viewer reads
them.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from make_documents import Gray, image_stream, picture, save_pdf
from PIL import Image

from ocr_form4.errors import DocumentError, PageError, TruncatedDocument, UnsupportedDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.rasterize.draw import page_words
from ocr_form4_models.page import PageImage

LETTER = (0, 0, 612, 792)
FULL = "q 612 0 0 792 0 0 cm /Im0 Do Q"
FINE = picture(2550, 3300)
COARSE = np.full((660, 510), 225, np.uint8)
Name = pikepdf.Name


def read(path: Path, number: int = 1) -> PageImage:
    with open_document(path, Settings()) as document:
        return document.page(number)


def layered(path: Path, content: str, images: dict[str, tuple[Gray, str]], **more: object) -> Path:
    """A letter page over a coarse picture of paper, ``/Im0``, with further images."""
    pdf = pikepdf.open(
        save_pdf(path, content=content, box=LETTER, pixels=COARSE), allow_overwriting_input=True
    )
    resources = pdf.pages[0].Resources
    for name, (pixels, codec) in images.items():
        keys = {"ImageMask": True, "ColorSpace": None} if name.startswith("Mask") else {}
        resources.XObject[f"/{name}"] = pdf.make_indirect(image_stream(pdf, pixels, codec, **keys))
    for change in more.values():
        change(pdf, resources)  # type: ignore[operator]
    pdf.save(path)
    return path


def soft_mask(pdf: pikepdf.Pdf, resources: pikepdf.Object) -> None:
    """Coarse ink, cut out by a fine mask of its own."""
    ink = image_stream(pdf, np.full((66, 51), 20, np.uint8))
    ink["/SMask"] = pdf.make_indirect(image_stream(pdf, 255 - FINE))
    resources.XObject["/Ink"] = pdf.make_indirect(ink)


def hard_mask(pdf: pikepdf.Pdf, resources: pikepdf.Object) -> None:
    ink = image_stream(pdf, np.full((66, 51), 20, np.uint8))
    ink["/Mask"] = pdf.make_indirect(
        image_stream(pdf, FINE, "fax4", ImageMask=True, ColorSpace=None)
    )
    resources.XObject["/Ink"] = pdf.make_indirect(ink)


def state_mask(pdf: pikepdf.Pdf, resources: pikepdf.Object) -> None:
    """The mask is the graphics state's: a group that shows a fine picture."""
    group = pdf.make_stream(
        FULL.replace("Im0", "Fine").encode(), Type=Name.XObject, Subtype=Name.Form,
        BBox=list(LETTER),
        Group=pikepdf.Dictionary(S=Name.Transparency, CS=Name.DeviceGray),
    )  # fmt: skip
    fine = pdf.make_indirect(image_stream(pdf, 255 - FINE))
    group.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Fine=fine))
    resources.XObject["/Ink"] = pdf.make_indirect(
        image_stream(pdf, np.full((66, 51), 20, np.uint8))
    )
    mask = pikepdf.Dictionary(S=Name.Luminosity, G=group)
    resources["/ExtGState"] = pikepdf.Dictionary(G0=pikepdf.Dictionary(SMask=mask))


TILES = " ".join(f"q 612 0 0 132 0 {132 * n} cm /T{n} Do Q" for n in range(6))
STRIPS = {f"T{n}": (FINE[(5 - n) * 550 : (6 - n) * 550], "fax4") for n in range(6)}
LAYERS: dict[str, Callable[[Path], Path]] = {
    "a fine mask over coarse ink": lambda p: layered(p, f"{FULL} {FULL.replace('Im0', 'Ink')}", {},
    m=soft_mask),
    "a hard mask": lambda p: layered(p, f"{FULL} {FULL.replace('Im0', 'Ink')}", {}, m=hard_mask),
    "a mask of the state": lambda p: layered(p, f"{FULL} /G0 gs {FULL.replace('Im0', 'Ink')}", {},
    m=state_mask),
    "a stencil over paper": lambda p: layered(p, f"{FULL} {FULL.replace('Im0', 'Mask')}",
    {"Mask": (FINE, "fax4")}),
    "strips": lambda p: layered(p, f"{FULL} {TILES}", dict(STRIPS)),
    "an overlay": lambda p: layered(
        p, f"{FULL.replace('Im0', 'Fine')} /G0 gs {FULL}", {"Fine": (FINE, "flate")},
        m=lambda pdf, r: r.__setitem__("/ExtGState",
            pikepdf.Dictionary(G0=pikepdf.Dictionary(ca=0.2))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS.keys())
def test_a_page_of_layers_is_drawn_as_fine_as_its_finest(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    page = read(make(tmp_path / "a.pdf"))
    assert page.dpi == pytest.approx((300, 300), abs=0.2)
    ink = page.pixels < 150
    assert np.mean(ink != (FINE < 128)) < 0.001


def test_letters_over_a_coarse_picture_are_drawn_finely(tmp_path: Path) -> None:
    text = "BT /F0 9 Tf 100 400 Td (Balance adjusted) Tj ET"
    page = read(layered(tmp_path / "a.pdf", f"{FULL} {text}", {}))
    assert page.dpi == pytest.approx((300, 300), abs=0.2)
    logo = read(
        layered(
            tmp_path / "b.pdf", f"{FULL} q 30 0 0 30 9 9 cm /Logo Do Q", {"Logo": (FINE, "fax4")}
        )
    )
    assert logo.dpi == pytest.approx((60, 60), abs=0.2)  # a logo's resolution is not the page's


def test_what_is_drawn_keeps_the_scan_s_own_pixels(tmp_path: Path) -> None:
    scan = np.random.default_rng(1).integers(0, 256, (2156, 1734)).astype(np.uint8)
    path = save_pdf(tmp_path / "a.pdf", content=f"{FULL} 0 g 0 0 5 5 re f", box=LETTER, pixels=scan)
    page = read(path)
    assert page.pixels.shape == scan.shape
    assert np.array_equal(page.pixels[:2100], scan[:2100])


def widgets(path: Path, **keys: object) -> Path:
    pdf = pikepdf.open(
        save_pdf(path, content=FULL, box=LETTER, pixels=picture(2550, 3300)),
        allow_overwriting_input=True,
    )
    font = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    given = {"Type": Name.Annot, "Subtype": Name.Widget, "FT": Name.Tx, "T": "f", "F": 4} | keys
    field = pdf.make_indirect(
        pikepdf.Dictionary(Rect=[100, 400, 300, 420], DA="/Helv 12 Tf 0 g", **given)
    )
    pdf.pages[0].obj["/Annots"] = pikepdf.Array([field])
    resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(Helv=font))
    pdf.Root["/AcroForm"] = pikepdf.Dictionary(Fields=[field], DR=resources, DA="/Helv 0 Tf 0 g")
    pdf.save(path)
    return path


def test_a_form_field_shows_its_value_with_or_without_an_appearance(tmp_path: Path) -> None:
    there = (slice(1550, 1633), slice(417, 1250))
    filled = read(widgets(tmp_path / "a.pdf", V="531,966"))
    assert (filled.pixels[there] < 128).mean() > 0.02
    assert filled.pixels.shape == (3300, 2550)
    for number, keys in enumerate(({}, {"V": ""}, {"V": "531,966", "F": 2})):
        empty = read(widgets(tmp_path / f"{number}.pdf", **keys))
        assert np.array_equal(empty.pixels, picture(2550, 3300))


def test_a_layer_that_is_switched_off_does_not_show(tmp_path: Path) -> None:
    content = f"{FULL} /OC /Off BDC 0 g 100 100 300 300 re f EMC"

    def switched(off: bool) -> Gray:
        path = save_pdf(tmp_path / "a.pdf", content=content, box=LETTER, pixels=picture(1275, 1650))
        pdf = pikepdf.open(path, allow_overwriting_input=True)
        group = pdf.make_indirect(pikepdf.Dictionary(Type=Name.OCG, Name="stamp"))
        pdf.pages[0].Resources["/Properties"] = pikepdf.Dictionary(Off=group)
        state = pikepdf.Dictionary(OFF=[group] if off else [], ON=[] if off else [group])
        pdf.Root["/OCProperties"] = pikepdf.Dictionary(OCGs=[group], D=state)
        pdf.save(path)
        return read(path).pixels

    assert np.array_equal(switched(True), picture(1275, 1650))
    assert (switched(False)[900:1400, 300:700] == 0).all()


ENDINGS = {
    "NULs": lambda data: data + bytes(70_000),
    "a web page": lambda data: (
        data + b"\n<html><body>" + b"<p>Thank you for coming</p>" * 400 + b"</html>"
    ),
    "the mark cut": lambda data: data.rstrip()[:-1],
    "no mark": lambda data: data[: data.rindex(b"%%EOF")],
    "no table either": lambda data: data[: data.rindex(b"startxref")],
}


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=ENDINGS.keys())
@pytest.mark.parametrize(
    "more", [{}, {"object_stream_mode": pikepdf.ObjectStreamMode.generate}], ids=["plain", "packed"]
)
def test_a_pdf_is_read_whose_end_alone_is_amiss(
    tmp_path: Path, ending: Callable[[bytes], bytes], more: dict[str, object]
) -> None:
    path = save_pdf(tmp_path / "a.pdf", count=3, **more)
    path.write_bytes(ending(path.read_bytes()))
    with open_document(path, Settings()) as document:
        assert document.page_count == 3
        assert np.array_equal(document.page(3).pixels, picture())


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_pdf_that_broke_off_is_refused(tmp_path: Path, share: float) -> None:
    scan = np.random.default_rng(1).integers(0, 256, (600, 900)).astype(np.uint8)
    data = save_pdf(tmp_path / "a.pdf", pixels=scan, count=3).read_bytes()
    for name, whole in (("b", data), ("c", data + data[: len(data) // 2])):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(TruncatedDocument):
            read(path)


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
        page = read(jpeg_pdf(path, part) if within == "pdf" else _written(path, part))
        assert np.abs(page.pixels.astype(int) - picture(1700, 2200, gray=True))[:2180].mean() < 2
        assert page.message == ""


def test_what_a_jpeg_lacks_in_earnest_is_told_or_refused(tmp_path: Path) -> None:
    data = jpeg()
    page = read(_written(tmp_path / "a.jpg", data[: int(0.97 * len(data))]))
    assert "of its 2200 rows are missing" in page.message
    lost = int(page.message.split()[2])
    assert 22 < lost < 220 and (page.pixels[-lost:] == 255).all()
    assert np.abs(page.pixels.astype(int) - picture(1700, 2200, gray=True))[:-lost].mean() < 2
    with pytest.raises(PageError, match="rows are missing"):
        read(_written(tmp_path / "b.jpg", data[: len(data) // 2]))


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
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
    page = read(_written(tmp_path / "a.tif", make()))
    assert np.abs(page.pixels.astype(int) - picture(1700, 2200, gray=True)).mean() < 2


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
    path = _written(
        tmp_path / "a.tif",
        tiff([*tags, (262, 3, (0,)), (278, 4, (2200,)), (279, 4, (len(data),))], data),
    )
    assert np.array_equal(read(path).pixels, scan)


@pytest.mark.parametrize("mode", ["LAB", "CMYK", "YCbCr"])
def test_colours_of_print_and_cameras(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    Image.fromarray(picture(1700, 2200)).convert("RGB").convert(mode).save(path)
    assert np.abs(read(path).pixels.astype(int) - picture(1700, 2200)).mean() < 2


@pytest.mark.parametrize("suffix", ["heic", "webp"])
def test_what_phones_save(tmp_path: Path, suffix: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    turned = Image.Exif()
    turned[274] = 6 if suffix == "webp" else 1  # a HEIC is turned by a property of its own
    path = tmp_path / f"a.{suffix}"
    pixels = np.rot90(picture(1700, 2200)) if suffix == "webp" else picture(1700, 2200)
    Image.fromarray(pixels).convert("RGB").save(path, exif=turned)
    page = read(path)
    assert page.pixels.shape == (2200, 1700)
    assert np.abs(page.pixels.astype(int) - picture(1700, 2200)).mean() < 3


@pytest.mark.slow
def test_1200_dpi_in_one_bit(tmp_path: Path) -> None:
    path = save_pdf(
        tmp_path / "a.pdf", content=FULL, box=LETTER, pixels=picture(9000, 12000), codec="fax4"
    )
    page = read(path)
    assert page.pixels.shape == (12000, 9000) and page.dpi[0] == pytest.approx(9000 / 8.5)


@pytest.mark.slow
def test_an_oblong_picture_does_not_pass_the_pixel_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("1", (30_000, 1296), 1).save(path, dpi=(1250, 54))
    with pytest.raises(PageError, match="square more than"):
        read(path)
    with pytest.raises(PageError, match="square more than"):
        read(save_pdf(
            tmp_path / "a.pdf", content="1728 0 0 1728 0 0 cm /Im0 Do", box=(0, 0, 1728, 1728),
            pixels=np.full((1296, 30_000), 255, np.uint8), codec="fax4",
        ))  # fmt: skip


def test_a_portfolio_names_its_attachments(tmp_path: Path) -> None:
    path = save_pdf(tmp_path / "a.pdf")
    pdf = pikepdf.open(path, allow_overwriting_input=True)
    pdf.Root["/Collection"] = pikepdf.Dictionary(Type=Name.Collection)
    pdf.attachments["form4.pdf"] = b"%PDF-1.4"
    pdf.save(path)
    with pytest.raises(
        UnsupportedDocument, match=r"is a portfolio; its pages are the attachments \(form4.pdf\)"
    ):
        read(path)


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
        read(_written(tmp_path / "a.pdf", data + bytes(100)))


def test_without_poppler_pages_are_drawn_and_words_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "BT /F0 40 Tf 60 600 Td (Issuer name) Tj 200 -300 Td (417) Tj ET"
    keys = {"Rotate": 90, "CropBox": pikepdf.Array([30, 40, 612, 792])}
    path = save_pdf(tmp_path / "a.pdf", content=content, box=LETTER, page_keys=keys)
    with_poppler = page_words(path, 1, (3.0, 3.0))
    monkeypatch.setenv("PATH", str(tmp_path))
    page = read(path)
    words = page_words(path, 1, (3.0, 3.0))
    assert [w.text for w in words] == [w.text for w in with_poppler] == ["Issuer", "name", "417"]
    for one, other in zip(words, with_poppler, strict=True):
        assert one.box.center == pytest.approx(other.box.center, abs=20)
    assert (page.pixels < 128).any()


def test_an_avif_picture_and_a_measurement_s_samples_are_named_in_one_line(tmp_path: Path) -> None:
    avif = tmp_path / "a.avif"
    avif.write_bytes(b"\0\0\0\x20ftypavif" + bytes(64))
    with pytest.raises(UnsupportedDocument, match="is an AVIF picture, not a scan"):
        read(avif)
    Image.fromarray(np.zeros((1100, 850), np.float32)).save(tmp_path / "a.tif")
    with pytest.raises(PageError, match="samples of 32 bits") as refused:
        read(tmp_path / "a.tif")
    assert "\n" not in str(refused.value)
