"""Print of the other side that shows through thin paper: told by its being mirrored and pale, and
taken away.

Where pale ink stands on a page in pieces like words, a few of them are read as they lie and
mirrored. What can be read mirrored alone is not this page's. Ink that is no darker than that is
then paper; a page of nothing else is blank.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.crops import crop
from ocr_form4.pixels.ink import above, below
from ocr_form4.pixels.levels import level_at, median_level
from ocr_form4.readers.base import Reader
from ocr_form4.stages.deskew.turned import CORE_HIGH, CORE_LOW, sure_letters
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import THERE, Gray, UprightPage

_PALE = 0.5
"""Contrast up to which ink is pale, as a share of that of the page's darkest words: of 9,152 words
of the fixtures 27 are.
"""
_ALL_PALE = 0.6
"""Contrast, as a share of white, that only a page's darkest words have whose print is all pale: of
70 pages of the fixtures two without a word are below.
"""
_FAINTEST = 18
"""Of 255: what is paler is no print that anybody sees."""
_COARSE = 3
"""Upright pixels, either way, to one of the coarse page, of 100 dpi, in which pieces of pale ink
are looked for.
"""
_BESIDE = 2
"""Coarse pixels around dark ink that are its own soft edge. With 1 and with 4, together with half
and twice of ``_WORD_GAP`` and ``_EDGE``, the pages of tests/deskew/test_through.py are told the
same.
"""
_WORD_GAP = 5
"""Letters of a word are closer, in coarse pixels. With 3 and with 10 see ``_BESIDE``."""
_GRAIN = 2.5
"""Nor is what is paler than this many times the usual grain of the paper: of 881,319 coarse pixels
on 280 scans, most of them paper, 737,341 are.
"""
_GRAIN_EVERY = 4
"""The grain is told by one coarse pixel in four both ways: 58,000 of a letter page."""
_ROOM = 0.9
"""Over and under a line's core, in its heights, for what rises and hangs (0.52 and 0.48 in Times),
and for the blur of paper.
"""
_DARKEST = 0.05
"""The share of a word's pixels, and of words, that is darker is left to specks. With 0.025 and
with 0.1 see ``_ABOVE``.
"""
_FILLED = 0.35
"""Of its box, by a word: 31,446 of the 32,120 pieces of the fixtures that are as long and high fill
more, and half of them twice that.
"""
_LOW, _HIGH = 6, 34
"""How high a word is in coarse pixels. On the fixtures 30,677 of 32,124 are 0.84 times it or less,
the others 1.00 or more (``_LOW``); 31,964 of 32,124 are 1.00 times it or less, the others 1.03 or
more (``_HIGH``).
"""
_SHORT = 2.5
"""A word's length at least, in its heights: of 79,656 cores of lines on 280 scans nine of ten that
are as long are 3.8 or more, half of the others 1.3 or less.
"""
_LONG = 30.0
"""Its length at most: of 79,656 cores 5,854 are longer, half of them rulings and lines of 48 and
more.
"""
_PLAIN_SHORT = 3.0
"""Length of the words that a reader is asked about at least, in heights of their boxes: of 2,583
pale ones on 280 scans 1,508 are as long, half of them 4.5 or more; half of the others 2.2 or less.
"""
_PLAIN_LONG = 14.0
"""Their length at most: 53 of those 1,508 are longer, which are several words run together."""
_FEW, _ASKED = 12, 16
"""Pale words that there are at least and that are read at most. On the fixtures 73 of 76 are 0.92
times it or less, the others 1.17 or more (``_FEW``).
"""
ENOUGH_MIRRORED = 10
"""Letters in plain words that are not read by accident (in ``turned``, of words upside down, 8).
"""
_ABOVE, _BOLD, _MOST = 1.3, 1.7, 0.45
"""Contrast of what shows through, at most: ``_ABOVE`` times that of the darkest of its words, or
``_BOLD`` times the usual one's, as bold strokes lose less on their way through; and ``_MOST`` of
the page's own, which is never taken away. With 1.15, 1.4 and with 1.6, 2.2 the pages of
tests/deskew/test_through.py are told the same, and with 0.3 for ``_MOST``.
"""
_OWN = 0.8
"""And of the palest of its words that can be read as they lie. With 0.7 and with 0.9 see
``_ABOVE``.
"""
_EDGE = 0.012
"""Inches around darker ink within which everything is its own soft edge. With 0.006 and with 0.024
see ``_BESIDE``.
"""


@dataclass(frozen=True, slots=True)
class Through:
    """``paper`` and ``least`` are gray levels: what is lighter than ``least`` is what shows
    through, or paper. ``only`` tells that the page has no print of its own.
    """

    paper: float
    least: float
    only: bool


@dataclass(frozen=True, slots=True)
class _Word:
    """``contrast`` is by how much its darkest ink is darker than the paper, of 255."""

    box: Box[Upright]
    contrast: float


def shows_through(page: UprightPage, reader: Reader) -> Through | None:
    """What of the other side shows on an upright page; None where nothing does."""
    paper = median_level(page.pixels[::_COARSE, ::_COARSE])
    words = _words(page, paper)
    strong = float(np.mean(sorted((w.contrast for w in words), reverse=True)[:3])) if words else 0.0
    only = strong < _ALL_PALE * paper
    found = words
    if not only:
        found = [w for w in words if w.contrast <= _PALE * strong] + _pale_pieces(
            page.pixels, paper, _PALE * strong
        )
    if len(found) < _FEW:
        return None
    own = _own_among(_to_ask(found), page.pixels, reader)
    if own is None:
        return None
    contrast = sorted(word.contrast for word in found)
    most = max(
        _ABOVE * contrast[int((1 - _DARKEST) * (len(contrast) - 1))], _BOLD * median(contrast)
    )
    if own:  # pale print of the page's own is not taken away with it
        most = min(most, _OWN * min(own))
    return Through(paper, paper - min(most, _MOST * strong), only and not own)


def without_it(pixels: Gray, dpi: tuple[float, float], through: Through) -> Gray:
    """A scan's pixels with paper where the other side shows through; what is darker keeps its soft
    edges.
    """
    if through.only:
        return np.full_like(pixels, round(through.paper))
    dark = below(pixels, through.least)
    reach = [2 * max(1, round(_EDGE * d)) + 1 for d in dpi]
    near = cv2.dilate(dark, np.ones((reach[1], reach[0]), np.uint8))
    return np.where((near > 0) | (pixels > through.paper), pixels, np.uint8(round(through.paper)))


def _words(page: UprightPage, paper: float) -> list[_Word]:
    """The words that the network sees on a page, with room for what hangs and rises, and the
    contrast of each.
    """
    blobs = find_blobs(above(page.maps.core, THERE))
    w, h = blobs.w, blobs.h
    fit = (h >= CORE_LOW) & (h <= CORE_HIGH) & (w >= _SHORT * h) & (w <= _LONG * h)
    sx, sy = page.maps.step
    found = []
    for x, y, width, height in np.stack([blobs.x, blobs.y, w, h], axis=1)[fit].tolist():
        core: Box[Upright] = Box(sx * x, sy * y, sx * (x + width), sy * (y + height))
        part = page.pixels[core.pixels(*page.pixels.shape)]
        if part.size:
            k = int(part.size * _DARKEST)
            contrast = paper - float(np.partition(part, k, axis=None)[k])
            found.append(_Word(core.inset(0, -_ROOM * core.height), contrast))
    return found


def _pale_pieces(pixels: Gray, paper: float, most: float) -> list[_Word]:
    """The pieces of ink shaped like words, away from darker ink, that have no more contrast than
    ``most``: each with its contrast, from the head of the page to its foot. Where a page has pale
    and dark print, the network sees little of what is pale.
    """
    # the darkest pixel counts: thin strokes are no paler than thick ones
    half = _COARSE // 2
    coarse = cv2.erode(pixels, np.ones((_COARSE, _COARSE), np.uint8))[half::_COARSE, half::_COARSE]
    grain = paper - median_level(coarse[::_GRAIN_EVERY, ::_GRAIN_EVERY])
    side = 2 * _BESIDE + 1
    near = cv2.dilate(below(coarse, paper - most), np.ones((side, side), np.uint8))
    pale = ~above(coarse, paper - max(_FAINTEST, _GRAIN * grain)) & ~near
    blobs = find_blobs(cv2.morphologyEx(pale, cv2.MORPH_CLOSE, np.ones((1, _WORD_GAP), np.uint8)))
    w, h = blobs.w, blobs.h
    fit = (
        (h >= _LOW)
        & (h <= _HIGH)
        & (w >= _SHORT * h)
        & (w <= _LONG * h)
        & (blobs.area > _FILLED * w * h)
    )
    found = []
    for x, y, width, height in np.stack([blobs.x, blobs.y, w, h], axis=1)[fit].tolist():
        where = slice(y, y + height), slice(x, x + width)
        ink = coarse[where][pale[where] > 0]
        box: Box[Upright] = Box(*(float(_COARSE * v) for v in (x, y, x + width, y + height)))
        found.append(_Word(box, paper - level_at(ink, _DARKEST)))
    return found


def _to_ask(words: list[_Word]) -> list[_Word]:
    """Every second of the largest words, of those long enough to be plain: small print blurs on its
    way through.
    """
    long = [
        w for w in words if _PLAIN_SHORT * w.box.height <= w.box.width <= _PLAIN_LONG * w.box.height
    ] or words
    long.sort(key=lambda w: (-w.box.height, w.box.y0, w.box.x0))
    return long[: 2 * _ASKED : 2] if len(long) > _ASKED else long


def _own_among(words: list[_Word], pixels: Gray, reader: Reader) -> list[float] | None:
    """The contrasts of those words that can be read as they lie; None where not enough can be read
    from behind. The other side may stand on its head.
    """
    own: list[float] = []
    mirrored = 0
    for word in words:
        picture = crop(pixels, word.box)
        if sure_letters(picture, reader):
            own.append(word.contrast)
        else:
            mirrored += max(
                sure_letters(picture[:, ::-1], reader), sure_letters(picture[::-1], reader)
            )
    return own if mirrored >= ENOUGH_MIRRORED else None
