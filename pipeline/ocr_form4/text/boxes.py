"""The boxes of the header, told by their captions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ocr_form4.text import captions as cap
from ocr_form4_models.editions import editions
from ocr_form4_models.reading import Run

_NAMED_BY = ("street", "city", "end", "blank")
"""Boxes of which no caption tells the name: they go on with the one above."""


def _boxes() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for one in editions():
        for name, box in one.boxes.items():
            if name not in _NAMED_BY:
                found.setdefault(name, {}).update(
                    dict.fromkeys(c for c in (box.caption, box.also) if c)
                )
    return {name: tuple(captions) for name, captions in found.items()}


BOXES = _boxes()
"""The captions of each box, in all editions."""


def which_box(run: Run) -> str:
    """The name of the box whose caption a run opens or is a piece of; empty where it is no caption
    of a box.
    """
    numbered = re.match(r"\W{0,2}[\dIl]{1,2}a?\s?[.,:;]?\s?[A-Z]", run.text) is not None
    if not numbered and len(run.text) < 20:
        return ""
    best, score = "", 78.0 if numbered else 88.0
    for name, texts in BOXES.items():
        for caption in texts:
            alike = cap.likeness(run.text, caption) if len(run.text) > 10 else 0.0
            if cap.opens_with(run.text, caption.split(" (")[0], 80):
                alike = max(alike, 90.0)
            if alike > score:
                best, score = name, alike
    return best


def by_box(boxes: Sequence[Sequence[Run]]) -> dict[str, tuple[Run, ...]]:
    """The runs under each box's name. A box keeps the name of its caption until the next caption
    opens another.
    """
    named: dict[str, list[Run]] = {}
    current = ""
    for box in boxes:
        for run in box:
            opened = which_box(run)
            if opened:
                current = opened
            if current:
                named.setdefault(current, []).append(run)
    return {name: tuple(runs) for name, runs in named.items()}
