"""Letters to lines of text: columns stay apart, raised marks stay with their value, specks start
nothing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from documents import FIXTURES, straight
from drawn_letters import CAP, STEP, WIDE, glyph, letters, mark
from hypothesis import given
from hypothesis import strategies as st

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.textlines import (
    group_lines,
    in_no_line,
    with_joined_letters,
    without_dirt,
)
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import inside


def test_words_of_one_line_are_one_run_and_lines_are_two() -> None:
    lines = group_lines([*letters(100, 200, 6), *letters(270, 200, 5), *letters(100, 245, 8)])
    assert [len(line.glyphs) for line in lines] == [11, 8]
    assert [line.base for line in lines] == [200, 245]
    assert all(line.cap_height == CAP for line in lines)


def test_a_stroke_as_high_as_two_lines_holds_them_together_no_more() -> None:
    """A pen's stroke through a name and the caption over it: both stay whole."""
    caption = [g for x in (100, 220, 340) for g in letters(x, 200, 4)]
    name = [g for x in (100, 220) for g in letters(x, 240, 4)]
    stroke = glyph(203, 165, 14, 80)
    lines = group_lines([*caption, *name, stroke])
    assert [len([g for g in n.glyphs if g != stroke]) for n in lines] == [12, 8]


def test_columns_side_by_side_are_two_runs() -> None:
    lines = group_lines([*letters(100, 200, 6), *letters(400, 200, 6)])
    assert [line.box.x0 for line in lines] == [100, 400]


def test_columns_whose_lines_are_not_level_do_not_become_one() -> None:
    left = [g for k in range(4) for g in letters(100, 200 + 45 * k, 5)]
    right = [g for k in range(4) for g in letters(420, 222 + 45 * k, 5)]
    assert [len(line.glyphs) for line in group_lines([*left, *right])] == [5] * 8


def test_a_raised_mark_joins_its_value() -> None:
    (line,) = group_lines([*letters(100, 200, 4), *mark(205, 200)])
    assert len(line.glyphs) == 7
    assert (line.base, line.cap_height) == (200, CAP)


def test_specks_alone_are_no_text() -> None:
    assert group_lines([glyph(100 + 40 * k, 200, 5, 5) for k in range(20)]) == []
    assert group_lines([glyph(100, 200, 11, 11)], usual=CAP) == []
    assert group_lines([]) == []


def test_a_speck_in_a_line_of_text_is_no_run_of_its_own() -> None:
    lines = group_lines([*letters(100, 200, 6), *letters(100, 245, 6), glyph(600, 180, 5, 18)])
    assert len(lines) == 3
    assert [len(line.glyphs) for line in without_dirt(lines)] == [6, 6]
    lone = group_lines([*letters(100, 200, 6), *letters(500, 200, 1)])
    assert len(without_dirt(lone)) == 2, "a letter alone is text"


def test_a_short_word_between_two_runs_is_none_of_the_specks() -> None:
    low = glyph(268, 182, 14, 18)
    left, right = letters(100, 200, 6), letters(305, 200, 6)
    lines = group_lines([*left, low, *right], gap=0.4)
    assert [len(line.glyphs) for line in without_dirt(lines)] == [6, 1, 6]
    unseen = group_lines([*left, replace(low, seen=False), *right], gap=0.4)
    assert [len(line.glyphs) for line in without_dirt(unseen)] == [6, 6]
    assert [len(line.glyphs) for line in without_dirt(group_lines([*left, low], gap=0.4))] == [6]


def test_letters_that_a_streak_joins_to_the_next_line_are_in_both_and_told_of() -> None:
    first, second = letters(130, 200, 8), letters(130, 245, 8)
    both = glyph(100, 200 - CAP, WIDE, CAP + 45)
    page = [*first, *second, both, *letters(130, 290, 8)]
    assert all(line.box.x0 == 130 or len(line.glyphs) == 1 for line in group_lines(page))
    lines = with_joined_letters(group_lines(page), page)
    assert [(line.box.x0, len(line.glyphs)) for line in lines] == [(100, 9), (100, 9), (130, 8)]
    assert [(line.top, line.base) for line in lines[:2]] == [(200 - CAP, 200), (245 - CAP, 245)]
    assert both.box in in_no_line(page, lines)
    dirt = [replace(g, seen=g != both) for g in page]
    left = [g for line in with_joined_letters(group_lines(dirt), dirt) for g in line.glyphs]
    assert set(left) <= set(dirt)


def test_ink_that_holds_two_lines_together_is_in_neither_and_told_of() -> None:
    """A word into which dirt has run is lost with it: the lines are not whole."""
    page = [*letters(100, 200, 12), *letters(100, 240, 12)]
    word = glyph(203, 165, 14, 80)
    assert in_no_line([*page, word], group_lines([*page, word])) == [word.box]
    assert in_no_line(page, group_lines(page)) == []


@given(
    words=st.lists(st.integers(2, 7), min_size=1, max_size=6),
    bases=st.lists(st.integers(0, 20), min_size=1, max_size=6, unique=True),
    order=st.randoms(use_true_random=False),
)
def test_no_letter_is_lost_and_the_order_of_letters_does_not_matter(words, bases, order) -> None:
    glyphs = []
    for base in bases:
        x = 100.0
        for count in words:
            glyphs += letters(x, 200 + 50 * base, count)
            x += count * STEP + 20
    lines = group_lines(glyphs)
    assert [len(line.glyphs) for line in lines] == [sum(words)] * len(bases)
    shuffled = list(glyphs)
    order.shuffle(shuffled)
    assert group_lines(shuffled) == lines


def test_a_line_of_small_letters_with_a_capital_and_a_tail_is_one_line() -> None:
    small = 0.66 * CAP
    words = [
        glyph(75, 200 - CAP, WIDE, CAP),
        *(glyph(100 + k * STEP, 200 - small, WIDE, small) for k in range(7)),
    ]
    wide = 100 + 7 * STEP + 16
    second = [
        glyph(wide, 200 - CAP, WIDE, CAP),
        *(glyph(wide + k * STEP, 200 - small, WIDE, small) for k in (1, 2)),
    ]
    tail = glyph(wide + 3 * STEP, 200 - small, WIDE, 1.3 * small)
    assert len(group_lines([*words, *second, tail, *letters(wide + 4 * STEP, 200, 4, small)])) == 1


def test_a_date_right_beside_two_lines_of_a_name_and_between_them_is_a_line_of_its_own() -> None:
    small = 0.9 * CAP
    first = [*letters(100, 200, 12, small), glyph(378, 172, 60, 28)]
    # letters that an underline holds together
    second = [*letters(100, 238, 6, small), glyph(245, 206, 195, 34)]
    date = [glyph(450, 187, 190, 36), *(glyph(452 + k * STEP, 187, WIDE, 28) for k in range(6))]
    assert sorted(len(line.glyphs) for line in group_lines([*first, *second, *date])) == [7, 7, 13]


def test_a_number_of_broken_figures_is_not_taken_apart() -> None:
    """A photocopy's "1,255": the fives are in three pieces each, lower than the comma reaches below
    them.
    """
    # fmt: off
    at = [(1415, 1589, 1428, 1613), (1439, 1589, 1454, 1612), (1458, 1588, 1471, 1600), (1476, 1588,
        1488, 1601),
          (1457, 1598, 1472, 1612), (1482, 1599, 1490, 1612), (1474, 1607, 1478, 1612), (1430, 1608,
           1437, 1617)]
    # fmt: on
    (line,) = group_lines([glyph(x0, y0, x1 - x0, y1 - y0) for x0, y0, x1, y1 in at], 2.0, 18.0)
    assert len(line.glyphs) == len(at)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "page", "words"),
    [
        ("blank-backs", 1, (174, 268, 499, 294)),  # Section 16. Form 4 or Form 5
        ("with-letters", 2, (204, 370, 561, 396)),
    ],
)
def test_a_caption_beside_its_check_box_is_one_line(
    name: str, page: int, words: tuple[float, float, float, float]
) -> None:
    """The box is as high as three lines: where it reached no farther than a letter, the caption
    was torn apart at a full stop.
    """
    with open_document(FIXTURES / "more" / f"{name}.pdf", Settings()) as document:
        above = segment(straight(document.page(page))).above
    around: Box[Upright] = Box(*words).inset(-4)
    lengths = [
        max(g.box.x1 for g in here) - min(g.box.x0 for g in here)
        for here in (inside(line.glyphs, around) for line in above)
        if here
    ]
    assert max(lengths) >= words[2] - words[0] - 4
