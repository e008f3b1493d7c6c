"""Tells a page that stands on its head from one that does not: by which way its words can be read."""

from __future__ import annotations

import re

import cv2
import numpy as np

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.ink import ink
from ocr_form4.readers.base import Reader
from ocr_form4.stages.deskew import Cut
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray

_LINES = 6
_ENOUGH = 8
"""So many letters in words of the lexicon are not read by accident."""


def stands_on_its_head(half: Gray, cut: Cut, reader: Reader) -> bool:
    """Whether a level page is upside down. A few words are read both ways until the better way is plain.

    ``half`` is the page at half of UPRIGHT_DPI, ``cut`` gives boxes of it at UPRIGHT_DPI. A page without words counts
    as upright. So does one of whose print plain words are read as it lies: upside down it gives none, and most pages
    are upright.
    """
    lead, known = 0.0, 0
    for box in _words(half):
        word = cut(box)
        upright = reader.read([word])[0]
        known += _plain_letters(upright.text)
        if known >= _ENOUGH:
            return False
        over = reader.read([np.ascontiguousarray(word[::-1, ::-1])])[0]
        lead += _sense(upright.text, upright.confidence) - _sense(over.text, over.confidence)
        if abs(lead) > 1.6:
            break
    return lead < 0


def _plain_letters(text: str) -> int:
    """How many letters stand in words of the lexicon of five letters and more, whatever punctuation they touch."""
    return sum(len(word) for word in re.findall(r"[A-Za-z]{5,}", text) if is_known(word))


def _sense(text: str, confidence: float) -> float:
    letters = sum(c.isalnum() for c in text)
    return confidence if letters >= 3 else 0.2 * confidence


def _words(half: Gray) -> list[Box[Upright]]:
    """A few well separated runs of letters, from all over the page."""
    mask = cv2.morphologyEx(ink(half, 31, 12), cv2.MORPH_CLOSE, np.ones((1, 9), np.uint8))
    blobs = find_blobs(mask)
    w, h = blobs.w, blobs.h
    fit = (h >= 10) & (h <= 34) & (w >= 4 * h) & (w <= 14 * h) & (blobs.area > 0.35 * w * h)
    found = np.stack([blobs.x, blobs.y, w, h], axis=1)[fit].tolist()
    found.sort(key=lambda b: (-b[2], b[1], b[0]))
    chosen = found[:: max(1, len(found) // _LINES)][:_LINES]
    return [Box(2 * x - 8, 2 * y - 8, 2 * (x + w) + 8, 2 * (y + h) + 8) for x, y, w, h in chosen]
