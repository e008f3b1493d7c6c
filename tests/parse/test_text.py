"""Addresses and footnotes from lines as readers spoil them: captions, numbers and dirt told from
text.
"""

from __future__ import annotations

import numpy as np
import pytest
from lines import STRAIGHT, run, values

from ocr_form4.stages.parse import below as parts
from ocr_form4.stages.parse import below_fields as fields
from ocr_form4.stages.parse.below import Below
from ocr_form4.stages.parse.fields import Draft
from ocr_form4.stages.parse.header import Header, put_issuer
from ocr_form4.stages.parse.owner import UNCAPTIONED, put_owner
from ocr_form4.stages.parse.signature_lines import Signed
from ocr_form4_models.editions import edition
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.layout import PageLayout, Rulings
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run


def sort_below(pages: list[PageText]) -> Below:
    return parts.sort_below(pages, edition("edgar-x05"))


def put_below(draft: Draft, below: Below) -> None:
    fields.put_below(draft, below, edition("edgar-x05"))


@pytest.mark.parametrize(
    ("printed", "name", "symbol"),
    [("INTEL CORP [ INTC ]", "INTEL CORP", "INTC"), ("INTEL CORP [INTC]", "INTEL CORP", "INTC"),
     ("JPMORGAN CHASE & CO [ JPM ]", "JPMORGAN CHASE & CO", "JPM"), ("J CORP [ J ]", "J CORP", "J"),
     ("Interval Leisure Group, Inc. [ILG]", "Interval Leisure Group, Inc.", "ILG"),
     ("ISABELLA BANK Corp { ISBA}.", "ISABELLA BANK Corp", "ISBA"), ("IBM CORP (IBM)", "IBM CORP",
      "IBM"),
     ("INTEL CORP I INTC ]", "INTEL CORP", "INTC"), ("INTEL CORP 1 INTC ]", "INTEL CORP", "INTC"),
     ("FOO (HOLDINGS) CORP J JPM ]", "FOO (HOLDINGS) CORP", "JPM"), ("FUND I [ IX ]", "FUND I",
      "IX"),
     ("BERKSHIRE INC [ BRK B ]", "BERKSHIRE INC", "BRK B"), ("INTEL CORP [ ]", "INTEL CORP", ""),
     ("Credo Ltd [ CRDO ] J", "Credo Ltd", "CRDO"), ("Credo Ltd [ CRDO ](7", "Credo Ltd", "CRDO")],
)  # fmt: skip
def test_a_bracket_taken_for_a_letter_is_no_part_of_the_symbol_and_a_first_letter_no_bracket(
    draft: Draft, printed: str, name: str, symbol: str
) -> None:
    put_issuer(draft, issuer_box(printed))
    found = values(draft)
    assert (found["issuerName"], found.get("issuerTradingSymbol", "")) == (name, symbol)


def test_a_symbol_before_which_no_bracket_was_seen_is_doubted(draft: Draft) -> None:
    put_issuer(draft, issuer_box("INTEL CORP INTC ]"))
    symbol = draft.fields["/ownershipDocument/issuer/issuerTradingSymbol"]
    assert symbol.value == "INTC"
    assert symbol.readings[0].confidence <= 0.5


def issuer_box(printed: str) -> Header:
    return Header("4", False, False, {"issuer": (run(printed, 1),)}, Field(Kind.CODE, "4"), False)


@pytest.mark.parametrize(
    ("number", "line", "text"),
    [(5, "S. Reflects securities held.", "Reflects securities held."), (1, "L. The price.",
     "The price."),
     (13, "L3. The price.", "The price."), (2, "(2) The price.", "The price."),
     (3, "3.S. Flower Trust.", "S. Flower Trust."), (3, "3. 3. The price.", "3. The price."),
     (4, "A. Smith holds these.", "A. Smith holds these."), (7, "GSUs vest.", "GSUs vest.")],
)  # fmt: skip
def test_a_footnotes_number_is_cut_off_however_it_was_read(
    draft: Draft, number: int, line: str, text: str
) -> None:
    put_below(draft, Below(footnotes=[(number, [[run(line, 0)]])]))
    assert values(draft)[f"footnote[@id='F{number}']"] == text


def page(*lines: Run) -> PageText:
    blank = PageLayout(
        1, STRAIGHT, np.full((3300, 2550), 255, np.uint8), (), (), (), (), (), Rulings((), ()), {}
    )
    return PageText(blank, (), (), {}, lines)


def test_a_last_line_that_the_signature_s_caption_has_too_belongs_to_the_remarks(
    draft: Draft,
) -> None:
    below = sort_below([page(
        run("Explanation of Responses:", 1), run("1. The trust is owned by the", 2),
        run("Reporting Person.", 3),
        run("Remarks:", 5), run("Each Form 4 will be filed by the", 6), run("Reporting Person.", 7),
        run("By: Aaron Beckman", 7, 1520), run("** Signature of Reporting Person", 8, 1520),
        run("Reminder: Report on a separate line for each class of securities", 9),
        run("beneficially owned directly or indirectly.", 10),
    )])  # fmt: skip
    put_below(draft, below)
    found = values(draft)
    assert found["remarks"] == "Each Form 4 will be filed by the Reporting Person."
    assert found["footnote[@id='F1']"] == "The trust is owned by the Reporting Person."
    assert found["signatureName"] == "By: Aaron Beckman"


def test_a_list_of_exhibits_under_the_notes_is_a_remark_though_no_caption_says_so(
    draft: Draft,
) -> None:
    put_below(draft, sort_below([page(
        run("Explanation of Responses:", 1), run("(1) Held by the trust that", 2),
        run("Exhibit 24 names.", 3), run("Exhibit 24 - Power of Attorney", 4),
    )]))  # fmt: skip
    found = values(draft)
    assert found["footnote[@id='F1']"] == "Held by the trust that Exhibit 24 names."
    assert found["remarks"] == "Exhibit 24 - Power of Attorney"


def test_the_form_s_own_print_among_the_text_is_left_out_to_its_last_line(draft: Draft) -> None:
    below = sort_below([page(
        run("Explanation of Responses:", 1), run("1. Shares sold.", 2),
        run("Reminder: Report on a separate line for each class of securities", 3),
        run("beneficially owned directly or indirectly.", 4),
        run("** Intentional misstatements or omissions", 5),
        run("of facts constitute Federal Criminal Violations", 6),
    )])  # fmt: skip
    put_below(draft, below)
    assert values(draft)["footnote[@id='F1']"] == "Shares sold."


def test_a_footnote_whose_number_a_hole_took_opens_without_its_parenthesis(draft: Draft) -> None:
    below = sort_below([page(
        run("Explanation of Responses:", 1), run("(5) Sold.", 2), run(") Each share converts.", 3),
    )])  # fmt: skip
    put_below(draft, below)
    assert values(draft)["footnote[@id='F6']"] == "Each share converts."


@pytest.mark.parametrize(
    ("read", "value"),
    [("/s/ Michele L. Keusch. attorney-in-fact", "/s/ Michele L. Keusch, attorney-in-fact"),
     ("/s/ John Doe Jr. Attorney-in-Fact", "/s/ John Doe Jr. Attorney-in-Fact"),
     ("Foo Inc. attorney-in-fact", "Foo Inc. attorney-in-fact")],
)  # fmt: skip
def test_no_full_stop_stands_before_a_signer_s_capacity(
    draft: Draft, read: str, value: str
) -> None:
    put_below(draft, Below(signed=Signed(names=[run(read, 1, 1500)])))
    field = draft.fields["/ownershipDocument/ownerSignature[1]/signatureName"]
    assert field.value == value
    assert bool(field.notes) == (value != read)


def test_dirt_in_the_margin_neither_hides_a_footnote_s_number_nor_gets_into_its_text(
    draft: Draft,
) -> None:
    filling = "the shares are held of record by the trust of which he is trustee"
    below = sort_below([page(
        run("Explanation of Responses:", 1), run(f"1. First, {filling}", 2), run(f"/ {filling}.", 3,
            84),
        run(f"- 2. Second, {filling}", 4, 84), run(f"{filling}.", 5),
        run("7 3. Third.", 6, 84, "• 3. Third."),
    )])  # fmt: skip
    put_below(draft, below)
    found = values(draft)
    assert found["footnote[@id='F1']"] == f"First, {filling} {filling}."
    assert found["footnote[@id='F2']"] == f"Second, {filling} {filling}."
    assert found["footnote[@id='F3']"] == "Third."


def test_a_note_s_own_lines_are_no_remarks_where_another_note_follows(draft: Draft) -> None:
    """A short line that ends in a bracket looks like the end of a paragraph, and what follows like
    the remarks.
    """
    filling = "the shares are held of record by the trust of which the person is a trustee"
    below = sort_below([page(
        run("Explanation of Responses:", 1), run(f"(1) First, {filling}", 2), run(filling, 3),
        run(filling, 4),
        run("as amended (Trust)", 5), run("(the Agreement).", 6), run(f"(2) Second, {filling}", 7),
        run(f"{filling}.", 8),
    )])  # fmt: skip
    put_below(draft, below)
    found = values(draft)
    assert (
        found["footnote[@id='F1']"]
        == f"First, {filling} {filling} {filling} as amended (Trust) (the Agreement)."
    )
    assert found["footnote[@id='F2']"] == f"Second, {filling} {filling}." and "remarks" not in found


def test_dirt_before_the_only_number_is_no_text(draft: Draft) -> None:
    put_below(
        draft, sort_below([page(run("Explanation of Responses:", 1), run("/ 1. Shares sold.", 2))])
    )
    assert values(draft)["footnote[@id='F1']"] == "Shares sold."


@pytest.mark.parametrize(
    "remark",
    [
        "Exhibit 24 - Power of Attorney",
        "Remarks: Exhibit 24 - Power of Attorney",
        "Remarks. Exhibit 24 - Power of Attorney",
    ],
)
def test_remarks_on_paper_follow_the_notes_as_a_paragraph_of_their_own(
    draft: Draft, remark: str
) -> None:
    filling = "Shares held of record by the trust of which he is trustee and "
    below = sort_below([page(
        run("Explanation of Responses:", 1), run("(1) " + filling, 2), run(filling, 3), run(filling,
            4),
        run("his heirs.", 5), run("(2) " + filling, 6), run("his spouse.", 7), run(remark, 8),
    )])  # fmt: skip
    put_below(draft, below)
    found = values(draft)
    assert found["footnote[@id='F2']"] == filling + "his spouse."
    assert found["remarks"] == "Exhibit 24 - Power of Attorney"


def test_the_first_word_of_a_torn_caption_opens_the_footnotes_and_a_colon_stands_for_a_point(
    draft: Draft,
) -> None:
    below = sort_below(
        [page(run("Explanation", 1), run("1: Shares sold.", 2), run("2. Shares bought.", 3))]
    )
    put_below(draft, below)
    found = values(draft)
    assert (found["footnote[@id='F1']"], found["footnote[@id='F2']"]) == (
        "Shares sold.",
        "Shares bought.",
    )


def test_a_signature_may_end_in_words_of_its_own_caption(draft: Draft) -> None:
    below = sort_below([page(
        run("Remarks:", 1), run("/s/ Keith R. Lornce, Attorney-in-Fact for the", 2, 1500),
        run("Reporting Person", 3, 1500), run("** Signature of Reporting Person", 4, 1500),
    )])  # fmt: skip
    put_below(draft, below)
    assert (
        values(draft)["signatureName"]
        == "/s/ Keith R. Lornce, Attorney-in-Fact for the Reporting Person"
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("By: Kristin Johnston, Attorney-in-fact For:", "the Reporting Person"),
        ("Signatory for Bank of America", "N.A"),
    ],
)
def test_no_line_of_a_signature_is_lost(draft: Draft, first: str, second: str) -> None:
    below = sort_below([page(
        run("Remarks:", 1), run(first, 2, 1500), run(second, 3, 1500),
        run("** Signature of Reporting Person", 4, 1500),
    )])  # fmt: skip
    put_below(draft, below)
    assert values(draft)["signatureName"] == f"{first} {second}"


def test_a_note_whose_number_is_read_as_a_letter_is_a_note(draft: Draft) -> None:
    below = sort_below([page(
        run("Explanation of Responses:", 1), run("1. Vested at once.", 2), run("2. Held.", 3),
        run("s. Not applicable.", 4), run("4. Sold.", 5),
    )])  # fmt: skip
    put_below(draft, below)
    assert values(draft)["footnote[@id='F3']"] == "Not applicable."


@pytest.mark.parametrize(
    "first", ["11. Vested at once.", ".1. Vested at once.", "1. Vested at once."]
)
def test_a_stroke_or_a_speck_before_a_notes_number_is_none_of_it(draft: Draft, first: str) -> None:
    below = sort_below([page(
        run("Explanation of Responses:", 1), run(first, 2), run("2. Held.", 3), run("13. Sold.", 4),
    )])  # fmt: skip
    put_below(draft, below)
    notes = {k: v for k, v in values(draft).items() if "footnote" in k}
    assert list(notes.values()) == ["Vested at once.", "Held.", "Sold."]


def test_an_address_whose_street_has_lost_its_caption_is_a_guess(draft: Draft) -> None:
    """A black bar over the city took the caption above with it: "KS" became a street, accepted."""
    put_owner(draft, 1, [
        run("1. Name and Address of Reporting Person*", 0), run("Musk Elon", 1), run("(Last)", 2),
        run("(First)", 2, 300), run("12TH FLOOR", 3), run("KS", 5, 400), run("(City)", 6),
        run("(State)", 6, 400),
    ])  # fmt: skip
    address = [f for path, f in draft.fields.items() if "Address/" in path]
    assert address and all(UNCAPTIONED in f.notes for f in address)
    assert (
        UNCAPTIONED
        not in draft.fields[
            "/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"
        ].notes
    )


def test_a_typed_signature_and_its_date_stand_under_their_captions(draft: Draft) -> None:
    """A bar at the table's edge is read as a letter, and signs nothing."""
    typed = edition("ascii-1996-sign")
    below = parts.sort_below([page(
        run("I", 0, 1800), run("Explanation of Responses:", 1),
        run("SIGNATURE OF REPORTING PERSON", 2), run("/s/ Alan H. Foster", 3, 120),
        run("DATE", 4), run("March 13, 2000", 5),
    )], typed)  # fmt: skip
    fields.put_below(draft, below, typed)
    found = values(draft)
    assert (found["signatureName"], found["signatureDate"]) == ("/s/ Alan H. Foster", "2000-03-13")


def test_a_letter_that_stands_apart_from_all_others_signs_nothing(draft: Draft) -> None:
    put_below(draft, sort_below([page(
        run("Explanation of Responses:", 1), run("1. The trust owns it.", 2),
        run("I", 4, 1520), run("/s/ Aaron Beckman", 6, 1520), run("01/02/2024", 6, 2200),
        run("** Signature of Reporting Person", 7, 1520),
    )]))  # fmt: skip
    assert values(draft)["signatureName"] == "/s/ Aaron Beckman"


def test_text_where_notes_stand_without_any_note_is_remarks_that_are_looked_at(
    draft: Draft,
) -> None:
    put_below(draft, sort_below([page(
        run("Explanation of Responses:", 1), run("Exhibit 24 - Power of Attorney", 2),
        run("/s/ Aaron Beckman", 6, 1520), run("** Signature of Reporting Person", 7, 1520),
    )]))  # fmt: skip
    remarks = draft.fields["/ownershipDocument/remarks"]
    assert remarks.value == "Exhibit 24 - Power of Attorney"
    assert fields.UNNUMBERED in remarks.notes


@pytest.mark.parametrize(("first", "expected"), [(82, [82]), (3, [1, 2, 3])])
def test_no_note_is_missing_before_a_high_number_that_nothing_bears_out(
    draft: Draft, first: int, expected: list[int]
) -> None:
    put_below(draft, sort_below([page(
        run("Explanation of Responses:", 1), run(f"{first}. Shares sold under a plan.", 2),
    )]))  # fmt: skip
    notes = [p for p in draft.fields if "/footnotes/" in p]
    assert notes == [f"/ownershipDocument/footnotes/footnote[@id='F{n}']" for n in expected]


def test_text_before_the_second_note_is_the_first_whose_number_was_lost(draft: Draft) -> None:
    put_below(draft, sort_below([page(
        run("Explanation of Responses:", 1), run(". Held by a trust.", 2),
        run("2. Held by a child.", 3),
    )]))  # fmt: skip
    note = draft.fields["/ownershipDocument/footnotes/footnote[@id='F1']"]
    assert note.value == "Held by a trust." and fields.UNNUMBERED in note.notes


def test_a_note_between_one_that_is_there_and_a_mark_is_missing(draft: Draft) -> None:
    draft.marks["/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"] = ("F3",)
    text = page(run("Explanation of Responses:", 0), run("1. Represents the grant.", 1))
    put_below(draft, sort_below([text]))
    notes = {path: f.value for path, f in draft.fields.items() if "/footnote[" in path}
    assert list(notes.values()) == ["Represents the grant.", None, None]


def test_marks_tell_how_many_notes_are_missing_where_none_was_read(draft: Draft) -> None:
    draft.marks["/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"] = ("F3",)
    text = page(run("Explanation of Responses:", 0), run("eptrirrty one spse of teanttonya", 1))
    put_below(draft, sort_below([text]))
    notes = {path: f.value for path, f in draft.fields.items() if "/footnote[" in path}
    assert list(notes.values()) == [None, None, None]
