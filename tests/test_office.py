"""What offices print on papers is told from what filers write."""

from __future__ import annotations

import pytest
from documents import DATA

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.text.office import has_office_mark, is_office_mark
from ocr_form4_models.field import Kind


@pytest.mark.parametrize(
    "text",
    ["BATES 000123", "SEC-EDGAR 0001447", "ABC_0000012", "CONFIDENTIAL", "000123", "Page 2 of 3",
     "10/05/2004 15:33 FAX 2125550199   P.02", "RECEIVED OCT 05 2004", "P.02",
     "OCT-05-2004 15:33 FROM:ACME LEGAL 2125550199 TO:12025551234 P.2/5"],
)  # fmt: skip
def test_an_office_s_mark_is_told(text: str) -> None:
    assert is_office_mark(text)
    assert has_office_mark(f"/s/ Deirdre O'Brien {text}")


@pytest.mark.parametrize(
    "text", ["CAPITALG 2014 LP", "GV 2016 GP, L.L.C.", "94043", "P.O. BOX 1508", "08/12/2025"]
)
def test_what_filers_write_is_none(text: str) -> None:
    assert not is_office_mark(text)


def test_no_text_of_a_real_filing_is_taken_for_one() -> None:
    kinds = (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE)
    for path in (DATA / "edgar").glob("*.xml"):
        for field in read_xml(path.read_bytes()).fields.values():
            if field.kind in kinds:
                assert not is_office_mark(field.text), field.text
