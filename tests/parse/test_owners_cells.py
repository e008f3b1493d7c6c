"""The table of reporting owners as it was divided into cells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from lines import run

from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.owner import put_owner
from ocr_form4.stages.parse.owners_table import (
    DIVIDED,
    NOT_REPEATED,
    TOLD_OTHERWISE,
    OwnerRow,
    joined,
    put_owners,
    rows_of_piece,
)
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT, Table
from ocr_form4_models.geometry import Rectification, union
from ocr_form4_models.layout import PageLayout, Rulings, TablePiece
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellLine, CellText

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
CAPTIONS = ["porting", "Director", "10% Owner", "Officer", "Other"]
OWNERS = ["Alder Ann", "Birch Fund, L.P."]


def cell(*lines: str) -> CellText:
    runs = [run(text, k) for k, text in enumerate(lines)]
    return CellText(union(r.box for r in runs), tuple(CellLine(r) for r in runs))


def page() -> PageText:
    piece = TablePiece(
        Table.I, (0, 400, 500, 600, 700, 800), ((0, 50), (50, 200), (200, 350)), None
    )
    paper = np.full((3300, 2550), 255, np.uint8)
    layout = PageLayout(1, STRAIGHT, paper, (), (piece,), (), (), (), Rulings((), ()), {})
    cells = {(0, 0, c): cell(text) for c, text in enumerate(CAPTIONS)}
    for r, name in enumerate(OWNERS, 1):
        cells[0, r, 0] = cell(name, "100 MAIN STREET", "MENLO PARK, CA 94025")
        cells[0, r, 2] = cell("X")
    return PageText(layout, (), (), cells, ())


def owners(first: str) -> Draft:
    draft = Draft({1: STRAIGHT})
    put_owner(draft, 1, [run("1. Name and Address of Reporting Person", 0), run(first, 1)])
    put_owners(draft, rows_of_piece(page()))
    return draft


def test_captions_are_no_owner_however_the_first_was_cut() -> None:
    assert [row.lines[0][0].text for row in rows_of_piece(page())] == OWNERS


def test_where_the_first_row_is_not_the_first_owner_all_are_looked_at() -> None:
    path = f"{ROOT}/reportingOwner[2]/reportingOwnerId/rptOwnerName"
    assert NOT_REPEATED not in owners("Alder Ann").fields[path].notes
    assert NOT_REPEATED in owners("Cedar Carl").fields[path].notes


def test_an_owner_whose_lines_a_streak_divides_is_one() -> None:
    ann, birch = rows_of_piece(page())
    upper = replace(ann, lines=ann.lines[:1], relations=((), (), (), ()))
    lower = replace(ann, lines=ann.lines[1:])
    one, other = joined([upper, lower, birch])
    assert (one.lines, one.relations, one.notes) == (ann.lines, ann.relations, (DIVIDED,))
    assert other == birch
    assert joined([ann, birch]) == [ann, birch]


def test_an_owner_without_a_state_is_not_joined_to_the_next() -> None:
    ann, birch = rows_of_piece(page())
    abroad: OwnerRow = replace(ann, lines=ann.lines[:2])
    assert joined([abroad, birch]) == [abroad, birch]


def test_a_relationship_of_which_the_table_says_otherwise_is_looked_at() -> None:
    base = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship"
    draft = Draft({1: STRAIGHT})
    put_owner(draft, 1, [run("1. Name and Address of Reporting Person", 0), run(OWNERS[0], 1)])
    for mark in ("isDirector", "isTenPercentOwner"):
        draft.put(f"{base}/{mark}", Field(Kind.FLAG, False))
    put_owners(draft, rows_of_piece(page()))
    assert draft.fields[f"{base}/isDirector"].notes == ()
    assert draft.fields[f"{base}/isTenPercentOwner"].notes == (TOLD_OTHERWISE,)
