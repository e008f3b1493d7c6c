"""The issuer's name and its trading symbol, told apart in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lines import STRAIGHT, run

from ocr_form4.stages.parse.fields import STRUCK, Draft
from ocr_form4.stages.parse.header import Header, put_issuer
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.reading import Reading


def issuer_of(text: str, *scores: float) -> tuple[Field, Field]:
    """Name and symbol from a line of box 2, with a reader's score for each of its words."""
    said = Reading("form", text, min(scores), words=scores)
    runs = (
        run("2. Issuer Name and Ticker or Trading Symbol", 0),
        replace(run(text, 1), readings=(said,)),
    )
    header = Header("4", False, True, {"issuer": runs}, Field(Kind.CODE, "4"), False)
    draft = Draft({1: STRAIGHT})
    put_issuer(draft, header)
    return draft.fields[f"{ROOT}/issuer/issuerName"], draft.fields[
        f"{ROOT}/issuer/issuerTradingSymbol"
    ]


@pytest.mark.parametrize(
    ("text", "scores", "name", "symbol"),
    [
        ("YELP INC [ YELP ]", (0.99, 0.98, 0.4, 0.97, 0.3), 0.98, 0.97),
        ("YELP INC [YELP]", (0.99, 0.98, 0.4), 0.98, 0.4),
        ("SQUARE CAPITAL [ SQ ]", (0.3, 0.98, 0.9, 0.97, 0.9), 0.3, 0.97),
    ],
)
def test_a_doubt_of_a_bracket_is_none_of_the_name_or_the_symbol(
    text: str, scores: tuple[float, ...], name: float, symbol: float
) -> None:
    of_name, of_symbol = issuer_of(text, *scores)
    assert of_name.readings[0].confidence == name
    assert of_symbol.readings[0].confidence == symbol
    assert (of_name.value, of_symbol.value) == (
        text.split(" [")[0],
        text.split("[")[1].strip(" ]"),
    )


def test_where_no_bracket_opens_the_symbol_has_even_odds() -> None:
    """The letter read for the bracket may be the symbol's first."""
    of_name, of_symbol = issuer_of("YELP INC YELP ]", 0.99, 0.98, 0.97, 0.9)
    assert of_name.readings[0].confidence == 0.98
    assert of_symbol.readings[0].confidence == 0.5


@pytest.mark.parametrize("behind", ["10", "0 a", "50111"])
def test_what_stands_behind_the_symbol_is_left_out_and_told(behind: str) -> None:
    """A drum's dirt there took the symbol, and made the name longer."""
    scores = (0.9,) * (5 + len(behind.split(" ")))
    of_name, of_symbol = issuer_of(f"Credo Ltd [ CRDO ] {behind}", *scores)
    assert (of_name.value, of_symbol.value) == ("Credo Ltd", "CRDO")
    assert STRUCK in of_name.notes and STRUCK in of_symbol.notes
