"""Footnote marks and their footnotes; the schema's widths, numbers and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ocr_form4.stages.reconcile.doubt import grouped, verdict
from ocr_form4_models.check import Check
from ocr_form4_models.form4 import MARKS, ROOT, Filing, Table, footnote_path
from ocr_form4_models.schema import WIDTHS

MOST = Decimal("999999999999.9999")
_DECIMALS = 4
"""Places of a number. Source of all: EDGAR's XML specification for ownership documents."""
MOST_OWNERS = 10
MOST_ROWS = 30
MOST_MARK = 99


def mark_checks(filing: Filing) -> Iterator[Check]:
    """Every footnote mark has a footnote, every footnote is marked somewhere, and marks are F1 to
    F99.

    One check says that a rule holds for the filing; every mark or footnote that breaks one has its
    own.
    """
    notes = {
        mark: note
        for mark, note in filing.footnotes().items()
        if note.value is not None or note.readings
    }
    places: dict[str, list[str]] = {}
    for element, marks in filing.marks.items():
        for mark in marks:
            places.setdefault(mark, []).append(_mark_path(filing, element))
    if not notes and not places:
        return
    yield from _marks_without_footnote(filing, set(notes), places)
    yield from _footnotes_without_mark(filing, set(notes), places)
    for mark in sorted({*places, *notes}, key=_order):
        number = mark.removeprefix("F")
        if not (number.isdigit() and 1 <= int(number) <= MOST_MARK):
            marked = tuple(places.get(mark, [footnote_path(number)]))
            yield verdict(
                filing,
                "mark-range",
                False,
                marked,
                "F1 to F99",
                mark,
                f"{mark} is not one of F1 to F99.",
            )


def _marks_without_footnote(
    filing: Filing, notes: set[str], places: dict[str, list[str]]
) -> Iterator[Check]:
    missing = sorted(set(places) - notes, key=_order)
    for mark in missing:
        message = f"{mark} is marked, and no footnote {mark} was found."
        paths = tuple(dict.fromkeys(places[mark]))
        yield verdict(filing, "mark-has-footnote", False, paths, mark, "", message, absent=True)
    if places and not missing:
        paths = tuple(dict.fromkeys(p for found in places.values() for p in found))
        said = " ".join(sorted(places, key=_order))
        yield verdict(
            filing,
            "mark-has-footnote",
            True,
            paths,
            said,
            said,
            "Every footnote mark has its footnote.",
        )


def _footnotes_without_mark(
    filing: Filing, notes: set[str], places: dict[str, list[str]]
) -> Iterator[Check]:
    """Where a footnote is marked nowhere, a mark that stands in several places may be its own,
    misread.
    """
    unmarked = sorted(notes - places.keys(), key=_order)
    for mark in unmarked:
        path = footnote_path(mark.removeprefix("F"))
        message = f"Footnote {mark} is marked nowhere on the form."
        paths = tuple(dict.fromkeys((path, *_where_it_may_be(filing, mark))))
        yield verdict(filing, "footnote-is-marked", False, paths, mark, "", message, absent=True)
    if notes and not unmarked:
        said = " ".join(sorted(notes, key=_order))
        paths = tuple(footnote_path(m.removeprefix("F")) for m in sorted(notes, key=_order))
        yield verdict(
            filing,
            "footnote-is-marked",
            True,
            paths,
            said,
            said,
            "Every footnote is marked on the form.",
        )


def _where_it_may_be(filing: Filing, mark: str) -> list[str]:
    """Where a mark that is nowhere may stand, misread as one that stands elsewhere, too.

    Notes are numbered as they are first marked: it stands behind the first place of every note
    before it, and not behind that of one after it. Where those do not tell, it may be anywhere.
    """
    order = [(e, m) for e, marks in filing.marks.items() for m in marks]
    first: dict[str, int] = {}
    for k, (_, m) in enumerate(order):
        first.setdefault(m, k)
    often = [k for k, (_, m) in enumerate(order) if sum(m == n for _, n in order) > 1]
    begin = max((k for m, k in first.items() if _order(m) < _order(mark)), default=-1)
    end = min((k for m, k in first.items() if _order(m) > _order(mark)), default=len(order))
    near = [k for k in often if begin < k <= end and first[order[k][1]] != k]
    return [_mark_path(filing, order[k][0]) for k in near or often]


def marks_were_lost(filing: Filing) -> bool:
    """Whether a footnote is marked nowhere: then some marks were not seen, and rows cannot be told
    apart by them.
    """
    return bool(
        set(filing.footnotes()) - {mark for marks in filing.marks.values() for mark in marks}
    )


def _order(mark: str) -> tuple[int, str]:
    return len(mark), mark


def _mark_path(filing: Filing, element: str) -> str:
    """The field that holds the marks printed at an element: a row's marks together, else the
    element's own field.
    """
    row = re.match(rf"({ROOT}/\w+/\w+\[\d+\])/", element)
    if row and row[1] in filing.row_paths:
        return f"{row[1]}/{MARKS}"
    return element


def limit_checks(filing: Filing) -> Iterator[Check]:
    """Widths, numbers and counts of the schema: a check for each rule that holds, one for each
    field that breaks it.
    """
    yield from _widths(filing)
    yield from _numbers(filing)
    counts = [("owners", filing.count("reportingOwner"), MOST_OWNERS)]
    counts += [
        (f"rows of Table {t.name}", sum(1 for _ in filing.rows(t)), MOST_ROWS) for t in Table
    ]
    for what, count, most in counts:
        if count:
            name = "owner-count" if what == "owners" else "row-count"
            message = f"{count} {what}, of at most {most}."
            yield verdict(filing, name, count <= most, (), f"<= {most}", str(count), message)


def _widths(filing: Filing) -> Iterator[Check]:
    held = True
    for path, field in filing.fields.items():
        element = re.sub(r"\[[^]]*\]$", "", path.removesuffix("/value")).rsplit("/", 1)[-1]
        width = WIDTHS.get(element)
        if element == "rptOwnerStreet1" and path.replace("Street1", "Street2") not in filing.fields:
            width = 2 * WIDTHS[element]  # the paper editions have one line for both
        if width and isinstance(field.value, str) and len(field.value) > width:
            held = False
            message = f"{len(field.value)} characters, of at most {width}."
            yield verdict(
                filing, "text-width", False, (path,), f"<= {width}", str(len(field.value)), message
            )
    if held:
        yield verdict(
            filing, "text-width", True, (), message="No text is longer than the schema allows."
        )


def _numbers(filing: Filing) -> Iterator[Check]:
    held = True
    for path, field in filing.fields.items():
        number = field.value
        if isinstance(number, Decimal) and not (
            0 <= number <= MOST and _places(number) <= _DECIMALS
        ):
            held = False
            message = (
                f"{grouped(number)} is not a number from 0 to {MOST:,} with at most four decimals."
            )
            yield verdict(
                filing, "number-range", False, (path,), f"0 ... {MOST}", field.text, message
            )
    if held:
        yield verdict(
            filing, "number-range", True, (), message="Every number is one that the schema allows."
        )


def _places(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
