"""Who is asked about what on a page, and value and marks apart: on real scans, with the real
reader.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import lines
import pytest
from documents import FIXTURES, straight, with_pixels

from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import _without_boxed_text, recognize
from ocr_form4.stages.recognize.again import is_doubtful
from ocr_form4.stages.segment import segment
from ocr_form4.text.raised import lowered, raised_part
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import Gray
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Reading, Run


@dataclass
class Spy:
    """A reader that says one thing, and remembers how much it was asked."""

    name: str
    says: str
    asked: list[Gray] = field(default_factory=list)

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        self.asked += crops
        return [Reading(self.name, self.says, 0.5) for _ in crops]


def layout_of(name: str) -> PageLayout:
    with open_document(FIXTURES / name, Settings()) as document:
        return segment(straight(document.page(1)))


def runs_of(text: PageText) -> list[Run]:
    lines = [line for cell in text.cells.values() for line in cell.lines]
    parts = [run for line in lines for run in (line.value or line.whole, line.marks) if run]
    return [*(r for box in text.header for r in box), *parts, *text.below]


@pytest.mark.parametrize("name", ["scan/sales.pdf", "scan/copy.pdf"])
def test_the_second_is_asked_where_the_first_doubts_and_the_third_where_doubt_remains(
    name: str, readers: Readers
) -> None:
    second, third = Spy("second", "no"), Spy("third", "no")
    text = recognize(layout_of(name), Readers(readers.first, (second, third)))
    for run in runs_of(text):
        names = [r.reader for r in run.readings]
        if "second" in names:
            assert is_doubtful(run.readings[0]), run
        if "third" in names:
            assert names[-2:] == ["second", "third"] and run.readings[0].text != "no"
    assert 0 < len(third.asked) <= len(second.asked)


def test_on_a_clean_scan_the_first_is_mostly_alone(readers: Readers) -> None:
    second = Spy("second", "no")
    text = recognize(layout_of("scan/sales.pdf"), Readers(readers.first, (second,)))
    assert len(second.asked) < 0.3 * len(runs_of(text))


@pytest.mark.parametrize(
    "name", ["scan/sales.pdf", "scan/fax.tif", "scan/paper-1996.pdf", "more/form-5.pdf"]
)
def test_over_the_header_only_what_tells_is_read_and_asked_again(
    name: str, readers: Readers
) -> None:
    """The form's number, its name, the check boxes' captions; not the acts, nor a check box itself
    as a letter.
    """
    second = Spy("second", "no")
    above = recognize(layout_of(name), Readers(readers.first, (second,))).above
    said = " / ".join(r.text for r in above)
    assert (
        re.search(r"FORM [45]", said)
        and "STATEMENT OF CHANGES IN BENEFICIAL" in said
        and "Instruction 1(b)" in said
    )
    assert not re.search(r"Filed pursuant|Holding Company Act|Exchange Act of 1934", said)
    heard = [r for r in above if len(r.readings) > 1]
    assert all(
        r.box.width / r.cap_height >= 2 and r.box.height <= 2.6 * r.cap_height for r in heard
    ), heard


@pytest.mark.parametrize("name", ["scan/sales.pdf", "scan/fax.tif", "scan/copy.pdf"])
def test_value_and_marks_are_apart_in_words_and_in_place(name: str, readers: Readers) -> None:
    text = recognize(layout_of(name), Readers(readers.first))
    marked = [
        line for cell in text.cells.values() for line in cell.lines if line.marks and line.value
    ]
    assert marked
    for line in marked:
        assert line.value and line.marks
        assert not set(line.value.text) & set("⁽⁾¹²³()") or line.value.text.count(
            "("
        ) == line.value.text.count(")")
        assert line.value.box.x1 <= line.marks.box.x0 + 0.6 * line.whole.cap_height


@pytest.mark.parametrize(
    ("text", "score", "doubtful"),
    [("1,500", 0.999, False), ("1,500", 0.9, True), ("1,5000", 0.999, True), ("03/14/2025", 0.999,
     False),
     ("03/142025", 0.999, True), ("$36.39", 0.999, False), ("", 0.999, True), ("Common Stock",
      0.999, False)],
)  # fmt: skip
def test_a_weak_score_and_figures_without_value_are_doubtful(
    text: str, score: float, doubtful: bool
) -> None:
    assert is_doubtful(Reading("form", text, score)) is doubtful


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("NEWYORK", True),  # two names that the lexicon has
        ("NEW YORK", False),
        ("SUNNYVALE", False),
        ("Sanjose", True),
        ("PALO ALTO", False),
        ("Growth Fund, L.P", True),  # so the line reader has it before a raised mark
        ("Growth Fund, L.P.", False),
    ],
)
def test_words_that_lost_their_space_or_their_last_point_are_asked_about(
    text: str, doubtful: bool
) -> None:
    assert is_doubtful(Reading("form", text, 0.9995)) is doubtful


@pytest.mark.parametrize(
    ("name", "struck"), [("more/corrected.pdf", 1), ("scan/fax.tif", 0), ("scan/copy.pdf", 0)]
)
def test_what_is_struck_out_is_found_as_such(name: str, struck: int, readers: Readers) -> None:
    text = recognize(layout_of(name), Readers(readers.first))
    assert sum(line.whole.struck for cell in text.cells.values() for line in cell.lines) == struck


@pytest.mark.parametrize(
    ("text", "part"),
    [("1,500⁽¹⁾", "⁽¹⁾"), ("$36.39⁽²⁾⁽³⁾", "⁽²⁾⁽³⁾"), ("Options⁽¹⁾, ⁽¹²⁾", "⁽¹⁾, ⁽¹²⁾"), ("⁽⁴⁾",
     "⁽⁴⁾"),
     ("0⁽⁵⁾.", "⁽⁵⁾."), ("1,500", ""), ("Stock⁾", ""), ("⁽Q⁾, L.P.", ""),
      ("By Trust ⁽¹⁾ for Brother", "")],
)  # fmt: skip
def test_marks_are_raised_at_the_end_of_a_line(text: str, part: str) -> None:
    span = raised_part(Reading("form", text, 0.9))
    assert text[slice(*span)] == part if span else not part


@pytest.mark.parametrize(
    ("said", "text"),
    [("1,500⁽¹⁾⁽²⁾", "1,500(1)(2)"), ("Class A Common Stock⁾", "Class A Common Stock"),
     ("⁽Q⁾, L.P.", "(Q), L.P."),
     ("Laufman⁾, attorney", "Laufman, attorney"), ("⁽¹⁾ Held by a trust", "(1) Held by a trust")],
)  # fmt: skip
def test_raised_parentheses_without_figures_are_print_or_dirt(said: str, text: str) -> None:
    assert lowered(said) == text


def test_dirt_in_an_empty_row_is_no_entry(readers: Readers) -> None:
    """Specks of a coarse fax are three of its pixels high: nearly half of the print's letters."""
    with open_document(FIXTURES / "more" / "handwritten.pdf", Settings()) as document:
        page = straight(document.page(1))
    clean = segment(page)
    piece = clean.pieces[0]
    empty = next(
        r
        for r in range(len(piece.rows))
        if not any(piece.cell(r, 0).contains(*g.box.center) for g in clean.glyphs)
    )
    pixels = page.pixels.copy()
    for column in (0, 3, 5, 9):
        x, y = (int(v) for v in piece.cell(empty, column).center)
        pixels[y : y + 13, x : x + 6] = 0
    text = recognize(segment(with_pixels(page, pixels)), readers)
    assert not [key for key in text.cells if key[:2] == (0, empty)]


def test_boxes_around_notes_are_no_header() -> None:
    """A page that goes on with notes, each in a box of its own."""
    layout = layout_of("scan/sales.pdf")
    notes = ((lines.run("1. The trust owns it.", 5),), (lines.run("2. He is its trustee.", 8),))
    page = PageText(layout, (), notes, {}, (lines.run("Remarks:", 11),))
    plain = _without_boxed_text(page)
    assert (plain.header, plain.layout.header) == ((), ())
    assert [r.text for r in plain.below] == [
        "1. The trust owns it.", "2. He is its trustee.", "Remarks:"
    ]  # fmt: skip
    named = (
        lines.run("1. Name and Address of Reporting Person*", 5),
        lines.run("Alder Ann", 6),
    )
    headed = replace(page, header=(named, *notes))
    assert _without_boxed_text(headed) is headed
