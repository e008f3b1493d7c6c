"""Lines of text as readers give them, on a page that lies straight, and what fields say."""

from __future__ import annotations

from ocr_form4.stages.parse.fields import Draft
from ocr_form4_models.geometry import Box, Rectification
from ocr_form4_models.reading import Reading, Run

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
LINE = 32
"""From one line to the next, in pixels."""


def run(text: str, row: int, x: float = 100, *others: str) -> Run:
    readings = tuple(
        Reading(name, t, 0.9)
        for name, t in zip(("form", "paddle", "tesseract"), (text, *others), strict=False)
    )
    return Run(1, Box(x, LINE * row, x + 12 * len(text), LINE * row + 24), 24, readings)


def values(draft: Draft) -> dict[str, str]:
    """What the fields that have a value say, by the last part of their paths."""
    return {
        path.rpartition("/")[2]: str(field.value)
        for path, field in draft.fields.items()
        if field.value
    }
