"""Print of the other side of the sheet that shows through, told from this side's and painted over.

What shows through is paler than the print, and mirrored: left to right where the sheet was turned like a page of a
book, head to foot where it was turned like a calendar's. Paleness alone proves nothing, as an entry may be typed with
a worn ribbon: only where pale lines read better in a mirror than as they stand is anything painted over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.crops import crop
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.textlines import group_lines, join_rows
from ocr_form4_models.layout import Glyph, PageLayout, TextLine
from ocr_form4_models.page import Gray, PageMaps, UprightPage

_LETTERS = (9.0, 80.0)
"""The heights of what may be a letter, in upright pixels."""
_LOOKED_AT = 400
"""Letters whose ink is measured to tell whether a page has pale ones at all."""
_PALE = 0.38
"""Contrast with the paper, in shares of this side's own print, under which ink may be of the other side. On nine pages
that show through its ink had 0.1 to 0.3, print on them and on nine others 0.4 and more, but for specks."""
_FEW = 0.02
"""The share of a page's letters that are pale by chance: dust and ends of strokes."""
_PALE_PAGE = 150.0
"""Contrast of 255 under which all of a page may be the other side's: an empty back."""
_LINES, _ENOUGH, _IN_A_LINE = 16, 3, 4
"""At most, and at least, so many lines are read, the longest, each of so many letters or more."""
_BETTER = 0.2
"""So much better does a letter of the other side read in a mirror: 0.38 to 0.91 on eight pages that show through."""
_STRONG, _EDGE = 0.45, 5
"""Ink of this side has that share of its print's contrast; so near to it, in pixels, its soft edges are kept."""
_COARSE = 8
"""The paper's level is measured at that many pixels."""

Floats = NDArray[np.float32]


def without_show_through(page: UprightPage, layout: PageLayout, reader: Reader) -> UprightPage:
    """The page with paper where the other side showed through; the same page where nothing proves that it did.

    ``layout`` is the page as it was divided with everything on it. ``reader`` is asked for some lines.
    """
    letters = [g for g in layout.glyphs if _LETTERS[0] <= g.box.height <= _LETTERS[1]]
    if not letters:
        return page
    paper = _paper(page.pixels)
    some = letters[:: -(-len(letters) // _LOOKED_AT)]
    contrast = _contrasts(page.pixels, paper, some)
    print_contrast = float(np.percentile(contrast, 90))
    pale_page = print_contrast < _PALE_PAGE
    if not pale_page and float((contrast < _PALE * print_contrast).mean()) < _FEW:
        return page
    pale = letters
    if not pale_page:
        contrast = _contrasts(page.pixels, paper, letters)
        pale = [g for g, c in zip(letters, contrast, strict=True) if c < _PALE * print_contrast]
    if not _is_mirrored(page.pixels, _longest(pale), reader):
        return page
    return _painted(page, paper, 255.0 if pale_page else _STRONG * print_contrast)


def _paper(pixels: Gray) -> Gray:
    """The level of the paper around every place, at ``_COARSE`` pixels."""
    height, width = pixels.shape
    small = cv2.resize(pixels, (width // _COARSE, height // _COARSE), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21))


def _contrasts(pixels: Gray, paper: Gray, glyphs: Sequence[Glyph]) -> Floats:
    """How much darker the darkest tenth of each glyph's box is than the paper there."""
    found = np.empty(len(glyphs), np.float32)
    rows, columns = paper.shape
    for k, g in enumerate(glyphs):
        part = pixels[g.box.pixels(*pixels.shape)].ravel()
        x, y = g.box.center
        level = paper[min(rows - 1, int(y / _COARSE)), min(columns - 1, int(x / _COARSE))]
        found[k] = float(level) - float(np.partition(part, part.size // 10)[part.size // 10]) if part.size else 0.0
    return found


def _longest(glyphs: Sequence[Glyph]) -> list[TextLine]:
    lines = [n for n in join_rows(group_lines(glyphs), 1.9) if len(n.glyphs) >= _IN_A_LINE]
    return sorted(lines, key=lambda n: -len(n.glyphs))[:_LINES]


def _is_mirrored(pixels: Gray, lines: Sequence[TextLine], reader: Reader) -> bool:
    """Whether lines read better in one of the two mirrors than as they stand."""
    if len(lines) < _ENOUGH:
        return False
    crops = [crop(pixels, n.box) for n in lines]
    ways = [crops, [np.ascontiguousarray(c[:, ::-1]) for c in crops], [np.ascontiguousarray(c[::-1]) for c in crops]]
    letters = [len(n.glyphs) for n in lines]  # a short word is read as another one in a mirror
    standing, *mirrored = (float(np.average([r.confidence for r in reader.read(w)], weights=letters)) for w in ways)
    return max(mirrored) >= standing + _BETTER


def _painted(page: UprightPage, paper: Gray, strong: float) -> UprightPage:
    """The page, and its maps, without any ink that is weaker than ``strong``, but for the edges of what is not."""
    height, width = page.pixels.shape
    level = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    ink = np.where(cv2.subtract(level, page.pixels) > strong, 255, 0).astype(np.uint8)
    kept = cv2.dilate(ink, np.ones((_EDGE, _EDGE), np.uint8))
    pixels = np.where(kept > 0, page.pixels, np.maximum(level, page.pixels))
    rows, columns = page.maps.core.shape
    seen = cv2.resize(kept, (columns, rows), interpolation=cv2.INTER_AREA) > 0
    maps = page.maps
    across, down, core, text, foreign = (
        np.where(seen, m, 0).astype(np.uint8) for m in (maps.across, maps.down, maps.core, maps.text, maps.foreign)
    )
    return replace(page, pixels=pixels, maps=PageMaps(across, down, core, text, foreign, maps.step))
