"""Tells footnote marks from the value before them: they are smaller, and stand higher."""

from __future__ import annotations

import re
from statistics import median

import numpy as np

from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TextLine
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import RAISED, Reading

_PART = re.compile("[⁽⁾]?[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾,;. ]*")


def raised_part(reading: Reading) -> tuple[int, int] | None:
    """First character and the one after the last of what a reader says is raised at the end of a line; or None.

    What words follow is no mark: "By Annuity Trust (1) for Brother".
    """
    found = list(_PART.finditer(reading.text))
    if not found or re.search(r"\w", reading.text[found[-1].end() :]):
        return None
    return found[-1].span()


def lowered(text: str) -> str:
    """A text with raised characters as the print they are; a raised parenthesis alone, without figures, is dirt."""
    tokens = []
    for token in text.split(" "):
        dirt = re.search("[⁽⁾]", token) and not re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]|⁽.+⁾", token)
        tokens.append(re.sub("[⁽⁾]", "", token) if dirt else token.translate(RAISED))
    return " ".join(t for t in tokens if t)


def split_raised(pixels: Gray, line: TextLine) -> tuple[Box[Upright], Box[Upright]] | None:
    """The boxes of a line's value and of the marks raised behind it, or None where nothing is raised.

    Where letters stand apart their outlines tell; where print has run together, the profile of the ink does.
    """
    split = raised_from(line)
    if split is not None:
        x = (max(g.box.x1 for g in line.glyphs[:split]) + line.glyphs[split].box.x0) / 2
        bottom = max(g.box.y1 for g in line.glyphs[split:])
    else:
        cut = raised_columns(pixels, line)
        if cut is None:
            return None
        x, bottom = cut
    box = line.box
    return Box(box.x0, box.y0, x, box.y1), Box(x, box.y0, box.x1, bottom)


def raised_from(line: TextLine) -> int | None:
    """Index of the first raised glyph at the end of a line, or None: where its footnote marks begin.

    The feet of a mark are above the base line of what stands before it by a sixth of the capitals, and its head
    reaches the upper half. Letters may be run together; nothing is asked of single ones.
    """
    glyphs = line.glyphs
    best = None
    for split in range(len(glyphs) - 1, 0, -1):
        before = [g.box for g in glyphs[:split]]
        highest = max(b.height for b in before)
        tall = [b for b in before if b.height >= 0.6 * highest]
        base, top = median(b.y1 for b in tall), median(b.y0 for b in tall)
        cap = max(1.0, base - top)
        raised = [g.box for g in glyphs[split:]]
        if not all(b.y1 <= base - 0.15 * cap and b.y0 <= top + 0.5 * cap and b.height <= 0.95 * cap for b in raised):
            break
        best = split
    if best is None:
        return None
    marks = [g.box for g in glyphs[best:]]
    width = max(b.x1 for b in marks) - min(b.x0 for b in marks)
    height = max(b.y1 for b in marks) - min(b.y0 for b in marks)
    before_height = max(g.box.height for g in glyphs[:best])
    return best if height >= 0.3 * before_height and width >= 0.35 * before_height else None


def raised_columns(pixels: Gray, line: TextLine) -> tuple[float, float] | None:
    """The x at which raised ink begins at the end of a line, and the y of its feet, from the ink alone.

    From the right, columns whose lowest ink is well above the base line are raised. The arm of an F is so too, but
    not as wide as a mark in parentheses; the cut is put where there is least ink at the beginning.
    """
    rows, columns = line.box.pixels(*pixels.shape)
    part = pixels[rows, columns]
    if part.size == 0 or part.shape[1] < 8:
        return None
    dark = part < np.percentile(part, 92) - 70
    height = part.shape[0]
    lowest = np.where(dark.any(axis=0), height - 1 - dark[::-1].argmax(axis=0), -1)
    base = line.base - rows.start
    cap = line.cap_height
    limit = base - 0.17 * cap
    k = part.shape[1]
    while k > 0 and lowest[k - 1] <= limit:
        k -= 1
    width = part.shape[1] - k
    if k < 0.3 * cap or width < 0.65 * cap:
        return None
    ink = dark[:, k : k + max(2, int(0.5 * cap))].sum(axis=0)
    cut = k + int(ink.argmin())
    feet = float(lowest[cut:].max() + 1 + rows.start)
    return float(cut + columns.start), feet
