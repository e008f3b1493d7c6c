"""What counts as found in another tool's output: the comparison is only worth something if this is
fair to them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from documents import FIXTURES

from comparing.found import (
    Output,
    edits,
    footnotes,
    form_of,
    printed_forms,
    printed_rows,
    rows_found,
)
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4_models.field import Field, Kind

# from what whole-page Tesseract, RapidOCR and img2table make of fixtures/scan/web-page.pdf and
# as-filed.pdf
TESSERACT = "Restricted 10/15/2025 17,892 02/15/2026 Stock 17,892 71,566"
RAPIDOCR = "CommonStock(restrictedstockunits)\n04/30/2025\nA\n757,756(1)"
IMG2TABLE = (
    "Common Stock (restricted stock units) | 04/30/2025 | A] | 757,756) | 757,756 | None None"
)


@pytest.mark.parametrize(
    ("kind", "value", "text", "found"),
    [
        (Kind.NUMBER, Decimal("17892.0000"), TESSERACT, True),
        (Kind.NUMBER, Decimal("757756"), RAPIDOCR, True),
        (Kind.NUMBER, Decimal("757756"), IMG2TABLE, True),
        (Kind.NUMBER, Decimal("7892"), TESSERACT, False),  # a part of 17,892
        (Kind.NUMBER, Decimal("71.566"), TESSERACT, False),  # a comma is no point
        (Kind.PRICE, Decimal("855.40"), "$855.4(3)", True),
        (Kind.PRICE, Decimal("855.40"), "$855.4³", True),
        (Kind.PRICE, Decimal("855.4"), "$855.43", False),
        (Kind.NUMBER, Decimal("1234567"), "1, 234,567 D", True),
        (Kind.DATE, date(2025, 10, 15), TESSERACT, True),
        (Kind.DATE, date(2025, 4, 3), "4/3/25", True),
        (Kind.DATE, date(2025, 4, 3), RAPIDOCR, False),
        (Kind.NAME, "Common Stock (restricted stock units)", RAPIDOCR, True),
        (Kind.NAME, "Common Stock (restricted stock units)", IMG2TABLE, True),
        (Kind.NAME, "Restricted Stock Unit", TESSERACT, False),
    ],
)
def test_a_value_is_found_however_a_tool_sets_it(
    kind: Kind, value: Decimal | date | str, text: str, found: bool
) -> None:
    form = form_of(Field(kind, value))
    assert form
    assert Output(text).has(form) is found


def test_what_the_blank_form_prints_is_not_looked_for() -> None:
    fields = [
        Field(Kind.CODE, "D"),
        Field(Kind.NUMBER, Decimal(10)),
        Field(Kind.NAME, "OR"),
        Field(Kind.FLAG, True),
    ]
    assert [form_of(f) for f in fields] == [None] * 4


def test_a_filing_has_all_of_its_own_values_and_rows() -> None:
    filing = read_xml((FIXTURES / "truth" / "sales.xml").read_bytes())
    whole = "\n".join(f.text for f in filing.fields.values())
    forms = printed_forms(filing)
    assert len(forms) > 10
    assert all(Output(whole).has(f) for f in forms.values())
    assert all(edits(note, Output(whole).text) == 0 for note in footnotes(filing))
    rows = printed_rows(filing)
    lines = [
        " ".join(f.text for p, f in filing.fields.items() if p.startswith(row))
        for row in filing.row_paths
    ]
    assert rows_found(rows, lines) == len(rows)
    assert rows_found(rows, lines[:1]) == 1


def test_errors_are_counted_against_the_nearest_stretch_of_output() -> None:
    note = "Shares acquired on the vesting of restricted stock units."
    assert (
        edits(note, "(Instr. 3) 1. Shares acquired on the vesting of restr1cted stock  units. 2.")
        == 2
    )
    assert edits(note, "") == len(note)
