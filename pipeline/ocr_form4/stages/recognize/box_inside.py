"""What is inside of a check box: nothing, a cross, or something else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr_form4.pixels.blobs import Mask, has_core
from ocr_form4.pixels.crops import PAPER_SHARE, crop
from ocr_form4.pixels.ink import below
from ocr_form4.pixels.levels import level_at
from ocr_form4.stages.recognize.box_sides import is_corner
from ocr_form4.stages.recognize.crosses import has_stroke, is_cross
from ocr_form4.stages.recognize.marks_before import ODD_MARK, is_mark
from ocr_form4.stages.segment.blots import BLOT_CORE
from ocr_form4_models.check_mark import CheckMark
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, inside
from ocr_form4_models.reading import INK, Reading
from ocr_form4_models.reason import Code, Reason


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How dark the inside of a box is: in shares of its sides, its pixels and the paper's level, in
    heights of its caption's capitals (``caps``). Counted over the fixtures: 37 boxes seen whole,
    four of them crossed; what was tried with other values was so on twelve of them, which are read
    the same.
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
    stroke_share: float = 0.03
    """Or darker than halfway from that paper to the darkest of this share around it, the box's own
    strokes, as they may be pale: they are 0.06 and more of it. On such a page, a carbon copy, an X
    was taken for nothing, and nothing in doubt.
    """
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
    side_share: float = 0.7
    near_share: float = 0.2
    """A row or column of the inside that is dark to this share, this near to its edge, is a side of
    the outline that was seen too large: so in five of six boxes on 555 scans that were taken for
    marked and are empty, and in no crossed one.
    """
    doubtful_weight: float = 0.3
    """Of the other value where the dark share lies between, as the box is seen: 0.15 was tried."""
    unseen_weight: float = 0.45
    """And where no outline is seen or a blot covers it, just less than half: 0.25 was tried."""


T = Tolerances()
COVERED = Reason(Code.COVERED_BOX, "a blot or a hole covers the box")
NO_OUTLINE = Reason(Code.NO_OUTLINE, "the mark does not stand in a box that is seen whole")


def mark_of(
    layout: PageLayout,
    box: Box[Upright],
    within: Box[Upright],
    whole: bool = True,
    filled: bool | None = None,
) -> CheckMark:
    """What the ink within a box says. ``filled`` says it where no outline is seen, as ink is no
    share of anything then.
    """
    dark, share, covered = _dark_within(layout, box, within)
    is_filled = share > T.crossed_share if filled is None else filled
    # grain has no stroke; what has one and is no X may be a tick, or writing of something else
    odd = filled is None and is_filled and not is_cross(crop(layout.clean, within, 0))
    dirty = odd and not has_stroke(dark)
    value = is_filled and not dirty and not covered
    doubt = T.unseen_weight if covered or odd or not whole else _doubt_of(share)
    ink = Reading(INK, "X" if value else "", round(1 - doubt, 3))
    notes = (
        *((COVERED,) if covered else ()),
        *((ODD_MARK,) if odd else ()),
        *(() if whole else (NO_OUTLINE,)),
    )
    overlaid = layout.is_overlaid(box)
    return CheckMark(value, doubt, (ink,), layout.number, box, notes, overlaid)


def unseen_mark(layout: PageLayout, place: Box[Upright]) -> CheckMark:
    """What is said of a place where no box is seen: it is not marked, as far as that tells."""
    return CheckMark(False, T.unseen_weight, (), layout.number, place, (NO_OUTLINE,), False)


def within_outline(box: Box[Upright]) -> Box[Upright]:
    """The inside of a box, well within its outline."""
    return box.inset(T.inside_share * box.width, T.inside_share * box.height)


def _dark_within(
    layout: PageLayout, box: Box[Upright], within: Box[Upright]
) -> tuple[Mask, float, bool]:
    """What is dark of a box within its outline, told from the paper around it; which share of it
    that is; and whether a blot covers it.
    """
    side = min(box.width, box.height)
    part = crop(layout.clean, within, 0)
    around = crop(layout.clean, box.inset(-T.around_sides * side), 0)
    paper = level_at(around, PAPER_SHARE) if around.size else 255.0
    strokes = level_at(around, T.stroke_share) if around.size else 0.0
    dark = below(part, max(T.dark_share * paper, (paper + strokes) / 2))
    covered = part.size > 0 and has_core(dark, BLOT_CORE * side)
    dark = _without_sides(dark)
    return dark, float((dark > 0).mean()) if dark.size else 0.0, covered


def _without_sides(dark: Mask) -> Mask:
    """The inside of a box without the sides of its outline that reach into it."""
    for _ in range(2):  # rows, then columns
        along = (dark > 0).mean(axis=1) if dark.size else np.zeros(len(dark))
        near = round(T.near_share * len(along))
        sides = np.flatnonzero(along >= T.side_share)
        first = max((k + 1 for k in sides if k < near), default=0)
        end = min((k for k in sides if k >= len(along) - near), default=len(along))
        dark = dark[first:end].T
    return dark


def _doubt_of(share: float) -> float:
    """The weight of the other value, by how dark a box is inside."""
    least, most = T.doubtful_share
    return T.doubtful_weight if least < share < most else 0.0


def holds_a_cross_at_most(layout: PageLayout, box: Box[Upright], height: float) -> bool:
    """Whether what is in a square is one mark, or nothing: the dashes of rulings make squares, too,
    and are no letters.
    """
    if is_corner(layout, box):
        return False
    within = within_outline(box)
    glyphs = inside(layout.glyphs, within)
    if not glyphs:
        return _dark_within(layout, box, within)[1] <= T.crossed_share
    return len(glyphs) == 1 and is_mark(glyphs[0], height)
