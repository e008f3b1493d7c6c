"""The boxes of a header whose rulings are gone, put where the form's captions stand.

A page without a header belongs to the filing before it, or to none; a header that faded away must
not cost the filing. What stands in boxes that nobody saw is marked as a guess, and goes to review.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ocr_form4.pixels.crops import MARGIN, crop, into_box
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.line_rows import WORDS_APART, join_rows
from ocr_form4.stages.segment.lines import indent
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4.text.boxes import which_box
from ocr_form4.text.captions import opens_print
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import PageLayout, TextLine
from ocr_form4_models.reading import Reading, Run

_SEEN = 3
"""Boxes of a header, or without rulings captions, from which it has been found: of 69 pages of the
fixtures 46 have six or more, the others none."""
_ACROSS = 0.6
"""Share of the page's width that a ruling covers which ends the header: of six on the fixtures one
covers 0.90, the others 0.32 or less.
"""
_UNDER = 60.0
"""How far below the last caption of the header such a ruling stands at least, in upright pixels: of
eight on the fixtures six stand 88 or more below, two above it.
"""
_LONGEST = 0.5
"""Captions of boxes are no wider than this, as a share of the page's width: running text is. On the
fixtures 502 of 624 are 1.00 times it or less, the others 1.00 or more.
"""
_PARTED_CAPS = 1.0
"""A row of captions that is one line has a gap wider than this, in heights of its capitals: 1.35 on
a fax of a printer's form; of eight lines of running text as wide on the fixtures' fax the widest is
0.75.
"""
_LEVEL = 14.0
"""Captions in one row stand level, and those in one column stand in line, to within this; in
upright pixels. On the fixtures 15 of 231 are 0.36 times it or less, the others 2.21 or more.
"""
_NUMBER_APART_PX = 4 * _LEVEL
"""A box's number, where it is a run of its own, is no further left of its caption, in upright
pixels, and the next box is further right: seven numbers on the fixtures are 6 to 33 off, eight
boxes 700 or more.
"""
_AT_LEFT, _TO_RIGHT = 0.2, 0.99
"""Of the page's width: the captions of the first boxes begin left of the first (box 1 at 0.05 to
0.19 on the fixtures, the next at 0.28 or more), and a header goes on to the second.
"""
_NEXT_BOX = re.compile(r"(?<=\s)[2-7]\s?[.,:;]\s?(?=[A-Z])")
_TABLES = "title"
"""The box that holds the first table's title, which is no box of the header."""


@dataclass(frozen=True, slots=True)
class _Caption:
    name: str
    box: Box[Upright]


def with_header(layout: PageLayout, reader: Reader) -> PageLayout:
    """The layout with boxes put by their captions where no rulings show any; as it is on a page
    without a header.
    """
    if len(layout.header) >= _SEEN:
        return layout
    height, width = layout.clean.shape
    first = min((p.box.y0 for p in layout.pieces), default=height)
    letters = [g for g in layout.glyphs if g.box.center[1] < first]
    lines = join_rows(group_lines(letters), WORDS_APART)
    left_of = _AT_LEFT * width + indent(letters, width)
    at_left, others = (
        [n for n in lines if (n.box.x0 < left_of) is wanted] for wanted in (True, False)
    )

    def is_short(line: TextLine) -> bool:
        return bool(line.box.width < _LONGEST * width)

    # box 1 stands at the left of every edition: where its caption is not, there is no header
    left = _read(layout, list(filter(is_short, at_left)), reader)
    if not any(which_box(r) == "name" for r in left):
        # with others it may be one line
        parted = [n for n in at_left if not is_short(n) and _is_parted(n)]
        left += _read(layout, parted, reader)
    if not any(which_box(r) == "name" for r in left):
        return layout
    runs = [*left, *_read(layout, list(filter(is_short, others)), reader)]
    captions = _in_line(_captions(runs))
    if len(captions) < _SEEN:
        return layout
    top = min(c.box.y0 for c in captions) - MARGIN
    titles = [
        r.box.y0 - MARGIN
        for r in runs
        if r.box.y0 > top and re.match(r"\W?Tab[l1I]e [I1l|]", r.text)
    ]
    end = min([*titles, first, *([] if layout.pieces else _ends(layout, runs, captions))])
    head: Box[Upright] = Box(min(c.box.x0 for c in captions) - MARGIN, top, _TO_RIGHT * width, end)
    above = tuple(group_lines([g for g in layout.glyphs if g.box.center[1] < top]))
    below = layout.below
    if not layout.pieces:
        below = tuple(group_lines([g for g in layout.glyphs if g.box.center[1] >= head.y1]))
    boxes = tuple(
        _box_of(c, captions, head) for c in sorted(captions, key=lambda c: (c.box.x0, c.box.y0))
    )
    regions = {**layout.regions, "header": head}
    return replace(
        layout, header=boxes, above=above, below=below, regions=regions, guessed_header=True
    )


def _is_parted(line: TextLine) -> bool:
    """Whether a line has a gap wider than those between words."""
    ends = accumulate((g.box.x1 for g in line.glyphs), max)
    gaps = (g.box.x0 - x1 for g, x1 in zip(line.glyphs[1:], ends, strict=False))
    return max(gaps, default=0.0) > _PARTED_CAPS * line.cap_height


def _ends(layout: PageLayout, runs: Sequence[Run], captions: Sequence[_Caption]) -> list[float]:
    """Where a header without tables under it may end: at a ruling across the page, or the form's
    own sentences.
    """
    last = max(c.box.y1 for c in captions)
    width = layout.clean.shape[1]
    rulings = [
        s.at - 2
        for s in layout.rulings.horizontal
        if s.at > last + _UNDER and s.length >= _ACROSS * width
    ]
    return rulings + [r.box.y0 - MARGIN for r in runs if r.box.y0 > last and opens_print(r.text)]


def _read(layout: PageLayout, lines: Sequence[TextLine], reader: Reader) -> list[Run]:
    readings = reader.read([crop(layout.clean, n.box) for n in lines])
    runs = [
        Run(layout.number, n.box, n.cap_height, (r,)) for n, r in zip(lines, readings, strict=True)
    ]
    parts = [part for run in _numbers_joined(runs) for part in _captions_apart(run)]
    return [r for r in parts if r.box.width < _LONGEST * layout.clean.shape[1]]


def _captions_apart(run: Run) -> list[Run]:
    """A run, or its parts where the captions of boxes stand so close that they were read as one
    line.
    """
    reading = run.readings[0]
    if len(reading.ends) != len(reading.text):
        return [run]
    begins = [found.start() for found in _NEXT_BOX.finditer(reading.text)]
    parts: list[Run] = []
    start = 0
    for end in (*begins, len(reading.text)):
        said = Reading(reading.reader, reading.text[start:end].rstrip(), reading.confidence)
        x0, x1 = (
            into_box(reading.ends[k - 1], run.box.width, run.box) if k else run.box.x0
            for k in (start, end)
        )
        part = replace(run, box=replace(run.box, x0=x0, x1=x1), readings=(said,))
        if end in begins and not which_box(replace(run, readings=(_from(reading, end),))):
            continue  # a number within a caption begins none
        parts.append(part)
        start = end
    return parts if len(parts) > 1 else [run]


def _from(reading: Reading, start: int) -> Reading:
    """A reading from a place in its text on."""
    return Reading(reading.reader, reading.text[start:], reading.confidence)


def _numbers_joined(runs: Sequence[Run]) -> list[Run]:
    """The runs, a box's number that stands apart from its caption, as in typed text, put before
    it.
    """
    joined = list(runs)
    for number in runs:
        if not re.fullmatch(r"[1-7]\.", number.text):
            continue
        level = [
            r
            for r in runs
            if abs(r.box.center[1] - number.box.center[1]) < _LEVEL and r.box.x0 > number.box.x1
        ]
        caption = min(level, key=lambda r: r.box.x0, default=None)
        if (
            caption is not None
            and caption.box.x0 - number.box.x1 < _NUMBER_APART_PX
            and caption.readings
        ):
            said = (
                replace(
                    caption.readings[0], text=f"{number.text} {caption.text}", words=(), ends=()
                ),
            )
            joined[joined.index(caption)] = replace(
                caption, box=union((number.box, caption.box)), readings=said
            )
    return joined


def _captions(runs: Sequence[Run]) -> list[_Caption]:
    """The first line of each box's caption: it opens with the box's number."""
    found: dict[str, _Caption] = {}
    for run in runs:
        numbered = re.match(r"\W{0,2}[1-7Il]\s?[.,:;]\s?[A-Z]", run.text)
        name = which_box(run) if numbered else ""
        if name and name != _TABLES and (name not in found or run.box.y0 < found[name].box.y0):
            found[name] = _Caption(name, run.box)
    return list(found.values())


def _in_line(captions: Sequence[_Caption]) -> list[_Caption]:
    """The captions, each beginning where the last of its column does: dirt beside one would put it,
    and its box, further left.
    """
    begins = [c.box.x0 for c in captions]
    last = [max(x for x in begins if x - own <= _NUMBER_APART_PX) for own in begins]
    return [replace(c, box=replace(c.box, x0=x)) for c, x in zip(captions, last, strict=True)]


def _box_of(caption: _Caption, captions: Sequence[_Caption], head: Box[Upright]) -> Box[Upright]:
    """A caption's box: to the next one on its right that begins no lower, and down to the next one
    below.
    """
    at = caption.box
    right = [
        c.box.x0
        for c in captions
        if c.box.x0 > at.x0 + _NUMBER_APART_PX and c.box.y0 <= at.y0 + _LEVEL
    ]
    x1 = min(right) - MARGIN if right else head.x1
    under = [
        c.box.y0 for c in captions if c.box.y0 > at.y0 + _LEVEL and at.x0 - _LEVEL <= c.box.x0 < x1
    ]
    y1 = min(under) - MARGIN if under else head.y1
    return Box(at.x0 - MARGIN, at.y0 - MARGIN, x1, y1)
