"""Two readings of a line of text, merged word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from difflib import SequenceMatcher

from ocr_form4.stages.parse.candidates import trust
from ocr_form4.stages.parse.grammar import plain
from ocr_form4.text.language import ORDER, language
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.reading import Reading, of_the_picture

SURE = 0.9
"""The score from which the first reader's word stands against two others: of 39 words on 280 scans
four have 0.93 or more, the others 0.89 or less.
"""
RUNNING = 4
"""Words that make a line running text, in which the language of filings tells words apart. On the
fixtures 98 of 248 are 0.75 times it or less, the others 1.00 or more.
"""
TOLD = 5.0
"""The difference of log-probabilities from which the language decides. On the fixtures 12 of 40 are
0.80 times it or less, the others 1.11 or more.
"""
ALONE = 0.8
"""What a reader's score is worth where the others saw nothing; and the score from which a word that
only the second reader saw is taken, where there is no third. With 1.0 no value of 141 scans is
another.
"""
CLEAN, WITHOUT_DIRT = 0.9, 0.99
"""Of two words of the same letters the first reader's has a speck for a sign where it gives it less
than the first, and the second its own as much as the second: of 43 such words on 750 scans by many
hands 35 are as the second has them; of 105 others 32.
"""
AGAINST_TWO = 0.98
"""The same where a third reader has the word as the second has it: of four such words on 159 scans
that the first gives 0.9 or more, three have less than this and a speck, and one has 0.998 and none.
"""
_TORN = re.compile(r"\d \d|\d[,.] \d{3}(?!\d)")
"""A figure torn in two; a day and a year behind it are none."""
ALIKE, SAME_LETTERS = 0.6, 0.85
"""Ratios of two words (difflib's, 0 to 1): from the first on one may be the other misread, above
the second they are the same letters with other spaces.
"""


def merge(readings: Sequence[Reading]) -> tuple[str, float]:
    """The best text of a line, and the share of its letters that the readers agree on (1 for a
    single sure reading).

    Where two readings differ, the one that says what is known is taken; else the one that a third
    reader shares, if the first was not sure; else the one with the better score, weighed by what
    the reader's word is worth.
    """
    readings = of_the_picture(readings) or readings  # the layer alone is the form's own print
    said = [r for r in readings if r.text]
    if not said:
        return "", 0.0
    if len(said) == 1:
        score = said[0].confidence
        return plain(said[0].text), ALONE * score if len(readings) > 1 else score
    third = plain(said[2].text).split(" ") if len(said) > 2 else []
    merged, agreed = _word_by_word(said[0], said[1], third)
    amended = _amended(merged, third)
    if third:
        amended = _agreed_ends(amended, [*map(_texts, map(_words, said[:2])), third])
    text = " ".join(amended)
    total = max(1, len(text.replace(" ", "")))
    return text, agreed / total


_Scored = Sequence[tuple[str, float]]
"""Words with their scores."""


def _word_by_word(first: Reading, second: Reading, third: Sequence[str]) -> tuple[list[str], int]:
    """The words of two readings merged, and the number of letters that both saw."""
    a, b = _words(first), _words(second)
    worth = trust(second) / trust(first)
    running = sum(w.isalpha() for w, _ in a) >= RUNNING
    shapes = {_shape(w) for w, _ in a if w in dict(b)}
    merged: list[str] = []
    agreed = 0
    matcher = SequenceMatcher(None, _texts(a), _texts(b), autojunk=False)
    for tag, i0, i1, j0, j1 in matcher.get_opcodes():
        left, right = a[i0:i1], b[j0:j1]
        if tag == "equal":
            merged += _texts(left)
            agreed += sum(len(w) for w, _ in left)
        elif tag == "delete":
            merged += _seen_by_first(left, third)
        elif tag == "insert":
            merged += _seen_by_second(right, third)
        else:
            same = "".join(_texts(left)) == "".join(_texts(right))
            agreed += sum(len(w) for w, _ in right) if same else 0
            for x, y, behind in _facing(left, right, a[i1:]):
                words = _texts(x), _texts(y)
                told = (
                    _by_shape(*words, shapes) or _by_language(*words, merged, behind)
                    if running
                    else None
                )
                merged += told or _choose(x, y, third, worth)
    return merged, agreed


def _texts(words: _Scored) -> list[str]:
    return [text for text, _ in words]


def _facing(left: _Scored, right: _Scored, rest: _Scored) -> list[tuple[_Scored, _Scored, _Scored]]:
    """Words that face each other, and what the first reader saw behind them: word by word where
    both saw as many.
    """
    if len(left) != len(right):
        return [(left, right, rest)]
    behind = [*left, *rest]
    return [([left[k]], [right[k]], behind[k + 1 :]) for k in range(len(left))]


def _seen_by_first(words: _Scored, third: Sequence[str]) -> list[str]:
    """What only the first reader saw, it mostly saw."""
    texts = _texts(words)
    is_dirt = _is_noise(texts) and min(s for _, s in words) < SURE and not _occurs(texts, third)
    return [] if is_dirt else texts


def _seen_by_second(words: _Scored, third: Sequence[str]) -> list[str]:
    """What only the second reader saw counts where the third saw it too, or none was asked and the
    second was sure of more than single letters.
    """
    texts = _texts(words)
    is_sure = min((s for _, s in words), default=0.0) > ALONE
    alone = is_sure and not third and all(len(w) > 1 for w in texts)
    return texts if alone or _occurs(texts, third) else []


def _amended(words: list[str], third: Sequence[str]) -> list[str]:
    """The words, those that nobody knows replaced by the third reader's word for them, if that is
    known and alike.

    The first two are networks of one family and share mistakes.
    """
    amended = list(words)
    for tag, i0, i1, j0, j1 in SequenceMatcher(None, words, third, autojunk=False).get_opcodes():
        if tag == "replace" and i1 - i0 == j1 - j0:
            for k, word in zip(range(i0, i1), third[j0:j1], strict=True):
                alike = SequenceMatcher(None, words[k], word).ratio() >= ALIKE
                less = len(letters_of(word)) < len(letters_of(words[k]))
                if re.search(r"\d", word) and less:
                    continue  # what is left of a code is always a well-formed figure
                if alike and is_known(word) and not is_known(words[k]):
                    amended[k] = word
    return amended


def _agreed_ends(words: list[str], read: Sequence[Sequence[str]]) -> list[str]:
    """The words less a single character at an end that no two of three readers see, and one does
    not see at all: dirt, of which each makes something else.
    """
    for end, beside in ((0, 1), (-1, -2)):
        if len(words) < 2 or len(letters_of(words[end])) > 1:
            continue
        agreed = sum(r[end] == words[end] for r in read)
        if agreed < 2 and any(r[end] == words[beside] for r in read):
            words = words[1:] if end == 0 else words[:-1]
    return words


def _occurs(phrase: Sequence[str], words: Sequence[str]) -> bool:
    return any(
        list(words[k : k + len(phrase)]) == list(phrase)
        for k in range(len(words) - len(phrase) + 1)
    )


def _words(reading: Reading) -> list[tuple[str, float]]:
    words = plain(reading.text).split(" ")
    scores = (
        reading.words if len(reading.words) == len(words) else (reading.confidence,) * len(words)
    )
    return list(zip(words, scores, strict=True))


def _choose(
    left: Sequence[tuple[str, float]],
    right: Sequence[tuple[str, float]],
    third: Sequence[str],
    worth: float,
) -> list[str]:
    """One of two phrases that differ. ``worth`` is what the right reader's word is worth, the left
    one's being 1.
    """
    a, b = min(s for _, s in left), min(s for _, s in right)
    words_a, words_b = [w for w, _ in left], [w for w, _ in right]
    if _is_noise(words_a) != _is_noise(words_b):
        return words_b if _is_noise(words_a) else words_a
    known_a, known_b = _known(words_a), _known(words_b)
    if known_a != known_b:
        return words_b if known_b > known_a else words_a
    in_a, in_b = _occurs(words_a, third), _occurs(words_b, third)
    if in_a != in_b and (in_a or a < SURE):
        return words_a if in_a else words_b
    if letters_of("".join(words_a)) == letters_of("".join(words_b)):
        # they differ in spaces, points and commas, which the first sees better, and dirt with them
        clean = AGAINST_TWO if in_b and not in_a else CLEAN
        is_dirt = a < clean and b >= WITHOUT_DIRT and len(words_a) == len(words_b)
        return words_b if is_dirt else words_a
    if worth * b > a:
        return words_b
    if (
        len(words_b) > len(words_a)
        and SequenceMatcher(None, "".join(words_a), "".join(words_b)).ratio() > SAME_LETTERS
    ):
        return _respaced("".join(words_a), words_b)
    return words_a


def _shape(word: str) -> str:
    """A figure with its digits made alike, without what stands around it: ``$984.980,`` gives
    ``$000.000``.
    """
    return re.sub(r"\d", "0", word.strip(",.;:()"))


def _by_shape(a: Sequence[str], b: Sequence[str], shapes: Container[str]) -> Sequence[str] | None:
    """Of two amounts that differ in commas and points alone, the one that is written as others of
    the line are.
    """
    if len(a) != 1 or len(b) != 1 or letters_of(a[0]) != letters_of(b[0]):
        return None
    if not re.search(r"\d[.,]\d", a[0]):
        return None
    x, y = _shape(a[0]), _shape(b[0])
    if x == y or (x in shapes) == (y in shapes):
        return None
    return a if x in shapes else b


def _by_language(
    a: Sequence[str], b: Sequence[str], before: Sequence[str], after: Sequence[tuple[str, float]]
) -> Sequence[str] | None:
    """Of two phrases of known words, the one that what filers write makes much more probable
    between its neighbours.

    Figures and numerals are nothing it could tell apart, and a phrase with one is not asked for.
    """
    if any(re.search(r"\d|^\W*[IVX]+\W*$", w) for w in (*a, *b)) or _known(a) < 1 or _known(b) < 1:
        return None
    left = f" {' '.join(before[-3:])} " if before else " "
    right = f" {after[0][0]}"[: ORDER - 1] if after else " "
    left = left[1 - ORDER :]
    odds = [language().score(left + " ".join(said) + right, len(left)) for said in (a, b)]
    if abs(odds[0] - odds[1]) < TOLD:
        return None
    return a if odds[0] > odds[1] else b


def _known(words: Sequence[str]) -> float:
    """The share of words that are of the lexicon, or well-formed figures; a figure torn in two is
    none.
    """
    if _TORN.search(" ".join(words)):
        return 0.0
    return sum(map(is_known, words)) / len(words) if words else 0.0


def letters_of(text: str) -> str:
    """The letters and figures of a text, without its spaces and signs."""
    return re.sub(r"[^A-Za-z0-9]", "", text)


def _respaced(letters: str, like: Sequence[str]) -> list[str]:
    """Letters of one reading with the spaces of another, where both have as many letters."""
    if len(letters) != sum(map(len, like)):
        return [letters]
    cut, start = [], 0
    for word in like:
        cut.append(letters[start : start + len(word)])
        start += len(word)
    return cut


def _is_noise(words: Sequence[str]) -> bool:
    return not re.search(r"[A-Za-z0-9&$%]", "".join(words))


def join_lines(lines: Sequence[str]) -> str:
    """Lines of one text joined: with a space, or without where a line ends in a hyphen."""
    text = ""
    for line in lines:
        if not line:
            continue
        glue = "" if not text or re.search(r"\w-$", text) else " "
        text += glue + line
    return text


def first_difference(a: str, b: str, told_by: Callable[[str], str] = str) -> tuple[str, str]:
    """The first words in which two long texts differ, with two words before and after them. Words
    are the same where ``told_by`` gives the same of them.
    """
    x, y = a.split(), b.split()
    pairs = zip(x, y, strict=False)
    k = next((k for k, (p, q) in enumerate(pairs) if told_by(p) != told_by(q)), min(len(x), len(y)))
    start = max(0, k - 2)
    return "… " + " ".join(x[start : k + 3]), "… " + " ".join(y[start : k + 3])
