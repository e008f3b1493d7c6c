"""One probability a field, and the verdict: accepted or up for review.

The probability comes from a logistic model per group of fields, fitted by ``scripts/calibrate.py``
on scored runs and kept with its model card in ``weights/confidence.json``. What it looks at
(``features.py``) is all in NAME.json, so that anyone can fit it again from a run. What forbids to
accept a field all the same stands in ``contested.py``, why a clerk should look in ``reasons.py``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files

from ocr_form4.settings import Settings
from ocr_form4.stages.judge.contested import contradicted, is_contested
from ocr_form4.stages.judge.damage import page_damage
from ocr_form4.stages.judge.features import (
    GROUPS,
    Around,
    features,
    page_quality,
    support_of,
    word_rows,
)
from ocr_form4.stages.judge.reasons import MAY_BE_NOBODYS, MAY_HIDE_A_MARK, reasons_for
from ocr_form4.stages.judge.wording import logistic
from ocr_form4_models.check import Check
from ocr_form4_models.field import DECIMALS, Field, Kind, Status
from ocr_form4_models.form4 import MARKS, Filing
from ocr_form4_models.page import PageReport
from ocr_form4_models.reading import of_the_picture
from ocr_form4_models.reason import Code

CONTRADICTED = 0.9
"""At most, for a field that a rule of the form puts in doubt: a relationship without any mark, say;
and for a text with a weak word.
"""
WEAK_WORD = 0.9
"""A text with a word less probable than that is looked at, whatever the rest of it says: 5 of
12,550 accepted fields had one, of which one was wrong, and dirt that was read as remarks and
accepted at 0.998.
"""
OPPOSED = 0.98
"""At most, where what the readers say forbids to accept it: it is looked at, whatever else is said.
"""
_CEILINGS = {
    Code.MISFIT_COLUMNS: 0.2, Code.BY_HAND: 0.5, Code.PAGES_UNSETTLED: 0.8,
    Code.NOT_A_CODE: 0.5, Code.GUESSED_PLACE: 0.5, Code.COVERED_BOX: 0.5, Code.OVERLAID: 0.8,
    Code.UNSUPPORTED: 0.5, Code.REDACTED: 0.5, Code.SHOWS_THROUGH: 0.8,
    Code.NO_OUTLINE: 0.9, Code.ODD_MARK: 0.9, Code.GUESSED_BOX: 0.9, Code.GUESSED_COLUMN: 0.9,
    Code.GUESSED_ROW: 0.9,
}  # fmt: skip
"""At most, for what is noted of the ink or the place. Readers learned print, and are sure of what
they misread in a hand; what lies under a stroke or a stamp was right in four of five; what stands
beside a border that nobody saw is read well, and may belong elsewhere; a mark that nobody takes for
an X may be dirt.
"""
_CLEAR = 0.98
"""The score from which the picture stands against the text layer."""
_GUESSED = 0.5
"""What no reader of the picture gives as much is a guess, and looked at: of 90 such texts that the
fit alone would accept, on 500 scans by many hands, 2 were wrong; of 26,600 others 41 in 10,000.
"""
_GUESSED_FIGURES, _MISREAD_FIGURES = 0.9, 0.7
_UNSURE_FIGURES, _CONFIRMED_FIGURES = 0.97, 0.8
"""Numbers are looked at where nobody gives as much as the first, or the form's own reader not as
much as the second, or that not as much as the third and no other as much as the fourth, though they
agree: of 43 that these keep from being accepted, on 1,000 scans by many hands, three were wrong
(a comma for a point, a 3 for an 8); of 7,665 others one, which no reader says to the letter.
"""
_HARDLY_READ, _BESIDE_HARDLY_READ = 0.5, 0.7
"""The marks of a row are looked at where one of its entries is less probable than the first, and
are no more than the second: of 11 such marks, accepted on 410 scans by many hands, 3 were wrong; of
1,211 others none.
"""
_A_MARK = re.compile(r"\(\d{1,2}\)")
"""On 500 scans by many hands one row without marks has such a sign in a doubtful entry, and it is
one.
"""
_FURTHER = re.compile(r".*/(?:reportingOwner|ownerSignature)\[(?!1\])\d+\]/")
_NAMES = ("/rptOwnerName", "/signatureName")
_OF_NOBODY = 0.9
"""Beside a name of no more confidence nothing of a further owner or signature is accepted: of 23
such fields on 760 scans by many hands six were wrong, of two persons that there are not. Of 509 no
field more is looked at than with 0.8.
"""
_DERIVED = 0.9995
"""What follows from an empty cell is as sure as that the cell is empty: ink decides, not a reader.
"""
_HIGHEST = 0.9999
_OF = 10_000
"""Fields of which a rate of wrong ones is told."""


def judge(
    filing: Filing, checks: Sequence[Check], settings: Settings, pages: Sequence[PageReport] = ()
) -> Filing:
    """The filing with every field's confidence, status and reasons. ``pages`` tell how bad the scan
    is.
    """
    support = support_of(checks)
    quality = page_quality(filing)
    damage = page_damage(filing, checks, pages)
    doubted = contradicted(checks)
    least = least_confidence(settings.max_wrong_per_10000)
    judged = {}
    for path, field in filing.fields.items():
        words = word_odds(field, word_model(_calibration()["models"], field), quality)
        of_page = damage.get(field.place.page if field.place else None, damage[None])
        around = Around(support, quality, of_page)
        confidence = _confidence(path, field, around, [p for _, p in words])
        opposed = is_contested(path, field)
        against = path in doubted or min((p for _, p in words), default=1.0) < WEAK_WORD
        confidence = min(confidence, CONTRADICTED if against else OPPOSED if opposed else 1.0)
        sure = (
            field.value is not None
            and confidence >= least
            and ceiling_of(field) == 1
            and not opposed
        )
        status = Status.ACCEPTED if sure else Status.REVIEW
        reasons = () if status is Status.ACCEPTED else reasons_for(path, field, checks, words)
        judged[path] = replace(field, confidence=confidence, status=status, reasons=reasons)
    filing = filing.with_fields(judged)
    return filing.with_fields({**judged, **_marks_in_doubt(filing), **_persons_in_doubt(filing)})


def _marks_in_doubt(judged: Filing) -> dict[str, Field]:
    """The accepted footnote marks of rows of which an entry can hardly be read: one may be lost in
    it. And those of rows that have none, where a reader sees one within a doubtful entry.
    """
    found = {}
    for row in judged.rows():
        path = f"{row.path}/{MARKS}"
        marks = judged.fields.get(path)
        doubtful = [f for f in row.fields.values() if f.status is Status.REVIEW]
        hidden = any(f.readings and f.confidence < _HARDLY_READ for f in doubtful)
        seen = [f for f in doubtful if any(_A_MARK.search(r.text) for r in f.readings)]
        if marks is None and seen:
            place = seen[0].place
            found[path] = Field(Kind.MARKS, None, place=place, reasons=(MAY_HIDE_A_MARK,))
        elif marks and hidden and marks.status is Status.ACCEPTED:
            confidence = min(marks.confidence, _BESIDE_HARDLY_READ)
            found[path] = replace(
                marks, confidence=confidence, status=Status.REVIEW, reasons=(MAY_HIDE_A_MARK,)
            )
    return found


def _persons_in_doubt(judged: Filing) -> dict[str, Field]:
    """The accepted fields of a further owner or signature whose name is in doubt: there may be one
    less, and a stamp or an address in its place.
    """
    names = [(p, f) for p, f in judged.fields.items() if p.endswith(_NAMES)]
    doubted = {
        found[0]
        for p, f in names
        if (found := _FURTHER.match(p)) and f.confidence <= _OF_NOBODY and f.status is Status.REVIEW
    }
    return {
        path: replace(
            field,
            confidence=min(field.confidence, CONTRADICTED),
            status=Status.REVIEW,
            reasons=(MAY_BE_NOBODYS,),
        )
        for path, field in judged.fields.items()
        if field.status is Status.ACCEPTED
        and field.readings
        and (found := _FURTHER.match(path))
        and found[0] in doubted
    }


def word_odds(
    field: Field, model: Mapping[str, object] | None, quality: float
) -> list[tuple[str, float]]:
    """The words of a text, each with its probability; none for what is no text."""
    if model is None or field.value is None or not field.readings:
        return []
    rows = word_rows(field, quality)
    return [(text, logistic(model, row)) for text, row in rows]


def _confidence(
    path: str,
    field: Field,
    around: Around,
    words: Sequence[float],
) -> float:
    if field.value is None:
        return 0.0
    most = ceiling_of(field)
    if field.derived:
        return min(most, _DERIVED)
    model = _calibration()["models"].get(GROUPS[field.kind])
    if not isinstance(model, dict):
        return 0.5
    values = features(path, field, around, words, _calibration().get("pages"))
    return min(most, probability(model, values))


def word_model(models: Mapping[str, object], field: Field) -> Mapping[str, object] | None:
    """The model of words for a kind of text, if there is one."""
    model = models.get(f"{GROUPS[field.kind]} words")
    return model if isinstance(model, dict) else None


def ceiling_of(field: Field) -> float:
    """The most that a field may be trusted, for what was noted of it: 1 as a rule. Below, it is
    always looked at.
    """
    notes = {n.code for n in (*field.notes, *field.reasons)}  # from NAME.json they come as reasons
    found = [most for code, most in _CEILINGS.items() if code in notes]
    scores = [r.confidence for r in of_the_picture(field.readings)]
    if Code.TEXT_LAYER_DIFFERS in notes and min(scores, default=0) < _CLEAR:
        found.append(CONTRADICTED)
    if field.kind is not Kind.FLAG and max(scores, default=1.0) < _GUESSED:
        found.append(CONTRADICTED)
    if field.kind in (Kind.NUMBER, Kind.PRICE) and scores and _are_guessed(scores):
        found.append(CONTRADICTED)
    if field.kind is Kind.FLAG and len({bool(r.text.strip()) for r in field.readings}) > 1:
        found.append(CONTRADICTED)  # a reader sees a mark where no ink is, or none where some is
    return min(found, default=1.0)


def _are_guessed(scores: Sequence[float]) -> bool:
    """Whether figures are guessed at, by the scores of their readers, the form's own first."""
    first, *others = scores
    unconfirmed = bool(others) and max(others) < _CONFIRMED_FIGURES
    return (
        max(scores) < _GUESSED_FIGURES
        or first < _MISREAD_FIGURES
        or (first < _UNSURE_FIGURES and unconfirmed)
    )


def probability(model: Mapping[str, object], values: Sequence[float]) -> float:
    """The logistic model's probability that a field with these features is right, to four
    decimals.
    """
    ceiling = float(str(model.get("ceiling", _HIGHEST)))
    return round(min(ceiling, logistic(model, values)), DECIMALS)


@lru_cache(maxsize=1)
def _calibration() -> dict[str, dict[str, object]]:
    file = files("ocr_form4_models") / "weights" / "confidence.json"
    data: dict[str, dict[str, object]] = json.loads(file.read_text())
    return data


def least_confidence(wrong_per_10000: float) -> float:
    """The confidence from which a field is accepted, so that of all accepted ones no more are wrong
    than that.

    Measured with the calibration; between its rates the stricter counts.
    """
    measured = {
        float(rate): float(str(least))
        for rate, least in _calibration().get("thresholds", {}).items()
    }
    fitting = [least for rate, least in sorted(measured.items()) if rate <= wrong_per_10000]
    return fitting[-1] if fitting else 1 - wrong_per_10000 / _OF
