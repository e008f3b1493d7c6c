"""Print of a page's other side that was read as its own, as it is as dark: lines that nobody can
read as they lie, and that can be read from behind.

What is paler than the page's own print was taken away before (``deskew.through``); in black and
white nothing is paler.
"""

from __future__ import annotations

import numpy as np

from ocr_form4.pixels.crops import crop
from ocr_form4.readers.base import Reader
from ocr_form4.stages.deskew.through import ENOUGH_MIRRORED
from ocr_form4.stages.deskew.turned import SURE_WORD, plain_letters
from ocr_form4_models.page import Gray
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run, of_the_picture

_UNREAD, _LONG = 0.7, 3.0
"""No reader's score for such a line is higher, and none reads a plain word there; it is longer, in
heights of its letters. On the fixtures 473 of 4,830 are 1.00 times it or less, the others 1.00 or
more (``_UNREAD``); 14 of 473 are 0.98 times it or less, the others 1.02 or more (``_LONG``).
"""
_FEW, _ASKED = 3, 16
"""Such lines that there are at least and that are read from behind at most, the longest of them. On
the fixtures 74 of 75 are 0.67 times it or less, the others 1.67 or more (``_FEW``).
"""


def shows_mirrored(text: PageText, reader: Reader) -> bool:
    """Whether lines of a page that was read are print seen from behind."""
    runs = [r for r in _runs(text) if _is_unread(r)]
    if len(runs) < _FEW:
        return False
    known = 0
    for run in sorted(runs, key=lambda r: (-r.box.width, r.box.y0))[:_ASKED]:
        picture = crop(text.layout.clean, run.box)
        known += max(_letters(picture[:, ::-1], reader), _letters(picture[::-1], reader))
        if known >= ENOUGH_MIRRORED:
            return True
    return False


def _runs(text: PageText) -> list[Run]:
    cells = [line.whole for cell in text.cells.values() for line in cell.lines]
    return [*text.above, *(r for box in text.header for r in box), *cells, *text.below]


def _is_unread(run: Run) -> bool:
    said = of_the_picture(run.readings)
    return (
        bool(said)
        and max(r.confidence for r in said) <= _UNREAD
        and run.box.width >= _LONG * run.cap_height
        and not any(plain_letters(r.text) for r in said)
    )


def _letters(picture: Gray, reader: Reader) -> int:
    reading = reader.read([np.ascontiguousarray(picture)])[0]
    return plain_letters(reading.text) if reading.confidence >= SURE_WORD else 0
