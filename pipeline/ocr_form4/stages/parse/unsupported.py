"""What stands in a row and is borne out by nothing else there: dirt may read as a letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ocr_form4_models.field import Field
from ocr_form4_models.form4 import Column, Filing
from ocr_form4_models.reading import of_the_picture
from ocr_form4_models.reason import Code, Reason

_TRADED = (Column.TRANSACTION_DATE, Column.SHARES, Column.TOTAL_VALUE)
_HELD = (Column.SECURITY_TITLE, Column.OWNED_SHARES, Column.OWNED_VALUE)
_BORNE_OUT_BY: dict[Column, tuple[Column, ...]] = {
    Column.DEEMED_DATE: _TRADED,
    Column.FORM_TYPE: _TRADED,
    Column.CODE: _TRADED,
    Column.EQUITY_SWAP: _TRADED,
    Column.ACQUIRED_DISPOSED: _TRADED,
    Column.PRICE: _TRADED,
    Column.TRANSACTION_DATE: (Column.SHARES, Column.TOTAL_VALUE, Column.CODE),
    Column.SHARES: (Column.TRANSACTION_DATE, Column.CODE),
    Column.TOTAL_VALUE: (Column.TRANSACTION_DATE, Column.CODE),
    Column.DIRECT_INDIRECT: (*_HELD, *_TRADED),
    Column.NATURE: (*_HELD, *_TRADED),
}
"""Of which columns one at least has a value where a column has one: so in all 3,748 rows of 579
filings as filed.
"""
UNSUPPORTED = Reason(
    Code.UNSUPPORTED, "nothing that must stand beside it was read in this row: this may be dirt"
)
_SURE = 0.9
"""What no two readers give as much is left out as dirt: of 34 values with this note on 700 scans by
many hands none was right, and of 28 no two readers were as sure.
"""


def tell_unsupported(filing: Filing) -> Filing:
    """The filing with a note on every value that nothing else in its row bears out; without it,
    where its readers are not sure of it either. What such a value alone bore out has the note, too.
    """
    changed: dict[str, Field] = {}
    for row in filing.rows():
        fields = dict(row.fields)
        alone = _unsupported(fields)
        fields |= {column: _without_dirt(fields[column]) for column in alone}
        for column in alone | _unsupported(fields):
            notes = (*fields[column].notes, UNSUPPORTED)
            changed[row.path_of(column)] = replace(fields[column], notes=notes)
    return filing.with_fields(changed) if changed else filing


def _unsupported(fields: Mapping[Column, Field]) -> set[Column]:
    has = {column for column, field in fields.items() if field.value is not None}
    return {c for c, by in _BORNE_OUT_BY.items() if c in has and not has.intersection(by)}


def _without_dirt(field: Field) -> Field:
    sure = sum(r.confidence >= _SURE for r in of_the_picture(field.readings))
    return replace(field, value=None) if field.readings and sure < 2 else field
