"""Families of augraphy 8 by name, those that judge and those to learn from.

Their strength is such that a person still reads every page with ease.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from formprint.files import ScannedPage

Pixels = NDArray[np.uint8]
Rng = np.random.Generator
Steps = Callable[[Any, Rng], list[Any]]
"""Augmentations, one after the other, given the library and a generator."""


def augmented(steps: Steps) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """Augmentations of augraphy, one after the other, on the page as printed, at 300 dpi."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        import augraphy

        seed = int(rng.integers(0, 2**31))
        random.seed(seed)
        np.random.seed(seed)  # augraphy draws from both
        cv2.setRNGSeed(seed)
        page = gray_of(sheet)
        for step in steps(augraphy, rng):
            made = step(page)
            page = made[0] if isinstance(made, tuple | list) else made
            page = page if page.ndim == 3 else np.repeat(page[:, :, None], 3, axis=2)
            page = np.ascontiguousarray(page[:, :, :3], dtype=np.uint8)
        return ScannedPage(
            np.ascontiguousarray(page[:, :, 1]), (dpi, dpi), "jpeg", int(rng.integers(70, 92))
        )

    return scanned


def gray_of(sheet: Pixels) -> Pixels:
    """The sheet without its colours, in three channels still."""
    gray = cv2.cvtColor(sheet, cv2.COLOR_RGB2GRAY)
    return np.repeat(np.asarray(gray, dtype=np.uint8)[:, :, None], 3, axis=2)


def _pale(page: Pixels) -> Pixels:
    """As a scanner sees it: soft, and neither black nor white, so that there is something to
    dither.
    """
    soft = cv2.GaussianBlur(page, (0, 0), 0.7).astype(np.float32)
    return np.asarray(30 + soft * (215 / 255), dtype=np.uint8)


def _right_page(spread: Pixels) -> Pixels:
    """Of an open book the page on the right, with its curl and the shadow of the fold."""
    return spread[:, int(0.45 * spread.shape[1]) :]


TO_JUDGE: dict[str, Steps] = {
    "folding": (
        lambda a, r: [
            a.Folding(
                fold_count=int(r.integers(2, 5)),
                fold_noise=0.0,
                gradient_width=(0.1, 0.2),
                gradient_height=(0.005, 0.012),
                backdrop_color=(255, 255, 255),
            ),
            a.DirtyRollers(line_width_range=(8, 14), scanline_type=0),
        ]
    ),
    "dirtydrum": (
        lambda a, r: [
            a.DirtyDrum(
                line_width_range=(1, 4),
                line_concentration=0.04,
                direction=int(r.integers(0, 3)),
                noise_intensity=0.3,
                noise_value=(60, 140),
                ksize=(3, 3),
            )
        ]
    ),
    "badphotocopy": (
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
        ]
    ),
    "lowink": (
        lambda a, r: [
            a.LowInkPeriodicLines(
                count_range=(3, 6),
                period_range=(14, 30),
                use_consistent_lines=False,
                noise_probability=0.1,
            ),
            a.LowInkRandomLines(
                count_range=(40, 90), use_consistent_lines=False, noise_probability=0.1
            ),
        ]
    ),
    "bleedthrough": (
        lambda a, r: [
            a.BleedThrough(
                intensity_range=(0.1, 0.5),
                color_range=(32, 160),
                ksize=(17, 17),
                sigmaX=1,
                alpha=0.35,
                offsets=(20, 40),
            )
        ]
    ),
    "stains": (
        lambda a, r: [
            a.Stains(
                stains_type=["rough_stains", "fine_stains", "severe_stains", "light_stains"][
                    int(r.integers(0, 4))
                ],
                stains_blend_method="darken",
                stains_blend_alpha=0.4,
            )
        ]
    ),
    "dithering": (
        lambda a, r: [
            _pale,
            a.Dithering(dither=["ordered", "Floyd Steinberg"][int(r.integers(0, 2))], order=(4, 7)),
        ]
    ),
    "bookbinding": (
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
        ]
    ),
    "lighting": (
        lambda a, r: [
            a.LightingGradient(
                max_brightness=255,
                min_brightness=int(r.integers(60, 130)),
                mode="gaussian",
                transparency=0.6,
            ),
            a.ShadowCast(shadow_opacity_range=(0.2, 0.5), shadow_iterations_range=(1, 2)),
        ]
    ),
    "inkmottling": (
        lambda a, r: [
            a.InkMottling(
                ink_mottling_alpha_range=(0.2, 0.4), ink_mottling_noise_scale_range=(2, 3)
            ),
            a.Letterpress(
                n_samples=(200, 400),
                n_clusters=(200, 400),
                std_range=(1500, 4000),
                value_range=(180, 230),
            ),
        ]
    ),
    "scribbles": (
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
        ]
    ),
    "dirtyrollers": (
        lambda a, r: [
            a.DirtyRollers(
                line_width_range=(int(r.integers(4, 12)), int(r.integers(12, 32))), scanline_type=0
            )
        ]
    ),
}
"""Nothing is ever trained on these."""

TO_LEARN: dict[str, Steps] = {
    "brightness": (
        lambda a, r: [
            a.BrightnessTexturize(texturize_range=(0.8, 0.99), deviation=0.08),
            a.Brightness(brightness_range=(0.75, 1.25)),
        ]
    ),
    "colorpaper": (
        lambda a, r: [
            a.ColorPaper(hue_range=(10, 60), saturation_range=(10, 60)),
            a.NoiseTexturize(sigma_range=(2, 5), turbulence_range=(3, 5)),
        ]
    ),
    "gammajpeg": lambda a, r: [a.Gamma(gamma_range=(0.4, 1.6)), a.Jpeg(quality_range=(12, 35))],
    "subtlenoise": lambda a, r: [a.SubtleNoise(subtle_range=25)],
    "markup": (
        lambda a, r: [
            a.Markup(
                num_lines_range=(2, 6),
                markup_length_range=(0.3, 0.8),
                markup_thickness_range=(1, 2),
                markup_type=["strikethrough", "underline", "highlight"][int(r.integers(0, 3))],
                single_word_mode=False,
            )
        ]
    ),
    "dotmatrix": (
        lambda a, r: [
            a.DotMatrix(
                dot_matrix_shape="circle",
                dot_matrix_dot_width_range=(3, 4),
                dot_matrix_dot_height_range=(3, 4),
                dot_matrix_min_width_range=(1, 1),
                dot_matrix_min_height_range=(1, 1),
            )
        ]
    ),
    "faxify": (
        lambda a, r: [
            a.Faxify(
                scale_range=(1.0, 1.25),
                monochrome=1,
                monochrome_method="threshold_otsu",
                halftone=0,
                sigma=(1, 2),
            )
        ]
    ),
    "linesdegradation": (
        lambda a, r: [
            a.LinesDegradation(
                line_roi=(0.0, 0.0, 1.0, 1.0),
                line_gradient_direction=(0, 2),
                line_split_probability=(0.2, 0.4),
            )
        ]
    ),
    "pageborder": (
        lambda a, r: [
            a.PageBorder(
                page_border_width_height=(-8, -16), page_numbers=6, page_rotate_angle_in_order=0
            )
        ]
    ),
    "moire": (
        lambda a, r: [
            a.Moire(moire_density=(15, 20), moire_blend_method="normal", moire_blend_alpha=0.1)
        ]
    ),
    "sectionshift": (
        lambda a, r: [
            a.SectionShift(
                section_shift_number_range=(2, 4),
                section_shift_locations="random",
                section_shift_x_range=(-6, 6),
                section_shift_y_range=(-3, 3),
            )
        ]
    ),
    "inkbleed": (
        lambda a, r: [
            a.InkBleed(intensity_range=(0.4, 0.7), kernel_size=(5, 5), severity=(0.2, 0.4))
        ]
    ),
    "noisylines": (
        lambda a, r: [
            a.NoisyLines(
                noisy_lines_direction=int(r.integers(0, 2)),
                noisy_lines_number_range=(4, 12),
                noisy_lines_thickness_range=(1, 2),
                noisy_lines_random_noise_intensity_range=(0.01, 0.06),
            )
        ]
    ),
    "watermark": (
        lambda a, r: [
            a.WaterMark(
                watermark_word="COPY", watermark_font_size=(10, 14), watermark_rotation=(20, 40)
            )
        ]
    ),
    "squish": (
        lambda a, r: [
            a.Squish(
                squish_direction=int(r.integers(0, 2)),
                squish_number_range=(3, 8),
                squish_distance_range=(1, 3),
                squish_line="random",
            )
        ]
    ),
    "texture": (
        lambda a, r: [
            a.DelaunayTessellation(
                n_points_range=(300, 700),
                n_horizontal_points_range=(300, 700),
                n_vertical_points_range=(300, 700),
                noise_type="random",
            )
        ]
    ),
}
