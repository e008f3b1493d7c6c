"""Groups glyphs into runs of text: bottom up, so that columns side by side do not become one
line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf
from statistics import median

import numpy as np

from ocr_form4.pixels.blobs import Ints
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph, Glyphs, TextLine

_BUCKET = 24.0
"""Height of the stripes in which neighbours are looked for, in upright pixels: about that of a
line's letters. With 12 and with 48 twelve fixtures are read the same.
"""
_LOOK_BACK = 14
"""How many letters back in a stripe a neighbour is looked for. With 7 and with 28 twelve fixtures
are read the same.
"""
_SMALL = 9.0
"""Height in upright pixels below which ink is punctuation, an accent or dirt: it joins text, and
never starts one. Of 213,041 pieces on the fixtures 24,711 are lower, half of them 4 or less; of the
others 99 of 100 are 11 or more.
"""
ONE_LINE = 1.8
"""A line is no higher, in heights of its usual letters. Of twelve fixtures two are read otherwise
with 1.6, none with 2.2.
"""
_WITH_TAIL = 1.3
"""Or of its capitals, with a tail, where most are small. With 1.1 and with 1.6 twelve fixtures are
read the same; without it three values and five fields of 187 scans are others.
"""
_HALF = 0.45
"""Overlap of two letters on one line, as a share of the lower one's height: marks that are raised
overlap their neighbour by half, and a line below not at all (``body_share`` counts whole lines:
0.7).
"""
_MUCH = 0.65
"""And where two lines are bridged. With 0.55 and with 0.8 twelve fixtures are read the same."""
_WORD = 3
"""Least letters of each line that two are taken apart into: less is a piece of a letter, or a
comma. On the fixtures 2 of 86 are 0.34 times it or less, the others 2.67 or more.
"""
_BROAD = 6.0
"""Breadth by height of a line under print, at least. On the fixtures 77,248 of 77,260 are 1.00
times it or less, the others 1.03 or more.
"""
_TALLEST, _OVER, _UNDER = 2.2, 0.7, 0.5
"""In heights of its capitals: a line with raised marks and tails is 1.9 high at most; how far the
marks go above its capitals, and the tails below its base line.
"""
_UNLIKE = 2.2
"""How many times as high one run's capitals may be as another's of the same text: one may have
small letters only. On the fixtures 332 of 334 are 0.98 times it or less, the others 1.01 or more.
"""
LETTERS_APART = 1.6
"""Parts of one run stand no farther apart, in heights of a letter or of its capitals: letters and
words wherever columns may stand beside each other. With 1.3 and with 2.0 twelve fixtures are read
the same.
"""
WORDS_APART = 1.9
"""Words of the form's own print. With 1.5 and with 2.4 twelve fixtures are read the same."""
BELOW_APART = 2.5
"""Words of what follows the tables, where nothing else stands on their line. Of twelve fixtures one
is read otherwise with 2.0, a footnote of which is lost, and with 3.2, without a loss.
"""


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What is a letter and what stands on one line: in upright pixels, in heights of a letter
    (_heights) or of a line's capitals (_caps), and as shares of a number. Counts are of
    the fixtures (scripts/margins.py fixtures/scan fixtures/more).
    """

    letter_px: float = 80.0
    """Ink higher than this, a quarter of an inch, is no usual letter of the form: of 188,330 pieces
    99 of 100 are 34 or less.
    """
    ink_px: float = 130.0
    """Ink higher than this is never one of a line's letters: of 188,330 pieces five are, 133 to 188
    high, and the highest others 79 to 123, large print and signatures among them.
    """
    usual_share: float = 0.8
    """Of the page's usual height: a few specks alone are measured by this, and a single piece of
    ink must be this high to be a line. Of 58 such pieces 32 are 0.71 or less, the others 0.82 or
    more.
    """
    low_heights: float = 0.55
    """Lower ink is not a letter of its line but belongs to one: a point, an accent, a raised mark's
    piece. Of 188,325 pieces that are no dirt 995 are lower, half of them less than 0.47; of the
    others 99 of 100 are 0.65 or more.
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
    tall_heights: float = 1.4
    """What counts of the higher of two neighbours where it is twice the lower one: a bracket or a
    stroke does not reach as far as it is high. With 1.0 a comma behind capitals is no longer of its
    line on one of 26 pages by other hands.
    """
    hanging_share: float = 0.33
    """The least share of a comma's height on its line, low beside a capital: 0.42 where seen."""
    flat: float = 2.5
    """A piece of ink this many times as broad as high is a dash, or a piece of a line: 806 of
    25,700 small pieces, half of which are 4.2 times or more; nine of ten of the others are 1.3
    times or less.
    """
    dash_heights: float = 1.2
    """A dash is no broader, a line to be filled in is: of 2,221 flat pieces and heights of lines
    beside them half of the narrower ones are 0.57 or less, half of the others 2.4 or more.
    """
    dash_over_heights: float = 0.15
    """How far over the foot of its line a dash stands at least: of 1,466 places nine of ten of
    those it stands at are 0.46 or more over, nine of ten of the others 0.09 or less.
    """
    beside_heights: float = 1.4
    """How far to the side of its run punctuation stands. Of 44,449 pieces and runs as near, nine of
    ten have none of the run's length between them, 99 of 100 at most 0.93; 99 of 100 of the others
    are 1.7 or more apart.
    """
    above_heights: float = 0.35
    """How far over or under its run punctuation stands: of 25,748 as near, 99 of 100 are 0.29 or
    less, nine of ten of the others 0.54 or more.
    """
    tall_rank: float = 0.85
    tall_share: float = 0.6
    """Capitals are this share of the height at ``tall_rank`` among a line's: lower small letters
    tell no base line. Of 233,956 pieces 203,316 are as high, 99 of 100 of them 0.65 or more; half
    of the others are 0.2 or less.
    """
    top_rank: float = 0.2
    """Of the upper ends of a line's capitals in order, the one that is their top: some stand
    higher, as brackets do. With 0.1 no value of 36 scans is lost, with 0.4 five are.
    """
    body_share: float = 0.7
    """Of the lower of two runs' capitals: the share by which they overlap where they are one row.
    Of 337 pairs that do 99 of 100 overlap by 0.87 or more, of 63 that do not 62 by 0.62 or less.
    """


T = Tolerances()


def inside(glyphs: Iterable[Glyph], box: Box[Upright]) -> list[Glyph]:
    """The glyphs whose center lies in the box."""
    if isinstance(glyphs, Glyphs):
        return glyphs.inside(box)
    # held against centers times two
    left, top, right, bottom = 2 * box.x0, 2 * box.y0, 2 * box.x1, 2 * box.y1
    return [
        g for g in glyphs if left <= (b := g.box).x0 + b.x1 < right and top <= b.y0 + b.y1 < bottom
    ]


def letter_height(glyphs: Iterable[Glyph]) -> float:
    """The height of a usual letter among glyphs; 0 where there is none."""
    heights = [h for b in (g.box for g in glyphs) if _SMALL < (h := b.y1 - b.y0) <= T.letter_px]
    return median(heights) if heights else 0.0


def group_lines(
    glyphs: Sequence[Glyph], gap: float = LETTERS_APART, usual: float = 0.0
) -> list[TextLine]:
    """Runs of text, from top to bottom and left to right.

    Neighbours on one line at most ``gap`` letter heights apart belong to one run. Marks that are
    raised overlap their neighbour's upper half and join; the line below does not. ``usual`` is the
    height of the page's usual letters: where a few specks are all there is, they are not taken for
    text.
    """
    letters = [g for g in glyphs if g.box.height >= _SMALL and g.box.height <= T.ink_px]
    if not letters:
        return []
    typical = max(median(g.box.height for g in letters), T.usual_share * usual)
    low = [
        g
        for g in glyphs
        if g.box.height < max(_SMALL, T.low_heights * typical) or _is_underline(g, typical)
    ]
    letters = [
        g
        for g in letters
        if g.box.height >= T.low_heights * typical and not _is_underline(g, typical)
    ]
    if not letters:
        return []
    runs = [part for run in _join(letters, gap) for part in _single_lines(run, gap)]
    _add_small(low, runs)
    return in_reading_order([make_line(run) for run in runs])


def _is_underline(glyph: Glyph, typical: float) -> bool:
    """Whether ink is a line under print, made higher by a comma or a tail that it touches: lower
    than letters that have run together, and broad.
    """
    return (
        glyph.box.height < T.underline_heights * typical
        and glyph.box.width > _BROAD * glyph.box.height
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
    parts = _join(run, gap, _MUCH)
    if all(len(part) >= _WORD and is_one(part) for part in parts):
        return parts
    low = [g for g in run if g.box.height <= most]
    parts = _join(low, gap) if _WORD <= len(low) < len(run) else [run]
    if len(parts) > 1 and all(is_one(part) for part in parts):
        return parts  # what is as high as two lines is a stroke through them, and no letter
    closer = gap / 2
    return [part for smaller in _join(run, closer) for part in _single_lines(smaller, closer)]


def _join(letters: list[Glyph], gap: float, least: float = _HALF) -> list[list[Glyph]]:
    """Letters joined to runs: what neighbours on one line hold together."""
    order = sorted(letters, key=lambda g: g.box.x0)
    a, b = _neighbours(order, gap, least)
    run = np.arange(len(order))
    # the lowest number spreads through a run, faster with every step
    while (run[a] != run[b]).any():
        lowest = np.minimum(run[a], run[b])
        np.minimum.at(run, a, lowest)
        np.minimum.at(run, b, lowest)
        run = run[run]
    runs: dict[int, list[Glyph]] = defaultdict(list)
    for k, letter in zip(run.tolist(), order, strict=True):
        runs[k].append(letter)
    return list(runs.values())


def _neighbours(letters: list[Glyph], gap: float, least: float) -> tuple[Ints, Ints]:
    """The pairs of letters, given from left to right, that stand on one line, at most ``gap`` of
    their heights apart.

    On one line are those that overlap by ``least`` of the lower one's height.

    Each letter is held against the fourteen before it in each stripe of the page that it touches.
    """
    x0, y0, x1, y1 = np.array(
        [(g.box.x0, g.box.y0, g.box.x1, g.box.y1) for g in letters], dtype=float
    ).T
    lowest, highest = (y0 // _BUCKET).astype(int), (y1 // _BUCKET).astype(int)
    depth = highest - lowest + 1
    who = np.repeat(np.arange(len(letters)), depth)
    stripe = np.repeat(lowest - (np.cumsum(depth) - depth), depth) + np.arange(len(who))
    sort = np.argsort(stripe, kind="stable")
    who, stripe = who[sort], stripe[sort]
    late = np.repeat(np.arange(len(who)), _LOOK_BACK).reshape(-1, _LOOK_BACK)
    early = late - np.arange(1, _LOOK_BACK + 1)
    same = (early >= 0) & (stripe[np.maximum(early, 0)] == stripe[late])
    a, b = who[late[same]], who[early[same]]
    height = y1 - y0
    small, large = np.minimum(height[a], height[b]), np.maximum(height[a], height[b])
    tall = np.where(large < 2 * small, large, T.tall_heights * small)
    overlap = np.minimum(y1[a], y1[b]) - np.maximum(y0[a], y0[b])
    held = np.where(small < T.low_heights * large, min(least, T.hanging_share), least)
    joined = (x0[a] - x1[b] <= gap * tall) & (overlap >= held * small)
    return a[joined], b[joined]


def _add_small(small: list[Glyph], runs: list[list[Glyph]]) -> None:
    """Adds punctuation to the run it stands in or right beside."""
    rows: dict[int, list[int]] = defaultdict(list)
    spans = []
    for k, run in enumerate(runs):
        box = union(g.box for g in run)
        height = median(g.box.height for g in run)
        spans.append((box, height))
        for row in range(int((box.y0 - height) // _BUCKET), int((box.y1 + height) // _BUCKET) + 1):
            rows[row].append(k)
    for g in small:
        x, y = g.box.center
        flat = g.box.width >= T.flat * g.box.height
        best, nearest = -1, inf
        for k in rows[int(y // _BUCKET)]:
            box, height = spans[k]
            # a dash stands between spaces, halfway up; a line to be filled in does not
            is_dash = (
                flat
                and g.box.width <= T.dash_heights * height
                and y <= box.y1 - T.dash_over_heights * height
            )
            dash = g.box.width / 2 if is_dash else 0.0
            # all of a piece that may be letters run together counts, not its middle
            reach = g.box.width / 2 if g.box.height >= _SMALL and flat else dash
            dx = max(box.x0 - x - reach, x - box.x1 - reach, 0.0)
            dy = max(box.y0 - y, y - box.y1, 0.0)
            near = dx <= T.beside_heights * height and dy <= T.above_heights * height
            if near and dx + 2 * dy < nearest:
                best, nearest = k, dx + 2 * dy
        if best >= 0:
            runs[best].append(g)


def make_line(glyphs: Sequence[Glyph]) -> TextLine:
    """A run from its glyphs, with the height of its capitals and its base line measured."""
    ordered = tuple(sorted(glyphs, key=lambda g: g.box.x0))
    heights = sorted(g.box.height for g in ordered)
    high = heights[int(T.tall_rank * (len(heights) - 1))]
    tall = [g for g in ordered if g.box.height >= T.tall_share * high]
    base = median(g.box.y1 for g in tall)
    tops = sorted(g.box.y0 for g in tall)
    top = tops[int(T.top_rank * (len(tops) - 1))]
    return TextLine(ordered, union(g.box for g in ordered), top, max(base, top + 1))


def band(line: TextLine) -> Box[Upright]:
    """A line's box without what a stroke through it adds above and below: beside that its letters
    would be too small in a crop to be read. Where there are few letters, they do not tell its band.
    """
    cap = line.cap_height
    letters = [g for g in line.glyphs if _SMALL <= g.box.height <= _TALLEST * cap]
    if line.box.height <= _TALLEST * cap or len(letters) < _WORD:
        return line.box
    top, bottom = line.top - _OVER * cap, line.base + _UNDER * cap
    return replace(line.box, y0=max(line.box.y0, top), y1=min(line.box.y1, bottom))


def without_dirt(lines: Sequence[TextLine]) -> list[TextLine]:
    """The runs less those of a single piece of ink lower than most small letters of the page: a
    speck, or a stroke.
    """
    usual = letter_height(g for line in lines for g in line.glyphs)
    return [n for n in lines if len(n.glyphs) > 1 or n.box.height >= T.usual_share * usual]


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


def join_rows(lines: Sequence[TextLine], gap: float) -> list[TextLine]:
    """Runs on one line that are at most ``gap`` cap heights apart, joined: running text with wide
    spaces.

    Runs of unlike heights are none: the edge of the paper or a fold is as high as several lines.
    """
    joined: list[TextLine] = []
    for line in in_reading_order(lines):
        if joined:
            last = joined[-1]
            overlap = min(line.base, last.base) - max(line.top, last.top)
            low, high = sorted((last.cap_height, line.cap_height))
            near = -0.5 * last.cap_height <= line.box.x0 - last.box.x1 <= gap * high
            if near and overlap >= T.body_share * low and high <= _UNLIKE * low:
                joined[-1] = make_line((*last.glyphs, *line.glyphs))
                continue
        joined.append(line)
    return joined
