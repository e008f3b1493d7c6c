"""The cells of the tables: their lines, and a value and its raised marks apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ocr_form4.pixels.crops import into_box
from ocr_form4.stages.recognize.dirt import is_seen, seen_part
from ocr_form4.stages.recognize.runs import RunKey, is_overlaid, key_of
from ocr_form4.stages.recognize.specks import without_specks
from ocr_form4.stages.recognize.strokes import left_standing, struck_out
from ocr_form4.stages.recognize.tails import cut_at_tails
from ocr_form4.stages.segment.letter_alone import BORDER_PX
from ocr_form4.stages.segment.line_rows import join_rows
from ocr_form4.stages.segment.lines import band, letter_height
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.text.raised import raised_part
from ocr_form4_models.layout import Glyph, PageLayout, TextLine, inside
from ocr_form4_models.page_text import CellKey
from ocr_form4_models.reading import CellLine, CellText, Reading, Run

ENTRY_APART = 4.0
"""Words of an entry, which has its box to itself, stand no farther apart, in heights of its
capitals. With 2.0 and with 8.0 twelve fixtures are read the same.
"""
_LETTER = 0.35
"""Ink is as high as letters run together, at least, in heights of usual ones: a dash is lower. With
0.18 and with 0.7 the same one of 497 cells on 21 scans lacks print.
"""
_TWO_LINES = 2.8
"""A line higher than this, in heights of usual letters, may be two that a letter joins, of which a
reader sees one: of 4,498 lines in cells of 40 scans four are, by 3.4 and more, and two lines joined
by a tail that runs into a mark under it are 3.0.
"""


def cells_of(layout: PageLayout) -> dict[CellKey, CellText]:
    """The cells that hold ink; an empty cell is not read at all, as readers see things in it."""
    cells: dict[CellKey, CellText] = {}
    usual = letter_height(g for piece in layout.pieces for g in inside(layout.glyphs, piece.box))
    for p, piece in enumerate(layout.pieces):
        for r in range(len(piece.rows)):
            in_row = inside(layout.glyphs, replace(piece.cell(r, 0), x1=piece.columns[-1]))
            for c in range(len(piece.columns) - 1):
                box = piece.cell(r, c)
                letters = inside(in_row, box.inset(*BORDER_PX))
                runs = group_lines(letters, 2.0, usual)
                lines = join_rows(without_specks(runs, usual), gap=ENTRY_APART)
                if lines:
                    lacks = _lacks_print(lines, letters, usual)
                    apart = cut_at_tails(lines, letters)
                    cells[p, r, c] = CellText(
                        box, tuple(_cell_line(layout, n, usual, cut or lacks) for n, cut in apart)
                    )
    return cells


def _lacks_print(lines: Sequence[TextLine], letters: Sequence[Glyph], usual: float) -> bool:
    """Whether ink in which print is seen is in no line of a cell: a word may be lost with it.

    Of 1,058 cells on 35 scans two have some: letters that touch a punched hole, and rulings.
    """
    placed = {g.box for line in lines for g in line.glyphs}
    return any(
        g.seen and g.box not in placed and g.box.height >= _LETTER * usual and g.box.width >= usual
        for g in letters
    )


def _cell_line(layout: PageLayout, whole: TextLine, usual: float, is_cut: bool) -> CellLine:
    """A line of a cell; where dirt was left out, what is left of it is looked at, and so is what
    may be two lines, or was cut off another, and what the page network does not see.
    """
    line = seen_part(whole)
    stroke = struck_out(layout.clean, line)
    is_joined = is_cut or whole.box.height > _TWO_LINES * usual
    struck = line is not whole or stroke is not None or is_joined or is_overlaid(layout, line)
    line = (left_standing(line, stroke) or line) if stroke else line
    seen = is_seen(line)
    looked_at = struck or not seen
    return CellLine(Run(layout.number, band(line), line.cap_height, (), looked_at, seen=seen))


def parted(line: CellLine, read: Mapping[RunKey, Run]) -> CellLine:
    """A cell's line with its value and its raised marks apart, as the first reader tells them; else
    as it is.
    """
    whole = read[key_of(line.whole)]
    reading, line = (
        whole.readings[0],
        replace(line, whole=replace(line.whole, by_hand=whole.by_hand)),
    )
    part = raised_part(reading)
    if part is None:
        return line
    start, end = part
    width, box = line.whole.box.width, line.whole.box
    begins = reading.ends[start - 1] if start and len(reading.ends) == len(reading.text) else None
    said = Reading(reading.reader, reading.text[start:end], reading.confidence)
    where = box if begins is None else replace(box, x0=into_box(begins, width, box))
    marks = Run(line.whole.page, where, line.whole.cap_height, (said,), by_hand=line.whole.by_hand)
    rest = (reading.text[:start] + reading.text[end:]).strip()
    if not rest:
        return CellLine(line.whole, None, marks)
    value_box = (
        box
        if begins is None or end < len(reading.text)
        else replace(box, x1=into_box(begins, width, box))
    )
    of_value = Reading(reading.reader, rest, reading.confidence)
    value = replace(line.whole, box=value_box, readings=(of_value,))
    return CellLine(line.whole, value, marks)


def done_line(line: CellLine, done: Callable[[Run], Run]) -> CellLine:
    value = done(line.value) if line.value else None
    marks = done(line.marks) if line.marks else None
    return replace(line, whole=done(line.whole), value=value, marks=marks)
