"""Draws a form as a scan might show it, and knows where every cell of it lies on that scan.

Arrays are uint8, (height, width), 255 is paper. What is drawn is laid out at 300 dpi; the scan has
its own resolution.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4_models.page import Gray

DPI = 300
WORDS = (
    "Common",
    "Stock",
    "Option",
    "Class A",
    "By Trust",
    "Units",
    "Director",
    "Amount of",
    "Price",
    "Date",
)


@dataclass(frozen=True)
class DrawnTable:
    columns: tuple[float, ...]
    rows: tuple[tuple[float, float], ...]


@dataclass
class DrawnForm:
    """A page at 300 dpi, with the places of its header's boxes (x0, y0, x1, y1) and of its
    tables.
    """

    pixels: Gray
    header: list[tuple[float, float, float, float]] = field(default_factory=list)
    tables: list[DrawnTable] = field(default_factory=list)


@dataclass(frozen=True)
class Scanned:
    """A scan of a drawn form; ``to_scan`` takes points of the form, shape (n, 2), to the scan's."""

    pixels: Gray
    dpi: float
    matrix: NDArray[np.float64]
    bow: float
    width: int

    def to_scan(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        bowed = points + np.stack(
            [np.zeros(len(points)), _bulge(points[:, 0], self.width, self.bow)], axis=1
        )
        moved = np.column_stack([bowed, np.ones(len(bowed))]) @ self.matrix.T
        return np.asarray(moved[:, :2] / moved[:, 2:])


class Pen:
    """Draws rulings and words. ``broken`` is the share of long rulings with a gap, ``gray`` how
    dark a ruling is.
    """

    def __init__(
        self, form: DrawnForm, rng: np.random.Generator, gray: int = 30, broken: float = 0.0
    ) -> None:
        self.pixels, self.rng, self.gray, self.broken = form.pixels, rng, gray, broken

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        cv2.line(self.pixels, (round(x0), round(y0)), (round(x1), round(y1)), self.gray, 3)
        if max(x1 - x0, y1 - y0) > 300 and self.rng.random() < self.broken:
            t, half = self.rng.uniform(0.05, 0.95), self.rng.uniform(4, 14)
            x, y = round(x0 + t * (x1 - x0)), round(y0 + t * (y1 - y0))
            across, down = (half, 5) if y0 == y1 else (5, half)
            self.pixels[
                round(y - down) : round(y + down), round(x - across) : round(x + across)
            ] = 255

    def box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        for a in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)):
            self.line(*a)

    def words(self, x0: float, y0: float, x1: float, lines: int = 1) -> None:
        """Words from the left, as many as fit in one line of the cell."""
        for k in range(lines):
            text = str(self.rng.choice(WORDS)) if x1 - x0 > 150 else str(self.rng.integers(1, 99))
            (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 0.85, 1)
            if width < x1 - x0 - 20:
                at = (round(x0 + 12), round(y0 + 34 + 36 * k))
                cv2.putText(
                    self.pixels, text, at, cv2.FONT_HERSHEY_DUPLEX, 0.85, 20, 1, cv2.LINE_AA
                )


def draw_form(
    leaves: tuple[int, ...],
    rows: tuple[int, ...],
    rng: np.random.Generator,
    gray: int = 30,
    broken: float = 0.0,
) -> DrawnForm:
    """A header of six boxes, and under it a table for each entry of ``leaves`` (columns) and
    ``rows``.
    """
    form = DrawnForm(np.full((3300, 2550), 255, np.uint8))
    pen = Pen(form, rng, gray, broken)
    left, right, top = 150 + rng.uniform(0, 60), 2400 - rng.uniform(0, 60), 250 + rng.uniform(0, 80)
    cv2.putText(form.pixels, "FORM 4", (170, 180), cv2.FONT_HERSHEY_DUPLEX, 2.4, 0, 4, cv2.LINE_AA)
    for k in range(6):
        pen.words(left + 300 * k, 190, left + 300 * k + 280)
    bottom = _draw_header(form, pen, left, right, top)
    for count, data in zip(leaves, rows, strict=True):
        bottom = _draw_table(form, pen, left, right, bottom, count, data)
    cv2.putText(
        form.pixels,
        "Explanation of Responses:",
        (170, round(bottom) + 70),
        4,
        1.0,
        0,
        2,
        cv2.LINE_AA,
    )
    for k in range(4):
        pen.words(left, bottom + 90 + 50 * k, left + 500)
    return form


def _draw_header(form: DrawnForm, pen: Pen, left: float, right: float, top: float) -> float:
    height = pen.rng.uniform(430, 560)
    a, b = (
        left + (right - left) * pen.rng.uniform(0.3, 0.38),
        left + (right - left) * pen.rng.uniform(0.6, 0.7),
    )
    bottom = top + height
    third, half = height * pen.rng.uniform(0.28, 0.36), height * pen.rng.uniform(0.45, 0.6)
    form.header = [
        (left, top, a, bottom), (a, top, b, top + third), (a, top + third, b, top + 2 * third),
        (a, top + 2 * third, b, bottom), (b, top, right, top + half), (b, top + half, right,
         bottom),
    ]  # fmt: skip
    for x0, y0, x1, y1 in form.header:
        pen.box(x0, y0, x1, y1)
        pen.words(x0, y0, x1, 2)
    return bottom


def _draw_table(
    form: DrawnForm, pen: Pen, left: float, right: float, top: float, count: int, data: int
) -> float:
    """Title band, captions with two groups of split columns, data rows."""
    width = pen.rng.uniform(1.0, 1.6, count)
    width[0] *= 2.2
    columns = left + np.concatenate([[0], np.cumsum(width)]) / width.sum() * (right - left)
    title, captions = top + 56, top + 56 + pen.rng.uniform(150, 210)
    pen.box(left, top, right, title)
    text = f"Table with {count} columns - Securities Acquired, Disposed of, or Beneficially Owned"
    cv2.putText(form.pixels, text, (round(left + 250), round(top + 40)), 4, 0.9, 0, 2, cv2.LINE_AA)
    pen.box(left, title, right, captions)
    split = {k for k in (3, 4, 5, 6, 7) if k < count - 2} - {5}
    middle = title + 0.62 * (captions - title)
    for k, (x0, x1) in enumerate(pairwise(columns)):
        joined = k in split and k - 1 in split
        pen.line(x0, middle if joined else title, x0, captions)
        if k in split:
            pen.line(x0, middle, x1, middle)
        pen.words(x0, (middle - 6) if k in split else title, x1, 1 if k in split else 3)
    ys = [captions]
    for _ in range(data):
        ys.append(ys[-1] + pen.rng.uniform(48, 110))
        pen.line(left, ys[-1], right, ys[-1])
        for x0, x1 in pairwise(columns):
            if pen.rng.random() < 0.75:
                pen.words(x0, ys[-2], x1)
    for x in columns:
        pen.line(x, captions, x, ys[-1])
    table = DrawnTable(tuple(columns.tolist()), tuple(pairwise(ys)))
    form.tables.append(table)
    return ys[-1]


def scan_form(
    form: DrawnForm,
    rng: np.random.Generator,
    *,
    dpi: float = 300,
    skew: float = 0.0,
    perspective: float = 0.0,
    bow: float = 0.0,
    specks: int = 0,
) -> Scanned:
    """The form laid down askew (degrees), photographed (share of the width), bulged (pixels), at
    ``dpi``, dirty.
    """
    height, width = form.pixels.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + rng.uniform(-1, 1, (4, 2)).astype(np.float32) * np.float32(
        perspective * width
    )
    turn = np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0), [0, 0, 1]])
    scale = np.diag([dpi / DPI, dpi / DPI, 1.0])
    matrix = scale @ cv2.getPerspectiveTransform(corners, moved) @ turn
    x, y = np.meshgrid(
        *(np.arange(round(n * dpi / DPI), dtype=np.float64) for n in (width, height))
    )
    back = np.linalg.inv(matrix)
    w = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    from_x = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / w
    from_y = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / w
    from_y -= _bulge(from_x, width, bow)
    soft = cv2.GaussianBlur(form.pixels, (0, 0), max(0.5, 0.45 * DPI / dpi))
    maps = from_x.astype(np.float32), from_y.astype(np.float32)
    pixels = np.asarray(cv2.remap(soft, *maps, cv2.INTER_LINEAR, borderValue=255)).astype(
        np.float32
    )
    pixels += rng.normal(0, 4, pixels.shape)
    for sx, sy in rng.integers(2, np.array(pixels.shape[::-1]) - 2, (specks, 2)):
        pixels[sy : sy + 2, sx : sx + 2] = 40
    return Scanned(np.clip(pixels, 0, 255).astype(np.uint8), dpi, matrix, bow, width)


def _bulge(x: NDArray[np.float64], width: int, bow: float) -> NDArray[np.float64]:
    """How far down the paper's bulge moves what stands at x."""
    return np.asarray(bow * (1 - (2 * x / width - 1) ** 2))
