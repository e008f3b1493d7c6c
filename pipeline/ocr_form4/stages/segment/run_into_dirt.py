"""Letters that something has run into: ink higher than a line, of which the page network sees print
in a part.

A drum's cloud or a pen's stroke joins words of several lines into one piece of ink. Taken whole, it
is a letter of none of them, and its word is lost; or of one, which the others then belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, is_frame, stretches
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.textlines import LETTERS_APART, MUCH, ONE_LINE
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs
from ocr_form4_models.page import THERE, PageMaps

_LEAST_LETTERS = 0.5
"""Height of what is cut out, and of what is cut off, at least, in the page's usual letters: lower
print is a piece of a letter. On 40 scans with toner and a drum's dirt, where nothing is cut 0.9714
of the fields are right, and 0.9744 so (before what stands alone, and frames, were kept whole).
"""


def cut_to_print(glyphs: Glyphs, tall: Glyphs, mask: Mask, maps: PageMaps[Upright]) -> Glyphs:
    """The glyphs of a page, those higher than a line cut to what of their ink is seen as print: one
    for each line of it. Frames stay, and what would lose less than half a letter, or stand beside
    no other letter, as a large one does. ``tall`` is ink too high for a letter, of which nothing
    stays but such lines; ``mask`` is the page's ink.
    """
    usual = letter_height(glyphs)
    high = glyphs.sizes[1]
    letters = glyphs.places[(high >= _LEAST_LETTERS * usual) & (high <= ONE_LINE * usual)]

    def lines_of(glyph: Glyph) -> list[Glyph]:
        lines = list(_lines_in(glyph, mask, maps, usual)) if glyph.seen else []
        return lines if any(_is_beside(n.box, letters, usual) for n in lines) else []

    made: list[Glyph] = []
    for glyph in glyphs:
        lines = lines_of(glyph) if glyph.box.height > ONE_LINE * usual else []
        made += lines or [glyph]
    return Glyphs([*made, *(n for glyph in tall for n in lines_of(glyph))])


def _is_beside(box: Box[Upright], letters: NDArray[np.float64], usual: float) -> bool:
    """Whether one of the letters, shape (n, 4), stands as near to a box, and as level with it, as
    letters of a line do.
    """
    left, top, right, bottom = letters.T
    gap = np.maximum(left - box.x1, box.x0 - right)
    level = np.minimum(bottom, box.y1) - np.maximum(top, box.y0)
    lower = np.minimum(bottom - top, box.height)
    return bool(((gap <= LETTERS_APART * usual) & (level >= MUCH * lower)).any())


def _lines_in(glyph: Glyph, mask: Mask, maps: PageMaps[Upright], usual: float) -> Iterator[Glyph]:
    ink = _own_ink(mask[glyph.box.pixels(*mask.shape)])
    if is_frame(ink):
        return
    left, top = int(glyph.box.x0), int(glyph.box.y0)
    row, column = np.nonzero(ink)
    seen = _is_seen(row + top, column + left, maps)
    row, column = row[seen], column[seen]
    least = _LEAST_LETTERS * usual
    bands = [
        (a, b) for a, b in stretches(np.bincount(row, minlength=len(ink)) > 0) if b - a >= least
    ]
    if sum(b - a for a, b in bands) > len(ink) - least:
        return
    for first, end in bands:
        of_line = (row >= first) & (row < end)
        x0, x1 = left + column[of_line].min(), left + column[of_line].max() + 1
        if x1 - x0 >= least:  # less is a bracket, higher than a line of itself
            box: Box[Upright] = Box(float(x0), float(top + first), float(x1), float(top + end))
            yield replace(glyph, box=box, area=int(of_line.sum()))


def _own_ink(part: Mask) -> NDArray[np.bool_]:
    """Of the ink within a piece's box, the piece's own: what fills the box."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(part)
    sizes = stats[1:, cv2.CC_STAT_WIDTH] * stats[1:, cv2.CC_STAT_HEIGHT]
    return np.asarray(labels == 1 + int(sizes.argmax()))


def _is_seen(
    y: NDArray[np.intp], x: NDArray[np.intp], maps: PageMaps[Upright]
) -> NDArray[np.bool_]:
    """At which pixels of the page print is seen."""
    across, down = maps.step
    high, wide = maps.text.shape
    spots = (
        np.minimum(y / down, high - 1).astype(np.intp),
        np.minimum(x / across, wide - 1).astype(np.intp),
    )
    return np.asarray(maps.text[spots] > THERE)
