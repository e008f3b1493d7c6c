"""What machines, paper and time do to a page, drawn by hand of our own: hands to learn from.

Every function takes a gray page, uint8 (height, width), 255 paper, its pixels an inch and a
generator, and gives the damaged page of the same shape. Lengths are inches. None of them looks at
how another library draws the like: what is learned from these is judged on hands of others
(``hands.py``).
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]
Rng = np.random.Generator
Damage = Callable[[Pixels, float, Rng], Pixels]


def streaks(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Lines along the way of the paper, where a roller or the glass is dirty: dark ones, and ones
    that lost toner.
    """
    across = rng.random() < 0.35
    image = np.ascontiguousarray(page.T) if across else page
    height, width = image.shape
    out = image.astype(np.float32)
    for _ in range(int(rng.integers(2, 26))):
        thick = max(1, round(float(np.exp(rng.uniform(np.log(0.003), np.log(0.05)))) * dpi))
        x = int(rng.integers(0, max(1, width - thick)))
        y0, y1 = 0, height
        if rng.random() < 0.5:
            y0 = int(rng.integers(0, height))
            y1 = min(height, y0 + int(rng.uniform(0.05, 0.8) * height))
        along = _hills(rng, (y1 - y0, 1), (max(2, (y1 - y0) // max(1, round(dpi * 0.6))), 1))
        strength = np.clip(0.75 + 0.35 * along, 0, 1)
        if rng.random() < 0.3:  # as grainy as toner
            strength = strength * (rng.random((y1 - y0, thick), np.float32) < rng.uniform(0.3, 0.9))
        part = out[y0:y1, x : x + thick]
        if rng.random() < 0.7:
            part -= float(rng.uniform(20, 190)) * strength * (part / 255)
        else:
            part += (255 - part) * np.clip(strength * float(rng.uniform(0.3, 1.0)), 0, 1)
    out = out.T if across else out
    return _whole(np.ascontiguousarray(out))


def drum_dirt(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Dirt on a drum: the same specks and smears again at every turn, and a gray veil in bands."""
    height, width = page.shape
    out = page.astype(np.float32)
    turn = round(rng.uniform(0.7, 3.5) * dpi)
    tile = np.zeros((turn, width), np.float32)
    for _ in range(int(rng.uniform(2, 22) * width * turn / (dpi * dpi) / 4) + 2):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, turn))
        radius = float(np.exp(rng.uniform(np.log(0.003), np.log(0.035)))) * dpi
        axes = (max(1, round(radius)), max(1, round(radius * rng.uniform(0.5, 3))))
        cv2.ellipse(
            tile, (x, y), axes, float(rng.uniform(-20, 20)), 0, 360, float(rng.uniform(0.25, 1)), -1
        )
    if rng.random() < 0.6:  # fine grit, in some columns more than in others
        odds = np.clip(
            _hills(rng, (turn, width), (3, max(2, round(width / dpi * 2)))), 0, 3
        ) * float(np.exp(rng.uniform(np.log(0.002), np.log(0.05))))
        tile = np.maximum(
            tile, (rng.random((turn, width), np.float32) < odds) * np.float32(rng.uniform(0.4, 1))
        )
        tile = cv2.GaussianBlur(tile, (0, 0), float(rng.uniform(0.4, 1.0)))
    dirt = np.tile(tile, (-(-height // turn), 1))[:height] * float(rng.uniform(110, 235))
    out -= dirt
    if rng.random() < 0.5:
        veil = np.clip(_hills(rng, (height, 1), (max(3, height // max(1, turn // 3)), 1)), 0, None)
        out -= float(rng.uniform(8, 45)) * veil
    return _whole(out)


def sprayed(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Toner that fell beside the print: clouds of single grains, along or across the way of the
    paper, and again at every turn of what they fell from.
    """
    along = rng.random() < 0.5
    height, width = page.shape if along else page.shape[::-1]
    turn = int(rng.uniform(0.5, 4) * dpi)
    grains = np.zeros((turn, width), np.float32)
    for _ in range(int(rng.integers(1, 9))):  # rings on the drum, each with clouds of its own
        middle, spread = rng.uniform(0, width), float(np.exp(rng.uniform(-4.6, -2.3))) * dpi
        for _ in range(int(rng.integers(1, 30))):
            count = int(np.exp(rng.uniform(2.5, 6.5)))
            broad, tall = np.exp(rng.uniform(-5, -2.6, 2)) * dpi
            x = middle + rng.normal(0, spread) + rng.normal(0, broad, count)
            y = rng.uniform(0, turn) + rng.normal(0, tall, count)
            inside = (x >= 0) & (x < width)
            at = y[inside].astype(int) % turn, x[inside].astype(int)
            np.add.at(grains, at, rng.uniform(0.3, 1.2, int(inside.sum())).astype(np.float32))
    if rng.random() < 0.5:
        grains = cv2.dilate(grains, np.ones((2, 2), np.uint8))
    grains = cv2.GaussianBlur(grains, (0, 0), float(rng.uniform(0.3, 0.9)))
    dirt = np.tile(grains, (-(-height // turn), 1))[:height] * float(rng.uniform(60, 220))
    darkest = float(rng.uniform(0, 90))  # toner is no darker, however many grains lie there
    out = np.minimum(page, np.maximum(page - (dirt if along else dirt.T), darkest))
    return _whole(out)


def bleed_through(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """The other side shows: a page seen from behind, soft and pale."""
    height, width = page.shape
    behind = np.ascontiguousarray(page[:, ::-1] if rng.random() < 0.8 else page[::-1])
    shift = (float(rng.uniform(-0.6, 0.6)) * dpi, float(rng.uniform(-0.6, 0.6)) * dpi)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-2, 2)), 1.0)
    turn[:, 2] += shift
    behind = cv2.warpAffine(behind, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    behind = cv2.GaussianBlur(behind, (0, 0), float(rng.uniform(0.003, 0.012)) * dpi)
    ink = (255 - behind.astype(np.float32)) / 255 * float(rng.uniform(0.12, 0.5))
    if rng.random() < 0.5:
        ink = ink * np.clip(0.8 + 0.4 * _hills(rng, page.shape, (3, 3)), 0, 1.4)
    return _whole(page.astype(np.float32) * (1 - np.clip(ink, 0, 0.7)))


def low_ink(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """A cartridge or ribbon that runs dry: fading bands, lines that print nothing, grains that do
    not take.
    """
    height, width = page.shape
    ink = 255 - page.astype(np.float32)
    keep = np.ones((height, width), np.float32)
    if rng.random() < 0.6:
        pitch = float(np.exp(rng.uniform(np.log(0.02), np.log(0.25)))) * dpi
        thick = max(1, round(min(0.4 * pitch, rng.uniform(0.003, 0.014) * dpi)))
        at = np.arange(height if rng.random() < 0.7 else width)
        gone = ((at + rng.uniform(0, pitch)) % pitch) < thick
        line = np.where(gone, 1 - rng.uniform(0.4, 1), 1.0).astype(np.float32)
        keep *= line[:, None] if len(line) == height else line[None, :width]
    else:
        for _ in range(int(rng.integers(3, 30))):
            y, thick = int(rng.integers(0, height)), max(1, round(rng.uniform(0.003, 0.016) * dpi))
            keep[y : y + thick] *= 1 - float(rng.uniform(0.4, 1))
    if rng.random() < 0.5:
        keep *= np.clip(0.85 - 0.3 * _hills(rng, page.shape, (3, 2)), 0.35, 1)
    if rng.random() < 0.4:
        grain = cv2.resize(
            rng.random((height // 2 + 1, width // 2 + 1), np.float32), (width, height)
        )
        keep *= np.where(grain < rng.uniform(0.05, 0.3), 1 - rng.uniform(0.3, 0.9), 1).astype(
            np.float32
        )
    return _whole(255 - ink * keep)


def blotches(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """A tired photocopier: toner where none belongs, in clouds and at the edges, and print that
    grows or starves.
    """
    height, width = page.shape
    clouds = _hills(
        rng, page.shape, (max(2, round(height / dpi * 1.5)), max(2, round(width / dpi * 1.5)))
    )
    odds = np.clip(clouds - rng.uniform(0.2, 1.2), 0, 2) * rng.uniform(0.02, 0.22)
    toner = cv2.GaussianBlur(
        (rng.random(page.shape, np.float32) < odds).astype(np.float32),
        (0, 0),
        rng.uniform(0.4, 0.9),
    )
    out = page.astype(np.float32) - np.clip(toner * rng.uniform(1, 1.7), 0, 1) * float(
        rng.uniform(90, 230)
    )
    if rng.random() < 0.5:
        level = float(rng.uniform(120, 195))
        out = 255 / (
            1
            + np.exp(
                -(cv2.GaussianBlur(out, (0, 0), rng.uniform(0.5, 1.0)) - level)
                / rng.uniform(12, 35)
            )
        )
    return _whole(out)


def blurred(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Out of focus, or moved while it was scanned."""
    if rng.random() < 0.6:
        return _whole(
            cv2.GaussianBlur(page, (0, 0), float(rng.uniform(0.003, 0.0075)) * dpi).astype(
                np.float32
            )
        )
    reach = max(2, round(rng.uniform(0.006, 0.02) * dpi))
    kernel = np.zeros((reach, reach), np.float32)
    angle = rng.uniform(0, np.pi)
    x, y = np.cos(angle) * reach / 2, np.sin(angle) * reach / 2
    ends = [(round(reach / 2 + s * x - 0.5), round(reach / 2 + s * y - 0.5)) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1)
    return _whole(cv2.filter2D(page, -1, kernel / max(1.0, float(kernel.sum()))).astype(np.float32))


def stained(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Damp, coffee and age: patches with an edge, a paper that is not white, shadow of a hand or a
    lid.
    """
    out = page.astype(np.float32) / 255
    field = _hills(rng, page.shape, (int(rng.integers(2, 9)), int(rng.integers(2, 9))))
    level = float(rng.uniform(-0.3, 1.0))
    patch = 1 / (1 + np.exp(-(field - level) / rng.uniform(0.03, 0.3)))
    rim = np.exp(-(((field - level) / rng.uniform(0.05, 0.2)) ** 2)) * rng.uniform(0, 0.5)
    out *= 1 - float(rng.uniform(0.08, 0.45)) * np.clip(patch + rim, 0, 1.3)
    if rng.random() < 0.5:
        fibre = _hills(rng, page.shape, (page.shape[0] // 3 + 2, page.shape[1] // 3 + 2))
        out *= 1 + float(rng.uniform(0.01, 0.06)) * fibre
    return _whole(255 * out)


def mouldy(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Mould and soot: blots with ragged edges and a grain of their own, down to that of a pen's
    stroke, half as dark as print and darker.
    """
    field = np.zeros(page.shape, np.float32)
    side_inch = float(rng.uniform(0.6, 2.5))
    weight, grain = 1.0, float(rng.uniform(0.5, 0.8))
    while side_inch * dpi > 4:
        cells = tuple(max(2, round(n / (side_inch * dpi))) for n in page.shape)
        field += weight * _hills(rng, page.shape, (cells[0], cells[1]))
        side_inch, weight = side_inch / 2, weight * grain
    field /= field.std()
    level, edge = float(rng.uniform(0.3, 1.3)), float(rng.uniform(0.1, 0.5))
    blot = 1 / (1 + np.exp(-(field - level) / edge))
    inner = 1 + 0.25 * np.clip(field - level, 0, 2)
    return _whole(page * (1 - float(rng.uniform(0.25, 0.55)) * np.clip(blot * inner, 0, 1.5)))


def shaded(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Lit from a side, with the edge of a shadow: what a camera sees of a desk."""
    height, width = page.shape
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    angle, low = rng.uniform(0, 2 * np.pi), float(rng.uniform(0.45, 0.8))
    along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
    light = 1 - (1 - low) * np.clip(along + 0.5, 0, 1)
    if rng.random() < 0.6:
        edge = along * 1.0 + 0.06 * _hills(rng, page.shape, (4, 4)) - rng.uniform(-0.3, 0.3)
        light = light * (
            1 - float(rng.uniform(0.15, 0.45)) / (1 + np.exp(-edge / rng.uniform(0.004, 0.06)))
        )
    return _whole(page * light)


def mottled(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Ink that did not take evenly: grain within the letters, and edges that fray."""
    grain = _hills(
        rng,
        page.shape,
        (round(page.shape[0] / rng.uniform(1.5, 4)), round(page.shape[1] / rng.uniform(1.5, 4))),
    )
    ink = (255 - page.astype(np.float32)) * np.clip(
        1 - rng.uniform(0.15, 0.5) * np.clip(grain + 0.3, 0, 2), 0, 1
    )
    if rng.random() < 0.4:
        ink = cv2.GaussianBlur(ink, (0, 0), 0.6)
    return _whole(255 - ink)


def pen_lines(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Thin lines of a pen, a highlighter or a ruler's edge through the print."""
    out = page.astype(np.float32)
    for _ in range(int(rng.integers(2, 12))):
        start = np.array([rng.uniform(0, page.shape[1]), rng.uniform(0, page.shape[0])])
        steps = np.cumsum(rng.normal(0, 0.05, (12, 2)) + rng.normal(0, 0.25, 2), axis=0) * dpi
        path = np.round(start + steps).astype(np.int32).reshape(-1, 1, 2)
        stroke = np.zeros(page.shape, np.uint8)
        marker = rng.random() < 0.2
        thick = max(
            1, round((rng.uniform(0.08, 0.16) if marker else rng.uniform(0.004, 0.012)) * dpi)
        )
        cv2.polylines(stroke, [path], False, 255, thick, cv2.LINE_AA)
        strength = rng.uniform(0.08, 0.3) if marker else rng.uniform(0.3, 0.95)
        out *= 1 - stroke.astype(np.float32) / 255 * float(strength)
    return _whole(out)


def lost_rows(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Rows that a telephone line spoilt: repeated, blank, shifted from some place on, or gone."""
    out = page.copy()
    height, width = out.shape
    for _ in range(max(1, int(rng.uniform(0.5, 9) * height / dpi))):
        y = int(rng.integers(1, height - 8))
        run = int(rng.choice([1, 1, 1, 2, 2, 3, 4, 6]))
        roll = rng.random()
        if roll < 0.35:
            out[y : y + run] = out[y - 1]
        elif roll < 0.5:
            out[y : y + run] = 255
        elif roll < 0.8:
            x = int(rng.integers(0, width))
            for row in range(y, min(height, y + run)):
                out[row, x:] = np.roll(out[row], int(rng.integers(-width // 3, width // 3)))[x:]
                if rng.random() < 0.3:
                    out[row, x:] = 255 if rng.random() < 0.6 else 0
        else:
            out[y:-run] = out[y + run :]
            if rng.random() < 0.5:
                break  # more than one such jump would take the lines off their places
    return out


def dithered(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Black and white that feigns gray: ordered, error diffusion, noise or round dots."""
    gain, lift = float(rng.uniform(0.75, 1.0)), float(rng.uniform(-10, 25))
    gray = _whole(page.astype(np.float32) * gain + lift)
    how = rng.integers(0, 4)
    if how == 0:
        return np.asarray(Image.fromarray(gray).convert("1").convert("L"), dtype=np.uint8)
    if how == 1:
        order = np.array([[0]])
        for _ in range(int(rng.integers(1, 4))):
            order = np.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
        level = (order + 0.5) / order.size * 255
    elif how == 2:
        level = rng.uniform(30, 225, (64, 64))
    else:
        pitch, turn = int(rng.integers(4, 7)), np.pi / 4
        y, x = np.mgrid[0 : 8 * pitch, 0 : 8 * pitch] * (2 * np.pi / pitch / np.sqrt(2))
        level = 127 + 60 * (
            np.cos(x * np.cos(turn) + y * np.sin(turn))
            + np.cos(y * np.cos(turn) - x * np.sin(turn))
        )
    tiled = np.tile(level, (gray.shape[0] // len(level) + 1, gray.shape[1] // len(level) + 1))
    return np.where(gray > tiled[: gray.shape[0], : gray.shape[1]], 255, 0).astype(np.uint8)


def coded(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Saved once too often: JPEG of low quality, perhaps smaller in between."""
    height, width = page.shape
    small = page
    if rng.random() < 0.5:
        part = max(100 / dpi, float(rng.uniform(0.4, 0.9)))
        small = np.asarray(
            cv2.resize(
                page, (round(width * part), round(height * part)), interpolation=cv2.INTER_AREA
            )
        )
    data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(8, 40))])[1]
    out = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    return np.asarray(
        cv2.resize(out, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8
    )


ON_PAPER: dict[str, Damage] = {
    "streaks": streaks, "drum": drum_dirt, "sprayed": sprayed, "bleed": bleed_through,
    "lowink": low_ink, "blotches": blotches,
    "unsharp": blurred, "stained": stained, "mouldy": mouldy, "shaded": shaded, "mottled": mottled,
    "lines": pen_lines,
}  # fmt: skip
"""What happens to the paper or on the glass, before it becomes a file."""
IN_THE_FILE: dict[str, Damage] = {"lostrows": lost_rows, "dithered": dithered, "jpeg": coded}
"""What happens to the pixels, after the scan."""


def _hills(rng: Rng, shape: tuple[int, int], cells: tuple[int, int]) -> Floats:
    """Smooth noise about 0 with a deviation of about 1, of so many hills down and across."""
    small = rng.standard_normal(
        (max(1, min(shape[0], cells[0])), max(1, min(shape[1], cells[1])))
    ).astype(np.float32)
    return np.asarray(
        cv2.resize(small, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32
    ).reshape(shape)


def _whole(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
