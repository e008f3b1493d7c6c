"""Handwriting told from print by the ink itself: what is written by hand is put up for review,
never guessed silently.

Print stands on its base line, has two or three heights, stems all alike and letters apart; a hand
has none of these for long. ``measures`` puts that into numbers, and a small network fitted by
``scripts/fit_hand.py`` weighs them. The numbers in the measures are a part of what was fitted: a
change of one wants a fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.odds import odds_of
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Run

Floats = NDArray[np.float64]
MEASURES = (
    "level edges", "upright edges", "slant", "spread of directions",
    *(f"edges at {15 * k} degrees" for k in range(12)),
    "level runs", "upright runs", "stroke", "stroke varies", "ink",
    "feet off", "heads off", "feet unlike", "heads unlike", "heights unlike", "rise", "widths",
    "widest", "apart",
    "gaps vary", "straight", "corners", "best twin", "letters",
)  # fmt: skip
"""What is measured of a line, in order; lengths in heights of its capitals. Of edges, 12 directions
of 15 degrees.
"""
_LETTERS, _ENOUGH = 3, 4
"""Letters that a line must have to tell anything, and such lines that tell how a page is filled in.
On the fixtures 77 of 1,855 are 0.67 times it or less, the others 1.00 or more (``_LETTERS``); 14 of
75 are 0.75 times it or less, the others 1.25 or more (``_ENOUGH``).
"""
PLAINLY, FEW, _PLAINLY_IN_FEW = 1.0, 5, 3.0
"""Log odds above which a line among print is taken for handwritten; above the last where it has at
most ``FEW``. On the fixtures 544 of 1,763 are 1.00 times it or less, the others 1.20 or more
(``FEW``).
"""
PRINTED = 0.99
"""The first reader's score of a line of three letters and more from which it is print: 98 of 234
fields that looked handwritten on printed scans have it, and of 24 that a hand wrote none, but one
of a single letter.
"""
_THROUGHOUT, _MOST = -0.5, 8.0
"""The mean of a page's log odds above which all of it is taken for handwritten; no line counts for
more than the last. Of 160 printed pages that were looked at, none had more than -2.
"""
_CAP = 28.0
"""Lines are brought to this height of capitals, in pixels, so that an edge means the same in small
print and large: 12 to 22 and more on the page. A part of what was fitted, as ``F`` is.
"""
_WIDEST = 20
"""How much of a line is looked at, in heights of its capitals: of 1,855 lines on the fixtures nine
of ten are 14.5 long or less. A part of what was fitted, too.
"""


@dataclass(frozen=True, slots=True)
class Features:
    """The figures within what is measured of a line: weights/hand.json was fitted with them, and a
    change of one wants a fit (``scripts/fit_hand.py``).

    In heights of the line's capitals (_caps), pixels at ``_CAP`` (_px), gray levels, degrees, and
    shares of what a name says. What is capped (most_) tells nothing more beyond.
    """

    least_caps: float = 1.5
    """The width of a line that is measured."""
    around_px: int = 4
    """Paper around a line that is looked at with it."""
    least_cap_px: int = 9
    least_px: int = 8
    """Capitals and sides of a line that are large enough to tell anything, on the upright page."""
    contrast_levels: int = 50
    """From the darkest to the lightest pixel of a line that has ink."""
    letter_caps: float = 0.4
    """The height of a piece of ink that is a letter."""
    most_log_letters: float = 3.0

    blur_px: float = 1.2
    strong_share: float = 0.3
    """Of the strongest edge: what is weaker is paper."""
    half_turn_degrees: int = 180
    bin_degrees: int = 3
    bins: int = 60
    slanted_bins: int = 12
    """Slants up to this on both sides of upright are looked for."""
    window_bins: int = 5
    """Edges are as slanted as each other, and level or upright, within this."""
    coarse_bins: int = 12
    level_bins: tuple[int, int] = (28, 33)
    """Where level edges are: around 90 degrees."""
    slant_unit_bins: int = 10
    slant_unit_degrees: int = 30
    """What slant 1 is, in both units."""
    tiny: float = 1e-6
    """Keeps a logarithm and a share finite where nothing is there."""

    level_run_caps: float = 0.36
    stem_caps: float = 0.62
    """Runs of ink that are level, or upright along the slant, and as long as this."""
    upright_slant: float = 0.05
    """Up to this slant ink is taken to be upright as it is."""

    ridge_px: float = 0.9
    """Half the width of the thinnest stroke."""
    stroke_ranks: tuple[float, float, float] = (0.2, 0.5, 0.8)
    """Of a line's half widths in order: thin, usual and thick."""

    rise_letters: int = 4
    rise_caps: float = 2.0
    """Letters, and the width that they stand over, from which a line's rise is measured."""
    most_gap_caps: float = 0.5
    """Wider gaps are between words."""
    most_off_feet_caps: float = 0.3
    most_off_heads_caps: float = 0.4
    most_rise: float = 0.1
    most_width_caps: float = 3.0
    most_widest_caps: float = 5.0
    most_letters_a_cap: float = 3.0
    most_gaps_vary: float = 1.0
    no_gaps_vary: float = 0.1
    """For a line of a single gap."""
    unlike_letters: int = 3
    no_unlike_caps: float = 0.04
    most_unlike_caps: float = 0.3
    """From how many letters it is told how unlike they stand; what a line of fewer is given."""

    outline_caps: float = 0.8
    """The length of an outline that is a letter's."""
    corner_caps: float = 0.045
    """How far an outline may be from straight."""
    side_caps: float = 0.4
    """The length of a side that is straight, not a piece of a curve."""

    twins: int = 24
    """Letters that are held against each other, the line's first."""
    twin_widest_caps: float = 1.2
    twin_narrowest_caps: float = 0.25
    """Broader are letters that run together, narrower are strokes, which all look alike."""
    twin_px: tuple[int, int] = (12, 16)
    """The size, across and down, at which letters are held against each other."""
    twin_off_caps: float = 0.13
    """Twins differ no more than this in width and height."""
    best_twins: int = 2
    no_twin: float = 0.75
    """The likeness that a line without two letters to compare is given."""


F = Features()


def by_hand(pixels: Gray, entries: Sequence[Run]) -> list[bool]:
    """Which of a page's entries look handwritten.

    A form that is filled in by hand is so throughout: where most entries look written, all of them
    are taken for it, single letters as well, which tell nothing by themselves. Among print a single
    line must look plainly written. What the first reader, who learned print, is sure of is print.
    """
    found = [
        (-_MOST, 0) if _is_read_as_print(run) else score(pixels, run.box, run.cap_height)
        for run in entries
    ]
    telling = [max(-_MOST, min(_MOST, odds)) for odds, _ in found if odds is not None]
    throughout = len(telling) >= _ENOUGH and sum(telling) / len(telling) > _THROUGHOUT
    return [throughout or (odds is not None and is_plain(odds, letters)) for odds, letters in found]


def _is_read_as_print(run: Run) -> bool:
    first = run.readings[0] if run.readings else None
    return first is not None and first.confidence >= PRINTED and len(first.text) >= _LETTERS


def is_plain(odds: float, letters: float) -> bool:
    """Whether a line among print looks plainly handwritten: the fewer its letters, the more it
    takes.
    """
    return odds > (PLAINLY if letters > FEW else _PLAINLY_IN_FEW)


def score(pixels: Gray, box: Box[Upright], cap_height: float) -> tuple[float | None, int]:
    """The log odds that a line is handwritten, None where it is too short or too faint to tell; and
    its letters.
    """
    found = measures(pixels, box, cap_height) if box.width >= F.least_caps * cap_height else None
    letters = round(exp(found[-1])) - 1 if found is not None else 0
    if found is None or letters < _LETTERS:
        return None, letters
    return float(odds_of("hand.json", MEASURES).of(found)), letters


def measures(pixels: Gray, box: Box[Upright], cap_height: float) -> Floats | None:
    """What tells a hand from print in a line, in the order of ``MEASURES``; None where there is too
    little ink.
    """
    part = _scaled(pixels, box, cap_height)
    if part is None:
        return None
    picture, cap = part
    least, most, _, _ = cv2.minMaxLoc(picture)
    if most - least < F.contrast_levels:
        return None
    _, ink = cv2.threshold(picture, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    letters = [k for k in range(1, count) if stats[k, 3] >= F.letter_caps * cap]
    if not letters:
        return None
    edges = _edges(picture)
    slant = float(edges[2])
    found = (*edges, *_runs(ink, slant, cap), *_strokes(ink, cap))
    placed = _places(stats[letters].astype(float), cap)
    shapes = (
        *_outlines(ink, cap),
        _best_twin(labels, stats, letters, cap),
        min(F.most_log_letters, log(1 + len(letters))),
    )
    return np.array([*found, *placed, *shapes], dtype=float)


def _scaled(pixels: Gray, box: Box[Upright], cap_height: float) -> tuple[Gray, float] | None:
    rows, columns = box.inset(-F.around_px).pixels(*pixels.shape)
    part = pixels[rows, columns][:, : round(_WIDEST * cap_height)]
    if part.size == 0 or cap_height < F.least_cap_px or part.shape[1] < F.least_px:
        return None
    scale = _CAP / cap_height
    height, width = (max(F.least_px, round(side * scale)) for side in part.shape)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (width, height), interpolation=how)), _CAP


def _edges(picture: Gray) -> Floats:
    """Directions of the edges: how much is level, how much is along the usual slant, that slant,
    and the whole.
    """
    soft = cv2.GaussianBlur(picture, (0, 0), F.blur_px).astype(np.float32)
    dx, dy = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    weight = np.sqrt(dx * dx + dy * dy)
    strong = weight > F.strong_share * float(weight.max() + 1)
    angle = np.degrees(np.arctan2(dy[strong], dx[strong])) % F.half_turn_degrees
    at = (angle / F.bin_degrees).astype(int) % F.bins
    shares = np.bincount(at, weight[strong], F.bins).astype(float)
    shares = shares / max(F.tiny, float(shares.sum()))
    # a stem's edges look to its sides, at 0 degrees; slanted ones up to 30 away
    near = np.concatenate([shares[-F.slanted_bins :], shares[: F.slanted_bins + 1]])
    around = np.convolve(near, np.ones(F.window_bins), "valid")
    best = int(around.argmax())
    spread = -float(shares @ np.log(shares + F.tiny))
    coarse = (
        np.concatenate([shares[-2:], shares[:-2]]).reshape(F.coarse_bins, F.window_bins).sum(axis=1)
    )
    level, slant = (
        shares[slice(*F.level_bins)].sum(),
        (best - F.slant_unit_bins) / F.slant_unit_bins,
    )
    return np.array([level, around[best], slant, spread, *coarse])


def _runs(ink: Gray, slant: float, cap: float) -> tuple[float, float]:
    """The shares of the ink that are level runs a third of a capital long, and stems two thirds of
    one.
    """
    total = max(1, int(ink.sum()))
    level = cv2.morphologyEx(
        ink, cv2.MORPH_OPEN, np.ones((1, round(F.level_run_caps * cap)), np.uint8)
    )
    shear = np.tan(np.radians(F.slant_unit_degrees * slant))
    turn = np.array([[1, -shear, shear * ink.shape[0] / 2], [0, 1, 0]], dtype=np.float32)
    stood = (
        cv2.warpAffine(ink, turn, ink.shape[::-1], flags=cv2.INTER_NEAREST)
        if abs(slant) > F.upright_slant
        else ink
    )
    stems = cv2.morphologyEx(
        stood, cv2.MORPH_OPEN, np.ones((round(F.stem_caps * cap), 1), np.uint8)
    )
    return float(level.sum()) / total, float(stems.sum()) / total


def _strokes(ink: Gray, cap: float) -> tuple[float, float, float]:
    """Width of the strokes, how much it varies, and how black the line is."""
    depth = cv2.distanceTransform(ink, cv2.DIST_L2, 3)
    ridge = depth[
        (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)) - F.tiny) & (depth > F.ridge_px)
    ]
    if ridge.size == 0:
        return 0.0, 0.0, float(ink.mean())
    ridge.sort()
    low, middle, high = (float(ridge[int(share * (ridge.size - 1))]) for share in F.stroke_ranks)
    return 2 * middle / cap, (high - low) / middle, cv2.mean(ink)[0]


def _places(stats: Floats, cap: float) -> tuple[float, ...]:
    """How regularly the letters stand: feet and heads on a line, or at least on another letter's;
    widths, gaps.
    """
    stats = stats[np.argsort(stats[:, 0])]
    x, y, w, h = stats[:, 0], stats[:, 1], stats[:, 2], stats[:, 3]
    feet, heads = (y + h) / cap, y / cap
    off_feet, off_heads = np.abs(feet - _middle(feet)), np.abs(heads - _middle(heads))
    tells_rise = len(x) >= F.rise_letters and np.ptp(x) > F.rise_caps * cap
    off = x / cap - (x / cap).mean()
    rise = float(off @ feet / (off @ off)) if tells_rise else 0.0
    gaps = (x[1:] - (x + w)[:-1]) / cap
    gaps = gaps[gaps < F.most_gap_caps]
    return (
        float(np.minimum(off_feet, F.most_off_feet_caps).mean()),
        float(np.minimum(off_heads, F.most_off_heads_caps).mean()),
        _unlike(feet),
        _unlike(heads),
        _unlike(h / cap),
        min(F.most_rise, abs(rise)) * 10,
        min(F.most_width_caps, _middle(w) / cap),
        min(F.most_widest_caps, float(w.max() / cap)),
        min(F.most_letters_a_cap, len(x) * cap / max(cap, float((x + w).max() - x.min()))),
        min(F.most_gaps_vary, float(gaps.std())) if len(gaps) > 1 else F.no_gaps_vary,
    )


def _unlike(values: Floats) -> float:
    """How far each value is from the nearest other, in the mean: print repeats itself to the
    pixel.
    """
    if len(values) < F.unlike_letters:
        return F.no_unlike_caps
    ordered = np.sort(values)
    # none counts as farther than the most, those beyond the ends neither
    steps = np.full(len(values) + 1, F.most_unlike_caps)
    np.minimum(ordered[1:] - ordered[:-1], F.most_unlike_caps, out=steps[1:-1])
    return float(np.minimum(steps[1:], steps[:-1]).mean())


def _middle(values: Floats) -> float:
    """The median of a few values."""
    ordered, n = sorted(values.tolist()), len(values)
    return float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2


def _outlines(ink: Gray, cap: float) -> tuple[float, float]:
    """How much of the outlines is straight, and how many corners a capital's height of them has."""
    outlines, _ = cv2.findContours(ink, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    straight = corners = length = 0.0
    for outline in outlines:
        if len(outline) < F.outline_caps * cap:
            continue
        corner = cv2.approxPolyDP(outline, F.corner_caps * cap, True)[:, 0, :].astype(float)
        sides = np.hypot(*np.diff(corner, axis=0, append=corner[:1]).T)
        length += float(sides.sum())
        straight += float(sides[sides >= F.side_caps * cap].sum())
        corners += len(corner)
    return straight / max(1.0, length), corners * cap / max(1.0, length)


def _best_twin(
    labels: NDArray[np.int32], stats: NDArray[np.int32], letters: list[int], cap: float
) -> float:
    """How alike the likest pairs of letters are: what is printed twice is nearly the same ink."""
    shapes = []
    for k in letters[: F.twins]:
        x, y, w, h, _ = (int(v) for v in stats[k])
        if F.twin_narrowest_caps * cap <= w <= F.twin_widest_caps * cap:
            own = (labels[y : y + h, x : x + w] == k).astype(np.float32)
            shape = cv2.resize(own, F.twin_px, interpolation=cv2.INTER_AREA)
            shapes.append((w, h, shape.ravel()))
    if len(shapes) < F.best_twins:
        return F.no_twin
    many = np.array([s for _, _, s in shapes])
    many -= many.mean(axis=1, keepdims=True)
    many /= np.linalg.norm(many, axis=1, keepdims=True) + F.tiny
    size = np.array([(w, h) for w, h, _ in shapes], dtype=float)
    near = (np.abs(size[:, None] - size[None]) <= F.twin_off_caps * cap).all(axis=2)
    alike = np.where(near, many @ many.T, 0.0)
    np.fill_diagonal(alike, 0.0)
    return float(np.sort(alike.max(axis=1))[-F.best_twins :].mean())
