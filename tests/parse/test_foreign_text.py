"""What is in a value and may not be the filer's."""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.foreign_text import BEHIND_SYMBOL, LONE, tell_foreign_text
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT, Filing

NAME = f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName"
CITY = f"{ROOT}/reportingOwner[1]/reportingOwnerAddress/rptOwnerCity"
ISSUER = f"{ROOT}/issuer/issuerName"
NOTE, REMARKS = f"{ROOT}/footnotes/footnote[@id='F1']", f"{ROOT}/remarks"
SIGNED = f"{ROOT}/ownerSignature[1]/signatureName"


def noted(path: str, value: str) -> set[str]:
    filing = Filing("edgar-x05", {path: Field(Kind.NAME, value)}, {}, ())
    return {note.text for note in tell_foreign_text(filing).fields[path].notes}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (CITY, "I SAN FRANCISCO II CA"),
        (NAME, "Hoffman Reid I"),
        (ISSUER, "f MongoDB, Inc."),
        (CITY, "l MENLO PARK"),
        (CITY, "L"),
        (CITY, "MENLO PARK L"),
        (NOTE, "I Exhibit 24 - Power of Attorney"),
        (REMARKS, "l. The filing is late."),
    ],
)
def test_a_letter_alone_at_an_end_is_looked_at(path: str, value: str) -> None:
    assert LONE.text in noted(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (NAME, "Riccio Daniel J."),
        (NAME, "HENNESSY JOHN L"),
        (ISSUER, "e.l.f. Beauty, Inc."),
        (ISSUER, "Agilent A"),
        (f"{ROOT}/issuer/issuerTradingSymbol", "U"),
        (SIGNED, "/s/ Ann Alder, for herself and I"),
        (NOTE, "A portion of these shares is held in trust."),
        (NOTE, "1/8th of the grant vested."),
    ],
)
def test_initials_are_not(path: str, value: str) -> None:
    assert LONE.text not in noted(path, value)


def test_what_stands_behind_the_trading_symbol_is_looked_at() -> None:
    assert BEHIND_SYMBOL.text in noted(ISSUER, "Apple Inc. [AAPL] ONE APPLE PARK WAY")
    assert not noted(ISSUER, "INTEL CORP [INTC]")
