"""One probability a field, and the verdict: accepted or up for review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.settings import Settings
from ocr_form4_models.check import Check
from ocr_form4_models.field import Field, Status
from ocr_form4_models.form4 import Filing


def judge(filing: Filing, checks: Sequence[Check], settings: Settings) -> Filing:
    """The filing with every field's confidence, status and reasons."""
    least = 1 - settings.max_wrong_per_10000 / 10000
    judged = {}
    for path, field in filing.fields.items():
        confidence = _confidence(field)
        status = Status.ACCEPTED if confidence >= least else Status.REVIEW
        judged[path] = replace(field, confidence=confidence, status=status, reasons=field.notes)
    return filing.with_fields(judged)


def _confidence(field: Field) -> float:
    if field.derived:
        return 0.9995
    if field.value is None:
        return 0.0
    weight = field.candidates[0].weight if field.candidates else 0.5
    return round(min(0.9995, weight), 4)
