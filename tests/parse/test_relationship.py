"""What an owner is to the issuer: the marks, and what is filled in for them."""

from __future__ import annotations

import pytest
from lines import run

from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.relationship import put_relationship
from ocr_form4.text import captions as cap
from ocr_form4_models.check_mark import Caption, CheckMark, Choice
from ocr_form4_models.editions import Marks
from ocr_form4_models.form4 import ROOT

BASE = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship"
CAPTIONS = (cap.DIRECTOR, cap.OFFICER, cap.TEN_PERCENT, cap.OTHER)


def choice(caption: str, line: int, marked: bool) -> Choice:
    found = run(caption, line)
    mark = CheckMark(marked, 0.0, (), 1, found.box, (), False)
    return Choice(Caption(found, found.box.x0), mark, mark)


@pytest.mark.parametrize(
    ("marked", "expected"),
    [(cap.OFFICER, True), (cap.DIRECTOR, False), (None, True)],
)
def test_a_title_may_be_lost_where_an_officer_is_marked_or_nothing_is(
    draft: Draft, marked: str | None, expected: bool
) -> None:
    choices = {c: choice(c, k, c == marked) for k, c in enumerate(CAPTIONS)}
    put_relationship(draft, choices, [], Marks.CELL)
    title = draft.fields.get(f"{BASE}/officerTitle")
    assert (title is not None) is expected
    assert title is None or title.value is None


@pytest.mark.parametrize(
    ("last", "title"),
    [
        ("Officer (give title below) LL, Other (specify below)", None),
        ("Officer (give title below). (5_ Other (specify below)", None),
        ("Officer (give tide below) _ Other (specify below)", None),
        ("VP", "VP"),
    ],
)
def test_what_a_reader_makes_of_check_boxes_between_captions_is_no_title(
    draft: Draft, last: str, title: str | None
) -> None:
    choices = {c: choice(c, k, c == cap.OFFICER) for k, c in enumerate(CAPTIONS)}
    put_relationship(draft, choices, [run("X Director _ 10% Owner", 1), run(last, 5)], Marks.CELL)
    found = draft.fields.get(f"{BASE}/officerTitle")
    assert (found.value if found else None) == title
