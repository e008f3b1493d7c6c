"""What is ink on a page: what is darker than the paper around it."""

from __future__ import annotations

import cv2
import numpy as np

from ocr_form4.pixels.blobs import Mask
from ocr_form4_models.page import Gray


def ink(pixels: Gray, window: int = 41, darker: int = 14) -> Mask:
    """255 where a pixel is clearly darker than its surroundings, else 0; of the same shape."""
    method, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    return np.asarray(
        cv2.adaptiveThreshold(np.ascontiguousarray(pixels), 255, method, kind, window, darker)
    )
