"""The check marks of a page: which captions of theirs stand on it, of all editions, and what the
ink in the place of each says.

Captions are told by what was read; which of the marks are a filing's, and by whose edition, is for
parsing to say.
"""

from __future__ import annotations

from collections.abc import Sequence

from ocr_form4.stages.recognize.check_boxes import mark_in_box, mark_in_square
from ocr_form4.stages.recognize.mark_captions import find_caption
from ocr_form4.stages.recognize.marks_before import mark_before
from ocr_form4.text import captions as cap
from ocr_form4.text.boxes import by_box, title_apart
from ocr_form4_models.check_mark import CheckMarks, Choice
from ocr_form4_models.editions import captions_of_check_boxes
from ocr_form4_models.layout import PageLayout
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run


def check_marks(page: PageText) -> CheckMarks:
    """The check marks of a page that was read."""
    page = title_apart(page)
    boxes = {
        caption: mark
        for caption, element in captions_of_check_boxes().items()
        if (mark := mark_in_box(page.layout, page.above, element, caption))
    }
    runs = by_box(page.header)
    choices: dict[str, Choice] = {}
    for name, captions in cap.CHOICES.items():
        choices |= _choices(page.layout, runs.get(name, ()), captions)
    return CheckMarks(boxes, choices)


def _choices(layout: PageLayout, runs: Sequence[Run], captions: Sequence[str]) -> dict[str, Choice]:
    """What may be marked in one box of the header, ``runs``, as far as its captions are found."""
    found = {text: at for text in captions if (at := find_caption(runs, text))}
    return {
        text: Choice(at, mark_before(layout, runs, at, found.values()), mark_in_square(layout, at))
        for text, at in found.items()
    }
