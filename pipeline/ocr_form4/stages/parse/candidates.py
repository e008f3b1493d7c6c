"""What the readings of a field may stand for: the values of each by the field's grammar, weighed by
whose reading it is and how sure its reader was.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.stages.parse.grammar import Grammar, Parsed
from ocr_form4_models.field import DECIMALS, Candidate, Value
from ocr_form4_models.reading import Reading, of_the_picture

_HEARD = 0.05
"""What is added to a reading's score, so that it counts for something however low that is. With 0.0
no value of 141 scans is another.
"""
_UNKNOWN = 0.5
"""Trust in a reader that is not listed: between those of the second and the third, 0.9 and 0.4."""
TRUST = {"form": 1.2, "paddle": 0.9, "tesseract": 0.4}
"""How much a reader's word weighs against another's where they differ, from their error rates on
cells. On running text they are nearly as good as each other: with 1.2, 1.0 and 0.8 there, 26
fixtures are read the same.
"""
CHOSEN = 0.6
"""The weight of a value that a rule or sense chose among what readers said, who share the rest:
more than half, so that it is the best, and as little as 0.6, as it is looked at.
"""
SURE = 0.98
"""The score of its weakest character from which a reader is sure of what it read: then nobody
chooses but it. Of 35,710 readings of cells on 280 scans 33,177 have it, half of them 0.9997 or
more; half of the others 0.91 or less.
"""


def trust(reading: Reading) -> float:
    """How much a reading weighs against another's where they differ."""
    return TRUST.get(reading.reader, _UNKNOWN)


def candidates(readings: Sequence[Reading], grammar: Grammar) -> tuple[Candidate, ...]:
    """The values that the readings of the picture parse to, best first, their weights adding up to
    1.

    What a reader is sure of is taken to the letter: a point that it saw as surely as the figures is
    no comma. What it is not sure of may be either. Where one reader read the value twice, as a
    trading symbol behind the issuer's name and in a run of its own, a sure reading leaves nothing
    to the other.
    """
    seen = of_the_picture(readings)
    sure = {r.reader for r in seen if r.confidence >= SURE and grammar(r.text)}
    found: dict[Value, tuple[float, list[str]]] = {}
    for reading in seen:
        if reading.reader in sure and reading.confidence < SURE:
            continue
        for parsed in said_by(reading, grammar):
            weight, readers = found.get(parsed.value, (0.0, []))
            weight += trust(reading) * parsed.fit * (_HEARD + reading.confidence)
            if reading.reader not in readers:
                readers = [*readers, reading.reader]
            found[parsed.value] = (weight, readers)
    total = sum(w for w, _ in found.values())
    ranked = sorted(found.items(), key=lambda item: -item[1][0])
    return tuple(Candidate(v, round(w / total, DECIMALS), tuple(r)) for v, (w, r) in ranked)


def said_by(reading: Reading, grammar: Grammar) -> tuple[Parsed, ...]:
    """The values that one reading stands for: to the letter alone where its reader is sure, if that
    is a value.
    """
    parsed = grammar(reading.text)
    literal = tuple(p for p in parsed if p.literal)
    return literal if literal and reading.confidence >= SURE else parsed
