"""Footnote marks read with doubt, chosen by the notes' numbers. The readings are of copies and
faxes of real filings.
"""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.fields import CellMarks, Draft
from ocr_form4.stages.parse.grammar import marks_in
from ocr_form4.stages.parse.numbering import settle_marks
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import MARKS
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code

Said = tuple[tuple[str, float], ...]
"""What each reader says of a cell's marks."""


def settled(rows: list[list[Said]], notes: int) -> tuple[list[str | None], list[bool]]:
    """The rows' marks as they come out, and whether they are noted as settled."""
    draft = Draft({})
    for k, row in enumerate(rows):
        path, ids = f"row[{k}]", []
        for c, said in enumerate(row):
            readings = tuple(Reading(f"reader {n}", *s) for n, s in enumerate(said))
            own = marks_in(said[0][0])
            field = Field(Kind.MARKS, " ".join(own), readings)
            draft.cell_marks.append(CellMarks(path, f"{path}/{c}", field))
            draft.marks[f"{path}/{c}"] = own
            ids += own
        draft.put(f"{path}/{MARKS}", Field(Kind.MARKS, " ".join(sorted(ids)), (),
                                           (Candidate(" ".join(ids), 1.0),)))  # fmt: skip
    settle_marks(draft, frozenset(f"F{n + 1}" for n in range(notes)))
    fields = [draft.fields[f"row[{k}]/{MARKS}"] for k in range(len(rows))]
    noted = [any(n.code is Code.SETTLED_BY_RULE for n in f.notes) for f in fields]
    assert " ".join(sorted(i for ids in draft.marks.values() for i in ids)) == " ".join(
        sorted(" ".join(str(f.value or "") for f in fields).split())
    )
    return [f.value if f.value is None else str(f.value) for f in fields], noted


SURE = 0.99


def test_another_readers_mark_is_taken_where_its_note_is_marked_nowhere() -> None:
    rows: list[list[Said]] = [
        [(("(1)", SURE),), (("(2)", SURE),)],
        [(("(1)", SURE),), (("(3)", SURE),)],
        [(("(1)", SURE),), (("(3)", 0.75), ("1 (4)", 0.29))],
    ]
    assert settled(rows, 4) == (["F1 F2", "F1 F3", "F1 F4"], [False, False, True])


@pytest.mark.parametrize("other", ["0", "l", ""])
def test_dirt_before_the_first_note_is_no_mark_of_the_third(other: str) -> None:
    rows: list[list[Said]] = [
        [(("(3)", 0.31), (other, 0.97)), (("(1)", SURE),), (("(2)", SURE),), (("(3)", SURE),)]
    ]
    assert settled(rows, 3) == (["F1 F2 F3"], [True])


def test_what_stands_where_it_may_stays_however_badly_it_is_read() -> None:
    rows: list[list[Said]] = [
        [(("(1)", 0.1), ("P.(0}", 0.35))],
        [(("(1)(2)", 0.08), ("P289", 0.13))],
        [(("(2)", 0.03), ("CO", 0.26))],
    ]
    assert settled(rows, 2) == (["F1", "F1 F2", "F2"], [False] * 3)


def test_a_mark_that_its_reader_is_sure_of_stays_where_no_note_has_its_number() -> None:
    rows: list[list[Said]] = [[(("(1)", SURE),), (("(7)", 0.95), ("(2)", 0.9))]]
    assert settled(rows, 2) == (["F1 F7"], [False])
