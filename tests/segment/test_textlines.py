"""Letters to lines of text: columns stay apart, raised marks stay with their value, specks start
nothing.
"""

from __future__ import annotations

import pytest
from documents import FIXTURES, straight
from hypothesis import given
from hypothesis import strategies as st

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.textlines import (
    band,
    group_lines,
    in_reading_order,
    inside,
    join_rows,
    letter_height,
    make_line,
    without_dirt,
)
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyph

CAP, WIDE, STEP = 30.0, 20.0, 25.0


def letters(x: float, base: float, count: int, height: float = CAP) -> list[Glyph]:
    """A word of capitals (upright pixels): ``count`` letters from x on, standing on ``base``."""
    scale = height / CAP
    return [glyph(x + k * STEP * scale, base - height, WIDE * scale, height) for k in range(count)]


def glyph(x: float, y: float, width: float, height: float) -> Glyph:
    return Glyph(Box(x, y, x + width, y + height), int(width * height / 2))


def mark(x: float, base: float) -> list[Glyph]:
    """A footnote mark ``(1)``: two thirds as high as the capitals, its head at theirs."""
    return [glyph(x + 12 * k, base - CAP, 8, 0.66 * CAP) for k in range(3)]


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


def test_a_point_and_a_comma_join_their_number() -> None:
    (line,) = group_lines(
        [*letters(100, 200, 3), glyph(172, 195, 5, 5), *letters(182, 200, 3), glyph(256, 194, 5, 9)]
    )
    assert len(line.glyphs) == 8


def test_a_comma_behind_capitals_is_of_their_line_though_small_print_is_all_around() -> None:
    title = [glyph(x, 829, 30, 30) for x in (1282, 1316, 1350, 1388, 1429)]
    small = [glyph(1282 + 14 * k, 700, 11, 16) for k in range(30)]
    lines = group_lines([*title, glyph(1461, 854, 8, 12), *small])
    assert [line.box.x1 for line in lines if line.box.y0 > 800] == [1469]


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


def test_a_page_is_read_line_by_line_from_the_left() -> None:
    lines = [
        make_line(letters(x, base, 4))
        for x, base in ((500, 201), (100, 300), (100, 199), (300, 200))
    ]
    assert [(n.box.x0, n.base) for n in in_reading_order(lines)] == [
        (100, 199),
        (300, 200),
        (500, 201),
        (100, 300),
    ]


def test_wide_spaces_are_bridged_where_asked() -> None:
    runs = group_lines([*letters(100, 200, 4), *letters(270, 200, 4)])
    assert len(runs) == 2
    assert len(join_rows(runs, gap=4.0)) == 1
    assert len(join_rows(runs, gap=1.0)) == 2


def test_letters_are_where_their_middle_is() -> None:
    word = letters(100, 200, 4)
    assert inside(word, Box(90, 160, 150, 210)) == word[:2]
    assert letter_height(word) == CAP
    assert letter_height([]) == 0


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


def test_a_dash_between_spaces_belongs_to_its_line() -> None:
    end = 100 + 5 * STEP + WIDE
    assert group_lines([*letters(100, 200, 6), glyph(end + 35, 188, 20, 5)])[0].box.x1 == end + 55


@pytest.mark.parametrize("last", [4, 12])
def test_an_underline_that_a_comma_touches_is_a_part_of_the_line_over_it(last: int) -> None:
    text = [*letters(100, 200, 8), *letters(320, 200, last)]
    (line,) = group_lines([*text, glyph(98, 192, 220, 20)])
    assert len(line.glyphs) == len(text) + 1


def test_the_edge_of_the_paper_is_not_joined_with_the_lines_beside_it() -> None:
    edge = make_line([glyph(8, 120, 14, 6 * CAP)])
    text = make_line(letters(107, 200, 20))
    assert join_rows([edge, text], 2.5) == in_reading_order([edge, text])
    small = make_line(letters(107 + 21 * STEP, 200, 5, 0.6 * CAP))
    assert len(join_rows([text, small], 2.5)) == 1


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


def test_a_stroke_through_a_line_does_not_make_its_band_higher() -> None:
    stroke = glyph(180, 120, 20, 130)
    struck = make_line([*letters(100, 200, 3), stroke, *letters(210, 200, 6)])
    assert struck.box.height == 130
    assert band(struck).height <= 2.2 * CAP
    assert band(struck).y0 < 200 - CAP
    assert band(struck).y1 > 200


@pytest.mark.parametrize("few", [[], letters(100, 200, 2)])
def test_few_letters_do_not_tell_the_band(few: list[Glyph]) -> None:
    """Words that have run together with the line under them are one piece, beside it specks."""
    run_together = make_line([*few, glyph(180, 160, 300, 80)])
    assert band(run_together) == run_together.box


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "page", "words", "letters"),
    [
        ("blank-backs", 1, (170, 268, 505, 294), 22),  # Section 16. Form 4 or Form 5
        ("with-letters", 2, (200, 370, 566, 396), 25),
    ],
)
def test_a_caption_beside_its_check_box_is_one_line(
    name: str, page: int, words: tuple[float, float, float, float], letters: int
) -> None:
    """The box is as high as three lines: where it reached no farther than a letter, the caption
    was torn apart at a full stop.
    """
    with open_document(FIXTURES / "more" / f"{name}.pdf", Settings()) as document:
        above = segment(straight(document.page(page))).above
    assert letters in [len(inside(line.glyphs, Box(*words))) for line in above]
