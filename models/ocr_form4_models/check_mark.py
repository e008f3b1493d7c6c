"""The check marks of a page, as the ink in their places tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ocr_form4_models.editions import Marks
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.reading import Reading, Run
from ocr_form4_models.reason import Code, Reason


@dataclass(frozen=True, slots=True)
class CheckMark:
    """What a mark's place shows: ``box`` in upright pixels of page ``page``, the ink as the first
    of the readings.

    ``doubt``, 0 ... 1, is the weight of the other value; ``overlaid`` says that foreign ink lies
    there.
    """

    value: bool
    doubt: float
    readings: tuple[Reading, ...]
    page: int
    box: Box[Upright]
    notes: tuple[Reason, ...]
    overlaid: bool


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption found: the run it is in and the x at which it begins (a mark may be in the same
    run).
    """

    run: Run
    x: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A caption of the header's boxes before which a mark may stand, and what does. Where that is
    differs by edition, which nobody knows before the page is parsed: both are told.
    """

    caption: Caption
    before: CheckMark
    """Left of the caption, in the place for it."""
    square: CheckMark
    """In a square that stands before the caption."""

    def by(self, kind: Marks) -> CheckMark:
        """The mark where an edition has it; of a page whose edition is a guess, in the square if
        the ink before the caption is that of a square.
        """
        before, square = ({r.code for r in m.notes} for m in (self.before, self.square))
        is_square = Code.ODD_MARK in before and not square & {Code.ODD_MARK, Code.NO_OUTLINE}
        return self.square if kind is Marks.BOX or is_square else self.before


@dataclass(frozen=True, slots=True)
class CheckMarks:
    """The check marks of a page by their captions, of all editions: those that were not found are
    not there.
    """

    boxes: Mapping[str, CheckMark]
    """Of the square boxes over the header."""
    choices: Mapping[str, Choice]
    """Of those in the header's boxes."""


NO_CHECK_MARKS = CheckMarks({}, {})
