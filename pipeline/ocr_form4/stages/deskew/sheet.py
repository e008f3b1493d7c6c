"""Two pages side by side on one sheet, cut apart: an opened book, a copier's two pages on one, two
sheets on a glass.

Lines of text and rulings of one page run through the middle of it, its title at the least. Where
nothing does from the head of a wide sheet to its foot, there are two pages.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import find_blobs, stretches
from ocr_form4.pixels.dots import Strokes, made_whole, strokes_of
from ocr_form4.pixels.focus import in_focus
from ocr_form4.pixels.ink import above
from ocr_form4.pixels.levels import median_level
from ocr_form4.pixels.paper import evenly_lit, on_light_paper
from ocr_form4.pixels.screens import without_screen
from ocr_form4.readers import Readers
from ocr_form4.stages.deskew.curves import lines_run_down
from ocr_form4.stages.deskew.through import shows_through, without_it
from ocr_form4.stages.deskew.turned import upright
from ocr_form4.stages.rasterize.sheet import cut_out, part_of, whole
from ocr_form4_models.geometry import Box, OnSheet, Scan
from ocr_form4_models.page import THERE, PageImage, PageMaps, UprightPage

_WIDE = 1.15
"""Width by height, along the lines of text, of a sheet with two pages on it: two of letter size
make 1.55, of A4 1.41, of legal size 1.21, a sheet of the usual size with two smaller ones 1.29.
"""
_MIDDLE = 0.15
"""The gutter is no further from the middle of the sheet, as a share of its width: two pages may be
of two sizes. The 373 free stretches of wide sheets with one page on 280 scans are margins, 0.40 or
more from it.
"""
_GUTTER = 0.006
"""Nor narrower, as a share of that width: a tenth of an inch on two letter sheets, whose margins
make 0.03 and more (two sheets fed askew by three degrees leave this much of them).
"""
_PRINTED = 0.2
"""Lines reach over this share of the sheet's height where they tell how many pages it has: on the
last page of a broad form the signature and its date may stand beside a single sentence. Of 211 wide
sheets on 280 scans one has 0.01, the others 0.27 or more.
"""
_WORDS = 11
"""Pixels of the maps that words of one line are apart at most; so short a piece of a line is none,
either. On the fixtures 703 of 2,330 are 0.91 times it or less, the others 1.00 or more.
"""
_EVERY_PX = 8
"""Paper is the middle level of a sample of one pixel in eight both ways: 130,000 of a letter page.
"""
_ROWS = 400
"""Rows, spread over it, that tell a column's level: of 400, one that is dirt moves it by less than
one level of 255.
"""
_SHADOW = 25
"""How much darker than the paper a gutter's shadow is, of 255; in its middle it is twice that."""


@dataclass(frozen=True, slots=True)
class SheetPage:
    """A page of a sheet as it came, but for its polarity, and upright."""

    image: PageImage
    upright: UprightPage
    only_through: bool = False
    """Nothing stands on it: all that shows is the print of its other side."""
    made_legible: bool = False
    """It could not be read as it came: its print, or its paper, was of dots, or out of focus."""


def pages_on(sheet: PageImage, first: int, readers: Readers) -> tuple[SheetPage, ...]:
    """The pages of a sheet in reading order, numbered from ``first`` on, dark letters on light
    paper: one, or two that lie side by side.
    """
    sheet = replace(sheet, pixels=on_light_paper(sheet.pixels))
    legible, made_legible = _legible(sheet)
    maps = readers.sight.see(legible.pixels, sheet.dpi, Scan)
    boxes = halves(sheet, maps)
    if not boxes:
        page = _page(whole(sheet, first), whole(legible, first), readers, maps)
        return (replace(page, made_legible=made_legible),)
    parts = [part_of(sheet, box) for box in boxes]
    found = [
        _page(cut_out(sheet, part, first), cut_out(legible, part, first), readers) for part in parts
    ]
    printed = [
        p.upright.rectification.quarter_turns >= 2
        for p in found
        if (p.upright.maps.core > THERE).any()
    ]
    if printed and all(printed):  # the sheet stands on its head
        found.reverse()
    return tuple(
        replace(_numbered(page, first + k), made_legible=made_legible)
        for k, page in enumerate(found)
    )


def _legible(sheet: PageImage) -> tuple[PageImage, bool]:
    """A sheet, dark on light, in focus, on white paper without a pattern, the strokes of its print
    whole; and whether it was made so.
    """
    plain = in_focus(without_screen(sheet.pixels), min(sheet.dpi))
    strokes = strokes_of(plain, sheet.dpi)  # asked of what came: white paper has fewer dots
    legible = made_whole(evenly_lit(plain, sheet.dpi), sheet.dpi, strokes)
    is_made_so = strokes is not Strokes.WHOLE or plain is not sheet.pixels
    return replace(sheet, pixels=legible), is_made_so


def _page(
    image: PageImage, legible: PageImage, readers: Readers, seen: PageMaps[Scan] | None = None
) -> SheetPage:
    """A page upright, and seen once more without the print of its other side where that shows
    through.
    """
    page = upright(legible, readers, seen)
    through = shows_through(page, readers.of_turned)
    if through is None:
        return SheetPage(image, page)
    pixels = without_it(legible.pixels, legible.dpi, through)
    return SheetPage(image, upright(replace(legible, pixels=pixels), readers), through.only)


def count_on(sheet: PageImage, readers: Readers) -> int:
    """How many pages lie on a sheet, 1 or 2."""
    sheet = replace(sheet, pixels=on_light_paper(sheet.pixels))
    legible, _ = _legible(sheet)
    return len(halves(sheet, readers.sight.see(legible.pixels, sheet.dpi, Scan))) or 1


def _numbered(page: SheetPage, number: int) -> SheetPage:
    return replace(
        page, image=replace(page.image, number=number), upright=replace(page.upright, number=number)
    )


def halves(sheet: PageImage, maps: PageMaps[Scan]) -> tuple[Box[OnSheet], ...]:
    """The parts of a sheet that two pages lie on, from left to right as its lines run or, on a
    sheet that lies on its side, from the top down; none where it holds a single page.
    """
    height, width = sheet.pixels.shape
    down = lines_run_down(maps)
    along, high = (
        (height / sheet.dpi[1], width / sheet.dpi[0])
        if down
        else (width / sheet.dpi[0], height / sheet.dpi[1])
    )
    if along < _WIDE * high:
        return ()
    band = _free_band(maps, down)
    if band is None:
        return ()
    length, step = (height, maps.step[1]) if down else (width, maps.step[0])
    low, end = (round(v * step) for v in band)
    before, behind = _edges(sheet.pixels.T if down else sheet.pixels, low, min(end, length))
    if down:
        return Box(0, 0, width, before), Box(0, behind, width, height)
    return Box(0, 0, before, height), Box(behind, 0, width, height)


def _free_band(maps: PageMaps[Scan], down: bool) -> tuple[int, int] | None:
    """The widest stretch around the middle that neither a line of text nor a ruling crosses, in
    pixels of the maps along the lines; None where there is none, and on a sheet with too little
    print to tell.
    """
    core, across = (maps.core.T, maps.down.T) if down else (maps.core, maps.across)
    words = cv2.morphologyEx(
        np.ascontiguousarray(core), cv2.MORPH_CLOSE, np.ones((1, _WORDS), np.uint8)
    )
    lines = np.maximum(words, np.ascontiguousarray(across))
    blobs = find_blobs(above(lines, THERE))
    long = np.flatnonzero(blobs.w >= _WORDS)
    height, width = lines.shape
    if not len(long) or np.ptp([blobs.y[long], (blobs.y + blobs.h)[long]]) < _PRINTED * height:
        return None
    starts = np.bincount(blobs.x[long], minlength=width + 1) - np.bincount(
        blobs.x[long] + blobs.w[long], minlength=width + 1
    )
    free = np.cumsum(starts)[:width] == 0
    near = [
        (a, b) for a, b in stretches(free)
        if b - a >= _GUTTER * width and a < (0.5 + _MIDDLE) * width and b > (0.5 - _MIDDLE) * width
    ]  # fmt: skip
    return max(near, key=lambda band: band[1] - band[0], default=None)


def _edges(pixels: NDArray[np.uint8], low: int, high: int) -> tuple[int, int]:
    """Where within a band of columns the one page ends and the other begins: on either side of the
    gutter's shadow, or where the middle of the sheet is nearest.
    """
    paper = median_level(pixels[::_EVERY_PX, ::_EVERY_PX])
    level = pixels[:: max(1, pixels.shape[0] // _ROWS), low:high].mean(axis=0)
    darkest = int(level.argmin())
    if level[darkest] < paper - 2 * _SHADOW:
        dark = level < paper - _SHADOW
        before = (
            darkest - int(np.argmin(dark[: darkest + 1][::-1])) + 1
            if not dark[: darkest + 1].all()
            else 0
        )
        rest = dark[darkest:]
        behind = darkest + int(np.argmin(rest)) if not rest.all() else high - low
        return low + before, low + behind
    cut = int(np.clip(pixels.shape[1] // 2, low, high))
    return cut, cut
