"""How a sheet lies and is bent: from where on the scan to where on the page, in inches."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_WIDTH, _HEIGHT = 8.5, 11.0


class Shape:
    """One sheet's: skew up to 6 degrees, shear, perspective, bow, folds, curled edges, a book's
    gutter, crumples.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        uniform, chance = rng.uniform, self._chance
        self._angle = math.radians(uniform(-6, 6) if chance(0.25) else uniform(-1.6, 1.6))
        self._shear = uniform(-0.012, 0.012) if chance(0.4) else 0.0
        self._perspective = uniform(-0.003, 0.003, 2) if chance(0.4) else np.zeros(2)
        self._zoom, self._aspect = uniform(0.8, 1.25), uniform(0.97, 1.03)
        self._bow = [uniform(-0.0016, 0.0016, 3) * chance(0.35) for _ in range(2)]
        self._folds = [
            [self._fold() for _ in range(rng.integers(1, 4))] if chance(0.35) else []
            for _ in range(2)
        ]
        self._curls = [self._curl() for _ in range(2)] if chance(0.2) else []
        sizes = ((4, 0.05), (8, 0.02), (16, 0.008))
        self._hills = [
            rng.standard_normal((2, n, n)).astype(np.float32) * strength
            for n, strength in sizes
            if chance(0.3)
        ]

    def _chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def _fold(self) -> tuple[float, ...]:
        """Where, how wide, how far, with what tilt, how soft, how much along the fold, and whether
        it stays.
        """
        uniform = self._rng.uniform
        width = math.exp(uniform(math.log(0.12), math.log(1.4)))
        soft, along = uniform(0, 0.5), uniform(-0.5, 1)
        return (
            uniform(-0.5, 11),
            width,
            uniform(-0.13, 0.13),
            uniform(-0.2, 0.2),
            soft,
            along,
            self._chance(0.3),
        )

    def _curl(self) -> tuple[float, float, float, int]:
        """An edge that rises, or a book's gutter: from which edge, how wide, how far, along which
        axis.
        """
        edge = float(self._rng.choice([0.0, 1.0]))
        return (
            edge,
            self._rng.uniform(0.3, 1.8),
            self._rng.uniform(-0.2, 0.3),
            int(self._rng.integers(2)),
        )

    def __call__(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Points on the scan to points on the page it shows, both in inches from the corner."""
        u, v = x.copy(), y.copy()
        for axis, folds in enumerate(self._folds):
            along, across, over, beside = (x, y, v, u) if axis == 0 else (y, x, u, v)
            for at, width, far, tilt, soft, drift, stays in folds:
                t = (along - at) / width
                if stays:
                    bump = 1 / (1 + np.exp(-4 * np.clip(t, -8, 8))) - np.clip(t / 6, 0, 1)
                else:
                    tent = np.clip(1 - np.abs(t), 0, None)
                    bump = tent * (1 - soft) + soft * tent * tent * (3 - 2 * tent)
                over += far * bump * (1 + tilt * (across - 5))
                beside += 0.35 * far * drift * bump
        for edge, width, far, axis in self._curls:
            along, length = (x, _WIDTH) if axis == 0 else (y, _HEIGHT)
            depth = np.exp(-np.abs(along - edge * length) / width * 2.2)
            u += far * depth * (0.3 if axis == 0 else 1.0)
            v += far * depth * (1.0 if axis == 0 else 0.3)
        for hills in self._hills:
            n = hills.shape[1]
            for shift, out in ((hills[0], u), (hills[1], v)):
                out += _smooth(shift, x / _HEIGHT * (n - 1), y / _HEIGHT * (n - 1))
        x0, y0 = u - _WIDTH / 2, v - _HEIGHT / 2
        (a, b, c), (d, e, f) = self._bow
        u = x0 + a * y0 * y0 + b * x0 * y0 + 0.15 * c * y0**3
        v = y0 + d * x0 * x0 + e * x0 * y0 + 0.15 * f * x0**3
        w = 1 + self._perspective[0] * u + self._perspective[1] * v
        u, v = u / w, v / w
        cos, sin = math.cos(self._angle), math.sin(self._angle)
        u, v = cos * u - sin * v + self._shear * v, sin * u + cos * v
        return (
            (u / self._zoom + _WIDTH / 2).astype(np.float32),
            (v / self._zoom * self._aspect + _HEIGHT / 2).astype(np.float32),
        )


def _smooth(values: Floats, x: Floats, y: Floats) -> Floats:
    """A grid's values between its points, smoothly: cubic easing, so that hills have no edges."""
    n = values.shape[0]
    i, j = (np.clip(t, 0, n - 1.001) for t in (x, y))
    a, b = i.astype(int), j.astype(int)
    s, t = i - a, j - b
    s, t = s * s * (3 - 2 * s), t * t * (3 - 2 * t)
    above = values[b, a] * (1 - s) + values[b, a + 1] * s
    below = values[b + 1, a] * (1 - s) + values[b + 1, a + 1] * s
    return above * (1 - t) + below * t
