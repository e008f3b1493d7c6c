"""What a tool said of a document, kept as JSON, and what of the truth is in it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from comparing.found import (
    GROUPS,
    Output,
    edits,
    footnotes,
    printed_forms,
    printed_rows,
    rows_found,
)
from comparing.processes import Answer
from ocr_form4.formats.edgar_xml import read_xml
from scoring import compared


@dataclass(frozen=True, slots=True)
class Result:
    """``reference_cpu_s`` is what whole-page Tesseract took for the document right before, in the
    same units.
    """

    answer: Answer
    versions: str
    reference_cpu_s: float | None


@dataclass(slots=True)
class Score:
    """Sums over documents: ``sought`` and ``found`` by group of values, ``strict`` the same for
    values in their fields.

    ``letters`` and ``wrong_letters`` are of footnotes and remarks. The times are in seconds of
    processor time, of the documents that the tool read.
    """

    documents: int = 0
    failed: int = 0
    sought: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    strict_sought: Counter[str] = field(default_factory=Counter)
    strict_found: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    rows_found: int = 0
    letters: int = 0
    wrong_letters: int = 0
    wrong: int = 0
    silent: int = 0
    pages: int = 0
    cpu_s: float = 0.0
    timed_cpu_s: float = 0.0
    reference_cpu_s: float = 0.0
    peak_mb: float = 0.0

    def add(self, other: Score) -> None:
        for name in self.__slots__:
            one, two = getattr(self, name), getattr(other, name)
            setattr(self, name, max(one, two) if name == "peak_mb" else one + two)


def path_of(out: Path, tool: str, document: str) -> Path:
    return out / tool / f"{document}.json"


def save(out: Path, tool: str, document: str, result: Result) -> None:
    """Writes the JSON, and beside it the XML of this software."""
    file = path_of(out, tool, document)
    file.parent.mkdir(parents=True, exist_ok=True)
    if xml := result.answer.said.get("xml"):
        file.with_suffix(".xml").write_text(xml)
    whole = file.with_suffix(".part")
    whole.write_text(json.dumps(asdict(result), indent=1))
    whole.rename(file)


def load(out: Path, tool: str, document: str) -> Result:
    kept: dict[str, Any] = json.loads(path_of(out, tool, document).read_bytes())
    return Result(Answer(**kept["answer"]), kept["versions"], kept["reference_cpu_s"])


def scored(result: Result, truth: Path, pages: int, xml: Path | None) -> Score:
    """A document's score; ``xml`` is what this software wrote, for the strict measure. A failed one
    has found nothing.

    The strict measure counts every field of the truth and every field too many, as
    ``scoring.compared`` does.
    """
    answer, filing = result.answer, read_xml(truth.read_bytes())
    score = Score(documents=1, failed=int(answer.state != "read"))
    output = Output(str(answer.said.get("text", "")))
    for form in printed_forms(filing).values():
        score.sought[form.group] += 1
        score.found[form.group] += output.has(form)
    rows = printed_rows(filing)
    score.rows, score.rows_found = len(rows), rows_found(rows, answer.said.get("rows", ()))
    for text in footnotes(filing):
        score.letters += len(text)
        score.wrong_letters += min(len(text), edits(text, output.text))
    if xml:
        _strict(score, truth, xml, set(answer.said.get("review", ())))
    if not score.failed:
        score.pages, score.cpu_s, score.peak_mb = pages, answer.cpu_s, answer.peak_mb
        if result.reference_cpu_s is not None:
            score.timed_cpu_s, score.reference_cpu_s = answer.cpu_s, result.reference_cpu_s
    return score


def _strict(score: Score, truth: Path, xml: Path, review: set[str]) -> None:
    # a document that was redone and failed may still have the XML of the time before
    for known in compared(truth, None if score.failed else xml):
        score.wrong += not known.same
        score.silent += not known.same and known.path not in review
        for group, name in GROUPS.items():
            if known.kind == group:
                score.strict_sought[name] += 1
                score.strict_found[name] += known.same
