"""A person's holdings across the filings of a run: each filing goes on from the balance of the one
before.

What one filing leaves owned of a security, the next of the same person, issuer, security and form
of ownership starts from. Where it does not, a filing is missing between them, a number is misread,
or shares came and went that need not be reported. An amendment (4/A) takes the place of the rows
that it states again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from ocr_form4.histories.lines import lines_of
from ocr_form4.histories.parts import Part, issuer_of, person_of
from ocr_form4.stages.reconcile.chains import amount_columns
from ocr_form4.stages.reconcile.doubt import doubtful, grouped
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Status, value_text
from ocr_form4_models.form4 import Column, Filing, Table

CONTINUITY = "continuing-balance"
SPLITS = range(2, 51)
"""Ratios of a balance to the one before that look like a split of the stock."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One filing's part of a history: the balance before it and after it, and how it goes on from
    the filing before.

    ``points`` are the balances after each of its rows, by date. ``continuity`` is ``None`` for a
    history's first entry; its paths are prefixed with the filings' names.
    """

    name: str
    when: date
    opening: Decimal | None
    closing: Decimal | None
    points: tuple[tuple[date, Decimal], ...]
    continuity: Check | None = None
    amendment: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """One holder's balance of one security over the run's filings, in order of their dates."""

    person: str
    issuer: str
    security: str
    table: Table
    ownership: str
    nature: str
    entries: tuple[Entry, ...]

    @property
    def gaps(self) -> tuple[Entry, ...]:
        """The entries that do not start from where the one before ended."""
        return tuple(
            e for e in self.entries if e.continuity and e.continuity.outcome is Outcome.BREAKS
        )


def histories(filings: Iterable[tuple[str, Filing]]) -> tuple[History, ...]:
    """The histories of (NAME, filing) pairs, ordered by person, issuer and security."""
    by_person: dict[str, list[tuple[str, Filing]]] = {}
    for name, filing in filings:
        by_person.setdefault(_initials(person_of(filing)), []).append((name, filing))
    found = (_history(line) for some in by_person.values() for line in lines_of(some))
    return tuple(
        sorted(
            found, key=lambda h: (h.person, h.issuer, h.table.name, h.security, h.entries[0].when)
        )
    )


def _initials(person: str) -> str:
    """What narrows down who may be one person: the first letters of the name's words."""
    return "".join(word[0] for word in person.casefold().split())


def _history(line: Sequence[Part]) -> History:
    first, row = line[0], line[0].row
    texts = (
        row.text(Column.SECURITY_TITLE),
        row.table,
        row.text(Column.DIRECT_INDIRECT),
        row.text(Column.NATURE),
    )
    return History(person_of(first.filing), issuer_of(first.filing), *texts, tuple(_entries(line)))


def _entries(line: Sequence[Part]) -> Iterator[Entry]:
    yield _entry(line[0], None)
    for before, after in pairwise(line):
        yield _entry(after, _continuity(before, after))


def _entry(part: Part, continuity: Check | None) -> Entry:
    points = []
    for step in part.chain.steps:
        owned = step.row.number(amount_columns(step.row)[1])
        if owned is not None:
            points.append((step.row.date(Column.TRANSACTION_DATE) or part.when, owned))
    return Entry(
        part.name, part.when, part.opening, part.closing, tuple(points), continuity, part.amendment
    )


def _continuity(before: Part, after: Part) -> Check:
    """The check that a filing starts from where the one before ended."""
    last, first = before.chain.steps[-1].row, after.chain.steps[0].row
    amount, owned = amount_columns(first)
    in_before = [last.path_of(owned)]
    in_after = (
        [first.path_of(owned)]
        if first.is_holding
        else [first.path_of(amount), first.path_of(owned)]
    )
    paths = (*(f"{before.name}:{p}" for p in in_before), *(f"{after.name}:{p}" for p in in_after))
    ended, started = before.closing, after.opening
    if ended is None or started is None:
        return Check(
            CONTINUITY,
            Outcome.UNVERIFIABLE,
            paths,
            value_text(ended),
            value_text(started),
            "A number is missing.",
        )
    expected, found = value_text(ended), value_text(started)
    if ended == started:
        return Check(
            CONTINUITY,
            Outcome.HOLDS,
            paths,
            expected,
            found,
            f"Goes on from {grouped(ended)} in {before.name}.",
        )
    message = (
        f"{before.name} leaves {grouped(ended)}, {after.name} starts from {grouped(started)}: "
        f"{_cause(ended, started)}."
    )
    doubted = [
        *(before.filing.fields.get(p) for p in in_before),
        *(after.filing.fields.get(p) for p in in_after),
    ]
    suspect = any(f is not None and (doubtful(f) or f.status is Status.REVIEW) for f in doubted)
    grade = Grade.SUSPECT if suspect else Grade.AS_FILED
    return Check(CONTINUITY, Outcome.BREAKS, paths, expected, found, message, grade)


def _cause(ended: Decimal, started: Decimal) -> str:
    """What a gap looks like."""
    one, other = value_text(ended), value_text(started)
    if ended > 0 and any(started == ended * ratio for ratio in SPLITS):
        return f"the stock may have been split {started / ended:f} for 1"
    if len(one) == len(other) > 2 and sum(a != b for a, b in zip(one, other, strict=True)) == 1:
        return "one digit differs, so one of them may be misread"
    return "a filing is missing, a number is misread, or shares moved that need no report"
