"""Connected pieces of ink, by their runs.

OpenCV's own statistics visit every pixel of the page several times; nine tenths of it is paper, of
which nothing is asked. Rows of nothing but paper are left out, the runs of ink along the others are
found once, and everything else is counted over them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]
Ints = NDArray[np.intp]
Labels = NDArray[np.int32]
_SIDE_PX, _COVERED = 4, 0.8
"""A frame's sides are as thick at most, and covered so far: of 41 typed check boxes the least
covered side has 0.85 to 1, of 39 letters X and percent signs 0 to 0.46, of brackets 0.15 to 0.73.
"""


@dataclass(frozen=True, slots=True)
class Blobs:
    """The pieces of a mask that hang together, corners included; numbered from 0.

    ``x``, ``y``, ``w``, ``h`` and ``area`` have an entry for each piece. A run of ink is on one
    row, from column ``start`` to before ``end``; ``of`` is the piece that it belongs to.
    ``labels`` has 0 on paper and a piece's number plus 1 on its ink: ``label_row`` says in which of
    its rows for each row of the mask. It is empty where it was not asked for, as a page's takes up
    to 34 MB.
    """

    labels: Labels
    label_row: Ints
    x: Ints
    y: Ints
    w: Ints
    h: Ints
    area: Ints
    row: Ints
    start: Ints
    end: Ints
    of: Ints

    def without_labels(self) -> Blobs:
        """The same pieces, the labels' memory given back."""
        return replace(self, labels=np.empty((0, self.labels.shape[1]), np.int32))

    def __len__(self) -> int:
        return len(self.x)

    def middle_rows(self) -> NDArray[np.float64]:
        """The mean row of each piece's pixels."""
        weight = self.row * (self.end - self.start)
        return np.bincount(self.of, weight, len(self)) / np.maximum(1, self.area)

    def pixels(self, which: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
        """Row, column and piece of every pixel of the pieces asked for."""
        runs = np.flatnonzero(which[self.of])
        length = self.end[runs] - self.start[runs]
        runs = np.repeat(runs, length)
        within = np.arange(len(runs)) - np.repeat(np.cumsum(length) - length, length)
        return self.row[runs], self.start[runs] + within, self.of[runs]


def has_core(mask: Mask, size: float) -> bool:
    """Whether somewhere a square of this side is all ink: strokes are thin, however close they
    run.
    """
    side = max(3, round(size))
    part = cv2.erode(
        mask, np.ones((side, side), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    return bool(part.any())


def is_frame(ink: NDArray[np.bool_]) -> bool:
    """Whether a piece of ink, shape (height, width), runs along all four sides of its box: a check
    box.
    """
    up_and_down = ink[:_SIDE_PX].any(axis=0), ink[-_SIDE_PX:].any(axis=0)
    left_and_right = ink[:, :_SIDE_PX].any(axis=1), ink[:, -_SIDE_PX:].any(axis=1)
    return all(side.mean() >= _COVERED for side in (*up_and_down, *left_and_right))


def stretches(filled: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the stretches of True in a row begin, and the places behind their ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], filled.view(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def find_blobs(mask: Mask, with_labels: bool = False) -> Blobs:
    """The connected pieces of a mask of 0 and 255, of shape (height, width)."""
    width = mask.shape[1]
    rows, label_row = _inked(mask)
    mask = mask[rows]
    # no run passes a row's end
    framed = cv2.copyMakeBorder(mask, 0, 0, 1, 1, cv2.BORDER_CONSTANT, value=(0,)).ravel()
    edges = np.flatnonzero(framed[1:] != framed[:-1])
    del framed
    row, start = np.divmod(edges[::2], width + 2)
    end = edges[1::2] - row * (width + 2)
    count, labels = cv2.connectedComponents(mask)
    of = labels[row, start].astype(np.intp) - 1
    row = rows[row]
    count -= 1
    x0, x1 = np.full(count, width), np.zeros(count, np.intp)
    np.minimum.at(x0, of, start)
    np.maximum.at(x1, of, end)
    y0, y1 = np.empty(count, np.intp), np.empty(count, np.intp)
    y1[of] = row + 1  # runs come from top to bottom: of a piece's, the last one stays
    y0[of[::-1]] = row[::-1]
    area = np.bincount(of, end - start, count).astype(np.intp)
    kept = np.asarray(labels) if with_labels else np.empty((0, width), np.int32)
    return Blobs(kept, label_row, x0, y0, x1 - x0, y1 - y0, area, row, start, end, of)


def _inked(mask: Mask) -> tuple[Ints, Ints]:
    """The rows of a mask that tell which of its ink hangs together: the first two, those with ink,
    and some paper below that; and for each row its place among them, or that of such paper.

    They are taken in pairs: OpenCV numbers pieces by the first pair of rows that they are in.
    """
    height = len(mask)
    filled = np.zeros(height + height % 2, bool)
    filled[:height] = mask.any(axis=1)
    pair = filled[::2] | filled[1::2]
    kept = pair.copy()
    kept[1:] |= pair[:-1]
    kept[:1] = True
    each = np.arange(height)
    place = 2 * (np.cumsum(kept) - 1)[each // 2] + each % 2
    return each[kept[each // 2]], place
