"""Dark letters on light paper, whichever way a page was stored or shown."""

from __future__ import annotations

import numpy as np

from ocr_form4_models.page import Gray

_DARK = 100
"""A page is shown light on dark where more than half of its pixels are darker: the middle pixel of
155 scans by fifty hands, photographs and an open lid among them, was 154 or lighter, that of a dark
theme 18.
"""
_EVERY = 8
"""Of so many rows and columns one is looked at."""


def on_light_paper(pixels: Gray) -> Gray:
    """The page as it is, or turned over to its negative where it is shown light on dark (a dark
    theme, a film).
    """
    dark = float(np.median(pixels[::_EVERY, ::_EVERY])) < _DARK
    return np.asarray(255 - pixels) if dark else pixels
