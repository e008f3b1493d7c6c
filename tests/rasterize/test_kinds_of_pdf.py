"""PDFs as offices make them: layers, masks, form fields, endings that were cut off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from make_documents import FULL, LETTER, Gray, image_stream, opened_page, picture, save_pdf

from ocr_form4.errors import TruncatedDocument, UnsupportedDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.rasterize.draw import page_words

FINE = picture(2550, 3300)
COARSE = np.full((660, 510), 225, np.uint8)
Name = pikepdf.Name


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
    page = opened_page(make(tmp_path / "a.pdf"))
    assert page.dpi == pytest.approx((300, 300), abs=0.2)
    ink = page.pixels < 150
    assert np.mean(ink != (FINE < 128)) < 0.001


def test_letters_over_a_coarse_picture_are_drawn_finely(tmp_path: Path) -> None:
    text = "BT /F0 9 Tf 100 400 Td (Balance adjusted) Tj ET"
    page = opened_page(layered(tmp_path / "a.pdf", f"{FULL} {text}", {}))
    assert page.dpi == pytest.approx((300, 300), abs=0.2)
    logo = opened_page(
        layered(
            tmp_path / "b.pdf", f"{FULL} q 30 0 0 30 9 9 cm /Logo Do Q", {"Logo": (FINE, "fax4")}
        )
    )
    assert logo.dpi == pytest.approx((60, 60), abs=0.2)  # a logo's resolution is not the page's


def test_what_is_drawn_keeps_the_scan_s_own_pixels(tmp_path: Path) -> None:
    scan = np.random.default_rng(1).integers(0, 256, (2156, 1734)).astype(np.uint8)
    path = save_pdf(tmp_path / "a.pdf", content=f"{FULL} 0 g 0 0 5 5 re f", box=LETTER, pixels=scan)
    page = opened_page(path)
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
    filled = opened_page(widgets(tmp_path / "a.pdf", V="531,966"))
    assert (filled.pixels[there] < 128).mean() > 0.02
    assert filled.pixels.shape == (3300, 2550)
    for number, keys in enumerate(({}, {"V": ""}, {"V": "531,966", "F": 2})):
        empty = opened_page(widgets(tmp_path / f"{number}.pdf", **keys))
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
        return opened_page(path).pixels

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
            opened_page(path)


def test_a_portfolio_names_its_attachments(tmp_path: Path) -> None:
    path = save_pdf(tmp_path / "a.pdf")
    pdf = pikepdf.open(path, allow_overwriting_input=True)
    pdf.Root["/Collection"] = pikepdf.Dictionary(Type=Name.Collection)
    pdf.attachments["form4.pdf"] = b"%PDF-1.4"
    pdf.save(path)
    with pytest.raises(
        UnsupportedDocument, match=r"is a portfolio; its pages are the attachments \(form4.pdf\)"
    ):
        opened_page(path)


def test_without_poppler_pages_are_drawn_and_words_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "BT /F0 40 Tf 60 600 Td (Issuer name) Tj 200 -300 Td (417) Tj ET"
    keys = {"Rotate": 90, "CropBox": pikepdf.Array([30, 40, 612, 792])}
    path = save_pdf(tmp_path / "a.pdf", content=content, box=LETTER, page_keys=keys)
    with_poppler = page_words(path, 1, (3.0, 3.0))
    monkeypatch.setenv("PATH", str(tmp_path))
    page = opened_page(path)
    words = page_words(path, 1, (3.0, 3.0))
    assert [w.text for w in words] == [w.text for w in with_poppler] == ["Issuer", "name", "417"]
    for one, other in zip(words, with_poppler, strict=True):
        assert one.box.center == pytest.approx(other.box.center, abs=20)
    assert (page.pixels < 128).any()
