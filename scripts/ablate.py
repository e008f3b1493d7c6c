"""Switches mechanisms off, one at a time, and counts what a corpus loses by it.

    python scripts/ablate.py SCANS TRUTH [--only hand,crossing] [--every 3] [--said said.gz]

For every mechanism: fields that are wrong, fields up for review, wrong fields that are accepted,
and processor seconds, beside the same with nothing switched off. What loses nothing over the
corpora can go. Readers are asked once about a crop, over all mechanisms (and over runs, with
``--said``): the seconds are those of everything but the readers.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np

from ocr_form4.errors import Form4Error
from ocr_form4.filing import divide_pages, read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.readers import Readers, make_readers
from ocr_form4.readers.replay import load, recorded, save
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.sheet import pages_on
from ocr_form4.stages.segment.cut import Cut
from ocr_form4_models.field import Status
from scoring import compared

SEGMENT, RECOGNIZE, PARSE = ("ocr_form4.stages." + s for s in ("segment", "recognize", "parse"))


def _same(value: Any, *_: Any) -> Any:
    return value


def _nothing(*_: Any, **__: Any) -> tuple[()]:
    return ()


def _false(*_: Any, **__: Any) -> bool:
    return False


def _none(*_: Any, **__: Any) -> None:
    return None


MECHANISMS: dict[str, tuple[tuple[str, Any], ...]] = {
    "crossing": ((f"{SEGMENT}.foreign_ink", lambda ink, blobs: ((), np.zeros(len(blobs), bool))),),
    "scrawled": ((f"{SEGMENT}.scrawled", _nothing),),
    "covered": ((f"{SEGMENT}.covered_places", _nothing),),
    "stamped": ((f"{SEGMENT}._stamped", _nothing),),
    "blots": ((f"{SEGMENT}._without_blots", lambda glyphs, *_: (glyphs, ())),),
    "strokes": ((f"{RECOGNIZE}.cells.struck_out", _none),),
    "raised": ((f"{RECOGNIZE}.cells.raised_part", _none),),
    "like marks": ((f"{PARSE}.cell_marks._like_marks", _false),),
    "cut": ((f"{SEGMENT}.find_cut", lambda *_: Cut((), ())),),
    "crumbs": ((f"{SEGMENT}.without_crumbs", lambda page, lines, usual: list(lines)),),
    "mended boxes": ((f"{SEGMENT}.boxes._mended_cut", _none),),
    "stray": ((f"{SEGMENT}._stray", _nothing),),
    "hand": ((f"{RECOGNIZE}.by_hand", lambda pixels, entries: [False] * len(entries)),),
    "lost header": (("ocr_form4.filing.with_header", _same),),
    "repeated": ((f"{PARSE}.settle_repeated", _same),),
    "sense": (
        (f"{PARSE}.below.sensible_text", _same),
        (f"{PARSE}.below.sensible_signature", _same),
    ),
}
"""What is put in place of which functions or bounds: something that finds nothing, or changes
nothing.
"""


@dataclass(slots=True)
class Count:
    wrong: int = 0
    review: int = 0
    unmarked: int = 0
    fields: int = 0
    seconds: float = 0.0
    wrong_in: set[tuple[str, str]] = field(default_factory=set)

    def row(self, name: str) -> str:
        return f"{name:16} {self.wrong:6} {self.review:7} {self.unmarked:9} {self.seconds:9.1f}"


def main() -> None:
    arguments = _arguments()
    scans = sorted(p for p in arguments.scans.iterdir() if _truth(p, arguments.truth).exists())[
        :: arguments.every
    ]
    readers, recording = recorded(make_readers(Settings()))
    if arguments.said and arguments.said.exists():
        known = load(arguments.said)
        recording.seen.update(known.seen)
        for name, said in known.said.items():
            recording.said[name].update(said)
    kept = Kept()
    print(
        f"{'off':16} {'wrong':>6} {'review':>7} {'unmarked':>9} {'seconds':>9}   of {len(scans)} "
        "documents"
    )
    whole = count(scans, arguments.truth, readers, kept, "")
    print(whole.row("nothing"), flush=True)
    for name in arguments.only.split(","):
        patches = [patch(where, instead) for where, instead in MECHANISMS[name]]
        for each in patches:
            each.start()
        found = count(scans, arguments.truth, readers, kept, MECHANISMS[name][0][0])
        for each in patches:
            each.stop()
        lost, won = found.wrong_in - whole.wrong_in, whole.wrong_in - found.wrong_in
        named = [
            " ".join(f"{a}:{b.rpartition('/')[2]}" for a, b in sorted(these)[:4])
            for these in (lost, won)
        ]
        print(
            found.row(name), f"  {len(lost)} lost, {len(won)} won;", " -- ".join(named), flush=True
        )
        if arguments.said:
            save(recording, arguments.said)


@dataclass(slots=True)
class Kept:
    """What stages before the one in which something is switched off made of a document, so that it
    is made once.
    """

    sheets: dict[tuple[str, int], Any] = field(default_factory=dict)
    divided: dict[str, list[Any]] = field(default_factory=dict)

    def patches(self, scan: Path, where: str) -> list[Any]:
        """``where`` is what is switched off, none: nothing."""

        def sheets(image: Any, first: int, readers: Readers) -> Any:
            key = (scan.name, first)
            if key not in self.sheets:
                self.sheets[key] = pages_on(image, first, readers)
            return self.sheets[key]

        def divided(document: Any, readers: Readers, tell: Any) -> Any:
            if scan.name not in self.divided:
                self.divided[scan.name] = list(divide_pages(document, readers, tell))
            return iter(self.divided[scan.name])

        before = where.startswith((SEGMENT, "ocr_form4.filing"))
        return [
            patch("ocr_form4.filing.pages_on", sheets),
            *([] if before else [patch("ocr_form4.filing.divide_pages", divided)]),
        ]


def count(scans: Sequence[Path], truth: Path, readers: Readers, kept: Kept, where: str) -> Count:
    """Reads every scan once and counts its fields against the truth."""
    total, start = Count(), time.process_time()
    with TemporaryDirectory() as folder:
        for scan in scans:
            try:
                with ExitStack() as patched:
                    for each in kept.patches(scan, where):
                        patched.enter_context(each)
                    evidence = read_document(scan, Settings(), readers)[0]
            except Form4Error:
                total.wrong += len(list(compared(_truth(scan, truth), None)))
                continue
            xml = Path(folder) / "read.xml"
            xml.write_bytes(write_xml(evidence.filing))
            for each in compared(_truth(scan, truth), xml):
                found = evidence.filing.fields.get(each.path)
                total.fields += 1
                total.wrong += not each.same
                total.unmarked += not each.same and (
                    found is None or found.status is Status.ACCEPTED
                )
                if not each.same:
                    total.wrong_in.add((scan.stem, each.path))
            total.review += sum(f.status is Status.REVIEW for f in evidence.filing.fields.values())
    total.seconds = time.process_time() - start
    return total


def _truth(scan: Path, truth: Path) -> Path:
    return truth / f"{scan.stem}.xml"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scans", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--only", default=",".join(MECHANISMS), help=f"of {', '.join(MECHANISMS)}")
    parser.add_argument("--every", type=int, default=1, help="every 3rd document, say, by name")
    parser.add_argument("--said", type=Path, help="where readings are kept from run to run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
