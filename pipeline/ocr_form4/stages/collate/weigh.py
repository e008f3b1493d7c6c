"""What speaks for and against pages being one filing, in this order: each argument with its weight
and its words.

Weights are natural logarithms of odds, counted over the joints of 78 printed filings of several
pages against joints of pages from different ones (the same persons, editions and scanners among
them), then rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from rapidfuzz import fuzz

from ocr_form4.stages.collate.facts import PageFacts, Part, TableRow
from ocr_form4_models.form4 import Table

IMPOSSIBLE = -7.0
"""For an order of parts that no edition prints."""
_SOON = timedelta(days=7)
_LATE = timedelta(days=60)
_SAME_WIDTH, _OTHER_WIDTH = 0.01, 0.03
_SAME_SHEET_SHARE = 0.02
"""Sides of sheets of one size differ by no more of the longer one. On the fixtures all 182 are 0.00
times it or less.
"""
_ALIKE_TITLES = 88.0
"""Likeness (rapidfuzz, of 100) from which two titles of securities are one."""
_TITLE_LETTERS = 3
"""Shorter titles are pieces of one, or dirt, and tell nothing. On the fixtures 5 of 130 are 0.00
times it or less, the others 6.67 or more.
"""
_TELLING_AMOUNT = 100
"""Smaller amounts are alike by chance. On the fixtures 8 of 342 are 0.65 times it or less, the
others 1.00 or more.
"""
_ALIKE = 82.0
"""Likeness (rapidfuzz, of 100) from which two words are one, poorly read."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Natural logarithms of the odds for (above 0) or against pages being one filing, as counted
    and rounded.
    """

    no_table: float = -2.0
    no_signature: float = -3.0
    next_note: float = 3.0
    note_left_out: float = -1.0
    """One footnote was not seen to open."""
    notes_left_out: float = -4.0
    balance_goes_on: float = 2.5
    exercised: float = 2.5
    """An amount of Table I stands in Table II."""
    known_title: float = 0.7
    other_titles: float = -0.7
    other_sheet: float = -1.5
    other_width: float = -2.0
    same_width: float = 0.3
    same_person: float = 5.0
    other_person: float = -6.0
    signed_by_all: float = 4.0
    """All of the reporting person's name is among the signers'."""
    signed_by_part: float = 2.5
    signed_by_stranger: float = -5.0
    day_before_period: float = -2.0
    same_day: float = 1.5
    signed_before_all: float = -5.0
    signed_before_last: float = -2.5
    signed_soon: float = 2.0
    signed_late: float = -2.0
    a_mark_explained: float = 0.5
    most_marks_explained: float = 3.0
    a_mark_lost: float = -1.2
    a_note_unused: float = -1.0
    most_marks_off: float = -6.0


W = Weights()


@dataclass(frozen=True, slots=True)
class Argument:
    """``weight`` is above 0 where it speaks for the pages' belonging together. ``text`` goes on
    "page 3 …". ``of_paper`` is what the sheets are, whatever stands on them.
    """

    weight: float
    page: int
    text: str
    of_paper: bool = False


def arguments(
    pages: Sequence[PageFacts], strangers: Sequence[frozenset[str]] = ()
) -> list[Argument]:
    """All that is to be said of pages taken as one filing, in the order given.

    ``strangers`` are the names of the other filings' persons: a signature for one of them belongs
    there.
    """
    found: list[Argument] = []
    for k in range(1, len(pages)):
        found += _joint(pages[:k], pages[k])
    found += _names(pages, strangers)
    found += _dates(pages)
    found += _marks(pages)
    return found


def missing(pages: Sequence[PageFacts]) -> list[Argument]:
    """The parts that every filing has and these pages do not show."""
    parts = {part for page in pages for part in page.parts}
    last = pages[-1].number
    wanted = (
        (Part.TABLE_I, W.no_table, "Table I"),
        (Part.TABLE_II, W.no_table, "Table II"),
        (Part.SIGNATURE, W.no_signature, "a signature"),
    )
    return [
        Argument(weight, last, f"ends without {what}")
        for part, weight, what in wanted
        if part not in parts
    ]


def _joint(before: Sequence[PageFacts], page: PageFacts) -> list[Argument]:
    a, n = before[-1], page.number
    found = []
    if page.opens:
        found.append(Argument(IMPOSSIBLE, n, f"has a header of its own, behind page {a.number}"))
    ended = Part.SIGNATURE in a.parts
    # EDGAR's first page explains its marks behind the signatures
    explains = set(page.parts) <= {Part.NOTES, Part.REMARKS, Part.PRINT} and not any(
        p.notes for p in before
    )
    closes = bool(page.parts) and page.parts[0] >= Part.SIGNATURE
    if ended and not (explains or closes):
        found.append(Argument(IMPOSSIBLE, n, f"goes on behind the signature on page {a.number}"))
    elif page.parts and a.parts and page.first < a.last and not (ended and explains):
        found.append(
            Argument(
                IMPOSSIBLE,
                n,
                f"begins with an earlier part of the form than page {a.number} ends in",
            )
        )
    last = max((m for p in before for m in p.notes), default=0)
    if page.notes:
        found += _numbering(last, page)
    found += _table_goes_on(before, page)
    found += _print(a, page)
    return found


def _numbering(last: int, page: PageFacts) -> list[Argument]:
    opens, n = page.notes[0], page.number
    if opens == last + 1:
        return [Argument(W.next_note, n, f"goes on with footnote {opens}")] if last else []
    weight = W.note_left_out if opens == last + 2 else W.notes_left_out
    expected = f"behind footnote {last}" if last else "where the footnotes should begin"
    return [Argument(weight, n, f"opens footnote {opens} {expected}")]


def _table_goes_on(before: Sequence[PageFacts], page: PageFacts) -> list[Argument]:
    found = []
    n = page.number
    for table in Table:
        old = [row for p in before for row in p.rows if row.table is table]
        new = [row for row in page.rows if row.table is table]
        if old and new:
            if _follows(old[-1], new[0]):
                found.append(
                    Argument(
                        W.balance_goes_on, n, f"goes on with the balance of Table {table.name}"
                    )
                )
            found += _titles(old, new, n)
    earlier = [row for p in before for row in p.rows]
    if _amounts(earlier, Table.I) & _amounts(page.rows, Table.II):
        found.append(Argument(W.exercised, n, "has an amount in Table II that stands in Table I"))
    return found


def _amounts(rows: Sequence[TableRow], table: Table) -> set[int]:
    """The amounts of a table that are large enough to tell it."""
    of_table = (row for row in rows if row.table is table)
    return {a for row in of_table for a in row.amounts if a >= _TELLING_AMOUNT}


def _titles(old: Sequence[TableRow], new: Sequence[TableRow], n: int) -> list[Argument]:
    known = {row.title.lower() for row in old if len(row.title) > _TITLE_LETTERS}
    said = {row.title.lower() for row in new if len(row.title) > _TITLE_LETTERS}
    if not known or not said:
        return []
    alike = any(fuzz.ratio(a, b) >= _ALIKE_TITLES for a in known for b in said)
    return (
        [Argument(W.known_title, n, "has a title known from before")]
        if alike
        else [Argument(W.other_titles, n, "has other titles")]
    )


def _follows(row: TableRow, following: TableRow) -> bool:
    if (
        row.owned is None
        or following.owned is None
        or not following.amounts
        or following.sign not in ("A", "D")
    ):
        return False
    amount = following.amounts[0] if following.sign == "A" else -following.amounts[0]
    return abs(row.owned + amount - following.owned) <= 1


def _print(a: PageFacts, b: PageFacts) -> list[Argument]:
    n = b.number
    found = []
    near = all(
        abs(x - y) <= _SAME_SHEET_SHARE * max(x, y)
        for x, y in zip(sorted(a.sheet[:2]), sorted(b.sheet[:2]), strict=True)
    )
    if not near or a.sheet[2:] != b.sheet[2:]:
        found.append(
            Argument(
                W.other_sheet,
                n,
                f"is a sheet of another size or resolution than page {a.number}",
                of_paper=True,
            )
        )
    if a.width and b.width:
        off = abs(a.width - b.width) / max(a.width, b.width)
        if off > _OTHER_WIDTH:
            found.append(
                Argument(W.other_width, n, f"is printed at another width than page {a.number}")
            )
        elif off < _SAME_WIDTH:
            found.append(Argument(W.same_width, n, f"is printed as wide as page {a.number}"))
    return found


def _names(pages: Sequence[PageFacts], strangers: Sequence[frozenset[str]]) -> list[Argument]:
    own = pages[0].owner
    found: list[Argument] = []
    again = next((p for p in pages if p.owners_below), pages[0])
    if again is not pages[0] and own and (name := again.owners_below[0]):
        found.append(
            Argument(W.same_person, again.number, "names the reporting person again")
            if _share(own, name) > 0
            else Argument(
                W.other_person, again.number, f"names another person than page {pages[0].number}"
            )
        )
    owners = [own, *(o for p in pages for o in p.owners_below)]
    for page in pages[1:]:
        if not page.signers:
            continue
        share = max((_share(o, page.signers) for o in owners if o), default=0.0)
        if share >= 0.5:
            found.append(
                Argument(
                    W.signed_by_all if share == 1 else W.signed_by_part,
                    page.number,
                    "is signed by or for the reporting person",
                )
            )
        elif own and any(_share(o, page.signers) > max(0.5, share) for o in strangers):
            found.append(
                Argument(
                    W.signed_by_stranger,
                    page.number,
                    "is signed by or for the person of another page",
                )
            )
    return found


def _share(name: frozenset[str], said: frozenset[str]) -> float:
    """How much of a name's words is among those said."""
    if not name or not said:
        return 0.0
    return sum(any(fuzz.ratio(w, s) >= _ALIKE for s in said) for w in name) / len(name)


def _dates(pages: Sequence[PageFacts]) -> list[Argument]:
    found: list[Argument] = []
    period = pages[0].period if pages[0].opens else None
    before = {row.when for row in pages[0].rows if row.when}
    for page in pages[1:]:
        days = {row.when for row in page.rows if row.when}
        if days and period and any(d < period for d in days):
            found.append(
                Argument(
                    W.day_before_period,
                    page.number,
                    "has a transaction before the earliest that the header states",
                )
            )
        elif days & (before | ({period} if period else set())):
            found.append(Argument(W.same_day, page.number, "has a transaction of the same day"))
        before |= days
    known = {d for d in before if period is None or d >= period} | ({period} if period else set())
    signed = next((p for p in pages if p.signed), None)
    if signed is None or not known or signed is pages[0]:
        return found
    assert signed.signed
    latest, earliest = max(known), min(known)
    if signed.signed < earliest:
        found.append(
            Argument(W.signed_before_all, signed.number, "is signed before the transactions")
        )
    elif signed.signed < latest:
        found.append(
            Argument(W.signed_before_last, signed.number, "is signed before the last transaction")
        )
    elif signed.signed - latest <= _SOON:
        found.append(
            Argument(W.signed_soon, signed.number, "is signed within days of the transactions")
        )
    elif signed.signed - latest > _LATE:
        found.append(
            Argument(W.signed_late, signed.number, "is signed long after the transactions")
        )
    return found


def _marks(pages: Sequence[PageFacts]) -> list[Argument]:
    """Marks without footnotes and footnotes without marks; only where the notes are there to be
    compared.
    """
    used = {m for page in pages for m in page.marks}
    opened = {m for page in pages for m in page.notes}
    ended = Part.SIGNATURE in pages[-1].parts
    last = next((p for p in reversed(pages) if p.notes), pages[-1])
    if not used and not opened:
        return []
    if used == opened:
        weight = min(W.most_marks_explained, W.a_mark_explained * (1 + len(used)))
        return [Argument(weight, last.number, "explains the footnote marks")]
    if not (ended or opened):
        return []
    lost = (
        len(used - opened)
        if ended
        else len({m for m in used - opened if m < max(opened, default=0)})
    )
    off = W.a_mark_lost * lost + W.a_note_unused * len(opened - used)
    if not off:
        return []
    return [
        Argument(max(W.most_marks_off, off), last.number, "has footnotes that do not fit the marks")
    ]


def belongs(pages: Sequence[PageFacts], strangers: Sequence[frozenset[str]] = ()) -> float:
    """The sum of what speaks for pages being one filing."""
    return sum(a.weight for a in (*arguments(pages, strangers), *missing(pages)))
