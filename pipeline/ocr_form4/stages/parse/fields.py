"""Runs of text to fields."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute

from ocr_form4.stages.parse.candidates import candidates
from ocr_form4.stages.parse.grammar import Grammar, plain
from ocr_form4.stages.parse.words import join_lines, merge
from ocr_form4_models.check_mark import CheckMark
from ocr_form4_models.field import DECIMALS, Candidate, Field, Kind, Place, Value
from ocr_form4_models.geometry import Box, Rectification, Upright, union
from ocr_form4_models.reading import NOT_ASKED, Reading, Run, of_the_picture
from ocr_form4_models.reason import Code, Reason

_NO_VALUE = 0.3
"""The weight of what another reader says of a text, beside 1 for what was merged of all."""
STRUCK = Reason(
    Code.OVERLAID,
    "a stroke, a stamp, dirt, correction fluid or the page's edge is on it or beside it",
)
REDACTED = Reason(
    Code.REDACTED, "a black bar lies on it or beside it: what is under that cannot be read"
)
BY_HAND = Reason(Code.BY_HAND, "looks handwritten")
GUESSED_BOX = Reason(
    Code.GUESSED_BOX,
    "no ruling was seen around the header's boxes: what stands here may be another box's",
)
Pages = Mapping[int, Rectification]
"""The way back to the scan, by page number."""


@dataclass(frozen=True, slots=True)
class CellMarks:
    """The footnote marks of a cell: the path of its row, that of their element, and how they were
    read.
    """

    row: str
    element: str
    field: Field


@dataclass(slots=True)
class Draft:
    """Fields being gathered, in document order; frozen into a Filing at the end."""

    pages: Pages
    fields: dict[str, Field] = attribute(default_factory=dict)
    marks: dict[str, tuple[str, ...]] = attribute(default_factory=dict)
    rows: list[str] = attribute(default_factory=list)
    cell_marks: list[CellMarks] = attribute(default_factory=list)
    """Those of ``marks`` that stand in rows, as they stand on the paper."""

    def place(self, page: int, box: Box[Upright]) -> Place:
        return Place(page, self.pages[page].box_to_scan(box))

    def place_of(self, runs: Sequence[Run]) -> Place | None:
        """The place of the runs that stand on the first one's page."""
        if not runs:
            return None
        return self.place(runs[0].page, union(r.box for r in runs if r.page == runs[0].page))

    def put(self, path: str, field: Field) -> None:
        self.fields[path] = field


def flag_field(draft: Draft, mark: CheckMark | None) -> Field:
    """A check mark as a field; without a value where its caption was not found."""
    if mark is None:
        return Field(Kind.FLAG, None)
    other = (Candidate(not mark.value, mark.doubt),) if mark.doubt else ()
    notes = (*mark.notes, *((STRUCK,) if mark.overlaid else ()))
    found = (Candidate(mark.value, 1 - mark.doubt), *other)
    return Field(
        Kind.FLAG, mark.value, mark.readings, found, draft.place(mark.page, mark.box), notes=notes
    )


def text_field(draft: Draft, kind: Kind, lines: Sequence[Sequence[Run]]) -> Field:
    """A text over several lines of runs: merged word by word, every reader's own text kept as a
    reading.
    """
    runs = [run for line in lines for run in line]
    merged = [" ".join(t for t in (merge(run.readings)[0] for run in line) if t) for line in lines]
    value = plain(join_lines(merged))
    readings = joined_readings(lines)
    texts = [(value, 1.0, ())] + [
        (plain(r.text), _NO_VALUE, (r.reader,))
        for r in of_the_picture(readings)
        if r.text and plain(r.text) != value
    ]
    total = sum(w for _, w, _ in texts)
    found = tuple(Candidate(t, round(w / total, DECIMALS), who) for t, w, who in texts if t)
    return Field(kind, value or None, readings, found, draft.place_of(runs), notes=ink_notes(runs))


def ink_notes(runs: Sequence[Run]) -> tuple[Reason, ...]:
    """What the ink itself says against a text, whatever its readers say."""
    struck = (STRUCK,) if any(run.struck for run in runs) else ()
    return (*struck, *((BY_HAND,) if any(run.by_hand for run in runs) else ()))


def as_one(runs: Sequence[Run], readings: tuple[Reading, ...]) -> Run:
    """Several runs as the first one's, with readings of them all; what is said of the ink of one is
    said of it.
    """
    struck, by_hand = any(r.struck for r in runs), any(r.by_hand for r in runs)
    return replace(runs[0], readings=readings, struck=struck, by_hand=by_hand)


def joined_readings(lines: Sequence[Sequence[Run]]) -> tuple[Reading, ...]:
    """One reading a reader over several lines; its confidence is the least, its words keep their
    own scores.

    A reader that was not asked about a run lets the first one's word for it stand, with the score
    NOT_ASKED.
    """
    runs = [run for line in lines for run in line]
    joined = []
    for name in dict.fromkeys(r.reader for run in runs for r in run.readings):
        texts: list[str] = []
        words: list[tuple[str, float]] = []
        for line in lines:
            said = [scored for run in line if run.readings for scored in _scored_words(run, name)]
            texts.append(plain(" ".join(w for w, _ in said)))
            words = _glued(words, said)
        least = min(r.confidence for run in runs for r in run.readings if r.reader == name)
        text = plain(join_lines(texts))
        scores = tuple(s for _, s in words) if [w for w, _ in words] == text.split(" ") else ()
        joined.append(Reading(name, text, least, words=scores))
    return tuple(joined)


def _scored_words(run: Run, reader: str) -> list[tuple[str, float]]:
    """What a reader says of a run, word by word, with its scores."""
    own = next((r for r in run.readings if r.reader == reader), None)
    reading = own or run.readings[0]
    if not reading.text:
        return []
    words = plain(reading.text).split(" ")
    if own is None:
        return [(w, NOT_ASKED) for w in words]
    scores = (
        reading.words if len(reading.words) == len(words) else (reading.confidence,) * len(words)
    )
    return list(zip(words, scores, strict=True))


def _glued(
    before: Sequence[tuple[str, float]], behind: Sequence[tuple[str, float]]
) -> list[tuple[str, float]]:
    """Words of one line and the next, as ``join_lines`` joins them: a word that ends in a hyphen
    goes on.
    """
    if before and behind and re.search(r"\w-$", before[-1][0]):
        (a, p), (b, q) = before[-1], behind[0]
        return [*before[:-1], (a + b, min(p, q)), *behind[1:]]
    return [*before, *behind]


def typed_field(draft: Draft, kind: Kind, runs: Sequence[Run], grammar: Grammar) -> Field:
    """A typed value from all readings of its runs; ``None`` where no reading keeps to the
    grammar.
    """
    readings = tuple(r for run in runs for r in run.readings)
    found = candidates(readings, grammar)
    value: Value | None = found[0].value if found else None
    return Field(kind, value, readings, found, draft.place_of(runs), notes=ink_notes(runs))


def derived(kind: Kind, value: Value) -> Field:
    """A field that is not printed and follows from what is."""
    return Field(kind, value, derived=True)
