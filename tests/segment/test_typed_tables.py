"""A page typed with dashes and bars, of which a copy made rulings: the header is where its captions
are, and the tables under theirs.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from documents import FIXTURES, straight, with_pixels
from PIL import Image

from ocr_form4 import filing
from ocr_form4.filing import read_document
from ocr_form4.settings import Settings
from ocr_form4.stages.parse.fields import GUESSED_BOX
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.lost_header import with_header
from ocr_form4.stages.segment.lost_tables import with_tables
from ocr_form4.stages.segment.typed_rows import with_typed_rows
from ocr_form4_models.evidence import Evidence, FilingStatus
from ocr_form4_models.field import Field, Status
from ocr_form4_models.form4 import Table
from ocr_form4_models.layout import PageLayout, TablePiece
from ocr_form4_models.page import Gray, UprightPage

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


@pytest.mark.parametrize(
    ("captions", "rows"),
    [
        ((0, 1, 2, 3, 4, 7, 8, 9, 10), (0, 1, 2, 4, 7, 10)),
        ((0, 1, 8, 10), (0, 2, 3, 4, 8, 10)),
    ],
)
def test_bars_that_ran_together_make_no_header_of_a_tables_captions(
    readers: Readers, captions: tuple[int, ...], rows: tuple[int, ...]
) -> None:
    """``captions`` and ``rows`` are the columns whose bars ran together there."""
    with open_document(FIXTURES / "more/typed.pdf", Settings()) as document:
        page = straight(document.page(1))
    typed = with_tables(segment(page), readers.first).pieces[0]
    assert typed.captions is not None and typed.rows
    top, foot, end = (int(y) for y in (typed.captions.y0, typed.captions.y1, typed.rows[-1][1]))
    pixels = page.pixels.copy()
    pixels[end + 40 :] = np.percentile(pixels, 90)
    for y0, y1, columns in ((top, foot, captions), (foot, end, rows)):
        for x in (int(typed.columns[k]) for k in columns):
            cv2.line(pixels, (x, y0), (x, y1), (0,), 4)
    for y in (top, foot, end):
        cv2.line(pixels, (int(typed.columns[0]), y), (int(typed.columns[-1]), y), (0,), 4)
    copied = segment(with_pixels(page, pixels))
    found = with_tables(copied, readers.first)
    assert [(p.table, len(p.rows)) for p in found.pieces] == [(typed.table, len(typed.rows))]
    assert not found.header and len(with_header(found, readers.first).header) >= 5


def test_captions_end_where_an_entry_stands_though_the_ruling_between_is_gone(
    readers: Readers,
) -> None:
    """The next line across is the dashes under the first row: that was taken for a caption."""
    with open_document(FIXTURES / "more/typed.pdf", Settings()) as document:
        page = straight(document.page(1))
    typed = with_tables(segment(page), readers.first).pieces[0]
    assert typed.captions is not None
    top, foot = int(typed.captions.y1), int(typed.rows[0][1])
    pixels = page.pixels.copy()
    entry = pixels[top + 8 : foot - 12].copy()
    dashes = pixels[foot - 12 : foot + 12].copy()
    pixels[top - 10 : foot + 12] = np.percentile(pixels, 90)
    # the row moves up to its captions, and the dashes right under its line
    pixels[top - 10 : top - 10 + len(entry)] = entry
    at = top + 30
    pixels[at : at + len(dashes)] = np.minimum(pixels[at : at + len(dashes)], dashes)
    found = with_tables(segment(with_pixels(page, pixels)), readers.first).pieces[0]
    assert len(found.rows) == len(typed.rows)


def test_the_boxes_of_a_typed_form_are_a_list_and_no_guess_while_none_is_missing(
    readers: Readers, tmp_path: Path
) -> None:
    """Each ends where the next one's caption stands; with one caption gone, that is not known."""
    (typed,) = read_document(FIXTURES / "more/typed.pdf", Settings(), readers)
    assert _in_boxes(typed) and not any(GUESSED_BOX in f.reasons for f in _in_boxes(typed))
    with open_document(FIXTURES / "more/typed.pdf", Settings()) as document:
        page = straight(document.page(1))
    header = with_header(with_tables(segment(page), readers.first), readers.first).header
    pixels = page.pixels.copy()
    third = header[2].pixels(*pixels.shape)
    pixels[third] = np.percentile(pixels, 90)
    Image.fromarray(pixels).save(tmp_path / "typed.png", dpi=(300, 300))
    (evidence,) = read_document(tmp_path / "typed.png", Settings(), readers)
    assert all(GUESSED_BOX in f.reasons for f in _in_boxes(evidence))


def _in_boxes(evidence: Evidence) -> list[Field]:
    fields = evidence.filing.fields.items()
    return [f for path, f in fields if "/issuer/" in path or "reportingOwner[1]" in path]


def _cut_in_captions(page: UprightPage, table: TablePiece, share: float) -> tuple[Gray, Gray]:
    """A page that ends within a table's captions, of which ``share`` stand on it, and the next."""
    assert table.captions is not None and table.rows
    cut = int(table.captions.y0 + share * table.captions.height)
    foot = int(table.rows[-1][1]) + 20
    first, second = page.pixels.copy(), np.full_like(page.pixels, 255)
    second[60 : 60 + foot - cut] = page.pixels[cut:foot]
    first[cut:] = 255
    return first, second


def test_a_table_goes_on_between_its_bars_where_a_page_ends_under_its_captions(
    readers: Readers,
) -> None:
    page, (table, *_) = _typed_page(readers)
    layout = segment(with_pixels(page, _cut_in_captions(page, table, 1.01)[1]))
    (found,) = with_typed_rows(with_tables(layout, readers.first), readers.first).pieces
    shown = found.table, found.leaves, len(found.rows)
    assert shown == (table.table, table.leaves, len(table.rows))
    assert np.allclose(found.columns[1:], table.columns[1:], atol=12)


@pytest.mark.parametrize("share", [0.3, 0.9, 1.0])
def test_no_row_is_lost_unmarked_however_much_of_the_captions_stands_on_its_page(
    readers: Readers, tmp_path: Path, share: float
) -> None:
    page, (table, *_) = _typed_page(readers)
    first, second = map(Image.fromarray, _cut_in_captions(page, table, share))
    first.save(tmp_path / "cut.tif", dpi=(300, 300), save_all=True, append_images=[second])
    (evidence,) = read_document(tmp_path / "cut.tif", Settings(), readers)
    rows = {p.split("/")[3]: f for p, f in evidence.filing.fields.items() if "/nonDeriv" in p}
    assert len(rows) >= len(table.rows)
    assert all(f.status is Status.REVIEW for f in rows.values())


def test_captions_at_the_foot_of_a_page_are_a_table_without_rows(readers: Readers) -> None:
    """They were read as footnotes: "4. Transaction Code" opens one."""
    page, (*_, last) = _typed_page(readers)
    assert last.captions is not None
    pixels = page.pixels.copy()
    pixels[int(last.captions.y0 + 0.14 * last.captions.height) :] = 255
    found = with_tables(segment(with_pixels(page, pixels)), readers.first)
    assert found.pieces[-1].table is last.table
    assert not found.pieces[-1].rows and not found.below


def test_streaks_down_a_page_of_text_make_no_table(readers: Readers) -> None:
    with open_document(FIXTURES / "scan/paper-2002.pdf", Settings()) as document:
        page = straight(document.page(1))
    pixels = page.pixels.copy()
    pixels[:] = 255
    for k in range(10):  # as many as the borders of a table
        cv2.line(pixels, (300 + 200 * k, 0), (300 + 200 * k, len(pixels)), (90,), 4)
    cv2.putText(pixels, "Persons who respond", (120, 400), cv2.FONT_HERSHEY_SIMPLEX, 2, (0,), 4)
    assert not with_typed_rows(segment(with_pixels(page, pixels)), readers.first).pieces


def _typed_page(readers: Readers) -> tuple[UprightPage, tuple[TablePiece, ...]]:
    """The first page of a typed form, and its tables: the second ends within its captions."""
    with open_document(FIXTURES / "more/typed.pdf", Settings()) as document:
        page = straight(document.page(1))
    return page, with_tables(segment(page), readers.first).pieces


def test_where_no_bar_is_seen_a_line_of_entries_is_a_row_all_the_same(
    readers: Readers, tmp_path: Path
) -> None:
    """A page ends within the captions; of rows on the next it is known that they are there."""
    page, (table, *_) = _typed_page(readers)
    assert table.captions is not None and len(table.rows) == 3
    cut = int(table.captions.y0 + 0.6 * table.captions.height)
    foot = int(table.rows[-1][1]) + 20
    barred = page.pixels.copy()
    for x in table.columns[1:]:
        barred[int(table.captions.y0) : foot, int(x) - 9 : int(x) + 9] = 255
    first, second = np.full_like(barred, 255), np.full_like(barred, 255)
    first[:cut] = barred[:cut]
    second[60 : 60 + foot - cut] = barred[cut:foot]
    pages = [Image.fromarray(pixels) for pixels in (first, second)]
    pages[0].save(tmp_path / "typed.tif", save_all=True, append_images=pages[1:], dpi=(300, 300))
    (evidence,) = read_document(tmp_path / "typed.tif", Settings(), readers)
    rows = list(evidence.filing.rows(table.table))
    assert len(rows) == len(table.rows)


def test_a_table_of_which_no_ruling_is_seen_has_a_row_that_nobody_read(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_bars(page: UprightPage) -> PageLayout:
        none = np.zeros_like(page.maps.down)
        return segment(replace(page, maps=replace(page.maps, down=none)))

    monkeypatch.setattr(filing, "segment", without_bars)
    (evidence,) = read_document(FIXTURES / "more/typed.pdf", Settings(), readers)
    rows = list(evidence.filing.rows(Table.I))
    assert rows and evidence.status is FilingStatus.PARTIAL
    assert all(f.status is Status.REVIEW for row in rows for f in row.fields.values())
