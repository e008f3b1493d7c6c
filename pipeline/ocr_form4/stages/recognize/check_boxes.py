"""The square check boxes at the top left: read by the ink well inside of their outlines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_high, median_low

import numpy as np

from ocr_form4.pixels.blobs import Mask, has_core
from ocr_form4.pixels.crops import MARGIN, PAPER_SHARE, crop
from ocr_form4.pixels.ink import below
from ocr_form4.pixels.levels import level_at
from ocr_form4.stages.recognize.box_sides import between_rulings, is_corner
from ocr_form4.stages.recognize.check_marks import (
    ODD_MARK,
    Caption,
    CheckMark,
    is_drawn_across,
    is_level,
    is_mark,
)
from ocr_form4.stages.recognize.check_marks import T as OF_MARKS
from ocr_form4.stages.recognize.crosses import has_stroke, is_cross
from ocr_form4.stages.recognize.squares import drawn_square
from ocr_form4.stages.segment.blots import BLOT_CORE
from ocr_form4.stages.segment.textlines import inside
from ocr_form4.text import captions as cap
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import INK, Reading, Run
from ocr_form4_models.reason import Code, Reason


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What a check box and its caption may be like: in upright pixels, in heights of the caption's
    capitals (``caps``), as shares. Counted over the fixtures: 37 boxes seen whole, four of them
    crossed; what was tried with other values was so on twelve of them, which are read the same.
    """

    beside_px: float = 130.0
    """A box begins 60 to 90 left of its caption."""
    outline_least_px: float = 24.0
    outline_most_px: float = 110.0
    """The sides of an outline are 30 to 69, but for a page whose box is 100 broad."""
    outline_lean: float = 2.2
    """An outline's longer side is 1 to 1.7 times the other."""
    outline_least_caps: float = 1.6
    """An outline is 1.8 to 4.8 high, but for one of 1.5."""
    outline_square: float = 1.4
    """Breadth by height of an outline, or the other way round, at most. Of 383 pieces as high on
    280 scans 303 are 0.72 to 1.17 times as broad, 8 at most 0.71, and 72 are 1.45 or more, nine of
    ten of them 2.5.
    """
    square_reach_caps: float = 2.0
    """How far off its caption a typed square is looked for: 1.0 and 4.0 were tried."""
    square_least_caps: float = 1.0
    """A typed square is as high as the capitals of a line that it is in itself: of ten pieces on
    the fixtures six are 1.04 to 1.12 high, two 0.96, two 0.73 and less.
    """
    square_apart_caps: float = 0.3
    """It stands apart from the letters of its caption, as a word does: words 0.5 and more, letters
    0.1 to 0.3 (``dirt``).
    """
    small_box_caps: float = 1.3
    small_wide_caps: float = 0.8
    small_apart_caps: float = 0.4
    """A box that is hardly higher than its caption's letters, 1.4 of them, and stands 0.5 before
    them is taken for the first one; one side of it may be lost.
    """
    small_print_px: float = 26.0
    """No caption's capitals are higher (12 to 22); a line that an outline is in may be measured by
    that.
    """
    zone_over_px: float = 12.0
    zone_under_px: float = 8.0
    zone_most_px: float = 170.0
    """Where a box is looked for: from over the caption's first line (boxes begin 7 above to 96
    below it) to under the last, and no farther than this from the first.
    """
    first_letter_px: float = 100.0
    """How far into its line an outline is looked for, as if it were a letter: 50 and 200 were
    tried.
    """
    side_px: float = 14.0
    """Length from which a piece of an outline is one of its sides: of 99 on 280 scans 93 are 18 to
    57, the others 4 to 10.
    """
    inside_share: float = 0.24
    """Of an outline's sides is left out all around, for its strokes and ends: 0.15 and 0.35 were
    tried.
    """
    dark_share: float = 0.55
    """Ink in a box is darker than this share of the paper around it, as a page may lie in a shadow:
    of 278,006 pixels of boxes on 280 scans 4,704 are, half of them black; of the others 99 of 100
    are 0.82 or more.
    """
    dirt_caps: float = 0.3
    """What is lower, within a box whose sides are pale, is dirt: 0.15 and 0.6 were tried."""
    around_sides: float = 0.5
    """How far around a box its paper is looked for, in its sides: 0.25 and 1.0 were tried."""
    crossed_share: float = 0.07
    """Dark inside of a box from which it is crossed: 0.00 in 33 empty ones, 0.22 to 0.56 in four
    crossed ones.
    """
    doubtful_share: tuple[float, float] = (0.03, 0.12)
    """Dark shares of a box's inside between which it is in doubt whether it is crossed: of 369
    boxes on 280 scans three lie there, 0.056 to 0.071; 355 have 0.014 or less, 11 have 0.23 or
    more.
    """
    doubtful_weight: float = 0.3
    """Of the other value where the dark share lies between, as the box is seen: 0.15 was tried."""
    unseen_weight: float = 0.45
    """And where no outline is seen or a blot covers it, just less than half: 0.25 was tried."""
    line_like: float = 84.0
    line_letters: int = 12
    """Likeness to a box's caption (rapidfuzz, of 100) and letters from which a line is of it."""
    step_caps: tuple[float, float] = (0.5, 2.4)
    """From line to line of a caption, at least and at most: print at 1.2 times its size, with
    capitals of 0.7 of it (Times and Helvetica, Adobe's metrics), steps 1.7. With 0.25 and 5.0
    twelve fixtures are read the same.
    """
    words_apart_caps: float = 1.5
    """The words of a line of print stand no farther apart: the one line that is cut so on 280 scans
    has 3.0 between its parts.
    """


T = Tolerances()
_OPENINGS = {
    "notSubjectToSection16": r"no longer sub|Check this box if",
    "aff10b5One": r"indicate that a",
    "form3HoldingsReported": r"Form ?3 ?Hold",
    "form4TransactionsReported": r"Form ?4 ?Trans",
}
"""By element: how the caption of each check box at the top left begins, or the first words of it
that no other has.
"""
COVERED = Reason(Code.COVERED_BOX, "a blot or a hole covers the box")
NO_OUTLINE = Reason(Code.NO_OUTLINE, "the mark does not stand in a box that is seen whole")


def _is_outline(glyph: Glyph, height: float) -> bool:
    """Whether a piece of ink is as high as a check box, twice its caption's letters, and about as
    broad.
    """
    box = glyph.box
    square = 1 / T.outline_square < box.width / box.height < T.outline_square
    return square and box.height >= T.outline_least_caps * height


def mark_in_box(page: PageText, name: str, caption: str) -> CheckMark | None:
    """Whether one of the square boxes at the top left is checked; None where its caption is not
    found.

    The box stands left of its caption, halfway up its lines. What counts is the ink well inside of
    its outline. Where no outline is seen whole nobody can say where inside is: what is found then
    says so.
    """
    lines = [_behind_mark(r, page) for r in _caption_lines(page.above, name, caption)]
    if not lines:
        return None
    zone = _zone_before(lines)
    height = min(r.cap_height for r in lines)
    glyphs = inside(page.layout.glyphs, zone)
    outlines = _outlines(page, lines, zone, height)
    whole = bool(outlines)
    if not outlines:  # its sides may stand apart, or all that is left of it is what is filled in
        pieces = [g.box for g in glyphs if max(g.box.height, g.box.width) >= T.side_px]
        outlines = [b for b in ([union(pieces)] if pieces else []) if _is_box(b)]
    if not outlines:
        marks = [g for g in glyphs if is_mark(g, height) and is_drawn_across(page, g)]
        return _as_mark(page, zone, zone, whole, bool(marks))
    # below it may be the box of the next caption
    box = min(outlines, key=lambda b: b.y0)
    return _as_mark(page, box, _within(box), whole)


def _zone_before(lines: Sequence[Run]) -> Box[Upright]:
    """Where the box of a caption may stand: left of its lines, which may begin with a word of their
    own that stands apart, and some way below the first.
    """
    x = median_low(r.box.x0 for r in lines)
    top, bottom = lines[0].box.y0, max(r.box.y1 for r in lines)
    foot = min(bottom + T.zone_under_px, top + T.zone_most_px)
    left = max(0, x - T.beside_px)
    return Box(left, top - T.zone_over_px, x - MARGIN, foot)


def _outlines_in(
    page: PageText, line: Run, zone: Box[Upright], height: float
) -> list[Box[Upright]]:
    """The outlines at the beginning of a caption's line: one near its caption is taken for the
    first letter of it at times.
    """
    x = zone.x1 + MARGIN
    begins: Box[Upright] = replace(line.box, x1=line.box.x0 + T.first_letter_px).inset(-1)
    taken = [g for g in inside(page.layout.glyphs, begins) if g.box.x0 < x + 2 * OF_MARKS.gap_px]
    return [g.box for g in taken if _is_outline(g, min(height, T.small_print_px))]


def _within(box: Box[Upright]) -> Box[Upright]:
    """The inside of a box, well within its outline."""
    return box.inset(T.inside_share * box.width, T.inside_share * box.height)


def _as_mark(
    page: PageText,
    box: Box[Upright],
    within: Box[Upright],
    whole: bool = True,
    filled: bool | None = None,
) -> CheckMark:
    """What the ink within a box says. ``filled`` says it where no outline is seen, as ink is no
    share of anything then.
    """
    dark, share, covered = _dark_within(page, box, within)
    is_filled = share > T.crossed_share if filled is None else filled
    # grain has no stroke; what has one and is no X may be a tick, or writing of something else
    odd = filled is None and is_filled and not is_cross(crop(page.layout.clean, within, 0))
    dirty = odd and not has_stroke(dark)
    value = is_filled and not dirty and not covered
    doubt = T.unseen_weight if covered or odd or not whole else _doubt_of(share)
    ink = Reading(INK, "X" if value else "", round(1 - doubt, 3))
    notes = (
        *((COVERED,) if covered else ()),
        *((ODD_MARK,) if odd else ()),
        *(() if whole else (NO_OUTLINE,)),
    )
    overlaid = page.layout.is_overlaid(box)
    return CheckMark(value, doubt, (ink,), page.layout.number, box, notes, overlaid)


def _outlines(
    page: PageText, lines: Sequence[Run], zone: Box[Upright], height: float
) -> list[Box[Upright]]:
    """What may be the outline of the box before a caption's lines, seen whole."""
    outlines = _outlines_in(page, lines[0], zone, height)
    # before pieces of ink: the cross in a box may be as large as one
    outlines = outlines or [b for b in between_rulings(page.layout, zone) if _is_box(b)]
    outlines = outlines or [g.box for g in inside(page.layout.glyphs, zone) if _is_box(g.box)]
    if outlines:
        return outlines
    # the dashes of a pale one may begin a line of the caption
    edge = max(zone.x1, median_high(r.box.x0 for r in lines) - MARGIN)
    squares = drawn_square(page.layout.clean, replace(zone, x1=edge))
    return [b for b in squares if _holds_a_cross_at_most(b, page, height)]


def _holds_a_cross_at_most(box: Box[Upright], page: PageText, height: float) -> bool:
    """Whether what is in a square is one mark, or nothing: the dashes of rulings make squares, too,
    and are no letters.
    """
    if is_corner(page.layout, box):
        return False
    within = _within(box)
    high = [g for g in inside(page.layout.glyphs, within) if g.box.height > T.dirt_caps * height]
    if not high:
        return _dark_within(page, box, within)[1] <= T.crossed_share
    return len(high) == 1 and is_mark(high[0], height)


def _dark_within(
    page: PageText, box: Box[Upright], within: Box[Upright]
) -> tuple[Mask, float, bool]:
    """What is dark of a box within its outline, told from the paper around it; which share of it
    that is; and whether a blot covers it.
    """
    side = min(box.width, box.height)
    part = crop(page.layout.clean, within, 0)
    around = crop(page.layout.clean, box.inset(-T.around_sides * side), 0)
    paper = level_at(around, PAPER_SHARE) if around.size else 255.0
    dark = below(part, T.dark_share * paper)
    share = float((dark > 0).mean()) if part.size else 0.0
    covered = part.size > 0 and has_core(dark, BLOT_CORE * side)
    return dark, share, covered


def mark_in_square(page: PageText, caption: Caption | None) -> CheckMark | None:
    """Whether the square before a caption is crossed; it is as a letter of its line to a reader,
    and higher than any. None without a caption.
    """
    if caption is None:
        return None
    run = caption.run
    height = max(run.cap_height, OF_MARKS.small_caption_px)
    reach = T.square_reach_caps * height
    place: Box[Upright] = Box(caption.x - reach, run.box.y0, caption.x + reach, run.box.y1)
    squares = [
        g.box
        for g in page.layout.glyphs
        if place.inset(-height / 2).contains(*g.box.center)
        and is_level(g.box, run.box)
        and T.square_least_caps * height <= g.box.height <= OF_MARKS.mark_most_caps * height
        and 1 / T.outline_square < g.box.width / g.box.height < T.outline_square
        and g.box.height >= T.outline_least_px
        and _stands_apart(g.box, page, T.square_apart_caps * height)
    ]
    if not squares:
        return CheckMark(
            False, T.unseen_weight, (), page.layout.number, place, (NO_OUTLINE,), False
        )
    box = min(squares, key=lambda b: abs(b.x0 - caption.x))
    return _as_mark(page, box, _within(box))


def _stands_apart(box: Box[Upright], page: PageText, least: float) -> bool:
    """Whether no other ink of its line stands nearer behind a box."""
    place = replace(box, x0=box.x1, x1=box.x1 + least)
    return not any(
        place.contains(g.box.x0, box.center[1])
        for g in page.layout.glyphs
        if is_level(g.box, box) and g.box != box
    )


def _doubt_of(share: float) -> float:
    """The weight of the other value, by how dark a box is inside."""
    least, most = T.doubtful_share
    return T.doubtful_weight if least < share < most else 0.0


def _behind_mark(run: Run, page: PageText) -> Run:
    """A caption's line without the mark in the box before it, which stands apart by more than a
    word's space, or the small box itself, which need not.
    """
    glyphs = sorted(inside(page.layout.glyphs, run.box.inset(-1)), key=lambda g: g.box.x0)
    if not glyphs:
        return run
    first, height = glyphs[0].box, run.cap_height
    behind = [g.box.x0 for g in glyphs[1:] if g.box.x0 >= first.x1]
    if not behind:
        return run
    small = first.height >= T.small_box_caps * height and first.width >= T.small_wide_caps * height
    least = T.small_apart_caps if small else 1.0 if is_mark(glyphs[0], height) else np.inf
    apart = behind[0] - first.x1 > least * height
    return replace(run, box=replace(run.box, x0=behind[0])) if apart else run


def _is_box(box: Box[Upright]) -> bool:
    """Whether this may be the outline of a check box: it is as large as one, and not much higher
    than broad.
    """
    small, large = sorted((box.width, box.height))
    return small >= T.outline_least_px and large <= min(T.outline_most_px, T.outline_lean * small)


def _caption_lines(above: Sequence[Run], name: str, caption: str) -> list[Run]:
    """The runs of a check box's caption that stand under each other at its left, the one that opens
    it first.

    A line may be in several runs, and one that was misread goes on all the same: what stands at the
    same x right below is the caption's, until that of another box opens.
    """
    opening = re.compile(_OPENINGS[name])
    others = re.compile("|".join(o for n, o in _OPENINGS.items() if n != name))

    def is_of_caption(run: Run) -> bool:
        return len(run.text) >= T.line_letters and cap.likeness(run.text, caption) >= T.line_like

    said = [r for r in above if is_of_caption(r) or opening.search(r.text)]
    start = [r for r in said if opening.search(r.text)] or said[:1]
    if not start:
        return []
    lines = [_line_begins(min(start, key=lambda r: r.box.y0), above)]
    for run in sorted(above, key=lambda r: r.box.center[1]):
        last = lines[-1]
        step = run.box.center[1] - last.box.center[1]
        least, most = T.step_caps
        below = least * last.cap_height < step < most * max(last.cap_height, lines[0].cap_height)
        # the box itself may stand so near that it begins a line of the caption
        begins = lines[0].box.x0
        if below and abs(run.box.x0 - begins) < T.beside_px and run.box.x1 > begins + T.beside_px:
            if others.search(run.text) or run.text.startswith("("):
                break
            lines.append(run)
    return lines


def _line_begins(run: Run, runs: Sequence[Run]) -> Run:
    """The run that begins the line of print that a run is in: the words of a line may stand
    apart.
    """
    for other in runs:
        same = is_level(other.box, run.box) and re.search(r"[A-Za-z]{2}", other.text)
        if same and 0 < run.box.x0 - other.box.x1 < T.words_apart_caps * run.cap_height:
            return _line_begins(other, runs)
    return run
