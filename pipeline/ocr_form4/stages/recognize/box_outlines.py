"""Where the outline of a check box stands, before the lines of its caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median_high, median_low

from ocr_form4.pixels.blobs import is_frame
from ocr_form4.pixels.crops import MARGIN, PAPER_SHARE, crop
from ocr_form4.pixels.levels import level_at
from ocr_form4.stages.recognize.box_captions import T as OF_CAPTIONS
from ocr_form4.stages.recognize.box_inside import holds_a_cross_at_most
from ocr_form4.stages.recognize.box_sides import between_rulings
from ocr_form4.stages.recognize.marks_before import T as OF_MARKS
from ocr_form4.stages.recognize.marks_before import is_level
from ocr_form4.stages.recognize.squares import drawn_square
from ocr_form4_models.check_mark import Caption
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph, PageLayout, inside
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Run


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What an outline is like, and how far off its caption: in upright pixels, in heights of the
    caption's capitals (``caps``), as shares. Counted over the fixtures: 37 boxes seen whole, four
    of them crossed; what was tried with other values was so on twelve of them, which are read the
    same.
    """

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


T = Tolerances()


def zone_before(lines: Sequence[Run]) -> Box[Upright]:
    """Where the box of a caption may stand: left of its lines, which may begin with a word of their
    own that stands apart, and some way below the first.
    """
    x = median_low(r.box.x0 for r in lines)
    top, bottom = lines[0].box.y0, max(r.box.y1 for r in lines)
    foot = min(bottom + T.zone_under_px, top + T.zone_most_px)
    left = max(0, x - OF_CAPTIONS.beside_px)
    return Box(left, top - T.zone_over_px, x - MARGIN, foot)


def outlines_in(
    layout: PageLayout, lines: Sequence[Run], zone: Box[Upright], height: float
) -> list[Box[Upright]]:
    """What may be the outline of the box before a caption's lines, seen whole."""
    outlines = _outlines_at(layout, lines[0], zone, height)
    # before pieces of ink: the cross in a box may be as large as one
    outlines = outlines or [b for b in between_rulings(layout, zone) if _is_box(b)]
    outlines = outlines or [g.box for g in inside(layout.glyphs, zone) if _is_box(g.box)]
    if outlines:
        return outlines
    # the dashes of a pale one may begin a line of the caption
    edge = max(zone.x1, median_high(r.box.x0 for r in lines) - MARGIN)
    squares = drawn_square(layout.clean, replace(zone, x1=edge))
    return [b for b in squares if holds_a_cross_at_most(layout, b, height)]


def _outlines_at(
    layout: PageLayout, line: Run, zone: Box[Upright], height: float
) -> list[Box[Upright]]:
    """The outlines at the beginning of a caption's line: one near its caption is taken for the
    first letter of it at times.
    """
    x = zone.x1 + MARGIN
    begins: Box[Upright] = replace(line.box, x1=line.box.x0 + T.first_letter_px).inset(-1)
    taken = [g for g in inside(layout.glyphs, begins) if g.box.x0 < x + 2 * OF_MARKS.gap_px]
    return [g.box for g in taken if _is_outline(g, min(height, T.small_print_px))]


def _is_outline(glyph: Glyph, height: float) -> bool:
    """Whether a piece of ink is as high as a check box, twice its caption's letters, and about as
    broad.
    """
    box = glyph.box
    square = 1 / T.outline_square < box.width / box.height < T.outline_square
    return square and box.height >= T.outline_least_caps * height


def _is_box(box: Box[Upright]) -> bool:
    """Whether this may be the outline of a check box: it is as large as one, and not much higher
    than broad.
    """
    small, large = sorted((box.width, box.height))
    return small >= T.outline_least_px and large <= min(T.outline_most_px, T.outline_lean * small)


def outline_of_sides(glyphs: Sequence[Glyph]) -> list[Box[Upright]]:
    """The outline whose sides stand apart, as a list of one; empty where they make up none."""
    sides = [g.box for g in glyphs if max(g.box.height, g.box.width) >= T.side_px]
    return [b for b in ([union(sides)] if sides else []) if _is_box(b)]


def place_of_square(caption: Caption) -> Box[Upright]:
    """Where the square before a caption may stand: it is as a letter of its line to a reader, and
    the caption may be taken to begin with it.
    """
    box = caption.run.box
    reach = T.square_reach_caps * _height_of(caption.run)
    return Box(caption.x - reach, box.y0, caption.x + reach, box.y1)


def squares_in(layout: PageLayout, place: Box[Upright], line: Run) -> list[Box[Upright]]:
    """The squares in a place of a line, higher than any of its letters."""
    height = _height_of(line)
    return [
        g.box
        for g in inside(layout.glyphs, place.inset(-height / 2))
        if is_level(g.box, line.box)
        and T.square_least_caps * height <= g.box.height <= OF_MARKS.mark_most_caps * height
        and 1 / T.outline_square < g.box.width / g.box.height < T.outline_square
        and g.box.height >= T.outline_least_px
        and _stands_apart(layout, g.box, T.square_apart_caps * height)
        and _has_sides(crop(layout.clean, g.box, 0))
    ]


def _has_sides(part: Gray) -> bool:
    """Whether the ink of a crop runs along all its sides: an X does not, nor does a "%"."""
    return is_frame(part < (float(part.min()) + level_at(part, PAPER_SHARE)) / 2)


def _height_of(line: Run) -> float:
    return max(line.cap_height, OF_MARKS.small_caption_px)


def _stands_apart(layout: PageLayout, box: Box[Upright], least: float) -> bool:
    """Whether no other ink of its line stands nearer behind a box."""
    place = replace(box, x0=box.x1, x1=box.x1 + least)
    return not any(
        place.contains(g.box.x0, box.center[1])
        for g in layout.glyphs
        if is_level(g.box, box) and g.box != box
    )
