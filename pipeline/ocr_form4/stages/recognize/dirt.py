"""Ink that is as short as a few letters, that no reader can make out and that stands beside print:
dirt.

A drum's marks, blotches and specks of toner stand in the boxes of the form as words do. What they
leave among the words of a name is no part of it; but as something was left out there, what stands
beside it is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.segment.lines import make_line
from ocr_form4.text.captions import squeeze
from ocr_form4.text.office import is_office_mark
from ocr_form4_models.layout import Glyph, TextLine
from ocr_form4_models.page_text import CellKey, PageText
from ocr_form4_models.reading import CellText, Run, of_the_picture

_UNREAD = 0.65
"""No reader's score for dirt is higher. Of 68 short runs on 30 damaged scans of which this is true
and that no two readers read alike, 63 were dirt, and three of the others alone in their cells,
where they stay.
"""
_READ = 0.9
"""The score of a reader who makes out what stands beside it. On the fixtures 488 of 2,244 are 1.00
times it or less, the others 1.00 or more.
"""
_AROUND = 8.0
"""What an office's mark stands beside is no further away, in heights of its letters. With 4 and
with 16 twelve fixtures are read the same.
"""
_OVER_CAPS = 2.5
"""The line above is no farther, in heights of its capitals: of 4,896 on 280 scans that are, nine of
ten are 8.7 or more above.
"""
_LOW = 0.55
"""Punctuation is lower, in heights of its line's capitals. On the fixtures 23,716 of 190,733 are
1.00 times it or less, the others 1.00 or more.
"""
_FEW = 2
"""Characters that a reader sees in a speck of dirt. On the fixtures 615 of 1,632 are 1.00 times it
or less, the others 1.50 or more.
"""
_SHORT = 4.0
"""Dirt is no wider, in heights of its own letters: of 1,847 as short on 280 scans half are 1.0 or
less, of 1,819 others nine of ten 5.2 or more.
"""


_APART = 0.4
"""Gap to the next letter from which something is a word of its own, in heights of the line's
capitals: letters of one word stand 0.1 to 0.3 apart, words 0.5 and more.
"""


def seen_part(line: TextLine) -> TextLine:
    """A line without its short words in which the page network sees no print: the line itself where
    there are none, or nothing else.

    On 33 pages of eleven hands to learn from, of 399 pieces of dirt as high as letters 190 were not
    seen, and of 80,793 letters 35, half of these in words of which the rest was seen. A letter that
    stands alone is seen less surely: it stays until it is read.
    """
    if all(g.seen for g in line.glyphs):
        return line
    words = _words(line)
    kept = [w for w in words if not _is_unseen(w, line.cap_height)]
    return make_line([g for word in kept for g in word]) if 0 < len(kept) < len(words) else line


def is_seen(line: TextLine) -> bool:
    """Whether the page network sees print in a line, or it is too long for dirt."""
    return not _is_unseen(line.glyphs, line.cap_height)


def _words(line: TextLine) -> list[list[Glyph]]:
    """The glyphs of a line by the gaps between them, from left to right."""
    words: list[list[Glyph]] = []
    right = float("-inf")
    for glyph in line.glyphs:
        if not words or glyph.box.x0 - right > _APART * line.cap_height:
            words.append([])
        words[-1].append(glyph)
        right = max(right, glyph.box.x1)
    return words


def _is_unseen(word: Sequence[Glyph], cap_height: float) -> bool:
    """Whether print is seen in no letter of a short word. What is as low as a dash or a point is
    seldom seen, and no letter.
    """
    letters = [g for g in word if g.box.height >= _LOW * cap_height]
    width = max(g.box.x1 for g in word) - word[0].box.x0
    return bool(letters) and width <= _SHORT * cap_height and not any(g.seen for g in word)


def without_dirt(text: PageText) -> PageText:
    """The page without the dirt in its boxes, cells and below its tables; the runs beside it are
    marked as overlaid.
    """
    header = tuple(_cleaned(box, box) for box in text.header)
    below = _without_marks(_cleaned(text.below, ()))
    rows = _without_rows_of_dirt(text)
    of_print = {key[:2] for key, cell in rows.items() if _holds_print(cell)}
    cleaned = {key: _of_cell(cell, key[:2] in of_print) for key, cell in rows.items()}
    cells = {key: cell for key, cell in cleaned.items() if cell.lines}
    return replace(text, header=header, below=below, cells=cells)


def _cleaned(runs: Sequence[Run], together: Sequence[Run]) -> tuple[Run, ...]:
    """The runs that are print. Dirt is left out where something ``together`` with it is read, or it
    stands alone; what is together with it, or on its line or the one above, is marked.
    """
    is_beside_print = any(_is_read(r) for r in together)
    dirt = [r for r in runs if _is_dirt(r, is_beside_print)]
    if together and not is_beside_print:
        dirt = [r for r in dirt if not r.seen]
    if not dirt:
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


def _without_rows_of_dirt(text: PageText) -> dict[CellKey, CellText]:
    """The cells of rows that hold more than a character or two a line: a row has a title, and
    titles are words. Of a table printed in two halves, the second has none.
    """
    pieces = text.layout.pieces
    of_words = {
        key[:2]
        for key, cell in text.cells.items()
        if pieces[key[0]].whole or any(_is_long(line.whole) for line in cell.lines)
    }
    return {key: cell for key, cell in text.cells.items() if key[:2] in of_words}


def _is_long(run: Run) -> bool:
    return any(len(r.text.replace(" ", "")) > _FEW for r in of_the_picture(run.readings))


def _holds_print(cell: CellText) -> bool:
    return any(line.whole.seen and _is_read(line.whole) for line in cell.lines)


def _of_cell(cell: CellText, in_print: bool) -> CellText:
    """A cell without its dirt; ``in_print`` says whether its row holds print: then what stands
    alone in it, and two readers agree on, is a letter.
    """
    said = [line.value or line.whole for line in cell.lines]
    is_beside_print = any(_is_read(r) for r in said)
    dirt = [
        line
        for line, run in zip(cell.lines, said, strict=True)
        if line.marks is None and _is_dirt(run, is_beside_print)
    ]
    if not is_beside_print:
        dirt = [line for line in dirt if not line.whole.seen]
    if in_print and len(cell.lines) == 1 and _is_agreed(said[0]):
        dirt = []
    if not dirt:
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


def _is_dirt(run: Run, is_beside_print: bool) -> bool:
    """Whether a run is dirt: short, and all its readers are at a loss and differ; or the page
    network does not see it, and any two differ, or none is sure of it and something
    ``is_beside_print`` with it.
    """
    read = of_the_picture(run.readings)
    said = ["".join(filter(str.isalnum, r.text)).lower() for r in read]
    if not run.seen and (len(set(said)) > 1 or not any(said)):
        return True
    if not run.seen and is_beside_print and not _is_read(run):
        return True
    if (
        len(read) < 2
        or run.box.width > _SHORT * run.cap_height
        or max(r.confidence for r in read) >= _UNREAD
    ):
        return False
    said = [s for s in said if s]
    return len(set(said)) == len(said)


def _is_agreed(run: Run) -> bool:
    """Whether two readers say the same of a run, and one of them makes it out: a letter that stands
    alone is often another to one of three ("I", "1" and nothing).
    """
    said = [squeeze(r.text) for r in of_the_picture(run.readings)]
    counts = Counter(text for text in said if text)
    return _is_read(run) and max(counts.values(), default=0) >= min(2, len(said))


def _is_read(run: Run) -> bool:
    return any(r.text and r.confidence >= _READ for r in of_the_picture(run.readings))


def _is_beside(run: Run, dirt: Run) -> bool:
    """Whether a run stands on the line of a piece of dirt, or on the line above."""
    return -_OVER_CAPS * run.cap_height <= run.box.y1 - dirt.box.y1 <= run.cap_height
