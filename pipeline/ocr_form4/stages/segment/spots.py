"""Spots: dirt as small as letters, that a drum, a glass or a copier's toner left on the page.

A spot is told from a letter by its shape, by how it stands to what is beside it, and by what the
page network sees there; small networks weigh these (``weights/spots.json`` and ``clouds.json``,
made by ``scripts/fit_spots.py``). Of ink as dark as the page's print only what stands apart is
looked at, as letters stand together; paler ink, a cloud of grains, anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Ints, Mask
from ocr_form4.pixels.levels import level_at
from ocr_form4.pixels.odds import odds_of
from ocr_form4.stages.segment.rulings import HALF
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyphs
from ocr_form4_models.page import Gray, PageMaps

MEASURES = (
    "height",
    "width",
    "share of its box",
    "thickness",
    "thickness of its smaller side",
    "gap beside it",
    "print seen, most",
    "print seen, mean",
    "foreign ink seen, most",
    "lightness beside the page's ink",
    "lightness of its darkest tenth",
    "share of its box of the page's letters",
    "thickness of the page's strokes",
)  # fmt: skip
OF_CLOUDS = (
    *MEASURES, "thickness of its strokes beside the page's", "stands apart and fills its box",
    "stands on a line",
)  # fmt: skip
Floats = NDArray[np.float64]
WHITE = 255
"""Of pixels and maps, the most."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures within what is measured: ``weights/spots.json`` was fitted with them, and a
    change of one wants a fit. In heights of the page's usual letters (_letters), and shares.
    """

    smallest_letters: float = 0.5
    narrowest_letters: float = 0.2
    largest_letters: float = 3.0
    """What is smaller on its longer side, or on its shorter one, may be a full stop or a dash;
    what is larger a bar or a word on black.
    """
    least_share: float = 0.5
    """Of its box that a spot fills."""
    least_gap_letters: float = 0.25
    """Letters of a word stand closer to each other."""
    most_gap_letters: float = 3.0
    foot_letters: float = 0.12
    foot_gap_letters: float = 2.0
    """How level the feet of a line are, and how far apart its letters: of 92,865 letters that stand
    apart on 72 scans 70,000 have another so near on their foot, of 13,135 pieces of dirt 525.
    """
    beside_share: float = 0.3
    """What stands beside a piece of ink overlaps as much of its height, or of a letter's."""
    letter_letters: float = 0.4
    """What is lower beside it is no letter."""
    dust_share: float = 0.1
    """Of the place beside it: less ink there is dust."""
    lowest_letters: float = 0.7
    highest_letters: float = 1.5
    """Ink as high is a letter of the page's usual print."""
    darkest_share: float = 0.1
    """A letter that a pale smear runs into is the darkest part of both."""
    pale_levels: int = 50
    """How much lighter than the page's ink a piece is that may be a cloud of grains, wherever it
    stands: of 24,381 letters of ten fixtures 56 are as pale.
    """
    ink_step_px: int = 4
    """Pixels so far apart tell how dark the page's ink is."""


F = Figures()
DOUBTED = 0.0
"""Log odds from which a piece of ink is no print to anyone but a reader that is sure of it: on 162
scans by many hands twelve texts and values are right by it, and three wrong.
"""
SURE = 2.0
"""Log odds from which a piece of ink is taken for a spot: of pages spoilt in every way, held out,
227 of 35,720 letters that stand apart and 0.81 of the dirt, and of pale pieces 70 of 24,202
letters and 0.86 of the dirt.
"""


def find_spots(
    glyphs: Glyphs, mask: Mask, pixels: Gray, maps: PageMaps[Upright], usual: float
) -> tuple[list[int], list[int]]:
    """Which glyphs of a page are spots, and which others are more likely spots than letters;
    ``usual`` is the height of its usual letters.
    """
    which, found = measured(glyphs, mask, pixels, maps, usual)
    if not len(which):
        return [], []
    odds = np.where(
        are_spots(found),
        odds_of("spots.json", MEASURES).of(found[:, : len(MEASURES)]),
        odds_of("clouds.json", OF_CLOUDS).of(found),
    )
    doubted = (odds >= DOUBTED) & (odds < SURE)
    return which[odds >= SURE].tolist(), which[doubted].tolist()


def are_spots(found: Floats) -> NDArray[np.bool_]:
    """Which of what was measured stands apart and on no line, where spots are told by their shape;
    the others are pale.
    """
    return np.asarray((found[:, -2] > 0) & (found[:, -1] == 0))


def measured(
    glyphs: Glyphs,
    mask: Mask,
    pixels: Gray,
    maps: PageMaps[Upright],
    usual: float,
    pale_levels: int = F.pale_levels,
) -> tuple[NDArray[np.intp], Floats]:
    """The glyphs that may be spots, by their indices, and what tells of them as clouds,
    shape (n, measures): first what tells of them as spots. Those that are as many levels of gray
    lighter than the page's ink as ``pale_levels`` says may be clouds.
    """
    boxes = glyphs.places
    areas = np.array([g.area for g in glyphs])
    share = areas / np.maximum(1, _sides(boxes).prod(axis=1))
    some = slice(None, None, F.ink_step_px), slice(None, None, F.ink_step_px)
    page_level = _level(pixels[some][mask[some] > 0])
    which = np.flatnonzero(_as_large(boxes, usual))
    apart = _stand_apart(boxes[which], mask, usual) & (share[which] >= F.least_share)
    pale = _are_pale(boxes[which], areas[which], pixels, page_level + pale_levels)
    which, apart, pale = (of[apart | pale] for of in (which, apart, pale))
    on_line = _on_a_line(boxes, which, usual)
    kept = (apart & ~on_line) | pale
    which, apart, on_line = (of[kept] for of in (which, apart, on_line))
    if not len(which):
        return which, np.zeros((0, len(OF_CLOUDS)))
    stroke = _stroke(mask)
    of_page = _letters_share(boxes, share, usual), stroke / usual

    def of(k: int, *stands: bool) -> tuple[float, ...]:
        box = glyphs[k].box
        part = box.pixels(*mask.shape)
        thick = _thickness(mask[part])
        print_seen = np.maximum(_of_map(maps.text, box, maps), _of_map(maps.core, box, maps))
        ink = pixels[part][mask[part] > 0]
        return (
            box.height / usual,
            box.width / usual,
            float(share[k]),
            thick / usual,
            thick / float(min(box.height, box.width)),
            _gap(boxes, k, usual),
            float(print_seen.max()) / WHITE,
            float(print_seen.mean()) / WHITE,
            float(_of_map(maps.foreign, box, maps).max()) / WHITE,
            (_level(ink) - page_level) / WHITE,
            (_level(ink, F.darkest_share) - page_level) / WHITE,
            *of_page,
            _stroke(mask[part]) / max(1.0, stroke),
            *(float(one) for one in stands),
        )

    each = zip(which.tolist(), apart.tolist(), on_line.tolist(), strict=True)
    return which, np.array([of(*one) for one in each], dtype=float)


def _level(ink: Gray, share: float = 0.5) -> float:
    """The level of gray that a share of ink does not pass; black where there is no ink."""
    return level_at(ink, share) if ink.size else 0.0


def _sides(boxes: Floats) -> Floats:
    return boxes[:, 2:] - boxes[:, :2]


def _as_large(boxes: Floats, usual: float) -> NDArray[np.bool_]:
    """Which boxes are as large as a spot may be."""
    sides = _sides(boxes)
    longer, shorter = sides.max(axis=1), sides.min(axis=1)
    within = (longer >= F.smallest_letters * usual) & (longer <= F.largest_letters * usual)
    return np.asarray(within & (shorter >= F.narrowest_letters * usual))


def _stand_apart(boxes: Floats, mask: Mask, usual: float) -> NDArray[np.bool_]:
    """Which boxes have next to no ink right beside them, left and right; looked for at half the
    resolution.
    """
    total = cv2.integral(np.asarray(mask[::HALF, ::HALF] > 0, np.uint8))
    wide = max(1, round(F.least_gap_letters * usual / HALF))
    x0, y0, x1, y1 = _at_half(boxes)
    top, bottom = (np.clip(y, 0, len(total) - 1) for y in (y0, y1))
    most = F.dust_share * np.maximum(1, bottom - top) * wide
    left = _within(total, x0 - wide, top, x0, bottom)
    right = _within(total, x1, top, x1 + wide, bottom)
    return np.asarray((left <= most) & (right <= most))


def _are_pale(
    boxes: Floats, areas: NDArray[np.intp], pixels: Gray, darker: float
) -> NDArray[np.bool_]:
    """Which boxes hold next to nothing as dark as ``darker``; looked for at half the resolution."""
    total = cv2.integral(np.asarray(pixels[::HALF, ::HALF] < darker, np.uint8))
    return np.asarray(_within(total, *_at_half(boxes)) * HALF**2 <= F.darkest_share * areas)


def _at_half(boxes: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Left, top, right and bottom of boxes at half the resolution."""
    x0, y0 = np.floor(boxes[:, :2] / HALF).astype(np.intp).T
    x1, y1 = np.ceil(boxes[:, 2:] / HALF).astype(np.intp).T
    return x0, y0, x1, y1


def _within(total: NDArray[np.int32], left: Ints, top: Ints, right: Ints, bottom: Ints) -> Ints:
    """How many pixels of those that ``total`` is the integral of lie in each of some boxes, of
    which any part may lie outside.
    """
    high, broad = total.shape[0] - 1, total.shape[1] - 1
    top, bottom = np.clip(top, 0, high), np.clip(bottom, 0, high)
    left, right = np.clip(left, 0, broad), np.clip(right, 0, broad)
    return np.asarray(
        total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    )


def _letters_share(boxes: Floats, share: Floats, usual: float) -> float:
    """How much of their boxes the page's letters fill in the middle: more where print is spread."""
    high = _sides(boxes)[:, 1]
    letters = (high > F.lowest_letters * usual) & (high < F.highest_letters * usual)
    return float(np.median(share[letters])) if letters.any() else 0.0


def _stroke(mask: Mask) -> float:
    """How thick the page's strokes are in the mean, in pixels: twice their ink by its outlines."""
    ink = cv2.countNonZero(mask)
    outline = ink - cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    return 2 * ink / max(1, outline)


def _thickness(part: Mask) -> float:
    """Of the widest circle within a piece of ink, in pixels."""
    framed = cv2.copyMakeBorder(part, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    return 2 * float(cv2.distanceTransform(framed, cv2.DIST_L2, cv2.DIST_MASK_5).max())


def _on_a_line(boxes: Floats, which: NDArray[np.intp], usual: float) -> NDArray[np.bool_]:
    """Which of the boxes asked for stand on one foot with another one near them: letters of a line
    do, dirt seldom.
    """
    order = np.argsort(boxes[:, 3])
    left, _, right, foot = boxes[order].T
    level, near = F.foot_letters * usual, F.foot_gap_letters * usual

    def has_another(k: int) -> bool:
        x0, _, x1, y1 = boxes[k]
        start, end = np.searchsorted(foot, (y1 - level, y1 + level))
        gaps = np.maximum(left[start:end] - x1, x0 - right[start:end])
        return bool(np.count_nonzero(gaps <= near) > 1)  # it is near itself

    return np.array([has_another(k) for k in which.tolist()], bool)


def _gap(boxes: Floats, k: int, usual: float) -> float:
    """How far the next letter at its height stands."""
    x0, y0, x1, y1 = boxes[k]
    over = np.minimum(boxes[:, 3], y1) - np.maximum(boxes[:, 1], y0)
    level = over > F.beside_share * min(y1 - y0, usual)
    level &= _sides(boxes)[:, 1] > F.letter_letters * usual
    level[k] = False
    gap = np.maximum(boxes[level, 0] - x1, x0 - boxes[level, 2])
    return float(gap.min(initial=F.most_gap_letters * usual)) / usual


def _of_map(m: Gray, box: Box[Upright], maps: PageMaps[Upright]) -> Gray:
    """What a map says of a box, one spot of it at least."""
    across, down = maps.step
    top, left = int(box.y0 / down), int(box.x0 / across)
    bottom, right = ceil(box.y1 / down), ceil(box.x1 / across)
    rows = slice(min(top, m.shape[0] - 1), max(top + 1, bottom))
    return m[rows, min(left, m.shape[1] - 1) : max(left + 1, right)]
