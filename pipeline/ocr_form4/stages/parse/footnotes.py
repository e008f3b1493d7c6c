"""Footnotes: the number that a line opens, and a note's text without it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.fields import Draft, text_field
from ocr_form4.stages.parse.paragraphs import Row
from ocr_form4.stages.parse.sense import sensible_text
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import Reading, Run, of_the_picture

_MARKED = re.compile(r"^[.,:;'*|-]?\(?([\dIlO]{1,2})(?:\s?[.,:)]\)?\s*(?=\S)|\s+(?=[A-Z\"(]))")
_NUMBER = re.compile(r"\W{0,2}([\dA-Za-z|]{1,3})(?:\s?[.),:]{1,2}\s*|\s+(?=[A-Z\"(]))")
_COVERED = re.compile(r"\W?\)\W? ?(?=[A-Z])")
"""What is left of a number that a hole or a blot took."""
_LETTER = re.compile(r"\(?[sSBbzZgJQ|]\)?[.,)] (?=[A-Z\"(])")
"""A letter that a single figure is misread as, where a note's number stands; an a or an i may count
within a note.
"""
_LIKE_FIGURES = str.maketrans("IlLiJ|OoQSsBgGZz", "1111110005589622")


def number_of(run: Run) -> int | None:
    """The number of the footnote that a line opens, as any reader sees it."""
    for reading in of_the_picture(run.readings):
        if match := _MARKED.match(reading.text):
            return int(match[1].translate(str.maketrans("IlO", "110")))
    return None


def is_covered(run: Run) -> bool:
    """Whether a line opens with what is left of a note's number."""
    return _COVERED.match(run.text) is not None


def opens_with_letter(run: Run) -> bool:
    """Whether a line opens with a letter that may be a note's number."""
    return _LETTER.match(run.text) is not None


def footnote(draft: Draft, number: int, lines: Sequence[Row]) -> Field:
    """A footnote's text without its number, which every reading of its first line has cut off
    alike.
    """
    first = lines[0][0]
    bare = tuple(_without_number(r, number) for r in first.readings)
    runs = [replace(first, readings=tuple(r for r in bare if r.text)), *lines[0][1:]]
    return sensible_text(text_field(draft, Kind.FOOTNOTE, [runs, *lines[1:]]))


def _without_number(reading: Reading, number: int) -> Reading:
    """A first line without its number, printed figures or letters that a reader took them for:
    ``S.`` for ``5.``
    """
    if found := _COVERED.match(reading.text) or _LETTER.match(reading.text):
        return replace(reading, text=reading.text[found.end() :], words=reading.words[1:], ends=())
    # before a number that is there; a note may begin with its own number once more
    dirt = re.match(rf"(?!{number}\.)\S{{1,2}} (?={number}\. )", reading.text)
    found = _NUMBER.match(reading.text, dirt.end() if dirt else 0)
    if found is None or not (
        found[1].isdigit() or found[1].translate(_LIKE_FIGURES) == str(number)
    ):
        return reading
    text = reading.text[found.end() :]
    gone = len(reading.text.split()) - len(text.split())
    return replace(reading, text=text, words=reading.words[gone:], ends=())
