"""The fields of an ``ownershipDocument``, one line each: what derives from the schema derives from
here.

The XML's order of elements, the kinds by which fields are parsed and judged, the widths that are
checked and the labels that a person sees all come from ``ELEMENTS``. Source: EDGAR Ownership XML
Technical Specification, schema X0306, with ``aff10b5One`` of X0508 and the country and foreign
symbol of X0609; widths from its section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ocr_form4_models.field import Kind
from ocr_form4_models.form4 import MARKS, ROOT, Column, Table

ROWS = (
    "nonDerivativeTransaction",
    "nonDerivativeHolding",
    "derivativeTransaction",
    "derivativeHolding",
)
"""The elements of the tables' rows."""
REPEATED = ("reportingOwner", "ownerSignature", *ROWS)
"""Elements of which there may be several: their paths carry a position, even where there is one."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element with text: ``path`` below the root, without positions.

    ``kind`` is ``None`` where the page does not print it: a constant of the XML. ``width`` is the
    most characters that the schema allows.
    """

    path: str
    label: str
    kind: Kind | None
    width: int | None = None

    @property
    def name(self) -> str:
        """The last tag that says what it is: ``securityTitle`` of ``…/securityTitle/value``."""
        return self.path.removesuffix("/value").rpartition("/")[2]


_OWNER = "reportingOwner/reportingOwnerId"
_ADDRESS = "reportingOwner/reportingOwnerAddress"
_RELATION = "reportingOwner/reportingOwnerRelationship"
_BEFORE = (
    Element("schemaVersion", "Schema", None),
    Element("documentType", "Form", Kind.CODE),
    Element("periodOfReport", "Date of earliest transaction", Kind.DATE),
    Element("dateOfOriginalSubmission", "Date of original filing", Kind.DATE),
    Element("noSecuritiesOwned", "No securities are owned", Kind.FLAG),
    Element("notSubjectToSection16", "No longer subject to Section 16", Kind.FLAG),
    Element("form3HoldingsReported", "Form 3 holdings reported", Kind.FLAG),
    Element("form4TransactionsReported", "Form 4 transactions reported", Kind.FLAG),
    Element("issuer/issuerCik", "Issuer's CIK", None),
    Element("issuer/issuerName", "Issuer", Kind.NAME, 150),
    Element("issuer/issuerTradingSymbol", "Ticker", Kind.NAME, 10),
    Element("issuer/issuerForeignTradingSymbol", "Foreign ticker", Kind.NAME),
    Element(f"{_OWNER}/rptOwnerCik", "CIK", None),
    Element(f"{_OWNER}/rptOwnerName", "Name", Kind.NAME, 150),
    Element(f"{_ADDRESS}/rptOwnerNonUSAddressFlag", "Address abroad", Kind.FLAG),
    Element(f"{_ADDRESS}/rptOwnerStreet1", "Street", Kind.NAME, 40),
    Element(f"{_ADDRESS}/rptOwnerStreet2", "Street, second line", Kind.NAME, 40),
    Element(f"{_ADDRESS}/rptOwnerCity", "City", Kind.NAME, 30),
    Element(f"{_ADDRESS}/rptOwnerNonUSStateTerritory", "Province", Kind.NAME),
    Element(f"{_ADDRESS}/rptOwnerState", "State", Kind.NAME, 2),
    Element(f"{_ADDRESS}/rptOwnerCountry", "Country", Kind.NAME, 2),
    Element(f"{_ADDRESS}/rptOwnerZipCode", "Zip", Kind.NAME, 10),
    Element(f"{_ADDRESS}/rptOwnerStateDescription", "State, in words", None),
    Element(f"{_RELATION}/isDirector", "Director", Kind.FLAG),
    Element(f"{_RELATION}/isOfficer", "Officer", Kind.FLAG),
    Element(f"{_RELATION}/isTenPercentOwner", "10 % owner", Kind.FLAG),
    Element(f"{_RELATION}/isOther", "Other", Kind.FLAG),
    Element(f"{_RELATION}/officerTitle", "Officer's title", Kind.NAME),
    Element(f"{_RELATION}/otherText", "Other, in words", Kind.NAME),
    Element("aff10b5One", "Rule 10b5-1(c)", Kind.FLAG),
)
_WIDTHS = {Column.SECURITY_TITLE: 60, Column.UNDERLYING_TITLE: 60, Column.NATURE: 100}
_OF_ROWS = tuple(Element(f"{{row}}/{c.path}", c.label, c.kind, _WIDTHS.get(c)) for c in Column)
_BEHIND = (
    Element("footnotes/footnote", "Footnote", Kind.FOOTNOTE, 1000),
    Element("remarks", "Remarks", Kind.FOOTNOTE, 2000),
    Element("ownerSignature/signatureName", "Signature", Kind.NAME),
    Element("ownerSignature/signatureDate", "Date signed", Kind.DATE),
)
ON_THE_PAGE = {
    "individualFiling": ("Filed by one person", Kind.FLAG),
    "jointGroupFiling": ("Filed by several persons", Kind.FLAG),
    "irsNumber": ("IRS number", Kind.TEXT),
    "statementMonth": ("Statement for", Kind.TEXT),
}
"""What is printed and has no element: label and kind by the path behind ``page:``."""
ELEMENTS = (*_BEFORE, *_OF_ROWS, *_BEHIND)
"""Every element with text in the schema's order; a row's begin with ``{row}``, which stands for any
of ``ROWS``.
"""
KINDS = {
    e.path: e.kind
    for e in (*_BEFORE, *_BEHIND)
    if e.kind is not None and e.path != "footnotes/footnote"
}
"""The kind of every field outside the tables and footnotes, by its path below the root without
positions.
"""
WIDTHS = {e.name: e.width for e in ELEMENTS if e.width is not None}
"""The most characters, by element."""


def _paths() -> Iterator[str]:
    yield from (e.path for e in _BEFORE)
    yield from (f"{table.value}/{row}" for table, row in ((Table.I, ROWS[0]), (Table.II, ROWS[2])))
    yield from (e.path.format(row=row) for row in ROWS for e in _OF_ROWS)
    yield from (
        f"{row}/{element}/{MARKS}"
        for row in ROWS
        for element in dict.fromkeys(c.element for c in Column)
    )
    yield from (e.path for e in _BEHIND)


def _order() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for path in _paths():
        steps = path.split("/")
        parents = [*steps[:-1]] if steps[0] in ROWS else [ROOT.removeprefix("/"), *steps[:-1]]
        children = steps[1:] if steps[0] in ROWS else steps
        for parent, child in zip(parents, children, strict=True):
            found.setdefault(parent, {})[child] = None
    return {parent: tuple(children) for parent, children in found.items()}


ORDER = _order()
"""The children of every element that has some, in the schema's order. Rows of a table keep their
printed one.
"""


def labels() -> dict[str, str]:
    """The label of every field outside the tables: by its path below the root, by its last tag
    below an owner or a signature, by ``page:`` and its name where it has no element.
    """
    found = {
        e.name if e.path.split("/")[0] in REPEATED else e.path: e.label
        for e in (*_BEFORE, *_BEHIND)
    }
    return found | {f"page:{name}": label for name, (label, _) in ON_THE_PAGE.items()}


def short_path(path: str) -> str:
    """A path without what is the same in all: ``nonDerivativeTransaction[1]/transactionShares``."""
    steps = [s for s in path.removeprefix("/ownershipDocument/").split("/") if s != "value"]
    if len(steps) > 2 and steps[0].endswith("Table"):
        return f"{steps[1]}/{steps[-1]}"
    return "/".join((steps[0], steps[-1])) if len(steps) > 2 else "/".join(steps)
