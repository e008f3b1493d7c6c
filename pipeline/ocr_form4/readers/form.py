"""The project's own line readers.

``FormReader`` is PP-OCR's recogniser trained further on lines of this form. It reads at two thirds
of PP-OCR's height, in less than half of its time, knows print as fax, photocopy and thresholds
leave it, and writes footnote marks that stand above the line in characters of their own
(``RAISED``): it says what is value and what is mark. Made by ``scripts/train_reader.py``; PP-OCR is
under the Apache License 2.0.

``CaptionReader`` is an eighth as much work and knows the form's own print well enough.
``CaptionsFirst`` has it look at each line, and the other at those that are anything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ocr_form4.readers.base import Reader
from ocr_form4.readers.ctc import CtcReader, LineShape
from ocr_form4.text.captions import is_own_print
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

SHAPE = LineShape(
    height=32,
    widths=(64, 96, 128, 160, 192, 256, 320, 384, 448, 512, *range(640, 1409, 128), 1600),
    batch_columns=1024,
    longest=1560,
    beyond=1.0,
    channels=1,
)
CAPTIONS = LineShape(
    height=32,
    widths=(64, 128, 192, 256, 384, 512, 768, 1024, 1536, 2560),
    batch_columns=0,
    longest=2520,
    beyond=1.0,
    channels=1,
    settled=False,
)
_GAP, _AROUND = 2.0, 0.03
"""The widest gap between the ends of two characters of a line that is nothing but print, in widths
of a mean character, and the paper that a crop has at an end, in widths of the line: of 262 lines of
nine scans that are nothing but print the widest gap is 1.5.
"""


class FormReader(CtcReader):
    """The network of ``weights/reader.xml``."""

    def __init__(self) -> None:
        super().__init__("form", "reader.xml", SHAPE)


class CaptionReader(CtcReader):
    """The network of ``weights/captions.xml``, made by ``scripts/train_lean.py``."""

    def __init__(self) -> None:
        super().__init__("form", "captions.xml", CAPTIONS)


@dataclass(frozen=True, slots=True)
class CaptionsFirst:
    """A reader who leaves to ``captions`` what that reads, to the letter and from one end of the
    line to the other, as the blank form's own print.
    """

    captions: Reader
    reader: Reader

    @property
    def name(self) -> str:
        return self.reader.name

    def read(
        self, crops: Sequence[Gray], may_be_print: Sequence[bool] | None = None
    ) -> list[Reading]:
        """The readings of the crops; of those alone that ``may_be_print`` ``captions`` is asked."""
        shown = [True] * len(crops) if may_be_print is None else may_be_print
        of_print = iter(self.captions.read([c for c, s in zip(crops, shown, strict=True) if s]))
        said = [next(of_print) if s else None for s in shown]
        own = [r if r and is_all_print(r) else None for r in said]
        others = iter(self.reader.read([c for c, r in zip(crops, own, strict=True) if r is None]))
        return [r or next(others) for r in own]


def is_all_print(reading: Reading) -> bool:
    """Whether a line is the form's own print, with no room for anything else that was not read."""
    if not is_own_print(reading.text) or len(reading.ends) != len(reading.text):
        return False
    most = _AROUND + _GAP / len(reading.text)
    return all(b - a < most for a, b in pairwise((0.0, *reading.ends, 1.0)))
