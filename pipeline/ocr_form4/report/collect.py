"""What the report says about a run, collected from OUT's evidence and ledger.

Everything here is plain data that goes into the page as JSON. A run may be half finished: what is
there is told.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ocr_form4.formats.evidence_json import read_json
from ocr_form4.report.run_ledger import RunLedger

WORST_SHOWN = 2_000
"""Doubtful fields that the report's front page lists at most; every filing lists all of its own.
"""
BIN_EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
"""Of the histogram and the reliability plot: finer where the fields are."""


@dataclass(frozen=True, slots=True)
class FilingSummary:
    """One line of the list of filings."""

    name: str
    edition: str
    status: str
    form: str
    issuer: str
    symbol: str
    owner: str
    period: str
    pages: int
    fields: int
    review: int
    corrected: int
    lowest: float
    breaks: tuple[str, ...]
    suspect: int
    seconds: float | None
    data: str
    """Address of the filing's own data, relative to the report."""


@dataclass(slots=True)
class Run:
    """What is added up over the filings; ``asdict`` of it is the page's data."""

    title: str
    filings: list[FilingSummary] = field(default_factory=list)
    worst: list[dict[str, Any]] = field(default_factory=list)
    doubtful: int = 0
    unreadable: list[dict[str, str]] = field(default_factory=list)
    bins: list[dict[str, float]] = field(default_factory=list)
    reliability: dict[str, Any] = field(default_factory=dict)
    checks: list[dict[str, Any]] = field(default_factory=list)
    failures: list[dict[str, str]] = field(default_factory=list)
    documents: int = 0
    histories: list[dict[str, Any]] = field(default_factory=list)


def evidence_files(out: Path) -> Iterator[tuple[str, Path]]:
    """(NAME, file) of every filing of a run, sorted by name."""
    root = out / "filings"
    names = {
        p.relative_to(root).as_posix().removesuffix(".json"): p
        for p in root.rglob("*.json")
        if p.is_file()
    }
    for name in sorted(names):
        if not Path(name).name.startswith("."):
            yield name, names[name]


def read_evidence(path: Path) -> dict[str, Any]:
    """NAME.json as plain data. Raises ValueError, naming what is wrong, for anything else."""
    try:
        written = path.read_bytes()
        data = json.loads(written)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not readable as JSON ({error})") from error
    if not isinstance(data, dict) or not str(data.get("schema", "")).startswith("ocr-form4/2"):
        raise ValueError('no ocr-form4 evidence (its "schema" is not "ocr-form4/2")')
    missing = {"fields", "checks", "pages", "source"} - data.keys()
    if missing:
        raise ValueError(f"incomplete evidence: no {', '.join(sorted(missing))}")
    read_json(written)  # every part of it is what it has to be
    return data


def summarize(
    name: str, evidence: Mapping[str, Any], data: str, seconds: float | None
) -> FilingSummary:
    values = {f["path"]: f["value"] or "" for f in evidence["fields"]}
    # what follows from an empty cell was not read: it counts where it waits for a person
    fields = [f for f in evidence["fields"] if not f.get("derived") or f["status"] == "review"]
    statuses = Counter(f["status"] for f in evidence["fields"])
    open_ = [f["confidence"] for f in fields if f["status"] != "corrected"]
    breaks = [c for c in evidence["checks"] if c["outcome"] == "breaks"]
    root = "/ownershipDocument"
    return FilingSummary(
        name=name,
        edition=evidence.get("edition") or "",
        status=evidence.get("status") or "",
        form=values.get(f"{root}/documentType", ""),
        issuer=values.get(f"{root}/issuer/issuerName", ""),
        symbol=values.get(f"{root}/issuer/issuerTradingSymbol", ""),
        owner=values.get(f"{root}/reportingOwner[1]/reportingOwnerId/rptOwnerName", ""),
        period=values.get(f"{root}/periodOfReport", ""),
        pages=len(evidence["pages"]),
        fields=len(fields),
        review=statuses["review"],
        corrected=statuses["corrected"],
        lowest=min(open_, default=1.0),
        breaks=tuple(sorted({c["name"] for c in breaks})),
        suspect=sum(c.get("grade") == "suspect" for c in breaks),
        seconds=seconds,
        data=data,
    )


class Tally:
    """Adds filings up, one at a time, so that only one filing's evidence is in memory."""

    def __init__(self) -> None:
        self.worst: list[dict[str, Any]] = []
        self.bins = [Counter[str]() for _ in BIN_EDGES[1:]]
        self.decided: list[tuple[float, bool]] = []
        self.checks: dict[str, Counter[str]] = {}
        self.broken: dict[str, list[str]] = {}

    def add(self, name: str, evidence: Mapping[str, Any]) -> None:
        for item in evidence["fields"]:
            if item["status"] == "review":
                self.worst.append(
                    {
                        "name": name, "path": item["path"], "value": item["value"],
                        "confidence": item["confidence"],
                        "reason": next((r["text"] for r in item.get("reasons", ())), ""),
                    }
                )  # fmt: skip
            machine = item.get("machine")
            confidence = machine["confidence"] if machine else item["confidence"]
            if not item.get("derived"):
                self.bins[bin_of(confidence)][item["status"]] += 1
            if machine and item["status"] == "corrected":
                self.decided.append((confidence, machine["value"] == item["value"]))
        for check in evidence["checks"]:
            outcome = (
                check["outcome"] if check["outcome"] != "breaks" else check.get("grade") or "breaks"
            )
            self.checks.setdefault(check["name"], Counter())[outcome] += 1
            if check["outcome"] == "breaks":
                names = self.broken.setdefault(check["name"], [])
                if name not in names[-1:]:
                    names.append(name)

    def add_run_checks(self, checks: Iterable[Mapping[str, Any]]) -> None:
        """Checks between filings, which only the ledger has."""
        for check in checks:
            outcome = (
                check["outcome"] if check["outcome"] != "breaks" else check.get("grade") or "breaks"
            )
            self.checks.setdefault(check["name"], Counter())[outcome] += 1
            if check["outcome"] == "breaks":
                names = self.broken.setdefault(check["name"], [])
                names += [name for name, _ in check["places"] if name not in names]

    def into(self, run: Run, model_card: Iterable[tuple[float, int, int]]) -> None:
        run.doubtful = len(self.worst)
        run.worst = sorted(self.worst, key=lambda w: (w["confidence"], w["name"], w["path"]))[
            :WORST_SHOWN
        ]
        run.bins = [
            {
                "low": low,
                "high": high,
                **{s: float(count[s]) for s in ("accepted", "review", "corrected")},
            }
            for low, high, count in zip(BIN_EDGES[:-1], BIN_EDGES[1:], self.bins, strict=True)
        ]
        run.checks = sorted(
            (
                {
                    "name": name, "holds": count["holds"], "unverifiable": count["unverifiable"],
                    "suspect": count["suspect"] + count["breaks"], "asFiled": count["as-filed"],
                    "filings": self.broken.get(name, []),
                }
                for name, count in self.checks.items()
            ),
            key=lambda c: (-c["suspect"], -c["asFiled"], c["name"]),
        )  # fmt: skip
        run.reliability = reliability(self.decided, model_card)


def bin_of(confidence: float) -> int:
    """The bin of :data:`BIN_EDGES` that a confidence falls into; 1.0 belongs to the last."""
    for index, high in enumerate(BIN_EDGES[1:]):
        if confidence < high:
            return index
    return len(BIN_EDGES) - 2


def reliability(
    decided: list[tuple[float, bool]], model_card: Iterable[tuple[float, int, int]]
) -> dict[str, Any]:
    """Points (said, found, count, low, high) of the reliability plot.

    From what people decided in this run where there is any, else from the calibration's model card:
    ``model_card`` gives (mean confidence, right, count) for each bin. ``low`` and ``high`` are
    Wilson's interval of 95 %.
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in decided:
        bins.setdefault(bin_of(confidence), []).append((confidence, right))
    points = [
        (sum(c for c, _ in b) / len(b), sum(r for _, r in b), len(b))
        for _, b in sorted(bins.items())
    ]
    source = "corrections" if points else "calibration"
    points = points or [(said, right, count) for said, right, count in model_card if count]
    return {
        "source": source if points else "",
        "points": [
            {
                "said": round(said, 5),
                "found": round(right / count, 5),
                "count": count,
                **wilson(right, count),
            }
            for said, right, count in points
        ],
    }


def wilson(right: int, count: int) -> dict[str, float]:
    """Wilson's score interval of a share, 95 % (E. B. Wilson, JASA 22, 1927)."""
    z = 1.96
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = (
        z
        * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
        / (1 + z * z / count)
    )
    return {"low": round(max(0.0, middle - half), 5), "high": round(min(1.0, middle + half), 5)}


def run_data(run: Run, ledger: RunLedger) -> dict[str, Any]:
    """The run as the page's data."""
    run.failures = [{"document": f.document, "reason": f.reason} for f in ledger.failures]
    sources = {f.name for f in run.filings}
    run.documents = ledger.documents or len(sources)
    return asdict(run)
