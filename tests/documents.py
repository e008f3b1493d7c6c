"""The documents of the tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ocr_form4_models.evidence import Evidence

FIXTURES = Path(__file__).parent.parent / "fixtures"
Read = Callable[[str], tuple[Evidence, ...]]
"""The session's reader of fixtures: ``read("scan/sales.pdf")``."""
