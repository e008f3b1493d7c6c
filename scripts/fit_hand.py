"""Fit what tells handwriting from print (``ocr_form4/stages/hand.py``), and measure it.

    python scripts/fit_hand.py --filings DIR --print SCANS --exclude TRUTH_DIR [--sheets 150]
    [--lines FILE.npz]

Learned are lines drawn in typefaces after handwriting, bent as no typeface is, against lines in
print, and the entries of scans in which nothing is handwritten. Typefaces and scans are held out in
turn, each with its family, so that what is measured was never seen; the weights written are fitted
on all. ``--lines`` keeps the measures between runs.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose
from formprint.kinds import KINDS
from linereader import handwriting, sheet
from linereader.text import Texts
from ocr_form4.pixels.blobs import find_blobs
from ocr_form4.pixels.odds import Odds
from ocr_form4.readers.sight import sight
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew import deskew
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize.hand import MEASURES, is_plain, measures
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.glyphs import find_glyphs
from ocr_form4.stages.segment.line_rows import join_rows
from ocr_form4.stages.segment.rulings import find_rulings
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.geometry import Upright
from ocr_form4_models.layout import inside
from odds_fit import fitted, write

WEIGHTS = Path(__file__).parents[1] / "models/ocr_form4_models/weights/hand.json"
FOLDS, HIDDEN, LEAST_LETTERS = 5, 48, 3
Floats = NDArray[np.float64]
Lines = list[tuple[bool, str, Floats]]
"""Whether a line is handwritten, its family or its scan, its measures."""


def main() -> None:
    arguments = _arguments()
    cv2.setNumThreads(1)
    if arguments.lines and arguments.lines.exists():
        kept = np.load(arguments.lines)
        lines: Lines = list(
            zip(kept["hand"].tolist(), kept["group"].tolist(), kept["measures"], strict=True)
        )
    else:
        lines = [*_drawn(arguments), *_of_scans(arguments.print)]
        if arguments.lines:
            hand, group, values = zip(*lines, strict=True)
            np.savez(arguments.lines, hand=hand, group=group, measures=values)
    report = _held_out(lines)
    weights = _fit(lines)
    card = {"what": "log odds that a line is handwritten", "lines": len(lines), "held out": report}
    write(WEIGHTS, weights, MEASURES, card)
    print(json.dumps(card, indent=2))


def _drawn(arguments: argparse.Namespace) -> Lines:
    """The measures of lines on drawn sheets, every other one by hand, scanned in every way."""
    rng = np.random.default_rng(arguments.seed)
    filings = [f for _, f in choose.pool(arguments.filings, choose.identities(arguments.exclude))]
    texts = Texts(filings, [w for w in arguments.words.read_text().split() if w.isascii()])
    files = sorted(
        {p for end in ("*.ttf", "*.otf", "*.t1", "*.TTF") for p in arguments.fonts.rglob(end)}
    )
    hands = sheet.usable_fonts([p for p in files if handwriting.HAND.search(p.name)])
    prints = sheet.usable_fonts(
        [
            p
            for p in files
            if not handwriting.HAND.search(p.name) and not handwriting.NEITHER.search(p.name)
        ]
    )
    common = [p for p in prints if handwriting.COMMON.search(p.name)]
    light = [
        p for p in prints if handwriting.LIGHT.search(p.name) and not re.search("Ital|Obl", p.name)
    ]
    found: Lines = []
    for number in range(arguments.sheets):
        by_hand = number % 2 == 1
        of = ((hands, 4), (light, 1)) if by_hand else ((common, 4), (prints, 4))
        fonts = [some[int(i)] for some, n in of for i in rng.integers(len(some), size=n)]
        drawn, where = handwriting.sheet(texts, fonts, by_hand, rng)
        pixels = sheet.scanned(drawn, KINDS[sheet.scan_kind(rng)](rng), rng)
        mask = find_rulings(pixels, sight().see(pixels, (300, 300), Upright))[1].glyphs
        glyphs, *_ = find_glyphs(find_blobs(mask), mask)
        for line in join_rows(group_lines(glyphs), gap=1.6):
            x, y = line.box.center
            fits = [
                font
                for (x0, y0, x1, y1), font in where
                if x0 - 8 <= x <= x1 + 8 and y0 - 8 <= y <= y1 + 8
            ]
            values = measures(pixels, line.box, line.cap_height) if len(fits) == 1 else None
            if values is not None:
                found.append((by_hand, re.split(r"[-_ ]", fits[0])[0][:6].lower(), values))
        print(f"sheet {number}: {len(found)} lines", file=sys.stderr)
    return found


def _of_scans(folder: Path) -> Lines:
    """The measures of what stands in the boxes and cells of scans without handwriting."""
    found: Lines = []
    for path in sorted(folder.iterdir()):
        with open_document(path, Settings()) as document:
            for number in range(1, document.page_count + 1):
                layout = segment(deskew(document.page(number), sight()))
                cells = [
                    p.cell(r, c)
                    for p in layout.pieces
                    for r, c in np.ndindex(len(p.rows), len(p.columns) - 1)
                ]
                for box in (*layout.header, *(c.inset(7, 4) for c in cells)):
                    for line in join_rows(group_lines(inside(layout.glyphs, box)), 2.0):
                        values = measures(layout.clean, line.box, line.cap_height)
                        if values is not None:
                            found.append((False, f"scan {path.stem}", values))
    return found


def _held_out(lines: Lines) -> dict[str, float]:
    """What was found of hands and taken for one of print, each judged by weights that never saw its
    family or scan.
    """
    groups = sorted({group for _, group, _ in lines})
    fold = dict(
        zip(
            np.random.default_rng(0).permutation(groups).tolist(),
            np.arange(len(groups)) % FOLDS,
            strict=True,
        )
    )
    hand: list[bool] = []
    printed: list[bool] = []
    scanned: list[bool] = []
    for k in range(FOLDS):
        weights = _fit([n for n in lines if fold[n[1]] != k])
        for by_hand, group, values in lines:
            if fold[group] == k and values[-1] >= np.log(1 + LEAST_LETTERS):
                kind = hand if by_hand else scanned if group.startswith("scan ") else printed
                kind.append(is_plain(float(weights.of(values)), np.exp(values[-1]) - 1))
    shares = {
        "hands found": hand,
        "drawn print taken for a hand": printed,
        "scanned print taken for a hand": scanned,
    }
    return {name: round(float(np.mean(plain)), 4) for name, plain in shares.items()}


def _fit(lines: Lines) -> Odds:
    return fitted(np.array([v for _, _, v in lines]), [by_hand for by_hand, _, _ in lines], HIDDEN)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--filings", type=Path, required=True, help="folder of ownership XML files")
    parser.add_argument(
        "--exclude",
        type=Path,
        required=True,
        help="folder of truth files whose filings are left out",
    )
    parser.add_argument(
        "--print", type=Path, required=True, help="folder of scans in which nothing is handwritten"
    )
    parser.add_argument("--fonts", type=Path, default=Path("/usr/share/fonts"))
    parser.add_argument(
        "--words", type=Path, default=Path("/usr/share/dict/words"), help="a word a line"
    )
    parser.add_argument("--lines", type=Path, help="file that keeps the lines' measures")
    parser.add_argument("--sheets", type=int, default=150)
    parser.add_argument("--seed", type=int, default=12)
    return parser.parse_args()


if __name__ == "__main__":
    main()
