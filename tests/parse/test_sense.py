"""Running text set right by sense: only to what a reader saw, and never without a note."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ocr_form4.stages.parse.sense import (
    sensible_text,
    with_commas,
    with_letters_o,
    without_dirt_at_ends,
    without_end_points,
)
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code


def field(value: str, *readings: str) -> Field:
    said = tuple(
        Reading(name, text, 0.9)
        for name, text in zip(("form", "paddle", "tesseract"), readings, strict=False)
    )
    return Field(Kind.FOOTNOTE, value, said, (Candidate(value, 1.0),))


@pytest.mark.parametrize(
    ("value", "other", "text"),
    [
        ("Option is fully vested,", "Option is fully vested.", "Option is fully vested."),
        ("the price is a mean.", "The price is a mean.", "The price is a mean."),
        ("Shares sold on 12/22/2003", "Shares sold on 12/22/2003.", "Shares sold on 12/22/2003."),
        ("Held by (I) a trust and (i) a fund.", "Held by (1) a trust and (ti) a fund.",
         "Held by (i) a trust and (ii) a fund."),
        ("Held by (i) a trust, (ii) a fund and (ii) a bank.",
         "Held by (i) a trust, (ii) a fund and (iii) a bank.",
         "Held by (i) a trust, (ii) a fund and (iii) a bank."),
    ],
)  # fmt: skip
def test_what_one_reader_saw_and_sense_asks_for_is_taken_and_noted(
    value: str, other: str, text: str
) -> None:
    settled = sensible_text(field(value, value, other))
    assert settled.value == text
    assert settled.candidates[0].value == text
    assert all(note.code is Code.SETTLED_BY_SENSE for note in settled.notes)
    assert settled.notes


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("Option is fully vested,", "Option is fully vested,"),
        ("See Exhibit 99.1", "See Exhibit 99.1"),
        ("the price is a mean.", "Tile price is a mean."),
        ("Held by (i) a trust and (i) a fund.", "Held by (i) a trust and (i) a fund."),
        ("as defined in (v) and (i) above.", "as defined in (v) and (ii) above."),
    ],
)
def test_what_no_reader_saw_or_nothing_asks_for_stays(value: str, other: str) -> None:
    kept = sensible_text(field(value, value, other))
    assert (kept.value, kept.notes) == (value, ())


@pytest.mark.parametrize(
    ("element", "read", "scores", "becomes"),
    [
        ("rptOwnerName", "Hoffman Reid.", (0.53, 0.89), "Hoffman Reid"),
        ("officerTitle", "Senior Vice President, CFO,", (0.62,), "Senior Vice President, CFO"),
        ("rptOwnerName", "Bear Holdings Inc.", (0.53, 0.89), "Bear Holdings Inc."),
        ("rptOwnerName", "Adams Katherine L.", (0.53, 0.89), "Adams Katherine L."),
        ("rptOwnerName", "Hoffman Reid.", (0.999,), "Hoffman Reid."),
        ("officerTitle", "EVP (Retail).", (0.6,), "EVP (Retail)"),
        ("rptOwnerName", "Dailey Grace E,", (0.93, 0.9), "Dailey Grace E"),
        ("issuerName", "Agilon health, inc.", (0.5,), "Agilon health, inc."),
    ],
)
def test_no_name_ends_in_a_point_that_nobody_is_sure_of(
    element: str, read: str, scores: tuple[float, ...], becomes: str
) -> None:
    readings = tuple(Reading(f"reader {k}", read, score) for k, score in enumerate(scores))
    field = Field(Kind.NAME, read, readings)
    path = f"/ownershipDocument/{element}"
    found = without_end_points(Filing("edgar-x05", {path: field}, {}, ())).fields[path]
    assert found.value == becomes
    assert bool(found.notes) is (becomes != read)


@pytest.mark.parametrize(
    ("element", "read", "value"),
    [
        ("rptOwnerStreet1", "110 RI0 ROBLES", "110 RIO ROBLES"),
        ("rptOwnerName", "0'Brien Deirdre", "O'Brien Deirdre"),
        ("signatureName", "/s/ J0hn R0e", "/s/ John Roe"),
        ("rptOwnerName", "Sacks David 0", "Sacks David O"),
        ("rptOwnerStreet1", "UNIT 0", "UNIT 0"),
        ("rptOwnerStreet1", "10 0AKS ROAD, P.O. BOX 100", "10 0AKS ROAD, P.O. BOX 100"),
        ("rptOwnerStreet1", "FLOOR B20, SUITE A-0", "FLOOR B20, SUITE A-0"),
        ("rptOwnerState", "A0", "A0"),
    ],
)
def test_a_zero_within_a_word_is_the_letter_and_is_looked_at(
    element: str, read: str, value: str
) -> None:
    path = f"/ownershipDocument/{element}"
    filing = Filing("4", {path: field(read, read)}, {}, ())
    settled = with_letters_o(filing).fields[path]
    assert settled.value == value
    assert bool(settled.notes) is (read != value)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ((("ONE WAY 12", 0.24), ("ONE WAY", 0.0), ("ONE WAY", 0.0)), "ONE WAY"),
        ((("0 Common Stock", 0.18), ("Common Stock", 0.1)), "Common Stock"),
        ((("Fund II", 0.97), ("Fund", 0.9)), "Fund II"),
        ((("Fund II", 0.3), ("Fund Il", 0.9)), "Fund II"),
    ],
)
def test_a_short_word_at_an_end_that_another_reader_does_not_see_is_left_out_and_marked(
    said: tuple[tuple[str, float], ...], left: str
) -> None:
    seen = tuple(Reading(f"reader {k}", *reading) for k, reading in enumerate(said))
    value = said[0][0]
    named = Field(Kind.NAME, value, seen, (Candidate(value, 1.0),))
    found = without_dirt_at_ends(Filing("edgar-x05", {"/a/value": named}, {}, ())).fields[
        "/a/value"
    ]
    assert found.value == left
    assert (Code.OVERLAID in {n.code for n in found.notes}) is (left != value)


@pytest.mark.parametrize(
    ("kind", "value", "other", "becomes"),
    [
        (Kind.FOOTNOTE, "in equal tranches. beginning on April 23", "in equal tranches, beginning",
         "in equal tranches, beginning on April 23"),
        (Kind.FOOTNOTE, 'of Fund ("Principals"). and Fund A', 'of Fund ("Principals"), and Fund A',
         'of Fund ("Principals"), and Fund A'),
        (Kind.NAME, "Natera. Inc.", "Natera, Inc.", "Natera, Inc."),
        (Kind.FOOTNOTE, "in equal tranches. beginning on April 23", "in equal tranches. beginning",
         "in equal tranches. beginning on April 23"),
        (Kind.FOOTNOTE, "of Natera Inc. common stock", "of Natera Inc, common stock",
         "of Natera Inc. common stock"),
        (Kind.FOOTNOTE, "sold by them. He owns none.", "sold by them, He owns none.",
         "sold by them. He owns none."),
    ],
)  # fmt: skip
def test_a_comma_stands_within_a_sentence_where_one_reader_saw_it(
    kind: Kind, value: str, other: str, becomes: str
) -> None:
    text = replace(field(value, value, other), kind=kind)
    found = with_commas(Filing("edgar-x05", {"/a/value": text}, {}, ())).fields["/a/value"]
    assert found.value == becomes
    assert bool(found.notes) is (becomes != value)
