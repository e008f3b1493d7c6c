"""Of a long line the others are asked about its doubted words: on real scans, as the readers read
them.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from documents import FIXTURES, GOLDENS

from ocr_form4.filing import divide_pages, read_page
from ocr_form4.readers.replay import load, replayed
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize.again import SURE, ask_again, doubted_parts
from ocr_form4.text.captions import is_print
from ocr_form4_models.reading import NOT_ASKED, Run

SCANS = ("scan/as-filed.pdf", "scan/fax.tif", "scan/paper-2002.pdf")


def lines_under_the_tables(scan: Path) -> list[Run]:
    readers = replayed(load(GOLDENS / f"{scan.name}.said.gz"))
    with open_document(scan, Settings()) as document:
        pages = [read_page(p, Settings()).text for p in divide_pages(document, readers)]
    return [run for page in pages if page for run in page.below]


@pytest.mark.parametrize("name", SCANS)
def test_every_doubted_word_is_asked_about_and_the_first_one_s_word_stands_for_the_rest(
    name: str,
) -> None:
    for run in lines_under_the_tables(FIXTURES / name):
        first, *others = (r for r in run.readings if r.reader != "textlayer")
        for part in doubted_parts(run):
            assert run.box.x0 <= part.box.x0 < part.box.x1 <= run.box.x1
        for reading in (r for r in others if NOT_ASKED in r.words):
            kept = {w for w, s in zip(reading.text.split(" "), reading.words, strict=True) if s < 0}
            scores = dict(zip(first.text.split(" "), first.words, strict=True))
            assert kept <= set(scores)
            assert any(scores[word] >= SURE for word in kept)


def test_the_form_s_own_print_is_asked_about_no_more() -> None:
    runs = lines_under_the_tables(FIXTURES / "scan" / "paper-2002.pdf")
    printed = [run for run in runs if is_print(run.text)]
    assert any(run.text.startswith("Reminder: Report on a separate line") for run in printed)
    assert all(len(run.readings) == 1 for run in printed)


def test_a_line_of_which_every_word_is_doubted_is_asked_about_whole() -> None:
    runs = lines_under_the_tables(FIXTURES / "scan" / "fax.tif")
    run = max(runs, key=lambda r: len(r.readings[0].words))
    first = run.readings[0]
    unsure = replace(run, readings=(replace(first, words=(0.5,) * len(first.words)),))
    assert doubted_parts(unsure) == ()
    assert ask_again(_nothing(), [], [unsure], [], []) == []


def test_a_name_of_which_the_first_is_not_quite_sure_is_asked_about_within_running_text() -> None:
    runs = lines_under_the_tables(FIXTURES / "scan" / "as-filed.pdf")
    run = max(runs, key=lambda r: len(r.readings[0].words))
    words = run.readings[0].text.split(" ")

    def doubted(name: str, score: float) -> int:
        first = replace(
            run.readings[0],
            text=" ".join([*words[:3], name, *words[4:]]),
            words=(*(1.0,) * 3, score, *(1.0,) * (len(words) - 4)),
        )
        first = replace(
            first, ends=tuple((k + 1) / len(first.text) for k in range(len(first.text)))
        )
        parts = doubted_parts(replace(run, readings=(first,)))
        return sum(p.start <= 3 < p.end for p in parts)

    assert doubted("Evenibrite", 0.985) == 1
    assert doubted("Evenibrite", 0.995) == doubted("Represents", 0.985) == 0


def _nothing() -> object:
    import numpy as np

    return np.full((8, 8), 255, np.uint8)
