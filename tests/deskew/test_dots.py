"""Real pages as a printer's pins and a screen for gray leave them: the form is found on them as on
the page itself, and a page that is printed otherwise stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from documents import FIXTURES
from PIL import Image

from ocr_form4.pixels.dots import dots_run_together
from ocr_form4.pixels.paper import on_light_paper
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


def layout_of(page: PageImage) -> PageLayout:
    return segment(pages_on(page, 1, make_readers(Settings()))[0].upright)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_without_dots_is_left_as_it_is(name: str) -> None:
    page = page_of(name)
    light = on_light_paper(page.pixels)
    assert dots_run_together(light, page.dpi) is light


@pytest.mark.slow
@pytest.mark.parametrize("print_", [pins, screened])
def test_the_form_is_found_on_print_of_dots(print_: Callable[[Gray], Gray]) -> None:
    page = page_of("paper-2002.pdf")
    whole, found = layout_of(page), layout_of(replace(page, pixels=print_(page.pixels)))
    assert len(found.header) == len(whole.header)
    assert [(p.table, p.leaves, len(p.rows)) for p in found.pieces] == [
        (p.table, p.leaves, len(p.rows)) for p in whole.pieces
    ]
    letters = [g for g in found.glyphs if g.seen]
    assert len(letters) > 0.7 * len([g for g in whole.glyphs if g.seen])
