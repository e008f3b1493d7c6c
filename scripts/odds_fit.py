"""Fit the small networks of ``ocr_form4.pixels.odds``, and write them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.odds import MOST_SCALED, Odds

PLACES = 4
"""Decimal places with which weights are kept."""


def fitted(
    measures: NDArray[np.float64], is_one: Sequence[bool], hidden: int, decay: float = 0.2
) -> Odds:
    """A network with so many hidden units for the log odds that something is one, by what was
    measured, shape (n, measures). ``decay`` is the weight of the weights' squares in the loss.
    """
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(measures)
    scaled = np.clip(scaler.transform(measures), -MOST_SCALED, MOST_SCALED)
    model = MLPClassifier((hidden,), activation="relu", alpha=decay, max_iter=60, random_state=0)
    model.fit(scaled, is_one)
    (first, last), (bias, out_bias) = model.coefs_, model.intercepts_
    return Odds(scaler.mean_, scaler.scale_, first, bias, last[:, 0], out_bias[0])


def write(path: Path, odds: Odds, measures: Sequence[str], card: Mapping[str, object]) -> None:
    """Write a network with the names of its measures and a card that says what it learned from."""
    fields = ("mean", "scale", "hidden", "hidden_bias", "out", "out_bias")
    rounded = {f: np.round(getattr(odds, f), PLACES).tolist() for f in fields}
    path.write_text(json.dumps({"card": card, "measures": measures, **rounded}) + "\n")
