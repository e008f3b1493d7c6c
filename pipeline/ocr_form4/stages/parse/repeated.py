"""A title that stands in every row is read many times: rows that read it alike settle the row that
does not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ocr_form4.stages.parse.grammar import plain
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import of_the_picture
from ocr_form4_models.reason import Code, Reason


def settle_repeated(filing: Filing) -> Filing:
    """Names in rows on which the readers differ, set to what one of them says and other rows say
    without doubt.

    Only a reading that a reader made is chosen; where none of them is known from another row,
    nothing changes.
    """
    named = {
        p: f
        for p, f in filing.fields.items()
        if f.kind is Kind.NAME and any(p.startswith(r) for r in filing.row_paths)
    }
    sure = Counter(str(f.value) for f in named.values() if _is_sure(f))
    changed = {}
    for path, field in named.items():
        if _is_sure(field) or str(field.value) in sure:
            continue
        known = [c for c in field.candidates if str(c.value) in sure]
        if known:
            best = max(known, key=lambda c: (sure[str(c.value)], c.weight))
            others = tuple(Candidate(c.value, c.weight) for c in field.candidates if c is not best)
            note = Reason(
                Code.SETTLED_BY_ROWS,
                f"settled by other rows: {field.value} is one reader's word for it",
            )
            changed[path] = replace(
                field, value=best.value, candidates=(best, *others), notes=(*field.notes, note)
            )
    return filing.with_fields(changed) if changed else filing


def _is_sure(field: Field) -> bool:
    seen = of_the_picture(field.readings)
    said = {plain(r.text) for r in seen}
    return len(seen) > 1 and said == {str(field.value)}
