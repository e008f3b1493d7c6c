"""Which letters stand beside each other on one line, and what they hold together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from ocr_form4.pixels.blobs import Ints
from ocr_form4.stages.segment.lines import T as OF_LINES
from ocr_form4_models.layout import Glyph

BUCKET = 24.0
"""Height of the stripes in which neighbours are looked for, in upright pixels: about that of a
line's letters. With 12 and with 48 twelve fixtures are read the same.
"""
_LOOK_BACK = 14
"""How many letters back in a stripe a neighbour is looked for. With 7 and with 28 twelve fixtures
are read the same.
"""
_HALF = 0.45
"""Overlap of two letters on one line, as a share of the lower one's height: marks that are raised
overlap their neighbour by half, and a line below not at all (``line_rows`` counts whole lines:
0.7).
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How near letters of one line are: in heights of a letter (_heights), as shares."""

    tall_heights: float = 1.4
    """What counts of the higher of two neighbours where it is twice the lower one: a bracket or a
    stroke does not reach as far as it is high. With 1.0 a comma behind capitals is no longer of its
    line on one of 26 pages by other hands.
    """
    hanging_share: float = 0.33
    """The least share of a comma's height on its line, low beside a capital: 0.42 where seen. With
    1.0 the name of an issuer is lost on one of 25 scans by hands to learn from.
    """


T = Tolerances()


def join(letters: list[Glyph], gap: float, least: float = _HALF) -> list[list[Glyph]]:
    """Letters joined to runs: what neighbours on one line hold together."""
    order = sorted(letters, key=lambda g: g.box.x0)
    a, b = _neighbours(order, gap, least)
    run = np.arange(len(order))
    # the lowest number spreads through a run, faster with every step
    while (run[a] != run[b]).any():
        lowest = np.minimum(run[a], run[b])
        np.minimum.at(run, a, lowest)
        np.minimum.at(run, b, lowest)
        run = run[run]
    runs: dict[int, list[Glyph]] = defaultdict(list)
    for k, letter in zip(run.tolist(), order, strict=True):
        runs[k].append(letter)
    return list(runs.values())


def _neighbours(letters: list[Glyph], gap: float, least: float) -> tuple[Ints, Ints]:
    """The pairs of letters, given from left to right, that stand on one line, at most ``gap`` of
    their heights apart.

    On one line are those that overlap by ``least`` of the lower one's height.

    Each letter is held against the fourteen before it in each stripe of the page that it touches.
    """
    x0, y0, x1, y1 = np.array(
        [(g.box.x0, g.box.y0, g.box.x1, g.box.y1) for g in letters], dtype=float
    ).T
    lowest, highest = (y0 // BUCKET).astype(int), (y1 // BUCKET).astype(int)
    depth = highest - lowest + 1
    who = np.repeat(np.arange(len(letters)), depth)
    stripe = np.repeat(lowest - (np.cumsum(depth) - depth), depth) + np.arange(len(who))
    sort = np.argsort(stripe, kind="stable")
    who, stripe = who[sort], stripe[sort]
    late = np.repeat(np.arange(len(who)), _LOOK_BACK).reshape(-1, _LOOK_BACK)
    early = late - np.arange(1, _LOOK_BACK + 1)
    same = (early >= 0) & (stripe[np.maximum(early, 0)] == stripe[late])
    a, b = who[late[same]], who[early[same]]
    height = y1 - y0
    small, large = np.minimum(height[a], height[b]), np.maximum(height[a], height[b])
    tall = np.where(large < 2 * small, large, T.tall_heights * small)
    overlap = np.minimum(y1[a], y1[b]) - np.maximum(y0[a], y0[b])
    held = np.where(small < OF_LINES.low_heights * large, min(least, T.hanging_share), least)
    joined = (x0[a] - x1[b] <= gap * tall) & (overlap >= held * small)
    return a[joined], b[joined]
