"""Fits the confidence from scored runs, by filing-level cross-validation, and writes it with its model card.

    python scripts/calibrate.py OUT:TRUTH [OUT:TRUTH ...] [--folds 10] [--write]

OUT is a folder that ``ocr-form4`` wrote, TRUTH a folder of NAME.xml. A field is right when its normalised value
equals the truth's (``scoring.py``). The reliability that is printed and kept in the card is out of fold: every field
is judged by a model that has not seen its filing. ``--write`` draws it, too: ``docs/images/reliability.svg`` (needs
matplotlib).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType

import numpy as np
from sklearn.linear_model import LogisticRegression

from ocr_form4.formats.evidence_json import read_json
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import (
    CONTRADICTED,
    FEATURES,
    GROUPS,
    OPPOSED,
    ceiling_of,
    contradicted,
    features,
    is_opposed,
    of_words,
    page_quality,
    probability,
    support_of,
    word_rows,
)
from ocr_form4.stages.judge.wording import WORD_FEATURES, logistic
from ocr_form4_models.check import Check
from ocr_form4_models.field import Field
from ocr_form4_models.form4 import Filing
from scoring import compared, plain, right_fields

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "models" / "ocr_form4_models" / "weights" / "confidence.json"
PLOT = ROOT / "docs" / "images" / "reliability.svg"
EDGES = (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1.01)
RATES = (1, 2, 3, 5, 10, 13, 15, 20, 30, 50, 100)
STRENGTH = 3.0


WITH_WORDS = ("name", "text")
"""The groups that have a model of words, too."""


@dataclass(frozen=True)
class Sample:
    filing: str
    path: str
    group: str
    values: tuple[float, ...]
    """The features, but for those that the model of words gives."""
    right: bool
    most: float = 1.0
    """What the judge lets it be trusted at most."""
    words: tuple[tuple[tuple[float, ...], bool], ...] = ()
    """Each word's features, and whether it is right."""

    def features(self, models: Mapping[str, dict[str, object]]) -> tuple[float, ...]:
        """All features, the models of words being given."""
        model = models.get(f"{self.group} words")
        if model is None or not self.words:
            return self.values
        odds = [logistic(model, row) for row, _ in self.words]
        return (*self.values[:-2], *of_words(odds))


def samples(out: Path, truth: Path) -> list[Sample]:
    found = []
    for file in sorted((out / "filings").rglob("*.json")):
        name = file.relative_to(out / "filings").with_suffix("").as_posix()
        true = truth / f"{name}.xml"
        if not true.exists():
            continue
        filing, checks = _read(file)
        right = right_fields(true, file.with_suffix(".xml"))
        texts = {c.path: c.true for c in compared(true, file.with_suffix(".xml"))}
        support, quality = support_of(checks), page_quality(filing)
        doubted = contradicted(checks)
        for path, field in filing.fields.items():
            if path not in right or field.value is None or field.derived:
                continue
            group = GROUPS[field.kind]
            values = features(path, field, support, quality)
            words = _words(field, texts.get(path, ""), quality) if group in WITH_WORDS else ()
            against = CONTRADICTED if path in doubted else OPPOSED if is_opposed(path, field) else 1.0
            most = min(ceiling_of(field), against)
            found.append(Sample(f"{out.name}/{name}", path, group, values, right[path], most, words))
    return found


def _words(field: Field, true: str, quality: float) -> tuple[tuple[tuple[float, ...], bool], ...]:
    """The features of each word of a text, and whether it is right; a word that is missing is its neighbour's fault."""
    if not field.readings:
        return ()
    rows = word_rows(field, quality)
    said, wanted = [plain(text) for text, _ in rows], true.split(" ")
    right = [False] * len(said)
    for tag, i0, i1, j0, j1 in SequenceMatcher(None, said, wanted, autojunk=False).get_opcodes():
        if tag == "equal":
            right[i0:i1] = [True] * (i1 - i0)
        elif tag == "insert" and j0 > 0 and j1 < len(wanted):  # beyond its ends: the other line of an address
            right[i0 - 1] = False
    return tuple((row, ok) for (_, row), ok in zip(rows, right, strict=True))


def _read(file: Path) -> tuple[Filing, tuple[Check, ...]]:
    evidence, _, _ = read_json(file.read_bytes())
    return evidence.filing, evidence.checks


def fit(chosen: list[Sample], models: Mapping[str, dict[str, object]] = MappingProxyType({})) -> dict[str, object]:
    """A logistic model; where all are right there is nothing to fit but how sure that may make one.

    Fields that are looked at whatever their readings say are left out.
    """
    chosen = [s for s in chosen if s.most >= OPPOSED]
    right = np.array([s.right for s in chosen])
    ceiling = 1 - 0.7 / (len(chosen) + 2)  # nobody knows more of a group than its size allows
    if right.all() or len(chosen) < 20:
        share = (right.sum() + 0.7) / (len(right) + 1.4) if len(right) else 0.5
        return {"bias": float(np.log(share / (1 - share))), "weights": [0.0] * len(FEATURES), "ceiling": ceiling}
    x = np.array([s.features(models) for s in chosen])
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(x, right)
    return {
        "bias": round(float(model.intercept_[0]), 4),
        "weights": [round(float(w), 4) for w in model.coef_[0]],
        "ceiling": round(ceiling, 5),
    }


def fit_words(chosen: list[Sample]) -> dict[str, object]:
    """A logistic model of single words."""
    words = [word for s in chosen if s.most == 1 for word in s.words]
    x, right = np.array([row for row, _ in words]), np.array([ok for _, ok in words])
    model = LogisticRegression(C=STRENGTH, max_iter=2000).fit(x, right)
    return {
        "bias": round(float(model.intercept_[0]), 4),
        "weights": [round(float(w), 4) for w in model.coef_[0]],
    }


def fit_all(chosen: list[Sample]) -> dict[str, dict[str, object]]:
    by_group = defaultdict(list)
    for s in chosen:
        by_group[s.group].append(s)
    models = {}
    for group, members in sorted(by_group.items()):
        if group in WITH_WORDS and not all(ok for s in members for _, ok in s.words):
            models[f"{group} words"] = fit_words(members)
        models[group] = fit(members, models)
    return models


def cross_validated(all_: list[Sample], folds: int) -> np.ndarray:
    """Every sample's probability from a model fitted without its filing."""
    names = sorted({s.filing for s in all_})
    rng = np.random.default_rng(0)
    fold_of = {n: k % folds for k, n in enumerate(rng.permutation(names))}
    result = np.zeros(len(all_))
    for fold in range(folds):
        models = fit_all([s for s in all_ if fold_of[s.filing] != fold])
        for k, s in enumerate(all_):
            if fold_of[s.filing] == fold:
                result[k] = min(s.most, probability(models[s.group], s.features(models))) if s.group in models else 0.5
    return result


def thresholds(p: np.ndarray, right: np.ndarray) -> dict[str, float]:
    """The least confidence to accept for each rate of wrong fields per 10,000 accepted.

    The rate is that of all accepted fields together, both as the confidences expect it and as it was found.
    """
    order = np.argsort(-p, kind="stable")
    n = np.arange(1, len(p) + 1)
    expected = np.cumsum(1 - p[order]) / n
    found = np.cumsum(~right[order]) / n
    ranked = np.round(p[order], 4)
    last_of_tie = np.append(ranked[:-1] != ranked[1:], True)  # equal confidences are accepted together
    result = {}
    for rate in RATES:
        fine = np.flatnonzero((np.maximum(expected, found) <= rate / 10000) & last_of_tie)
        result[str(rate)] = round(float(p[order][fine[-1]]), 4) if len(fine) else 1.0
    return result


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
        print(f"at {per:3} wrong per 10,000 (from {least[str(per)]:.4f}): accepted {accepted.mean():.4f}, "
              f"wrong among them {wrong} ({wrong / max(1, accepted.sum()):.6f})")  # fmt: skip
    for row in table:
        print("  from {:<7} {:6} fields, mean confidence {:.5f}, right {:.5f}".format(*row))
    for group in sorted({s.group for s in all_}):
        chosen = np.array([s.group == group for s in all_])
        print(f"  {group:8} {int(chosen.sum()):6} fields, right {right[chosen].mean():.4f}, "
              f"review at 10: {(p[chosen] < least['10']).mean():.4f}, "
              f"silent {int((chosen & (p >= least['10']) & ~right).sum())}")  # fmt: skip
    _by_run(all_, p, least)
    print(f"expected calibration error {ece:.5f} over {len(all_)} fields of {len({s.filing for s in all_})} filings")
    worst = sorted((-p[k], k) for k in range(len(all_)) if not right[k])[:15]
    for q, k in worst:
        print(f"  wrong at {-q:.4f}: {all_[k].filing} {all_[k].path}")
    return {"reliability": table, "ece": round(float(ece), 5), "thresholds": least}


def _by_run(all_: list[Sample], p: np.ndarray, least: dict[str, float]) -> None:
    """Each run by itself at the default rate: what goes to review, what is silent, and how well the confidence fits."""
    rate = f"{Settings().max_wrong_per_10000:g}"
    right, bins = np.array([s.right for s in all_]), np.digitize(p, EDGES)
    accepted = (p >= least[rate]) & np.array([s.most == 1 for s in all_])
    for run in sorted({s.filing.partition("/")[0] for s in all_}):
        own = np.array([s.filing.partition("/")[0] == run for s in all_])
        off = sum(abs(float((p - right)[own & (bins == b)].sum())) for b in set(bins.tolist())) / own.sum()
        silent = int((own & accepted & ~right).sum())
        print(f"  {run} at {rate}: review {(own & ~accepted).sum() / own.sum():.4f}, "
              f"silent {silent} of {int((own & accepted).sum())}, calibration error {off:.5f}")  # fmt: skip


def table_of(card: dict[str, object]) -> list[list[float]]:
    table = card["reliability"]
    assert isinstance(table, list)
    return table


def draw(table: list[list[float]], target: Path) -> None:
    """The reliability table as a picture: odds against being wrong, as told and as found, one circle a bin."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "reliability"  # the same table gives the same file
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(5.4, 4.2), layout="constrained")
    axes.plot([1e-4, 1], [1e-4, 1], color="#999", linewidth=1, label="told = found")
    told = [1 - mean for _, _, mean, _ in table]
    found = [max(1 - share, 0.5 / n) for _, n, _, share in table]
    axes.scatter(told, found, s=[8 + 60 * (n / max(r[1] for r in table)) for _, n, *_ in table], color="#1f5fa8")
    for x, y, (_, n, _, share) in zip(told, found, table, strict=True):
        axes.annotate(f"{int(n):,}" + (" (none wrong)" if share == 1 else ""), (x, y), (6, -10), fontsize=7,
                      textcoords="offset points")  # fmt: skip
    axes.set(xscale="log", yscale="log", xlabel="share wrong, as told", ylabel="share wrong, as found (out of fold)")
    axes.legend(frameon=False, loc="upper left")
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", help="OUT:TRUTH")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--write", action="store_true", help=f"write {TARGET.name}")
    args = parser.parse_args()
    all_ = [s for run in args.runs for s in samples(*map(Path, run.split(":")))]
    card = report(all_, cross_validated(all_, args.folds))
    if args.write:
        least = card.pop("thresholds")
        data = {
            "card": {
                "date": date.today().isoformat(),
                "what": "probability that a field's value is what is printed; logistic, one model a group of fields",
                "features": list(FEATURES),
                "word features": list(WORD_FEATURES),
                "filings": len({s.filing for s in all_}),
                "fields": len(all_),
                "folds": args.folds,
                "strength": STRENGTH,
                "command": "python scripts/calibrate.py OUT:TRUTH ... --write",
                **card,
            },
            "thresholds": least,
            "reliability": [
                {"confidence": mean, "right": round(n * share), "count": n} for _, n, mean, share in table_of(card)
            ],
            "models": fit_all(all_),
        }
        TARGET.write_text(json.dumps(data, indent=1) + "\n")
        draw(table_of(card), PLOT)


if __name__ == "__main__":
    main()
