"""The page network: sees a page once, whole, and says where its rulings, its lines of text and
foreign ink are.

Made by ``scripts/train_page.py``; its model card is ``weights/page.md``.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.readers.engine import answer, network
from ocr_form4_models.geometry import F
from ocr_form4_models.page import Gray, PageMaps

DPI = 150
"""At which the network sees a page; its maps have half of it."""
_SIDES = (640, 1280, 1664, 1792, 2112)
"""Few sizes of pages, in pixels: letter, A4, legal. OpenVINO prepares every shape it meets, and
keeps memory for it.
"""
_ORDER = ("across", "down", "core", "text", "foreign")


class PageNetwork:
    """The network, warm; one per process."""

    @cached_property
    def _request(self) -> Any:
        """A request to infer by; the network is loaded when a page is first to be seen."""
        compiled, maps = network("page.xml", "maps")
        if tuple(maps.split()) != _ORDER:
            raise ValueError(f"page.xml: its maps are not {', '.join(_ORDER)}")
        return compiled.create_infer_request()

    def see(self, pixels: Gray, dpi: tuple[float, float], frame: type[F]) -> PageMaps[F]:
        """The maps of a page, shape (height, width), lying as it lies, in pixels of the frame
        given.
        """
        page, size = framed(pixels, dpi)
        seen = answer(self._request, page)[0, :, : (size[1] + 1) // 2, : (size[0] + 1) // 2]
        across, down, core, text, foreign = (m.copy() for m in seen)
        return PageMaps(
            across,
            down,
            core,
            text,
            foreign,
            (2 * pixels.shape[1] / size[0], 2 * pixels.shape[0] / size[1]),
        )


def framed(pixels: Gray, dpi: tuple[float, float]) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """A page as the network gets it, (1, 1, height, width) with paper around, and its own width and
    height in that.
    """
    import cv2

    height, width = pixels.shape
    shrink = min(
        1.0, *(_SIDES[-1] * d / (DPI * n) for n, d in zip((width, height), dpi, strict=True))
    )
    wide, high = (
        max(2, round(n * shrink * DPI / d)) for n, d in zip((width, height), dpi, strict=True)
    )
    how = cv2.INTER_AREA if wide < width or high < height else cv2.INTER_LINEAR
    page = (
        pixels
        if (wide, high) == (width, height)
        else cv2.resize(pixels, (wide, high), interpolation=how)
    )
    frame = np.full(
        (1, 1, *(next(s for s in _SIDES if s >= n) for n in (high, wide))), 255, np.uint8
    )
    frame[0, 0, :high, :wide] = page
    return frame, (wide, high)


@cache
def sight() -> PageNetwork:
    """This process's."""
    return PageNetwork()
