"""Dirt as small as letters, drawn over real pages: it is no text, and letters stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from documents import titles, upright, with_pixels

from ocr_form4.stages.segment import segment
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray, UprightPage

NAMES = ["scan/exercise.pdf", "scan/sales.pdf", "scan/paper-2002.pdf"]


def spotted(page: UprightPage, boxes: list[Box[Upright]], turn: float) -> Gray:
    """The page with an oval of dirt behind each of the boxes, two letters away, on no line."""
    pixels = page.pixels.copy()
    for box in boxes:
        at = int(box.x1 + 40), int(box.center[1] - 9)
        cv2.ellipse(pixels, at, (10, 16), turn, 0, 360, (70,), -1, cv2.LINE_AA)
    return pixels


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("turn", [0, 30, 80])
def test_a_spot_behind_an_entry_is_none_of_its_letters_and_is_painted_over(
    name: str, turn: float
) -> None:
    page = upright(name)
    before = segment(page)
    lines = [n.box for n in titles(before)]
    after = segment(with_pixels(page, spotted(page, lines, turn)))
    assert [n.box.x1 for n in titles(after)] == pytest.approx([b.x1 for b in lines], abs=2)
    for box in lines:
        spot: Box[Upright] = Box(box.x1 + 32, box.center[1] - 17, box.x1 + 48, box.center[1] - 1)
        assert after.is_overlaid(spot)
        assert after.clean[spot.pixels(*after.clean.shape)].min() > 150


@pytest.mark.parametrize("name", [*NAMES, "more/page-2003.pdf", "more/low-resolution.pdf"])
@pytest.mark.parametrize("width", [3, 5])
def test_spread_print_has_no_spots(name: str, width: int) -> None:
    """Ink that ran, or a copy of a copy: strokes are as thick as dirt, and letters all the same."""
    page = upright(name)
    pixels = np.asarray(cv2.erode(page.pixels, np.ones((width, width), np.uint8)))
    spread = segment(with_pixels(page, pixels))
    letters = [g for g in segment(page).glyphs if g.box.height > 12]
    lost = [
        g
        for g in letters
        if int(spread.clean[g.box.pixels(*pixels.shape)].min())
        > int(pixels[g.box.pixels(*pixels.shape)].min()) + 40  # painted over
    ]
    assert len(lost) <= 0.008 * len(letters)


def test_a_full_stop_behind_a_typed_r_is_read() -> None:
    """No ink of the letter is near it: its foot stands far left."""
    from PIL import Image, ImageDraw, ImageFont

    page = upright("scan/exercise.pdf")
    lines = segment(page).below
    foot = max(n.box.y1 for n in lines) + 60
    sheet = Image.fromarray(page.pixels)
    font = ImageFont.truetype("LiberationMono-Regular.ttf", 40)
    ImageDraw.Draw(sheet).text((lines[0].box.x0, foot), "by Mr. Cook, a director.", 0, font)
    glyphs = segment(with_pixels(page, np.asarray(sheet))).glyphs
    low = [g for g in glyphs if g.box.y0 > foot + 20 and g.box.height < 9]
    assert len(low) == 2, "behind Mr and behind director"


def dirty(page: UprightPage, seed: int) -> tuple[Gray, list[Box[Upright]]]:
    """The page with 60 marks of a drum on its paper, of many sizes and grays; and their places."""
    rng = np.random.default_rng(seed)
    pixels, (height, width) = page.pixels.copy(), page.pixels.shape
    marks: list[Box[Upright]] = []
    while len(marks) < 60:
        x, y = int(rng.integers(100, width - 100)), int(rng.integers(100, height - 100))
        axes = int(rng.integers(5, 14)), int(rng.integers(7, 20))
        reach = max(axes) + 12
        if page.pixels[y - reach : y + reach, x - reach : x + reach].min() < 200:
            continue  # on print, or right beside it
        level, turn = int(rng.integers(20, 130)), float(rng.uniform(-20, 20))
        cv2.ellipse(pixels, (x, y), axes, turn, 0, 360, (level,), -1, cv2.LINE_AA)
        marks.append(Box(x - axes[0], y - axes[1], x + axes[0], y + axes[1]))
    return pixels, marks


@pytest.mark.parametrize("name", NAMES)
def test_most_of_a_drums_dirt_is_painted_over_and_print_stays(name: str) -> None:
    page = upright(name)
    pixels, marks = dirty(page, seed=len(name))
    whole, found = segment(page), segment(with_pixels(page, pixels))
    told = [m for m in marks if found.is_overlaid(m)]
    assert len(told) >= 0.9 * len(marks)
    gone = [m for m in marks if found.clean[m.pixels(*pixels.shape)].min() > 150]
    assert len(gone) >= 0.8 * len(marks)
    letters = [g for g in whole.glyphs if g.box.height > 12]
    lost = [
        g
        for g in letters
        if int(found.clean[g.box.pixels(*pixels.shape)].min())
        > int(page.pixels[g.box.pixels(*pixels.shape)].min()) + 60
    ]
    assert len(lost) <= 0.0005 * len(letters)


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_that_a_pale_smear_runs_into_stays(name: str) -> None:
    """The smear is paler than print and larger than the letter: what is darkest in it is read."""
    page = upright(name)
    whole = segment(page)
    lines = [n.box for n in titles(whole)]
    pixels = page.pixels.copy()
    for box in lines:
        at = int(box.x0), int(box.y0 - 8)
        smear = pixels.copy()
        cv2.ellipse(smear, at, (7, 16), 10, 0, 360, (165,), -1, cv2.LINE_AA)
        np.minimum(pixels, smear, out=pixels)
    found = segment(with_pixels(page, pixels))
    for box in lines:
        first: Box[Upright] = Box(box.x0, box.y0, box.x0 + 14, box.y1)
        at = first.pixels(*pixels.shape)
        assert found.clean[at].min() <= page.pixels[at].min() + 20
