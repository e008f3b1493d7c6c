"""How strongly real filings keep the form's arithmetic: the weights by which readings are chosen.

The shares of Table I are those counted over 2,435 filings as filed (7,371 consecutive pairs), of
Table II over 117 pairs; the rest was counted over 498 filings with ``scripts/reconcile_study.py
--counts``. docs/reconcile.md has the counts. A share that was counted as zero or one is kept away
from it, because a filing may always be the exception.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from ocr_form4_models import form4

COINCIDENCE = 0.02
"""Chance that a number which the arithmetic does not determine is just the one that a reader
proposed.

A misread number adds up by accident in fewer than one of fifty cases (docs/reconcile.md), so that a
reading which adds up is worth this much more than one about which the arithmetic says nothing.
"""
NEGLIGIBLE = 12.0
"""Natural logarithm of the odds beyond which an explanation is given up."""
CHANGE_ODDS = log(3.0)
"""Another reading replaces the readers' favourite where all evidence together makes it three times
as probable.
"""
LEAST_WEIGHT = 1e-4
"""No candidate is thought less likely than this by the readers alone."""


@dataclass(frozen=True, slots=True)
class LinkShares:
    """Of rows with a possible predecessor: how each stands to it. The shares are of one, over all
    the ways.

    ``follows``: the last own row ± the shares; ``follows_earlier``: the end of another chain ± the
    shares; ``restates``: the same total as the row before; ``breaks``: nothing fits; ``opens``:
    another holder's or grant's first row.
    """

    follows: float
    follows_earlier: float
    restates: float
    breaks: float
    opens: float


OWN = {
    form4.Table.I: LinkShares(
        follows=0.963, follows_earlier=0.012, restates=0.004, breaks=0.011, opens=0.010
    ),
    form4.Table.II: LinkShares(
        follows=0.38, follows_earlier=0.02, restates=0.15, breaks=0.40, opens=0.05
    ),
}
"""For a row with the same footnote marks (Table II: price, dates and marks too) as the end of a
chain.
"""
OTHER = {
    form4.Table.I: LinkShares(
        follows=0.37, follows_earlier=0.05, restates=0.02, breaks=0.01, opens=0.55
    ),
    form4.Table.II: LinkShares(
        follows=0.04, follows_earlier=0.02, restates=0.03, breaks=0.01, opens=0.90
    ),
}
"""For a row whose marks differ from those of every chain's end."""
BREAKS_IF_DOUBTFUL = 0.1
"""Share of breaks with the row before where a number of either is doubtful: then a misreading
explains it best.
"""
RESTATED_BY_HOLDING = 0.5
"""Share of holdings rows, among those that could restate a chain's balance, that do."""

OPENS_AT_ZERO = 0.45
"""Share of acquisitions that open a chain and state exactly what was acquired (231 of 476)."""
OPENS_AND_CLOSES = {form4.Table.I: 0.075, form4.Table.II: 0.44}
"""Share of disposals that open a chain and leave nothing (15 of 201 in Table I, 113 of 255 in Table
II).
"""
OPENS_BELOW_ZERO = 0.002

DIRECTION_KEPT = 0.998
"""P is acquired and S, F, U are disposed of in Table I."""
UNDERLYING_EQUAL = 0.95
"""Table II: the shares traded are the underlying shares, one to one (416 of 438 rows)."""
PAIRED = {"M": 0.77, "C": 0.81, "X": 0.7, "O": 0.7}
"""A disposal in Table II has an acquisition of as many shares, under the same code, in Table I."""

PRICE_IN_RANGE = log(932 / 13)
PERIOD_IS_EARLIEST = log(451 / 12)
DATES_IN_ORDER = log(400.0)
SIGNED_SOON = log(2176 / 44)
"""A transaction is signed for within ten days."""
DATE_SHARED = log(10.0)
"""A row's date is box 3's or another row's (2,189 of 2,220); held low, for days that follow each
other look alike.
"""
EXERCISE_PRICE_PAID = log(50.0)
NATURE_IFF_INDIRECT = log(200.0)
DIRECTION = log(DIRECTION_KEPT / (1 - DIRECTION_KEPT))
