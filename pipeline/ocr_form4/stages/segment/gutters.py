"""The borders of a table's columns where no rulings show them: on bars, or in the gutters between
the columns' text.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.pixels.crops import MARGIN
from ocr_form4.stages.segment.caption_fit import CaptionFit
from ocr_form4_models.geometry import Box, Upright, gaps

_CLEAR = 0.5
"""Least width of a gutter between columns, in heights of letters. On the fixtures 52 of 83 are 0.85
times it or less, the others 1.26 or more.
"""
_WELL = 0.8
"""The quality of a fit of captions from which a border in a clear gutter between two of them is no
guess. On the fixtures 4 of 28 are 0.80 times it or less, the others 1.24 or more.
"""


def columns_of(
    fit: CaptionFit, text: Sequence[Box[Upright]], edge: float, bars: Sequence[float], usual: float
) -> tuple[tuple[float, ...], frozenset[int]]:
    """The x of the borders, each in the gutter between two columns' text; and the indices of those
    that are a guess.
    """
    xs, guessed = [min([fit.borders[0], *(b.x0 - MARGIN for b in text)])], set()
    for k in range(1, len(fit.borders) - 1):
        x, is_sure = _border(fit, k, text, bars, usual, xs[-1])
        xs.append(x)
        if not is_sure:
            guessed.add(k)
    return (*xs, edge), frozenset(guessed)


def _border(
    fit: CaptionFit,
    k: int,
    text: Sequence[Box[Upright]],
    bars: Sequence[float],
    usual: float,
    least: float,
) -> tuple[float, bool]:
    """Where the border between two columns stands, and whether that is sure.

    It stands on a bar; else in the gutter, between the middles of both captions, that is the
    nearest to the paper between these.
    """
    here = fit.borders[k]
    before, behind = fit.captions[k - 1], fit.captions[k]
    within = (before[0] if before else here - 2, behind[1] if behind else here + 2)
    others = (fit.borders[k - 1], fit.borders[k + 1])
    barred = [b for b in bars if within[0] < b < within[1] and all(abs(b - o) > 2 for o in others)]
    if barred:
        return min(barred, key=lambda b: abs(b - here)), True
    low = (before[0] + before[1]) / 2 if before else fit.borders[k - 1]
    high = (behind[0] + behind[1]) / 2 if behind else fit.borders[k + 1]
    low = max(low, least)
    free = [
        g for g in gaps(((b.x0, b.x1) for b in text), low, high) if g[1] - g[0] >= _CLEAR * usual
    ]
    if not free or high <= low:
        return here, False
    between = (before[1] if before else low, behind[0] if behind else high)
    if between[1] < between[0]:
        between = (here, here)

    def off(g: tuple[float, float]) -> float:
        return max(g[0] - between[1], between[0] - g[1], 0.0)

    # the widest of those that leave both captions whole
    best = min(free, key=lambda g: (off(g), g[0] - g[1]))
    a, b = max(best[0], between[0]), min(best[1], between[1])
    if a <= b:
        return (a + b) / 2, fit.quality >= _WELL and before is not None and behind is not None
    return (best[0] + best[1]) / 2, False
