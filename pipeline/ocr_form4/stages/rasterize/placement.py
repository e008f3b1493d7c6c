"""An image placed on a PDF page, and what else a page shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import pikepdf

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

MAX_DEPTH = 8
"""Of forms within forms."""
BLOCK_BYTES = 1 << 20
"""Read or unpacked at once."""
_ASKEW = 1e-3
"""Of the larger sides of a matrix: less is a quarter turn, rounded; a pixel in a page's width."""
_NO_SIDE = 1e-6
"""Points: the side of an image that is none, and shows nothing."""
_SLACK_POINTS = 1.5
"""Page boxes and placements are rounded differently."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An image and the matrix that takes its unit square to the page (points, origin bottom left).

    ``size`` is (width, height) in pixels, along each the greater of its own and its masks'.
    ``plain``: opaque, clipped by nothing but the rectangle ``clip``, and, as a stencil, painted
    black. An inline image has no ``stream``.
    """

    stream: Any
    matrix: Matrix
    size: tuple[int, int]
    plain: bool
    clip: Rect | None = None

    @property
    def rect(self) -> Rect:
        a, b, c, d, e, f = self.matrix
        xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def upright(self) -> bool:
        """Axis-parallel, quarter turns and mirror images included."""
        a, b, c, d, _, _ = self.matrix
        small = _ASKEW * max(abs(a), abs(b), abs(c), abs(d))
        return (abs(b) <= small and abs(c) <= small) or (abs(a) <= small and abs(d) <= small)

    @property
    def pixels_per_point(self) -> tuple[float, float]:
        """Along the page's x and y, before its /Rotate; where it lies askew, the finer one for
        both.
        """
        a, b, c, d, _, _ = self.matrix
        across, up = (
            self.size[0] / max(math.hypot(a, b), _NO_SIDE),
            self.size[1] / max(math.hypot(c, d), _NO_SIDE),
        )
        if not self.upright:
            return max(across, up), max(across, up)
        return (across, up) if abs(a) + abs(d) >= abs(b) + abs(c) else (up, across)

    @property
    def seen(self) -> Rect:
        """What the clip leaves of it."""
        return self.rect if self.clip is None else overlap(self.rect, self.clip)


@dataclass
class PageContent:
    """What a page shows: its images in painting order, and whether other marks lie under or over
    the last of them.

    ``others`` are images that show as part of something else: soft masks of the graphics state,
    tiles of a pattern, inline images. ``letters`` says that text, curves or shadings are painted,
    which drawing at a coarse image's resolution would blur; a rectangle or a ruling loses nothing
    there.
    """

    images: list[Placed] = field(default_factory=list)
    others: list[Placed] = field(default_factory=list)
    letters: bool = False
    ink_before: bool = False
    ink_after: bool = False
    has_text: bool = False
    understood: bool = True

    def ink(self) -> None:
        self.ink_after = True

    def image(self, placed: Placed) -> None:
        self.ink_before |= self.ink_after
        self.ink_after = False
        self.images.append(placed)


def inflated_size(stream: Any, limit: int) -> int:
    """Bytes of a stream after its Flate filters, counted no further than just over the limit;
    nothing is kept.
    """
    import zlib

    data = stream.read_raw_bytes()
    filters = filter_names(stream)
    if not filters:
        return len(data)
    if filters[0] != "/FlateDecode":
        return len(data)
    total, inflater = 0, zlib.decompressobj()
    try:
        while data and total <= limit and not inflater.eof:
            total += len(inflater.decompress(data, BLOCK_BYTES))
            data = inflater.unconsumed_tail
    except zlib.error:
        pass  # damage shows where it is decoded in earnest
    return total


def filter_names(stream: Any) -> list[str]:
    names = stream.get("/Filter")
    if names is None:
        return []
    return [str(n) for n in names] if isinstance(names, pikepdf.Array) else [str(names)]


def finest(stream: Any) -> tuple[int, int]:
    """(width, height) of an image, along each the greater of its own and its masks'."""
    of = [
        stream,
        *(m for m in (stream.get("/SMask"), stream.get("/Mask")) if isinstance(m, pikepdf.Stream)),
    ]
    return max(int(s.get("/Width", 0)) for s in of), max(int(s.get("/Height", 0)) for s in of)


def field_value(widget: Any) -> Any:
    """/V of a form's field, its own or a parent's; None where it is empty."""
    for _ in range(MAX_DEPTH):
        value = widget.get("/V")
        if value is not None:
            return None if str(value) in ("", "/Off") else value
        widget = widget.get("/Parent")
        if widget is None:
            break
    return None


def overlap(one: Rect, other: Rect) -> Rect:
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def covers(outer: Rect, inner: Rect, slack: float = _SLACK_POINTS) -> bool:
    """Whether a rectangle covers another, but for ``slack`` points."""
    return (
        outer[0] <= inner[0] + slack
        and outer[1] <= inner[1] + slack
        and outer[2] >= inner[2] - slack
        and outer[3] >= inner[3] - slack
    )
