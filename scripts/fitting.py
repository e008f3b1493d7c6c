"""The logistic models behind the confidence, fitted over samples: of fields, of words, and what the
pages they stand on are like; and the confidence from which a field is accepted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.optimize import minimize

from ocr_form4.stages.judge import OPPOSED, probability
from ocr_form4.stages.judge.damage import DAMAGE_FEATURES, unlike
from ocr_form4.stages.judge.features import FEATURES, of_words
from ocr_form4.stages.judge.wording import WORD_FEATURES, logistic

RATES = (1, 2, 3, 5, 10, 15, 20, 30, 50, 100)
UNLIKELIER = 20
"""Of 29,339 fields accepted on 555 scans without this bound nine were wrong, four of them among
the 183 that it leaves to a person at the default rate.
"""
STRENGTH, STRENGTH_GOING_ON = 3.0, 0.3
"""Of the weights, as the variance that is expected of them: of new ones, and of what differs from a
fit before.
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
    was found. As most are far surer than that, fields of which one in ten is wrong would pass among
    them: none is accepted that is ``UNLIKELIER`` times as likely wrong as the rate allows.
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
        measured = float(p[order][fine[-1]]) if len(fine) else 1.0
        result[str(rate)] = round(max(measured, 1 - UNLIKELIER * rate / 10000), 4)
    return result
