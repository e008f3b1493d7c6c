"""Lines of text as readers give them."""

from __future__ import annotations

from ocr_form4_models.geometry import Box
from ocr_form4_models.reading import Reading, Run

LINE = 32
"""From one line to the next, in pixels."""


def run(text: str, row: int, x: float = 100, *others: str) -> Run:
    readings = tuple(
        Reading(name, t, 0.9)
        for name, t in zip(("form", "paddle", "tesseract"), (text, *others), strict=False)
    )
    return Run(1, Box(x, LINE * row, x + 12 * len(text), LINE * row + 24), 24, readings)
