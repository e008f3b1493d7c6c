"""Dirt on a scanner's glass draws a line through a real page, from its head to its foot or from
side to side: the form is divided as it is without it, and what the line went through is doubted.
"""

from __future__ import annotations

import numpy as np
import pytest
from documents import as_it_is, upright, with_pixels

from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.rulings import find_rulings
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import Gray


def streaked(pixels: Gray, at: float, lean: float, across: bool) -> Gray:
    """A page with a line five pixels thick, dark, and a little aslant where the page was turned."""
    page = np.ascontiguousarray(pixels.T) if across else pixels.copy()
    height, width = page.shape
    x = np.round(at * width + lean * np.arange(height)).astype(int)
    for k in range(5):
        page[np.arange(height), x + k] = np.minimum(page[np.arange(height), x + k], 70)
    return np.ascontiguousarray(page.T) if across else page


@pytest.mark.parametrize(
    ("name", "at", "lean", "across"),
    [
        ("scan/sales.pdf", 0.27, 0.0, False),
        ("scan/sales.pdf", 0.8, 0.006, False),
        ("scan/exercise.pdf", 0.22, -0.005, False),
        ("scan/paper-2002.pdf", 0.32, 0.004, True),
    ],
)
def test_a_streak_divides_nothing(name: str, at: float, lean: float, across: bool) -> None:
    whole, page = as_it_is(name), upright(name)
    found = segment(with_pixels(page, streaked(page.pixels, at, lean, across)))
    assert len(found.header) == len(whole.header)
    assert [(p.table, p.leaves, len(p.rows)) for p in found.pieces] == [
        (p.table, p.leaves, len(p.rows)) for p in whole.pieces
    ]
    for one, other in zip(found.pieces, whole.pieces, strict=True):
        assert np.abs(np.subtract(one.columns, other.columns)).max() < 12


@pytest.mark.parametrize("lean", [0.0004, 0.0008])
def test_a_streak_as_thin_as_a_hair_is_no_ruling(lean: float) -> None:
    """A pixel wide, it lies in several columns of a page of half the size."""
    page = upright("scan/sales.pdf")
    pixels, height = page.pixels.copy(), len(page.pixels)
    x = np.round(0.2708 * pixels.shape[1] + lean * np.arange(height)).astype(int)
    pixels[np.arange(height), x] = 0
    streaked_page = with_pixels(page, pixels)
    rulings, _ = find_rulings(streaked_page.pixels, streaked_page.maps)
    assert not [
        s for s in rulings.vertical if x[0] - 8 < s.at < x[-1] + 8 and s.length > height / 4
    ]


def test_the_header_s_own_ruling_beside_a_title_is_no_streak() -> None:
    """On forms of 2003 box 1 goes down to the table, beside its title. The captions there moved to
    the right, all that stands in the band is in the middle of the page.
    """
    name = "more/page-2003.pdf"
    whole, page = as_it_is(name), upright(name)
    box = next(b for b in whole.header if b.x0 < 200 and 900 < b.y0 < 960)
    pixels = page.pixels.copy()
    part = pixels[int(box.y0) + 6 : int(box.y1) - 6, int(box.x0) + 8 : int(box.x1) - 8]
    part[:] = np.roll(part, 90, axis=1)
    found = segment(with_pixels(page, pixels))
    assert [b.x0 for b in found.header] == pytest.approx([b.x0 for b in whole.header], abs=3)


def test_what_a_streak_goes_through_is_looked_at_and_is_filled_in() -> None:
    page = upright("scan/sales.pdf")
    column = as_it_is("scan/sales.pdf").pieces[0].columns[0] + 40
    at = float(column / page.pixels.shape[1])
    found = segment(with_pixels(page, streaked(page.pixels, at, 0.0, False)))
    touched = [g.box for g in as_it_is("scan/sales.pdf").glyphs if g.box.x0 < column + 2 < g.box.x1]
    assert len(touched) > 5
    assert sum(found.is_overlaid(box) for box in touched) >= 0.8 * len(touched)
    paper = found.clean[:, int(column) : int(column) + 5]
    assert np.median(paper) > 200, "the streak itself is taken off the page that readers see"


@pytest.mark.parametrize(
    "name", ["scan/sales.pdf", "scan/fax.tif", "scan/paper-1996.pdf", "scan/copy.pdf"]
)
def test_no_ruling_of_the_form_is_a_streak(name: str) -> None:
    page = upright(name)
    _, ink = find_rulings(page.pixels, page.maps)
    assert not any(mask.any() for mask in ink.streaks)


def test_rulings_of_a_form_that_is_cut_off_at_both_sides_are_no_streaks() -> None:
    """A page twice as broad as what the fax took of it."""
    whole, page = as_it_is("scan/sales.pdf"), upright("scan/sales.pdf")
    left, right = int(whole.pieces[0].columns[1]) + 9, int(whole.pieces[0].columns[-2]) - 9
    cut = with_pixels(page, np.ascontiguousarray(page.pixels[:, left:right]))
    _, ink = find_rulings(cut.pixels, cut.maps)
    assert not any(mask.any() for mask in ink.streaks)
    assert len(segment(cut).pieces[0].rows) == len(whole.pieces[0].rows)


@pytest.mark.parametrize("shares", [(0.3,), (0.3, 0.62)])
def test_streaks_that_begin_and_end_on_the_page_are_no_columns(shares: tuple[float, ...]) -> None:
    """They are as dark as rulings and go from within the captions to below the table: an edition
    with as many columns is no better than the one whose proportions all others keep.
    """
    page, whole = upright("scan/sales.pdf"), as_it_is("scan/sales.pdf")
    piece, pixels = whole.pieces[0], page.pixels.copy()
    left, right = piece.columns[0], piece.columns[-1]
    top, bottom = int(piece.rows[0][0]) - 90, int(piece.rows[-1][1]) + 60
    for share in shares:
        x = int(left + share * (right - left))
        pixels[top:bottom, x : x + 5] = 70
    found = segment(with_pixels(page, pixels)).pieces[0]
    assert found.leaves == piece.leaves
    assert np.abs(np.subtract(found.columns, piece.columns)).max() < 12


def test_two_pieces_of_streaks_are_no_columns_of_another_edition() -> None:
    """They stand about where a form with one column more has rulings, and are as dark; but rulings
    are there from head to foot, and these are not.
    """
    page, whole = upright("scan/paper-1996.pdf"), as_it_is("scan/paper-1996.pdf").pieces[0]
    pixels, (left, right) = page.pixels.copy(), (whole.columns[0], whole.columns[-1])
    top, bottom = whole.rows[0][0], whole.rows[-1][1]
    for at, share in ((0.103, 0.73), (0.251, 0.9)):
        x = int(left + at * (right - left))
        pixels[int(top) : int(top + share * (bottom - top)), x : x + 5] = 70
    found = segment(with_pixels(page, pixels)).pieces[0]
    assert found.leaves == whole.leaves
    assert np.abs(np.subtract(found.columns, whole.columns)).max() < 12


def faded(pixels: Gray, at: float, start: float, end: float) -> Gray:
    """A page with a line five pixels thick that begins and ends on it; shares of its sides."""
    page, (height, width) = pixels.copy(), pixels.shape
    x = round(at * width)
    page[round(start * height) : round(end * height), x : x + 5] = 70
    return page


@pytest.mark.parametrize("name", ["scan/sales.pdf", "scan/exercise.pdf", "scan/web-page.pdf"])
@pytest.mark.parametrize("at", [(0.27,), (0.22, 0.6)])
def test_a_streak_that_fades_on_its_way_divides_neither_header_nor_title(
    name: str, at: tuple[float, ...]
) -> None:
    """It begins in the header and ends in the table: each ruling stops at the table's title."""
    page, whole = upright(name), as_it_is(name)
    start, end = whole.header[0].y0 + 60, whole.pieces[0].box.y1 - 20
    pixels = page.pixels
    for one in at:
        pixels = faded(pixels, one, start / page.pixels.shape[0], end / page.pixels.shape[0])
    found = segment(with_pixels(page, pixels))
    assert len(found.header) == len(whole.header)
    assert [(p.table, p.leaves, len(p.rows)) for p in found.pieces] == [
        (p.table, p.leaves, len(p.rows)) for p in whole.pieces
    ]
    for one in at:
        x = one * page.pixels.shape[1]
        assert found.is_overlaid(Box(x, start, x + 5, end)), "what it went through is looked at"


def test_a_ruling_goes_on_behind_a_streak_near_its_end() -> None:
    """The piece between streak and frame is shorter than a ruling, and the frame ends there."""
    page, whole = upright("scan/sales.pdf"), as_it_is("scan/sales.pdf")
    left = whole.pieces[0].columns[0]
    at = float((left + 70) / page.pixels.shape[1])
    found = segment(with_pixels(page, streaked(page.pixels, at, 0.0, False)))
    assert abs(found.pieces[0].columns[0] - left) < 12
    assert min(b.x0 for b in found.header) == pytest.approx(min(b.x0 for b in whole.header), abs=12)


def test_streaks_that_go_on_behind_a_forms_right_side_move_it_not() -> None:
    """Most rulings across the page were theirs: a column was put between the side and the paper's
    edge.
    """
    whole, page = as_it_is("scan/as-filed.pdf"), upright("scan/as-filed.pdf")
    pixels = page.pixels.copy()
    below = int(max(p.box.y1 for p in whole.pieces))
    for y in range(below + 60, min(len(pixels) - 60, below + 800), 45):
        pixels[y : y + 4, 200:] = np.minimum(pixels[y : y + 4, 200:], 60)
    found = segment(with_pixels(page, pixels))
    assert [p.leaves for p in found.pieces] == [p.leaves for p in whole.pieces]
    for one, other in zip(found.pieces, whole.pieces, strict=True):
        assert np.abs(np.subtract(one.columns, other.columns)).max() < 12
