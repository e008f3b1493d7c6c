"""The lines of signatures among what follows the tables: names, and dates beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute

from ocr_form4.stages.parse.grammar import day
from ocr_form4.stages.parse.paragraphs import Row
from ocr_form4.text import captions as cap
from ocr_form4.text.dates import named_day
from ocr_form4_models.reading import Run

_NAME = re.compile(r"[A-Za-z]{2}|/s/|\b[A-Z]\.? ?[A-Z]\b")
"""In every line of a signature: a letter that stands apart from all others is dirt, two capitals
may be the end of a name ("N.A.").
"""
SHORT_CAPTION, _SHORTENED = 14, 6
"""Letters of which a signature's caption has more, however it was cut off, and letters that one at
the left of the page lacks at most: over the fixtures 90 of them have 31 or more.
"""
_APART_CAPS = 6.0
"""Gap between a signature and other print on its line, in heights of its capitals: of 54 on 280
scans 12 are 5.3 or less, the others 6.4 or more.
"""
_DATE_LETTERS, _DATE_CAPS = 12, 4.0
"""A date has ten letters, and dirt; it begins ``_DATE_CAPS`` heights of its capitals or more right
of every name: over the fixtures 16 or more beside a name, and 0.1 at most under one.
"""


@dataclass(slots=True)
class Signed:
    """The runs of signatures: ``names`` and ``dates`` in the order in which they stand."""

    names: list[Run] = attribute(default_factory=list)
    dates: list[Run] = attribute(default_factory=list)
    seen: bool = False
    """Whether the caption of a signature was."""
    pending: list[Run] = attribute(default_factory=list)
    """Runs after a signature that may turn out to be another."""


def take_headed(row: Row, signed: Signed) -> None:
    """Names and dates stand line by line over their captions, anywhere across the page."""
    captions = [r for r in row if cap.is_the(r.text, cap.SIGNATURE) or cap.is_the(r.text, cap.DATE)]
    signed.seen = signed.seen or any(len(r.text) > SHORT_CAPTION for r in captions)
    # the asterisks before a caption may stand apart from it, and be read as anything
    take_signature(
        [r for r in row if r not in captions and re.search(r"[A-Za-z]{2}|\d/", r.text)], signed
    )


def captions_signature(row: Row) -> bool:
    return cap.is_the(row[0].text, cap.SIGNATURE)


def take_typed(row: Row, signed: Signed) -> bool:
    """Takes the caption of a signature that stands under it, on a line of its own, or its date on
    another; says whether the row was one. What stood further up signs nothing: a bar typed at a
    table's edge, say.
    """
    if captions_signature(row):
        if not signed.seen:
            signed.names, signed.dates = [], []
        signed.seen = True
        return True
    if len(row) == 1 and named_day(row[0].text):
        signed.dates += row
        return True
    return False


def has_signature_caption(row: Row, width: int, names: Sequence[Run] = ()) -> bool:
    # text that ends in "Reporting Person." stands at the left, where the caption never does
    row = [
        r
        for r in row
        if r.box.x0 >= cap.SIGNATURE_FROM * width or len(r.text) >= len(cap.SIGNATURE) - _SHORTENED
    ]
    if (
        names
        and re.search(r"\b(the|of|for|each)\W?$", names[-1].text, re.IGNORECASE)
        and not re.search(r"ign|\*", row[0].text if row else "")
    ):
        return False  # "Attorney-in-Fact for the" Reporting Person
    # the form's own note on its left may stand so near that both are one run
    ends = [end for r in row if "ignature" in (end := r.text[-len(cap.SIGNATURE) :])]
    said = [(r.text, cap.SIGNATURE + " Date") for r in row] + [(end, cap.SIGNATURE) for end in ends]
    return any(
        cap.likeness(text, caption) >= cap.LIKE and len(text) > SHORT_CAPTION
        for text, caption in said
    )


def take_after(row: Row, signed: Signed, width: int) -> None:
    """A paper form repeats the caption under every signature: what stands between counts once the
    caption follows.

    A name may also stand so close over its caption that they are one line.
    """
    right = [
        r for r in row if r.box.x0 >= cap.SIGNATURE_FROM * width and not cap.is_boilerplate(r.text)
    ]
    signed.pending += right
    if has_signature_caption(row, width):
        signed.seen = True
        take_signature(signed.pending, signed)
        signed.pending = []


def parted(row: Row, width: int) -> tuple[Row, Row]:
    """A row of text cut at a wide gap in its right half: a signature may stand beside other print.
    It does in 20 of 304 documents, of which 22 values were lost without this.
    """
    for k in range(1, len(row)):
        gap = row[k].box.x0 - row[k - 1].box.x1
        if row[k].box.x0 >= cap.SIGNATURE_FROM * width and gap > _APART_CAPS * row[k].cap_height:
            return row[:k], row[k:]
    return row, []


def take_signature(runs: Sequence[Run], signed: Signed) -> None:
    for run in [part for r in runs for part in _date_apart(r)]:
        # dirt behind it may be a mark to one reader
        is_date = any(day(r.text) and len(r.text) <= _DATE_LETTERS for r in run.readings)
        # where names begin, a trust's date goes on from the line before: "Living Trust dated /
        # October 27, 2009"
        apart = _DATE_CAPS * run.cap_height
        beside = all(run.box.x0 - name.box.x0 > apart for name in signed.names)
        if is_date or (named_day(run.text) and beside):
            signed.dates.append(run)
        elif _NAME.search(run.text) and not cap.is_the(run.text, cap.DATE):
            signed.names.append(run)


def _date_apart(run: Run) -> list[Run]:
    """A name and its date that stand close enough to be one run, taken apart."""
    pattern = (
        r"(.*(?:\S\s|[^\s\d]))\s*(\d\d/\d\d/\d{4}|(?<!dated )[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4})$"
    )
    if re.match(pattern, run.text) is None:
        return [run]
    cut = [re.match(pattern, r.text) for r in run.readings]
    parts = []
    for k in (1, 2):
        said = tuple(
            replace(r, text=m[k], ends=(), words=())
            for r, m in zip(run.readings, cut, strict=True)
            if m
        )
        parts.append(replace(run, readings=said))
    return parts
