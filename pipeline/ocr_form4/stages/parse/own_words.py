"""Words that a filing says elsewhere, taken where one reader saw them and others something like
them.

A lexicon knows few of the names that a filing is about: its issuer, its owners, their funds. The
filing itself says them time and again. Each word so taken is noted, and so doubted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise, product

from rapidfuzz.distance import Levenshtein

from ocr_form4.stages.parse.sense import settled
from ocr_form4.stages.parse.words import ALIKE, letters_of
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import Reading, of_the_picture
from ocr_form4_models.reason import Code, Reason

_OF_WORDS = (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE)
_SURE = 0.9
"""A score from which a reader's word counts as said. Of 18 texts on 211 scans that are set in the
words of their filing so, 12 are right that were wrong, and one the other way round; with 0.8 nine
are, with 0.95 as many.
"""
_OFTEN = 3
"""So often a word is said surely, and so many times as often as what stands in its place. With 2,
of 24 such texts 15 are right that were wrong, and three the other way round; with 6 seven of 8, and
none.
"""
_LETTERS = 4
"""Shorter words are like too many others. With 3 these 18 are the same, with 6 half of them."""
_CORE = re.compile(r"[^\W\d_]+(?:['’&-]?[^\W\d_]+)*")
_OWN_LETTERS = 5
"""Letters of a word that is nearly another, at least. Of 105,720 words as filed 12 are so with 4,
10 with 5, 8 with 6.
"""
_NAMES = re.compile(r"/(?:issuerName|rptOwnerName)$")
_WHY = "the filing says this word elsewhere, and one reader saw it here"
NEARLY_ANOTHER = Reason(
    Code.UNSUPPORTED,
    "a word in it that nobody knows is nearly one that the filing says elsewhere: one of them may "
    "be misread",
)
_Pair = tuple[str, str]
"""A word with the signs around it, and the letters of the word behind it."""


@dataclass(frozen=True, slots=True)
class _Said:
    """How often words are said surely: by their letters in small, and as they are written before
    the word behind them.
    """

    letters: Mapping[str, int]
    written: Mapping[_Pair, int]

    def has_letters(self, word: str, other: str) -> bool:
        """Whether the filing says ``word`` so much more often than ``other``, which is like it,
        that this is a misreading of it.
        """
        a, b = _key(word), _key(other)
        times, others = self.letters.get(a, 0), self.letters.get(b, 0)
        if is_known(other) and (others or is_known(word)):
            return False  # of two that everybody knows neither is the filing's own
        alike = len(a) >= _LETTERS and SequenceMatcher(None, a, b).ratio() >= ALIKE
        return a != b and alike and _is_much_more(times, others)

    def writes(self, words: Sequence[str], others: Sequence[str], behind: str) -> bool:
        """Whether the filing so much more often writes ``words`` than ``others``, of the same
        letters, that these have a wrong sign or space. ``behind`` is the word behind them.
        """
        times, others_times = (
            min(self.written.get(pair, 0) for pair in _pairs(said, behind))
            for said in (words, others)
        )
        return _is_much_more(times, others_times)


def _is_much_more(times: int, others: int) -> bool:
    return times >= _OFTEN * max(1, others)


def _pairs(words: Sequence[str], behind: str) -> list[_Pair]:
    return [(word, _key(other)) for word, other in pairwise([*words, behind])]


def with_own_words(filing: Filing) -> Filing:
    """The filing with those words in its texts and names that it says elsewhere, where a reader
    saw them.
    """
    texts = {path: f for path, f in filing.fields.items() if f.kind in _OF_WORDS}
    pairs = [pair for field in texts.values() for pair in _said_surely(field)]
    said = _Said(Counter(_key(word) for word, _ in pairs), Counter(pairs))
    changed = {}
    for path, field in texts.items():
        if isinstance(field.value, str):
            whole = _in_own_words(field.value, of_the_picture(field.readings), said)
            if whole != field.value:
                changed[path] = settled(field, whole, _WHY)
    return filing.with_fields(changed) if changed else filing


def tell_nearly_own_words(filing: Filing) -> Filing:
    """The filing with a note on each text with a word that no lexicon knows and that is a letter
    away from a name of its issuer or owners, or from a word that it says three times as often.

    Of 105,720 words of 498 filings as filed 10 are, misspelt ones of nine filings.
    """
    texts = {path: f for path, f in filing.fields.items() if f.kind in _OF_WORDS and f.value}
    words = {path: _long_words(str(f.value)) for path, f in texts.items()}
    said = Counter(word for of in words.values() for word in of)
    names = {word for path, of in words.items() if _NAMES.search(path) for word in of}
    odd = {
        word
        for word, times in said.items()
        if not is_known(word)
        and any(
            Levenshtein.distance(word, other, score_cutoff=1) == 1
            for other, others in said.items()
            if other in names - {word} or others >= _OFTEN * times
        )
    }
    changed = {
        path: replace(field, notes=(*field.notes, NEARLY_ANOTHER))
        for path, field in texts.items()
        if odd.intersection(words[path])
    }
    return filing.with_fields(changed) if changed else filing


def _long_words(text: str) -> list[str]:
    return [w.lower() for w in re.findall(rf"[^\W\d_]{{{_OWN_LETTERS},}}", text)]


def _said_surely(field: Field) -> list[_Pair]:
    """The words of a field with those behind them, each as often as a reader is sure of it."""
    said: list[_Pair] = []
    for reading in of_the_picture(field.readings):
        pairs = _pairs(reading.text.split(), "")
        scored = zip(pairs, reading.words, strict=False)
        said += [pair for pair, score in scored if score >= _SURE]
    return said


def _in_own_words(text: str, readings: Sequence[Reading], said: _Said) -> str:
    words = text.split(" ")
    for reading in readings:
        others = reading.text.split(" ")
        matcher = SequenceMatcher(None, words, others, autojunk=False)
        for tag, i0, i1, j0, j1 in reversed(matcher.get_opcodes()):
            if tag == "replace":
                behind = words[i1] if i1 < len(words) else ""
                words[i0:i1] = _phrase(words[i0:i1], others[j0:j1], behind, said)
    return " ".join(words)


def _phrase(words: list[str], others: Sequence[str], behind: str, said: _Said) -> Sequence[str]:
    """A phrase in the filing's own words, where ``others`` is what a reader saw of it."""
    if (letters := letters_of("".join(words))) == letters_of("".join(others)):
        tells = not re.search(r"\d", letters) and said.writes(others, words, behind)
        return others if tells else words
    for k, other in product(range(len(words)), others):
        if said.has_letters(other, words[k]):
            words[k] = _with_letters_of(words[k], other)
    return words


def _with_letters_of(word: str, other: str) -> str:
    """A word with another one's letters, and its own signs around them."""
    core, own = _CORE.search(other), _CORE.search(word)
    return word[: own.start()] + core[0] + word[own.end() :] if core and own else word


def _key(word: str) -> str:
    """The letters of a word in small; nothing of one with a figure in it."""
    return "" if re.search(r"\d", word) else letters_of(word).lower()
