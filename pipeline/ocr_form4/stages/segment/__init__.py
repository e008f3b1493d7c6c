"""Upright page to layout: header boxes, pieces of the tables, and the text above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Blobs, Mask, find_blobs
from ocr_form4.stages.segment.bars import find_bars
from ocr_form4.stages.segment.blots import without_blots
from ocr_form4.stages.segment.boxes import cut_boxes
from ocr_form4.stages.segment.covered import covered_places
from ocr_form4.stages.segment.crossing import foreign_ink, scrawled, stamped, straddling
from ocr_form4.stages.segment.cut import find_cut, without_crumbs
from ocr_form4.stages.segment.dashes import dashes
from ocr_form4.stages.segment.frames import Frame, find_frames
from ocr_form4.stages.segment.glyphs import find_glyphs, with_seen
from ocr_form4.stages.segment.grid import T as OF_TABLES
from ocr_form4.stages.segment.grid import find_pieces
from ocr_form4.stages.segment.letter_alone import letters_alone
from ocr_form4.stages.segment.line_rows import join_rows
from ocr_form4.stages.segment.lines import letter_height
from ocr_form4.stages.segment.rulings import PageInk, find_rulings, paint_over
from ocr_form4.stages.segment.run_into_dirt import cut_to_print
from ocr_form4.stages.segment.streaks import bridged, streaked_places
from ocr_form4.stages.segment.textlines import (
    group_lines,
    in_no_line,
    with_joined_letters,
    without_dirt,
)
from ocr_form4.stages.segment.through_titles import without_streaks
from ocr_form4.stages.segment.under_captions import T as OF_CAPTIONS
from ocr_form4.stages.segment.which_table import regions_of, tables_and_header, which
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyphs, PageLayout, Rulings, TablePiece, TextLine, inside
from ocr_form4_models.page import UprightPage

_FLAT, _TALL = 7.0, 40.0
"""Ink this low, this near to a border between rows, is no text, in upright pixels; nor is thin ink
this high. On the fixtures 176,559 of 176,765 are 0.98 times it or less, the others 1.00 or more
(``_TALL``).
"""
_FIRST_SHARE = 0.3
"""Of the first column: what begins within it is its text. Over the fixtures rows' titles begin at
0.24 of it or less, and titles of tables right of the column.
"""
_STRAY_APART, _STRAY_LETTERS = 4.0, 4
"""Words of a row's title are no further apart, in heights of capitals, and have as many letters. On
the fixtures 3 of 155 are 0.50 times it or less, the others 2.50 or more (``_STRAY_LETTERS``).
"""
_LETTER_PX, _FEW_LETTERS = (12, 4), 10
"""Ink as high and as wide is a letter; a page with fewer is blank: of 15 pages of the fixtures
without a header or table one has none, and the others have 365 or more.
"""


def segment(page: UprightPage) -> PageLayout:
    """The page's regions, found from its rulings; nothing is read yet."""
    rulings, ink = find_rulings(page.pixels, page.maps)
    found = _print_of(page, ink)
    frames = find_frames(rulings, ink, page.pixels.shape[1])
    streaked = without_streaks(rulings, ink, page.pixels, frames, found.glyphs)
    if streaked:
        rulings, ink = streaked
        frames = find_frames(rulings, ink, page.pixels.shape[1])
    form = _form_of(frames, rulings, ink, found.glyphs)
    stops = found.stops.which(found.stops.places[:, 1::2].mean(axis=1) >= form.bottom)
    for stop in stops:
        found.specks[stop.box.pixels(*found.specks.shape)] = 0
    glyphs = found.glyphs.which(~_left_of_rulings(found.glyphs, form.pieces)).joined_by(stops)
    alone = letters_alone(form.pieces, glyphs, ink.dark)
    for letter in alone:
        found.specks[letter.box.pixels(*found.specks.shape)] = 0
    glyphs = glyphs.joined_by(Glyphs(alone))
    above = inside(glyphs, Box(-inf, -inf, inf, form.top))
    outside = glyphs.outside([p.box for p in form.pieces if p.box.y0 >= form.bottom])
    under = inside(outside, Box(-inf, form.bottom, inf, inf))
    lines = without_dirt(with_joined_letters(group_lines(under), under))
    below = without_crumbs(page, lines, letter_height(glyphs))
    tables = [p.box for p in form.pieces]
    cut = find_cut(page, ink, tables + ([form.head] if form.head else []), below)
    foreign = (
        *found.foreign,
        *(scrawled(found.blobs, ink.rulings) if form.is_framed else ()),
        *straddling(found.uncut, form.pieces, form.header),
        *stamped(found.uncut, ink.glyphs, form.pieces, form.header),
        *covered_places(ink, form.pieces),
        *in_no_line(under, lines),
        *cut.strips,
        *streaked_places(ink.streaks),
    )
    specks = cv2.dilate(found.specks, np.ones((3, 3), np.uint8))
    return PageLayout(
        page.number,
        page.rectification,
        bridged(paint_over(page.pixels, specks), ink.streaks),
        form.header,
        tuple(form.pieces),
        tuple(group_lines(above)),
        tuple(below),
        glyphs,
        rulings,
        regions_of(form.pieces, form.head),
        stray=_stray(glyphs, form),
        foreign=foreign,
        bars=found.bars,
        cut=cut.sides,
    )


@dataclass(frozen=True, slots=True)
class _Print:
    """A page's ink told apart: its letters, its dirt, and what lies over the form."""

    glyphs: Glyphs
    uncut: Glyphs
    """The same, letters that dirt has run into whole: what lies over the form is told by it."""
    specks: Mask
    stops: Glyphs
    """Pieces as small as dirt that may be full stops: under the tables, where text runs on."""
    blobs: Blobs
    bars: tuple[Box[Upright], ...]
    foreign: tuple[Box[Upright], ...]
    """Strokes, bars, holes and blots."""


def _print_of(page: UprightPage, ink: PageInk) -> _Print:
    blobs = find_blobs(ink.glyphs, with_labels=True)
    crossing, strokes = foreign_ink(ink, blobs)
    blobs = blobs.without_labels()
    glyphs, specks, stops, tall = find_glyphs(blobs, ink.glyphs, strokes)
    of_rulings = dashes(glyphs, ink.rulings)
    for at in (glyphs[k].box.pixels(*specks.shape) for k in of_rulings):
        specks[at] |= ink.glyphs[at]
    glyphs = glyphs.which(np.array([k not in of_rulings for k in range(len(glyphs))], bool))
    bars = find_bars(page.pixels, letter_height(glyphs))
    glyphs = with_seen(glyphs.outside(bars), page.maps)
    glyphs, blots = without_blots(glyphs, ink.glyphs, page)
    for at in (spot.pixels(*specks.shape) for spot in blots.spots):
        specks[at] |= ink.glyphs[at]
    tall = with_seen(tall.outside(bars), page.maps)
    letters = cut_to_print(glyphs, tall, ink.glyphs, page.maps)
    return _Print(letters, glyphs, specks, stops, blobs, bars, (*crossing, *bars, *blots.boxes))


@dataclass(frozen=True, slots=True)
class _Form:
    """The parts of the form that rulings show; ``top`` and ``bottom`` are where they begin and end,
    0 where there are none. A table of a frame of its own stands under them, with its heading.
    """

    is_framed: bool
    pieces: Sequence[TablePiece] = ()
    header: tuple[Box[Upright], ...] = ()
    head: Box[Upright] | None = None
    """Around the header's boxes."""
    top: float = 0.0
    bottom: float = 0.0
    """Both 0 where there are none."""


def _form_of(frames: Sequence[Frame], rulings: Rulings, ink: PageInk, glyphs: Glyphs) -> _Form:
    if not frames:
        return _Form(is_framed=False)
    text = [g.box for g in glyphs]
    of_first, head = tables_and_header(frames[0], find_pieces(frames[0], ink, text))
    narrower = [p for other in frames[1:] for p in find_pieces(other, ink, text)]
    pieces = [*of_first, *(replace(p, table=which(p)) for p in narrower if p.is_owners)]
    if not (pieces or head):
        return _Form(is_framed=True)
    header = tuple(cut_boxes(head, rulings, glyphs)) if head else ()
    boxes = [p.box for p in of_first] + ([head] if head else [])
    boxes = boxes or [p.box for p in pieces]
    top, bottom = min(b.y0 for b in boxes), max(b.y1 for b in boxes)
    if not head and pieces[0].captions:  # the table's title stands over its captions
        top -= OF_TABLES.title_px
    return _Form(True, pieces, header, head, top, bottom)


def _stray(glyphs: Glyphs, form: _Form) -> tuple[TextLine, ...]:
    """The lines within the form, but in none of its parts, that stand at the left of a table's
    first column: a row's title does, a table's own title stands in the middle.

    They tell that a table was not found as it is, and that it is to be looked for by its captions:
    of 304 documents 4 have such lines, and without them 52 more values were wrong or missing there,
    39 of which nothing marked.
    """
    taken = [*(p.box for p in form.pieces), *form.header]
    free = inside(glyphs.outside(taken), Box(-inf, form.top, inf, form.bottom))

    def is_in_first_column(line: TextLine) -> bool:
        columns = [p.columns for p in form.pieces]
        return any(
            -OF_CAPTIONS.left_px < line.box.x0 - x[0] < _FIRST_SHARE * (x[1] - x[0])
            and line.box.x1 < x[1]
            for x in columns
        )

    return tuple(
        n
        for n in join_rows(group_lines(free), gap=_STRAY_APART)
        if len(n.glyphs) >= _STRAY_LETTERS and is_in_first_column(n)
    )


def _left_of_rulings(glyphs: Glyphs, pieces: Sequence[TablePiece]) -> NDArray[np.bool_]:
    """Which of the ink in tables is what a broken ruling left: flat, between two rows, or thin and
    higher than letters.
    """
    w, h = glyphs.sizes
    y = glyphs.places[:, 1::2].mean(axis=1)
    tall = h >= _TALL
    in_table = np.zeros(len(glyphs), bool)
    for piece in pieces:
        at_border = np.abs(y[:, None] - np.array(piece.rows).ravel()) <= _FLAT
        in_table |= glyphs.lie_in(piece.box.inset(-_FLAT)) & (tall | at_border.any(axis=1))
    return np.asarray(in_table & ((h <= _FLAT) | (tall & (w <= _FLAT + 1))))


def is_blank(layout: PageLayout) -> bool:
    """Whether a page holds no more than dirt: no rulings, and not ten letters."""
    if layout.header or layout.pieces:
        return False
    high, wide = _LETTER_PX
    letters = [g for g in layout.glyphs if g.box.height >= high and g.box.width >= wide]
    return len(letters) < _FEW_LETTERS
