"""Where a paragraph of running text ends."""

from __future__ import annotations

from dataclasses import replace

from lines import run

from ocr_form4.stages.parse.paragraphs import Row, opens_paragraph

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
