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
_ALIKE = 82.0
"""From such a likeness on, two words are one, poorly read."""


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
        (Part.TABLE_I, 2.0, "Table I"),
        (Part.TABLE_II, 2.0, "Table II"),
        (Part.SIGNATURE, 3.0, "a signature"),
    )
    return [
        Argument(-weight, last, f"ends without {what}")
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
        return [Argument(3.0, n, f"goes on with footnote {opens}")] if last else []
    weight = -1.0 if opens == last + 2 else -4.0
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
                found.append(Argument(2.5, n, f"goes on with the balance of Table {table.name}"))
            found += _titles(old, new, n)
    traded = {
        a for p in before for row in p.rows if row.table is Table.I for a in row.amounts if a >= 100
    }
    exercised = {a for row in page.rows if row.table is Table.II for a in row.amounts if a >= 100}
    if traded & exercised:
        found.append(Argument(2.5, n, "has an amount in Table II that stands in Table I"))
    return found


def _titles(old: Sequence[TableRow], new: Sequence[TableRow], n: int) -> list[Argument]:
    known = {row.title.lower() for row in old if len(row.title) > 3}
    said = {row.title.lower() for row in new if len(row.title) > 3}
    if not known or not said:
        return []
    alike = any(fuzz.ratio(a, b) >= 88 for a in known for b in said)
    return (
        [Argument(0.7, n, "has a title known from before")]
        if alike
        else [Argument(-0.7, n, "has other titles")]
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
        abs(x - y) <= 0.02 * max(x, y)
        for x, y in zip(sorted(a.sheet[:2]), sorted(b.sheet[:2]), strict=True)
    )
    if not near or a.sheet[2:] != b.sheet[2:]:
        found.append(
            Argument(
                -1.5,
                n,
                f"is a sheet of another size or resolution than page {a.number}",
                of_paper=True,
            )
        )
    if a.width and b.width:
        off = abs(a.width - b.width) / max(a.width, b.width)
        if off > _OTHER_WIDTH:
            found.append(Argument(-2.0, n, f"is printed at another width than page {a.number}"))
        elif off < _SAME_WIDTH:
            found.append(Argument(0.3, n, f"is printed as wide as page {a.number}"))
    return found


def _names(pages: Sequence[PageFacts], strangers: Sequence[frozenset[str]]) -> list[Argument]:
    own = pages[0].owner
    found: list[Argument] = []
    again = next((p for p in pages if p.owners_below), pages[0])
    if again is not pages[0] and own and (name := again.owners_below[0]):
        found.append(
            Argument(5.0, again.number, "names the reporting person again")
            if _share(own, name) > 0
            else Argument(-6.0, again.number, f"names another person than page {pages[0].number}")
        )
    owners = [own, *(o for p in pages for o in p.owners_below)]
    for page in pages[1:]:
        if not page.signers:
            continue
        share = max((_share(o, page.signers) for o in owners if o), default=0.0)
        if share >= 0.5:
            found.append(
                Argument(
                    4.0 if share == 1 else 2.5,
                    page.number,
                    "is signed by or for the reporting person",
                )
            )
        elif own and any(_share(o, page.signers) > max(0.5, share) for o in strangers):
            found.append(
                Argument(-5.0, page.number, "is signed by or for the person of another page")
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
                    -2.0,
                    page.number,
                    "has a transaction before the earliest that the header states",
                )
            )
        elif days & (before | ({period} if period else set())):
            found.append(Argument(1.5, page.number, "has a transaction of the same day"))
        before |= days
    known = {d for d in before if period is None or d >= period} | ({period} if period else set())
    signed = next((p for p in pages if p.signed), None)
    if signed is None or not known or signed is pages[0]:
        return found
    assert signed.signed
    latest, earliest = max(known), min(known)
    if signed.signed < earliest:
        found.append(Argument(-5.0, signed.number, "is signed before the transactions"))
    elif signed.signed < latest:
        found.append(Argument(-2.5, signed.number, "is signed before the last transaction"))
    elif signed.signed - latest <= _SOON:
        found.append(Argument(2.0, signed.number, "is signed within days of the transactions"))
    elif signed.signed - latest > _LATE:
        found.append(Argument(-2.0, signed.number, "is signed long after the transactions"))
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
        return [
            Argument(min(3.0, 0.5 + 0.5 * len(used)), last.number, "explains the footnote marks")
        ]
    if not (ended or opened):
        return []
    lost = (
        len(used - opened)
        if ended
        else len({m for m in used - opened if m < max(opened, default=0)})
    )
    off = 1.2 * lost + 1.0 * len(opened - used)
    if not off:
        return []
    return [Argument(-min(6.0, off), last.number, "has footnotes that do not fit the marks")]


def belongs(pages: Sequence[PageFacts], strangers: Sequence[frozenset[str]] = ()) -> float:
    """The sum of what speaks for pages being one filing."""
    return sum(a.weight for a in (*arguments(pages, strangers), *missing(pages)))
