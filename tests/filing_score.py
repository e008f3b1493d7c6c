"""How much of a filing is right: every field that the truth has or that was read, compared as
``scoring`` compares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import MARKS, Column, Filing, Row, Table
from scoring import aligned, normal

_NOT_PRINTED = ("Cik", "schemaVersion", "page:")
_WORDS = (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE)


@dataclass(frozen=True)
class Score:
    """``values`` is the share of numbers, dates, codes, check boxes and marks that are right,
    ``all`` that of all.
    """

    values: float
    all: float
    wrong: tuple[str, ...]


def compare(true: Filing, found: Filing) -> Score:
    """A field missing counts as one that is wrong; so does one too many."""
    pairs = [
        (w, path, a, b)
        for w, path, a, b in (*_outside_rows(true, found), *_rows(true, found))
        if a or b
    ]
    typed = [a == b for is_words, _, a, b in pairs if not is_words]
    everything = [a == b for _, _, a, b in pairs]
    wrong = tuple(f"{path}: {b!r} for {a!r}" for _, path, a, b in pairs if a != b)
    return Score(sum(typed) / len(typed), sum(everything) / len(everything), wrong)


def _outside_rows(true: Filing, found: Filing) -> Iterator[tuple[bool, str, str, str]]:
    a, b = _without_rows(true), _without_rows(found)
    for path in dict.fromkeys((*a, *b)):
        if path.endswith("Street2") or (path.endswith("periodOfReport") and path not in a):
            # the second line of a street is one with the first; what is derived is not on the page
            continue
        is_words = (a.get(path) or b[path]).kind in _WORDS
        yield is_words, path, _text(a, path), _text(b, path)


def _text(fields: dict[str, Field], path: str) -> str:
    if path.endswith("Street1"):
        return " ".join(t for p in (path, f"{path[:-1]}2") if (t := normal(fields.get(p))))
    return normal(fields.get(path))


def _without_rows(filing: Filing) -> dict[str, Field]:
    return {
        p: f
        for p, f in filing.fields.items()
        if not any(part in p for part in _NOT_PRINTED)
        and not p.startswith(tuple(f"{r}/" for r in filing.row_paths))
    }


def _rows(true: Filing, found: Filing) -> Iterator[tuple[bool, str, str, str]]:
    for table in Table:
        rows = list(true.rows(table))
        pairs = aligned(rows, list(found.rows(table)))
        seen = {a.path for a, _ in pairs if a}
        for a, b in (*pairs, *((row, None) for row in rows if row.path not in seen)):
            for column in Column:
                path = (a or b).path_of(column)  # type: ignore[union-attr]
                yield column.kind in _WORDS, path, _cell(a, column), _cell(b, column)
            yield False, f"{(a or b).path}/{MARKS}", _marks(true, a), _marks(found, b)  # type: ignore[union-attr]


def _cell(row: Row | None, column: Column) -> str:
    if row is None:
        return ""
    if column is Column.FORM_TYPE:
        return "V" if row.text(column) == "5" else ""
    return normal(row.fields.get(column))


def _marks(filing: Filing, row: Row | None) -> str:
    return normal(filing.fields.get(f"{row.path}/{MARKS}")) if row else ""
