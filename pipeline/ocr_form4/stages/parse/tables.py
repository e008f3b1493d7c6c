"""The cells of Tables I and II to rows of fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ocr_form4.stages.parse.candidates import CHOSEN
from ocr_form4.stages.parse.cell_fields import UNREAD_MARK, read_cell
from ocr_form4.stages.parse.fields import (
    REDACTED,
    STRUCK,
    CellMarks,
    Draft,
    derived,
)
from ocr_form4.stages.parse.grammar import (
    GRAMMARS,
)
from ocr_form4.stages.parse.printed_rows import EVERY, RowCells
from ocr_form4.stages.parse.words import letters_of
from ocr_form4_models.editions import Edition, Leaf
from ocr_form4_models.field import Candidate, Field, Kind, Place
from ocr_form4_models.form4 import MARKS, ROOT, Column, Table, stated
from ocr_form4_models.reading import CellText, Reading, of_the_picture
from ocr_form4_models.reason import Code, Reason

_TAGS = {Table.I: "nonDerivative", Table.II: "derivative"}
MISFIT = Reason(Code.MISFIT_COLUMNS, "the table's columns are not those of the edition")
GUESSED_COLUMN = Reason(
    Code.GUESSED_COLUMN,
    "no ruling was seen on one side of this column: what stands there may be its neighbour's",
)
MAYBE_A_HOLDING = Reason(
    Code.GUESSED_ROW, "neither a date nor a code was found: the row may be no transaction"
)
GUESSED_ROW = Reason(
    Code.GUESSED_ROW,
    "no ruling was seen between this row and the one beside it: a line may be the other row's",
)
_CODING = (Column.FORM_TYPE, Column.CODE, Column.EQUITY_SWAP)
"""What the cell of the code tells, and the one beside it."""
_TRANSACTION = (Column.TRANSACTION_DATE, Column.CODE, Column.SHARES, Column.ACQUIRED_DISPOSED)
"""What only a transaction has; a holdings row leaves these columns blank."""
_SURE = 0.9
"""A reader's score from which one entry alone makes a row a transaction: of 24 rows on 555 scans
with one entry that nobody gives as much none was one.
"""


def put_rows(
    draft: Draft, rows: Sequence[RowCells], edition: Edition, is_known: bool = True
) -> None:
    """All rows' fields, footnote marks and paths. Where the edition is not known, or a row's
    columns are not its, each of a row's fields is there, as it may be printed where nobody looks.
    """
    counts: dict[str, int] = {}
    for row in _with_torn_rows(rows, edition):
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
        if not (fits and is_known) or _lacks_a_half(row):
            _put_unread(draft, path, row, leaves, is_transaction)
        _note_guesses(draft, path, row, of_row, fits)


def _with_torn_rows(rows: Sequence[RowCells], edition: Edition) -> list[RowCells]:
    """The rows, those that hold texts alone a guess, and those beside them: a line across the page
    tore a row in two, as every row has a date or an amount.
    """
    torn = [_is_of_texts(row, edition.columns[row.table]) for row in rows]

    def is_beside(k: int, other: int) -> bool:
        one = 0 <= other < len(rows) and torn[other]
        return one and (rows[other].page, rows[other].table) == (rows[k].page, rows[k].table)

    return [
        replace(row, is_guess=True)
        if torn[k] or is_beside(k, k - 1) or is_beside(k, k + 1)
        else row
        for k, row in enumerate(rows)
    ]


def _is_of_texts(row: RowCells, leaves: Sequence[Leaf]) -> bool:
    kinds = {leaves[k].column.kind for k in row.cells if k < len(leaves)}
    return bool(kinds) and kinds <= {Kind.TEXT, Kind.NAME}


def _lacks_a_half(row: RowCells) -> bool:
    """Whether a table printed in two halves, of which the other one's columns have no width here,
    has nothing of this row in the other.
    """
    elsewhere = {k for k, (a, b) in enumerate(pairwise(row.columns)) if a == b}
    return bool(elsewhere) and not elsewhere & row.cells.keys()


def _is_transaction(
    row: RowCells, rows: Sequence[RowCells], of_row: Sequence[Leaf], leaves: Sequence[Leaf]
) -> bool:
    """Whether a row has two entries, one that is read, or a bar where only a transaction has any;
    a row of which nothing is seen is what the others of its table are.
    """
    if row.is_unread and (not row.barred or len(row.barred) >= len(of_row)):
        others = [r for r in rows if r.table is row.table and not r.is_unread]
        traded = [k for k, leaf in enumerate(leaves) if leaf.column in _TRANSACTION]
        return bool(traded) and all(any(k in r.cells for k in traded) for r in others)
    traded = [k for k, leaf in enumerate(of_row) if leaf.column in _TRANSACTION]
    entries = [row.cells[k] for k in traded if k in row.cells]
    barred = any(k in row.barred for k in traded)
    return barred or len(entries) > 1 or any(map(_is_read, entries))


def _is_read(cell: CellText) -> bool:
    """Whether a reader is sure of two characters or more in a cell. What none is sure of is
    dirt where nothing else tells of a transaction.
    """
    said = [r for line in cell.lines for r in of_the_picture(line.whole.readings)]
    return any(r.confidence >= _SURE and len(letters_of(r.text)) > 1 for r in said)


def _note_guesses(
    draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf], fits: bool
) -> None:
    """Notes on what of a row stands where it does by a guess."""
    # which column or row it is can only be guessed: nothing of the row may pass unseen
    whole = [MISFIT] * (not fits) + [GUESSED_ROW] * (
        row.is_guess or _looks_like_two(draft, path, row, leaves)
    )
    if whole:  # its marks may stand in the other row
        _expect(draft, f"{path}/{MARKS}", Kind.MARKS, draft.place(row.page, row.box))
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
    for column in (c for c in Column if c in columns):
        _expect(draft, f"{path}/{column.path}", column.kind, place)
    _expect(draft, f"{path}/{MARKS}", Kind.MARKS, place)


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
    for column in (c for c in Column if c in columns):
        place = _place(draft, row, leaves, column)
        _expect(draft, f"{path}/{column.path}", column.kind, place)
    marks = f"{path}/{MARKS}"
    _expect(draft, marks, Kind.MARKS, draft.place(row.page, row.box))
    barred = [p for c in Column if c in columns and (p := f"{path}/{c.path}") in draft.fields]
    _note(draft, [*barred, marks], REDACTED)


def _expect(draft: Draft, path: str, kind: Kind, place: Place) -> None:
    """A field that may be printed there: without a value where none was read."""
    if path not in draft.fields:
        draft.put(path, Field(kind, None, place=place))


def _looks_like_two(draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf]) -> bool:
    """Whether two typed cells of a row or more hold ink that is no value, or one holds two values
    on two lines: two rows in one, as a rule.
    """
    here = [f for p, f in draft.fields.items() if p.startswith(path + "/")]
    unread = sum(f.value is None and bool(f.readings) for f in here if f.kind in GRAMMARS)
    return unread >= 2 or any(
        _values_in(row.cells[k], leaf.column.kind) >= 2
        for k, leaf in enumerate(leaves)
        if k in row.cells and leaf.column.kind in GRAMMARS
    )


def _values_in(cell: CellText, kind: Kind) -> int:
    """How many lines of a typed cell are values by themselves, as their first reader has them; one
    of figures alone goes on with the decimals of the one above.
    """
    firsts = (of_the_picture(n.whole.readings)[:1] for n in cell.lines if not n.whole.struck)
    said = [r.text.strip() for first in firsts for r in first]
    return sum(
        bool(GRAMMARS[kind](text)) and not (k and text.isdigit() and "." in said[k - 1])
        for k, text in enumerate(said)
    )


def _note(draft: Draft, paths: Sequence[str], note: Reason) -> None:
    for path in paths:
        draft.put(path, replace(draft.fields[path], notes=(*draft.fields[path].notes, note)))


def _put_row(
    draft: Draft, path: str, row: RowCells, leaves: Sequence[Leaf], is_transaction: bool
) -> None:
    """A row's fields as read, with those that every row has, and its footnote marks."""
    fields: dict[Column, Field] = {}
    marks: list[tuple[Column, Field]] = []
    for column, (found, raised) in _read(draft, row, leaves):
        fields.update(found)
        marks += [(column, raised)] if raised is not None else []
    if is_transaction:
        _complete_transaction(draft, row, leaves, fields)
    _complete_row(draft, row, leaves, fields, {column for column, _ in marks}, is_transaction)
    for column in (c for c in Column if c in fields):
        draft.put(f"{path}/{column.path}", fields[column])
    _put_marks(draft, path, row, marks)
    columns = stated(row.table, is_holding=not is_transaction)
    if any(c in fields and _is_empty(fields[c]) for c in columns):  # a mark may have stood there
        _expect(draft, f"{path}/{MARKS}", Kind.MARKS, draft.place(row.page, row.box))


def _is_empty(field: Field) -> bool:
    return field.value is None and not field.readings


def _read(
    draft: Draft, row: RowCells, leaves: Sequence[Leaf]
) -> Iterator[tuple[Column, tuple[dict[Column, Field], Field | None]]]:
    """What each cell of a row says, by its column: fields and marks. Of amounts in both columns,
    (A) and (D), the one that is read less surely is dirt, and the other is looked at.
    """
    said = []
    for k, leaf in enumerate(leaves):
        if (cell := row.cells.get(k)) is not None:
            page = cell.lines[0].whole.page  # the other half of the row may be on another
            said.append((leaf, *read_cell(draft, page, leaf, cell)))
    amounts = [found for leaf, found, _ in said if leaf.sign and found]
    surest = max(amounts, key=_surest, default={})
    for leaf, found, raised in said:
        if len(amounts) > 1 and leaf.sign:
            struck = {c: replace(f, notes=(*f.notes, STRUCK)) for c, f in found.items()}
            found = struck if found is surest else {}
        if raised is not None and UNREAD_MARK in raised.notes:  # perhaps it is a part of the value
            found = {c: replace(f, notes=(*f.notes, UNREAD_MARK)) for c, f in found.items()}
        yield leaf.column, (found, raised)


def _surest(found: dict[Column, Field]) -> float:
    """The best score that any reader gives what a cell holds."""
    return max((r.confidence for f in found.values() for r in f.readings), default=0.0)


def _put_marks(
    draft: Draft, path: str, row: RowCells, marks: Sequence[tuple[Column, Field]]
) -> None:
    """A row's footnote marks, by the elements at which they stand, and all together as a field;
    this is there where something lies over a cell, too, as one may be under it that nobody sees.
    """
    by_element: dict[str, tuple[str, ...]] = {}
    for column, raised in marks:
        element = f"{path}/{column.element}"
        draft.cell_marks.append(CellMarks(path, element, raised))
        by_element[element] = by_element.get(element, ()) + tuple(str(raised.value).split())
    draft.marks.update(by_element)
    overlaid = any(line.whole.struck for cell in row.cells.values() for line in cell.lines)
    if marks or overlaid:
        field = _marks_field(row, draft, [raised for _, raised in marks])
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


def _complete_transaction(
    draft: Draft, row: RowCells, leaves: Sequence[Leaf], fields: dict[Column, Field]
) -> None:
    """What a transaction must have and what is derived where it is not printed."""
    # Form 5 has no V to mark what is its own: all of its transactions are
    of_form_5 = all(leaf.column is not Column.FORM_TYPE for leaf in leaves)
    fields.setdefault(Column.FORM_TYPE, derived(Kind.CODE, "5" if of_form_5 else "4"))
    fields.setdefault(Column.EQUITY_SWAP, derived(Kind.FLAG, False))
    asked = [Column.TRANSACTION_DATE, Column.CODE, Column.ACQUIRED_DISPOSED]
    asked += [Column.SHARES] if Column.TOTAL_VALUE not in fields else []
    _complete(draft, row, leaves, fields, asked)
    seen = [fields[c] for c in (Column.TRANSACTION_DATE, Column.CODE) if c in fields]
    if seen and all(f.value is None for f in seen):
        for column in (c for c, f in fields.items() if f.derived):
            fields[column] = replace(fields[column], notes=(MAYBE_A_HOLDING,))


def _complete_row(
    draft: Draft,
    row: RowCells,
    leaves: Sequence[Leaf],
    fields: dict[Column, Field],
    marked: set[Column],
    is_transaction: bool,
) -> None:
    """What every row has: it is there where it is not read, too. The cell of an amount owned, of a
    price or a date may hold footnote marks alone; a total value stands in a price's place. An
    indirect holding has its nature also where the page's edge cut that column off.
    """
    asked = [Column.SECURITY_TITLE, Column.DIRECT_INDIRECT]
    instead = {Column.OWNED_SHARES: Column.OWNED_VALUE, Column.PRICE: Column.TOTAL_VALUE}
    may_be_marked = (Column.OWNED_SHARES, *stated(row.table, is_holding=not is_transaction))
    asked += [c for c in may_be_marked if c not in marked and instead.get(c) not in fields]
    _complete(draft, row, leaves, fields, asked)
    form, nature = fields.get(Column.DIRECT_INDIRECT), Column.NATURE
    if form is not None and form.value == "I" and nature not in marked:
        fields.setdefault(
            nature, Field(nature.kind, None, place=_place(draft, row, leaves, nature))
        )


def _complete(
    draft: Draft,
    row: RowCells,
    leaves: Sequence[Leaf],
    fields: dict[Column, Field],
    asked: Sequence[Column],
) -> None:
    """Columns that the table has and of which nothing was read, without a value."""
    columns = {leaf.column for leaf in leaves}
    for column in (c for c in asked if c in columns and c not in fields):
        fields[column] = Field(column.kind, None, place=_place(draft, row, leaves, column))


def _place(draft: Draft, row: RowCells, leaves: Sequence[Leaf], column: Column) -> Place:
    k = next((k for k, leaf in enumerate(leaves) if leaf.column is column), None)
    if k is None:  # the table has no such column: it is the row's
        return draft.place(row.page, row.box)
    return draft.place(row.page, replace(row.box, x0=row.columns[k], x1=row.columns[k + 1]))
