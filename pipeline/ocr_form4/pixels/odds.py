"""Small networks that say how likely it is that something is of one of two kinds, by what was
measured of it: one hidden layer, a few thousand weights, from a file in ``weights/`` that
``scripts/fit_hand.py`` or ``scripts/fit_spots.py`` made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_SCALED = 4.0
"""Standard deviations that a measure counts at most: the networks were fitted so."""


@dataclass(frozen=True, slots=True)
class Odds:
    """A network: ``mean`` and ``scale`` of each measure, and the weights of its two layers."""

    mean: Floats
    scale: Floats
    hidden: Floats
    hidden_bias: Floats
    out: Floats
    out_bias: Floats

    def of(self, measures: Floats) -> Floats:
        """The log odds of each row of measures, shape (n, measures) to (n,); of one, its own."""
        at = np.clip((measures - self.mean) / self.scale, -MOST_SCALED, MOST_SCALED)
        hidden = np.maximum(0, at @ self.hidden + self.hidden_bias)
        odds: Floats = hidden @ self.out + self.out_bias
        return odds


@lru_cache(maxsize=4)
def odds_of(name: str, measures: Sequence[str]) -> Odds:
    """The network of ``weights/NAME``. Raises ValueError where it was fitted with others than the
    measures given.
    """
    data = json.loads((files("ocr_form4_models") / "weights" / name).read_text())
    if tuple(data["measures"]) != tuple(measures):
        raise ValueError(f"{name}: it was fitted with other measures")
    fields = ("mean", "scale", "hidden", "hidden_bias", "out", "out_bias")
    return Odds(*(np.array(data[f], dtype=float) for f in fields))
