"""The country of an address, as pages since March 2026 print it under city, state and zip."""

from __future__ import annotations

import pytest
from lines import run

from ocr_form4.stages.parse.country import UNKNOWN_COUNTRY, put_country
from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.owner import put_owner
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.geometry import Rectification

STRAIGHT = Rectification(((1, 0, 0), (0, 1, 0), (0, 0, 1)), 2550, 3300)
ADDRESS = f"{ROOT}/reportingOwner[1]/reportingOwnerAddress/rptOwner"


def owner(country: str) -> Draft:
    """An owner whose address ends in that country, which is none where it is empty."""
    runs = [
        run("1. Name and Address of Reporting Person", 0), run("Alder Ann", 1), run("(Last)", 2),
        run("(First)", 2, 300), run("12 QUAI DU LAC", 3), run("(Street)", 4), run("GENEVA", 5),
        run("CA", 5, 400), run("94025", 5, 600), run("(City)", 6), run("(State)", 6, 400),
        run("(Zip)", 6, 600), *([run(country, 7)] if country else []), run("(Country)", 8),
    ]  # fmt: skip
    draft = Draft({1: STRAIGHT})
    put_owner(draft, 1, runs)
    put_country(draft, 1, runs)
    return draft


def test_an_address_whose_country_is_not_known_is_looked_at() -> None:
    """It may have a province instead of a state."""
    fields = owner("GRAND FENWICK").fields
    for name in ("NonUSAddressFlag", "Country"):
        assert fields[ADDRESS + name].value is None, "what is guessed is never accepted"
    for name in ("City", "State", "ZipCode"):
        assert UNKNOWN_COUNTRY in fields[ADDRESS + name].notes
    assert UNKNOWN_COUNTRY not in fields[ADDRESS + "Street1"].notes


@pytest.mark.parametrize("country", ["", "UNITED STATES", "UNITED STATFS"])
def test_an_address_at_home_has_a_state_and_no_country(country: str) -> None:
    fields = owner(country).fields
    assert fields[ADDRESS + "NonUSAddressFlag"].value is False
    assert ADDRESS + "Country" not in fields
    assert fields[ADDRESS + "State"].value == "CA"
    assert not any(UNKNOWN_COUNTRY in f.notes for f in fields.values())


def test_an_address_abroad_has_its_country_and_a_province() -> None:
    fields = owner("SWITZERLAND").fields
    assert fields[ADDRESS + "NonUSAddressFlag"].value is True
    assert fields[ADDRESS + "Country"].value == "V8"
    assert fields[ADDRESS + "NonUSStateTerritory"].value == "CA"
    assert ADDRESS + "State" not in fields
