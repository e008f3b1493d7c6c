"""Reconcile: the form's own arithmetic and rules, held against what was read, and used to choose
among readings.

What the paper says is what comes out, even where it does not add up: a value changes only to
another value that a reader proposed, and only where the readers disagree.
"""

from __future__ import annotations

from itertools import chain

from ocr_form4.stages.reconcile.dates import date_checks, date_factors
from ocr_form4.stages.reconcile.entries import entry_checks, entry_factors
from ocr_form4.stages.reconcile.limits import limit_checks, mark_checks
from ocr_form4.stages.reconcile.pairs import exercise_checks, exercise_factors, underlying_checks
from ocr_form4.stages.reconcile.prices import price_checks, price_factors
from ocr_form4.stages.reconcile.running import holdings_checks, settle_holdings
from ocr_form4.stages.reconcile.settle import settle
from ocr_form4_models.check import Check
from ocr_form4_models.form4 import Filing

__all__ = ["reconcile"]


def reconcile(filing: Filing) -> tuple[Filing, tuple[Check, ...]]:
    """The filing with doubtful fields settled where the form's rules decide them, and every rule as
    a check.

    A settled field keeps its readings and candidates and says in ``notes`` what settled it. Fields
    on whose value all readings agree never change, whatever the arithmetic says.
    """
    filing, chains = settle_holdings(filing)
    rules = chain(
        price_factors(filing), exercise_factors(filing), date_factors(filing), entry_factors(filing)
    )
    filing = settle(filing, list(rules))
    checks = chain(
        holdings_checks(filing, chains),
        underlying_checks(filing),
        exercise_checks(filing),
        price_checks(filing),
        mark_checks(filing),
        date_checks(filing),
        entry_checks(filing),
        limit_checks(filing),
    )
    return filing, tuple(checks)
