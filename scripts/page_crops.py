"""Keep what the line reader is asked about on pages, for a leaner one to learn from.

    python scripts/page_crops.py --scans DIR --out DIR

Writes shards like those of ``make_lines.py``: each line as the network sees it, HEIGHT pixels high,
with what the shipped reader says. Scans are to be of filings and hands that may be learned from
(``make_study.py --role learn``).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from linereader.network import ALPHABET
from linereader.sheet import scaled
from make_lines import save
from ocr_form4.errors import Form4Error
from ocr_form4.filing import read_document
from ocr_form4.readers import make_readers
from ocr_form4.readers.base import Reader
from ocr_form4.settings import Settings
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

SCANS = 40
"""Scans whose lines make a shard."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """A reader that keeps what it is asked about, and what it says."""

    asked: Reader
    kept: list[tuple[Gray, str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.asked.name

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        said = self.asked.read(crops)
        self.kept.extend(
            (scaled(crop), reading.text, "page")
            for crop, reading in zip(crops, said, strict=True)
            if reading.text and set(reading.text) <= set(ALPHABET)
        )
        return said


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scans", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    settings = Settings(readers=("form",))
    readers = make_readers(settings)
    scans = sorted(p for p in arguments.scans.iterdir() if p.is_file())
    for start in range(0, len(scans), SCANS):
        keeping = Keeping(readers.first)
        for scan in scans[start : start + SCANS]:
            try:
                read_document(scan, settings, replace(readers, first=keeping))
            except Form4Error as error:
                print(error, file=sys.stderr)
        target = arguments.out / f"page-{start // SCANS:04d}.npz"
        save(target, keeping.kept)
        print(f"{target.name}: {len(keeping.kept)} lines", flush=True)


if __name__ == "__main__":
    main()
