"""Clouds of pale grains, as toner falls, drawn on real pages: they are no text."""

from __future__ import annotations

from itertools import product

import cv2
import numpy as np
from documents import titles, upright, with_pixels

from ocr_form4.stages.segment import segment
from ocr_form4_models.page import Gray

NAMES = ["scan/sales.pdf", "scan/paper-2002.pdf", "scan/copy.pdf"]


def with_clouds(pixels: Gray, at: list[tuple[float, float]], level: int, seed: int) -> Gray:
    """The page with a cloud of 260 grains around each of the places."""
    rng = np.random.default_rng(seed)
    laid = np.zeros(pixels.shape, np.float32)
    for x, y in at:
        column = (x + rng.normal(0, 9, 260)).astype(int).clip(0, pixels.shape[1] - 1)
        row = (y + rng.normal(0, 7, 260)).astype(int).clip(0, pixels.shape[0] - 1)
        laid[row, column] = 1.0
    laid = cv2.GaussianBlur(laid, (0, 0), 0.8)
    laid = np.minimum(1.0, 1.6 * laid)
    shade = np.minimum(pixels, 255 - (255 - level) * laid)
    return np.asarray(shade, np.uint8)


def test_a_cloud_behind_an_entry_is_none_of_its_letters() -> None:
    as_before: list[bool] = []
    for name, level in product(NAMES, (165, 185)):
        page = upright(name)
        lines = titles(segment(page))
        at = [(n.box.x1 + 50, n.box.center[1]) for n in lines]
        after = titles(segment(with_pixels(page, with_clouds(page.pixels, at, level, 5))))
        for line in lines:
            end = max(n.box.x1 for n in after if n.box.intersection(line.box))
            as_before.append(abs(end - line.box.x1) <= 2)
    assert sum(as_before) >= 0.8 * len(as_before)
