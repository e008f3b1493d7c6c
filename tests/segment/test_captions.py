"""Where a table's captions begin and end on real pages with dirt and lost rulings."""

from __future__ import annotations

import numpy as np
from documents import as_it_is, upright, with_pixels

from ocr_form4.stages.segment import segment


def test_dirt_under_a_caption_begins_no_row() -> None:
    page, wanted = upright("scan/sales.pdf"), as_it_is("scan/sales.pdf").pieces[0]
    assert wanted.captions
    pixels = page.pixels.copy()
    y = int(0.7 * wanted.captions.y1 + 0.3 * wanted.captions.y0)
    pixels[y : y + 24, int(wanted.columns[0]) + 80 : int(wanted.columns[0]) + 98] = 20
    found = segment(with_pixels(page, pixels)).pieces[0]
    assert np.abs(np.subtract(found.rows, wanted.rows)).max() < 4
    assert not found.guessed_rows


def test_captions_are_told_under_a_title_whose_sides_are_lost() -> None:
    """A ruling of theirs is lost, too, by which captions are told from a row."""
    page, wanted = upright("scan/exercise.pdf"), as_it_is("scan/exercise.pdf").pieces[0]
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
