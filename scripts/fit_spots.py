"""Fit what tells dirt as small as letters from letters (``segment/spots.py``), and measure it.

    python scripts/make_study.py --filings FILINGS --small --out STUDY --count 72 --seed 707
    --role learn --kinds clean300,office300,gray150,gray200,copy200,copy300,fax204,fax98
    python scripts/fit_spots.py --scans STUDY/scan [--measured FILE.npz]

Learned is from scans on which there is no dirt, by the project's own scanners: their letters as
they are, spread, blurred, under rollers' bands and through two more hands of our own; and dirt of a
drum and crumbs, drawn on each page before it is thresholded or sent by fax, which is dirt where it
was laid on paper. Documents are held out in turn, so that what is measured was never seen; the
weights written are fitted on all. ``--measured`` keeps the measures between runs.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from formprint import damage
from formprint.damage import Pixels, Rng, drum_dirt, sprayed
from ocr_form4.readers import Readers, make_readers
from ocr_form4.settings import Settings
from ocr_form4.stages import segment
from ocr_form4.stages.deskew import UPRIGHT_DPI
from ocr_form4.stages.deskew.sheet import pages_on
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import blots
from ocr_form4.stages.segment.spots import MEASURES, OF_CLOUDS, SURE, Floats, are_spots, measured
from ocr_form4_models.geometry import Upright
from ocr_form4_models.page import UprightPage
from odds_fit import fitted, write

WEIGHTS = Path(__file__).parents[1] / "models/ocr_form4_models/weights"
FOLDS, HIDDEN, DECAY = 5, 48, 0.02
DARKER, PAPER = 25, 150
"""Levels of gray that dirt takes from the paper at least, and that paper has."""
HANDS = (
    damage.streaks, damage.bleed_through, damage.low_ink, damage.mottled, damage.shaded,
    damage.lost_rows, damage.dithered, damage.coded,
)  # fmt: skip
"""Which lay no dirt on a page that is as small as letters: their letters are learned from."""
PRINT, NO_PRINT = 0.15, 0.05
"""Shares of a piece of ink that lie on the page's print: from the first on it is a letter, also one
that dirt has run into, and up to the second none.
"""
DIRT = 0.6
"""Share of a piece of ink that dirt laid, from which it is dirt, where no print lies in it."""
PALE_LEVELS = 25
"""How much lighter than the page's ink a piece is that is learned from: half of what is asked
about, as more than twice as many letters are so pale.
"""
FAX_DPI = (204, 196)
KINDS: tuple[tuple[str, str, Sequence[str], Callable[[Floats], NDArray[np.bool_]]], ...] = (
    ("spots.json", "that stands apart", MEASURES, are_spots),
    ("clouds.json", "paler than print", OF_CLOUDS, lambda values: ~are_spots(values)),
)
"""The networks' files, what they are asked about, by what they tell, and which pieces these are."""
Measured = list[tuple[str, Floats, NDArray[np.bool_]]]
"""By document: what was measured of its pieces of ink, and which of them are dirt."""


def main() -> None:
    arguments = _arguments()
    cv2.setNumThreads(1)
    if arguments.measured and arguments.measured.exists():
        kept = np.load(arguments.measured)
        documents = [(k[2:], kept[k], kept[f"y {k[2:]}"]) for k in kept if k.startswith("x ")]
    else:
        documents = list(_documents(arguments.scans, arguments.seed))
        if arguments.measured:
            named = {f"{n} {d}": v for d, x, y in documents for n, v in (("x", x), ("y", y))}
            np.savez(arguments.measured, **named)
    for name, what, measures, is_asked in KINDS:
        some = [(d, x[is_asked(x)][:, : len(measures)], y[is_asked(x)]) for d, x, y in documents]
        values, is_dirt = (np.concatenate([d[k] for d in some]) for k in (1, 2))
        card = {
            "what": f"log odds that a piece of ink {what} is dirt",
            "documents": len(some),
            "pieces": len(is_dirt),
            "dirt": int(is_dirt.sum()),
            "held out": _held_out(some),
        }
        write(WEIGHTS / name, fitted(values, is_dirt, HIDDEN, DECAY), measures, card)
        print(json.dumps(card, indent=2))


def _documents(scans: Path, seed: int) -> Iterator[tuple[str, Floats, NDArray[np.bool_]]]:
    settings = Settings(readers=("form",))
    readers = make_readers(settings)
    for number, path in enumerate(sorted(p for p in scans.iterdir() if p.is_file())):
        rng = np.random.default_rng(1000 * seed + number)
        with open_document(path, settings) as document:
            page = pages_on(document.page(1), 1, readers)[0].upright
        parts = [part for part in _of_page(page, readers, rng) if part is not None]
        values, is_dirt = (np.concatenate(some) for some in zip(*parts, strict=True))
        print(f"{path.name}: {len(is_dirt)}, dirt {is_dirt.sum()}", file=sys.stderr, flush=True)
        yield path.stem, values, is_dirt


def _of_page(
    page: UprightPage, readers: Readers, rng: Rng
) -> Iterator[tuple[Floats, NDArray[np.bool_]] | None]:
    """What is measured on a page as it is, with its ink spread, blurred, and with dirt."""
    clean = page.pixels
    none = np.zeros_like(clean, bool)
    width = int(rng.choice((3, 5), p=(0.7, 0.3)))
    spread = np.asarray(cv2.erode(clean, np.ones((width, width), np.uint8)))
    soft = np.asarray(cv2.GaussianBlur(clean, (0, 0), rng.uniform(1, 2)))
    some = [HANDS[int(k)] for k in rng.choice(len(HANDS), 2, replace=False)]
    through = [hand(clean, UPRIGHT_DPI, rng) for hand in (rolled, *some)]
    for pixels in (clean, spread, soft, *through):
        yield _pieces(page, readers, pixels, none)
    for dirty in DIRT_OF:
        over = dirty(clean, UPRIGHT_DPI, rng)
        laid = (clean.astype(int) - over > DARKER) & (clean > PAPER)
        yield _pieces(page, readers, _scanned(over, rng), laid)


def lying_dirt(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """A drum's dirt on a page that went through it sideways."""
    return np.ascontiguousarray(drum_dirt(np.ascontiguousarray(page.T), dpi, rng).T)


def rolled(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Bands that rollers leave across or along a page, darker than the paper or lighter than the
    print, one after the other.
    """
    height, width = page.shape
    length = height if (across := rng.random() < 0.7) else width
    at = np.arange(length, dtype=np.float32)
    turn = rng.uniform(0.3, 3) * dpi
    wave = np.zeros(length, np.float32)
    for _ in range(int(rng.integers(2, 7))):
        middle, broad = rng.uniform(0, turn), rng.uniform(0.03, 0.4) * dpi
        off = (at - middle + turn / 2) % turn - turn / 2
        wave += float(rng.uniform(-0.5, 1)) * np.exp(-((off / broad) ** 2), dtype=np.float32)
    grain = 1 + rng.uniform(0, 0.3) * rng.standard_normal(page.shape, np.float32)
    band = (wave[:, None] if across else wave[None]) * grain
    dark = page * (1 - np.clip(band, 0, 1) * rng.uniform(0.2, 0.75))
    lifted = dark + np.clip(-band, 0, 1) * rng.uniform(0.2, 0.8) * (255 - dark)
    return np.clip(lifted, 0, 255).astype(np.uint8)


def crumbs(page: Pixels, dpi: float, rng: Rng) -> Pixels:
    """Dirt of any outline, lying anywhere, in any gray: hills of noise cut off at a height."""
    height, width = page.shape
    coarse = float(np.exp(rng.uniform(np.log(0.008), np.log(0.03)))) * dpi
    noise = rng.standard_normal((round(height / coarse) + 1, round(width / coarse) + 1))
    hills = cv2.resize(noise.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    lifted = np.clip((hills - rng.uniform(2.2, 2.8)) * rng.uniform(3, 12), 0, 1)
    dark = page.astype(np.float32) - lifted * rng.uniform(110, 240)
    return np.clip(dark, 0, 255).astype(np.uint8)


DIRT_OF = (drum_dirt, lying_dirt, crumbs, *3 * [sprayed])
"""What is laid on a page, one after the other."""


def _scanned(page: Pixels, rng: Rng) -> Pixels:
    """The page in gray, in black and white, or through a fax."""
    roll = rng.random()
    if roll < 0.4:
        return page
    level = float(rng.uniform(110, 190))
    if roll < 0.7:
        return np.where(page < level, 0, 255).astype(np.uint8)
    across, down = FAX_DPI if roll < 0.85 else (FAX_DPI[0], FAX_DPI[1] // 2)
    size = round(page.shape[1] * across / UPRIGHT_DPI), round(page.shape[0] * down / UPRIGHT_DPI)
    small = cv2.resize(page, size, interpolation=cv2.INTER_AREA)
    small = np.where(small < level, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(small, page.shape[::-1], interpolation=cv2.INTER_CUBIC))


def _pieces(
    page: UprightPage, readers: Readers, pixels: Pixels, laid: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]] | None:
    """What is measured of the pieces of ink of a page with other pixels, and which of them were
    laid on it; None where none is.
    """
    printed = cv2.dilate((page.pixels < PAPER).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    maps = readers.sight.see(pixels, (UPRIGHT_DPI, UPRIGHT_DPI), Upright)
    found: list[tuple[Floats, NDArray[np.bool_]]] = []

    def keep(glyphs, mask, pixels, maps, usual):  # type: ignore[no-untyped-def]
        which, values = measured(glyphs, mask, pixels, maps, usual, PALE_LEVELS)
        parts = [glyphs[k].box.pixels(*mask.shape) for k in which.tolist()]
        dirt, of_print = (
            np.array([where[at][mask[at] > 0].mean() for at in parts]) for where in (laid, printed)
        )
        is_dirt = (dirt >= DIRT) & (of_print <= NO_PRINT)
        told = is_dirt | (of_print >= PRINT)
        if told.any():
            found.append((values[told], is_dirt[told]))
        return [], []

    finding, blots.find_spots = blots.find_spots, keep
    try:
        segment.segment(replace(page, pixels=pixels, maps=maps))
    finally:
        blots.find_spots = finding
    return found[0] if found else None


def _held_out(documents: Measured) -> dict[str, float]:
    """What was found of dirt, and of how many letters that stand apart one was taken for dirt, each
    by weights that never saw its document.
    """
    dirt: list[bool] = []
    letters: list[bool] = []
    for fold in range(FOLDS):
        seen = [d for k, d in enumerate(documents) if k % FOLDS != fold]
        odds = fitted(*(np.concatenate([d[k] for d in seen]) for k in (1, 2)), HIDDEN, DECAY)
        for _, values, is_dirt in documents[fold::FOLDS]:
            told = odds.of(values) >= SURE
            dirt += told[is_dirt].tolist()
            letters += told[~is_dirt].tolist()
    return {
        "dirt found": round(float(np.mean(dirt)), 4),
        "letters that stand apart": len(letters),
        "of them taken for dirt": int(np.sum(letters)),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scans", type=Path, required=True, help="folder of scans without dirt")
    parser.add_argument("--measured", type=Path, help="file that keeps what was measured")
    parser.add_argument("--seed", type=int, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    main()
