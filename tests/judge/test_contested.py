"""What readers say that forbids to accept a field."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from ocr_form4.stages.judge.contested import differs_in_a_sign, is_contested
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import Reading

ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"


@pytest.mark.parametrize(
    ("readings", "contested"),
    [
        ((("$352,384", 0.91), ("$352.384", 0.86), ("$352,384", 0.95)), True),
        ((("$352,384", 0.91), ("$352,384", 0.86)), False),
        ((("$352,384", 0.91), ("$352.384", 0.3)), False),
        ((("$352,384", 0.91), ("$352,384(2)", 0.86)), False),
    ],
)
def test_a_point_that_one_reader_sees_elsewhere_is_looked_at(
    readings: tuple[tuple[str, float], ...], contested: bool
) -> None:
    said = tuple(Reading(f"reader {k}", text, score) for k, (text, score) in enumerate(readings))
    field = Field(Kind.PRICE, Decimal(352384), said)
    assert is_contested("x/transactionPricePerShare/value", field) is contested


@pytest.mark.parametrize(
    ("text", "other", "contested"),
    [("15.805", 0.87, True), ("15.805", 0.998, False), ("15.80", 0.87, False)],
)
def test_three_figures_behind_a_point_of_which_nobody_is_quite_sure_are_looked_at(
    text: str, other: float, contested: bool
) -> None:
    """A fax took the tail of the comma of 15,805: both networks saw a point."""
    said = (Reading("form", text, 0.978), Reading("paddle", text, other))
    path = f"{ROW}/postTransactionAmounts/sharesOwnedFollowingTransaction/value"
    assert is_contested(path, Field(Kind.NUMBER, Decimal(text), said)) is contested


@pytest.mark.parametrize(("value", "contested"), [("12511614", True), ("12511.614", False)])
def test_a_number_that_no_reader_says_to_the_letter_is_looked_at(
    value: str, contested: bool
) -> None:
    """Both see a point. Arithmetic may want a comma there; nobody saw one."""
    said = (Reading("form", "12,511.614", 0.96), Reading("paddle", "12,511.614", 0.75))
    field = Field(Kind.NUMBER, Decimal(value), said)
    path = f"{ROW}/postTransactionAmounts/sharesOwnedFollowingTransaction/value"
    assert is_contested(path, field) is contested


@pytest.mark.parametrize(
    ("text", "contested"),
    [
        ("One share of common stock,", True),
        ("One share of common stock.", False),
        ("One share of common stock. vesting in April.", True),
        ("One share of Apple Inc. common stock.", False),
    ],
)
def test_a_note_that_breaks_off_at_a_comma_or_stops_in_the_middle_is_looked_at(
    text: str, contested: bool
) -> None:
    said = (Reading("form", text, 0.97), Reading("paddle", text, 0.98))
    path = "/ownershipDocument/footnotes/footnote[@id='F1']"
    assert is_contested(path, Field(Kind.FOOTNOTE, text, said)) is contested


@pytest.mark.parametrize(
    ("said", "is_looked_at"),
    [
        ((("form", "P", 0.54), ("paddle", "H", 0.95), ("tesseract", "F", 0.43)), True),
        ((("form", "H", 0.78), ("paddle", "h", 0.55), ("tesseract", "A", 0.6)), True),
        ((("form", "H", 0.85), ("paddle", "h", 0.82), ("tesseract", "A", 0.35)), True),
        ((("form", "P", 0.3), ("paddle", "H", 0.95)), True),
        ((("form", "H", 0.95), ("paddle", "F", 0.49), ("tesseract", "", 0.0)), True),
        ((("form", "H", 0.97), ("paddle", "", 0.9)), False),
    ],
)
def test_a_code_of_which_a_reader_says_another_is_looked_at(
    said: Sequence[tuple[str, str, float]], is_looked_at: bool
) -> None:
    """Faxes: an F as H, P and F, and an A that two readers take for one letter, the third not. In a
    drum's cloud an F was E, surely, and F to one who was not sure.
    """
    field = Field(Kind.CODE, "H", tuple(Reading(*s) for s in said))
    assert is_contested(f"{ROW}/transactionCoding/transactionCode", field) is is_looked_at


def test_marks_of_which_half_a_pair_of_brackets_is_left_are_looked_at() -> None:
    """The first of "(3)(3)(4)" was cut through by a pen's stroke."""

    def marks(text: str) -> Field:
        return Field(Kind.MARKS, "F3 F4", (Reading("form", text, 0.9),))

    assert is_contested(f"{ROW}/footnoteId", marks("3)(3)(4)"))
    assert not is_contested(f"{ROW}/footnoteId", marks("(3)(4)"))


@pytest.mark.parametrize(
    ("score", "others", "contested"),
    [
        (0.14, (("paddle", 0.83),), True),
        (0.14, (("paddle", 0.83), ("tesseract", 0.96)), False),
        (0.93, (("paddle", 0.88),), True),
        (0.97, (("paddle", 0.83),), False),
        (0.65, (("paddle", 0.02), ("tesseract", 0.9)), True),
    ],
)
def test_a_name_that_nobody_knows_and_one_reader_alone_says_is_looked_at(
    score: float, others: Sequence[tuple[str, float]], contested: bool
) -> None:
    """Grünwald, of whom the other readers know no ü: the form's own reader says Grunwald too, and
    hardly believes it.
    """
    text = "/s/ Dana R. Cole for Lucia Grunwald"
    words = (0.99, 0.99, 0.99, 0.99, 0.99, 0.99, score)
    said = (Reading("form", text, score, words=words), *(Reading(r, text, s) for r, s in others))
    path = "/ownershipDocument/ownerSignature[1]/signatureName"
    assert is_contested(path, Field(Kind.NAME, text, said)) is contested


@pytest.mark.parametrize(
    ("text", "contested"),
    [
        ("(i) upon a transfer, or (ii) upon death, or (i) upon such date.", True),
        ("(i) upon a transfer, or (ii) upon death, or (iii) upon such date.", False),
        ("On the earlier of (i) June 7, 2020 or (i) the next annual meeting.", True),
        ("Upon request to the SEC staff, t he issuer or a holder.", True),
        ("On the first anniversary after L the date of separation.", True),
        ("Delivery of the shares to es to the person is deferred.", True),
        ("It is due to him de facto on the 16 th of May, if so agreed.", False),
        ("The Trust purchased 56.915 shares on that date.", True),
        ("The Trust purchased 56,915 shares at $56.915 on that date.", False),
        ("Convertible Series B preferred stock, and Class C shares.", False),
        ("Valeant (f/k/a Biovail), by Mr. B. and a trust.", False),
        ("(ii) upon such date as is specified.", True),
        ("Upon request by the staff, the issuer, or a holder of the Issuer.", True),
        ("Upon request by the staff, the Issuer, or a holder of the Issuer.", False),
        ('An option on Class C Capital "Stock of the Company.', True),
        ('A restricted stock unit (an "RSU") of the Company.', False),
        ("vesting date. Exhibit 24 - Power of Attorney", True),
        ("eBay Inc. grants the options.", False),
        ("At prices from $1,000.380 to $1,001,360, inclusive.", True),
        ("At prices from $1,000.380 to $1,001.360, inclusive.", False),
    ],
)
def test_a_note_that_is_not_right_in_itself_is_looked_at(text: str, contested: bool) -> None:
    said = (Reading("form", text, 0.99),)
    path = "/ownershipDocument/footnotes/footnote[@id='F1']"
    assert is_contested(path, Field(Kind.FOOTNOTE, text, said)) is contested


def test_a_symbol_that_is_a_word_is_not_known_for_that() -> None:
    """IIN, of which all readers lose an I, and none is sure."""
    said = (Reading("form", "IN", 0.2), Reading("paddle", "IN", 0.02), Reading("t", "IN", 0.6))
    path = "/ownershipDocument/issuer/issuerTradingSymbol"
    assert is_contested(path, Field(Kind.NAME, "IN", said))


@pytest.mark.parametrize(
    ("name", "contested"),
    [
        ("Yeary Frank D C/O INTEL CORPORATION 2200", True),
        ("Yeary Frank D 2200 MISSION COLLEGE BLVD", True),
        ("CapitalG 2015 LP", False),
        ("Street Della W III", True),
    ],
)
def test_a_name_that_goes_on_with_an_address_is_looked_at(name: str, contested: bool) -> None:
    """A scratch took the line under it away. A person of such a name is looked at, too."""
    said = (Reading("form", name, 0.999), Reading("paddle", name, 0.999))
    path = "/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"
    assert is_contested(path, Field(Kind.NAME, name, said)) is contested


@pytest.mark.parametrize(
    ("other", "contested"),
    [
        ("the Business Combination, RTPZ domesticated", True),
        ("the Business Combination. RTPZ domesticated", False),
        ("the Business RTPZ domesticated", False),
    ],
)
def test_a_text_in_which_two_readers_see_other_signs_is_looked_at(
    other: str, contested: bool
) -> None:
    text = "the Business Combination. RTPZ domesticated"
    said = (Reading("form", text, 0.99), Reading("paddle", other, 0.99))
    assert (
        differs_in_a_sign("/ownershipDocument/remarks", Field(Kind.TEXT, text, said)) is contested
    )


@pytest.mark.parametrize(
    ("word", "contested"), [("PURSJANT", True), ("PURSUANT", False), ("Weebly", False)]
)
def test_a_word_of_a_note_that_is_a_known_one_but_for_a_letter_is_looked_at(
    word: str, contested: bool
) -> None:
    text = f"These shares were sold {word} to a plan of the Issuer."
    said = (Reading("form", text, 0.97), Reading("paddle", text, 0.98))
    path = "/ownershipDocument/footnotes/footnote[@id='F1']"
    assert is_contested(path, Field(Kind.FOOTNOTE, text, said)) is contested
