"""This software beside Tesseract, RapidOCR, OCRmyPDF and img2table on the same scans, as tables in
Markdown.

    python scripts/compare.py SCANS TRUTH --index index.tsv -o compare-out [--sample 1] [--redo
    ours]

``index.tsv`` has a line a filing: name, edition, kind of scan, pages; SCANS and TRUTH hold a scan
and an XML of each. What each tool said of each document is kept in the output folder: a run that
was stopped goes on, and ``--redo ours`` reads anew with this software alone (whole-page Tesseract
goes along, as times are over its). What the measures mean is printed above the tables.

    python -m venv .venv-compare && .venv-compare/bin/pip install -e '.[compare]'
    .venv-compare/bin/pip install --force-reinstall --no-deps opencv-contrib-python   # img2table's
    cv2, last
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from comparing.processes import NotInstalled, Worker
from comparing.results import Result, Score, load, path_of, save, scored
from comparing.table import ALL, Scores, table
from comparing.tools import OURS, REFERENCE, TOOLS


@dataclass(frozen=True, slots=True)
class Document:
    name: str
    edition: str
    kind: str
    pages: int
    scan: Path
    truth: Path


def main() -> None:
    args = _arguments()
    documents = chosen(args.scans, args.truth, args.index, args.sample)
    for tool in args.redo:
        for document in documents:
            path_of(args.out, tool, document.name).unlink(missing_ok=True)
    if not args.table_only:
        read_all(documents, args.tools, args.out, args.cpu_limit)
    tools = [t for t in args.tools if any(path_of(args.out, t, d.name).exists() for d in documents)]
    shared = [d for d in documents if all(path_of(args.out, t, d.name).exists() for t in tools)]
    if not tools or not shared:
        sys.exit("no document has been read by every tool yet")
    left_out = f"; {len(documents) - len(shared)} that not every tool has read are left out" * (
        shared != documents
    )
    print(f"{len(shared)} documents, {sum(d.pages for d in shared)} pages{left_out}.\n")
    print(table(*sums(shared, tools, args.out)))


def sums(
    documents: Sequence[Document], tools: Sequence[str], out: Path
) -> tuple[Scores, dict[str, str]]:
    """The scores of all documents, of each edition and of each kind of scan, by tool; and the
    tools' versions.
    """
    scores: dict[tuple[str, str], dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    versions: dict[str, str] = {}
    for tool in tools:
        for document in documents:
            result = load(out, tool, document.name)
            xml = path_of(out, tool, document.name).with_suffix(".xml") if tool == OURS else None
            score = scored(result, document.truth, document.pages, xml)
            versions[tool] = result.versions
            for group in (ALL, ("edition", document.edition), ("kind", document.kind)):
                scores[group][tool].add(score)
    return scores, versions


def chosen(scans: Path, truth: Path, index: Path, sample: int) -> list[Document]:
    """The index's documents that have a scan; of each edition and kind of scan the first
    ``sample``.
    """
    files = {f.stem: f for f in sorted(scans.iterdir())}
    seen: dict[tuple[str, str], int] = defaultdict(int)
    documents: list[Document] = []
    for line in index.read_text().splitlines():
        name, edition, kind, pages, *_ = line.split("\t")
        seen[edition, kind] += name in files
        if name in files and seen[edition, kind] <= sample:
            documents.append(
                Document(name, edition, kind, int(pages), files[name], truth / f"{name}.xml")
            )
    return documents


def read_all(
    documents: Iterable[Document], tools: Sequence[str], out: Path, cpu_limit: float
) -> None:
    """Has every tool read every document that it has not read yet, document by document."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the workers are ended too
    workers = {tool: Worker(tool, cpu_limit) for tool in dict.fromkeys((REFERENCE, *tools))}
    try:
        for document in documents:
            missing = [
                t for t in tools if t in workers and not path_of(out, t, document.name).exists()
            ]
            if missing:
                read_one(document, missing, workers, out)
    finally:
        for worker in workers.values():
            worker.stop()


def read_one(
    document: Document, tools: Sequence[str], workers: dict[str, Worker], out: Path
) -> None:
    """Whole-page Tesseract first, for the times; then the tools. A tool that is not installed
    leaves ``workers``.
    """
    reference: float | None = None
    for tool in dict.fromkeys((REFERENCE, *tools)):
        if tool not in workers:
            continue
        try:
            answer = workers[tool].ask(document.scan)
        except NotInstalled as error:
            print(
                f"{TOOLS[tool].title} is skipped: {error}. To install it: {TOOLS[tool].install}",
                file=sys.stderr,
            )
            del workers[tool]
            continue
        if tool == REFERENCE and answer.state == "read":
            reference = answer.cpu_s
        if tool in tools:
            save(out, tool, document.name, Result(answer, workers[tool].versions, reference))
        print(
            f"{document.name:24} {tool:10} {answer.state} {answer.cpu_s:6.1f} s {answer.message}",
            file=sys.stderr,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scans", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, default=Path("compare-out"))
    parser.add_argument("--tools", type=_names, default=list(TOOLS), help=f"of {','.join(TOOLS)}")
    parser.add_argument(
        "--sample",
        type=int,
        default=1_000_000,
        help="at most so many of each edition and kind of scan",
    )
    parser.add_argument(
        "--redo",
        type=_names,
        default=[],
        help="forget what these tools said of the documents first",
    )
    parser.add_argument(
        "--table-only", action="store_true", help="read nothing, print what is there"
    )
    parser.add_argument(
        "--cpu-limit", type=float, default=600.0, help="seconds of processor time for a document"
    )
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [n for n in names if n not in TOOLS]:
        raise argparse.ArgumentTypeError(f"no tool {unknown[0]}; there are {', '.join(TOOLS)}")
    return names


if __name__ == "__main__":
    main()
