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
    number of its own.
    """
    values: list[Run] = []
    marks: list[Run] = []
    for line in cell.lines:
        value, raised = _apart(line)
        values += [value] if value else []
        marks += [raised] if raised else []
    return values, marks


def _apart(line: CellLine) -> tuple[Run | None, Run | None]:
    """A line's value and its marks."""
    if line.marks and marks_in(line.marks.text):
        return line.value, line.marks
    split = [split_marks(r.text) for r in line.whole.readings]
    if split and split[0][1]:
        return _without_marks(line.whole), _marks_alone(line.whole)
    if _is_lone_mark(line.whole):
        readings = sorted(line.whole.readings, key=lambda r: r.reader == LAYER or not _marks_of(r))
        return None, replace(line.whole, readings=tuple(readings))
    if line.marks and line.value and _like_marks(line):
        return line.value, line.marks  # they are there, and cannot be made out
    return line.whole, None


def _marks_of(reading: Reading) -> tuple[str, ...]:
    return split_marks(reading.text)[1]


def _is_lone_mark(run: Run) -> bool:
    """Whether a line is a mark alone, of which the first reader lost a parenthesis."""
    seen = [split_marks(r.text) for r in of_the_picture(run.readings)]
    return any(marks and not text for text, marks in seen) and bool(_MARK_SCRAP.fullmatch(run.text))


def _marks_alone(run: Run) -> Run:
    marked = [(r, marks) for r in run.readings if (marks := _marks_of(r))]
    texts = (replace(r, text="".join(f"({m[1:]})" for m in marks)) for r, marks in marked)
    return replace(run, readings=tuple(texts))


def _without_marks(run: Run) -> Run | None:
    """A line without the marks behind it; None where the first reader saw nothing else."""
    if not split_marks(run.readings[0].text)[0]:
        return None
    rest = (replace(r, text=split_marks(r.text)[0], ends=()) for r in run.readings)
    return replace(run, readings=tuple(rest))


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
