"""Hands drawn to find out what else breaks: damage of kinds that none of the other hands has.

They are only looked at (``hands.py``): nothing is trained on them. What they showed was mended in
the stage where it belongs, so that they tell less now than others would that nobody drew yet.
"""

from __future__ import annotations

from formprint.odd_paper import PAPER, Odd
from formprint.odd_scans import SCANS

ODD: dict[str, Odd] = PAPER | SCANS
"""Every odd hand by its name: what it makes of a clean gray page, its pixels an inch and a
generator.
"""
