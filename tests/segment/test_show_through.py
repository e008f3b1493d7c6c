"""Print of the other side is paper; print that is merely pale is print."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from documents import FIXTURES

from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.turned import upright
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import is_blank, segment
from ocr_form4.stages.segment.show_through import without_show_through
from ocr_form4_models.page import Gray, PageImage, UprightPage


@pytest.fixture(scope="module")
def image() -> PageImage:
    with open_document(FIXTURES / "scan" / "sales.pdf", Settings()) as document:
        return document.page(1)


def through(image: PageImage, ink: Gray) -> PageImage:
    """The page with a fifth of another side's ink beneath its own."""
    soft = cv2.GaussianBlur(ink, (0, 0), 1.0).astype(np.float32)
    return replace(image, pixels=np.minimum(image.pixels, (255 - 0.2 * (255 - soft))).astype(np.uint8))


def cleaned(image: PageImage, readers: Readers) -> tuple[UprightPage, UprightPage]:
    page = upright(image, readers)
    return page, without_show_through(page, segment(page), readers.first)


@pytest.mark.parametrize("axis", [1, 0], ids=["turned like a book's page", "turned like a calendar's"])
def test_the_other_side_is_painted_over(image: PageImage, readers: Readers, axis: int) -> None:
    shown = through(image, np.flip(np.roll(image.pixels, 25, axis=0), axis))
    page, clean = cleaned(shown, readers)
    of_page, of_clean, of_print = (len(segment(p).glyphs) for p in (page, clean, upright(image, readers)))
    assert of_page > 1.1 * of_print
    assert of_clean < 1.03 * of_print


def test_an_empty_back_is_blank(image: PageImage, readers: Readers) -> None:
    paper = replace(image, pixels=np.full_like(image.pixels, 255))
    _, clean = cleaned(through(paper, np.flip(image.pixels, 1)), readers)
    assert is_blank(segment(clean))


def test_what_is_only_pale_stays(image: PageImage, readers: Readers) -> None:
    """A ribbon that is worn out types no fainter than this."""
    height = image.pixels.shape[0]
    pale = image.pixels.copy()
    pale[height // 2 :] = 255 - 0.25 * (255 - pale[height // 2 :].astype(np.float32))
    page, clean = cleaned(replace(image, pixels=pale), readers)
    assert clean is page
