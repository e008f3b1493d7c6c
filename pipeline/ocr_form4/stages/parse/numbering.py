"""Footnote marks that are read with doubt, chosen by the notes' numbers: notes are numbered as they
are first marked, every note is marked, and every mark has a note.

Only what a reader read is chosen: another reader's marks, or fewer, where the others do not see one
that the first is not sure of. What is chosen against the first reader is noted, and so doubted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import log

from ocr_form4.stages.parse.candidates import CHOSEN
from ocr_form4.stages.parse.fields import CellMarks, Draft
from ocr_form4.stages.parse.grammar import marks_in
from ocr_form4_models.field import Candidate, Field
from ocr_form4_models.form4 import MARKS
from ocr_form4_models.reading import of_the_picture
from ocr_form4_models.reason import Code, Reason

Ids = tuple[str, ...]
_SURE = 0.9
"""The score of a first reader of marks from which there is nothing to choose. On the fixtures 40 of
342 are 1.00 times it or less, the others 1.01 or more.
"""
_ODD = log(0.017)
"""A mark of a note that was not marked before and is not the next: 111 of 6,685 in 484 filings as
filed.
"""
_NEVER = log(1e-3)
"""A mark without a note, or a note without a mark: none of those 6,685, so less than one in 2,000.
"""
_SELDOM = 0.02
"""How often dirt is read as a mark, of the marks that a reader is not sure of, and the least that
any reading is thought likely: so seldom that only what cannot stand there is taken for dirt. With
0.004 and with 0.1 the fixtures' marks are the same.
"""
_STATES = 64
"""Ways to read a filing's marks that are followed at most: two doubtful cells of eight ways make
64.
"""


def settle_marks(draft: Draft, notes: frozenset[str]) -> None:
    """Chooses among the readings of the cells' marks, and puts what was chosen into the rows."""
    if not notes or all(len(_options(cell.field)) == 1 for cell in draft.cell_marks):
        return
    in_rows = {cell.element for cell in draft.cell_marks}
    before = {i for element, ids in draft.marks.items() if element not in in_rows for i in ids}
    states: dict[frozenset[str], tuple[float, tuple[Ids, ...]]] = {frozenset(before): (0.0, ())}
    for cell in draft.cell_marks:
        grown: dict[frozenset[str], tuple[float, tuple[Ids, ...]]] = {}
        for marked, (weight, chosen) in states.items():
            for ids, odds in _options(cell.field):
                after, more = _followed(marked, ids, notes)
                found = (weight + odds + more, (*chosen, ids))
                grown[after] = max(grown.get(after, found), found)
        best = sorted(grown.items(), key=lambda s: (-s[1][0], s[1][1]))[:_STATES]
        states = dict(best)
    _, chosen = max(
        (weight + _NEVER * len(notes - marked), chosen)
        for marked, (weight, chosen) in states.items()
    )
    _put(draft, chosen)


def _options(field: Field) -> list[tuple[Ids, float]]:
    """The ways to read a cell's marks with the logarithms of their odds, the first reader's
    first.
    """
    own = tuple(str(field.value).split())
    seen = of_the_picture(field.readings)
    score = seen[0].confidence if seen else 1.0
    ways = {own: max(_SELDOM, score)}
    if score >= _SURE or len(seen) < 2:
        return [(own, 0.0)]
    for reading in seen[1:]:
        if said := marks_in(reading.text):
            ways.setdefault(said, (1 - score) * max(_SELDOM, reading.confidence))
    for k, mark in enumerate(own):
        if all(marks_in(r.text).count(mark) < own.count(mark) for r in seen[1:]):
            ways.setdefault(own[:k] + own[k + 1 :], (1 - score) * _SELDOM)
    return [(ids, log(odds)) for ids, odds in ways.items()]


def _followed(
    marked: frozenset[str], ids: Ids, notes: frozenset[str]
) -> tuple[frozenset[str], float]:
    """What is marked after a cell, and the logarithm of the odds of its marks behind the others."""
    total = 0.0
    for mark in ids:
        last = max((int(m[1:]) for m in marked), default=0)
        is_odd = mark not in marked and int(mark[1:]) != last + 1
        total += _ODD if is_odd else 0.0
        total += 0.0 if mark in notes else _NEVER
        marked |= {mark}
    return marked, total


def _put(draft: Draft, chosen: Sequence[Ids]) -> None:
    by_element: dict[str, Ids] = {}
    by_row: dict[str, Ids] = {}
    changed: dict[str, Reason] = {}
    for cell, ids in zip(draft.cell_marks, chosen, strict=True):
        by_element[cell.element] = by_element.get(cell.element, ()) + ids
        by_row[cell.row] = by_row.get(cell.row, ()) + ids
        if ids != tuple(str(cell.field.value).split()):
            changed[cell.row] = _reason(cell, ids)
    draft.marks.update(by_element)
    for row, reason in changed.items():
        path = f"{row}/{MARKS}"
        field = draft.fields[path]
        value = " ".join(sorted(by_row[row], key=lambda i: int(i[1:]))) or None
        said = tuple(_candidates(value, field))
        notes = (*field.notes, reason)
        draft.put(path, replace(field, value=value, candidates=said, notes=notes))


def _candidates(value: str | None, field: Field) -> Iterator[Candidate]:
    if value is not None:
        yield Candidate(value, CHOSEN)
    yield from (replace(c, weight=(1 - CHOSEN) * c.weight) for c in field.candidates)


def _reason(cell: CellMarks, ids: Ids) -> Reason:
    said = f"{cell.field.value} was read, and taken for {' '.join(ids) or 'no mark'}"
    return Reason(Code.SETTLED_BY_RULE, f"settled by the notes' numbers: {said}")
