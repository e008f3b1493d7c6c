"""A history of holdings as a step chart: self-contained SVG for the report, readable in light and
dark.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import escape
from math import floor, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_form4.histories import History

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 76, 16, 34, 34
FROM_ZERO = 0.4
"""The axis starts at zero where the balance moves by this share of its greatest value."""
Point = tuple[date, Decimal, str]


def history_points(history: History) -> list[Point]:
    """(date, balance, NAME) after every row, in order: what the step chart draws."""
    return [(day, owned, e.name) for e in history.entries for day, owned in e.points]


def step_chart_svg(history: History) -> str:
    """The history as an SVG element: a step line, a dot for each row, a ring where a filing does
    not go on.

    Colours are ``currentColor`` and two of middle lightness, which stand out on white and on black.
    Pixels, origin top left. Empty where there is no balance to draw.
    """
    points = history_points(history)
    if not points:
        return ""
    first, last = min(p[0] for p in points), max(p[0] for p in points)
    days = max((last - first).days, 1)
    low, high = _axis([float(p[1]) for p in points])

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((day - first).days / days)

    def y(owned: Decimal | float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ((float(owned) - low) / (high - low))

    title = f"{history.person}: {history.security}, {history.issuer}"
    gaps = {e.name for e in history.gaps}
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" '
        'role="img"'
        f' style="max-width:{WIDTH}px;font:12px sans-serif" fill="currentColor">',
        f"<title>{escape(title)}</title>",
        f'<text x="{LEFT}" y="18" font-weight="bold">{escape(_short(title, 84))}</text>',
    ]
    for tick in (low, (low + high) / 2, high):
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"'
            ' stroke="currentColor" stroke-opacity="0.2"/>'
            f'<text x="{LEFT - 6}" y="{y(tick) + 4:.1f}" '
            f'text-anchor="end">{escape(_tick(tick))}</text>'
        )
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 12}">{first}</text>')
    if last > first:
        parts.append(f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 12}" text-anchor="end">{last}</text>')
    steps = [f"M{x(points[0][0]):.1f} {y(points[0][1]):.1f}"]
    steps += [f"H{x(day):.1f}V{y(owned):.1f}" for day, owned, _ in points[1:]]
    parts.append(f'<path d="{"".join(steps)}" fill="none" stroke="#3b82c4" stroke-width="2"/>')
    ringed: set[str] = set()
    for day, owned, name in points:
        said = escape(f"{day} {name}: {owned:,f}")
        gap = name in gaps and name not in ringed
        ringed.add(name)
        look = (
            'r="6" fill="none" stroke="#d9541e" stroke-width="2.5"'
            if gap
            else 'r="3" fill="#3b82c4"'
        )
        parts.append(
            f'<circle cx="{x(day):.1f}" cy="{y(owned):.1f}" {look}><title>{said}</title></circle>'
        )
    return "".join([*parts, "</svg>"])


def _axis(values: list[float]) -> tuple[float, float]:
    """Ends of the axis: from zero, unless the balance moves so little that its steps would not be
    seen.
    """
    least, most = min(values), max(values)
    if most - least >= FROM_ZERO * most:
        return 0.0, _nice(most)
    step = _nice(max(most - least, most / 20))
    low = floor(least / step) * step
    return low, low + 2 * step


def _nice(most: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below ``most``."""
    if most <= 0:
        return 1.0
    power = 10.0 ** floor(log10(most))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= most)


def _tick(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
