"""Punched holes and blots: solid ink, much larger than a letter or thicker than its strokes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask, find_blobs, has_core
from ocr_form4.pixels.ink import below
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.rulings import HALF
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs
from ocr_form4_models.page import Gray

DARK = 110
"""The level of gray, of 255, below which a hole or a bar is throughout: of 916,913 pixels of 280
scans 40,454 are, half of them below 46; of the others nine of ten are lighter than 221.
"""
HOLE_PX = 150.0
"""A punched hole is smaller in upright pixels, half an inch: of 251 dark places as high as a letter
on 280 scans 155 are 148 or lower, and none of them is broader than 96; 96 are 164 to 3,514 high,
edges and bars.
"""
_BLOT_HIGH, _BLOT_WIDE, _BLOT_FILLED, _BLOT_THICK = 1.7, 1.5, 0.6, 0.8
"""A blot's least height and width in heights of the page's usual letters, the share of its box that
it fills at least, and the thickness of its core in those heights. Without blots told so, four texts
of 21 scans of the corpus were wrong.
"""
BLOT_CORE = 0.4
"""A blot's core is as thick, in shares of its own smaller side: 0.5 to 0.76 on five copies with
punched holes; the letter M of the form's bold name has 0.27 to 0.35. One as thick within a check
box covers it.
"""

_SPOT_THICK, _UNSEEN_THICK, _SPOT_CORE, _SPOT_SOLID = 0.6, 0.45, 0.65, 0.8
"""A spot is as small as a letter, but the circle within it is as wide, in heights of the page's
usual letters, where the page network sees print, and where it sees none; and in shares of its own
smaller side; and circles nearly as wide fill as much of it. So 629 pieces of dirt from a drum on 12
pages; of 177,000 pieces on 69 scans by the project's own scanners five, most of which are dirt.
"""
_BESIDE, _LEVEL = 2.0, 0.12
"""How far from a letter the next one stands at most, and how far below or above its foot that one's
is, in heights of usual letters: so beside 125 of 131 letters as solid on three pages of soft and
spread print, and beside 16 of 660 spots on 16 pages with a drum's dirt.
"""
_NEARLY = 0.85
"""Of the widest circle's width: of 729 pieces as thick as ``_SPOT_THICK`` on 12 pages with a drum's
dirt 557 are filled by such circles as ``_SPOT_SOLID`` says, of 329 on 69 other scans 14.
"""
_SPOT_LARGEST = 3.0
"""A larger piece, in heights of usual letters, may be a hole's shadow, a bar or a word on black: of
629 spots on those 12 pages the largest is 2.9, half are 1.3 or less.
"""


@dataclass(frozen=True, slots=True)
class Blots:
    """Where punched holes, blots and spots are. ``spots`` are those among them that are as small as
    letters: print stands beside them, never inside.
    """

    boxes: tuple[Box[Upright], ...]
    spots: tuple[Box[Upright], ...]


def without_blots(glyphs: Glyphs, mask: Mask, pixels: Gray) -> tuple[Glyphs, Blots]:
    """The glyphs less punched holes, blots and spots, and where these are: a letter that touches
    one is lost with it.

    Blots are solid, and much larger than a letter; in a line they make it tall. Letters of bold
    print that have run together are as large, but nowhere as thick as they are high. Ink is told
    from the paper around it, so that a large hole is a broken ring of ink: it is found by how dark
    its middle is.
    """
    usual = letter_height(glyphs)

    def is_blot(g: Glyph) -> bool:
        if g.area <= _BLOT_FILLED * g.box.width * g.box.height:
            return False
        thick = max(_BLOT_THICK * usual, BLOT_CORE * min(g.box.width, g.box.height))
        return has_core(mask[g.box.pixels(*mask.shape)], thick)

    holes = _holes(pixels, usual) if usual else []
    spots = sorted(_spots(glyphs, mask, usual)) if usual else []
    w, h = glyphs.sizes
    large = np.flatnonzero((h > _BLOT_HIGH * usual) & (w > _BLOT_WIDE * usual)).tolist()
    blots = np.zeros(len(glyphs), bool)
    blots[[*spots, *(k for k in large if is_blot(glyphs[k]))]] = True
    for hole in holes:
        blots |= glyphs.lie_in(hole)
    boxes = (*holes, *(g.box for g in glyphs.which(blots)))
    return glyphs.which(~blots), Blots(boxes, tuple(glyphs[k].box for k in spots))


def _spots(glyphs: Glyphs, mask: Mask, usual: float) -> set[int]:
    """Which glyphs are spots: as thick throughout as no stroke of a letter is, and on no line with
    a letter beside them. Where print is seen they are looked for at half the resolution, and held
    against their own pixels.
    """
    half = np.ascontiguousarray(mask[::HALF, ::HALF])
    core = cv2.erode(half, _disc(_SPOT_THICK * usual / HALF))
    thick = set(_with_ink(glyphs.places, core)) if core.any() else set()

    def is_spot(g: Glyph) -> bool:
        if max(g.box.width, g.box.height) > _SPOT_LARGEST * usual:
            return False
        least = (_SPOT_THICK if g.seen else _UNSEEN_THICK) * usual
        smaller = min(g.box.width, g.box.height)
        least = max(least, _SPOT_CORE * smaller)
        return smaller >= least and _is_solid(mask[g.box.pixels(*mask.shape)], least)

    spots = {k for k, g in enumerate(glyphs) if (k in thick or not g.seen) and is_spot(g)}
    return spots - _in_line(glyphs.places, spots, usual)


def _with_ink(places: NDArray[np.float64], half: Mask) -> list[int]:
    """Which glyphs have ink of a mask at half the resolution at their places."""
    total = cv2.integral(np.asarray(half > 0, np.uint8))
    at = places / HALF
    left, top = np.floor(at[:, :2]).astype(np.intp).T
    right, bottom = np.minimum(np.ceil(at[:, 2:]), half.shape[::-1]).astype(np.intp).T
    count = total[bottom, right] - total[top, right] - total[bottom, left] + total[top, left]
    return np.flatnonzero(count > 0).tolist()


def _in_line(at: NDArray[np.float64], which: set[int], usual: float) -> set[int]:
    """Which of the glyphs asked for have their foot level with that of another right beside them,
    by the places of all: letters of soft or spread print are as solid as dirt, and dirt stands on
    no line.
    """

    def has_like(k: int) -> bool:
        gap = np.maximum(at[:, 0] - at[k, 2], at[k, 0] - at[:, 2])
        like = (gap <= _BESIDE * usual) & (np.abs(at[:, 3] - at[k, 3]) <= _LEVEL * usual)
        return bool(np.count_nonzero(like) > 1)  # it is like itself

    return {k for k in which if has_like(k)}


def _is_solid(part: Mask, least: float) -> bool:
    """Whether the widest circle within a piece of ink is ``least`` pixels wide, and circles nearly
    as wide fill it.
    """
    framed = cv2.copyMakeBorder(part, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=(0,))
    wide = 2 * float(cv2.distanceTransform(framed, cv2.DIST_L2, cv2.DIST_MASK_5).max())
    if wide < least:
        return False
    n = round(wide)
    framed = cv2.copyMakeBorder(part, n, n, n, n, cv2.BORDER_CONSTANT, value=(0,))
    solid = cv2.morphologyEx(framed, cv2.MORPH_OPEN, _disc(_NEARLY * wide))
    return cv2.countNonZero(solid) >= _SPOT_SOLID * cv2.countNonZero(part)


def _disc(width: float) -> Mask:
    side = max(3, round(width))
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))


def _holes(pixels: Gray, usual: float) -> list[Box[Upright]]:
    """The places that are dark throughout, larger than a letter and no larger than a punched hole:
    looked for at half the resolution, as they are large.
    """
    side = max(3, round(_BLOT_THICK * usual / HALF))
    small = cv2.resize(pixels, None, fx=1 / HALF, fy=1 / HALF, interpolation=cv2.INTER_AREA)
    dark = below(small, DARK)
    square = np.ones((side, side), np.uint8)
    core = cv2.erode(dark, square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    if not core.any():
        return []
    cores = find_blobs(core)
    found = []
    for x, y, w, h in zip(
        cores.x.tolist(), cores.y.tolist(), cores.w.tolist(), cores.h.tolist(), strict=True
    ):
        around: Box[Upright] = Box(x - side / 2, y - side / 2, x + w + side / 2, y + h + side / 2)
        box: Box[Upright] = Box(*(HALF * v for v in (around.x0, around.y0, around.x1, around.y1)))
        if _BLOT_HIGH * usual < box.height < HOLE_PX and _BLOT_WIDE * usual < box.width < HOLE_PX:
            share = float((dark[around.pixels(*dark.shape)] > 0).mean())
            found += [box] if share > _BLOT_FILLED else []
    return found
