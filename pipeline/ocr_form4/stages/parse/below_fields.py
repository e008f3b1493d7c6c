"""What follows the tables, as fields: further owners, footnotes, remarks, signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.below import Below
from ocr_form4.stages.parse.fields import Draft, derived, ink_notes, text_field, typed_field
from ocr_form4.stages.parse.footnotes import footnote
from ocr_form4.stages.parse.further_owners import expect_further_owner, put_further_owners
from ocr_form4.stages.parse.grammar import day
from ocr_form4.stages.parse.owners_table import put_owners
from ocr_form4.stages.parse.paragraphs import Row, without_dirt
from ocr_form4.stages.parse.sense import sensible_signature, sensible_text
from ocr_form4.stages.parse.signers import SCATTERED, UNEVEN, by_date, is_uneven, together
from ocr_form4_models.editions import Edition
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import ROOT, footnote_path
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code, Reason

_AT_FIRST = 3
"""A first note has no higher number, unless pages are missing: the two of 280 scans that were asked
have 0 and 9.
"""
UNNUMBERED = Reason(
    Code.GUESSED_PLACE, "it stands where the notes do, and has neither a number nor a caption"
)


def put_below(draft: Draft, below: Below, edition: Edition) -> None:
    """The fields after the tables."""
    if edition.form == "3":
        draft.put(f"{ROOT}/noSecuritiesOwned", _no_securities(draft, below.no_securities))
    put_owners(draft, below.table)
    put_further_owners(draft, below.owners, edition.has_country)
    if "owners" in edition.parts:
        expect_further_owner(draft)
    found = {number: footnote(draft, number, lines) for number, lines in below.footnotes}
    marked = {int(i[1:]) for ids in draft.marks.values() for i in ids if i}
    before = range(1, min(found, default=max(marked, default=0) + 1))
    if below.unnumbered and len(before) == 1:
        found[1], below.unnumbered = _first_footnote(draft, below.unnumbered), []
    # what follows no other note and is marked nowhere is dirt before a line: none is missing before
    numbered = [n for n in found if n in marked or n - 1 in found or n <= _AT_FIRST]
    last = max(numbered or marked, default=0)  # where no note is found, its marks tell how many
    between = {n + 1 for n in found if n + 2 in marked}  # of the numbers, none is left out
    for number in sorted(found.keys() | marked | between | set(range(1, last))):
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


def _first_footnote(draft: Draft, lines: Sequence[Row]) -> Field:
    """What stands before the second footnote, or alone where only one is marked: the first, whose
    number was not read.
    """
    note = footnote(draft, 1, [[without_dirt(lines[0][0]), *lines[0][1:]], *lines[1:]])
    return replace(note, notes=(*note.notes, UNNUMBERED))


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
    groups = by_date(below.signed.names, below.signed.dates)
    uneven = (UNEVEN,) if is_uneven(groups) else ()
    for k, (names, dated) in enumerate(groups, 1):
        base = f"{ROOT}/ownerSignature[{k}]"
        lines = together(names, dated)
        name = sensible_signature(text_field(draft, Kind.NAME, [[n] for n in lines]))
        scattered = (SCATTERED,) if len(lines) < len(names) else ()
        notes = (*name.notes, *scattered, *uneven)
        draft.put(f"{base}/signatureName", replace(name, notes=notes))
        day_signed = typed_field(draft, Kind.DATE, dated, day)
        notes = (*day_signed.notes, *uneven)
        draft.put(f"{base}/signatureDate", replace(day_signed, notes=notes))
    if not groups:
        draft.put(f"{ROOT}/ownerSignature[1]/signatureName", Field(Kind.NAME, None))
        draft.put(f"{ROOT}/ownerSignature[1]/signatureDate", Field(Kind.DATE, None))
