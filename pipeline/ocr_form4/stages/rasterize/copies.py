"""Frames of a TIFF that are no pages: thumbnails, masks, and reduced copies of the page before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ocr_form4.stages.rasterize.size import SAME_SCALE
from ocr_form4_models.page import Gray

_REDUCED, _MASK = 1, 4
"""Bits of NewSubfileType. Source: TIFF 6.0, section 8."""
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _REDUCED_OLD = 254, 255, 2
"""Tags, and what the older one says of a reduced picture. Source: TIFF 6.0, sections 8 and 20."""
_LEAST_SIDE = 8
"""Pixels to which a picture is made smaller to be compared: a strip would vanish."""
THUMBNAIL_PIXELS = 450
"""The longer side of what nobody can read a form on, where the file has more than that."""
PAGE_PIXELS = 900
COPY_SCALE = 0.8
"""Width of a reduced copy at most, as a share of the page's."""
ALIKE = 0.9
"""Correlation of a page and its copy at ``COMPARED_PIXELS``; two scans, a pixel apart there, do not
reach it.
"""
COMPARED_PIXELS = 500


@dataclass(frozen=True, slots=True)
class Frame:
    """``number`` counts from 0; ``reduced`` is what the file says."""

    number: int
    size: tuple[int, int]
    reduced: bool


def frame_of(number: int, size: tuple[int, int], tags: Any) -> Frame:
    """``tags`` as Pillow gives them (``tag_v2``)."""
    new, old = int(tags.get(_NEW_SUBFILE_TYPE, 0)), int(tags.get(_SUBFILE_TYPE, 1))
    return Frame(number, size, bool(new & (_REDUCED | _MASK)) or old == _REDUCED_OLD)


def pages_among(frames: Sequence[Frame], pixels: Callable[[int], Gray]) -> list[int]:
    """The frames that are pages, all of them where none seems to be one. ``pixels(frame)`` is asked
    for few.
    """
    kept: list[Frame] = []
    longest = max((max(f.size) for f in frames), default=0)
    for frame in frames:
        tiny = max(frame.size) <= THUMBNAIL_PIXELS and longest >= PAGE_PIXELS
        if frame.reduced or tiny or (kept and _is_copy(frame, kept[-1], pixels)):
            continue
        kept.append(frame)
    return [f.number for f in kept or frames]


def _is_copy(frame: Frame, page: Frame, pixels: Callable[[int], Gray]) -> bool:
    x, y = frame.size[0] / page.size[0], frame.size[1] / page.size[1]
    if max(x, y) > COPY_SCALE or abs(x - y) > SAME_SCALE * x:
        return False
    scale = COMPARED_PIXELS / max(frame.size)
    size = tuple(max(_LEAST_SIDE, round(side * scale)) for side in frame.size)
    small = [
        cv2.resize(pixels(f.number), size, interpolation=cv2.INTER_AREA).ravel()
        for f in (frame, page)
    ]
    if min(float(s.std()) for s in small) < 1:
        return False
    return bool(np.corrcoef(small[0], small[1])[0, 1] > ALIKE)
