"""One probability a field, and the verdict: accepted or up for review.

The probability comes from a logistic model per group of fields, fitted by ``scripts/calibrate.py``
on scored runs and kept with its model card in ``weights/confidence.json``. What it looks at
(``features``) is all in NAME.json, so that anyone can fit it again from a run.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from math import log

from rapidfuzz import fuzz

from ocr_form4.settings import Settings
from ocr_form4.stages.judge.damage import DAMAGE_FEATURES, NONE, page_damage, unlike
from ocr_form4.stages.judge.wording import logistic, word_features, words_of
from ocr_form4.stages.parse.grammar import (
    FIT,
    GRAMMARS,
    acquired_disposed,
    direct_indirect,
    marks_in,
    plain,
    said_by,
    trading_symbol,
    transaction_code,
    voluntary,
)
from ocr_form4.stages.parse.sense import has_end_point
from ocr_form4.text.lexicon import known_share
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Field, Kind, Status, value_text
from ocr_form4_models.form4 import Filing
from ocr_form4_models.page import PageReport
from ocr_form4_models.reading import Reading, of_the_picture
from ocr_form4_models.reason import Code, Reason

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
CONTRADICTED = 0.9
"""At most, for a field that a rule of the form puts in doubt: a relationship without any mark, say;
and for a text with a weak word.
"""
WEAK_WORD = 0.9
"""A text with a word less probable than that is looked at, whatever the rest of it says: 5 of
12,550 accepted fields had one, of which one was wrong, and dirt that was read as remarks and
accepted at 0.998.
"""
OPPOSED, _SURE = 0.98, 0.9
"""At most, where a reader with such a score says another number or date: it is looked at, whatever
the others say.
"""
_HEARD = 0.5
"""A reader's score from which it says the letter of a code: of 3,700 codes of the development
corpus two lack one, of nine that hands to learn from drew in dirt all but four."""
_UNPARTED = re.compile(
    r"(?<=[\w.])(?<!\b(?:as|by|of))(?<!\b(?:the|her|his)) attorney-in-fact", re.IGNORECASE
)
_CEILINGS = {
    Code.MISFIT_COLUMNS: 0.2, Code.BY_HAND: 0.5, Code.LAYER_ALONE: 0.5, Code.PAGES_UNSETTLED: 0.8,
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
_DERIVED = 0.9995
"""What follows from an empty cell is as sure as that the cell is empty: ink decides, not a reader.
"""
_HIGHEST = 0.9999
DOUBTED = 0.99
"""The probability below which a word of a text is named among the reasons."""
UNREADABLE = Reason(Code.UNREADABLE, "there is ink, and no reader could make it out")
NOT_FOUND = Reason(Code.NOT_FOUND, "nothing was found where it should stand")
OFTEN_WRONG = Reason(
    Code.OFTEN_WRONG, "fields read like this one are wrong too often to be accepted unseen"
)
_ARITHMETIC = ("running-holdings", "exercise-pair", "price-in-range")
_AGAINST = (
    "running-holdings",
    "mark-has-footnote",
    "price-in-range",
    "transaction-before-signature",
    "relationship-marked",
)
_CODES = {
    "transactionCode": transaction_code,
    "transactionAcquiredDisposedCode": acquired_disposed,
    "directOrIndirectOwnership": direct_indirect,
    "transactionFormType": voluntary,
}


@dataclass(frozen=True, slots=True)
class Support:
    """What the checks say of each path: how many hold, and how many break in a way that puts
    readings in doubt.
    """

    holds: Mapping[str, int]
    breaks: Mapping[str, int]


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
        confidence = _confidence(path, field, support, quality, of_page, [p for _, p in words])
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
    return filing.with_fields(judged)


def is_contested(path: str, field: Field) -> bool:
    """Whether what the readers say forbids to accept a field, however probable it is."""
    rules = (is_opposed, is_outvoted, is_unsaid, lacks_a_comma, ends_in_a_point)
    return any(rule(path, field) for rule in rules)


def is_opposed(path: str, field: Field) -> bool:
    """Whether a reader that is sure says another number or date than the field holds."""
    if field.kind not in GRAMMARS or field.value is None:
        return False
    sure = [r for r in field.readings if r.confidence >= _SURE and r.reader != "textlayer"]
    return any(GRAMMARS[field.kind](r.text) and not _agrees(path, field, r) for r in sure)


def is_unsaid(path: str, field: Field) -> bool:
    """Whether no reader says the very letter that a code is, with a score that dirt seldom has: a
    ring of dirt is read as 0, which is like a D. Where the column tells the sign, whether none
    reads figures in it.
    """
    last = path.removesuffix("/value").rpartition("/")[2]
    if field.kind is not Kind.CODE or last not in _CODES or field.value is None or field.derived:
        return False
    wanted = "V" if last == "transactionFormType" else field.value
    heard = [r for r in of_the_picture(field.readings) if r.confidence >= _HEARD]
    if any(n.code is Code.SIGN_BY_COLUMN for n in (*field.notes, *field.reasons)):
        return not any(re.search(r"\d", r.text) for r in heard)
    said = [p for r in heard for p in _CODES[last](r.text)]
    return not any(p.value == wanted and p.fit > FIT.mark_run_in for p in said)


def lacks_a_comma(path: str, field: Field) -> bool:
    """Whether a signer's capacity follows the name without the comma that a coarse scan loses: so
    in none of 486 signatures by attorneys.
    """
    return path.endswith("/signatureName") and bool(_UNPARTED.search(str(field.value)))


def ends_in_a_point(path: str, field: Field) -> bool:
    """Whether a name or title ends in a point or comma, as one of 5,247 does and specks look; also
    where its readers are sure of it.
    """
    return isinstance(field.value, str) and has_end_point(path, field.value)


def is_outvoted(path: str, field: Field) -> bool:
    """Whether more readers of the picture agree on one other text than say what the field holds:
    two that say SCWO against one that says SCO; or, of a code, a number or a date, more say
    something else, however they differ: P, H and F.

    Of 11,400 of these on 271 scans of learning hands, their own copies and faxes, more say
    something else of 12 that would be accepted: one was wrong.
    """
    if field.value is None or field.kind in (Kind.FLAG, Kind.MARKS):
        return False
    if any(n.code is Code.SIGN_BY_COLUMN for n in (*field.notes, *field.reasons)):
        return False
    seen = of_the_picture(field.readings)
    against = Counter(_folded(r) for r in seen if not _agrees(path, field, r))
    del against[""]
    most = max(against.values(), default=0)
    if field.kind in GRAMMARS or field.kind is Kind.CODE:
        most = against.total()
    return most > max(1, sum(_agrees(path, field, r) for r in seen))


def _folded(reading: Reading) -> str:
    """Its letters and figures alone: spaces, points and the height of letters are often lost."""
    return "".join(c for c in plain(reading.text).casefold() if c.isalnum())


def contradicted(checks: Sequence[Check]) -> frozenset[str]:
    """The paths that a rule of the form puts in doubt."""
    suspect = [c for c in checks if c.outcome is Outcome.BREAKS and c.grade is Grade.SUSPECT]
    return frozenset(path for check in suspect for path in check.paths)


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
        all(_agrees(path, field, r) for r in of_the_picture(field.readings))
        for path, field in filing.fields.items()
        if field.readings and field.kind in (Kind.NUMBER, Kind.PRICE, Kind.DATE, Kind.CODE)
    ]
    return (sum(sure) + 4.5) / (len(sure) + 5)


def word_odds(
    field: Field, model: Mapping[str, object] | None, quality: float
) -> list[tuple[str, float]]:
    """The words of a text, each with its probability; none for what is no text."""
    if model is None or field.value is None or not field.readings:
        return []
    rows = word_rows(field, quality)
    return [(text, logistic(model, row)) for text, row in rows]


def word_rows(field: Field, quality: float) -> list[tuple[str, tuple[float, ...]]]:
    """The words of a text with their features, in the order of ``WORD_FEATURES``."""
    seen = of_the_picture(field.readings) or field.readings
    words = words_of(plain(str(field.value)), seen)
    first = seen[0].reader
    return list(zip((w.text for w in words), word_features(words, first, quality), strict=True))


def features(
    path: str,
    field: Field,
    support: Support,
    quality: float,
    damage: Sequence[float] = NONE,
    words: Sequence[float] = (),
    known: Mapping[str, object] | None = None,
) -> tuple[float, ...]:
    """What the probability is made of, in the order of ``FEATURES``; each about -3 ... 3.

    ``damage`` is its page's, ``words`` are the probabilities of a text's words, ``known`` the pages
    that were learned. The text layer's readings count for nothing.
    """
    field = replace(field, readings=of_the_picture(field.readings))
    first = field.readings[0] if field.readings else None
    others = [(r, _agrees(path, field, r)) for r in field.readings[1:]]
    agreeing = [r for r, agrees in others if agrees]
    text = value_text(field.value)
    one = first is not None and _agrees(path, field, first)
    said = [plain(r.text).replace(" ", "") for r in field.readings]
    alike = min((fuzz.ratio(said[0], other) / 100 for other in said[1:]), default=0.9)
    small = 1.0 if 0 < len(text) <= 1 else 0.0
    return (
        float(one),
        _odds(first.confidence) if first and one else -2.0,
        min(2.0, len(others)),
        min(2.0, len(agreeing)),
        max((r.confidence for r in agreeing), default=0.0),
        float(len(agreeing) < len(others) or not one),
        8 * (alike - 0.9),
        known_share([text]) if field.kind in (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE) else 0.0,
        min(2.5, log(1 + len(text)) / 2),
        small,
        min(1.0, support.holds.get(path, 0)),
        min(2.0, support.breaks.get(path, 0)),
        float(any(n.code in _NOTED for n in (*field.notes, *field.reasons))),
        6 * (quality - 0.8),
        float(
            field.kind in GRAMMARS
            and any(len(said_by(r, GRAMMARS[field.kind])) > 1 for r in field.readings)
        ),
        float("Table/" in path),
        float("signature" in path),
        *damage,
        unlike(damage, known),
        *of_words(words),
    )


def of_words(odds: Sequence[float]) -> tuple[float, float]:
    """What the probabilities of its words tell of a text: the weakest, and how many may be wrong in
    all.
    """
    if not odds:
        return 0.0, 0.0
    least = min(0.99999, max(0.01, min(odds)))
    return log(least / (1 - least)) / 3, log(sum(1 - p for p in odds) + 2e-4) / 2 + 3


def _odds(confidence: float) -> float:
    c = min(0.9999, max(0.02, confidence))
    return log(c / (1 - c)) / 2


def _agrees(path: str, field: Field, reading: Reading) -> bool:
    """Whether a reading says what the field holds, by the field's own grammar."""
    if field.value is None:
        return False
    if field.kind in GRAMMARS:
        return any(p.value == field.value for p in said_by(reading, GRAMMARS[field.kind])[:1])
    if field.kind is Kind.FLAG:
        return bool(reading.text.strip()) == bool(field.value)
    if field.kind is Kind.MARKS:
        return sorted(marks_in(reading.text)) == sorted(str(field.value).split())
    last = path.removesuffix("/value").rpartition("/")[2]
    if field.kind is Kind.CODE and last in _CODES:
        wanted = (
            {"5": "V"}.get(str(field.value), field.value)
            if last == "transactionFormType"
            else field.value
        )
        return any(p.value == wanted for p in _CODES[last](reading.text))
    if field.kind is Kind.CODE:
        return str(field.value) in reading.text.upper()
    if last == "issuerTradingSymbol":
        return any(p.value == field.value for p in trading_symbol(reading.text))
    return plain(reading.text) == field.value


def _confidence(
    path: str,
    field: Field,
    support: Support,
    quality: float,
    damage: Sequence[float],
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
    values = features(path, field, support, quality, damage, words, _calibration().get("pages"))
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
    if (
        Code.TEXT_LAYER_DIFFERS in notes
        and min((r.confidence for r in of_the_picture(field.readings)), default=0) < _CLEAR
    ):
        found.append(CONTRADICTED)
    if field.kind is Kind.FLAG and len({bool(r.text.strip()) for r in field.readings}) > 1:
        found.append(CONTRADICTED)  # a reader sees a mark where no ink is, or none where some is
    return min(found, default=1.0)


def probability(model: Mapping[str, object], values: Sequence[float]) -> float:
    """The logistic model's probability that a field with these features is right, to four
    decimals.
    """
    ceiling = float(str(model.get("ceiling", _HIGHEST)))
    return round(min(ceiling, logistic(model, values)), 4)


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
    return fitting[-1] if fitting else 1 - wrong_per_10000 / 10000


def reasons_for(
    path: str, field: Field, checks: Sequence[Check], words: Sequence[tuple[str, float]] = ()
) -> tuple[Reason, ...]:
    """Why a clerk should look at it. ``words`` are a text's own with their probabilities."""
    reasons = list(field.notes)
    if field.value is None:
        reasons.append(UNREADABLE if field.readings else NOT_FOUND)
    said = list(
        dict.fromkeys(plain(r.text) for r in field.readings if r.reader not in ("ink", "textlayer"))
    )
    if len(said) > 1 and field.kind is not Kind.FLAG:
        shown = [s if len(s) <= 60 else s[:57] + "…" for s in said[:2]]
        if shown[0] == shown[1]:
            shown = list(_difference(said[0], said[1]))
        said_so = f"the readers disagree: {shown[0] or '(nothing)'} / {shown[1] or '(nothing)'}"
        reasons.append(Reason(Code.READERS_DISAGREE, said_so))
    if len(words) > 3 and (doubtful := sorted((p, w) for w, p in words if p < DOUBTED)):
        weakest = ", ".join(f"“{w}”" for w in dict.fromkeys(w for _, w in doubtful[:4]))
        said_so = f"{'words' if len(doubtful) > 1 else 'a word'} in doubt: {weakest}"
        reasons.append(Reason(Code.WORDS_IN_DOUBT, said_so))
    for check in checks:
        if check.outcome is Outcome.BREAKS and path in check.paths:
            reasons.append(Reason(Code.BREAKS_A_RULE, check.message))
    least = min((r.confidence for r in field.readings), default=1.0)
    if not reasons and least < 0.8:
        reasons.append(Reason(Code.POOR_PRINT, f"poor print: a reader gives it only {least:.2f}"))
    if not reasons:
        reasons.append(OFTEN_WRONG)
    return tuple(dict.fromkeys(reasons))


def _difference(a: str, b: str) -> tuple[str, str]:
    """The first words in which two long texts differ, with a little around them."""
    x, y = a.split(), b.split()
    k = next((k for k, (p, q) in enumerate(zip(x, y, strict=False)) if p != q), min(len(x), len(y)))
    start = max(0, k - 2)
    return "… " + " ".join(x[start : k + 3]), "… " + " ".join(y[start : k + 3])
