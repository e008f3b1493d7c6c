"""Other ways of reading a word, from what a network answered step by step, with their
probabilities.

Prefix beam search over connectionist temporal classification: Graves, "Supervised Sequence
Labelling", 2012, 7.5.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-5
"""A class less probable than this at a step is not followed there."""
Way = tuple[int, ...]
Floats = NDArray[np.float64]


def ways_to_read(probabilities: NDArray[np.float32], width: int = 16) -> list[tuple[Way, float]]:
    """Sequences of classes with their probability, best first, for steps of shape (steps, classes);
    class 0 is none.

    ``width`` sequences are kept at each step. The probabilities are those of all paths found to a
    sequence.
    """
    followed = np.union1d([0], np.flatnonzero((probabilities > LEAST).any(axis=0)))
    ways: list[Way] = [()]
    # of the paths to a way, those that end in none, and in its last class
    none, some = np.ones(1), np.zeros(1)
    likely = probabilities[:, followed]
    for step in np.where(likely > LEAST, likely, 0).astype(np.float64):
        if not step[1:].any():  # all ways stay as they are, in their order
            none, some = (none + some) * step[0], np.zeros(len(ways))
            continue
        stays_none, stays_some, grown = _followed(ways, none, some, step)
        found = np.concatenate([stays_none + stays_some, grown.ravel()])
        best = _highest(found, width)
        whose, which = np.divmod(best - len(ways), len(step))
        stays = best < len(ways)
        whose[stays], which[stays] = best[stays], 0
        none, some = (
            np.where(stays, stays_none[whose], 0.0),
            np.where(stays, stays_some[whose], found[best]),
        )
        ways = [
            (*ways[w], k) if k else ways[w]
            for w, k in zip(whose.tolist(), which.tolist(), strict=True)
        ]
    names = followed.tolist()
    said = (tuple(names[k] for k in way) for way in ways)
    return list(zip(said, (none + some).tolist(), strict=True))


def _followed(
    ways: list[Way], none: Floats, some: Floats, step: Floats
) -> tuple[Floats, Floats, Floats]:
    """The probabilities one step on, with ``step`` that of each class: of each way as it is, ending
    in none and in its last class; and of each way with each class more, shape (ways, classes).
    """
    last = np.array([way[-1] if way else 0 for way in ways], np.intp)
    stays_none, stays_some = (none + some) * step[0], some * step[last]
    grown = np.outer(none + some, step)
    # the same class again is another only after none
    grown[np.arange(len(ways)), last] = none * step[last]
    grown[:, 0] = 0
    place = {way: k for k, way in enumerate(ways)}
    for k, way in enumerate(ways):
        # a way grows into one that is followed already
        if way and (shorter := place.get(way[:-1])) is not None:
            stays_some[k] += grown[shorter, way[-1]]
            grown[shorter, way[-1]] = 0
    return stays_none, stays_some, grown


def _highest(values: Floats, count: int) -> NDArray[np.intp]:
    """The places of the ``count`` highest values above 0, the highest first; of equal ones the
    earlier first.
    """
    places = np.flatnonzero(values > 0)
    if len(places) > count:
        least = np.partition(values[places], -count)[-count]
        places = places[values[places] >= least]
    return places[np.argsort(-values[places], kind="stable")[:count]]
