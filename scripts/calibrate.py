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
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType

import numpy as np
from scipy.optimize import minimize

from ocr_form4.formats.evidence_json import read_json
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import CONTRADICTED, OPPOSED, ceiling_of, probability
from ocr_form4.stages.judge.contested import contradicted, is_contested
from ocr_form4.stages.judge.damage import DAMAGE_FEATURES, page_damage, unlike
from ocr_form4.stages.judge.features import (
    FEATURES,
    GROUPS,
    features,
    of_words,
    page_quality,
    support_of,
    word_rows,
)
from ocr_form4.stages.judge.wording import WORD_FEATURES, logistic
from ocr_form4_models.field import Field
from reliability import draw
from scoring import compared, plain, right_fields

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "models" / "ocr_form4_models" / "weights" / "confidence.json"
PLOT = ROOT / "docs" / "images" / "reliability.svg"
EDGES = (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 1.01)
RATES = (1, 2, 3, 5, 10, 15, 20, 30, 50, 100)
STRENGTH, STRENGTH_GOING_ON = 3.0, 0.3
"""Of the weights, as the variance that is expected of them: of new ones, and of what differs from a
fit before.
"""
BEFORE = "before"
"""The models of a fit of more fields, by one hand, which the fit over hands goes on from; kept
beside the models.
"""
Model = dict[str, object]
NOTHING: Mapping[str, Model] = MappingProxyType({})


FOR = frozenset({
    "first agrees", "first's score", "others agree", "other's score", "alike", "known words",
    "arithmetic holds",
    "page agrees", "weakest word", "second's score", "third's score", "known", "strangest",
    "strange",
})  # fmt: skip
AGAINST = frozenset({
    "others asked", "a reading differs", "arithmetic breaks", "noted", "read two ways",
    *DAMAGE_FEATURES,
    "page unlike others", "words in doubt", "first differs", "second asked", "second differs",
    "third differs",
    "differ in letters", "a word beside it is seen by others", "ends it without a stop",
    "another sign likelier",
})  # fmt: skip
"""Features that never make a field or a word less probable, and those that never make it more,
whatever the pages at hand say. Free weights take opposite signs where features go together, and far
from the pages that were fitted on the sum says anything: dirt that three readers read in three ways
was accepted as remarks at 0.998.
"""
_DAMAGE = slice(FEATURES.index(DAMAGE_FEATURES[0]), FEATURES.index(DAMAGE_FEATURES[-1]) + 1)
PAGES = "pages"
"""What the pages of a fit are like, beside its models: how unlike them another is."""
WITH_WORDS = ("name", "text")
"""The groups that have a model of words, too."""


@dataclass(frozen=True)
class Sample:
    filing: str
    path: str
    group: str
    values: tuple[float, ...]
    """The features, but for those that what is fitted gives: how unlike its page is, and the
    words'.
    """
    right: bool
    most: float = 1.0
    """What the judge lets it be trusted at most."""
    words: tuple[tuple[tuple[float, ...], bool], ...] = ()
    """Each word's features, and whether it is right."""
    hand: str = ""
    """Who made the scan bad."""

    def features(self, models: Mapping[str, Model]) -> tuple[float, ...]:
        """All features, the models of words and the known pages being given."""
        model = models.get(f"{self.group} words")
        odds = [logistic(model, row) for row, _ in self.words] if model else []
        apart = unlike(self.values[_DAMAGE], models.get(PAGES))
        return (*self.values[:-3], apart, *(of_words(odds) if odds else self.values[-2:]))


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
            values = features(path, field, support, quality, of_page)
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


def fit(
    chosen: list[Sample],
    models: Mapping[str, Model] = NOTHING,
    before: Model | None = None,
) -> Model:
    """A logistic model; where all are right there is nothing to fit but how sure that may make one.

    Fields that are looked at whatever their readings say are left out. ``before`` is the model that
    is gone on from.
    """
    chosen = [s for s in chosen if s.most >= OPPOSED]
    right = np.array([s.right for s in chosen])
    seen = 0.7 / (1 - float(str(before["ceiling"]))) if before else 2.0
    ceiling = 1 - 0.7 / (len(chosen) + seen)  # nobody knows more of a group than its size allows
    if before is not None and chosen:
        x = np.array([s.features(models) for s in chosen])
        return {**logistic_fit(x, right, FEATURES, before), "ceiling": round(ceiling, 5)}
    if right.all() or len(chosen) < 20:
        share = (right.sum() + 0.7) / (len(right) + 1.4) if len(right) else 0.5
        return {
            "bias": float(np.log(share / (1 - share))),
            "weights": [0.0] * len(FEATURES),
            "ceiling": ceiling,
        }
    x = np.array([s.features(models) for s in chosen])
    return {**logistic_fit(x, right, FEATURES), "ceiling": round(ceiling, 5)}


def logistic_fit(
    x: np.ndarray, right: np.ndarray, names: Sequence[str], before: Model | None = None
) -> Model:
    """A logistic model of the features named, with a quadratic penalty on its weights, of which
    those of ``FOR`` are at least 0 and those of ``AGAINST`` at most 0.

    With a model before it, the penalty is on what differs from that one, and stronger, but for the
    page's damage.
    """
    sign = np.where(right, 1.0, -1.0)
    design = np.column_stack([x, np.ones(len(x))])
    middle, strength = np.zeros(x.shape[1] + 1), np.full(x.shape[1] + 1, STRENGTH)
    strength[-1] = np.inf
    if before is not None:
        assert isinstance(before["weights"], list)
        middle = np.array([*map(float, before["weights"]), float(str(before["bias"]))])
        strength[[k for k, name in enumerate([*names, ""]) if name not in DAMAGE_FEATURES]] = (
            STRENGTH_GOING_ON
        )

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (design @ weights)
        slope = -sign / (1 + np.exp(np.clip(margin, -30, 30)))
        off = weights - middle
        penalty = off / strength
        return float(
            np.logaddexp(0, -margin).sum() + 0.5 * (penalty * off).sum()
        ), design.T @ slope + penalty

    bounds = [(0.0 if n in FOR else None, 0.0 if n in AGAINST else None) for n in names] + [
        (None, None)
    ]
    start = middle if before is not None else np.append(middle[:-1], 3.0)
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 3000, "maxfun": 6000},
    )
    return {
        "bias": round(float(found.x[-1]), 4),
        "weights": [round(float(w), 4) for w in found.x[:-1]],
    }


def fit_words(chosen: list[Sample], before: Model | None = None) -> Model:
    """A logistic model of single words."""
    words = [word for s in chosen if s.most == 1 for word in s.words]
    x, right = np.array([row for row, _ in words]), np.array([ok for _, ok in words])
    return logistic_fit(x, right, WORD_FEATURES, before)


def fit_pages(chosen: list[Sample]) -> Model:
    """What the pages are like: the mean of their damage, and the inverse of its spread, widened a
    little.
    """
    pages = np.array(sorted({(s.filing, s.values[_DAMAGE]) for s in chosen}, key=str), dtype=object)
    damage = np.array([d for _, d in pages], dtype=float)
    spread = np.cov(damage, rowvar=False) + 0.05 * np.eye(damage.shape[1])
    inverse = np.linalg.inv(spread)
    return {"mean": damage.mean(axis=0).round(4).tolist(), "inverse": inverse.round(4).tolist()}


def fit_all(chosen: list[Sample], before: Mapping[str, Model] = NOTHING) -> dict[str, Model]:
    """The models by group, those of words, and what the pages are like. ``before`` are those that
    are gone on from.
    """
    by_group = defaultdict(list)
    for s in chosen:
        by_group[s.group].append(s)
    models = {PAGES: fit_pages(chosen)}
    for group, members in sorted(by_group.items()):
        if group in WITH_WORDS and not all(ok for s in members for _, ok in s.words):
            models[f"{group} words"] = fit_words(members, before.get(f"{group} words"))
        elif f"{group} words" in before:
            models[f"{group} words"] = before[f"{group} words"]
        models[group] = fit(members, models, before.get(group))
    return models


def cross_validated(
    all_: list[Sample],
    folds: int = 10,
    by_hand: bool = False,
    before: Mapping[str, Model] = NOTHING,
) -> np.ndarray:
    """Every sample's probability from a model fitted without its filing, or without all scans of
    its hand.
    """
    names = sorted({s.filing for s in all_})
    rng = np.random.default_rng(0)
    part_of: dict[str, object] = {n: k % folds for k, n in enumerate(rng.permutation(names))}
    if by_hand:
        part_of = {s.filing: s.hand for s in all_}
    result = np.zeros(len(all_))
    for part in sorted(set(part_of.values()), key=str):
        models = fit_all([s for s in all_ if part_of[s.filing] != part], before)
        for k, s in enumerate(all_):
            if part_of[s.filing] == part:
                result[k] = (
                    min(s.most, probability(models[s.group], s.features(models)))
                    if s.group in models
                    else 0.5
                )
    return result


def thresholds(p: np.ndarray, right: np.ndarray) -> dict[str, float]:
    """The least confidence to accept for each rate of wrong fields per 10,000 accepted.

    The rate is that of all accepted fields together, both as the confidences expect it and as it
    was found.
    """
    order = np.argsort(-p, kind="stable")
    n = np.arange(1, len(p) + 1)
    expected = np.cumsum(1 - p[order]) / n
    found = np.cumsum(~right[order]) / n
    ranked = np.round(p[order], 4)
    # equal confidences are accepted together
    last_of_tie = np.append(ranked[:-1] != ranked[1:], True)
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
