"""To which line a piece of ink belongs that is lower than letters: a point, a dash, an accent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import inf
from statistics import median

from ocr_form4.stages.segment.lines import SMALL
from ocr_form4.stages.segment.neighbours import BUCKET
from ocr_form4_models.geometry import union
from ocr_form4_models.layout import Glyph


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How punctuation stands to its line: in heights of a letter (_heights). Counts are of the
    fixtures (scripts/margins.py fixtures/scan fixtures/more).
    """

    flat: float = 2.0
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
    comma_heights: float = 0.45
    """A comma is higher, a point and a cloud's grain lower: 0.52 and 0.29 in type of one width."""
    comma_beside_heights: float = 1.6
    """How far a comma stands from its run, where print is seen in it: that of "ST.," stands 1.43
    off the last letter.
    """
    above_heights: float = 0.35
    """How far over or under its run punctuation stands: of 25,748 as near, 99 of 100 are 0.29 or
    less, nine of ten of the others 0.54 or more.
    """


T = Tolerances()


def add_small(small: list[Glyph], runs: list[list[Glyph]]) -> None:
    """Adds punctuation to the run it stands in or right beside."""
    rows: dict[int, list[int]] = defaultdict(list)
    spans = []
    for k, run in enumerate(runs):
        box = union(g.box for g in run)
        height = median(g.box.height for g in run)
        spans.append((box, height))
        for row in range(int((box.y0 - height) // BUCKET), int((box.y1 + height) // BUCKET) + 1):
            rows[row].append(k)
    for g in small:
        x, y = g.box.center
        flat = g.box.width >= T.flat * g.box.height
        best, nearest = -1, inf
        for k in rows[int(y // BUCKET)]:
            box, height = spans[k]
            # a dash stands between spaces, halfway up; a line to be filled in does not
            is_dash = (
                flat
                and g.box.width <= T.dash_heights * height
                and y <= box.y1 - T.dash_over_heights * height
            )
            dash = g.box.width / 2 if is_dash else 0.0
            # all of a piece that may be letters run together counts, not its middle
            reach = g.box.width / 2 if g.box.height >= SMALL and flat else dash
            dx = max(box.x0 - x - reach, x - box.x1 - reach, 0.0)
            dy = max(box.y0 - y, y - box.y1, 0.0)
            is_comma = g.seen and g.box.height > T.comma_heights * height
            beside = T.comma_beside_heights if is_comma else T.beside_heights
            near = dx <= beside * height and dy <= T.above_heights * height
            if near and dx + 2 * dy < nearest:
                best, nearest = k, dx + 2 * dy
        if best >= 0:
            runs[best].append(g)
