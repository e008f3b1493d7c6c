"""What a text layer cannot do: on a browser's PDF, its layer right, wrong in a word, or a lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from documents import FIXTURES, Read, straight

from ocr_form4.filing import read_document
from ocr_form4.formats.searchable_pdf import write_pdf
from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import judge
from ocr_form4.stages.parse import parse
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import recognize
from ocr_form4.stages.segment import segment
from ocr_form4_models.field import Field
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import Gray, TextWord
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import LAYER, Reading, Run
from ocr_form4_models.reason import Code

SHARES = (
    "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"
    "/transactionAmounts/transactionShares/value"
)


@dataclass
class Counting:
    """A reader that counts the lines it is asked for."""

    reader: Reader
    lines: int = 0

    @property
    def name(self) -> str:
        return self.reader.name

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        self.lines += len(crops)
        return list(self.reader.read(crops))


@pytest.fixture(scope="module")
def page() -> tuple[PageLayout, tuple[TextWord, ...]]:
    with open_document(FIXTURES / "more" / "born-digital.pdf", Settings()) as document:
        image = document.page(1)
    return segment(straight(image)), image.words


def counted(
    readers: Readers, layout: PageLayout, words: Sequence[TextWord]
) -> tuple[int, PageText]:
    counting = Counting(readers.first)
    text = recognize(layout, Readers(counting), words)
    return counting.lines, text


def runs_of(text: PageText) -> list[Run]:
    lines = [line for cell in text.cells.values() for line in cell.lines]
    return [
        *text.above,
        *(r for box in text.header for r in box),
        *(line.whole for line in lines),
        *text.below,
    ]


def with_word(words: Sequence[TextWord], old: str, new: str) -> list[TextWord]:
    changed = [replace(w, text=new) if w.text == old else w for w in words]
    assert changed != list(words)
    return changed


def test_a_layer_spares_no_line_and_changes_no_value(
    page: tuple[PageLayout, tuple[TextWord, ...]], readers: Readers
) -> None:
    layout, words = page
    without, read = counted(readers, layout, ())
    asked, text = counted(readers, layout, words)
    assert asked == without
    assert all(r.readings[0].reader != LAYER for r in runs_of(text))
    fields, others = parse([text]).filing.fields, parse([read]).filing.fields
    assert {p: f.value for p, f in fields.items()} == {p: f.value for p, f in others.items()}
    assert not [n for f in fields.values() for n in f.notes if n.code is Code.TEXT_LAYER_DIFFERS]


def test_a_wrong_figure_in_a_cell_never_wins_and_is_told(
    page: tuple[PageLayout, tuple[TextWord, ...]], readers: Readers
) -> None:
    layout, words = page
    right: Field = parse([recognize(layout, readers, words)]).filing.fields[SHARES]
    printed = f"{right.value:,}"
    wrong = printed[:-1] + str((int(printed[-1]) + 1) % 10)
    field = parse([recognize(layout, readers, with_word(words, printed, wrong))]).filing.fields[
        SHARES
    ]
    assert field.value == right.value and not right.notes
    assert [n.text for n in field.notes] == [
        f"the document's own text says “{wrong}”, the picture “{printed}”"
    ]


def test_what_a_wrong_layer_says_of_a_field_is_told(read: Read) -> None:
    """One character in 25 of it is wrong: everything is read, and a field tells its contradiction
    in words.
    """
    (evidence,) = read("more/text-layer.pdf")
    fields = evidence.filing.fields
    told = "the document's own text says “3.248”, the picture “3,243”"
    assert fields[SHARES].text == "3243" and told in [n.text for n in fields[SHARES].notes]
    note = next(f for p, f in fields.items() if "footnote[@id='F1']" in p)
    assert any("own text says “… Eachrcstricted" in n.text for n in note.notes)


def test_a_searchable_pdf_of_our_own_reads_as_its_scan_does(
    readers: Readers, read: Read, tmp_path: Path
) -> None:
    """What we wrote into it invisibly is no reader: no word of it changes a value, and none makes a
    field surer.
    """
    (evidence,) = read("scan/sales.pdf")
    own = tmp_path / "own.pdf"
    own.write_bytes(write_pdf(FIXTURES / "scan" / "sales.pdf", evidence, Settings()))
    (again,) = read_document(own, Settings(), readers)
    assert any(r.reader == LAYER for f in again.filing.fields.values() for r in f.readings)
    before, after = evidence.filing.fields, again.filing.fields
    assert {p: f.value for p, f in after.items()} == {p: f.value for p, f in before.items()}
    assert [p for p, f in after.items() if f.confidence > before[p].confidence] == []


@pytest.mark.parametrize("forge", ["", "Reporting Person", "Remarks:", "D", "in interest"])
def test_a_forged_layer_moves_no_value(
    forge: str, page: tuple[PageLayout, tuple[TextWord, ...]], readers: Readers
) -> None:
    """Every word of the layer is another's: the values stay, and what is contradicted is no surer
    than before.
    """
    layout, words = page
    forged = [replace(w, text=forge or w.text[::-1]) for w in words]
    seen, told = (
        judge(parse([recognize(layout, readers, w)]).filing, (), Settings()).fields
        for w in ((), forged)
    )
    assert {p: f.value for p, f in told.items()} == {p: f.value for p, f in seen.items()}
    assert [p for p, f in told.items() if f.confidence > seen[p].confidence] == []
