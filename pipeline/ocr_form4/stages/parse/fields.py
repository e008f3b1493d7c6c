"""Runs of text to fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute

from ocr_form4.stages.parse.grammar import Grammar, candidates, plain
from ocr_form4.stages.parse.words import join_lines, merge
from ocr_form4_models.field import Candidate, Field, Kind, Place, Value
from ocr_form4_models.geometry import Box, Rectification, Upright, union
from ocr_form4_models.reading import Reading, Run

STRUCK = "a stroke or a stamp lies over it: perhaps it is struck out"
BY_HAND = "looks handwritten"
GUESSED_BOX = "no ruling was seen around the header's boxes: what stands here may be another box's"
Pages = Mapping[int, Rectification]
"""The way back to the scan, by page number."""


@dataclass(slots=True)
class Draft:
    """Fields being gathered, in document order; frozen into a Filing at the end."""

    pages: Pages
    fields: dict[str, Field] = attribute(default_factory=dict)
    marks: dict[str, tuple[str, ...]] = attribute(default_factory=dict)
    rows: list[str] = attribute(default_factory=list)

    def place(self, page: int, box: Box[Upright]) -> Place:
        return Place(page, self.pages[page].box_to_scan(box))

    def place_of(self, runs: Sequence[Run]) -> Place | None:
        """The place of the runs that stand on the first one's page."""
        if not runs:
            return None
        return self.place(runs[0].page, union(r.box for r in runs if r.page == runs[0].page))

    def put(self, path: str, field: Field) -> None:
        self.fields[path] = field


def text_field(draft: Draft, kind: Kind, lines: Sequence[Sequence[Run]]) -> Field:
    """A text over several lines of runs: merged word by word, every reader's own text kept as a reading."""
    runs = [run for line in lines for run in line]
    merged = [" ".join(t for t in (merge(run.readings)[0] for run in line) if t) for line in lines]
    value = plain(join_lines(merged))
    readings = joined_readings(lines)
    texts = [(value, 1.0, ())] + [
        (plain(r.text), 0.3, (r.reader,)) for r in readings if r.text and plain(r.text) != value
    ]
    total = sum(w for _, w, _ in texts)
    found = tuple(Candidate(t, round(w / total, 4), who) for t, w, who in texts if t)
    return Field(kind, value or None, readings, found, draft.place_of(runs), notes=ink_notes(runs))


def ink_notes(runs: Sequence[Run]) -> tuple[str, ...]:
    """What the ink itself says against a text, whatever its readers say."""
    struck = (STRUCK,) if any(run.struck for run in runs) else ()
    return (*struck, *((BY_HAND,) if any(run.by_hand for run in runs) else ()))


def as_one(runs: Sequence[Run], readings: tuple[Reading, ...]) -> Run:
    """Several runs as the first one's, with readings of them all; what is said of the ink of one is said of it."""
    struck, by_hand = any(r.struck for r in runs), any(r.by_hand for r in runs)
    return replace(runs[0], readings=readings, struck=struck, by_hand=by_hand)


def joined_readings(lines: Sequence[Sequence[Run]]) -> tuple[Reading, ...]:
    """One reading a reader over several lines; its confidence is the least.

    A reader that was not asked about a run lets the first one's word for it stand.
    """
    runs = [run for line in lines for run in line]
    joined = []
    for name in dict.fromkeys(r.reader for run in runs for r in run.readings):
        texts = []
        for line in lines:
            said = [next((r for r in run.readings if r.reader == name), None) for run in line]
            stands = [r if r else run.readings[0] for r, run in zip(said, line, strict=True) if run.readings]
            texts.append(plain(" ".join(r.text for r in stands if r.text)))
        least = min(r.confidence for run in runs for r in run.readings if r.reader == name)
        joined.append(Reading(name, plain(join_lines(texts)), least))
    return tuple(joined)


def typed_field(draft: Draft, kind: Kind, runs: Sequence[Run], grammar: Grammar) -> Field:
    """A typed value from all readings of its runs; ``None`` where no reading keeps to the grammar."""
    readings = tuple(r for run in runs for r in run.readings)
    found = candidates(readings, grammar)
    value: Value | None = found[0].value if found else None
    return Field(kind, value, readings, found, draft.place_of(runs), notes=ink_notes(runs))


def derived(kind: Kind, value: Value) -> Field:
    """A field that is not printed and follows from what is."""
    return Field(kind, value, derived=True)
