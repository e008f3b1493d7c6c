"""The table of all reporting owners, each with address and relationships, that EDGAR's first page
has below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ocr_form4.stages.parse.fields import Draft, ink_notes, text_field
from ocr_form4.stages.parse.owner import by_line, split_city, words_of
from ocr_form4.text import captions as cap
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, Segment
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import INK, Reading, Run
from ocr_form4_models.reason import Code, Reason

_NEAR = 12.0
"""Pieces of rulings nearer than this are one, in upright pixels: with 6 and with 24 all owners of
36 fixtures are read the same.
"""
_TALL = 60.0
"""Least height of a ruling between columns, in upright pixels: a row holds three lines or more, of
14 at least, and their spaces. With 30 and with 120 the fixtures are read the same.
"""
_INK = 0.9
"""The score of a mark that is ink in its column, and was not read as an X. With 0.45 and with 1.0
the owners of five fixtures are judged the same.
"""
RELATIONS = (
    ("isDirector", ""),
    ("isTenPercentOwner", ""),
    ("isOfficer", "officerTitle"),
    ("isOther", "otherText"),
)
CAPTIONS = (
    "Reporting Owner Name / Address",
    "Relationships",
    "Director",
    "10% Owner",
    "Officer",
    "Other",
)


_CAPTIONED = 2
"""Relationships of a row that are captions, at least, where the row is theirs: an owner's title may
be "Director"; of 636 owners of 498 filings none has two
such texts.
"""


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """One owner: the lines of name and address, and what stands in each column of the
    relationships.
    """

    page: int
    lines: tuple[tuple[Run, ...], ...]
    relations: tuple[tuple[Run, ...], ...]
    box: Box[Upright]
    notes: tuple[Reason, ...] = ()
    """What speaks against the row as a whole."""


def joined(rows: Sequence[OwnerRow]) -> list[OwnerRow]:
    """The rows with those made one that a streak divides, which looks like a ruling: an owner's
    lines end with a state, and every owner has a relationship.
    """
    found: list[OwnerRow] = []
    for row in rows:
        before = found[-1] if found else None
        if before and not _ends(before) and _has_relation(before) != _has_relation(row):
            found[-1] = OwnerRow(
                before.page,
                before.lines + row.lines,
                tuple(a + b for a, b in zip(before.relations, row.relations, strict=True)),
                replace(before.box, y1=row.box.y1),
                (*before.notes, DIVIDED),
            )
        else:
            found.append(row)
    return found


def _ends(row: OwnerRow) -> bool:
    return bool(split_city(row.lines[-1])["State"])


def _has_relation(row: OwnerRow) -> bool:
    return any(_is_said(cell) for cell in row.relations)


def rows_of_piece(page: PageText) -> list[OwnerRow]:
    """The rows of an owners' table that was divided into cells as other tables are."""
    found = []
    for k, piece in enumerate(page.layout.pieces):
        for r in range(len(piece.rows)) if piece.is_owners else ():
            cells = [page.cells.get((k, r, c)) for c in range(len(piece.columns) - 1)]
            runs = [[line.whole for line in cell.lines] if cell else [] for cell in cells]
            box = replace(piece.cell(r, 0), x1=piece.columns[-1])
            lines = tuple((run,) for run in runs[0])
            found.append(
                OwnerRow(page.layout.number, lines, tuple(tuple(c) for c in runs[1:]), box)
            )
    return [
        row
        for row in found
        if row.lines
        and not all(_is_caption(run) for line in row.lines for run in line)
        and sum(any(_is_caption(run) for run in cell) for cell in row.relations) < _CAPTIONED
    ]


def owner_rows(page: PageText, top: float, bottom: float) -> list[OwnerRow]:
    """The rows of the owners' table on a page between two heights, by its rulings."""
    xs = _columns(page.layout, top, bottom)
    if len(xs) != len(RELATIONS) + 2:
        return []
    ys = _levels(page.layout, xs, top, bottom)
    found = []
    for y0, y1 in pairwise(ys):
        here = [part for r in page.below if y0 < r.box.center[1] < y1 for part in _cut_at(r, xs)]
        cells = [[r for r in here if a <= r.box.center[0] < b] for a, b in pairwise(xs)]
        if not cells[0] or any(cap.is_the(r.text, c) for r in here for c in CAPTIONS[:2]):
            continue
        if len(cells[0]) == 1 and all(_is_caption(r) for r in here):
            continue
        box: Box[Upright] = Box(xs[0], y0, xs[-1], y1)
        lines = tuple(tuple(line) for line in by_line(sorted(cells[0], key=lambda r: r.box.y0)))
        found.append(OwnerRow(page.layout.number, lines, tuple(tuple(c) for c in cells[1:]), box))
    return found


def _cut_at(run: Run, xs: Sequence[float]) -> list[Run]:
    """A run as it is, or word by word where a ruling between columns goes through it."""
    return words_of(run) if any(run.box.x0 + _NEAR < x < run.box.x1 - _NEAR for x in xs) else [run]


def _is_caption(run: Run) -> bool:
    return any(cap.is_the(run.text, c) for c in CAPTIONS)


def _columns(layout: PageLayout, top: float, bottom: float) -> list[float]:
    """The x of the six rulings down that one across runs along from the first to the last: the
    page's own edge may look like a ruling, too.
    """
    here = [s for s in layout.rulings.vertical if min(s.end, bottom) - max(s.start, top) >= _TALL]
    xs, count = _gathered([s.at for s in here]), len(RELATIONS) + 2
    windows = [xs[k : k + count] for k in range(len(xs) - count + 1)]

    def along(window: Sequence[float]) -> int:
        across = [s for s in layout.rulings.horizontal if top < s.at < bottom]
        return sum(
            abs(s.start - window[0]) <= 2 * _NEAR and abs(s.end - window[-1]) <= 2 * _NEAR
            for s in across
        )

    return max((w for w in windows if along(w)), key=along, default=[])


def _levels(layout: PageLayout, xs: Sequence[float], top: float, bottom: float) -> list[float]:
    """The heights at which a ruling runs along the whole first column; and where the rulings
    between columns begin and end: a page may break between two rows, and leave the ruling there on
    one side.
    """
    wide = [
        s.at
        for s in layout.rulings.horizontal
        if top < s.at < bottom and s.start <= xs[0] + 2 * _NEAR and s.end >= xs[1] - 2 * _NEAR
    ]
    ends = [(s.start, s.end) for s in layout.rulings.vertical if _is_one_of(s, xs, top, bottom)]
    low = max(top, min((start for start, _ in ends), default=bottom))
    high = min(bottom, max((end for _, end in ends), default=top))
    wide += [low] if not wide or low < min(wide) - _TALL else []
    wide += [high] if high > max(wide) + _TALL else []
    return _gathered(wide)


def _is_one_of(ruling: Segment, xs: Sequence[float], top: float, bottom: float) -> bool:
    within = min(ruling.end, bottom) - max(ruling.start, top) >= _TALL
    return within and any(abs(ruling.at - x) <= _NEAR for x in xs)


def _gathered(at: Sequence[float]) -> list[float]:
    found: list[float] = []
    for x in sorted(at):
        if not found or x - found[-1] > _NEAR:
            found.append(x)
    return found


def put_owners(draft: Draft, rows: Sequence[OwnerRow]) -> None:
    """All owners: of the first one the address alone, since its name and relationships stand in the
    header. Where its name is another there, a row may be missing, or be none.
    """
    first = draft.fields.get(f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName")
    known = str(first.value) if first is not None and first.value else ""
    if rows and known and cap.alike(" ".join(r.text for r in rows[0].lines[0]), known) < REPEATED:
        rows = [replace(row, notes=(*row.notes, NOT_REPEATED)) for row in rows]
    elif rows:
        _compare_relations(draft, rows[0])
    for number, row in enumerate(rows, 1):
        if len(row.lines) < 2:
            continue
        base = f"{ROOT}/reportingOwner[{number}]"
        before = dict(draft.fields)
        if number > 1:
            name = text_field(draft, Kind.NAME, row.lines[:1])
            draft.put(f"{base}/reportingOwnerId/rptOwnerName", name)
        _put_address(draft, f"{base}/reportingOwnerAddress", row.lines[1:])
        if number > 1:
            _put_relations(draft, f"{base}/reportingOwnerRelationship", row)
        for path, field in draft.fields.items() if row.notes else ():
            if before.get(path) is not field:
                draft.put(path, replace(field, notes=(*field.notes, *row.notes)))


def _compare_relations(draft: Draft, row: OwnerRow) -> None:
    """The header's relationships of the first owner, noted where its row says otherwise."""
    for (mark, _), cell in zip(RELATIONS, row.relations, strict=True):
        path = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship/{mark}"
        field = draft.fields.get(path)
        if field is not None and bool(field.value) != _is_said(cell):
            draft.put(path, replace(field, notes=(*field.notes, TOLD_OTHERWISE)))


def _is_said(cell: Sequence[Run]) -> bool:
    return any(re.search(r"\w", run.text) for run in cell)


def _put_address(draft: Draft, address: str, lines: Sequence[Sequence[Run]]) -> None:
    """Streets line by line, then ``CITY, ST ZIP``."""
    streets, place = lines[:-1], lines[-1]
    for path in [p for p in draft.fields if p.startswith(f"{address}/rptOwnerStreet")]:
        del draft.fields[path]
    for k, line in enumerate((streets[:1], streets[1:]), 1):
        if line or k == 1:
            draft.put(f"{address}/rptOwnerStreet{k}", text_field(draft, Kind.NAME, line))
    for part, found in split_city(place).items():
        said = [_without_comma(r) for r in found] if part == "City" else found
        draft.put(f"{address}/rptOwner{part}", text_field(draft, Kind.NAME, [said] if said else []))


REPEATED = 75.0
"""The first owner's name is so like itself when it is read twice, of 100, at least."""
NOT_REPEATED = Reason(
    Code.GUESSED_PLACE,
    "the first of the reporting owners below the tables does not repeat the first owner: one may "
    "be missing",
)
DIVIDED = Reason(
    Code.GUESSED_PLACE, "what looks like a ruling runs through this reporting owner's lines"
)
TOLD_OTHERWISE = Reason(
    Code.UNSUPPORTED, "the table of reporting owners says otherwise of this relationship"
)
RUN_TOGETHER = Reason(
    Code.GUESSED_PLACE,
    "the parts of the address are run together here, and the table that has them apart was not "
    "found",
)


def doubt_typed_address(draft: Draft) -> None:
    """The header's address, where the owners' table has it line by line: there its lines are run
    together by commas.
    """
    address = f"{ROOT}/reportingOwner[1]/reportingOwnerAddress"
    for path in [p for p in draft.fields if p.startswith(f"{address}/rptOwnerStreet")]:
        field = draft.fields[path]
        draft.put(path, replace(field, notes=(*field.notes, RUN_TOGETHER)))
    path = f"{address}/rptOwnerCity"
    if (field := draft.fields[path]).value is not None:
        readings = tuple(replace(r, text=r.text.rstrip(" ,")) for r in field.readings)
        found = tuple(replace(c, value=str(c.value).rstrip(" ,")) for c in field.candidates)
        draft.put(
            path,
            replace(
                field, value=str(field.value).rstrip(" ,"), readings=readings, candidates=found
            ),
        )


def _without_comma(run: Run) -> Run:
    return replace(
        run, readings=tuple(replace(r, text=r.text.rstrip(" ,"), ends=()) for r in run.readings)
    )


def _put_relations(draft: Draft, base: str, row: OwnerRow) -> None:
    for (mark, title), cell in zip(RELATIONS, row.relations, strict=True):
        said = [r for r in cell if _is_said([r])]
        ink = Reading(INK, "X" if said else "", _INK)
        readings = (ink, *(r for run in said for r in run.readings))
        place = draft.place_of(said) or draft.place(row.page, row.box)
        found = (Candidate(bool(said), 1.0),)
        draft.put(
            f"{base}/{mark}",
            Field(Kind.FLAG, bool(said), readings, found, place, notes=ink_notes(said)),
        )
        if title and said and not re.fullmatch(r"\W*[Xx]\W*", " ".join(r.text for r in said)):
            draft.put(f"{base}/{title}", text_field(draft, Kind.NAME, [[r] for r in said]))
