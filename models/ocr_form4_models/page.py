"""A page as it comes from the document, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.geometry import Box, Rectification, Scan

Gray = NDArray[np.uint8]
"""Shape (height, width); 0 is ink, 255 is paper."""


@dataclass(frozen=True, slots=True)
class TextWord:
    """A word of the document's own text layer."""

    text: str
    box: Box[Scan]


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page at its own resolution, as a viewer shows it.

    ``dpi`` is (x, y); they differ for a fax. ``words`` is the text layer's, empty for an image-only page.
    """

    number: int
    pixels: Gray
    dpi: tuple[float, float]
    words: tuple[TextWord, ...] = ()


@dataclass(frozen=True, slots=True)
class UprightPage:
    """The page rectified: ``UPRIGHT_DPI`` square pixels, text level. ``scan_size`` is the scan's (width, height)."""

    number: int
    pixels: Gray
    rectification: Rectification
    dpi: tuple[float, float]
    scan_size: tuple[int, int]
    words: tuple[TextWord, ...] = ()


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
    """What became of a page: an entry of NAME.json's ``pages``. ``layout`` is layoutparser's ``Layout.to_dict()``."""

    number: int
    dpi: tuple[float, float]
    rotation: int
    skew: float
    width: int
    height: int
    status: PageStatus
    layout: Mapping[str, Any]
    message: str = ""
