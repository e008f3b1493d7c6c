"""Dates as people type them: figures with slashes, dashes or points, or a month's name."""

from __future__ import annotations

import re
from datetime import date

_FULL = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november",
    "december",
)  # fmt: skip
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})[/\\.\-](\d{1,2})[/\\.\-](\d{4}|\d{2})(?!\d)")
_NAMED = re.compile(
    r"(?<![A-Za-z])([A-Za-z]{3,9})[.,]?\s*(\d{1,2})(?:st|nd|rd|th)?\s*[,.]?\s*(\d{4})(?!\d)"
)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[\s\-]*([A-Za-z]{3,9})[.,]?[\s\-]*(\d{4})(?!\d)")
_CENTURY = 40
"""Two figures of a year up to this are of this century: ownership filings began in 1934."""


def month_of(word: str) -> int:
    """The month that a word names, whole or cut to three letters or more ("Sept."); 0 for another
    word.
    """
    bare = word.lower().rstrip(".")
    found = [k for k, full in enumerate(_FULL, 1) if len(bare) >= 3 and full.startswith(bare)]
    return found[0] if len(found) == 1 else 0


def year_of(figures: str) -> int:
    year = int(figures)
    if len(figures) > 2:
        return year
    return year + (1900 if year > _CENTURY else 2000)


def named_day(text: str) -> date | None:
    """The date that a text is, typed with a month's name ("Feb. 5, 2024", "5 February 2024"); None
    for any other.
    """
    text = text.strip(" |_'`\"~*:;,.")
    if found := _NAMED.fullmatch(text):
        month, of_month, year = month_of(found[1]), int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(text):
        of_month, month, year = int(found[1]), month_of(found[2]), int(found[3])
    else:
        return None
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def dates_in(text: str) -> list[date]:
    """All dates in a text, in order, month before day as Americans write them."""
    found: list[tuple[int, int, int, int]] = []
    found += [(m.start(), year_of(m[3]), int(m[1]), int(m[2])) for m in _FIGURES.finditer(text)]
    found += [(m.start(), int(m[3]), month_of(m[1]), int(m[2])) for m in _NAMED.finditer(text)]
    found += [(m.start(), int(m[3]), month_of(m[2]), int(m[1])) for m in _DAY_FIRST.finditer(text)]
    days = []
    for _, year, month, day in sorted(found):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    return days
