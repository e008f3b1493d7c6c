"""Real pages as a printer's pins, a screen for gray, a display and a dark room leave them: the form
is found on them as on the page itself, and any other page stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np
import pytest
from documents import FIXTURES
from PIL import Image

from formprint.damage import mouldy
from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.dots import Strokes, made_whole, strokes_of
from ocr_form4.pixels.focus import in_focus
from ocr_form4.pixels.ink import ink
from ocr_form4.pixels.paper import evenly_lit, on_light_paper
from ocr_form4.pixels.screens import without_screen
from ocr_form4.readers import make_readers
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.sheet import pages_on
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import Gray, PageImage

PAGES = sorted(p.name for p in (FIXTURES / "scan").iterdir() if p.suffix in {".pdf", ".tif"})


def page_of(name: str) -> PageImage:
    with open_document(FIXTURES / "scan" / name, Settings()) as document:
        return document.page(1)


def pins(page: Gray, pitch: int = 5) -> Gray:
    """A page printed by pins, half as dark as its ink, ``pitch`` pixels apart."""
    y, x = np.indices(page.shape) % pitch
    pin = (y - pitch // 2) ** 2 + (x - pitch // 2) ** 2 <= 2
    return np.where(pin, 128 + page // 2, 255).astype(np.uint8)


def screened(page: Gray) -> Gray:
    """A page whose gray paper and ink a screen feigns by black dots."""
    paler = Image.fromarray((70 + 0.6 * page).astype(np.uint8))
    return np.asarray(paler.convert("1").convert("L"))


def displayed(page: Gray) -> Gray:
    """A page on a display, between whose columns of light it is dark."""
    columns = np.where(np.arange(page.shape[1]) % 6 < 2, 0, 255).astype(np.uint8)
    return np.minimum(page, columns)


def hatched(page: Gray) -> Gray:
    """A page on paper that is hatched all over."""
    y, x = np.indices(page.shape)
    return np.minimum(page, (90 + 165 * ((x + y) % 4 < 2)).astype(np.uint8))


def in_the_dark(page: Gray) -> Gray:
    """A page on which a sixth of the light falls, more of it at its foot."""
    light = np.linspace(0.12, 0.3, len(page))[:, None]
    return np.round(light * (40 + page * (215 / 255))).astype(np.uint8)


def in_bands(page: Gray) -> Gray:
    """A page on a line printer's paper, with bands a quarter of an inch high."""
    band = np.arange(len(page)) // 75 % 2 == 0
    return np.where(band[:, None], np.round(page * 0.78), page).astype(np.uint8)


def filmed(page: Gray) -> Gray:
    """A page on a microfilm: light on dark, and its frame darker still."""
    film = np.full((page.shape[0] + 240, page.shape[1] + 240), 20, np.uint8)
    film[120:-120, 120:-120] = 255 - np.round(0.8 * page)
    return film


def out_of_focus(page: Gray, radius_px: int = 6) -> Gray:
    """A page through a lens that spreads each point over a disc, with a camera's noise."""
    y, x = np.indices((2 * radius_px + 1,) * 2) - radius_px
    disc = (x**2 + y**2 <= radius_px**2).astype(np.float32)
    soft = cv2.filter2D(page, cv2.CV_32F, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE)
    noise = np.random.default_rng(7).normal(0, 3, page.shape)
    return np.clip(soft + noise, 0, 255).astype(np.uint8)


def thinned(page: Gray) -> Gray:
    """A page in black and white whose faint print fell to pieces."""
    rng = np.random.default_rng(3)
    soft = cv2.GaussianBlur(page.astype(np.float32), (0, 0), 1.1)
    coarse = rng.standard_normal((page.shape[0] // 4, page.shape[1] // 4)).astype(np.float32)
    soft += 10 * cv2.resize(coarse, page.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.where(soft + rng.normal(0, 12, page.shape) > 85, 255, 0).astype(np.uint8)


def layout_of(page: PageImage) -> PageLayout:
    return segment(pages_on(page, 1, make_readers(Settings()))[0].upright)


@pytest.mark.parametrize("name", PAGES)
def test_a_legible_page_is_left_as_it_is(name: str) -> None:
    page = page_of(name)
    light = on_light_paper(page.pixels)
    assert without_screen(light) is light
    assert in_focus(light, min(page.dpi)) is light
    lit = evenly_lit(light, page.dpi)
    ink, paper = light < 100, light > 200
    assert np.mean(lit[ink] < 128) > 0.95 and np.mean(lit[paper] > 200) > 0.99
    assert strokes_of(light, page.dpi) is Strokes.WHOLE


def test_dirt_broader_than_a_stroke_goes_and_the_print_on_it_stays() -> None:
    page = page_of("paper-2002.pdf")
    clean = on_light_paper(page.pixels)
    spoilt = mouldy(clean, page.dpi[0], np.random.default_rng(5))
    paper, ink = clean > 200, clean < 100
    is_dirt = paper & (spoilt < 160)
    assert is_dirt.mean() > 0.1
    lit = evenly_lit(spoilt, page.dpi)
    assert np.mean(lit[is_dirt] > 200) > 0.9
    assert np.mean(lit[ink] < 128) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize(
    "print_", [pins, screened, displayed, hatched, in_the_dark, in_bands, filmed, out_of_focus]
)
def test_the_form_is_found_however_it_was_made_illegible(print_: Callable[[Gray], Gray]) -> None:
    page = page_of("paper-2002.pdf")
    whole, found = layout_of(page), layout_of(replace(page, pixels=print_(page.pixels)))
    assert len(found.header) == len(whole.header)
    assert [(p.table, p.leaves, len(p.rows)) for p in found.pieces] == [
        (p.table, p.leaves, len(p.rows)) for p in whole.pieces
    ]
    letters = [g for g in found.glyphs if g.seen]
    assert len(letters) > 0.7 * len([g for g in whole.glyphs if g.seen])


@pytest.mark.parametrize("radius_px", [4, 6, 8])
def test_a_page_out_of_focus_is_made_sharp(radius_px: int) -> None:
    page = page_of("paper-2002.pdf")
    clean = on_light_paper(page.pixels)
    soft = out_of_focus(clean, radius_px)
    sharp = in_focus(soft, min(page.dpi))
    is_ink = clean < 100
    assert np.mean(soft[is_ink]) - np.mean(sharp[is_ink]) > 0.4 * (
        np.mean(soft[is_ink]) - np.mean(clean[is_ink])
    )
    assert np.mean(sharp[~is_ink]) > np.mean(soft[~is_ink])


def test_strokes_in_pieces_are_made_whole() -> None:
    page = page_of("paper-2002.pdf")
    thin = thinned(on_light_paper(page.pixels))
    assert strokes_of(thin, page.dpi) is Strokes.PIECES
    whole = made_whole(thin, page.dpi, Strokes.PIECES)
    pieces, letters = (len(find_blobs(ink(p, 41, 32))) for p in (thin, whole))
    assert letters < 0.5 * pieces
