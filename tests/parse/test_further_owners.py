"""The owners behind the first, from the boxes below the tables."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lines import run

from ocr_form4.stages.parse.below import Below
from ocr_form4.stages.parse.below_fields import put_below
from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.further_owners import (
    NOT_ALONE,
    NOT_REPEATED,
    expect_further_owner,
    put_further_owners,
)
from ocr_form4.stages.parse.owner import put_owner
from ocr_form4_models.editions import edition
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.geometry import Rectification
from ocr_form4_models.reading import Run

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)


def box(name: str) -> list[Run]:
    lines = ("1. Name and Address of Reporting Person*", name, "(Last) (First) (Middle)")
    lines += ("1600 AMPHITHEATRE PARKWAY", "(Street)", "MOUNTAIN VIEW CA 94043")
    return [run(text, k) for k, text in enumerate((*lines, "(City) (State) (Zip)"))]


def owners(*below: str) -> Mapping[str, Field]:
    draft = Draft({1: STRAIGHT})
    put_owner(draft, 1, box("GV 2016 GP, L.L.C."))
    put_further_owners(draft, [box(name) for name in below], has_country=False)
    found = {
        number: draft.fields.get(f"{ROOT}/reportingOwner[{number}]/reportingOwnerId/rptOwnerName")
        for number in range(2, 5)
    }
    return {str(field.value): field for field in found.values() if field}


def test_the_first_box_repeats_the_first_owner() -> None:
    found = owners("GV 2016 GP, L.L.C.", "GV 2016, L.P.", "Alphabet Inc.")
    assert [*found] == ["GV 2016, L.P.", "Alphabet Inc."]
    assert not any(NOT_REPEATED in field.notes for field in found.values())


def test_where_it_does_not_all_are_up_for_review() -> None:
    """The repeated box was lost among a table's rows: the second owner was left out in its place,
    and nobody told.
    """
    found = owners("GV 2016 GP, L.P.", "Alphabet Inc.")
    assert found and all(NOT_REPEATED in field.notes for field in found.values())
    found = owners("Alphabet Inc.", "GV 2016, L.P.")
    assert [*found] == ["Alphabet Inc.", "GV 2016, L.P."]
    assert all(NOT_REPEATED in field.notes for field in found.values())


def test_where_more_than_one_person_files_and_one_is_found_the_second_is_looked_for() -> None:
    draft = Draft({1: STRAIGHT})
    put_owner(draft, 1, box("GV 2016 GP, L.L.C."))
    expect_further_owner(draft)
    assert not any("reportingOwner[2]" in path for path in draft.fields)
    draft.put("page:jointGroupFiling", Field(Kind.FLAG, True))
    expect_further_owner(draft)
    second = [f for path, f in draft.fields.items() if "reportingOwner[2]" in path]
    assert second and all(f.value is None and NOT_ALONE in f.notes for f in second)


@pytest.mark.parametrize(("name", "expected"), [("edgar-x05", True), ("sec1474-2002", False)])
def test_no_second_owner_is_looked_for_where_the_edition_prints_none(
    name: str, expected: bool
) -> None:
    """On paper further owners stand on sheets of the filer's own."""
    draft = Draft({1: STRAIGHT})
    put_owner(draft, 1, box("GV 2016 GP, L.L.C."))
    draft.put("page:jointGroupFiling", Field(Kind.FLAG, True))
    put_below(draft, Below(), edition(name))
    assert any("reportingOwner[2]" in path for path in draft.fields) is expected
