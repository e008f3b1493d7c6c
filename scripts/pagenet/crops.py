"""Crops for training: a piece of a printed page, bent and spoilt, with the maps that the network
should find.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.paper import evenly_lit
from pagenet import foreign
from pagenet.chance import DPI, Light
from pagenet.hands import Hands
from pagenet.labels import LAYERS, Layers
from pagenet.shape import Shape

MAPS = ("across", "down", "core", "text", "foreign")
_LETTER_INCHES, _GAP_INCHES = 0.16, 0.07
"""A word no broader than the first is a letter or two; words stand no closer than the second."""
_FAINT = (0.15, 0.35)
"""Dirt that takes less of the paper's light than the first need not be found, from the second on it
is. A network to which streaks were nothing saw 0.3 of the length of those below 0.2, and 0.9 of
those above 0.4.
"""
_BROADEST_INCHES = 0.045
"""No ruling is broader."""
_FINE = 4
"""The way from the scan to the page is smooth: it is computed at every so many pixels."""


class Crops:
    """Draws crops of ``size`` pixels at 150 dpi from the pages of a folder; one generator a
    process.
    """

    def __init__(self, folder: Path, size: int, seed: int) -> None:
        cv2.setNumThreads(1)
        self.size, self.rng = size, np.random.default_rng(seed)
        self.pages = [np.load(path, mmap_mode="r") for path in sorted(folder.glob("*.npy"))]
        if not self.pages:
            raise SystemExit(f"no pages in {folder}: make some with scripts/make_pages.py")
        self.hands = Hands(size, self.rng)
        self.bank = foreign.sprites(160, self.rng)

    def batch(
        self, count: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.bool_]]:
        """Pages (count, 1, size, size) in 0 ... 1, maps (count, 5, size / 2, size / 2) in 0 ... 1,
        and where letters stand alone (count, size / 2, size / 2).
        """
        pages, maps = zip(*(self.crop() for _ in range(count)), strict=True)
        alone = np.stack([stand_alone(m[MAPS.index("text")]) for m in maps])
        return np.stack(pages)[:, None], np.stack(maps), alone

    def crop(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        drawn, sheet = self._bent()
        size, half = self.size, self.size // 2
        over = foreign.laid_over(self.bank, size, self.rng)
        behind = self._behind() if self.rng.random() < 0.25 else np.zeros((size, size), np.uint8)
        there = (
            sheet.astype(np.float32) / 255
            if self.rng.random() < 0.8
            else np.ones((size, size), np.float32)
        )
        light, paper = self.hands.spoil(drawn, there, over, behind)
        seen = evenly_lit(np.rint(light * 255).astype(np.uint8), (DPI, DPI))
        labels = drawn.astype(np.float32)
        # rulings a little broader than they are, so that they hang together
        ruled = np.maximum(drawn[..., 4:], _streaks(paper.streaks))
        labels[..., 1:3] = cv2.dilate(ruled, np.ones((2, 2), np.uint8)) * 1.3
        labels[..., 0] *= 1.4
        small = cv2.resize(labels[..., :4], (half, half), interpolation=cv2.INTER_AREA)
        text, across, down, core = (small[..., k] for k in range(4))
        over = np.maximum(over, _seen(paper.spots))
        lies_over = cv2.resize(over, (half, half), interpolation=cv2.INTER_AREA) * np.float32(1.4)
        maps = np.stack([across, down, core, text, lies_over]) / 255
        return seen.astype(np.float32) / 255, np.clip(maps, 0, 1).astype(np.float32)

    def _page(self) -> tuple[Layers, int]:
        page = self.pages[int(self.rng.integers(len(self.pages)))]
        return page, int(self.rng.choice([0, 0, 0, 0, 0, 1, 2, 3]))

    def _bent(self) -> tuple[Layers, NDArray[np.uint8]]:
        """A crop's layers, and where the sheet is (255)."""
        page, turns = self._page()
        if turns:
            page = np.rot90(page, turns)
            # what ran across runs down
            page = page[..., [0, 2, 1, 3, 5, 4]] if turns % 2 else page
        size, inch = self.size, self.size / DPI
        high, wide = page.shape[0] / DPI, page.shape[1] / DPI
        for _ in range(3):
            left, top = (
                self.rng.uniform(-0.3, max(0, wide - inch) + 0.3),
                self.rng.uniform(-0.3, max(0, high - inch) + 0.3),
            )
            rows = slice(max(0, int(top * DPI)), int((top + inch) * DPI))
            part = page[rows, max(0, int(left * DPI)) : int((left + inch) * DPI), 0]
            if (part.size and part.mean() > 3) or self.rng.random() < 0.2:
                break
        shape = Shape(self.rng)
        # a frame around: resizing holds the edge
        t = (np.arange(-1, size // _FINE + 1) + 0.5) * _FINE / DPI
        x, y = np.meshgrid((t + left).astype(np.float32), (t + top).astype(np.float32))
        to = []
        for coordinate in shape(x, y):
            fine = cv2.resize(
                coordinate * DPI - 0.5, (len(t) * _FINE,) * 2, interpolation=cv2.INTER_LINEAR
            )
            to.append(fine[_FINE:-_FINE, _FINE:-_FINE])
        x0, y0, x1, y1 = (
            int(to[0].min()) - 3,
            int(to[1].min()) - 3,
            int(to[0].max()) + 4,
            int(to[1].max()) + 4,
        )
        count = len(LAYERS)
        cut = np.zeros((y1 - y0, x1 - x0, count + 1), np.uint8)
        a, b, c, d = max(0, y0), min(page.shape[0], y1), max(0, x0), min(page.shape[1], x1)
        if b > a and d > c:
            cut[a - y0 : b - y0, c - x0 : d - x0, :count] = page[a:b, c:d]
            cut[a - y0 : b - y0, c - x0 : d - x0, count] = 255
        bent = [
            cv2.remap(
                np.ascontiguousarray(cut[..., part]), to[0] - x0, to[1] - y0, cv2.INTER_LINEAR
            )
            for part in (slice(0, 3), slice(3, count), count)
        ]
        return np.dstack(bent[:2]), bent[2]

    def _behind(self) -> NDArray[np.uint8]:
        """A piece of some page's text and rulings, for the back of the sheet."""
        page, size = self._page()[0], self.size
        top, left = (int(self.rng.integers(0, max(1, n - size))) for n in page.shape[:2])
        part = np.asarray(page[top : top + size, left : left + size, :3]).max(axis=2)
        out = np.zeros((size, size), np.uint8)
        out[: part.shape[0], : part.shape[1]] = part
        return out


def _seen(taken: Light) -> NDArray[np.uint8]:
    """How much (of 255) of what took a share of the paper's light is to be found."""
    low, high = _FAINT
    return np.clip((taken - low) / (high - low) * 255, 0, 255).astype(np.uint8)


def _streaks(taken: Light) -> Layers:
    """Streaks across and down that are as thin and dark as rulings: they are to be found as those.
    Which of them is the form's is seen from where it begins and ends on the page, not in a crop.
    """
    side = round(_BROADEST_INCHES * DPI) + 1
    broad = cv2.morphologyEx(taken, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return _seen(taken - broad)


def stand_alone(text: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where a map of text, at half of DPI, has words of a letter or two: they are rare, and a whole
    value may hang on each.
    """
    ink = (text > 0.25).astype(np.uint8)
    gap = round(_GAP_INCHES * DPI / 2)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, gap), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    narrow = stats[:, cv2.CC_STAT_WIDTH] <= _LETTER_INCHES * DPI / 2
    narrow[0] = False
    return np.asarray(narrow[labels] & (ink > 0))
