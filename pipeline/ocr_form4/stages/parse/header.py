"""The boxes above Table I, and what stands over them: form, check boxes, person, issuer, dates,
relationship.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_form4.stages.parse.country import put_country
from ocr_form4.stages.parse.fields import (
    GUESSED_BOX,
    Draft,
    as_one,
    flag_field,
    joined_readings,
    text_field,
    typed_field,
)
from ocr_form4.stages.parse.grammar import day, month_year, trading_symbol
from ocr_form4.stages.parse.owner import put_owner, without_caption
from ocr_form4.stages.parse.owners_table import doubt_typed_address
from ocr_form4.stages.parse.relationship import put_joint, put_relationship
from ocr_form4.text import captions as cap
from ocr_form4.text.boxes import BOXES, by_box
from ocr_form4_models.editions import Edition, Ruled
from ocr_form4_models.field import Candidate, Field, Kind, Place
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.geometry import union
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import NOT_ASKED, Reading, Run, of_the_picture
from ocr_form4_models.reason import Code, Reason

UNCONFIRMED = Reason(
    Code.TITLE_UNCONFIRMED, "the form's number and its title do not confirm each other"
)
_OVER_THE_HEADER = {
    f"{ROOT}/{name}"
    for name in (
        "documentType",
        "notSubjectToSection16",
        "form3HoldingsReported",
        "form4TransactionsReported",
    )
} | {f"{ROOT}/aff10b5One"}
"""What stands above the boxes, and is found without them."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the header tells about the form as a whole."""

    form: str
    """"3", "4" or "5", empty where it cannot be read."""
    amendment: bool
    has_10b5: bool
    runs: dict[str, tuple[Run, ...]]
    document_type: Field
    month_only: bool
    """Box 4 asks for a month, as in 1996."""


def read_header(page: PageText) -> Header:
    """Which boxes the header of a first page has, with the runs of each."""
    runs = by_box(page.header)
    form, amendment, kind = _document_type(page)
    has_10b5 = any(re.search(r"10b5|indicate that a", r.text) for r in page.above)
    statement = " ".join(r.text for r in runs.get("statement", ()))
    month_only = bool(runs.get("statement")) and "day" not in statement.lower()
    return Header(form, amendment, has_10b5, runs, kind, month_only)


def _document_type(page: PageText) -> tuple[str, bool, Field]:
    """Which form: from "FORM 4" at the top left, confirmed by the statement's name in the
    middle.
    """
    titles = " ".join(r.text for r in page.above).upper()
    by_name = "3" if "INITIAL STATEMENT" in titles else "5" if "ANNUAL STATEMENT" in titles else ""
    if not by_name and "STATEMENT OF CHANGES" in titles:
        by_name = "4"
    best: Run | None = None
    for run in _forms_joined(page.above):
        if re.search(r"FORM\s*[345]|SEC Form [345]", run.text) and (
            best is None or run.cap_height > best.cap_height
        ):
            best = run
    printed = re.search(r"FORM\s*([345])\s*(/?\s*A)?\b", best.text.upper()) if best else None
    form = (printed[1] if printed else "") or by_name
    amendment = bool(printed and printed[2])
    value = form + ("/A" if amendment else "")
    readings = best.readings if best else ()
    agreed = bool(printed) and printed[1] == by_name if printed else False
    notes = () if agreed or not form else (UNCONFIRMED,)
    found = (Candidate(value, 1.0),) if value else ()
    return form, amendment, Field(Kind.CODE, value or None, readings, found, notes=notes)


def _forms_joined(above: Sequence[Run]) -> list[Run]:
    """The runs, with a number that stands under "FORM" for want of room put behind it."""
    found = list(above)
    for run in above:
        numbers = [
            o
            for o in above
            if re.fullmatch(r"[345]\s?(/\s?A)?", o.text)
            and 0 < o.box.y0 - run.box.y0 < 3 * run.cap_height
            and run.box.x0 <= o.box.center[0] <= run.box.x1
        ]
        if re.fullmatch(r"FORM", run.text) and numbers:
            said = tuple(
                replace(r, text=f"FORM {r.text}", words=(), ends=()) for r in numbers[0].readings
            )
            found.append(replace(run, readings=said))
    return found


def put_header(draft: Draft, page: PageText, header: Header, edition: Edition) -> None:
    """The fields of the header, but for the further owners and the period of the 1996 form."""
    before = set(draft.fields)
    draft.put(
        f"{ROOT}/documentType", replace(header.document_type, place=_title_place(draft, page))
    )
    put_dates(draft, header, edition)
    for name, caption in edition.check_boxes.items():
        draft.put(f"{ROOT}/{name}", flag_field(draft, page.check_marks.boxes.get(caption)))
    put_issuer(draft, header)
    _put_foreign_symbol(draft, header)
    runs = header.runs.get("name", ())
    put_owner(draft, 1, runs, edition.types_address_on)
    if edition.owners_in_table:
        doubt_typed_address(draft)
    if edition.has_country:
        put_country(draft, 1, runs)
    put_relationship(
        draft, page.check_marks.choices, header.runs.get("relationship", ()), edition.marks
    )
    put_joint(draft, page.check_marks.choices, edition.marks)
    if page.layout.guessed_header and not _is_whole_list(header, edition):
        for path in draft.fields.keys() - _OVER_THE_HEADER - before:
            draft.put(
                path, replace(draft.fields[path], notes=(*draft.fields[path].notes, GUESSED_BOX))
            )


def _is_whole_list(header: Header, edition: Edition) -> bool:
    """Whether the boxes are the list that a typed form has instead, with every one of them found:
    each ends where the next one's caption stands, and no ruling is missing.
    """
    return edition.ruled is Ruled.TYPED and all(name in header.runs for name in edition.boxes)


def _title_place(draft: Draft, page: PageText) -> Place | None:
    return draft.place_of([r for r in page.above if re.search(r"FORM\s*\d", r.text.upper())][:1])


def _data(runs: Sequence[Run], *texts: str) -> list[Run]:
    """The runs of a box without its captions."""
    kept = []
    for run in runs:
        rest: Run | None = run
        for text in texts:
            if rest is not None:
                rest = without_caption(rest, text)
        if (
            rest is not None
            and not cap.is_caption(rest.text)
            and re.search(r"[A-Za-z0-9]", rest.text)
        ):
            kept.append(rest)
    return kept


def put_dates(draft: Draft, header: Header, edition: Edition) -> None:
    """Period of report and date of the original; on paper the statement's month as a field of the
    page.
    """
    asked = [name for name in ("earliest", "event", "fiscal", "statement") if name in edition.boxes]
    for name in (
        asked if not any(name in header.runs for name in asked) and not header.month_only else ()
    ):
        if "Month/Year" not in edition.boxes[name].caption:  # which day it asks for was not found
            draft.put(f"{ROOT}/periodOfReport", Field(Kind.DATE, None))
    for name in ("earliest", "event", "fiscal", "statement"):
        runs = header.runs.get(name)
        if not runs:
            continue
        data = [r for r in _data(runs, *BOXES[name]) if re.search(r"\d", r.text)]
        if name == "statement" and header.month_only:
            draft.put("page:statementMonth", typed_field(draft, Kind.TEXT, data[:1], month_year))
            continue
        draft.put(
            f"{ROOT}/periodOfReport", typed_field(draft, Kind.DATE, _dates_first(data)[:1], day)
        )
    data = [
        r
        for r in _data(header.runs.get("original", ()), *BOXES["original"])
        if re.search(r"\d", r.text)
    ]
    if data or header.amendment:
        draft.put(
            f"{ROOT}/dateOfOriginalSubmission",
            typed_field(draft, Kind.DATE, _dates_first(data)[:1], day),
        )
    data = _data(header.runs.get("irs", ()), *BOXES["irs"])
    if data:
        draft.put("page:irsNumber", text_field(draft, Kind.TEXT, [data]))


def _dates_first(runs: Sequence[Run]) -> list[Run]:
    """What is a date, as any reader has it, before what has a figure otherwise: dirt behind a
    caption.
    """
    return sorted(runs, key=lambda r: not any(day(s.text) for s in of_the_picture(r.readings)))


def put_issuer(draft: Draft, header: Header) -> None:
    """Box 2: ``Name [ SYMBOL ]``, or ``Name (SYMBOL)`` on paper; the symbol is cut off every
    reading alike.
    """
    runs = _data(header.runs.get("issuer", ()), *BOXES["issuer"])
    if not runs:
        draft.put(f"{ROOT}/issuer/issuerName", Field(Kind.NAME, None))
        draft.put(f"{ROOT}/issuer/issuerTradingSymbol", Field(Kind.NAME, None))
        return
    apart = _symbol_apart(runs)
    runs = runs[:-1] if apart else runs
    whole = _without_tail(
        replace(as_one(runs, joined_readings([[r] for r in runs])), box=union(r.box for r in runs))
    )
    parts: list[list[Reading]] = [[], []]
    for reading in whole.readings:
        # where no bracket was seen the symbol's first letter may be it: even odds at most
        sure = 1.0 if _OPENED.search(reading.text) or _STRAY.search(reading.text) else 0.5
        for k, text in enumerate(_split_symbol(reading.text)):
            if text:
                part = _part_of(reading, text, at_end=bool(k))
                score = min(sure, part.confidence) if k else part.confidence
                parts[k].append(replace(part, confidence=score))
    parts[1] += apart.readings if apart else ()
    named, symbol = (replace(whole, readings=tuple(said)) for said in parts)
    draft.put(f"{ROOT}/issuer/issuerName", text_field(draft, Kind.NAME, [[named]]))
    if symbol.readings or not re.search(r"[\[(]\s*[\])]\s*$", whole.text):
        draft.put(
            f"{ROOT}/issuer/issuerTradingSymbol",
            typed_field(draft, Kind.NAME, [symbol], trading_symbol),
        )


def _without_tail(issuer: Run) -> Run:
    """A run without what its readers see behind a symbol in brackets; it is marked, as something
    was left out there.
    """
    said = tuple(_cut_behind(r) for r in issuer.readings)
    return replace(issuer, readings=said, struck=issuer.struck or said != issuer.readings)


def _cut_behind(reading: Reading) -> Reading:
    text = _BEHIND.sub(r"\1", reading.text)
    if text == reading.text:
        return reading
    return replace(reading, text=text, words=reading.words[: len(text.split(" "))], ends=())


def _part_of(reading: Reading, text: str, *, at_end: bool) -> Reading:
    """The part of a reading that says ``text``, at its beginning or its end, with the scores of its
    own words: how sure a reader is of the bracket says nothing of the name. The whole one's score
    where nobody can say which words these are.
    """
    part = replace(reading, text=text, words=(), ends=())
    whole, own = reading.text.split(" "), text.split(" ")
    if len(reading.words) != len(whole):
        return part
    starts = range(len(whole) - len(own), -1, -1) if at_end else (0,)
    for start in starts:
        words = [re.sub(r"[\[\](){}|]", "", w) for w in whole[start : start + len(own)]]
        scores = reading.words[start : start + len(own)]
        if words == own and all(p > NOT_ASKED for p in scores):
            return replace(part, confidence=min(scores), words=scores if not at_end else ())
    return part


def _symbol_apart(runs: Sequence[Run]) -> Run | None:
    """The symbol where it is typed in a line of its own, without brackets. Figures among its
    letters are letters like them.
    """
    alone = len(runs) > 1 and not any(re.search(r"[\[\](){}]", r.text) for r in runs)
    found = alone and re.search(r"[A-Z]", runs[-1].text) and _SYMBOL.fullmatch(runs[-1].text)
    return runs[-1] if found else None


def _put_foreign_symbol(draft: Draft, header: Header) -> None:
    """Box 2a, where something stands in it: most issuers have no symbol abroad."""
    data = _data(header.runs.get("foreign", ()), *BOXES["foreign"])
    if data:
        draft.put(
            f"{ROOT}/issuer/issuerForeignTradingSymbol",
            text_field(draft, Kind.NAME, [[r] for r in data]),
        )


_SYMBOL = re.compile(r"[A-Z10586]{1,5}([.-][A-Z]{1,2})?")
_OPENED = re.compile(r"[\[({|][^\])}]*([\])}|]\s?\W?\w?\W?)?$")
_STRAY = re.compile(r"\s[I1lJ](?=\s[A-Za-z.]{1,6}\s?\]\W?$)")
"""A letter before a symbol that is its bracket, misread."""
_BEHIND = re.compile(r"(?<=[A-Z]| )([\]}])\s.{1,6}$")
"""What stands behind a symbol's bracket: of 498 names as filed none has one, and what was
read there on 555 scans was dirt.
"""
_LOST = re.compile(r"\s(?=[A-Za-z.]{1,6}\s?\]\W?$)")


def _split_symbol(text: str) -> tuple[str, str]:
    """Name and symbol: ``INTEL CORP [ INTC ]``, also where the first bracket was misread or not
    seen.

    Behind a bracket, and where no space follows, a letter that may be a bracket belongs to the
    symbol.
    """
    if not _OPENED.search(text):
        text = _LOST.sub(" [", _STRAY.sub("", text))
    # behind the last bracket nothing counts: a piece of a ruling that the bracket stood on, at most
    match = re.fullmatch(r"(.*?)\s*[\[({|]\s*([^\[\](){}|]*?)\s*([\])}|]\s?\W?\w?)?\s*\W?", text)
    if match is None or not (match[2] or re.search(r"[\[(]", text)):
        return text, ""
    return match[1], match[2]
