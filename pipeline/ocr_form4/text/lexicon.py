"""Words that may well stand on the form: English, what filers use, and figures written as they
ought to be.

The lexicon chooses between readings of a word that readers really made; it never makes one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

_FIGURES = re.compile(
    r"[$(\[]*([1-9]\d{0,2}(,\d{3})+|[1-9]\d*|0)?(\.\d{1,5})?%?|\d\d?/\d\d?/\d{2,4}|\(?\d{1,2}\)|10b5-1(\(c\))?|\d{5}(-\d{4})?|"
    r"[1-9]\d?/[1-9]\d{0,2}(st|nd|rd|th|ths|%)?|([1-9]*[02-9])?(1st|2nd|3rd)|\d*([04-9]|1[1-3])th"
)
_INITIALS = re.compile(r"[\"'“‘(\[]*([A-Z]\.){1,5}[\"'”’)\],;:]*")
_POINTED = re.compile(r"[A-Z](\.[A-Z])+")
_AROUND = re.compile(r"^[\"'“‘(\[$]+|[\"'”’)\],.;:!?*]+$")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_LONG = 8
"""Letters of a word that is not another known one by chance: of 11 right words in notes that are a
letter off all have six (Weebly, Walton).
"""
LETTERS = 3
"""Of the shorter part of a word that may be two, at least."""


@lru_cache(maxsize=1)
def lexicon() -> frozenset[str]:
    """Words in small letters: those of filings and those of the language
    (scripts/make_lexicon.py).
    """
    words = (files("ocr_form4_models") / "weights" / "lexicon.txt").read_text().split()
    return frozenset((*words, "a"))


@lru_cache(maxsize=1 << 16)
def is_known(word: str) -> bool:
    """Whether a printed word, with the punctuation around it, is one of the lexicon or a
    well-formed figure.
    """
    bare = _AROUND.sub("", word)
    if any(c.isdigit() for c in word):
        return bool(_FIGURES.fullmatch(re.sub(r"[,.;:)\]]+$", "", word))) or bool(
            _FIGURES.fullmatch(bare)
        )
    if _INITIALS.fullmatch(word):  # "L.P" has lost its last point
        return True
    parts = re.split(r"[-/&'’]", bare)
    return all(p.lower() in lexicon() or len(p) <= 1 for p in parts) and bool(bare) and _cased(bare)


def is_run_together(word: str) -> bool:
    """Whether a word that nobody knows may be two that are known, of LETTERS letters and more
    each, without the space between them: "NEWYORK". Of 193,464 words as filed 111 look so.
    """
    letters = _AROUND.sub("", word)
    if not letters.isalpha() or is_known(word):
        return False
    cuts = range(LETTERS, len(letters) - LETTERS + 1)
    return any(is_known(letters[:k]) and is_known(letters[k:]) for k in cuts)


def is_a_letter_off(word: str) -> bool:
    """Whether a word of eight letters and more, known to nobody, is a known one but for a letter:
    "PURSJANT".
    """
    letters = _AROUND.sub("", word).lower()
    if len(letters) < _LONG or not letters.isalpha() or letters in lexicon():
        return False
    places = range(len(letters))
    return any(letters[:k] + c + letters[k + 1 :] in lexicon() for k in places for c in _ALPHABET)


def lacks_a_point(word: str) -> bool:
    """Whether initials with points have none behind the last: "L.P". Of 1,124 as filed one has
    none; the line reader, however sure it is, sees none before a raised mark.
    """
    return bool(_POINTED.fullmatch(_AROUND.sub("", word))) and not _INITIALS.fullmatch(word)


def _cased(word: str) -> bool:
    """Whether capitals stand where they may: none, the first of a part, or all, but for the s of a
    plural ("RSUs").
    """
    return all(
        p.islower() or p.isupper() or p.istitle() or (p[:-1].isupper() and p[-1] == "s") or not p
        for p in re.split(r"[^A-Za-z]", word)
    )


def known_share(words: Sequence[str]) -> float:
    """The share of words that the lexicon has; words with a figure in them do not count."""
    letters = [w for word in words for w in re.findall(r"[A-Za-z]+", word)]
    return sum(w.lower() in lexicon() for w in letters) / len(letters) if letters else 0.0
