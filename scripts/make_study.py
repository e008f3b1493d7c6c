"""Make a study corpus: real filings printed in every edition and scanned in every way, with their truth.

    python scripts/make_study.py --filings DIR --out DIR --count 60 --seed 1 [--exclude TRUTH_DIR]
        [--kinds fax204,stamped] [--editions x05,ir]

The same seed, filings and fonts give the same corpus. DIR holds scan/, truth/ and index.tsv (name, edition, kind of
scan, pages).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose
from formprint.chromium import printer
from formprint.documents import EDITIONS, make_document, write_document, write_truths
from formprint.kinds import KINDS

FORM_4_EDITIONS = "x05,x03,ir,sec1474,old1996"
"""Those of which most filings are; ``--editions x06,x01,printer,ascii`` prints the others."""


def main() -> int:
    arguments = _arguments()
    kinds, editions = arguments.kinds.split(","), arguments.editions.split(",")
    if unknown := [k for k in kinds if k not in KINDS] + [e for e in editions if e not in EDITIONS]:
        known = f"kinds: {', '.join(KINDS)}; editions: {', '.join(EDITIONS)}"
        print(f"unknown: {', '.join(unknown)}; {known}", file=sys.stderr)
        return 2
    excluded = choose.identities(arguments.exclude) if arguments.exclude else set()
    filings = choose.pool(arguments.filings, excluded)
    order = np.random.default_rng(arguments.seed).permutation(len(filings))
    used: set[Path] = set()
    index = []
    with printer() as browser:
        for number in range(arguments.count):
            name = f"{arguments.prefix}{number:03d}"
            kind, edition = _plan(number, kinds, editions)
            rng = np.random.default_rng([arguments.seed, number])
            candidates = [filings[i] for i in order if choose.fits(filings[i][1], EDITIONS[edition][1], kind)]
            if not candidates:
                print(f"{name}: no filing fits {edition} {kind}", file=sys.stderr)
                continue
            fresh = [c for c in candidates if c[0] not in used] or candidates
            chosen = fresh[: 2 if kind == "two" else 1]
            used |= {path for path, _ in chosen}
            document = make_document([filing for _, filing in chosen], edition, kind, browser, rng)
            write_document(document, arguments.out / "scan" / f"{name}{'.tif' if kind == 'tiff' else '.pdf'}")
            for entry in write_truths(document, name, arguments.out / "truth"):
                index.append(f"{entry}\t{edition}\t{kind}\t{len(document.pages)}\n")
            print(f"{name} {edition} {kind} {len(document.pages)} pages: {chosen[0][0].name}", file=sys.stderr)
            (arguments.out / "index.tsv").write_text("".join(index))
    return 0


def _plan(number: int, kinds: list[str], editions: list[str]) -> tuple[str, str]:
    """Every kind in turn; the edition moves on by one more with each round, so that all pairs come up."""
    edition = editions[(number + number // len(kinds) * (len(kinds) % len(editions) == 0)) % len(editions)]
    return kinds[number % len(kinds)], edition


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--filings", type=Path, required=True, help="folder of real filings as XML")
    parser.add_argument("--exclude", type=Path, help="folder of XML whose filings are left out")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="s", help="first letters of the names")
    parser.add_argument("--kinds", default=",".join(KINDS), help="kinds of scan, separated by commas")
    parser.add_argument("--editions", default=FORM_4_EDITIONS, help="editions, separated by commas")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
