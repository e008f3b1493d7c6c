"""Finds the rulings of a page, and paints them over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Blobs, Ints, Mask, find_blobs
from ocr_form4.pixels.ink import above, ink
from ocr_form4.stages.segment.streaks import find_streaks
from ocr_form4_models.geometry import UPRIGHT_DPI, Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs, Rulings, Segment
from ocr_form4_models.page import THERE, Gray, PageMaps

HALF = 2
"""Rulings are looked for at half the upright resolution, 150 dpi: they are long, and it has a
quarter of the pixels.
"""
_H_LENGTH, _V_LENGTH = 50, 28
"""Shortest piece of ruling, in half-resolution pixels: longer than a dash, higher than a title's
letters. With 25 and 75 across 18 scans are read the same; down, with 14 no value of them is lost,
with 42 six are.
"""
_STEEP, _RISE = 0.015, 1.0
"""A ruling of a flat page rises less, in shares of its length, or in half-resolution pixels. On the
fixtures 3,216 of 3,446 are 1.00 times it or less, the others 1.01 or more (``_STEEP``); 3,351 of
3,446 are 1.00 times it or less, the others 1.00 or more (``_RISE``).
"""
_ASIDE = 2.0
"""A ruling goes no further aside of its straight line than half as thick as it is and this, in
half-resolution pixels: 1.5 at most on 10 scans, 7 in 10,000 of their rulings' pixels on four more.
"""
_FULL = 0.2
"""The share of its bounds that a ruling fills at least: a wavy stroke fills less. On the fixtures 3
of 3,446 are 0.90 times it or less, the others 1.16 or more.
"""
_DIRTY = 0.005
"""The share of a page's ink that is no print from which there is dirt on it: 0.0004 to 0.001 on six
clean scans, 0.008 to 0.68 on ten dirty ones.
"""
_MAYBE = 60
"""What a map says, of 255, from which there may be print: less is dirt. Of 152,150 pixels of maps
on the fixtures 15,083 say more, nine of ten of them 85 or more; of the others nine of ten 17 or
less.
"""
_WINDOW_PX, _DARKER = 61, 16
"""The side of a window, 0.2 inches, and how much darker than its mean ink in its middle is, of 255.
"""
_DARKER_HALF = 9
"""The same for rulings, at half the resolution, where one of a single pixel is half as dark: 8, and
one more for the mean of four pixels, whose noise is half of theirs.
"""
_COARSE_HALF_PX = 9
"""Ink belongs to print that the maps show within half of that, in half-resolution pixels, and what
they show as near beside a streak is the streak: one of their pixels is two of these, and what is
seen in one may lie in the next but one. With 5 one value of 18 scans is lost, with 17 none.
"""
_SAME_PX, _GAP_INCHES = 5.0, 0.4
"""Pieces of one ruling are no further off in height, and no further apart: of 34,799 pairs on the
fixtures 140 were as near in height, of which half have a gap of 0.4 inches or less.
"""
_PAPER_PX = 15
"""Side, in pixels, of the window whose mean is the paper that takes the place of ink. With 7 and
with 31 18 scans are read the same.
"""
_TILE_PX = 64
"""Side, in pixels, of the tiles in which ink is painted over: of 99 pages half have ink to be
painted over in 1.5 of 100 tiles or less, the dirtiest in 43; of tiles of twice the side in 5, and
in 85.
"""
_LETTER_PX, _NARROW_PX = (9, 60), 4
"""A letter behind which a full stop stands is as high and no broader (127,000 of 161,000 pieces of
ink on the fixtures), nor narrower.
"""
_STOP_NEAR_PX = 41, 13
"""Width and height, in pixels, of the space in which a piece as small as a full stop has more ink
if it is one. With 21 and 7 twelve values of 18 scans are lost and five won, with 81 and 25 one and
one.
"""
_TALLEST_PX = 200
"""Higher ink is no letter: 4 of 161,001 pieces of the fixtures are 244 or more, all else 188 at
most.
"""
_TERMS = 12.0
"""The variance of n whole numbers in a row is (n * n - 1) / 12."""
_TINY = 1e-9
"""Keeps the slope of a single pixel from being nothing by nothing: its spread is 0, that of any
other piece 0.5 or more.
"""
_SPECK = 7
"""Area in page pixels below which ink is dirt: half a full stop of the smallest print. On the
fixtures 6,592 of 168,539 are 0.86 times it or less, the others 1.00 or more.
"""
_SMALL_PRINT = 14.0
"""Height of the letters of the smallest print, in page pixels: the middle one of a page has 15 to
24 on 98 of 100 pages, and 11 and 13 on two that were copied at 70 % of their size.
"""
_STOP = 36
"""Area below which a piece of ink may be a full stop, or dirt. On the fixtures 26,563 of 168,539
are 0.98 times it or less, the others 1.00 or more.
"""
_BEHIND, _SINK, _TAIL = 10, 2, 8
"""How far behind a letter, below its foot and above it a full stop may stand, in page pixels. With
half and with twice any of them no value of 18 scans is another.
"""
_BEHIND_TYPED = 24
"""How far behind a letter it may stand where all characters are as wide: behind the foot of an "r",
which has no ink near it on the right. Of 950 pieces as small as full stops and with no ink near
them, on nine scans, 13 are as near behind a foot, and five more within 28.
"""
_THICKEST = 10
"""Thickest ruling, in half-resolution pixels: a double ruling, run together in a photocopy. Of
2,929 on the fixtures the thickest is 7.6, half are 3.8 or less.
"""
_LONG, _THICKEST_LONG = 500, 16
"""A level one as long as a third of a page may be thicker: where two tables meet, each with its
frame, all doubled. On the fixtures 2,130 of 2,927 are 1.00 times it or less, the others 1.00 or
more (``_LONG``).
"""


@dataclass(frozen=True, slots=True)
class PageInk:
    """The ink of a page, told apart: ``glyphs`` is what is written, ``rulings`` its lines; shape of
    the page.

    ``down`` is the half-resolution mask of vertical rulings, for questions about single rulings.
    """

    glyphs: Mask
    rulings: Mask
    down: Mask
    across: Mask
    streaks: tuple[Mask, ...]
    """What streaks cover that run down the page, and across, empty where none do; it counts among
    the rulings' ink.
    """


def find_rulings(pixels: Gray, maps: PageMaps[Upright]) -> tuple[Rulings, PageInk]:
    """The rulings of an upright page and its ink with and without them."""
    shape = pixels.shape[0] // HALF, pixels.shape[1] // HALF
    small = cv2.resize(pixels, shape[::-1], interpolation=cv2.INTER_AREA)
    across, down = _half(maps.across, shape), _half(maps.down, shape)
    seen_across, seen_down = above(across, THERE), above(down, THERE)
    streaks_down = find_streaks(seen_down, seen_across, small)
    streaks_across = cv2.transpose(
        find_streaks(cv2.transpose(seen_across), cv2.transpose(seen_down), cv2.transpose(small))
    )
    streaks = streaks_down | streaks_across
    beside = cv2.dilate(streaks, np.ones((_COARSE_HALF_PX,) * 2, np.uint8))
    seen_across, seen_down = cv2.subtract(seen_across, beside), cv2.subtract(seen_down, beside)
    long_across = _long(seen_across, _H_LENGTH)
    long_down = _long_down(seen_down, long_across)
    # a ruling is its ink, and where that is lost the middle of what the maps show
    solid = (long_across | long_down) & ink(small, _WINDOW_PX // HALF | 1, _DARKER_HALF)
    solid |= (long_across & _ridge(across, 0)) | (long_down & _ridge(down, 1))
    lines = _whole(cv2.dilate(solid, np.ones((3, 3), np.uint8)) | streaks, pixels)
    # a short piece of a ruling may be a dash, or the stroke of a letter that nothing else shows
    short = (seen_across & ~long_across) | (seen_down & ~long_down)
    written = _half(np.maximum(np.maximum(maps.text, maps.core), maps.foreign), shape)
    glyphs = _written(pixels, lines, above(written, _MAYBE) | short)
    rulings = Rulings(_segments(long_across), _segments(np.asarray(cv2.transpose(long_down))))
    both = (_whole(m, pixels) if m.any() else m[:0] for m in (streaks_down, streaks_across))
    return rulings, PageInk(glyphs, lines, long_down, long_across, tuple(both))


def _written(pixels: Gray, lines: Mask, seen: Mask) -> Mask:
    """The ink beside what the maps show of print (``seen``, at half the resolution), without the
    lines; all of it on a clean page: what little the network did not see may be a single letter.
    """
    near = np.ones((_COARSE_HALF_PX, _COARSE_HALF_PX), np.uint8)
    free = np.asarray(cv2.subtract(ink(pixels, _WINDOW_PX, _DARKER), lines))
    glyphs = free & _whole(cv2.dilate(seen, near), pixels)
    is_clean = cv2.countNonZero(glyphs) >= (1 - _DIRTY) * cv2.countNonZero(free)
    return free if is_clean else glyphs


def _half(m: Gray, shape: tuple[int, int]) -> Gray:
    """A map at half the upright resolution, of the shape given."""
    grown = cv2.resize(m, (2 * m.shape[1], 2 * m.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(grown[: shape[0], : shape[1]])


def _whole(mask: Mask, pixels: Gray) -> Mask:
    """A half-resolution mask at the page's own, each of its pixels as a square of four; of a page
    with an odd side the first is three wide. OpenCV takes five times as long for nearest pixels.
    """
    if not mask.any():
        return np.zeros(pixels.shape, np.uint8)
    odd_row, odd_column = (n % HALF for n in pixels.shape)
    wide = cv2.merge([mask, mask]).reshape(len(mask), -1)
    if odd_column:
        wide = cv2.copyMakeBorder(wide, 0, 0, odd_column, 0, cv2.BORDER_REPLICATE)
    high = np.full(len(mask), HALF)
    high[:1] += odd_row
    return np.repeat(wide, high, axis=0)


def _ridge(m: Gray, axis: int) -> Mask:
    """255 where a map is highest across a ruling: its middle, however faint its ink."""
    kernel = np.ones((3, 1) if axis == 0 else (1, 3), np.uint8)
    return np.asarray(cv2.compare(m, cv2.dilate(m, kernel), cv2.CMP_GE))


def _long(mask: Mask, length: int) -> Mask:
    """The pieces of a mask that are ``length`` wide at least, and level: what rises is a pen's
    stroke, as the page is flat.
    """
    blobs = find_blobs(mask)
    # the slope of the line through a piece's pixels, by least squares over its runs
    size = (blobs.end - blobs.start).astype(float)
    at = (blobs.start + blobs.end - 1) / 2 - (blobs.x + (blobs.w - 1) / 2)[blobs.of]

    def total(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(blobs.of, values, len(blobs)).astype(float)

    area = np.maximum(1, blobs.area)
    mean, height = total(size * at) / area, total(size * blobs.row) / area
    rise = total(size * at * blobs.row) - mean * total(size * blobs.row)
    spread = total(size * (at * at + (size * size - 1) / _TERMS)) - mean * mean * blobs.area
    slope = rise / np.maximum(_TINY, spread)
    level = (np.abs(slope) <= _STEEP) | (np.abs(slope) * blobs.w <= _RISE)
    # and lower than a wave
    row, column, of = blobs.pixels(
        (blobs.w >= length) & level & (blobs.area >= _FULL * blobs.w * blobs.h)
    )
    # a letter that touches a ruling in the map does not belong to it
    along = column - (blobs.x + (blobs.w - 1) / 2 + mean)[of]
    aside = np.abs(row - height[of] - slope[of] * along) - (area / np.maximum(1, blobs.w))[of] / 2
    kept = np.zeros_like(mask)
    kept[row[aside <= _ASIDE], column[aside <= _ASIDE]] = 255
    return kept


def _long_down(down: Mask, across: Mask) -> Mask:
    """The rulings down a page. Two that end at one ruling across, a little out of line, are one
    piece, and not level: such a piece is cut where rulings go across it.
    """
    lying = cv2.transpose(down)
    found = _long(lying, _V_LENGTH)
    blobs = find_blobs(lying & ~found)
    row, column, _ = blobs.pixels(blobs.w >= 2 * _V_LENGTH)
    cut = np.zeros_like(lying)
    cut[row, column] = 255
    cut &= ~cv2.transpose(cv2.dilate(across, np.ones((3, 3), np.uint8)))
    return np.asarray(cv2.transpose(found | _long(cut, _V_LENGTH // 2)))


def _segments(mask: Mask) -> tuple[Segment, ...]:
    """The lines of a half-resolution mask of horizontal lines, in page pixels, pieces in a row
    joined.
    """
    blobs = find_blobs(mask)
    pieces = []
    for middle, x, w, area in zip(blobs.middle_rows(), blobs.x, blobs.w, blobs.area, strict=True):
        if area <= (_THICKEST_LONG if w >= _LONG else _THICKEST) * w:
            pieces.append(
                [float(v) for v in (middle * HALF + 0.5, x * HALF, (x + w) * HALF, area / w * HALF)]
            )
    pieces.sort(key=lambda p: p[1])
    joined: list[list[float]] = []
    for at, start, end, thickness in pieces:
        best = None
        for other in joined:
            if abs(other[0] - at) <= _SAME_PX and start - other[2] <= _GAP_INCHES * UPRIGHT_DPI:
                best = other
        if best is None:
            joined.append([at, start, end, thickness])
        else:
            a, b = best[2] - best[1], end - start
            best[0] = (best[0] * a + at * b) / (a + b)
            best[2] = max(best[2], end)
            best[3] = max(best[3], thickness)
    return tuple(Segment(*p) for p in sorted(joined))


def paint_over(pixels: Gray, what: Mask) -> Gray:
    """The page with what is masked replaced by the paper around it: tile by tile, as most of a page
    stays as it is.
    """
    painted = pixels.copy()
    window = _PAPER_PX, _PAPER_PX
    for rows, columns in _inked_tiles(what):
        top, left = max(0, rows.start - _PAPER_PX), max(0, columns.start - _PAPER_PX)
        around = pixels[top : rows.stop + _PAPER_PX, left : columns.stop + _PAPER_PX]
        ink_gone = cv2.dilate(cv2.erode(around, np.ones((3, 3), np.uint8)), np.ones(window))
        paper = cv2.blur(ink_gone, window)[rows.start - top :, columns.start - left :]
        here = painted[rows, columns]
        np.copyto(here, paper[: here.shape[0], : here.shape[1]], where=what[rows, columns] > 0)
    return painted


def _inked_tiles(mask: Mask) -> Iterator[tuple[slice, slice]]:
    """The tiles of a mask, as rows and columns, that have any ink."""
    starts = np.arange(0, mask.shape[1], _TILE_PX)
    for top in range(0, mask.shape[0], _TILE_PX):
        rows = slice(top, top + _TILE_PX)
        inked = np.maximum.reduceat(np.bitwise_or.reduce(mask[rows], axis=0), starts)
        yield from ((rows, slice(x, x + _TILE_PX)) for x in starts[inked > 0].tolist())


def _behind_a_foot(
    blobs: Blobs, which: NDArray[np.bool_], shape: tuple[int, ...], reach: int
) -> NDArray[np.bool_]:
    """Which of the pieces asked for stand behind a letter, less than ``reach`` page pixels from it,
    at its foot or as far above it as a tail hangs.
    """
    letters = _may_be_letters(blobs) & ~which
    feet = np.zeros((shape[0] + _TAIL + _SINK + 1, shape[1] + reach), np.uint8)
    feet[(blobs.y + blobs.h)[letters] + _SINK, (blobs.x + blobs.w)[letters] + reach - 1] = 1
    asked = np.flatnonzero(which)
    bottom, left = (blobs.y + blobs.h)[asked], blobs.x[asked]
    found = np.zeros(len(blobs), bool)
    for down in range(_SINK + _TAIL + 1):
        for back in range(reach):
            found[asked] |= feet[bottom + down, left + back] > 0
    return found


def with_seen(glyphs: Glyphs, maps: PageMaps[Upright]) -> Glyphs:
    """The glyphs, each told whether print is seen anywhere in its box."""
    print_ = np.where(np.maximum(maps.text, maps.core) > THERE, 1, 0).astype(np.uint8)
    total = cv2.integral(print_)
    x0, y0, x1, y1 = glyphs.places.T
    left, right = _spots(x0, x1, maps.step[0], print_.shape[1])
    top, bottom = _spots(y0, y1, maps.step[1], print_.shape[0])
    count = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    told = zip(glyphs, (count > 0).tolist(), strict=True)
    return Glyphs.at(glyphs.places, (g if g.seen == s else replace(g, seen=s) for g, s in told))


def _spots(
    start: NDArray[np.float64], end: NDArray[np.float64], step: float, length: int
) -> tuple[Ints, Ints]:
    """The first spot of a map that a stretch of the page lies on, and the one after the last."""
    first = np.clip(np.floor(start / step), 0, length - 1).astype(np.intp)
    return first, np.clip(np.ceil(end / step), first + 1, length).astype(np.intp)


def _may_be_letters(blobs: Blobs) -> NDArray[np.bool_]:
    """Which pieces are as large as letters, in page pixels."""
    least, most = _LETTER_PX
    return (blobs.h >= least) & (np.maximum(blobs.h, blobs.w) <= most) & (blobs.w >= _NARROW_PX)


def _smaller(blobs: Blobs) -> float:
    """How high the page's letters are, as a share of usual small ones: less than 1 on a page that
    was copied smaller, whose full stops are smaller, too.
    """
    letters = blobs.h[_may_be_letters(blobs)]
    return min(1.0, float(np.median(letters)) / _SMALL_PRINT) if len(letters) else 1.0


def find_glyphs(
    blobs: Blobs, mask: Mask, gone: NDArray[np.bool_] | None = None
) -> tuple[Glyphs, Mask, Glyphs]:
    """The connected pieces of ink that can be letters, marks or punctuation, and the mask of the
    specks that cannot.

    ``blobs`` are the pieces of ``mask``; ``gone`` tells those known to be no text: they count among
    the specks.

    A piece as small as a full stop is one only beside a letter; on its own it is dirt. Of the
    specks, those are given last that stand where a full stop does, right behind a letter's foot: in
    running text a single point of a coarse scan may be one.
    """
    w, h, area = blobs.w, blobs.h, blobs.area
    small = (area < _STOP) & (np.maximum(h, w) < _LETTER_PX[0])
    row, column, of = blobs.pixels(small)
    letters = mask.copy()
    letters[row, column] = 0
    near = cv2.dilate(letters, np.ones(_STOP_NEAR_PX[::-1], np.uint8))[row, column] > 0
    beside = np.bincount(of[near], minlength=len(blobs)) > 0
    beside |= _behind_a_foot(blobs, small & ~beside, mask.shape, _BEHIND_TYPED)
    part = _smaller(blobs)
    tiny = (area < _SPECK * part**2) | ((w <= 2 * part) & (h <= 2 * part))
    speck = tiny | (small & ~beside)
    speck = speck if gone is None else speck | gone
    specks = np.zeros_like(mask)
    row, column, _ = blobs.pixels(speck)
    specks[row, column] = 255
    x, y = blobs.x, blobs.y
    boxes = np.stack([x, y, x + w, y + h, area], axis=1)
    stops = boxes[_behind_a_foot(blobs, tiny, mask.shape, _BEHIND)]
    return _glyphs(boxes[~speck & (h <= _TALLEST_PX)]), specks, _glyphs(stops)


def _glyphs(boxes: Ints) -> Glyphs:
    """Glyphs of which left, top, right, bottom and area are given, shape (n, 5)."""
    made = (Glyph(Box(x0, y0, x1, y1), area) for x0, y0, x1, y1, area in boxes.tolist())
    return Glyphs.at(boxes[:, :-1].astype(float), made)
