"""The reader of the form's own print: what it may answer alone, and what it has to leave to the
reader of everything.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from documents import FIXTURES, straight
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz import fuzz

from ocr_form4.pixels.crops import crop
from ocr_form4.readers import Readers
from ocr_form4.readers.form import is_all_print
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.line_rows import join_rows
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.text.captions import is_own_print, squeeze
from ocr_form4_models.layout import inside
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

PAGES = ("copy.pdf", "fax.tif", "sales.pdf", "paper-2002.pdf", "sideways.jpg")


@cache
def header_of(name: str) -> list[Gray]:
    """The lines over and in a page's header, as the pipeline cuts them."""
    with open_document(FIXTURES / "scan" / name, Settings()) as document:
        layout = segment(straight(document.page(1)))
    boxes = [join_rows(group_lines(inside(layout.glyphs, b)), 1.9) for b in layout.header]
    lines = [*join_rows(layout.above, 1.9), *(line for box in boxes for line in box)]
    return [crop(layout.clean, line.box) for line in lines]


def _typed(text: str, size: int = 30) -> Gray:
    """A line in the print of typed forms, with paper around it."""
    font = ImageFont.truetype("LiberationSans-Regular.ttf", size)
    x0, y0, x1, y1 = (int(v) for v in font.getbbox(text))
    picture = Image.new("L", (x1 - x0 + 12, y1 - y0 + 12), 255)
    ImageDraw.Draw(picture).text((6 - x0, 6 - y0), text, fill=0, font=font)
    return np.asarray(picture)


@pytest.mark.parametrize("name", PAGES)
def test_most_of_the_forms_own_print_needs_no_other_reader_and_nothing_else_is_taken_for_it(
    name: str, engines: Readers
) -> None:
    crops = header_of(name)
    said = engines.first.read(crops)
    alone = [is_all_print(r) for r in engines.captions.read(crops)]
    own = [is_own_print(r.text) for r in said]
    assert sum(a and o for a, o in zip(alone, own, strict=True)) >= 0.7 * sum(own)
    together = engines.of_print.read(crops)
    for by_both, by_one, left in zip(together, said, alone, strict=True):
        if left:
            assert fuzz.ratio(squeeze(by_both.text), squeeze(by_one.text)) >= 80
        else:  # in half precision a line's score is another in its last digits in other company
            assert by_both.text == by_one.text
            assert by_both.confidence == pytest.approx(by_one.confidence, abs=2e-3)


def test_what_is_filled_in_behind_a_caption_is_read(engines: Readers) -> None:
    captions = ("1. Name and Address of Reporting Person*", "4. Statement for Month/Year")
    entries = ("", " SMITH JOHN A", " Ng", " 3/99", " (2)")
    for caption in captions:
        for entry in entries:
            reading = engines.of_print.read([_typed(caption + entry)])[0]
            assert entry.replace(" ", "") in reading.text.replace(" ", "")
        alone = engines.captions.read([_typed(caption)])[0]
        assert is_all_print(alone)


def test_ink_that_it_cannot_read_beside_a_caption_is_left_to_others(engines: Readers) -> None:
    caption = _typed("1. Name and Address of Reporting Person*")
    rng = np.random.default_rng(4)
    scrawl = np.full((caption.shape[0], 160), 255, np.uint8)
    scrawl[8:-8][rng.random((caption.shape[0] - 16, 160)) < 0.2] = 0
    for line in (np.hstack([caption, scrawl]), np.hstack([scrawl, caption])):
        assert not is_all_print(engines.captions.read([line])[0])


def test_a_gap_in_which_nothing_was_read_is_looked_at() -> None:
    text = "Individual or Joint/Group Filing"
    even = tuple((k + 1) / (len(text) + 1) for k in range(len(text)))
    assert is_all_print(Reading("form", text, 0.9, even))
    squeezed = tuple(0.7 * e for e in even)
    assert not is_all_print(Reading("form", text, 0.9, squeezed))
    assert not is_all_print(Reading("form", text, 0.9, tuple(0.3 + 0.7 * e for e in even)))
    assert not is_all_print(Reading("form", text, 0.9))
    assert not is_all_print(Reading("form", "Director", 0.99, even[:8]))


@pytest.mark.parametrize(
    "entry",
    [
        "WASHINGTON, DC", "Beneficial Owner", "Investment Company", "Convertible Securities",
        "SMITH JOHN A", "Director", "Common Stock", "Instruction", "Reporting Owners Trust",
    ],
)  # fmt: skip
def test_an_entry_is_no_print_of_the_form(entry: str) -> None:
    assert not is_own_print(entry)


@pytest.mark.parametrize(
    "text",
    [
        "1. Name and Address of Reporting Person*", "(Month/Day/Year)", "(Middle)",
        "5. Relationship of Reporting Person(s) to Issuer", "obligations may continue. See",
        "Washington, D.C. 20549", "STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP",
    ],
)  # fmt: skip
def test_words_of_a_caption_are(text: str) -> None:
    assert is_own_print(text)
