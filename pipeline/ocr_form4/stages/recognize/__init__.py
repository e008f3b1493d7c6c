"""Layout to text: cuts the crops, asks the readers, and keeps all that they say.

The first reader reads everything that may matter. Where its word leaves a doubt the second is
asked, and where these two differ, or agree on what is no word, the third. What is asked, and when,
is decided in ``again`` and in ``captions``, nowhere else. Check marks are told by their
ink, not by a reader (``check_marks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ocr_form4.pixels.crops import into_box
from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4.stages.recognize.again import ask_again
from ocr_form4.stages.recognize.cells import ENTRY_APART, cells_of, done_line, parted
from ocr_form4.stages.recognize.check_marks import check_marks
from ocr_form4.stages.recognize.covered_ends import with_covered_ends
from ocr_form4.stages.recognize.dirt import without_dirt
from ocr_form4.stages.recognize.hand import by_hand
from ocr_form4.stages.recognize.over_header import TALLER, is_a_line, lines_of_box, title_lines
from ocr_form4.stages.recognize.runs import Runs, key_of, read_runs, runs_of
from ocr_form4.stages.recognize.textlayer import Layer, placed, said_by
from ocr_form4.stages.segment.line_rows import BELOW_APART, WORDS_APART, join_rows
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.text.boxes import by_box
from ocr_form4.text.captions import (
    ISSUER,
    LIKE,
    NAME,
    REMARKS,
    SIGNATURE,
    SIGNATURE_FROM,
    holds_title,
    is_boilerplate,
    is_caption,
    is_own_print,
    is_print,
    is_the,
    is_title,
    likeness,
    opens_with,
)
from ocr_form4.text.raised import lowered
from ocr_form4_models.layout import PageLayout, inside
from ocr_form4_models.page import TextWord
from ocr_form4_models.page_text import CellKey, PageText
from ocr_form4_models.reading import CellLine, CellText, Reading, Run, of_the_picture

_TAIL = 1.6
"""Foreign ink that is lower, in heights of a line's capitals, is the tail of a letter over a
signature's ruling. With 0.8 and with 3.2 twelve fixtures are read the same; with 0 six more fields
of five of 25 scans by hands to learn from are looked at.
"""
_SHORT_CAPTION = 14
"""Letters of which a signature's caption has more, however it was cut off. On the fixtures 137 of
268 are 0.86 times it or less, the others 1.07 or more.
"""


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of a page by their role; what they say is kept apart, by their keys (``Runs``)."""

    above: tuple[Run, ...]
    header: tuple[tuple[Run, ...], ...]
    """By box."""
    cells: Mapping[CellKey, CellText]
    below: tuple[Run, ...]

    @property
    def in_header(self) -> list[Run]:
        return [run for box in self.header for run in box]

    @property
    def in_cells(self) -> list[CellLine]:
        return [line for cell in self.cells.values() for line in cell.lines]


def recognize(layout: PageLayout, readers: Readers, words: Sequence[TextWord] = ()) -> PageText:
    """Everything on a page that is needed, read by the first reader and, where that leaves a doubt,
    by the others.

    ``words`` is the document's own text layer: it raises doubt where it contradicts the picture. It
    spares no reader a line, and never takes the picture's place.
    """
    lines, read = _read_once(layout, _to_their_ends(layout, _lines_of(layout), readers), readers)
    beside = [r for r in lines.below if _is_right(layout, r)]
    read |= _written(layout, read, [*lines.in_header, *beside], lines.in_cells)
    lines, read = _with_marks_apart(lines, read)
    values, marks = _values_and_marks(lines.cells.values())
    read |= _asked_again(layout, read, lines, values, marks, readers.others)
    layer = placed(words, layout.rectification)
    read |= _with_layer(layer, read, [*lines.in_header, *values, *marks, *lines.below])
    text = without_dirt(_without_boxed_text(_as_text(layout, lines, read)))
    return replace(text, check_marks=check_marks(text))


def _lines_of(layout: PageLayout) -> _Lines:
    return _Lines(
        runs_of(layout, title_lines(layout, join_rows(layout.above, WORDS_APART))),
        tuple(runs_of(layout, lines_of_box(layout, box)) for box in layout.header),
        cells_of(layout),
        # the tails of a signature run across the ruling under it
        runs_of(layout, join_rows(layout.below, BELOW_APART, layout.foreign), least=_TAIL),
    )


def _to_their_ends(layout: PageLayout, lines: _Lines, readers: Readers) -> _Lines:
    """The lines with the letters at their ends that something covers, where these can be read."""
    in_cells = [line.whole for line in lines.in_cells]
    runs = [*lines.in_header, *lines.below, *in_cells]
    found = iter(with_covered_ends(layout, runs, readers.first))
    header = tuple(tuple(next(found) for _ in box) for box in lines.header)
    below = tuple(next(found) for _ in lines.below)
    cells = {
        key: replace(cell, lines=tuple(replace(n, whole=next(found)) for n in cell.lines))
        for key, cell in lines.cells.items()
    }
    return replace(lines, header=header, below=below, cells=cells)


def _read_once(layout: PageLayout, lines: _Lines, readers: Readers) -> tuple[_Lines, Runs]:
    """Every line read by one reader: what may be the form's own print by the reader of that, all
    else by the first. What is filled in behind a caption becomes a line of its own.
    """
    whole = [line.whole for line in lines.in_cells]
    beside = [r for r in lines.below if _is_right(layout, r)]
    may_be_print = [*lines.above, *lines.in_header]
    read = read_runs(layout, [*whole, *beside], readers, may_be_print)
    header = tuple(
        tuple(part for r in box for part in _from_caption(layout, read[key_of(r)]))
        for box in lines.header
    )
    below = _before_boilerplate(layout, lines.below, [read[key_of(r)] for r in beside])
    lines = replace(lines, header=header, below=below)
    read |= {key_of(r): r for r in lines.in_header if r.readings}
    others = [r for r in (*lines.in_header, *below) if not r.readings and key_of(r) not in read]
    read |= read_runs(layout, others, readers)
    return lines, read


def _with_marks_apart(lines: _Lines, read: Runs) -> tuple[_Lines, Runs]:
    """The lines of cells with their raised marks apart from their values; in what is read, raised
    characters are the print that they are from here on.
    """
    cells = {
        key: replace(cell, lines=tuple(parted(line, read) for line in cell.lines))
        for key, cell in lines.cells.items()
    }
    lines = replace(lines, cells=cells)
    parts = [run for line in lines.in_cells for run in (line.value, line.marks) if run]
    read = read | {key_of(r): r for r in parts}
    return lines, {
        key: replace(r, readings=tuple(_lowered(s) for s in r.readings)) for key, r in read.items()
    }


def _as_text(layout: PageLayout, lines: _Lines, read: Runs) -> PageText:
    def done(run: Run) -> Run:
        return read[key_of(run)]

    def first(runs: Iterable[Run]) -> tuple[Run, ...]:
        return tuple(_caption_first(done(r)) for r in runs)

    cells = {
        key: replace(cell, lines=tuple(done_line(n, done) for n in cell.lines))
        for key, cell in lines.cells.items()
    }
    header = tuple(first(box) for box in lines.header)
    return PageText(layout, first(lines.above), header, cells, first(lines.below))


def _without_boxed_text(page: PageText) -> PageText:
    """A page whose boxes are no header's, as one without a header: on a page that goes on with
    further owners, notes or signatures these may stand in boxes, too.
    """
    title = any(is_title(r.text) for r in page.above)
    if not page.header or title or by_box(page.header):
        return page
    runs = [*page.above, *(r for box in page.header for r in box), *page.below]
    below = tuple(sorted(runs, key=lambda r: r.box.center[1]))
    return replace(page, layout=replace(page.layout, header=()), above=(), header=(), below=below)


def _values_and_marks(cells: Iterable[CellText]) -> tuple[list[Run], list[Run]]:
    """What stands in the lines of cells, and the raised marks beside it."""
    lines = [line for cell in cells for line in cell.lines]
    values = [line.value or line.whole for line in lines if line.value or not line.marks]
    return values, [line.marks for line in lines if line.marks]


def _asked_again(
    layout: PageLayout,
    read: Runs,
    lines: _Lines,
    values: Sequence[Run],
    marks: Sequence[Run],
    others: Sequence[Reader],
) -> Runs:
    """The runs that were doubted, each asked about once, with what the other readers say. Nobody
    else is asked about the form's own print.
    """

    def by_key(runs: Iterable[Run]) -> Runs:
        return {key_of(r): read[key_of(r)] for r in runs}

    def text(run: Run) -> str:
        return read[key_of(run)].text

    above = [r for r in lines.above if is_a_line(r)]
    above = [r for r in above if not (is_title(text(r)) or holds_title(text(r)))]
    texts = [r for r in (*above, *lines.in_header) if not _is_the_forms(text(r))]
    texts += [r for r in values if not is_boilerplate(text(r))]
    one = by_key(texts)
    two = by_key(r for r in lines.below if not is_print(text(r)))
    three = {key: run for key, run in by_key(marks).items() if key not in one}
    again = ask_again(
        layout.clean, list(one.values()), list(two.values()), list(three.values()), others
    )
    return {key_of(r): r for r in again}


def _with_layer(layer: Layer, read: Runs, runs: Sequence[Run]) -> Runs:
    """The runs of which the text layer says anything, with that behind the readings."""
    heard = {key_of(run): said_by(layer, run.box) for run in runs}
    return {
        key: replace(read[key], readings=(*read[key].readings, said))
        for key, said in heard.items()
        if said
    }


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
    begins = into_box(reading.ends[cut - 1], run.box.width, run.box)
    behind = [g for g in inside(layout.glyphs, replace(run.box, x0=begins)) if g.box.x0 > begins]
    lines = join_rows(group_lines(behind), ENTRY_APART)
    if len(lines) != 1 or lines[0].cap_height < TALLER * run.cap_height:
        return (run,)
    line = lines[0]
    said = Reading(reading.reader, reading.text[:cut].rstrip(), reading.confidence)
    caption = replace(run, box=replace(run.box, x1=line.box.x0 - 1), readings=(said,))
    return caption, replace(run, box=line.box, cap_height=line.cap_height, readings=())


def _written(
    layout: PageLayout, read: Runs, texts: Sequence[Run], lines: Sequence[CellLine]
) -> Runs:
    """The runs in header, cells and beside the signature that look handwritten, marked so.

    Captions are not looked at: they are the form's own print. Nor are raised marks: they stand off
    the line.
    """
    said = [read[key_of(r)] for r in texts]
    said = [r for r in said if not (is_caption(r.text) or is_boilerplate(r.text))]
    found = by_hand(
        layout.clean, [*said, *(parted(line, read).value or line.whole for line in lines)]
    )
    entries = [*said, *(read[key_of(line.whole)] for line in lines)]
    return {
        key_of(r): replace(r, by_hand=True)
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


def _lowered(reading: Reading) -> Reading:
    """A reading with raised characters as the print they are."""
    return replace(reading, text=lowered(reading.text))


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
