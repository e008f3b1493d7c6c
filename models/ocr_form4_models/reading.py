"""What a reader says a crop shows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's text for one place. ``confidence`` is the reader's own score in 0 ... 1, not a probability."""

    reader: str
    text: str
    confidence: float
