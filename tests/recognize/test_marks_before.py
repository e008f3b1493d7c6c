"""Marks before captions, drawn: whether the ink in the mark's own place decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from drawn_marks import crossed_at, layout_of, line

from ocr_form4.stages.recognize.mark_captions import find_caption
from ocr_form4.stages.recognize.marks_before import BY_SHAPE, ODD_MARK, mark_before
from ocr_form4.text import captions as cap
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyphs
from ocr_form4_models.reading import Reading, Run


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
    layout = layout_of(drawn)
    mark = mark_before(layout, [first, second], director, (director, officer))
    assert mark is not None and mark.value is True


def test_a_title_on_the_next_line_is_no_mark_on_the_line_over_it() -> None:
    drawn = np.full((700, 900), 255, np.uint8)
    for x in range(206, 390, 22):  # letters right below the empty place before "Other"
        drawn[498:528, x : x + 17] = 0
    other = Run(1, Box(400, 465, 600, 500), 26, (Reading("form", "Other (specify below)", 0.9),))
    title = Run(1, Box(206, 498, 400, 528), 30, (Reading("form", "Financial", 0.9),))
    layout = layout_of(drawn)
    caption = find_caption([other, title], cap.OTHER)
    mark = mark_before(layout, [other, title], caption, (caption,))
    assert mark is not None and mark.value is False


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
    mark = mark_before(layout_of(drawn), [first, second], found, (found,))
    assert mark is not None and mark.value is crossed


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
    marks = [mark_before(layout_of(drawn), [run], one, found) for one in found]
    assert [mark.value for mark in marks if mark] == [False, True]


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
    marks = [mark_before(layout_of(drawn), runs, one, found) for one in found]
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
    layout = layout_of(drawn)
    mark = mark_before(layout, runs, caption, [caption])
    assert mark and mark.value is is_mark
    assert mark.notes == (() if is_mark else (ODD_MARK,))
    # and looked at where the page network does not see print there either
    unseen = tuple(replace(g, seen=False) for g in layout.glyphs)
    dirt = replace(layout, glyphs=Glyphs.at(layout.glyphs.places, unseen))
    mark = mark_before(dirt, runs, caption, [caption])
    assert mark and mark.notes == ((BY_SHAPE,) if is_mark else (ODD_MARK,))


def test_a_letter_of_the_caption_on_the_left_is_no_mark() -> None:
    """Where that caption is none to any edition: the w of "below)" has strokes across each
    other.
    """
    drawn = np.full((700, 900), 255, np.uint8)
    crossed_at(drawn, 420, 480)
    drawn[468:496, 436:442] = 0
    left = Run(1, Box(240, 465, 442, 500), 20, (Reading("form", "qive t1tle be|ow)", 0.5),))
    other = Run(1, Box(500, 465, 700, 500), 20, (Reading("form", "Other (specify below)", 0.9),))
    caption = find_caption([left, other], cap.OTHER)
    mark = mark_before(layout_of(drawn), [left, other], caption, (caption,))
    assert mark.value is False
    alone = mark_before(layout_of(drawn), [other], caption, (caption,))
    assert alone.value is True
