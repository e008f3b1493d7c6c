"""Where the document's own text layer says of a field what the picture does not show."""

from __future__ import annotations

import re
from dataclasses import replace

from ocr_form4.stages.parse.grammar import GRAMMARS, marks_in, plain
from ocr_form4.stages.parse.words import first_difference
from ocr_form4.text.raised import lowered
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import INK, LAYER, Reading
from ocr_form4_models.reason import Code, Reason

_SHOWN = 60
"""Of a text of more characters only the words around the first difference are told: numbers, dates
and names have 18 at most on 280 scans, a footnote 229.
"""


def tell_contradictions(filing: Filing) -> Filing:
    """The filing with a note on every field of which the layer says something else than the
    picture's first reader.
    """
    told = {path: note for path, field in filing.fields.items() if (note := contradiction(field))}
    fields = filing.fields
    return filing.with_fields(
        {
            p: replace(fields[p], notes=(*fields[p].notes, Reason(Code.TEXT_LAYER_DIFFERS, note)))
            for p, note in told.items()
        }
    )


def contradiction(field: Field) -> str:
    """In words what the layer says and what the picture does; empty where they agree, or one of
    them says nothing.
    """
    layer = next((r for r in field.readings if r.reader == LAYER), None)
    picture = next((r for r in field.readings if r.reader not in (LAYER, INK)), None)
    if (
        layer is None
        or picture is None
        or field.kind is Kind.FLAG
        or _alike(field.kind, layer, picture)
    ):
        return ""
    a, b = plain(layer.text), plain(picture.text)
    if max(len(a), len(b)) > _SHOWN:
        a, b = first_difference(a, b, told_by=_letters)
    return f"the document's own text says “{a}”, the picture “{b}”"


def _alike(kind: Kind, a: Reading, b: Reading) -> bool:
    """Whether two readings say the same of a field: the same value, marks, or letters and
    figures.
    """
    if kind is Kind.MARKS:
        return marks_in(a.text) == marks_in(b.text)
    if kind not in GRAMMARS:
        return _letters(a.text) == _letters(b.text)
    one, two = ([p.value for p in GRAMMARS[kind](r.text)[:1]] for r in (a, b))
    return one == two if one or two else _letters(a.text) == _letters(b.text)


def _letters(text: str) -> str:
    """The letters and figures of a text, raised ones as the print they are."""
    return re.sub(r"[\W_]+", "", lowered(text))
