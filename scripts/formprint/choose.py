"""Choosing real filings for a corpus: what fits an edition and a kind, and is not in another
corpus.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from pathlib import Path

from formprint.filing_xml import TABLE_I, TABLE_II, load, rows, text

Identity = tuple[str, str, str]
SET_ASIDE = Path(__file__).with_name("set_aside.json")
"""The issuers and filings that judge: ``scripts/set_aside.py`` writes it."""


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


def to_learn_from(folder: Path) -> list[tuple[Path, ET.Element]]:
    """The filings of a folder that may be trained and fitted on: neither issuer nor filing is set
    aside.
    """
    issuers, filings = _set_aside()
    return [(p, f) for p, f in pool(folder, filings) if identity(f)[0] not in issuers]


def to_judge_by(folder: Path) -> list[tuple[Path, ET.Element]]:
    """The filings of a folder whose issuers are set aside: what was trained has seen none of
    theirs.
    """
    issuers, _ = _set_aside()
    return [(p, f) for p, f in pool(folder, ()) if identity(f)[0] in issuers]


def _set_aside() -> tuple[set[str], set[Identity]]:
    listed = json.loads(SET_ASIDE.read_text())
    return set(listed["issuers"]), {(a, b, c) for a, b, c in listed["filings"]}


def fits(filing: ET.Element, form: str, kind: str) -> bool:
    """Whether a filing is of the form asked for and of a size that makes sense for the kind."""
    documents = {"3": ("3",), "4/A": ("4/A", "4"), "5": ("4",)}.get(form, ("4",))
    if text(filing, "documentType") not in documents:
        return False
    first, second, owners = (
        len(x) for x in (rows(filing, TABLE_I), rows(filing, TABLE_II), _owners(filing))
    )
    if kind == "30rows":
        return max(first, second) >= 16
    if kind == "owners":
        return owners >= 2
    if kind in ("two", "gray600"):
        return first + second <= 6 and owners == 1
    return first + second <= 24 and owners <= 4


def _owners(filing: ET.Element) -> Sequence[ET.Element]:
    return filing.findall("reportingOwner")
