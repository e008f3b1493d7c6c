"""Lines as runs: cut out, read, and found again by where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.pixels.crops import crop
from ocr_form4.readers import Readers
from ocr_form4.stages.recognize.dirt import is_seen, seen_part
from ocr_form4.stages.segment.lines import band
from ocr_form4_models.layout import PageLayout, TextLine
from ocr_form4_models.reading import Run

_BESIDE = 0.7
"""How far beside a line foreign ink may cover a letter of it, in heights of its capitals. Of twelve
fixtures one, which a pen ran over, has a wrong value that nothing marks with 0.35, and with 1.4 one
less of those, and three fields more to look at.
"""
_OVER = 0.3
"""And over and under it: with 0.15 one field less of that page is looked at, with 0.6 it is as it
is.
"""
RunKey = tuple[float, ...]
"""A run's box."""
Runs = dict[RunKey, Run]


def key_of(run: Run) -> RunKey:
    return run.box.x0, run.box.y0, run.box.x1, run.box.y1


def read_runs(
    layout: PageLayout, runs: Sequence[Run], readers: Readers, may_be_print: Sequence[Run] = ()
) -> Runs:
    """The runs by key, each with the reading of the first reader added, or, of what
    ``may_be_print`` of the form's own, of the reader of that: all in one round, as a reader is
    quicker at many lines of a width.
    """
    unique = {key_of(r): (r, False) for r in runs} | {key_of(r): (r, True) for r in may_be_print}
    answers = readers.read(
        [crop(layout.clean, r.box) for r, _ in unique.values()], [p for _, p in unique.values()]
    )
    return {
        key: replace(run, readings=(*run.readings, answer))
        for (key, (run, _)), answer in zip(unique.items(), answers, strict=True)
    }


def runs_of(layout: PageLayout, lines: Sequence[TextLine], least: float = 0.0) -> tuple[Run, ...]:
    runs = []
    for whole in lines:
        n = seen_part(whole)
        struck = n is not whole or is_overlaid(layout, n, least)
        runs.append(Run(layout.number, band(n), n.cap_height, (), struck, seen=is_seen(n)))
    return tuple(runs)


def is_overlaid(layout: PageLayout, line: TextLine, least: float = 0.0) -> bool:
    """Whether foreign ink lies on a line or right beside it, at least ``least`` heights of the
    line's capitals high, or as low as it may be where its middle is level with the capitals.

    Beside it, as a letter that such ink covers is not seen to be a part of the line.
    """
    around = line.box.inset(-_BESIDE * line.cap_height, -_OVER * line.cap_height)
    level = replace(around, y0=line.top, y1=line.base)
    return layout.is_overlaid(around, least * line.cap_height) or any(
        line.top <= f.center[1] <= line.base and f.intersection(level) for f in layout.foreign
    )
