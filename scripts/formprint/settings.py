"""Settings that no edition has: another typeface, spacing, borders, paper. How a form is laid out
changes with its printer; what it asks for does not.
"""

from __future__ import annotations

import numpy as np

_TYPEFACES = (
    "'Liberation Sans', Arial", "'Liberation Serif'", "'DejaVu Sans'", "'DejaVu Serif'", "'C059'",
    "'P052'", "'URW Gothic'", "'Nimbus Sans Narrow'", "'Liberation Mono'", "'DejaVu Sans Mono'",
)  # fmt: skip
_BORDERS = ("none", "solid", "double", "dashed", "dotted")
_COLOURS = ("black", "#888", "#bbb", "navy")
_PAPERS = ("11in 8.5in", "210mm 297mm", "8.5in 14in")
_OFTEN, _SELDOM = 0.4, 0.2
"""How often one thing is set otherwise."""


def any_setting(rng: np.random.Generator) -> str:
    """A style sheet that sets some things otherwise, for a form's HTML."""
    border, colour = rng.choice(_BORDERS), rng.choice(_COLOURS)
    rules = (
        (_OFTEN, f"* {{ font-family: {rng.choice(_TYPEFACES)} !important; }}"),
        (_OFTEN, f"body {{ zoom: {rng.uniform(0.78, 1.05):.2f} !important; }}"),
        (_OFTEN, f"* {{ line-height: {rng.uniform(1.0, 1.6):.2f} !important; }}"),
        (
            _OFTEN,
            f"td, th, table {{ border-style: {border} !important; "
            f"border-color: {colour} !important; }} "
            "td[style*='none'], th[style*='none'] { border-style: none !important; }",
        ),
        (_SELDOM, f"td, th {{ padding: {rng.integers(1, 9)}px !important; }}"),
        (_SELDOM, "th { background: #e8e8e8 !important; }"),
        (_SELDOM, "tbody tr:nth-child(even) td { background: #f2f2f2; }"),
        (_SELDOM, "body { letter-spacing: 0.4px !important; }"),
        (_OFTEN, f"@page {{ size: {rng.choice(_PAPERS)}; margin: 0.45in; }}"),
    )
    return "\n".join(rule for chance, rule in rules if rng.random() < chance)
