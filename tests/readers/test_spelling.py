"""A doubted word is read in the way that makes most sense, of those that the network deems possible
and no others.
"""

from __future__ import annotations

import numpy as np
import pytest

from ocr_form4.readers.spelling import TORN, WEAK, Character, mended, respelt, spelt, words_of
from ocr_form4.text.language import language
from ocr_form4.text.lexicon import is_known

CLASSES = "\0 abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,;$()[]⁽¹⁾"


def answer(
    text: str, slips: dict[int, tuple[str, float]] | None = None
) -> tuple[list[Character], np.ndarray]:
    """What a network answers for a text, a step a character and one of none between; ``slips`` give
    a place another reading beside the text's own, with its probability.
    """
    steps = np.full((2 * len(text), len(CLASSES)), 1e-7, np.float32)
    steps[1::2, 0] = 1.0
    characters = []
    for k, char in enumerate(text):
        other, p = (slips or {}).get(k, ("", 0.0))
        steps[2 * k, CLASSES.index(char)] = 1 - p
        if other:
            steps[2 * k, CLASSES.index(other[0])] = p
            if len(other) > 1:
                steps[2 * k + 1, CLASSES.index(other[1])] = p
                steps[2 * k + 1, 0] = 1 - p
        characters.append(Character(char, 1 - p if other else 0.999, 2 * k, 2 * k + 1))
    return characters, steps


def read(text: str, slips: dict[int, tuple[str, float]] | None = None) -> list[list[Character]]:
    characters, steps = answer(text, slips)
    return respelt(mended(words_of(characters), steps, CLASSES), steps, CLASSES)


def line(words: list[list[Character]]) -> str:
    return " ".join(map(spelt, words))


def test_running_text_tells_a_misread_word_by_what_stands_around_it() -> None:
    said = read(
        "the stall of the Securities and Exchange Commission", {7: ("f", 0.2), 8: ("f", 0.2)}
    )
    assert line(said).startswith("the staff of the Securities")
    assert max(c.score for c in said[1]) <= WEAK, "what was chosen is doubted"
    assert (
        line(read("sold in muluple transactions", {11: ("ti", 0.03)}))
        == "sold in multiple transactions"
    )


@pytest.mark.parametrize(
    ("seen", "printed"),
    [
        ("of the Secunties and Exchange Commission", "of the Securities and Exchange Commission"),
        ("signed by his attomey in fact", "signed by his attorney in fact"),
        ("between the compames named above", "between the companies named above"),
    ],
)
def test_letters_that_ran_together_are_told_apart_where_a_known_word_comes_of_it(
    seen: str, printed: str
) -> None:
    said = read(seen)
    assert line(said) == printed
    assert min(min(c.score for c in word) for word in said) <= WEAK, "what was told is doubted"


def test_letters_of_a_known_word_are_not_told_apart() -> None:
    text = "from them and none of the common fund"
    assert line(read(text)) == text


def test_nothing_is_read_that_the_network_does_not_deem_possible() -> None:
    assert (
        line(read("sold in maltiple transactions", {11: ("w", 0.3)}))
        == "sold in maltiple transactions"
    )
    assert line(read("the stall of the Securities and Exchange Commission")).startswith("the stall")


def test_a_name_that_nobody_knows_stays_as_it_was_seen() -> None:
    said = read("held by Wigmore Xanthippe and by her trust", {11: ("q", 0.3)})
    assert line(said) == "held by Wigmore Xanthippe and by her trust"


def test_figures_are_never_chosen_by_what_is_usual() -> None:
    """The model of the language knows one figure alone: which one it is, the network says."""
    assert language().score(" sold 1,283 shares ") == language().score(" sold 9,704 shares ")
    said = read("a total of 1,283 shares were sold", {12: ("8", 0.45)})
    assert "1,283" in line(said)


def test_a_few_words_of_a_cell_are_not_made_running_text() -> None:
    assert line(read("stall of", {3: ("f", 0.2), 4: ("f", 0.2)})) == "stall of"


@pytest.mark.parametrize(
    ("torn", "whole"),
    [("sold at $947. 570 a share", "sold at $947.570 a share"), ("of 2, 107,672 shares",
     "of 2,107,672 shares"),
     ("at each separ ate price", "at each separate price"),
     ("by Tesla Inc , or its staff", "by Tesla Inc, or its staff")],
)  # fmt: skip
def test_what_a_gap_tore_apart_is_one_and_doubted(torn: str, whole: str) -> None:
    characters, steps = answer(torn)
    words = mended(words_of(characters), steps, CLASSES)
    assert line(words) == whole
    assert min(c.score for word in words for c in word) == TORN


def test_a_bracket_behind_a_gap_is_put_to_its_word_and_nothing_is_doubted_for_that() -> None:
    characters, steps = answer("YELP INC [ YELP ]")
    words = mended(words_of(characters), steps, CLASSES)
    assert line(words) == "YELP INC [ YELP]"
    assert min(c.score for word in words for c in word) > 0.99


@pytest.mark.parametrize(
    "apart",
    ["on March 12, 2004 and", "Sections 2, 10 and 30", "the Fund V L.P. and", "Class A or B"],
)
def test_what_stands_apart_stays_apart(apart: str) -> None:
    characters, steps = answer(apart)
    assert line(mended(words_of(characters), steps, CLASSES)) == apart


def test_marks_above_a_word_are_no_part_of_it() -> None:
    assert (
        line(read("By Trust for the Children⁽¹⁾", {24: ("m", 0.3)}))
        == "By Trust for the Children⁽¹⁾"
    )


def test_a_comma_or_a_point_behind_a_word_is_told_by_the_sentence() -> None:
    text = "any security holder of Tesla, Inc, or the staff"
    said = read(text, {text.index(", or"): (".", 0.04)})
    assert line(said) == "any security holder of Tesla, Inc. or the staff"
    assert min(c.score for c in said[5]) <= 0.1, "what was read against the network is doubted"
    assert line(read(text, {text.index(", or"): (".", 0.004)})) == text


def test_a_word_of_small_letters_that_nobody_knows_is_read_again_however_sure_the_network_is() -> (
    None
):
    said = read("sold in multiple teansactions", {18: ("r", 0.004)})
    assert line(said) == "sold in multiple transactions"
    assert max(c.score for c in said[3]) <= 0.1
    assert (
        line(read("sold in multiple teansactions", {18: ("r", 0.0004)}))
        == "sold in multiple teansactions"
    )


def test_an_amount_that_was_put_together_is_not_torn_again() -> None:
    text = "options to purchase 2, 107,672 shares"
    assert (
        line(read(text, {text.index(" 107"): (CLASSES[0], 0.01)}))
        == "options to purchase 2,107,672 shares"
    )


@pytest.mark.parametrize(
    "word", ["1/8th", "1/10", "2/3%", "25th", "1st", "11th", "22nd", "(1/16th)"]
)
def test_fractions_and_ordinals_are_known_figures(word: str) -> None:
    assert is_known(word)
    assert not is_known("11st")


@pytest.mark.parametrize(
    ("word", "known"), [("RSUs", True), ('("PSUs")', True), ("RSUs.", True), ("rSUs", False)]
)
def test_the_plural_of_an_abbreviation_is_known(word: str, known: bool) -> None:
    assert is_known(word) is known


def test_a_point_nearly_seen_between_letters_is_heard_where_the_sentence_asks_for_it() -> None:
    text = "a trust for which Mr Hoffman is trustee"
    characters, steps = answer(text)
    behind = 2 * text.index(" Hoff") - 1
    steps[behind, CLASSES.index(".")], steps[behind, 0] = 0.16, 0.84
    said = respelt(mended(words_of(characters), steps, CLASSES), steps, CLASSES)
    assert line(said) == "a trust for which Mr. Hoffman is trustee"
    assert min(c.score for c in said[4]) <= 0.2
