"""How well its readings bear out each word of a text: one wrong word makes a whole name or footnote
wrong.

The value's words are held against those of every reading, and asked whether they are known and what
usually stands there in filings. ``stages/judge/`` makes a probability of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import exp, log

from ocr_form4.stages.parse.grammar import plain
from ocr_form4.stages.parse.words import letters_of
from ocr_form4.text.language import ORDER, language
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.reading import LAYER, NOT_ASKED, Reading

WORD_FEATURES = (
    "first's score",
    "first differs",
    "second asked",
    "second's score",
    "second differs",
    "third's score",
    "third differs",
    "differ in letters",
    "a word beside it is seen by others",
    "known",
    "capitals unknown",
    "figures",
    "small",
    "strangest",
    "strange",
    "punctuation",
    "ends the text",
    "ends it without a stop",
    "letters",
    "page agrees",
    "another sign likelier",
)
_WINDOW = 3
"""Characters over which the language is asked how strange they are."""
_SCORE_RANGE = 0.02, 0.99995
"""Scores count for no less and no more."""
_QUALITY_STEEP, _POOR = 6.0, 0.8
"""The quality of a page at which readers doubt a fifth of its typed fields, and the scale that
brings it into the range of the other features.
"""
_FINITE = 30.0
"""Log odds beyond are as sure as 1e-13, and an exponential of them may overflow."""
_LEAST = -7.0
"""The mean logarithm below which strange is strange."""
_SIGNS = ("", ".", ",", ";", ":")
"""What may stand behind a word: small, and at 200 dpi a few pixels apart from one another."""
_BEHIND = re.compile(r"[.,;:]*$")
_LIKELIER, _MOST_LIKELIER = 4.0, 3.0
"""Another sign counts by how much more probable it makes the text: ``_LIKELIER`` natural logarithms
are a unit, ``_MOST_LIKELIER`` units the most. 8 of them (3,000 times) are reached by 0.2 in 100 of
52,000 right words, and by 26 in 100 of 42 that have another sign than is printed.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What one reader says in the place of a word: its score where it says the same, else None and
    its own words.
    """

    score: float | None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a value, and what each reader says there; a reader that was not asked is not in
    it.
    """

    text: str
    said: dict[str, Said]
    neighbours: int = 0
    """Readers that see another word right behind this one, or before it where it is the first."""


def words_of(value: str, readings: Sequence[Reading]) -> list[Word]:
    """The words of a value with what the readers say of each."""
    texts = value.split(" ")
    said: list[dict[str, Said]] = [{} for _ in texts]
    neighbours = [0] * len(texts)
    for reading in readings:
        if reading.reader in said[0] or not reading.text:
            continue
        theirs = plain(reading.text).split(" ")
        scores = (
            reading.words
            if len(reading.words) == len(theirs)
            else (reading.confidence,) * len(theirs)
        )
        for tag, i0, i1, j0, j1 in SequenceMatcher(
            None, texts, theirs, autojunk=False
        ).get_opcodes():
            asked = tag == "delete" or max(scores[j0:j1], default=0.0) > NOT_ASKED
            if tag == "insert" and asked:
                neighbours[max(0, i0 - 1)] += 1
            elif tag == "equal":
                for i, score in zip(range(i0, i1), scores[j0:j1], strict=True):
                    if score > NOT_ASKED:
                        said[i][reading.reader] = Said(score)
            elif asked:
                for i in range(i0, i1):
                    apart = i1 - i0 == j1 - j0
                    said[i][reading.reader] = Said(
                        None, theirs[j0 + i - i0] if apart else " ".join(theirs[j0:j1])
                    )
    return [Word(t, s, n) for t, s, n in zip(texts, said, neighbours, strict=True)]


def word_features(words: Sequence[Word], first: str, quality: float) -> list[tuple[float, ...]]:
    """What the probability of each word is made of, in the order of ``WORD_FEATURES``."""
    texts = [w.text for w in words]
    rows: list[tuple[float, ...]] = []
    for k, (word, (worst, mean)) in enumerate(zip(words, _strangeness(texts), strict=True)):
        own = word.said.get(first)
        others = [s for r, s in word.said.items() if r not in (first, LAYER)]
        second, third = (*others, None, None)[:2]
        differing = [s for s in word.said.values() if s.score is None]
        letters = letters_of(word.text)
        known = is_known(word.text)
        rows.append(
            (
                _odds(own.score) if own and own.score is not None else 0.0,
                float(own is None or own.score is None),
                float(second is not None),
                _odds(second.score) if second and second.score is not None else 0.0,
                float(second is not None and second.score is None),
                _odds(third.score) if third and third.score is not None else 0.0,
                float(third is not None and third.score is None),
                float(any(letters_of(s.instead) != letters for s in differing)),
                float(min(2, word.neighbours)),
                float(known),
                float(not known and word.text[:1].isupper()),
                float(any(c.isdigit() for c in word.text)),
                float(len(letters) <= 1),
                worst / 2,
                mean / 2,
                float(bool(re.search(r"[^\w]$", word.text))),
                float(k + 1 == len(words)),
                float(k + 1 == len(words) and word.text[-1:].isalnum()),
                min(3.0, log(1 + len(letters))),
                scaled_quality(quality),
                another_sign(texts, k),
            )
        )
    return rows


def _strangeness(words: Sequence[str]) -> list[tuple[float, float]]:
    """For each word the mean logarithm of its strangest few characters, and of all of them, as
    filings are written.
    """
    text = f" {' '.join(words)} "
    odds = language().each(text)
    found, start = [], 1
    for word in words:
        end = start + len(word) + 1  # the space behind it, too: "th e"
        own = odds[start:end]
        runs = [sum(own[k : k + _WINDOW]) / _WINDOW for k in range(max(1, len(own) - _WINDOW + 1))]
        found.append((max(_LEAST, min(runs)), max(_LEAST, sum(own) / len(own))))
        start = end
    return found


def another_sign(words: Sequence[str], k: int) -> float:
    """How much more probable what filers write makes a text with another sign behind its word at
    ``k``, or with none: "Mr Cook" with a point, "MENLO. PARK" without, 0 ... 3.
    """
    word, model = words[k], language()
    body = _BEHIND.sub("", word)
    before = f" {' '.join(words[max(0, k - 3) : k])} " if k else " "
    behind = f" {words[k + 1]}" if k + 1 < len(words) else " "
    before, behind = before[1 - ORDER :], behind[:ORDER]
    # what comes before the sign is as likely with any
    own, *odds = (
        model.score(before + text + behind, len(before + body))
        for text in (word, *(body + sign for sign in _SIGNS))
    )
    best = max(p for sign, p in zip(_SIGNS, odds, strict=True) if body + sign != word)
    return min(_MOST_LIKELIER, max(0.0, (best - own) / _LIKELIER))


def _odds(score: float) -> float:
    return log_odds(score, *_SCORE_RANGE) / 2


def log_odds(p: float, least: float, most: float) -> float:
    """The logarithm of the odds of p, which counts for no less than ``least`` and no more than
    ``most``.
    """
    c = min(most, max(least, p))
    return log(c / (1 - c))


def scaled_quality(quality: float) -> float:
    """A page's quality (:func:`features.page_quality`) as a feature: 0 on a poor page, 1.2 on a
    perfect one.
    """
    return _QUALITY_STEEP * (quality - _POOR)


def logistic(model: Mapping[str, object], values: Sequence[float]) -> float:
    """The probability that a logistic model of ``scripts/calibrate.py`` gives for features in its
    order.
    """
    weights = model["weights"]
    assert isinstance(weights, list)
    z = float(str(model["bias"])) + sum(float(w) * v for w, v in zip(weights, values, strict=True))
    return 1 / (1 + exp(-max(-_FINITE, min(_FINITE, z))))
