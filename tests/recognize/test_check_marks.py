"""Check boxes and marks, drawn: whether the ink in the mark's own place decides, and what is said
where none is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.stages.parse.fields import Draft, flag_field
from ocr_form4.stages.recognize.check_boxes import COVERED, mark_in_box
from ocr_form4.stages.recognize.check_marks import ODD_MARK, find_caption, mark_before
from ocr_form4.stages.segment.rulings import find_glyphs
from ocr_form4.text import captions as cap
from ocr_form4_models.field import Field
from ocr_form4_models.geometry import Box, Rectification
from ocr_form4_models.layout import PageLayout, Rulings, Segment
from ocr_form4_models.page import Gray
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Reading, Run

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
LINES = (
    "Check this box if no longer subject to",
    "Section 16. Form 4 or Form 5",
    "obligations may continue. See",
)
X, TOP, STEP, CAP = 208, 342, 28, 18


def paper(box: tuple[int, int, int, int] | None, crossed: bool = False) -> Gray:
    """The upper left of a page with a check box's outline, left, top, right, bottom, and a cross in
    it.
    """
    drawn = np.full((700, 900), 255, np.uint8)
    if box:
        x0, y0, x1, y1 = box
        drawn[y0:y1, x0:x1] = 0
        drawn[y0 + 5 : y1 - 5, x0 + 5 : x1 - 5] = 255
        for k in range(-11, 12) if crossed else ():
            at = (x0 + x1) // 2 + k
            for y in ((y0 + y1) // 2 + k, (y0 + y1) // 2 - k):
                drawn[y - 2 : y + 2, at - 2 : at + 2] = 0
    return drawn


def line(text: str, x: float, y: float, height: float = CAP + 5) -> Run:
    return Run(1, Box(x, y, x + 10 * len(text), y + height), CAP, (Reading("form", text, 0.9),))


def caption(*texts: str) -> list[Run]:
    return [line(text, X, TOP + k * STEP) for k, text in enumerate(texts or LINES)]


def text_of(drawn: Gray, above: list[Run]) -> PageText:
    ink = np.where(drawn < 140, 255, 0).astype(np.uint8)
    glyphs = find_glyphs(find_blobs(ink), ink)[0]
    layout = PageLayout(1, STRAIGHT, drawn, (), (), (), (), glyphs, Rulings((), ()), {})
    return PageText(layout, tuple(above), (), {}, ())


def checked(drawn: Gray, above: list[Run]) -> Field:
    return flag_field(
        Draft({1: STRAIGHT}),
        mark_in_box(text_of(drawn, above), "notSubjectToSection16", cap.NO_LONGER),
    )


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
    page = text_of(light, caption())
    shaded = np.where(light > 0, 115, 30).astype(np.uint8)
    page = replace(page, layout=replace(page.layout, clean=shaded))
    mark = mark_in_box(page, "notSubjectToSection16", cap.NO_LONGER)
    field = flag_field(Draft({1: STRAIGHT}), mark)
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
    page = text_of(drawn, caption())
    sides = Rulings((), (Segment(122, 330, 422, 4), Segment(197, 334, 420, 4)))
    glyphs = tuple(g for g in page.layout.glyphs if g.box.width < 60)  # the outline is none
    page = replace(page, layout=replace(page.layout, glyphs=glyphs, rulings=sides))
    mark = mark_in_box(page, "notSubjectToSection16", cap.NO_LONGER)
    field = flag_field(Draft({1: STRAIGHT}), mark)
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


def test_a_caption_on_the_next_line_that_touches_this_one_does_not_end_the_place_of_a_mark() -> (
    None
):
    drawn = np.full((700, 900), 255, np.uint8)
    for k in range(-10, 11):  # an X between its line's beginning and "Director"
        for y in (480 + k, 480 - k):
            drawn[y - 2 : y + 2, 320 + k - 2 : 320 + k + 2] = 0
    ends = tuple((k + 1) / 11 for k in range(11))
    first = Run(1, Box(302, 465, 522, 500), 23, (Reading("form", "X_ Director", 0.5, ends=ends),))
    second = Run(
        1, Box(277, 496, 677, 540), 24, (Reading("form", "_X_ Officer (give title below)", 0.8),)
    )
    director, officer = (
        find_caption([first, second], text) for text in (cap.DIRECTOR, cap.OFFICER)
    )
    page = text_of(drawn, [])
    mark = mark_before(page, [first, second], director, (director, officer))
    assert mark is not None and mark.value is True


def test_a_title_on_the_next_line_is_no_mark_on_the_line_over_it() -> None:
    drawn = np.full((700, 900), 255, np.uint8)
    for x in range(206, 390, 22):  # letters right below the empty place before "Other"
        drawn[498:528, x : x + 17] = 0
    other = Run(1, Box(400, 465, 600, 500), 26, (Reading("form", "Other (specify below)", 0.9),))
    title = Run(1, Box(206, 498, 400, 528), 30, (Reading("form", "Financial", 0.9),))
    page = text_of(drawn, [])
    caption = find_caption([other, title], cap.OTHER)
    mark = mark_before(page, [other, title], caption, (caption,))
    assert mark is not None and mark.value is False


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


@pytest.mark.parametrize("crossed", [False, True])
def test_a_caption_on_two_short_lines_is_one(crossed: bool) -> None:
    """Where print is large, "10% Owner" wraps, and a mark stands beside both its lines."""
    drawn = np.full((700, 900), 255, np.uint8)
    first = Run(1, Box(475, 445, 530, 469), 21, (Reading("form", "10%", 0.9),))
    second = Run(1, Box(474, 475, 555, 496), 21, (Reading("form", "Owner", 0.9),))
    for k in range(-12, 13) if crossed else ():
        for y in (470 + k, 470 - k):
            drawn[y - 2 : y + 2, 420 + k - 2 : 420 + k + 2] = 0
    found = find_caption([first, second], cap.TEN_PERCENT)
    assert found is not None
    mark = mark_before(text_of(drawn, []), [first, second], found, (found,))
    assert mark is not None and mark.value is crossed


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


def test_of_two_marks_in_a_line_the_second_is_seen() -> None:
    text = "( ) Director (X) 10% Owner ( ) Officer"
    ends = tuple((k + 1) / len(text) for k in range(len(text)))
    run = Run(1, Box(200, 300, 200 + 20 * len(text), 330), 20, (Reading("form", text, 0.9, ends),))
    drawn = np.full((700, 1200), 255, np.uint8)
    at = 200 + 20 * text.index("X")
    for k in range(18):
        drawn[304 + k : 308 + k, at + k : at + k + 3] = 0
        drawn[322 - k : 326 - k, at + k : at + k + 3] = 0
    found = [find_caption([run], c) for c in (cap.DIRECTOR, cap.TEN_PERCENT)]
    marks = [mark_before(text_of(drawn, []), [run], one, found) for one in found]
    assert [mark.value for mark in marks if mark] == [False, True]


def test_a_mark_before_a_caption_on_two_lines_is_none_of_its_words() -> None:
    """A narrow box of 2003: "_X_ 10%" stands over "Owner"."""
    ends = tuple((k + 1) / 6 for k in range(6))
    first = Run(1, Box(300, 300, 420, 326), 20, (Reading("form", "_X_10%", 0.9, ends),))
    caption = find_caption([first, line("Owner", 300, 334)], cap.TEN_PERCENT)
    assert caption and caption.run is first
    assert caption.x == pytest.approx(360)


def crossed_at(drawn: Gray, x: int, y: int) -> None:
    for k in range(-9, 10):
        for at in (y + k, y - k):
            drawn[at - 2 : at + 2, x + k - 2 : x + k + 2] = 0


def test_a_mark_at_the_end_of_a_line_across_the_caption_before_it_is_seen() -> None:
    """A fax drew a line from "Director" to the mark before "10% Owner"."""
    text = "Director ____X"
    ends = tuple((k + 1) / len(text) for k in range(len(text)))
    director = Run(
        1, Box(200, 300, 200 + 20 * len(text), 330), 20, (Reading("form", text, 0.9, ends),)
    )
    owner = line("10% Owner", 540, 302)
    drawn = np.full((700, 1200), 255, np.uint8)
    drawn[314:317, 390:470] = 0
    crossed_at(drawn, 470, 315)
    runs = [director, owner]
    found = [find_caption(runs, c) for c in (cap.DIRECTOR, cap.TEN_PERCENT)]
    marks = [mark_before(text_of(drawn, []), runs, one, found) for one in found]
    assert [mark.value for mark in marks if mark] == [False, True]


@pytest.mark.parametrize("is_mark", [False, True])
def test_ink_that_no_reader_takes_for_an_x_is_a_mark_if_it_is_shaped_like_one(
    is_mark: bool,
) -> None:
    drawn = np.full((700, 900), 255, np.uint8)
    if is_mark:
        crossed_at(drawn, 350, 315)
    else:
        drawn[306:326, 342:358] = 0
    runs = [line("Director", 400, 302)]
    caption = find_caption(runs, cap.DIRECTOR)
    mark = mark_before(text_of(drawn, []), runs, caption, [caption])
    assert mark and mark.value is is_mark
    assert mark.notes == (() if is_mark else (ODD_MARK,))


def test_writing_in_a_box_that_is_no_cross_is_looked_at() -> None:
    drawn = paper((X - 80, TOP - 4, X - 30, TOP + 46))
    drawn[TOP + 8 : TOP + 34, X - 60 : X - 57] = 0  # an upright stroke
    assert ODD_MARK in checked(drawn, caption()).notes
