"""The check marks of pages that were read: all that editions have, by their captions."""

from __future__ import annotations

import pytest
from documents import FIXTURES

from ocr_form4.filing import read_pages
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.text import captions as cap
from ocr_form4_models.check_mark import CheckMarks
from ocr_form4_models.editions import Marks, edition


def marks_of(name: str, readers: Readers) -> list[CheckMarks]:
    """Of every page of a fixture."""
    settings = Settings()
    with open_document(FIXTURES / name, settings) as document:
        pages = read_pages(document, readers, settings)
        return [p.text.check_marks for p in pages if p.text]


@pytest.mark.parametrize(
    ("name", "kind", "marked"),
    [
        ("scan/as-filed.pdf", Marks.CELL, {cap.OFFICER, cap.ONE_PERSON}),
        ("more/set-by-a-printer.pdf", Marks.BOX, {cap.DIRECTOR, cap.ONE_PERSON}),
    ],
)
def test_a_mark_is_told_by_its_caption_and_seen_where_its_edition_has_it(
    name: str, kind: Marks, marked: set[str], readers: Readers
) -> None:
    first, *others = marks_of(name, readers)
    found = {caption: choice.by(kind) for caption, choice in first.choices.items()}
    assert set(found) == {text for captions in cap.CHOICES.values() for text in captions}
    assert {caption for caption, mark in found.items() if mark.value} == marked
    assert not any(mark.doubt for mark in found.values())
    # in squares that are not there nothing is marked; one that is there is seen by any edition
    by_other = (Marks.BOX, set()) if kind is Marks.CELL else (Marks.CELL, marked)
    also = {caption for caption, choice in first.choices.items() if choice.by(by_other[0]).value}
    assert also == by_other[1]
    assert not any(page.boxes or page.choices for page in others)


def test_the_boxes_over_the_header_are_told_whatever_the_edition(readers: Readers) -> None:
    """A Form 5 has three of them, of which the last is crossed here."""
    captions = {text: name for name, text in edition("edgar-form5").check_boxes.items()}
    (page,) = marks_of("more/form-5.pdf", readers)
    assert {name: page.boxes[text].value for text, name in captions.items()} == {
        "notSubjectToSection16": False,
        "form3HoldingsReported": False,
        "form4TransactionsReported": True,
    }
