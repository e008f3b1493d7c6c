"""Where a PDF page puts its images, at what resolution, and whether anything else shows.

Follows the content stream's graphics state (PDF 32000-1, 8.4, 8.8, 8.10 and 11.6.5) as far as it
takes to say "this page is one image", or how fine the finest is that is painted on it; where that
is not understood, the page is drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from ocr_form4.stages.rasterize.placement import (
    MAX_DEPTH,
    Matrix,
    PageContent,
    Placed,
    Rect,
    field_value,
    finest,
    inflated_size,
    overlap,
)

MAX_CONTENT = 4 << 20
"""Bytes of a content stream that are looked into; a hidden OCR layer has a few hundred thousand at
most.
"""
_FILLS, _STROKES = {"f", "F", "f*"}, {"S", "s"}
_FILL_STROKES = {"B", "B*", "b", "b*"}
_SHOW_TEXT = {"Tj", "TJ", "'", '"'}
_PATH = {"m", "l", "c", "v", "y", "h"}
_CURVES = {"c", "v", "y"}
_PAINTING = {"n"} | _FILLS | _STROKES | _FILL_STROKES
_MOST_SAVED = 1000
"""Graphics states saved at once; PDF 32000-1, annex C.2, asks readers for 28."""
_INVISIBLE = 3
_HIDDEN = 0b100010
"""Flags of an annotation: Hidden, NoView. Source: PDF 32000-1, table 165."""
_NO_SHEAR = 1e-6
"""What is left of a matrix's other half after quarter turns that were multiplied."""
_UNSEEN = ("/Link", "/Popup")


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
    """Look through a pikepdf page. Never raises for what the page holds: ``understood`` is False
    instead.
    """
    found = PageContent()
    try:
        contents = page.obj.get("/Contents")
        if contents is None:
            return found
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        if sum(inflated_size(s, MAX_CONTENT) for s in streams) > MAX_CONTENT:
            raise _GiveUp
        _walk(
            pikepdf.parse_content_stream(page),
            page.get("/Resources", pikepdf.Dictionary()),
            _State(),
            found,
            0,
        )
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


def _walk(instructions: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    walk = _Walk(resources, found, depth, state)
    for instruction in instructions:
        operator, operands = str(instruction.operator), instruction.operands
        step = _STEPS.get(operator)
        if step is not None:
            step(walk, operands)
        elif operator in _PATH:
            walk.shape(operator in _CURVES)
        elif operator in _PAINTING:
            walk.paint_path(operator)
        elif operator in _SHOW_TEXT:
            walk.show_text()
        else:
            walk.colour(operator, operands)


@dataclass(slots=True)
class _Walk:
    """A content stream as far as it was followed. Each method is an operator's, and takes its
    operands.

    ``path`` holds the rectangles since the last painting; None: another shape is among them.
    """

    resources: Any
    found: PageContent
    depth: int
    state: _State
    stack: list[_State] = field(default_factory=list)
    path: list[Rect] | None = field(default_factory=list)
    clipping: bool = False
    curved: bool = False

    def save(self, _: Any) -> None:
        self.stack.append(self.state)
        if len(self.stack) > _MOST_SAVED:
            raise _GiveUp

    def restore(self, _: Any) -> None:
        self.state = self.stack.pop() if self.stack else self.state

    def transform(self, operands: Any) -> None:
        self.state = replace(self.state, matrix=_multiply(_matrix(operands), self.state.matrix))

    def rectangle(self, operands: Any) -> None:
        if self.path is not None:
            self.path.append(_rectangle(_four(operands), self.state.matrix))

    def shape(self, is_curve: bool) -> None:
        self.path = None
        self.curved |= is_curve

    def clip(self, _: Any) -> None:
        self.clipping = True

    def paint_path(self, operator: str) -> None:
        if operator != "n" and (
            operator not in _FILLS or self.state.fill != "white" or self.found.images
        ):
            self.found.ink()
            self.found.letters |= self.curved or self.state.fill == "pattern"
        if self.clipping:
            self.state = _clipped(self.state, self.path)
        self.path, self.clipping, self.curved = [], False, False

    def paint_object(self, operands: Any) -> None:
        target = self.resources["/XObject"][str(operands[0])]
        _paint(target, self.resources, self.state, self.found, self.depth)

    def show_text(self) -> None:
        self.found.has_text = True
        if self.state.text_mode != _INVISIBLE:
            self.shade(None)

    def text_mode(self, operands: Any) -> None:
        self.state = replace(self.state, text_mode=int(operands[0]))

    def shade(self, _: Any) -> None:
        self.found.ink()
        self.found.letters = True

    def inline_image(self, operands: Any) -> None:
        self.found.ink()
        size = (operands[0].width, operands[0].height)
        self.found.others.append(Placed(None, self.state.matrix, size, False, self.state.clip))

    def marked_content(self, operands: Any) -> None:
        if str(operands[0]) == "/OC":
            self.found.understood = False  # whether it shows is the viewer's to say

    def extra_state(self, operands: Any) -> None:
        extra = self.resources["/ExtGState"][str(operands[0])]
        self.state = _with_extra(self.state, extra, self.resources, self.found, self.depth)

    def colour(self, operator: str, operands: Any) -> None:
        if operator == "scn" and operands and isinstance(operands[-1], pikepdf.Name):
            pattern = self.resources["/Pattern"][str(operands[-1])]
            _pattern(pattern, self.resources, self.state, self.found, self.depth)
            self.state = replace(self.state, fill="pattern")
        else:
            self.state = _coloured(self.state, operator, operands)


_STEPS: dict[str, Callable[[_Walk, Any], None]] = {
    "q": _Walk.save,
    "Q": _Walk.restore,
    "cm": _Walk.transform,
    "re": _Walk.rectangle,
    "W": _Walk.clip,
    "W*": _Walk.clip,
    "Do": _Walk.paint_object,
    "Tr": _Walk.text_mode,
    "sh": _Walk.shade,
    "INLINE IMAGE": _Walk.inline_image,
    "BDC": _Walk.marked_content,
    "gs": _Walk.extra_state,
}


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


def _enter(target: Any, resources: Any, state: _State, found: PageContent, depth: int) -> None:
    """A form's own content. Raises _GiveUp for one too deep or too large."""
    if depth >= MAX_DEPTH or inflated_size(target, MAX_CONTENT) > MAX_CONTENT:
        raise _GiveUp
    matrix = _matrix(target.get("/Matrix", _State().matrix))
    inner = replace(state, matrix=_multiply(matrix, state.matrix))
    x0, y0, x1, y1 = _four(target["/BBox"])
    inner = _clipped(inner, [_rectangle((x0, y0, x1 - x0, y1 - y0), inner.matrix)])
    _walk(
        pikepdf.parse_content_stream(target),
        target.get("/Resources", resources),
        inner,
        found,
        depth + 1,
    )


def _with_extra(
    state: _State, extra: Any, resources: Any, found: PageContent, depth: int
) -> _State:
    """The state under an ExtGState; the images of its soft mask show wherever it is painted
    with.
    """
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
        return replace(
            state, fill="black" if values == {0.0} else "white" if values == {1.0} else "other"
        )
    if operator == "k":
        cmyk = [float(v) for v in operands]
        return replace(
            state, fill="black" if cmyk[3] == 1 else "white" if not any(cmyk) else "other"
        )
    if operator in ("cs", "sc", "scn"):
        return replace(state, fill="other")
    return state


def _clipped(state: _State, path: list[Rect] | None) -> _State:
    a, b, c, d, _, _ = state.matrix
    if path is None or len(path) != 1 or min(abs(b) + abs(c), abs(a) + abs(d)) > _NO_SHEAR:
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


def _matrix(values: Any) -> Matrix:
    """Raises ValueError for other than six numbers."""
    a, b, c, d, e, f = map(float, values)
    return a, b, c, d, e, f


def _four(values: Any) -> Rect:
    """A rectangle by its corner and sides, or by two corners. Raises ValueError for other than four
    numbers.
    """
    one, two, three, four = map(float, values)
    return one, two, three, four


def _multiply(m: Matrix, n: Matrix) -> Matrix:
    """m applied first."""
    a, b, c, d, e, f = m
    p, q, r, s, x, y = n
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + x,
        e * q + f * s + y,
    )


def _rectangle(values: Rect, m: Matrix) -> Rect:
    """``values``: x, y, width, height."""
    x, y, w, h = values
    a, b, c, d, e, f = m
    corners = [(x, y), (x + w, y), (x, y + h), (x + w, y + h)]
    xs = [a * u + c * v + e for u, v in corners]
    ys = [b * u + d * v + f for u, v in corners]
    return min(xs), min(ys), max(xs), max(ys)
