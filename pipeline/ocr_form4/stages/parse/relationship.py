"""The boxes of the header that are ticked: what the owner is to the issuer, and for how many is
filed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ocr_form4.stages.parse.fields import Draft, flag_field, text_field
from ocr_form4.stages.parse.words import letters_of
from ocr_form4.text import captions as cap
from ocr_form4_models.check_mark import Caption, Choice
from ocr_form4_models.editions import Marks
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.reading import Run

_CAPTIONS = {
    "isDirector": cap.DIRECTOR,
    "isOfficer": cap.OFFICER,
    "isTenPercentOwner": cap.TEN_PERCENT,
    "isOther": cap.OTHER,
}
_CAP_PX = 24.0
"""Heights of a caption's capitals where none was found: those of 8 points at the upright
resolution.
"""
_CAPTIONS_CAPS = 8.0
"""The captions of a relationship are no further below each other, in heights of their capitals: on
the fixtures 7.98 at most, and what is filled in below them 8.04 or more.
"""
_WORD = 5
"""Letters of what may be a piece of a caption: less is like all of them. On the fixtures 31 of 84
are 0.80 times it or less, the others 1.00 or more.
"""
_LEFT_PX = 20.0
"""Upright pixels left of its caption at which what is filled in may begin: of six runs on 280 scans
one begins at it, five, of the caption before it, 82 or more left.
"""
_CAPTION_WORD = (
    r"\b(?:[OD]ther|Officer|Director|10% Owner|Owner|give|ti(?:tl|d)e|spec\w+|[bB]?elow)\b"
)
_CAPTION_WORDS = re.compile(
    rf"\W*(?:\w\W+)?(?:{_CAPTION_WORD}\W*(?:\w{{1,2}}\W+(?={_CAPTION_WORD}))?)*"
)
"""Words of captions, and between them what a reader makes of a check box or its underline."""


def put_relationship(
    draft: Draft, choices: Mapping[str, Choice], runs: Sequence[Run], kind: Marks
) -> None:
    """Which check boxes of the relationship's box, in which ``runs`` stand, are marked; and the
    officer's title and the other relationship.
    """
    base = f"{ROOT}/reportingOwner[1]/reportingOwnerRelationship"
    found = {name: choices.get(caption) for name, caption in _CAPTIONS.items()}
    flags = {name: _flag(draft, choice, kind) for name, choice in found.items()}
    for name, flag in flags.items():
        draft.put(f"{base}/{name}", flag)
    officer, other = flags["isOfficer"].value is True, flags["isOther"].value is True
    captions = {name: choice.caption for name, choice in found.items() if choice}
    titles, texts = _titles(runs, captions, officer, other)
    lost = not any(flag.value for flag in flags.values())  # everybody who files is something
    if titles or officer or lost:
        draft.put(f"{base}/officerTitle", text_field(draft, Kind.NAME, [[r] for r in titles]))
    if texts or other:
        draft.put(f"{base}/otherText", text_field(draft, Kind.NAME, [[r] for r in texts]))


def _titles(
    runs: Sequence[Run], found: Mapping[str, Caption], officer: bool, other: bool
) -> tuple[list[Run], list[Run]]:
    """The officer's title and the other relationship: what is filled in below the captions, each
    below its own.
    """
    captions = [c.run for c in found.values()]
    first = min((r.box.y0 for r in captions), default=0.0)
    height = max((r.cap_height for r in captions), default=_CAP_PX)
    around = [
        r
        for r in runs
        if first <= r.box.y0 <= first + _CAPTIONS_CAPS * height and _belongs_to_captions(r)
    ]
    bottom = max((r.box.y1 for r in (*captions, *around)), default=first)
    # "Officer" alone is a piece of the caption, or the last word of a title: below a line of title
    # it is title
    titled = [r for r in runs if first < r.box.y0 and not _belongs_to_captions(r) and _has_words(r)]
    if titled:
        bottom = min(bottom, min(r.box.y0 for r in titled) + 2)
    data = [r for r in runs if r.box.center[1] > bottom and _has_words(r)]
    data = [_without_captions(r) for r in data]
    split = found.get("isOther") or found.get("isTenPercentOwner")
    if officer and not other:
        return data, []
    if other and not officer:
        return [], data
    if split is None:
        return data, []
    return [r for r in data if r.box.x0 < split.x - _LEFT_PX], [
        r for r in data if r.box.x0 >= split.x - _LEFT_PX
    ]


def _without_captions(run: Run) -> Run:
    """A title that stands in one run with the captions before it, alone."""
    before = _CAPTION_WORDS.match(run.text.replace("_", " "))
    if before is None or "below" not in before[0]:
        return run
    cut = tuple(
        replace(r, text=r.text[m.end() :], ends=(), words=())
        for r in run.readings
        if (m := _CAPTION_WORDS.match(r.text.replace("_", " "))) and "below" in m[0]
    )
    return replace(run, readings=cut)


def _has_words(run: Run) -> bool:
    return len(letters_of(run.text)) > 1


def _belongs_to_captions(run: Run) -> bool:
    """Whether a run of the relationship box is print of the form, poorly read as it may be."""
    text = re.sub(r"^\W*(?:\w\W+)?", "", run.text.replace("_", " "))  # a mark, or dirt
    if cap.is_caption(text) or _CAPTION_WORDS.fullmatch(text):
        return True
    captions = (cap.OFFICER, cap.OTHER, cap.TEN_PERCENT, cap.DIRECTOR)
    return len(text) >= _WORD and any(cap.likeness(text, c) >= cap.LIKE for c in captions)


def put_joint(draft: Draft, choices: Mapping[str, Choice], kind: Marks) -> None:
    """The individual or joint mark: on the page, but not in the schema."""
    for path, caption in (
        ("page:individualFiling", cap.ONE_PERSON),
        ("page:jointGroupFiling", cap.MORE_PERSONS),
    ):
        draft.put(path, _flag(draft, choices.get(caption), kind))


def _flag(draft: Draft, choice: Choice | None, kind: Marks) -> Field:
    """Whether a caption is marked, where the edition has its marks."""
    return flag_field(draft, choice.by(kind) if choice else None)
