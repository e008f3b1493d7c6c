"""A printed page taken apart: its text, its rulings and the cores of its lines, each drawn alone.

A page is printed once; of its PDF, pdfium draws the text objects alone and all others alone, and
tells where letters stand. So the labels are exact, and nothing is laid out twice.
"""

from __future__ import annotations

import ctypes
import re

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdf
from numpy.typing import NDArray

LAYERS = ("text", "across", "down", "core", "ruled across", "ruled down")
"""Ink of text and of rulings, the cores of lines of text, and rulings as they are to be found:
without the gaps of dashes and typed bars.
"""
_DPI = 300
_SCALE = _DPI / 72
_DASHES = 6
"""So many dashes in a row are a line: no text has more than two."""
_GAP_INCHES, _LINE_GAP_INCHES = 0.14, 0.25
"""A ruling goes through the gaps of its dashes and between the bars of two typed lines, six to an
inch; and a column of bars through a line of dashes, where it has none.
"""
Layers = NDArray[np.uint8]
"""Coverage with ink, 0 ... 255, shape (height, width, len(LAYERS)), at 150 dpi."""


def page_count(document: bytes) -> int:
    return len(pdfium.PdfDocument(document))


def layers(document: bytes, page: int) -> Layers:
    """The layers of a page (from 0) of a PDF whose ink is black."""
    text, rest = (_drawn(document, page, only_text) for only_text in (True, False))
    across, down = _rulings(rest)
    # a line of underscores is a ruling as well
    underline = cv2.morphologyEx(text, cv2.MORPH_OPEN, np.ones((1, 120), np.uint8))
    across |= underline
    text &= ~cv2.dilate(underline, np.ones((3, 1), np.uint8))
    cores, bars, dashes = _cores(document, page, text.shape)
    bars &= text
    down |= bars  # and so are a column of bars
    across |= text & dashes  # and a line of dashes
    text &= ~(bars | dashes)
    ruled = _closed(across.T, _GAP_INCHES).T, _closed(down, _GAP_INCHES)
    drawn = (text, across, down, cores, ruled[0], ruled[1] | _closed(bars, _LINE_GAP_INCHES))
    height, width = text.shape
    size = (width // 2, height // 2)
    return np.dstack([cv2.resize(m, size, interpolation=cv2.INTER_AREA) for m in drawn])


def _closed(mask: NDArray[np.uint8], inches: float) -> NDArray[np.uint8]:
    """A mask at 300 dpi with its gaps down the page filled that are no longer."""
    kernel = np.ones((round(inches * _DPI), 1), np.uint8)
    return np.asarray(cv2.morphologyEx(np.ascontiguousarray(mask), cv2.MORPH_CLOSE, kernel))


def _drawn(document: bytes, number: int, only_text: bool) -> NDArray[np.uint8]:
    """The page at 300 dpi with nothing but its text, or all but its text: 255 where there is
    ink.
    """
    page = pdfium.PdfDocument(document)[number]
    found = [
        pdf.FPDFPage_GetObject(page.raw, i) for i in range(pdf.FPDFPage_CountObjects(page.raw))
    ]
    for thing in found:
        if (pdf.FPDFPageObj_GetType(thing) == pdf.FPDF_PAGEOBJ_TEXT) != only_text:
            pdf.FPDFPage_RemoveObject(page.raw, thing)
    pdf.FPDFPage_GenerateContent(page.raw)
    pixels = page.render(scale=_SCALE, grayscale=True, draw_annots=False).to_numpy()
    pixels = pixels[..., 0] if pixels.ndim == 3 else pixels
    return np.where(pixels < 145, 255, 0).astype(np.uint8)


def _rulings(rest: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """What is drawn besides text, at 300 dpi, as rulings across and down: thin, and longer than two
    millimetres.
    """
    solid = cv2.dilate(
        cv2.morphologyEx(rest, cv2.MORPH_OPEN, np.ones((26, 26), np.uint8)),
        np.ones((3, 3), np.uint8),
    )
    thin = rest & ~solid

    def level(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
        # dashed and dotted ones
        closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
        return np.asarray(
            cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, 26), np.uint8)) & mask
        )

    return level(thin), np.ascontiguousarray(level(np.ascontiguousarray(thin.T)).T)


def _cores(
    document: bytes, number: int, shape: tuple[int, ...]
) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """The cores of the lines of text at 300 dpi, from just above the base line to the height of
    small letters; and the places of typed bars and of lines of dashes, which are a form's rulings.
    """
    page = pdfium.PdfDocument(document)[number]
    text, height = page.get_textpage(), page.get_height()
    mask, bars, dashes = (np.zeros(shape, np.uint8) for _ in range(3))
    ruled = {
        k
        for line in re.finditer(rf"([-=_])\1{{{_DASHES - 1},}}", _characters(text))
        for k in range(*line.span())
    }
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdf.FS_RECTF()
    run: list[float] = []  # left, right, base line, size

    def draw() -> None:
        if run:
            left, right, base, em = run
            top, bottom = height - base - 0.46 * em, height - base - 0.02 * em
            corners = [
                (round(a * _SCALE), round(b * _SCALE)) for a, b in ((left, top), (right, bottom))
            ]
            cv2.rectangle(mask, corners[0], corners[1], 255, -1)

    for i in range(text.count_chars()):
        character = pdf.FPDFText_GetUnicode(text.raw, i)
        if character in (0, 0xA0) or chr(character).isspace():
            continue
        if not pdf.FPDFText_GetLooseCharBox(text.raw, i, box) or not pdf.FPDFText_GetCharOrigin(
            text.raw, i, x, y
        ):
            continue
        if chr(character) == "|" or i in ruled:
            sides = box.left, height - box.top, box.right, height - box.bottom
            left, top, right, bottom = (round(v * _SCALE) for v in sides)
            cv2.rectangle(dashes if i in ruled else bars, (left, top), (right, bottom), 255, -1)
            continue
        em, base = abs(box.top - box.bottom) / 1.16, y.value
        if (
            run
            and abs(base - run[2]) < 0.12 * em
            and -0.3 * em <= box.left - run[1] < 0.6 * em
            and (abs(em - run[3]) < 0.3 * em)
        ):
            run[1] = box.right
        else:
            draw()
            run = [box.left, box.right, base, em]
    draw()
    return mask, bars, dashes


def _characters(text: pdfium.PdfTextPage) -> str:
    """The characters of a page by their index, one that is none as a blank."""
    codes = (pdf.FPDFText_GetUnicode(text.raw, i) for i in range(text.count_chars()))
    return "".join(chr(c) if 0 < c < 0xD800 else " " for c in codes)
