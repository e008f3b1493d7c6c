"""Running text set right by sense: only to what a reader saw, and never without a note."""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.sense import sensible_text
from ocr_form4_models.field import Candidate, Field, Kind
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
        ("Held by (i) a trust and (i) a fund.", "Held by (i) a trust and (i) a fund."),
        ("as defined in (v) and (i) above.", "as defined in (v) and (ii) above."),
    ],
)
def test_what_no_reader_saw_or_nothing_asks_for_stays(value: str, other: str) -> None:
    kept = sensible_text(field(value, value, other))
    assert (kept.value, kept.notes) == (value, ())
