"""Chance: the numbers, hills and lines that made-up damage is drawn from."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

DPI = 150
Light = NDArray[np.float32]
"""A page's light: 1 is paper, 0 is black."""


class Chance:
    """Draws for crops of ``size`` pixels a side; a generator of its own makes it repeatable."""

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        self.size, self.rng = size, rng

    def _u(self, a: float, b: float) -> float:
        return float(self.rng.uniform(a, b))

    def _on(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _hills(self, rows: float, columns: float, height: int = 0, width: int = 0) -> Light:
        """Smooth noise, mean 0 and about 1 strong, of so many hills down and across."""
        height, width = height or self.size, width or self.size
        few = (max(2, min(height, int(rows))), max(2, min(width, int(columns))))
        return cv2.resize(
            self.rng.standard_normal(few, np.float32),
            (width, height),
            interpolation=cv2.INTER_LINEAR,
        )

    def _lines(self, count: int, thinnest: float, thickest: float) -> Light:
        """The profile of sharp lines across one axis, 0 ... 1; thickness in inches."""
        at, strong = self.rng.uniform(0, self.size, count), self.rng.random(count)
        half = thinnest * (thickest / thinnest) ** self.rng.random(count) * DPI / 2
        x = np.arange(self.size)
        return (
            (np.clip(half[:, None] - np.abs(x - at[:, None]) + 0.5, 0, 1) * strong[:, None])
            .max(0)
            .astype(np.float32)
        )

    def _along(self, profile: Light) -> Light:
        """A profile as a picture, along either axis."""
        return profile[None] if self._on(0.5) else profile[:, None]
