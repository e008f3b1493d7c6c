"""Whether a reading says what a field holds."""

from __future__ import annotations

from ocr_form4.stages.parse.candidates import said_by
from ocr_form4.stages.parse.grammar import (
    GRAMMARS,
    acquired_disposed,
    direct_indirect,
    marks_in,
    plain,
    trading_symbol,
    transaction_code,
    voluntary,
)
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import Reading

CODES = {
    "transactionCode": transaction_code,
    "transactionAcquiredDisposedCode": acquired_disposed,
    "directOrIndirectOwnership": direct_indirect,
    "transactionFormType": voluntary,
}
"""The grammar of each code, by the last part of its path."""


def agrees(path: str, field: Field, reading: Reading) -> bool:
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
    if field.kind is Kind.CODE and last in CODES:
        wanted = (
            {"5": "V"}.get(str(field.value), field.value)
            if last == "transactionFormType"
            else field.value
        )
        return any(p.value == wanted for p in CODES[last](reading.text))
    if field.kind is Kind.CODE:
        return str(field.value) in reading.text.upper()
    if last == "issuerTradingSymbol":
        return any(p.value == field.value for p in trading_symbol(reading.text))
    return plain(reading.text) == field.value
