"""What a scan's damage is measured by tells a spoilt page from a good one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from documents import FIXTURES

from formprint import damage
from ocr_form4.pixels.damage import measured
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.page import Damage


@pytest.fixture(scope="module")
def page() -> np.ndarray:
    with open_document(FIXTURES / "scan" / "sales.pdf", Settings()) as document:
        return document.page(1).pixels


@pytest.mark.parametrize(
    ("part", "how"),
    [
        ("faint", "pale"),
        ("soft", "blurred"),
        ("grain", "specked"),
        ("uneven", "shaded"),
        ("streaks", "banded"),
    ],
)
def test_each_part_grows_with_its_own_damage(part: str, how: str, page: np.ndarray) -> None:
    rng = np.random.default_rng(1)
    spoilt = {
        "pale": lambda: (128 + page // 2).astype(np.uint8),
        "blurred": lambda: cv2.GaussianBlur(page, (0, 0), 3),
        "specked": lambda: np.where(rng.random(page.shape) < 0.01, 0, page).astype(np.uint8),
        "shaded": lambda: damage.shaded(page, 300, rng),
        "banded": lambda: (page * (1 - 0.1 * (np.arange(len(page)) // 9 % 2))[:, None]).astype(
            np.uint8
        ),
    }[how]()
    assert getattr(measured(spoilt), part) > 1.5 * getattr(measured(page), part) + 0.001


def test_rows_that_a_modem_lost_show() -> None:
    """Now and then a row repeats the one before, and a few are missing behind it."""
    with open_document(FIXTURES / "scan" / "fax.tif", Settings()) as document:
        fax = document.page(1).pixels
    rng, rows = np.random.default_rng(2), []
    for k in range(len(fax)):
        if rows and rng.random() < 0.02:
            rows.append(rows[-1])
        elif rng.random() > 0.02:
            rows.append(fax[k])
    assert measured(np.array(rows)).lost_rows > 2 * measured(fax).lost_rows + 0.002


def test_an_empty_or_tiny_page_has_none() -> None:
    for size in ((20, 20), (900, 700)):
        assert measured(np.full(size, 255, np.uint8)) == Damage()
