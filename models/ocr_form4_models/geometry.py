"""Boxes and the way between the scan and the upright page.

Frames of coordinates are kept apart: a box carries its frame in its type, so that mixing them does
not type-check:

* ``Scan``: pixels of the page as a viewer shows it (a PDF's ``/Rotate`` applied), at the page's
  own, possibly non-square, resolution. Origin top left, x to the right, y down. This is what the
  outside sees.
* ``Upright``: pixels of the rectified page, square, ``UPRIGHT_DPI`` to the inch, text level. Stages
  work here.
* ``OnSheet``: pixels of a sheet as a viewer shows it, where a sheet holds two pages; each page is a
  part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

UPRIGHT_DPI = 300


class Scan:
    """Frame: pixels of the page as a viewer shows it."""


class Upright:
    """Frame: square pixels of the rectified page at ``UPRIGHT_DPI``."""


class OnSheet:
    """Frame: pixels of a sheet as a viewer shows it, of which a page may be a part."""


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
        """The box made smaller by ``dx`` at both sides and ``dy`` (default ``dx``) above and
        below.
        """
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
    sides = [(b.x0, b.y0, b.x1, b.y1) for b in boxes]
    if not sides:
        raise ValueError("no boxes to unite")
    x0, y0, x1, y1 = zip(*sides, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


@dataclass(frozen=True, slots=True, eq=False)
class Folds:
    """A displacement that no polynomial has: along folds and creases, in upright pixels.

    ``x`` and ``y`` are float32 grids of what is added across and down, with (0, 0) at the page's
    corner and points ``step_x`` and ``step_y`` (across, down) apart; between them it is linear,
    beyond the last ones constant.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    step_x: tuple[float, float]
    step_y: tuple[float, float]

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """The displacement at upright points, shape (n, 2)."""
        return np.stack(
            [_between(self.x, self.step_x, points), _between(self.y, self.step_y, points)], axis=1
        )

    def replaced(self, by: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Folds:
        """Another displacement on the same grids: what ``by`` gives for upright points, shape (n,
        2).
        """

        def sampled(shape: tuple[int, ...], step: tuple[float, float]) -> NDArray[np.float64]:
            across, down = np.arange(shape[1]) * step[0], np.arange(shape[0]) * step[1]
            return by(np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2))

        x = sampled(self.x.shape, self.step_x)[:, 0].reshape(self.x.shape).astype(np.float32)
        y = sampled(self.y.shape, self.step_y)[:, 1].reshape(self.y.shape).astype(np.float32)
        return Folds(x, y, self.step_x, self.step_y)


def _between(
    grid: NDArray[np.float32], step: tuple[float, float], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    rows, columns = grid.shape
    x = np.clip(points[:, 0] / step[0], 0, columns - 1)
    y = np.clip(points[:, 1] / step[1], 0, rows - 1)
    i, j = np.minimum(x.astype(np.intp), columns - 2), np.minimum(y.astype(np.intp), rows - 2)
    s, t = x - i, y - j
    above = grid[j, i] * (1 - s) + grid[j, i + 1] * s
    below = grid[j + 1, i] * (1 - s) + grid[j + 1, i + 1] * s
    return np.asarray(above * (1 - t) + below * t, dtype=float)


@dataclass(frozen=True, slots=True)
class Rectification:
    """The exact way between scan and upright pixels.

    An upright point (u, v) is first displaced, which undoes perspective, bow and folds, and then
    taken to the scan by the inverse of ``matrix`` (quarter turn, resolution and fine angle: a 3 x 3
    affine map from scan to flat pixels). The displacement is two low polynomials over ``MONOMIALS``
    of (u, v) scaled to -1 ... 1 over the page, ``shift_x`` and ``shift_y`` with their coefficients
    in pixels, empty for a flat page; and what ``folds`` adds, where there are.
    """

    matrix: tuple[tuple[float, float, float], ...]
    width: int
    height: int
    shift_x: tuple[float, ...] = ()
    shift_y: tuple[float, ...] = ()
    quarter_turns: int = 0
    skew: float = 0.0
    folds: Folds | None = None

    @property
    def is_flat(self) -> bool:
        """Whether the sheet lay flat: nothing is displaced."""
        return not self.shift_x and not self.shift_y and self.folds is None

    def displacement(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is added to upright points, shape (n, 2), to make them flat ones."""
        moved = self.folds.at(points) if self.folds else np.zeros(points.shape)
        if not self.shift_x and not self.shift_y:
            return moved
        terms = monomials(points, self.width, self.height)
        zero = np.zeros(len(MONOMIALS))
        bow = np.stack(
            [terms @ np.asarray(self.shift_x or zero), terms @ np.asarray(self.shift_y or zero)],
            axis=1,
        )
        return np.asarray(moved + bow)

    def to_scan(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Upright points, shape (n, 2), to scan points of the same shape."""
        return _project(np.linalg.inv(np.asarray(self.matrix)), points + self.displacement(points))

    def to_upright(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scan points, shape (n, 2), to upright points of the same shape.

        The displacement changes slowly, so the fixed point of ``upright = flat -
        displacement(upright)`` is reached to a hundredth of a pixel in a few steps.
        """
        flat = _project(np.asarray(self.matrix), points)
        upright = flat
        for _ in range(12):
            upright = flat - self.displacement(upright)
        return upright

    def box_to_scan(self, box: Box[Upright]) -> Box[Scan]:
        """The axis-parallel scan box around an upright box."""
        return _around(self.to_scan(_corners(box)))

    def boxes_to_scan(self, boxes: Sequence[Box[Upright]]) -> list[Box[Scan]]:
        """The axis-parallel scan boxes around upright boxes, all at once."""
        if not boxes:
            return []
        corners = self.to_scan(np.concatenate([_corners(box) for box in boxes]))
        return [_around(of) for of in corners.reshape(len(boxes), 4, 2)]


MONOMIALS = ((1, 0), (0, 1), (1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (3, 0), (0, 3))
"""Powers of (u, v) in a rectification's polynomials."""


def monomials(points: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """The terms of the displacement polynomials, shape (n, len(MONOMIALS)), at upright points of
    shape (n, 2).
    """
    u = points[:, 0] / (width / 2) - 1
    v = points[:, 1] / (height / 2) - 1
    of_u, of_v = _powers(u), _powers(v)
    return np.stack([of_u[a] * of_v[b] for a, b in MONOMIALS], axis=1)


def _powers(x: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """From the power of nothing to the third, by products: ``**`` takes thirty times as long."""
    square = x * x
    return np.ones_like(x), x, square, square * x


def _corners(box: Box[F]) -> NDArray[np.float64]:
    return np.array(
        [[box.x0, box.y0], [box.x1, box.y0], [box.x1, box.y1], [box.x0, box.y1]], dtype=float
    )


def _project(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    homogeneous = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(homogeneous[:, :2] / homogeneous[:, 2:3], dtype=float)


def _around(points: NDArray[np.float64]) -> Box[F]:
    (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
    return Box(float(x0), float(y0), float(x1), float(y1))


def gaps(
    spans: Iterable[tuple[float, float]], low: float, high: float
) -> list[tuple[float, float]]:
    """The stretches between ``low`` and ``high`` that no span covers, in order."""
    free, at = [], low
    for start, end in sorted(s for s in spans if s[1] > low and s[0] < high):
        if start > at:
            free.append((at, start))
        at = max(at, end)
    if at < high:
        free.append((at, high))
    return free
