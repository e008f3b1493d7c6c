"""Rulings taken off a real page, one at a time: the cells must be got back, and a guess must be
called one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from documents import DATA, FIXTURES, as_it_is, straight, upright, with_pixels
from PIL import Image, ImageDraw, ImageFont

from ocr_form4.filing import read_document
from ocr_form4.settings import Settings
from ocr_form4.stages.parse.fields import GUESSED_BOX
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.columns import Seen, are_of_another, best_fit
from ocr_form4.stages.segment.lost_header import with_header
from ocr_form4.stages.segment.lost_tables import with_tables
from ocr_form4.stages.segment.rows import split_rows
from ocr_form4.stages.segment.rulings import find_rulings, paint_over
from ocr_form4_models.editions import edition
from ocr_form4_models.field import Status
from ocr_form4_models.form4 import MARKS, Table
from ocr_form4_models.layout import PageLayout, TablePiece
from ocr_form4_models.page import UprightPage

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


def without(name: str, x0: float, y0: float, x1: float, y1: float) -> PageLayout:
    """The page's layout with the paper of its surroundings over a ruling."""
    page = upright(name)
    pixels = page.pixels.copy()
    part = pixels[int(y0) : int(y1), int(x0) : int(x1)]
    part[:] = np.percentile(part, 90)
    return segment(with_pixels(page, pixels))


def assert_same_columns(found: TablePiece, wanted: TablePiece) -> None:
    assert len(found.columns) == len(wanted.columns)
    width = wanted.columns[-1] - wanted.columns[0]
    assert np.abs(np.subtract(found.columns, wanted.columns)).max() < 0.02 * width


def test_the_page_has_both_tables_and_nothing_is_guessed() -> None:
    pieces = as_it_is("scan/exercise.pdf").pieces
    assert [len(p.columns) - 1 for p in pieces] == [11, 16]
    assert not any(p.guessed_columns or p.guessed_rows for p in pieces)


@pytest.mark.parametrize(("table", "k"), [(0, 1), (0, 2), (0, 4), (0, 9), (1, 3), (1, 8), (1, 13)])
def test_a_column_is_got_back_without_its_ruling(table: int, k: int) -> None:
    wanted = as_it_is("scan/exercise.pdf").pieces[table]
    x, box = wanted.columns[k], wanted.box
    layout = without("scan/exercise.pdf", x - 6, box.y0 + 8, x + 7, box.y1 - 8)
    assert [p.table for p in layout.pieces] == [Table.I, Table.II]
    assert_same_columns(layout.pieces[table], wanted)
    assert len(layout.pieces[table].rows) == len(wanted.rows)


@pytest.mark.parametrize("left_share", [0.45, 0.55])
def test_what_is_left_of_broken_rulings_tells_that_they_are_of_the_table(left_share: float) -> None:
    """Three rulings that break off in the captions and in the row: without them the others keep the
    proportions of an edition with a column less.
    """
    page, wanted = upright("scan/as-filed.pdf"), as_it_is("scan/as-filed.pdf").pieces[1]
    assert wanted.captions
    under_title = wanted.captions.y0 + 150
    pixels = page.pixels.copy()
    for x in (wanted.columns[k] for k in (2, 5, 9)):
        for top, bottom in ((under_title, wanted.captions.y1), wanted.rows[0]):
            begins = int(top + left_share * (bottom - top))
            pixels[begins : int(bottom) - 4, int(x) - 6 : int(x) + 7] = np.median(pixels)
    found = segment(with_pixels(page, pixels)).pieces[1]
    assert_same_columns(found, wanted)
    assert not found.guessed_columns


def test_rows_are_got_back_without_the_ruling_between_them_and_are_called_a_guess() -> None:
    wanted = next(p for p in as_it_is("scan/sales.pdf").pieces if len(p.rows) >= 2)
    y, (left, right) = wanted.rows[0][1], (wanted.columns[0], wanted.columns[-1])
    layout = without("scan/sales.pdf", left - 10, y - 6, right + 10, y + 7)
    found = next(p for p in layout.pieces if p.table is wanted.table)
    assert len(found.rows) == len(wanted.rows)
    assert abs(found.rows[0][1] - y) < 25
    assert found.guessed_rows == {0, 1}


def test_a_fold_through_a_rows_letters_parts_no_rows_and_its_row_is_called_a_guess() -> None:
    """The fold is seen as a ruling only at the right, where the row's cells have little in them."""
    piece = as_it_is("scan/sales.pdf").pieces[0]
    (top, bottom), xs = piece.rows[0], piece.columns
    text = [g.box for g in as_it_is("scan/sales.pdf").glyphs if top < g.box.center[1] < bottom]
    middle = float(np.median([b.center[1] for b in text]))
    fold = (middle + 4, xs[5] + 60, xs[8] + 40)
    assert split_rows(top, bottom, xs, [], text).spans == ((top, bottom),)
    found = split_rows(top, bottom, xs, [fold], text)
    assert (found.spans, found.guessed) == (((top, bottom),), {0})
    border = (bottom, xs[5] + 60, xs[8] + 40)
    assert split_rows(top, piece.rows[1][1], xs, [border], text).spans == (
        (top, bottom),
        piece.rows[1],
    )


def test_the_first_row_is_got_back_without_the_ruling_under_the_captions() -> None:
    wanted = as_it_is("scan/sales.pdf").pieces[0]
    y, (left, right) = wanted.rows[0][0], (wanted.columns[0], wanted.columns[-1])
    layout = without("scan/sales.pdf", left - 10, y - 6, right + 10, y + 7)
    found = layout.pieces[0]
    assert found.table is wanted.table
    assert len(found.rows) == len(wanted.rows)
    assert 0 in found.guessed_rows


def test_the_boxes_of_the_header_are_got_back_without_a_ruling_between_them() -> None:
    wanted = as_it_is("scan/exercise.pdf")
    head = wanted.regions["header"]
    x = min(b.x1 for b in wanted.header)
    layout = without("scan/exercise.pdf", x - 9, head.y0 + 9, x + 9, head.y1 - 9)
    assert len(layout.header) == len(wanted.header)
    for box in wanted.header:
        assert (
            min(abs(box.x0 - b.x0) + abs(box.y0 - b.y0) + abs(box.x1 - b.x1) for b in layout.header)
            < 60
        )


def test_the_last_row_is_got_back_without_the_ruling_under_the_table() -> None:
    wanted = as_it_is("scan/exercise.pdf").pieces[1]
    y, (left, right) = wanted.rows[-1][1], (wanted.columns[0], wanted.columns[-1])
    layout = without("scan/exercise.pdf", left - 10, y - 6, right + 10, y + 7)
    found = layout.pieces[1]
    assert found.table is Table.II and len(found.rows) == len(wanted.rows)
    assert abs(found.rows[-1][1] - y) < 15


def test_a_table_is_got_back_without_the_rulings_over_and_under_its_only_row() -> None:
    """Captions of EDGAR's page leave as much paper above the lower ones of their two rows as above
    a data row.
    """
    wanted = as_it_is("scan/exercise.pdf").pieces[1]
    assert len(wanted.rows) == 1
    (top, bottom), (left, right) = wanted.rows[0], (wanted.columns[0], wanted.columns[-1])
    page = upright("scan/exercise.pdf")
    pixels = page.pixels.copy()
    for y in (top, bottom):
        part = pixels[int(y) - 6 : int(y) + 7, int(left) - 10 : int(right) + 10]
        part[:] = np.percentile(part, 90)
    found = segment(with_pixels(page, pixels)).pieces[1]
    assert found.table is Table.II and len(found.rows) == 1
    assert abs(found.rows[0][0] - top) < 25 and 0 in found.guessed_rows


def with_bar(name: str, thickness: int, columns: bool = True) -> PageLayout:
    """The page's layout with a bar over the ruling under Table I; at will without the columns'
    rulings in the row above it.
    """
    page, piece = upright(name), as_it_is(name).pieces[0]
    y, pixels = int(piece.rows[-1][1]), page.pixels.copy()
    for x in () if columns else piece.columns[1:-1]:
        pixels[int(piece.rows[-1][0]) + 8 : y, int(x) - 7 : int(x) + 8] = 255
    pixels[
        y - thickness // 2 : y + thickness // 2, int(piece.columns[0]) : int(piece.columns[-1])
    ] = 70
    return segment(with_pixels(page, pixels))


def test_a_ruling_as_thick_as_two_doubled_frames_is_a_ruling() -> None:
    wanted, found = as_it_is("scan/sales.pdf").pieces, with_bar("scan/sales.pdf", 26).pieces
    assert [(p.table, len(p.rows)) for p in found] == [(p.table, len(p.rows)) for p in wanted]


def test_a_row_whose_lower_ruling_lies_under_a_bar_is_a_row() -> None:
    wanted, found = as_it_is("scan/sales.pdf").pieces, with_bar("scan/sales.pdf", 44).pieces
    assert len(found[0].rows) == len(wanted[0].rows)


def test_a_row_that_cannot_be_told_from_its_surroundings_is_not_lost_silently() -> None:
    assert not as_it_is("scan/sales.pdf").stray
    layout = with_bar("scan/sales.pdf", 44, columns=False)
    assert len(layout.pieces[0].rows) < len(as_it_is("scan/sales.pdf").pieces[0].rows)
    assert layout.stray


def test_a_form_of_unknown_proportions_is_left_as_it_stands() -> None:
    """A clerk's own form: fifteen columns that are whole are fifteen columns, whatever sixteen they
    resemble.
    """
    shares = (
        0,
        0.136,
        0.187,
        0.265,
        0.326,
        0.359,
        0.411,
        0.463,
        0.515,
        0.562,
        0.593,
        0.739,
        0.802,
        0.865,
        0.927,
        1,
    )
    whole = [Seen(3000 * s, 1.0) for s in shares[1:-1]]
    assert not are_of_another(whole, 0, 3000, 16)


@pytest.mark.parametrize("name", ["edgar-x05", "sec1474-2002", "sec1474-1996", "edgar-form5"])
@pytest.mark.parametrize("table", list(Table))
def test_an_editions_proportions_are_recognised_with_a_ruling_missing(
    name: str, table: Table
) -> None:
    rulings = edition(name).rulings[table]
    assert len(rulings) == len(edition(name).columns[table]) + 1
    assert list(rulings) == sorted(rulings)
    fit = best_fit([Seen(2000 * s, 1.0) for k, s in enumerate(rulings[1:-1]) if k != 7], 0, 2000)
    assert fit is not None
    assert len(fit.expected) == len(rulings) and fit.missing == 1


def without_header(name: str) -> UprightPage:
    """The page with every ruling in and around its header painted over."""
    page, layout = upright(name), as_it_is(name)
    rows, columns = layout.regions["header"].inset(-12).pixels(*page.pixels.shape)
    rows = slice(rows.start, min(rows.stop, int(layout.pieces[0].box.y0) - 4))
    rulings = cv2.dilate(find_rulings(page.pixels, page.maps)[1].rulings, np.ones((5, 5), np.uint8))
    gone = np.zeros_like(rulings)
    gone[rows, columns] = rulings[rows, columns]
    return with_pixels(page, paint_over(page.pixels, gone))


@pytest.mark.parametrize("name", ["scan/exercise.pdf", "scan/paper-2002.pdf", "scan/web-page.pdf"])
def test_the_boxes_of_a_header_without_any_ruling_stand_where_its_captions_do(
    name: str, readers: Readers
) -> None:
    layout = segment(without_header(name))
    assert not layout.header
    found = with_header(layout, readers.first)
    assert found.guessed_header
    seen = as_it_is(name).header
    assert len(found.header) >= 4
    for box in found.header:  # a box whose caption was not read is a part of the one above it
        assert min(abs(box.x0 - b.x0) + abs(box.y0 - b.y0) for b in seen) < 30


def test_a_header_without_rulings_is_found_on_a_page_that_was_copied_smaller(
    readers: Readers,
) -> None:
    page = without_header("scan/paper-2002.pdf")
    height, width = page.pixels.shape
    small = cv2.resize(page.pixels, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    sheet = np.full((height, width), 250, np.uint8)
    sheet[-small.shape[0] - 100 : -100, -small.shape[1] - 60 : -60] = small
    found = with_header(segment(with_pixels(page, sheet)), readers.first)
    assert found.guessed_header and len(found.header) >= 4


def test_a_filing_whose_header_faded_away_is_read_and_none_of_its_header_is_accepted(
    readers: Readers, tmp_path: Path
) -> None:
    path = tmp_path / "faded.png"
    Image.fromarray(without_header("scan/exercise.pdf").pixels).save(path, dpi=(300, 300))
    (evidence,) = read_document(path, Settings(), readers)
    fields = evidence.filing.fields
    assert (
        fields["/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"].value
        == "BRYANT ANDY D"
    )
    assert fields["/ownershipDocument/issuer/issuerTradingSymbol"].value == "INTC"
    in_boxes = [
        f
        for p, f in fields.items()
        if "/issuer/" in p or "reportingOwner[1]" in p or "periodOfReport" in p
    ]
    assert len(in_boxes) > 8
    assert all(
        f.status is Status.REVIEW and f.confidence <= 0.9 and GUESSED_BOX in f.reasons
        for f in in_boxes
    )


def test_a_page_that_has_no_header_is_given_none(readers: Readers) -> None:
    layout = segment(upright("scan/fax.tif", 2))
    assert not layout.header
    assert with_header(layout, readers.first) is layout


def without_any_ruling(name: str) -> UprightPage:
    """The page as a scanner gives it that drops the colour of the form's lines out."""
    page = upright(name)
    rulings = cv2.dilate(find_rulings(page.pixels, page.maps)[1].rulings, np.ones((7, 7), np.uint8))
    return with_pixels(page, paint_over(page.pixels, rulings))


@pytest.mark.parametrize("name", ["scan/exercise.pdf", "scan/paper-2002.pdf"])
def test_the_tables_of_a_page_without_any_ruling_stand_where_their_captions_do(
    name: str, readers: Readers
) -> None:
    layout = segment(without_any_ruling(name))
    assert not layout.pieces
    found, wanted = with_tables(layout, readers.first).pieces, as_it_is(name).pieces
    assert [(p.table, len(p.columns), len(p.rows)) for p in found] == [
        (p.table, len(p.columns), len(p.rows)) for p in wanted
    ]
    for piece, seen in zip(found, wanted, strict=True):
        text = [
            g.box.center
            for g in as_it_is(name).glyphs
            if any(a < g.box.center[1] < b for a, b in seen.rows)
        ]
        columns = [np.digitize([x for x, _ in text], p.columns[1:-1]) for p in (piece, seen)]
        assert (columns[0] == columns[1]).mean() > 0.99
        assert piece.guessed_rows == set(range(len(piece.rows)))


def test_dirt_between_the_lines_of_a_title_opens_no_captions(readers: Readers) -> None:
    """A character alone, as captions have some: the table was lost behind it."""
    page = without_any_ruling("scan/exercise.pdf")
    wanted = with_tables(segment(page), readers.first).pieces
    assert wanted[1].captions is not None
    y = int(wanted[1].captions.y0) - 75
    speck = next(
        g.box.pixels(*page.pixels.shape)
        for g in segment(page).glyphs
        if 18 < g.box.height < 26 and 4 < g.box.width < 9
    )
    pixels = page.pixels.copy()
    height, width = pixels[speck].shape
    pixels[y : y + height, 400 : 400 + width] = page.pixels[speck]
    found = with_tables(segment(with_pixels(page, pixels)), readers.first).pieces
    assert [(p.table, len(p.rows)) for p in found] == [(p.table, len(p.rows)) for p in wanted]


def test_the_rows_of_the_first_half_of_a_table_are_told_by_title_and_price(
    readers: Readers,
) -> None:
    """What tells the rows of a whole table, an amount owned and D or I, stands in its other
    half.
    """
    with open_document(DATA / "pages" / "half-a-table-unruled.png", Settings()) as document:
        layout = segment(straight(document.page(1)))
    (half,) = with_tables(layout, readers.first).pieces
    assert (half.table, half.first, half.whole) == (Table.II, 0, 16)
    assert len(half.rows) == 4


def test_a_filing_of_which_every_ruling_dropped_out_is_read_and_no_row_of_it_is_accepted(
    readers: Readers, tmp_path: Path
) -> None:
    path = tmp_path / "dropped.png"
    Image.fromarray(without_any_ruling("scan/exercise.pdf").pixels).save(path, dpi=(300, 300))
    (evidence,) = read_document(path, Settings(), readers)
    (whole,) = read_document(FIXTURES / "scan/exercise.pdf", Settings(), readers)
    in_rows = {p: f for p, f in whole.filing.fields.items() if "Table/" in p}
    found = {p: f for p, f in evidence.filing.fields.items() if "Table/" in p}
    read = {p: f.value for p, f in found.items() if f.value is not None}
    assert read == {p: f.value for p, f in in_rows.items()}
    # a row whose place is a guess may have marks that are taken for another's
    assert {p.rpartition("/")[2] for p in found.keys() - read.keys()} <= {MARKS}
    assert all(f.status is Status.REVIEW for f in found.values() if not f.derived)


def test_a_page_of_which_rulings_show_the_tables_is_left_as_it_is(readers: Readers) -> None:
    for name in ("scan/exercise.pdf", "scan/sales.pdf"):
        assert with_tables(as_it_is(name), readers.first) is as_it_is(name)


def test_captions_of_two_boxes_that_were_read_as_one_line_open_two_boxes(readers: Readers) -> None:
    page = Image.new("L", (2550, 3300), 255)
    bold = ImageFont.truetype("LiberationSerif-Bold.ttf", 46)
    for x, y, text in (
        (160, 950, "1. Name and Address of Reporting"), (846, 950, "2. Issuer Name and Ticker or"),
        (1567, 950, "3. I.R.S. Identification Number of"),
        (846, 1190, "4. Statement for Month/Year"), (846, 1390, "6. Relationship of Reporting"),
        (160, 1080, "Markham Drew G"),
    ):  # fmt: skip
        ImageDraw.Draw(page).text((x, y), text, 0, bold)
    drawn = with_pixels(upright("scan/exercise.pdf"), np.asarray(page))
    found = with_header(segment(drawn), readers.first)
    assert len(found.header) >= 4
    first, second = sorted(found.header, key=lambda b: (b.x0, b.y0))[:2]
    assert first.x1 <= second.x0 + 30 and abs(second.x0 - 846) < 30
