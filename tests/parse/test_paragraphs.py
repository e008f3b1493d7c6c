"""Where a paragraph of running text ends."""

from __future__ import annotations

from dataclasses import replace

from lines import run

from ocr_form4.stages.parse.paragraphs import Row, opens_paragraph, rows_of
from ocr_form4_models.geometry import Box

NOTE = ["(1) Each share is convertible at any time into one", "share of common stock at the",
        "election of its holder, and has no", "expiration date, but for those that",
        "the Reporting Person holds (see above)"]  # fmt: skip


def rows(*lines: str) -> list[Row]:
    return [[run(text, k)] for k, text in enumerate(lines)]


def lower(row: Row, by: float) -> Row:
    """A row somewhat further down, as on a coarse scan."""
    box = row[0].box
    return [replace(row[0], box=replace(box, y0=box.y0 + by, y1=box.y1 + by))]


def test_a_line_that_stands_off_opens_a_paragraph_unless_it_begins_with_a_small_letter() -> None:
    *note, last = rows(*NOTE, "Exhibit 24 - Power of Attorney")
    assert opens_paragraph(lower(last, 12), note)
    *note, last = rows(*NOTE, "and has no expiration date.")
    assert not opens_paragraph(lower(last, 12), note)


def test_two_lines_that_dirt_between_them_makes_higher_stay_two() -> None:
    """A drum's cloud: the second note was taken for a part of the signature's caption, and lost."""
    note, caption = run("(2) The Elon Musk Revocable Trust", 17), run("SIGNATURE", 18)
    note = replace(note, box=Box(139, 541, 2208, 586))
    caption = replace(caption, box=Box(98, 568, 750, 601))
    assert [[r.text for r in row] for row in rows_of([note, caption], 2550)] == [
        ["(2) The Elon Musk Revocable Trust"],
        ["SIGNATURE"],
    ]
    beside = replace(caption, box=Box(2230, 568, 2500, 601))
    assert len(rows_of([note, beside], 2550)) == 1
    within = replace(caption, box=Box(150, 555, 170, 580))
    assert len(rows_of([note, within], 2550)) == 1
