"""What a page's declared size is worth."""

from __future__ import annotations

from math import log

POINTS_PER_INCH = 72.0
"""Source: PDF 32000-1, 8.3.2.3."""
SAME_SCALE = 0.03
"""Two resolutions are one that differ by no more than this share: sizes are rounded to whole pixels
and points, and the scanners of one machine give multiples of each other.
"""

LONGEST_INCHES, SHORTEST_INCHES = 25.0, 7.5
"""The longer side of a believable page: half a letter sheet (8.5) to beyond a ledger sheet (17)."""
USUAL_INCHES = 11.0


def believable_inches(width: float, height: float) -> tuple[float, float]:
    """A page's size in inches, made believable.

    Scans stored without their resolution claim 72 dpi and so a page of 35 x 46 inches, or none at
    all; such a page is taken to be 11 inches along its longer side, in its own proportions. So is
    one of 4.25 x 5.5 inches: scans of 300 dpi that claim 600.
    """
    longer = max(width, height)
    if SHORTEST_INCHES <= longer <= LONGEST_INCHES:
        return width, height
    return width * USUAL_INCHES / longer, height * USUAL_INCHES / longer


FAX_WIDTHS = (1728, 2048, 2432)
"""Pixels of a line of an A4, B4 or A3 sheet. Source: ITU-T T.4, table 1."""
_FAX_ACROSS, _FAX_DOWN = 204.0, (98.0, 196.0, 391.0)
"""Dots per inch of a fax, across and, by its resolution, down. Source: ITU-T T.4 (8.04 and 3.85,
7.7, 15.4 a mm).
"""
_SCREEN = 100.0
"""A fax that claims fewer dots an inch both ways has lost its resolution: that is a screen's."""


def fax_dpi(width: int, height: int, dpi: tuple[float, float]) -> tuple[float, float]:
    """The resolution of a picture in black and white: what it claims, or a fax's where it has a
    fax's width and none.

    Its lines are the ones that come nearest to a sheet of the usual length.
    """
    if width not in FAX_WIDTHS or max(dpi) >= _SCREEN:
        return dpi
    return _FAX_ACROSS, min(_FAX_DOWN, key=lambda down: abs(log(height / down / USUAL_INCHES)))
