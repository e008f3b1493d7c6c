"""What a page's declared size is worth."""

from __future__ import annotations

LONGEST_INCHES, SHORTEST_INCHES = 25.0, 7.5
"""The longer side of a believable page: half a letter sheet (8.5) to beyond a ledger sheet (17)."""
USUAL_INCHES = 11.0


def believable_inches(width: float, height: float) -> tuple[float, float]:
    """A page's size in inches, made believable.

    Scans stored without their resolution claim 72 dpi and so a page of 35 x 46 inches, or none at all; such a page is
    taken to be 11 inches along its longer side, in its own proportions. So is one of 4.25 x 5.5 inches: scans of
    300 dpi that claim 600.
    """
    longer = max(width, height)
    if SHORTEST_INCHES <= longer <= LONGEST_INCHES:
        return width, height
    return width * USUAL_INCHES / longer, height * USUAL_INCHES / longer
