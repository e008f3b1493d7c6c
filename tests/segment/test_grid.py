"""A form drawn at random, and its cells got back: deskew and segment against where every ruling
really lies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from documents import DATA, straight
from drawn_form import DrawnForm, Pen, Scanned, draw_form, scan_form
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import is_blank, segment
from ocr_form4.stages.segment.lost_tables import with_tables
from ocr_form4.stages.segment.rows import joined_halves
from ocr_form4.stages.segment.typed_rows import with_typed_rows
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import PageImage

if TYPE_CHECKING:
    from ocr_form4.readers import Readers

NEAR = 9.0
"""How far, in pixels of the drawing at 300 dpi, a corner may be found from where it was drawn."""
PAIRS = st.sampled_from([(10, 15), (11, 16), (11,), (16,), (10,), (15,)])


def layout_of(scan: Scanned) -> PageLayout:
    return segment(straight(PageImage(1, scan.pixels, (scan.dpi, scan.dpi))))


def corners(xs: tuple[float, ...], ys: list[float]) -> np.ndarray:
    return np.array([(x, y) for y in ys for x in xs])


def assert_found(form: DrawnForm, scan: Scanned, layout: PageLayout) -> None:
    """Every table with its rows and columns, each corner of each cell where it was drawn."""
    found = [(len(p.columns) - 1, len(p.rows)) for p in layout.pieces]
    assert found == [(len(t.columns) - 1, len(t.rows)) for t in form.tables]
    for piece, table in zip(layout.pieces, form.tables, strict=True):
        assert piece.captions is not None
        assert piece.table is (Table.I if len(table.columns) <= 12 else Table.II)
        drawn = scan.to_scan(corners(table.columns, [y for row in table.rows for y in row]))
        seen = layout.rectification.to_scan(
            corners(piece.columns, [y for row in piece.rows for y in row])
        )
        distance = np.linalg.norm(seen - drawn, axis=1) * 300 / scan.dpi
        assert distance.max() < NEAR, f"{distance.max():.1f} pixels off"


def assert_header_found(form: DrawnForm, scan: Scanned, layout: PageLayout) -> None:
    """Every box of the header has one found box that is nearly the same."""
    assert len(layout.header) == len(form.header)
    for x0, y0, x1, y1 in form.header:
        drawn = scan.to_scan(np.array([[x0, y0], [x1, y1]]))
        seen = [
            layout.rectification.to_scan(np.array([[b.x0, b.y0], [b.x1, b.y1]]))
            for b in layout.header
        ]
        off = min(float(np.abs(s - drawn).max()) for s in seen) * 300 / scan.dpi
        assert off < 16, f"{off:.1f} pixels off"


@settings(max_examples=9)
@given(
    seed=st.integers(0, 2**31),
    leaves=PAIRS,
    rows=st.tuples(st.integers(1, 9), st.integers(1, 6)),
    dpi=st.sampled_from([150.0, 200.0, 300.0]),
    skew=st.floats(-5, 5),
    bend=st.sampled_from([(0.0, 0.0), (0.004, 0.0), (0.0, 12.0)]),
    broken=st.sampled_from([0.0, 0.25]),
    gray=st.sampled_from([20, 110]),
    specks=st.sampled_from([0, 300]),
)
@example(1, (11, 16), (5, 3), 300.0, 0.0, (0.0, 0.0), 0.0, 20, 0)
@example(2, (10, 15), (1, 1), 200.0, -5.0, (0.0, 0.0), 0.25, 110, 300)
@example(3, (11, 16), (9, 6), 200.0, 5.0, (0.004, 0.0), 0.0, 20, 0)
@example(4, (10, 15), (2, 2), 150.0, 3.0, (0.0, 12.0), 0.25, 20, 0)
@pytest.mark.slow
def test_the_cells_of_a_drawn_form_are_got_back(
    seed: int,
    leaves: tuple[int, ...],
    rows: tuple[int, int],
    dpi: float,
    skew: float,
    bend: tuple[float, float],
    broken: float,
    gray: int,
    specks: int,
) -> None:
    rng = np.random.default_rng(seed)
    form = draw_form(leaves, rows[: len(leaves)], rng, broken=broken, gray=gray)
    scan = scan_form(form, rng, dpi=dpi, skew=skew, perspective=bend[0], bow=bend[1], specks=specks)
    layout = layout_of(scan)
    assert_found(form, scan, layout)
    if not broken:
        assert_header_found(form, scan, layout)


BROKEN_ROWS = [
    16,
    24,
    2,
    8,
]


@pytest.mark.parametrize("seed", BROKEN_ROWS)
def test_rows_stay_in_their_table_where_every_ruling_has_a_gap(seed: int) -> None:
    """Gaps of up to a tenth of an inch, one in every long ruling: a few of them fall in the same
    row.
    """
    rng = np.random.default_rng(seed)
    form = draw_form((11, 16), (4, 4), rng, broken=1.0)
    scan = scan_form(form, rng, dpi=200, skew=1.0)
    assert_found(form, scan, layout_of(scan))


@pytest.mark.parametrize("seed", [2, 8])
def test_the_boxes_of_a_header_where_every_ruling_has_a_gap(seed: int) -> None:
    rng = np.random.default_rng(seed)
    form = draw_form((11, 16), (4, 4), rng, broken=1.0)
    scan = scan_form(form, rng, dpi=200, skew=1.0)
    assert_header_found(form, scan, layout_of(scan))


def test_a_last_row_without_its_ruling_is_found_over_a_black_edge_of_the_scan() -> None:
    """The page ends in the middle of the table, and the scanner's lid leaves a black bar."""
    rng = np.random.default_rng(3)
    form = draw_form((11,), (5,), rng)
    bottom = round(form.tables[0].rows[-1][1])
    form.pixels[bottom - 8 : bottom + 8] = 255
    form.pixels[-20:] = 0
    (table,) = layout_of(scan_form(form, rng, dpi=200)).pieces
    assert len(table.rows) == 5


def test_streaks_through_a_title_make_no_row_of_it() -> None:
    """With the title as a row, both tables lost columns, and the first was no table."""
    rng = np.random.default_rng(3)
    form = draw_form((11, 16), (3, 2), rng)
    top, bottom = form.tables[0].rows[-1][1], form.tables[1].rows[0][0]
    for x in (340, 900, 1750, 2330):
        form.pixels[round(top) - 400 : round(bottom) - 300, x : x + 3] = 60
    layout = layout_of(scan_form(form, rng, dpi=200))
    assert [len(p.rows) for p in layout.pieces] == [3, 2]


def test_a_typed_pages_bars_are_columns_where_a_fax_has_lost_half_of_them(
    readers: Readers,
) -> None:
    """Captions tell them, whatever is left of the bars."""
    with open_document(DATA / "pages" / "typed-on-a-fax.png", Settings()) as document:
        layout = segment(straight(document.page(1)))
    (table,) = with_typed_rows(with_tables(layout, readers.first), readers.first).pieces
    assert (len(table.columns) - 1, len(table.rows)) == (10, 3)


def test_a_stroke_through_two_thirds_of_a_table_is_no_columns_ruling() -> None:
    """Left out where more of a table's height is asked for."""
    rng = np.random.default_rng(4)
    form = draw_form((11,), (8,), rng)
    (table,) = form.tables
    x = round((table.columns[0] + table.columns[1]) / 2)
    form.pixels[round(table.rows[2][0]) : round(table.rows[-1][1]) - 6, x : x + 3] = 30
    scan = scan_form(form, rng, dpi=200)
    assert_found(form, scan, layout_of(scan))


def test_a_line_across_a_row_makes_no_second_row_of_a_cells_end() -> None:
    columns = [100.0, 700, 1000, 1300, 1500]
    title, owned, direct = (
        Box(120, 110, 160, 140),
        Box(720, 110, 760, 140),
        Box(1020, 110, 1060, 140),
    )
    nature = [Box(1320, y, 1400, y + 28) for y in (110, 150, 190)]
    halves = [(100.0, 185.0), (185.0, 230.0), (230.0, 300.0)]
    below = [Box(b.x0, 250, b.x1, 280) for b in (title, owned, direct)]
    text = [title, owned, direct, *nature, *below]
    assert joined_halves(halves, set(), columns, text) == ([(100.0, 230.0), (230.0, 300.0)], {0})


@pytest.mark.parametrize("skew", [-4.3, 2.2])
def test_the_angle_is_the_one_the_form_was_laid_down_at(skew: float) -> None:
    rng = np.random.default_rng(5)
    scan = scan_form(draw_form((11,), (4,), rng), rng, dpi=200, skew=skew)
    page = straight(PageImage(1, scan.pixels, (200, 200)))
    assert page.rectification.skew == pytest.approx(-skew, abs=0.11)


def test_a_page_of_specks_is_blank_and_has_no_cells() -> None:
    rng = np.random.default_rng(6)
    empty = DrawnForm(np.full((3300, 2550), 255, np.uint8))
    layout = layout_of(scan_form(empty, rng, dpi=200, specks=400))
    assert is_blank(layout)
    assert layout.pieces == () and layout.header == ()


def test_a_page_with_words_and_no_rulings_has_no_cells_and_is_not_blank() -> None:
    rng = np.random.default_rng(7)
    form = DrawnForm(np.full((3300, 2550), 255, np.uint8))
    for k in range(30):
        Pen(form, rng).words(300, 300 + 60 * k, 900)
    layout = layout_of(scan_form(form, rng, dpi=200))
    assert not is_blank(layout)
    assert layout.pieces == () and layout.header == ()
