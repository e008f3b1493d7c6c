"""The upper left of a page, drawn: check boxes, marks, and the captions that readers see."""

from __future__ import annotations

import numpy as np

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.stages.segment.glyphs import find_glyphs
from ocr_form4_models.geometry import Box, Rectification
from ocr_form4_models.layout import PageLayout, Rulings
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading, Run

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
LINES = (
    "Check this box if no longer subject to",
    "Section 16. Form 4 or Form 5",
    "obligations may continue. See",
)
X, TOP, STEP, CAP = 208, 342, 28, 18


def paper(box: tuple[int, int, int, int] | None, crossed: bool = False) -> Gray:
    """The upper left of a page with a check box's outline, left, top, right, bottom, and a cross in
    it.
    """
    drawn = np.full((700, 900), 255, np.uint8)
    if box:
        x0, y0, x1, y1 = box
        drawn[y0:y1, x0:x1] = 0
        drawn[y0 + 5 : y1 - 5, x0 + 5 : x1 - 5] = 255
        for k in range(-11, 12) if crossed else ():
            at = (x0 + x1) // 2 + k
            for y in ((y0 + y1) // 2 + k, (y0 + y1) // 2 - k):
                drawn[y - 2 : y + 2, at - 2 : at + 2] = 0
    return drawn


def crossed_at(drawn: Gray, x: int, y: int) -> None:
    for k in range(-9, 10):
        for at in (y + k, y - k):
            drawn[at - 2 : at + 2, x + k - 2 : x + k + 2] = 0


def line(text: str, x: float, y: float, height: float = CAP + 5) -> Run:
    return Run(1, Box(x, y, x + 10 * len(text), y + height), CAP, (Reading("form", text, 0.9),))


def caption(*texts: str) -> list[Run]:
    return [line(text, X, TOP + k * STEP) for k, text in enumerate(texts or LINES)]


def layout_of(drawn: Gray) -> PageLayout:
    """The page divided into pieces of ink, and no more."""
    ink = np.where(drawn < 140, 255, 0).astype(np.uint8)
    glyphs = find_glyphs(find_blobs(ink), ink)[0]
    return PageLayout(1, STRAIGHT, drawn, (), (), (), (), glyphs, Rulings((), ()), {})
