"""What was not surely found is looked at whole, however well it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from documents import FIXTURES

from ocr_form4.filing import DividedPage, divide_pages
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import judge
from ocr_form4.stages.parse import parse
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import recognize
from ocr_form4_models.field import Field, Status
from ocr_form4_models.form4 import ROOT, Table
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code


@pytest.fixture(scope="module")
def page(readers: Readers) -> PageText:
    with open_document(FIXTURES / "scan" / "black-and-white.png", Settings()) as document:
        divided = next(divide_pages(document, readers))
    assert isinstance(divided, DividedPage)
    return recognize(divided.layout, readers)


def doubted(page: PageText) -> set[str]:
    """The paths that are up for review since their place is a guess."""
    filing = judge(parse([page]).filing, (), Settings())
    guessed = [
        p for p, f in filing.fields.items() if any(n.code is Code.GUESSED_PLACE for n in f.notes)
    ]
    assert [p for p in guessed if filing.fields[p].status is Status.ACCEPTED] == []
    return set(guessed)


def fields_of(page: PageText) -> Mapping[str, Field]:
    return parse([page]).filing.fields


def test_a_page_that_is_whole_has_no_guess(page: PageText) -> None:
    assert doubted(page) == set()


def test_where_a_table_is_not_found_the_other_s_rows_are_looked_at(page: PageText) -> None:
    """A stamp over a caption made one table's rows the other's."""
    pieces = tuple(replace(p, table=Table.II) for p in page.layout.pieces)
    taken = replace(page, layout=replace(page.layout, pieces=pieces))
    rows = {path for path in fields_of(taken) if f"{Table.II.value}/" in path}
    assert rows and rows <= doubted(taken)


@pytest.mark.parametrize("captioned", [True, False])
def test_a_table_that_is_not_found_has_a_row_that_nobody_read(
    page: PageText, captioned: bool
) -> None:
    """A streak divided it like the header; what stood in it must not be lost unseen. The row is
    where its caption is read, if that is.
    """
    pieces = tuple(p for p in page.layout.pieces if p.table is not Table.I)
    lost = replace(page, layout=replace(page.layout, pieces=pieces))
    run = page.below[0]
    caption = Reading("form", "1. Title of Security (Instr. 3)", 0.99)
    told = replace(lost, below=(replace(run, readings=(caption,)), *page.below))
    row = f"{ROOT}/{Table.I.value}/nonDerivativeTransaction[1]/"
    found = fields_of(told if captioned else lost)
    of_row = {p: f for p, f in found.items() if p.startswith(row)}
    assert len(of_row) >= 10 and all(f.value is None and f.place for f in of_row.values())


def test_a_signature_without_its_caption_is_looked_at(page: PageText) -> None:
    cut = replace(page, below=tuple(r for r in page.below if "ignature" not in r.text))
    assert {p for p in fields_of(cut) if p.startswith(f"{ROOT}/ownerSignature")} <= doubted(cut)


def test_without_the_issuer_s_box_and_the_form_s_number_nothing_is_accepted(page: PageText) -> None:
    bare = replace(page, above=())
    assert doubted(bare) == set(fields_of(bare))
