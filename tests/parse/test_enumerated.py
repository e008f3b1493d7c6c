"""Values that the schema enumerates: what is none of them is told."""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.enumerated import tell_what_is_no_code
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reason import Code

ADDRESS = "/ownershipDocument/reportingOwner[1]/reportingOwnerAddress/rptOwner"


@pytest.mark.parametrize(
    ("state", "zip_code", "told"),
    [
        ("CA", "94025", False),
        ("NY", "10179-0001", False),
        ("NY", "101790001", False),
        ("CA", "0 94025", True),
        ("NY", "10022 0", True),
        ("A1", "V5Y 0A1", False),
        ("", '"94043', True),
        ("X0", "SW1A 1AA", False),
    ],
)
def test_a_zip_code_of_a_state_has_five_or_nine_figures(
    state: str, zip_code: str, told: bool
) -> None:
    fields = {
        f"{ADDRESS}State": Field(Kind.CODE, state),
        f"{ADDRESS}ZipCode": Field(Kind.TEXT, zip_code),
    }
    notes = (
        tell_what_is_no_code(Filing("edgar-x05", fields, {}, ())).fields[f"{ADDRESS}ZipCode"].notes
    )
    assert [n.code for n in notes] == ([Code.NOT_A_CODE] if told else [])
