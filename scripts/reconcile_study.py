"""How well the form's arithmetic finds and undoes misread digits, measured on real filings.

    python scripts/reconcile_study.py FILINGS [--repeat N] [--seed N] [--counts]

FILINGS is a folder of filings as EDGAR publishes them. Their numbers and dates are corrupted, one
digit each, as readers confuse digits, in 1, 3 and 10 of a hundred cells, in three ways:

* one reader wrong: two candidates, the truth among them; in half of the cells the wrong one leads;
* both wrong, differently: two candidates, neither of them true;
* both wrong alike: one candidate, and nothing tells that it is doubtful.

``--counts`` prints instead how often the uncorrupted filings keep each rule: the weights of
``evidence.py``.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.stages.reconcile import reconcile
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Candidate, Field, Kind, Value, value_text
from ocr_form4_models.form4 import Filing

CONFUSED = ("38", "56", "17", "06", "08", "68", "49", "59", "35", "27")
CONFUSIONS = {d: "".join(p.replace(d, "") for p in CONFUSED if d in p) for d in "0123456789"}
RATES = (0.01, 0.03, 0.10)
PAIRS = (
    "running-holdings",
    "restated-holdings",
    "underlying-shares",
    "exercise-pair",
    "exercise-price",
)
"""Checks that compare numbers exactly."""


def corrupted(value: Value, rng: random.Random) -> Value | None:
    """The value with one digit taken for another that looks like it; None where none gives a value
    of its kind.
    """
    text = value_text(value)
    places = [i for i, c in enumerate(text) if c.isdigit() and CONFUSIONS[c]]
    for i in rng.sample(places, len(places)):
        for digit in rng.sample(CONFUSIONS[text[i]], len(CONFUSIONS[text[i]])):
            wrong = text[:i] + digit + text[i + 1 :]
            if digit == "0" and i == 0 and len(text) > 1:
                continue
            if isinstance(value, Decimal):
                return Decimal(wrong)
            try:
                return date.fromisoformat(wrong)
            except ValueError:
                continue
    return None


def _other(value: Value, wrong: Value | None, rng: random.Random) -> Value | None:
    """Another misreading of the value than ``wrong``; None where chance gives none."""
    found = (corrupted(value, rng) for _ in range(20))
    return next((v for v in found if v != wrong), None)


@dataclass
class Tally:
    """Of one way of corrupting at one rate."""

    cells: int = 0
    in_pairs: int = 0
    wrong: int = 0
    wrong_in_pairs: int = 0
    caught: int = 0
    restored: int = 0
    as_filed: int = 0
    right: int = 0
    spoiled: int = 0
    as_filed_changed: int = 0
    examples: list[str] = field(default_factory=list)


def cells(filing: Filing) -> list[str]:
    """Paths of the numbers and dates of both tables: what the study may corrupt."""
    kinds = (Kind.NUMBER, Kind.PRICE, Kind.DATE)
    rows = tuple(f"{path}/" for path in filing.row_paths)
    return [
        p
        for p, f in filing.fields.items()
        if p.startswith(rows) and f.kind in kinds and f.value is not None
    ]


def paths_of(
    checks: Iterable[Check], outcome: Outcome, names: Iterable[str] | None = None
) -> set[str]:
    return {
        p
        for c in checks
        if c.outcome is outcome and (names is None or c.name in names)
        for p in c.paths
    }


def in_pairs(checks: Iterable[Check]) -> set[str]:
    """Paths of the cells that take part in a pair which holds; an opening balance of nothing is one
    too.
    """
    zero = [c for c in checks if c.name == "opening-holdings" and c.message.startswith("0 owned")]
    return paths_of(checks, Outcome.HOLDS, PAIRS) | paths_of(zero, Outcome.HOLDS)


def corrupt(filing: Filing, way: str, rate: float, rng: random.Random) -> tuple[Filing, set[str]]:
    """The filing with doubtful readings, and the paths at which the value is now wrong."""
    changed: dict[str, Field] = {}
    wrong_at: set[str] = set()
    # of the cells with two readings, in half the right one leads
    share = 2 * rate if way == "one" else rate
    for path in cells(filing):
        if rng.random() >= share:
            continue
        truth = filing.fields[path]
        assert truth.value is not None
        wrong = corrupted(truth.value, rng)
        other = truth.value if way == "one" else _other(truth.value, wrong, rng)
        if wrong is None or (way != "alike" and other is None):
            continue
        values = [wrong] if way == "alike" or other is None else [wrong, other]
        if way == "one" and rng.random() < 0.5:
            values.reverse()
        lead = rng.uniform(0.5, 0.95) if len(values) > 1 else 1.0
        weights = [lead, 1 - lead]
        candidates = tuple(Candidate(v, w) for v, w in zip(values, weights, strict=False))
        changed[path] = replace(truth, value=values[0], candidates=candidates)
        if values[0] != truth.value:
            wrong_at.add(path)
    return filing.with_fields(changed), wrong_at


def study(filings: dict[str, Filing], way: str, rate: float, repeat: int, seed: int) -> Tally:
    tally = Tally()
    for name, truth in filings.items():
        _, true_checks = reconcile(truth)
        paired = in_pairs(true_checks)
        filed = paths_of((c for c in true_checks if c.grade is Grade.AS_FILED), Outcome.BREAKS)
        for k in range(repeat):
            presented, wrong_at = corrupt(
                truth, way, rate, random.Random(f"{seed} {name} {way} {rate} {k}")
            )
            _count(tally, name, truth, presented, wrong_at, paired, filed)
    return tally


def _count(
    tally: Tally,
    name: str,
    truth: Filing,
    presented: Filing,
    wrong_at: set[str],
    paired: set[str],
    filed: set[str],
) -> None:
    result, checks = reconcile(presented)
    suspect = paths_of((c for c in checks if c.grade is Grade.SUSPECT), Outcome.BREAKS)
    as_filed = paths_of((c for c in checks if c.grade is Grade.AS_FILED), Outcome.BREAKS)
    for path in cells(truth):
        value, true = result.fields[path].value, truth.fields[path].value
        tally.cells += 1
        tally.in_pairs += path in paired
        if path in wrong_at:
            caught = path in suspect or value != presented.fields[path].value
            tally.wrong += 1
            if path in paired:
                tally.wrong_in_pairs += 1
                tally.caught += caught
                tally.restored += value == true
                tally.as_filed += path in as_filed
                if not caught:
                    tally.examples.append(
                        f"missed {name} {path} {value_text(true)} read {value_text(value)}"
                    )
        else:
            tally.right += 1
            tally.spoiled += value != true
            tally.as_filed_changed += path in filed and value != true
            if value != true:
                tally.examples.append(
                    f"spoiled {name} {path} {value_text(true)} made {value_text(value)}"
                )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def table(filings: dict[str, Filing], repeat: int, seed: int, verbose: bool) -> Iterator[str]:
    """Lines of the table that docs/reconcile.md shows."""
    head = (
        "misread",
        "rate",
        "wrong values",
        "of them in a pair that holds",
        "caught",
        "restored",
        "right values",
    )
    yield "| " + " | ".join((*head, "wrongly changed", "as-filed changed")) + " |"
    yield "|---" * 9 + "|"
    ways = {
        "one": "by one reader",
        "differently": "by both, differently",
        "alike": "by both, alike",
    }
    for way, words in ways.items():
        for rate in RATES:
            t = study(filings, way, rate, repeat, seed)
            caught = (
                _share(t.caught, t.wrong_in_pairs)
                if way != "alike"
                else f"{_share(t.as_filed, t.wrong_in_pairs)} (as filed)"
            )
            restored = _share(t.restored, t.wrong_in_pairs) if way == "one" else "-"
            yield (
                f"| {words} | {rate:.0%} | {t.wrong:,} | {t.wrong_in_pairs:,} | {caught} | "
                f"{restored}"
                f" | {t.right:,} | {t.spoiled} | {t.as_filed_changed} |"
            )
            if verbose:
                yield from t.examples[:40]
    yield ""
    paired = _share(t.in_pairs, t.cells)
    yield (
        f"Cells that take part in a pair which holds: {paired} of {t.cells // repeat:,} numbers "
        "and dates."
    )


def coincidences(filings: dict[str, Filing], seed: int) -> str:
    """How often a misread number still passes every exact check that named it: each cell of a pair
    misread once.
    """
    misread, passed = 0, 0
    for name, truth in filings.items():
        rng = random.Random(f"{seed} {name}")
        paired = in_pairs(reconcile(truth)[1])
        for path in (p for p in cells(truth) if p in paired):
            value = truth.fields[path].value
            wrong = None if value is None else corrupted(value, rng)
            if wrong is None:
                continue
            changed = replace(truth.fields[path], value=wrong, candidates=(Candidate(wrong, 1.0),))
            misread += 1
            passed += path in in_pairs(reconcile(truth.with_fields({path: changed}))[1])
    return (
        f"Misread numbers that still add up with another: {passed} of {misread:,} "
        f"({_share(passed, misread)})."
    )


def counts(filings: dict[str, Filing], seed: int) -> Iterator[str]:
    """How often the filings keep each rule, as filed, and how often a misread number keeps one by
    accident.
    """
    found: Counter[tuple[str, str]] = Counter()
    for filing in filings.values():
        for check in reconcile(filing)[1]:
            found[check.name, check.outcome.value] += 1
    yield "| check | holds | breaks | unverifiable |"
    yield "|---|---|---|---|"
    for name in sorted({n for n, _ in found}):
        yield f"| {name} | " + " | ".join(f"{found[name, o.value]:,}" for o in Outcome) + " |"
    yield ""
    yield coincidences(filings, seed)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("filings", type=Path, help="folder of ownership XML files")
    parser.add_argument(
        "--repeat", type=int, default=2, help="times that every filing is corrupted (default 2)"
    )
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument(
        "--counts", action="store_true", help="count how often filings keep each rule, and stop"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="name values that were missed or wrongly changed"
    )
    options = parser.parse_args()
    paths = sorted(options.filings.glob("*.xml"))
    if not paths:
        parser.error(f"{options.filings}: no *.xml in it; give a folder of filings")
    filings = {p.name: f for p in paths if _is_form_4(f := read_xml(p.read_bytes()))}
    print(f"{len(filings)} filings of {options.filings}")
    lines = (
        counts(filings, options.seed)
        if options.counts
        else table(filings, options.repeat, options.seed, options.verbose)
    )
    for line in lines:
        print(line, flush=True)


def _is_form_4(filing: Filing) -> bool:
    kind = filing.get("documentType")
    return kind is not None and kind.text in ("4", "4/A")


if __name__ == "__main__":
    main()
