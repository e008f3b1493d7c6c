"""The picture of a box, as readers get it, and how dark it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.levels import level_at
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

MARGIN = 6
"""Pixels of paper left around the ink of a crop: 6 are around the lines that the project's own
reader learned (scripts/linereader/sheet.py).
"""
PAPER_SHARE = 0.9
"""Of a crop's pixels, lightest last: the one whose level is that of its paper. Print covers a third
of lines (``DARKER_LEVELS``), and specks of light less than 0.1.
"""
DARKER_LEVELS = 70.0
"""How much darker than its paper ink is, of 255: of 18,632,365 pixels of lines on 280 scans
5,869,943 are, half of them by three times as much.
"""


def crop(pixels: Gray, box: Box[Upright], margin: float = MARGIN) -> Gray:
    """The picture of a box with a margin, shape (height, width)."""
    rows, columns = box.inset(-margin).pixels(*pixels.shape)
    return pixels[rows, columns]


def into_box(share: float, width: float, box: Box[Upright]) -> float:
    """The x at a share of a crop's width, the crop being the box with its margin."""
    return min(box.x1 - 1, max(box.x0 + 1, box.x0 - MARGIN + share * (width + 2 * MARGIN)))


def dark_on_paper(part: Gray) -> NDArray[np.bool_]:
    """Which pixels of a crop, of one at least, are ink on its paper."""
    return np.asarray(part < level_at(part, PAPER_SHARE) - DARKER_LEVELS)


def ink_share(pixels: Gray, box: Box[Upright]) -> float:
    """The share of a box that is dark against its paper; 0 for an empty box."""
    part = crop(pixels, box, 0)
    if part.size == 0:
        return 0.0
    paper = level_at(part, 0.95)
    return float((part < paper - DARKER_LEVELS).mean())
