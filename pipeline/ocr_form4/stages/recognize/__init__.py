"""Layout to text: cuts the crops, asks the readers, and keeps all that they say.

The first reader reads everything that may matter. Where its word leaves a doubt the second is
asked, and where these two differ, or agree on what is no word, the third. What is asked, and when,
is decided in ``again`` and in ``captions``, nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4.stages.recognize.again import ask_again
from ocr_form4.stages.recognize.cells import ENTRY_APART, cells_of, done_line, parted
from ocr_form4.stages.recognize.dirt import without_dirt
from ocr_form4.stages.recognize.hand import by_hand
from ocr_form4.stages.recognize.over_header import TALLER, is_a_line, lines_of_box, title_lines
from ocr_form4.stages.recognize.raised import lowered
from ocr_form4.stages.recognize.runs import Runs, into_box, key_of, read_runs, runs_of
from ocr_form4.stages.recognize.textlayer import Layer, placed, said_by
from ocr_form4.stages.segment.textlines import (
    BELOW_APART,
    WORDS_APART,
    group_lines,
    inside,
    join_rows,
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
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import TextWord
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellLine, CellText, Reading, Run, of_the_picture

_TAIL = 1.6
"""Foreign ink that is lower, in heights of a line's capitals, is the tail of a letter over a
signature's ruling.
"""
_ASTERISK = 0.4
"""Of a line's capitals: what ends higher is an asterisk, which stands before an entry."""
_SHORT_CAPTION = 14
"""Letters of which a signature's caption has more, however it was cut off."""


def recognize(layout: PageLayout, readers: Readers, words: Sequence[TextWord] = ()) -> PageText:
    """Everything on a page that is needed, read by the first reader and, where that leaves a doubt,
    by the others.

    ``words`` is the document's own text layer: it raises doubt where it contradicts the picture. It
    spares no reader a line, and never takes the picture's place.
    """
    above = runs_of(layout, title_lines(layout, join_rows(layout.above, WORDS_APART)))
    header = tuple(runs_of(layout, lines_of_box(layout, box)) for box in layout.header)
    cells = cells_of(layout)
    # the tails of a signature run across the ruling under it
    below = runs_of(layout, join_rows(layout.below, gap=BELOW_APART), least=_TAIL)

    in_header = [r for box in header for r in box]
    whole = [line.whole for cell in cells.values() for line in cell.lines]
    beside = [r for r in below if _is_right(layout, r)]
    read = read_runs(layout, [*whole, *beside], readers.first)
    read |= read_runs(layout, [*above, *in_header], readers.of_print)
    header = tuple(
        tuple(part for r in box for part in _from_caption(layout, read[key_of(r)]))
        for box in header
    )
    in_header = [r for box in header for r in box]
    read |= {key_of(r): r for r in in_header if r.readings}
    read |= read_runs(layout, [r for r in in_header if not r.readings], readers.first)
    below = _before_boilerplate(layout, below, [read[key_of(r)] for r in beside])
    read |= read_runs(layout, [r for r in below if key_of(r) not in read], readers.first)
    lines = [line for cell in cells.values() for line in cell.lines]
    read |= _written(layout, read, [*in_header, *(r for r in below if _is_right(layout, r))], lines)
    cells = {
        k: replace(c, lines=tuple(parted(line, read) for line in c.lines)) for k, c in cells.items()
    }
    parts = [
        run for c in cells.values() for line in c.lines for run in (line.value, line.marks) if run
    ]
    read |= {key_of(r): r for r in parts}
    read = {
        key: replace(r, readings=tuple(_lowered(s) for s in r.readings)) for key, r in read.items()
    }

    values, marks = _values_and_marks(cells.values())
    asked = [r for r in above if is_a_line(r) and not is_title(read[key_of(r)].text)]
    asked = [r for r in (*asked, *in_header) if not _is_the_forms(read[key_of(r)].text)]
    asked += [r for r in values if not is_boilerplate(read[key_of(r)].text)]
    under = [r for r in below if not is_print(read[key_of(r)].text)]
    read |= _asked_again(layout, read, asked, under, marks, readers.others)
    layer = placed(words, layout.rectification)
    read |= _with_layer(layer, read, [*in_header, *values, *marks, *below])

    def done(run: Run) -> Run:
        return read[key_of(run)]

    text = PageText(
        layout,
        tuple(_caption_first(done(r)) for r in above),
        tuple(tuple(_caption_first(done(r)) for r in box) for box in header),
        {k: replace(c, lines=tuple(done_line(n, done) for n in c.lines)) for k, c in cells.items()},
        tuple(_caption_first(done(r)) for r in below),
    )
    return without_dirt(text)


def _values_and_marks(cells: Iterable[CellText]) -> tuple[list[Run], list[Run]]:
    """What stands in the lines of cells, and the raised marks beside it."""
    lines = [line for cell in cells for line in cell.lines]
    values = [line.value or line.whole for line in lines if line.value or not line.marks]
    return values, [line.marks for line in lines if line.marks]


def _asked_again(
    layout: PageLayout,
    read: Runs,
    texts: Sequence[Run],
    running: Sequence[Run],
    marks: Sequence[Run],
    others: Sequence[Reader],
) -> Runs:
    """The runs that were doubted, each asked about once, with what the other readers say."""
    one, two, three = ({key_of(r): read[key_of(r)] for r in of} for of in (texts, running, marks))
    three = {key: run for key, run in three.items() if key not in one}
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
