"""Every field of a run that is wrong, spurious or missing, gathered by the reasons that it gives.

    python scripts/wrong.py OUT TRUTH --index index.tsv [--kinds fax204,copy200] [--crops DIR]

A line a field, tab separated: reasons, the scan's kind, filing, what is the matter, status,
confidence, path, the truth, what was read, and what every reader says. Fields that give the same
reasons stand together, the most frequent ones first; what is accepted gives none and leads. With
``--crops`` the place of each is saved as a picture, named by the line it belongs to. Right and
wrong are as in ``accuracy.py``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ocr_form4.report.pictures import crop, find_source, scan_pages
from scoring import Compared, compared, evidence_of, indexed

ACCEPTED, ABSENT = "accepted", "absent"
"""Reasons of a field that gives none: it was accepted, or is no entry of NAME.json."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field that is not as in the truth; ``entry`` is that of NAME.json, empty where there is
    none.
    """

    name: str
    kind: str
    field: Compared
    entry: Mapping[str, Any]

    @property
    def what(self) -> str:
        if not self.field.true:
            return "spurious"
        return "wrong" if self.field.found else "missing"

    @property
    def reasons(self) -> str:
        if not self.entry:
            return ABSENT
        codes = dict.fromkeys(reason["code"] for reason in self.entry["reasons"])
        return ACCEPTED if self.entry["status"] == ACCEPTED else ",".join(codes)

    def line(self) -> str:
        readings = self.entry.get("readings", ())
        said = " | ".join(f"{r['reader']} {r['confidence']:.3f}: {r['text']}" for r in readings)
        confidence = f"{self.entry['confidence']:.4f}" if self.entry else ""
        path = self.field.path.removeprefix("/ownershipDocument/")
        parts = (self.reasons, self.kind, self.name, self.what, self.entry.get("status", ""))
        return "\t".join((*parts, confidence, path, self.field.true, self.field.found, said))


def wrong_fields(out: Path, truth: Path, index: Path, kinds: Sequence[str] = ()) -> list[Wrong]:
    """All that is wrong in a run, gathered by reasons: accepted, absent, then the most frequent."""
    found = []
    for filing in indexed(index):
        if kinds and filing.kind not in kinds:
            continue
        xml = out / "filings" / f"{filing.name}.xml"
        entries = {f["path"]: f for f in evidence_of(xml).get("fields", ())}
        fields = compared(truth / f"{filing.name}.xml", xml if xml.exists() else None)
        found += [
            Wrong(filing.name, filing.kind, f, entries.get(f.path, {}))
            for f in fields
            if not f.same
        ]
    often = Counter(w.reasons for w in found)
    first = (ACCEPTED, ABSENT)

    def order(w: Wrong) -> tuple[bool, bool, int, str, str]:
        return w.reasons != first[0], w.reasons != first[1], -often[w.reasons], w.reasons, w.kind

    return sorted(found, key=order)


def save_crops(out: Path, found: Iterable[tuple[int, Wrong]], folder: Path) -> Iterator[Path]:
    """The place of each numbered field that has one, as it lies on the scan, turned upright."""
    folder.mkdir(parents=True, exist_ok=True)
    by_filing: dict[str, list[tuple[int, Wrong]]] = {}
    for number, wrong in found:
        if wrong.entry.get("box"):
            by_filing.setdefault(wrong.name, []).append((number, wrong))
    for name, of_filing in by_filing.items():
        evidence = evidence_of(out / "filings" / f"{name}.xml")
        on = {w.entry["page"] for _, w in of_filing}
        wanted = {p["number"]: p for p in evidence["pages"] if p["number"] in on}
        source = find_source(out, evidence["source"])
        for page in scan_pages(source, wanted.values()) if source else ():
            for number, wrong in of_filing:
                if wrong.entry["page"] == page.number:
                    box = tuple(wrong.entry["box"])
                    turned = int(wanted[page.number]["rotation"])
                    picture = crop(page.pixels, page.dpi, box, turned)
                    path = folder / f"{number:03d}-{name}-{wrong.what}.png"
                    picture.save(path)
                    yield path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--kinds", default="", help="only these, separated by commas")
    parser.add_argument("--crops", type=Path, help="folder for a picture of each field's place")
    args = parser.parse_args()
    found = wrong_fields(args.out, args.truth, args.index, [k for k in args.kinds.split(",") if k])
    for number, wrong in enumerate(found, 1):
        print(f"{number}\t{wrong.line()}")
    if args.crops:
        for _ in save_crops(args.out, enumerate(found, 1), args.crops):
            pass


if __name__ == "__main__":
    main()
