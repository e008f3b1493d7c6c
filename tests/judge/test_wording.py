"""Each word of a text held against what every reader says in its place."""

from __future__ import annotations

from documents import Read

from ocr_form4.stages.judge.features import word_rows
from ocr_form4.stages.judge.wording import WORD_FEATURES, word_features, words_of
from ocr_form4.stages.parse.fields import joined_readings
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.reading import NOT_ASKED, Reading, Run

TEXT = "held by the vesting trust"


def reading(reader: str, text: str, *scores: float) -> Reading:
    return Reading(reader, text, min(scores, default=0.9), words=scores)


def told(word: str, *readings: Reading, text: str = TEXT) -> dict[str, float]:
    """The features of one word of a text."""
    words = words_of(text, readings)
    rows = word_features(words, readings[0].reader, 0.95)
    return dict(zip(WORD_FEATURES, rows[text.split().index(word)], strict=True))


def run(text: str, *readings: Reading) -> Run:
    box: Box[Upright] = Box(0, 0, 100, 20)
    return Run(1, box, 20, readings or (Reading("form", text, 0.9),))


def test_a_word_is_held_against_the_words_that_stand_in_its_place() -> None:
    first, second = reading("form", TEXT), reading("paddle", "held by the vesung trust")
    words = {w.text: w for w in words_of(TEXT, (first, second))}
    assert words["vesting"].said["form"].score == 0.9
    assert (words["vesting"].said["paddle"].score, words["vesting"].said["paddle"].instead) == (
        None,
        "vesung",
    )
    assert words["trust"].said["paddle"].score == 0.9


def test_a_reader_that_was_not_asked_about_a_line_says_nothing_of_its_words() -> None:
    sure = run("", reading("form", "held by the", 0.99, 0.99, 0.99))
    doubted = run(
        "",
        reading("form", "vesting trust", 0.9, 0.95),
        reading("paddle", "vesung trust", 0.7, 0.99),
    )
    form, paddle = joined_readings([[sure], [doubted]])
    assert form.text == TEXT and form.words == (0.99, 0.99, 0.99, 0.9, 0.95)
    assert paddle.words == (NOT_ASKED, NOT_ASKED, NOT_ASKED, 0.7, 0.99)
    words = words_of(TEXT, (form, paddle))
    assert [("paddle" in w.said) for w in words] == [False, False, False, True, True]


def test_words_that_a_hyphen_joins_over_two_lines_have_one_score() -> None:
    first, second = (
        run("", reading("form", "Attorney-in-", 0.97)),
        run("", reading("form", "Fact for him", 0.8, 0.9, 0.9)),
    )
    (form,) = joined_readings([[first], [second]])
    assert form.text == "Attorney-in-Fact for him" and form.words == (0.8, 0.9, 0.9)


def test_a_word_that_a_reader_sees_and_the_text_lacks_is_its_neighbours_doubt() -> None:
    seen = told(
        "vesting", reading("form", TEXT), reading("paddle", "held by the vesting living trust")
    )
    unseen = told("vesting", reading("form", TEXT), reading("paddle", TEXT))
    assert (
        seen["a word beside it is seen by others"]
        > unseen["a word beside it is seen by others"]
        == 0
    )


def test_what_is_no_language_is_strange() -> None:
    usual = told("vesting", reading("form", TEXT))
    strange = told(
        "vesung", reading("form", "held by the vesung trust"), text="held by the vesung trust"
    )
    assert usual["known"] > strange["known"]
    assert usual["strangest"] > strange["strangest"] + 0.5


def test_readers_that_differ_in_a_point_are_told_from_those_that_differ_in_letters() -> None:
    point = told("trust", reading("form", TEXT), reading("paddle", TEXT + "."))
    letters = told("trust", reading("form", TEXT), reading("paddle", "held by the vesting trnst"))
    assert (point["second differs"], point["differ in letters"]) == (1, 0)
    assert (letters["second differs"], letters["differ in letters"]) == (1, 1)


def test_every_word_of_a_real_fax_is_judged(read: Read) -> None:
    (evidence,) = read("scan/fax.tif")
    notes = [f for f in evidence.filing.fields.values() if f.kind is Kind.FOOTNOTE and f.value]
    assert notes
    for note in notes:
        assert [text for text, _ in word_rows(note, 0.9)] == str(note.value).split()


def test_a_text_of_which_nothing_is_known_has_no_features_missing() -> None:
    field = Field(Kind.NAME, "Xqz", (Reading("form", "Xqz", 0.5),))
    ((text, row),) = word_rows(field, 0.9)
    assert text == "Xqz" and len(row) == len(WORD_FEATURES)


def test_a_sign_that_the_language_does_not_expect_is_told() -> None:
    """Texts that were read and accepted so: a point lost, a speck for a point, a comma's tail."""
    assert likelier("held through Mr Cook's trust.", "Mr") > 2
    assert likelier("held through Mr. Cook's trust.", "Mr.") == 0
    assert likelier("MENLO. PARK", "MENLO.") > 2
    assert likelier("MENLO PARK", "MENLO") == 0
    assert likelier("Sequoia Capital Growth Fund IV; L.P.", "IV;") > 2


def likelier(text: str, word: str) -> float:
    return told(word, reading("form", text), text=text)["another sign likelier"]
