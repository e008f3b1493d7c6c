"""A page as a part of a sheet that holds two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ocr_form4.stages.rasterize.size import USUAL_INCHES
from ocr_form4_models.geometry import Box, OnSheet
from ocr_form4_models.page import PageImage, SheetPart

_REDUCED_INCHES = 10.0
"""A page of a sheet whose longer side is shorter was printed smaller, two on a sheet of the usual
size: it is taken to be as long as a whole one. The shortest sheet that offices print on has 11.
"""


def whole(sheet: PageImage, number: int) -> PageImage:
    """The page that is a whole sheet, under a number of its own."""
    if number == sheet.number:
        return sheet
    return cut_out(sheet, _all_of(sheet), number)


def part_of(sheet: PageImage, box: Box[OnSheet]) -> SheetPart:
    height, width = sheet.pixels.shape
    return SheetPart(sheet.number, (width, height), box)


def cut_out(sheet: PageImage, part: SheetPart, number: int) -> PageImage:
    """The page that lies on a part of a sheet: its pixels, its own scale, and the words whose
    middles lie there.
    """
    box = part.box
    pixels = sheet.pixels[box.pixels(*sheet.pixels.shape)]
    height, width = pixels.shape
    longer = max(width / sheet.dpi[0], height / sheet.dpi[1])
    scale = (
        longer / USUAL_INCHES
        if part.box != _all_of(sheet).box and longer < _REDUCED_INCHES
        else 1.0
    )
    words = tuple(
        replace(word, box=word.box.shifted(-box.x0, -box.y0))
        for word in sheet.words
        if box.contains(*word.box.center)
    )
    dpi = sheet.dpi[0] * scale, sheet.dpi[1] * scale
    return PageImage(number, np.ascontiguousarray(pixels), dpi, words, sheet.message, part)


def _all_of(sheet: PageImage) -> SheetPart:
    height, width = sheet.pixels.shape
    return part_of(sheet, Box(0, 0, width, height))
