"""The means of blocks of pixels. OpenCV's resizing by areas, of which this is the same, takes five
times as long wherever a block is no whole number of pixels.
"""

from __future__ import annotations

from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.page import Gray

Means = NDArray[np.float32]


def band_means(picture: Gray | Means, count: int) -> Means:
    """The means of a picture's columns in so many bands of rows, which are equally high, a row or
    more: shape (count, width). A row in which one band ends and the next begins counts in parts.
    """
    height = len(picture)
    high = height / count
    means = np.empty((count, picture.shape[1]), np.float32)
    for k in range(count):
        start, end = k * high, min(height, (k + 1) * high)
        first, last = ceil(start), floor(end)
        total = np.zeros(picture.shape[1], np.float32)
        if last > first:
            total = cv2.reduce(picture[first:last], 0, cv2.REDUCE_SUM, dtype=cv2.CV_32F)[0]
        if first > start:
            total += np.float32(first - start) * picture[first - 1]
        if end > last:
            total += np.float32(end - last) * picture[last]
        means[k] = total / np.float32(end - start)
    return means


def block_means(picture: Gray, rows: int, columns: int) -> Gray:
    """The picture at a smaller size, (rows, columns), each pixel the mean of its block."""
    lying = np.ascontiguousarray(band_means(picture, rows).T)
    return whole_levels(np.ascontiguousarray(band_means(lying, columns).T))


def whole_levels(means: Means) -> Gray:
    """Means as levels of gray."""
    return np.asarray(np.rint(means), np.uint8)
