"""Other ways of reading a word, from what a network answered step by step, with their probabilities.

Prefix beam search over connectionist temporal classification: Graves, "Supervised Sequence Labelling", 2012, 7.5.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-5
"""A class less probable than this at a step is not followed there."""


def ways_to_read(probabilities: NDArray[np.float32], width: int = 16) -> list[tuple[tuple[int, ...], float]]:
    """Sequences of classes with their probability, best first, for steps of shape (steps, classes); class 0 is none.

    ``width`` sequences are kept at each step. The probabilities are those of all paths found to a sequence.
    """
    beams: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}  # paths that end in none, and in a class
    for step in probabilities:
        classes = [int(k) for k in np.flatnonzero(step > LEAST)]
        found: dict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for prefix, (none, some) in beams.items():
            for k in classes:
                p = float(step[k])
                if k == 0:
                    found[prefix][0] += p * (none + some)
                elif prefix and prefix[-1] == k:
                    found[prefix][1] += p * some
                    if none:
                        found[(*prefix, k)][1] += p * none
                else:
                    found[(*prefix, k)][1] += p * (none + some)
        best = sorted(found.items(), key=lambda item: -sum(item[1]))[:width]
        beams = {prefix: (none, some) for prefix, (none, some) in best}
    return [(prefix, none + some) for prefix, (none, some) in beams.items()]
