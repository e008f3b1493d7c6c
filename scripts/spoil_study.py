"""Spoil the scans of a study by another library's damage: blur, noise, warping, compression, light.

    python scripts/make_study.py --filings DIR --out CLEAN --kinds clean300 --role learn --small
    python scripts/spoil_study.py CLEAN OUT --seed 11 [--only ThinPlateSpline]

Each document goes through two of the transforms of albumentations, each at a strength at which a
person still reads it. OUT holds scan/, truth/ and index.tsv, whose kind names both. To look at what
else breaks, never to learn from. Needs ``pip install albumentations img2pdf pdf2image``, in an
environment of its own: it brings another OpenCV.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import numpy as np

DPI = 300
QUALITY = 88
"""Of the JPEG that a page is kept as, of 100."""
TRANSFORMS: dict[str, dict[str, Any]] = {
    "MotionBlur": {"blur_limit": (5, 7)},
    "Defocus": {"radius": (2, 3), "alias_blur": (0.1, 0.2)},
    "ZoomBlur": {"max_factor": (1.002, 1.004), "step_factor": (0.0005, 0.0006)},
    "MedianBlur": {"blur_limit": (5, 5)},
    "ISONoise": {"color_shift": (0.05, 0.1), "intensity": (0.4, 0.6)},
    "MultiplicativeNoise": {"multiplier": (0.7, 1.2), "elementwise": True},
    "ShotNoise": {"scale_range": (0.2, 0.3)},
    "GaussNoise": {"std_range": (0.2, 0.25)},
    "SaltAndPepper": {"amount": (0.02, 0.04)},
    "PixelDropout": {"dropout_prob": 0.08, "drop_value": 255},
    "ImageCompression": {"compression_type": "jpeg", "quality_range": (9, 14)},
    "Downscale": {"scale_range": (0.45, 0.5)},
    "RingingOvershoot": {"blur_limit": (9, 11), "cutoff": (1.2, 1.5)},
    "Sharpen": {"alpha": (0.6, 0.9), "lightness": (0.8, 1.0)},
    "Emboss": {"alpha": (0.5, 0.7), "strength": (0.6, 0.9)},
    "ElasticTransform": {"alpha": 60, "sigma": 10, "border_mode": 1},
    "GridDistortion": {"num_steps": 8, "distort_limit": 0.06, "border_mode": 1},
    "OpticalDistortion": {"distort_limit": 0.12, "border_mode": 1},
    "ThinPlateSpline": {"scale_range": (0.02, 0.04), "border_mode": 1},
    "Perspective": {"scale": (0.02, 0.04), "fit_output": True, "fill": 210},
    "Affine": {"shear": (-4, 4), "rotate": (-3, 3), "scale": (0.9, 0.97), "fill": 255},
    "RandomShadow": {"shadow_roi": (0, 0, 1, 1), "shadow_intensity_range": (0.3, 0.5)},
    "PlasmaShadow": {"shadow_intensity_range": (0.4, 0.6)},
    "Illumination": {"mode": "gaussian", "intensity_range": (0.15, 0.2)},
    "Spatter": {"mode": "mud", "cutout_threshold": (0.78, 0.79)},
    "Posterize": {"num_bits": 2},
    "CLAHE": {"clip_limit": (6, 8)},
    "Morphological": {"scale": (2, 3), "operation": "erosion"},
    "ChromaticAberration": {
        "primary_distortion_limit": 0.02, "secondary_distortion_limit": 0.02,
    },
    "CoarseDropout": {
        "num_holes_range": (30, 40), "hole_height_range": (8, 16), "hole_width_range": (8, 16),
        "fill": 255,
    },
    "RandomGamma": {"gamma_limit": (250, 300)},
    "RandomBrightnessContrast": {
        "brightness_limit": (-0.1, 0), "contrast_limit": (-0.6, -0.5),
    },
}  # fmt: skip
"""Transforms by name, with what sets their strength."""


def main() -> None:
    arguments = _arguments()
    rng = np.random.default_rng(arguments.seed)
    names = arguments.only.split(",") if arguments.only else list(TRANSFORMS)
    for part in ("scan", "truth"):
        (arguments.out / part).mkdir(parents=True, exist_ok=True)
    index = []
    for k, row in enumerate((arguments.study / "index.tsv").read_text().splitlines()):
        name, edition, _, pages = row.split("\t")
        two = sorted({names[k % len(names)], str(rng.choice(names))})
        scan = next((arguments.study / "scan").glob(f"{name}.*"))
        spoilt = _spoilt(scan, two, arguments.seed + k)
        (arguments.out / "scan" / f"{name}.pdf").write_bytes(spoilt)
        shutil.copy(arguments.study / "truth" / f"{name}.xml", arguments.out / "truth")
        index.append(f"{name}\t{edition}\t{'+'.join(two)}\t{pages}\n")
    (arguments.out / "index.tsv").write_text("".join(index))


def _spoilt(scan: Path, names: list[str], seed: int) -> bytes:
    """A scan's pages as a PDF, through the transforms of these names."""
    import albumentations
    import cv2
    import img2pdf
    from pdf2image import convert_from_path

    made = [getattr(albumentations, name)(**TRANSFORMS[name], p=1) for name in names]
    through = albumentations.Compose(made, seed=seed)
    pages = []
    for page in convert_from_path(scan, dpi=DPI):
        pixels = through(image=np.array(page.convert("RGB")))["image"]
        gray = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)
        pages.append(cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1].tobytes())
    layout = img2pdf.get_fixed_dpi_layout_fun((DPI, DPI))
    return bytes(img2pdf.convert(pages, layout_fun=layout))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("study", type=Path, help="a study of clean scans (make_study.py)")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--only", default="", help="names of transforms, separated by commas")
    return parser.parse_args()


if __name__ == "__main__":
    main()
