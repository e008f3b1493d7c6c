"""What a reader is, something that says what crops show; and what sight is, something that sees a
page whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ocr_form4_models.geometry import F
from ocr_form4_models.page import Gray, PageMaps
from ocr_form4_models.reading import Reading


class Reader(Protocol):
    """Reads single lines of text.

    A crop is a gray picture of one line, shape (height, width), dark on light, with a little paper
    around it (an underline, or the edge of a ruling, may be in it). The answers come in the order
    of the crops, one each, with empty text where nothing is seen; what a crop is asked together
    with must not change its answer.
    """

    @property
    def name(self) -> str: ...

    def read(self, crops: Sequence[Gray]) -> list[Reading]: ...


class Sight(Protocol):
    """Sees a page whole, once: where its rulings, its lines of text and foreign ink are."""

    def see(self, pixels: Gray, dpi: tuple[float, float], frame: type[F]) -> PageMaps[F]:
        """The maps of a page, shape (height, width), lying as it lies, in pixels of the frame
        given. ``dpi`` is the page's resolution across and down.
        """
        ...
