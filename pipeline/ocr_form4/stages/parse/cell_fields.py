"""What one cell of a table says: the fields it holds, and the footnote marks raised in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.candidates import CHOSEN
from ocr_form4.stages.parse.cell_marks import value_and_marks
from ocr_form4.stages.parse.fields import (
    Draft,
    as_one,
    ink_notes,
    joined_readings,
    text_field,
    typed_field,
)
from ocr_form4.stages.parse.grammar import (
    GRAMMARS,
    acquired_disposed,
    direct_indirect,
    marks_in,
    says_nothing,
    transaction_code,
    voluntary,
)
from ocr_form4_models.editions import Leaf
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import Column
from ocr_form4_models.reading import CellText, Run, of_the_picture
from ocr_form4_models.reason import Code, Reason

_CODES = {
    Column.CODE: transaction_code,
    Column.ACQUIRED_DISPOSED: acquired_disposed,
    Column.DIRECT_INDIRECT: direct_indirect,
    Column.FORM_TYPE: voluntary,
}
_LETTERS = 3
"""Letters of a title, and of the nature of an ownership, at least: of 6,702 as filed in 579 filings
one has three ("By 401(k)"), all others five and more. Of 18 with fewer that were read on 555 scans
all were dirt, or the code of the column beside.
"""
UNREAD_MARK = Reason(Code.UNREAD_MARK, "a raised mark cannot be made out")
BY_COLUMN = Reason(Code.SIGN_BY_COLUMN, "told by the column that the amount stands in")


def read_cell(
    draft: Draft, page: int, leaf: Leaf, cell: CellText
) -> tuple[dict[Column, Field], Field | None]:
    """A cell's fields (a code cell holds two at times) and its footnote marks."""
    values, marks = value_and_marks(cell)
    raised = _cell_marks(draft, marks) if marks else None
    place = draft.place(page, cell.box)
    if not values:
        return {}, raised
    column = leaf.column
    if column.kind in (Kind.NAME, Kind.TEXT):
        return {column: replace(_title(draft, column.kind, values), place=place)}, raised
    joined = _joined(values)
    if joined.readings and all(says_nothing(r.text) for r in of_the_picture(joined.readings)):
        return {}, raised
    if column in _CODES:
        return _code_fields(draft, column, joined, place.page, cell), raised
    if column.kind is Kind.NUMBER and _in_dollars(joined):
        column = {Column.OWNED_SHARES: Column.OWNED_VALUE,
        Column.UNDERLYING_SHARES: Column.UNDERLYING_VALUE,
                  Column.SHARES: Column.TOTAL_VALUE}.get(column, column)  # fmt: skip
    found = typed_field(draft, column.kind, [joined], GRAMMARS[column.kind])
    standing = [v for v in values if not v.struck]
    if found.value is None and 0 < len(standing) < len(values):  # the other line is struck out
        instead = replace(_joined(standing), struck=True)
        found = typed_field(draft, column.kind, [instead], GRAMMARS[column.kind])
    found = replace(found, place=place)
    fields = {column: found}
    if leaf.sign:
        fields[Column.ACQUIRED_DISPOSED] = replace(
            Field(Kind.CODE, leaf.sign, found.readings, (Candidate(leaf.sign, 1.0),), place),
            notes=(BY_COLUMN,),
        )
    return fields, raised


def _title(draft: Draft, kind: Kind, runs: Sequence[Run]) -> Field:
    """A title, or the nature of an ownership: without a value where what was read is no word."""
    found = text_field(draft, kind, [[r] for r in runs])
    is_word = sum(c.isalpha() for c in found.text) >= _LETTERS
    return found if is_word else replace(found, value=None, candidates=())


def _code_fields(
    draft: Draft, column: Column, run: Run, page: int, cell: CellText
) -> dict[Column, Field]:
    """A code; with ``/K`` behind it that of an equity swap as well."""
    place = draft.place(page, cell.box)
    swap = [r for r in of_the_picture(run.readings) if re.search(r"/\s*K\b", r.text)]
    if swap:
        run = replace(
            run,
            readings=tuple(replace(r, text=re.sub(r"/\s*K\b.*", "", r.text)) for r in run.readings),
        )
    fields = {column: replace(typed_field(draft, Kind.CODE, [run], _CODES[column]), place=place)}
    if swap:
        fields[Column.EQUITY_SWAP] = Field(
            Kind.FLAG, True, tuple(swap), (Candidate(True, 1.0),), place
        )
    if column is Column.FORM_TYPE:
        field = fields[column]
        value = "5" if field.value == "V" else None
        fields[column] = replace(
            field, value=value, candidates=tuple(replace(c, value="5") for c in field.candidates)
        )
    return fields


def _cell_marks(draft: Draft, runs: Sequence[Run]) -> Field | None:
    """The footnote marks of a cell: ``F1 F2``, in printed order."""
    ids: list[str] = []
    notes: tuple[Reason, ...] = ()
    for run in runs:
        found = marks_in(run.text)
        ids += found
        if not found:
            notes = (UNREAD_MARK,)
    value = " ".join(ids)
    readings = joined_readings([[r] for r in runs])
    found_ = (Candidate(value, CHOSEN if notes else 1.0),) if ids else ()
    return Field(
        Kind.MARKS, value, readings, found_, draft.place_of(runs), notes=(*notes, *ink_notes(runs))
    )


def _joined(runs: Sequence[Run]) -> Run:
    """Several lines of a typed value (a long number wrapped) as one."""
    if len(runs) == 1:
        return runs[0]
    readings = joined_readings([[r] for r in runs])
    return as_one(runs, tuple(replace(r, text=r.text.replace(" ", "")) for r in readings))


def _in_dollars(run: Run) -> bool:
    """Whether most readers see a dollar sign before an amount: then it is no number of shares."""
    seen = of_the_picture(run.readings)
    return sum(r.text.strip().startswith("$") for r in seen) * 2 > len(seen)
