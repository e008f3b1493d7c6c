"""A page comes out upright, level and square, however it lay on the glass; and the way back is
kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from documents import FIXTURES, Read, straight
from filing_score import compare

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.pixels.paper import on_light_paper
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.sheet import pages_on
from ocr_form4.stages.deskew.turned import stands_on_its_head, upright
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import is_blank, segment
from ocr_form4_models.page import Gray, PageImage
from ocr_form4_models.reading import Reading


def page_of(name: str) -> PageImage:
    with open_document(FIXTURES / name, Settings()) as document:
        return document.page(1)


def turned(page: PageImage, quarters: int) -> PageImage:
    """The scan as it would be, had the sheet lain so many quarter turns (against the clock) further
    on the glass.
    """
    dpi = page.dpi if quarters % 2 == 0 else (page.dpi[1], page.dpi[0])
    return PageImage(page.number, np.ascontiguousarray(np.rot90(page.pixels, quarters)), dpi)


def likeness(a: Gray, b: Gray) -> float:
    """Correlation of two pages of nearly one size."""
    height, width = min(a.shape[0], b.shape[0]), min(a.shape[1], b.shape[1])
    return float(np.corrcoef(a[:height:3, :width:3].ravel(), b[:height:3, :width:3].ravel())[0, 1])


@pytest.mark.parametrize("name", ["scan/exercise.pdf", "scan/paper-2002.pdf"])
@pytest.mark.slow
def test_every_quarter_turn_gives_the_same_upright_page(name: str, readers: Readers) -> None:
    page = page_of(name)
    lying = upright(page, readers)
    assert lying.rectification.quarter_turns == 0
    for quarters in (1, 2, 3):
        again = upright(turned(page, quarters), readers)
        assert again.rectification.quarter_turns == -quarters % 4
        assert again.pixels.shape == pytest.approx(lying.pixels.shape, abs=2)
        assert likeness(again.pixels, lying.pixels) > 0.8


def test_a_fax_with_oblong_pixels_comes_out_square(readers: Readers) -> None:
    page = page_of("more/coarse-fax.pdf")
    assert page.dpi[0] / page.dpi[1] == pytest.approx(204 / 98)
    found = upright(page, readers)
    height, width = page.pixels.shape
    assert found.rectification.width == pytest.approx(width * 300 / page.dpi[0], abs=1)
    assert found.rectification.height == pytest.approx(height * 300 / page.dpi[1], abs=1)
    assert found.scan_size == (width, height)


def test_a_sheet_five_degrees_askew_has_level_rulings(readers: Readers) -> None:
    page = page_of("more/askew.pdf")
    found = upright(page, readers)
    assert 2 < abs(found.rectification.skew) <= 6
    rulings = segment(found).rulings
    # a crooked ruling is found in short pieces
    assert sum(r.length > 1000 for r in rulings.horizontal) >= 4


@pytest.mark.parametrize("degrees", [-2.0, 2.0])
def test_a_form_whose_rulings_lean_is_made_square(degrees: float, readers: Readers) -> None:
    page = page_of("more/stamped.pdf")
    height, width = page.pixels.shape
    lean = np.tan(np.radians(degrees))
    matrix = np.array([[1, lean, -lean * height / 2], [0, 1, 0]])
    leaning = cv2.warpAffine(page.pixels, matrix, (width, height), borderValue=255)
    square = upright(page, readers)
    found = upright(replace(page, pixels=leaning), readers)
    assert likeness(found.pixels, square.pixels) > 0.8
    assert [len(p.columns) for p in segment(found).pieces] == [
        len(p.columns) for p in segment(square).pieces
    ]


@pytest.mark.parametrize("name", ["more/perspective.pdf", "more/bowed.pdf"])
def test_a_sheet_that_was_not_flat_is_made_flat(name: str, readers: Readers) -> None:
    found = upright(page_of(name), readers)
    assert found.rectification.shift_x or found.rectification.shift_y
    layout = segment(found)
    assert [len(piece.columns) - 1 for piece in layout.pieces] == [11, 16]
    assert sum(r.length > 1500 for r in layout.rulings.horizontal) >= 4


def test_folds_that_stand_up_from_the_glass_are_undone_and_nothing_of_the_page_is_lost(
    readers: Readers, read: Read
) -> None:
    """With a bow alone a letter of its footnote is lost, and an amended filing's date is found."""
    found = upright(page_of("more/creased.pdf"), readers)
    assert found.rectification.folds is not None
    # the frame of the tables is ruled across the whole sheet
    assert sum(r.length > 1800 for r in segment(found).rulings.horizontal) >= 6
    truth = read_xml((FIXTURES / "truth" / "creased.xml").read_bytes())
    (evidence,) = read("more/creased.pdf")
    assert compare(truth, evidence.filing).wrong == ()


def test_tables_of_a_sheet_that_curls_stand_under_one_another(readers: Readers) -> None:
    """A sheet along whose spine all goes down and up again: its rulings down stay as they are, and
    between the tables there are none to tell.
    """
    page = page_of("more/page-2003.pdf")
    height, width = page.pixels.shape
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    curl = 0.022 * height * np.sin(np.pi * across / width + 0.8)
    maps = across.astype(np.float32), (down + curl).astype(np.float32)
    curled = cv2.remap(page.pixels, *maps, cv2.INTER_LINEAR, borderValue=255)
    layout = segment(upright(replace(page, pixels=curled), readers))
    lefts = [p.columns[0] for p in layout.pieces]
    assert [p.leaves for p in layout.pieces] == [11, 16, 5]
    assert max(lefts) - min(lefts) < 30


@pytest.mark.parametrize(("better", "is_turned"), [(0.05, False), (0.4, True)])
def test_a_page_of_which_nobody_reads_a_word_is_turned_where_that_reads_plainly_better(
    better: float, is_turned: bool
) -> None:
    """A page whose strokes are so thick that its words are guessed at, either way up."""
    asked = []

    class AtALoss:
        name = "at a loss"

        def read(self, crops: Sequence[Gray]) -> list[Reading]:
            asked.extend(crops)
            return [Reading(self.name, "", 0.3 + better * (1 - len(asked) % 2))]

    page = straight(page_of("scan/sales.pdf"))
    assert stands_on_its_head(page, Readers(AtALoss())) is is_turned
    assert len(asked) > 6


def test_a_scan_that_lay_well_is_left_as_it_is(readers: Readers) -> None:
    found = upright(page_of("scan/as-filed.pdf"), readers)
    assert found.rectification.quarter_turns == 0
    assert abs(found.rectification.skew) < 0.11
    assert not found.rectification.shift_x and not found.rectification.shift_y


def test_what_is_upright_lies_where_it_lay_on_the_scan(readers: Readers) -> None:
    """Ink of the upright page is ink of the scan at the place that the rectification says."""
    page = page_of("scan/sideways.jpg")
    found = upright(page, readers)
    dark = np.argwhere(found.pixels < 60)[::997, ::-1].astype(float)
    assert len(dark) > 50
    x, y = found.rectification.to_scan(dark).round().astype(int).T
    assert (page.pixels[y, x] < 128).mean() > 0.97


@pytest.mark.parametrize("shape", [(1, 1), (1, 2480), (2480, 1), (8, 8), (60, 40), (1100, 850)])
def test_an_empty_page_is_no_trouble(shape: tuple[int, int], readers: Readers) -> None:
    found = upright(PageImage(1, np.full(shape, 255, np.uint8), (100.0, 100.0)), readers)
    assert found.rectification.quarter_turns == 0 and found.rectification.skew == 0
    assert found.pixels.shape == (max(8, shape[0] * 3), max(8, shape[1] * 3))
    assert is_blank(segment(found))


@pytest.mark.parametrize(
    "says", ["Hasan, attorney-in-", "hours per response. . . 0.5", "Expires: January 31, 2005"]
)
def test_plain_words_settle_at_once_which_way_up_whatever_touches_them(says: str) -> None:
    times = []

    class Plain:
        name = "plain"

        def read(self, crops: Sequence[Gray]) -> list[Reading]:
            times.append(len(crops))
            return [Reading(self.name, says, 0.9) for _ in crops]

    with open_document(FIXTURES / "scan/sales.pdf", Settings()) as document:
        stands_on_its_head(straight(document.page(1)), Readers(Plain()))
    assert times == [1]


def test_a_page_shown_light_on_dark_comes_out_as_print_on_paper(readers: Readers) -> None:
    page = page_of("scan/black-and-white.png")
    dark = PageImage(page.number, np.asarray(255 - page.pixels * 0.9).astype(np.uint8), page.dpi)
    shown = pages_on(dark, 1, readers)[0].upright.pixels
    assert np.median(shown) > 200 and likeness(shown, upright(page, readers).pixels) > 0.95


def test_a_sheet_on_a_black_bed_twice_its_size_is_no_negative_and_is_laid_straight(
    readers: Readers,
) -> None:
    page = page_of("scan/sales.pdf")
    height, width = page.pixels.shape
    bed = np.full((round(1.5 * height), round(1.4 * width)), 20, np.uint8)
    bed[90 : 90 + height, 60 : 60 + width] = page.pixels
    assert np.median(bed) < 100, "most of it is dark"
    found = segment(upright(PageImage(1, bed, page.dpi), readers))
    wanted = segment(upright(page, readers))
    assert [(p.leaves, len(p.rows)) for p in found.pieces] == [
        (p.leaves, len(p.rows)) for p in wanted.pieces
    ]


def test_a_film_with_a_clear_edge_is_a_negative_for_all_that(readers: Readers) -> None:
    page = page_of("scan/black-and-white.png")
    height, width = page.pixels.shape
    film = np.full((height + 1600, width + 1600), 240, np.uint8)
    film[800 : 800 + height, 800 : 800 + width] = 255 - page.pixels * 0.9
    assert np.median(film) > 100, "most of it is light"
    shown = on_light_paper(film)[800 : 800 + height, 800 : 800 + width]
    assert np.median(shown) > 200
