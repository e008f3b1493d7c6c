"""Ink that is as short as a few letters, that no reader can make out and that stands beside print:
dirt.

A drum's marks, blotches and specks of toner stand in the boxes of the form as words do. What they
leave among the words of a name is no part of it; but as something was left out there, what stands
beside it is looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.text.office import is_office_mark
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellText, Run, of_the_picture

_UNREAD = 0.65
"""No reader's score for dirt is higher. Of 68 short runs on 30 damaged scans of which this is true
and that no two readers read alike, 63 were dirt, and three of the others alone in their cells,
where they stay.
"""
_READ = 0.9
"""The score of a reader who makes out what stands beside it."""
_AROUND = 8.0
"""What an office's mark stands beside is no further away, in heights of its letters."""
_SHORT = 4.0
"""Dirt is no wider, in heights of its own letters."""


def without_dirt(text: PageText) -> PageText:
    """The page without the dirt in its boxes, cells and below its tables; the runs beside it are
    marked as overlaid.
    """
    header = tuple(_cleaned(box, box) for box in text.header)
    below = _without_marks(_cleaned(text.below, ()))
    cells = {key: _of_cell(cell) for key, cell in text.cells.items()}
    return replace(text, header=header, below=below, cells=cells)


def _cleaned(runs: Sequence[Run], together: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that are print. Dirt is left out where something ``together`` with it is read, or it
    stands alone; what is together with it, or on its line or the one above, is marked.
    """
    dirt = [r for r in runs if _is_dirt(r)]
    if not dirt or (together and not any(_is_read(r) for r in together)):
        return tuple(runs)
    kept = [r for r in runs if r not in dirt]
    return tuple(
        replace(r, struck=True) if together or any(_is_beside(r, d) for d in dirt) else r
        for r in kept
    )


def _without_marks(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs without what an office printed on the paper; what stands beside that is marked, as
    it may have been taken for a part of it.
    """
    marks = [r for r in runs if any(is_office_mark(s.text) for s in of_the_picture(r.readings))]
    near = [m.box.inset(-_AROUND * m.cap_height, -m.cap_height) for m in marks]
    return tuple(
        replace(r, struck=r.struck or any(r.box.intersection(box) for box in near))
        for r in runs
        if r not in marks
    )


def _of_cell(cell: CellText) -> CellText:
    said = [line.value or line.whole for line in cell.lines]
    dirt = [
        line
        for line, run in zip(cell.lines, said, strict=True)
        if line.marks is None and _is_dirt(run)
    ]
    if not dirt or not any(_is_read(r) for r in said):
        return cell
    lines = tuple(
        replace(
            n,
            whole=replace(n.whole, struck=True),
            value=replace(n.value, struck=True) if n.value else None,
        )
        for n in cell.lines
        if n not in dirt
    )
    return replace(cell, lines=lines)


def _is_dirt(run: Run) -> bool:
    read = of_the_picture(run.readings)
    if (
        len(read) < 2
        or run.box.width > _SHORT * run.cap_height
        or max(r.confidence for r in read) >= _UNREAD
    ):
        return False
    said = ["".join(filter(str.isalnum, r.text)).lower() for r in read]
    said = [s for s in said if s]
    return len(set(said)) == len(said)


def _is_read(run: Run) -> bool:
    return any(r.text and r.confidence >= _READ for r in of_the_picture(run.readings))


def _is_beside(run: Run, dirt: Run) -> bool:
    """Whether a run stands on the line of a piece of dirt, or on the line above."""
    return -2.5 * run.cap_height <= run.box.y1 - dirt.box.y1 <= run.cap_height
