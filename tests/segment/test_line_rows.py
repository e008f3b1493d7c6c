"""Runs of text in reading order, and those on one line joined."""

from __future__ import annotations

from drawn_letters import CAP, STEP, glyph, letters

from ocr_form4.stages.segment.line_rows import in_reading_order, join_rows
from ocr_form4.stages.segment.lines import make_line
from ocr_form4.stages.segment.textlines import group_lines


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


def test_the_edge_of_the_paper_is_not_joined_with_the_lines_beside_it() -> None:
    edge = make_line([glyph(8, 120, 14, 6 * CAP)])
    text = make_line(letters(107, 200, 20))
    assert join_rows([edge, text], 2.5) == in_reading_order([edge, text])
    small = make_line(letters(107 + 21 * STEP, 200, 5, 0.6 * CAP))
    assert len(join_rows([text, small], 2.5)) == 1
