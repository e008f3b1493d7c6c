"""Layout to text: cuts the crops, asks the readers, and keeps all that they say.

The first reader reads everything that may matter. The second is asked again wherever the text becomes a field; form
captions, which the first has recognised, are left out. What is asked is decided here and in ``captions``, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr_form4.readers import Readers
from ocr_form4.stages.captions import SIGNATURE, is_boilerplate, is_caption, likeness
from ocr_form4.stages.raised import split_raised
from ocr_form4.stages.textlines import group_lines, inside, join_rows, letter_height
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, TextLine
from ocr_form4_models.page import Gray, TextWord
from ocr_form4_models.reading import CellLine, CellText, Reading, Run

MARGIN = 6
"""Pixels of paper left around the ink of a crop."""
CellKey = tuple[int, int, int]
"""Index of the piece on its page, row, leaf column."""


@dataclass(frozen=True, slots=True)
class PageText:
    """A page read. ``header`` are the runs in the header's boxes, by box; ``below`` the text under the tables."""

    layout: PageLayout
    above: tuple[Run, ...]
    header: tuple[tuple[Run, ...], ...]
    cells: Mapping[CellKey, CellText]
    below: tuple[Run, ...]


def recognize(layout: PageLayout, readers: Readers, words: Sequence[TextWord] = ()) -> PageText:
    """Everything on a page that is needed, read by the first reader and, where it becomes a field, the second.

    ``words`` is the document's own text layer, a witness more. Where it says what the first reader says, the second
    is not asked; it never takes a picture's place.
    """
    above = _lines(layout, _title_lines(layout, join_rows(layout.above, 1.9)))
    header = tuple(_lines(layout, join_rows(group_lines(inside(layout.glyphs, box)), 1.9)) for box in layout.header)
    cells = _cells(layout)
    below = _lines(layout, join_rows(layout.below, gap=2.5))

    early = _read(layout, [r for r in below if _is_right(layout, r)], readers, 0)
    below = _before_boilerplate(layout, below, early)
    whole = [line.whole for cell in cells.values() for line in cell.lines]
    marks = [line.marks for cell in cells.values() for line in cell.lines if line.marks]
    values = [line.value for cell in cells.values() for line in cell.lines if line.value and line.raised]
    runs = [*above, *(r for box in header for r in box), *whole, *values, *marks, *below]
    read = early | _read(layout, [r for r in runs if _key(r) not in early], readers, 0)
    wanted = [*(r for box in header for r in box), *whole, *values, *below]
    layer = _layer_readings(layout, [*wanted, *marks], words) if words else {}
    under = {_key(r) for r in (*below, *whole, *values)}
    again = [
        read[key]
        for key in dict.fromkeys(_key(r) for r in wanted)
        if not (is_boilerplate if key in under else is_caption)(read[key].text)
        and not (key in layer and layer[key].text == read[key].text)
    ]
    read |= _read(layout, again, readers, 1)
    for key, reading in layer.items():
        read[key] = replace(read[key], readings=(*read[key].readings, reading))

    def done(run: Run) -> Run:
        return read[_key(run)]

    return PageText(
        layout,
        tuple(done(r) for r in above),
        tuple(tuple(done(r) for r in box) for box in header),
        {k: replace(c, lines=tuple(_done_line(n, done) for n in c.lines)) for k, c in cells.items()},
        tuple(done(r) for r in below),
    )


def _done_line(line: CellLine, done: Callable[[Run], Run]) -> CellLine:
    value = done(line.value) if line.value else None
    marks = done(line.marks) if line.marks else None
    return replace(line, whole=done(line.whole), value=value, marks=marks)


def _layer_readings(
    layout: PageLayout, runs: Sequence[Run], words: Sequence[TextWord]
) -> dict[tuple[float, ...], Reading]:
    """What the text layer says of each run: its words that lie in the run's box by more than half."""
    placed = [(w.text, layout.rectification.box_to_upright(w.box)) for w in words]
    found = {}
    for run in runs:
        box = run.box.inset(-4)
        inside_ = []
        for text, at in placed:
            common = at.intersection(box)
            if common and common.width * common.height > 0.6 * at.width * at.height:
                inside_.append((at.x0, text))
        if inside_:
            text = " ".join(t for _, t in sorted(inside_))
            found[_key(run)] = Reading("textlayer", text, 0.9)
    return found


def crop(pixels: Gray, box: Box[Upright], margin: float = MARGIN) -> Gray:
    """The picture of a box with a margin, shape (height, width)."""
    rows, columns = box.inset(-margin).pixels(*pixels.shape)
    return pixels[rows, columns]


def _key(run: Run) -> tuple[float, ...]:
    return run.box.x0, run.box.y0, run.box.x1, run.box.y1


def _read(layout: PageLayout, runs: Sequence[Run], readers: Readers, which: int) -> dict[tuple[float, ...], Run]:
    """The runs by key, each with one reader's reading added."""
    unique = {_key(r): r for r in runs}
    reader = (readers.first, readers.second)[which]
    if reader is None:
        return unique
    answers = reader.read([crop(layout.clean, r.box) for r in unique.values()])
    return {
        key: replace(run, readings=(*run.readings, answer))
        for (key, run), answer in zip(unique.items(), answers, strict=True)
    }


def _lines(layout: PageLayout, lines: Sequence[TextLine]) -> tuple[Run, ...]:
    return tuple(Run(layout.number, n.box, n.cap_height, ()) for n in lines)


def _is_right(layout: PageLayout, run: Run) -> bool:
    return bool(run.box.x0 >= 0.4 * layout.clean.shape[1])


def _before_boilerplate(
    layout: PageLayout, below: Sequence[Run], read: Mapping[tuple[float, ...], Run]
) -> tuple[Run, ...]:
    """The text under the tables less what stands at the left under the signature: the form's own print, five lines."""
    ends = [r.box.y1 for r in read.values() if len(r.text) > 14 and likeness(r.text, SIGNATURE) >= 84]
    if not ends:
        return tuple(below)
    return tuple(r for r in below if r.box.y0 < max(ends) or _is_right(layout, r))


def _title_lines(layout: PageLayout, above: Sequence[TextLine]) -> list[TextLine]:
    """The lines over the header that tell anything: the form's name at the left, the check boxes, and the titles."""
    width = layout.clean.shape[1]
    if not above:
        return []
    tall = sorted(n.cap_height for n in above)[int(0.75 * (len(above) - 1))]
    return [n for n in above if n.box.x0 < 0.33 * width or (n.cap_height >= tall and n.box.width > 0.2 * width)]


def _cells(layout: PageLayout) -> dict[CellKey, CellText]:
    """The cells that hold ink; an empty cell is not read at all, as readers see things in it."""
    cells: dict[CellKey, CellText] = {}
    usual = letter_height(g for piece in layout.pieces for g in inside(layout.glyphs, piece.box))
    for p, piece in enumerate(layout.pieces):
        for r in range(len(piece.rows)):
            in_row = inside(layout.glyphs, replace(piece.cell(r, 0), x1=piece.columns[-1]))
            for c in range(len(piece.columns) - 1):
                box = piece.cell(r, c)
                lines = join_rows(group_lines(inside(in_row, box.inset(7, 4)), 2.0, usual), gap=4.0)
                if lines:
                    cells[p, r, c] = CellText(box, tuple(_cell_line(layout, n) for n in lines))
    return cells


def _cell_line(layout: PageLayout, line: TextLine) -> CellLine:
    number = layout.number
    whole = Run(number, line.box, line.cap_height, ())
    parts = split_raised(layout.clean, line)
    if parts is None:
        return CellLine(whole, None, None, False)
    left, right = parts  # the margin of a crop must not reach into the other part
    value = Run(number, replace(left, x1=left.x1 - MARGIN + 2), line.cap_height, ())
    marks = Run(number, replace(right, x0=right.x0 + MARGIN - 2), line.cap_height, ())
    return CellLine(whole, value, marks, True)


def ink_share(pixels: Gray, box: Box[Upright]) -> float:
    """The share of a box that is dark against its paper; 0 for an empty box."""
    part = crop(pixels, box, 0)
    if part.size == 0:
        return 0.0
    paper = float(np.percentile(part, 95))
    return float((part < paper - 70).mean())
