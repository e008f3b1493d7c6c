"""Letters at the ends of a line that a hole or a stroke runs into are read with it, where a word
comes of it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import cv2
import pytest
from documents import FIXTURES, straight, with_pixels

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import recognize
from ocr_form4.stages.recognize.covered_ends import says_more
from ocr_form4.stages.segment import segment
from ocr_form4_models.page import Gray, UprightPage
from ocr_form4_models.reading import Reading, Run

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


@cache
def page() -> UprightPage:
    with open_document(FIXTURES / "scan/sales.pdf", Settings()) as document:
        return straight(document.page(1))


def titles(pixels: Gray, readers: Readers) -> list[Run]:
    """What stands in the first column of the first table, row by row."""
    cells = recognize(segment(with_pixels(page(), pixels)), readers).cells
    return [line.whole for (p, _, c), cell in cells.items() if p == c == 0 for line in cell.lines]


@pytest.mark.parametrize("end", ["first", "last"])
def test_a_letter_at_an_end_that_a_hole_touches_is_read(readers: Readers, end: str) -> None:
    whole = titles(page().pixels, readers)[1]
    assert whole.text == "Class A Common Stock"
    x = whole.box.x0 - 38 if end == "first" else whole.box.x1 + 38
    pixels = page().pixels.copy()
    cv2.circle(pixels, (int(x), int(whole.box.center[1])), 42, (30,), -1, cv2.LINE_AA)
    punched = [r for r in titles(pixels, readers) if r.box.intersection(whole.box)]
    assert [r.text for r in punched] == [whole.text]
    assert punched[0].struck, "what a hole touches is looked at"


@pytest.mark.parametrize(
    ("narrow", "wide", "more"),
    [
        ("lass A Common Stock", "Class A Common Stock", True),
        ("EW YORK", "NEW YORK", True),
        ("Senior Vice Presid", "Senior Vice President", True),
        ("n Sabih", "Khan Sabih", True),
        ("Common Stock", "/Common Stock", False),
        ("Common Stock", "l Common Stock", False),
        ("10", "110", False),
        ("Stock", "Stock Options", False),
        ("Apple Inc.", "Apple Incc.", False),
        ("O EVENTBRITE, INC.", "C/O EVENTBRITE, INC.", True),
        ("CLEVELAND STREET", "22 CLEVELAND STREET", True),
        ("05/28/20", "05/28/2013", True),
        ("05/28/2013", "105/28/2013", False),
        ("25,000", "125,000", False),
    ],
)
def test_more_is_taken_where_a_word_at_an_end_grows_to_one(
    narrow: str, wide: str, more: bool
) -> None:
    assert says_more(Reading("form", narrow, 0.99), Reading("form", wide, 0.99)) is more
