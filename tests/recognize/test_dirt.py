"""Dirt beside an entry is no part of it, and the entry is looked at. The readings are of scans with
a dirty drum.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from documents import FIXTURES, straight

from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize.dirt import is_seen, seen_part, without_dirt
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.lines import make_line
from ocr_form4_models.geometry import Box
from ocr_form4_models.layout import Glyph, TextLine
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellLine, CellText, Reading, Run


def run(x0: float, x1: float, *said: tuple[str, float], y: float = 100) -> Run:
    readings = tuple(Reading(f"reader {k}", text, score) for k, (text, score) in enumerate(said))
    return Run(1, Box(x0, y, x1, y + 25), 25.0, readings)


NAME = run(120, 400, ("Hoffman Reid", 0.999))
DIRT = run(640, 662, ("38", 0.19), ("", 0.0), ("e", 0.0))
FAINT = run(640, 662, ("4", 0.4), ("4", 0.5))
"""Two readers read it alike: it is print."""
LONG = run(640, 800, ("seh, shn8r", 0.16), ("set", 0.27), ("Bees aaa", 0.0))
"""So long is no speck of dirt, though nobody can read it."""


@pytest.fixture(scope="module")
def empty() -> PageText:
    with open_document(FIXTURES / "scan" / "sales.pdf", Settings()) as document:
        layout = segment(straight(document.page(1)))
    return PageText(layout, (), (), {}, ())


def cell(*runs: Run) -> CellText:
    return CellText(Box(100, 90, 900, 130), tuple(CellLine(r) for r in runs))


def test_dirt_is_left_out_and_what_stands_beside_it_is_marked(empty: PageText) -> None:
    text = without_dirt(replace(empty, header=((NAME, DIRT),), cells={(0, 0, 0): cell(NAME, DIRT)}))
    assert text.header == ((replace(NAME, struck=True),),)
    assert [line.whole for line in text.cells[0, 0, 0].lines] == [replace(NAME, struck=True)]


@pytest.mark.parametrize("other", [FAINT, LONG], ids=["faint", "long"])
def test_print_stays_and_marks_nothing(empty: PageText, other: Run) -> None:
    page = replace(
        empty, header=((NAME, other),), cells={(0, 0, 0): cell(NAME, other)}, below=(NAME, other)
    )
    assert without_dirt(page) == page


def test_what_is_alone_in_its_cell_or_box_stays(empty: PageText) -> None:
    """It may be an entry, and is looked at."""
    page = replace(empty, header=((DIRT,),), cells={(0, 0, 0): cell(NAME), (0, 0, 3): cell(DIRT)})
    assert without_dirt(page) == page


def test_below_the_tables_the_lines_beside_dirt_are_marked(empty: PageText) -> None:
    above, far = (
        replace(NAME, box=Box(120, 60, 400, 85)),
        replace(NAME, box=Box(120, 500, 400, 525)),
    )
    text = without_dirt(replace(empty, below=(above, NAME, DIRT, far)))
    assert text.below == (replace(above, struck=True), replace(NAME, struck=True), far)


@pytest.mark.parametrize("said", ["BATES 000123", "CONFIDENTIAL", "10/05/2004 15:33 FAX P.02"])
def test_what_an_office_printed_beside_a_signature_is_no_part_of_it(
    said: str, empty: PageText
) -> None:
    stamp = run(120, 420, (said, 0.99), y=65)
    signed, far = run(120, 460, ("/s/ Deirdre O'Brien", 0.99)), run(120, 400, ("Note", 0.99), y=700)
    text = without_dirt(replace(empty, below=(stamp, signed, far)))
    assert text.below == (replace(signed, struck=True), far)


def word(x: float, count: int, seen: bool = True, height: float = 25) -> list[Glyph]:
    boxes = [Box(x + 22 * k, 125 - height, x + 22 * k + 17, 125) for k in range(count)]
    return [Glyph(box, 200, seen) for box in boxes]


def line(*words: list[Glyph]) -> TextLine:
    return make_line([g for w in words for g in w])


def test_a_short_word_that_the_network_does_not_see_is_no_part_of_its_line() -> None:
    whole = line(word(100, 6), word(300, 2, seen=False), word(400, 5))
    part = seen_part(whole)
    assert [g.box.x0 for g in part.glyphs] == [100 + 22 * k for k in range(6)] + [
        400 + 22 * k for k in range(5)
    ]


@pytest.mark.parametrize(
    "other",
    [word(300, 9, seen=False), word(300, 1, seen=False, height=5), word(236, 1, seen=False)],
    ids=["as long as a name", "as low as a dash", "a letter of a word that is seen"],
)
def test_what_may_be_print_stays_in_its_line(other: list[Glyph]) -> None:
    whole = line(word(100, 6), other)
    assert seen_part(whole) is whole


def test_a_letter_alone_that_is_not_seen_counts_if_a_reader_is_sure_of_it(empty: PageText) -> None:
    alone = line(word(640, 1, seen=False))
    assert seen_part(alone) is alone
    assert not is_seen(alone)
    sure = replace(run(640, 648, ("I", 0.99)), seen=False)
    unsure = replace(run(640, 648, ("I", 0.74), ("1", 0.84)), seen=False)
    page = replace(
        empty,
        header=((sure,), (unsure,)),
        cells={(0, 0, 0): cell(NAME), (0, 0, 1): cell(sure), (0, 0, 2): cell(unsure)},
    )
    text = without_dirt(page)
    assert text.header == ((sure,), ())
    assert list(text.cells) == [(0, 0, 0), (0, 0, 1)]


def test_a_row_of_specks_is_no_row(empty: PageText) -> None:
    """Each is read as a letter or a figure; in every row there is a word."""
    layout = empty.layout
    speck = run(640, 662, ("0", 0.96), ("0", 0.9))
    held = {(0, 0, 0): cell(NAME), (0, 0, 8): cell(speck)}
    specks = {(0, 1, 0): cell(speck), (0, 1, 4): cell(speck), (0, 1, 8): cell(speck)}
    page = PageText(layout, (), (), held | specks, ())
    assert without_dirt(page).cells == held
    halves = tuple(replace(piece, whole=11) for piece in layout.pieces)
    page = replace(page, layout=replace(layout, pieces=halves))
    assert without_dirt(page).cells == held | specks, "a half without titles may be in letters"


@pytest.mark.parametrize(
    ("said", "stays"),
    [
        ((("I", 0.96), ("1", 0.96), ("", 0.0)), True),
        ((("A", 0.93), ("A", 0.5), ("4", 0.6)), True),
        ((("A", 0.7), ("A", 0.5), ("4", 0.6)), False),
        ((("I", 0.96), ("4", 0.96), ("", 0.0)), False),
        ((("", 0.0), ("", 0.0), ("4", 0.6)), False),
    ],
)
def test_a_letter_alone_that_is_not_seen_counts_in_a_row_of_print_if_two_readers_agree(
    empty: PageText, said: tuple[tuple[str, float], ...], stays: bool
) -> None:
    letter = replace(run(640, 648, *said), seen=False)
    page = replace(empty, cells={(0, 0, 0): cell(NAME), (0, 0, 9): cell(letter)})
    assert ((0, 0, 9) in without_dirt(page).cells) is stays
    beside = replace(empty, cells={(0, 0, 0): cell(NAME, letter)})
    assert [n.whole for n in without_dirt(beside).cells[0, 0, 0].lines] == [
        replace(NAME, struck=True)
    ]
    cloud = replace(run(120, 200, ("/A 2 x", 0.2), ("2", 0.3)), seen=False)
    dirty = replace(empty, cells={(0, 1, 0): cell(cloud), (0, 1, 9): cell(letter)})
    assert (0, 1, 9) not in without_dirt(dirty).cells
