"""One table by its captions: columns from them and from the gutters of the text under them, rows
from its lines.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf
from statistics import median

from ocr_form4.pixels.crops import MARGIN, crop
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.caption_fit import (
    CaptionFit,
    Word,
    fit_captions,
    has_words,
    is_of_scraps,
    of_captions,
)
from ocr_form4.stages.segment.gutters import columns_of
from ocr_form4.stages.segment.line_rows import WORDS_APART, join_rows
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.rows import EVERY_ROW, Parting, split_rows
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.stages.segment.typed_bars import bars_in_line, is_bar
from ocr_form4.text import captions as cap
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph, PageLayout, TablePiece, TextLine
from ocr_form4_models.reading import Reading

_ENDS = (cap.EXPLANATION, cap.REMARKS, cap.SIGNATURE, cap.OWNERS, cap.NAME, *cap.BOILERPLATE)
_DEEP = 700.0
"""Captions are no higher than this, in upright pixels, but where the ruling under them is lower: of
362 runs of text under the titles of such tables on the fixtures, 344 stand at 666 or higher.
"""
_OF_CAPTIONS = 0.6
"""The share of a line's letters that are in words of captions, from which it is one of their lines.
On the fixtures 9 of 49 are 0.84 times it or less, the others 1.32 or more.
"""
_NEAR = 0.9
"""Words further apart than this, in heights of letters, are not of one run: they may stand in two
columns. With 0.6 and with 1.4 four fixtures whose rulings are gone or broken are read the same.
"""
_ACROSS = 0.6
"""Share of a table's width that a ruling between rows covers at least: of 30 on the fixtures 28
cover 0.98 or more, two 0.53 and less.
"""
_APART = 0.2
"""The least paper between rows, in heights of a letter: rows that were never ruled apart stand as
close as lines do. With 0.1 and with 0.4 four fixtures whose rulings are gone or broken are read the
same.
"""
_RULED = 60.0
"""A ruling under captions stands no further below them, in upright pixels: the four of the fixtures
stand 9 to 33 below.
"""
_CELLS = 2
"""Cells of a row that have text, at least: of 9 rows on the fixtures six have five or more, the
others one or none.
"""
_FIRST_HALF = 0, 1
"""Columns of the first half of Table II in which every row has an entry: boxes 1 and 2."""
_WORDED = 3
"""Runs with a word of captions, from which they are a table's: five tables of the fixtures have 14
to 58. Of dirt over a title one was read as such a word.
"""
_FOOTER = re.compile(r"\W*Page \d+( of \d+)?\W*", re.IGNORECASE)
_CROSSED = 3
"""Borders between columns from which a run that crosses them is running text under the table. On
the fixtures 53 of 56 are 0.67 times it or less, the others 1.33 or more.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """Where the parts of a table stand around its captions: in upright pixels, in heights of a
    line's capitals (_caps), and as shares.
    """

    level_caps: float = 0.6
    """Runs whose base lines are nearer stand at one height: of 339 on the fixtures 280 are 0.4 or
    less off, the others 0.64 or more.
    """
    left_px: float = 40.0
    """How far what is filled in may stand left of the first border: of 327 entries on the fixtures
    none stands left of it.
    """
    likeness: float = 84.0
    least_letters: int = 5
    """From this likeness on, of 100, a line of more letters is one of the form's that end a
    table.
    """
    across_px: float = 20.0
    """How far a line goes on, on both sides of a border that it crosses: of 119 ends of lines 20 go
    on 52 or more behind it, the others 15 or less.
    """
    row_px: float = 20.0
    """No row is lower: of 14 borders on the fixtures nine are 53 or more below the one before, five
    0 or less.
    """


T = Tolerances()


@dataclass(frozen=True, slots=True)
class Said:
    """A line of text as it was read."""

    line: TextLine
    reading: Reading

    @property
    def text(self) -> str:
        return self.reading.text


def read_lines(layout: PageLayout, lines: Sequence[TextLine], reader: Reader) -> list[Said]:
    answers = reader.read([crop(layout.clean, n.box) for n in lines])
    return [Said(n, a) for n, a in zip(lines, answers, strict=True)]


def table_under(layout: PageLayout, reader: Reader, top: float, bottom: float) -> TablePiece | None:
    """The table that begins at a height, or None where its captions are those of none."""
    here = [g for g in layout.glyphs if top < g.box.center[1] < bottom]
    usual = letter_height(here)
    bars = bars_in_line(layout, here, usual)
    text = [g for g in here if not is_bar(g, bars, usual)]
    rules = _rules(layout, top, bottom, text)
    deepest = next((y for y in rules if y > top + _DEEP), top + _DEEP)
    levels = _levels([n for n in group_lines(text, _NEAR) if n.box.y0 < deepest])
    captions, foot = _captions(layout, reader, levels, rules)
    fit = fit_captions([w for said in captions for w in _words(said)], bars) if captions else None
    if fit is None:
        return None
    under = [g for g in text if g.box.center[1] > foot]
    end = _end(layout, reader, under, fit, bottom)
    entries = [g for g in under if g.box.center[1] < end and fit.borders[0] - T.left_px < g.box.x0]
    edge = max([fit.borders[-1], *(g.box.x1 + MARGIN for g in entries)])
    edge = next((b for b in bars if b >= edge), edge)
    columns, guessed = columns_of(fit, [g.box for g in entries], edge, bars, usual)
    rules = _rules(layout, foot - MARGIN, end, text)
    rows, unsure = _rows(columns, [g.box for g in entries], rules, foot, _keys(fit))
    first = min(s.line.box.y0 for s in captions)
    box: Box[Upright] = Box(columns[0], first - MARGIN, columns[-1], foot)
    part = (fit.first, fit.whole) if len(columns) - 1 < fit.whole else (0, 0)
    return TablePiece(fit.table, columns, rows, box, guessed, unsure, *part, fit.editions)


def captions_cut_off(
    layout: PageLayout, reader: Reader, table: Table, top: float
) -> TablePiece | None:
    """A table of which the page ends within the captions, behind its title at ``top``: nothing but
    captions stands under that. None where something else does.
    """
    here = [g for g in layout.glyphs if g.box.center[1] > top]
    bars = bars_in_line(layout, here, letter_height(here))
    text = [g for g in here if not is_bar(g, bars, letter_height(here))]
    levels = [read_lines(layout, level, reader) for level in _levels(group_lines(text, _NEAR))]
    under = [said for said in levels if not any(cap.is_table_title(s.text) for s in said)]
    texts = [" ".join(s.text for s in said) for said in under]
    told = [t for t in texts if re.search(r"[A-Za-z0-9]", t)]
    if not told or not all(map(is_caption_text, told)):
        return None
    box = union(s.line.box for said in under for s in said)
    return TablePiece(table, (box.x0, box.x1), (), box)


def is_caption_text(text: str) -> bool:
    """Whether a text is of a table's captions: most of its words are, and none is an entry."""
    return of_captions(text) >= _OF_CAPTIONS and not cap.holds_entry(text)


def _levels(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Runs by the height at which they stand, from top to bottom."""
    levels: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda n: n.base):
        if levels and line.base - levels[-1][0].base < T.level_caps * line.cap_height:
            levels[-1].append(line)
        else:
            levels.append([line])
    return levels


def _captions(
    layout: PageLayout, reader: Reader, levels: Sequence[Sequence[TextLine]], rules: Sequence[float]
) -> tuple[list[Said], float]:
    """The lines of a table's captions as read, from the first that is one down to the last; and
    where they end.

    A line that is no caption ends them. Where rulings go across the table it does so behind one of
    these alone, or where it has an entry: a caption that is broken up, as typed ones are, may look
    like none. Behind a ruling a line of scraps is dirt in a row, unless captions go on behind it.
    """
    found: list[Said] = []
    next_line = top = inf
    for level in levels:
        said = read_lines(layout, sorted(level, key=lambda n: n.box.x0), reader)
        text = " ".join(s.text for s in said)
        if any(map(cap.is_table_title, (text, *(s.text for s in said)))):  # over it stands dirt
            told = sum(has_words(s.text, of_captions=True) for s in found)
            found = found if told >= _WORDED else []
            continue
        share = of_captions(text)
        if share < _OF_CAPTIONS and not (found and has_words(text)):
            continue
        if not found and not has_words(text, of_captions=True):
            continue
        foot = max((s.line.box.y1 for s in found), default=0.0)
        ruled = [y for y in rules if y > foot - MARGIN]
        is_behind = bool(ruled) and ruled[0] < level[0].base
        is_none = share < _OF_CAPTIONS and (not ruled or cap.holds_entry(text))
        is_dirt = is_behind and is_of_scraps(text)
        if is_none or is_dirt or (is_behind and share < _OF_CAPTIONS):
            if next_line == inf:
                next_line, top = level[0].base, median(n.box.y0 for n in level)
            if is_dirt:
                continue
            break
        next_line = top = inf
        found += said
    # a scrap beside the letters of the line that ends the captions is that line's
    found = [s for s in found if s.line.box.center[1] < top]
    foot = max((s.line.box.y1 for s in found), default=0.0)
    near = (y for y in rules if foot - MARGIN < y < min(foot + _RULED, next_line))
    return found, next(near, min(foot + MARGIN, top))


def _rules(layout: PageLayout, top: float, bottom: float, text: Sequence[Glyph]) -> list[float]:
    """The heights at which rulings, or dashes typed in a row, go across all of a table, from top to
    bottom.
    """
    if not text:
        return []
    left, right = min(g.box.x0 for g in text), max(g.box.x1 for g in text)
    here = [s for s in layout.rulings.horizontal if top < s.at < bottom]
    return sorted(
        s.at for s in here if min(s.end, right) - max(s.start, left) >= _ACROSS * (right - left)
    )


def _words(said: Said) -> list[Word]:
    """The words of a line with their places, as the reader tells where its characters end."""
    text, box = said.text, said.line.box
    whole = len(said.reading.ends) == len(text)
    width = box.width + 2 * MARGIN

    def at(k: int) -> float:
        """Where character k begins."""
        if k == 0:
            return box.x0
        share = said.reading.ends[k - 1] if whole else k / len(text)
        return min(box.x1, max(box.x0, box.x0 - MARGIN + share * width))

    found = []
    for match in re.finditer(r"[^\s|]+", text):
        x0, x1 = at(match.start()), at(match.end())
        found.append(Word(match[0], replace(box, x0=x0, x1=max(x0 + 2, x1))))
    return found


def _end(
    layout: PageLayout, reader: Reader, under: Sequence[Glyph], fit: CaptionFit, bottom: float
) -> float:
    """Where what stands in a table ends: above the form's next words, or above running text."""
    lines = join_rows(group_lines(list(under)), WORDS_APART)
    ends = [bottom]
    ends += [n.box.y0 for n in lines if _is_running(n, fit.borders[1:-1])]
    left = [n for n in lines if n.box.x0 < fit.borders[1] and n.box.y0 < min(ends)]
    last = [n for n in lines[-1:] if n.box.y0 < min(ends) and n not in left]
    if last and any(n.box.y1 > last[0].box.y0 for n in lines[:-1]):
        last = []  # beside others
    ends += [s.line.box.y0 for s in read_lines(layout, last, reader) if _FOOTER.fullmatch(s.text)]
    for said in read_lines(layout, left, reader):
        if any(
            cap.likeness(said.text, c) >= T.likeness
            for c in _ENDS
            if len(said.text) > T.least_letters
        ) or cap.is_table_title(said.text):
            ends.append(said.line.box.y0)
    return min(ends) - MARGIN


def _is_running(line: TextLine, borders: Sequence[float]) -> bool:
    """Whether a line that begins in the first column runs on across the borders between columns,
    and has letters on most of them.
    """
    if line.box.x0 >= borders[0]:  # entries that stand close, over borders that were guessed
        return False
    crossed = [x for x in borders if line.box.x0 + T.across_px < x < line.box.x1 - T.across_px]
    on = sum(any(g.box.x0 - 2 < x < g.box.x1 + 2 for g in line.glyphs) for x in crossed)
    return len(crossed) >= _CROSSED and on >= 0.5 * len(crossed)


def _keys(fit: CaptionFit) -> tuple[int, ...]:
    """The columns in which every row has an entry; in the first of two halves, title and price of
    exercise, and in the second none that opens a row.
    """
    if fit.first:
        return EVERY_ROW[1:]
    return EVERY_ROW if len(fit.borders) - 1 == fit.whole else _FIRST_HALF


def _rows(
    columns: Sequence[float],
    text: Sequence[Box[Upright]],
    rules: Sequence[float],
    foot: float,
    keys: Sequence[int],
) -> tuple[tuple[tuple[float, float], ...], frozenset[int]]:
    """The rows under the captions, (top, bottom): between ``rules`` across the table, then between
    lines of text.
    """
    if not text:
        return (), frozenset()
    end = max(b.y1 for b in text) + MARGIN
    levels = [foot]
    for y in (*rules, end):
        if y - levels[-1] > T.row_px:
            levels.append(float(y))
    spans: list[tuple[float, float]] = []
    guessed: set[int] = set()
    for top, bottom in pairwise(levels):
        here = [b for b in text if top < b.center[1] < bottom]
        if len(join_rows(group_lines([Glyph(b, 1) for b in here]), WORDS_APART)) < _CELLS:
            continue  # a page's number, say: no row has a single cell
        found = split_rows(top, bottom, columns, [], here, Parting(_APART, keys))
        guessed |= {len(spans) + j for j in found.guessed}
        spans += found.spans
    if not rules:
        guessed = set(range(len(spans)))
    return tuple(spans), frozenset(guessed)
