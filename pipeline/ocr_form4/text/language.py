"""How likely one character follows others in what filers write: chooses between readings that a
network deems possible.

A model of n-grams of characters with Witten-Bell smoothing (Witten and Bell, "The zero-frequency
problem", 1991). All figures are one character to it: it knows where a figure may stand, and nothing
of which.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

ORDER = 6
"""Characters in an n-gram: five that went before, and the one that follows."""
_FIGURE = re.compile(r"\d")
_KEPT = 200_000
"""N-grams whose probability is kept once it was asked for."""
_CHARACTERS = 100
"""How many characters there are to choose from where nothing is known."""


class LanguageModel:
    """Log-probabilities of characters in running text, from counts of n-grams of up to ORDER
    characters.
    """

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._totals: dict[str, int] = defaultdict(int)
        self._kinds: dict[str, int] = defaultdict(int)
        for gram, count in counts.items():
            self._totals[gram[:-1]] += count
            self._kinds[gram[:-1]] += 1
        self._known: dict[str, float] = {}
        self._logs: dict[str, float] = {}

    def score(self, text: str, start: int = 0) -> float:
        """The natural logarithm of the probability of ``text[start:]`` behind ``text[:start]``."""
        return sum(self.each(text, start))

    def each(self, text: str, start: int = 0) -> list[float]:
        """The natural logarithm of the probability of each character of ``text[start:]`` behind
        those before it.
        """
        text, logs = normal(text), self._logs
        grams = [text[max(0, k - ORDER) : k] for k in range(start + 1, len(text) + 1)]
        return [logs[gram] if gram in logs else self._log(gram) for gram in grams]

    def _log(self, gram: str) -> float:
        log = math.log(self._odds(gram))
        if len(self._logs) < _KEPT:
            self._logs[gram] = log
        return log

    def _odds(self, gram: str) -> float:
        known = self._known.get(gram)
        if known is None:
            lower = self._odds(gram[1:]) if len(gram) > 1 else 1 / _CHARACTERS
            total, kinds = self._totals.get(gram[:-1], 0), self._kinds.get(gram[:-1], 0)
            known = (
                (self._counts.get(gram, 0) + kinds * lower) / (total + kinds) if total else lower
            )
            if len(self._known) < _KEPT:
                self._known[gram] = known
        return known


def normal(text: str) -> str:
    """Text as the model sees it: every figure is 0; one character stays one character."""
    return _FIGURE.sub("0", text)


@lru_cache(maxsize=1)
def language() -> LanguageModel:
    """The model of what filers write below the tables (scripts/make_language.py)."""
    packed = (files("ocr_form4_models") / "weights" / "language.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().rstrip("\n").split("\n")
    return LanguageModel(
        {gram: int(count) for gram, _, count in (line.rpartition("\t") for line in lines)}
    )
