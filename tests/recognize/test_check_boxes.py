"""Check boxes over the header, drawn: whether the ink within decides, and what is said where
no box is seen whole.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_marks import LINES, STEP, STRAIGHT, TOP, X, caption, layout_of, line, paper

from ocr_form4.stages.parse.fields import Draft, flag_field
from ocr_form4.stages.recognize.box_inside import COVERED, NO_OUTLINE
from ocr_form4.stages.recognize.check_boxes import mark_in_box, mark_in_square
from ocr_form4.stages.recognize.marks_before import ODD_MARK
from ocr_form4.text import captions as cap
from ocr_form4_models.check_mark import Caption
from ocr_form4_models.field import Field
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyphs, PageLayout, Rulings, Segment
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading, Run


def checked(drawn: Gray, above: list[Run]) -> Field:
    return flag_of(layout_of(drawn), above)


def flag_of(layout: PageLayout, above: list[Run]) -> Field:
    mark = mark_in_box(layout, above, "notSubjectToSection16", cap.NO_LONGER)
    return flag_field(Draft({1: STRAIGHT}), mark)


@pytest.mark.parametrize("crossed", [False, True])
def test_a_box_halfway_up_its_caption_is_found_though_a_line_of_that_is_misread(
    crossed: bool,
) -> None:
    runs = [
        *caption(LINES[0]),
        line("0101000200 n1o.ueord insoum0n 31Igaio7s", 137, 350, 60),
        line(LINES[2], X, 393),
    ]
    field = checked(paper((137, 350, 189, 410), crossed), runs)
    assert (field.value, field.notes) == (crossed, ())


@pytest.mark.parametrize("crossed", [False, True])
def test_a_box_on_a_page_that_lies_in_a_shadow_is_empty_unless_it_is_crossed(
    crossed: bool,
) -> None:
    """Its paper is as dark as faint ink is elsewhere."""
    light = paper((137, 350, 189, 410), crossed)
    layout = layout_of(light)
    shaded = np.where(light > 0, 115, 30).astype(np.uint8)
    layout = replace(layout, clean=shaded)
    field = flag_of(layout, caption())
    assert (field.value, field.notes) == (crossed, ())


@pytest.mark.parametrize("crossed", [False, True])
def test_a_box_is_crossed_by_what_is_as_dark_as_its_own_strokes(crossed: bool) -> None:
    """A carbon copy: all of it is pale."""
    dark = paper((137, 350, 189, 410), crossed)
    layout = layout_of(dark)
    layout = replace(layout, clean=np.where(dark > 0, 240, 150).astype(np.uint8))
    field = flag_of(layout, caption())
    assert (field.value, field.notes) == (crossed, ())


@pytest.mark.parametrize("crossed", [False, True])
def test_a_caption_in_pieces_begins_with_the_first_of_its_line(crossed: bool) -> None:
    runs = [line("Check this box", X, TOP), line("if no longer subject to Section", X + 150, TOP),
            line("16.", X, TOP + STEP), line("Form 4 or Form 5", X + 45, TOP + STEP)]  # fmt: skip
    field = checked(paper((140, 340, 187, 393), crossed), runs)
    assert (field.value, field.notes) == (crossed, ())


def test_of_two_boxes_the_upper_one_is_the_first_captions() -> None:
    drawn = paper((137, 335, 174, 381), crossed=True)
    second = paper((137, 437, 180, 495))
    drawn = np.minimum(drawn, second)
    assert (
        checked(drawn, caption(*LINES, "Instruction 1(b).", "7. Canckthobosoiadeatesuard")).value
        is True
    )


@pytest.mark.parametrize("crossed", [False, True])
def test_a_box_whose_sides_are_as_long_as_rulings_is_found_between_them(crossed: bool) -> None:
    drawn = paper((120, 338, 200, 418), crossed)
    layout = layout_of(drawn)
    sides = Rulings((), (Segment(122, 330, 422, 4), Segment(197, 334, 420, 4)))
    glyphs = tuple(g for g in layout.glyphs if g.box.width < 60)  # the outline is none
    layout = replace(layout, glyphs=glyphs, rulings=sides)
    field = flag_of(layout, caption())
    assert (field.value, field.notes) == (crossed, ())


def test_where_no_box_is_seen_whole_the_field_says_so() -> None:
    field = checked(paper(None), caption())
    assert field.value is False
    assert any(note.text.startswith("the mark does not") for note in field.notes)
    assert field.candidates[0].weight < 0.6


def test_a_hole_over_the_box_is_no_mark() -> None:
    drawn = paper((137, 350, 189, 410))
    y, x = np.ogrid[:700, :900]
    drawn[(x - 140) ** 2 + (y - 410) ** 2 < 40**2] = 0
    field = checked(drawn, caption())
    assert field.value is False
    assert COVERED in field.notes


@pytest.mark.parametrize("crossed", [False, True])
def test_a_box_that_its_captions_only_line_is_measured_by_is_a_box(crossed: bool) -> None:
    run = Run(
        1,
        Box(130, 492, 451, 559),
        44,
        (Reading("form", "X Check this box if no longer subject", 0.9),),
    )
    field = checked(paper((130, 492, 199, 559), crossed), [run])
    assert (field.value, field.notes) == (crossed, ())


def test_a_line_of_the_caption_whose_first_words_stand_apart_does_not_move_the_box() -> None:
    runs = [
        line(LINES[0], X, TOP),
        line("or Form 5 obligations", X + 102, TOP + STEP),
        line(LINES[2], X, TOP + 2 * STEP),
    ]
    field = checked(paper((142, 340, 190, 394)), runs)
    assert (field.value, field.notes) == (False, ())


def test_the_dots_that_feign_gray_are_no_cross() -> None:
    """What is dark within the box is as much as a cross would be, and in pieces of a few pixels."""
    drawn = paper((140, 350, 190, 400))
    drawn[356:394:5, 146:184:5] = drawn[357:394:5, 146:184:5] = 0
    drawn[356:394:5, 147:184:5] = drawn[357:394:5, 147:184:5] = 0
    field = checked(drawn, caption())
    assert field.value is False
    assert ODD_MARK in field.notes
    crossed = checked(paper((140, 350, 190, 400), crossed=True), caption())
    assert crossed.value is True
    assert ODD_MARK not in crossed.notes


@pytest.mark.parametrize("crossed", [False, True])
def test_a_browsers_box_too_pale_to_be_ink_is_found(crossed: bool) -> None:
    """On the gray page of 2003 its sides are a third as dark as print."""
    drawn = np.full((700, 900), 214, np.uint8)
    drawn[340:370, 150:180] = 170
    drawn[342:368, 152:178] = 214
    for k in range(-8, 9) if crossed else ():
        for y in (355 + k, 355 - k):
            drawn[y - 1 : y + 1, 165 + k - 1 : 165 + k + 1] = 20
    field = checked(drawn, caption())
    assert (field.value, field.notes) == (crossed, ())


def test_writing_in_a_box_that_is_no_cross_is_looked_at() -> None:
    drawn = paper((X - 80, TOP - 4, X - 30, TOP + 46))
    drawn[TOP + 8 : TOP + 34, X - 60 : X - 57] = 0  # an upright stroke
    assert ODD_MARK in checked(drawn, caption()).notes


@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("too_far", [(-16, 0, 0, 0), (0, 0, 0, 18)])
def test_a_side_that_reaches_into_a_box_seen_too_large_is_no_mark(
    crossed: bool, too_far: tuple[int, int, int, int]
) -> None:
    """Show-through, a texture or a fold's edge makes an outline larger than it is."""
    layout = layout_of(paper((137, 350, 189, 410), crossed))
    outline = max(layout.glyphs, key=lambda g: g.box.width)
    box = Box(
        *(a + b for a, b in zip((137.0, 350.0, 189.0, 410.0), too_far, strict=True)),
    )
    others = [g for g in layout.glyphs if g.box != outline.box]
    layout = replace(layout, glyphs=Glyphs([replace(outline, box=box), *others]))
    field = flag_of(layout, caption())
    assert (field.value, field.notes) == (crossed, ())


@pytest.mark.parametrize("crossed", [False, True])
def test_a_box_that_only_a_new_edition_has_is_found_by_its_own_words(crossed: bool) -> None:
    drawn = paper((137, 335, 189, 387), crossed)
    above = caption("Reported by a trust of which the", "person is a beneficiary")
    words = "Reported by a trust of which the person is a beneficiary"
    mark = mark_in_box(layout_of(drawn), above, "reportedByTrust", words)
    assert mark and mark.value is crossed and not mark.doubt


@pytest.mark.parametrize("is_square", [True, False])
def test_a_percent_sign_is_no_square_before_a_caption(is_square: bool) -> None:
    """It is as high and as broad as one, and its strokes lie within it as those of a cross do."""
    drawn = np.full((700, 900), 255, np.uint8)
    if is_square:
        drawn[468:496, 432:460] = 0
        drawn[471:493, 435:457] = 255
    for k in range(-12, 13):
        for y in (482 + k, 482 - k):
            drawn[y - 2 : y + 2, 446 + k - 2 : 446 + k + 2] = 0
    run = Run(1, Box(400, 465, 580, 500), 24, (Reading("form", "10% Owner", 0.9),))
    mark = mark_in_square(layout_of(drawn), Caption(run, 432))
    assert mark.value is is_square
    assert (NO_OUTLINE in mark.notes) is not is_square
