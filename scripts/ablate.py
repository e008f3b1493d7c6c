"""Switches mechanisms off, one at a time, and counts what a corpus loses by it.

    python scripts/ablate.py SCANS TRUTH [--only hand,crossing] [--every 3]

For every mechanism: in how many documents it does anything, and over all of them, with it switched
off, the values that are wrong, the fields up for review, the wrong or lost values that nothing
marks, and the filings that are said to be incomplete, beside the same with nothing switched off.
What loses nothing over the corpora can go. A document is read again only where a mechanism does
anything in it, and readers are asked once about a crop. The seconds are those that the processor
spends in the mechanism itself.

A number is tried at another value in the same way: ``--only segment.cut._MARGIN=0.3``, or
``segment.boxes.T.flat_px=14``, several together with a + between. Then a document counts among the
first where it is read otherwise.
"""

from __future__ import annotations

import argparse
import ast
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import resolve_name
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import numpy as np

from ocr_form4.errors import Form4Error
from ocr_form4.filing import divide_pages, read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.readers import Readers, make_readers
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew.sheet import pages_on
from ocr_form4.stages.segment.blots import Blots
from ocr_form4.stages.segment.cut import Cut
from ocr_form4_models.evidence import Evidence, FilingStatus
from ocr_form4_models.field import Status
from recordings import kept_readings
from scoring import compared

_BETWEEN = r",(?![^(]*\))"
"""Names are parted by commas, which are no part of a number that is a tuple."""
STAGES = "ocr_form4.stages"
DESKEW, SEGMENT, RECOGNIZE, PARSE = (
    f"{STAGES}.{s}" for s in ("deskew", "segment", "recognize", "parse")
)


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
    "straddling": ((f"{SEGMENT}.straddling", _nothing),),
    "spots": ((f"{SEGMENT}.blots.find_spots", lambda *_: set()),),
    "through titles": ((f"{SEGMENT}.without_streaks", _none),),
    "covered": ((f"{SEGMENT}.covered_places", _nothing),),
    "stamped": ((f"{SEGMENT}.stamped", _nothing),),
    "blots": ((f"{SEGMENT}.without_blots", lambda glyphs, *_: (glyphs, Blots((), ()))),),
    "strokes": ((f"{RECOGNIZE}.cells.struck_out", _none),),
    "covered ends": ((f"{RECOGNIZE}.with_covered_ends", lambda layout, runs, reader: list(runs)),),
    "raised": ((f"{RECOGNIZE}.cells.raised_part", _none),),
    "like marks": ((f"{PARSE}.cell_marks._like_marks", _false),),
    "cut": ((f"{SEGMENT}.find_cut", lambda *_: Cut((), ())),),
    "crumbs": ((f"{SEGMENT}.without_crumbs", lambda page, lines, usual: list(lines)),),
    "mended boxes": ((f"{SEGMENT}.boxes._mended_cut", _none),),
    "stray": ((f"{SEGMENT}._stray", _nothing),),
    "hand": ((f"{RECOGNIZE}.by_hand", lambda pixels, entries: [False] * len(entries)),),
    "lost header": (("ocr_form4.filing.with_header", _same),),
    "parted": ((f"{PARSE}.below.parted", lambda row, width: (row, [])),),
    "repeated": ((f"{PARSE}.settle_repeated", _same),),
    "sense": (
        (f"{PARSE}.below_fields.sensible_text", _same),
        (f"{PARSE}.below_fields.sensible_signature", _same),
        (f"{PARSE}.footnotes.sensible_text", _same),
        (f"{PARSE}.without_end_points", _same),
    ),
}
"""What is put in place of which functions or bounds: something that finds nothing, or changes
nothing.
"""


@dataclass(slots=True)
class Count:
    """What is wrong, or in doubt, over the documents that were read."""

    fields: int = 0
    review: int = 0
    partial: int = 0
    read: list[tuple[str, str, str]] = field(default_factory=list)
    """Each field's path, value and status."""
    wrong: set[tuple[str, str]] = field(default_factory=set)
    """Of which document, at which path."""
    unmarked: set[tuple[str, str]] = field(default_factory=set)
    """Of these, what is accepted or has no entry."""

    def add(self, other: Count) -> None:
        self.fields += other.fields
        self.review += other.review
        self.partial += other.partial
        self.read += other.read
        self.wrong |= other.wrong
        self.unmarked |= other.unmarked


@dataclass(slots=True)
class Worth:
    """What is counted with a mechanism switched off, in how many documents it did anything, and
    what it costs.
    """

    count: Count = field(default_factory=Count)
    acted: int = 0
    seconds: float = 0.0

    def row(self, name: str) -> str:
        of = self.count
        return (
            f"{name:14} {self.acted:5} {len(of.wrong):6} {of.review:7} {len(of.unmarked):9} "
            f"{of.partial:8} {self.seconds:8.2f}"
        )


def main() -> None:
    arguments = _arguments()
    scans = sorted(p for p in arguments.scans.iterdir() if _truth(p, arguments.truth).exists())[
        :: arguments.every
    ]
    whole, worth = ablate(
        scans,
        arguments.truth,
        re.split(_BETWEEN, arguments.only),
        make_readers(Settings()),
        arguments.said,
    )
    print(
        f"{'off':14} {'acts':>5} {'wrong':>6} {'review':>7} {'unmarked':>9} {'partial':>8} "
        f"{'seconds':>8}   of {len(scans)} documents, {whole.fields} fields"
    )
    print(Worth(whole).row("nothing"))
    for name, one in worth.items():
        lost, won = one.count.wrong - whole.wrong, whole.wrong - one.count.wrong
        named = [
            " ".join(f"{a}:{b.rpartition('/')[2]}" for a, b in sorted(these)[:4])
            for these in (lost, won, one.count.unmarked - whole.unmarked)
        ]
        print(one.row(name), f"  {len(lost)} lost, {len(won)} won;", " -- ".join(named))


def ablate(
    scans: Iterable[Path],
    truth: Path,
    names: Sequence[str],
    readers: Readers,
    said: Path | None = None,
) -> tuple[Count, dict[str, Worth]]:
    """What is counted as it stands, and with each of the mechanisms switched off."""
    whole, worth = Count(), {name: Worth() for name in names}
    for scan in scans:
        with kept_readings(readers, said, scan) as heard:
            kept = Kept(heard)
            with ExitStack() as watching:
                watched = {name: watching.enter_context(_watched(name)) for name in names}
                as_it_is = count(scan, truth, kept)
            for name in filter(_is_number, names):
                watched[name] = Watched(True)
            whole.add(as_it_is)
            for name, seen in watched.items():
                of = worth[name]
                other = count(scan, truth, kept, name) if seen.acted else as_it_is
                of.acted += other.read != as_it_is.read if _is_number(name) else seen.acted
                of.seconds += seen.seconds
                of.count.add(other)
    return whole, worth


def _is_number(name: str) -> bool:
    return "=" in name


@contextmanager
def _numbers_at(name: str) -> Iterator[None]:
    """While it lasts, the numbers have the values that stand behind them, wherever used."""
    with ExitStack() as changed:
        for one in name.split("+"):
            changed.enter_context(_number_at(one))
        yield


@contextmanager
def _number_at(name: str) -> Iterator[None]:
    where, _, value = name.partition("=")
    path, _, last = f"{STAGES}.{where}".rpartition(".")
    given = ast.literal_eval(value)
    if path.rpartition(".")[2].isupper():
        module, _, tolerances = path.rpartition(".")
        held = getattr(import_module(module), tolerances)
        before = getattr(held, last)
        object.__setattr__(held, last, given)
        try:
            yield
        finally:
            object.__setattr__(held, last, before)
        return
    before = getattr(import_module(path), last)
    users = [m for n, m in sys.modules.items() if n.startswith("ocr_form4.")]
    with ExitStack() as patched:
        for module in [m for m in users if getattr(m, last, None) is before]:
            patched.enter_context(patch.object(module, last, given))
        yield


@dataclass(slots=True)
class Watched:
    """Whether a mechanism did anything in a document, and the processor's seconds in it."""

    acted: bool = False
    seconds: float = 0.0


@contextmanager
def _watched(name: str) -> Iterator[Watched]:
    """While it lasts, a mechanism's functions are called beside what is put in their place."""
    seen = Watched()

    def beside(function: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            start = time.process_time()
            result = function(*given, **named)
            seen.seconds += time.process_time() - start
            if not seen.acted:
                without = instead(*given, **named)
                seen.acted = result is not without and pickle.dumps(result) != pickle.dumps(without)
            return result

        return call

    with ExitStack() as patched:
        for where, instead in MECHANISMS.get(name, ()):
            module, _, function = where.rpartition(".")
            found = resolve_name(f"{module}:{function}")
            patched.enter_context(patch(where, beside(found, instead)))
        yield seen


@dataclass(slots=True)
class Kept:
    """Of one document, what its stages made before the one in which something is switched off, so
    that it is made once.
    """

    readers: Readers
    sheets: dict[int, Any] = field(default_factory=dict)
    divided: list[Any] = field(default_factory=list)

    def patches(self, names: Sequence[str]) -> list[Any]:
        """``names`` are the functions that are switched off."""

        def sheets(image: Any, first: int, readers: Readers) -> Any:
            if first not in self.sheets:
                self.sheets[first] = pages_on(image, first, readers)
            return self.sheets[first]

        def divided(document: Any, readers: Readers, tell: Any) -> Any:
            self.divided = self.divided or list(divide_pages(document, readers, tell))
            return iter(self.divided)

        before = any(name.startswith((SEGMENT, "ocr_form4.filing")) for name in names)
        if any(name.startswith(DESKEW) for name in names):
            return []
        return [
            patch("ocr_form4.filing.pages_on", sheets),
            *([] if before else [patch("ocr_form4.filing.divide_pages", divided)]),
        ]


def count(scan: Path, truth: Path, kept: Kept, off: str = "") -> Count:
    """Reads a scan once, with a mechanism switched off where one is named, and counts its fields
    against the truth. A scan that is refused has all of them wrong.
    """
    is_number = _is_number(off)
    switched = MECHANISMS[off] if off and not is_number else ()
    with ExitStack() as patched:
        in_it = [f"{STAGES}.{one}" for one in off.split("+")]
        in_it = in_it if is_number else [where for where, _ in switched]
        for each in kept.patches(in_it):
            patched.enter_context(each)
        if is_number:
            patched.enter_context(_numbers_at(off))
        for where, instead in switched:
            patched.enter_context(patch(where, instead))
        try:
            found = read_document(scan, Settings(), kept.readers)
        except Form4Error:
            lost = compared(_truth(scan, truth), None)
            return Count(fields=len(lost), wrong={(scan.stem, each.path) for each in lost})
    total = Count()
    for number, evidence in enumerate(found):
        name = scan.stem if number == 0 else f"{scan.stem}.p{evidence.first_page}"
        if (truth / f"{name}.xml").exists():
            total.add(_counted(name, truth, evidence))
    return total


def _counted(name: str, truth: Path, evidence: Evidence) -> Count:
    of = evidence.filing.fields
    with TemporaryDirectory() as folder:
        xml = Path(folder) / "read.xml"
        xml.write_bytes(write_xml(evidence.filing))
        fields = compared(truth / f"{name}.xml", xml)
    wrong = {(name, each.path) for each in fields if not each.same}
    return Count(
        fields=len(fields),
        review=sum(f.status is Status.REVIEW for f in of.values()),
        read=sorted((path, str(f.value), f.status.value) for path, f in of.items()),
        partial=int(evidence.status is FilingStatus.PARTIAL),
        wrong=wrong,
        unmarked={
            (name, path)
            for name, path in wrong
            if path not in of or of[path].status is Status.ACCEPTED
        },
    )


def _truth(scan: Path, truth: Path) -> Path:
    return truth / f"{scan.stem}.xml"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scans", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--only", default=",".join(MECHANISMS), help=f"of {', '.join(MECHANISMS)}")
    parser.add_argument("--every", type=int, default=1, help="every 3rd document, say, by name")
    parser.add_argument("--said", type=Path, help="folder in which readings are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
