"""A page as it comes from the document, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.geometry import Box, F, OnSheet, Rectification, Scan, Upright

Gray = NDArray[np.uint8]
"""Shape (height, width); 0 is ink, 255 is paper."""


THERE = 127
"""A map says yes above half of its range of 0 to 255."""


@dataclass(frozen=True, slots=True)
class PageMaps(Generic[F]):
    """What the page network sees in a page: arrays of one shape (height, width), 0 where it sees
    nothing, 255 where it is sure. A point (x, y) of the frame lies at ((x + 0.5) / step[0] - 0.5,
    (y + 0.5) / step[1] - 0.5) of the arrays.

    ``across`` and ``down`` are rulings, ``core`` the lines of text from the base line to the height
    of small letters, ``text`` printed ink, ``foreign`` ink that lies over the form: a pen's, a
    stamp's, a hole's.
    """

    across: Gray
    down: Gray
    core: Gray
    text: Gray
    foreign: Gray
    step: tuple[float, float]


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of the document's own text layer."""

    text: str
    box: Box[Scan]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """Where a page lies in its document: on which ``sheet``, counted from 1, and on which part of
    its picture.

    ``sheet_size`` is the (width, height) of the sheet as a viewer shows it, in pixels of the scan;
    ``box`` is all of it unless the sheet holds two pages.
    """

    sheet: int
    sheet_size: tuple[int, int]
    box: Box[OnSheet]


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page at its own resolution, as a viewer shows it.

    ``dpi`` is (x, y); they differ for a fax. ``words`` is the text layer's, empty for an image-only
    page; ``message`` says what is missing of it, in words. ``part`` is None where the page is a
    sheet of its own, and numbered as it.
    """

    number: int
    pixels: Gray
    dpi: tuple[float, float]
    words: tuple[TextWord, ...] = ()
    message: str = ""
    part: SheetPart | None = None


@dataclass(frozen=True, slots=True)
class UprightPage:
    """The page rectified: ``UPRIGHT_DPI`` square pixels, text level. ``scan_size`` is the scan's
    (width, height).
    """

    number: int
    pixels: Gray
    maps: PageMaps[Upright]
    rectification: Rectification
    dpi: tuple[float, float]
    scan_size: tuple[int, int]
    words: tuple[TextWord, ...] = ()


@dataclass(frozen=True, slots=True)
class Damage:
    """How bad a scan is, whatever stands on it, measured on its own pixels. Every part is 0 on a
    flawless page.

    ``faint``: what is missing of the contrast between ink and paper, 0 ... 1. ``soft``: how far the
    steepest edges are from a full step in one pixel, 0 ... 1. ``grain``: pixels that stand out on
    bare paper, as a share of it. ``uneven``: deviation of the paper's level over the page,
    ``streaks``: of the level of rows or of columns from their neighbours', both as a share of
    white. ``lost_rows``: rows (or columns) of print that repeat the one before and are followed by
    a jump, as a modem leaves where some were lost, as a share. ``dots``: 1 where the print is of
    separate dots, which were run together, or the page had to be made legible otherwise: it was out
    of focus, or a pattern lay over it.
    """

    faint: float = 0.0
    soft: float = 0.0
    grain: float = 0.0
    uneven: float = 0.0
    streaks: float = 0.0
    lost_rows: float = 0.0
    dots: float = 0.0


class PageStatus(StrEnum):
    READ = "read"
    BLANK = "blank"
    FOREIGN = "foreign"
    """Not a page of a form: a cover letter, a power of attorney."""
    REPEATED = "repeated"
    """Another page of the pile once more: it was fed twice."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of a page: an entry of NAME.json's ``pages``.

    ``layout`` is layoutparser's ``Layout.to_dict()``."""

    number: int
    dpi: tuple[float, float]
    rotation: int
    skew: float
    width: int
    height: int
    status: PageStatus
    layout: Mapping[str, Any]
    message: str = ""
    damage: Damage | None = None
    """None where the page was not read."""
    part: SheetPart | None = None
    """None where the page is a sheet of its own, and numbered as it."""

    @property
    def sheet_size(self) -> tuple[int, int]:
        """(width, height) of the sheet that the page lies on, in pixels of the scan."""
        return self.part.sheet_size if self.part else (self.width, self.height)
