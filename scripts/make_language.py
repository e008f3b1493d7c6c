"""Counts the n-grams of what filers write: ``models/ocr_form4_models/weights/language.txt.gz``.

    python scripts/make_language.py FILINGS [--exclude TRUTH_DIR ...]

The texts are footnotes, remarks, titles, natures of ownership, names, addresses, signatures, the
form's own captions, and ``trade.txt``: what people write who file such forms, put together for this
project. A text that several filings of a filer share counts once. Filings that are set aside to
judge by, or whose truth stands in a TRUTH_DIR, lend no text, so that what is measured and
calibrated on remains unseen.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from formprint import captions, choose
from ocr_form4.text.language import ORDER, normal

TEXTS = ("footnote", "remarks", "securityTitle", "underlyingSecurityTitle", "natureOfOwnership",
    "officerTitle",
         "signatureName", "rptOwnerName", "issuerName", "rptOwnerStreet1", "rptOwnerStreet2",
         "rptOwnerCity")  # fmt: skip
TRADE = Path(__file__).with_name("trade.txt")
LEAST = {5: 2, 6: 2}
"""n-grams this long that are seen less often are left out."""
TARGET = (
    Path(__file__).parent.parent / "models" / "ocr_form4_models" / "weights" / "language.txt.gz"
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("filings", type=Path, help="folder of ownership XML files")
    parser.add_argument(
        "--exclude",
        type=Path,
        nargs="+",
        default=[],
        help="folders of truth files: not these filings",
    )
    arguments = parser.parse_args()
    excluded = {one for folder in arguments.exclude for one in choose.identities(folder)}
    texts = {sentence for caption in captions.texts() for sentence in _sentences(caption)}
    texts |= {sentence for text in of_the_trade() for sentence in _sentences(text)}
    for _, root in choose.to_learn_from(arguments.filings):
        if choose.identity(root) in excluded:
            continue
        for tag in TEXTS:
            for element in root.iter(tag):
                texts |= set(_sentences(" ".join("".join(element.itertext()).split())))
        name, symbol = (
            root.findtext(f".//{tag}", "").strip() for tag in ("issuerName", "issuerTradingSymbol")
        )
        texts |= {f" {name} [ {normal(symbol)} ] ", f" {name} [{normal(symbol)}] "}
    counts = Counter(
        text[k : k + n]
        for text in sorted(texts)
        for n in range(1, ORDER + 1)
        for k in range(len(text) - n + 1)
    )
    kept = {gram: count for gram, count in counts.items() if count >= LEAST.get(len(gram), 1)}
    lines = "".join(f"{gram}\t{count}\n" for gram, count in sorted(kept.items()))
    TARGET.write_bytes(gzip.compress(lines.encode(), mtime=0))
    print(
        f"{len(texts)} sentences, {len(kept)} n-grams, {TARGET.stat().st_size // 1000} kB in "
        f"{TARGET.name}"
    )


def of_the_trade() -> list[str]:
    """The texts of ``trade.txt``: of each line as many as its longest choice has parts."""
    lines = (x for x in TRADE.read_text().splitlines() if not x.startswith("#"))
    return [" ".join(text.split()) for line in lines for text in _each(line)]


def _each(line: str) -> list[str]:
    """A line with its choices made, so that each part of each choice stands in one of the texts."""
    parts = [part.split("|") for part in re.split(r"[{}]", line)]
    return ["".join(p[k % len(p)] for p in parts) for k in range(max(map(len, parts)))]


def _sentences(text: str) -> list[str]:
    """The sentences of a text with a space before and behind, figures as the model sees them."""
    parts = re.split(r"(?<=[a-z)\"][.;]) (?=[A-Z])", normal(text))
    return [f" {part} " for part in parts if part.isascii() and len(part) > 1]


if __name__ == "__main__":
    main()
