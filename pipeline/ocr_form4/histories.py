"""A person's holdings across the filings of a run: each filing goes on from the balance of the one before.

What one filing leaves owned of a security, the next of the same person, issuer, security and form of ownership starts
from. Where it does not, a filing is missing between them, a number is misread, or shares came and went that need not
be reported. An amendment (4/A) takes the place of the rows that it states again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from ocr_form4.stages.reconcile.chains import amount_columns
from ocr_form4.stages.reconcile.doubt import doubtful, grouped
from ocr_form4.stages.reconcile.relation import same_words
from ocr_form4.stages.reconcile.running import Chain, settle_holdings
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Status, value_text
from ocr_form4_models.form4 import Column, Filing, Row, Table

CONTINUITY = "continuing-balance"
SPLITS = range(2, 51)
"""Ratios of a balance to the one before that look like a split of the stock."""
FILED_WITHIN = timedelta(days=5)
"""The date of the original in an amendment is that of its filing, a few days after the signature at most."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One filing's part of a history: the balance before it and after it, and how it goes on from the filing before.

    ``points`` are the balances after each of its rows, by date. ``continuity`` is ``None`` for a history's first
    entry; its paths are prefixed with the filings' names.
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
        return tuple(e for e in self.entries if e.continuity and e.continuity.outcome is Outcome.BREAKS)


@dataclass(frozen=True, slots=True)
class _Part:
    """A chain of one filing, with what tells whose it is."""

    name: str
    filing: Filing
    person: str
    issuer: str
    chain: Chain
    when: date
    amendment: bool

    @property
    def row(self) -> Row:
        return self.chain.steps[0].row


@dataclass(slots=True)
class _Line:
    """A history as it grows."""

    parts: list[_Part]
    entries: list[Entry] = field(default_factory=list)


def histories(filings: Iterable[tuple[str, Filing]]) -> tuple[History, ...]:
    """The histories of (NAME, filing) pairs, ordered by person, issuer and security."""
    by_person: dict[str, list[tuple[str, Filing]]] = {}
    for name, filing in filings:
        by_person.setdefault(_initials(_person(filing)), []).append((name, filing))
    found = (_history(line) for some in by_person.values() for line in _lines(some))
    return tuple(sorted(found, key=lambda h: (h.person, h.issuer, h.table.name, h.security, h.entries[0].when)))


def _initials(person: str) -> str:
    """What narrows down who may be one person: the first letters of the name's words."""
    return "".join(word[0] for word in person.casefold().split())


def _lines(filings: Sequence[tuple[str, Filing]]) -> list[_Line]:
    """The histories of a few persons' filings."""
    lines: list[_Line] = []
    dated = [(n, parts) for n, f in _without_amended(filings) if (parts := _parts(n, f))]
    for _, of_one_day in groupby(sorted(dated, key=lambda d: (d[1][0].when, d[0])), key=lambda d: d[1][0].when):
        waiting = [parts for _, parts in of_one_day]
        while waiting:
            parts = _next_of_day(waiting, lines)
            waiting.remove(parts)
            _add(lines, parts)
    return lines


def _next_of_day(waiting: list[list[_Part]], lines: list[_Line]) -> list[_Part]:
    """Of one day's filings the one that goes on best from the histories so far and least from another of the day.

    A long list of sales is filed on several forms of one date, and nothing but the balances tells their order.
    """

    def fitness(parts: list[_Part]) -> tuple[int, int]:
        follows = sum(any(_goes_on(x.parts[-1], p) for x in lines) for p in parts)
        later = sum(any(_goes_on(q, p) for others in waiting if others is not parts for q in others) for p in parts)
        return follows, -later

    return waiting[0] if len(waiting) == 1 else max(waiting, key=fitness)


def _goes_on(before: _Part, after: _Part) -> bool:
    """Whether a part of another filing starts exactly from where the one before ended."""
    opening = _opening_of(after.chain)
    exact = opening is not None and opening == _closing_of(before.chain)
    return exact and before.name != after.name and _same_holding(before, after)


def _add(lines: list[_Line], parts: Sequence[_Part]) -> None:
    """First the parts that go on exactly, then what is left, where it is clear what belongs to what."""
    waiting = []
    for part in parts:
        line = next((x for x in lines if _goes_on(x.parts[-1], part)), None)
        if line:
            _go_on(line, part)
        else:
            waiting.append(part)
    for part in waiting:
        open_lines = [x for x in lines if x.parts[-1].name != part.name and _same_holding(x.parts[-1], part)]
        if len(open_lines) == 1 and sum(_same_holding(p, part) for p in waiting) == 1:
            _go_on(open_lines[0], part)
        else:
            lines.append(_Line([part], [_entry(part, None)]))


def _without_amended(filings: Iterable[tuple[str, Filing]]) -> list[tuple[str, Filing]]:
    """The filings, each that was amended without the rows that an amendment states again."""
    ordered = sorted(filings, key=lambda f: (_when(f[1]) or date.min, _signed(f[1]) or date.min, f[0]))
    replaced: dict[str, list[Filing]] = {}
    for name, filing in ordered:
        original = _original_of(filing, name, ordered)
        if original:
            replaced.setdefault(original, []).append(filing)
    return [(n, _without_rows_of(f, replaced.get(n, []))) for n, f in ordered]


def _original_of(filing: Filing, name: str, ordered: Sequence[tuple[str, Filing]]) -> str | None:
    """The filing that this one amends: the last of the same person and issuer signed about the date it gives."""
    kind, given = filing.get("documentType"), filing.get("dateOfOriginalSubmission")
    if kind is None or not kind.text.endswith("/A") or given is None or not isinstance(given.value, date):
        return None
    found = None
    for other, candidate in ordered:
        signed = _signed(candidate)
        if other == name or signed is None or _person(candidate) != _person(filing):
            continue
        if _same_issuer(candidate, filing) and signed <= given.value <= signed + FILED_WITHIN:
            found = other
    return found


def _without_rows_of(filing: Filing, amendments: Sequence[Filing]) -> Filing:
    again = [r for a in amendments for r in a.rows()]
    kept = tuple(r.path for r in filing.rows() if not any(r.table is a.table and _same_rows(r, a) for a in again))
    return filing if len(kept) == len(filing.row_paths) else replace(filing, row_paths=kept)


def _parts(name: str, filing: Filing) -> list[_Part]:
    when = _when(filing) or _signed(filing)
    if when is None or not _person(filing):
        return []
    kind = filing.get("documentType")
    amendment = kind is not None and kind.text.endswith("/A")
    chains = [c for c in settle_holdings(filing)[1] if _closing_of(c) is not None or _opening_of(c) is not None]
    return [_Part(name, filing, _person(filing), _issuer(filing), c, when, amendment) for c in chains]


def _when(filing: Filing) -> date | None:
    period = filing.get("periodOfReport")
    return period.value if period is not None and isinstance(period.value, date) else _signed(filing)


def _signed(filing: Filing) -> date | None:
    days = [f.value for p, f in filing.fields.items() if p.endswith("/signatureDate") and isinstance(f.value, date)]
    return max(days, default=None)


def _person(filing: Filing) -> str:
    name = filing.get("reportingOwner[1]/reportingOwnerId/rptOwnerName")
    return name.text if name else ""


def _issuer(filing: Filing) -> str:
    name = filing.get("issuer/issuerName")
    return name.text if name else ""


def _same_rows(a: Row, b: Row) -> bool:
    """Whether two rows speak of one security, form and nature of ownership, and in Table II of one grant."""
    grant = (Column.EXERCISE_PRICE, Column.EXPIRATION_DATE) if a.table is Table.II else ()
    return (
        a.table is b.table
        and amount_columns(a) == amount_columns(b)
        and same_words(a.text(Column.SECURITY_TITLE), b.text(Column.SECURITY_TITLE))
        and a.text(Column.DIRECT_INDIRECT) == b.text(Column.DIRECT_INDIRECT)
        and same_words(a.text(Column.NATURE), b.text(Column.NATURE))
        and all(a.text(c) == b.text(c) for c in grant)
    )


def _same_holding(a: _Part, b: _Part) -> bool:
    return same_words(a.person, b.person) and _same_issuer(a.filing, b.filing) and _same_rows(a.row, b.row)


def _same_issuer(a: Filing, b: Filing) -> bool:
    """By the trading symbol or the name: issuers change their names, and symbols are sometimes not given."""
    symbols = [f.text.casefold() for x in (a, b) if (f := x.get("issuer/issuerTradingSymbol"))]
    known = len(symbols) == 2 and symbols[0] == symbols[1] and symbols[0] not in ("", "none", "n/a")
    return known or same_words(_issuer(a), _issuer(b))


def _opening_of(chain: Chain) -> Decimal | None:
    """What was owned before a chain's first row; a holdings row restates what was owned."""
    step = chain.steps[0]
    amount, owned_column = amount_columns(step.row)
    owned, shares = step.row.number(owned_column), step.row.number(amount)
    if step.row.is_holding:
        return owned
    sign = {"A": 1, "D": -1}.get(step.row.text(Column.ACQUIRED_DISPOSED))
    if owned is None or shares is None or sign is None or chain.final_total:
        return None
    return owned - sign * shares


def _closing_of(chain: Chain) -> Decimal | None:
    row = chain.steps[-1].row
    return row.number(amount_columns(row)[1])


def _entry(part: _Part, continuity: Check | None) -> Entry:
    points = []
    for step in part.chain.steps:
        owned = step.row.number(amount_columns(step.row)[1])
        if owned is not None:
            points.append((step.row.date(Column.TRANSACTION_DATE) or part.when, owned))
    opening, closing = _opening_of(part.chain), _closing_of(part.chain)
    return Entry(part.name, part.when, opening, closing, tuple(points), continuity, part.amendment)


def _go_on(line: _Line, part: _Part) -> None:
    line.entries.append(_entry(part, _continuity(line.parts[-1], part)))
    line.parts.append(part)


def _continuity(before: _Part, after: _Part) -> Check:
    """The check that a filing starts from where the one before ended."""
    last, first = before.chain.steps[-1].row, after.chain.steps[0].row
    amount, owned = amount_columns(first)
    in_before = [last.path_of(owned)]
    in_after = [first.path_of(owned)] if first.is_holding else [first.path_of(amount), first.path_of(owned)]
    paths = (*(f"{before.name}:{p}" for p in in_before), *(f"{after.name}:{p}" for p in in_after))
    ended, started = _closing_of(before.chain), _opening_of(after.chain)
    if ended is None or started is None:
        return Check(
            CONTINUITY, Outcome.UNVERIFIABLE, paths, value_text(ended), value_text(started), "A number is missing."
        )
    expected, found = value_text(ended), value_text(started)
    if ended == started:
        return Check(
            CONTINUITY, Outcome.HOLDS, paths, expected, found, f"Goes on from {grouped(ended)} in {before.name}."
        )
    message = (
        f"{before.name} leaves {grouped(ended)}, {after.name} starts from {grouped(started)}: {_cause(ended, started)}."
    )
    doubted = [*(before.filing.fields.get(p) for p in in_before), *(after.filing.fields.get(p) for p in in_after)]
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


def _history(line: _Line) -> History:
    first = line.parts[0]
    row = first.row
    texts = (row.text(Column.SECURITY_TITLE), row.table, row.text(Column.DIRECT_INDIRECT), row.text(Column.NATURE))
    return History(first.person, first.issuer, *texts, tuple(line.entries))
