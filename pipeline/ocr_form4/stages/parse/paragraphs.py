"""Lines of running text: what stands on one line, dirt in the margin before it, and where a
paragraph ends.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ocr_form4_models.reading import Reading, Run

Row = list[Run]
_DIRT = re.compile(r"[^\w\s(\"'“*&$#]{1,2}\s+(?=\S)")
_BEFORE_NUMBER = re.compile(_DIRT.pattern + r"(?=\d{1,2}\.\s|\(\d{1,2}\))")
_SPARE = 0.12
"""The share of a line's length that the next line's first word must leave free for that line to end
a paragraph: of 11 lines on 280 scans one leaves 0.46, the others nothing.
"""
_AT_LEFT, _LONG_LETTERS, _LINES = 0.4, 40, 3
"""Lines that tell where the left margin is begin left of ``_AT_LEFT`` of the page's width and have
more letters than ``_LONG_LETTERS``; ``_LINES`` are needed for that, and to tell the step from line
to line. On the fixtures 555 of 744 are 0.94 times it or less, the others 1.37 or more
(``_AT_LEFT``); 289 of 555 are 1.00 times it or less, the others 1.10 or more (``_LONG_LETTERS``).
"""
_MARGIN_CAPS = 0.3
"""What begins this far left of the margin, in heights of capitals, is dirt before a line: of 3,206
runs on 280 scans 77 do, of the others 99 of 100 begin 0.25 left of it at most.
"""
_STEP = 1.09
"""A step to the next line that is this many times the usual one parts two paragraphs: of 15 between
notes without numbers on 280 scans 11 are 1.07 or less, two 1.16 and 1.19, two 2.7 and more.
"""


_WITHIN = 0.7
"""What lies within a line is level with it by this share of its height: of four such pairs on 236
scans by many hands three are by 0.8 and more, and the other, of two lines, by 0.55.
"""


def rows_of(runs: Sequence[Run], width: int) -> list[Row]:
    """Runs by line, from top to bottom, without the dirt in the left margin of a page."""
    rows: list[Row] = []
    for run in runs:
        if rows and all(_is_level(run, r) for r in (rows[-1][0], *_across(run, rows[-1]))):
            rows[-1].append(run)
        else:
            rows.append([run])
    rows = [_numbered(sorted(row, key=lambda r: r.box.x0)) for row in rows]
    long = [
        row[0].box.x0
        for row in rows
        if row[0].box.x0 < _AT_LEFT * width and len(row[0].text) > _LONG_LETTERS
    ]
    if len(long) < _LINES:
        return rows
    left = median(long)
    return [[_without_margin(row[0], left), *row[1:]] for row in rows]


def _is_level(run: Run, other: Run) -> bool:
    """Whether two runs are on one line: dirt between two lines makes the runs of both higher, and
    they overlap, but less than what lies within a line does.
    """
    overlap = min(run.box.y1, other.box.y1) - max(run.box.y0, other.box.y0)
    share = _WITHIN if _across(run, [other]) else 0.5
    return overlap > share * min(run.box.height, other.box.height)


def _across(run: Run, others: Sequence[Run]) -> list[Run]:
    """Those of other runs that stand over, under or within a run, and not beside it."""
    return [
        r
        for r in others
        if min(run.box.x1, r.box.x1) - max(run.box.x0, r.box.x0)
        > 0.5 * min(run.box.width, r.box.width)
    ]


def _numbered(row: Row) -> Row:
    """A line without dirt before the number that it opens with."""
    if not any(_BEFORE_NUMBER.match(r.text) for r in row[0].readings):
        return row
    cut = (_cut(r) if _BEFORE_NUMBER.match(r.text) else r for r in row[0].readings)
    return [replace(row[0], readings=tuple(cut)), *row[1:]]


def _without_margin(run: Run, left: float) -> Run:
    """A line without what a reader sees in the margin left of all text: a point or a stroke, which
    no text opens.
    """
    if run.box.x0 > left - _MARGIN_CAPS * run.cap_height:
        return run
    return without_dirt(run)


def without_dirt(run: Run) -> Run:
    """A line without a point or a stroke that stands apart before it."""
    return replace(run, readings=tuple(_cut(r) for r in run.readings))


def _cut(reading: Reading) -> Reading:
    found = _DIRT.match(reading.text)
    if found is None:
        return reading
    return replace(reading, text=reading.text[found.end() :], words=reading.words[1:], ends=())


def opens_paragraph(row: Row, lines: Sequence[Row]) -> bool:
    """Whether a line opens a paragraph of its own behind ``lines``: it stands off from them, or the
    last of them left more room than its first word takes. None opens with a small letter.
    """
    last = lines[-1]
    same = [n for n in lines if n[0].page == row[0].page]
    steps = [b[0].box.y0 - a[0].box.y0 for a, b in pairwise(same)]
    if (
        len(steps) < _LINES
        or last[0].page != row[0].page
        or not re.search(r"[.)\"]\s*$", last[-1].text)
        or row[0].text[:1].islower()
    ):
        return False
    if row[0].box.y0 - last[0].box.y0 > _STEP * sorted(steps)[len(steps) // 3]:
        return True
    right, left = max(n[-1].box.x1 for n in same), min(n[0].box.x0 for n in same)
    first = row[0].box.width * len(row[0].text.split(" ")[0]) / max(1, len(row[0].text))
    return last[-1].box.x1 + first < right - _SPARE * (right - left)


def is_footer(row: Row) -> bool:
    """A print's own footer: page number, source, address of a web page. None of 2,620 footnotes of
    filings is like it.
    """
    text = " ".join(r.text for r in row)
    return bool(re.search(r"^(Source:|https?://|www\.)|\bPage \d+( of \d+)?$", text))
