"""The memory of a process that reads pages: what one page gives back is kept for the next."""

from __future__ import annotations

import ctypes

_TRIM, _MMAP = -1, -3
"""What the C library calls its two thresholds: mallopt(3)."""
_LARGEST_BYTES = 32 << 20
"""Pieces of memory up to this size, the most that the C library allows, are kept: a page's pixels
are 8 MB, and a hundred such pieces are asked for and given back while it is read.
"""
_KEPT_BYTES = 1 << 28
"""So much is kept at most where none of it is in use: a page needs half of it."""


def keep_for_the_next_page() -> None:
    """Has the C library keep memory that is given back, where it can be told: otherwise the system
    hands out every page's anew, emptied, which takes 0.025 of the time that reading takes. At its
    most a process holds as much either way.
    """
    mallopt = getattr(ctypes.pythonapi, "mallopt", None)
    if mallopt:
        mallopt(_MMAP, _LARGEST_BYTES)
        mallopt(_TRIM, _KEPT_BYTES)
