"""Lines drawn through print by hand: a value that is struck out is not the filing's value."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.crops import dark_on_paper
from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.geometry import union
from ocr_form4_models.layout import TextLine
from ocr_form4_models.page import Gray

_LEAST = 3.0
"""Length of a stroke in heights of the capitals: of 397 straight runs of ink through lines on 280
scans 35 are as long, or go through ``width_share`` of their line.
"""
_ALONE = 1.9
"""Length of one through a line's whole width, in heights of the capitals: letters that have run
together make straight ink of two heights. Of twelve fixtures one loses a value with 1.5, none with
2.5.
"""
_GAP = 0.1
"""The paper beside a stroke through a short word, in heights of the capitals. With 0.05 and with
0.2 twelve fixtures are read the same; where no short word is struck out, two fields of one of 187
scans are judged otherwise.
"""
_TALL = 0.7
"""How high a letter beside a stroke is at least, in heights of the capitals: the five that are left
on 280 scans are 0.90 to 1.02, of small letters alone 0.66 to 0.75 (Times and Helvetica, Adobe's
metrics).
"""
_SPACE = 0.2
"""What paper is between a stroke and the word beside it, in heights of the capitals: of five on 280
scans one has 0.39, the others, whose stroke goes on in the word, 0.16 or less.
"""
_SLOPES = (-0.12, -0.06, 0.0, 0.06, 0.12)
"""Rise over run of the strokes that are looked for: level to within seven degrees. Of 18 strokes
drawn through words at a rise of 0.12 all are found, by level ones alone 13 to 15.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What ink is a stroke through a line: in heights of the line's capitals (_caps), pixels, and
    shares of a number.
    """

    within_caps: float = 0.2
    """How far a stroke keeps from the heads and from the feet of the letters: what is nearer is
    their own, an overline or an underline. With 0.1 and with 0.3 twelve fixtures are read the same;
    with 0 two more fields of one of 81 scans are looked at.
    """
    width_share: float = 0.8
    """Of a line's width: a stroke through all of it may be as short as ``_ALONE``. Of 397 straight
    runs of ink on 280 scans 35 are as long as this or ``_LEAST``, 99 of 100 of the others 0.98 of
    it or less.
    """
    around_px: tuple[int, int] = (5, 3)
    """Rows and columns of ink that are taken away with a stroke to see the letters it crosses. With
    3 and 1, and with 9 and 5, twelve fixtures are read the same.
    """
    crossed_share: float = 0.2
    """Of a stroke's columns: where letters stand over and under it. Of 44 straight runs on 280
    scans 16 have 0.22 or more, half of them 0.42; of the others half have none, the next to it
    0.18.
    """


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
    start, end = stroke
    left = [g for g in line.glyphs if g.box.x1 < start]
    right = [g for g in line.glyphs if g.box.x0 > end]
    kept = left or right
    if (left and right) or not any(g.box.height >= _TALL * line.cap_height for g in kept):
        return None
    struck = union(g.box for g in line.glyphs if g not in kept)
    apart = max(struck.x0 - max(g.box.x1 for g in kept), min(g.box.x0 for g in kept) - struck.x1)
    return make_line(kept) if apart >= _SPACE * line.cap_height else None
