"""Where a table's captions begin and end on real pages with dirt and lost rulings."""

from __future__ import annotations

import numpy as np
import pytest
from documents import as_it_is, upright, with_pixels

from ocr_form4.stages.segment import segment
from ocr_form4.text.captions import is_table_title


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


@pytest.mark.parametrize(
    ("text", "is_title"),
    [
        ("Table II - Derivative Securities Acquired, Disposed of, or Beneficially Owned", True),
        ("Table fI - Derivative Securities Acquired, Disposed of, or Beneficiaffy Owned", True),
        ("- Derivative Securities Acquired, Disposed of, or Beneficially Owned - Continued", True),
        ("Table H - Derivative Securities Beneficially Owned", True),
        ("9. Number of Derivative Securities Beneficially Owned Following Transaction(s)", False),
        ("5. Number of Derivative Securities Acquired (A) or Disposed of (D)", False),
        ("INITIAL STATEMENT OF BENEFICIAL OWNERSHIP OF SECURITIES", False),
    ],
)
def test_a_tables_title_is_one_however_its_number_was_read(text: str, is_title: bool) -> None:
    assert is_table_title(text) is is_title
