"""The first and last letters of a line where ink lies that is none of the form's: a stroke, a hole
or a streak that runs into a letter takes it out of the line, and a person reads it all the same.

There the line is read once more with what is covered, and the reading taken of which a longer word
comes, known or sure. What is struck is looked at either way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.pixels.crops import crop
from ocr_form4.readers.base import Reader
from ocr_form4.text.lexicon import is_known
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, inside
from ocr_form4_models.reading import Reading, Run

_BESIDE_CAPS, _REACH_CAPS = 1.2, 2.0
"""Foreign ink that covers a letter of a line is no farther from its end, and the letters that it
covers reach no farther, in heights of its capitals: of 100 lines with such ink on 36 scans with
dirt and pen lines seven say more so, by 0.9 to 2.0. With 0.6 and 2.4 for the first, and with 1.0
for the second, no value of these is another, with 4.0 one more is right.
"""
_KNOWN, _SURE = 0.5, 0.95
"""The score from which a longer word is taken that is known, and one that is not. With 0.8 for the
first two values of those scans are lost; with 0.8 and 0.99 for the second none is another.
"""
_MOST_LETTERS = 3
"""More letters and figures have no room in 2.0 heights of capitals (``_REACH_CAPS``)."""
_DATE = re.compile(r"\d\d?/\d\d?/\d{4}")


def with_covered_ends(layout: PageLayout, runs: Sequence[Run], reader: Reader) -> list[Run]:
    """The runs, those with their covered ends of which more is read so."""
    wide = [replace(r, box=_widened(layout, r)) if r.struck else r for r in runs]
    asked = [k for k, (r, w) in enumerate(zip(runs, wide, strict=True)) if w.box != r.box]
    if not asked:
        return list(runs)
    crops = [crop(layout.clean, some[k].box) for k in asked for some in (runs, wide)]
    said = reader.read(crops)
    more = {k for k, a, b in zip(asked, said[::2], said[1::2], strict=True) if says_more(a, b)}
    return [wide[k] if k in more else r for k, r in enumerate(runs)]


def _widened(layout: PageLayout, run: Run) -> Box[Upright]:
    """A run's box with what foreign ink covers at its ends, as far as nothing else stands there."""
    box, cap = run.box, run.cap_height
    beside, reach = _BESIDE_CAPS * cap, _REACH_CAPS * cap
    level = [g.box for g in inside(layout.glyphs, box.inset(-reach - cap, 0))]
    ruled = [s for s in layout.rulings.vertical if s.start < box.center[1] < s.end]
    left, right = box.x0, box.x1
    if layout.is_overlaid(replace(box, x0=left - beside, x1=left)):
        ends = [b.x1 for b in level if b.x1 <= box.x0]
        ends += [s.at + s.thickness / 2 for s in ruled if s.at < box.x0]
        left = max(left - reach, *ends, 0.0)
    if layout.is_overlaid(replace(box, x0=right, x1=right + beside)):
        starts = [b.x0 for b in level if b.x0 >= box.x1]
        starts += [s.at - s.thickness / 2 for s in ruled if s.at > box.x1]
        right = min(right + reach, *starts, float(layout.width))
    return replace(box, x0=min(left, box.x0), x1=max(right, box.x1))


def says_more(narrow: Reading, wide: Reading) -> bool:
    """Whether a word at an end is longer in the wider reading, and is a word or a date; or there is
    a short word more, and it is sure.
    """
    a, b = narrow.text.split(), wide.text.split()
    scores = wide.words if len(wide.words) == len(b) else (wide.confidence,) * len(b)
    if a and len(b) == len(a) + 1:
        more = [k for k, rest in ((0, b[1:]), (-1, b[:-1])) if rest == a]
        return any(scores[k] >= _SURE and 1 < _letters(b[k]) <= _MOST_LETTERS for k in more)
    if not a or len(a) != len(b):
        return False
    grown = [k for k in {0, len(b) - 1} if _letters(b[k]) > _letters(a[k])]
    same = all(x == y for k, (x, y) in enumerate(zip(a, b, strict=True)) if k not in grown)
    return bool(grown) and same and all(_is_word(b[k], scores[k], a[k]) for k in grown)


def _letters(word: str) -> int:
    """How many letters and figures a word has."""
    return sum(map(str.isalnum, word))


def _is_word(word: str, score: float, before: str) -> bool:
    """Whether what a word became is one: known, as its rest was not, or read with certainty where
    it was none before; or a date, which it was not before.
    """
    if _DATE.fullmatch(word):
        return score >= _SURE and not _DATE.fullmatch(before)
    if not re.sub(r"[.,;:()/&'-]", "", word).isalpha():
        return False
    if is_known(word):
        return score >= _KNOWN or not is_known(before)
    return score >= _SURE and not is_known(before)
