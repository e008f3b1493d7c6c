"""The words of a line as a network saw them, read again where it was not sure: in the way that
makes most sense.

Only ways of reading that the network itself deems possible, and those whose letters run together
to what it sees, are weighed: by its own probability, by whether the lexicon has the word, and in
running text by the language of filings. Each word that is
read another way than the network's best is doubted, whatever became of it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_form4.readers.beam import ways_to_read
from ocr_form4.text.language import ORDER, language
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.reading import RAISED

Floats = NDArray[np.float32]
WEAK = 0.93
"""The score below which a character is doubted, and its word read again."""
STRANGE = 0.995
"""The same for a word that the lexicon lacks."""
STOPPED = 0.99
"""The same in running text for a word with a comma or a point behind it: which of them it is, the
sentence tells.
"""
MISSED = 0.05
"""The probability of a character between others from which its word is read again."""
TORN = 0.5
"""The score of a character next to a gap that was closed, or of a comma or point put into it."""
_HARDLY = 1e-3
"""The share that a way to read a word must have which the network is sure of."""
_WORD = r"\W*[A-Za-z]?[a-z]{3,}\W*"
_LETTERS = re.compile(r"[^A-Za-z0-9]")
_TORN = re.compile(r"\d[,.]? \d")
_RUNNING = 4
"""Words that make a line running text: a cell's few words are not weighed by the language of
footnotes.
"""
_KNOWN = 4.8
"""The weight of being known: that of being 120 times as probable."""
_LANGUAGE = 0.35
"""The weight of the language beside the network's own odds; anything from 0.2 to 0.7 reads as well.
"""
_AS_ONE = {"n": ("ri",), "m": ("rn", "ni"), "u": ("ti",)}
"""Letters that small print of a copy runs together, by the one that every reader then sees
("Secunties", "Attomey", "compames", "muluple"): so seven of 141 wrong words on 320 scans that no
lexicon has; "ti" mends two of 22 wrong fields of the development corpus more.
"""
_TOGETHER = 0.02
"""The share of a way to read a word that falls to letters run together in it: a word that is known
is 120 times as probable, so that the language has a say."""
_RAISED = 1.6
"""The cost of a footnote mark's character in running text, which seldom has any."""


@dataclass(frozen=True, slots=True)
class Character:
    """A character, its score, and the steps from which and up to which it was seen."""

    text: str
    score: float
    start: int
    end: int


Word = list[Character]


def spelt(word: Sequence[Character]) -> str:
    return "".join(c.text for c in word)


def _least(word: Sequence[Character]) -> float:
    return min(c.score for c in word)


def _bare(text: str) -> str:
    """Text without the footnote marks above it, which are no part of its words."""
    return "".join(c for c in text if ord(c) not in RAISED)


def words_of(characters: Sequence[Character]) -> list[Word]:
    """Characters between spaces."""
    words: list[Word] = [[]]
    for c in characters:
        if c.text == " ":
            words.append([])
        else:
            words[-1].append(c)
    return [w for w in words if w]


def mended(words: Sequence[Word], odds: Floats, classes: Sequence[str]) -> list[Word]:
    """The words, those put together that a gap has torn apart: ``$241 87``, ``2, 107,672``, ``separ
    ate``.

    ``odds`` are those of the classes at each step, shape (steps, classes).
    """
    whole: list[Word] = []
    for word in words:
        joint = _joint(whole[-1], word, odds, classes) if whole else None
        if joint:
            whole[-1] = joint
        else:
            whole.append(word)
    return whole


def _joint(left: Word, right: Word, odds: Floats, classes: Sequence[str]) -> Word | None:
    """Two words as one, if they are none apart and one together; its characters beside the gap are
    doubted.

    No amount has a gap: of the marks that make it one, the more probable at its place is put there.
    """
    a, b = spelt(left), _bare(spelt(right))
    if not b:
        return None
    if a[0] == "$" and a[-1].isdigit() and b[0].isdigit():
        gap = odds[left[-1].start : right[0].end]
        marks = [Character(c, TORN, left[-1].end, left[-1].end) for c in ",."]
        known = [m for m in marks if is_known(a + m.text + b)]
        if known:
            mark = max(known, key=lambda m: float(gap[:, classes.index(m.text)].max()))
            return [*left, mark, *right]
    amount = re.fullmatch(r"\$[\d,]*\d[.,]", a) and re.match(r"\d{2,4}(?!\d)", b)
    grouped = re.fullmatch(r"[$(]*\d{1,3}(,\d{3})*,", a) and re.match(r"\d{3}(?!\d)", b)
    letters = (
        a[-1].isalpha()
        and (b[0].islower() or not b[0].isalnum())
        and not (is_known(a) and is_known(b))
    )
    if not (amount or grouped or letters) or not is_known(a + b):
        return None
    if b[0] in ")]}":  # print has a gap there as often as none
        return [*left, *right]
    end, start = left[-1], right[0]
    doubted = [Character(c.text, min(TORN, c.score), c.start, c.end) for c in (end, start)]
    return [*left[:-1], *doubted, *right[1:]]


def respelt(words: Sequence[Word], probabilities: Floats, classes: Sequence[str]) -> list[Word]:
    """The words, weak and strange ones read in the way that makes most sense.

    ``probabilities`` are those of the classes at each step of the line, shape (steps, classes).
    """
    running = sum(any(c.text.isalpha() for c in word) for word in words) >= _RUNNING
    said: list[Word] = []
    between = (
        _between(probabilities, classes) if running else np.zeros(len(probabilities), np.float32)
    )
    for k, word in enumerate(words):
        before = words[k - 1][-1].end if k else 0
        after = words[k + 1][0].start if k + 1 < len(words) else len(probabilities)
        start, end = (before + word[0].start + 1) // 2, (after + word[-1].end) // 2
        # behind the last word nothing tells a comma from a point
        goes_on = running and k + 1 < len(words)
        missed = goes_on and between[start:end].max(initial=0) > MISSED
        if not missed and not _is_open(word, running, goes_on):
            said.append(word)
            continue
        context = None
        if running:
            behind = spelt(words[k + 1]) if k + 1 < len(words) else ""
            context = (
                f" {_bare(' '.join(spelt(w) for w in said[-3:]))} " if said else " ",
                f" {behind}",
            )
        said += _best_way(word, probabilities[start:end], classes, context)
    return said


def _between(probabilities: Floats, classes: Sequence[str]) -> Floats:
    """At each step at which the network sees nothing, the most probable character other than those
    left and right of it, which reach into it: what it may have missed there. No score of a
    character tells of that.
    """
    best = probabilities.argmax(axis=1)
    steps = np.arange(len(best))
    seen = np.where(best > 0, steps, -1)
    left = best[np.maximum.accumulate(seen)]  # before the first, what is last: it is far away
    later = np.where(best > 0, steps, len(best) - 1)
    right = best[np.minimum.accumulate(later[::-1])[::-1]]
    other = probabilities.copy()
    other[steps, left] = other[steps, right] = 0
    other[:, [0, *(k for k, c in enumerate(classes) if c == " ")]] = 0
    return np.where(best > 0, 0, other.max(axis=1)).astype(np.float32)


def _is_open(word: Word, running: bool, goes_on: bool) -> bool:
    """Whether a word is to be read again: a weak one, a strange one, and in running text a word of
    small letters that nobody knows, however sure the network is of it.
    """
    least, bare = _least(word), _bare(spelt(word))
    if not bare:
        return False
    known = is_known(bare)
    if least >= STRANGE:
        return running and not known and re.fullmatch(_WORD, bare) is not None
    if not running:
        return not known
    stopped = goes_on and re.search(r"[A-Za-z][.,;:]+$", bare) is not None
    return least < (STRANGE if not known else STOPPED if stopped else WEAK)


def _makes_sense(text: str) -> bool:
    """Whether words are all known, and no figure is torn in two."""
    return not _TORN.search(text) and all(is_known(part) for part in text.split(" "))


def _run_together(ways: Mapping[str, float]) -> dict[str, float]:
    """The known words that become one of the ways to read a word, known to nobody, where two of
    their letters run together.
    """
    found: dict[str, float] = {}
    for text, p in ways.items():
        if is_known(_bare(text)):
            continue
        for k, letter in enumerate(text):
            for two in _AS_ONE.get(letter, ()):
                apart = text[:k] + two + text[k + 1 :]
                if is_known(_bare(apart)):
                    found[apart] = max(found.get(apart, 0.0), _TOGETHER * p)
    return found


def _best_way(
    word: Word, steps: Floats, classes: Sequence[str], context: tuple[str, str] | None
) -> list[Word]:
    """The word read in the way that makes most sense between what stands before and behind it, if
    that is told.
    """
    ways: dict[str, float] = {}
    for way, p in ways_to_read(steps):
        text = "".join(classes[k] for k in way).strip()
        ways[text] = ways.get(text, 0.0) + p
    total = sum(ways.values())
    for text, p in _run_together(ways).items():
        ways.setdefault(text, p)
    best, highest = (spelt(word), 0.0), -math.inf
    letters = (
        _LETTERS.sub("", spelt(word))
        if is_known(_bare(spelt(word))) and _least(word) >= WEAK
        else ""
    )
    least = 0.0 if _least(word) < STRANGE else _HARDLY * total
    for text, p in ways.items():
        if not text or p <= least or (letters and _LETTERS.sub("", text) != letters):
            continue  # of a word that is one, commas and points alone are in question
        worth = math.log(p)
        if worth + _KNOWN <= highest:
            continue
        bare = _bare(text)
        worth += _KNOWN * _makes_sense(bare)
        if context and worth > highest:  # the language makes nothing likelier
            before, behind = context[0][1 - ORDER :], context[1][: ORDER - 1]
            worth += _LANGUAGE * language().score(before + bare + behind, len(before))
            worth -= _RAISED * (len(text) - len(bare))
        if worth > highest:
            best, highest = (text, p), worth
    text, p = best
    if text == spelt(word):
        return [word]
    score = min(WEAK, p / total)
    places = np.linspace(word[0].end, word[-1].end, len(text)).round().astype(int).tolist()
    return words_of([Character(c, score, at, at) for c, at in zip(text, places, strict=True)])
