"""Which runs of text stand on one line of the page, in what order, and which of them are one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TextLine

_UNLIKE = 2.2
"""How many times as high one run's capitals may be as another's of the same text: one may have
small letters only. On the fixtures 332 of 334 are 0.98 times it or less, the others 1.01 or more.
"""
WORDS_APART = 1.9
"""Words of the form's own print. With 1.5 and with 2.4 twelve fixtures are read the same."""
BELOW_APART = 2.5
"""Words of what follows the tables, where nothing else stands on their line. Of twelve fixtures one
is read otherwise with 2.0, a footnote of which is lost, and with 3.2, without a loss.
"""
_COVERED = 4.0
"""Runs with foreign ink between them are no farther apart, where letters are covered. With 2.0 two
values of 36 scans with dirt and pen lines are lost, with 8.0 two are, and four are won.
"""
_BODY = 0.7
"""Of the lower of two runs' capitals: the share by which they overlap where they are one row. Of
337 pairs that do 99 of 100 overlap by 0.87 or more, of 63 that do not 62 by 0.62 or less.
"""


def in_reading_order(lines: Iterable[TextLine]) -> list[TextLine]:
    """Runs by line, and within a line from left to right; runs whose bodies overlap by half are on
    one line.
    """
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda n: n.base):
        if rows:
            ref = rows[-1][0]
            overlap = min(line.base, ref.base) - max(line.top, ref.top)
            if overlap >= 0.5 * min(line.cap_height, ref.cap_height):
                rows[-1].append(line)
                continue
        rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda n: n.box.x0)]


def join_rows(
    lines: Sequence[TextLine], gap: float, foreign: Sequence[Box[Upright]] = ()
) -> list[TextLine]:
    """Runs on one line that are at most ``gap`` cap heights apart, joined: running text with wide
    spaces; a little farther apart, where ``foreign`` ink that lies between them covers letters.

    Runs of unlike heights are none: the edge of the paper or a fold is as high as several lines.
    """
    joined: list[TextLine] = []
    for line in in_reading_order(lines):
        if joined:
            last = joined[-1]
            overlap = min(line.base, last.base) - max(line.top, last.top)
            low, high = sorted((last.cap_height, line.cap_height))
            apart = line.box.x0 - last.box.x1
            near = -0.5 * last.cap_height <= apart <= gap * high
            near = near or (
                gap * high < apart <= _COVERED * high and _is_covered(last, line, foreign)
            )
            if near and overlap >= _BODY * low and high <= _UNLIKE * low:
                joined[-1] = make_line((*last.glyphs, *line.glyphs))
                continue
        joined.append(line)
    return joined


def _is_covered(left: TextLine, right: TextLine, foreign: Sequence[Box[Upright]]) -> bool:
    """Whether foreign ink lies between two runs of one line."""
    top, bottom = max(left.top, right.top), min(left.base, right.base)
    between: Box[Upright] = Box(left.box.x1, top, right.box.x0, bottom)
    return any(between.intersection(f) for f in foreign)
