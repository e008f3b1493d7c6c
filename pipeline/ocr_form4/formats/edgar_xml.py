"""A filing as EDGAR's ``ownershipDocument``, and back.

Source: EDGAR Ownership XML Technical Specification, schema X0306 (``aff10b5One`` from X0508,
country and foreign symbol from X0609). The writer gives nothing but the schema's own elements, in
the schema's order.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from ocr_form4_models.field import Candidate, Field, Kind, Status, Value
from ocr_form4_models.form4 import MARKS, ROOT, Column, Filing, Table, footnote_path
from ocr_form4_models.schema import KINDS, ORDER, REPEATED

NO_CIK = "0000000000"
"""Written where the schema wants a CIK: none is printed on the form."""

_STEP = re.compile(r"^(?P<tag>\w+)(?:\[(?:(?P<number>\d+)|@id='(?P<id>F\d+)')\])?$")
_OF_TRANSACTIONS = re.compile(
    r"Holding\[\d+\]/(transactionDate|deemedExecutionDate|transactionCoding|transactionAmounts)/"
)
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_xml(filing: Filing) -> bytes:
    """The filing as UTF-8 XML.

    A field without a value is an empty element, or none where a person said that nothing is printed
    there, or only a transaction has it and its row is a holding: what lies there is dirt. A field
    whose path begins with ``page:`` has no element. Characters that XML cannot hold (control
    characters) become U+FFFD. Raises ValueError for a path that is not the schema's.
    """
    root = ET.Element("ownershipDocument")
    for path in filing.row_paths:  # first, so that a table's rows keep their printed order
        _element(root, path)
    for path, field in filing.fields.items():
        if path.startswith("page:") or path.endswith(f"]/{MARKS}"):
            continue
        if field.value is None and (
            field.status is Status.CORRECTED or _OF_TRANSACTIONS.search(path)
        ):
            continue
        _element(root, path).text = xml_text(field.text) or None
    for path, ids in filing.marks.items():
        if _in_row(path):
            element = _element(root, path)
            for id_ in ids:
                ET.SubElement(element, MARKS, id=id_)
    _complete(root, _schema(filing))
    _sort(root)
    ET.indent(root, "    ")
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def xml_text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def constants(filing: Filing) -> dict[str, str]:
    """The elements with text that NAME.xml has and the page has not, by path."""
    found = {f"{ROOT}/schemaVersion": _schema(filing), f"{ROOT}/issuer/issuerCik": NO_CIK}
    for number in range(1, max(1, filing.count("reportingOwner")) + 1):
        found[f"{ROOT}/reportingOwner[{number}]/reportingOwnerId/rptOwnerCik"] = NO_CIK
    return found


def _in_row(path: str) -> bool:
    return path.startswith(tuple(f"{ROOT}/{table}/" for table in Table))


def _element(root: ET.Element, path: str) -> ET.Element:
    """The element at a path, made where it does not exist yet."""
    if not path.startswith(f"{ROOT}/"):
        raise ValueError(f"not a path of an ownershipDocument: {path}")
    element = root
    for step in path.removeprefix(f"{ROOT}/").split("/"):
        match = _STEP.match(step)
        if match is None:
            raise ValueError(f"not a path of an ownershipDocument: {path}")
        tag, id_ = match["tag"], match["id"]
        if id_:
            found = [e for e in element.findall(tag) if e.get("id") == id_]
            element = found[0] if found else ET.SubElement(element, tag, id=id_)
            continue
        while len(found := element.findall(tag)) < int(match["number"] or 1):
            ET.SubElement(element, tag)
        element = found[int(match["number"] or 1) - 1]
    return element


def _schema(filing: Filing) -> str:
    """The schema's version: the first that has all elements of the filing."""
    if any(path.endswith("/rptOwnerNonUSAddressFlag") for path in filing.fields):
        return "X0609"
    return "X0508" if f"{ROOT}/aff10b5One" in filing.fields else "X0306"


def _complete(root: ET.Element, schema: str) -> None:
    """The elements that the schema wants and the page does not have."""
    _element(root, f"{ROOT}/schemaVersion").text = schema
    _default(root, f"{ROOT}/issuer/issuerCik")
    for number in range(1, max(1, len(root.findall("reportingOwner"))) + 1):
        owner = f"{ROOT}/reportingOwner[{number}]"
        _default(root, f"{owner}/reportingOwnerId/rptOwnerCik")
        _element(root, f"{owner}/reportingOwnerRelationship")


def _default(root: ET.Element, path: str) -> None:
    """Zeros where no list told the CIK."""
    element = _element(root, path)
    element.text = element.text or NO_CIK


def _sort(element: ET.Element) -> None:
    """Children into the schema's order; rows of a table and repeated elements keep theirs."""
    if element.tag == "footnotes":
        element[:] = sorted(element, key=lambda e: int(e.get("id", "F0")[1:]))
    elif element.tag not in tuple(Table):
        element[:] = sorted(element, key=lambda e: _rank(element.tag, e.tag))
    for child in element:
        _sort(child)


def _rank(parent: str, tag: str) -> int:
    order = ORDER.get(parent, ())
    if tag not in order:
        raise ValueError(f"{tag} is no element of {parent}")
    return order.index(tag)


def read_xml(data: bytes) -> Filing:
    """EDGAR's XML as a filing whose fields are sure: confidence 1, accepted, the value as their
    only candidate.

    Empty elements and what is not printed on the form (CIKs, the schema's version, the timeliness)
    are left out. Raises ValueError for anything but an ``ownershipDocument``.
    """
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise ValueError(f"not well-formed XML: {error}") from error
    for element in root.iter():
        element.tag = element.tag.split("}")[-1]
    if root.tag != "ownershipDocument":
        raise ValueError(f"not an ownershipDocument but {root.tag}")
    fields: dict[str, Field] = {}
    marks: dict[str, tuple[str, ...]] = {}
    row_paths: list[str] = []
    for path, element in _numbered(root, ROOT):
        if element.tag in tuple(Table):
            for row_path, row in _numbered(element, path):
                row_paths.append(row_path)
                _read_row(row_path, row, fields, marks)
        elif element.tag == "footnotes":
            for note in element.iterfind("footnote[@id]"):
                _put(fields, footnote_path(note.get("id", "")[1:]), Kind.FOOTNOTE, note)
        else:
            _read_header(path, element, element.tag, fields)
    edition = "edgar-x05" if root.find("aff10b5One") is not None else "edgar-x03"
    return Filing(edition, fields, marks, tuple(row_paths))


def _numbered(parent: ET.Element, path: str) -> Iterator[tuple[str, ET.Element]]:
    """The children with their paths; those that may be several with their position among siblings
    of the same name.
    """
    seen: dict[str, int] = {}
    for child in parent:
        seen[child.tag] = seen.get(child.tag, 0) + 1
        position = f"[{seen[child.tag]}]" if child.tag in REPEATED else ""
        yield f"{path}/{child.tag}{position}", child


def _read_header(path: str, element: ET.Element, bare: str, fields: dict[str, Field]) -> None:
    """The fields at and below an element; ``bare`` is its path without positions."""
    if bare in KINDS:
        _put(fields, path, KINDS[bare], element)
    for child_path, child in _numbered(element, path):
        _read_header(child_path, child, f"{bare}/{child.tag}", fields)


def _read_row(
    path: str, row: ET.Element, fields: dict[str, Field], marks: dict[str, tuple[str, ...]]
) -> None:
    for column in Column:
        element = row.find(column.path)
        if element is not None:
            _put(fields, f"{path}/{column.path}", column.kind, element)
    for where in dict.fromkeys(c.element for c in Column):
        ids = tuple(id_ for e in row.findall(f"{where}/{MARKS}") if (id_ := e.get("id")))
        if ids:
            marks[f"{path}/{where}"] = ids
    every = [id_ for e in row.iter(MARKS) if (id_ := e.get("id"))]
    if every:
        fields[f"{path}/{MARKS}"] = _sure(Kind.MARKS, join_marks(every))


def join_marks(ids: list[str] | tuple[str, ...]) -> str:
    """A row's marks as one value: sorted by number, as often as they occur."""
    return " ".join(sorted(ids, key=lambda i: (len(i), i)))


def _put(fields: dict[str, Field], path: str, kind: Kind, element: ET.Element) -> None:
    text = "".join(element.itertext()).strip()
    if text:
        fields[path] = _sure(kind, parse_value(kind, text))


def _sure(kind: Kind, value: Value) -> Field:
    return Field(
        kind, value, candidates=(Candidate(value, 1.0),), confidence=1.0, status=Status.ACCEPTED
    )


LONGEST_NUMBER = 40
"""Characters, and digits before and after the point; the schema has 26. A longer one stays text."""


def parse_value(kind: Kind, text: str) -> Value:
    """A value from the XML's text; text that is not of its kind stays text."""
    try:
        match kind:
            case Kind.NUMBER | Kind.PRICE:
                number = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("nan")
                return (
                    number
                    if number.is_finite() and abs(number.adjusted()) < LONGEST_NUMBER
                    else text
                )
            case Kind.DATE:
                return date.fromisoformat(text[:10])  # xs:date may carry a time zone
            case Kind.FLAG:
                return {"1": True, "true": True, "0": False, "false": False}.get(text, text)
    except (InvalidOperation, ValueError):
        pass
    return text
