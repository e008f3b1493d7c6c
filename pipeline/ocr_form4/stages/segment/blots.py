"""Punched holes and blots: solid ink, much larger than a letter or thicker than its strokes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr_form4.pixels.blobs import Mask, find_blobs, has_core
from ocr_form4.pixels.ink import below
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.rulings import HALF
from ocr_form4.stages.segment.spots import find_spots
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, Glyphs
from ocr_form4_models.page import Gray, UprightPage

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


@dataclass(frozen=True, slots=True)
class Blots:
    """Where punched holes, blots and spots are. ``spots`` are those among them that are as small as
    letters: print stands beside them, never inside.
    """

    boxes: tuple[Box[Upright], ...]
    spots: tuple[Box[Upright], ...]


def without_blots(glyphs: Glyphs, mask: Mask, page: UprightPage) -> tuple[Glyphs, Blots]:
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

    holes = _holes(page.pixels, usual) if usual else []
    spots, doubted = find_spots(glyphs, mask, page.pixels, page.maps, usual) if usual else ([], [])
    w, h = glyphs.sizes
    large = np.flatnonzero((h > _BLOT_HIGH * usual) & (w > _BLOT_WIDE * usual)).tolist()
    blots = np.zeros(len(glyphs), bool)
    blots[[*spots, *(k for k in large if is_blot(glyphs[k]))]] = True
    for hole in holes:
        blots |= glyphs.lie_in(hole)
    boxes = (*holes, *(g.box for g in glyphs.which(blots)))
    print_ = Glyphs.at(
        glyphs.places,
        (replace(g, seen=False) if k in doubted else g for k, g in enumerate(glyphs)),
    )
    return print_.which(~blots), Blots(boxes, tuple(glyphs[k].box for k in spots))


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
