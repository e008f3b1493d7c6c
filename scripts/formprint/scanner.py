"""A model of a scanner and of what happened to the paper before it.

Arrays are uint8, (height, width) or (height, width, 3); 255 is paper. Everything random comes from
the generator given, so that a page can be made again. The order is that of life: the form is
printed, its rulings fade or break, somebody writes and stamps on it, it is folded, bent and laid
down askew, lit, photocopied, sampled and coded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from formprint import ink

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Scanner:
    """What one document goes through. Angles in degrees, lengths as a fraction of the page unless
    named in inches.

    ``dpi`` is (x, y). ``turn`` is how the sheet lay (clockwise, 0 90 180 270); ``declared`` what
    the file says about it, as PDF's ``/Rotate``. ``codec`` is one of jpeg, jp2, g4, flate.
    """

    dpi: tuple[int, int] = (300, 300)
    colour: bool = False
    bilevel: str = ""
    """Empty, "threshold" or "dither"."""
    codec: str = "jpeg"
    quality: int = 80
    skew: float = 0.0
    turn: int = 0
    declared: int = 0
    perspective: float = 0.0
    bow: float = 0.0
    folds: int = 0
    """Creases that are worn, and lie flat."""
    creases: int = 0
    """And such as stand up from the glass, each way: what lies beside one is displaced."""
    shade: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    contrast: float = 1.0
    speckle: float = 0.0
    generations: int = 0
    """Photocopies before the scan."""
    spread: int = 0
    """Pixels that ink grows (or, negative, loses)."""
    dark_edge: bool = False
    holes: bool = False
    rulings: str = ""
    """Empty, or how they are damaged: faint, broken, missing, doubled."""
    stamps: int = 0
    strokes: int = 0
    crop: float = 0.0
    """Part of the width cut off at one edge, within the form's margin as a rule; the file keeps the
    sheet's size.
    """
    cut: float = 0.0
    """Part of the width that the scan ends too early, at its left or its right."""


def scan(page: Pixels, page_dpi: int, scanner: Scanner, rng: np.random.Generator) -> Pixels:
    """The printed page, (height, width, 3) at ``page_dpi`` and upright, as the scanner's file would
    hold it.
    """
    image = (
        page
        if scanner.colour
        else np.asarray(cv2.cvtColor(page, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    )
    image = _on_paper(image, page_dpi, scanner, rng)
    image = _sample(image, page_dpi, scanner.dpi)
    image = _in_the_machine(image, scanner, rng)
    return np.ascontiguousarray(np.rot90(image, -scanner.turn // 90)) if scanner.turn else image


def _on_paper(image: Pixels, page_dpi: int, scanner: Scanner, rng: np.random.Generator) -> Pixels:
    """What happens to the sheet: written on, laid down askew, folded, cut."""
    if scanner.rulings:
        image = ink.damage_rulings(image, scanner.rulings, page_dpi, rng)
    for _ in range(scanner.strokes):
        image = ink.pen_stroke(image, page_dpi, rng)
    for _ in range(scanner.stamps):
        image = ink.stamp(image, page_dpi, rng)
    image = _bend(image, scanner, rng)
    for _ in range(scanner.folds):
        image = _fold(image, page_dpi, rng)
    if scanner.creases:
        image = _creased(image, page_dpi, scanner.creases, rng)
    if scanner.crop:
        image = _crop(image, scanner.crop, rng)
    if scanner.cut:
        off = int(scanner.cut * image.shape[1])
        image = np.ascontiguousarray(
            image[:, off:] if rng.random() < 0.5 else image[:, : image.shape[1] - off]
        )
    return image


def _in_the_machine(image: Pixels, scanner: Scanner, rng: np.random.Generator) -> Pixels:
    """What happens to the samples: copied, lit, made black and white, and what copiers leave at the
    edges.
    """
    for _ in range(scanner.generations):
        image = _photocopy(image, rng)
    image = _light(image, scanner, rng)
    if scanner.bilevel:
        image = _bilevel(image, scanner)
    if scanner.spread:
        image = _spread(image, scanner.spread)
    if scanner.dark_edge:
        image = _dark_edge(image, rng)
    if scanner.holes:
        image = _punch(image, scanner.dpi, rng)
    if scanner.speckle:
        image = _speckle(image, scanner.speckle, rng)
    return image


def _bend(image: Pixels, scanner: Scanner, rng: np.random.Generator) -> Pixels:
    """Skew, perspective and bow in one resampling: each output pixel looks up where it lies on the
    flat page.
    """
    if not (scanner.skew or scanner.perspective or scanner.bow):
        return image
    height, width = image.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    amount = scanner.perspective * np.array([width, height], dtype=np.float32)
    moved = corners + (rng.uniform(-1, 1, (4, 2)) * amount).astype(np.float32)
    turn = np.vstack(
        [cv2.getRotationMatrix2D((width / 2, height / 2), scanner.skew, 1.0), [0, 0, 1]]
    )
    back = np.linalg.inv(turn @ cv2.getPerspectiveTransform(corners, moved))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    w = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    source_x = ((back[0, 0] * x + back[0, 1] * y + back[0, 2]) / w).astype(np.float32)
    source_y = ((back[1, 0] * x + back[1, 1] * y + back[1, 2]) / w).astype(np.float32)
    if scanner.bow:
        along = source_x / width
        peak = rng.uniform(0.3, 0.7)
        bulge = 1 - ((along - peak) / max(peak, 1 - peak)) ** 2
        source_y = (source_y + scanner.bow * height * bulge).astype(np.float32)
    beyond = (255,) * (3 if image.ndim == 3 else 1)
    bent = cv2.remap(
        image,
        source_x,
        source_y,
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=beyond,
    )
    return np.asarray(bent, dtype=np.uint8)


def _fold(image: Pixels, dpi: int, rng: np.random.Generator) -> Pixels:
    """A crease across the page: a thin worn line between a shadow and a highlight."""
    height = image.shape[0]
    at = rng.choice([1 / 3, 1 / 2, 2 / 3]) + rng.uniform(-0.03, 0.03)
    y = np.arange(height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, image.shape[1], dtype=np.float32)[None, :]
    distance = (y - at * height - rng.uniform(-0.004, 0.004) * height * x) / dpi
    shadow = -rng.uniform(25, 55) * np.exp(-((distance / 0.12) ** 2)) * (distance > 0)
    worn = np.exp(-((distance / 0.008) ** 2)) * rng.uniform(0.3, 0.8, (1, image.shape[1]))
    field = _like(image, shadow.astype(np.float32))
    wear = _like(image, worn.astype(np.float32))
    return _clip((image + field) * (1 - wear) + 215 * wear)


def _creased(image: Pixels, dpi: int, count: int, rng: np.random.Generator) -> Pixels:
    """Folds down and across the page that do not lie flat: towards each, print moves along it by up
    to a tenth of an inch, and by a third of that away from it.
    """
    height, width = image.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    source = [x.copy(), y.copy()]
    for _ in range(count):
        for axis, (along, length) in enumerate(((x, width), (y, height))):
            at, reach = rng.uniform(0.1, 0.9) * length, rng.uniform(0.5, 1.5) * dpi
            rise = np.clip(1 - np.abs(along - np.float32(at)) / np.float32(reach), 0, None)
            far = np.float32(rng.uniform(0.03, 0.1) * rng.choice([-1, 1]) * dpi)
            source[1 - axis] += far * rise
            source[axis] += far / 3 * rise
    beyond = (255,) * (3 if image.ndim == 3 else 1)
    bent = cv2.remap(image, *source, cv2.INTER_CUBIC, borderValue=beyond)
    return np.asarray(bent, dtype=np.uint8)


def _crop(image: Pixels, part: float, rng: np.random.Generator) -> Pixels:
    """Cut off at the left or right edge, the rest shifted: the file keeps the sheet's size."""
    shift = int(part * image.shape[1]) * (1 if rng.random() < 0.5 else -1)
    moved = np.roll(image, shift, axis=1)
    moved[:, slice(0, shift) if shift > 0 else slice(shift, None)] = 255
    return moved


def _sample(image: Pixels, page_dpi: int, dpi: tuple[int, int]) -> Pixels:
    if dpi == (page_dpi, page_dpi):
        return image
    size = (round(image.shape[1] * dpi[0] / page_dpi), round(image.shape[0] * dpi[1] / page_dpi))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _photocopy(image: Pixels, rng: np.random.Generator) -> Pixels:
    """One more generation: blurred, hard in contrast, toner spread."""
    soft = cv2.GaussianBlur(image, (0, 0), 0.5).astype(np.float32)
    soft += rng.normal(0, 8, image.shape).astype(np.float32)
    level = rng.uniform(148, 180)
    hard = 255 / (1 + np.exp(-(soft - level) / 22))
    return _clip(
        np.asarray(cv2.GaussianBlur(hard.astype(np.float32), (0, 0), 0.4), dtype=np.float32)
    )


def _light(image: Pixels, scanner: Scanner, rng: np.random.Generator) -> Pixels:
    """Lens, lamp and sensor: blur, fading towards a side, noise, contrast."""
    out = image.astype(np.float32)
    if scanner.blur:
        out = cv2.GaussianBlur(out, (0, 0), scanner.blur).astype(np.float32)
    if scanner.contrast != 1.0:
        out = 255 - (255 - out) * scanner.contrast
    if scanner.shade:
        y, x = np.mgrid[-1 : 1 : image.shape[0] * 1j, -1 : 1 : image.shape[1] * 1j].astype(
            np.float32
        )
        angle = rng.uniform(0, 2 * np.pi)
        centre = rng.uniform(-0.4, 0.4, 2)
        field = 0.5 * (x * np.cos(angle) + y * np.sin(angle)) + 0.5 * (
            (x - centre[0]) ** 2 + (y - centre[1]) ** 2
        )
        out -= _like(image, (255 * scanner.shade * np.clip(field, 0, None)).astype(np.float32))
    if scanner.noise:
        out += rng.normal(0, scanner.noise, image.shape).astype(np.float32)
    return _clip(out)


def _bilevel(image: Pixels, scanner: Scanner) -> Pixels:
    gray = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if scanner.bilevel == "threshold":
        return np.where(gray < 158, 0, 255).astype(np.uint8)
    order = np.array(
        [[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], dtype=np.float32
    )
    tiled = np.tile(order, (gray.shape[0] // 4 + 1, gray.shape[1] // 4 + 1))[
        : gray.shape[0], : gray.shape[1]
    ]
    return np.where(gray < 90 + 9 * tiled, 0, 255).astype(np.uint8)


def _spread(image: Pixels, pixels: int) -> Pixels:
    kernel = np.ones((2, 2), np.uint8)
    grow: Callable[..., object] = cv2.erode if pixels > 0 else cv2.dilate
    return np.asarray(grow(image, kernel, iterations=abs(pixels)), dtype=np.uint8)


def _dark_edge(image: Pixels, rng: np.random.Generator) -> Pixels:
    """The lid stood open: a black band along one edge or two."""
    out, (height, width) = image.copy(), image.shape[:2]
    band = int(rng.uniform(0.006, 0.016) * width)
    if rng.random() < 0.5:
        out[:, :band] = 0
    else:
        out[:, width - band :] = 0
    if rng.random() < 0.5:
        out[height - band // 2 :, :] = 0
    return out


def _punch(image: Pixels, dpi: tuple[int, int], rng: np.random.Generator) -> Pixels:
    """Three punched holes at the left edge, or two at the top, black as the lid behind them."""
    out, (height, width) = image.copy(), image.shape[:2]
    radius = (round(0.13 * dpi[0]), round(0.13 * dpi[1]))
    if rng.random() < 0.7:
        centres = [(rng.uniform(0.28, 0.36) * dpi[0], height * f) for f in (0.12, 0.5, 0.88)]
    else:
        centres = [(width * 0.5 + s * 1.38 * dpi[0], 0.3 * dpi[1]) for s in (-1, 1)]
    for x, y in centres:
        cv2.ellipse(
            out, (round(x), round(y)), radius, 0, 0, 360, (0, 0, 0) if out.ndim == 3 else 0, -1
        )
    return out


def _speckle(image: Pixels, density: float, rng: np.random.Generator) -> Pixels:
    """Specks of one to three pixels, four black for each white; ``density`` is per pixel of the
    page.
    """
    out, (height, width) = image.copy(), image.shape[:2]
    count = int(density * height * width)
    ys, xs = rng.integers(0, height, count), rng.integers(0, width, count)
    sizes, dark = rng.choice([1, 1, 1, 2, 2, 3], count), rng.random(count) < 0.8
    for y, x, size, black in zip(ys, xs, sizes, dark, strict=True):
        out[y : y + size, x : x + size] = 0 if black else 255
    return out


def _like(image: Pixels, field: Floats) -> Floats:
    """A (height, width) field, made to add to colour as well."""
    return field[:, :, None] if image.ndim == 3 else field


def _clip(values: NDArray[np.floating]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)
