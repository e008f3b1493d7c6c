"""Footnote marks as the first reader tells them: it reads raised characters as such, where no other
reader does.
"""

from __future__ import annotations

import re

from ocr_form4_models.reading import RAISED, Reading

_PART = re.compile("[⁽⁾]?[⁰¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾,;. ]*")


def raised_part(reading: Reading) -> tuple[int, int] | None:
    """First character and the one after the last of what a reader says is raised at the end of a
    line; or None.

    What words follow is no mark: "By Annuity Trust (1) for Brother".
    """
    found = list(_PART.finditer(reading.text))
    if not found or re.search(r"\w", reading.text[found[-1].end() :]):
        return None
    return found[-1].span()


def lowered(text: str) -> str:
    """A text with raised characters as the print they are; a raised parenthesis alone, without
    figures, is dirt.
    """
    tokens = []
    for token in text.split(" "):
        dirt = re.search("[⁽⁾]", token) and not re.search("[⁰¹²³⁴⁵⁶⁷⁸⁹]|⁽.+⁾", token)
        tokens.append(re.sub("[⁽⁾]", "", token) if dirt else token.translate(RAISED))
    return " ".join(t for t in tokens if t)
