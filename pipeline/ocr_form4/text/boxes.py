"""The boxes of the header, told by their captions, and what stands over them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from ocr_form4.text import captions as cap
from ocr_form4_models.editions import editions
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run

_NAMED_BY = ("street", "city", "end", "blank")
"""Boxes of which no caption tells the name: they go on with the one above."""


_OF_ADDRESS = (cap.LAST, cap.FIRST, cap.MIDDLE, cap.STREET, cap.CITY, cap.STATE, cap.ZIP)


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
_NUMBERED = re.compile(r"\W{0,2}[\dIl]{1,2}a?\s?[.,:;]?\s?[A-Z]")
_OPENS = 90.0
"""What it counts, beside likeness, that a text opens with a caption."""


def which_box(run: Run) -> str:
    """The name of the box whose caption a run opens or is a piece of; empty where it is no caption
    of a box.
    """
    return _box_of(run.text)


@lru_cache(maxsize=4096)
def _box_of(text: str) -> str:
    numbered = _NUMBERED.match(text) is not None
    if not numbered and len(text) < 20:
        return ""
    best, score = "", 78.0 if numbered else 88.0
    for name, captions in BOXES.items():
        for caption in captions:
            alike = cap.likeness(text, caption) if len(text) > 10 else 0.0
            if max(alike, score) < _OPENS and cap.opens_with(text, caption.split(" (")[0], 80):
                alike = _OPENS
            if alike > score:
                best, score = name, alike
    return best


def by_box(boxes: Sequence[Sequence[Run]]) -> dict[str, tuple[Run, ...]]:
    """The runs under each box's name. A box keeps the name of its caption until the next caption
    opens another.
    """
    named: dict[str, list[Run]] = {}
    for box, names in zip(boxes, names_of(boxes), strict=True):
        for run, name in zip(box, names, strict=True):
            if name:
                named.setdefault(name, []).append(run)
    return {name: tuple(runs) for name, runs in named.items()}


def _goes_on_with_address(box: Sequence[Run]) -> bool:
    """Whether a box has no caption of its own but those of an address, which stands in box 1, also
    where other boxes come between.
    """
    small = any(
        cap.is_the(run.text, caption) for run in box for caption in _OF_ADDRESS if "(" in run.text
    )
    return small and not any(which_box(run) for run in box)


def names_of(boxes: Sequence[Sequence[Run]]) -> tuple[tuple[str, ...], ...]:
    """The name of the box that each run of each box belongs to; empty before the first caption."""
    current = ""
    found = []
    for box in boxes:
        names = []
        current = "name" if _goes_on_with_address(box) else current
        for run in box:
            current = which_box(run) or current
            names.append(current)
        found.append(tuple(names))
    return tuple(found)


def title_apart(page: PageText) -> PageText:
    """The page with what stands over box 1, and what stands below a table's title, told from the
    header: where the page's own edge was taken for a ruling, the title and the check boxes stand in
    boxes, too, and a table of which no row was found does.
    """
    page = _without_table(page)
    tops = [
        box.y0
        for box, runs in zip(page.layout.header, page.header, strict=True)
        if any(which_box(run) == "name" for run in runs)
    ]
    if not tops:
        return page
    top = min(tops)
    over = [r for runs in page.header for r in runs if r.box.center[1] < top]
    if not over:
        return page
    inside = tuple(tuple(r for r in runs if r.box.center[1] >= top) for runs in page.header)
    above = sorted((*page.above, *over), key=lambda r: r.box.y0)
    return replace(page, above=tuple(above), header=inside)


def _without_table(page: PageText) -> PageText:
    """The page with nothing in its header that stands below a table's title."""
    titles = [r.box.y0 for runs in page.header for r in runs if which_box(r) == "title"]
    if not titles:
        return page
    top = min(titles)
    kept = tuple(tuple(r for r in runs if r.box.y0 < top) for runs in page.header)
    return replace(page, header=kept)
