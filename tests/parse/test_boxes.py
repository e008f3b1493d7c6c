"""Which box of the header a line belongs to."""

from __future__ import annotations

from lines import run

from ocr_form4.text.boxes import by_box


def test_an_address_is_box_1s_also_behind_another_box() -> None:
    """A header cut row by row has the rest of box 1 behind the issuer's box."""
    name = [run("1. Name and Address of Reporting Person*", 0), run("Khan Sabih", 1)]
    issuer = [run("2. Issuer Name and Ticker or Trading Symbol", 0, 900)]
    street = [run("(Last)", 3), run("(First)", 3, 300), run("ONE APPLE PARK WAY", 4)]
    fiscal = [run("3. Statement for Issuer's Fiscal Year Ended (Month/Day/Year)", 3, 900)]
    city = [run("(Street)", 6), run("CUPERTINO, CA 95014", 7)]
    boxes = by_box([name, [*issuer, run("Apple Inc. [AAPL]", 1, 900)], street, fiscal, city])
    assert [r.text for r in boxes["name"]] == [r.text for r in (*name, *street, *city)]
    assert boxes["issuer"][-1].text == "Apple Inc. [AAPL]"
