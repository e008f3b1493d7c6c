"""Values that the schema enumerates: what is read there is one of theirs, or is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import replace

from ocr_form4_models.codes import DOCUMENT_TYPES, PLACES, TRANSACTION_CODES
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reason import Code, Reason


def tell_what_is_no_code(filing: Filing) -> Filing:
    """The filing with a note on every field whose value is not one of those that the schema allows
    it.
    """
    allowed = _allowed()
    changed = {}
    for path, field in filing.fields.items():
        if _is_no_zip(filing, path):
            note = Reason(Code.NOT_A_CODE, f"{field.value} is no zip code")
            changed[path] = replace(field, notes=(*field.notes, note))
        values = allowed.get(path.removesuffix("/value").rpartition("/")[2])
        if values is not None and field.value is not None and str(field.value) not in values:
            note = Reason(
                Code.NOT_A_CODE, f"{field.value} is none of the codes that may stand here"
            )
            changed[path] = replace(field, notes=(*field.notes, note))
    return filing.with_fields(changed) if changed else filing


def _is_no_zip(filing: Filing, path: str) -> bool:
    """Whether a zip code has signs that none has, or beside a state of the United States other than
    five or nine figures: of 636 as filed none has.
    """
    if not path.endswith("/rptOwnerZipCode") or filing.fields[path].value is None:
        return False
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 -]*", str(filing.fields[path].value)):
        return True
    state = filing.fields.get(path.replace("ZipCode", "State"))
    in_states = state is not None and re.fullmatch(r"[A-Z]{2}", str(state.value)) is not None
    return in_states and not re.fullmatch(r"\d{5}(-?\d{4})?", str(filing.fields[path].value))


def _allowed() -> Mapping[str, Set[str]]:
    """By the element's name."""
    return {
        "documentType": DOCUMENT_TYPES,
        "rptOwnerState": PLACES.keys(),
        "rptOwnerCountry": PLACES.keys(),
        "transactionCode": TRANSACTION_CODES.keys(),
        "transactionFormType": {"4", "5"},
        "transactionAcquiredDisposedCode": {"A", "D"},
        "directOrIndirectOwnership": {"D", "I"},
    }
