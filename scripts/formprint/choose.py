"""Choosing real filings for a corpus: what fits an edition and a kind, and is not in another corpus."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path

from formprint.filing_xml import TABLE_I, TABLE_II, load, rows, text

Identity = tuple[str, str, str]


def identity(filing: ET.Element) -> Identity:
    """What tells filings apart well enough: issuer, first owner, day of signature."""
    return (
        text(filing, "issuer/issuerCik").lstrip("0"),
        text(filing, "reportingOwner/reportingOwnerId/rptOwnerCik").lstrip("0"),
        text(filing, "ownerSignature/signatureDate")[:10],
    )


def identities(folder: Path) -> set[Identity]:
    """The identities of all filings in a folder of XML files."""
    return {identity(load(path)) for path in sorted(folder.glob("*.xml"))}


def pool(folder: Path, exclude: Iterable[Identity]) -> list[tuple[Path, ET.Element]]:
    """All filings of a folder that are not excluded, in order of their names."""
    excluded = set(exclude)
    loaded = ((path, load(path)) for path in sorted(folder.glob("*.xml")))
    return [(path, filing) for path, filing in loaded if identity(filing) not in excluded]


def fits(filing: ET.Element, form: str, kind: str) -> bool:
    """Whether a filing is of the form asked for and of a size that makes sense for the kind."""
    documents = {"3": ("3",), "4/A": ("4/A", "4"), "5": ("4",)}.get(form, ("4",))
    if text(filing, "documentType") not in documents:
        return False
    first, second, owners = (len(x) for x in (rows(filing, TABLE_I), rows(filing, TABLE_II), _owners(filing)))
    if kind == "30rows":
        return max(first, second) >= 16
    if kind == "owners":
        return owners >= 2
    if kind in ("two", "gray600"):
        return first + second <= 6 and owners == 1
    return first + second <= 24 and owners <= 4


def _owners(filing: ET.Element) -> Sequence[ET.Element]:
    return filing.findall("reportingOwner")
