"""The captions of a table, as they were read, fitted to what the editions print: which table it is,
and its columns.

A table whose rulings dropped out, broke off or were never printed still has its captions. Each word
of theirs belongs to one column; the places between columns are put so that as many letters as can
be stand under the heading they are of.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from ocr_form4.pixels.crops import MARGIN
from ocr_form4_models.editions import Heading, editions
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.reading import RAISED

_NUMBER = re.compile(r"\W{0,2}(1?\d[Aa]?)\s?\.(.*)")
_ANCHOR = 6.0
"""What a heading's own number before a word is worth, in letters. With 3 and with 12 four fixtures
without rulings are read the same.
"""
_FOREIGN = 0.5
"""What a letter costs that no heading has, where one that the heading has is worth 1."""
_ALIKE = 75.0
"""How much a word read is one of a heading's, of 100."""
_ALIKE_ALONE = 88.0
"""The same where no heading is given, as there are more words to be like by accident: of 570 pairs
of a word that is none of a caption and one that is, on the fixtures, the likest are 87.
"""
_WHOLE = 0.8
"""The quality of a fit to a whole table from which no half of one is tried. On the fixtures 88 of
95 are 0.99 times it or less, the others 1.04 or more.
"""
_WITHIN_PX = 4.0
"""Upright pixels by which a border has to be inside of a word's box to go through it: of 168,538
such places on the fixtures 99 of 100 are 4.9 or more inside, nine of ten 14 or more.
"""
_KEPT = 65_536
"""Words under captions whose worth is remembered: of six pages of two fixtures without rulings they
are 6,959.
"""
_PIECE = 3
"""The shortest piece of a word that counts as one, in letters: typed captions break words wherever
a column ends, and what has one or two (1,888 of 5,253 on the fixtures) is in any word.
"""
_THROUGH = 3.0
"""What a border costs that goes through a word, in letters. With 1.5 and with 6 four fixtures
without rulings are read the same.
"""
_OFF = 0.06
"""How far a border stands from where the edition has it, in shares of the table's width, to cost
half of ``_OFF_COSTS``. With 0.03 and with 0.12 four fixtures of lost rulings are read the same.
"""
_OFF_COSTS = 3.0
"""Twice that cost, in letters. With 1.5 and with 6 four fixtures of lost rulings are read the same.
"""
_HALF = 4
"""Least headings of each half of a table in two. On the fixtures all 410 are 1.00 times it or less.
"""
_BAR = 4.0
"""What a border is worth that stands where a bar is typed or a ruling left, in letters. With 2 and
with 8 four fixtures of lost rulings are read the same; with 0 a border of one of them stands
elsewhere, between the same words.
"""


@dataclass(frozen=True, slots=True)
class Word:
    """A word as a reader has it, and where its letters stand."""

    text: str
    box: Box[Upright]


@dataclass(frozen=True, slots=True)
class Template:
    """A table as an edition prints it."""

    table: Table
    headings: tuple[Heading, ...]
    rulings: tuple[float, ...]
    """Of the headings, not of their leaves: in shares of the table's width, its edges included."""
    leaves: tuple[float, ...]
    """The same of all leaf columns."""
    editions: tuple[str, ...]
    """The editions that print it so."""

    def leaf_shares(self, k: int) -> tuple[float, ...]:
        """Where the leaf columns of a heading begin and end, in shares of its width."""
        start = sum(len(h.leaves) for h in self.headings[:k])
        a, *inner, b = self.leaves[start : start + len(self.headings[k].leaves) + 1]
        return 0.0, *((s - a) / (b - a) for s in inner), 1.0


@dataclass(frozen=True, slots=True)
class CaptionFit:
    """A table's leaf columns as its captions let expect them.

    ``borders`` are the n + 1 x around its n leaf columns, ``captions`` the (left, right) of each
    leaf column's own caption, or of its heading's; None where nothing of it was read. ``first`` is
    the index of the first leaf column among the table's: a table may be printed in two halves.
    ``quality`` is the share of the captions' letters that was found in its place, 0 ... 1.
    """

    table: Table
    editions: tuple[str, ...]
    """Those that print these captions."""
    first: int
    whole: int
    """How many leaf columns the table has."""
    borders: tuple[float, ...]
    captions: tuple[tuple[float, float] | None, ...]
    quality: float


def fit_captions(words: Sequence[Word], bars: Sequence[float] = ()) -> CaptionFit | None:
    """The table that the words of a row of captions fit best; ``bars`` are x at which columns are
    ruled or barred.

    None where they fit none: less than half of the letters that a table's captions have.
    """
    words = [w for w in words if _letters(w.text)]
    if len(words) < _HALF:
        return None
    found = [fit for template in _templates() for fit in _fits(template, words, bars)]
    if not found:
        return None
    score, fit = max(found, key=lambda f: f[0])
    return fit if fit.quality >= 0.5 and score > 0 else None


def of_captions(text: str) -> float:
    """The share of a line's letters that are in words of the tables' captions, 0 ... 1. A raised
    mark is an entry's. Scraps count neither way; a line of nothing else is a caption's.
    """
    words = _lettered(text)
    said = [w for w in words if not _is_scrap(w)]
    total = sum(len(_letters(w.translate(RAISED))) for w in said)
    known = [s for w in said if w == w.translate(RAISED) and _is_of_captions(s := _letters(w))]
    return sum(map(len, known)) / total if total else float(bool(words))


def is_of_scraps(text: str) -> bool:
    """Whether a line has nothing but pieces of a caption's words that are too short to tell."""
    return all(_is_scrap(w) for w in _lettered(text))


def has_words(text: str, of_captions: bool = False) -> bool:
    """Whether a line has a word of three letters or figures: of captions, if so asked. One of
    shorter ones alone is dirt.
    """
    words = (_letters(w) for w in _lettered(text))
    return any(
        len(w) >= _PIECE and (not of_captions or (w.isalpha() and _is_of_captions(w)))
        for w in words
    )


def _lettered(text: str) -> list[str]:
    return [w for w in re.split(r"[\s|]+", text) if _letters(w.translate(RAISED))]


def _is_scrap(word: str) -> bool:
    """Whether a word is one or two letters that stand in a caption."""
    letters = _letters(word)
    vocabulary, joined = _vocabulary()
    return (
        word == word.translate(RAISED)
        and len(letters) < _PIECE
        and letters.isalpha()
        and letters not in vocabulary
        and any(letters in j for j in joined)
    )


@lru_cache(maxsize=_KEPT)
def _is_of_captions(word: str) -> bool:
    vocabulary, joined = _vocabulary()
    if word in vocabulary or re.fullmatch(r"1?\da?", word):
        return True
    return len(word) >= _PIECE and (
        any(word in j for j in joined)
        or any(fuzz.ratio(word, v) >= _ALIKE_ALONE for v in vocabulary if len(v) > 3)
    )


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[frozenset[str], tuple[str, ...]]:
    captions = {h.caption for t in _templates() for h in t.headings}
    captions |= {c for t in _templates() for h in t.headings for c, _, _ in h.leaves if c}
    tokens = {s for c in captions for w in _tokens(c) if (s := _letters(w))}
    return frozenset(tokens), tuple(dict.fromkeys(_letters(c) for c in captions))


@lru_cache(maxsize=1)
def _templates() -> tuple[Template, ...]:
    found: dict[object, Template] = {}
    for one in editions():
        for table, headings in one.headings.items():
            ends = np.cumsum([0, *(len(h.leaves) for h in headings)])
            leaves = one.rulings[table]
            key = (table, headings, leaves)
            names = (*(found[key].editions if key in found else ()), one.name)
            found[key] = Template(
                table, headings, tuple(leaves[int(k)] for k in ends), leaves, names
            )
    return tuple(found.values())


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _tokens(caption: str) -> list[str]:
    return re.findall(r"[A-Za-z]+\S*|\S+", caption)


@lru_cache(maxsize=_KEPT)
def _worth(text: str, caption: str) -> float:
    """What a word is worth under a caption, in letters: less than nothing where it is none of the
    caption's.
    """
    number, own = _NUMBER.fullmatch(text), _NUMBER.match(caption)
    if number and own:
        rest = _letters(number[2])
        anchored = _ANCHOR if number[1].lower() == own[1].lower() else 0.0
        return anchored + (_worth_of_letters(rest, own[2]) if rest else 0.0)
    return _worth_of_letters(_letters(text), own[2] if own else caption)


def _worth_of_letters(letters: str, caption: str) -> float:
    tokens = [_letters(t) for t in _tokens(caption)]
    if letters in tokens:
        return len(letters) + 0.5
    if len(letters) >= _PIECE:
        alike = max((fuzz.ratio(letters, t) for t in tokens), default=0.0) >= _ALIKE
        if alike or letters in _letters(caption):
            return float(len(letters))
    return -_FOREIGN * len(letters)


def _fits(
    template: Template, words: Sequence[Word], bars: Sequence[float]
) -> list[tuple[float, CaptionFit]]:
    """The words fitted to a whole table and, where half of its headings are missing, to a half of
    it.
    """
    count = len(template.headings)
    found = [_fit(template, 0, count, words, bars)]
    if found[0] and found[0][1].quality < _WHOLE:
        halves = [(0, k) for k in range(_HALF, count - _HALF + 1)] + [
            (k, count) for k in range(_HALF, count - 3)
        ]
        found += [_fit(template, a, b, words, bars) for a, b in halves if count >= 2 * _HALF]
    return [f for f in found if f]


def _fit(
    template: Template, first: int, last: int, words: Sequence[Word], bars: Sequence[float]
) -> tuple[float, CaptionFit] | None:
    """The words fitted to the headings from ``first`` up to ``last``: the score in letters, and the
    columns.
    """
    headings = template.headings[first:last]
    texts = [" ".join((h.caption, *(c for c, _, _ in h.leaves))) for h in headings]
    left, right = min(w.box.x0 for w in words) - MARGIN, max(w.box.x1 for w in words) + MARGIN
    a, *inner, b = template.rulings[first : last + 1]
    cuts = _cuts(words, texts, _between(left, right, [(r - a) / (b - a) for r in inner]), bars)
    if cuts is None:
        return None
    score, borders = cuts
    placed: list[tuple[float, float, tuple[float, float] | None]] = []
    got = asked = 0.0
    for k, heading in enumerate(headings):
        here = [w for w in words if borders[k] <= w.box.center[0] < borders[k + 1]]
        right_ones = [w for w in here if _worth(w.text, texts[k]) > 0]
        total = len(_letters(texts[k]))
        got += min(total, sum(len(_letters(w.text)) for w in right_ones))
        asked += total
        expected = _between(borders[k], borders[k + 1], template.leaf_shares(first + k)[1:-1])
        placed += _leaf_columns(heading, right_ones, expected, bars)
    xs = (borders[0], *(x1 for _, x1, _ in placed))
    leaf = sum(len(h.leaves) for h in template.headings[:first])
    whole = sum(len(h.leaves) for h in template.headings)
    extra = sum(len(_letters(w.text)) for w in words) - got
    quality = (got / asked) * (1.0 - max(0.0, extra) / (got + max(0.0, extra) + 1))
    return score, CaptionFit(
        template.table, template.editions, leaf, whole, xs, tuple(c for _, _, c in placed), quality
    )


def _between(left: float, right: float, shares: Sequence[float]) -> list[float]:
    """The x between two edges at these shares of the way, the edges included."""
    return [left, *(left + s * (right - left) for s in shares), right]


def _cuts(
    words: Sequence[Word], texts: Sequence[str], expected: Sequence[float], bars: Sequence[float]
) -> tuple[float, list[float]] | None:
    """The x between columns by which the words are worth most under ``texts``, the edges included;
    and that worth. ``expected`` is where an edition has them; its first and last are the edges.

    By dynamic programming over the places beside words.
    """
    left, right = expected[0], expected[-1]
    places = _places(words, left, right, bars)
    if len(places) < len(texts) + 1:
        return None
    at = np.array(places)
    centers = np.array([w.box.center[0] for w in words])
    worth = np.array([[_worth(w.text, t) for w in words] for t in texts])
    order = np.argsort(centers, kind="stable")
    before = np.searchsorted(centers[order], at)
    summed = np.concatenate(
        [np.zeros((len(texts), 1)), np.cumsum(worth[:, order], axis=1)], axis=1
    )[:, before]
    through = np.array(
        [sum(w.box.x0 + _WITHIN_PX < x < w.box.x1 - _WITHIN_PX for w in words) for x in places],
        float,
    )
    barred = np.array([any(abs(x - b) < 1 for b in bars) for x in places])
    width = right - left
    best: NDArray[np.float64] = np.full(len(at), -np.inf)
    best[0] = 0.0
    came = []
    for k in range(len(texts)):
        ahead = best - summed[k]
        top, source = np.maximum.accumulate(ahead), np.zeros(len(at), int)
        for j in range(1, len(at)):
            source[j] = j if ahead[j] > top[j - 1] else source[j - 1]
        after = np.full(len(at), -np.inf)
        after[1:] = top[:-1] + summed[k][1:]
        came.append(np.concatenate([[0], source[:-1]]))
        if k < len(texts) - 1:
            off = np.minimum(2.0, np.abs(at - expected[k + 1]) / (_OFF * width))
            after -= _THROUGH * through + _OFF_COSTS * off**2 / 2 - _BAR * barred
        best = after
    j = len(at) - 1
    if not np.isfinite(best[j]):
        return None
    borders = [float(at[j])]
    for back in reversed(came):
        j = int(back[j])
        borders.append(float(at[j]))
    return float(best[-1]), borders[::-1]


def _places(words: Sequence[Word], left: float, right: float, bars: Sequence[float]) -> list[float]:
    """Where a border may stand: beside words and on bars, from left to right."""
    sides = sorted(
        {round(x) for w in words for x in (w.box.x0 - 3, w.box.x1 + 3) if left < x < right}
    )
    thin = [x for k, x in enumerate(sides) if k == 0 or x - sides[k - 1] >= 1]
    return [left, *sorted({float(x) for x in thin} | {b for b in bars if left < b < right}), right]


def _leaf_columns(
    heading: Heading, words: Sequence[Word], expected: Sequence[float], bars: Sequence[float]
) -> list[tuple[float, float, tuple[float, float] | None]]:
    """A heading's leaf columns: from, to, and where the caption of each stands. ``expected`` are
    the x around them as its edition has them.

    Under a heading that is divided, the lowest words are the leaves' captions; where they cannot be
    told, the edition's proportions stand.
    """
    own = _span(words)
    if not heading.is_divided:
        return [(expected[0], expected[-1], own)]
    texts = [caption for caption, _, _ in heading.leaves]
    best: tuple[float, Sequence[float], list[Word]] | None = None
    for low in sorted({w.box.y0 for w in words}):
        under = [w for w in words if w.box.y0 >= low - 2]
        over = [w for w in words if w.box.y0 < low - 2]
        cut = _cuts(under, texts, expected, bars)
        if cut:
            total = cut[0] + sum(_worth(w.text, heading.caption) for w in over)
            if best is None or total > best[0]:
                best = (total, cut[1], under)
    borders, under = (best[1], best[2]) if best and best[0] > 0 else (expected, [])
    captions = [_span([w for w in under if a <= w.box.center[0] < b]) for a, b in pairwise(borders)]
    return [(a, b, c) for (a, b), c in zip(pairwise(borders), captions, strict=True)]


def _span(words: Sequence[Word]) -> tuple[float, float] | None:
    if not words:
        return None
    box = union(w.box for w in words)
    return box.x0, box.x1
