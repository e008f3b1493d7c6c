"""What is in a value and may not be the filer's."""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.foreign_text import (
    BEHIND_SYMBOL,
    LETTER_MORE,
    LONE,
    ODD_CASE,
    ODD_SIGN,
    STRANGE_WORD,
    TORN,
    tell_foreign_text,
)
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT, Filing

NAME = f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName"
CITY = f"{ROOT}/reportingOwner[1]/reportingOwnerAddress/rptOwnerCity"
ISSUER = f"{ROOT}/issuer/issuerName"
NOTE, REMARKS = f"{ROOT}/footnotes/footnote[@id='F1']", f"{ROOT}/remarks"
STREET = f"{ROOT}/reportingOwner[1]/reportingOwnerAddress/rptOwnerStreet1"
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
        (NAME, "Sacks David 0"),
        (ISSUER, "0 PRINCIPAL FINANCIAL GROUP INC"),
        (CITY, "l MENLO PARK"),
        (CITY, "L"),
        (CITY, "MENLO PARK L"),
        (NOTE, "I Exhibit 24 - Power of Attorney"),
        (REMARKS, "l. The filing is late."),
    ],
)
def test_a_character_alone_at_an_end_is_looked_at(path: str, value: str) -> None:
    assert LONE.text in noted(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (NAME, "Riccio Daniel J."),
        (NAME, "HENNESSY JOHN L"),
        (ISSUER, "e.l.f. Beauty, Inc."),
        (NAME, "SC US GF V HOLDINGS LTD 2012"),
        (STREET, "1 HACKER WAY BUILDING 5"),
        (ISSUER, "Agilent A"),
        (f"{ROOT}/issuer/issuerTradingSymbol", "U"),
        (SIGNED, "/s/ Ann Alder, for herself and I"),
        (NOTE, "A portion of these shares is held in trust."),
        (NOTE, "1/8th of the grant vested."),
    ],
)
def test_initials_are_not(path: str, value: str) -> None:
    assert LONE.text not in noted(path, value)


@pytest.mark.parametrize(
    "value",
    [
        "SANTA- CLARA",
        "ZYNGA-INC",
        "CO SEQUOIA CAPITAL",
        "AVE .",
        "Se e Fo ot no te )",
        "By Trust (1",
    ],
)
def test_a_sign_that_stands_as_in_no_name_is_looked_at(value: str) -> None:
    assert ODD_SIGN.text in noted(CITY, value)


@pytest.mark.parametrize("value", ["Se-Yeon Lee", "O - K Inc.", "By Fund (LP)", "ST., 7TH FL."])
def test_a_sign_that_stands_as_in_names_is_not(value: str) -> None:
    assert ODD_SIGN.text not in noted(CITY, value)


def test_a_symbol_with_a_space_in_it_is_looked_at() -> None:
    symbol = f"{ROOT}/issuer/issuerForeignTradingSymbol"
    assert ODD_SIGN.text in noted(symbol, "RY TO")
    assert not noted(symbol, "RY.TO")


@pytest.mark.parametrize("value", ["374Water inc.", "HOLt WILLIAM", "Growth Fund LLc"])
def test_capitals_and_small_letters_as_in_no_name_are_looked_at(value: str) -> None:
    assert ODD_CASE.text in noted(ISSUER, value)


@pytest.mark.parametrize("value", ["McDonald's Corp", "PSUs", "e.l.f. Beauty, Inc.", "CrowdStrike"])
def test_capitals_and_small_letters_as_in_names_are_not(value: str) -> None:
    assert ODD_CASE.text not in noted(ISSUER, value)


@pytest.mark.parametrize(
    "value",
    ["Represents a continge right.", "Dated July 22. 2003, for all.", "Under an award agrëement."],
)
def test_what_hardly_any_filer_writes_is_looked_at(value: str) -> None:
    assert STRANGE_WORD.text in noted(NOTE, value)


@pytest.mark.parametrize(
    "value",
    [
        "Held by co-trustee's fund.",
        "As of July 22, 2003, 250 shares. 2003 was sold.",
        "Held by Núñez.",
    ],
)
def test_what_filers_write_is_not(value: str) -> None:
    assert STRANGE_WORD.text not in noted(NOTE, value)


def test_what_stands_behind_the_trading_symbol_is_looked_at() -> None:
    assert BEHIND_SYMBOL.text in noted(ISSUER, "Apple Inc. [AAPL] ONE APPLE PARK WAY")
    assert not noted(ISSUER, "INTEL CORP [INTC]")


@pytest.mark.parametrize("value", ["Fact", "/s/ by Ed Rizzuti, Attorney-in-", "for Ann Alder"])
def test_a_signature_that_ends_in_the_middle_or_is_one_word_is_looked_at(value: str) -> None:
    assert noted(SIGNED, value) == {TORN.text}
    assert not noted(SIGNED, "/s/ by Ed Rizzuti, Attorney-in-Fact")


def test_a_known_word_of_an_address_with_a_letter_more_is_looked_at() -> None:
    street = "reportingOwner[1]/reportingOwnerAddress/rptOwnerStreet1"
    assert LETTER_MORE.text in noted(street, "3500 DEER CREEK ROADX")
    assert not noted(street, "1345 AVENUE OF THE AMERICAS")
    assert not noted(street, "12 RUE DE LA PAIXY")
