"""A check: one rule of the form, held against the fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    HOLDS = "holds"
    BREAKS = "breaks"
    UNVERIFIABLE = "unverifiable"


class Grade(StrEnum):
    """Of a break: is a reading doubtful, or does the paper itself not add up?"""

    SUSPECT = "suspect"
    AS_FILED = "as-filed"


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    outcome: Outcome
    paths: tuple[str, ...]
    expected: str
    found: str
    message: str
    grade: Grade | None = None
