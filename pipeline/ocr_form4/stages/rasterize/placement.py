"""Where a PDF page puts its images, at what resolution, and whether anything else shows.

Follows the content stream's graphics state (PDF 32000-1, 8.4, 8.8, 8.10 and 11.6.5) as far as it takes to say "this
page is one image", or how fine the finest is that is painted on it; where that is not understood, the page is drawn.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

Rect = tuple[float, float, float, float]
Matrix = tuple[float, float, float, float, float, float]

MAX_CONTENT = 4 << 20
"""Bytes of a content stream that are looked into; a hidden OCR layer has a few hundred thousand at most."""
MAX_DEPTH = 8
"""Of forms within forms."""
_FILLS, _STROKES = {"f", "F", "f*"}, {"S", "s"}
_FILL_STROKES = {"B", "B*", "b", "b*"}
_SHOW_TEXT = {"Tj", "TJ", "'", '"'}
_PATH = {"m", "l", "c", "v", "y", "h"}
_CURVES = {"c", "v", "y"}
_INVISIBLE = 3
_HIDDEN = 0b100010
"""Flags of an annotation: Hidden, NoView. Source: PDF 32000-1, table 165."""
_UNSEEN = ("/Link", "/Popup")


@dataclass(frozen=True, slots=True)
class Placed:
    """An image and the matrix that takes its unit square to the page (points, origin bottom left).

    ``size`` is (width, height) in pixels, along each the greater of its own and its masks'. ``plain``: opaque, clipped
    by nothing but the rectangle ``clip``, and, as a stencil, painted black. An inline image has no ``stream``.
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
        small = 1e-3 * max(abs(a), abs(b), abs(c), abs(d))
        return (abs(b) <= small and abs(c) <= small) or (abs(a) <= small and abs(d) <= small)

    @property
    def pixels_per_point(self) -> tuple[float, float]:
        """Along the page's x and y, before its /Rotate; where it lies askew, the finer one for both."""
        a, b, c, d, _, _ = self.matrix
        across, up = self.size[0] / max(math.hypot(a, b), 1e-6), self.size[1] / max(math.hypot(c, d), 1e-6)
        if not self.upright:
            return max(across, up), max(across, up)
        return (across, up) if abs(a) + abs(d) >= abs(b) + abs(c) else (up, across)

    @property
    def seen(self) -> Rect:
        """What the clip leaves of it."""
        return self.rect if self.clip is None else overlap(self.rect, self.clip)


@dataclass
class PageContent:
    """What a page shows: its images in painting order, and whether other marks lie under or over the last of them.

    ``others`` are images that show as part of something else: soft masks of the graphics state, tiles of a pattern,
    inline images. ``letters`` says that text, curves or shadings are painted, which drawing at a coarse image's
    resolution would blur; a rectangle or a ruling loses nothing there.
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


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    clip: Rect | None = None
    clip_odd: bool = False
    fill: str = "black"
    translucent: bool = False
    text_mode: int = 0


class _GiveUp(Exception):
    """The page is more than this module looks into."""


def page_content(page: Any) -> PageContent:
    """Look through a pikepdf page. Never raises for what the page holds: ``understood`` is False instead."""
    found = PageContent()
    try:
        contents = page.obj.get("/Contents")
        if contents is None:
            return found
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        if sum(inflated_size(s, MAX_CONTENT) for s in streams) > MAX_CONTENT:
            raise _GiveUp
        _walk(pikepdf.parse_content_stream(page), page.get("/Resources", pikepdf.Dictionary()), _State(), found, 0)
        if _has_appearances(page):
            found.ink()
    except (
        _GiveUp,
        pikepdf.PdfError,
        pikepdf.DependencyError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RecursionError,
    ):
        found.understood = False
        found.has_text = found.letters = True
    return found


def inflated_size(stream: Any, limit: int) -> int:
    """Bytes of a stream after its Flate filters, counted no further than just over the limit; nothing is kept."""
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
            total += len(inflater.decompress(data, 1 << 20))
            data = inflater.unconsumed_tail
    except zlib.error:
        pass  # damage shows where it is decoded in earnest
    return total


def filter_names(stream: Any) -> list[str]:
    names = stream.get("/Filter")
    if names is None:
        return []
    return [str(n) for n in names] if isinstance(names, pikepdf.Array) else [str(names)]


def _walk(instructions: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    stack: list[_State] = []
    path: list[Rect] | None = []  # rectangles since the last painting; None: another shape is among them
    clipping = curved = False
    for instruction in instructions:
        operator, operands = str(instruction.operator), instruction.operands
        if operator == "q":
            stack.append(state)
            if len(stack) > 1000:
                raise _GiveUp
        elif operator == "Q":
            state = stack.pop() if stack else state
        elif operator == "cm":
            state = replace(state, matrix=_multiply(_numbers(operands, 6), state.matrix))
        elif operator == "re":
            if path is not None:
                path.append(_rectangle(_numbers(operands, 4), state.matrix))
        elif operator in _PATH:
            path = None
            curved |= operator in _CURVES
        elif operator in ("W", "W*"):
            clipping = True
        elif operator == "n" or operator in _FILLS | _STROKES | _FILL_STROKES:
            if operator != "n" and (operator not in _FILLS or state.fill != "white" or found.images):
                found.ink()
                found.letters |= curved or state.fill == "pattern"
            if clipping:
                state = _clipped(state, path)
            path, clipping, curved = [], False, False
        elif operator == "Do":
            _paint(resources["/XObject"][str(operands[0])], resources, state, found, depth)
        elif operator in _SHOW_TEXT:
            found.has_text = True
            if state.text_mode != _INVISIBLE:
                found.ink()
                found.letters = True
        elif operator == "Tr":
            state = replace(state, text_mode=int(operands[0]))
        elif operator == "sh":
            found.ink()
            found.letters = True
        elif operator == "INLINE IMAGE":
            found.ink()
            found.others.append(Placed(None, state.matrix, (operands[0].width, operands[0].height), False, state.clip))
        elif operator == "BDC" and str(operands[0]) == "/OC":
            found.understood = False  # whether it shows is the viewer's to say
        elif operator == "gs":
            state = _with_extra(state, resources["/ExtGState"][str(operands[0])], resources, found, depth)
        elif operator == "scn" and operands and isinstance(operands[-1], pikepdf.Name):
            _pattern(resources["/Pattern"][str(operands[-1])], resources, state, found, depth)
            state = replace(state, fill="pattern")
        else:
            state = _coloured(state, operator, operands)


def _paint(target: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    """An image or a form."""
    if "/OC" in target:
        found.understood = False
    if target.get("/Subtype") == "/Image":
        black = not target.get("/ImageMask", False) or state.fill == "black"
        opaque = not state.translucent and "/SMask" not in target and "/Mask" not in target
        plain = black and opaque and not state.clip_odd
        found.image(Placed(target, state.matrix, finest(target), plain, state.clip))
        return
    _enter(target, resources, state, found, depth)


def finest(stream: Any) -> tuple[int, int]:
    """(width, height) of an image, along each the greater of its own and its masks'."""
    of = [stream, *(m for m in (stream.get("/SMask"), stream.get("/Mask")) if isinstance(m, pikepdf.Stream))]
    return max(int(s.get("/Width", 0)) for s in of), max(int(s.get("/Height", 0)) for s in of)


def _enter(target: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    """A form's own content. Raises _GiveUp for one too deep or too large."""
    if depth >= MAX_DEPTH or inflated_size(target, MAX_CONTENT) > MAX_CONTENT:
        raise _GiveUp
    matrix = _numbers(target.get("/Matrix", [1, 0, 0, 1, 0, 0]), 6)
    inner = replace(state, matrix=_multiply(matrix, state.matrix))
    x0, y0, x1, y1 = _numbers(target["/BBox"], 4)
    inner = _clipped(inner, [_rectangle((x0, y0, x1 - x0, y1 - y0), inner.matrix)])
    _walk(pikepdf.parse_content_stream(target), target.get("/Resources", resources), inner, found, depth + 1)


def _with_extra(state: _State, extra: Any, resources: Any, found: PageContent, depth: int) -> _State:
    """The state under an ExtGState; the images of its soft mask show wherever it is painted with."""
    mask = extra.get("/SMask")
    if isinstance(mask, pikepdf.Dictionary) and "/G" in mask:
        _aside(mask["/G"], resources, state, found, depth)
    plain = (
        float(extra.get("/ca", 1)) == 1
        and str(extra.get("/SMask", "/None")) == "/None"
        and str(extra.get("/BM", "/Normal")) in ("/Normal", "/Compatible")
    )
    return replace(state, translucent=not plain)


def _pattern(pattern: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    if isinstance(pattern, pikepdf.Stream):
        _aside(pattern, resources, replace(state, matrix=_State().matrix, clip=None), found, depth)


def _aside(target: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    """The images of a form that is no part of the painting order."""
    inner = PageContent()
    _enter(target, resources, state, inner, depth)
    found.others += inner.images + inner.others
    found.letters |= inner.letters


def _coloured(state: _State, operator: str, operands: Any) -> _State:
    if operator == "g":
        return replace(state, fill={0.0: "black", 1.0: "white"}.get(float(operands[0]), "other"))
    if operator == "rg":
        values = {float(v) for v in operands}
        return replace(state, fill="black" if values == {0.0} else "white" if values == {1.0} else "other")
    if operator == "k":
        cmyk = [float(v) for v in operands]
        return replace(state, fill="black" if cmyk[3] == 1 else "white" if not any(cmyk) else "other")
    if operator in ("cs", "sc", "scn"):
        return replace(state, fill="other")
    return state


def _clipped(state: _State, path: list[Rect] | None) -> _State:
    a, b, c, d, _, _ = state.matrix
    if path is None or len(path) != 1 or (abs(b) + abs(c) > 1e-6 and abs(a) + abs(d) > 1e-6):
        return replace(state, clip_odd=True)
    rect = path[0]
    if state.clip is not None:
        rect = overlap(rect, state.clip)
    return replace(state, clip=rect)


def _has_appearances(page: Any) -> bool:
    """Does the page carry annotations that show: stamps, comments, form fields that are filled in?

    A viewer draws those that have no appearance of their own, too, from their value or their lines.
    """
    for annotation in page.obj.get("/Annots", []):
        kind = str(annotation.get("/Subtype"))
        if int(annotation.get("/F", 0)) & _HIDDEN or kind in _UNSEEN:
            continue
        if "/AP" in annotation or kind != "/Widget" or field_value(annotation) is not None:
            return True
    return False


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


def _numbers(values: Any, count: int) -> Any:
    numbers = tuple(float(v) for v in values)
    if len(numbers) != count:
        raise _GiveUp
    return numbers


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    """m applied first."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _rectangle(values: tuple[float, float, float, float], m: Matrix) -> Rect:
    x, y, w, h = values
    corners = [(x, y), (x + w, y), (x, y + h), (x + w, y + h)]
    xs = [m[0] * u + m[2] * v + m[4] for u, v in corners]
    ys = [m[1] * u + m[3] * v + m[5] for u, v in corners]
    return min(xs), min(ys), max(xs), max(ys)


def overlap(one: Rect, other: Rect) -> Rect:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def covers(outer: Rect, inner: Rect, slack: float = 1.5) -> bool:
    """Within a point and a half: page boxes and placements are rounded differently."""
    return (
        outer[0] <= inner[0] + slack
        and outer[1] <= inner[1] + slack
        and outer[2] >= inner[2] - slack
        and outer[3] >= inner[3] - slack
    )
