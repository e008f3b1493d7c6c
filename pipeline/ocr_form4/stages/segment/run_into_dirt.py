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

from ocr_form4.pixels.blobs import Mask
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.textlines import ONE_LINE
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs
from ocr_form4_models.page import THERE, PageMaps

_LEAST_LETTERS = 0.5
"""Height of what is cut out, and of what is cut off, at least, in the page's usual letters: lower
print is a piece of a letter. On 40 scans with toner and a drum's dirt, where nothing is cut 0.9714
of the fields are right, and 0.9744 so.
"""


def cut_to_print(glyphs: Glyphs, tall: Glyphs, mask: Mask, maps: PageMaps[Upright]) -> Glyphs:
    """The glyphs of a page, those higher than a line cut to what of their ink is seen as print: one
    for each line of it. Where no line is seen, or nothing else, they stay. ``tall`` is ink too high
    for a letter, of which nothing stays but such lines; ``mask`` is the page's ink.
    """
    usual = letter_height(glyphs)
    made: list[Glyph] = []
    for glyph in glyphs:
        is_high = glyph.seen and glyph.box.height > ONE_LINE * usual
        lines = list(_lines_in(glyph, mask, maps, usual)) if is_high else []
        made += lines or [glyph]
    made += [one for glyph in tall if glyph.seen for one in _lines_in(glyph, mask, maps, usual)]
    return Glyphs(made)


def _lines_in(glyph: Glyph, mask: Mask, maps: PageMaps[Upright], usual: float) -> Iterator[Glyph]:
    ink = _own_ink(mask[glyph.box.pixels(*mask.shape)])
    left, top = int(glyph.box.x0), int(glyph.box.y0)
    row, column = np.nonzero(ink)
    seen = _is_seen(row + top, column + left, maps)
    row, column = row[seen], column[seen]
    least = _LEAST_LETTERS * usual
    bands = [(a, b) for a, b in _runs(np.bincount(row, minlength=len(ink)) > 0) if b - a >= least]
    if sum(b - a for a, b in bands) > len(ink) - least:
        return
    for first, end in bands:
        of_line = (row >= first) & (row < end)
        xs = column[of_line]
        box: Box[Upright] = Box(
            float(left + xs.min()), float(top + first), float(left + xs.max() + 1), float(top + end)
        )
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


def _runs(filled: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where filled rows begin, and the rows behind their ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.view(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
