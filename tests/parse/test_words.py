"""Two readings of running text become one: word by word, and never a word that neither reader
saw.
"""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.words import join_lines, merge
from ocr_form4.text.lexicon import known_share, lexicon
from ocr_form4_models.reading import Reading


def said(reader: str, text: str, confidence: float = 0.9, words: tuple[float, ...] = ()) -> Reading:
    return Reading(reader, text, confidence, words=words)


def merged(paddle: str, tesseract: str, a: float = 0.9, b: float = 0.9) -> str:
    return merge([said("paddle", paddle, a), said("tesseract", tesseract, b)])[0]


@pytest.mark.parametrize(
    ("paddle", "tesseract", "text"),
    [
        ("Common Stock", "Common Stock", "Common Stock"),
        ("CommonStock", "Common Stock", "Common Stock"),
        ("pursuant to a Rule10b5-1 trading plan", "pursuant to a Rule 10b5-1 trading plan",
         "pursuant to a Rule 10b5-1 trading plan"),
        ("held by a trust", "held hy a trust", "held by a trust"),
        ("hcld by a trust", "held by a trust", "held by a trust"),
        ("By spouse", "~ By spouse", "By spouse"),
        ("“Plan” – see Note’s", '"Plan" - see Note\'s', '"Plan" - see Note\'s'),
        ("Class A Common Stock", "Class Common Stock", "Class A Common Stock"),
    ],
)  # fmt: skip
def test_the_better_word_is_taken(paddle: str, tesseract: str, text: str) -> None:
    assert merged(paddle, tesseract) == text


@pytest.mark.parametrize(
    ("three", "text"),
    [
        (("Ordinary Shares 4", "Ordinary Shares 1", "Ordinary Shares"), "Ordinary Shares"),
        (("0 Lam Yat Tung /", "o Lam Yat Tung a", "Lam Yat Tung"), "Lam Yat Tung"),
        (("Morrison Randi V", "Morrison Randi V", "Morrison Randi"), "Morrison Randi V"),
        (("Schimpf Eric A", "Schimpf Eric", "Schimpf Eric A"), "Schimpf Eric A"),
        (("Fund No 7", "Fund No 1", "Fund No 7"), "Fund No 7"),
        (("I", "1", "l"), "I"),
    ],
)
def test_a_character_at_an_end_of_which_each_reader_makes_something_else_is_dirt(
    three: tuple[str, str, str], text: str
) -> None:
    names = ("form", "paddle", "tesseract")
    scores = (0.8, 0.7, 0.6)
    read = [said(n, t, c) for n, t, c in zip(names, three, scores, strict=True)]
    assert merge(read)[0] == text


def test_the_first_reader_decides_between_names_that_no_lexicon_knows() -> None:
    assert merged("Xqzelbaum", "Xqzelbaurn") == "Xqzelbaum"


def test_a_word_is_taken_by_its_own_score_not_its_lines() -> None:
    paddle = said("paddle", "Xqzelbaurn held 417", 0.2, (0.2, 0.99, 0.99))
    tesseract = said("tesseract", "Xqzelbaum held 477", 0.3, (0.95, 0.9, 0.3))
    assert merge([paddle, tesseract])[0] == "Xqzelbaum held 417"


def test_a_speck_beside_a_word_that_one_reader_does_not_see_is_none_of_it() -> None:
    dirty = Reading("form", "Restricted. Stock", 0.7, words=(0.7, 0.999))
    clean = Reading("paddle", "Restricted Stock", 0.998, words=(0.9999, 0.998))
    assert merge([dirty, clean])[0] == "Restricted Stock"
    sure = Reading("form", "Eventbrite, Inc", 0.95, words=(0.95, 0.999))
    without = Reading("paddle", "Eventbrite Inc", 0.998, words=(0.9999, 0.998))
    assert merge([sure, without])[0] == "Eventbrite, Inc"
    third = Reading("tesseract", "Eventbrite Inc", 0.9, words=(0.9, 0.9))
    assert merge([sure, without, third])[0] == "Eventbrite Inc"
    surer = Reading("form", "Eventbrite, Inc", 0.99, words=(0.99, 0.999))
    assert merge([surer, without, third])[0] == "Eventbrite, Inc"


def test_an_amount_that_a_gap_tears_is_none_and_a_date_has_one() -> None:
    assert merged("purchase 2, 107,672 shares", "purchase 2,107,672 shares") == (
        "purchase 2,107,672 shares"
    )
    assert merged("on July 25, 2013 by him", "on July 25,2013 by him") == "on July 25, 2013 by him"


def test_a_symbol_of_figures_and_a_letter_that_two_readers_see_keeps_its_letter() -> None:
    three = [said("form", "7203.T", 0.998), said("paddle", "7203.T", 1.0)]
    assert merge([*three, said("tesseract", "7203.", 0.57)])[0] == "7203.T"
    torn = [said("form", "$981,91O", 0.9), said("paddle", "$981,91O", 0.9)]
    assert merge([*torn, said("tesseract", "$981,910", 0.9)])[0] == "$981,910"


def test_every_word_merged_was_seen_by_a_reader() -> None:
    paddle, tesseract = (
        "Tbe shares were sold for the accouut",
        "The shares wcre sold fnr the account",
    )
    text, agreed = merge([said("paddle", paddle), said("tesseract", tesseract)])
    assert set(text.split()) <= {*paddle.split(), *tesseract.split()}
    assert text == "The shares were sold for the account"
    assert 0 < agreed < 1


def test_two_neighbouring_words_are_chosen_one_by_one() -> None:
    assert merged("in rnultiple trades", "in multiple tradcs") == "in multiple trades"


def test_agreement_is_whole_where_the_readers_agree_but_for_spaces() -> None:
    assert merge([said("paddle", "CommonStock"), said("tesseract", "Common Stock")])[1] == 1
    assert merge([said("paddle", "Common"), said("tesseract", "Stock")])[1] == 0


def test_a_reader_alone_is_believed_less_where_another_saw_nothing() -> None:
    alone, alone_share = merge([said("paddle", "Common Stock", 0.9)])
    beside, beside_share = merge([said("paddle", "Common Stock", 0.9), said("tesseract", "", 0.0)])
    assert alone == beside == "Common Stock"
    assert beside_share < alone_share


def test_nothing_read_is_nothing() -> None:
    assert merge([]) == ("", 0.0)
    assert merge([said("paddle", ""), said("tesseract", "")]) == ("", 0.0)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["By Kristin Johnston, Attorney-in-", "Fact"], "By Kristin Johnston, Attorney-in-Fact"),
        (["Common", "Stock"], "Common Stock"),
        (["", "Common", "", "Stock", ""], "Common Stock"),
        (["see note -", "below"], "see note - below"),
        ([], ""),
    ],
)
def test_lines_go_on_with_a_space_but_behind_a_hyphen(lines: list[str], text: str) -> None:
    assert join_lines(lines) == text


def test_the_lexicon_knows_a_filers_words_and_not_their_misreadings() -> None:
    assert len(lexicon()) > 500
    assert known_share(["Common", "Stock", "pursuant"]) == 1
    assert known_share(["Cornmon", "Stock"]) == 0.5
    assert known_share(["10b5", "417"]) < 1
    assert known_share([]) == 0


@pytest.mark.parametrize(
    ("form", "paddle", "tesseract", "text"),
    [
        ("Inc. or the stall of the Securities", "Inc. or the staff of the Securities",
         "Inc. or the stall of the Securities", "Inc. or the staff of the Securities"),
        ("prices ranging from $983.990 to $984.980, and sold",
         "prices ranging from $983.990 to $984,980, and sold",
         "prices ranging from $983.990 to $984,980, and sold",
         "prices ranging from $983.990 to $984.980, and sold"),
        ("the first of these will vest on May 25", "the first of these w ill vest on May 25", "",
         "the first of these will vest on May 25"),
    ],
)  # fmt: skip
def test_in_running_text_the_language_and_the_style_of_amounts_decide(
    form: str, paddle: str, tesseract: str, text: str
) -> None:
    readings = [
        said("form", form, 0.6),
        said("paddle", paddle, 0.9),
        said("tesseract", tesseract, 0.9),
    ]
    assert merge(readings)[0] == text


def test_what_a_cell_says_is_not_weighed_by_the_language_of_footnotes() -> None:
    assert (
        merge(
            [said("form", "By Stall"), said("paddle", "By Staff"), said("tesseract", "By Stall")]
        )[0]
        == "By Stall"
    )
