"""What machines, paper and people do to a page's light: made up for training, and no other
project's models.

Every effect is a function of the page's light (1 paper, 0 black), or of its ink, and of chance. A
crop goes through a random choice of them, in the order in which they happen: printing, the paper's
life, copying, scanning, the file.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pagenet.labels import Layers

DPI = 150
Light = NDArray[np.float32]
_MATRIX = (
    np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16
    + 1 / 32
)


class Hands:
    """Spoils crops of ``size`` pixels a side; a generator of its own makes it repeatable."""

    def __init__(self, size: int, rng: np.random.Generator) -> None:
        self.size, self.rng = size, rng

    def spoil(
        self, drawn: Layers, sheet: Light, foreign: NDArray[np.uint8], behind: NDArray[np.uint8]
    ) -> Light:
        """The light of a crop in 0 ... 1, from its layers (0 ... 255), where the sheet is (1), what
        lies over it and the text on its back.
        """
        calm = self._on(0.25)  # some pages stay nearly as they are
        ink = self._printed(drawn, calm)
        ink = np.maximum(ink, foreign * np.float32(self._u(0.35, 1) / 255))
        paper = self._paper(behind, calm)
        light = np.clip(paper, 0, 1.05) * (1 - ink) + ink * ink * self._u(0, 0.2)
        light = self._beyond(light, sheet)
        return np.clip(self._file(self._scanned(self._copied(light))), 0, 1)

    # chance

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

    # printing

    def _printed(self, drawn: Layers, calm: bool) -> Light:
        text = drawn[..., 0].astype(np.float32) / 255
        rule = drawn[..., 1:3].max(axis=2).astype(np.float32) / 255
        size = self.size
        if self._on(0.3):
            much, how = self._u(0, 0.9), cv2.dilate if self._on(0.6) else cv2.erode
            text, rule = (
                m * (1 - much) + much * how(m, np.ones((2, 2), np.uint8)) for m in (text, rule)
            )
        dark_text = self._u(0.5, 1)
        dark_rule = dark_text if self._on(0.3) else self._u(0.28, 1)
        if self._on(0.15):
            dark_text, dark_rule = dark_text * 0.5, dark_rule * 0.55
        toner = np.ones((size, size), np.float32)
        if calm:
            return np.maximum(text * dark_text, rule * dark_rule)
        if self._on(0.25):
            toner *= 1 - self._u(0.1, 0.8) * np.clip(
                self._hills(self._u(2, 10), self._u(2, 10)) * 0.5 + 0.3, 0, 1
            )
        for _ in range(2):
            if self._on(0.2):  # toner missing in lines and bands, whole or here and there
                thickest = float(self.rng.choice([0.02, 0.08, 0.3]))
                lost = self._along(
                    self._lines(int(self.rng.choice([2, 5, 12, 30])), 0.004, thickest)
                    * self._u(0.3, 1)
                )
                if self._on(0.5):
                    lost = lost * (self._hills(self._u(2, 30), self._u(2, 30)) > self._u(-1, 0.6))
                toner *= 1 - lost
        if self._on(0.15):  # crumbly
            fine = size / self._u(1.5, 5)
            toner *= 1 - self._u(0.2, 1) * (self._hills(fine, fine) > self._u(0.6, 1.8))
        return np.maximum(text * dark_text, rule * dark_rule) * toner

    # the paper's life

    def _paper(self, behind: NDArray[np.uint8], calm: bool) -> Light:
        size = self.size
        paper = np.full((size, size), self._u(0.72, 1), np.float32)
        effects = (
            (0.45, self._light), (0.12, self._shadow), (0.1, self._gutter), (0.25, self._grain),
             (0.15, self._fibres),
            (0.25, self._rollers), (0.35, self._streaks), (0.1, self._drum), (0.2, self._creases),
             (0.15, self._stain),
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
            if self._on(0.4):  # they are rough
                streak = streak * (
                    1 + self._hills(self.size / self._u(2, 8), self.size / self._u(2, 8))
                )
            if self._on(0.15):  # they run a little askew
                shift = np.array([[1, self._u(-0.03, 0.03), 0], [self._u(-0.03, 0.03), 1, 0]])
                whole = np.ascontiguousarray(np.broadcast_to(streak, paper.shape))
                streak = cv2.warpAffine(
                    whole, shift, (self.size, self.size), borderMode=cv2.BORDER_REFLECT
                )
            paper = paper - (self._u(0.05, 0.95) if self._on(0.8) else self._u(-0.25, 0)) * streak
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
        return paper - self._u(0.3, 1) * (spots if self._on(0.5) else spots.T)

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

    # beyond the sheet

    def _beyond(self, light: Light, sheet: Light) -> Light:
        if self._on(0.3):  # a torn edge
            rough = cv2.GaussianBlur(sheet, (0, 0), self._u(2, 10)) + 0.25 * self._hills(
                self._u(5, 60), self._u(5, 60)
            )
            sheet = np.minimum(sheet, np.clip((rough - 0.5) * 8 + 0.5, 0, 1))
        lid = self._u(0, 0.25) if self._on(0.5) else 1.0
        light = light * sheet + lid * (1 - sheet)
        if self._on(0.3):  # the shadow of the sheet's edge
            light = light * (
                1 - self._u(0, 0.6) * cv2.GaussianBlur(1 - sheet, (0, 0), self._u(1, 6)) * sheet
            )
        return light

    # copying

    def _copied(self, light: Light) -> Light:
        if not self._on(0.2):
            return light
        for _ in range(int(self.rng.integers(1, 4))):
            middle = self._u(0.4, 0.68)
            soft = cv2.GaussianBlur(light, (0, 0), self._u(0.3, 0.7))
            light = np.clip(
                (soft - middle) * self._u(1.1, 2.2) + middle + 0.02 * self._noise(), 0, 1
            )
        return light

    # scanning

    def _noise(self) -> Light:
        return self.rng.standard_normal((self.size, self.size), np.float32)

    def _scanned(self, light: Light) -> Light:
        if self._on(0.7):
            light = cv2.GaussianBlur(
                light, (0, 0), self._u(0.25, 0.6) if self._on(0.65) else self._u(0.5, 1.2)
            )
        if self._on(0.08):
            light = cv2.blur(light, (int(self.rng.integers(1, 5)), int(self.rng.integers(1, 4))))
        if self._on(0.5):
            light = light + self._u(0, 0.08) * self._noise()
        if self._on(0.2):
            drop, share = self.rng.random(light.shape, np.float32), self._u(0, 0.006)
            light = np.where(drop < share, 0, np.where(drop > 1 - share, 1, light)).astype(
                np.float32
            )
        if self._on(0.15):  # specks
            fine = self.size / self._u(1, 4)
            light = light * (1 - self._u(0.4, 1) * (self._hills(fine, fine) > self._u(2.4, 3.6)))
        if self._on(0.4):
            contrast = self._u(0.5, 1.15)
            light = np.clip(light, 0, 1) ** self._u(0.6, 1.8) * contrast + (1 - contrast) * self._u(
                0.2, 1
            )
        return np.clip(light, 0, 1).astype(np.float32)

    # the file

    def _file(self, light: Light) -> Light:
        how = self.rng.random()
        if how < 0.27:
            return self._bilevel(light)
        if how < 0.34:
            return self._dithered(light)
        if how < 0.72:
            quality = int(self.rng.choice([8, 12, 20, 30, 45, 60, 75]))
            coded = cv2.imencode(
                ".jpg", (light * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality]
            )[1]
            return cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE).astype(np.float32) / 255
        return light

    def _bilevel(self, light: Light) -> Light:
        """Black and white at a fax's or a copier's resolution, by one threshold or by the
        surroundings; lines lost.
        """
        size = self.size
        wide, high = [(2 * size, 2 * size), (2 * size, 2 * size), (int(1.36 * size),
            int(1.31 * size)),
                      (int(1.36 * size), int(0.65 * size)), (size,
                       size)][int(self.rng.integers(5))]  # fmt: skip
        page = cv2.resize(
            light, (wide, high), interpolation=cv2.INTER_CUBIC if wide > size else cv2.INTER_AREA
        )
        page = page + self._u(0, 0.06) * self.rng.standard_normal(page.shape, np.float32)
        if self._on(0.35):
            window = int(self._u(7, 40))
            bits = page > cv2.blur(page, (2 * window + 1, 2 * window + 1)) - self._u(0.03, 0.15)
        else:
            dark, bright = np.percentile(page[::4, ::4], [2, 95])
            bits = page > dark + self._u(0.35, 0.75) * (bright - dark)
        if self._on(0.2):
            bits = self._faxed(bits)
        how = cv2.INTER_AREA if wide >= size and high >= size else cv2.INTER_CUBIC
        return np.clip(cv2.resize(bits.astype(np.float32), (size, size), interpolation=how), 0, 1)

    def _faxed(self, bits: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """A bad line's damage: rows lost, come twice, moved aside, or filled from somewhere on."""
        rows = np.arange(len(bits))
        for at in self.rng.integers(0, len(bits), int(self.rng.integers(1, 8))):
            many = int(self.rng.integers(1, 14))
            rows[at : at + many] = (
                max(0, at - 1)
                if self._on(0.6)
                else np.clip(rows[at : at + many] + many, 0, len(bits) - 1)
            )
        spoilt = bits[rows].copy()
        for at in self.rng.integers(0, len(bits), int(self.rng.integers(0, 5))):
            part = slice(at, at + int(self.rng.integers(1, 4)))
            if self._on(0.5):
                spoilt[part] = np.roll(spoilt[part], int(self._u(-60, 60)), axis=1)
            else:
                spoilt[part, int(self._u(0, spoilt.shape[1])) :] = self._on(0.6)
        return spoilt

    def _dithered(self, light: Light) -> Light:
        size = self.size
        page = (
            cv2.resize(light, (2 * size, 2 * size), interpolation=cv2.INTER_LINEAR)
            if self._on(0.7)
            else light
        )
        if self._on(0.5):
            bits = np.asarray(Image.fromarray((page * 255).astype(np.uint8)).convert("1"))
        else:
            tile = (
                np.kron(_MATRIX, np.ones((1, 1)))
                if self._on(0.6)
                else np.kron(_MATRIX, np.ones((2, 2)))
            )
            many = -(-page.shape[0] // len(tile))
            bits = page > np.tile(tile, (many, many))[: page.shape[0], : page.shape[1]]
        return cv2.resize(bits.astype(np.float32), (size, size), interpolation=cv2.INTER_AREA)
