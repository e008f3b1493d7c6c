"""Writes the words that filers use: ``models/ocr_form4_models/weights/lexicon.txt``.

    python scripts/make_lexicon.py FILINGS

A word counts when at least three filings use it in footnotes, remarks, titles or natures of ownership: common
language and the language of securities, not the names of single filers. The lexicon only ever chooses between two
readings of a word; it never makes one.
"""

from __future__ import annotations

import argparse
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

LEAST = 3
TEXTS = ("footnote", "remarks", "securityTitle", "underlyingSecurityTitle", "natureOfOwnership", "officerTitle")
TARGET = Path(__file__).parent.parent / "models" / "ocr_form4_models" / "weights" / "lexicon.txt"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("filings", type=Path, help="folder of ownership XML files")
    folder = parser.parse_args().filings
    counts: Counter[str] = Counter()
    for file in sorted(folder.glob("*.xml")):
        root = ET.parse(file).getroot()
        text = " ".join("".join(e.itertext()) for tag in TEXTS for e in root.iter(tag))
        counts.update({w.lower() for w in re.findall(r"[A-Za-z]{2,}", text)})
    words = sorted(w for w, n in counts.items() if n >= LEAST)
    TARGET.write_text("\n".join(words) + "\n")
    print(f"{len(words)} words of {len(counts)} in {TARGET.name}")


if __name__ == "__main__":
    main()
