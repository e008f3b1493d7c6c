"""What lies under a black bar, or may: nothing of it is accepted, and the reason says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ocr_form4.stages.parse.fields import REDACTED
from ocr_form4.text.boxes import names_of
from ocr_form4_models.field import Field, Kind, Place
from ocr_form4_models.form4 import ROOT, Filing
from ocr_form4_models.geometry import Box, Scan, Upright
from ocr_form4_models.page_text import PageText

_BESIDE = 40.0
"""Upright pixels beside a bar within which it covers a part of what stands there: a word's width of
small print. With 20 and with 80, ``_LOWER`` and ``_LINES`` being halved and doubled too, the bars
of tests/parse/test_redacted.py are told the same.
"""
_LOWER = 4
"""How many times nearer something must be over or under a bar: lines stand closer than words. With
2 and with 8 see ``_BESIDE``.
"""
_LINES = 80.0
"""Upright pixels above and below a bar within which running text may lack a line, as it goes on
over the bar. With 40 and with 160 see ``_BESIDE``.
"""
_ASKED = {
    "name": ("reportingOwner[1]/reportingOwnerId/", "reportingOwner[1]/reportingOwnerAddress/"),
    "issuer": ("issuer/",),
    "relationship": ("reportingOwner[1]/reportingOwnerRelationship/",),
    "earliest": ("periodOfReport",),
    "event": ("periodOfReport",),
    "fiscal": ("periodOfReport",),
    "statement": ("periodOfReport",),
    "original": ("dateOfOriginalSubmission",),
}
"""The fields that a box of the header asks for, by the beginnings of their paths."""
_MAY_BE_EMPTY = {
    "original": ("dateOfOriginalSubmission", Kind.DATE),
    "statement": ("periodOfReport", Kind.DATE),
    "relationship": (
        "reportingOwner[1]/reportingOwnerRelationship/officerTitle",
        Kind.NAME,
    ),
}
"""What a box need not hold: under a bar it may."""
_BELOW = re.compile(r"Signature\[|/footnote\[")


def tell_redacted(filing: Filing, pages: Sequence[PageText]) -> Filing:
    """The filing with a note on every field that lies under a black bar or may lie there, beside
    those of the tables' cells, which have theirs.
    """
    fields = dict(filing.fields)
    for page in pages:
        for bar in page.layout.bars:
            boxes = [b for b in page.layout.header if b.intersection(bar)]
            for number, box in enumerate(page.layout.header):
                if box in boxes:
                    _tell_box(fields, page, number, bar)
            if not boxes:
                _tell_line(fields, page, bar)
    return filing.with_fields({p: f for p, f in fields.items() if f is not filing.fields.get(p)})


def _tell_box(fields: dict[str, Field], page: PageText, number: int, bar: Box[Upright]) -> None:
    """Of a box of the header, what stands beside a bar or below it, as that may be another line
    than it seems, and what was not found.
    """
    box = page.layout.header[number]
    below: Box[Upright] = Box(box.x0, bar.y0 - _BESIDE / 2, box.x1, box.y1)
    names = set(names_of(page.header)[number])
    asked = [f"{ROOT}/{start}" for name in names for start in _ASKED.get(name, ())]
    for name in names:
        if name in _MAY_BE_EMPTY and not _stands_in(fields, page, box, name):
            path, kind = _MAY_BE_EMPTY[name]
            fields.setdefault(f"{ROOT}/{path}", Field(kind, None))
    for path, field in [*fields.items()]:
        unseen = field.value is None and any(path.startswith(start) for start in asked)
        if unseen or _lies_in(field.place, page, below):
            _note(fields, path)


def _stands_in(fields: dict[str, Field], page: PageText, box: Box[Upright], name: str) -> bool:
    field = fields.get(f"{ROOT}/{_MAY_BE_EMPTY[name][0]}")
    return field is not None and _lies_in(field.place, page, box)


def _tell_line(fields: dict[str, Field], page: PageText, bar: Box[Upright]) -> None:
    """Above the header or below the tables, what stands on a bar's lines or the next to them."""
    form = [p.box for p in page.layout.pieces] + list(page.layout.header)
    inside = any(box.contains(*bar.center) for box in form)
    width = float(page.layout.width)
    near = (
        bar.inset(-_BESIDE, -_BESIDE / _LOWER)
        if inside
        else Box(0.0, bar.y0 - _LINES, width, bar.y1 + _LINES)
    )
    for path, field in [*fields.items()]:
        lost = field.value is None and not inside and _BELOW.search(path)
        if lost or _lies_in(field.place, page, near):
            _note(fields, path)


def _lies_in(place: Place | None, page: PageText, box: Box[Upright]) -> bool:
    if place is None or place.page != page.layout.number:
        return False
    found: Box[Scan] = page.layout.rectification.box_to_scan(box)
    return found.intersection(place.box) is not None


def _note(fields: dict[str, Field], path: str) -> None:
    field = fields[path]
    if REDACTED not in field.notes:
        fields[path] = replace(field, notes=(*field.notes, REDACTED))


def pages_with_bars(pages: Sequence[PageText]) -> Iterator[int]:
    """The pages of which a part is covered by black bars."""
    return (page.layout.number for page in pages if page.layout.bars)
