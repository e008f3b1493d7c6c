"""``NAME.json``: every field with its confidence, place and readings, and every check.

The shape is the public interface ``ocr-form4/2``. The bytes depend on the evidence alone: no clock,
no run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from ocr_form4.formats.edgar_xml import constants, parse_value, read_xml
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.evidence import Evidence, FilingStatus, Software, Source
from ocr_form4_models.field import Field, Kind, Machine, Place, Status, Value, value_text
from ocr_form4_models.form4 import MARKS, ROOT, UNKNOWN, Column, Filing
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import Damage, PageReport, PageStatus, SheetPart
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code, Reason
from ocr_form4_models.schema import KINDS, ON_THE_PAGE

SCHEMA = "ocr-form4/2"
_POSITION = re.compile(r"\[[^]]*\]")
_ROW = re.compile(rf"^({ROOT}/(?:nonDerivative|derivative)Table/\w+\[\d+\])/(.+)$")


def write_json(evidence: Evidence, source: Source, software: Software) -> bytes:
    """UTF-8 JSON, one line per page, field and check, so that two runs can be compared line by
    line.
    """
    filing = evidence.filing
    head = {
        "schema": SCHEMA,
        "status": str(evidence.status),
        "edition": filing.edition,
        "first_page": evidence.first_page,
        "source": {"path": source.path, "sha256": source.sha256, "pages": source.pages},
        "software": dict(sorted(software.versions.items())),
        "messages": list(evidence.messages),
    }
    fields = [_field(path, field) for path, field in filing.fields.items()]
    fields += [
        _constant(path, value, filing.edition)
        for path, value in constants(filing).items()
        if path not in filing.fields
    ]
    lists = {
        "pages": [_page(p) for p in evidence.pages],
        "fields": fields,
        "checks": [_check(c) for c in evidence.checks],
    }
    text = ",\n".join(
        [f" {_dump(key)}: {_dump(value)}" for key, value in head.items()]
        + [f" {_dump(key)}: {_lines(values)}" for key, values in lists.items()]
    )
    return f"{{\n{text}\n}}\n".encode()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    """Numbers of numpy's within a layout as Python's."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _lines(values: Iterable[object]) -> str:
    lines = ",\n".join(f"  {_dump(v)}" for v in values)
    return f"[\n{lines}\n ]" if lines else "[]"


def _number(value: float, digits: int) -> float | int:
    """Rounded; whole numbers without a fraction, and never a negative zero."""
    rounded = round(float(value), digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _page(page: PageReport) -> dict[str, Any]:
    found = {
        "number": page.number,
        "dpi": [_number(d, 2) for d in page.dpi],
        "rotation": int(page.rotation),
        "skew": _number(page.skew, 3),
        "width": int(page.width),
        "height": int(page.height),
        "status": str(page.status),
        "layout": page.layout,
    }
    if page.damage is not None:
        found["damage"] = asdict(page.damage)
    if page.part is not None:
        (width, height), box = page.part.sheet_size, page.part.box
        corners = [int(v) for v in (box.x0, box.y0, box.x1, box.y1)]
        found["sheet"] = {
            "number": page.part.sheet,
            "width": width,
            "height": height,
            "box": corners,
        }
    return found | ({"message": page.message} if page.message else {})


def _field(path: str, field: Field) -> dict[str, Any]:
    place = field.place
    box = (
        [_number(v, 1) for v in (place.box.x0, place.box.y0, place.box.x1, place.box.y1)]
        if place
        else None
    )
    found: dict[str, Any] = {
        "path": path,
        "value": None if field.value is None else field.text,
        "confidence": round(float(field.confidence), 4),
        "status": str(field.status),
        "derived": field.derived,
        "page": place.page if place else None,
        "box": box,
        "readings": [_reading(r, field.kind) for r in field.readings],
        "reasons": [
            _reason(r)
            for r in (*field.reasons, *(n for n in field.notes if n not in field.reasons))
        ],
    }
    if field.machine is not None:
        found["machine"] = {
            "value": None if field.machine.value is None else value_text(field.machine.value),
            "confidence": round(float(field.machine.confidence), 4),
            "status": str(field.machine.status),
            "reasons": [_reason(r) for r in field.machine.reasons],
        }
    return found


def _reason(reason: Reason) -> dict[str, str]:
    return {"code": str(reason.code), "text": reason.text}


def _reading(reading: Reading, kind: Kind) -> dict[str, Any]:
    """A reader's word; for a text with the score of every word, as one bad word spoils it."""
    found = {
        "reader": reading.reader,
        "text": reading.text,
        "confidence": round(float(reading.confidence), 5),
    }
    is_text = kind in (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE)
    return found | (
        {"words": [_number(w, 5) for w in reading.words]} if is_text and reading.words else {}
    )


def _constant(path: str, value: str, edition: str) -> dict[str, Any]:
    """An element that the schema wants and the page does not have; of a page of no known edition
    none is accepted.
    """
    return {
        "path": path,
        "value": value,
        "confidence": 1.0,
        "status": str(Status.REVIEW if edition == UNKNOWN else Status.ACCEPTED),
        "derived": True,
        "page": None,
        "box": None,
        "readings": [],
        "reasons": [],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "name": check.name,
        "outcome": str(check.outcome),
        "grade": str(check.grade) if check.grade else None,
        "paths": list(check.paths),
        "expected": check.expected,
        "found": check.found,
        "message": check.message,
    }


def read_json(data: bytes, xml: bytes | None = None) -> tuple[Evidence, Source, Software]:
    """What :func:`write_json` wrote. Candidates are not kept in it; notes come back among the
    reasons.

    Which element a footnote mark stands at is told by the XML alone: without ``xml`` the filing has
    no ``marks``, and its rows stand in the order of the fields. Raises ValueError for anything
    else.
    """
    try:
        found = json.loads(data)
        if not isinstance(found, dict) or found.get("schema") != SCHEMA:
            raise ValueError(f"not evidence of the schema {SCHEMA}")
        return _evidence(found, xml), Source(**found["source"]), Software(dict(found["software"]))
    except (LookupError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"not evidence of the schema {SCHEMA}: {error}") from error


def _evidence(found: Mapping[str, Any], xml: bytes | None) -> Evidence:
    fields = {f["path"]: _read_field(f) for f in found["fields"]}
    filing = Filing(
        found["edition"],
        fields,
        {},
        tuple(dict.fromkeys(m[1] for p in fields if (m := _ROW.match(p)))),
    )
    for path, value in constants(filing).items():
        if fields[path].derived and fields[path].text == value and not fields[path].reasons:
            del fields[path]
    if xml is not None:
        written = read_xml(xml)
        order = {path: place for place, path in enumerate(written.row_paths)}
        rows = sorted(filing.row_paths, key=lambda path: order.get(path, len(order)))
        filing = Filing(filing.edition, fields, written.marks, tuple(rows))
    pages = tuple(
        PageReport(
            p["number"], (float(p["dpi"][0]), float(p["dpi"][1])), p["rotation"], float(p["skew"]),
            p["width"],
            p["height"], PageStatus(p["status"]), p["layout"], p.get("message", ""),
            Damage(**p["damage"]) if "damage" in p else None, sheet_part(p),
        )
        for p in found["pages"]
    )  # fmt: skip
    checks = tuple(
        Check(
            c["name"], Outcome(c["outcome"]), tuple(c["paths"]), c["expected"], c["found"],
            c["message"],
            Grade(c["grade"]) if c["grade"] else None,
        )
        for c in found["checks"]
    )  # fmt: skip
    first = found.get("first_page", min((p.number for p in pages), default=1))
    return Evidence(
        filing,
        checks,
        pages,
        FilingStatus(found["status"]),
        first,
        tuple(found.get("messages", ())),
    )


def sheet_part(page: Mapping[str, Any]) -> SheetPart | None:
    """Where a page of NAME.json lies on its sheet; None where it is one of its own, and numbered as
    it.
    """
    if "sheet" not in page:
        return None
    sheet = page["sheet"]
    return SheetPart(sheet["number"], (sheet["width"], sheet["height"]), Box(*sheet["box"]))


def kind_of(path: str) -> Kind:
    """What a field holds, by its path."""
    if match := _ROW.match(path):
        if match[2] == MARKS:
            return Kind.MARKS
        return next((c.kind for c in Column if c.path == match[2]), Kind.TEXT)
    if path.startswith("page:"):
        _, kind = ON_THE_PAGE.get(path.removeprefix("page:"), ("", Kind.TEXT))
        return kind
    bare = _POSITION.sub("", path.removeprefix(f"{ROOT}/"))
    return Kind.FOOTNOTE if bare == "footnotes/footnote" else KINDS.get(bare, Kind.TEXT)


def _read_field(found: Mapping[str, Any]) -> Field:
    kind = kind_of(found["path"])
    box = found["box"]
    machine = found.get("machine")
    return Field(
        kind,
        _value(kind, found["value"]),
        tuple(
            Reading(
                r["reader"],
                r["text"],
                float(r["confidence"]),
                words=tuple(map(float, r.get("words", ()))),
            )
            for r in found["readings"]
        ),
        place=Place(found["page"], Box(*(float(v) for v in box))) if box else None,
        derived=found["derived"],
        confidence=float(found["confidence"]),
        status=Status(found["status"]),
        reasons=_reasons(found["reasons"]),
        machine=_machine(kind, machine) if machine else None,
    )


def _reasons(found: Iterable[Mapping[str, str]]) -> tuple[Reason, ...]:
    return tuple(Reason(Code(r["code"]), r["text"]) for r in found)


def _machine(kind: Kind, found: Mapping[str, Any]) -> Machine:
    status = Status(found.get("status", Status.REVIEW))
    return Machine(
        _value(kind, found["value"]),
        float(found["confidence"]),
        status,
        _reasons(found.get("reasons", ())),
    )


def _value(kind: Kind, text: str | None) -> Value | None:
    if not isinstance(text, str | None):
        raise ValueError(f"not evidence of the schema {SCHEMA}: a value is no text")
    return None if text is None else parse_value(kind, text)
