"""The gray levels of a picture in order, by counting them: putting a page's pixels in order, as
numpy does for a median or a percentile, takes ten times as long.
"""

from __future__ import annotations

from math import ceil

import cv2
import numpy as np

from ocr_form4_models.page import Gray


def level_at(pixels: Gray, share: float) -> float:
    """The level that a share of the pixels, of which there is one at least, does not pass; between
    two pixels in proportion, as ``numpy.percentile`` has it.
    """
    place = share * (pixels.size - 1)
    below = int(place)
    counted = cv2.calcHist([pixels], [0], None, [256], [0, 256])  # exact up to 2**24 of a level
    upto = np.cumsum(counted.ravel(), dtype=np.float64)
    low, high = np.searchsorted(upto, [below, ceil(place)], side="right").tolist()
    return float(low + (high - low) * (place - below))


def median_level(pixels: Gray) -> float:
    """The level of the middle one of the pixels, of which there is one at least."""
    return level_at(pixels, 0.5)
