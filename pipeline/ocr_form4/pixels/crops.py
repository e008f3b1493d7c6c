"""The picture of a box, as readers get it, and how dark it is."""

from __future__ import annotations

from ocr_form4.pixels.levels import level_at
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

MARGIN = 6
"""Pixels of paper left around the ink of a crop."""


def crop(pixels: Gray, box: Box[Upright], margin: float = MARGIN) -> Gray:
    """The picture of a box with a margin, shape (height, width)."""
    rows, columns = box.inset(-margin).pixels(*pixels.shape)
    return pixels[rows, columns]


def ink_share(pixels: Gray, box: Box[Upright]) -> float:
    """The share of a box that is dark against its paper; 0 for an empty box."""
    part = crop(pixels, box, 0)
    if part.size == 0:
        return 0.0
    paper = level_at(part, 0.95)
    return float((part < paper - 70).mean())
