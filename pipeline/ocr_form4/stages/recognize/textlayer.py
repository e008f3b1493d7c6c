"""The document's own text layer by position: what it says of each line, and when it may stand for a
reader.

A layer is a witness, never the picture: every entry is read from the picture whatever the layer
says. Only the blank form's own print, of which nothing depends but where things stand, is taken
from a layer without being read, and only on a page on which every line that was read bears the
layer out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr_form4.stages.recognize.raised import lowered
from ocr_form4.stages.segment.textlines import inside
from ocr_form4.text.captions import is_print_of_the_form
from ocr_form4_models.geometry import Box, Rectification, Upright
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page import TextWord
from ocr_form4_models.reading import LAYER, Reading, Run

SCORE = 0.9
"""A layer's score, always: it tells none."""
UNREAD = 0.5
"""Its score where nobody read the picture: unconfirmed."""
_LINES = 12
"""A layer is good that says what the picture says in so many lines, and in none anything else."""
_SURE = 0.9
"""The score from which a reader's word counts against a layer."""
_COMMON = 0.6
"""A word belongs to the line on whose box so much of it lies."""
_NEXT = 0.8
"""A word stands on the next line whose middle is so much lower, in its own heights: a raised mark's
is not.
"""
_GAP, _GROWN = 0.6, 1.3
"""Words of one piece stand nearer to each other than that, in their heights, and are no more times
as high.
"""
_OUTLINE, _SQUARE = 1.4, 0.6
"""A check box is so many times as high as the capitals beside it, and about as broad as high."""
_PIECES = (0.6, 1.3)
"""Pieces of ink a character: letters touch, and the points of others stand apart."""
_CRUMB = 0.1
"""What a ruling leaves is smaller than that, in heights of capitals; a point is not."""
_REACH = 4.0
"""Upright pixels by which a word's box may miss its ink."""


@dataclass(frozen=True, slots=True)
class Layer:
    """The words of a page's text layer. ``boxes`` is (n, 4): x0, y0, x1, y1 in upright pixels."""

    texts: tuple[str, ...]
    boxes: NDArray[np.float64]


def placed(words: Sequence[TextWord], rectification: Rectification) -> Layer:
    """The words where they stand on the upright page, all taken there at once."""
    corners = [(x, y) for b in (w.box for w in words) for x in (b.x0, b.x1) for y in (b.y0, b.y1)]
    points = rectification.to_upright(np.array(corners, dtype=float).reshape(-1, 2)).reshape(
        -1, 4, 2
    )
    return Layer(tuple(w.text for w in words), np.hstack([points.min(axis=1), points.max(axis=1)]))


def words_on(layer: Layer, box: Box[Upright]) -> list[list[int]]:
    """Which of the words lie on a box: by line, from top to bottom and from left to right."""
    if not layer.texts:
        return []
    x0, y0, x1, y1 = layer.boxes.T
    wide = np.minimum(x1, box.x1 + _REACH) - np.maximum(x0, box.x0 - _REACH)
    high = np.minimum(y1, box.y1 + _REACH) - np.maximum(y0, box.y0 - _REACH)
    found = np.flatnonzero(
        (wide > 0) & (high > 0) & (wide * high > _COMMON * (x1 - x0) * (y1 - y0))
    )
    lines: list[list[int]] = []
    for k in sorted(found.tolist(), key=lambda k: (y0[k] + y1[k], x0[k])):
        below = lines and y0[k] + y1[k] - y0[lines[-1][0]] - y1[lines[-1][0]] > 2 * _NEXT * (
            y1[k] - y0[k]
        )
        if not lines or below:
            lines.append([])
        lines[-1].append(k)
    return [sorted(line, key=lambda k: (x0[k], layer.texts[k])) for line in lines]


def said_by(layer: Layer, box: Box[Upright], score: float = SCORE) -> Reading | None:
    """What the layer says of a box; None where it has nothing there."""
    found = [layer.texts[k] for line in words_on(layer, box) for k in line]
    return Reading(LAYER, " ".join(found), score) if found else None


def form_print(layout: PageLayout, layer: Layer, runs: Iterable[Run]) -> list[tuple[Run, Reading]]:
    """The runs that are nothing but print of the blank form, going by the layer, with what it says
    of them.

    Its words have to be pieces of the form's own to the letter, to cover all the ink but check
    boxes, and to be about as many letters: what is filled in before, behind or over a caption, a
    mark above all, is then read.
    """
    found = []
    for run in runs:
        said = None if run.struck else said_by(layer, run.box, UNREAD)
        if said and is_print_of_the_form(_pieces(layer, run.box)):
            ink = [
                g.box
                for g in inside(layout.glyphs, run.box)
                if not _is_no_print(g.box, run.cap_height)
            ]
            if _is_covered(layer, run.box, ink) and _are_as_many(ink, said.text):
                found.append((run, said))
    return found


def _pieces(layer: Layer, box: Box[Upright]) -> list[str]:
    """The layer's text on a box, parted where a gap is wider than one between words, and where
    print grows.
    """
    texts: list[str] = []
    for line in words_on(layer, box):
        for n, k in enumerate(line):
            x0, y0, _, y1 = layer.boxes[k]
            _, top, end, bottom = layer.boxes[line[n - 1]]
            alike = 1 / _GROWN < (bottom - top) / (y1 - y0) < _GROWN
            if n and alike and x0 - end < _GAP * (y1 - y0):
                texts[-1] += " " + layer.texts[k]
            else:
                texts.append(layer.texts[k])
    return texts


def _is_covered(layer: Layer, box: Box[Upright], ink: Sequence[Box[Upright]]) -> bool:
    """Whether all ink on a line lies within words of the layer."""
    boxes = layer.boxes[[k for line in words_on(layer, box) for k in line]]
    middles = np.array([b.center for b in ink]).reshape(-1, 1, 2)
    held = (middles >= boxes[:, :2] - _REACH) & (middles <= boxes[:, 2:] + _REACH)
    return bool(np.all(np.any(np.all(held, axis=2), axis=1)))


def _are_as_many(ink: Sequence[Box[Upright]], text: str) -> bool:
    """Whether a line has about as many pieces of ink as a text has characters: a witness of the
    picture's own.
    """
    least, most = (share * len(text.replace(" ", "")) for share in _PIECES)
    return least <= len(ink) <= most


def _is_no_print(ink: Box[Upright], cap_height: float) -> bool:
    """Whether a piece of ink is a check box, whose mark is judged by its ink, or a crumb, smaller
    than a point.
    """
    box = ink.height >= _OUTLINE * cap_height and _SQUARE < ink.width / ink.height < 1 / _SQUARE
    return box or max(ink.width, ink.height) <= _CRUMB * cap_height


def is_borne_out(
    said: Mapping[tuple[float, ...], Reading], read: Mapping[tuple[float, ...], Run]
) -> bool:
    """Whether what was read from the picture bears the layer out: in enough lines, and against it
    in none.

    Letters and figures count, not spaces and points: those are what readers and layers see least
    of. A line of which its reader is in doubt speaks for the layer or not at all. Both mappings are
    by the line's box.
    """
    pairs = [(said[key], run.readings[0]) for key, run in read.items() if key in said]
    agree = [letters(a.text) == letters(b.text) for a, b in pairs]
    against = any(
        not same and b.confidence >= _SURE for same, (_, b) in zip(agree, pairs, strict=True)
    )
    return sum(agree) >= _LINES and not against


def letters(text: str) -> str:
    """The letters and figures of a text, raised ones as the print they are."""
    return re.sub(r"[\W_]+", "", lowered(text))
