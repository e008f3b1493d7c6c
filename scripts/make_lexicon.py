"""Writes the words that are known: ``models/ocr_form4_models/weights/lexicon.txt``, and those of
them that filers use, ``filers.txt``.

    python scripts/make_lexicon.py FILINGS [--exclude TRUTH_DIR ...] [--words /usr/share/dict/words]

A word counts when at least three filings use it in footnotes, remarks, titles or natures of
ownership: common language and the language of securities, not the names of single filers. To these
come the words of the language in small letters (Debian's package wamerican, from SCOWL,
http://wordlist.aspell.net, whose terms allow any use). The lexicon only ever chooses between
readings of a word; it never makes one. Filings whose truth stands in a TRUTH_DIR do not count, so
that what is measured and calibrated on remains unseen.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose

LEAST = 3
TEXTS = (
    "footnote",
    "remarks",
    "securityTitle",
    "underlyingSecurityTitle",
    "natureOfOwnership",
    "officerTitle",
)
WEIGHTS = Path(__file__).parent.parent / "models" / "ocr_form4_models" / "weights"


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
    parser.add_argument(
        "--words", type=Path, default=Path("/usr/share/dict/words"), help="a word a line"
    )
    arguments = parser.parse_args()
    excluded = {one for folder in arguments.exclude for one in choose.identities(folder)}
    counts: Counter[str] = Counter()
    for _, root in choose.to_learn_from(arguments.filings):
        if choose.identity(root) in excluded:
            continue
        text = " ".join("".join(e.itertext()) for tag in TEXTS for e in root.iter(tag))
        counts.update({w.lower() for w in re.findall(r"[A-Za-z]{2,}", text)})
    language = re.findall(r"^[a-z]{2,}$", arguments.words.read_text(), re.MULTILINE)
    filers = {w for w, n in counts.items() if n >= LEAST}
    for name, words in (("lexicon.txt", filers | set(language)), ("filers.txt", filers)):
        (WEIGHTS / name).write_text("\n".join(sorted(words)) + "\n")
        print(f"{len(words)} words in {name}")


if __name__ == "__main__":
    main()
