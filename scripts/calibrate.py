"""Fits the confidence from scored runs, each hand held out whole in turn, and writes it with its
model card.

    python scripts/calibrate.py OUT:TRUTH:INDEX [OUT:TRUTH:INDEX ...] [--hold-out hand|filing]
    [--write]
        [--judge OUT:TRUTH:INDEX ...]

OUT is a folder that ``ocr-form4`` wrote, TRUTH a folder of NAME.xml, INDEX ``make_study.py``'s
index.tsv, which says whose hand each scan is of. A field is right when its normalised value equals
the truth's (``scoring.py``). What is printed and kept in the card is of fields judged by a model
that has not seen their hand, or with ``--hold-out filing`` their filing (in ten parts). ``--write``
draws it, too: ``docs/images/reliability.svg`` (needs matplotlib).
"""

from __future__ import annotations

import argparse
import json
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from fitting import (
    PAGES,
    RATES,
    STRENGTH,
    WITH_WORDS,
    Sample,
    cross_validated,
    fit_all,
    thresholds,
)
from ocr_form4.formats.evidence_json import read_json
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import CONTRADICTED, OPPOSED, ceiling_of, probability
from ocr_form4.stages.judge.contested import contradicted, is_contested
from ocr_form4.stages.judge.damage import page_damage
from ocr_form4.stages.judge.features import (
    FEATURES,
    GROUPS,
    Around,
    features,
    page_quality,
    support_of,
    word_rows,
)
from ocr_form4.stages.judge.wording import WORD_FEATURES
from ocr_form4_models.field import Field
from reliability import draw
from scoring import compared, plain, right_fields

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "models" / "ocr_form4_models" / "weights" / "confidence.json"
PLOT = ROOT / "docs" / "images" / "reliability.svg"
EDGES = (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1.01)
BEFORE = "before"
"""The models of a fit of more fields, by one hand, which the fit over hands goes on from; kept
beside the models.
"""


def hand_of(kind: str) -> str:
    """Whose hand a kind of scan is of: the project's scanner and its drawings, a fax line, a
    camera, or a family.
    """
    if kind.startswith("aug-"):
        return kind
    return {"drawn": "drawn", "photo": "camera"}.get(
        kind.split("-")[0], "fax line" if "faxline" in kind else "scanner"
    )


def samples(out: Path, truth: Path, index: Path | None = None) -> list[Sample]:
    """The fields of a run that were read, each with its features and whether it is right."""
    found = []
    lines = [line.split("\t") for line in index.read_text().splitlines()] if index else []
    hands = {name: hand_of(kind) for name, _, kind, *_ in lines}
    for file in sorted((out / "filings").rglob("*.json")):
        name = file.relative_to(out / "filings").with_suffix("").as_posix()
        true = truth / f"{name}.xml"
        if not true.exists():
            continue
        evidence, _, _ = read_json(file.read_bytes())
        filing, checks = evidence.filing, evidence.checks
        right = right_fields(true, file.with_suffix(".xml"))
        texts = {c.path: c.true for c in compared(true, file.with_suffix(".xml"))}
        support, quality = support_of(checks), page_quality(filing)
        damage = page_damage(filing, checks, evidence.pages)
        doubted = contradicted(checks)
        for path, field in filing.fields.items():
            if path not in right or field.value is None or field.derived:
                continue
            group = GROUPS[field.kind]
            of_page = damage.get(field.place.page if field.place else None, damage[None])
            values = features(path, field, Around(support, quality, of_page))
            words = _words(field, texts.get(path, ""), quality) if group in WITH_WORDS else ()
            against = (
                CONTRADICTED if path in doubted else OPPOSED if is_contested(path, field) else 1.0
            )
            most = min(ceiling_of(field), against)
            found.append(
                Sample(
                    f"{out.name}/{name}",
                    path,
                    group,
                    values,
                    right[path],
                    most,
                    words,
                    hands.get(name, ""),
                )
            )
    return found


def _words(field: Field, true: str, quality: float) -> tuple[tuple[tuple[float, ...], bool], ...]:
    """The features of each word of a text, and whether it is right; a word that is missing is its
    neighbour's fault.
    """
    if not field.readings:
        return ()
    rows = word_rows(field, quality)
    said, wanted = [plain(text) for text, _ in rows], true.split(" ")
    right = [False] * len(said)
    for tag, i0, i1, j0, j1 in SequenceMatcher(None, said, wanted, autojunk=False).get_opcodes():
        if tag == "equal":
            right[i0:i1] = [True] * (i1 - i0)
        # beyond its ends: the other line of an address
        elif tag == "insert" and j0 > 0 and j1 < len(wanted):
            right[i0 - 1] = False
    return tuple((row, ok) for (_, row), ok in zip(rows, right, strict=True))


def report(all_: list[Sample], p: np.ndarray) -> dict[str, object]:
    right = np.array([s.right for s in all_])
    bins = np.digitize(p, EDGES)
    table = []
    for b in range(1, len(EDGES)):
        inside = bins == b
        if inside.any():
            mean, share = round(float(p[inside].mean()), 5), round(float(right[inside].mean()), 5)
            table.append([EDGES[b - 1], int(inside.sum()), mean, share])
    ece = sum(n * abs(mean - share) for _, n, mean, share in table) / max(1, len(all_))
    least = thresholds(p, right)
    looked_at = np.array([s.most < 1 for s in all_])
    for per in RATES:
        accepted = (p >= least[str(per)]) & ~looked_at
        wrong = int((accepted & ~right).sum())
        print(f"at {per:3} wrong per 10,000 (from {least[str(per)]:.4f}): accepted "
              f"{accepted.mean():.4f}, "
              f"wrong among them {wrong} ({wrong / max(1, accepted.sum()):.6f})")  # fmt: skip
    for row in table:
        print("  from {:<7} {:6} fields, mean confidence {:.5f}, right {:.5f}".format(*row))
    for group in sorted({s.group for s in all_}):
        chosen = np.array([s.group == group for s in all_])
        print(f"  {group:8} {int(chosen.sum()):6} fields, right {right[chosen].mean():.4f}, "
              f"review at 10: {(p[chosen] < least['10']).mean():.4f}, "
              f"silent {int((chosen & (p >= least['10']) & ~right).sum())}")  # fmt: skip
    hands = _by_hand(all_, p, least)
    print(
        f"expected calibration error {ece:.5f} over {len(all_)} fields of "
        f"{len({s.filing for s in all_})} filings"
    )
    worst = sorted((-p[k], k) for k in range(len(all_)) if not right[k])[:15]
    for q, k in worst:
        print(f"  wrong at {-q:.4f}: {all_[k].filing} {all_[k].path}")
    return {"reliability": table, "ece": round(float(ece), 5), "thresholds": least, "hands": hands}


def _by_hand(all_: list[Sample], p: np.ndarray, least: dict[str, float]) -> list[list[object]]:
    """Each hand by itself at the default rate: filings, fields, share right, share up for review,
    accepted, wrong.
    """
    rate = f"{Settings().max_wrong_per_10000:g}"
    right = np.array([s.right for s in all_])
    accepted = (p >= least[rate]) & np.array([s.most == 1 for s in all_])
    table: list[list[object]] = []
    print(
        f"| hand | filings | fields | right | up for review | wrong of accepted, at {rate} in "
        "10,000 |"
    )
    print("|---|---|---|---|---|---|")
    for hand in ["", *sorted({s.hand for s in all_} - {""})]:
        own = np.array([hand in ("", s.hand) for s in all_])
        filings = len({s.filing for s in all_ if hand in ("", s.hand)})
        wrong, taken = int((own & accepted & ~right).sum()), int((own & accepted).sum())
        table.append([hand or "all", filings, int(own.sum()), round(float(right[own].mean()), 4),
                      round(1 - taken / int(own.sum()), 4), taken, wrong])  # fmt: skip
        name, count, fields, share, review, taken, wrong = table[-1]
        print(
            f"| {name} | {count} | {fields:,} | {share:.4f} | {review:.3f} | {wrong} of {taken:,} |"
        )
    return table


def samples_of(runs: list[str]) -> list[Sample]:
    return [s for run in runs for s in samples(*map(Path, run.split(":")))]


def thresholds_of(card: dict[str, object]) -> dict[str, float]:
    least = card["thresholds"]
    assert isinstance(least, dict)
    return least


def table_of(card: dict[str, object]) -> list[list[float]]:
    table = card["reliability"]
    assert isinstance(table, list)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="+", help="OUT:TRUTH:INDEX")
    parser.add_argument(
        "--hold-out", choices=("hand", "filing"), default="hand", help="what a fold has not seen"
    )
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--anew", action="store_true", help="go on from no fit before")
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    parser.add_argument(
        "--judge",
        nargs="*",
        default=[],
        help="runs that are not fitted on, judged by the fit of all",
    )
    args = parser.parse_args()
    all_ = samples_of(args.runs)
    if args.hold_out == "hand" and len({s.hand for s in all_}) < 2:
        raise SystemExit("all scans are of one hand: give runs of others, or --hold-out filing")
    kept = json.loads(TARGET.read_text())
    before = {} if args.anew else kept.get(BEFORE) or kept["models"]
    card = report(all_, cross_validated(all_, args.folds, args.hold_out == "hand", before))
    for run in args.judge:
        others, models = samples_of([run]), fit_all(all_, before)
        print(f"{run}, not fitted on:")
        p = [min(s.most, probability(models[s.group], s.features(models))) for s in others]
        _by_hand(others, np.array(p), thresholds_of(card))
    if args.write:
        least = card.pop("thresholds")
        models = fit_all(all_, before)
        data = {
            "card": {
                "date": date.today().isoformat(),
                "what": "probability that a field's value is what is printed; logistic, one model "
                "a group of fields",
                "features": list(FEATURES),
                "word features": list(WORD_FEATURES),
                "filings": len({s.filing for s in all_}),
                "fields": len(all_),
                "held out": f"each {args.hold_out} in turn; the figures are of what was held out",
                "strength": STRENGTH,
                "command": "python scripts/calibrate.py OUT:TRUTH:INDEX ... --write",
                **card,
            },
            "thresholds": least,
            "reliability": [
                {"confidence": mean, "right": round(n * share), "count": n}
                for _, n, mean, share in table_of(card)
            ],
            PAGES: models.pop(PAGES),
            "models": models,
            **({BEFORE: before} if before else {}),
        }
        TARGET.write_text(json.dumps(data, indent=1) + "\n")
        draw(table_of(card), PLOT)


if __name__ == "__main__":
    main()
