"""Ink that is none of the form's, drawn over real pages: what it lies on is told, and nothing else
is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from documents import as_it_is, upright, with_pixels
from PIL import Image

from ocr_form4.filing import read_document
from ocr_form4.settings import Settings
from ocr_form4.stages.parse.fields import STRUCK
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.crossing import straddling
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.field import Kind, Status
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs, PageLayout
from ocr_form4_models.page import Gray

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


def penned(name: str, *points: tuple[float, float], thickness: int = 4) -> Gray:
    """The page with a pen's stroke through the points."""
    pixels = upright(name).pixels.copy()
    cv2.polylines(pixels, [np.array(points, np.int32)], False, (60,), thickness, cv2.LINE_AA)
    return pixels


def overlaid(layout: PageLayout) -> set[tuple[int, int, int]]:
    """The cells on which foreign ink lies: piece, row, column."""
    return {
        (p, r, c)
        for p, piece in enumerate(layout.pieces)
        for r in range(len(piece.rows))
        for c in range(len(piece.columns) - 1)
        if layout.is_overlaid(piece.cell(r, c).inset(8))
    }


@pytest.mark.parametrize(
    "name", ["scan/sales.pdf", "scan/exercise.pdf", "scan/paper-2002.pdf", "scan/web-page.pdf"]
)
def test_print_lies_on_nothing(name: str) -> None:
    assert not overlaid(as_it_is(name))


@pytest.mark.parametrize("name", ["scan/sales.pdf", "scan/exercise.pdf", "scan/web-page.pdf"])
def test_a_stroke_lies_on_the_cells_that_it_runs_through_and_on_no_other(name: str) -> None:
    piece = as_it_is(name).pieces[0]
    first, last = piece.cell(0, 5), piece.cell(0, 8)
    pixels = penned(name, (first.x0 + 20, first.center[1] - 8), (last.x1 - 20, last.center[1] + 8))
    layout = segment(with_pixels(upright(name), pixels))
    assert overlaid(layout) == {(0, 0, 5), (0, 0, 6), (0, 0, 7), (0, 0, 8)}


def test_a_punched_hole_lies_on_the_cell_that_it_reaches_into() -> None:
    name = "scan/copy.pdf"
    cell = as_it_is(name).pieces[0].cell(0, 0)
    pixels = upright(name).pixels.copy()
    cv2.circle(pixels, (int(cell.x0), int(cell.center[1])), 45, (0,), -1)
    around = cell.inset(8)
    assert segment(with_pixels(upright(name), pixels)).is_overlaid(around)
    assert not as_it_is(name).is_overlaid(around)


@pytest.mark.parametrize("radius", [24, 40, 50])
def test_a_punched_hole_in_the_paper_below_the_form_is_no_line_of_text(radius: int) -> None:
    """The middle of a large one is no ink: that is told from the paper around it."""
    name = "scan/exercise.pdf"
    layout, pixels = as_it_is(name), upright(name).pixels.copy()
    at = (pixels.shape[1] // 2, int(max(n.box.y1 for n in layout.below)) + 58)
    cv2.circle(pixels, at, radius, (15,), -1)
    holed = segment(with_pixels(upright(name), pixels))
    assert len(holed.below) == len(layout.below)
    assert all(abs(a.base - b.base) <= 3 for a, b in zip(holed.below, layout.below, strict=True))
    assert holed.is_overlaid(Box(at[0] - 5, at[1] - 5, at[0] + 5, at[1] + 5))


def test_a_scrawl_over_the_text_below_the_tables_lies_on_the_lines_that_it_runs_through() -> None:
    name = "scan/sales.pdf"
    lines = as_it_is(name).below
    first, last = lines[1].box, lines[8].box
    assert last.y1 - first.y0 > 220
    pixels = penned(name, (first.x0 + 100, first.y0), (first.x0 + 260, last.y1))
    layout = segment(with_pixels(upright(name), pixels))
    run_through = [n for n in lines if first.y0 <= n.box.y0 < last.y1 and n.box.x0 < first.x0 + 60]
    touched = [layout.is_overlaid(n.box) for n in run_through if n.box.x1 > first.x0 + 300]
    assert touched and all(touched)
    assert not any(as_it_is(name).is_overlaid(n.box) for n in lines)


def test_a_stroke_beside_the_print_is_not_taken_for_text() -> None:
    """It runs through empty cells: they stay empty."""
    name = "scan/exercise.pdf"
    piece, glyphs = as_it_is(name).pieces[0], as_it_is(name).glyphs
    cell = piece.cell(0, 2)
    assert not [g for g in glyphs if cell.contains(*g.box.center)]
    pixels = penned(name, (cell.x0 + 12, cell.y0 - 40), (cell.x1 - 12, cell.y1 + 40))
    layout = segment(with_pixels(upright(name), pixels))
    assert not [g for g in layout.glyphs if cell.contains(*g.box.center)]


def test_a_stamps_letters_within_one_box_are_told_by_their_size() -> None:
    layout, page = as_it_is("scan/exercise.pdf"), upright("scan/exercise.pdf")
    box = max(layout.header, key=lambda b: b.width * b.height)
    pixels = page.pixels.copy()
    at = (int(box.x0 + 60), int(box.center[1] + 30))
    cv2.putText(pixels, "COPY", at, cv2.FONT_HERSHEY_SIMPLEX, 2.6, (70,), 16, cv2.LINE_AA)
    stamped = segment(with_pixels(page, pixels))
    assert not layout.is_overlaid(box.inset(4)) and stamped.is_overlaid(box.inset(4))


def test_nothing_that_a_pen_ran_through_is_accepted(readers: Readers, tmp_path: Path) -> None:
    name = "scan/exercise.pdf"
    piece = as_it_is(name).pieces[0]
    first, last = piece.cell(0, 0), piece.cell(0, 9)
    xs = np.linspace(first.x0 + 20, last.x1 - 10, 60)
    waves = [(x, first.center[1] + 14 * np.sin(x / 45)) for x in xs.tolist()]
    pixels = penned(name, *waves, thickness=5)
    path = tmp_path / "penned.png"
    Image.fromarray(pixels).save(path, dpi=(300, 300))
    (evidence,) = read_document(path, Settings(), readers)
    row = [
        f
        for p, f in evidence.filing.fields.items()
        if "/nonDerivativeTransaction[1]/" in p and not f.derived
    ]
    assert len(row) >= 7
    for field in row:
        assert field.status is Status.REVIEW, field
        assert STRUCK in field.reasons or not field.readings, field
    others = [
        f
        for p, f in evidence.filing.fields.items()
        if "derivativeTransaction[1]/" in p and "nonD" not in p
    ]
    assert others and not any(STRUCK in f.notes for f in others)


def test_a_row_that_is_ruled_out_is_not_two(readers: Readers, tmp_path: Path) -> None:
    """A stroke along a ruler looks like a ruling: what it cuts off of a cell of two lines is no row
    of its own.
    """
    name = "scan/web-page.pdf"
    layout = as_it_is(name)
    rows = [r for r in range(len(layout.pieces[0].rows)) if len(lines_of(layout, r)) >= 2]
    piece, row = layout.pieces[0], rows[0]
    y = lines_of(layout, row)[0][1] + 3
    pixels = penned(name, (piece.columns[0] + 20, y), (piece.columns[-1] - 20, y), thickness=4)
    path = tmp_path / "ruled.png"
    Image.fromarray(pixels).save(path, dpi=(300, 300))
    (evidence,) = read_document(path, Settings(), readers)
    top, bottom = piece.rows[row]
    inside = [
        f for f in evidence.filing.fields.values()
        if f.place and f.kind in (Kind.NAME,
            Kind.TEXT) and top < f.place.box.center[1] < bottom and f.value
    ]  # fmt: skip
    assert inside and all(f.status is Status.REVIEW for f in inside)


def lines_of(layout: PageLayout, row: int) -> list[tuple[float, float]]:
    """(top, bottom) of the lines in a row's last cell."""
    piece = layout.pieces[0]
    cell = piece.cell(row, len(piece.columns) - 2)
    here = group_lines([g for g in layout.glyphs if cell.contains(*g.box.center)])
    return [(n.box.y0, n.box.y1) for n in here]


def whited(name: str, row: int, column: int) -> PageLayout:
    """The page's layout with a blot of correction fluid over a cell's entry and the ruling at its
    left.
    """
    page, piece = upright(name), as_it_is(name).pieces[0]
    cell = piece.cell(row, column)
    pixels = page.pixels.copy()
    here = [g.box for g in as_it_is(name).glyphs if cell.contains(*g.box.center)]
    centre = (int(cell.x0 + 10), int(cell.center[1]))
    written = pixels[
        int(cell.y0) + 10 : int(cell.y1) - 10, int(min(b.x0 for b in here)) - 4 : int(cell.x1) - 10
    ].copy()
    cv2.ellipse(pixels, centre, (70, int(0.45 * cell.height)), 0, 0, 360, (250,), -1)
    pixels[
        int(cell.y0) + 10 : int(cell.y1) - 10, int(min(b.x0 for b in here)) - 4 : int(cell.x1) - 10
    ] = written
    return segment(with_pixels(page, pixels))


@pytest.mark.parametrize("name", ["scan/sales.pdf", "scan/exercise.pdf", "scan/web-page.pdf"])
def test_fluid_that_covers_a_ruling_lies_on_the_entries_beside_it(name: str) -> None:
    layout, piece = whited(name, 0, 5), as_it_is(name).pieces[0]
    told = {(r, c) for _, r, c in overlaid(layout)}
    assert (0, 5) in told and told <= {(0, 3), (0, 4), (0, 5), (0, 6)}
    assert len(layout.pieces[0].columns) == len(piece.columns)


def test_rulings_that_are_broken_all_over_tell_of_no_fluid() -> None:
    page, piece = upright("scan/sales.pdf"), as_it_is("scan/sales.pdf").pieces[0]
    pixels = page.pixels.copy()
    y = int(piece.rows[0][0])
    for x in piece.columns[1:-1:2]:
        pixels[y + 20 : y + 52, int(x) - 12 : int(x) + 13] = 250
    assert not overlaid(segment(with_pixels(page, pixels)))


def test_a_stroke_that_ends_in_an_entry_lies_on_it_and_on_the_caption_above() -> None:
    """It hangs together with a figure, which then is no letter of its line."""
    name = "scan/exercise.pdf"
    layout = as_it_is(name)
    name_box = min(layout.header, key=lambda b: b.x0 + b.y0)
    caption, entry = group_lines([g for g in layout.glyphs if name_box.contains(*g.box.center)])[:2]
    last = entry.glyphs[-1].box
    pixels = penned(name, (caption.box.x0 + 20, caption.box.center[1]), last.center, thickness=3)
    assert not layout.is_overlaid(entry.box)
    assert segment(with_pixels(upright(name), pixels)).is_overlaid(last)


def test_ink_from_outside_the_form_lies_on_what_it_reaches() -> None:
    """A letter of the first column may hang together with it, and be none of its line."""
    layout = as_it_is("scan/exercise.pdf")
    cell = layout.pieces[0].cell(0, 0)

    def piece(reach: float) -> Glyph:
        """A crescent from left of the table that reaches so far into it."""
        box: Box[Upright] = Box(cell.x0 - 60, cell.y0, cell.x0 + reach, cell.y1)
        return Glyph(box, 900)

    (told,) = straddling(Glyphs([piece(30)]), layout.pieces, layout.header)
    assert told.intersection(Box(cell.x0 + 5, cell.y0, cell.x0 + 25, cell.y1))
    assert not straddling(Glyphs([piece(3)]), layout.pieces, layout.header), "it touches the border"
    assert not straddling(Glyphs(layout.glyphs), layout.pieces, layout.header)
