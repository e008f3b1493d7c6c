"""A filing's XML as filed, and cut down to what one edition of the form prints of it: the truth of
a scan.
"""

from __future__ import annotations

import copy
import re
import xml.etree.ElementTree as ET
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path

from formprint.styles import Style
from ocr_form4_models.codes import PLACES, is_abroad

TABLE_I, TABLE_II = "nonDerivativeTable", "derivativeTable"
_NEVER_PRINTED = ("transactionTimeliness", "rptOwnerStateDescription")
_OF_X06 = (
    "issuerForeignTradingSymbol", "rptOwnerNonUSAddressFlag", "rptOwnerNonUSStateTerritory",
    "rptOwnerCountry",
)  # fmt: skip
_DATED = ("value", "periodOfReport", "dateOfOriginalSubmission", "signatureDate")
_LONG_FRACTION = re.compile(r"\d*\.\d{5,}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def load(path: Path) -> ET.Element:
    """The ``ownershipDocument`` of a file, without namespaces. Raises ``ET.ParseError``."""
    root = ET.parse(path).getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def text(element: ET.Element | None, path: str) -> str:
    """The text at a path, white space collapsed; empty where there is none."""
    found = element.find(path) if element is not None else None
    return " ".join((found.text or "").split()) if found is not None else ""


def is_set(element: ET.Element | None, path: str) -> bool:
    return text(element, path).lower() in ("1", "true")


def marks(element: ET.Element | None, path: str) -> list[str]:
    """Numbers of the footnote marks that stand at an element, as filed: ``["1", "12"]``."""
    found = element.find(path) if element is not None else None
    return (
        [m.get("id", "").removeprefix("F") for m in found.findall("footnoteId")]
        if found is not None
        else []
    )


def rows(root: ET.Element, table: str) -> list[ET.Element]:
    found = root.find(table)
    return list(found) if found is not None else []


def as_printed(root: ET.Element, style: Style) -> ET.Element:
    """A copy that holds what a page of the style shows, and nothing else.

    Every edition: dates without a time zone, four decimals at most, a title only of an officer, a
    description only of "other", and of further owners only name and address. Paper: the first owner
    alone. 1996: no deemed dates, and neither the full date of the statement nor of the original
    (their month and year are printed). X01: every owner with its relationships. X06: an address
    abroad with its country, and with a province instead of a state.
    """
    filing, edition = copy.deepcopy(root), style.template()
    for element in filing.iter():
        _as_printed_value(element)
    if edition.has_country:
        _as_in_2026(filing, style)
    for tag in _NEVER_PRINTED if edition.has_country else (*_NEVER_PRINTED, *_OF_X06):
        _remove(filing, tag)
    if not style.plan_box or style.on_paper:
        _remove(filing, "aff10b5One")
    owners = filing.findall("reportingOwner")
    for owner in owners[1:]:
        if style.on_paper:
            filing.remove(owner)
        elif (
            not edition.owners_in_table
            and (relationship := owner.find("reportingOwnerRelationship")) is not None
        ):
            relationship.clear()
    _drop_unmarked_titles(owners[0])
    if style.is_of_1996:
        for tag in ("deemedExecutionDate", "periodOfReport", "dateOfOriginalSubmission"):
            _remove(filing, tag)
    return filing


def _as_in_2026(filing: ET.Element, style: Style) -> None:
    """A filing of before as it would be filed since March 2026: foreign states become provinces and
    countries.
    """
    issuer = _child(filing, "issuer")
    _set(issuer, "issuerForeignTradingSymbol", style.foreign_symbol, 3)
    for address in filing.iter("reportingOwnerAddress"):
        code = text(address, "rptOwnerState")
        abroad = bool(code) and is_abroad(code)
        _set(address, "rptOwnerNonUSAddressFlag", "1" if abroad else "0", 0)
        if abroad:
            province, _, nation = PLACES[code].rpartition(", ")
            _remove(address, "rptOwnerState")
            at = _position(address, "rptOwnerCity") + 1
            _set(address, "rptOwnerNonUSStateTerritory", province, at)
            _set(address, "rptOwnerCountry", "Z4" if nation == "CANADA" else code, at + 1)


def _set(parent: ET.Element, tag: str, value: str, at: int) -> None:
    _remove(parent, tag)
    if value:
        element = ET.Element(tag)
        element.text = value
        parent.insert(at, element)


def to_bytes(root: ET.Element) -> bytes:
    """The document as a file, indented by four."""
    ET.indent(root, space="    ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def as_form_5(root: ET.Element) -> ET.Element:
    """The same filing as a Form 5: its transactions reported at the end of the year, in the form's
    own words.
    """
    filing = copy.deepcopy(root)
    _child(filing, "documentType").text = "5"
    for form_type in filing.iter("transactionFormType"):
        form_type.text = "5"
    for tag, value in (("form3HoldingsReported", "0"), ("form4TransactionsReported", "1")):
        element = ET.Element(tag)
        element.text = value
        filing.insert(_position(filing, "issuer"), element)
    return filing


def as_amendment(root: ET.Element, original: str) -> ET.Element:
    """The same filing as Form 4/A of an original filed on the given ISO date."""
    filing = copy.deepcopy(root)
    _child(filing, "documentType").text = "4/A"
    if filing.find("dateOfOriginalSubmission") is None:
        element = ET.Element("dateOfOriginalSubmission")
        element.text = original
        filing.insert(_position(filing, "periodOfReport") + 1, element)
    return filing


def _as_printed_value(element: ET.Element) -> None:
    content = (element.text or "").strip()
    if _LONG_FRACTION.fullmatch(content):
        element.text = format(
            Decimal(content).quantize(Decimal("0.0001"), ROUND_HALF_EVEN).normalize(), "f"
        )
    elif found := _DATE.match(content) if element.tag in _DATED else None:
        element.text = found[0]


def _drop_unmarked_titles(owner: ET.Element) -> None:
    relationship = owner.find("reportingOwnerRelationship")
    for mark, tag in (("isOfficer", "officerTitle"), ("isOther", "otherText")):
        title = relationship.find(tag) if relationship is not None else None
        if relationship is not None and title is not None and not is_set(relationship, mark):
            relationship.remove(title)


def _remove(root: ET.Element, tag: str) -> None:
    for parent in root.iter():
        for child in parent.findall(tag):
            parent.remove(child)


def _child(parent: ET.Element, tag: str) -> ET.Element:
    found = parent.find(tag)
    if found is None:
        raise ValueError(f"the filing has no {tag}")
    return found


def _position(parent: ET.Element, tag: str) -> int:
    return list(parent).index(_child(parent, tag))
