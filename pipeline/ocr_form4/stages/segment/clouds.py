"""Clouds of pale grains, as a drum or a copier's toner leaves them, parted from the letters that
they run into.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr_form4.pixels.blobs import Blobs, Mask
from ocr_form4.pixels.levels import level_at
from ocr_form4.stages.segment.lines import SMALL
from ocr_form4_models.page import Gray


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Lengths in heights of the page's usual letters, or in pixels of the page."""

    letter_px: int = 60
    """Higher pieces of ink are no usual letters."""
    tall_letters: float = 1.8
    """What is no higher may be a letter with a tail."""
    tallest_px: int = 200
    """What is higher is no letter with a cloud."""
    pale_levels: int = 50
    """How much lighter than the page's ink a cloud is, of 255."""
    edge_px: int = 2
    """How far from its ink a letter's edge is blurred."""
    least_letters: float = 0.3
    """The side of a square that a cloud fills at least."""
    ink_step_px: int = 4
    """Pixels so far apart tell how dark the page's ink is."""


T = Tolerances()


def apart_from_clouds(blobs: Blobs, mask: Mask, pixels: Gray) -> Mask | None:
    """The mask with pale ink parted from the dark ink that it hangs on, in pieces higher than
    letters; None where there is none. ``blobs`` are the pieces of ``mask``.
    """
    letters = blobs.h[(blobs.h > SMALL) & (blobs.h <= T.letter_px)]
    if not len(letters):
        return None
    usual = float(np.median(letters))
    tall = (blobs.h > T.tall_letters * usual) & (blobs.h <= T.tallest_px)
    some = slice(None, None, T.ink_step_px), slice(None, None, T.ink_step_px)
    darker = level_at(pixels[some][mask[some] > 0], 0.5) + T.pale_levels
    least = (T.least_letters * usual) ** 2
    around = np.ones((2 * T.edge_px + 1, 2 * T.edge_px + 1), np.uint8)
    parted: Mask | None = None
    for k in np.flatnonzero(tall).tolist():
        x, y = blobs.x[k], blobs.y[k]
        part = slice(y, y + blobs.h[k]), slice(x, x + blobs.w[k])
        ink = mask[part]
        dark = cv2.bitwise_and(np.where(pixels[part] < darker, ink, 0), ink)
        letter = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        near = cv2.dilate(letter, around)
        pale = cv2.bitwise_and(ink, cv2.bitwise_not(near))
        if not letter.any() or cv2.countNonZero(pale) < least:
            continue
        parted = mask.copy() if parted is None else parted
        bridge = cv2.bitwise_and(pale, cv2.dilate(near, np.ones((3, 3), np.uint8)))
        parted[part][bridge > 0] = 0
    return parted
