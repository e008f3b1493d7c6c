"""Lines drawn through print by hand: a value that is struck out is not the filing's value."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.crops import dark_on_paper
from ocr_form4.stages.segment.textlines import make_line
from ocr_form4_models.geometry import union
from ocr_form4_models.layout import TextLine
from ocr_form4_models.page import Gray

_LEAST, _ALONE = 3.0, 1.9
"""Length of a stroke in heights of the capitals; of one through a line's whole width. Letters that
have run together make straight ink of two heights.
"""
_GAP = 0.1
"""The paper beside a stroke through a short word, in heights of the capitals."""
_ENDS, _TALL, _SPACE = 0.1, 0.7, 0.2
"""How far a stroke goes on beyond what is seen of it; how high a letter beside it is; what paper is
between words; all in heights of the capitals.
"""
_SLOPES = (-0.12, -0.06, 0.0, 0.06, 0.12)
"""Rise over run of the strokes that are looked for: level to within seven degrees."""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What ink is a stroke through a line: in heights of the line's capitals (_caps), pixels, and
    shares of a number.
    """

    within_caps: float = 0.2
    """How far a stroke keeps from the heads and from the feet of the letters: what is nearer is
    their own, an overline or an underline.
    """
    width_share: float = 0.8
    """Of a line's width: a stroke through all of it may be as short as ``_ALONE``."""
    around_px: tuple[int, int] = (5, 3)
    """Rows and columns of ink that are taken away with a stroke to see the letters it crosses."""
    crossed_share: float = 0.2
    """Of a stroke's columns: where letters stand over and under it."""


T = Tolerances()


def struck_out(pixels: Gray, line: TextLine) -> tuple[float, float] | None:
    """From where to where a stroke, level or nearly so, runs through the middle of letters of a
    line, if one does.

    A straight run of ink that long stands in no print between the feet and the heads of letters but
    as a dash, and a dash has paper above and below it.
    """
    rows, columns = line.box.pixels(*pixels.shape)
    part = pixels[rows, columns]
    cap = line.cap_height
    length = round(_ALONE * cap)
    if part.size == 0 or part.shape[1] < length:
        return None
    dark = dark_on_paper(part).astype(np.uint8)
    one_row = np.ones((1, length), np.uint8)
    if not cv2.morphologyEx(dark.max(axis=0, keepdims=True), cv2.MORPH_OPEN, one_row).any():
        return None  # no stroke of any slope crosses a gap between letters
    first = line.top - rows.start + T.within_caps * cap
    last = line.base - rows.start - T.within_caps * cap
    for slope in _SLOPES:
        level = dark
        if slope:
            shear = np.array([[1, 0, 0], [slope, 1, -slope * part.shape[1] / 2]], dtype=np.float32)
            level = np.asarray(
                cv2.warpAffine(dark, shear, dark.shape[::-1], flags=cv2.INTER_NEAREST)
            )
        runs = np.asarray(cv2.morphologyEx(level, cv2.MORPH_OPEN, one_row))
        runs[: max(0, int(first))] = 0
        runs[max(0, int(last)) :] = 0
        through = runs.any(axis=0)
        at = np.flatnonzero(through)
        if not len(at):
            continue
        is_long = len(at) >= min(_LEAST * cap, max(length, T.width_share * part.shape[1]))
        if not is_long and not _is_word(level, int(at[0]), int(at[-1]) + 1, round(_GAP * cap)):
            continue
        letters = np.asarray(cv2.subtract(level, cv2.dilate(runs, np.ones(T.around_px, np.uint8))))
        over, under = np.flatnonzero(runs.any(axis=1))[[0, -1]]
        crossed = np.asarray(letters[:over].any(axis=0) & letters[under + 1 :].any(axis=0))
        if crossed[through].mean() >= T.crossed_share:
            return float(columns.start + at[0]), float(columns.start + at[-1] + 1)
    return None


def _is_word(dark: NDArray[np.uint8], start: int, end: int, gap: int) -> bool:
    """Whether there is paper on both sides of these columns, as there is around a word and not
    within one.
    """
    return not dark[:, max(0, start - gap) : start].any() and not dark[:, end : end + gap].any()


def left_standing(line: TextLine, stroke: tuple[float, float]) -> TextLine | None:
    """What of a line a stroke leaves, if that is words before it or behind it and not both: what is
    written instead.
    """
    start, end = stroke[0] - _ENDS * line.cap_height, stroke[1] + _ENDS * line.cap_height
    left = [g for g in line.glyphs if g.box.x1 < start]
    right = [g for g in line.glyphs if g.box.x0 > end]
    kept = left or right
    if (left and right) or not any(g.box.height >= _TALL * line.cap_height for g in kept):
        return None
    struck = union(g.box for g in line.glyphs if g not in kept)
    apart = max(struck.x0 - max(g.box.x1 for g in kept), min(g.box.x0 for g in kept) - struck.x1)
    return make_line(kept) if apart >= _SPACE * line.cap_height else None
