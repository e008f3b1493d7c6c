"""The cells of Tables I and II to rows of fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.candidates import CHOSEN
from ocr_form4.stages.parse.cell_marks import value_and_marks
from ocr_form4.stages.parse.fields import (
    REDACTED,
    STRUCK,
    CellMarks,
    Draft,
    as_one,
    derived,
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
from ocr_form4.stages.parse.printed_rows import EVERY, RowCells
from ocr_form4_models.editions import Edition, Leaf
from ocr_form4_models.field import Candidate, Field, Kind, Place
from ocr_form4_models.form4 import MARKS, ROOT, Column, Table
from ocr_form4_models.reading import CellText, Reading, Run, of_the_picture
from ocr_form4_models.reason import Code, Reason

_TAGS = {Table.I: "nonDerivative", Table.II: "derivative"}
_CODES = {
    Column.CODE: transaction_code,
    Column.ACQUIRED_DISPOSED: acquired_disposed,
    Column.DIRECT_INDIRECT: direct_indirect,
    Column.FORM_TYPE: voluntary,
}
MISFIT = Reason(Code.MISFIT_COLUMNS, "the table's columns are not those of the edition")
UNREAD_MARK = Reason(Code.UNREAD_MARK, "a raised mark cannot be made out")
GUESSED_COLUMN = Reason(
    Code.GUESSED_COLUMN,
    "no ruling was seen on one side of this column: what stands there may be its neighbour's",
)
GUESSED_ROW = Reason(
    Code.GUESSED_ROW,
    "no ruling was seen between this row and the one beside it: a line may be the other row's",
)
_TRANSACTION = (Column.TRANSACTION_DATE, Column.CODE, Column.SHARES, Column.ACQUIRED_DISPOSED)
"""What only a transaction has; a holdings row leaves these columns blank."""


def put_rows(
    draft: Draft, rows: Sequence[RowCells], edition: Edition, is_known: bool = True
) -> None:
    """All rows' fields, footnote marks and paths. Where the edition is not known, or a row's
    columns are not its, each of a row's fields is there, as it may be printed where nobody looks.
    """
    counts: dict[str, int] = {}
    for row in rows:
        leaves = edition.columns[row.table]
        fits = len(row.columns) - 1 == len(leaves)
        of_row = leaves if row.barred is EVERY else leaves[: len(row.columns) - 1]
        is_transaction = _is_transaction(row, rows, of_row, leaves)
        tag = _TAGS[row.table] + ("Transaction" if is_transaction else "Holding")
        counts[tag] = counts.get(tag, 0) + 1
        path = f"{ROOT}/{row.table.value}/{tag}[{counts[tag]}]"
        draft.rows.append(path)
        if row.is_unread:
            _put_unread(draft, path, row, of_row, is_transaction)
            _put_barred(draft, path, row, of_row)
            continue
        _put_row(draft, path, row, of_row, is_transaction)
        _put_barred(draft, path, row, of_row)
        if not (fits and is_known):
            _put_unread(draft, path, row, leaves, is_transaction)
        _note_guesses(draft, path, row, of_row, fits)


def _is_transaction(
    row: RowCells, rows: Sequence[RowCells], of_row: Sequence[Leaf], leaves: Sequence[Leaf]
) -> bool:
    """Whether a row has an entry, or a bar, where only a transaction has one; a row of which
    nothing is seen is what the others of its table are.
    """
    if row.is_unread and (not row.barred or len(row.barred) >= len(of_row)):
        others = [r for r in rows if r.table is row.table and not r.is_unread]
        traded = [k for k, leaf in enumerate(leaves) if leaf.column in _TRANSACTION]
        return bool(traded) and all(any(k in r.cells for k in traded) for r in others)
    return any(
        leaf.column in _TRANSACTION and (k in row.cells or k in row.barred)
        for k, leaf in enumerate(of_row)
    )


def _note_guesses(
    draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf], fits: bool
) -> None:
    """Notes on what of a row stands where it does by a guess."""
    # which column or row it is can only be guessed: nothing of the row may pass unseen
    whole = [MISFIT] * (not fits) + [GUESSED_ROW] * (row.is_guess or _looks_like_two(draft, path))
    if whole and f"{path}/{MARKS}" not in draft.fields:  # they may stand in the other row
        place = draft.place(row.page, row.box)
        draft.put(f"{path}/{MARKS}", Field(Kind.MARKS, None, place=place))
    for note in whole:
        _note(draft, [p for p in draft.fields if p.startswith(path + "/")], note)
    near = {leaf.column for k, leaf in enumerate(leaves) if k in row.beside_guess}
    if any(leaf.sign and leaf.column in near for leaf in leaves):
        near |= {Column.ACQUIRED_DISPOSED}
    beside = [p for c in Column if c in near and (p := f"{path}/{c.path}") in draft.fields]
    _note(draft, beside, GUESSED_COLUMN)


def _put_unread(
    draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf], is_transaction: bool
) -> None:
    """What nobody read of a row: each of its fields is there, and without a value."""
    columns = {leaf.column for leaf in leaves}
    if is_transaction:
        columns |= {Column.ACQUIRED_DISPOSED}
    else:
        columns -= {*_TRANSACTION, Column.FORM_TYPE, Column.DEEMED_DATE, Column.PRICE}
    place = draft.place(row.page, row.box)
    for column in Column:
        where = f"{path}/{column.path}"
        if column in columns and where not in draft.fields:
            draft.put(where, Field(column.kind, None, place=place))
    if f"{path}/{MARKS}" not in draft.fields:
        draft.put(f"{path}/{MARKS}", Field(Kind.MARKS, None, place=place))


def _put_barred(draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf]) -> None:
    """The fields of the cells in which a black bar lies, whether something was read there or not,
    and the row's marks, of which one may lie under it.
    """
    columns = {leaf.column for k, leaf in enumerate(leaves) if k in row.barred}
    if not columns:
        return
    if columns.intersection((Column.CODE, Column.FORM_TYPE)):  # what follows from an empty cell
        columns |= {c for c in _CODING if f"{path}/{c.path}" in draft.fields}
    if any(leaf.sign for k, leaf in enumerate(leaves) if k in row.barred):
        columns |= {Column.ACQUIRED_DISPOSED}
    place = draft.place(row.page, row.box)
    for column in Column:
        where = f"{path}/{column.path}"
        if column in columns and where not in draft.fields:
            at = _place(draft, row, leaves, column)
            draft.put(where, Field(column.kind, None, place=at))
    marks = f"{path}/{MARKS}"
    if marks not in draft.fields:
        draft.put(marks, Field(Kind.MARKS, None, place=place))
    barred = [p for c in Column if c in columns and (p := f"{path}/{c.path}") in draft.fields]
    _note(draft, [*barred, marks], REDACTED)


_CODING = (Column.FORM_TYPE, Column.CODE, Column.EQUITY_SWAP)


def _looks_like_two(draft: Draft, path: str) -> bool:
    """Whether two typed cells of a row or more hold ink that is no value: two rows in one, as a
    rule.
    """
    here = [f for p, f in draft.fields.items() if p.startswith(path + "/")]
    return sum(f.value is None and bool(f.readings) for f in here if f.kind in GRAMMARS) >= 2


def _note(draft: Draft, paths: Sequence[str], note: Reason) -> None:
    for path in paths:
        draft.put(path, replace(draft.fields[path], notes=(*draft.fields[path].notes, note)))


def _put_row(
    draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf], is_transaction: bool
) -> None:
    fields: dict[Column, Field] = {}
    marks: list[tuple[Column, tuple[str, ...], Field]] = []
    for k, leaf in enumerate(leaves):
        cell = row.cells.get(k)
        if cell is None:
            continue
        found, raised = _read_cell(
            draft, cell.lines[0].whole.page, leaf, cell
        )  # the other half of it may be on another
        if raised is not None and UNREAD_MARK in raised.notes:  # perhaps it is a part of the value
            found = {c: replace(f, notes=(*f.notes, UNREAD_MARK)) for c, f in found.items()}
        fields.update(found)
        if raised is not None:
            marks.append((leaf.column, tuple(str(raised.value).split()), raised))
    if is_transaction:
        _complete_transaction(draft, row, leaves, fields)
    _complete_row(draft, row, leaves, fields, {c for c, _, _ in marks})
    for column in Column:
        if column in fields:
            draft.put(f"{path}/{column.path}", fields[column])
    by_element: dict[str, tuple[str, ...]] = {}
    for column, ids, raised in marks:
        element = f"{path}/{column.element}"
        draft.cell_marks.append(CellMarks(path, element, raised))
        by_element[element] = by_element.get(element, ()) + ids
    draft.marks.update(by_element)
    # under what lies over a cell there may be a mark that nobody sees
    overlaid = any(line.whole.struck for cell in row.cells.values() for line in cell.lines)
    if marks or overlaid:
        field = _marks_field(row, draft, [m for _, _, m in marks])
        add = overlaid and STRUCK not in field.notes
        draft.put(f"{path}/{MARKS}", replace(field, notes=(*field.notes, STRUCK)) if add else field)


def _marks_field(row: RowCells, draft: Draft, marks: Sequence[Field]) -> Field:
    """A row's marks as one field: sorted by number, as often as they occur."""
    ids = sorted((i for m in marks for i in str(m.value).split()), key=lambda i: int(i[1:]))
    readers = dict.fromkeys(r.reader for m in marks for r in m.readings)
    readings = []
    for name in readers:
        said = [
            (next((r for r in m.readings if r.reader == name), None), m.readings)
            for m in marks
            if m.readings
        ]
        # not asked: the first one's word stands
        text = " ".join((r or all_[0]).text for r, all_ in said)
        readings.append(Reading(name, text, min(r.confidence for r, _ in said if r)))
    notes = tuple(dict.fromkeys(n for m in marks for n in m.notes))
    value = " ".join(ids)
    weight = min(
        ((m.candidates[0].weight if m.candidates else CHOSEN) for m in marks), default=CHOSEN
    )
    found = (Candidate(value, weight),) if value else ()
    return Field(
        Kind.MARKS,
        value or None,
        tuple(readings),
        found,
        draft.place(row.page, row.box),
        notes=notes,
    )


def _read_cell(
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
        return {
            column: replace(text_field(draft, column.kind, [[r] for r in values]), place=place)
        }, raised
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
            notes=(Reason(Code.SIGN_BY_COLUMN, "told by the column that the amount stands in"),),
        )
    return fields, raised


def _code_fields(
    draft: Draft, column: Column, run: Run, page: int, cell: CellText
) -> dict[Column, Field]:
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
    seen = of_the_picture(run.readings)
    return sum(r.text.strip().startswith("$") for r in seen) * 2 > len(seen)


def _complete_transaction(
    draft: Draft, row: RowCells, leaves: Sequence[Leaf], fields: dict[Column, Field]
) -> None:
    """What a transaction must have and what is derived where it is not printed."""
    # Form 5 has no V to mark what is its own: all of its transactions are
    of_form_5 = all(leaf.column is not Column.FORM_TYPE for leaf in leaves)
    fields.setdefault(Column.FORM_TYPE, derived(Kind.CODE, "5" if of_form_5 else "4"))
    fields.setdefault(Column.EQUITY_SWAP, derived(Kind.FLAG, False))
    columns = {leaf.column for leaf in leaves}
    for column in (Column.TRANSACTION_DATE, Column.CODE, Column.ACQUIRED_DISPOSED):
        if column in columns and column not in fields:
            fields[column] = Field(column.kind, None, place=_place(draft, row, leaves, column))
    if (
        Column.SHARES in columns
        and Column.SHARES not in fields
        and Column.TOTAL_VALUE not in fields
    ):
        fields[Column.SHARES] = Field(
            Kind.NUMBER, None, place=_place(draft, row, leaves, Column.SHARES)
        )


def _complete_row(
    draft: Draft,
    row: RowCells,
    leaves: Sequence[Leaf],
    fields: dict[Column, Field],
    marked: set[Column],
) -> None:
    columns = {leaf.column for leaf in leaves}
    for column in (Column.SECURITY_TITLE, Column.DIRECT_INDIRECT):
        if column in columns and column not in fields:
            fields[column] = Field(column.kind, None, place=_place(draft, row, leaves, column))
    owned = {Column.OWNED_SHARES, Column.OWNED_VALUE}
    if (
        Column.OWNED_SHARES in columns
        and not owned & fields.keys()
        and Column.OWNED_SHARES not in marked
    ):
        fields[Column.OWNED_SHARES] = Field(
            Kind.NUMBER, None, place=_place(draft, row, leaves, Column.OWNED_SHARES)
        )


def _place(draft: Draft, row: RowCells, leaves: Sequence[Leaf], column: Column) -> Place:
    k = next((k for k, leaf in enumerate(leaves) if leaf.column is column), None)
    if k is None:  # the table has no such column: it is the row's
        return draft.place(row.page, row.box)
    return draft.place(row.page, replace(row.box, x0=row.columns[k], x1=row.columns[k + 1]))
