"""The owners behind the first: below the tables box 1 is repeated for each, the first one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.country import put_country
from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.owner import name_in, put_owner
from ocr_form4.stages.parse.owners_table import NOT_REPEATED, REPEATED
from ocr_form4.text.captions import alike
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code, Reason

_SAME = 100.0
"""Of 100, below which the first owner's name is not the same: all 10 that were read twice, on the
fixtures and 280 scans, are the same to the letter.
"""
NOT_ALONE = Reason(
    Code.NOT_FOUND, "the form is marked as filed by more than one person, and one alone was found"
)
_PARTS = {
    "reportingOwnerId": (Kind.NAME, ("rptOwnerName",)),
    "reportingOwnerAddress": (
        Kind.NAME,
        ("rptOwnerStreet1", "rptOwnerCity", "rptOwnerState", "rptOwnerZipCode"),
    ),
    "reportingOwnerRelationship": (
        Kind.FLAG,
        ("isDirector", "isOfficer", "isTenPercentOwner", "isOther"),
    ),
}
"""What is known of every owner."""


def expect_further_owner(draft: Draft) -> None:
    """A second owner of whom nothing was read, where the form is marked so that there is one. An
    edition that prints no further owners has them on sheets of the filer's own.
    """
    joint = draft.fields.get("page:jointGroupFiling")
    base = f"{ROOT}/reportingOwner[2]"
    if joint is None or not joint.value or any(path.startswith(base) for path in draft.fields):
        return
    for element, (kind, leaves) in _PARTS.items():
        for leaf in leaves:
            draft.put(f"{base}/{element}/{leaf}", Field(kind, None, notes=(NOT_ALONE,)))


def put_further_owners(draft: Draft, boxes: Sequence[Sequence[Run]], has_country: bool) -> None:
    """The fields of further owners, from every box 1 below the tables, the first of which repeats
    the owner in the header and is left out. Where it does not quite, it may be another's.
    """
    if not boxes:
        return
    first = draft.fields.get(f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName")
    known = str(first.value) if first is not None and first.value else ""
    likeness = alike(name_in(boxes[0]), known) if known else _SAME
    before = set(draft.fields)
    for number, runs in enumerate(boxes[1:] if likeness >= REPEATED else boxes, 2):
        put_owner(draft, number, runs)
        if has_country:
            put_country(draft, number, runs)
    if likeness < _SAME:
        for path in draft.fields.keys() - before:
            field = draft.fields[path]
            draft.put(path, replace(field, notes=(*field.notes, NOT_REPEATED)))
