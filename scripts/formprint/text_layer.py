"""The text layer that somebody's poor OCR left in a scan: the words where they are, some of them
misread.
"""

from __future__ import annotations

import html
import re
import subprocess

import numpy as np

from formprint.files import PlacedWord

_CONFUSED = {
    "0": "O",
    "1": "l",
    "5": "S",
    "8": "B",
    "I": "1",
    "S": "5",
    "6": "b",
    "3": "8",
    ",": ".",
    "g": "q",
    "e": "c",
}
_WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</word>'
)


def misread_words(
    pdf: bytes, rng: np.random.Generator, rate: float = 0.04
) -> list[tuple[PlacedWord, ...]]:
    """The words of each page of a PDF, one in 25 of the characters that look like another taken for
    it.

    Uses poppler's ``pdftotext``; raises ``subprocess.CalledProcessError`` where it cannot read the
    PDF.
    """
    found = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    )
    pages = found.stdout.decode().split("<page ")[1:]
    return [tuple(_misread(match, rng, rate) for match in _WORD.finditer(page)) for page in pages]


def _misread(match: re.Match[str], rng: np.random.Generator, rate: float) -> PlacedWord:
    x0, y0, x1, y1 = map(float, match.groups()[:4])
    text = "".join(
        _CONFUSED.get(c, c) if rng.random() < rate else c for c in html.unescape(match[5])
    )
    return PlacedWord(text, x0, y0, x1, y1)
