"""Rows told apart by what is left of the rulings between them."""

from __future__ import annotations

from documents import as_it_is

from ocr_form4.stages.segment.rows import split_rows


def test_a_short_piece_of_ruling_parts_rows_only_where_both_may_be_rows() -> None:
    """A stain's edge lies within a title of two lines as a piece of a ruling does."""
    piece = as_it_is("scan/sales.pdf").pieces[0]
    (top, border), (_, bottom) = piece.rows[:2]
    xs = piece.columns
    text = [g.box for g in as_it_is("scan/sales.pdf").glyphs if top < g.box.center[1] < bottom]
    stump = (border, xs[5] - 40, xs[5] + 60)
    assert split_rows(top, bottom, xs, [stump], text).spans == ((top, border), (border, bottom))
    title = [b for b in text if b.center[1] > border or b.center[0] < xs[1]]
    found = split_rows(top, bottom, xs, [stump], title)
    assert (found.spans, found.guessed) == (((top, bottom),), {0})


def test_a_streak_over_a_sixth_of_a_table_parts_no_title_of_two_lines() -> None:
    piece = as_it_is("scan/sales.pdf").pieces[0]
    (top, border), (_, bottom) = piece.rows[:2]
    xs = piece.columns
    text = [g.box for g in as_it_is("scan/sales.pdf").glyphs if top < g.box.center[1] < bottom]
    streak = (border, xs[1] - 200, xs[1] - 200 + (xs[-1] - xs[0]) / 6)
    title = [b for b in text if b.center[1] < border or b.center[0] < xs[1]]
    assert split_rows(top, bottom, xs, [streak], title).spans == ((top, bottom),)
