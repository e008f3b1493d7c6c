"""Where the caption of a check box over the header stands: the lines that it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ocr_form4.stages.recognize.marks_before import is_level, is_mark
from ocr_form4.text import captions as cap
from ocr_form4_models.layout import PageLayout, inside
from ocr_form4_models.reading import Run


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What the lines of a caption are like: in upright pixels, in heights of its capitals
    (``caps``), as shares.
    """

    beside_px: float = 130.0
    """A box begins 60 to 90 left of its caption."""
    small_box_caps: float = 1.3
    small_wide_caps: float = 0.8
    small_apart_caps: float = 0.4
    """A box that is hardly higher than its caption's letters, 1.4 of them, and stands 0.5 before
    them is taken for the first one; one side of it may be lost.
    """
    line_like: float = 84.0
    line_letters: int = 12
    """Likeness to a box's caption (rapidfuzz, of 100) and letters from which a line is of it."""
    step_caps: tuple[float, float] = (0.5, 2.4)
    """From line to line of a caption, at least and at most: print at 1.2 times its size, with
    capitals of 0.7 of it (Times and Helvetica, Adobe's metrics), steps 1.7. With 0.25 and 5.0
    twelve fixtures are read the same.
    """
    words_apart_caps: float = 1.5
    """The words of a line of print stand no farther apart: the one line that is cut so on 280 scans
    has 3.0 between its parts.
    """


T = Tolerances()
_OPENINGS = {
    "notSubjectToSection16": r"no longer sub|Check this box if",
    "aff10b5One": r"indicate that a",
    "form3HoldingsReported": r"Form ?3 ?Hold",
    "form4TransactionsReported": r"Form ?4 ?Trans",
}
"""By element: how the caption of a check box at the top left begins, or the first words of it that
no other has; of others, an edition's first words of the caption.
"""


def lines_of_caption(
    layout: PageLayout, above: Sequence[Run], element: str, caption: str
) -> list[Run]:
    """The lines of the caption of a check box at the top left, each without the mark before it;
    none where it is not found.
    """
    return [_behind_mark(layout, run) for run in _lines_of(above, element, caption)]


def _lines_of(above: Sequence[Run], element: str, caption: str) -> list[Run]:
    """The runs of a check box's caption that stand under each other at its left, the one that opens
    it first.

    A line may be in several runs, and one that was misread goes on all the same: what stands at the
    same x right below is the caption's, until that of another box opens.
    """
    words = re.escape(" ".join(caption.split()[:3]))
    opening = re.compile(_OPENINGS.get(element, words))
    others = re.compile("|".join(o for n, o in _OPENINGS.items() if n != element))

    def is_of_caption(run: Run) -> bool:
        return len(run.text) >= T.line_letters and cap.likeness(run.text, caption) >= T.line_like

    said = [r for r in above if is_of_caption(r) or opening.search(r.text)]
    start = [r for r in said if opening.search(r.text)] or said[:1]
    if not start:
        return []
    lines = [_line_begins(min(start, key=lambda r: r.box.y0), above)]
    for run in sorted(above, key=lambda r: r.box.center[1]):
        last = lines[-1]
        step = run.box.center[1] - last.box.center[1]
        least, most = T.step_caps
        below = least * last.cap_height < step < most * max(last.cap_height, lines[0].cap_height)
        # the box itself may stand so near that it begins a line of the caption
        begins = lines[0].box.x0
        if below and abs(run.box.x0 - begins) < T.beside_px and run.box.x1 > begins + T.beside_px:
            if others.search(run.text) or run.text.startswith("("):
                break
            lines.append(run)
    return lines


def _line_begins(run: Run, runs: Sequence[Run]) -> Run:
    """The run that begins the line of print that a run is in: the words of a line may stand
    apart.
    """
    for other in runs:
        same = is_level(other.box, run.box) and re.search(r"[A-Za-z]{2}", other.text)
        if same and 0 < run.box.x0 - other.box.x1 < T.words_apart_caps * run.cap_height:
            return _line_begins(other, runs)
    return run


def _behind_mark(layout: PageLayout, run: Run) -> Run:
    """A caption's line without the mark in the box before it, which stands apart by more than a
    word's space, or the small box itself, which need not.
    """
    glyphs = sorted(inside(layout.glyphs, run.box.inset(-1)), key=lambda g: g.box.x0)
    if not glyphs:
        return run
    first, height = glyphs[0].box, run.cap_height
    behind = [g.box.x0 for g in glyphs[1:] if g.box.x0 >= first.x1]
    if not behind:
        return run
    small = first.height >= T.small_box_caps * height and first.width >= T.small_wide_caps * height
    least = T.small_apart_caps if small else 1.0 if is_mark(glyphs[0], height) else np.inf
    apart = behind[0] - first.x1 > least * height
    return replace(run, box=replace(run.box, x0=behind[0])) if apart else run
