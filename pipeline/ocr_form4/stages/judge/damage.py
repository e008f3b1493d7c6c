"""How bad a page is, as the judge looks at it: what its pixels say, what its readers doubt, what
does not add up.

All of it is in NAME.json, and each part grows with the damage: the fit lets none of them make a
field more probable (``scripts/calibrate.py``), so that a page worse than all that were learned from
is trusted less, not more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Field
from ocr_form4_models.form4 import Filing
from ocr_form4_models.page import Damage, PageReport

DAMAGE_FEATURES = (
    "faint",
    "soft",
    "grain",
    "uneven",
    "streaks",
    "rows lost",
    "first reader doubts the page",
    "readers differ on the page",
    "not found",
    "rules broken",
)
_MOST = 3.0
"""No part counts for more."""
_DOUBTS = 0.98
"""The score of a line below which its first reader doubts it, and others are asked."""
NONE = (0.0,) * len(DAMAGE_FEATURES)


def page_damage(
    filing: Filing, checks: Sequence[Check], pages: Sequence[PageReport]
) -> dict[int | None, tuple[float, ...]]:
    """The damage of each page in the order of ``DAMAGE_FEATURES``, each part 0 ... 3; at None, the
    worst of all.
    """
    broken = sum(c.outcome is Outcome.BREAKS and c.grade is Grade.SUSPECT for c in checks)
    missing = sum(f.value is None for f in filing.fields.values())
    whole = (min(_MOST, 20 * missing / max(20, len(filing.fields))), min(_MOST, broken / 2))
    found: dict[int | None, tuple[float, ...]] = {}
    for page in pages:
        own = [
            f
            for f in filing.fields.values()
            if f.place and f.place.page == page.number and f.readings
        ]
        found[page.number] = (*_of_pixels(page.damage or Damage()), *_of_readings(own), *whole)
    found[None] = tuple(map(max, zip(*found.values(), strict=True))) if found else NONE
    return found


def _of_pixels(damage: Damage) -> tuple[float, ...]:
    parts = (
        3 * damage.faint,
        10 * damage.soft,
        log(1 + 1000 * damage.grain) / 2,
        15 * damage.uneven,
        60 * damage.streaks,
        100 * damage.lost_rows,
    )
    return tuple(min(_MOST, part) for part in parts)


def _of_readings(fields: Sequence[Field]) -> tuple[float, float]:
    """How many of a page's fields the first reader doubted, and on how many others say something
    else.
    """
    doubted = sum(f.readings[0].confidence < _DOUBTS for f in fields)
    differ = sum(len({r.text for r in f.readings}) > 1 for f in fields)
    return tuple(_MOST * n / (len(fields) + 5) for n in (doubted, differ))  # type: ignore[return-value]


def unlike(damage: Sequence[float], known: Mapping[str, object] | None) -> float:
    """How far a page lies from those that were fitted on, 0 ... 3: the logarithm of Mahalanobis'
    distance.
    """
    if known is None:
        return 0.0
    mean, inverse = known["mean"], known["inverse"]
    assert isinstance(mean, list)
    assert isinstance(inverse, list)
    off = [a - float(b) for a, b in zip(damage, mean, strict=True)]
    squared = sum(
        x * sum(float(w) * y for w, y in zip(row, off, strict=True))
        for x, row in zip(off, inverse, strict=True)
    )
    return min(_MOST, log(1 + max(0.0, squared) / len(off)))
