"""Clouds of grains, as toner falls, drawn on real pages: they are no text, and join none."""

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


def test_lines_of_notes_that_a_dark_cloud_joins_stay_lines() -> None:
    """A drum's smear down through the notes, as dark as print: each line is where it was."""
    as_before: list[bool] = []
    for name, seed in product(("scan/sales.pdf", "scan/exercise.pdf"), (5, 6, 7)):
        page = upright(name)
        notes = [n for n in segment(page).below if n.box.width > 900]
        rng = np.random.default_rng(seed)
        x = rng.uniform(200, 700)
        at = [(x, y) for y in np.arange(notes[0].box.y0, notes[-1].box.y1, 12)]
        after = segment(with_pixels(page, with_clouds(page.pixels, at, 60, seed))).below
        for line in notes:
            same = [n for n in after if n.box.intersection(line.box)]
            longest = max(same, key=lambda n: n.box.width)
            as_before.append(
                longest.box.width > 0.95 * line.box.width
                and longest.box.height < 1.5 * line.box.height
            )
    assert sum(as_before) >= 0.97 * len(as_before)
