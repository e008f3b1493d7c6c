"""What of a cell's lines is its value, and what are footnote marks."""

from __future__ import annotations

import re
from dataclasses import replace

from ocr_form4.stages.parse.grammar import marks_in, split_marks
from ocr_form4_models.reading import LAYER, CellLine, CellText, Run, of_the_picture


def value_and_marks(cell: CellText) -> tuple[list[Run], list[Run]]:
    """A cell's lines of value, and its runs of footnote marks.

    Where the first reader does not tell them apart, the pattern does: always for a line of marks
    alone, and for a value too, as no title or nature in 5,620 of real filings ends in a bracketed
    number of its own.
    """
    values: list[Run] = []
    marks: list[Run] = []
    for line in cell.lines:
        if line.marks and marks_in(line.marks.text):
            # of marks as large as their value, the last alone may be taken for raised ones
            before, value = _parted(line.value) if line.value else ((), ())
            marks += [*before, line.marks]
            values += value
            continue
        stripped = [split_marks(r.text) for r in line.whole.readings]
        seen = [split_marks(r.text) for r in of_the_picture(line.whole.readings)]
        if (
            any(s[1] and not s[0] for s in seen)
            and not stripped[0][1]
            and _MARK_SCRAP.fullmatch(line.whole.text)
        ):
            # a mark alone, of which the first reader lost a parenthesis
            whole = sorted(
                line.whole.readings, key=lambda r: r.reader == LAYER or not split_marks(r.text)[1]
            )
            marks.append(replace(line.whole, readings=tuple(whole)))
            continue
        if line.marks and line.value and not (stripped and stripped[0][1]) and _like_marks(line):
            marks.append(line.marks)  # they are there, and cannot be made out
            values.append(line.value)
            continue
        own, rest = _parted(line.whole)
        marks += own
        values += rest
    return values, marks


def _parted(run: Run) -> tuple[tuple[Run, ...], tuple[Run, ...]]:
    """The marks that a run ends in, and its value before them: as the first reader has them, or the
    first that has them all where that one lost a parenthesis of theirs.
    """
    parts = [split_marks(r.text) for r in run.readings]
    marked = [k for k, (_, found) in enumerate(parts) if found]
    if not marked or (marked[0] and not _MARKS_SCRAP.search(run.readings[0].text)):
        return (), (run,)
    marks = tuple(
        replace(run.readings[k], text="".join(f"({m[1:]})" for m in parts[k][1])) for k in marked
    )
    rest = tuple(
        replace(r, text=value if found else _MARKS_SCRAP.sub("", value), ends=())
        for r, (value, found) in zip(run.readings, parts, strict=True)
    )
    value = (replace(run, readings=rest),) if parts[marked[0]][0] else ()
    return (replace(run, readings=marks),), value


_MARKS_SCRAP = re.compile(r"\s*(\(\d{1,2}\)?|\(?\d{1,2}\))+$")
"""Marks behind a value, of which a parenthesis may be lost."""
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
