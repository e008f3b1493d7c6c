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
            marks.append(line.marks)
            values += [line.value] if line.value else []
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
        if stripped and stripped[0][1]:
            found = [r for r, s in zip(line.whole.readings, stripped, strict=True) if s[1]]
            texts = tuple(
                replace(r, text="".join(f"({m[1:]})" for m in split_marks(r.text)[1]))
                for r in found
            )
            marks.append(replace(line.whole, readings=texts))
            if stripped[0][0]:
                rest = tuple(
                    replace(r, text=split_marks(r.text)[0], ends=()) for r in line.whole.readings
                )
                values.append(replace(line.whole, readings=rest))
            continue
        values.append(line.whole)
    return values, marks


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
