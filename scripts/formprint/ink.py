"""What happens to the sheet itself: rulings that faded or broke, a stamp, the stroke of a pen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
_STAMP_FONTS = ("LiberationSans-Bold.ttf", "LiberationMono-Bold.ttf", "DejaVuSans-Bold.ttf")
_STAMP_TEXTS = (
    "RECEIVED\nAPR 11 {year}", "RECEIVED S.E.C.\nMAY 0 9 {year}", "FILED\n{year} JUN 17 P 3: 42",
    "COPY",
    "RECEIVED\nOFFICE OF THE SECRETARY", "SCANNED {year}", "BEST AVAILABLE COPY",
    "PROCESSED\nAUG 2 1 {year}",
)  # fmt: skip


def damage_rulings(image: Pixels, how: str, dpi: int, rng: np.random.Generator) -> Pixels:
    """Rulings made ``faint``, ``broken``, ``missing`` (some of them) or ``doubled``; letters stay
    as they are.
    """
    out = image.copy()
    gray = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    dark = (gray < 200).astype(np.uint8)
    for size in ((dpi // 2, 1), (1, dpi // 3)):
        lines = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(size[::-1], np.uint8)).astype(bool)
        if how == "faint":
            level = rng.uniform(190, 225)
            out[lines] = np.maximum(out[lines], level).astype(np.uint8)
        elif how == "doubled":
            shift = int(rng.integers(3, 7)) * dpi // 300
            moved = np.roll(lines, shift, axis=0 if size[0] > 1 else 1)
            out[moved & ~lines] = np.minimum(out[moved & ~lines], 70)
        else:
            _erase(out, lines, how, dpi, rng, horizontal=size[0] > 1)
    return out


def _erase(
    image: Pixels,
    lines: NDArray[np.bool_],
    how: str,
    dpi: int,
    rng: np.random.Generator,
    horizontal: bool,
) -> None:
    """Takes ink off in place: gaps in many rulings (``broken``), or a tenth of the rulings whole
    (``missing``).
    """
    height, width = lines.shape
    if how == "broken":
        gaps = np.zeros_like(lines)
        for _ in range(int(60 * height * width / (8.5 * 11 * dpi * dpi))):
            y, x = int(rng.integers(height)), int(rng.integers(width))
            along, across = int(rng.integers(dpi // 10, dpi)), dpi // 3
            gaps[
                y : y + (across if horizontal else along), x : x + (along if horizontal else across)
            ] = True
        image[lines & gaps] = 255
        return
    profile = lines.sum(axis=1 if horizontal else 0)
    strong = np.flatnonzero(profile > dpi)
    for group in (
        np.split(strong, np.flatnonzero(np.diff(strong) > dpi // 30) + 1) if len(strong) else []
    ):
        if rng.random() < 0.1:
            span = slice(max(0, int(group[0]) - 2), int(group[-1]) + 3)
            gone = np.zeros_like(lines)
            gone[(span, slice(None)) if horizontal else (slice(None), span)] = True
            image[lines & gone] = 255


def stamp(image: Pixels, dpi: int, rng: np.random.Generator) -> Pixels:
    """A rubber stamp anywhere on the upper two thirds: framed words, askew, the ink uneven and
    see-through.
    """
    text = str(rng.choice(_STAMP_TEXTS)).format(year=int(rng.integers(1998, 2024)))
    font = ImageFont.truetype(str(rng.choice(_STAMP_FONTS)), int(dpi * rng.uniform(0.16, 0.3)))
    left, top, right, bottom = ImageDraw.Draw(Image.new("L", (1, 1))).multiline_textbbox(
        (0, 0), text, font=font
    )
    pad = dpi // 12
    box = Image.new("L", (int(right - left) + 4 * pad, int(bottom - top) + 4 * pad), 0)
    draw = ImageDraw.Draw(box)
    draw.multiline_text((2 * pad - left, 2 * pad - top), text, font=font, fill=255, align="center")
    edge = pad // 2
    draw.rectangle(
        (edge, edge, box.width - edge, box.height - edge), outline=255, width=max(2, dpi // 60)
    )
    turned = (
        np.asarray(box.rotate(float(rng.uniform(-25, 25)), expand=True), dtype=np.float32) / 255
    )
    rough = cv2.GaussianBlur(rng.random(turned.shape).astype(np.float32), (0, 0), dpi / 60)
    cover = (turned * np.clip(0.75 + 6 * (rough - 0.5), 0.15, 0.85)).astype(np.float32)
    height, width = image.shape[:2]
    turned_height, turned_width = min(cover.shape[0], height), min(cover.shape[1], width)
    y = int(rng.uniform(0, max(1, height * 0.66 - turned_height)))
    x = int(rng.uniform(0, max(1, width - turned_width)))
    return _overprint(image, cover[:turned_height, :turned_width], x, y, _ink(image, rng))


def pen_stroke(image: Pixels, dpi: int, rng: np.random.Generator) -> Pixels:
    """A curved stroke of a pen, an inch to four long, over whatever is there."""
    height, width = image.shape[:2]
    start = rng.uniform([0.1, 0.25], [0.8, 0.75]) * [width, height]
    angle, length = rng.uniform(-0.6, 0.6), rng.uniform(1, 4) * dpi
    t = np.linspace(0, 1, 60)[:, None]
    bend = rng.uniform(-0.15, 0.15) * length * np.sin(np.pi * t * rng.integers(1, 4))
    along, across = (
        np.array([np.cos(angle), np.sin(angle)]),
        np.array([-np.sin(angle), np.cos(angle)]),
    )
    points = start + t * length * along + bend * across
    drawn = np.zeros((height, width), np.uint8)
    cv2.polylines(
        drawn, [points.round().astype(np.int32)], False, 255, max(2, dpi // 75), cv2.LINE_AA
    )
    return _overprint(
        image, (drawn * np.float32(0.8 / 255)).astype(np.float32), 0, 0, _ink(image, rng)
    )


def _ink(image: Pixels, rng: np.random.Generator) -> NDArray[np.float32]:
    """A stamp's or a pen's ink: red, blue or violet; on gray paper its gray."""
    colours = np.array(
        [[190, 30, 45], [30, 45, 150], [95, 40, 130], [20, 20, 25]], dtype=np.float32
    )
    colour = colours[int(rng.integers(len(colours)))]
    return (
        colour if image.ndim == 3 else np.array([colour @ [0.299, 0.587, 0.114]], dtype=np.float32)
    )


def _overprint(
    image: Pixels, cover: NDArray[np.float32], x: int, y: int, colour: NDArray[np.float32]
) -> Pixels:
    """Transparent ink: it darkens by its own filter and never hides what is black."""
    out = image.copy()
    part = out[y : y + cover.shape[0], x : x + cover.shape[1]].astype(np.float32)
    if image.ndim == 3:
        filtered = part * (1 - cover[:, :, None] * (1 - colour / 255))
    else:
        filtered = part * (1 - cover * (1 - float(colour[0]) / 255))
    out[y : y + cover.shape[0], x : x + cover.shape[1]] = np.clip(filtered, 0, 255).astype(np.uint8)
    return out
