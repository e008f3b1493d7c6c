"""Hands drawn to find out what else breaks: damage of kinds that none of the other hands has.

They are only looked at (``hands.py``). What was learned from them, or fitted or judged by them,
would make them hands like the others, and nothing would be left to tell what is not known yet.
"""

from __future__ import annotations

from formprint.odd_paper import PAPER, Odd
from formprint.odd_scans import SCANS

ODD: dict[str, Odd] = PAPER | SCANS
"""Every odd hand by its name: what it makes of a clean gray page, its pixels an inch and a
generator.
"""
