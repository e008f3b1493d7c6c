"""What the probability of a field, and of each word of a text, is made of.

All of it is in NAME.json, so that anyone can fit it again from a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from rapidfuzz import fuzz

from ocr_form4.stages.judge.agreement import agrees
from ocr_form4.stages.judge.damage import DAMAGE_FEATURES, NONE, unlike
from ocr_form4.stages.judge.wording import log_odds, scaled_quality, word_features, words_of
from ocr_form4.stages.parse.candidates import said_by
from ocr_form4.stages.parse.grammar import GRAMMARS, plain
from ocr_form4.text.lexicon import known_share
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Field, Kind, value_text
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import of_the_picture
from ocr_form4_models.reason import Code

GROUPS: dict[Kind, str] = {
    Kind.NUMBER: "number",
    Kind.PRICE: "number",
    Kind.DATE: "date",
    Kind.CODE: "code",
    Kind.FLAG: "flag",
    Kind.MARKS: "marks",
    Kind.NAME: "name",
    Kind.TEXT: "text",
    Kind.FOOTNOTE: "text",
}
FEATURES = (
    "first agrees",
    "first's score",
    "others asked",
    "others agree",
    "other's score",
    "a reading differs",
    "alike",
    "known words",
    "length",
    "small letters",
    "arithmetic holds",
    "arithmetic breaks",
    "noted",
    "page agrees",
    "read two ways",
    "in a table",
    "signature",
    *DAMAGE_FEATURES,
    "page unlike others",
    "weakest word",
    "words in doubt",
)
_NOTED = frozenset({
    Code.SETTLED_BY_RULE, Code.SETTLED_BY_SENSE, Code.SETTLED_BY_ROWS,
    Code.UNREAD_MARK, Code.ODD_MARK, Code.NO_OUTLINE, Code.TITLE_UNCONFIRMED,
})  # fmt: skip
"""Notes that speak of doubt."""
_SCORE_RANGE, _WORD_RANGE = (0.02, 0.9999), (0.01, 0.99999)
"""Scores, and words' probabilities, count for no less and no more: beyond, a reader is as wrong."""
_GOOD, _BEFORE = 0.9, 5
"""How alike readings are taken to be where there is one, and what share of a page's fields is sure
before any is looked at: as if ``_BEFORE`` had been.
"""
_STEEP, _LONGEST = 8.0, 2.5
"""Bring likeness and length into the range of the other features, about -3 ... 3: the fit's penalty
is the same for all weights.
"""
_NO_DOUBT = 2e-4
"""Words that may be wrong of a text whose words are all sure: its logarithm stays finite."""
_ARITHMETIC = ("running-holdings", "exercise-pair", "price-in-range")
_AGAINST = (
    "running-holdings",
    "mark-has-footnote",
    "price-in-range",
    "transaction-before-signature",
    "relationship-marked",
)


@dataclass(frozen=True, slots=True)
class Support:
    """What the checks say of each path: how many hold, and how many break in a way that puts
    readings in doubt.
    """

    holds: Mapping[str, int]
    breaks: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a field's surroundings: of its page, and what other fields say."""

    support: Support
    quality: float
    """How readable the scan is (``page_quality``)."""
    damage: Sequence[float] = NONE
    """Of its page."""


def support_of(checks: Sequence[Check]) -> Support:
    """The arithmetic checks gathered by path; a check over values that nobody doubts proves them no
    further.
    """
    holds: dict[str, int] = {}
    breaks: dict[str, int] = {}
    for check in checks:
        if check.outcome is Outcome.HOLDS and check.name in _ARITHMETIC:
            for path in check.paths:
                holds[path] = holds.get(path, 0) + 1
        elif check.outcome is Outcome.BREAKS and check.name in _AGAINST:
            for path in check.paths:
                breaks[path] = breaks.get(path, 0) + (2 if check.grade is Grade.SUSPECT else 1)
    return Support(holds, breaks)


def page_quality(filing: Filing) -> float:
    """The share of typed fields that the first reader was sure of or others confirmed: how readable
    the scan is.
    """
    sure = [
        all(agrees(path, field, r) for r in of_the_picture(field.readings))
        for path, field in filing.fields.items()
        if field.readings and field.kind in (Kind.NUMBER, Kind.PRICE, Kind.DATE, Kind.CODE)
    ]
    return (sum(sure) + _BEFORE * _GOOD) / (len(sure) + _BEFORE)


def word_rows(field: Field, quality: float) -> list[tuple[str, tuple[float, ...]]]:
    """The words of a text with their features, in the order of ``WORD_FEATURES``."""
    seen = of_the_picture(field.readings) or field.readings
    words = words_of(plain(str(field.value)), seen)
    first = seen[0].reader
    return list(zip((w.text for w in words), word_features(words, first, quality), strict=True))


def features(
    path: str,
    field: Field,
    around: Around,
    words: Sequence[float] = (),
    known: Mapping[str, object] | None = None,
) -> tuple[float, ...]:
    """What the probability is made of, in the order of ``FEATURES``; each about -3 ... 3.

    ``words`` are the probabilities of a text's words, ``known`` the pages that were learned. The
    text layer's readings count for nothing.
    """
    field = replace(field, readings=of_the_picture(field.readings))
    first = field.readings[0] if field.readings else None
    others = [(r, agrees(path, field, r)) for r in field.readings[1:]]
    agreeing = [r for r, agrees in others if agrees]
    text = value_text(field.value)
    one = first is not None and agrees(path, field, first)
    said = [plain(r.text).replace(" ", "") for r in field.readings]
    alike = min((fuzz.ratio(said[0], other) / 100 for other in said[1:]), default=_GOOD)
    small = 1.0 if 0 < len(text) <= 1 else 0.0
    return (
        float(one),
        _odds(first.confidence) if first and one else -2.0,
        min(2.0, len(others)),
        min(2.0, len(agreeing)),
        max((r.confidence for r in agreeing), default=0.0),
        float(len(agreeing) < len(others) or not one),
        _STEEP * (alike - _GOOD),
        known_share([text]) if field.kind in (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE) else 0.0,
        min(_LONGEST, log(1 + len(text)) / 2),
        small,
        min(1.0, around.support.holds.get(path, 0)),
        min(2.0, around.support.breaks.get(path, 0)),
        float(any(n.code in _NOTED for n in (*field.notes, *field.reasons))),
        scaled_quality(around.quality),
        float(
            field.kind in GRAMMARS
            and any(len(said_by(r, GRAMMARS[field.kind])) > 1 for r in field.readings)
        ),
        float("Table/" in path),
        float("signature" in path),
        *around.damage,
        unlike(around.damage, known),
        *of_words(words),
    )


def of_words(odds: Sequence[float]) -> tuple[float, float]:
    """What the probabilities of its words tell of a text: the weakest, and how many may be wrong in
    all.
    """
    if not odds:
        return 0.0, 0.0
    weakest = log_odds(min(odds), *_WORD_RANGE)
    return weakest / 3, log(sum(1 - p for p in odds) + _NO_DOUBT) / 2 + 3


def _odds(confidence: float) -> float:
    return log_odds(confidence, *_SCORE_RANGE) / 2
