"""What the calibration is fitted on: which fields of a filing count as right, and how the fit
treats them.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from documents import FIXTURES
from filing_score import compare

from fitting import RATES, Sample, cross_validated, fit, thresholds
from ocr_form4.formats.edgar_xml import read_xml, write_xml
from ocr_form4.stages.judge import probability
from ocr_form4.stages.judge.features import FEATURES
from ocr_form4_models.form4 import Column, Filing, Table
from scoring import aligned, right_fields

TRUTH = FIXTURES / "truth" / "exercise.xml"
SHARES = (
    "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"
    "/transactionAmounts/transactionShares/value"
)


def filed() -> Filing:
    return read_xml(TRUTH.read_bytes())


def misread(path: str, value: object) -> Filing:
    filing = filed()
    return filing.with_fields({path: replace(filing.fields[path], value=value)})  # type: ignore[arg-type]


def without_row(filing: Filing, path: str) -> Filing:
    fields = {p: f for p, f in filing.fields.items() if not p.startswith(f"{path}/")}
    marks = {p: m for p, m in filing.marks.items() if not p.startswith(f"{path}/")}
    return replace(
        filing,
        fields=fields,
        marks=marks,
        row_paths=tuple(p for p in filing.row_paths if p != path),
    )


def test_a_filing_is_right_about_itself() -> None:
    right = right_fields(TRUTH, TRUTH)
    assert len(right) > 50 and all(right.values())
    assert (
        compare(filed(), filed()) == (score := compare(filed(), filed()))
        and score.values == score.all == 1
    )


def test_one_wrong_digit_is_one_wrong_field(tmp_path: Path) -> None:
    read = tmp_path / "read.xml"
    read.write_bytes(write_xml(misread(SHARES, Decimal(1))))
    assert [path for path, ok in right_fields(TRUTH, read).items() if not ok] == [SHARES]
    assert [w.split(":")[0] for w in compare(filed(), misread(SHARES, Decimal(1))).wrong] == [
        SHARES
    ]


@pytest.mark.parametrize("same", ["250000.0", "2.5E+5", "250000"])
def test_how_a_number_is_written_is_no_matter(same: str, tmp_path: Path) -> None:
    truth, read = tmp_path / "true.xml", tmp_path / "read.xml"
    truth.write_bytes(write_xml(misread(SHARES, Decimal(250000))))
    read.write_bytes(write_xml(misread(SHARES, Decimal(same))))
    assert right_fields(truth, read)[SHARES]


def test_a_row_missed_does_not_make_its_neighbours_wrong() -> None:
    rows = list(filed().rows(Table.I))
    assert len(rows) >= 3
    short = without_row(filed(), rows[0].path)
    pairs = [(a.path, b.path) for a, b in aligned(rows, list(short.rows(Table.I))) if a and b]
    assert pairs == [(r.path, r.path) for r in rows[1:]]
    score = compare(filed(), short)
    assert score.values < 1 and all(w.startswith(rows[0].path) for w in score.wrong)


def test_a_row_too_many_is_wrong_in_every_field(tmp_path: Path) -> None:
    rows = list(filed().rows(Table.I))
    truth = tmp_path / "true.xml"
    truth.write_bytes(write_xml(without_row(filed(), rows[-1].path)))
    right = right_fields(truth, TRUTH)
    told = [c for c in rows[-1].fields if c not in (Column.FORM_TYPE, Column.EQUITY_SWAP)]
    assert not any(right[rows[-1].path_of(c)] for c in told)
    assert all(right[rows[0].path_of(c)] for c in told if c in rows[0].fields)


def samples(count: int, seed: int) -> list[Sample]:
    """Fields whose first feature tells, in nine cases of ten, whether they are right."""
    rng = np.random.default_rng(seed)
    found = []
    for k in range(count):
        says = float(rng.random() < 0.8)
        right = bool(rng.random() < (0.98 if says else 0.3))
        found.append(
            Sample(
                f"filing {k % 20}",
                f"path {k}",
                "number",
                (says, *[0.0] * (len(FEATURES) - 1)),
                right,
            )
        )
    return found


def test_a_fitted_probability_is_the_share_that_is_right() -> None:
    model = fit(samples(4000, 1))
    rest = [0.0] * (len(FEATURES) - 1)
    assert probability(model, (1.0, *rest)) == pytest.approx(0.98, abs=0.01)
    assert probability(model, (0.0, *rest)) == pytest.approx(0.3, abs=0.05)


def test_nobody_is_surer_than_the_number_of_fields_seen_allows() -> None:
    few = [replace(s, right=True) for s in samples(30, 2)]
    many = [replace(s, right=True) for s in samples(3000, 2)]
    values = (1.0, *[0.0] * (len(FEATURES) - 1))
    assert 0.9 < probability(fit(few), values) < 0.99 < probability(fit(many), values) < 1


def test_a_page_worse_than_all_that_were_seen_is_never_trusted_more() -> None:
    """Where the damaged pages of a fit happen to be read better, the fit makes nothing of it."""
    streaked, rng = FEATURES.index("streaks"), np.random.default_rng(4)
    found = []
    for s in samples(3000, 4):
        damage = float(rng.random() < 0.5)
        values = (*s.values[:streaked], damage, *s.values[streaked + 1 :])
        found.append(replace(s, values=values, right=s.right or damage > 0))
    model = fit(found)
    assert model["weights"][streaked] == 0
    worse = fit(
        [replace(s, right=s.right and not s.values[streaked]) for s in samples(1, 4) * 20 + found]
    )
    assert worse["weights"][streaked] <= 0


def test_a_hand_that_is_held_out_is_judged_by_what_others_teach() -> None:
    """Hand b errs whatever its readers say; judged without it, it is trusted as the others are."""
    all_ = [replace(s, hand="a") for s in samples(2000, 5)]
    errs = [replace(s, hand="b", filing=f"b {s.filing}", right=False) for s in samples(400, 6)]
    p = cross_validated([*all_, *errs], by_hand=True)
    known = cross_validated([*all_, *errs])
    assert p[2000:].mean() > known[2000:].mean() + 0.05


def test_out_of_fold_confidences_are_honest_and_repeatable() -> None:
    all_ = samples(2000, 3)
    p = cross_validated(all_, 5)
    right = np.array([s.right for s in all_])
    for sure in (p > 0.9, p < 0.9):
        assert p[sure].mean() == pytest.approx(right[sure].mean(), abs=0.04)
    assert (cross_validated(all_, 5) == p).all()


def test_of_what_a_threshold_accepts_no_more_is_wrong_than_its_rate() -> None:
    rng = np.random.default_rng(4)
    p = rng.beta(30, 0.3, 20_000)
    right = rng.random(20_000) < p
    found = thresholds(p, right)
    least = [found[str(rate)] for rate in sorted(RATES)]
    assert least == sorted(least, reverse=True)
    for rate in RATES:
        accepted = p >= found[str(rate)] + 1e-4  # the threshold is rounded to four places
        assert (~right[accepted]).mean() <= 1.1 * rate / 10_000


def test_fields_of_the_same_confidence_are_accepted_together_or_not_at_all() -> None:
    p, right = np.full(1000, 0.9995), np.arange(1000) < 990
    assert (p >= thresholds(p, right)["10"]).sum() == 0
