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
_SCALES = 3.0, 10.0, 0.5, 15.0, 60.0, 100.0
"""Of faint, soft, grain, uneven, streaks and lost rows: each about 3 on a page that is hard to
read, as the other features are.
"""
_GRAIN = 1000.0
"""Specks of grain in a million pixels, of which the logarithm counts, are a thousandth of this."""
_FEW_FIELDS, _BEFORE = 20, 5
"""A filing, and a page, of fewer fields tells less by the share of them that is bad."""
_DOUBTS = 0.98
"""The score of a line below which its first reader doubts it, and others are asked. On the fixtures
462 of 2,726 are 1.00 times it or less, the others 1.00 or more.
"""
NONE = (0.0,) * len(DAMAGE_FEATURES)


def page_damage(
    filing: Filing, checks: Sequence[Check], pages: Sequence[PageReport]
) -> dict[int | None, tuple[float, ...]]:
    """The damage of each page in the order of ``DAMAGE_FEATURES``, each part 0 ... 3; at None, the
    worst of all.
    """
    broken = sum(c.outcome is Outcome.BREAKS and c.grade is Grade.SUSPECT for c in checks)
    missing = sum(f.value is None for f in filing.fields.values())
    lacking = _FEW_FIELDS * missing / max(_FEW_FIELDS, len(filing.fields))
    whole = (min(_MOST, lacking), min(_MOST, broken / 2))
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
        damage.faint,
        damage.soft,
        log(1 + _GRAIN * damage.grain),
        damage.uneven,
        damage.streaks,
        damage.lost_rows,
    )
    return tuple(min(_MOST, scale * part) for scale, part in zip(_SCALES, parts, strict=True))


def _of_readings(fields: Sequence[Field]) -> tuple[float, float]:
    """How many of a page's fields the first reader doubted, and on how many others say something
    else.
    """
    doubted = sum(f.readings[0].confidence < _DOUBTS for f in fields)
    differ = sum(len({r.text for r in f.readings}) > 1 for f in fields)
    return tuple(_MOST * n / (len(fields) + _BEFORE) for n in (doubted, differ))  # type: ignore[return-value]


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
