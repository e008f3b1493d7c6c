"""Places where something covers the form's rulings: correction fluid, as a rule, with an entry
written anew on it.

Fluid is as white as the paper, and a scan shows it only by what is missing: a ruling that is whole
everywhere else has a gap beside an entry.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.blobs import Mask
from ocr_form4.stages.segment.rulings import PageInk
from ocr_form4_models.components import components
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TablePiece

_LEAST, _MOST = 24, 0.35
"""The least length of a gap, in upright pixels, and the share of a ruling that its gaps may be in
all: beyond that the ruling is lost. On the fixtures 76 of 223 are 0.88 times it or less, the others
1.00 or more (``_LEAST``); 1,256 of 1,272 are 0.76 times it or less, the others 1.03 or more
(``_MOST``).
"""
_BESIDE, _SPREAD = 8, 90.0
"""How far a ruling may waver, in upright pixels; how far fluid spreads from it. With 4 and with 16,
and with 45, 18 scans are read the same, with 180 one more field of them is looked at. Where it
spreads nowhere, five fields of two of 48 fixtures are not looked at.
"""
_FEW = 3
"""Where the gaps in a table's rulings are in more places, they are broken. On the fixtures 96 of 97
are 1.00 times it or less, the others 6.33 or more.
"""


def covered_places(ink: PageInk, pieces: Sequence[TablePiece]) -> tuple[Box[Upright], ...]:
    """The surroundings of the gaps in the rulings between the cells of tables whose rulings are
    whole otherwise.

    Of 20 filings with a number corrected on fluid 12 have such gaps: 33 of their 833 fields are
    looked at for it, and without it a footnote mark that was lost under the fluid went unseen. Of
    304 documents without fluid 18 have such gaps, which put two more fields in doubt.
    """
    marked = ink.glyphs | ink.rulings
    found: list[Box[Upright]] = []
    for piece in pieces:
        places = _of_piece(marked, piece) if piece.rows else []
        # the gaps around one entry are one place
        apart = components(places, lambda a, b: a.intersection(b))
        found += places if len(apart) <= _FEW else []
    return tuple(found)


def _of_piece(marked: Mask, piece: TablePiece) -> list[Box[Upright]]:
    top, bottom = int(piece.rows[0][0]), int(piece.rows[-1][1])
    left, right = int(piece.columns[0]), int(piece.columns[-1])
    found: list[Box[Upright]] = []
    for k, x in enumerate(piece.columns):
        strip = np.any(marked[top:bottom, max(0, int(x) - _BESIDE) : int(x) + _BESIDE + 1], axis=1)
        if k not in piece.guessed_columns:
            found += [
                Box(x - _SPREAD, top + a, x + _SPREAD, top + b) for a, b in _gaps(np.asarray(strip))
            ]
    for y in sorted({y for row in piece.rows for y in row}):
        strip = np.any(marked[max(0, int(y) - _BESIDE) : int(y) + _BESIDE + 1, left:right], axis=0)
        found += [
            Box(left + a, y - _SPREAD / 2, left + b, y + _SPREAD / 2)
            for a, b in _gaps(np.asarray(strip))
        ]
    return found


def _gaps(strip: NDArray[np.bool_]) -> list[tuple[float, float]]:
    """The gaps in a ruling seen along its length, unless most of it is gone; those at its ends are
    none.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[True], strip, [True]]).astype(np.int8)))
    gaps = [
        (float(a), float(b))
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if b - a >= _LEAST
    ]
    gaps = [(a, b) for a, b in gaps if a > 0 and b < len(strip)]
    return gaps if sum(b - a for a, b in gaps) <= _MOST * len(strip) else []
