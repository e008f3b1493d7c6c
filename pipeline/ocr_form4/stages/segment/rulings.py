"""Finds the rulings of a page, and paints them over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, find_blobs
from ocr_form4.pixels.ink import above, ink
from ocr_form4.stages.segment.streaks import WIDEST, find_streaks
from ocr_form4_models.geometry import UPRIGHT_DPI, Upright
from ocr_form4_models.layout import Rulings, Segment
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
_STRAIGHT = 200
"""In half-resolution pixels, 1.3 inches: on 38 pages, most with a pen's strokes or stamps, one
piece more is as long and straight, a ruling under a stamp.
"""
_STEEP, _RISE = 0.015, 1.5
"""A ruling of a flat page rises less, in shares of its length, or in half-resolution pixels: of
2,415 pieces on the fixtures 2,366 and 2,385 do, 18 neither.
"""
_ASIDE = 2.0
"""A ruling goes no further aside of its straight line than half as thick as it is and this, in
half-resolution pixels: 1.5 at most on 10 scans, 7 in 10,000 of their rulings' pixels on four more.
"""
_WAVY = 0.2
"""The share of its pixels that a ruling has further aside at most: of 2,397 pieces on the fixtures
99 of 100 have none there and the others 0.11 at most; a stroke that waves by three times its
thickness has 0.6.
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
_THROUGH_HALF_PX = 2 * WIDEST + _COARSE_HALF_PX
"""What is seen on both sides of a streak is no further apart, in half-resolution pixels: a streak's
breadth, 28 at most, and the 9 taken for it besides.
"""
_SAME_PX, _GAP_INCHES = 5.0, 0.4
"""Pieces of one ruling are no further off in height, and no further apart: of 34,799 pairs on the
fixtures 140 were as near in height, of which half have a gap of 0.4 inches or less.
"""
_PAPER_PX = 15
"""Side, in pixels, of the window whose mean is the paper that takes the place of ink. With 7 and
with 31 18 scans are read the same.
"""
_BAND_PX = 64
"""Rows of the bands in which ink is painted over: of 99 pages half have ink to be painted over in
1.5 of 100 squares of that side or less, the dirtiest in 43; of squares of twice the side in 5, and
in 85.
"""
_TERMS = 12.0
"""The variance of n whole numbers in a row is (n * n - 1) / 12."""
_TINY = 1e-9
"""Keeps the slope of a single pixel from being nothing by nothing: its spread is 0, that of any
other piece 0.5 or more.
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
    dark: Mask
    """All that is not its lines, whether the page network sees print there or not."""
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
    seen_across, seen_down = _beside_streaks(seen_across, seen_down, streaks_down, streaks_across)
    long_across = _long_across(seen_across)
    long_down = _long_down(seen_down, long_across)
    # a ruling is its ink, and where that is lost the middle of what the maps show
    solid = (long_across | long_down) & ink(small, _WINDOW_PX // HALF | 1, _DARKER_HALF)
    solid |= (long_across & _ridge(across, 0)) | (long_down & _ridge(down, 1))
    lines = whole_mask(cv2.dilate(solid, np.ones((3, 3), np.uint8)) | streaks, pixels)
    # a short piece of a ruling may be a dash, or the stroke of a letter that nothing else shows
    short = (seen_across & ~long_across) | (seen_down & ~long_down)
    written = _half(np.maximum(np.maximum(maps.text, maps.core), maps.foreign), shape)
    dark = np.asarray(cv2.subtract(ink(pixels, _WINDOW_PX, _DARKER), lines))
    glyphs = _written(dark, above(written, _MAYBE) | short)
    rulings = Rulings(segments_of(long_across), segments_of(np.asarray(cv2.transpose(long_down))))
    both = (whole_mask(m, pixels) if m.any() else m[:0] for m in (streaks_down, streaks_across))
    return rulings, PageInk(glyphs, dark, lines, long_down, long_across, tuple(both))


def _beside_streaks(
    across: Mask, down: Mask, streaks_down: Mask, streaks_across: Mask
) -> tuple[Mask, Mask]:
    """What is seen of rulings across and down where no streak is; through a streak goes what is
    seen on both sides of it.
    """
    if not (streaks_down.any() or streaks_across.any()):
        return across, down
    square = np.ones((_COARSE_HALF_PX,) * 2, np.uint8)
    over_down, over_across = cv2.dilate(streaks_down, square), cv2.dilate(streaks_across, square)
    free = cv2.bitwise_not(over_down | over_across)
    across, down = across & free, down & free
    reach = np.ones((1, _THROUGH_HALF_PX), np.uint8)
    across |= cv2.morphologyEx(across, cv2.MORPH_CLOSE, reach) & over_down
    down |= cv2.morphologyEx(down, cv2.MORPH_CLOSE, reach.T) & over_across
    return across, down


def _written(dark: Mask, seen: Mask) -> Mask:
    """Of the ink beside the lines what is near what the maps show of print (``seen``, at half the
    resolution); all of it on a clean page: what little the network did not see may be a single
    letter.
    """
    near = np.ones((_COARSE_HALF_PX, _COARSE_HALF_PX), np.uint8)
    glyphs = dark & whole_mask(cv2.dilate(seen, near), dark)
    is_clean = cv2.countNonZero(glyphs) >= (1 - _DIRTY) * cv2.countNonZero(dark)
    return dark if is_clean else glyphs


def _half(m: Gray, shape: tuple[int, int]) -> Gray:
    """A map at half the upright resolution, of the shape given."""
    grown = cv2.resize(m, (2 * m.shape[1], 2 * m.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(grown[: shape[0], : shape[1]])


def whole_mask(mask: Mask, pixels: Gray) -> Mask:
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
    beside = np.bincount(of, aside > _ASIDE, len(blobs)) / area
    on = (aside <= _ASIDE) & (beside <= _WAVY)[of]
    kept = np.zeros_like(mask)
    kept[row[on], column[on]] = 255
    return kept


def _long_across(across: Mask) -> Mask:
    """The rulings across a page. One that a stamp or a pen crosses is one piece with what is seen
    of these, and not level: of such a piece what is straight over ``_STRAIGHT`` is.
    """
    found = _long(across, _H_LENGTH)
    left = cv2.subtract(across, found)
    if find_blobs(left).w.max(initial=0) < _STRAIGHT:
        return found
    straight = cv2.morphologyEx(left, cv2.MORPH_OPEN, np.ones((1, _STRAIGHT), np.uint8))
    return np.asarray(found | _long(straight, _STRAIGHT))


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


def segments_of(mask: Mask) -> tuple[Segment, ...]:
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
    """The page with what is masked replaced by the paper around it: part by part, as most of a page
    stays as it is.
    """
    painted = pixels.copy()
    window = _PAPER_PX, _PAPER_PX
    for rows, columns in _inked_parts(what):
        top, left = max(0, rows.start - _PAPER_PX), max(0, columns.start - _PAPER_PX)
        around = pixels[top : rows.stop + _PAPER_PX, left : columns.stop + _PAPER_PX]
        ink_gone = cv2.dilate(cv2.erode(around, np.ones((3, 3), np.uint8)), np.ones(window))
        paper = cv2.blur(ink_gone, window)[rows.start - top :, columns.start - left :]
        here = painted[rows, columns]
        np.copyto(here, paper[: here.shape[0], : here.shape[1]], where=what[rows, columns] > 0)
    return painted


def _inked_parts(mask: Mask) -> Iterator[tuple[slice, slice]]:
    """Where a mask has ink, as rows and columns: band by band what stands no further apart than the
    windows reach that are looked at around it.
    """
    for top in range(0, len(mask), _BAND_PX):
        band = mask[top : top + _BAND_PX]
        inked = np.flatnonzero(np.bitwise_or.reduce(band, axis=0))
        apart = np.flatnonzero(np.diff(inked) > 2 * _PAPER_PX) + 1
        for columns in np.split(inked, apart) if len(inked) else ():
            left, right = int(columns[0]), int(columns[-1]) + 1
            rows = np.flatnonzero(band[:, left:right].any(axis=1))
            yield slice(top + int(rows[0]), top + int(rows[-1]) + 1), slice(left, right)
