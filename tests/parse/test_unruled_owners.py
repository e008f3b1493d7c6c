"""The table of reporting owners of EDGAR's first page, printed without rulings."""

from __future__ import annotations

import numpy as np
import pytest
from lines import run

from ocr_form4.stages.parse.below import sort_below
from ocr_form4.stages.parse.below_fields import put_below
from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.unruled_owners import UNRULED
from ocr_form4_models.editions import edition
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.geometry import Rectification
from ocr_form4_models.layout import PageLayout, Rulings
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run

X01 = edition("edgar-x01")
STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
CAPTIONS = [("Director", 900), ("10% Owner", 1040), ("Officer", 1200), ("Other", 1340)]


def page(number: int, *runs: Run) -> PageText:
    paper = np.full((3300, 2550), 255, np.uint8)
    layout = PageLayout(number, STRAIGHT, paper, (), (), (), (), (), Rulings((), ()), {})
    return PageText(layout, (), (), {}, runs)


def owner(row: int, name: str, mark: str, x: int) -> list[Run]:
    return [
        run(name, row), run("100 MAIN STREET", row + 1), run(mark, row + 1, x),
        run("MENLO PARK, CA 94025", row + 2),
    ]  # fmt: skip


@pytest.fixture
def draft() -> Draft:
    """Two owners on a page, one on the next, where the captions are not printed again."""
    heads = [run(text, 12, x) for text, x in CAPTIONS]
    first = page(
        1, run("Reporting Owners", 10), run("Relationships", 11, 1000),
        run("Reporting Owner Name / Address", 12), *heads,
        *owner(14, "Alder Ann", "X", 940), *owner(17, "Birch Fund, L.P.", "X", 1080),
    )  # fmt: skip
    second = page(
        2, *owner(2, "Cedar Carl", "Chief of Staff", 1190), run("Signatures", 8),
        run("/s/ Ann Alder", 10), run("**Signature of Reporting Person", 11),
    )  # fmt: skip
    draft = Draft({1: STRAIGHT, 2: STRAIGHT})
    put_below(draft, sort_below([first, second], X01), X01)
    return draft


def said(draft: Draft, number: int, leaf: str) -> object:
    base = f"{ROOT}/reportingOwner[{number}]"
    return next(
        (f.value for path, f in draft.fields.items() if path.startswith(base) and leaf in path),
        None,
    )


def test_every_owner_is_found_by_the_captions_and_the_end_of_the_address(draft: Draft) -> None:
    assert [said(draft, k, "rptOwnerName") for k in (2, 3)] == ["Birch Fund, L.P.", "Cedar Carl"]
    for number in (2, 3):
        address = [said(draft, number, leaf) for leaf in ("Street1", "City", "State", "ZipCode")]
        assert address == ["100 MAIN STREET", "MENLO PARK", "CA", "94025"]
    assert (said(draft, 2, "isTenPercentOwner"), said(draft, 2, "isOfficer")) == (True, False)
    assert said(draft, 3, "officerTitle") == "Chief of Staff"


def test_what_was_told_so_is_looked_at(draft: Draft) -> None:
    further = [f for path, f in draft.fields.items() if "reportingOwner[2]" in path]
    assert further and all(UNRULED in f.notes for f in further)


def test_a_line_that_is_no_owners_is_told() -> None:
    below = sort_below(
        [page(1, run("Reporting Owners", 10), run("Something that nobody expects", 14))], X01
    )
    assert [r.text for r in below.unplaced] == ["Something that nobody expects"]
