"""What is ink on a page: what is darker than the paper around it. And which pixels are on one side
of a level.
"""

from __future__ import annotations

from math import ceil, floor

import cv2
import numpy as np

from ocr_form4.pixels.blobs import Mask
from ocr_form4_models.page import Gray


def ink(pixels: Gray, window: int = 41, darker: int = 14) -> Mask:
    """255 where a pixel is clearly darker than the mean of its surroundings, else 0; of the same
    shape. OpenCV's adaptive threshold takes twice as long for the same.
    """
    mean = cv2.blur(pixels, (window, window), borderType=cv2.BORDER_REPLICATE)
    return above(np.asarray(cv2.subtract(mean, pixels, dst=mean)), darker - 1)


def above(pixels: Gray, level: float) -> Mask:
    """255 where a pixel is more than a level, else 0; of the same shape."""
    return _parted(pixels, floor(level), cv2.THRESH_BINARY)


def below(pixels: Gray, level: float) -> Mask:
    """255 where a pixel is less than a level, else 0; of the same shape."""
    return _parted(pixels, ceil(level) - 1, cv2.THRESH_BINARY_INV)


def _parted(pixels: Gray, most: int, how: int) -> Mask:
    """OpenCV's threshold, five times as fast as a comparison by numpy, which takes no empty
    picture.
    """
    return np.asarray(cv2.threshold(pixels, most, 255, how)[1]) if pixels.size else pixels
