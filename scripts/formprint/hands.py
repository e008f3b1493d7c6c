"""Hands: whose damage is learned from, whose only judges.

A hand is whoever made a scan bad: a library, a modem, a camera. What is learned from one says nothing about the next,
so each has a role, fixed before anything is trained, as data: ``LEARN`` may be trained and fitted on, ``JUDGE`` only
judges (calibration alone is fitted over judges too, each left out whole in turn, and reported for the hand that was
left out), ``LOOK`` is beyond what anybody need read and is only looked at. Every hand makes the same page again from
the same seed.
"""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from formprint import damage
from formprint.files import ScannedPage
from formprint.kinds import KINDS
from formprint.scanner import scan

Pixels = NDArray[np.uint8]
Rng = np.random.Generator


class Role(Enum):
    """What a hand is for."""

    LEARN = "learn"
    JUDGE = "judge"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand's name as an index gives it, its role, and what it makes of a printed page.

    ``scanned`` takes a sheet, uint8 (height, width, 3), its pixels an inch, and a generator.
    """

    name: str
    role: Role
    scanned: Callable[[Pixels, int, Rng], ScannedPage]


def _augraphy(steps: Callable[[Any, Rng], list[Any]]) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """Augmentations of augraphy, one after the other, on the page as printed, at 300 dpi."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        import augraphy

        seed = int(rng.integers(0, 2**31))
        random.seed(seed)
        np.random.seed(seed)  # augraphy draws from both
        cv2.setRNGSeed(seed)
        page = _gray(sheet)
        for step in steps(augraphy, rng):
            made = step(page)
            page = made[0] if isinstance(made, tuple | list) else made
            page = page if page.ndim == 3 else np.repeat(page[:, :, None], 3, axis=2)
            page = np.ascontiguousarray(page[:, :, :3], dtype=np.uint8)
        return ScannedPage(np.ascontiguousarray(page[:, :, 1]), (dpi, dpi), "jpeg", int(rng.integers(70, 92)))

    return scanned


def _gray(sheet: Pixels) -> Pixels:
    """The sheet without its colours, in three channels still."""
    gray = cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY)
    return np.repeat(np.asarray(gray, dtype=np.uint8)[:, :, None], 3, axis=2)


def _pale(page: Pixels) -> Pixels:
    """As a scanner sees it: soft, and neither black nor white, so that there is something to dither."""
    soft = cv2.GaussianBlur(page, (0, 0), 0.7).astype(np.float32)
    return np.asarray(30 + soft * (215 / 255), dtype=np.uint8)


def _right_page(spread: Pixels) -> Pixels:
    """Of an open book the page on the right, with its curl and the shadow of the fold."""
    return spread[:, int(0.45 * spread.shape[1]) :]


def _drawn(name: str) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """Damage of our own drawing, and an office scanner's or a fax machine's way with it."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        gray = _gray(sheet)[:, :, 0]
        if name in damage.ON_PAPER:
            gray = damage.ON_PAPER[name](gray, dpi, rng)
        scanner = KINDS["fax204" if name == "lostrows" else "office300"](rng)
        gray = scan(np.repeat(gray[:, :, None], 3, axis=2), dpi, scanner, rng)
        if name in damage.IN_THE_FILE:
            gray = damage.IN_THE_FILE[name](gray, scanner.dpi[1], rng)
        return ScannedPage(gray, scanner.dpi, "g4" if name in ("lostrows", "dithered") else "jpeg", 80)

    return scanned


FAX_WIDTH, FAX_DPI = 1728, (204, 196)
_CALLS = 12
"""Calls before a line is given up: a bad one breaks off now and then."""
_FAXLINE = Path(__file__).with_name("faxline.c")


def _faxline(bursts: float, noise: float = 20.0) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """A page through two fax terminals over a telephone line with so many bursts of noise a second (``faxline.c``)."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        scanner = replace(KINDS["fax204"](rng), speckle=0.0)
        page = scan(sheet, dpi, scanner, rng)
        height, width = page.shape
        sent = np.full((height, FAX_WIDTH), 255, np.uint8)
        wide = min(width, FAX_WIDTH)
        sent[:, :wide] = page[:, (width - wide) // 2 : (width - wide) // 2 + wide]
        with tempfile.TemporaryDirectory() as folder:
            there, here = Path(folder) / "sent.tif", Path(folder) / "received.tif"
            Image.fromarray(sent).convert("1", dither=Image.Dither.NONE).save(
                there, compression="group4", dpi=tuple(map(float, FAX_DPI)), tiffinfo={278: height}
            )
            for _ in range(_CALLS):
                command = [_fax_program(), there, here, 0, noise, bursts, int(rng.integers(1, 10**6)), 2]
                subprocess.run([str(c) for c in command], check=True, capture_output=True, timeout=300)
                if here.exists() and here.stat().st_size > 8:  # else the call failed: a TIFF's head, or nothing
                    break
            with Image.open(io.BytesIO(here.read_bytes())) as received:
                arrived = np.where(np.asarray(received.convert("L")) > 127, 255, 0).astype(np.uint8)
        return ScannedPage(arrived, FAX_DPI, "g4")

    return scanned


def _fax_program() -> Path:
    """``faxline.c``, compiled once; needs a C compiler, libspandsp-dev and libtiff-dev."""
    stamp = hashlib.sha256(_FAXLINE.read_bytes()).hexdigest()[:12]
    program = Path(tempfile.gettempdir()) / f"ocr-form4-faxline-{stamp}"
    if not program.exists():
        partial = program.with_suffix(f".{random.SystemRandom().randrange(10**9)}")
        command = ["cc", "-O2", "-w", "-o", partial, _FAXLINE, "-lspandsp", "-ltiff", "-lm"]
        try:
            subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as failed:
            raise SystemExit(f"a fax line needs cc, libspandsp-dev and libtiff-dev: {failed}") from failed
        partial.replace(program)
    return program


def _photo(tilt: float, shadow: float) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """A page on a desk, photographed from above with a hand that is not quite steady."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        height, width = sheet.shape[:2]
        edge = int(rng.uniform(0.03, 0.08) * width)
        size = (width + 2 * edge, height + 2 * edge)
        desk = _desk(size, rng)
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        moved = corners + edge + rng.uniform(-tilt, tilt, (4, 2)).astype(np.float32) * width
        view = cv2.getPerspectiveTransform(
            corners, np.clip(moved, 2, np.array(size, np.float32) - 3).astype(np.float32)
        )
        lit = np.full((height, width), 255, np.uint8)
        paper = cv2.warpPerspective(sheet, view, size, flags=cv2.INTER_AREA, borderValue=(255, 255, 255))
        inside = cv2.GaussianBlur(cv2.warpPerspective(lit, view, size, flags=cv2.INTER_LINEAR), (0, 0), 1.0)
        part = inside[:, :, None].astype(np.float32) / 255
        tone = np.array([1.0, rng.uniform(0.95, 1.0), rng.uniform(0.85, 0.97)], np.float32) * rng.uniform(0.82, 0.97)
        image = desk * (1 - part) + paper * tone * part
        y, x = np.mgrid[0 : 1 : size[1] * 1j, 0 : 1 : size[0] * 1j].astype(np.float32)
        angle = rng.uniform(0, 2 * np.pi)
        along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
        light = 1 - rng.uniform(0.1, 0.35) * (along + 0.5)
        if shadow:
            light *= 1 - shadow * rng.uniform(0.5, 1) / (
                1 + np.exp(-(along - rng.uniform(-0.2, 0.25)) / rng.uniform(0.01, 0.05))
            )
        image = cv2.GaussianBlur(image * light[:, :, None].astype(np.float32), (0, 0), float(rng.uniform(0.5, 1.0)))
        image += rng.normal(0, rng.uniform(2, 6), image.shape).astype(np.float32)
        pixels = np.clip(np.round(image), 0, 255).astype(np.uint8)
        return ScannedPage(pixels, (dpi, dpi), "jpeg", int(rng.integers(60, 88)))

    return scanned


def _desk(size: tuple[int, int], rng: Rng) -> NDArray[np.float32]:
    """Wood or cloth, (height, width, 3), darker than paper."""
    width, height = size
    colour = np.array(rng.choice([[120, 85, 55], [70, 60, 55], [150, 120, 90], [60, 70, 80]], 1)[0], np.float32)
    grain = rng.standard_normal((height // 6, max(2, width // 120))).astype(np.float32)
    grain = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(colour * (1 + 0.12 * grain[:, :, None]), np.float32)


_AUGRAPHY: dict[str, tuple[Role, Callable[[Any, Rng], list[Any]]]] = {
    # Judge only: nothing is ever trained on these.
    "folding": (
        Role.JUDGE,
        lambda a, r: [
            a.Folding(
                fold_count=int(r.integers(2, 5)),
                fold_noise=0.0,
                gradient_width=(0.1, 0.2),
                gradient_height=(0.005, 0.012),
                backdrop_color=(255, 255, 255),
            ),
            a.DirtyRollers(line_width_range=(8, 14), scanline_type=0),
        ],
    ),
    "dirtydrum": (
        Role.JUDGE,
        lambda a, r: [
            a.DirtyDrum(
                line_width_range=(1, 4),
                line_concentration=0.04,
                direction=int(r.integers(0, 3)),
                noise_intensity=0.3,
                noise_value=(60, 140),
                ksize=(3, 3),
            )
        ],
    ),
    "badphotocopy": (
        Role.JUDGE,
        lambda a, r: [
            a.BadPhotoCopy(
                noise_type=int(r.integers(1, 5)),
                noise_value=(96, 176),
                noise_sparsity=(0.2, 0.5),
                noise_concentration=(0.1, 0.3),
                blur_noise=1,
                wave_pattern=0,
                edge_effect=0,
            )
        ],
    ),
    "lowink": (
        Role.JUDGE,
        lambda a, r: [
            a.LowInkPeriodicLines(
                count_range=(3, 6), period_range=(14, 30), use_consistent_lines=False, noise_probability=0.1
            ),
            a.LowInkRandomLines(count_range=(40, 90), use_consistent_lines=False, noise_probability=0.1),
        ],
    ),
    "bleedthrough": (
        Role.JUDGE,
        lambda a, r: [
            a.BleedThrough(
                intensity_range=(0.1, 0.5),
                color_range=(32, 160),
                ksize=(17, 17),
                sigmaX=1,
                alpha=0.35,
                offsets=(20, 40),
            )
        ],
    ),
    "stains": (
        Role.JUDGE,
        lambda a, r: [
            a.Stains(
                stains_type=["rough_stains", "fine_stains", "severe_stains", "light_stains"][int(r.integers(0, 4))],
                stains_blend_method="darken",
                stains_blend_alpha=0.4,
            )
        ],
    ),
    "dithering": (
        Role.JUDGE,
        lambda a, r: [_pale, a.Dithering(dither=["ordered", "Floyd Steinberg"][int(r.integers(0, 2))], order=(4, 7))],
    ),
    "bookbinding": (
        Role.JUDGE,
        lambda a, r: [
            a.BookBinding(
                shadow_radius_range=(40, 100),
                curve_range_right=(30, 60),
                curve_range_left=(60, 100),
                curve_ratio_right=(0.05, 0.1),
                curve_ratio_left=(0.2, 0.3),
                binding_align=1,
                binding_pages=(3, 6),
                curling_direction=0,
                use_cache_images=0,
            ),
            _right_page,
        ],
    ),
    "lighting": (
        Role.JUDGE,
        lambda a, r: [
            a.LightingGradient(
                max_brightness=255, min_brightness=int(r.integers(60, 130)), mode="gaussian", transparency=0.6
            ),
            a.ShadowCast(shadow_opacity_range=(0.2, 0.5), shadow_iterations_range=(1, 2)),
        ],
    ),
    "inkmottling": (
        Role.JUDGE,
        lambda a, r: [
            a.InkMottling(ink_mottling_alpha_range=(0.2, 0.4), ink_mottling_noise_scale_range=(2, 3)),
            a.Letterpress(n_samples=(200, 400), n_clusters=(200, 400), std_range=(1500, 4000), value_range=(180, 230)),
        ],
    ),
    "scribbles": (
        Role.JUDGE,
        lambda a, r: [
            a.Scribbles(
                scribbles_type="lines",
                scribbles_ink="pen",
                scribbles_location="random",
                scribbles_size_range=(300, 700),
                scribbles_count_range=(2, 4),
                scribbles_thickness_range=(2, 3),
                scribbles_lines_stroke_count_range=(1, 3),
            ),
            a.BindingsAndFasteners(
                overlay_types="darken",
                effect_type=["punch_holes", "binding_holes", "clips"][int(r.integers(0, 3))],
                ntimes=(3, 4),
                edge="left",
                edge_offset=(20, 50),
            ),
        ],
    ),
    "dirtyrollers": (
        Role.JUDGE,
        lambda a, r: [
            a.DirtyRollers(line_width_range=(int(r.integers(4, 12)), int(r.integers(12, 32))), scanline_type=0)
        ],
    ),
    # To learn from.
    "brightness": (
        Role.LEARN,
        lambda a, r: [
            a.BrightnessTexturize(texturize_range=(0.8, 0.99), deviation=0.08),
            a.Brightness(brightness_range=(0.75, 1.25)),
        ],
    ),
    "colorpaper": (
        Role.LEARN,
        lambda a, r: [
            a.ColorPaper(hue_range=(10, 60), saturation_range=(10, 60)),
            a.NoiseTexturize(sigma_range=(2, 5), turbulence_range=(3, 5)),
        ],
    ),
    "gammajpeg": (Role.LEARN, lambda a, r: [a.Gamma(gamma_range=(0.4, 1.6)), a.Jpeg(quality_range=(12, 35))]),
    "subtlenoise": (Role.LEARN, lambda a, r: [a.SubtleNoise(subtle_range=25)]),
    "markup": (
        Role.LEARN,
        lambda a, r: [
            a.Markup(
                num_lines_range=(2, 6),
                markup_length_range=(0.3, 0.8),
                markup_thickness_range=(1, 2),
                markup_type=["strikethrough", "underline", "highlight"][int(r.integers(0, 3))],
                single_word_mode=False,
            )
        ],
    ),
    "dotmatrix": (
        Role.LEARN,
        lambda a, r: [
            a.DotMatrix(
                dot_matrix_shape="circle",
                dot_matrix_dot_width_range=(3, 4),
                dot_matrix_dot_height_range=(3, 4),
                dot_matrix_min_width_range=(1, 1),
                dot_matrix_min_height_range=(1, 1),
            )
        ],
    ),
    "faxify": (
        Role.LEARN,
        lambda a, r: [
            a.Faxify(
                scale_range=(1.0, 1.25), monochrome=1, monochrome_method="threshold_otsu", halftone=0, sigma=(1, 2)
            )
        ],
    ),
    "linesdegradation": (
        Role.LEARN,
        lambda a, r: [
            a.LinesDegradation(
                line_roi=(0.0, 0.0, 1.0, 1.0), line_gradient_direction=(0, 2), line_split_probability=(0.2, 0.4)
            )
        ],
    ),
    "pageborder": (
        Role.LEARN,
        lambda a, r: [a.PageBorder(page_border_width_height=(-8, -16), page_numbers=6, page_rotate_angle_in_order=0)],
    ),
    "moire": (
        Role.LEARN,
        lambda a, r: [a.Moire(moire_density=(15, 20), moire_blend_method="normal", moire_blend_alpha=0.1)],
    ),
    "sectionshift": (
        Role.LEARN,
        lambda a, r: [
            a.SectionShift(
                section_shift_number_range=(2, 4),
                section_shift_locations="random",
                section_shift_x_range=(-6, 6),
                section_shift_y_range=(-3, 3),
            )
        ],
    ),
    "inkbleed": (
        Role.LEARN,
        lambda a, r: [a.InkBleed(intensity_range=(0.4, 0.7), kernel_size=(5, 5), severity=(0.2, 0.4))],
    ),
    "noisylines": (
        Role.LEARN,
        lambda a, r: [
            a.NoisyLines(
                noisy_lines_direction=int(r.integers(0, 2)),
                noisy_lines_number_range=(4, 12),
                noisy_lines_thickness_range=(1, 2),
                noisy_lines_random_noise_intensity_range=(0.01, 0.06),
            )
        ],
    ),
    "watermark": (
        Role.LEARN,
        lambda a, r: [a.WaterMark(watermark_word="COPY", watermark_font_size=(10, 14), watermark_rotation=(20, 40))],
    ),
    "squish": (
        Role.LEARN,
        lambda a, r: [
            a.Squish(
                squish_direction=int(r.integers(0, 2)),
                squish_number_range=(3, 8),
                squish_distance_range=(1, 3),
                squish_line="random",
            )
        ],
    ),
    "texture": (
        Role.LEARN,
        lambda a, r: [
            a.DelaunayTessellation(
                n_points_range=(300, 700),
                n_horizontal_points_range=(300, 700),
                n_vertical_points_range=(300, 700),
                noise_type="random",
            )
        ],
    ),
}
"""Families of augraphy 8 by name. Their strength is such that a person still reads every page with ease."""


def _all() -> dict[str, Hand]:
    hands = [Hand(f"aug-{name}", role, _augraphy(steps)) for name, (role, steps) in _AUGRAPHY.items()]
    hands += [Hand(f"drawn-{n}", Role.LEARN, _drawn(n)) for n in (*damage.ON_PAPER, *damage.IN_THE_FILE)]
    for bursts, role in ((0.0, Role.LEARN), (0.1, Role.LEARN), (0.15, Role.LEARN), (0.3, Role.JUDGE), (1.0, Role.LOOK)):
        hands.append(Hand(f"faxline{bursts:g}", role, _faxline(bursts)))
    hands += [
        Hand("photo-desk", Role.LEARN, _photo(tilt=0.012, shadow=0.0)),
        Hand("photo-tilted", Role.LEARN, _photo(tilt=0.03, shadow=0.0)),
        Hand("photo-shadow", Role.LEARN, _photo(tilt=0.015, shadow=0.5)),
    ]
    return {hand.name: hand for hand in hands}


HANDS: dict[str, Hand] = _all()
"""Every hand by its name, which is a kind of scan to ``make_study.py``."""


def of_role(role: Role) -> list[str]:
    """The names of the hands of a role."""
    return [name for name, hand in HANDS.items() if hand.role is role]
