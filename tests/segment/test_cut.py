"""Real pages with a part cut off: what is gone is said to be gone, and what stands at the cut is
looked at.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from documents import FIXTURES, straight
from PIL import Image

from ocr_form4.filing import read_document
from ocr_form4.settings import Settings
from ocr_form4.stages.parse.fields import STRUCK
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4_models.evidence import FilingStatus
from ocr_form4_models.field import Status
from ocr_form4_models.page import Gray, PageImage

if TYPE_CHECKING:
    from ocr_form4.readers import Readers


@cache
def scan(name: str) -> PageImage:
    with open_document(FIXTURES / name, Settings()) as document:
        return document.page(1)


@pytest.mark.parametrize(
    "name", ["scan/sales.pdf", "scan/paper-2002.pdf", "more/askew.pdf", "more/perspective.pdf"]
)
def test_a_whole_page_is_not_cut(name: str) -> None:
    assert not segment(straight(scan(name))).cut


@pytest.mark.parametrize("name", ["scan/exercise.pdf", "scan/paper-2002.pdf"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_page_that_ends_within_the_form_is_cut_on_that_side(name: str, side: str) -> None:
    page = scan(name)
    off = int(0.08 * page.pixels.shape[1])
    pixels = np.ascontiguousarray(page.pixels[:, off:] if side == "left" else page.pixels[:, :-off])
    layout = segment(straight(replace(page, pixels=pixels)))
    assert layout.cut == (side,)
    piece = layout.pieces[0]
    k = 0 if side == "left" else len(piece.columns) - 2
    assert layout.is_overlaid(piece.cell(0, k))
    assert not layout.is_overlaid(piece.cell(0, 4).inset(8))


def cut_at_the_left(page: PageImage) -> Gray:
    return np.ascontiguousarray(page.pixels[:, int(0.06 * page.pixels.shape[1]) :])


def test_a_filing_that_is_cut_off_is_partial_and_nothing_at_the_cut_is_accepted(
    readers: Readers, tmp_path: Path
) -> None:
    path = tmp_path / "cut.png"
    Image.fromarray(cut_at_the_left(scan("scan/exercise.pdf"))).save(path, dpi=(200, 200))
    (evidence,) = read_document(path, Settings(), readers)
    assert evidence.status is FilingStatus.PARTIAL
    assert any("cut off at its left" in message for message in evidence.messages)
    fields = evidence.filing.fields
    at_the_cut = [
        f
        for p, f in fields.items()
        if p.endswith(("/securityTitle/value", "/rptOwnerName")) and f.value
    ]
    assert len(at_the_cut) >= 3
    assert all(f.status is Status.REVIEW and STRUCK in f.reasons for f in at_the_cut)
    dates = [f for p, f in fields.items() if p.endswith("/transactionDate/value")]
    assert dates and not any(STRUCK in f.notes for f in dates)


@pytest.mark.parametrize("name", ["scan/sales.pdf", "more/askew.pdf"])
def test_what_is_left_of_the_papers_edge_is_no_line_of_text(name: str) -> None:
    page = scan(name)
    pixels = page.pixels.copy()
    height, width = pixels.shape
    # crumbs down the right side, and a row of them at the bottom
    for y in range(height - 300, height - 40, 23):
        pixels[y : y + 15, width - 9 : width - 3] = 0
    for x in range(width // 2, width // 2 + 200, 8):
        pixels[height - 9 - x % 3 : height - 2, x : x + 5] = 0
    lines = segment(straight(page)).below
    found = segment(straight(replace(page, pixels=pixels))).below
    assert len(found) == len(lines)
    assert all(
        abs(a.box.x0 - b.box.x0) + abs(a.box.y0 - b.box.y0) < 8
        for a, b in zip(found, lines, strict=True)
    )
