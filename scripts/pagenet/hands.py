"""What machines, paper and people do to a page's light: made up for training, and no other
project's models.

Every effect is a function of the page's light (1 paper, 0 black), or of its ink, and of chance. A
crop goes through a random choice of them, in the order in which they happen: printing, the paper's
life, copying, scanning, the file.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pagenet.chance import Chance, Light
from pagenet.labels import Layers
from pagenet.paper import Paper

_MATRIX = (
    np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16
    + 1 / 32
)
"""Bayer's matrix for ordered dither (1973), in shares of a step, as scanners' drivers have it."""


class Hands(Chance):
    """Spoils crops: prints, lays on paper, copies, scans and files them."""

    def spoil(
        self, drawn: Layers, sheet: Light, foreign: NDArray[np.uint8], behind: NDArray[np.uint8]
    ) -> tuple[Light, Paper]:
        """The light of a crop in 0 ... 1 and the paper it is on, from its layers (0 ... 255), where
        the sheet is (1), what lies over it and the text on its back.
        """
        calm = self._on(0.25)  # some pages stay nearly as they are
        ink = self._printed(drawn, calm)
        ink = np.maximum(ink, foreign * np.float32(self._u(0.35, 1) / 255))
        paper = Paper(self.size, self.rng)
        blank = np.clip(paper.light(behind, calm), 0, 1.05)
        light = blank * (1 - ink) + ink * ink * self._u(0, 0.2)
        light = self._beyond(light, sheet)
        return np.clip(self._file(self._scanned(self._copied(light))), 0, 1), paper

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
