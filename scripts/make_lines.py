"""Draw lines as they stand on scans of the form, for training the line reader.

    python scripts/make_lines.py --filings DIR --fonts DIR --words FILE --out DIR --sheets 400
    --seed 1

Writes shards of 40 sheets: NAME.npz with ``pixels`` (HEIGHT, all widths one after the other),
``widths``, ``texts`` and ``kinds``, each line's damage or kind of scan. Filings that are set aside
to judge by lend no text (``formprint/choose.py``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose
from linereader.sheet import crops, fonts_in
from linereader.text import Texts

SHARD = 40


def main() -> None:
    arguments = _arguments()
    cv2.setNumThreads(1)
    filings = [root for _, root in choose.to_learn_from(arguments.filings)]
    words = [w for w in arguments.words.read_text().split() if w.isascii()]
    texts = Texts(filings, words)
    fonts = fonts_in(arguments.fonts)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for shard in range(-(-arguments.sheets // SHARD)):
        rng = np.random.default_rng((arguments.seed, shard))
        found = [c for _ in range(SHARD) for c in crops(texts, fonts, rng)]
        target = arguments.out / f"s{arguments.seed:03d}-{shard:04d}.npz"
        save(target, found)
        print(f"{target.name}: {len(found)} lines", flush=True)


def save(target: Path, lines: Sequence[tuple[NDArray[np.uint8], str, str]]) -> None:
    """Lines, each with its pixels, what it says and what befell it, as one shard."""
    partial = target.with_suffix(".part")
    with partial.open("wb") as file:
        np.savez(
            file,
            pixels=np.concatenate([c for c, _, _ in lines], axis=1),
            widths=np.array([c.shape[1] for c, _, _ in lines], dtype=np.int32),
            texts=np.array([t for _, t, _ in lines]),
            kinds=np.array([k for _, _, k in lines]),
        )
    partial.rename(target)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--filings", type=Path, required=True, help="folder of ownership XML files")
    parser.add_argument("--fonts", type=Path, nargs="+", default=[Path("/usr/share/fonts")])
    parser.add_argument(
        "--words", type=Path, default=Path("/usr/share/dict/words"), help="a word a line"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sheets", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
