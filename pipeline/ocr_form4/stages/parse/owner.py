"""Box 1: name and address of a reporting person, in the header and again below the tables for
further owners.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from ocr_form4.stages.parse.fields import Draft, text_field
from ocr_form4.text.captions import (
    CITY,
    FIRST,
    LAST,
    MIDDLE,
    NAME,
    STATE,
    STREET,
    ZIP,
    alike,
    is_the,
    likeness,
    opens_with,
    squeeze,
)
from ocr_form4_models.codes import PLACES
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code, Reason

_AROUND = " *'\"`^°.:;,_~|"
"""What may stand between a caption and what is filled in: its asterisk, and dirt."""
_BEHIND = " *'`^°:;_~|"
_IN_PARENTHESES, _WITH_MORE = 60, 80
"""Likenesses, of 100, from which text is a small caption: as a word in parentheses, and with more
around it, which may be an address.
"""
_WHOLE_ROW = 95
"""The likeness above which a run is a row of captions, read as one: of 6,167 runs on the fixtures
and 280 scans two have 100, the others 56 or less.
"""
_NAME_LIKENESS = 88
"""From this likeness on a run is box 1's caption and nothing else."""
_CAPTION_LETTERS = 6
"""Letters of a piece of a caption that is nothing else: a trading symbol has five at most, and GS
or ON are in a caption by accident. Of 2,242 pieces on 280 scans 267 have less, half of them one.
"""
_TOUCH_PX = 2.0
"""Words overlap by no more where one stands beside the other, in upright pixels: of 2,800 pairs on
280 scans 1,360 are 8.8 or more apart, the others overlap by 15 or more.
"""


FLOWING = Reason(
    Code.FLOWING_ADDRESS,
    "the address is typed on from line to line: what may be two parts stands here as one",
)


UNCAPTIONED = Reason(
    Code.GUESSED_PLACE,
    "a caption under the address was not found: where its parts begin and end is a guess",
)


STATELESS = Reason(
    Code.GUESSED_PLACE,
    "no state stands behind the city: where the address's parts begin and end is a guess",
)


STRAY_LINE = Reason(
    Code.GUESSED_PLACE,
    "a line of the address is a single character: it may be dirt, and which line is which a guess",
)


def put_owner(draft: Draft, number: int, runs: Sequence[Run], is_typed_on: bool = False) -> None:
    """The fields of one owner from the runs of its box 1, captions included.

    On a paper form the address is typed on from line to line (``is_typed_on``): what stands on the
    second line is its second part; or, behind a full one, the end of the first, and both are one.
    """
    # a streak may have divided the box: its parts are read together, line by line
    in_order = sorted(runs, key=lambda r: (r.page, r.box.center[1]))
    runs = [run for line in by_line(in_order) for run in line]
    names, streets, city = _parts(runs)
    seen = {caption for run in runs if (caption := _small_caption(run.text))}
    # an address whose parts are closed neither by their captions nor, where the form prints none,
    # by a state and a zip is cut apart by guess
    is_captioned = STREET in seen and bool(seen & {CITY, STATE, ZIP})
    is_told = is_captioned or (not seen and _is_closed(streets, city))
    lost: tuple[Reason, ...] = () if is_told else (UNCAPTIONED,)
    place = split_city(city)
    lost += () if place["State"] or not city else (STATELESS,)
    base = f"{ROOT}/reportingOwner[{number}]"
    name = text_field(draft, Kind.NAME, by_line(names))
    draft.put(f"{base}/reportingOwnerId/rptOwnerName", name)
    address = f"{base}/reportingOwnerAddress"
    lines = by_line(streets)
    flows = is_typed_on and len(lines) > 1 and _is_full(lines[0], lines[1], runs)
    unclear = (FLOWING,) if flows else ()
    if len(lines) > 1 and any(_is_stray(line) for line in lines):
        unclear = (*unclear, STRAY_LINE)
    for k, typed in enumerate((lines,) if flows else (lines[:1], lines[1:]), 1):
        if typed:
            street = text_field(draft, Kind.NAME, typed)
            draft.put(
                f"{address}/rptOwnerStreet{k}",
                replace(street, notes=(*street.notes, *unclear, *lost)),
            )
    if not lines:
        draft.put(f"{address}/rptOwnerStreet1", Field(Kind.NAME, None))
    for part, found in place.items():
        # every owner has an address: what is not found is expected, and goes to review
        lines = by_line(found) if part == "City" else [found]
        field = text_field(draft, Kind.NAME, lines if found else [])
        draft.put(f"{address}/rptOwner{part}", replace(field, notes=(*field.notes, *lost)))


def _is_closed(streets: Sequence[Run], city: Sequence[Run]) -> bool:
    """Whether an address without captions has a street and, on its last line, all that ends one."""
    return bool(streets) and all(split_city(city).values())


def _is_stray(line: Sequence[Run]) -> bool:
    return sum(c.isalnum() for r in line for c in r.text) <= 1


def _is_full(line: Sequence[Run], following: Sequence[Run], runs: Sequence[Run]) -> bool:
    """Whether the first word of the next line had no room on this one, as far as anything in the
    box reaches.
    """
    first = following[0]
    word = first.box.width * len(first.text.split(" ")[0]) / max(1, len(first.text))
    return line[-1].box.x1 + first.cap_height + word > max(r.box.x1 for r in runs)


def name_in(runs: Sequence[Run]) -> str:
    """The name that stands in a box 1, as its first reader has it."""
    return " ".join(r.text for r in _parts(runs)[0])


def _parts(runs: Sequence[Run]) -> tuple[list[Run], list[Run], list[Run]]:
    """The runs of name, street, and city with state and zip, told apart by the captions that stand
    below each.
    """
    parts: tuple[list[Run], list[Run], list[Run]] = ([], [], [])
    k = 0
    for run in runs:
        text = run.text
        caption = _small_caption(text)
        if caption in (LAST, FIRST, MIDDLE) or likeness("(Last)(First)(Middle)", text) > _WHOLE_ROW:
            k = max(k, 1)
        elif caption == STREET:
            k = 2
        elif caption in (CITY, STATE, ZIP) or likeness("(City)(State)(Zip)", text) > _WHOLE_ROW:
            k = 3
        elif k < 3:
            rest = run if k else without_caption(run, NAME)
            if rest is not None and re.search(
                r"[A-Za-z0-9]" if k or rest is run else r"[A-Za-z]{2}", rest.text
            ):
                parts[k].append(rest)
    # captions lost: the last lines are the address
    if not parts[1] and not parts[2] and len(parts[0]) > 1 and k < 2:
        lines = by_line(parts[0])
        return (
            lines[0],
            [r for line in lines[1:-1] for r in line],
            lines[-1] if len(lines) > 1 else [],
        )
    return parts


def _small_caption(text: str) -> str:
    """Which of the captions in parentheses this is; a last line "STREET" of an address is none,
    "(Fwst)" is one.
    """
    if not re.search(r"[()]", text):
        return ""
    whole = re.fullmatch(r"\W*\(\w+\)\W*", text) is not None
    captions = (LAST, FIRST, MIDDLE, STREET, CITY, STATE, ZIP)
    return max(
        (c for c in captions if is_the(text, c, _IN_PARENTHESES if whole else _WITH_MORE)),
        key=lambda c: alike(text, c),
        default="",
    )


def without_caption(run: Run, caption: str) -> Run | None:
    """The part of a run behind the caption it opens with; the run itself if it has none, None if
    that is all.
    """
    if not run.readings:
        return run
    cut = opens_with(run.text, caption)
    if not cut:
        whole = len(squeeze(run.text)) >= _CAPTION_LETTERS
        return None if whole and likeness(run.text, caption) >= _NAME_LIKENESS else run
    rest = run.text[cut:].lstrip(_AROUND).rstrip(_BEHIND)
    if not rest:
        return None
    start = len(run.text) - len(run.text[cut:].lstrip(_AROUND))
    ends = run.readings[0].ends
    share = ends[start - 1] if len(ends) >= start > 0 else start / len(run.text)
    box: Box[Upright] = Box(run.box.x0 + share * run.box.width, run.box.y0, run.box.x1, run.box.y1)
    readings = []
    for reading in run.readings:
        at = opens_with(reading.text, caption)
        if at:
            readings.append(
                replace(
                    reading,
                    text=reading.text[at:].lstrip(_AROUND).rstrip(_BEHIND),
                    ends=(),
                    words=(),
                )
            )
    return replace(run, box=box, readings=tuple(readings))


def by_line(runs: Sequence[Run]) -> list[list[Run]]:
    """Runs on one line together."""
    lines: list[list[Run]] = []
    for run in runs:
        if lines:
            last = lines[-1][-1]
            overlap = min(run.box.y1, last.box.y1) - max(run.box.y0, last.box.y0)
            if run.page == last.page and overlap > 0.5 * min(run.box.height, last.box.height):
                lines[-1].append(run)
                continue
        lines.append([run])
    return [sorted(line, key=lambda r: r.box.x0) for line in lines]


def split_city(runs: Sequence[Run]) -> dict[str, list[Run]]:
    """City, state and zip from the runs above their captions, cut into words.

    The state is one of EDGAR's codes behind which nothing stands but a zip of its country: code and
    zip tell each other, so that neither "OF" of "KING OF PRUSSIA" nor "LA" of "LA JOLLA" is one.
    The city may take several lines, beside which the state stands, or be typed on before it. Where
    nothing fits, a word of two letters before a zip is taken for what was meant as the state; it is
    no code, and goes to review.
    """
    pieces = [w for line in by_line([p for run in runs for p in words_of(run)]) for w in line]
    ways = [_around(k, pieces) for k in range(1, len(pieces))]
    fitting = [(_fit(way), way) for way in ways]
    best = max((fit for fit, _ in fitting), default=0)
    if not best:
        zips = [p for p in pieces if re.search(r"\d", p.text)]
        x = min((z.box.x0 for z in zips), default=inf)
        return {"City": [p for p in pieces if p.box.x0 < x], "State": [], "ZipCode": _zip_of(zips)}
    found = [way for fit, way in fitting if fit == best]
    # "A1 V5Y 0A1": of what could be codes abroad, the first is; at home the last
    city, state, code = found[-1] if _code_in(found[-1][1]).isalpha() else found[0]
    return {
        "City": [*city[:-1], _before(state, city[-1])] if city else [],
        "State": [_code_first(state)],
        "ZipCode": _zip_of(code) if _code_in(state).isalpha() else code,
    }


def _code_in(state: Run) -> str:
    """The code that a reader saw in a word taken for the state; the first one's word where none
    did.
    """
    said = [_stripped(r.text) for r in state.readings]
    return next((text for text in said if text in PLACES), said[0] if said else "")


def _code_first(state: Run) -> Run:
    """A state without the dirt around it, which is marked as struck; who saw its code comes
    first.
    """
    code = _code_in(state)
    if state.text.strip(" .,") == code:
        return state
    said = [replace(r, text=_stripped(r.text)) for r in state.readings]
    said.sort(key=lambda r: r.text != code)
    return replace(state, readings=tuple(said), struck=True)


def _zip_of(code: Sequence[Run]) -> list[Run]:
    """A zip code of the United States without the dirt around it, which is marked as struck; what
    else stands there, as it is.
    """
    zips = [p for p in code if _ZIP.search(p.text) and _ZIP.fullmatch(_stripped(p.text))]
    if len(zips) != 1 or _ZIP.fullmatch(" ".join(_bare(p.text) for p in code)):
        return list(code)
    said = tuple(replace(r, text=_stripped(r.text)) for r in zips[0].readings)
    return [replace(zips[0], readings=said, struck=True)]


def _stripped(text: str) -> str:
    """A word without the signs around it."""
    return re.sub(r"^\W+|\W+$", "", text)


_TYPED_ON = 2.0
"""A state no further behind its city, in heights of its capitals, is typed on; else it stands in a
column. On the fixtures 19 of 62 are 0.99 times it or less, the others 1.12 or more.
"""


def _before(state: Run, city: Run) -> Run:
    """A city's last word without the comma that parts it from a state typed on behind it. In a
    column of its own a comma is the city's, as printed.
    """
    height = state.cap_height
    if abs(state.box.y1 - city.box.y1) > height or state.box.x0 - city.box.x1 > _TYPED_ON * height:
        return city
    return replace(
        city, readings=tuple(replace(r, text=r.text.rstrip(" ,")) for r in city.readings)
    )


_Way = tuple[list[Run], Run, list[Run]]
_ZIP = re.compile(r"\d{5}(?:-?\d{4})?")


def _around(k: int, pieces: Sequence[Run]) -> _Way:
    """A word taken for the state, with what stands before and behind it."""
    state = pieces[k]
    left = [p for p in pieces if p.box.x1 <= state.box.x0 + _TOUCH_PX]
    if not left:  # it opens a line of its own
        return list(pieces[:k]), state, list(pieces[k + 1 :])
    right = [p for p in pieces if p is not state and p.box.x0 >= state.box.x1 - _TOUCH_PX]
    rest = [p for p in pieces if p is not state and p not in right]
    return rest, state, right


def _fit(way: _Way) -> int:
    """How well a word fits as the state: 0 for not at all, 1 for what is no code, 2 and more for a
    code.
    """
    city, state, code = way
    text, behind = _code_in(state), " ".join(p.text for p in code).strip(" .,")
    if not city or not re.fullmatch(r"[A-Z0-9]{2}", text) or text.isdigit():
        return 0
    if text not in PLACES:
        return 1 if re.search(r"\d", behind) and len(code) <= 2 and text.isalpha() else 0
    if text.isalpha():
        return (
            3
            if _ZIP.fullmatch(behind.replace(" ", ""))
            else 0
            if re.search(r"[A-Za-z]{2}", behind)
            else 2
        )
    return 3 if len(code) <= 3 and not re.search(r"[A-Za-z]{4}", behind) else 0


def _bare(text: str) -> str:
    return text.strip(" .,;:'`_|")


def words_of(run: Run) -> list[Run]:
    """A run's words, each with its own place, as far as the readings can be cut alike."""
    first = run.readings[0] if run.readings else None
    words = first.text.split(" ") if first else []
    if first is None or len(words) < 2:
        return [run]
    # a long line's characters have no places: then they are taken to be as broad as each other
    even = tuple((k + 1) / len(first.text) for k in range(len(first.text)))
    ends = first.ends if len(first.ends) == len(first.text) else even
    cut: list[Run] = []
    start = 0
    others = [r.text.split(" ") for r in run.readings[1:]]
    for k, word in enumerate(words):
        x0 = run.box.x0 + (ends[start - 1] if start else 0.0) * run.box.width
        x1 = run.box.x0 + ends[start + len(word) - 1] * run.box.width
        readings = [replace(first, text=word, ends=(), words=())]
        for reading, other in zip(run.readings[1:], others, strict=True):
            if len(other) == len(words):  # else nobody can say which of its words this is
                readings.append(replace(reading, text=other[k], ends=(), words=()))
        cut.append(replace(run, box=Box(x0, run.box.y0, x1, run.box.y1), readings=tuple(readings)))
        start += len(word) + 1
    return cut
