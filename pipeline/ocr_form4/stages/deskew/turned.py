"""Tells a page that stands on its head from one that does not, by which way its words can be read,
and turns it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.crops import crop
from ocr_form4.pixels.ink import above
from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4.stages.deskew import deskew
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.geometry import MONOMIALS, Box, Folds, Rectification, Scan, Upright
from ocr_form4_models.page import THERE, Gray, PageImage, PageMaps, UprightPage
from ocr_form4_models.reading import Reading

_QUARTERS = range(4)
"""Quarter turns by which a page may lie: 4 of them are none."""
_LINES = 6
"""Lines that are read to tell which way up a page is, spread over it: of 157 on the fixtures' pages
67 have enough plain letters for it, so that of 6 two or three have.
"""
_ENOUGH = 8
"""Letters in words of the lexicon that are not read by accident. On the fixtures 90 of 157 are 0.88
times it or less, the others 1.00 or more.
"""
SURE_WORD = 0.8
"""The score of a reading that counts for it: on three pages upside down a plain word was read here
and there, with 0.26 at most, and upright with 0.97 at least.
"""
_CLEARLY = 0.15
"""A page is turned over where its words read better so, each by as much on the average. Of 31 pages
whose words nobody reads surely, of 361, four of dots or of a word or two lead by -0.08 to 0.07 as
they lie, 25 by 0.25 and more; two upside down by 1.7 the other way.
"""
CORE_LOW, CORE_HIGH, _SHORT, _LONG = 3, 9, 7.0, 16.0
"""How high a word's core is, in pixels of the maps, and how long in its heights. On the fixtures
837 of 12,830 are 0.67 times it or less, the others 1.00 or more (``CORE_LOW``); 12,812 of 12,830
are 1.00 times it or less, the others 1.11 or more (``CORE_HIGH``); 6,172 of 12,830 are 0.99 times
it or less, the others 1.00 or more (``_SHORT``); 10,629 of 12,830 are 1.00 times it or less, the
others 1.01 or more (``_LONG``).
"""
_FILLED = 0.6
"""Of its box, by a run of letters: 11,345 of the 11,871 pieces of the fixtures that are as long and
high fill more, and half of them 0.76.
"""
_ROOM = 0.7, 0.6
"""Over and under a line's core, in its heights, for what rises and hangs: 0.52 and 0.48 in Times,
0.37 and 0.40 in Helvetica (Adobe's metrics), and the rest is margin.
"""


def upright(page: PageImage, readers: Readers, seen: PageMaps[Scan] | None = None) -> UprightPage:
    """The page, dark letters on light paper, level, flat and the right way up; ``seen`` are its
    maps, if there are.
    """
    level = deskew(page, readers.sight, seen)
    return turned_over(level) if stands_on_its_head(level, readers) else level


def turned_over(page: UprightPage) -> UprightPage:
    """The same page with what was its foot at its head; nothing is resampled but the maps, by less
    than a pixel.
    """
    maps, rect = page.maps, page.rectification
    across, down, core, text, foreign = (
        _over(m, page) for m in (maps.across, maps.down, maps.core, maps.text, maps.foreign)
    )
    pixels = np.ascontiguousarray(page.pixels[::-1, ::-1])
    turned: PageMaps[Upright] = PageMaps(across, down, core, text, foreign, maps.step)
    return replace(page, pixels=pixels, maps=turned, rectification=_rectified_over(rect))


def _over(m: Gray, page: UprightPage) -> Gray:
    """A map turned over. Its last pixels may reach beyond the page; then all are moved by what
    these do.
    """
    import cv2

    height, width = page.pixels.shape
    beyond = [m.shape[1] * page.maps.step[0] - width, m.shape[0] * page.maps.step[1] - height]
    move = [-b / s for b, s in zip(beyond, page.maps.step, strict=True)]
    matrix = np.array([[-1, 0, m.shape[1] - 1 + move[0]], [0, -1, m.shape[0] - 1 + move[1]]])
    return np.asarray(cv2.warpAffine(m, matrix, m.shape[::-1], flags=cv2.INTER_LINEAR))


def _rectified_over(rect: Rectification) -> Rectification:
    """The way back from a page turned over: a point of it is the point opposite of the page as it
    was.
    """
    opposite = np.array([[-1, 0, rect.width - 1], [0, -1, rect.height - 1], [0, 0, 1]])
    rows = tuple(
        (float(r[0]), float(r[1]), float(r[2])) for r in opposite @ np.asarray(rect.matrix)
    )
    return replace(
        rect,
        matrix=rows,
        quarter_turns=(rect.quarter_turns + 2) % len(_QUARTERS),
        shift_x=_odd(rect.shift_x),
        shift_y=_odd(rect.shift_y),
        folds=_opposite(rect.folds, rect) if rect.folds else None,
    )


def _odd(shift: tuple[float, ...]) -> tuple[float, ...]:
    """A displacement's coefficients seen from the other side: what is even changes its sign."""
    return tuple(c if sum(powers) % 2 else -c for c, powers in zip(shift, MONOMIALS, strict=False))


def _opposite(folds: Folds, rect: Rectification) -> Folds:
    end = np.array([rect.width - 1, rect.height - 1])
    return folds.replaced(lambda at: -folds.at(end - at))


def stands_on_its_head(page: UprightPage, readers: Readers) -> bool:
    """Whether a level page is upside down. A few words are read as they lie, the shortest first,
    which take least time, by the reader with the least work, then the other way up: upside down
    print gives it no plain word (of 53 pages with six words each none, and upright 50 have enough).
    Where that is not plain, by who reads everything as they lie (upside down none of 1,197 words of
    40 scans, and upright 629); then both ways, until the better is plain.

    A page without words counts as upright.
    """
    words = [crop(page.pixels, box) for box in _words(page.maps)]
    shortest_first = words[::-1]
    if readers.captions:
        known = _plain(shortest_first, readers.captions)
        if known >= _ENOUGH:
            return False
        if not known and _plain(map(_turned, shortest_first), readers.captions) >= _ENOUGH:
            return True
    known = _plain(shortest_first, readers.first)
    if known >= _ENOUGH:
        return False
    lead, asked = 0.0, 0
    for word in words:
        if known or abs(lead) > 2 * SURE_WORD:
            break
        upright, over = (readers.of_turned.read([w])[0] for w in (word, _turned(word)))
        known += plain_letters(upright.text) if upright.confidence >= SURE_WORD else 0
        lead += _legible(upright) - _legible(over)
        asked += 1
    return not known and lead < -_CLEARLY * asked


def _legible(reading: Reading) -> float:
    """How well a word can be read: by its reader's score, and by the plain words in it, however low
    that is.
    """
    return reading.confidence + plain_letters(reading.text) / _ENOUGH


def _plain(words: Iterable[Gray], reader: Reader) -> int:
    """How many letters of plain words a reader is sure of in pictures of words, until there are
    enough.
    """
    known = 0
    for word in words:
        known += sure_letters(word, reader)
        if known >= _ENOUGH:
            break
    return known


def sure_letters(word: Gray, reader: Reader) -> int:
    """How many letters of plain words a reader is sure of in a picture of a word."""
    reading = reader.read([np.ascontiguousarray(word)])[0]
    return plain_letters(reading.text) if reading.confidence >= SURE_WORD else 0


def _turned(word: Gray) -> Gray:
    return np.ascontiguousarray(word[::-1, ::-1])


def plain_letters(text: str) -> int:
    """How many letters stand in words of the lexicon of five letters and more, whatever punctuation
    they touch.
    """
    return sum(len(word) for word in re.findall(r"[A-Za-z]{5,}", text) if is_known(word))


def _words(maps: PageMaps[Upright]) -> list[Box[Upright]]:
    """A few runs of letters from all over the page, from the cores of its lines, with room for what
    hangs and rises.
    """
    blobs = find_blobs(above(maps.core, THERE))
    w, h = blobs.w, blobs.h
    fit = (
        (h >= CORE_LOW)
        & (h <= CORE_HIGH)
        & (w >= _SHORT * h)
        & (w <= _LONG * h)
        & (blobs.area > _FILLED * w * h)
    )
    found = np.stack([blobs.x, blobs.y, w, h], axis=1)[fit].tolist()
    found.sort(key=lambda b: (-b[2], b[1], b[0]))
    chosen = found[:: max(1, len(found) // _LINES)][:_LINES]
    sx, sy = maps.step
    rises, hangs = _ROOM
    return [
        Box(sx * x, sy * (y - rises * h), sx * (x + w), sy * (y + h + hangs * h))
        for x, y, w, h in chosen
    ]
