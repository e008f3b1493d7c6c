"""Figures that do not add up: what is printed must come out as it is printed, also where another
number would fit better.
"""

from __future__ import annotations

import copy
from decimal import Decimal
from xml.etree.ElementTree import Element

import numpy as np

_FIGURES = (
    "transactionShares",
    "sharesOwnedFollowingTransaction",
    "underlyingSecurityShares",
    "transactionPricePerShare",
    "conversionOrExercisePrice",
)


def misfigured(filing: Element, rng: np.random.Generator) -> Element:
    """A filing half of whose figures have another digit, decimals, a wrong total or their point
    elsewhere.
    """
    filing = copy.deepcopy(filing)
    values = [e.find("value") for name in _FIGURES for e in filing.iter(name)]
    for value in values:
        if value is not None and value.text and Decimal(value.text) and rng.random() < 0.5:
            wrong = _changed(Decimal(value.text), rng).quantize(Decimal("0.0001")).normalize()
            value.text = format(wrong, "f") if wrong > 0 else value.text
    return filing


def _changed(number: Decimal, rng: np.random.Generator) -> Decimal:
    match int(rng.integers(4)):
        case 0:
            text = format(number, "f")
            places = [k for k, c in enumerate(text) if c.isdigit()]
            at = places[int(rng.integers(len(places)))]
            digit = (int(text[at]) + int(rng.integers(1, 9))) % 10
            return Decimal(f"{text[:at]}{digit}{text[at + 1 :]}")
        case 1:
            return number + Decimal(int(rng.integers(1, 999))) / 1000
        case 2:
            return number + int(rng.integers(1, 1000))
        case _:
            return number / 1000 if number >= 1000 else number * 10
