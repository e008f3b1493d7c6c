"""What follows the tables, over all pages, told apart: further owners, footnotes, remarks,
signatures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import Enum, auto

from ocr_form4.stages.parse.footnotes import is_covered, number_of, opens_with_letter
from ocr_form4.stages.parse.grammar import day
from ocr_form4.stages.parse.lost_rows import told_table
from ocr_form4.stages.parse.owner import without_caption
from ocr_form4.stages.parse.owners_table import OwnerRow
from ocr_form4.stages.parse.paragraphs import Row, is_footer, opens_paragraph, rows_of
from ocr_form4.stages.parse.signature_lines import (
    SHORT_CAPTION,
    Signed,
    captions_signature,
    has_signature_caption,
    parted,
    take_after,
    take_headed,
    take_signature,
    take_typed,
)
from ocr_form4.stages.parse.unruled_owners import owners_on, relations_on
from ocr_form4.text import captions as cap
from ocr_form4.text.owners import owners_tables
from ocr_form4_models.editions import Edition, Ruled
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run

_REMARKS = re.compile(r"Remarks[:.;] ?(?=\S)")
_EXHIBIT = re.compile(r"Exhibits?\b", re.IGNORECASE)
"""Opens remarks: of 74 remarks of 498 filings 26 have a sentence that begins so, of 2,620 notes
none.
"""
_ALONE = re.compile(r"\W{0,2}(\d{1,2})\W{0,2}")
_INDENT = 0.2
"""Notes and remarks begin further left, in shares of the page's width: of three lines asked about,
on the fixtures and 280 scans, one begins at 0.11, the others at 0.35 and 0.37.
"""
_DIRT_LETTERS = 3
"""Beside a heading, no more are dirt: of 22 runs on the fixtures two have one letter, two 4, the
others 10 or more.
"""
_SENTENCE = 50
"""Characters of the form's own print that no filer's text has by chance: of 1,903 such lines on 280
scans half have 147 or more.
"""


class Part(Enum):
    OWNERS = auto()
    LOST_TABLE = auto()
    """A table of which only the title was told: ``with_lost_rows`` says that it has rows."""
    OWNERS_TABLE = auto()
    SIGNATURES = auto()
    """Signatures with a heading of their own, before the notes."""
    FOOTNOTES = auto()
    REMARKS = auto()
    UNDER_CAPTION = auto()
    """A signature that stands under its caption, as it is typed."""
    END = auto()


@dataclass(slots=True)
class Below:
    """The runs after the tables, sorted by what they are."""

    owners: list[list[Run]] = attribute(default_factory=list)
    table: list[OwnerRow] = attribute(default_factory=list)
    """All owners, where they stand in a table of their own."""
    footnotes: list[tuple[int, list[Row]]] = attribute(default_factory=list)
    no_securities: Row = attribute(default_factory=list)
    """Form 3's own sentence that nothing is owned, where it is printed."""
    remarks: list[Row] = attribute(default_factory=list)
    signed: Signed = attribute(default_factory=Signed)
    unplaced: list[Run] = attribute(default_factory=list)
    unnumbered: list[Row] = attribute(default_factory=list)
    """What stands where the notes do, before the first one or without any."""
    in_print: bool = False
    """Whether the line before was the form's own print."""


def sort_below(pages: Sequence[PageText], edition: Edition) -> Below:
    """The text after the tables told apart by the captions that open and close its parts."""
    below = Below()
    part = Part.OWNERS
    headed_at_all = edition.owners_in_table and any(
        _headed([r], part) for page in pages for r in page.below
    )
    columns: tuple[float, ...] = ()
    for page in pages:
        width = page.layout.width
        rows = rows_of(page.below, width)
        if edition.owners_in_table:
            top, bottom = _owners_between(page, rows, part)
            columns = relations_on(page, top, bottom) or columns
            found, others = owners_on(page, top, bottom, columns)
            below.table += found
            below.unplaced += others
        for row in rows:
            if edition.owners_in_table and (headed := _headed(row, part)):
                part = headed
                continue
            if part is Part.OWNERS_TABLE or (headed_at_all and part is Part.OWNERS):
                continue  # before the first heading stands the form's own print
            if part is Part.SIGNATURES:
                take_headed(row, below.signed)
                continue
            if edition.ruled is Ruled.TYPED and (
                captions_signature(row) or part is Part.UNDER_CAPTION
            ):
                part = Part.UNDER_CAPTION
                if not take_typed(row, below.signed) and not _is_print(row, below):
                    take_signature(row, below.signed)
                continue
            part = _next_part(row, part, below, width)
            if part is Part.END:
                take_after(row, below.signed, width)
            else:
                _take(row, part, below, width)
    return below


_HEADINGS = {
    "Reporting Owners": Part.OWNERS_TABLE,
    "Signatures": Part.SIGNATURES,
    cap.EXPLANATION: Part.FOOTNOTES,
}


def _headed(row: Row, part: Part) -> Part | None:
    """The part that a heading opens, where every part has one."""
    said = [r.text for r in row if len(r.text) > _DIRT_LETTERS]  # beside it may be dirt
    if len(said) != 1:
        return None
    return next(
        (p for words, p in _HEADINGS.items() if p is not part and cap.is_the(said[0], words)),
        None,
    )


def _owners_between(page: PageText, rows: Sequence[Row], part: Part) -> tuple[float, float]:
    """The heights between which the owners' table stands on a page: from its heading, or the page's
    top, to the next heading.
    """
    height, owners = float(page.layout.height), owners_tables(page)
    top = (
        max((p.box.y1 for k, p in enumerate(page.layout.pieces) if k not in owners), default=0.0)
        if part is Part.OWNERS_TABLE
        else height
    )
    bottom = height
    for row in rows:
        headed = _headed(row, part)
        if headed is Part.OWNERS_TABLE:
            top = row[0].box.y1
        elif headed is not None:
            bottom = min(bottom, row[0].box.y0)
        part = headed or part
    return top, bottom


def _next_part(row: Row, part: Part, below: Below, width: int) -> Part:
    text = row[0].text
    if part is Part.END or has_signature_caption(row, width, below.signed.names):
        return Part.END
    if _is_explanation(text):
        return Part.FOOTNOTES
    if cap.is_the(text, cap.REMARKS) or _REMARKS.match(text):
        return Part.REMARKS
    if part is Part.OWNERS and told_table(text):
        return Part.LOST_TABLE
    if part is Part.OWNERS and _opens_footnotes(row, below):
        return Part.FOOTNOTES
    return part


def _is_explanation(text: str) -> bool:
    """Whether this is the caption over the footnotes, or its first word where the rest was torn
    off.
    """
    return cap.is_the(text, cap.EXPLANATION) or cap.is_the(text, cap.EXPLANATION.split()[0])


def _opens_footnotes(row: Row, below: Below) -> bool:
    """A first footnote whose caption was not read."""
    return (
        not below.owners
        and re.match(r"^\(?1[.)]", row[0].text) is not None
        and not cap.opens_with(row[0].text, cap.NAME)
        and cap.likeness(row[0].text, cap.NAME) < cap.LIKE
    )


def _take(row: Row, part: Part, below: Below, width: int) -> None:
    if part is Part.LOST_TABLE or (part is Part.OWNERS and _take_owner(row, below, width)):
        return
    if is_footer(row):
        return
    body = [r for r in row if not _is_explanation(r.text) and not cap.is_the(r.text, cap.REMARKS)]
    if row[0].box.x0 >= cap.SIGNATURE_FROM * width or part is Part.OWNERS:
        right = [r for r in body if r.box.x0 >= cap.SIGNATURE_FROM * width]
        take_signature([r for r in right if not cap.opens_print(r.text)], below.signed)
        return
    if part is Part.FOOTNOTES and not below.footnotes and _says_nothing_is_owned(body):
        below.no_securities = body
        return
    body = _without_signature(body, below, width)
    if not body:
        return
    if part is Part.FOOTNOTES:
        _take_footnote(body, below)
    elif part is Part.REMARKS:
        opening = without_caption(body[0], cap.REMARKS) if _REMARKS.match(body[0].text) else None
        below.remarks.append([opening, *body[1:]] if opening else body)


def _take_owner(row: Row, below: Below, width: int) -> bool:
    """Takes a row that opens a further owner's box 1, or goes on with it; says whether it did."""
    name = row[0].text
    if cap.opens_with(name, cap.NAME) or (
        cap.likeness(name, cap.NAME) >= cap.LIKE and len(name) > SHORT_CAPTION
    ):
        below.owners.append(list(row))
        return True
    if not below.owners or row[0].box.x0 >= cap.SIGNATURE_FROM * width:
        return False
    closed = any(cap.is_the(r.text, c) for r in below.owners[-1] for c in (cap.CITY, cap.ZIP))
    if not closed or any(
        cap.is_the(r.text, c) for r in row for c in (cap.CITY, cap.STATE, cap.ZIP)
    ):
        below.owners[-1] += row
    else:  # box 1 is over, and no caption says what this is
        below.unplaced += row
    return True


def _without_signature(body: Row, below: Below, width: int) -> Row:
    """A row of notes or remarks without the signature that stands beside it, which is taken; empty
    where it is print of the form's own.
    """
    if _is_print(body, below):
        return []
    if len(body) > 1 and _is_print(body[:1], below):  # boilerplate beside the signature
        take_signature(body[1:], below.signed)
        return []
    body, beside = parted(body, width)
    if _is_signed(body, beside, width):
        body, beside = [], [*body, *beside]
    take_signature(beside, below.signed)
    return [] if beside and _is_print(body, below) else body


def _is_signed(body: Row, beside: Row, width: int) -> bool:
    """Whether what stands before a date is the name of who signed then: a long one, set in the
    middle, begins left of the middle of the page, and right of where notes do.
    """
    dated = len(beside) == 1 and bool(day(beside[0].text))
    return dated and len(body) == 1 and body[0].box.x0 >= _INDENT * width


def _is_print(body: Row, below: Below) -> bool:
    """Whether a line is the form's own print, rather than text that ends in words of it: "Reporting
    Person."

    The form's sentences begin with their beginning: a short piece of one counts only where print
    goes on.
    """
    whole = below.in_print or any(cap.opens_print(r.text) or len(r.text) >= _SENTENCE for r in body)
    # the asterisk of a sentence may stand apart
    words = [r for r in body if re.search(r"\w", r.text)] or body
    below.in_print = (
        bool(words)
        and whole
        and all(cap.is_boilerplate(r.text) or cap.ends_print(r.text) for r in words)
    )
    return below.in_print or not body


def _says_nothing_is_owned(row: Row) -> bool:
    return bool(row) and cap.is_the(row[0].text, cap.NO_SECURITIES)


def _take_footnote(row: Row, below: Below) -> None:
    """A line that opens with the next number opens a footnote; one number may have been misread
    before it.
    """
    number = number_of(row[0])
    if (
        number is None
        and len(row) > 1
        and (alone := _ALONE.fullmatch(row[0].text))
        and int(alone[1])
    ):
        number, row = int(alone[1]), row[1:]  # the number stands in a column of its own
    if number is None and below.footnotes and (is_covered(row[0]) or _is_misread(row, below)):
        number = below.footnotes[-1][0] + 1  # a hole or a blot took the figure
    number = _without_stroke(number, below)
    if number is None and _opens_remarks(row, below):
        below.remarks.append(row)
        return
    if not below.footnotes:
        if number is not None:
            below.footnotes.append((number, [row]))
        else:
            below.unnumbered.append(row)
        return
    last, lines = below.footnotes[-1]
    ended = _has_ended(lines)
    if number == last + 1 or (number in (last + 2, last + 3) and ended):
        # another note follows: what looked like a paragraph of its own was none
        lines += below.remarks
        below.remarks = []
        below.footnotes.append((number, [row]))
    else:
        lines.append(row)


def _has_ended(lines: Sequence[Row]) -> bool:
    return bool(re.search(r"[.;:)\"'”]\s*$", lines[-1][-1].text))


def _without_stroke(number: int | None, below: Below) -> int | None:
    """A note's number without the stroke before it that was read as a one, where that is the number
    that comes next.
    """
    expected = below.footnotes[-1][0] + 1 if below.footnotes else 1
    ended = not below.footnotes or _has_ended(below.footnotes[-1][1])
    return expected if ended and str(number) == f"1{expected}" else number


def _is_misread(row: Row, below: Below) -> bool:
    """Whether a line opens with a letter that a figure is misread as, behind a note that has ended:
    "s. Not applicable." is the third or the fifth.
    """
    return opens_with_letter(row[0]) and _has_ended(below.footnotes[-1][1])


def _opens_remarks(row: Row, below: Below) -> bool:
    """On a paper form, where notes open with ``(1)``, remarks follow as a paragraph without number
    or caption; a list of exhibits is none of a note's.
    """
    if below.remarks:
        return True
    if below.footnotes and _EXHIBIT.match(row[0].text) and _has_ended(below.footnotes[-1][1]):
        return True
    if not below.footnotes or not below.footnotes[0][1][0][0].text.startswith("("):
        return False
    return opens_paragraph(row, [r for _, note in below.footnotes for r in note])
