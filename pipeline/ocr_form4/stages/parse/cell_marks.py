"""What of a cell's lines is its value, and what are footnote marks."""

from __future__ import annotations

import re
from dataclasses import replace

from ocr_form4.stages.parse.grammar import marks_in, split_marks
from ocr_form4_models.reading import LAYER, CellLine, CellText, Reading, Run, of_the_picture


def value_and_marks(cell: CellText) -> tuple[list[Run], list[Run]]:
    """A cell's lines of value, and its runs of footnote marks.

    Where the first reader does not tell them apart, the pattern does: always for a line of marks
    alone, and for a value too, as no title or nature in 5,620 of real filings ends in a bracketed
    number of its own. Within one, where words follow on the next line, it is no mark.
    """
    values: list[Run] = []
    marks: list[Run] = []
    for k, line in enumerate(cell.lines):
        goes_on = _has_words(line) and any(map(_has_words, cell.lines[k + 1 :]))
        is_within = line.marks is None and goes_on
        value, found = (line.whole, ()) if is_within else _apart(line)
        values += [value] if value else []
        marks += found
    return values, marks


def _has_words(line: CellLine) -> bool:
    return bool(_WORD.search((line.value or line.whole).text))


_WORD = re.compile(r"[A-Za-z]{2}")
_Parts = tuple[Run | None, tuple[Run, ...]]


def _apart(line: CellLine) -> _Parts:
    """A line's value and its marks."""
    if line.marks and marks_in(line.marks.text):
        # of marks as large as their value, the last alone may be taken for raised ones
        value, before = _parted(line.value) if line.value else (None, ())
        return value, (*before, line.marks)
    if line.whole.readings and _marks_of(line.whole.readings[0]):
        return _parted(line.whole)
    if _is_lone_mark(line.whole):
        readings = sorted(line.whole.readings, key=lambda r: r.reader == LAYER or not _marks_of(r))
        return None, (replace(line.whole, readings=tuple(readings)),)
    if line.marks and line.value and _like_marks(line):
        return line.value, (line.marks,)  # they are there, and cannot be made out
    return _parted(line.whole)


def _marks_of(reading: Reading) -> tuple[str, ...]:
    return split_marks(reading.text)[1]


def _is_lone_mark(run: Run) -> bool:
    """Whether a line is a mark alone, of which the first reader lost a parenthesis."""
    seen = [split_marks(r.text) for r in of_the_picture(run.readings)]
    return any(marks and not text for text, marks in seen) and bool(_MARK_SCRAP.fullmatch(run.text))


def _parted(run: Run) -> _Parts:
    """A run's value and the marks that it ends in: as the first reader has them, or the first that
    has them all where that one lost a parenthesis of theirs.
    """
    marked = [r for r in run.readings if _marks_of(r)]
    if not marked or (marked[0] is not run.readings[0] and not _MARKS_SCRAP.search(run.text)):
        return run, ()
    texts = (replace(r, text="".join(f"({m[1:]})" for m in _marks_of(r))) for r in marked)
    marks = (replace(run, readings=tuple(texts)),)
    if not split_marks(marked[0].text)[0]:
        return None, marks
    return replace(run, readings=tuple(map(_without_marks, run.readings))), marks


def _without_marks(reading: Reading) -> Reading:
    text, marks = split_marks(reading.text)
    return replace(reading, text=text if marks else _MARKS_SCRAP.sub("", text), ends=())


_MARKS_SCRAP = re.compile(r"\s*(\(\d{1,2}\)?|\(?\d{1,2}\))+\s*[\[\]|]?$")
"""Marks behind a value, of which a parenthesis may be lost, and the bar between columns behind
them.
"""
_MARK_WIDE, _MARK_HIGH = 0.7, 0.4
"""A mark in parentheses is as wide and high, in heights of its value's capitals: a parenthesis is
0.3 of them wide, and a closing quotation mark 0.35 of them high (Times, Adobe's metrics).
"""
_MARK_SCRAP = re.compile(r"\(?\d{0,2}\)|\(\d{0,2}\)?")


def _like_marks(line: CellLine) -> bool:
    """Whether raised ink is wide enough for a mark in parentheses; a closing quotation mark is
    not.
    """
    assert line.marks and line.value
    return (
        line.marks.box.width >= _MARK_WIDE * line.value.cap_height
        and line.marks.box.height >= _MARK_HIGH * line.value.cap_height
    )
