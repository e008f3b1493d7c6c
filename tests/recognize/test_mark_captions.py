"""Where the caption of a mark begins, as it was read."""

from __future__ import annotations

import pytest
from drawn_marks import line

from ocr_form4.stages.recognize.mark_captions import find_caption
from ocr_form4.text import captions as cap
from ocr_form4_models.geometry import Box
from ocr_form4_models.reading import Reading, Run


def test_a_mark_before_a_caption_on_two_lines_is_none_of_its_words() -> None:
    """A narrow box of 2003: "_X_ 10%" stands over "Owner"."""
    ends = tuple((k + 1) / 6 for k in range(6))
    first = Run(1, Box(300, 300, 420, 326), 20, (Reading("form", "_X_10%", 0.9, ends),))
    caption = find_caption([first, line("Owner", 300, 334)], cap.TEN_PERCENT)
    assert caption and caption.run is first
    assert caption.x == pytest.approx(360)


def test_a_crossed_square_that_was_read_as_a_letter_is_no_letter_of_the_caption() -> None:
    """ "Z Director": the mark was looked for left of itself, and nothing was there."""
    ends = tuple((k + 1) / 10 for k in range(10))
    run = Run(1, Box(300, 300, 500, 326), 20, (Reading("form", "Z Director", 0.9, ends),))
    caption = find_caption([run], cap.DIRECTOR)
    assert caption and caption.x == pytest.approx(340)
