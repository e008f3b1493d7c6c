"""A filing with everything known about it: what NAME.json tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ocr_form4_models.check import Check
from ocr_form4_models.form4 import Filing
from ocr_form4_models.page import PageReport


class FilingStatus(StrEnum):
    COMPLETE = "complete"
    PARTIAL = "partial"
    """A page or a region could not be read."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One filing of a document. ``first_page`` tells several filings of one file apart; ``pages``
    are its own.
    """

    filing: Filing
    checks: tuple[Check, ...]
    pages: tuple[PageReport, ...]
    status: FilingStatus
    first_page: int
    messages: tuple[str, ...] = ()
    """What kept it from being complete, in words."""


@dataclass(frozen=True, slots=True)
class Source:
    """The document a filing was read from."""

    path: str
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class Software:
    """Versions and settings that a result depends on."""

    versions: Mapping[str, str]
