"""Where a table's captions begin and end on real pages with dirt and lost rulings."""

from __future__ import annotations

from functools import cache

import numpy as np
from documents import FIXTURES, straight, with_pixels

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import UprightPage


@cache
def page_of(name: str) -> UprightPage:
    with open_document(FIXTURES / name, Settings()) as document:
        return straight(document.page(1))


@cache
def as_it_is(name: str) -> PageLayout:
    return segment(page_of(name))


def test_dirt_under_a_caption_begins_no_row() -> None:
    page, wanted = page_of("scan/sales.pdf"), as_it_is("scan/sales.pdf").pieces[0]
    assert wanted.captions
    pixels = page.pixels.copy()
    y = int(0.7 * wanted.captions.y1 + 0.3 * wanted.captions.y0)
    pixels[y : y + 24, int(wanted.columns[0]) + 80 : int(wanted.columns[0]) + 98] = 20
    found = segment(with_pixels(page, pixels)).pieces[0]
    assert np.abs(np.subtract(found.rows, wanted.rows)).max() < 4
    assert not found.guessed_rows


def test_captions_are_told_under_a_title_whose_sides_are_lost() -> None:
    """A ruling of theirs is lost, too, by which captions are told from a row."""
    page, wanted = page_of("scan/exercise.pdf"), as_it_is("scan/exercise.pdf").pieces[0]
    assert wanted.captions
    pixels, top = page.pixels.copy(), int(wanted.captions.y0)
    paper = np.percentile(pixels, 90)
    for x in (wanted.columns[0], wanted.columns[-1]):
        pixels[top - 90 : top - 6, int(x) - 12 : int(x) + 13] = paper
    x = int(wanted.columns[7])
    pixels[top + 8 : int(wanted.captions.y1) - 8, x - 8 : x + 9] = paper
    found = segment(with_pixels(page, pixels)).pieces[0]
    assert found.captions
    assert np.abs(np.subtract(found.rows, wanted.rows)).max() < 4
