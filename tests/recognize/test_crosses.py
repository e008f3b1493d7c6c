"""What is an X, in the type faces that forms are filled in with, and what is none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr_form4.stages.recognize.crosses import is_cross
from ocr_form4_models.page import Gray

FACES = ("LiberationSans-Regular", "LiberationSerif-Regular", "LiberationMono-Bold", "DejaVuSans")


def printed(text: str, face: str, size: int = 26, line: bool = False) -> Gray:
    """Text as it stands on gray paper, perhaps on a line that it touches."""
    picture = Image.new("L", (90, 50), 225)
    draw = ImageDraw.Draw(picture)
    draw.text((30, 38), text, 40, ImageFont.truetype(f"{face}.ttf", size), anchor="ls")
    if line:
        draw.line((4, 38, 86, 38), 40, 3)
    return np.asarray(picture)


@pytest.mark.parametrize("line", [False, True])
@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("text", ["X", "x"])
def test_an_x_is_a_cross_on_a_line_too(text: str, face: str, line: bool) -> None:
    assert is_cross(printed(text, face, line=line))


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("text", list("CDEFILOTUaen(1.-/"))
def test_a_letter_of_something_else_is_none(text: str, face: str) -> None:
    assert not is_cross(printed(text, face))


def test_an_edge_of_a_shadow_is_none() -> None:
    lit = np.full((40, 60), 230, np.uint8)
    lit[np.tril_indices(40, -5, 60)] = 180
    assert not is_cross(lit)
    assert not is_cross(np.full((40, 60), 230, np.uint8))
