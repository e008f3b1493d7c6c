"""Layout to text: cuts the crops, asks the readers, and keeps all that they say.

The first reader reads everything that may matter. Where its word leaves a doubt the second is
asked, and where these two differ, or agree on what is no word, the third. What is asked, and when,
is decided in ``again`` and in ``captions``, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ocr_form4.pixels.crops import MARGIN, crop
from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4.stages.recognize.again import ask_again
from ocr_form4.stages.recognize.dirt import is_seen, seen_part, without_dirt
from ocr_form4.stages.recognize.hand import by_hand
from ocr_form4.stages.recognize.raised import lowered, raised_part
from ocr_form4.stages.recognize.specks import without_specks
from ocr_form4.stages.recognize.strokes import left_standing, struck_out
from ocr_form4.stages.recognize.textlayer import Layer, placed, said_by
from ocr_form4.stages.segment.textlines import (
    BELOW_APART,
    WORDS_APART,
    band,
    group_lines,
    inside,
    join_rows,
    letter_height,
)
from ocr_form4.text.captions import (
    ISSUER,
    LIKE,
    NAME,
    REMARKS,
    SIGNATURE,
    SIGNATURE_FROM,
    is_boilerplate,
    is_caption,
    is_own_print,
    is_print,
    is_the,
    is_title,
    likeness,
    opens_with,
)
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, TextLine
from ocr_form4_models.page import TextWord
from ocr_form4_models.page_text import CellKey, PageText
from ocr_form4_models.reading import CellLine, CellText, Reading, Run, of_the_picture

_TITLE = 1.15
"""A title's capitals are so much higher than those of the usual line over the header."""
_TWO_LINES = 2.6
"""A box this many times as high as its capitals holds two lines: over the fixtures lines are 1.8 at
most.
"""
_ENTRY_APART = 4.0
"""Words of an entry, which has its box to itself, stand no farther apart, in heights of its
capitals.
"""
_TAIL = 1.6
"""Foreign ink that is lower, in heights of a line's capitals, is the tail of a letter over a
signature's ruling.
"""
_ASTERISK = 0.4
"""Of a line's capitals: what ends higher is an asterisk, which stands before an entry."""
_BESIDE, _OVER = 0.7, 0.3
"""How far around a line foreign ink may cover a letter of it, in heights of its capitals."""
_SHORT_CAPTION = 14
"""Letters of which a signature's caption has more, however it was cut off."""
_TALL = 0.75
"""The share of lines over the header that are no taller than its titles are."""
_LEFT, _AT_LEFT, _LONG, _MIDDLE = 0.15, 0.33, 0.2, 0.6
"""Of the page's width, over the header: small print begins right of the first (at 0.17 to 0.46, and
what stands at the left at 0.14 or less); what begins left of the second is read; a title is longer
than the third (0.22 to 0.37, other print 0.15 or less), or begins left of the fourth (at 0.34 to
0.46, what stands at the right at 0.79 or more). Counted over the fixtures.
"""
_BORDER_PX = 7, 4
"""Of a cell, that its rulings take up at its sides, and over and under it, in upright pixels."""
RunKey = tuple[float, ...]
"""A run's box."""
Runs = dict[RunKey, Run]


def recognize(layout: PageLayout, readers: Readers, words: Sequence[TextWord] = ()) -> PageText:
    """Everything on a page that is needed, read by the first reader and, where that leaves a doubt,
    by the others.

    ``words`` is the document's own text layer: it raises doubt where it contradicts the picture. It
    spares no reader a line, and never takes the picture's place.
    """
    above = _lines(layout, _title_lines(layout, join_rows(layout.above, WORDS_APART)))
    header = tuple(_lines(layout, _lines_of_box(layout, box)) for box in layout.header)
    cells = _cells(layout)
    # the tails of a signature run across the ruling under it
    below = _lines(layout, join_rows(layout.below, gap=BELOW_APART), least=_TAIL)

    in_header = [r for box in header for r in box]
    whole = [line.whole for cell in cells.values() for line in cell.lines]
    beside = [r for r in below if _is_right(layout, r)]
    read = _read(layout, [*whole, *beside], readers.first)
    read |= _read(layout, [*above, *in_header], readers.of_print)
    header = tuple(
        tuple(part for r in box for part in _from_caption(layout, read[_key(r)])) for box in header
    )
    in_header = [r for box in header for r in box]
    read |= {_key(r): r for r in in_header if r.readings}
    read |= _read(layout, [r for r in in_header if not r.readings], readers.first)
    below = _before_boilerplate(layout, below, [read[_key(r)] for r in beside])
    read |= _read(layout, [r for r in below if _key(r) not in read], readers.first)
    lines = [line for cell in cells.values() for line in cell.lines]
    read |= _written(layout, read, [*in_header, *(r for r in below if _is_right(layout, r))], lines)
    cells = {
        k: replace(c, lines=tuple(_parted(line, read) for line in c.lines))
        for k, c in cells.items()
    }
    parts = [
        run for c in cells.values() for line in c.lines for run in (line.value, line.marks) if run
    ]
    read |= {_key(r): r for r in parts}
    read = {
        key: replace(r, readings=tuple(_lowered(s) for s in r.readings)) for key, r in read.items()
    }

    values = [
        line.value or line.whole
        for c in cells.values()
        for line in c.lines
        if line.value or not line.marks
    ]
    marks = [line.marks for c in cells.values() for line in c.lines if line.marks]
    layer = placed(words, layout.rectification)
    heard = _layer_readings(layer, [*in_header, *values, *marks, *below])
    asked = [r for r in filter(_is_a_line, above) if not is_title(read[_key(r)].text)]
    asked = [r for r in (*asked, *in_header) if not _is_the_forms(read[_key(r)].text)]
    values = [r for r in values if not is_boilerplate(read[_key(r)].text)]
    under = [r for r in below if not is_print(read[_key(r)].text)]
    texts, running, raised = (
        {_key(r): read[_key(r)] for r in of} for of in ((*asked, *values), under, marks)
    )
    raised = {key: run for key, run in raised.items() if key not in texts}
    again = ask_again(
        layout.clean,
        list(texts.values()),
        list(running.values()),
        list(raised.values()),
        readers.others,
    )
    read |= {_key(r): r for r in again}
    for key, reading in heard.items():
        read[key] = replace(read[key], readings=(*read[key].readings, reading))

    def done(run: Run) -> Run:
        return read[_key(run)]

    text = PageText(
        layout,
        tuple(_caption_first(done(r)) for r in above),
        tuple(tuple(_caption_first(done(r)) for r in box) for box in header),
        {
            k: replace(c, lines=tuple(_done_line(n, done) for n in c.lines))
            for k, c in cells.items()
        },
        tuple(_caption_first(done(r)) for r in below),
    )
    return without_dirt(text)


def _is_the_forms(text: str) -> bool:
    """Whether a line over or in the header is of the blank form: nobody else is asked about it."""
    return is_caption(text) or is_own_print(text)


def _from_caption(layout: PageLayout, run: Run) -> tuple[Run, ...]:
    """A run of the header; or its caption and what is filled in behind that in larger type, which
    is not read yet.

    A reader brings a line to one height: what is larger is not read well beside small print.
    """
    reading = run.readings[0]
    cut = max(opens_with(reading.text, caption) for caption in (NAME, ISSUER))
    if not cut or len(reading.ends) != len(reading.text):
        return (run,)
    begins = _into_box(reading.ends[cut - 1], run.box.width, run.box)
    behind = [g for g in inside(layout.glyphs, replace(run.box, x0=begins)) if g.box.x0 > begins]
    lines = join_rows(group_lines(behind), _ENTRY_APART)
    if len(lines) != 1 or lines[0].cap_height < _TITLE * run.cap_height:
        return (run,)
    line = lines[0]
    middle = line.base - _ASTERISK * line.cap_height
    # not the caption's asterisk
    starts = next((g.box.x0 for g in line.glyphs if g.box.y1 > middle), line.box.x0)
    said = Reading(reading.reader, reading.text[:cut].rstrip(), reading.confidence)
    caption = replace(run, box=replace(run.box, x1=starts - 1), readings=(said,))
    return caption, replace(
        run, box=replace(line.box, x0=starts), cap_height=line.cap_height, readings=()
    )


def _written(
    layout: PageLayout, read: Runs, texts: Sequence[Run], lines: Sequence[CellLine]
) -> Runs:
    """The runs in header, cells and beside the signature that look handwritten, marked so.

    Captions are not looked at: they are the form's own print. Nor are raised marks: they stand off
    the line.
    """
    said = [read[_key(r)] for r in texts]
    said = [r for r in said if not (is_caption(r.text) or is_boilerplate(r.text))]
    found = by_hand(
        layout.clean, [*said, *(_parted(line, read).value or line.whole for line in lines)]
    )
    entries = [*said, *(read[_key(line.whole)] for line in lines)]
    return {
        _key(r): replace(r, by_hand=True)
        for r, written in zip(entries, found, strict=True)
        if written
    }


def _caption_first(run: Run) -> Run:
    """A run with the reading of the picture first by which it is a caption of the form, if there is
    one.
    """
    if is_caption(run.text):
        return run
    found = [
        r for r in of_the_picture(run.readings) if is_caption(r.text) or is_the(r.text, REMARKS)
    ]
    return replace(run, readings=(*found, *(r for r in run.readings if r not in found)))


def _parted(line: CellLine, read: Mapping[RunKey, Run]) -> CellLine:
    """A cell's line with its value and its raised marks apart, as the first reader tells them; else
    as it is.
    """
    whole = read[_key(line.whole)]
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
    where = box if begins is None else replace(box, x0=_into_box(begins, width, box))
    marks = Run(line.whole.page, where, line.whole.cap_height, (said,), by_hand=line.whole.by_hand)
    rest = (reading.text[:start] + reading.text[end:]).strip()
    if not rest:
        return CellLine(line.whole, None, marks)
    value_box = (
        box
        if begins is None or end < len(reading.text)
        else replace(box, x1=_into_box(begins, width, box))
    )
    of_value = Reading(reading.reader, rest, reading.confidence)
    value = replace(line.whole, box=value_box, readings=(of_value,))
    return CellLine(line.whole, value, marks)


def _into_box(share: float, width: float, box: Box[Upright]) -> float:
    """The x at a share of a crop's width, the crop being the box with its margin."""
    return min(box.x1 - 1, max(box.x0 + 1, box.x0 - MARGIN + share * (width + 2 * MARGIN)))


def _lowered(reading: Reading) -> Reading:
    """A reading with raised characters as the print they are."""
    return replace(reading, text=lowered(reading.text))


def _done_line(line: CellLine, done: Callable[[Run], Run]) -> CellLine:
    value = done(line.value) if line.value else None
    marks = done(line.marks) if line.marks else None
    return replace(line, whole=done(line.whole), value=value, marks=marks)


def _layer_readings(layer: Layer, runs: Sequence[Run]) -> dict[RunKey, Reading]:
    """What the text layer says of each run, where it says anything."""
    said = {_key(run): said_by(layer, run.box) for run in runs}
    return {key: reading for key, reading in said.items() if reading}


def _key(run: Run) -> RunKey:
    return run.box.x0, run.box.y0, run.box.x1, run.box.y1


def _read(layout: PageLayout, runs: Sequence[Run], reader: Reader) -> Runs:
    """The runs by key, each with the reader's reading added."""
    unique = {_key(r): r for r in runs}
    answers = reader.read([crop(layout.clean, r.box) for r in unique.values()])
    return {
        key: replace(run, readings=(*run.readings, answer))
        for (key, run), answer in zip(unique.items(), answers, strict=True)
    }


def _lines(layout: PageLayout, lines: Sequence[TextLine], least: float = 0.0) -> tuple[Run, ...]:
    runs = []
    for whole in lines:
        n = seen_part(whole)
        struck = n is not whole or _is_overlaid(layout, n, least)
        runs.append(Run(layout.number, band(n), n.cap_height, (), struck, seen=is_seen(n)))
    return tuple(runs)


def _is_overlaid(layout: PageLayout, line: TextLine, least: float = 0.0) -> bool:
    """Whether foreign ink, at least so high in heights of the line's capitals, lies on a line or
    right beside it.

    Beside it, as a letter that such ink covers is not seen to be a part of the line.
    """
    around = line.box.inset(-_BESIDE * line.cap_height, -_OVER * line.cap_height)
    return layout.is_overlaid(around, least * line.cap_height)


def _is_right(layout: PageLayout, run: Run) -> bool:
    return bool(run.box.x0 >= SIGNATURE_FROM * layout.clean.shape[1])


def _before_boilerplate(
    layout: PageLayout, below: Sequence[Run], beside: Sequence[Run]
) -> tuple[Run, ...]:
    """The text under the tables less what stands at the left under the signature: the form's own
    print, five lines.

    ``beside`` is what stands at the right, read.
    """
    said = [r for r in beside if len(r.text) > _SHORT_CAPTION]
    ends = [r.box.y1 for r in said if likeness(r.text, SIGNATURE) >= LIKE]
    if not ends:
        return tuple(below)
    return tuple(r for r in below if r.box.y0 < max(ends) or _is_right(layout, r))


def _title_lines(layout: PageLayout, above: Sequence[TextLine]) -> list[TextLine]:
    """The lines over the header that tell anything: the form's name at the left, the check boxes,
    and the titles.

    What goes across the middle in print no larger than the captions' is neither: under which acts
    the form is filed.
    """
    width = layout.clean.shape[1]
    if not above:
        return []
    heights = sorted(n.cap_height for n in above)
    usual, tall = (heights[int(share * (len(above) - 1))] for share in (0.5, _TALL))

    def is_small_print(n: TextLine) -> bool:
        across = n.box.x0 > _LEFT * width and n.box.x1 > 0.5 * width
        return across and n.cap_height < _TITLE * usual

    lines = [
        n
        for n in above
        if n.box.x0 < _AT_LEFT * width
        or (n.cap_height >= tall and n.box.width > _LONG * width)
        or (n.cap_height >= _TITLE * usual and n.box.x0 < _MIDDLE * width)  # "FORM 4" in the middle
    ]
    return [n for n in lines if not is_small_print(n)]


def _is_a_line(run: Run) -> bool:
    """Whether a crop over the header shows a line of words: not a check box, nor two lines that one
    holds together.
    """
    return run.box.height <= _TWO_LINES * run.cap_height and run.box.width >= 2 * run.cap_height


def _cells(layout: PageLayout) -> dict[CellKey, CellText]:
    """The cells that hold ink; an empty cell is not read at all, as readers see things in it."""
    cells: dict[CellKey, CellText] = {}
    usual = letter_height(g for piece in layout.pieces for g in inside(layout.glyphs, piece.box))
    for p, piece in enumerate(layout.pieces):
        for r in range(len(piece.rows)):
            in_row = inside(layout.glyphs, replace(piece.cell(r, 0), x1=piece.columns[-1]))
            for c in range(len(piece.columns) - 1):
                box = piece.cell(r, c)
                runs = group_lines(inside(in_row, box.inset(*_BORDER_PX)), 2.0, usual)
                lines = join_rows(without_specks(runs, usual), gap=_ENTRY_APART)
                if lines:
                    cells[p, r, c] = CellText(box, tuple(_cell_line(layout, n) for n in lines))
    return cells


def _lines_of_box(layout: PageLayout, box: Box[Upright]) -> list[TextLine]:
    """The lines of a box of the header, without specks."""
    here = inside(layout.glyphs, box)
    return join_rows(without_specks(group_lines(here), letter_height(here)), WORDS_APART)


def _cell_line(layout: PageLayout, whole: TextLine) -> CellLine:
    """A line of a cell; where dirt was left out, what is left of it is looked at."""
    line = seen_part(whole)
    stroke = struck_out(layout.clean, line)
    struck = line is not whole or stroke is not None or _is_overlaid(layout, line)
    line = (left_standing(line, stroke) or line) if stroke else line
    seen = is_seen(line)
    return CellLine(Run(layout.number, band(line), line.cap_height, (), struck, seen=seen))
