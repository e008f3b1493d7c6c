"""Name and address of an owner, from the lines of box 1."""

from __future__ import annotations

import pytest
from lines import run, values

from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.owner import FLOWING, STRAY_LINE, UNCAPTIONED, put_owner


@pytest.mark.parametrize(
    ("second", "full"), [("SUITE 101", True), ("2800 SAND HILL ROAD, SUITE 101", False)]
)
def test_behind_a_full_line_of_a_typed_address_the_next_is_no_part_of_its_own(
    draft: Draft, second: str, full: bool
) -> None:
    first = "C/O SEQUOIA CAPITAL 2800 SAND HILL ROAD," if full else "C/O SEQUOIA CAPITAL"
    put_owner(draft, 1, [
        run("1. Name and Address of Reporting Person*", 0), run("Botha Roelof", 1), run("(Last)",
            2),
        run("(First)", 2, 300), run("(Middle)", 2, 480), run(first, 3), run(second, 4),
        run("(Street)", 5),
        run("MENLO PARK", 6), run("CA", 6, 400), run("94025", 6, 500), run("(City)", 7),
    ], is_typed_on=True)  # fmt: skip
    streets = [f for path, f in draft.fields.items() if "Street" in path]
    assert [f.value for f in streets] == ([f"{first} {second}"] if full else [first, second])
    assert all((FLOWING in f.notes) == full for f in streets)


@pytest.mark.parametrize(("second", "stray"), [("1", True), ("0", True), ("12 A ROAD", False)])
def test_a_line_of_an_address_that_is_one_character_leaves_open_which_line_is_which(
    draft: Draft, second: str, stray: bool
) -> None:
    put_owner(draft, 1, [
        run("1. Name and Address of Reporting Person*", 0), run("Musk Elon", 1), run("(Last)", 2),
        run(second, 3), run("444 GULF OF MEXICO DR", 4), run("(Street)", 5), run("AUSTIN", 6),
        run("TX", 6, 400), run("78725", 6, 500), run("(City)", 7),
    ])  # fmt: skip
    streets = [f for path, f in draft.fields.items() if "Street" in path]
    assert [f.value for f in streets] == [second, "444 GULF OF MEXICO DR"]
    assert all((STRAY_LINE in f.notes) == stray for f in streets)


def test_an_address_whose_last_line_is_the_word_street(draft: Draft) -> None:
    put_owner(draft, 1, [
        run("1. Name and Address of Reporting Person*", 0), run("Rosenblum Bruce", 1),
        run("(Last)", 2), run("(First)", 2, 300), run("C/O CITY NATIONAL CORPORATION 555 S. FLOWER",
            3),
        run("STREET", 4), run("(Street)", 5), run("LOS ANGELES", 6), run("CA", 6, 400), run("90071",
            6, 500),
        run("(City)", 7),
    ])  # fmt: skip
    found = values(draft)
    assert found["rptOwnerStreet1"] == "C/O CITY NATIONAL CORPORATION 555 S. FLOWER"
    assert found["rptOwnerStreet2"] == "STREET"
    assert (found["rptOwnerCity"], found["rptOwnerState"]) == ("LOS ANGELES", "CA")


def test_a_caption_that_was_misread_is_no_street_and_an_asterisk_no_name(draft: Draft) -> None:
    put_owner(draft, 1, [
        run("1. Name and Address of Reporting Person8", 0), run("Musk Elon", 1), run("(Last)", 2),
        run("(Fwst)", 2, 300), run("1 TESLA ROAD", 3), run("(Street)", 4), run("AUSTIN", 5),
        run("TX", 5, 400),
        run("78725", 5, 500),
    ])  # fmt: skip
    found = values(draft)
    assert (found["rptOwnerName"], found["rptOwnerStreet1"]) == ("Musk Elon", "1 TESLA ROAD")
    assert "rptOwnerStreet2" not in found


@pytest.mark.parametrize(("zip_code", "is_guess"), [("46385", False), ("", True)])
def test_an_address_typed_without_captions_is_closed_by_its_state_and_zip(
    draft: Draft, zip_code: str, is_guess: bool
) -> None:
    put_owner(draft, 1, [
        run("1. Name and Address of Reporting Person*", 0), run("SWINEHART ROBERT E", 1),
        run("102 HACKNEY LANE", 2), run(f"VALPARAISO, IN {zip_code}".strip(), 3),
    ])  # fmt: skip
    of_address = {p: f for p, f in draft.fields.items() if "reportingOwnerAddress" in p}
    assert values(draft)["rptOwnerStreet1"] == "102 HACKNEY LANE"
    assert all((UNCAPTIONED in f.notes) is is_guess for f in of_address.values())
