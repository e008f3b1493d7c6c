"""Finds the rulings of a page, and paints them over."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Blobs, Mask, find_blobs
from ocr_form4.pixels.ink import ink
from ocr_form4_models.geometry import UPRIGHT_DPI, Box
from ocr_form4_models.layout import Glyph, Rulings, Segment
from ocr_form4_models.page import Gray

HALF = 2
"""Rulings are looked for at half the upright resolution: they are long, and it is four times as fast."""
_H_LENGTH, _V_LENGTH = 75, 36
"""Shortest piece of ruling, in half-resolution pixels: longer than a dash, higher than a title's letters."""
_H_STUMP, _V_STUMP = 17, 18
"""Shortest stump of a broken ruling, where longer pieces lie in line with it."""
_IN_LINE = 2
_NEAR, _ENOUGH = 170, 30
"""How near to a stump how much of a ruling must lie in line with it, in half-resolution pixels."""
_SPECK = 7
"""Area in page pixels below which ink is dirt: half a full stop of the smallest print."""
_STOP = 36
"""Area below which a piece of ink may be a full stop, or dirt."""
_BEHIND, _SINK, _TAIL = 10, 2, 8
"""How far behind a letter, below its foot and above it a full stop may stand, in page pixels."""
_THICKEST = 10
"""Thickest ruling, in half-resolution pixels: a double ruling, run together in a photocopy."""
_LETTER = 7
"""Half-resolution pixels from which closed ink may be letters."""
_PRINT, _SOLID, _LOOSE, _LINE, _STRETCH = 0.8, 0.93, 0.8, 0.97, 32
"""The share of a ruling in taller ink from which it may be print, the shares of ink from which it is none, as a whole
and in a stretch, the share from which a row of a stretch is a line under print that has grown together with it, and
the stretches in which a ruling is looked at, in half-resolution pixels."""
_SOME = 0.25
"""The share of a piece's ink as high as letters, told to be print, from which all of it is."""
_LONG, _THICKEST_LONG = 500, 16
"""A level one as long as a third of a page may be thicker: where two tables meet, each with its frame, all doubled."""


@dataclass(frozen=True, slots=True)
class PageInk:
    """The ink of a page, told apart: ``glyphs`` is what is written, ``rulings`` its lines; shape of the page.

    ``down`` is the half-resolution mask of vertical rulings, for questions about single rulings.
    """

    glyphs: Mask
    rulings: Mask
    down: Mask
    across: Mask


def find_rulings(pixels: Gray) -> tuple[Rulings, PageInk]:
    """The rulings of an upright page and its ink with and without them."""
    height, width = pixels.shape
    mask = ink(pixels, 61, 16)
    half = cv2.resize(pixels, (width // HALF, height // HALF), interpolation=cv2.INTER_AREA)
    faint = ink(half, 31, 9)
    across = _long_and_thin(faint, _H_LENGTH, _H_STUMP, gap=9, crowded=0.12)
    down_turned = _long_and_thin(
        np.ascontiguousarray(faint.T), _V_LENGTH, _V_STUMP, gap=5, crowded=0.35, crossing=across.T
    )
    down = np.ascontiguousarray(down_turned.T)
    horizontal = _segments(across)
    vertical = _segments(down_turned)
    lines = cv2.resize(
        cv2.dilate(across | down, np.ones((3, 3), np.uint8)), (width, height), interpolation=cv2.INTER_NEAREST
    )
    glyphs = cv2.bitwise_and(mask, cv2.bitwise_not(lines))
    return Rulings(horizontal, vertical), PageInk(glyphs, lines, down, across)


def _long_and_thin(mask: Mask, length: int, stump: int, gap: int, crowded: float, crossing: Mask | None = None) -> Mask:
    """The pixels of horizontal rulings at least ``length`` long: small gaps closed, thick blobs and text left out.

    Shorter pieces, down to ``stump``, belong to a ruling where longer ones lie in line with them; at its end only
    where they reach one of the rulings ``crossing`` it, if these are given.
    """
    # one row of slack lets a line that wavers by a pixel count as one
    slack = cv2.dilate(mask, np.ones((2, 1), np.uint8))
    closed = cv2.morphologyEx(slack, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
    tall = _tall(closed)
    whole = _thin(closed, length)
    if crossing is None:
        whole |= _thin(closed, _LONG, _THICKEST_LONG)
    rulings = _without_text(whole, slack, tall, crowded)
    stumps = _without_text(_stumps(_thin(closed, stump), rulings, crossing), slack, tall, crowded)
    return np.asarray(cv2.bitwise_or(rulings, stumps))


def _tall(closed: Mask) -> Mask:
    """How tall closed ink is where it is no ruling: 2 from the thickest ruling on, 1 from a small letter's half on."""
    closed = cv2.morphologyEx(closed, cv2.MORPH_CLOSE, np.ones((3, 1), np.uint8))  # letters are hollow
    half, whole = (cv2.erode(closed, np.ones((h, 1), np.uint8)) for h in (_LETTER, _THICKEST))
    grown = [cv2.dilate(m, np.ones((h, 1), np.uint8)) > 0 for m, h in ((half, _LETTER), (whole, _THICKEST))]
    return np.asarray(grown[0].astype(np.uint8) + grown[1])


def _thin(closed: Mask, length: int, thickest: int = _THICKEST) -> Mask:
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    thick = cv2.morphologyEx(opened, cv2.MORPH_OPEN, np.ones((thickest, 7), np.uint8))
    return np.asarray(cv2.bitwise_and(opened, cv2.bitwise_not(cv2.dilate(thick, np.ones((3, 3), np.uint8)))))


def _stumps(short: Mask, rulings: Mask, crossing: Mask | None) -> Mask:
    """Of short pieces of horizontal lines, those in line with a ruling: the side of a check box mostly is not."""
    if not rulings.any():
        return np.zeros_like(short)
    in_line = cv2.dilate(rulings.max(axis=1, keepdims=True), np.ones((2 * _IN_LINE + 1, 1), np.uint8))
    candidates = cv2.bitwise_and(short, np.broadcast_to(in_line, short.shape).copy())
    candidates[cv2.dilate(rulings, np.ones((2 * _IN_LINE + 1, 5), np.uint8)) > 0] = 0
    blobs, whole = find_blobs(candidates), find_blobs(short, with_labels=True)
    keep = np.zeros(len(blobs), bool)
    for k, (x, y, w, h) in enumerate(zip(blobs.x, blobs.y, blobs.w, blobs.h, strict=True)):
        own = whole.labels[y : y + h, x : x + w].max() - 1
        if h > 4 or whole.h[own] > 6 or w < 0.9 * whole.w[own]:
            continue
        rows = slice(max(0, y - _IN_LINE), y + h + _IN_LINE)
        beside = [slice(max(0, x - _NEAR), x), slice(x + w, x + w + _NEAR)]
        goes_on = [int(rulings[rows, part].any(axis=0).sum()) >= _ENOUGH for part in beside]
        ends = [slice(max(0, x - 6), x + 1), slice(x + w - 1, x + w + 6)]
        reaches = [crossing is None or bool(crossing[rows, end].any()) for end in ends]
        keep[k] = all(on or at_end for on, at_end in zip(goes_on, reaches, strict=True)) and any(goes_on)
    row, column, _ = blobs.pixels(keep)
    kept = np.zeros_like(short)
    kept[row, column] = 255
    return kept


def _without_text(candidates: Mask, mask: Mask, tall: Mask, crowded: float) -> Mask:
    """The candidates less those that run through text: a ruling is solid, and has paper beside it.

    Closing small gaps makes a line of dense print look like a ruling; painting that over would erase the text. Looked
    at are the pixels three and four rows above and below each candidate's own, and whether it lies in closed ink that
    is ``tall``: print that stands in line with a ruling and has grown together with it is cut off.
    """
    blobs = find_blobs(candidates)
    row, column, of = blobs.pixels(np.ones(len(blobs), bool))
    size = blobs.area
    solid = np.bincount(of[mask[row, column] > 0], minlength=len(blobs)) / size
    near = cv2.dilate(candidates, np.ones((5, 1), np.uint8))
    sides = []
    for shift in (-4, 4):
        there = (row + shift >= 0) & (row + shift < len(mask))
        at, owner = (row[there] + shift, column[there]), of[there]
        beside = near[at] == 0
        all_ = np.bincount(owner[beside], minlength=len(blobs))
        dark = np.bincount(owner[beside & (mask[at] > 0)], minlength=len(blobs))
        sides.append(dark / np.maximum(1, all_))
    least, most = np.minimum(*sides), np.maximum(*sides)
    long = blobs.w > 400
    # only the long rulings of the frame are ever thick: a double one, run together
    slim = (size / blobs.w <= (4.6 if crowded < 0.2 else _THICKEST)) | (blobs.w > 250)
    keep = slim & (solid >= 0.8) & (least < np.where(long, max(0.25, crowded), crowded)) & (most < 0.55 + crowded)
    kept = np.zeros_like(candidates)
    on = keep[of]
    row, column, of = row[on], column[on], of[on]
    height, inked = tall[row, column], mask[row, column] > 0
    stretches = candidates.shape[1] // _STRETCH + 1
    stretch = of * stretches + column // _STRETCH
    slice_ = np.unique(stretch * len(candidates) + row, return_inverse=True)[1]
    printed = _is_print(of, height > 1, inked, _SOLID) | _is_print(stretch, height > 0, inked, _LOOSE)
    # where some of what is as high as letters is print, all of it is: a stretch of close print may look solid
    high = np.bincount(of[height > 0], minlength=len(blobs))
    shown = np.bincount(of[(height > 0) & printed], minlength=len(blobs))
    printed |= (height > 0) & (shown >= _SOME * np.maximum(1, high))[of]
    underline = np.bincount(slice_[inked], minlength=slice_.max(initial=0) + 1) >= _LINE * np.bincount(slice_)
    lined = underline[slice_] & _goes_through(stretch, underline[slice_], stretches, len(blobs))[of]
    on = ~(printed & ~lined) & ~_is_print(slice_, height > 0, inked, _LOOSE)
    kept[row[on], column[on]] = 255
    return kept


def _goes_through(
    stretch: NDArray[np.int64], lined: NDArray[np.bool_], stretches: int, pieces: int
) -> NDArray[np.bool_]:
    """Which pieces have a line in half of their stretches, of which each piece has so many numbers: words have one
    here and there, where letters run together, and no line goes under them."""
    all_, with_line = np.unique(stretch), np.unique(stretch[lined])
    count = np.bincount(all_ // stretches, minlength=pieces)
    return np.asarray(np.bincount(with_line // stretches, minlength=pieces) >= 0.5 * np.maximum(1, count))


def _is_print(
    part: NDArray[np.int64], in_tall: NDArray[np.bool_], inked: NDArray[np.bool_], solid: float
) -> NDArray[np.bool_]:
    """Which pixels belong to parts that lie in tall ink and have gaps: letters. An underline has none."""
    size = np.maximum(1, np.bincount(part))
    tall = np.bincount(part[in_tall], minlength=len(size)) >= _PRINT * size
    gaps = np.bincount(part[inked], minlength=len(size)) < solid * size
    return np.asarray((tall & gaps)[part])


def _segments(mask: Mask) -> tuple[Segment, ...]:
    """The lines of a half-resolution mask of horizontal lines, in page pixels, pieces in a row joined."""
    blobs = find_blobs(mask)
    pieces = []
    for middle, x, w, area in zip(blobs.middle_rows(), blobs.x, blobs.w, blobs.area, strict=True):
        if w >= 10 and area <= (_THICKEST_LONG if w >= _LONG else _THICKEST) * w:
            pieces.append([float(v) for v in (middle * HALF + 0.5, x * HALF, (x + w) * HALF, area / w * HALF)])
    pieces.sort(key=lambda p: p[1])
    joined: list[list[float]] = []
    for at, start, end, thickness in pieces:
        best = None
        for other in joined:
            if abs(other[0] - at) <= 5 and -20 <= start - other[2] <= 0.4 * UPRIGHT_DPI:
                best = other
        if best is None:
            joined.append([at, start, end, thickness])
        else:
            a, b = best[2] - best[1], end - start
            best[0] = (best[0] * a + at * b) / (a + b)
            best[2] = max(best[2], end)
            best[3] = max(best[3], thickness)
    return tuple(Segment(*p) for p in sorted(joined) if p[2] - p[1] >= 40)


def paint_over(pixels: Gray, what: Mask) -> Gray:
    """The page with what is masked replaced by the paper around them."""
    if not what.any():
        return pixels
    paper = cv2.erode(pixels, np.ones((3, 3), np.uint8))
    background = cv2.blur(cv2.dilate(paper, np.ones((15, 15), np.uint8)), (15, 15))
    return np.asarray(cv2.copyTo(background, what, pixels.copy()))


def _behind_a_foot(blobs: Blobs, which: NDArray[np.bool_], shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which of the pieces asked for stand right behind a letter, at its foot or as far above it as a tail hangs."""
    letters = (blobs.h >= 9) & (blobs.h <= 60) & (blobs.w >= 4) & (blobs.w <= 60) & ~which
    feet = np.zeros((shape[0] + _TAIL + _SINK + 1, shape[1] + _BEHIND), np.uint8)
    feet[(blobs.y + blobs.h)[letters] + _SINK, (blobs.x + blobs.w)[letters] + _BEHIND - 1] = 1
    asked = np.flatnonzero(which)
    bottom, left = (blobs.y + blobs.h)[asked], blobs.x[asked]
    found = np.zeros(len(blobs), bool)
    for down in range(_SINK + _TAIL + 1):
        for back in range(_BEHIND):
            found[asked] |= feet[bottom + down, left + back] > 0
    return found


def find_glyphs(
    blobs: Blobs, mask: Mask, gone: NDArray[np.bool_] | None = None
) -> tuple[tuple[Glyph, ...], Mask, tuple[Glyph, ...]]:
    """The connected pieces of ink that can be letters, marks or punctuation, and the mask of the specks that cannot.

    ``blobs`` are the pieces of ``mask``; ``gone`` tells those known to be no text: they count among the specks.

    A piece as small as a full stop is one only beside a letter; on its own it is dirt. Of the specks, those are given
    last that stand where a full stop does, right behind a letter's foot: in running text a single point of a coarse
    scan may be one.
    """
    w, h, area = blobs.w, blobs.h, blobs.area
    small = (area < _STOP) & (h < 9) & (w < 9)
    row, column, of = blobs.pixels(small)
    letters = mask.copy()
    letters[row, column] = 0
    near = cv2.dilate(letters, np.ones((13, 41), np.uint8))[row, column] > 0
    beside = np.bincount(of[near], minlength=len(blobs)) > 0
    tiny = (area < _SPECK) | ((w <= 2) & (h <= 2))
    speck = tiny | (small & ~beside)
    speck = speck if gone is None else speck | gone
    specks = np.zeros_like(mask)
    row, column, _ = blobs.pixels(speck)
    specks[row, column] = 255
    x, y = blobs.x, blobs.y
    boxes = np.stack([x, y, x + w, y + h, area], axis=1)
    kept, stops = boxes[~speck & (h <= 200) & (w <= 900)], boxes[_behind_a_foot(blobs, tiny, mask.shape)]
    glyphs, points = ([Glyph(Box(*at), n) for *at, n in found.tolist()] for found in (kept, stops))
    return tuple(glyphs), specks, tuple(points)
