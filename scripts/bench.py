"""Processor time a page by stage and by reader, and peak memory, beside whole-page readers on the
same scans.

    python scripts/bench.py fixtures/scan [--documents N] [--index index.tsv] [--rapidocr]

Whole-page Tesseract is ``pytesseract.image_to_string(page at 300 dpi, --psm 6)``; ``--rapidocr``
adds RapidOCR as it comes (``pip install -e '.[compare]'``). All read every document in turn, on one
core, so that a machine whose speed drifts slows all. A document is read twice, and the second time
counts: widths of lines that a worker meets for the first time cost it once in its life. An absolute
time means little, and that of a clock less: the ratio of processor time is what to look at,
Tesseract's own processes included.
``--index`` (name, edition, kind) adds a table by kind of scan, in Markdown: the ratio, and by stage
the milliseconds of the processor a page.
"""

from __future__ import annotations

import argparse
import gc
import os
import re
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

STAGES: dict[str, tuple[str, ...]] = {
    "rasterize": (
        "ocr_form4.stages.rasterize.pdf.PdfDocument.page",
        "ocr_form4.stages.rasterize.images.ImageDocument.page",
    ),
    "deskew": ("ocr_form4.filing.pages_on",),
    "page network": ("ocr_form4.readers.sight.PageNetwork.see",),
    "segment": ("ocr_form4.filing.segment", "ocr_form4.filing.with_header"),
    "recognize": ("ocr_form4.filing.recognize", "ocr_form4.filing.shows_the_form"),
    "damage, layout": ("ocr_form4.filing.measured", "ocr_form4.filing.layout_dict"),
    "parse to judge": ("ocr_form4.filing.read_filing",),
}
"""What is timed, less what is timed within it."""


@dataclass
class Clock:
    """Seconds of the processor by name, each less those of what ran within it."""

    seconds: Counter[str] = field(default_factory=Counter)
    within: list[float] = field(default_factory=lambda: [0.0])

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            begin = work()
            self.within.append(0.0)
            try:
                return function(*given, **named)
            finally:
                took = work() - begin
                self.seconds[name] += took - self.within.pop()
                self.within[-1] += took

        return run


@dataclass
class Timed:
    """A reader on the clock, its lines and columns (pixels at the height of 32 rows) counted."""

    reader: Any
    called: str
    clock: Clock
    asked: Counter[str]

    @property
    def name(self) -> str:
        return str(self.reader.name)

    def read(self, crops: Sequence[Any]) -> Any:
        self.asked[f"{self.called} lines"] += len(crops)
        self.asked[f"{self.called} columns"] += sum(
            round(32 * c.shape[1] / max(1, c.shape[0])) for c in crops
        )
        return self.clock.timed(self.called, self.reader.read)(crops)


def main() -> None:
    arguments = _arguments()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    from ocr_form4.filing import read_document
    from ocr_form4.readers import make_readers
    from ocr_form4.settings import Settings

    settings = Settings(readers=tuple(arguments.readers.split(",")))
    files = sorted(
        f for s in arguments.scans for f in ([s] if s.is_file() else s.rglob("*")) if f.is_file()
    )
    files = files[:: -(-len(files) // arguments.documents)]
    started, worked = time.perf_counter(), work()
    readers = make_readers(settings)
    gc.freeze()  # as a worker does
    read_document(files[0], settings, readers)  # the first document pays for loading and compiling
    print(
        f"start and first document: {time.perf_counter() - started:.1f} s, {work() - worked:.1f} s "
        "of the processor"
    )
    clock, asked = Clock(), Counter[str]()
    captions = readers.captions and Timed(readers.captions, "captions", clock, asked)
    first, *others = (Timed(r, r.name, clock, asked) for r in (readers.first, *readers.others))
    readers = replace(readers, first=first, others=tuple(others), captions=captions)
    for name, places in STAGES.items():
        for place in places:
            owner, attribute = _owner(place)
            setattr(owner, attribute, clock.timed(name, getattr(owner, attribute)))
    whole = {"Tesseract": _tesseract} | ({"RapidOCR": _rapidocr()} if arguments.rapidocr else {})
    kind_of = _kinds(arguments.index)
    by_kind: dict[str, Counter[str]] = defaultdict(Counter)
    for file in files:
        took = Counter(pages=_count(file, settings))
        begin, before, asked_before = work(), clock.seconds.copy(), asked.copy()
        read_document(file, settings, readers)
        took["first"] = work() - begin
        clock.seconds, asked = _as_before(clock.seconds, before), _as_before(asked, asked_before)
        begin = work()
        clock.timed("the rest", read_document)(file, settings, readers)
        took["ours"] = work() - begin
        took.update({f"{_STAGE}{k}": s - before[k] for k, s in clock.seconds.items()})
        for name, read in whole.items():
            begin = work()
            _whole_page(file, settings, read)
            took[name] = work() - begin
        for group in ("all", kind_of.get(file.stem, "")):
            by_kind[group].update(took)
        print(f"{file.name:28}" + _line(took), flush=True)
    _tell(clock, asked, by_kind)


def _as_before(counts: Counter[str], before: Counter[str]) -> Counter[str]:
    """The same counter, which others hold, with what it had before."""
    counts.clear()
    counts.update(before)
    return counts


def _tell(clock: Clock, asked: Counter[str], by_kind: dict[str, Counter[str]]) -> None:
    everything = by_kind.pop("all")
    pages = everything["pages"]
    print(f"\n{pages} pages, ms of the processor a page")
    for name, seconds in clock.seconds.most_common():
        print(
            f"  {name:16}{1000 * seconds / pages:7.0f}  "
            f"{seconds / sum(clock.seconds.values()):5.0%}"
        )
    print(
        "a page: "
        + ", ".join(f"{name} {count / pages:.1f}" for name, count in sorted(asked.items()))
    )
    print(f"{'all':28}" + _line(everything))
    print(f"read for the first time: {1000 * everything['first'] / pages:.0f} ms a page")
    if any(by_kind):
        _table(
            dict(sorted(by_kind.items())) | {"all": everything},
            [name for name, _ in clock.seconds.most_common()],
        )
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = max((p.memory for p in running()), default=0.0)
    print(
        f"peak memory, the whole-page readers in it: this process {own:.0f} MB, its Tesseract "
        f"{child:.0f} MB"
    )


def _table(by_kind: Mapping[str, Counter[str]], stages: Sequence[str]) -> None:
    """Prints the kinds of scan: pages, ratio to whole-page Tesseract, ms a page, and by stage."""
    print("\n| kind | pages | ratio | ms a page | " + " | ".join(stages) + " |")
    print("|" + "---|" * (4 + len(stages)))
    for kind, took in by_kind.items():
        pages = took["pages"]
        figures = [f"{took['ours'] / took['Tesseract']:.2f}"]
        figures += [
            f"{1000 * took[k] / pages:.0f}" for k in ("ours", *(_STAGE + n for n in stages))
        ]
        print(f"| {kind} | {pages} | " + " | ".join(figures) + " |")


def _line(took: Counter[str]) -> str:
    pages = took["pages"]
    beside = [
        f"{n} {1000 * took[n] / pages:5.0f} ms, ratio {took['ours'] / took[n]:.3f}"
        for n in _WHOLE
        if took[n]
    ]
    return "; ".join([f"{pages:3} pages  {1000 * took['ours'] / pages:5.0f} ms a page", *beside])


_WHOLE = ("Tesseract", "RapidOCR")
_STAGE = "stage: "
"""What the seconds of a stage are counted under, beside those of whole readers."""


def _owner(place: str) -> tuple[Any, str]:
    """What a dotted name is an attribute of, a module or a class in one, and the attribute's
    name.
    """
    from importlib import import_module

    owner, _, attribute = place.rpartition(".")
    if owner.rpartition(".")[2][0].isupper():
        module, _, name = owner.rpartition(".")
        return getattr(import_module(module), name), attribute
    return import_module(owner), attribute


def _kinds(index: Path | None) -> dict[str, str]:
    if index is None:
        return {}
    rows = (line.split("\t") for line in index.read_text().splitlines() if line)
    return {row[0]: row[2] for row in rows}


def _count(file: Path, settings: Any) -> int:
    from ocr_form4.stages.rasterize import open_document

    with open_document(file, settings) as document:
        return document.page_count


def _tesseract(page: Any) -> None:
    import pytesseract

    pytesseract.image_to_string(page, config="--psm 6")


def _rapidocr() -> Callable[[Any], object]:
    import cv2
    from rapidocr import RapidOCR

    threads = {
        f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")
    }
    engine = RapidOCR(params={**threads, "Global.log_level": "error"})
    return lambda page: engine(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR))


def _whole_page(file: Path, settings: Any, read: Callable[[Any], object]) -> None:
    """Has a reader read a document's pages, whole, at 300 dpi."""
    import cv2

    from ocr_form4.stages.rasterize import open_document

    with open_document(file, settings) as document:
        for page in document.pages():
            height, width = page.pixels.shape
            read(
                cv2.resize(
                    page.pixels,
                    (round(width * 300 / page.dpi[0]), round(height * 300 / page.dpi[1])),
                )
            )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scans", type=Path, nargs="+")
    parser.add_argument(
        "--documents", type=int, default=1000, help="at most so many, evenly chosen"
    )
    parser.add_argument("--readers", default="form,paddle,tesseract,textlayer")
    parser.add_argument(
        "--index", type=Path, help="names, editions and kinds of the scans, tab-separated"
    )
    parser.add_argument("--rapidocr", action="store_true", help="beside RapidOCR, too")
    return parser.parse_args()


def work() -> float:
    """Seconds of a processor that this process and those it has started have used, ended or not."""
    both = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in both) + sum(p.seconds for p in running())


@dataclass(frozen=True)
class Running:
    """A process that this one has started: what it has used of a processor, and at most of memory,
    in MB.
    """

    seconds: float
    memory: float


def running() -> list[Running]:
    """The processes that this one has started and that still run: proc_pid_stat(5),
    proc_pid_status(5).
    """
    found = []
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            stat = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()
            peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc", pid, "status").read_text())
            ticks = int(stat[11]) + int(stat[12])
            found.append(
                Running(ticks / os.sysconf("SC_CLK_TCK"), int(peak[1]) / 1024 if peak else 0.0)
            )
    return found


if __name__ == "__main__":
    main()
