"""Handwriting told from print by the ink itself: what is written by hand is put up for review,
never guessed silently.

Print stands on its base line, has two or three heights, stems all alike and letters apart; a hand
has none of these for long. ``measures`` puts that into numbers, and a small network fitted by
``scripts/fit_hand.py`` weighs them. The numbers in the measures are a part of what was fitted: a
change of one wants a fit.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from math import exp, log

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Run

Floats = NDArray[np.float64]
MEASURES = (
    "level edges", "upright edges", "slant", "spread of directions",
    *(f"edges at {15 * k} degrees" for k in range(12)),
    "level runs", "upright runs", "stroke", "stroke varies", "ink",
    "feet off", "heads off", "feet unlike", "heads unlike", "heights unlike", "rise", "widths",
    "widest", "apart",
    "gaps vary", "straight", "corners", "best twin", "letters",
)  # fmt: skip
"""What is measured of a line, in order; lengths in heights of its capitals."""
_LETTERS, _ENOUGH = 3, 4
"""Letters that a line must have to tell anything, and such lines that tell how a page is filled in.
"""
PLAINLY, FEW, _PLAINLY_IN_FEW = 1.0, 5, 3.0
"""Log odds above which a line among print is taken for handwritten; above the last where it has at
most ``FEW``.
"""
_THROUGHOUT, _MOST = -0.5, 8.0
"""The mean of a page's log odds above which all of it is taken for handwritten; no line counts for
more than the last. Of 160 printed pages that were looked at, none had more than -2.
"""
_CAP = 28.0
"""Lines are brought to this height of capitals, in pixels, so that an edge means the same in small
print and large.
"""
_WIDEST = 20
"""How much of a line is looked at, in heights of its capitals: more tells nothing new."""


def by_hand(pixels: Gray, entries: Sequence[Run]) -> list[bool]:
    """Which of a page's entries look handwritten.

    A form that is filled in by hand is so throughout: where most entries look written, all of them
    are taken for it, single letters as well, which tell nothing by themselves. Among print a single
    line must look plainly written.
    """
    found = [score(pixels, run.box, run.cap_height) for run in entries]
    telling = [max(-_MOST, min(_MOST, odds)) for odds, _ in found if odds is not None]
    throughout = len(telling) >= _ENOUGH and sum(telling) / len(telling) > _THROUGHOUT
    return [throughout or (odds is not None and is_plain(odds, letters)) for odds, letters in found]


def is_plain(odds: float, letters: float) -> bool:
    """Whether a line among print looks plainly handwritten: the fewer its letters, the more it
    takes.
    """
    return odds > (PLAINLY if letters > FEW else _PLAINLY_IN_FEW)


def score(pixels: Gray, box: Box[Upright], cap_height: float) -> tuple[float | None, int]:
    """The log odds that a line is handwritten, None where it is too short or too faint to tell; and
    its letters.
    """
    found = measures(pixels, box, cap_height) if box.width >= 1.5 * cap_height else None
    letters = round(exp(found[-1])) - 1 if found is not None else 0
    if found is None or letters < _LETTERS:
        return None, letters
    model = _model()
    at = np.clip((found - model["mean"]) / model["scale"], -4, 4)
    hidden = np.maximum(0, at @ model["hidden"] + model["hidden_bias"])
    return float(hidden @ model["out"] + model["out_bias"]), letters


@lru_cache(maxsize=1)
def _model() -> dict[str, Floats]:
    data = json.loads((files("ocr_form4_models") / "weights" / "hand.json").read_text())
    names = ("mean", "scale", "hidden", "hidden_bias", "out", "out_bias")
    return {name: np.array(data[name], dtype=float) for name in names}


def measures(pixels: Gray, box: Box[Upright], cap_height: float) -> Floats | None:
    """What tells a hand from print in a line, in the order of ``MEASURES``; None where there is too
    little ink.
    """
    part = _scaled(pixels, box, cap_height)
    if part is None:
        return None
    picture, cap = part
    least, most, _, _ = cv2.minMaxLoc(picture)
    if most - least < 50:
        return None
    _, ink = cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    letters = [k for k in range(1, count) if stats[k, 3] >= 0.4 * cap]
    if not letters:
        return None
    edges = _edges(picture)
    slant = float(edges[2])
    found = (*edges, *_runs(ink, slant, cap), *_strokes(ink, cap))
    placed = _places(stats[letters].astype(float), cap)
    shapes = (
        *_outlines(ink, cap),
        _best_twin(labels, stats, letters, cap),
        min(3.0, log(1 + len(letters))),
    )
    return np.array([*found, *placed, *shapes], dtype=float)


def _scaled(pixels: Gray, box: Box[Upright], cap_height: float) -> tuple[Gray, float] | None:
    rows, columns = box.inset(-4).pixels(*pixels.shape)
    part = pixels[rows, columns][:, : round(_WIDEST * cap_height)]
    if part.size == 0 or cap_height < 9 or part.shape[1] < 8:
        return None
    scale = _CAP / cap_height
    width, height = max(8, round(part.shape[1] * scale)), max(8, round(part.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=how)), _CAP


def _edges(picture: Gray) -> Floats:
    """Directions of the edges: how much is level, how much is along the usual slant, that slant,
    and the whole.
    """
    soft = cv2.GaussianBlur(picture, (0, 0), 1.2).astype(np.float32)
    dx, dy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    weight = np.sqrt(dx * dx + dy * dy)
    strong = weight > 0.3 * float(weight.max() + 1)
    angle = np.degrees(np.arctan2(dy[strong], dx[strong])) % 180
    shares = np.bincount((angle / 3).astype(int) % 60, weight[strong], 60).astype(float)
    shares = shares / max(1e-6, float(shares.sum()))
    # a stem's edges look to its sides, at 0 degrees; slanted ones up to 30 away
    around = np.convolve(np.concatenate([shares[-12:], shares[:13]]), np.ones(5), "valid")
    best = int(around.argmax())
    spread = -float(shares @ np.log(shares + 1e-6))
    coarse = np.concatenate([shares[-2:], shares[:-2]]).reshape(12, 5).sum(axis=1)
    return np.array([shares[28:33].sum(), around[best], (best - 10) / 10, spread, *coarse])


def _runs(ink: Gray, slant: float, cap: float) -> tuple[float, float]:
    """The shares of the ink that are level runs a third of a capital long, and stems two thirds of
    one.
    """
    total = max(1, int(ink.sum()))
    level = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(0.36 * cap)), np.uint8))
    shear = np.tan(np.radians(30 * slant))
    turn = np.array([[1, -shear, shear * ink.shape[0] / 2], [0, 1, 0]], dtype=np.float32)
    stood = (
        cv2.warpAffine(ink, turn, ink.shape[::-1], flags=cv2.INTER_NEAREST)
        if abs(slant) > 0.05
        else ink
    )
    stems = cv2.morphologyEx(stood, cv2.MORPH_OPEN, np.ones((round(0.62 * cap), 1), np.uint8))
    return float(level.sum()) / total, float(stems.sum()) / total


def _strokes(ink: Gray, cap: float) -> tuple[float, float, float]:
    """Width of the strokes, how much it varies, and how black the line is."""
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    ridge = depth[(depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)) - 1e-6) & (depth > 0.9)]
    if ridge.size == 0:
        return 0.0, 0.0, float(ink.mean())
    ridge.sort()
    low, middle, high = (float(ridge[int(share * (ridge.size - 1))]) for share in (0.2, 0.5, 0.8))
    return 2 * middle / cap, (high - low) / middle, cv2.mean(ink)[0]


def _places(stats: Floats, cap: float) -> tuple[float, ...]:
    """How regularly the letters stand: feet and heads on a line, or at least on another letter's;
    widths, gaps.
    """
    stats = stats[np.argsort(stats[:, 0])]
    x, y, w, h = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    feet, heads = (y + h) / cap, y / cap
    off_feet, off_heads = np.abs(feet - np.median(feet)), np.abs(heads - np.median(heads))
    rise = float(np.polyfit(x / cap, feet, 1)[0]) if len(x) >= 4 and np.ptp(x) > 2 * cap else 0.0
    gaps = (x[1:] - (x + w)[:-1]) / cap
    gaps = gaps[gaps < 0.5]
    return (
        float(np.minimum(off_feet, 0.3).mean()),
        float(np.minimum(off_heads, 0.4).mean()),
        _unlike(feet),
        _unlike(heads),
        _unlike(h / cap),
        min(0.1, abs(rise)) * 10,
        min(3.0, float(np.median(w) / cap)),
        min(5.0, float(w.max() / cap)),
        min(3.0, len(x) * cap / max(cap, float((x + w).max() - x.min()))),
        min(1.0, float(gaps.std())) if len(gaps) > 1 else 0.1,
    )


def _unlike(values: Floats) -> float:
    """How far each value is from the nearest other, in the mean: print repeats itself to the
    pixel.
    """
    if len(values) < 3:
        return 0.04
    ordered = np.sort(values)
    steps = np.diff(ordered)
    nearest = np.minimum(np.append(steps, np.inf), np.insert(steps, 0, np.inf))
    return float(np.minimum(nearest, 0.3).mean())


def _outlines(ink: Gray, cap: float) -> tuple[float, float]:
    """How much of the outlines is straight, and how many corners a capital's height of them has."""
    outlines, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    straight = corners = length = 0.0
    for outline in outlines:
        if len(outline) < 0.8 * cap:
            continue
        corner = cv2.approxPolyDP(outline, 0.045 * cap, True)[:, 0, :].astype(float)
        sides = np.hypot(*np.diff(corner, axis=0, append=corner[:1]).T)
        length += float(sides.sum())
        straight += float(sides[sides >= 0.4 * cap].sum())
        corners += len(corner)
    return straight / max(1.0, length), corners * cap / max(1.0, length)


def _best_twin(
    labels: NDArray[np.int32], stats: NDArray[np.int32], letters: list[int], cap: float
) -> float:
    """How alike the likest pairs of letters are: what is printed twice is nearly the same ink."""
    shapes = []
    for k in letters[:24]:
        x, y, w, h = (int(v) for v in stats[k, :4])
        if w <= 1.2 * cap and w >= 0.25 * cap:
            own = (labels[y : y + h, x : x + w] == k).astype(np.float32)
            shape = cv2.resize(own, (12, 16), interpolation=cv2.INTER_AREA)
            shapes.append((w, h, shape.ravel() - shape.mean()))
    if len(shapes) < 2:
        return 0.75
    many = np.array([s / (np.linalg.norm(s) + 1e-6) for _, _, s in shapes])
    size = np.array([(w, h) for w, h, _ in shapes], dtype=float)
    near = (np.abs(size[:, None] - size[None]) <= 0.13 * cap).all(axis=2)
    alike = np.where(near, many @ many.T, 0.0)
    np.fill_diagonal(alike, 0.0)
    return float(np.sort(alike.max(axis=1))[-2:].mean())
