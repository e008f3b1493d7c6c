"""A filing's own words: taken where a reader saw them, never without a note, and never between two
words that everybody knows.
"""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.own_words import NEARLY_ANOTHER, tell_nearly_own_words, with_own_words
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code

NOTE = "/ownershipDocument/footnotes/footnote[@id='F9']"


def text(kind: Kind, value: str, *readings: str, score: float = 0.95) -> Field:
    said = tuple(
        Reading(name, said, score, words=(score,) * len(said.split()))
        for name, said in zip(("form", "paddle", "tesseract"), readings or (value,), strict=False)
    )
    return Field(kind, value, said, (Candidate(value, 1.0),))


def filing(elsewhere: str, times: int, value: str, *readings: str) -> Filing:
    """A filing that surely says ``elsewhere`` so many times, and has a note in doubt."""
    fields = {
        f"/ownershipDocument/footnotes/footnote[@id='F{k + 1}']": text(Kind.FOOTNOTE, elsewhere)
        for k in range(times)
    }
    doubted = text(Kind.FOOTNOTE, value, value, *readings, score=0.5)
    return Filing("edgar-x05", {**fields, NOTE: doubted}, {}, ())


@pytest.mark.parametrize(
    ("elsewhere", "value", "other", "becomes"),
    [
        ("Xelva, Inc. is the Issuer.", "sold by Xeiva Inc.", "sold by Xelva, lnc.",
         "sold by Xelva Inc."),
        ("Held by Xelva.", "Held by (lelva), a fund.", "Held by Xelva, a tund.",
         "Held by (Xelva), a fund."),
        ("Held by Trask.", "Held by Track.", "Held by Trask.", "Held by Trask."),
        ("Sold by Xelva, Inc.", "held by Xelva. Inc.", "held by Xelva, Inc.",
         "held by Xelva, Inc."),
        ("Sold by ARX CORP.", "held by A RX CORP.", "held by ARX CORP.", "held by ARX CORP."),
    ],
)  # fmt: skip
def test_what_a_filing_says_elsewhere_is_taken_where_a_reader_saw_it(
    elsewhere: str, value: str, other: str, becomes: str
) -> None:
    found = with_own_words(filing(elsewhere, 3, value, other)).fields[NOTE]
    assert found.value == becomes
    assert [note.code for note in found.notes] == [Code.SETTLED_BY_SENSE]


@pytest.mark.parametrize(
    ("elsewhere", "times", "value", "other"),
    [
        ("Held by Xelva.", 2, "Held by Xeiva.", "Held by Xelva."),  # said too seldom
        ("Held by Xelva.", 5, "Held by Xeiva.", "Held by Xeiva."),  # nobody saw it here
        ("Held by Xelva.", 5, "Held by Brown.", "Held by Xelva."),  # nothing like it
        ("Shares of a plan.", 5, "One share of it.", "One shares of it."),  # known, both
        (
            "Held by Xelva, Inc.",
            5,
            "Held by Xelva. LLC",
            "Held by Xelva, LLC",
        ),  # never so before it
        ("Class A Common Stock.", 5, "Class A common stock.", "Class A Common stock."),
        ("Held by Fund 2020.", 5, "Held by Fund 2010.", "Held by Fund 2020."),  # figures
    ],
)
def test_what_is_no_misreading_of_its_own_words_stays(
    elsewhere: str, times: int, value: str, other: str
) -> None:
    found = with_own_words(filing(elsewhere, times, value, other)).fields[NOTE]
    assert (found.value, found.notes) == (value, ())


ISSUER = "/ownershipDocument/issuer/issuerName"


@pytest.mark.parametrize(
    ("name", "value", "looked_at"),
    [
        ("Microsoft Corp", "One share of Microsoit stock.", True),
        ("MICROSOFT CORP", "One share of Microsoft stock.", False),
        ("Visa Inc.", "One share of Visas stock.", False),  # too short to tell
        ("Trasks Inc.", "One share of tracks.", False),  # a word that everybody knows
        ("Xelvas Inc.", "One share of Xelvas Holding, by Velvas.", True),
    ],
)
def test_a_word_that_is_nearly_the_issuers_name_is_looked_at(
    name: str, value: str, looked_at: bool
) -> None:
    fields = {ISSUER: text(Kind.NAME, name), NOTE: text(Kind.FOOTNOTE, value)}
    told = tell_nearly_own_words(Filing("edgar-x05", fields, {}, ()))
    assert (told.fields[NOTE].notes == (NEARLY_ANOTHER,)) is looked_at
    assert told.fields[ISSUER].notes == ()


def test_a_word_that_is_nearly_one_said_three_times_as_often_is_looked_at() -> None:
    told = tell_nearly_own_words(filing("Held by the Xelvan trust.", 3, "Held by Xelvau."))
    assert [NEARLY_ANOTHER in f.notes for f in told.fields.values()] == [False] * 3 + [True]
