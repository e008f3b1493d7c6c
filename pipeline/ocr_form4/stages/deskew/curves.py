"""The middle lines of rulings and of lines of text, as the page network's maps show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.ink import above
from ocr_form4_models.geometry import Rectification, Scan, Upright
from ocr_form4_models.page import THERE, Gray, PageMaps

Points = NDArray[np.float64]
"""Points (x, y) of one curve, shape (n, 2)."""
_RULING_ACROSS = 30
"""How long a ruling across is at least, in pixels of the maps, four upright ones each: 0.4 inches.
With half and with double of it, as of all the following, no value of nine pages, bent, folded and
askew, is lost.
"""
_RULING_DOWN = 16
"""The same for a ruling down: 16, a fifth of an inch, as a row of a table is low."""
_TEXT = 36
"""And for a line of text, 0.48 inches."""
_THICK_RULING = 6
"""Mean thickness from which a ruling is none, in pixels of the maps: 24 of the page, as a double
one has 14 (``segment.frames``).
"""
_THICK_TEXT = 9
"""And from which a line's core is none: of 12,830 on the fixtures 18 are thicker."""
_LONG = 4
"""Times as long as it is thick: a piece of a line's core that tells which way the line runs. Of
8,900 such on the fixtures' upright pages 96 of 100 lie along the lines.
"""
_TINY = 1e-9
"""Keeps a quotient of sums from being nothing by nothing, where a curve is one point: that of two
points is 0.5 or more.
"""
_ENOUGH = 0.5
"""Heights of a page that rulings down are long, all together, where they tell how far a form leans:
269 of 392 pages by many hands have more, of the others 115 have none at all.
"""
_EVERY = 3
"""Pixels of the maps from one point of a curve to the next: 12 of the page. With 2 and with 6 no
value of those nine pages is lost.
"""


@dataclass(frozen=True, slots=True)
class Curves:
    """What should be level (``across``: rulings, then text) and what should be plumb (``down``)."""

    across: tuple[Points, ...]
    down: tuple[Points, ...]


def lines_run_down(maps: PageMaps[Scan]) -> bool:
    """Whether lines of text run down the page, a quarter turn, rather than across it; rulings tell
    neither.
    """
    blobs = find_blobs(_on(maps.core))
    w, h = blobs.w, blobs.h
    return int(h[h >= _LONG * w].sum()) > int(w[w >= _LONG * h].sum())


def curves_of(maps: PageMaps[Scan] | PageMaps[Upright], turns: int) -> Curves:
    """The curves of a page that has to be turned by ``turns`` quarters, 0 or 1; their points are
    pixels of its frame.
    """
    level, plumb = (maps.down, maps.across) if turns else (maps.across, maps.down)
    across = [*_traced(level, bool(turns), _RULING_ACROSS, _THICK_RULING)]
    across += _traced(maps.core, bool(turns), _TEXT, _THICK_TEXT)
    down = _traced(plumb, not turns, _RULING_DOWN, _THICK_RULING)
    step = np.array(maps.step)
    return Curves(*(tuple((c + 0.5) * step - 0.5 for c in curves) for curves in (across, down)))


def moved(curves: Curves, rect: Rectification) -> Curves:
    """Curves of the scan on the page that an affine rectification gives."""
    matrix = np.asarray(rect.matrix)

    def there(curve: Points) -> Points:
        return np.asarray(curve @ matrix[:2, :2].T + matrix[:2, 2])

    return Curves(tuple(there(c) for c in curves.across), tuple(there(c) for c in curves.down))


def angle(across: Sequence[Points]) -> float:
    """The angle of curves across, in degrees, positive where they sink to the right: half of their
    length has less.
    """
    if not across:
        return 0.0
    slopes, lengths = [], []
    for curve in across:
        x, y = (curve - curve.mean(axis=0)).T
        slopes.append(float((x * y).sum() / max(_TINY, (x * x).sum())))
        lengths.append(float(np.ptp(x)))
    order = np.argsort(slopes, kind="stable")
    reached = np.cumsum(np.array(lengths)[order])
    middle = order[int(np.searchsorted(reached, reached[-1] / 2))]
    return float(np.degrees(np.arctan(slopes[middle])))


def lean(down: Sequence[Points], height: float) -> float:
    """The angle by which curves down lean, in degrees, positive where they go to the right on their
    way down; 0 where all of them together are too short, beside the page's height, to tell it.
    """
    long_enough = sum(float(np.ptp(c[:, 1])) for c in down) >= _ENOUGH * height
    return angle([c[:, ::-1] for c in down]) if long_enough else 0.0


def _on(probability: Gray) -> Gray:
    return above(probability, THERE)


def _traced(probability: Gray, turned: bool, shortest: int, thickest: int) -> list[Points]:
    """The middles of long thin pieces of a map, in its pixels; ``turned`` where they run down it.

    The middle is weighted with how sure the network is. Where a piece is thicker than it is as a
    rule, something else has grown together with it: nothing is told there.
    """
    m = np.ascontiguousarray(probability.T) if turned else probability
    blobs = find_blobs(_on(m))
    long = (blobs.w >= shortest) & (blobs.area <= thickest * blobs.w)
    row, column, of = blobs.pixels(long)
    first = np.cumsum(blobs.w) - blobs.w  # each piece has its columns in one array for all
    at = first[of] + column - blobs.x[of]
    total = int(blobs.w.sum())
    weight = m[row, column].astype(float)
    count, mass, moment = (
        np.bincount(at, v, total) for v in (np.ones(len(at)), weight, weight * row)
    )
    curves = []
    for k in np.flatnonzero(long):
        part = slice(int(first[k]), int(first[k] + blobs.w[k]))
        thick, sure = count[part], mass[part]
        slim = thick <= np.median(thick) + 2
        groups = len(slim) // _EVERY
        kept = np.where(slim, sure, 0.0)[: groups * _EVERY].reshape(groups, _EVERY)
        where = np.where(slim, moment[part], 0.0)[: groups * _EVERY].reshape(groups, _EVERY)
        there = kept.sum(axis=1) > 0
        x = blobs.x[k] + _EVERY * np.arange(groups) + (_EVERY - 1) / 2
        y = where.sum(axis=1)[there] / kept.sum(axis=1)[there]
        curve = np.stack([x[there], y], axis=1)
        curves.append(curve[:, ::-1] if turned else curve)
    return curves
