"""What a reader says a crop shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ocr_form4_models.geometry import Box, Upright

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾", "0123456789()")
"""Characters by which a reader says that they stand above the line, as footnote marks do, and the
print they are.
"""
LAYER = "textlayer"
"""The name under which the document's own text layer speaks: a witness, and none of the picture's
readers.
"""
INK = "ink"
"""The name under which the ink of a check box speaks: X where it is marked."""
NOT_ASKED = -1.0
"""The score of a word for which a reader was not asked, within a text of which it was asked about
other lines.
"""


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's text for one place. ``confidence`` is the reader's own score in 0 ... 1, not a
    probability.
    """

    reader: str
    text: str
    confidence: float
    ends: tuple[float, ...] = ()
    """Where each character ends, as a share of the crop's width, if the reader tells."""
    words: tuple[float, ...] = ()
    """The reader's score for each word of ``text``, if it tells."""


def of_the_picture(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """The readings that were made from the picture. Text that nobody sees is no reader: it can only
    raise doubt.
    """
    return tuple(r for r in readings if r.reader != LAYER)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of text on a page as read: every reader's reading of it, the first reader's first.

    ``box`` is the ink's; ``cap_height`` that of its capitals, in upright pixels. ``struck`` says
    that a stroke runs through its letters, ``by_hand`` that they look handwritten, ``seen`` that
    the page network sees print there.
    """

    page: int
    box: Box[Upright]
    cap_height: float
    readings: tuple[Reading, ...]
    struck: bool = False
    by_hand: bool = False
    seen: bool = True

    @property
    def text(self) -> str:
        return self.readings[0].text if self.readings else ""


@dataclass(frozen=True, slots=True)
class CellLine:
    """One line of a cell: what is on the line and, where the first reader sees raised characters
    behind it, those as its footnote marks and the value before them, if there is one; each with its
    readings.
    """

    whole: Run
    value: Run | None = None
    marks: Run | None = None


@dataclass(frozen=True, slots=True)
class CellText:
    box: Box[Upright]
    lines: tuple[CellLine, ...]
