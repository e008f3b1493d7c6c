"""Boxes and the way between the scan and the upright page.

Two frames of coordinates exist, and a box carries its frame in its type, so that mixing them does not type-check:

* ``Scan``: pixels of the page as a viewer shows it (a PDF's ``/Rotate`` applied), at the page's own, possibly
  non-square, resolution. Origin top left, x to the right, y down. This is what the outside sees.
* ``Upright``: pixels of the rectified page, square, ``UPRIGHT_DPI`` to the inch, text level. Stages work here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

UPRIGHT_DPI = 300


class Scan:
    """Frame: pixels of the page as a viewer shows it."""


class Upright:
    """Frame: square pixels of the rectified page at ``UPRIGHT_DPI``."""


F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Box(Generic[F]):
    """An axis-parallel rectangle; ``x1`` and ``y1`` lie just outside."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def center(self) -> tuple[float, float]:
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def contains(self, x: float, y: float) -> bool:
        return self.x0 <= x < self.x1 and self.y0 <= y < self.y1

    def inset(self, dx: float, dy: float | None = None) -> Box[F]:
        """The box made smaller by ``dx`` at both sides and ``dy`` (default ``dx``) above and below."""
        dy = dx if dy is None else dy
        return Box(self.x0 + dx, self.y0 + dy, self.x1 - dx, self.y1 - dy)

    def shifted(self, dx: float, dy: float) -> Box[F]:
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def intersection(self, other: Box[F]) -> Box[F] | None:
        x0, y0 = max(self.x0, other.x0), max(self.y0, other.y0)
        x1, y1 = min(self.x1, other.x1), min(self.y1, other.y1)
        return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None

    def pixels(self, height: int, width: int) -> tuple[slice, slice]:
        """Row and column slices of an array of the given shape, clipped to it."""
        y0, y1 = max(0, int(self.y0)), min(height, int(np.ceil(self.y1)))
        x0, x1 = max(0, int(self.x0)), min(width, int(np.ceil(self.x1)))
        return slice(y0, max(y0, y1)), slice(x0, max(x0, x1))


def union(boxes: Iterable[Box[F]]) -> Box[F]:
    """The smallest box around all; raises ValueError where there is none."""
    all_ = list(boxes)
    if not all_:
        raise ValueError("no boxes to unite")
    return Box(
        min(b.x0 for b in all_), min(b.y0 for b in all_), max(b.x1 for b in all_), max(b.y1 for b in all_)
    )


@dataclass(frozen=True, slots=True)
class Rectification:
    """The exact way between scan and upright pixels.

    ``matrix`` is the 3 x 3 homography that takes a scan point to a *flat* point. A bowed page then needs its lines
    straightened: the upright point is the flat point moved up by ``bow`` at its x, where ``bow`` holds the
    coefficients of a polynomial in x / ``width`` (numpy.polyval order, empty for a flat page), in pixels.
    """

    matrix: tuple[tuple[float, float, float], ...]
    width: int
    height: int
    bow: tuple[float, ...] = ()
    quarter_turns: int = 0
    skew: float = 0.0

    def _offset(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self.bow:
            return np.zeros_like(x)
        return np.polyval(np.asarray(self.bow), x / self.width)

    def to_upright(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scan points, shape (n, 2), to upright points of the same shape."""
        flat = _project(np.asarray(self.matrix), points)
        return np.stack([flat[:, 0], flat[:, 1] - self._offset(flat[:, 0])], axis=1)

    def to_scan(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Upright points, shape (n, 2), to scan points of the same shape."""
        flat = np.stack([points[:, 0], points[:, 1] + self._offset(points[:, 0])], axis=1)
        return _project(np.linalg.inv(np.asarray(self.matrix)), flat)

    def box_to_scan(self, box: Box[Upright]) -> Box[Scan]:
        """The axis-parallel scan box around an upright box."""
        corners = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], dtype=float)
        return _around(self.to_scan(corners))

    def box_to_upright(self, box: Box[Scan]) -> Box[Upright]:
        """The axis-parallel upright box around a scan box."""
        corners = np.array([[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], dtype=float)
        return _around(self.to_upright(corners))


def _project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:3], dtype=float)


def _around(points: NDArray[np.float64]) -> Box[F]:
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))
