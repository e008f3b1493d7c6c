"""Why a clerk should look at a field."""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.stages.parse.grammar import plain
from ocr_form4.stages.parse.words import first_difference
from ocr_form4_models.check import Check, Outcome
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import INK, of_the_picture
from ocr_form4_models.reason import Code, Reason

_SHOWN, _NAMED = 60, 4
"""Characters of a reading, and words in doubt, that a line of the review has room for. On the
fixtures 82 of 142 are 1.00 times it or less, the others 1.02 or more (``_SHOWN``).
"""
_POOR = 0.8
"""A reader's score below which poor print is named, where no other reason is: its readings below
are wrong every other time.
"""
DOUBTED = 0.99
"""The probability below which a word of a text is named among the reasons. On the fixtures 244 of
2,405 are 1.00 times it or less, the others 1.00 or more.
"""
UNREADABLE = Reason(Code.UNREADABLE, "there is ink, and no reader could make it out")
MAY_HIDE_A_MARK = Reason(
    Code.UNREAD_MARK, "an entry of the row can hardly be read, and may hide a mark"
)
MAY_BE_NOBODYS = Reason(
    Code.UNSUPPORTED, "the name that this belongs to is in doubt: there may be no such person"
)
NOT_FOUND = Reason(Code.NOT_FOUND, "nothing was found where it should stand")
OFTEN_WRONG = Reason(
    Code.OFTEN_WRONG, "fields read like this one are wrong too often to be accepted unseen"
)


def reasons_for(
    path: str, field: Field, checks: Sequence[Check], words: Sequence[tuple[str, float]] = ()
) -> tuple[Reason, ...]:
    """Why a clerk should look at it. ``words`` are a text's own with their probabilities."""
    reasons = list(field.notes)
    if field.value is None:
        reasons.append(UNREADABLE if field.readings else NOT_FOUND)
    seen = (r for r in of_the_picture(field.readings) if r.reader != INK)
    said = list(dict.fromkeys(plain(r.text) for r in seen))
    if len(said) > 1 and field.kind is not Kind.FLAG:
        shown = [s if len(s) <= _SHOWN else s[: _SHOWN - 3] + "…" for s in said[:2]]
        if shown[0] == shown[1]:
            shown = list(first_difference(said[0], said[1]))
        said_so = f"the readers disagree: {shown[0] or '(nothing)'} / {shown[1] or '(nothing)'}"
        reasons.append(Reason(Code.READERS_DISAGREE, said_so))
    if len(words) > 3 and (doubtful := sorted((p, w) for w, p in words if p < DOUBTED)):
        weakest = ", ".join(f"“{w}”" for w in dict.fromkeys(w for _, w in doubtful[:_NAMED]))
        said_so = f"{'words' if len(doubtful) > 1 else 'a word'} in doubt: {weakest}"
        reasons.append(Reason(Code.WORDS_IN_DOUBT, said_so))
    for check in checks:
        if check.outcome is Outcome.BREAKS and path in check.paths:
            reasons.append(Reason(Code.BREAKS_A_RULE, check.message))
    least = min((r.confidence for r in field.readings), default=1.0)
    if not reasons and least < _POOR:
        reasons.append(Reason(Code.POOR_PRINT, f"poor print: a reader gives it only {least:.2f}"))
    if not reasons:
        reasons.append(OFTEN_WRONG)
    return tuple(dict.fromkeys(reasons))
