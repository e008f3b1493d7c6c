"""The square check boxes over the header, and squares before captions: read by the ink well inside
of their outlines.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.stages.recognize.box_captions import lines_of_caption
from ocr_form4.stages.recognize.box_inside import mark_of, unseen_mark, within_outline
from ocr_form4.stages.recognize.box_outlines import (
    outline_of_sides,
    outlines_in,
    place_of_square,
    squares_in,
    zone_before,
)
from ocr_form4.stages.recognize.marks_before import is_drawn_across, is_mark
from ocr_form4_models.check_mark import Caption, CheckMark
from ocr_form4_models.layout import PageLayout, inside
from ocr_form4_models.reading import Run


def mark_in_box(
    layout: PageLayout, above: Sequence[Run], element: str, caption: str
) -> CheckMark | None:
    """Whether one of the square boxes at the top left is checked; None where its caption is not
    found among the lines over the header.

    The box stands left of its caption, halfway up its lines. What counts is the ink well inside of
    its outline. Where no outline is seen whole nobody can say where inside is: what is found then
    says so.
    """
    lines = lines_of_caption(layout, above, element, caption)
    if not lines:
        return None
    zone = zone_before(lines)
    height = min(r.cap_height for r in lines)
    outlines = outlines_in(layout, lines, zone, height)
    whole = bool(outlines)
    # its sides may stand apart, or all that is left of it is what is filled in
    glyphs = inside(layout.glyphs, zone)
    outlines = outlines or outline_of_sides(glyphs)
    if not outlines:
        marks = [g for g in glyphs if is_mark(g, height) and is_drawn_across(layout, g)]
        return mark_of(layout, zone, zone, whole, bool(marks))
    # below it may be the box of the next caption
    box = min(outlines, key=lambda b: b.y0)
    return mark_of(layout, box, within_outline(box), whole)


def mark_in_square(layout: PageLayout, caption: Caption) -> CheckMark:
    """Whether the square before a caption is crossed."""
    place = place_of_square(caption)
    squares = squares_in(layout, place, caption.run)
    if not squares:
        return unseen_mark(layout, place)
    box = min(squares, key=lambda b: abs(b.x0 - caption.x))
    return mark_of(layout, box, within_outline(box))
