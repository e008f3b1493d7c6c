"""Dirt beside an entry is no part of it, and the entry is looked at."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from documents import FIXTURES, straight

from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.parse import parse
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import recognize
from ocr_form4.stages.segment import segment
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.page import Gray, UprightPage
from ocr_form4_models.reason import Code

NAME = f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName"


@pytest.fixture(scope="module")
def page() -> UprightPage:
    with open_document(FIXTURES / "scan" / "sales.pdf", Settings()) as document:
        return straight(document.page(1))


def blotch(height: int, width: int, seed: int) -> Gray:
    """A speck of toner with ragged edges."""
    grain = np.random.default_rng(seed).standard_normal((height, width)).astype(np.float32)
    return np.where(cv2.GaussianBlur(grain, (0, 0), height / 9) > 0.02, 40, 255).astype(np.uint8)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_blotch_beside_a_name_is_no_part_of_it(page: UprightPage, readers: Readers, seed: int) -> None:
    clean = parse([recognize(segment(page), readers)]).filing.fields[NAME]
    assert clean.place is not None
    box = page.rectification.box_to_upright(clean.place.box)
    x, y, height = int(box.x1 + 3 * box.height), int(box.y0), int(box.height)
    pixels = page.pixels.copy()
    part = pixels[y : y + height, x : x + round(1.4 * height)]
    np.minimum(part, blotch(*part.shape, seed), out=part)
    spoilt = parse([recognize(segment(replace(page, pixels=pixels)), readers)]).filing.fields[NAME]
    assert spoilt.value == clean.value
    assert Code.OVERLAID in {note.code for note in spoilt.notes}
