"""Paper and print as nothing that is learned from has them, drawn to find out what else breaks.

Every function takes a clean gray page, uint8 (height, width), 255 paper, its pixels an inch and a
generator, and gives the page as a file holds it, gray or in colour. Lengths are inches. What
machines and cameras make of a page is in ``odd_scans.py``; ``hands.py`` says what these are for.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from formprint.files import ScannedPage

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator
Odd = Callable[[Pixels, float, Rng], ScannedPage]


def thermal(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Thermal paper that yellowed, and whose print faded, in some bands more than in others."""
    left = np.clip(0.45 + 0.18 * hills(rng, (1, page.shape[1]), 0.6 * dpi), 0.28, 0.9)
    ink = blurred((255 - page.astype(np.float32)) * left, 0.0027 * dpi)[:, :, None]
    sheet = _colour(250, 246, 225) - ink * np.array([0.9, 0.9, 0.8], np.float32)
    return filed(sheet + grain(rng, (*page.shape, 1), 3), dpi)


def stamp(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """COPY in gray letters across the page, and two framed stamps of the day that it came in."""
    height, width = page.shape
    out = in_colour(page)
    for text, colour, tall_inch, angle in (
        ("COPY", (200, 200, 200), 0.63, 35),
        ("RECEIVED", (200, 60, 60), 0.18, -6),
        ("MAR 12 2009", (200, 60, 60), 0.125, -6),
    ):
        middle = (width // 2, height // 2)
        if framed := text != "COPY":
            middle = (int(rng.uniform(0.3, 0.75) * width), int(rng.uniform(0.15, 0.85) * height))
        mask = _lettered(page.shape, text, middle, tall_inch * dpi, framed)
        turn = cv2.getRotationMatrix2D(middle, angle, 1)
        ink = cv2.warpAffine(mask, turn, (width, height)).astype(np.float32) / 255
        ink *= 0.65 + 0.35 * (hills(rng, page.shape, 0.01 * dpi) > -0.6)
        out = _inked(out, ink, _colour(*colour))
    return filed(out, dpi)


def water(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Patches that were wet: the ink ran, and an edge dried around them."""
    wet = np.clip(hills(rng, page.shape, 0.87 * dpi) - 0.6, 0, 1)
    wet /= max(float(wet.max()), 0.01)
    ran = page * (1 - wet) + blurred(page, 0.0087 * dpi) * wet
    edge = np.exp(-(((wet - 0.12) / 0.04) ** 2))
    return filed(ran * (1 - 0.25 * edge) - 12 * wet, dpi)


def security(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Paper with a pattern in two pale blues, as cheques are printed on."""
    y, x = _places(page.shape, 0.03 * dpi)
    bend = 1 / 9  # its rows swing to and fro, much longer than they are apart
    pattern = np.sin(x + 3 * np.sin(y * bend)) * np.sin(y + 3 * np.sin(x * bend))
    paper = _colour(215, 228, 240) + (pattern > 0)[:, :, None] * _colour(30, 22, 12)
    return filed(_printed_on(paper, page), dpi)


def greenbar(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Paper for listings: every other bar is pale green, with a line at its edges."""
    paper = np.full((*page.shape, 3), 255, np.float32)
    bar, line = round(rng.uniform(0.3, 0.53) * dpi), max(1, round(0.007 * dpi))
    for y in range(0, page.shape[0], bar):
        if y // bar % 2 == 0:
            paper[y : y + bar] = _colour(215, 240, 215)
        paper[y : y + line] = _colour(150, 205, 150)
    return filed(_printed_on(paper, page), dpi)


def lined(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Paper of a notebook: blue lines all the way down, and a red one along the margin."""
    paper = np.full((*page.shape, 3), 252, np.float32)
    pitch, line = round(rng.uniform(0.28, 0.35) * dpi), max(1, round(0.01 * dpi))
    for y in range(int(rng.integers(0, pitch)), page.shape[0], pitch):
        paper[y : y + line] = _colour(160, 190, 230)
    margin = int(0.1 * page.shape[1])
    paper[:, margin : margin + max(1, round(0.013 * dpi))] = _colour(235, 140, 150)
    return filed(_printed_on(paper, page), dpi)


def carbon(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A carbon copy: purple, blurred, uneven, and smeared where a hand pressed."""
    even = 0.75 + 0.25 * np.clip(hills(rng, page.shape, 0.02 * dpi), -1, 1)
    ink = (255 - blurred(page, 0.0053 * dpi)) * 0.75 * even
    ink += 8 * np.clip(hills(rng, page.shape, 0.4 * dpi), 0, 3)
    took = np.array([0.75, 0.8, 0.35], np.float32)
    return filed(_colour(240, 238, 232) - ink[:, :, None] * took, dpi)


def cracks(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A letter folded in three and in two: along the folds the ink flaked off."""
    out, (height, width) = page.copy(), page.shape
    for part in (1 / 3, 2 / 3):
        _crack(out, height * part + rng.normal(0, 0.1) * dpi, dpi, rng)
    down = np.ascontiguousarray(out.T)
    _crack(down, width / 2 + rng.normal(0, 0.2) * dpi, dpi, rng)
    return filed(np.ascontiguousarray(down.T), dpi)


def seal(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A round seal in blue ink over the print."""
    height, width = page.shape
    middle = (int(rng.uniform(0.2, 0.8) * width), int(rng.uniform(0.25, 0.75) * height))
    radius = rng.uniform(0.67, 0.93) * dpi
    mask = _lettered(page.shape, "FILED", middle, 0.23 * radius)
    for part, line_inch in ((1.0, 0.027), (0.72, 0.017)):
        cv2.circle(mask, middle, round(part * radius), 255, max(1, round(line_inch * dpi)))
    for angle in np.arange(0, 2 * np.pi, np.pi / 12):
        x, y = 0.86 * radius * np.cos(angle), 0.86 * radius * np.sin(angle)
        at = (round(middle[0] + x), round(middle[1] + y))
        star, line = round(0.05 * dpi), max(1, round(0.01 * dpi))
        cv2.drawMarker(mask, at, 255, cv2.MARKER_STAR, star, line)
    ink = np.asarray(mask * (0.6 / 255), np.float32)
    return filed(_inked(in_colour(page), ink, _colour(60, 70, 170)), dpi)


def smudge(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """Ink that was wiped to the right, in a few places, while it was wet."""
    height, width = page.shape
    reach = max(2, round(0.1 * dpi))
    wiped = cv2.blur(page.astype(np.float32), (reach, 1), anchor=(reach - 1, 0))
    where = np.zeros(page.shape, np.float32)
    for _ in range(5):
        at = (int(rng.uniform(0.1, 0.9) * width), int(rng.uniform(0.15, 0.9) * height))
        axes = (int(rng.uniform(0.33, 1.17) * dpi), int(rng.uniform(0.07, 0.17) * dpi))
        cv2.ellipse(where, at, axes, 0, 0, 360, 1.0, -1)
    where = blurred(where, 0.04 * dpi) * 0.55
    return filed(np.minimum(page, page * (1 - where) + wiped * where), dpi)


def torn(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A sheet torn along both sides, on a dark bed."""
    height, width = page.shape
    x = np.arange(width)[None]
    left, right = (
        np.clip((0.027 + 0.033 * hills(rng, (height, 1), 0.1 * dpi)) * dpi, 0, None)
        for _ in range(2)
    )
    edge = round(0.27 * dpi)
    bed = np.full((height + 2 * edge, width + 2 * edge), 25, np.float32)
    bed[edge:-edge, edge:-edge] = np.where((x >= left) & (x < width - right), page, 25)
    return filed(bed * 0.93 + grain(rng, bed.shape, 3), dpi)


def typed_over(page: Pixels, dpi: float, rng: Rng) -> ScannedPage:
    """A ribbon that was typed over once too often: letters dark in a part and pale in the next."""
    took = np.clip(0.75 + 0.35 * hills(rng, page.shape, 0.03 * dpi), 0.15, 1)
    ink = (255 - blurred(page, 0.0023 * dpi)) * took
    return filed(250 - ink + grain(rng, page.shape, 6), dpi)


PAPER: dict[str, Odd] = {
    "thermal": thermal, "stamp": stamp, "water": water, "security": security, "greenbar": greenbar,
    "lined": lined, "carbon": carbon, "cracks": cracks, "seal": seal, "smudge": smudge,
    "torn": torn, "typed_over": typed_over,
}  # fmt: skip


def filed(
    values: NDArray[np.floating] | Pixels, dpi: float, codec: str = "jpeg", quality: int = 75
) -> ScannedPage:
    """The page as a file holds it; whatever is beyond black or white is black or white."""
    pixels = np.clip(np.round(values), 0, 255).astype(np.uint8)
    return ScannedPage(pixels, (round(dpi), round(dpi)), codec, quality)


def hills(rng: Rng, shape: tuple[int, int], pitch_px: float) -> Floats:
    """Smooth noise about 0 with a deviation of about 1, its hills so many pixels apart."""
    down, across = (min(n, max(2, int(n / pitch_px))) for n in shape)
    small = rng.standard_normal((down, across), np.float32)
    large = cv2.resize(small, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(large, np.float32).reshape(shape)


def grain(rng: Rng, shape: tuple[int, ...], deviation: float) -> Floats:
    """Noise of a sensor, about 0, every pixel's for itself."""
    return np.asarray(rng.standard_normal(shape, np.float32) * deviation, np.float32)


def blurred(page: Pixels | Floats, deviation_px: float) -> Floats:
    """The page out of focus."""
    return np.asarray(cv2.GaussianBlur(page.astype(np.float32), (0, 0), deviation_px), np.float32)


def in_colour(page: Pixels) -> Floats:
    """A gray page in three channels."""
    return np.asarray(page[:, :, None].repeat(3, axis=2), np.float32)


def _colour(*parts: ArrayLike) -> Floats:
    return np.array(parts, np.float32)


def _places(shape: tuple[int, int], unit_px: float) -> Floats:
    """How far down and across every pixel is, (2, height, width), in units of so many pixels."""
    return np.asarray(np.mgrid[: shape[0], : shape[1]] / unit_px, np.float32)


def _printed_on(paper: Floats, page: Pixels) -> Floats:
    """The page's ink on paper of another colour, (height, width, 3)."""
    return np.asarray(paper * (page / np.float32(255))[:, :, None], np.float32)


def _inked(sheet: Floats, ink: Floats, colour: Floats) -> Floats:
    """More ink on a sheet, (height, width, 3), see-through; ``ink`` is 1 where it is full."""
    return np.asarray(sheet * (1 - ink[:, :, None] * (1 - colour / 255)), np.float32)


def _lettered(
    shape: tuple[int, int], text: str, middle: tuple[int, int], tall_px: float, framed: bool = False
) -> Pixels:
    """A word about its middle, (x, y), 255 on 0, its capitals so high; perhaps within a frame."""
    mask = np.zeros(shape, np.uint8)
    scale, thick = tall_px / 21, max(1, round(0.14 * tall_px))  # a capital is 21 high at scale 1
    (wide, tall), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, thick)
    x, y = middle
    cv2.putText(
        mask, text, (x - wide // 2, y + tall // 2), cv2.FONT_HERSHEY_DUPLEX, scale, 255, thick
    )
    if framed:
        beside, line = round(0.4 * tall_px), max(1, round(0.1 * tall_px))
        upper, lower = (x - wide // 2 - beside, y - tall), (x + wide // 2 + beside, y + tall)
        cv2.rectangle(mask, upper, lower, 255, line)
    return mask


def _crack(page: Pixels, at_px: float, dpi: float, rng: Rng) -> None:
    """A fold across the page, in place: white where the ink is gone, gray where it is loose."""
    x = np.arange(0, page.shape[1] + 0.13 * dpi, 0.13 * dpi)
    y = at_px + rng.normal(0, 0.01 * dpi, len(x))
    path = np.stack([x, y], axis=1).astype(np.int32)
    for gray, thick_inch in ((205, 0.023), (255, 0.01)):
        cv2.polylines(page, [path], False, gray, max(1, round(thick_inch * dpi)))
