"""Sheets of lines in many fonts, spoilt as scanners spoil them, and cut into crops as the reader
gets them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from formprint import damage, scanner
from formprint.kinds import KINDS
from linereader.network import HEIGHT, RAISED
from linereader.text import Texts
from ocr_form4.pixels.dots import made_whole, strokes_of
from ocr_form4.pixels.paper import evenly_lit

Rng = np.random.Generator
Pixels = NDArray[np.uint8]
DPI = 300
SHEET = (1300, 1500)
"""Height and width of a sheet in pixels."""
MARGIN = 6
"""Pixels of paper that the pipeline leaves around the ink of a crop."""
_SCANS = {
    "clean300": 1, "office300": 3, "gray200": 3, "gray150": 2, "gray400": 1, "fax204": 5,
    "fax98": 1.5, "copy200": 5,
    "copy300": 2, "dither300": 1, "threshold300": 2, "faint": 1.5, "blurred": 1.5,
}  # fmt: skip
"""How often sheets are scanned in which way: more often where reading is hard."""
_HANDS = {
    "": 11, "streaks": 3, "drum": 3, "sprayed": 3, "bleed": 2.5, "lowink": 3, "blotches": 3.5,
    "unsharp": 1, "stained": 1, "mouldy": 1.5,
    "shaded": 0.7, "mottled": 1, "lines": 1.2, "lostrows": 3, "dithered": 3, "jpeg": 1,
}  # fmt: skip
"""How often a sheet has what damage besides (``formprint/damage.py``)."""
_CLEAN = ("clean300", "office300", "gray200", "gray400")
"""Ways to scan a sheet that leave it as most pages of an archive are."""

COMMON = re.compile(
    r"Liberation|Tinos|Arimo|Cousine|Nimbus(Roman|Sans|Mono)|termes|heros|cursor|DejaVuS|Free[MS]|Courier"
)
"""Files of families that forms are printed in: drawn as often as all the others together."""
NEVER = re.compile(
    r"Hairline|Thin|Black|Keyboard|Initials|chorus|Z003|D05000L|D050000L|Math|Dancing|Klee|Symbols|Emoji|Breip"
    r"|Delphine|Dkg|Steve|femke|Oblique-?Outline|ExtraBold|StandardSymbols"
)
SLANTED = re.compile(r"Ital|Obl|[a-z]I\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """Where a line stands on its sheet, (x0, y0, x1, y1) around its ink, and what it says."""

    box: tuple[int, int, int, int]
    text: str


def crops(
    texts: Texts, fonts: Sequence[Path], rng: Rng, clean: float = 0.0
) -> list[tuple[Pixels, str, str]]:
    """One sheet's lines, each HEIGHT pixels high, with what they say and what befell them: the
    damage or the scan. With the chance ``clean`` nothing worth speaking of did.
    """
    image, lines = _sheet(texts, fonts, rng)
    kind, hand = scan_kind(rng), _hand(rng)
    if clean and rng.random() < clean:
        kind, hand = str(rng.choice(_CLEAN)), ""
    if hand in damage.ON_PAPER:
        image = damage.ON_PAPER[hand](image, DPI, rng)
    image = scanned(image, KINDS[kind](rng), rng, damage.IN_THE_FILE.get(hand))
    found = []
    for line in lines:
        x0, y0, x1, y1 = line.box
        left, top, right, bottom = (MARGIN + rng.integers(-3, 3, 4)).tolist()
        if rng.random() < 0.06:  # a neighbour's ink in the crop, or a ruling
            top, bottom = top + int(rng.integers(0, 8)), bottom + int(rng.integers(0, 8))
        crop = image[max(0, y0 - top) : y1 + bottom, max(0, x0 - left) : x1 + right]
        found.append((scaled(crop), line.text, hand or kind))
    return found


def scaled(crop: Pixels) -> Pixels:
    """A crop at the network's height, its proportions kept."""
    height, width = crop.shape
    how = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    return np.asarray(
        cv2.resize(crop, (max(8, round(width * HEIGHT / height)), HEIGHT), interpolation=how)
    )


def scan_kind(rng: Rng) -> str:
    """A way to scan a sheet, harder ones more often."""
    return str(rng.choice(list(_SCANS), p=np.array(list(_SCANS.values())) / sum(_SCANS.values())))


def _hand(rng: Rng) -> str:
    """What else befalls a sheet; most often nothing."""
    return str(rng.choice(list(_HANDS), p=np.array(list(_HANDS.values())) / sum(_HANDS.values())))


def scanned(
    image: Pixels, kind: scanner.Scanner, rng: Rng, in_the_file: damage.Damage | None = None
) -> Pixels:
    """The sheet through a scanner, and upright again at DPI as the pipeline makes it: by one cubic
    resampling.
    """
    noise = kind.noise * float(rng.uniform(0.4, 1.6))
    blur = max(kind.blur, float(rng.choice([0, 0, 0.6, 0.9]))) * float(rng.uniform(0.7, 1.4))
    angle = float(rng.uniform(-1.2, 1.2)) if kind.skew else 0.0
    kind = replace(
        kind, skew=0.0, holes=False, dark_edge=False, turn=0, colour=False, noise=noise, blur=blur
    )
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    image = np.asarray(
        cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    )
    image = scanner.scan(np.repeat(image[:, :, None], 3, axis=2), DPI, kind, rng)
    if in_the_file:
        image = in_the_file(image, DPI * image.shape[0] / height, rng)
    if kind.codec == "jpeg":
        coded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 95))])[
            1
        ]
        image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
    dpi = (DPI * image.shape[1] / width, DPI * image.shape[0] / height)
    image = made_whole(evenly_lit(image, dpi), dpi, strokes_of(image, dpi))
    sx, sy = width / image.shape[1], height / image.shape[0]
    up = np.array([[sx, 0, (sx - 1) / 2], [0, sy, (sy - 1) / 2], [0, 0, 1]])
    residual = angle + float(rng.normal(0, 0.04))
    back = (
        np.vstack([cv2.getRotationMatrix2D((width / 2, height / 2), -residual, 1.0), [0, 0, 1]])
        @ up
    )
    shrink = 1 / max(sx, sy) if max(sx, sy) < 0.75 else 1.0
    if shrink > 1:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), 0.45 * shrink))
    return np.asarray(
        cv2.warpAffine(image, back[:2], (width, height), flags=cv2.INTER_CUBIC, borderValue=255)
    )


def _sheet(texts: Texts, fonts: Sequence[Path], rng: Rng) -> tuple[Pixels, list[Line]]:
    height, width = SHEET
    paper = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(paper)
    lines: list[Line] = []
    y = 20
    while y < height - 70:
        x, tallest = 20 + int(rng.integers(0, 30)), 0
        while x < width - 60:
            line = _line(pen, (x, y), texts.draw(rng), fonts, rng)
            if line is None or line.box[2] > width - 12:
                if line is not None:  # too long for what is left of the sheet: painted over
                    pen.rectangle((x - 4, y - 4, width, line.box[3] + 12), fill=255)
                break
            lines.append(line)
            _rulings(pen, line, rng)
            x = line.box[2] + int(rng.integers(26, 70))
            tallest = max(tallest, line.box[3] - y)
        y += max(tallest, 24) + int(rng.integers(16, 30))
    return np.array(paper), lines


def _line(
    pen: ImageDraw.ImageDraw, at: tuple[int, int], text: str, fonts: Sequence[Path], rng: Rng
) -> Line | None:
    """Draws a line and measures its ink; None where the font has no ink for it."""
    path = fonts[int(rng.integers(len(fonts)))]
    size = float(rng.uniform(5.2, 12.5)) * DPI / 72
    shade = int(rng.choice([0, 0, 0, 30, 76, 110]))
    ratio, lift = float(rng.uniform(0.5, 0.85)), float(rng.uniform(0.25, 0.55))
    x, base = float(at[0]), at[1] + round(size)
    boxes = []
    for raised, run in _runs(text):
        font = _font(path, round(size * (ratio if raised else 1.0)))
        foot = base - round(lift * size) if raised else base
        if raised:
            x += float(rng.uniform(0, 0.12)) * size
        if run.strip():
            boxes.append(pen.textbbox((x, foot), run, font=font, anchor="ls"))
        pen.text((x, foot), run, font=font, fill=shade, anchor="ls")
        x += pen.textlength(run, font=font)
    if not boxes:
        return None
    x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, y1 = max(b[2] for b in boxes), max(b[3] for b in boxes)
    return Line((int(x0), int(y0), int(x1), int(y1)), text)


def _runs(text: str) -> list[tuple[bool, str]]:
    """The text in runs on the line and above it; commas and spaces between raised marks are raised
    too.
    """
    runs: list[tuple[bool, str]] = []
    for k, char in enumerate(text):
        ahead = text[k:].lstrip(", ")
        up = char in RAISED or (
            bool(runs) and runs[-1][0] and char in ", " and ahead[:1] in RAISED and bool(ahead)
        )
        plain = RAISED.get(char, char)
        if runs and runs[-1][0] == up:
            runs[-1] = (up, runs[-1][1] + plain)
        else:
            runs.append((up, plain))
    return runs


def _rulings(pen: ImageDraw.ImageDraw, line: Line, rng: Rng) -> None:
    """Underlines, and the rulings of a cell close by: part of what a reader gets to see."""
    x0, y0, x1, y1 = line.box
    thick = int(rng.integers(1, 4))
    if rng.random() < 0.06:
        pen.line((x0 - 2, y1 + 1, x1 + 2, y1 + 1), fill=0, width=thick)
    if rng.random() < 0.08:
        below = y1 + int(rng.integers(3, 10))
        pen.line((x0 - 20, below, x1 + 20, below), fill=0, width=thick)
    if rng.random() < 0.05:
        side = x0 - int(rng.integers(4, 9)) if rng.random() < 0.5 else x1 + int(rng.integers(4, 9))
        pen.line((side, y0 - 8, side, y1 + 8), fill=0, width=thick)


@lru_cache(maxsize=4000)
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def fonts_in(folders: list[Path]) -> list[Path]:
    """The usable fonts, common ones as often in all as the others."""
    files = sorted(
        {
            p
            for f in folders
            for end in ("*.ttf", "*.otf")
            for p in f.rglob(end)
            if not NEVER.search(p.name)
        }
    )
    usable = usable_fonts(files)
    common = [p for p in usable if COMMON.search(p.name) and not SLANTED.search(p.name)]
    others = sorted(set(usable) - set(common))
    if not common:
        raise SystemExit(f"no common font in {folders}: install fonts-liberation or the like")
    return common * max(1, round(1.5 * len(others) / len(common))) + others


def usable_fonts(names: Sequence[Path]) -> list[Path]:
    """The fonts among ``names`` that draw every character of print, digits apart from letters."""
    good = []
    for path in names:
        try:
            font = ImageFont.truetype(str(path), 40)
            shapes = [bytes(font.getmask(c)) for c in "AaGg019$(&/,lI\u2014\u201c\u00e9\u0142"]
        except OSError:
            continue
        if all(shapes) and len(set(shapes)) >= len(shapes) - 1:
            good.append(path)
    return good
