"""Ink that is none of the form's: scrawls, ticks, stamps, punched holes and blots, drawn to be laid
over pages.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE = 384
"""Side of a sprite, in pixels at 150 dpi before it is turned and scaled."""
Sprite = NDArray[np.uint8]
_FONTS = (
    cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
)  # fmt: skip
_WORDS = [
    "RECEIVED",
    "COPY",
    "FILED",
    "PAID",
    "VOID",
    "DRAFT",
    "CONFIDENTIAL",
    "APPROVED",
    "ORIGINAL",
    "2003",
    "NOV",
    "SEC",
    "MAIL",
]


def sprites(count: int, rng: np.random.Generator) -> list[Sprite]:
    """Pictures of shape (SIZE, SIZE), 255 where there is ink."""
    kinds = (_scrawl, _scrawl, _scrawl, _oval, _tick, _stamp, _stamp, _hole, _blot, _line)
    return [kinds[k % len(kinds)](rng) for k in range(count)]


def laid_over(bank: list[Sprite], size: int, rng: np.random.Generator) -> Sprite:
    """Some of them, turned and scaled, on a crop; mostly none or one."""
    drawn = np.zeros((size, size), np.uint8)
    while rng.random() < 0.4:
        scale, turn = math.exp(rng.uniform(-1.1, 0.5)), rng.uniform(0, 2 * math.pi)
        cos, sin = scale * math.cos(turn), scale * math.sin(turn)
        matrix = np.array([[cos, -sin, 0], [sin, cos, 0]])
        matrix[:, 2] = rng.uniform(0, size, 2) - matrix[:, :2] @ [SIZE / 2, SIZE / 2]
        sprite = bank[int(rng.integers(len(bank)))]
        drawn = np.maximum(
            drawn, cv2.warpAffine(sprite, matrix, (size, size), flags=cv2.INTER_LINEAR)
        )
    return drawn


def _scrawl(rng: np.random.Generator) -> Sprite:
    """A smooth random walk: a signature, an initial, a crossing out."""
    drawn, points = np.zeros((SIZE, SIZE), np.uint8), int(rng.integers(4, 14))
    walk = np.cumsum(rng.normal(0, SIZE * 0.12, (points, 2)), axis=0) * [1, rng.uniform(0.2, 1)]
    walk += SIZE / 2 - walk.mean(axis=0)
    t, kernel = np.linspace(0, points - 1, 40 * points), np.hanning(61) / np.hanning(61).sum()
    fine = [np.interp(t, np.arange(points), walk[:, i]) for i in (0, 1)]
    smooth = np.stack(
        [np.convolve(np.pad(f, 30, mode="edge"), kernel, "valid") for f in fine], axis=1
    )
    cv2.polylines(
        drawn, [smooth.astype(np.int32)], False, 255, int(rng.integers(2, 7)), cv2.LINE_AA
    )
    return drawn


def _oval(rng: np.random.Generator) -> Sprite:
    drawn = np.zeros((SIZE, SIZE), np.uint8)
    axes = (int(rng.uniform(0.15, 0.45) * SIZE), int(rng.uniform(0.05, 0.4) * SIZE))
    end, thick = int(rng.uniform(300, 400)), int(rng.integers(2, 7))
    cv2.ellipse(
        drawn, (SIZE // 2, SIZE // 2), axes, rng.uniform(0, 180), 0, end, 255, thick, cv2.LINE_AA
    )
    return drawn


def _tick(rng: np.random.Generator) -> Sprite:
    drawn = np.zeros((SIZE, SIZE), np.uint8)
    points = (SIZE / 2 + rng.normal(0, SIZE * 0.2, (3, 2))).astype(np.int32)
    cv2.polylines(drawn, [points], False, 255, int(rng.integers(3, 8)), cv2.LINE_AA)
    return drawn


def _line(rng: np.random.Generator) -> Sprite:
    """A stroke across an entry, by hand: nearly straight, at an angle that no ruling has."""
    drawn = np.zeros((SIZE, SIZE), np.uint8)
    x = np.linspace(10, SIZE - 10, 30)
    y = SIZE / 2 + rng.uniform(-0.25, 0.25) * (x - SIZE / 2) + np.cumsum(rng.normal(0, 1.5, 30))
    points = np.stack([x, y], axis=1).astype(np.int32)
    cv2.polylines(drawn, [points], False, 255, int(rng.integers(2, 6)), cv2.LINE_AA)
    return drawn


def _stamp(rng: np.random.Generator) -> Sprite:
    drawn = np.zeros((SIZE, SIZE), np.uint8)
    scale, thick = rng.uniform(1.2, 2.4), int(rng.integers(3, 8))
    word, font = str(rng.choice(_WORDS)), int(rng.choice(_FONTS))
    (w, h), _ = cv2.getTextSize(word, font, scale, thick)
    x, y = (SIZE - w) // 2, (SIZE + h) // 2
    cv2.putText(drawn, word, (x, y), font, scale, 255, thick, cv2.LINE_AA)
    if rng.random() < 0.7:
        cv2.rectangle(drawn, (x - 14, y - h - 18), (x + w + 14, y + 18), 255, thick)
    if rng.random() < 0.5:  # a stamp's ink is uneven
        drawn[cv2.resize(rng.random((24, 24)).astype(np.float32), (SIZE, SIZE)) < 0.3] = 0
    return drawn


def _hole(rng: np.random.Generator) -> Sprite:
    drawn = np.zeros((SIZE, SIZE), np.uint8)
    cv2.circle(
        drawn, (SIZE // 2, SIZE // 2), int(rng.uniform(0.05, 0.12) * SIZE), 255, -1, cv2.LINE_AA
    )
    return drawn


def _blot(rng: np.random.Generator) -> Sprite:
    rough = cv2.resize(
        rng.random((8, 8)).astype(np.float32), (SIZE, SIZE), interpolation=cv2.INTER_CUBIC
    )
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE / 2
    return np.where(
        rough - (x * x + y * y) / (rng.uniform(0.05, 0.2) * SIZE) ** 2 * 0.5 > 0.3, 255, 0
    ).astype(np.uint8)
