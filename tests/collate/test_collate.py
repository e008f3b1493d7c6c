"""Piles as offices really feed them, recombined from the fixtures' pages: each page back to its
filing.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from documents import FIXTURES

from ocr_form4.filing import ReadPage, read_pages, split_filings
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.collate import Pile, collate, facts_of
from ocr_form4.stages.collate.facts import PageFacts
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.page import PageStatus

pytestmark = pytest.mark.slow

SCANS = {
    "A": "scan/fax.tif",
    "B": "more/group.pdf",
    "C": "scan/paper-2002.pdf",
    "D": "more/thirty-rows.pdf",
}
Pages = dict[str, ReadPage]
"""Pages read, by filing and number: ``A1``."""


@pytest.fixture(scope="module")
def pages_read(readers: Readers) -> Pages:
    found = {}
    for letter, name in SCANS.items():
        with open_document(FIXTURES / name, Settings()) as document:
            pages = read_pages(document, readers, Settings())
            found |= {f"{letter}{page.report.number}": page for page in pages}
    return found


def pile_of(pages: Pages, names: str) -> Pile:
    """The pages collated in the order of their names; ``-`` is a blank page."""
    listed = names.split()
    facts = [facts_as(pages[name], number) for number, name in enumerate(listed, 1) if name != "-"]
    return collate(facts, len(listed))


def facts_as(page: ReadPage, number: int) -> PageFacts:
    assert page.text
    facts = facts_of(page.text, page.report.dpi, (page.report.width, page.report.height))
    return replace(facts, number=number)


def told(pile: Pile, names: str) -> set[str]:
    listed = names.split()
    return {" ".join(listed[n - 1] for n in filing.pages) for filing in pile.filings}


@pytest.mark.parametrize(
    "names",
    [
        "A1 A2 B1 B2 C1 C2",  # as they are
        "A1 B1 C1 C2 B2 A2",  # fronts, then the turned pile's backs
        "A1 B1 C1 A2 B2 C2",
        "D1 D3 A1 B1 B2 A2 - D2",  # a filing of three pages, whose last back is blank
        "C2 C1 B2 B1 A2 A1",  # last page first
        "A2 A1 B2 B1 C2 C1",  # backs before their fronts
        "A2 B2 C2 C1 B1 A1",
        "B2 A1 C2 C1 A2 B1",  # fallen on the floor
    ],
)
def test_each_page_comes_back_to_its_filing(names: str, pages_read: Pages) -> None:
    pile = pile_of(pages_read, names)
    whole = {"A1 A2", "B1 B2", "C1 C2"} if "D1" not in names else {"A1 A2", "B1 B2", "D1 D2 D3"}
    assert told(pile, names) == whole
    assert not any(filing.doubts for filing in pile.filings)


@pytest.mark.parametrize("names", ["A1 A1 A2 C1 C2", "A1 A2 A2 C1 C2", "C1 A1 A2 C2 C1"])
def test_a_page_fed_twice_is_told_and_counts_once(names: str, pages_read: Pages) -> None:
    pile = pile_of(pages_read, names)
    assert told(pile, names) == {"A1 A2", "C1 C2"}
    (again,) = pile.repeated.items()
    listed = names.split()
    assert listed[again[0] - 1] == listed[again[1] - 1]


@pytest.mark.parametrize("names", ["A1 A2 C2", "C2 A1 A2", "A1 A2 B2 C1 C2"])
def test_a_filing_whose_first_page_is_lost_is_none_of_its_neighbours(
    names: str, pages_read: Pages
) -> None:
    pile = pile_of(pages_read, names)
    (orphan,) = [f for f in pile.filings if f.doubts]
    assert told(pile, names) >= {"A1 A2"}
    assert orphan.unsettled == set(orphan.pages)
    assert "the first page, with the header, was not found" in orphan.doubts[0]


@pytest.mark.parametrize("names", ["A1 C2", "C1 A2", "B1 C2", "A1 D3"])
def test_pages_of_two_persons_never_make_a_filing_without_doubt(
    names: str, pages_read: Pages
) -> None:
    pile = pile_of(pages_read, names)
    mixed = [f for f in pile.filings if len(f.pages) > 1]
    assert all(f.doubts and f.unsettled for f in mixed)


def test_what_two_filings_may_claim_is_neithers_for_sure(pages_read: Pages) -> None:
    """Two filings alike to the letter whose last pages lie apart: nothing tells them, and both say
    so.
    """
    names = "A1 B1 A2 A2"
    first, last = facts_as(pages_read["A1"], 1), facts_as(pages_read["A2"], 3)
    other = replace(first, number=2, text=first.text[::-1])
    pile = collate(
        [first, other, last, replace(last, number=4, text=last.text[::-1])], len(names.split())
    )
    assert all(f.doubts for f in pile.filings)
    assert {n for f in pile.filings for n in f.unsettled} == {3, 4}


def test_the_pages_of_no_filing_are_listed_with_the_one_before(pages_read: Pages) -> None:
    pages = [
        numbered(pages_read[name], k) for k, name in enumerate(("A1", "A2", "A1", "C1", "C2"), 1)
    ]
    (first, one), (second, two) = split_filings(pages)
    assert (first.pages, second.pages) == ((1, 2), (4, 5))
    assert [p.report.status for p in one] == [PageStatus.READ, PageStatus.READ, PageStatus.REPEATED]
    assert one[2].report.message == "page 1 once more; skipped"
    assert [p.report.number for p in two] == [4, 5]


def numbered(page: ReadPage, number: int) -> ReadPage:
    assert page.text
    text = replace(page.text, layout=replace(page.text.layout, number=number))
    return ReadPage(replace(page.report, number=number), text)


def test_a_long_pile_takes_no_time(pages_read: Pages) -> None:
    """Sixty filings, fronts first: beyond what is searched, by the usual orders of a pile."""
    fronts = [facts_as(pages_read["A1"], k) for k in range(1, 61)]
    backs = [facts_as(pages_read["A2"], 121 - k) for k in range(1, 61)]
    pages = [
        replace(p, owner=frozenset({chr(65 + k) * 9}), text=chr(65 + k) * 200)
        for k, p in enumerate(fronts)
    ]
    backs = [
        replace(p, signers=frozenset({chr(65 + k) * 9}), text=chr(65 + k) * 200)
        for k, p in enumerate(backs)
    ]
    pile = collate([*pages, *backs[::-1]], 120)
    assert [f.pages for f in pile.filings] == [(k, 121 - k) for k in range(1, 61)]


def test_a_date_typed_wrong_does_not_make_the_signed_page_another_s(pages_read: Pages) -> None:
    """The reporting person's name and six footnotes say more than a year: a filing was signed in
    2001 for 2018.
    """
    first, last = facts_as(pages_read["A1"], 1), facts_as(pages_read["A2"], 2)
    assert last.signed
    notes = tuple(range(1, 7))
    first, last = (
        replace(first, marks=frozenset(notes), notes=()),
        replace(last, marks=frozenset(), notes=notes, signers=first.owner),
    )
    (filing,) = collate([first, replace(last, signed=last.signed.replace(year=2001))], 2).filings
    assert filing.pages == (1, 2) and not filing.doubts


def test_the_same_person_s_other_page_is_doubted_by_its_date_and_footnotes(
    pages_read: Pages,
) -> None:
    first, last = facts_as(pages_read["A1"], 1), facts_as(pages_read["A2"], 2)
    assert last.signed
    other = replace(last, signed=last.signed.replace(year=2001), notes=(4, 5), marks=frozenset({5}))
    assert all(filing.doubts for filing in collate([first, other], 2).filings)
