"""What a sheet of paper lives through before it is scanned: light and shadow, grain, folds, stains,
a copier's rollers and drum, the print of its other side.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from formprint.damage import sprayed
from pagenet.chance import DPI, Chance, Light


class Paper(Chance):
    """The light of blank paper, spoilt by a random choice of what happens to paper.

    What its labels need is kept besides, as shares of the light that were taken away: ``streaks``
    across and down, shape (size, size, 2), were they even, and ``spots``, shape (size, size).
    """

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        super().__init__(size, rng)
        self.streaks = np.zeros((size, size, 2), np.float32)
        self.spots = np.zeros((size, size), np.float32)

    def light(self, behind: NDArray[np.uint8], calm: bool) -> Light:
        size = self.size
        paper = np.full((size, size), self._u(0.72, 1), np.float32)
        effects = (
            (0.45, self._light), (0.12, self._shadow), (0.1, self._gutter), (0.25, self._grain),
             (0.15, self._fibres),
            (0.25, self._rollers), (0.35, self._streaks), (0.1, self._drum), (0.15, self._crumbs),
             (0.15, self._sprayed),
             (0.2, self._creases), (0.15, self._stain),
            (0.06, self._marker), (0.12, self._blotches),
        )  # fmt: skip
        for share, effect in effects[: 1 if calm else None]:
            if self._on(share):
                paper = effect(paper)
        if not calm and self._on(0.2):
            paper = self._through(paper, behind)
        return paper

    def _light(self, paper: Light) -> Light:
        if self._on(0.5):
            return paper * (1 + self._u(0.01, 0.16) * self._hills(self._u(2, 4), self._u(2, 4)))
        y, x = np.mgrid[-1 : 1 : self.size * 1j, -1 : 1 : self.size * 1j].astype(np.float32)
        turn = self._u(0, 2 * math.pi)
        return paper * (
            1
            - self._u(0, 0.6) * np.clip(0.5 + 0.5 * (x * math.cos(turn) + y * math.sin(turn)), 0, 1)
        )

    def _shadow(self, paper: Light) -> Light:
        """What stands in the light: a straight or wavy edge, sharp or soft."""
        y, x = np.mgrid[-1 : 1 : self.size * 1j, -1 : 1 : self.size * 1j].astype(np.float32)
        turn, soft = self._u(0, 2 * math.pi), math.exp(self._u(math.log(0.005), math.log(0.5)))
        edge = x * math.cos(turn) + y * math.sin(turn) - self._u(-0.9, 0.9)
        edge = edge + self._u(0, 0.3) * self._hills(3, 3) if self._on(0.5) else edge
        return paper * (1 - self._u(0.1, 0.55) / (1 + np.exp(-np.clip(edge / soft, -20, 20))))

    def _gutter(self, paper: Light) -> Light:
        """The dark fold of a book or a thick file."""
        depth = np.abs(np.arange(self.size) / DPI - self._u(-0.3, self.size / DPI + 0.3)) / self._u(
            0.1, 0.8
        )
        return paper * (1 - self._u(0.2, 0.95) * self._along(np.exp(-depth).astype(np.float32)))

    def _grain(self, paper: Light) -> Light:
        return paper + self._u(0.005, 0.05) * self._hills(
            self.size / self._u(1, 4), self.size / self._u(1, 4)
        )

    def _fibres(self, paper: Light) -> Light:
        a, b = self._u(1, 4), self._u(20, 120)
        a, b = (a, b) if self._on(0.5) else (b, a)
        return paper + self._u(0.01, 0.09) * self._hills(self.size / a, self.size / b)

    def _rollers(self, paper: Light) -> Light:
        """Bars across the page, regular or not."""
        inches, period = (
            np.arange(self.size) / DPI,
            math.exp(self._u(math.log(0.03), math.log(0.6))),
        )
        how = self.rng.random()
        if how < 0.65:
            wobble = self._u(0, 1.5) * self._hills(1, self._u(2, 14), 1, self.size)[0]
            bar = np.sin(2 * math.pi * inches / period + self._u(0, 6.28) + wobble)
        else:
            bar = self._hills(2, self.size / DPI / self._u(0.02, 0.25), 1, self.size)[0]
        bar = (bar > self._u(-0.2, 0.9)) * 1.0 if how < 0.3 else bar
        picture = self._along(bar.astype(np.float32))
        picture = picture * (1 + 0.6 * self._hills(3, 3)) if self._on(0.5) else picture
        return paper + self._u(0.01, 0.17) * picture

    def _streaks(self, paper: Light) -> Light:
        """Lines along one axis or both, over print and blank paper alike: few and long, or many;
        dark, seldom light.
        """
        for axis in range(2):
            if not self._on(0.6):
                continue
            count = int(self.rng.choice([1, 1, 2, 3, 6, 20, 40]))
            profile = self._lines(count, 0.004, float(self.rng.choice([0.012, 0.015, 0.04, 0.15])))
            streak = profile[None] if axis else profile[:, None]
            if self._on(0.4):  # they fade, or begin and end somewhere
                part = self._hills(self._u(2, 5), 2) if axis else self._hills(2, self._u(2, 5))
                streak = streak * np.clip(part + self._u(0, 0.6), 0, 1)
            rough = 1.0
            if self._on(0.4):
                rough = 1 + self._hills(self.size / self._u(2, 8), self.size / self._u(2, 8))
            streak = np.ascontiguousarray(np.broadcast_to(streak, paper.shape))
            if self._on(0.15):  # they run a little askew
                shift = np.array([[1, self._u(-0.03, 0.03), 0], [self._u(-0.03, 0.03), 1, 0]])
                streak = cv2.warpAffine(
                    streak, shift, (self.size, self.size), borderMode=cv2.BORDER_REFLECT
                )
            taken = (self._u(0.05, 0.95) if self._on(0.8) else self._u(-0.25, 0)) * streak
            self.streaks[..., axis] = taken
            paper = paper - taken * rough
        return paper

    def _drum(self, paper: Light) -> Light:
        """A spot on a drum: the same dirt again and again, at one distance; and crumbs between."""
        step, side = int(self._u(0.25, 1.3) * DPI), int(self._u(12, 60))
        dirt = np.clip(
            self._hills(side / self._u(2, 5), side / self._u(2, 5), side, side) - self._u(0.3, 1.4),
            0,
            1,
        )
        spots = np.zeros((self.size + 2 * side, self.size + 2 * side), np.float32)
        for x in self.rng.uniform(0, self.size, int(self.rng.integers(1, 6))).astype(int):
            for y in range(int(self._u(0, step)), self.size, step):
                spots[y : y + side, x : x + side] += dirt
        spots = spots[side : side + self.size, side : side + self.size]
        return self._spotted(paper, self._u(0.3, 1) * (spots if self._on(0.5) else spots.T))

    def _crumbs(self, paper: Light) -> Light:
        """Solid dirt of the size of letters, sharp, round or long."""
        drawn = np.zeros((self.size, self.size), np.uint8)
        for _ in range(int(self.rng.choice([3, 10, 30, 80]))):
            at = self.rng.uniform(0, self.size, 2)
            axes = np.exp(self.rng.uniform(np.log(0.008), np.log(0.06), 2)) * DPI
            oval = tuple(at), tuple(2 * axes), self._u(0, 180)
            cv2.ellipse(drawn, oval, int(self._u(100, 255)), -1, cv2.LINE_AA)
        return self._spotted(paper, drawn.astype(np.float32) / 255)

    def _spotted(self, paper: Light, spots: Light) -> Light:
        self.spots = np.maximum(self.spots, spots)
        return paper - spots

    def _sprayed(self, paper: Light) -> Light:
        """Clouds of single grains of toner, again at every turn of what they fell from."""
        white = np.full(paper.shape, 255, np.uint8)
        return paper * (sprayed(white, DPI, self.rng).astype(np.float32) / 255)

    def _creases(self, paper: Light) -> Light:
        for _ in range(int(self.rng.integers(1, 4))):
            t = (np.arange(self.size) / DPI - self._u(0, self.size / DPI)) / math.exp(
                self._u(-3.9, -0.3)
            )
            profile = np.exp(-np.abs(t)) * np.sign(t) if self._on(0.5) else np.exp(-t * t)
            paper = paper + self._u(-0.35, 0.15) * self._along(profile.astype(np.float32))
        return paper

    def _stain(self, paper: Light) -> Light:
        """A wet spot: a tint with a darker rim."""
        y, x = np.mgrid[: self.size, : self.size].astype(np.float32)
        far = np.hypot(x - self._u(0, self.size), y - self._u(0, self.size)) / self._u(25, 200)
        far = far + self._u(0.05, 0.5) * self._hills(5, 5)
        tint = 1 / (1 + np.exp(np.clip((far - 1) / self._u(0.02, 0.3), -20, 20)))
        rim = np.exp(-(((far - 1) / self._u(0.02, 0.15)) ** 2))
        return paper * (1 - self._u(0.02, 0.4) * tint) * (1 - self._u(0, 0.35) * rim)

    def _marker(self, paper: Light) -> Light:
        top, left = int(self._u(-10, self.size)), int(self._u(-200, self.size))
        high, wide = int(self._u(14, 40)), int(self._u(60, 400))
        marked = paper.copy()
        marked[max(0, top) : max(0, top + high), max(0, left) : max(0, left + wide)] *= self._u(
            0.55, 0.95
        )
        return marked

    def _blotches(self, paper: Light) -> Light:
        """A photocopier's clouds: coarse dark grain that comes and goes."""
        coarse = self.size / self._u(1, 5)
        cloud = np.clip(self._hills(self._u(2, 9), self._u(2, 9)) + self._u(-0.8, 0.5), 0, 1)
        if self._on(0.4):  # along an edge of the copy
            cloud = cloud * self._along(
                np.exp(-np.arange(self.size) / self._u(15, 200)).astype(np.float32)[
                    :: 1 if self._on(0.5) else -1
                ]
            )
        grain = (
            (self._hills(coarse, coarse) > self._u(-0.5, 1.5))
            if self._on(0.7)
            else self._hills(coarse, coarse)
        )
        return paper - self._u(0.15, 0.9) * cloud * grain

    def _through(self, paper: Light, behind: NDArray[np.uint8]) -> Light:
        """The other side's print, mirrored and soft."""
        soft = cv2.GaussianBlur(behind[:, ::-1].astype(np.float32) / 255, (0, 0), self._u(0.5, 2.2))
        return paper * (1 - self._u(0.05, 0.65) * soft)
