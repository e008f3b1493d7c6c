"""The country of an address, which pages since March 2026 print, and what it makes of the state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rapidfuzz import fuzz, process

from ocr_form4.stages.parse.fields import Draft, text_field
from ocr_form4.text import captions as cap
from ocr_form4_models.codes import HOME, PLACES, country
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code, Reason

_COUNTRY = "(Country)"
UNKNOWN_COUNTRY = Reason(
    Code.GUESSED_PLACE,
    "the country is none that is known: whether the address has a state or a province is a guess",
)
_ALIKE = 90.0
"""How much what was read must be a country's name, of 100: the list's names are further apart."""


def put_country(draft: Draft, number: int, runs: Sequence[Run]) -> None:
    """Whether an owner's address is abroad; if so its country, and the province instead of a state.

    An address without a country is one in the United States; so is one whose country says so.
    """
    address = f"{ROOT}/reportingOwner[{number}]/reportingOwnerAddress"
    said, captions = _under_the_city(runs)
    if not said:
        flag = Field(Kind.FLAG, False, derived=True)
        draft.put(f"{address}/rptOwnerNonUSAddressFlag", flag)
        return
    field = text_field(draft, Kind.NAME, [said])
    code = _code(field.text)
    found = (Candidate(code != HOME, 1.0),) if code else ()
    draft.put(
        f"{address}/rptOwnerNonUSAddressFlag",
        replace(field, kind=Kind.FLAG, value=code != HOME if code else None, candidates=found),
    )
    if code == HOME:
        return
    codes = {c.value: _code(str(c.value)) for c in field.candidates}
    values = tuple(replace(c, value=codes[c.value]) for c in field.candidates if codes[c.value])
    draft.put(f"{address}/rptOwnerCountry", replace(field, value=code or None, candidates=values))
    if code:
        _put_province(draft, address, runs, captions)
    else:
        _doubt_parts(draft, address)


def _doubt_parts(draft: Draft, address: str) -> None:
    """The parts of an address that may be one abroad, which has a province instead of a state."""
    for part in ("City", "State", "ZipCode"):
        path = f"{address}/rptOwner{part}"
        if (field := draft.fields.get(path)) is not None:
            draft.put(path, replace(field, notes=(*field.notes, UNKNOWN_COUNTRY)))


def _under_the_city(runs: Sequence[Run]) -> tuple[list[Run], dict[str, Run]]:
    """What stands between the captions of city, state and zip and that of the country; and these
    captions.
    """
    captions: dict[str, Run] = {}
    for run in runs:
        for caption in (cap.CITY, cap.STATE, cap.ZIP, _COUNTRY):
            if "(" in run.text and cap.is_the(run.text, caption):
                captions[caption] = run
    over = [captions[c].box.y1 for c in (cap.CITY, cap.STATE, cap.ZIP) if c in captions]
    if not over:
        return [], captions
    end = captions[_COUNTRY].box.y0 if _COUNTRY in captions else float("inf")
    here = [
        r for r in runs if max(over) < r.box.center[1] < end and re.search(r"[A-Za-z]{2}", r.text)
    ]
    return [r for r in here if r not in captions.values()], captions


def _code(words: str) -> str:
    """EDGAR's code of a country that is named; empty where the list does not have the name."""
    names = {
        country(code): code
        for code in reversed(PLACES)
        if code == HOME or any(c.isdigit() for c in code)
    }
    best = process.extractOne(words.upper(), names.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return names[best[0]] if best else ""


def _put_province(
    draft: Draft, address: str, runs: Sequence[Run], captions: dict[str, Run]
) -> None:
    """City, province and zip by the captions under them: abroad nothing else tells them apart."""
    if not {cap.CITY, cap.STATE, cap.ZIP} <= captions.keys():
        return
    street = [r for r in runs if cap.is_the(r.text, cap.STREET)]
    top = street[-1].box.y1 if street else 0.0
    bottom = min(captions[c].box.y0 for c in (cap.CITY, cap.STATE, cap.ZIP))
    line = [r for r in runs if top < r.box.center[1] < bottom]
    state, zipped = (captions[c].box.x0 for c in (cap.STATE, cap.ZIP))
    parts = {
        "City": [r for r in line if r.box.x0 < state],
        "NonUSStateTerritory": [r for r in line if state <= r.box.x0 < zipped],
        "ZipCode": [r for r in line if r.box.x0 >= zipped],
    }
    draft.fields.pop(f"{address}/rptOwnerState", None)
    for part, said in parts.items():
        path = f"{address}/rptOwner{part}"
        if said:
            draft.put(path, text_field(draft, Kind.NAME, [[r] for r in said]))
        elif part == "ZipCode":
            draft.fields.pop(path, None)
