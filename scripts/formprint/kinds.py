"""Kinds of scan by name: what a corpus' index calls them and what is done to make one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from formprint.scanner import Scanner

Rng = np.random.Generator


def _office(rng: Rng, **changes: object) -> Scanner:
    """An office scanner: 300 dpi gray, a little skew, shade and noise."""
    base = Scanner(
        skew=float(rng.uniform(-1.5, 1.5)),
        shade=float(rng.uniform(0.04, 0.12)),
        noise=float(rng.uniform(2, 6)),
        blur=float(rng.uniform(0.4, 0.8)),
        quality=int(rng.integers(60, 85)),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _fax(rng: Rng, lines: int, **changes: object) -> Scanner:
    base = Scanner(
        dpi=(204, lines),
        bilevel="threshold",
        codec="g4",
        skew=float(rng.uniform(-0.8, 0.8)),
        noise=8,
        speckle=float(rng.uniform(0.0002, 0.0008)),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def _copy(rng: Rng, **changes: object) -> Scanner:
    base = Scanner(
        dpi=(200, 200), generations=2, bilevel="threshold", codec="g4", speckle=0.0008, noise=6,
        skew=float(rng.uniform(-1, 1)), dark_edge=True, holes=bool(rng.random() < 0.7),
    )  # fmt: skip
    return replace(base, **changes)  # type: ignore[arg-type]


def _either(rng: Rng, most: float, least: float) -> float:
    return float(rng.uniform(least, most) * rng.choice([-1, 1]))


KINDS: dict[str, Callable[[Rng], Scanner]] = {
    "clean300": lambda rng: Scanner(quality=90),
    "office300": _office,
    "gray200": lambda rng: _office(rng, dpi=(200, 200)),
    "gray150": lambda rng: _office(
        rng, dpi=(150, 150), skew=float(rng.uniform(-0.8, 0.8)), quality=80
    ),
    "gray600": lambda rng: _office(rng, dpi=(600, 600), quality=50),
    "gray400": lambda rng: _office(rng, dpi=(400, 400)),
    "fax204": lambda rng: _fax(rng, 196),
    "fax98": lambda rng: _fax(rng, 98, noise=0),
    "copy200": _copy,
    "copy300": lambda rng: _copy(
        rng, dpi=(300, 300), spread=int(rng.choice([-1, 0, 1])), generations=3
    ),
    "dither300": lambda rng: _office(rng, bilevel="dither", codec="g4", shade=0.05, noise=0),
    "threshold300": lambda rng: _office(rng, bilevel="threshold", codec="g4"),
    "rot90": lambda rng: _office(rng, turn=90),
    "rot180": lambda rng: _office(rng, turn=180),
    "rot270": lambda rng: _office(rng, turn=270),
    "rotflag": lambda rng: _office(
        rng, turn=int(rng.choice([90, 180, 270])), declared=int(rng.choice([0, 90, 180, 270]))
    ),
    "skew5": lambda rng: _office(rng, skew=_either(rng, 5, 2.5)),
    "bowed": lambda rng: _office(rng, bow=_either(rng, 0.009, 0.003)),
    "perspective": lambda rng: _office(rng, perspective=float(rng.uniform(0.008, 0.025))),
    "folded": lambda rng: _office(rng, folds=int(rng.integers(1, 3))),
    "stamped": lambda rng: _office(
        rng, stamps=int(rng.integers(1, 3)), strokes=int(rng.integers(0, 2))
    ),
    "penned": lambda rng: _office(rng, strokes=int(rng.integers(1, 4))),
    "faint": lambda rng: _office(rng, contrast=float(rng.uniform(0.4, 0.6))),
    "faintrules": lambda rng: _office(rng, rulings="faint", shade=0.05),
    "brokenrules": lambda rng: _office(rng, rulings="broken"),
    "missingrules": lambda rng: _office(rng, rulings="missing"),
    "doubledrules": lambda rng: _office(rng, rulings="doubled"),
    "colourjp2": lambda rng: _office(rng, colour=True, codec="jp2", quality=40),
    "colour200": lambda rng: _office(rng, colour=True, dpi=(200, 200)),
    "cropped": lambda rng: _office(rng, crop=float(rng.uniform(0.02, 0.032))),
    "cutoff": lambda rng: _office(rng, cut=float(rng.uniform(0.06, 0.09))),
    "blurred": lambda rng: _office(rng, blur=float(rng.uniform(1.4, 1.9))),
    "creased": lambda rng: _office(rng, creases=int(rng.integers(1, 3))),
    # These change the page rather than the scan: see documents.py.
    "30rows": _office,
    "handwritten": lambda rng: _office(rng, colour=bool(rng.random() < 0.5)),
    "struck": _office,
    "whited": _office,
    "overwritten": lambda rng: _office(rng, colour=bool(rng.random() < 0.5)),
    "owners": _office,
    "blankpages": _office,
    "foreignpages": _office,
    "two": _office,
    "textlayer": lambda rng: _office(rng, skew=float(rng.uniform(-0.3, 0.3))),
    "digital": lambda rng: Scanner(),
    "tiff": lambda rng: _fax(rng, 196, speckle=0.0002),
}
CORRECTED = {"struck": "struck", "whited": "white", "overwritten": "penned"}
"""Kinds in which a number was corrected, and how."""
