"""The real engines on crops of the fixtures: the form's harder print, and that company is no
matter.
"""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from documents import FIXTURES, straight

from ocr_form4.errors import UsageError
from ocr_form4.pixels.crops import crop
from ocr_form4.readers import Readers, make_readers
from ocr_form4.readers.base import Reader
from ocr_form4.readers.tesseract import TesseractReader
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.line_rows import join_rows
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.layout import inside
from ocr_form4_models.page import Gray

ENGINES = ("form", "paddle", "tesseract")


@dataclass(frozen=True)
class Crops:
    cells: list[Gray]
    lines: list[Gray]


@cache
def crops_of(name: str, page: int = 1) -> Crops:
    """The lines of a page's cells, and those below its tables, as the pipeline cuts them."""
    with open_document(FIXTURES / name, Settings()) as document:
        layout = segment(straight(document.page(page)))
    cells = []
    for piece in layout.pieces:
        for row in range(len(piece.rows)):
            for column in range(len(piece.columns) - 1):
                found = join_rows(
                    group_lines(inside(layout.glyphs, piece.cell(row, column).inset(7, 4)), 2.0),
                    4.0,
                )
                cells += [crop(layout.clean, line.box) for line in found]
    lines = [crop(layout.clean, line.box) for line in join_rows(layout.below, 2.5)]
    return Crops(cells, lines)


@pytest.fixture(params=ENGINES)
def reader(request: pytest.FixtureRequest, engines: Readers) -> Reader:
    return {r.name: r for r in (engines.first, *engines.others)}[request.param]


def texts(reader: Reader, crops: list[Gray]) -> list[str]:
    return [r.text for r in reader.read(crops)]


def test_the_settings_choose_the_readers(engines: Readers) -> None:
    assert engines.names == ("form", "paddle", "tesseract")
    only = make_readers(Settings(readers=("tesseract",)))
    assert only.names == ("tesseract",) and only.others == ()
    with pytest.raises(UsageError, match="no reader for pictures"):
        make_readers(Settings(readers=("textlayer",)))


def test_dates_numbers_and_prices_of_a_clean_scan(reader: Reader) -> None:
    said = texts(reader, crops_of("scan/sales.pdf").cells)
    assert sum(bool(re.fullmatch(r"03/1\d/2025", t)) for t in said) >= 3
    assert sum(bool(re.match(r"\$\d+\.\d+", t)) for t in said) >= 2
    assert sum(bool(re.match(r"\d{1,3},\d{3}", t)) for t in said) >= 4
    assert {"D", "S"} & set(said)


@pytest.mark.parametrize("name", ["scan/sales.pdf", "scan/fax.tif", "scan/copy.pdf"])
def test_raised_marks_are_told_from_their_value_by_the_first_reader(
    name: str, engines: Readers
) -> None:
    said = texts(engines.first, crops_of(name).cells)
    assert any(re.fullmatch(r"\$?[\d.,]+(⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾)+", t) for t in said), said


def test_hyphens_and_brackets_of_running_text(reader: Reader) -> None:
    said = " ".join(texts(reader, crops_of("scan/sales.pdf").lines))
    assert "10b5-1" in said
    assert re.search(r"weighted average", said)


def test_quotation_marks_and_ampersands(engines: Readers) -> None:
    notes = " ".join(texts(engines.first, crops_of("more/thirty-rows.pdf", 3).lines))
    assert len(re.findall(r"\([\"“]F[FI\-VEM]+[\"”]\)", notes)) >= 4
    notes = " ".join(texts(engines.first, crops_of("more/form-3.pdf").lines))
    assert "Hoffman & Michelle" in notes


def test_answers_come_in_the_order_of_the_crops(reader: Reader) -> None:
    crops = crops_of("scan/exercise.pdf").cells
    there, back = texts(reader, crops), texts(reader, crops[::-1])
    assert len(there) == len(crops)
    assert back[::-1] == there
    assert len(set(there)) > 8


def test_answers_do_not_depend_on_company(reader: Reader) -> None:
    """Among others, among fewer, and alone: the same text, and a score that differs in its last
    digits at most.
    """
    crops = crops_of("scan/exercise.pdf").cells
    others = crops_of("scan/sales.pdf").cells
    among = reader.read([*others[:7], *crops, *others[7:]])[7 : 7 + len(crops)]
    for few in (reader.read(crops), [reader.read([c])[0] for c in crops[:12]]):
        for a, b in zip(among, few, strict=False):
            assert a.text == b.text
            assert a.confidence == pytest.approx(b.confidence, abs=0.005)


def test_the_same_crops_give_the_same_readings_to_the_last_digit(reader: Reader) -> None:
    crops = crops_of("scan/exercise.pdf").cells[:20]
    assert reader.read(crops) == reader.read(crops)


def test_scores_are_shares_and_belong_to_their_words(reader: Reader) -> None:
    for reading in reader.read(crops_of("scan/sales.pdf").lines[:12]):
        assert 0 <= reading.confidence <= 1
        assert len(reading.words) in (0, len(reading.text.split()))
        assert all(0 <= w <= 1 for w in reading.words)
        assert list(reading.ends) == sorted(reading.ends) and all(0 <= e <= 1 for e in reading.ends)


@pytest.mark.parametrize("shape", [(1, 1), (3, 40), (40, 1), (12, 12), (40, 6000)])
def test_a_picture_of_nothing_hurts_nobody(shape: tuple[int, int], reader: Reader) -> None:
    """Tesseract sees things in empty paper, which is why an empty cell is not read at all."""
    words = crops_of("scan/exercise.pdf").cells[:2]
    blank = np.full(shape, 250, np.uint8)
    first, nothing, last = reader.read([words[0], blank, words[1]])
    if reader.name != "tesseract":
        assert (nothing.text, nothing.confidence) == ("", 0)
    assert [first.text, last.text] == texts(reader, words)


def test_no_crops_no_answers(reader: Reader) -> None:
    assert reader.read([]) == []


def test_one_tesseract_reads_for_a_whole_process_and_another_if_it_dies() -> None:
    """Every batch is read as by a program just started; what a dead one leaves open is no answer to
    the next.
    """
    crops = crops_of("scan/exercise.pdf").cells[:8]
    before, reader = tesseracts(), TesseractReader()
    fresh = reader.read(crops)
    (program,) = tesseracts() - before
    reader.read(crops_of("scan/sales.pdf").lines[:3])
    assert reader.read(crops[4:]) == fresh[4:]
    assert tesseracts() - before == {program}
    os.kill(program, signal.SIGKILL)
    with suppress(RuntimeError):  # it may be seen to be dead only when it is asked
        reader.read(crops[:1])
    assert reader.read(crops) == fresh
    assert program not in tesseracts()
    del reader
    assert tesseracts() <= before


def tesseracts() -> set[int]:
    """The programs that wait for this process to ask them."""
    found = [
        pid
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return {
        int(pid) for pid in found if b"stream_filelist" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }


def test_tesseract_reads_the_same_where_no_terminal_can_be_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crops = crops_of("scan/black-and-white.png").cells[:6]
    kept = TesseractReader().read(crops)
    monkeypatch.setattr("ocr_form4.readers.tesseract._HAS_TERMINALS", False)
    assert TesseractReader().read(crops) == kept
    assert any(reading.text for reading in kept)
