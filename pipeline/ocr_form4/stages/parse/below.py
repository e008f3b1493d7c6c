"""What follows the tables, over all pages: further owners, footnotes, remarks, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from enum import Enum, auto

from ocr_form4.stages.parse.country import put_country
from ocr_form4.stages.parse.fields import Draft, derived, ink_notes, text_field, typed_field
from ocr_form4.stages.parse.footnotes import footnote, is_covered, number_of, opens_with_letter
from ocr_form4.stages.parse.grammar import day
from ocr_form4.stages.parse.owner import put_owner, without_caption
from ocr_form4.stages.parse.owners_table import OwnerRow, owner_rows, put_owners, rows_of_piece
from ocr_form4.stages.parse.paragraphs import Row, opens_paragraph, rows_of
from ocr_form4.stages.parse.sense import sensible_signature, sensible_text
from ocr_form4.stages.parse.signers import by_date
from ocr_form4.text import captions as cap
from ocr_form4.text.dates import named_day
from ocr_form4_models.editions import Edition, Ruled
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import ROOT, footnote_path
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code, Reason

_REMARKS = re.compile(r"Remarks[:.;] ?(?=\S)")
_ALONE = re.compile(r"\W{0,2}(\d{1,2})\W{0,2}")
_NAME = re.compile(r"[A-Za-z]{2}|/s/|\b[A-Z]\.? ?[A-Z]\b")
"""In every line of a signature: a letter that stands apart from all others is dirt, two capitals
may be the end of a name ("N.A.").
"""
_AT_FIRST = 3
"""A first note has no higher number, unless pages are missing."""
UNNUMBERED = Reason(
    Code.GUESSED_PLACE, "it stands where the notes do, and has neither a number nor a caption"
)
_DIRT_LETTERS = 3
"""Beside a heading, no more are dirt."""
_SHORT_CAPTION, _SHORTENED = 14, 6
"""Letters of which a signature's caption has more, however it was cut off, and letters that one at
the left of the page lacks at most: over the fixtures 90 of them have 31 or more.
"""
_APART_CAPS = 6.0
"""A signature stands so far from other print on its line, in heights of its capitals."""
_DATE_LETTERS, _DATE_CAPS = 12, 4.0
"""A date has ten letters, and dirt; it begins so far right of every name, in heights of its
capitals: over the fixtures 16 or more beside a name, and 0.1 at most under one.
"""
_FOOTER_LETTERS = 120
"""A web page's footer is no longer; a footnote that quotes an address may be."""
_SENTENCE = 50
"""Characters of the form's own print that no filer's text has by chance."""


class Part(Enum):
    OWNERS = auto()
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
    names: list[Run] = attribute(default_factory=list)
    dates: list[Run] = attribute(default_factory=list)
    signature_seen: bool = False
    pending: list[Run] = attribute(default_factory=list)
    """Runs after a signature that may turn out to be another."""
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
    for page in pages:
        width = page.layout.clean.shape[1]
        rows = rows_of(page.below, width)
        if edition.owners_in_table:
            below.table += rows_of_piece(page) or _owners_on(page, rows, part)
        for row in rows:
            if edition.owners_in_table and (headed := _headed(row, part)):
                part = headed
                continue
            if part is Part.OWNERS_TABLE or (headed_at_all and part is Part.OWNERS):
                continue  # before the first heading stands the form's own print
            if part is Part.SIGNATURES:
                _take_headed_signature(row, below)
                continue
            if edition.ruled is Ruled.TYPED and (
                _captions_signature(row) or part is Part.UNDER_CAPTION
            ):
                part = Part.UNDER_CAPTION
                _take_typed_signature(row, below)
                continue
            part = _next_part(row, part, below, width)
            if part is Part.END:
                _take_after_signature(row, below, width)
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


def _owners_on(page: PageText, rows: Sequence[Row], part: Part) -> list[OwnerRow]:
    """The rows of the owners' table on a page: from its heading, or the page's top, to the next
    heading.
    """
    height = float(page.layout.clean.shape[0])
    top = (
        max((p.box.y1 for p in page.layout.pieces), default=0.0)
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
    return owner_rows(page, top, bottom)


def _take_headed_signature(row: Row, below: Below) -> None:
    """Names and dates stand line by line over their captions, anywhere across the page."""
    captions = [r for r in row if cap.is_the(r.text, cap.SIGNATURE) or cap.is_the(r.text, cap.DATE)]
    below.signature_seen = below.signature_seen or any(
        len(r.text) > _SHORT_CAPTION for r in captions
    )
    # the asterisks before a caption may stand apart from it, and be read as anything
    _take_signature(
        [r for r in row if r not in captions and re.search(r"[A-Za-z]{2}|\d/", r.text)], below
    )


def _captions_signature(row: Row) -> bool:
    return cap.is_the(row[0].text, cap.SIGNATURE)


def _take_typed_signature(row: Row, below: Below) -> None:
    """A signature, and its date, on lines of their own under their captions; then the form's own
    print. What stood further up signs nothing: a bar typed at a table's edge, say.
    """
    if _captions_signature(row):
        if not below.signature_seen:
            below.names, below.dates = [], []
        below.signature_seen = True
    elif len(row) == 1 and named_day(row[0].text):
        below.dates += row
    elif not _is_print(row, below):
        _take_signature(row, below)


def _next_part(row: Row, part: Part, below: Below, width: int) -> Part:
    text = row[0].text
    if part is Part.END or _has_signature_caption(row, width, below.names):
        return Part.END
    if _is_explanation(text):
        return Part.FOOTNOTES
    if cap.is_the(text, cap.REMARKS) or _REMARKS.match(text):
        return Part.REMARKS
    if part is Part.OWNERS and _opens_footnotes(row, below):
        return Part.FOOTNOTES
    return part


def _is_explanation(text: str) -> bool:
    """Whether this is the caption over the footnotes, or its first word where the rest was torn
    off.
    """
    return cap.is_the(text, cap.EXPLANATION) or cap.is_the(text, cap.EXPLANATION.split()[0])


def _has_signature_caption(row: Row, width: int, names: Sequence[Run] = ()) -> bool:
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
        cap.likeness(text, caption) >= cap.LIKE and len(text) > _SHORT_CAPTION
        for text, caption in said
    )


def _take_after_signature(row: Row, below: Below, width: int) -> None:
    """A paper form repeats the caption under every signature: what stands between counts once the
    caption follows.

    A name may also stand so close over its caption that they are one line.
    """
    right = [
        r for r in row if r.box.x0 >= cap.SIGNATURE_FROM * width and not cap.is_boilerplate(r.text)
    ]
    below.pending += right
    if _has_signature_caption(row, width):
        below.signature_seen = True
        _take_signature(below.pending, below)
        below.pending = []


def _opens_footnotes(row: Row, below: Below) -> bool:
    """A first footnote whose caption was not read."""
    return (
        not below.owners
        and re.match(r"^\(?1[.)]", row[0].text) is not None
        and not cap.opens_with(row[0].text, cap.NAME)
        and cap.likeness(row[0].text, cap.NAME) < cap.LIKE
    )


def _take(row: Row, part: Part, below: Below, width: int) -> None:
    if part is Part.OWNERS and _take_owner(row, below, width):
        return
    if _is_footer(row):
        return
    body = [r for r in row if not _is_explanation(r.text) and not cap.is_the(r.text, cap.REMARKS)]
    if row[0].box.x0 >= cap.SIGNATURE_FROM * width or part is Part.OWNERS:
        _take_signature([r for r in body if r.box.x0 >= cap.SIGNATURE_FROM * width], below)
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
        cap.likeness(name, cap.NAME) >= cap.LIKE and len(name) > _SHORT_CAPTION
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
        _take_signature(body[1:], below)
        return []
    body, beside = _beside(body, width)
    _take_signature(beside, below)
    return [] if beside and _is_print(body, below) else body


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


def _beside(row: Row, width: int) -> tuple[Row, Row]:
    """A row of text cut at a wide gap in its right half: a signature may stand beside other
    print.
    """
    for k in range(1, len(row)):
        gap = row[k].box.x0 - row[k - 1].box.x1
        if row[k].box.x0 >= cap.SIGNATURE_FROM * width and gap > _APART_CAPS * row[k].cap_height:
            return row[:k], row[k:]
    return row, []


def _take_signature(runs: Sequence[Run], below: Below) -> None:
    for run in [part for r in runs for part in _date_apart(r)]:
        is_date = day(run.text) and len(run.text) <= _DATE_LETTERS
        # where names begin, a trust's date goes on from the line before: "Living Trust dated /
        # October 27, 2009"
        beside = all(run.box.x0 - name.box.x0 > _DATE_CAPS * run.cap_height for name in below.names)
        if is_date or (named_day(run.text) and beside):
            below.dates.append(run)
        elif _NAME.search(run.text) and not cap.is_the(run.text, cap.DATE):
            below.names.append(run)


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


def _is_misread(row: Row, below: Below) -> bool:
    """Whether a line opens with a letter that a figure is misread as, behind a note that has ended:
    "s. Not applicable." is the third or the fifth.
    """
    return opens_with_letter(row[0]) and _has_ended(below.footnotes[-1][1])


def _opens_remarks(row: Row, below: Below) -> bool:
    """On a paper form, where notes open with ``(1)``, remarks follow as a paragraph without number
    or caption.
    """
    if below.remarks:
        return True
    if not below.footnotes or not below.footnotes[0][1][0][0].text.startswith("("):
        return False
    return opens_paragraph(row, [r for _, note in below.footnotes for r in note])


def _is_footer(row: Row) -> bool:
    """A print's own footer: page number, source, address of a web page."""
    text = " ".join(r.text for r in row)
    return (
        bool(re.search(r"^(Source:|https?://|www\.)|\bPage \d+( of \d+)?$", text))
        and len(text) < _FOOTER_LETTERS
    )


def put_below(draft: Draft, below: Below, edition: Edition) -> None:
    """The fields after the tables. The first box 1 repeats the first owner and is left out."""
    if edition.form == "3":
        draft.put(f"{ROOT}/noSecuritiesOwned", _no_securities(draft, below.no_securities))
    put_owners(draft, below.table)
    for number, runs in enumerate(below.owners[1:], 2):
        put_owner(draft, number, runs)
        if edition.has_country:
            put_country(draft, number, runs)
    found = {number: footnote(draft, number, lines) for number, lines in below.footnotes}
    marked = {int(i[1:]) for ids in draft.marks.values() for i in ids if i}
    # what follows no other note and is marked nowhere is dirt before a line: none is missing before
    last = max((n for n in found if n in marked or n - 1 in found or n <= _AT_FIRST), default=0)
    for number in sorted(found.keys() | marked | set(range(1, last))):
        # what is marked, or left out in the numbering, was expected: missing it must not go unseen
        draft.put(footnote_path(number), found.get(number, Field(Kind.FOOTNOTE, None)))
    alone = not found and not marked
    below.unplaced += [] if alone else [run for row in below.unnumbered for run in row]
    below.remarks += below.unnumbered if alone else []
    # else it is dirt
    if any(re.search(r"[A-Za-z]{2}", run.text) for row in below.remarks for run in row):
        remarks = sensible_text(text_field(draft, Kind.TEXT, below.remarks))
        notes = (*remarks.notes, UNNUMBERED) if alone and below.unnumbered else remarks.notes
        draft.put(f"{ROOT}/remarks", replace(remarks, notes=notes))
    _put_signatures(draft, below)


def _no_securities(draft: Draft, said: Sequence[Run]) -> Field:
    """Whether a Form 3 says that nothing is owned; one without any row must say so, or a part of it
    was not read.
    """
    if said:
        readings = tuple(r for run in said for r in run.readings)
        return Field(
            Kind.FLAG,
            True,
            readings,
            (Candidate(True, 1.0),),
            draft.place_of(said),
            notes=ink_notes(said),
        )
    return derived(Kind.FLAG, False) if draft.rows else Field(Kind.FLAG, None)


def _put_signatures(draft: Draft, below: Below) -> None:
    """Signatures with their dates: a name may take several lines, its date stands beside them."""
    groups = by_date(below.names, below.dates)
    for k, (names, dated) in enumerate(groups, 1):
        base = f"{ROOT}/ownerSignature[{k}]"
        draft.put(
            f"{base}/signatureName",
            sensible_signature(text_field(draft, Kind.NAME, [[n] for n in names])),
        )
        draft.put(f"{base}/signatureDate", typed_field(draft, Kind.DATE, dated, day))
    if not groups:
        draft.put(f"{ROOT}/ownerSignature[1]/signatureName", Field(Kind.NAME, None))
        draft.put(f"{ROOT}/ownerSignature[1]/signatureDate", Field(Kind.DATE, None))
