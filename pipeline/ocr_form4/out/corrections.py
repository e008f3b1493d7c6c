"""What people decided, put over what the software reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ocr_form4.formats.edgar_xml import LONGEST_NUMBER, join_marks, parse_value
from ocr_form4.formats.evidence_json import kind_of
from ocr_form4.out.ledger_rows import Correction
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.field import Field, Kind, Machine, Status
from ocr_form4_models.form4 import MARKS, Column, Filing
from ocr_form4_models.reason import Code, Reason

LONGEST = 20_000
"""Characters of a value; EDGAR takes a thousand in a footnote."""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def unfit(kind: Kind, value: str | None) -> str:
    """Why a value cannot be one of a field of this kind, as it could not be written down; empty
    where it can.
    """
    if value is None:
        return ""
    if len(value) > LONGEST:
        return f"longer than {LONGEST:,} characters"
    if _NOT_XML.search(value):
        return "with characters that XML cannot hold"
    if kind in (Kind.NUMBER, Kind.PRICE) and len(value) > LONGEST_NUMBER:
        return f"a number of more than {LONGEST_NUMBER} characters"
    if kind in (Kind.NUMBER, Kind.PRICE) and re.fullmatch(
        r"[+-]?[\d.]+[eE][+-]?\d+", value.strip()
    ):
        return "a number with an exponent; write its digits"
    return ""


def apply_corrections(evidence: Evidence, corrections: Iterable[Correction]) -> Evidence:
    """The evidence with the corrections in force.

    A field whose machine reading is still what the person saw, or has become what the person said,
    is ``corrected``. Where this run reads a third thing, the person's value stands and the field
    comes up for review. A correction of a row that this run did not find cannot be placed; a
    message says so.
    """
    filing, messages = evidence.filing, list(evidence.messages)
    for correction in corrections:
        row = correction.path.split("]/")[0] + "]"
        if "Table/" in correction.path and row not in filing.row_paths:
            messages.append(f"corrected before, and not found by this run: {correction.path}")
            continue
        if why := unfit(kind_of(correction.path), correction.value):
            messages.append(
                f"corrected before to a value that cannot be written ({why}): {correction.path}"
            )
            continue
        filing = _apply(filing, correction)
    return replace(evidence, filing=filing, messages=tuple(messages))


def _apply(filing: Filing, correction: Correction) -> Filing:
    path = correction.path
    field = filing.fields.get(path) or Field(kind_of(path), None)
    machine = field.machine or Machine(field.value, field.confidence, field.status, field.reasons)
    reads = None if machine.value is None else Field(field.kind, machine.value).text
    value = None if correction.value is None else parse_value(field.kind, correction.value)
    changed = replace(field, value=value, machine=machine, derived=False)
    if reads in (correction.machine_value, correction.value):
        changed = replace(changed, status=Status.CORRECTED, confidence=1.0, reasons=())
    else:
        said = f"corrected before to {_shown(correction.value)}; this run reads {_shown(reads)}"
        doubt = round(1 - machine.confidence, 4)
        changed = replace(
            changed,
            status=Status.REVIEW,
            confidence=doubt,
            reasons=(Reason(Code.CORRECTED_BEFORE, said),),
        )
    filing = filing.with_fields({path: changed})
    if path.endswith(f"]/{MARKS}"):
        row = path.removesuffix(f"/{MARKS}")
        filing = replace(filing, marks=_marks(filing, row, (correction.value or "").split()))
    return filing


def without_corrections(evidence: Evidence) -> Evidence:
    """Back to what the software read, so that the corrections of now can be applied."""
    fields = {}
    for path, field in evidence.filing.fields.items():
        machine = field.machine
        if machine is not None:
            field = replace(
                field, value=machine.value, confidence=machine.confidence, status=machine.status,
                reasons=machine.reasons, machine=None,
            )  # fmt: skip
        fields[path] = field
    filing = replace(evidence.filing, fields=fields)
    for path, field in fields.items():
        if path.endswith(f"]/{MARKS}"):
            filing = replace(
                filing, marks=_marks(filing, path.removesuffix(f"/{MARKS}"), field.text.split())
            )
    return replace(evidence, filing=filing)


def _marks(filing: Filing, row: str, wanted: list[str]) -> dict[str, tuple[str, ...]]:
    """A row's marks made the wanted ones: those that stay keep their element, new ones stand at the
    title.
    """
    left = Counter(wanted)
    changed: dict[str, tuple[str, ...]] = {}
    for path, ids in filing.marks.items():
        if not path.startswith(f"{row}/"):
            changed[path] = ids
            continue
        kept = []
        for id_ in ids:
            if left[id_]:
                left[id_] -= 1
                kept.append(id_)
        if kept:
            changed[path] = tuple(kept)
    new = join_marks(list(left.elements())).split()
    if new:
        title = f"{row}/{Column.SECURITY_TITLE.element}"
        changed[title] = (*changed.get(title, ()), *new)
    return changed


def _shown(value: str | None) -> str:
    return "nothing" if value is None else f"“{value}”"
