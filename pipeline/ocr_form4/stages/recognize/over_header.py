"""Over the header and in its boxes: which lines tell anything."""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.stages.recognize.specks import without_specks
from ocr_form4.stages.segment.line_rows import WORDS_APART, join_rows
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, TextLine, inside
from ocr_form4_models.reading import Run

TALLER = 1.15
"""How many times as high as in the usual line over the header a title's capitals are: of 2,589
lines on 280 scans 486 are, nine of ten of them 1.24 or more; of the others nine of ten 1.05 or
less.
"""
_TWO_LINES = 2.6
"""A box this many times as high as its capitals holds two lines: over the fixtures lines are 1.8 at
most.
"""
_LEFT, _AT_LEFT, _LONG, _MIDDLE = 0.15, 0.33, 0.2, 0.6
"""Of the page's width, over the header: small print begins right of the first (at 0.17 to 0.46, and
what stands at the left at 0.14 or less); what begins left of the second is read; a title is longer
than the third (0.22 to 0.37, other print 0.15 or less), or begins left of the fourth (at 0.34 to
0.46, what stands at the right at 0.79 or more). Counted over the fixtures.
"""


def title_lines(layout: PageLayout, above: Sequence[TextLine]) -> list[TextLine]:
    """The lines over the header that tell anything: the form's name at the left, the check boxes,
    and the titles.

    What goes across the middle in print no larger than the captions' is neither: under which acts
    the form is filed.
    """
    width = layout.clean.shape[1]
    if not above:
        return []
    heights = sorted(n.cap_height for n in above)
    usual = heights[(len(above) - 1) // 2]

    def is_small_print(n: TextLine) -> bool:
        across = n.box.x0 > _LEFT * width and n.box.x1 > 0.5 * width
        return across and n.cap_height < TALLER * usual

    lines = [
        n
        for n in above
        if n.box.x0 < _AT_LEFT * width
        or n.box.width > _LONG * width
        or (n.cap_height >= TALLER * usual and n.box.x0 < _MIDDLE * width)  # "FORM 4" in the middle
    ]
    return [n for n in lines if not is_small_print(n)]


def is_a_line(run: Run) -> bool:
    """Whether a crop over the header shows a line of words: not a check box, nor two lines that one
    holds together.
    """
    return run.box.height <= _TWO_LINES * run.cap_height and run.box.width >= 2 * run.cap_height


def lines_of_box(layout: PageLayout, box: Box[Upright]) -> list[TextLine]:
    """The lines of a box of the header, without specks."""
    here = inside(layout.glyphs, box)
    lines = without_specks(group_lines(here), letter_height(here))
    return join_rows(lines, WORDS_APART, layout.foreign)
