"""Accuracy of a run by edition of the form and kind of scan, as a table in Markdown.

    python scripts/accuracy.py OUT TRUTH --index index.tsv

A field is right when its normalised value equals the truth's; one that is missing or spurious is
wrong. *Values* are numbers, dates, codes, check marks and footnote marks; *all* adds names, titles
and footnotes. *Silent* is wrong and not up for review. ``index.tsv`` has a line a filing: name,
edition, kind of scan, pages.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from scoring import compared, evidence_of, indexed

TEXTS = ("name", "text", "footnote")


@dataclass(slots=True)
class Count:
    fields: int = 0
    right: int = 0
    values: int = 0
    values_right: int = 0
    review: int = 0
    silent: int = 0

    def row(self) -> str:
        accepted = max(1, self.fields - self.review)
        return (
            f"{self.values_right / max(1, self.values):.4f} | "
            f"{self.right / max(1, self.fields):.4f} | "
            f"{self.review / max(1, self.fields):.3f} | {self.silent} of {accepted:,}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    args = parser.parse_args()
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    filings: dict[tuple[str, str], int] = defaultdict(int)
    for filing in indexed(args.index):
        name = filing.name
        xml = args.out / "filings" / f"{name}.xml"
        groups = [("all", "all"), ("edition", filing.edition), ("kind", filing.kind)]
        for group in groups:
            filings[group] += 1
        entries = evidence_of(xml).get("fields", ())
        review = {f["path"] for f in entries if f["status"] == "review"}
        for field in compared(args.truth / f"{name}.xml", xml if xml.exists() else None):
            for group in groups:
                c = counts[group]
                c.fields += 1
                c.right += field.same
                if field.kind not in TEXTS:
                    c.values += 1
                    c.values_right += field.same
                c.review += field.path in review
                c.silent += not field.same and field.path not in review
    print("| | filings | values right | all right | up for review | silent errors |")
    print("|---|---|---|---|---|---|")
    for group in sorted(counts, key=lambda g: (g[0] != "all", g[0], g[1])):
        print(f"| {group[1]} | {filings[group]} | {counts[group].row()} |")


if __name__ == "__main__":
    main()
