"""The verdict on each field: what the threshold means, what the reasons say, and that NAME.json
holds all of it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files

import pytest
from documents import Read

from ocr_form4.formats.evidence_json import read_json, write_json
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import ceiling_of, judge, least_confidence, probability
from ocr_form4.stages.judge.contested import is_contested
from ocr_form4.stages.judge.damage import page_damage
from ocr_form4.stages.judge.features import (
    FEATURES,
    GROUPS,
    Around,
    features,
    page_quality,
    support_of,
)
from ocr_form4.stages.judge.reasons import NOT_FOUND, UNREADABLE, reasons_for
from ocr_form4.stages.judge.wording import WORD_FEATURES
from ocr_form4.stages.parse.foreign_text import LONE, ODD_SIGN, STRANGE_WORD
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.evidence import Evidence, Software, Source
from ocr_form4_models.field import Candidate, Field, Kind, Status
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code, Reason

SHARES = (
    "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"
    "/transactionAmounts/transactionShares/value"
)

NOT_READ_BACK = ("page:individualFiling", "page:jointGroupFiling")


def number(value: int | None, *said: tuple[str, str, float], notes: tuple[str, ...] = ()) -> Field:
    """A number with what each reader said: (reader, text, confidence)."""
    return Field(
        Kind.NUMBER,
        None if value is None else Decimal(value),
        tuple(Reading(*s) for s in said),
        notes=notes,
    )


def verdict(field: Field, checks: tuple[Check, ...] = (), wrong: float = 10) -> Field:
    filing = Filing("edgar-x05", {SHARES: field}, {}, ())
    return judge(filing, checks, Settings(max_wrong_per_10000=wrong)).fields[SHARES]


def breaking(message: str) -> Check:
    return Check("running-holdings", Outcome.BREAKS, (SHARES,), "1", "2", message, Grade.SUSPECT)


@pytest.mark.parametrize(
    "name", ["scan/exercise.pdf", "scan/fax.tif", "scan/copy.pdf", "more/text-layer.pdf"]
)
def test_the_features_are_all_in_the_json(name: str, read: Read) -> None:
    """Whoever fits the confidence again from a run's JSON has what the pipeline had."""
    (evidence,) = read(name)
    again, _, _ = read_json(write_json(evidence, Source(name, "0" * 64, 1), Software({})))
    for path, field in evidence.filing.fields.items():
        if path in NOT_READ_BACK:
            continue
        assert features_of(again, path) == pytest.approx(features_of(evidence, path), abs=1e-6), (
            path,
            field.kind,
        )


@pytest.mark.parametrize("path", NOT_READ_BACK)
def test_the_joint_filing_marks_are_read_back_as_marks(path: str, read: Read) -> None:
    (evidence,) = read("scan/exercise.pdf")
    again, _, _ = read_json(write_json(evidence, Source("exercise.pdf", "0" * 64, 1), Software({})))
    assert evidence.filing.fields[path].kind is Kind.FLAG
    assert again.filing.fields[path].kind is Kind.FLAG


def features_of(evidence: Evidence, path: str) -> tuple[float, ...]:
    filing = evidence.filing
    damage = page_damage(filing, evidence.checks, evidence.pages)[1]
    around = Around(support_of(evidence.checks), page_quality(filing), damage)
    return features(path, filing.fields[path], around)


def test_fewer_wrong_asked_for_means_fewer_accepted(read: Read) -> None:
    """The threshold falls with the rate of wrong fields that may be accepted, and decides where
    nothing is noted.
    """
    (evidence,) = read("scan/copy.pdf")
    before: set[str] = set()
    for wrong in (0, 1, 5, 10, 40, 500, 9_999):
        judged = judge(
            evidence.filing, evidence.checks, Settings(max_wrong_per_10000=wrong), evidence.pages
        ).fields
        accepted = {path for path, field in judged.items() if field.status is Status.ACCEPTED}
        assert all(0 <= field.confidence <= 0.9999 for field in judged.values())
        least = least_confidence(wrong)
        free = {
            path: field
            for path, field in judged.items()
            if ceiling_of(evidence.filing.fields[path]) == 1 and not is_contested(path, field)
        }
        assert accepted == {path for path, field in free.items() if field.confidence >= least}
        assert len(free) > 0.86 * len(judged)
        assert before <= accepted
        before = accepted
    assert before


def test_whatever_is_up_for_review_says_why_and_nothing_else_does(read: Read) -> None:
    (evidence,) = read("scan/copy.pdf")
    for path, field in evidence.filing.fields.items():
        assert bool(field.reasons) == (field.status is Status.REVIEW), path
        assert all(len(reason.text) > 10 and " " in reason.text for reason in field.reasons), path


@pytest.mark.parametrize("wrong", [10, 9999])
def test_a_field_without_a_value_is_never_accepted(wrong: float) -> None:
    nothing = verdict(number(None), wrong=wrong)
    assert (nothing.confidence, nothing.status) == (0, Status.REVIEW)
    assert nothing.reasons == (NOT_FOUND,)
    inked = verdict(
        number(None, ("paddle", "1,2S0", 0.4), ("tesseract", "1,2S0", 0.5)), wrong=wrong
    )
    assert (inked.confidence, inked.status) == (0, Status.REVIEW)
    assert inked.reasons == (UNREADABLE,)


def test_readers_that_disagree_are_both_quoted() -> None:
    field = number(757576, ("paddle", "757,576", 0.97), ("tesseract", "757,976", 0.96))
    assert reasons_for(SHARES, field, ()) == (
        Reason(Code.READERS_DISAGREE, "the readers disagree: 757,576 / 757,976"),
    )


def test_a_long_text_is_quoted_where_its_readings_differ() -> None:
    text = (
        "The shares were sold in multiple transactions at prices ranging from $166.28 to $167.22, "
        "inclusive."
    )
    readings = (
        Reading("paddle", text, 0.9),
        Reading("tesseract", text.replace("$167.22", "$161.22"), 0.9),
    )
    (reason,) = reasons_for(SHARES, Field(Kind.FOOTNOTE, text, readings), ())
    assert "$167.22" in reason.text and "$161.22" in reason.text
    assert len(reason.text) < 160


def test_a_broken_check_and_a_note_are_reasons() -> None:
    field = number(
        417,
        ("paddle", "417", 0.99),
        notes=(Reason(Code.SETTLED_BY_RULE, "settled by the running holdings"),),
    )
    found = reasons_for(
        SHARES, field, (breaking("97,179 less 417 is 96,762, and 96,726 is stated"),)
    )
    assert [str(r) for r in found] == [
        "settled by the running holdings",
        "97,179 less 417 is 96,762, and 96,726 is stated",
    ]


def test_poor_print_is_a_reason() -> None:
    (reason,) = reasons_for(SHARES, number(417, ("paddle", "417", 0.41)), ())
    assert reason.code is Code.POOR_PRINT and "0.41" in reason.text


def test_what_a_check_says_counts_for_its_own_fields_only() -> None:
    holds = Check("running-holdings", Outcome.HOLDS, (SHARES,), "1", "1", "")
    support = support_of((holds, breaking("x"), replace(holds, outcome=Outcome.UNVERIFIABLE)))
    assert support.holds == {SHARES: 1}
    assert support.breaks[SHARES] > 0
    assert "elsewhere" not in support.holds


def test_features_tell_agreement_from_disagreement() -> None:
    def told(field: Field) -> dict[str, float]:
        return dict(
            zip(FEATURES, features(SHARES, field, Around(support_of(()), 1.0)), strict=True)
        )

    agree = told(number(417, ("paddle", "417", 0.99), ("tesseract", "417", 0.9)))
    differ = told(number(417, ("paddle", "417", 0.99), ("tesseract", "477", 0.9)))
    assert (agree["first agrees"], agree["others agree"], agree["a reading differs"]) == (1, 1, 0)
    assert (differ["first agrees"], differ["others agree"], differ["a reading differs"]) == (
        1,
        0,
        1,
    )
    assert agree["alike"] > differ["alike"]


@pytest.mark.parametrize("note", [LONE, ODD_SIGN, STRANGE_WORD])
def test_what_hardly_any_filer_writes_is_never_accepted(note: Reason) -> None:
    field = Field(Kind.NAME, "SANTA- CLARA", notes=(note,))
    assert ceiling_of(field) < least_confidence(Settings().max_wrong_per_10000)


def test_a_model_is_a_logistic_curve_with_a_ceiling() -> None:
    model = {"bias": 0.0, "weights": [1.0, -1.0], "ceiling": 0.98}
    assert probability(model, (0.0, 0.0)) == 0.5
    assert probability(model, (2.0, 0.0)) == pytest.approx(0.8808)
    assert probability(model, (0.0, 2.0)) == pytest.approx(0.1192)
    assert probability(model, (50.0, 0.0)) == 0.98
    with pytest.raises(ValueError, match="zip"):
        probability(model, (1.0,))


def test_every_group_of_fields_has_a_fitted_model_with_its_card() -> None:
    data = json.loads((files("ocr_form4_models") / "weights" / "confidence.json").read_text())
    assert data["models"].keys() >= set(GROUPS.values())
    assert tuple(data["card"]["features"]) == FEATURES
    fields = [m for name, m in data["models"].items() if not name.endswith(" words")]
    assert all(len(m["weights"]) == len(FEATURES) and 0.5 < m["ceiling"] < 1 for m in fields)
    words = [m for name, m in data["models"].items() if name.endswith(" words")]
    assert len(words) == 2 and all(len(m["weights"]) == len(WORD_FEATURES) for m in words)
    assert data["card"]["ece"] < 0.015 and data["card"]["filings"] >= 30


TITLE = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]/securityTitle/value"


def test_a_title_that_ends_in_a_point_is_looked_at_however_sure_its_readers_are() -> None:
    said = (Reading("form", "Common Stock.", 0.97), Reading("paddle", "Common Stock.", 0.98))
    assert is_contested(TITLE, Field(Kind.NAME, "Common Stock.", said))
    assert not is_contested(
        TITLE, Field(Kind.NAME, "Acme Inc.", (Reading("form", "Acme Inc.", 1),))
    )


def test_a_number_that_readers_differ_on_is_less_sure_than_one_they_agree_on() -> None:
    agree = verdict(number(757576, ("paddle", "757,576", 0.99), ("tesseract", "757,576", 0.96)))
    differ = verdict(number(757576, ("paddle", "757,576", 0.99), ("tesseract", "757,976", 0.96)))
    assert agree.confidence > 0.995 > differ.confidence
    assert differ.status is Status.REVIEW


TICKER = "/ownershipDocument/issuer/issuerTradingSymbol"


@pytest.mark.parametrize(
    ("said", "contested"),
    [
        ((("form", "SCO", 0.96), ("paddle", "SCWO", 0.8), ("tesseract", "SCwO", 0.6)), True),
        ((("form", "SCO", 0.999), ("paddle", "SCO", 0.99), ("tesseract", "SC0", 0.6)), False),
    ],
)
def test_one_reader_against_two_that_agree_is_looked_at(
    said: tuple[tuple[str, str, float], ...], contested: bool
) -> None:
    field = Field(Kind.TEXT, "SCO", tuple(Reading(*s) for s in said))
    assert is_contested(TICKER, field) is contested
    filing = Filing("edgar-x05", {TICKER: field}, {}, ())
    judged = judge(filing, (), Settings(max_wrong_per_10000=40)).fields[TICKER]
    assert judged.status is Status.REVIEW or not contested


def test_nothing_of_a_further_person_is_accepted_whose_name_is_in_doubt() -> None:
    """A stamp with a date over the signature: its words are no name, and its date none's."""
    path = "/ownershipDocument/ownerSignature[{}]/{}"
    day = date(2009, 3, 12)

    def judged(name: Reading, k: int) -> Status:
        said = (Reading("form", "03/12/2009", 0.999), Reading("paddle", "03/12/2009", 0.999))
        fields = {
            path.format(k, "signatureName"): Field(Kind.NAME, name.text, (name,)),
            path.format(k, "signatureDate"): Field(Kind.DATE, day, said, (Candidate(day, 1.0),)),
        }
        found = judge(Filing("edgar-x05", fields, {}, ()), [], Settings()).fields
        return found[path.format(k, "signatureDate")].status

    stamp = Reading("form", "ReCEIVED 0caaasasecoaa", 0.1)
    assert judged(stamp, 2) is Status.REVIEW
    assert judged(stamp, 1) is Status.ACCEPTED
    assert judged(Reading("form", "/s/ John Smith", 0.9999), 2) is Status.ACCEPTED


@pytest.mark.parametrize("legible", [True, False])
def test_marks_of_a_row_of_which_an_entry_is_hardly_read_are_looked_at(
    legible: bool, read: Read
) -> None:
    """A mark of that entry may be lost in what nobody can read."""
    filing = read("scan/sales.pdf")[0].filing
    row = next(r for r in filing.rows() if f"{r.path}/footnoteId" in filing.fields)
    title = f"{row.path}/securityTitle/value"
    entry = filing.fields[title]
    unread = replace(entry, value=None, readings=(Reading("form", "Corn 6 RA", 0.1),))
    fields = {**filing.fields, title: entry if legible else unread}
    marks = judge(filing.with_fields(fields), (), Settings()).fields[f"{row.path}/footnoteId"]
    assert (marks.status is Status.ACCEPTED) is legible
    assert legible or [r.code for r in marks.reasons] == [Code.UNREAD_MARK]


@pytest.mark.parametrize(
    ("said", "is_looked_at"),
    [
        ((("form", "56,915", 0.42), ("paddle", "56,915", 0.94)), True),
        ((("form", "56,915", 0.67), ("paddle", "56,915", 0.25)), True),
        ((("form", "56,915", 0.77), ("paddle", "56,915", 0.94)), False),
        ((("form", "$500", 0.55), ("paddle", "$500", 0.97)), True),
        ((("form", "29,226", 0.81), ("paddle", "29,226", 0.8)), True),
        ((("form", "43,119", 0.96), ("paddle", "43,119", 0.78)), True),
        ((("form", "43,119", 0.96), ("paddle", "43,119", 0.83)), False),
    ],
)
def test_figures_that_readers_guess_at_are_looked_at(
    said: tuple[tuple[str, str, float], ...], is_looked_at: bool
) -> None:
    assert (ceiling_of(number(56915, *said)) < 1) is is_looked_at
