"""Groups glyphs into runs of text: bottom up, so that columns side by side do not become one
line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ocr_form4.stages.segment.line_rows import in_reading_order
from ocr_form4.stages.segment.lines import SMALL, letter_height, make_line
from ocr_form4.stages.segment.lines import T as OF_LINES
from ocr_form4.stages.segment.neighbours import join
from ocr_form4.stages.segment.punctuation import add_small
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, TextLine

ONE_LINE = 1.8
"""A line is no higher, in heights of its usual letters. Of twelve fixtures two are read otherwise
with 1.6, none with 2.2.
"""
_WITH_TAIL = 1.3
"""Or of its capitals, with a tail, where most are small. With 1.1 and with 1.6 twelve fixtures are
read the same; without it three values and five fields of 187 scans are others.
"""
MUCH = 0.65
"""Overlap of letters on one line, as ``neighbours`` has it, where two lines are bridged. With 0.55
and with 0.8 twelve fixtures are read the same.
"""
_WORD = 3
"""Least letters of each line that two are taken apart into: less is a piece of a letter, or a
comma. On the fixtures 2 of 86 are 0.34 times it or less, the others 2.67 or more.
"""
_BROAD = 6.0
"""Breadth by height of a line under print, at least. On the fixtures 77,248 of 77,260 are 1.00
times it or less, the others 1.03 or more.
"""
LETTERS_APART = 1.6
"""Parts of one run stand no farther apart, in heights of a letter or of its capitals: letters and
words wherever columns may stand beside each other. With 1.3 and with 2.0 twelve fixtures are read
the same.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What is taken apart, and what is no text: in heights of a letter (_heights), as shares of a
    number. Counts are of the fixtures (scripts/margins.py fixtures/scan fixtures/more).
    """

    usual_share: float = 0.8
    """Of the page's usual height: a few specks alone are measured by this, and a single piece of
    ink must be this high to be a line. Of 58 such pieces 32 are 0.71 or less, the others 0.82 or
    more.
    """
    underline_heights: float = 0.9
    """A line under print, six times as broad as high, is lower than this; letters that have run
    together are 0.94 or more in nine of ten of 297,399 pieces.
    """
    upper_rank: float = 0.8
    """Of a run's heights in order, the one that is taken for its usual letters'. With 0.7 no value
    of 36 scans is lost, with 0.9 one is, with 0.5 four are.
    """
    strokes_every: int = 20
    """Pieces of ink in a run of which one may be a stroke through it, besides the highest. With 10
    no value of 36 scans is lost; where the highest alone may be one, twelve are.
    """
    letters_of_two: int = 6
    """Fewer letters are never taken apart into two lines: 3,067 of 8,984 runs have fewer, half of
    the others 16 or more.
    """
    least_gap_heights: float = 0.5
    """Nor are letters that stand closer than this to be joined: of 89 runs tried again none is
    nearer than 0.58.
    """


T = Tolerances()


def group_lines(
    glyphs: Sequence[Glyph], gap: float = LETTERS_APART, usual: float = 0.0
) -> list[TextLine]:
    """Runs of text, from top to bottom and left to right.

    Neighbours on one line at most ``gap`` letter heights apart belong to one run. Marks that are
    raised overlap their neighbour's upper half and join; the line below does not. ``usual`` is the
    height of the page's usual letters: where a few specks are all there is, they are not taken for
    text.
    """
    measured = [(g, g.box.y1 - g.box.y0) for g in glyphs]
    heights = [high for _, high in measured if SMALL <= high <= OF_LINES.ink_px]
    if not heights:
        return []
    typical = max(median(heights), T.usual_share * usual)
    least = OF_LINES.low_heights * typical
    letters, low = [], []
    for glyph, high in measured:
        is_low = high < max(SMALL, least) or _is_underline(glyph, high, typical)
        if is_low:
            low.append(glyph)
        elif high <= OF_LINES.ink_px:
            letters.append(glyph)
    if not letters:
        return []
    runs = [part for run in join(letters, gap) for part in _single_lines(run, gap)]
    add_small(low, runs)
    return in_reading_order([make_line(run) for run in runs])


def _is_underline(glyph: Glyph, height: float, typical: float) -> bool:
    """Whether ink is a line under print, made higher by a comma or a tail that it touches: lower
    than letters that have run together, and broad. Of 29 such pieces on 54 scans the page network
    sees print in 26, and these are words whose letters have run together ("common").
    """
    return (
        not glyph.seen
        and height < T.underline_heights * typical
        and glyph.box.width > _BROAD * height
    )


def _single_lines(run: list[Glyph], gap: float) -> list[list[Glyph]]:
    """A run that spans two lines, bridged by something that stands between them, taken apart.

    What stands right beside both lines, as high as the space between them, overlaps neither by
    much; else the bridge is not as near as their letters are to each other.
    """
    heights = sorted(g.box.height for g in run)
    capital = heights[-2 - len(run) // T.strokes_every :][0]
    most = max(ONE_LINE * heights[int(T.upper_rank * (len(heights) - 1))], _WITH_TAIL * capital)

    def is_one(letters: list[Glyph]) -> bool:
        return max(g.box.y1 for g in letters) - min(g.box.y0 for g in letters) <= most

    if len(run) < T.letters_of_two or is_one(run) or gap < T.least_gap_heights:
        return [run]
    parts = join(run, gap, MUCH)
    if all(len(part) >= _WORD and is_one(part) for part in parts):
        return parts
    low = [g for g in run if g.box.height <= most]
    parts = join(low, gap) if _WORD <= len(low) < len(run) else [run]
    if len(parts) > 1 and all(is_one(part) for part in parts):
        return parts  # what is as high as two lines is a stroke through them, and no letter
    closer = gap / 2
    return [part for smaller in join(run, closer) for part in _single_lines(smaller, closer)]


def with_joined_letters(lines: Sequence[TextLine], glyphs: Sequence[Glyph]) -> list[TextLine]:
    """The runs, in reading order, with the letters that something joins to those of the next line:
    of ink that is as high as two lines and in neither, in which print is seen, each gets what is
    level with it and as near as its letters are to each other.
    """
    usual = letter_height(glyphs)
    placed = {g.box for line in lines for g in line.glyphs if len(line.glyphs) > 1}
    joined = [
        g
        for g in glyphs
        if g.seen and g.box.height > ONE_LINE * usual > g.box.width and g.box not in placed
    ]
    held = {g.box: _beside_at_each_level(g, lines) for g in joined}
    joined = [g for g in joined if len(held[g.box]) > 1]
    alone = {g.box for g in joined}
    made = []
    for k, line in enumerate(lines):
        if {g.box for g in line.glyphs} <= alone:
            continue
        own = [_within(g, line) for g in joined if k in held[g.box]]
        made.append(make_line([*line.glyphs, *own]) if own else line)
    return in_reading_order(made)


def _beside_at_each_level(glyph: Glyph, lines: Sequence[TextLine]) -> list[int]:
    """The runs, by number, that ink higher than a line is beside: of those on one line the nearest
    alone.
    """
    found: list[int] = []
    box = glyph.box
    beside = [k for k, line in enumerate(lines) if _is_beside(glyph, line)]
    for k in sorted(beside, key=lambda k: max(lines[k].box.x0 - box.x1, box.x0 - lines[k].box.x1)):
        one = lines[k]
        if all(one.base <= lines[n].top or lines[n].base <= one.top for n in found):
            found.append(k)
    return found


def _is_beside(glyph: Glyph, line: TextLine) -> bool:
    """Whether ink higher than a line is level with most of its capitals, and as near as they are to
    each other.
    """
    level = min(glyph.box.y1, line.base) - max(glyph.box.y0, line.top)
    reach = LETTERS_APART * line.cap_height
    near = line.box.x0 - reach <= glyph.box.x1 and glyph.box.x0 <= line.box.x1 + reach
    return near and len(line.glyphs) > 1 and level >= T.usual_share * line.cap_height


def _within(glyph: Glyph, line: TextLine) -> Glyph:
    top, bottom = max(line.top, glyph.box.y0), min(line.base, glyph.box.y1)
    return replace(glyph, box=replace(glyph.box, y0=top, y1=bottom))


def without_dirt(lines: Sequence[TextLine]) -> list[TextLine]:
    """The runs, in reading order, less those of a single piece of ink lower than most small letters
    of the page: a speck, or a stroke. One that is seen as print between two others is a word.
    """
    usual = letter_height(g for line in lines for g in line.glyphs)
    return [
        n
        for k, n in enumerate(lines)
        if len(n.glyphs) > 1
        or n.box.height >= T.usual_share * usual
        or (n.glyphs[0].seen and all(_are_near(*two) for two in _beside(lines, k)))
    ]


def in_no_line(glyphs: Sequence[Glyph], lines: Sequence[TextLine]) -> list[Box[Upright]]:
    """Where ink as high as the page's usual letters is in none of the lines: dirt that a word has
    run into is higher than a line, and the word is lost with it.
    """
    usual = letter_height(glyphs)
    placed = {g.box for line in lines for g in line.glyphs}
    return [g.box for g in glyphs if g.box.height >= usual and g.box not in placed]


def _beside(
    lines: Sequence[TextLine], k: int
) -> tuple[tuple[TextLine, TextLine], tuple[TextLine, TextLine]]:
    """A run with the one before it, and with the one behind it; with itself where there is none."""
    return (lines[max(0, k - 1)], lines[k]), (lines[k], lines[min(len(lines) - 1, k + 1)])


def _are_near(left: TextLine, right: TextLine) -> bool:
    """Whether a run stands right behind another one on its line."""
    high = max(left.cap_height, right.cap_height)
    overlap = min(left.base, right.base) - max(left.top, right.top)
    apart = right.box.x0 - left.box.x1
    return 0 <= apart <= LETTERS_APART * high and overlap >= 0.5 * min(
        left.cap_height, right.cap_height
    )
