"""A field: the value taken from the page, with its evidence and the verdict on it, kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ocr_form4_models.geometry import Box, Scan
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Reason

Value = Decimal | date | bool | str
"""What is printed: a number, a date, a mark, or text. ``bool`` is a check box."""


class Status(StrEnum):
    ACCEPTED = "accepted"
    REVIEW = "review"
    CORRECTED = "corrected"


class Kind(StrEnum):
    """What a field holds; grammar and calibration go by it."""

    NUMBER = "number"
    PRICE = "price"
    DATE = "date"
    CODE = "code"
    FLAG = "flag"
    MARKS = "marks"
    NAME = "name"
    TEXT = "text"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the scan: ``page`` counts from 1, ``box`` is in scan pixels."""

    page: int
    box: Box[Scan]


DECIMALS = 4
"""That confidences and weights are told to: the same on every machine."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that at least one reader's text parses to. ``weight`` is its share of belief, 0 ...
    1, over all.
    """

    value: Value
    weight: float
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Machine:
    """What the software had made of a field before a person corrected or confirmed it."""

    value: Value | None
    confidence: float
    status: Status = Status.REVIEW
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the filing.

    ``value`` is ``None`` where the field was expected and could not be read. ``candidates`` are the
    values that readers really proposed, best first; ``value`` is one of them unless the field is
    derived or corrected. ``confidence`` and ``status`` are the judge's; ``notes`` are facts that
    stages found on the way ("settled by the running holdings"), ``reasons`` why it is up for
    review. ``machine`` is set where a person decided, and only there.
    """

    kind: Kind
    value: Value | None
    readings: tuple[Reading, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    place: Place | None = None
    derived: bool = False
    notes: tuple[Reason, ...] = ()
    confidence: float = 0.0
    status: Status = Status.REVIEW
    reasons: tuple[Reason, ...] = ()
    machine: Machine | None = None

    @property
    def text(self) -> str:
        """The value as the XML writes it; empty where there is none."""
        return value_text(self.value)


def value_text(value: Value | None) -> str:
    """A value as EDGAR's XML writes it: ISO dates, plain decimals without grouping, 1 and 0 for
    marks.
    """
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case _:
            return value
