"""Letters as pieces of ink, in upright pixels."""

from __future__ import annotations

from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyph

CAP, WIDE, STEP = 30.0, 20.0, 25.0


def letters(x: float, base: float, count: int, height: float = CAP) -> list[Glyph]:
    """A word of capitals (upright pixels): ``count`` letters from x on, standing on ``base``."""
    scale = height / CAP
    return [glyph(x + k * STEP * scale, base - height, WIDE * scale, height) for k in range(count)]


def glyph(x: float, y: float, width: float, height: float) -> Glyph:
    return Glyph(Box(x, y, x + width, y + height), int(width * height / 2))


def mark(x: float, base: float) -> list[Glyph]:
    """A footnote mark ``(1)``: two thirds as high as the capitals, its head at theirs."""
    return [glyph(x + 12 * k, base - CAP, 8, 0.66 * CAP) for k in range(3)]
