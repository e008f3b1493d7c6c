"""Machines, cameras and screens as nothing that is learned from has them, drawn to find out what
else breaks.

Every function takes a clean gray page, uint8 (height, width), 255 paper, its pixels an inch and a
generator, and gives the page as a file holds it, gray or in colour. Lengths are inches. What
happens to paper and print is in ``odd_paper.py``; ``hands.py`` says what these are for.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from formprint.files import ScannedPage
from formprint.odd_paper import Floats, Odd, Pixels, Rng, blurred, filed, grain, hills, in_colour


def microfilm(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A negative film, white on black, with the frame that the camera left around the page."""
    edge, above, beside = (round(inches * dpi) for inches in (0.4, 0.3, 0.23))
    around = np.pad(blurred(page, 0.004 * dpi), edge, constant_values=255)
    film = 255 - 0.92 * around
    film[:above] = film[-above:] = film[:, :beside] = 10
    film += 6 * hills(rng, film.shape, 0.13 * dpi) + grain(rng, film.shape, 6)
    return filed(film, dpi)


def screenphoto(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A screen that was photographed: every pixel of it is three stripes, red, green and blue."""
    stripes, part = 3, 0.55
    shown = in_colour(_resized(page, part))
    lit = shown.repeat(stripes, axis=0).repeat(stripes, axis=1)
    for channel in range(stripes):
        for other in range(stripes):
            lit[:, other::stripes, channel] *= 1.9 if other == channel else 0.67
    lit[::stripes] *= 0.75
    height, width = lit.shape[:2]
    photo_size = np.array([width, height]) / (part * stripes)
    edge = 0.035 * width
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners / (part * stripes) + edge * (1 + rng.uniform(-0.5, 0.5, (4, 2)))
    view = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    size = (round(photo_size[0] + 2 * edge), round(photo_size[1] + 2 * edge))
    photo = cv2.warpPerspective(blurred(lit, 1), view, size, borderValue=(25, 25, 30))
    return filed(photo + grain(rng, photo.shape, 3), dpi, quality=80)


def outoffocus(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A lens out of focus, which spreads each point over a disc, and a camera's grain."""
    radius = rng.uniform(0.012, 0.026) * dpi
    y, x = np.indices((2 * round(radius) + 3,) * 2) - (round(radius) + 1)
    disc = np.clip(radius + 0.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    soft = cv2.filter2D(page, cv2.CV_32F, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE)
    return filed(soft + grain(rng, page.shape, 3), dpi, quality=75)


def feeder(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A feeder that pulls now faster and now slower, and sways: rows are stretched and shifted."""
    height, width = page.shape
    pulled = np.cumsum(1 + 0.085 * hills(rng, (height, 1), 0.2 * dpi), axis=0)
    down = (pulled - pulled[0]) / (pulled[-1] - pulled[0]) * (height - 1)
    across = np.arange(width)[None] + 0.006 * dpi * hills(rng, (height, 1), 0.4 * dpi)
    return filed(_looked_up(page, across, np.broadcast_to(down, page.shape)), dpi)


def thin(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Faint print in black and white: its strokes are in pieces."""
    gray = blurred(page, 0.0037 * dpi) + 10 * hills(rng, page.shape, 0.013 * dpi)
    return filed(_cut_at(118, gray + grain(rng, page.shape, 12)), dpi, "g4")


def fat(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Too much toner in black and white: strokes run together."""
    gray = blurred(page, 0.0067 * dpi) + 8 * hills(rng, page.shape, 0.017 * dpi)
    return filed(_cut_at(205, gray), dpi, "g4")


def salt(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Black and white at 200 dpi, with single pixels everywhere that are the other colour."""
    small = _resized(page, 200 / dpi).astype(np.float32)
    pixels = _cut_at(150, small + rng.normal(0, 10))
    roll = rng.random(pixels.shape)
    pixels[roll < 0.012] = 0
    pixels[roll > 0.985] = 255
    return filed(pixels, 200, "g4")


def jitter(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Runs of rows that are shifted to the left or right by up to a hundredth of an inch."""
    out, y = page.copy(), 0
    while y < page.shape[0]:
        run = max(1, round(rng.uniform(0.01, 0.13) * dpi))
        out[y : y + run] = np.roll(page[y : y + run], _shift(rng, 0.01 * dpi), axis=1)
        y += run
    return filed(out, dpi)


def misreg(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Colours out of register: red and blue lie beside green by up to a hundredth of an inch."""
    out = in_colour(page)
    for channel in (0, 2):
        shift = (_shift(rng, 0.01 * dpi), _shift(rng, 0.01 * dpi))
        out[:, :, channel] = np.roll(page, shift, axis=(0, 1))
    return filed(out, dpi)


def whitelines(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Scratches in a drum, from end to end of the page both ways, that leave bare paper."""
    out, (height, width) = page.copy(), page.shape
    for x in rng.integers(0, width, int(rng.integers(4, 10))):
        out[:, x : x + max(1, round(rng.uniform(0.006, 0.014) * dpi))] = 255
    for y in rng.integers(0, height, int(rng.integers(3, 8))):
        out[y : y + max(1, round(rng.uniform(0.003, 0.01) * dpi))] = 255
    return filed(out, dpi)


def smallpage(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Copied at 72 %, and off the middle of the sheet."""
    small, out = _resized(page, 0.72), np.full_like(page, 250)
    y, x = (int(rng.uniform(0.05, 0.2) * n) for n in page.shape)
    out[y : y + small.shape[0], x : x + small.shape[1]] = small
    return filed(out, dpi)


def curl(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A page that curves towards a book's spine: its lines bend, and it is dark there."""
    height, width = page.shape
    x, y = _grid(page.shape)
    along = x[:1] / width
    bend = rng.uniform(0.012, 0.022) * height
    rise = bend * np.sin(np.pi * along * rng.uniform(1, 1.6) + rng.uniform(0, 1))
    light = 1 - 0.3 * np.exp(-along * 12)
    out = _looked_up(page, x, y + rise) * light
    return filed(out + grain(rng, page.shape, 3), dpi)


def bright(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Far too much light: ink is a pale gray."""
    ink = 255 - blurred(page, 0.0027 * dpi)
    return filed(255 - 0.22 * ink + grain(rng, page.shape, 1.5), dpi)


def barrel(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A lens that bends what is straight, outwards or inwards."""
    height, width = page.shape
    x, y = _grid(page.shape)
    across, down = 2 * x / width - 1, (2 * y - height) / width
    bend = rng.uniform(0.015, 0.03) * rng.choice([-1, 1])
    far = 1 + bend * (across**2 + down**2)
    source_x, source_y = (across * far + 1) * width / 2, (down * far * width + height) / 2
    return filed(_looked_up(page, source_x, source_y, beyond=200), dpi)


def darkmode(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A picture of a screen whose letters are light and whose page is dark."""
    paper = (page.astype(np.float32) / 255)[:, :, None]
    dark, light = np.array([22, 27, 42], np.float32), np.array([214, 222, 235], np.float32)
    return filed(paper * dark + (1 - paper) * light, dpi, quality=85)


def ghost(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """The print again, pale, a little beside itself."""
    shift = (_shift(rng, 0.04 * dpi), round(rng.uniform(0.02, 0.053) * dpi))
    again = 255 - np.roll(page, shift, axis=(0, 1)).astype(np.float32)
    return filed(page - 0.22 * again * (page > 128), dpi)


def gif4(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Four grays at 150 dpi, as an old program saved it for a screen."""
    return filed(np.round(_resized(page, 150 / dpi) / 85) * 85, 150, "flate")


def lidopen(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A sheet that lay askew on the glass under an open lid: around it the dark of the room."""
    height, width = page.shape
    shape = (round(1.12 * height), round(1.15 * width))
    x, y = _grid(shape)
    room = 30 + 90 * (x / shape[1]) * (y / shape[0])
    left, top = round(rng.uniform(0.01, 0.14) * width), round(rng.uniform(0.01, 0.1) * height)
    room[top : top + height, left : left + width] = 0.94 * page
    turn = cv2.getRotationMatrix2D((shape[1] / 2, shape[0] / 2), rng.uniform(-2, 2), 1)
    out = cv2.warpAffine(room, turn, shape[::-1], borderValue=30)
    return filed(out + grain(rng, shape, 3), dpi)


SCANS: dict[str, Odd] = {
    "microfilm": microfilm, "screenphoto": screenphoto, "feeder": feeder, "thin": thin, "fat": fat,
    "salt": salt, "jitter": jitter, "misreg": misreg, "whitelines": whitelines,
    "smallpage": smallpage, "curl": curl, "bright": bright, "barrel": barrel, "darkmode": darkmode,
    "ghost": ghost, "gif4": gif4, "lidopen": lidopen, "outoffocus": outoffocus,
}  # fmt: skip


def _resized(page: Pixels, part: float) -> Pixels:
    """The page at so many times its pixels, each way."""
    small = cv2.resize(page, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _cut_at(level: float, gray: NDArray[np.floating]) -> Pixels:
    """Black and white: what is lighter than the level is white."""
    return np.where(gray > level, 255, 0).astype(np.uint8)


def _shift(rng: Rng, most_px: float) -> int:
    return round(rng.uniform(-most_px, most_px))


def _grid(shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Every pixel's x and its y, each (height, width)."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return x, y


def _looked_up(
    page: Pixels, x: NDArray[np.floating], y: NDArray[np.floating], beyond: int = 255
) -> Pixels:
    """The page with every pixel taken from another place of it, and ``beyond`` from outside."""
    maps = np.asarray(x, np.float32), np.asarray(y, np.float32)
    moved = cv2.remap(page, *maps, cv2.INTER_LINEAR, borderValue=beyond)
    return np.asarray(moved, np.uint8)
