"""What readers say that forbids to accept a field."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ocr_form4.stages.judge.contested import is_contested
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import Reading


@pytest.mark.parametrize(
    ("readings", "contested"),
    [
        ((("$352,384", 0.91), ("$352.384", 0.86), ("$352,384", 0.95)), True),
        ((("$352,384", 0.91), ("$352,384", 0.86)), False),
        ((("$352,384", 0.91), ("$352.384", 0.3)), False),
        ((("$352,384", 0.91), ("$352,384(2)", 0.86)), False),
    ],
)
def test_a_point_that_one_reader_sees_elsewhere_is_looked_at(
    readings: tuple[tuple[str, float], ...], contested: bool
) -> None:
    said = tuple(Reading(f"reader {k}", text, score) for k, (text, score) in enumerate(readings))
    field = Field(Kind.PRICE, Decimal(352384), said)
    assert is_contested("x/transactionPricePerShare/value", field) is contested


@pytest.mark.parametrize(
    ("text", "contested"),
    [("one share of common stock,", True), ("one share of common stock.", False)],
)
def test_a_note_that_breaks_off_at_a_comma_is_looked_at(text: str, contested: bool) -> None:
    said = (Reading("form", text, 0.97), Reading("paddle", text, 0.98))
    path = "/ownershipDocument/footnotes/footnote[@id='F1']"
    assert is_contested(path, Field(Kind.FOOTNOTE, text, said)) is contested
