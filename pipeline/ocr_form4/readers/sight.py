"""The page network: sees a page once, whole, and says where its rulings, its lines of text and
foreign ink are.

Made by ``scripts/train_page.py`` and ``scripts/quantize.py``; its model card is
``weights/page.md``.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.readers.engine import answer, network
from ocr_form4_models.geometry import F
from ocr_form4_models.page import Gray, PageMaps

DPI = 150
"""At which the network sees a page; its maps have half of it."""
_SIDES = (640, 1280, 1664, 1792, 2112)
"""Few sizes of pages, in pixels: letter, A4, legal. For each the network is compiled anew."""
_KEPT = 2
"""Sizes that it stays compiled for, those met last: each holds 50 MB, and takes 0.2 s when it is
met again. Compiled for one size, in half precision, it took 54 ms for a letter page; for any, 79.
"""
_ORDER = ("across", "down", "core", "text", "foreign")


class PageNetwork:
    """The network, warm; one per process."""

    def see(self, pixels: Gray, dpi: tuple[float, float], frame: type[F]) -> PageMaps[F]:
        """The maps of a page, shape (height, width), lying as it lies, in pixels of the frame
        given.
        """
        page, size = framed(pixels, dpi)
        seen = answer(_request(page.shape), page)[0, :, : (size[1] + 1) // 2, : (size[0] + 1) // 2]
        across, down, core, text, foreign = (m.copy() for m in seen)
        return PageMaps(
            across,
            down,
            core,
            text,
            foreign,
            (2 * pixels.shape[1] / size[0], 2 * pixels.shape[0] / size[1]),
        )


@lru_cache(maxsize=_KEPT)
def _request(shape: tuple[int, ...]) -> Any:
    """A request to infer by, for pages framed to a shape."""
    compiled, maps = network("page.xml", "maps", shape)
    if tuple(maps.split()) != _ORDER:
        raise ValueError(f"page.xml: its maps are not {', '.join(_ORDER)}")
    return compiled.create_infer_request()


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
