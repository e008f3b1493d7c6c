"""Lines drawn as a hand writes them, and as machines print them, for telling the two apart.

No typeface drawn after handwriting varies as a hand does, so letters are turned, sized and set one
by one, and the whole is bent; light print bent much is a hand too. A typewriter's letters are off
their line by a little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from linereader.network import RAISED
from linereader.text import Texts

Rng = np.random.Generator
Pixels = NDArray[np.uint8]
HAND = re.compile(
    r"Breip|breipfont|Klee|dkg|Delphine|SteveHand|Dancing|Kristi|Isabella|femke|BecauseWe|Rufscript|Kaushan|Havana"
    r"|Joscelyn|Ecolier|kiloji|seto|YOzBAF90|YOzRNF|YOzBE_|Tomson|Z003|chorus"
)
"""Files of typefaces drawn after handwriting."""
NEITHER = re.compile(
    r"Hairline|Thin|Black|Keyboard|Initials|D05000L|D050000L|Math|Symbols|Emoji|Outline|ExtraBold|ComicNeue|TypoScript"
    r"|Comfortaa|Humor|Abecedario|Alfa|Veranda|Aerial|Tymes|Elegante|Jara|Quercus|Lobster|cmmi|cmsy|ecolier|YOz"
    r"|Noto(?!(Sans|Serif|SansMono)-)",
    re.IGNORECASE,
)
"""Files of typefaces that are neither a form's print nor a hand."""
COMMON = re.compile(
    r"Liberation|Tinos|Arimo|Cousine|Nimbus(Roman|Sans|Mono)|termes|heros|cursor|DejaVuS|Free[MS]|Courier"
)
LIGHT = re.compile(
    r"Light|Lato-Regular|Quicksand|Carlito|LiberationSans-Regular|DejaVuSans\.|URWGothic"
)
_TYPED = re.compile(r"Mono|Courier|Cousine|cursor")
_SMALL = re.compile(r"Kristi|Dancing|Joscelyn|Havana|Delphine")
"""Hands that are small for their size in points."""
SHEET = (1500, 2200)
"""Height and width of a sheet in pixels."""
DPI = 300


@dataclass(frozen=True, slots=True)
class Hand:
    """How much a writer varies: standard deviations, in heights of the type unless said
    otherwise.
    """

    base: float = 0.0
    size: float = 0.0
    gap: float = 0.0
    turn: float = 0.0
    """Degrees."""
    bend: float = 0.0
    pen: int = 0
    """Width in pixels that the pen adds."""
    slant: float = 0.0
    rise: float = 0.0


def writer(font: Path, rng: Rng) -> Hand | None:
    """A writer's variation; None is the typeface as it is. Print in a hand's place is bent much."""
    slant, rise = (
        (float(rng.normal(0, 0.15)), float(rng.normal(0, 0.015)))
        if rng.random() < 0.7
        else (0.0, 0.0)
    )
    if not HAND.search(font.name):
        base, size, gap, turn, bend = rng.uniform(
            [0.03, 0.06, 0.05, 3, 0.025], [0.07, 0.14, 0.2, 8, 0.05]
        ).tolist()
        return Hand(base, size, gap, turn, bend, int(rng.choice([0, 2, 3])), slant, rise)
    if rng.random() < 0.25:
        return None
    base, size, gap, turn, bend = (rng.uniform(0, 1, 5) * [0.05, 0.1, 0.12, 5, 0.035]).tolist()
    return Hand(base, size, gap, turn, bend, int(rng.choice([0, 0, 2, 3])), slant, rise)


def typist(font: Path, rng: Rng) -> Hand | None:
    """What a typewriter varies; None for print."""
    if not _TYPED.search(font.name) or rng.random() > 0.35:
        return None
    turn = 0.0 if rng.random() < 0.6 else float(rng.uniform(0, 1))
    return Hand(base=float(rng.uniform(0, 0.02)), turn=turn, pen=int(rng.choice([0, 2])))


def sheet(
    texts: Texts, fonts: Sequence[Path], by_hand: bool, rng: Rng
) -> tuple[Pixels, list[tuple[tuple[int, int, int, int], str]]]:
    """A sheet of short lines, far apart, all of them handwritten or none; with the box and the font
    of each.
    """
    height, width = SHEET
    paper = np.full((height, width), 255, np.uint8)
    lines: list[tuple[tuple[int, int, int, int], str]] = []
    y = 20
    while y < height - 110:
        x, tallest = 20 + int(rng.integers(0, 30)), 0
        while x < width - 60:
            font = fonts[int(rng.integers(len(fonts)))]
            text = (
                "".join(RAISED.get(c, c) for c in texts.draw(rng))[
                    : int(rng.integers(3, 26))
                ].strip()
                or "X"
            )
            size = float(rng.uniform(8, 17) if by_hand else rng.uniform(5.2, 13)) * DPI / 72
            size *= 1.3 if by_hand and _SMALL.search(font.name) else 1.0
            drawn = draw_line(text, font, size, (writer if by_hand else typist)(font, rng), rng)
            if drawn is None or drawn.shape[1] > width - 40:
                continue
            h, w = drawn.shape
            if x + w > width - 12 or y + h > height - 10:
                break
            faded = (
                255
                - (255 - drawn.astype(int)) * (255 - int(rng.choice([0, 0, 0, 30, 76, 110]))) // 255
            )
            np.minimum(
                paper[y : y + h, x : x + w], faded.astype(np.uint8), out=paper[y : y + h, x : x + w]
            )
            lines.append(((x, y, x + w, y + h), font.stem))
            x, tallest = x + w + int(rng.integers(90, 120)), max(tallest, h)
        y += max(tallest, 24) + int(rng.integers(16, 34))
    return paper, lines


def draw_line(text: str, font: Path, size: float, hand: Hand | None, rng: Rng) -> Pixels | None:
    """A line cut out around its ink; None where the font has no ink for it. ``size`` in pixels."""
    face = ImageFont.truetype(str(font), max(8, round(size)))
    width, height = int(face.getlength(text) * 1.4 + 4 * size), int(3 * size)
    paper = Image.new("L", (width, height), 255)
    if hand is None:
        ImageDraw.Draw(paper).text((size, 2 * size), text, font=face, fill=0, anchor="ls")
    else:
        _write(paper, text, font, size, hand, rng)
    pixels = np.array(paper)
    if hand is not None:
        pixels = _bent(pixels, size, hand, rng)
    rows, columns = np.nonzero(pixels < 128)
    if len(rows) < 10:
        return None
    return np.ascontiguousarray(
        pixels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    )


def _write(paper: Image.Image, text: str, font: Path, size: float, hand: Hand, rng: Rng) -> None:
    """Letter by letter: the line wanders, and no two letters are alike."""
    face = ImageFont.truetype(str(font), max(8, round(size)))
    x, base, off = size, 2 * size, 0.0
    for char in text:
        off = 0.7 * off + float(rng.normal(0, hand.base)) * size
        own = ImageFont.truetype(
            str(font), max(8, round(size * (1 + float(rng.normal(0, hand.size)))))
        )
        letter = Image.new("L", (int(3 * size), int(3 * size)), 0)
        ImageDraw.Draw(letter).text((1.2 * size, 2 * size), char, font=own, fill=255, anchor="ls")
        if hand.turn:
            about = (1.4 * size, 1.7 * size)
            letter = letter.rotate(
                float(rng.normal(0, hand.turn)), resample=Image.Resampling.BILINEAR, center=about
            )
        paper.paste(0, (int(x - 1.2 * size), int(base - 2 * size + off)), letter)
        x += face.getlength(char) * (1 + float(rng.normal(0, hand.gap)))


def _bent(pixels: Pixels, size: float, hand: Hand, rng: Rng) -> Pixels:
    """Slanted, rising, bent as rubber, and written with a broader pen."""
    height, width = pixels.shape
    if hand.slant or hand.rise:
        across = [1, -hand.slant, hand.slant * height / 2]
        turn = np.array([across, [hand.rise, 1, -hand.rise * width / 2]], dtype=np.float32)
        pixels = np.asarray(
            cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
        )
    if hand.bend:
        reach = float(rng.uniform(0.15, 0.45)) * size
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        for axis in (x, y):
            wave = cv2.GaussianBlur(
                rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), reach
            )
            axis += (wave / (wave.std() + 1e-6) * hand.bend * size).astype(np.float32)
        pixels = np.asarray(cv2.remap(pixels, x, y, cv2.INTER_CUBIC, borderValue=255))
    if hand.pen:
        pixels = np.asarray(
            cv2.erode(pixels, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (hand.pen, hand.pen)))
        )
    return pixels
