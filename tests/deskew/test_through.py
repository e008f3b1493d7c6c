"""Thin paper: the print of the other side shows through, mirrored; made of the fixtures' pages."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from documents import FIXTURES, Read
from PIL import Image

from ocr_form4.filing import read_document
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.through import shows_through, without_it
from ocr_form4.stages.deskew.turned import upright
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.page import Gray, PageImage, PageStatus

pytestmark = pytest.mark.slow


def page_of(name: str, number: int = 1) -> PageImage:
    with open_document(FIXTURES / name, Settings()) as document:
        return document.page(number)


def thin(front: Gray, back: Gray, share: float, over: bool = False) -> Gray:
    """A front with so much of its back's ink, seen from behind and softened by the paper; or bound
    at its head.
    """
    behind = back[::-1] if over else back[:, ::-1]
    soft = cv2.GaussianBlur(np.ascontiguousarray(behind), (0, 0), 1.2)
    return np.round(front * (1 - share * (255.0 - soft) / 255)).astype(np.uint8)


@pytest.mark.parametrize(
    "name",
    [
        "scan/sales.pdf",
        "scan/web-page.pdf",
        "scan/paper-1996.pdf",
        "more/low-resolution.pdf",
        "more/colour.pdf",
    ],
)
def test_nothing_shows_through_where_nothing_is_mirrored(name: str, readers: Readers) -> None:
    """Pale print and the grain of a scanner are the page's own."""
    assert shows_through(upright(page_of(name), readers), readers.of_turned) is None


@pytest.mark.parametrize(("share", "over"), [(0.2, False), (0.35, True), (0.45, False)])
def test_a_blank_back_is_blank(share: float, over: bool, readers: Readers) -> None:
    front = page_of("scan/as-filed.pdf")
    back = thin(np.full_like(front.pixels, 250), front.pixels, share, over)
    through = shows_through(upright(PageImage(2, back, front.dpi), readers), readers.of_turned)
    assert through is not None and through.only
    assert np.ptp(without_it(back, front.dpi, through)) == 0


def test_what_shows_through_is_taken_away_and_print_stays(readers: Readers) -> None:
    front, back = page_of("scan/as-filed.pdf"), page_of("scan/paper-2002.pdf").pixels
    back = cv2.resize(back, front.pixels.shape[::-1], interpolation=cv2.INTER_AREA)
    pixels = thin(front.pixels, back, 0.3)
    through = shows_through(upright(PageImage(1, pixels, front.dpi), readers), readers.of_turned)
    assert through is not None and not through.only
    cleaned = without_it(pixels, front.dpi, through)
    print_ = front.pixels < 100
    bare = cv2.dilate(print_.astype(np.uint8), np.ones((15, 15))) == 0
    assert (pixels[bare] < 220).mean() > 10 * (cleaned[bare] < 220).mean()
    assert np.array_equal(cleaned[print_], pixels[print_])


def test_a_pile_of_thin_paper_is_one_filing(read: Read, readers: Readers, tmp_path: Path) -> None:
    """Its second page showed the first one's header, and became a filing of its own; and so did the
    blank back.
    """
    name = "scan/paper-2002.pdf"
    front, back = page_of(name), page_of(name, 2)
    pages = [thin(front.pixels, back.pixels, 0.3), thin(back.pixels, front.pixels, 0.3)]
    pages.append(thin(np.full_like(front.pixels, 250), front.pixels, 0.3))
    scan = tmp_path / "thin.tif"
    images = [Image.fromarray(p) for p in pages]
    images[0].save(
        scan, save_all=True, append_images=images[1:], dpi=tuple(round(d) for d in front.dpi)
    )
    (found,) = read_document(scan, Settings(), readers)
    assert [p.status for p in found.pages] == [PageStatus.READ, PageStatus.READ, PageStatus.BLANK]
    assert "other side" in found.pages[2].message
    (clean,) = read(name)
    assert found.status == clean.status
    values = {path: f.value for path, f in clean.filing.fields.items()}
    assert {p: f.value for p, f in found.filing.fields.items() if f.value != values.get(p)} == {}
