"""What the other readers are asked: of what the first doubts, and of a long line its doubted words
alone.

A word that the first is sure of in a line of running text is not asked about for the sake of one
that it doubts: another reader is shown the doubted words with two to either side, and of the rest
the first one's word stands, with the score NOT_ASKED.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_form4.pixels.crops import MARGIN, crop
from ocr_form4.readers.base import Reader
from ocr_form4.text.lexicon import is_known, is_run_together, lacks_a_point
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import NOT_ASKED, Reading, Run

SURE = 0.98
"""A first reader's score from which nobody else is asked: of 21,687 lines on 280 scans 16,431 have
it, of which half have 0.9993 or more; half of the others 0.58 or less.
"""
_SURE_OF_A_NAME = 0.99
"""A score from which a word that no lexicon knows is let stand: nothing else vouches for it. Of
3,445 such words that the first reader alone had read and that were accepted, on 690 scans by many
hands, 123 had less, one of them the only wrong one: a name that a fold had cut.
"""
_FIGURES = re.compile(r"\$?\(?(\d{1,3}(,\d{3})*|\d+)?(\.\d+)?\)?%?|\d\d?/\d\d?/\d{4}|\d{5}-\d{4}")
_MOSTLY = 0.6
"""Of the characters of a reading, that are figures: in 2,155 readings of words 0.6 at most, in 710
of numbers and dates 0.67 or more.
"""
_RUNNING = 8
"""Words from which a line is running text: of 541 doubted lines of four words and more under the
tables of 107 scans, a sixth of the columns is in shorter ones, which are names and dates as well.
"""
_BESIDE = 2
"""Words to either side of a doubted one that are shown with it. With 1 and with 4 twelve fixtures
are read the same; with 0 seven texts of 25 scans by hands to learn from are lost.
"""
_MOST = 0.8
"""The share of a line from which all of it is asked about. On the fixtures 114 of 128 are 0.99
times it or less, the others 1.00 or more.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a run, from ``start`` to before ``end``, and where they stand."""

    start: int
    end: int
    box: Box[Upright]


Asked = tuple[Run, tuple[Part, ...]]
"""A run and the parts of it that are asked about; all of it where there are none."""


def ask_again(
    pixels: Gray,
    texts: Sequence[Run],
    running: Sequence[Run],
    marks: Sequence[Run],
    others: Sequence[Reader],
) -> list[Run]:
    """The runs that the first reader doubts, with what the second says of them, and the third where
    a doubt remains.

    ``running`` are texts, too, those under the tables. The third, Tesseract, is not asked for
    footnote marks: it cannot read print that small.
    """
    of_text: list[Asked] = [(r, ()) for r in _doubtful(texts)]
    of_text += [(r, doubted_parts(r)) for r in _doubtful(running)]
    of_marks: list[Asked] = [(r, ()) for r in _doubtful(marks)]
    if not others:
        return []
    heard = _heard(pixels, [*of_text, *of_marks], others[0])
    if len(others) > 1:
        parts = [p for _, p in of_text]
        open_ = [k for k, p in enumerate(parts) if not _is_settled(heard[k], p)]
        third = _heard(pixels, [(heard[k], ()) for k in open_], others[1])
        for k, run in zip(open_, third, strict=True):
            heard[k] = run
    return heard


def _doubtful(runs: Sequence[Run]) -> list[Run]:
    return [r for r in runs if is_doubtful(r.readings[0])]


def is_doubtful(reading: Reading) -> bool:
    """Whether a first reading should be heard beside another: a weak score, a name that is not
    quite sure, or figures that make no value.
    """
    if reading.confidence < SURE or not reading.text:
        return True
    if any(_is_unsure_name(w, p) or _looks_torn(w) for w, p in scored(reading)):
        return True
    figures = sum(c.isdigit() for c in reading.text)
    return figures > _MOSTLY * len(reading.text) and not _FIGURES.fullmatch(reading.text)


def _is_unsure_name(word: str, score: float) -> bool:
    return score < _SURE_OF_A_NAME and not is_known(word)


def _looks_torn(word: str) -> bool:
    """Whether a space or a point of a word may be lost, however sure the first reader is of it."""
    return is_run_together(word) or lacks_a_point(word)


def _is_doubted(word: str, score: float) -> bool:
    """Whether a word of running text is asked about."""
    return score < SURE or _is_unsure_name(word, score) or _is_open(word) or _looks_torn(word)


def doubted_parts(run: Run) -> tuple[Part, ...]:
    """The parts of a line of running text that hold the words which the first reader doubts; none
    where all of it is to be asked about.
    """
    first = run.readings[0]
    words = first.text.split(" ")
    if len(words) < _RUNNING or len(first.words) != len(words):
        return ()
    if len(first.ends) != len(first.text):
        return ()
    shown: list[tuple[int, int]] = []
    for k in (k for k, word in enumerate(words) if _is_doubted(word, first.words[k])):
        start, end = max(0, k - _BESIDE), min(len(words), k + 1 + _BESIDE)
        if shown and start <= shown[-1][1]:
            shown[-1] = (shown[-1][0], end)
        else:
            shown.append((start, end))
    parts = tuple(Part(a, b, _where(run, words, a, b)) for a, b in shown)
    return parts if sum(p.box.width for p in parts) < _MOST * run.box.width else ()


def _where(run: Run, words: Sequence[str], start: int, end: int) -> Box[Upright]:
    """The box of some words of a run, so that its crop begins and ends in the middle of spaces."""
    ends, width = run.readings[0].ends, run.box.width + 2 * MARGIN
    left, right = run.box.x0, run.box.x1
    if start:
        left += width * ends[sum(len(w) + 1 for w in words[:start]) - 1]
    if end < len(words):
        right = run.box.x0 + width * ends[sum(len(w) + 1 for w in words[:end]) - 1] - 2 * MARGIN
    return replace(run.box, x0=left, x1=max(left + 1, right))


def _heard(pixels: Gray, asked: Sequence[Asked], reader: Reader) -> list[Run]:
    """The runs with the reader's reading added: of each as a whole, or of its parts."""
    boxes = [[p.box for p in parts] or [run.box] for run, parts in asked]
    answers = iter(reader.read([crop(pixels, box) for of in boxes for box in of]))
    said = [[next(answers) for _ in of] for of in boxes]
    return [
        replace(run, readings=(*run.readings, _spliced(run.readings[0], parts, own)))
        for (run, parts), own in zip(asked, said, strict=True)
    ]


def _spliced(first: Reading, parts: Sequence[Part], said: Sequence[Reading]) -> Reading:
    """A reader's reading of a line of which it was asked about parts, the first one's words between
    them.
    """
    if not parts:
        return said[0]
    own = first.text.split(" ")
    words: list[tuple[str, float]] = []
    done = 0
    for part, reading in zip(parts, said, strict=True):
        words += [(w, NOT_ASKED) for w in own[done : part.start]]
        words += scored(reading)
        done = part.end
    words += [(w, NOT_ASKED) for w in own[done:]]
    text, scores = " ".join(w for w, _ in words), tuple(s for _, s in words)
    return Reading(said[0].reader, text, min(r.confidence for r in said), words=scores)


def scored(reading: Reading) -> list[tuple[str, float]]:
    """The words of a reading, each with its score."""
    words = reading.text.split()
    scores = reading.words
    if len(scores) != len(words):
        scores = (reading.confidence,) * len(words)
    return list(zip(words, scores, strict=True))


def _is_settled(run: Run, parts: Sequence[Part]) -> bool:
    """Whether two readings leave nothing to ask: they say the same, and it is words, names or
    figures.
    """
    same = len({re.sub(r"\s", "", r.text) for r in run.readings}) == 1
    words = run.text.split(" ")
    asked = [w for p in parts for w in words[p.start : p.end]] if parts else words
    return same and not any(map(_is_strange, asked))


def _is_open(word: str) -> bool:
    """Whether nothing but its score tells that a word is right: one that nobody knows, or an amount
    with points or commas.
    """
    return _is_strange(word) or re.search(r"\d[.,]\d", word) is not None


def _is_strange(word: str) -> bool:
    """Whether nobody knows a word that is no name."""
    return not word[:1].isupper() and not is_known(word)
