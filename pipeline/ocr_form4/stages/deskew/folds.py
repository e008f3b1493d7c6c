"""What no polynomial undoes: folds and creases, along which a sheet is displaced by steps and
kinks.

The slopes of rulings and of lines of text are known where these are; the displacement whose slopes
they are, and which is smooth elsewhere, follows by least squares on a grid: fine along the lines,
coarse across them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ocr_form4.stages.deskew.curves import Curves, Points
from ocr_form4_models.geometry import Folds, Rectification, monomials

_ROUGH, _SHARE, _LEAST = 3.5, 0.04, 3000.0
"""A page has folds where more than the share of its lines' length lies more than ``_ROUGH`` upright
pixels beside where a bow would put it; a page with less than ``_LEAST`` pixels of lines tells none.
On the fixtures, but for the one with folds, 418,363 of 420,291 are 1.00 times it or less, the
others 1.00 or more (``_ROUGH``); all 75 are 0.91 times it or less (``_SHARE``); 1 of 76 are 0.00
times it or less, the others 2.45 or more (``_LEAST``). Of 115 pages of fixtures, bent as those that
the page network learns from (``scripts/pagenet/shape.py``), 87 have a share of 0.048 or more, half
of them of 0.24, the others of 0.038 or less.
"""
_MUCH = 0.2
"""The share from which much is crooked still after two looks: of 11 pages warped freely ten have
0.25 or more, of two by the back of a book both have 0.13.
"""
_FINE = 16
"""Step of the grid along lines, in upright pixels: with 8 and with 32 no value of nine pages, bent,
folded and askew, is another.
"""
_COARSE = 64
"""Step of the grid across them: with 32 and with 128 likewise."""
_STEEP = 0.5
"""A line that rises faster, in shares of its length, is none: of 31,658 steps along lines on 280
scans one rises by 0.76, of the others 99 of 100 by 0.15 or less.
"""
_ASKEW = 0.02
"""Lines that are all askew by as much, in shares of their length, tell how the sheet lies where
none is seen. Of 25 pages with folds 24 are so by 0.011 at most, one that curls by 0.062.
"""
_ALONG, _ACROSS, _PULL = 0.003, 0.12, 1e-5
"""How stiff the sheet is where no line is seen, along lines and between them; and how little it
moves as a whole. On twelve scans with folds (18 pages, 357 fields, two of which are wrong) no value
is lost with half or double of any of them; one other is with a tenth of ``_ACROSS``.
"""
_FREER = 4.0
"""By how much less stiff a sheet is between lines that a look has left crooked. With 2 and with 8
no value of four documents warped freely is lost, either.
"""


def is_rough(
    curves: Curves, shift_x: Sequence[float], shift_y: Sequence[float], width: int, height: int
) -> bool:
    """Whether lines are left crooked by the bow (coefficients over ``MONOMIALS``) that was found
    for them.
    """
    return crooked(curves, shift_x, shift_y, width, height) > _SHARE


def is_crooked(curves: Curves, width: int, height: int) -> bool:
    """Whether much is left crooked of the lines of a page whose folds are undone."""
    return crooked(curves, (), (), width, height) > _MUCH


def crooked(
    curves: Curves, shift_x: Sequence[float], shift_y: Sequence[float], width: int, height: int
) -> float:
    """The share of the lines' length that lies beside where a bow would put it; 0 where there are
    too few to tell.
    """
    far, length = 0.0, 0.0
    for lines, axis, shift in ((curves.across, 1, shift_y), (curves.down, 0, shift_x)):
        for curve in lines:
            rest = curve[:, axis].copy()
            if shift:
                rest -= monomials(curve, width, height) @ np.asarray(shift)
            each = float(np.ptp(curve[:, 1 - axis])) / len(curve)
            far += each * int((np.abs(rest - np.median(rest)) > _ROUGH).sum())
            length += each * len(curve)
    return far / length if length >= _LEAST else 0.0


def folds(curves: Curves, rect: Rectification, looks: int = 0) -> Folds:
    """The displacement that makes the curves of a page straight, over the one that the page has
    already; the more freely, the more ``looks`` at the page there were that left them crooked.
    """
    size = rect.width, rect.height
    x = _solved([c[:, ::-1] for c in curves.down], size[::-1], looks).T
    y = _solved(curves.across, size, looks)
    step_x, step_y = (float(_COARSE), float(_FINE)), (float(_FINE), float(_COARSE))
    found = Folds(np.ascontiguousarray(x), y, step_x, step_y)
    return found if rect.folds is None else _both(found, rect.folds)


def _both(later: Folds, earlier: Folds) -> Folds:
    """One displacement for two: ``earlier``'s at where ``later``'s leads, and the latter."""

    def both(at: NDArray[np.float64]) -> NDArray[np.float64]:
        first = later.at(at)
        return first + earlier.at(at + first)

    return later.replaced(both)


def _solved(curves: Sequence[Points], size: tuple[int, int], looks: int) -> NDArray[np.float32]:
    """The displacement down, on a grid of a page of (width, height), that makes curves across it
    level.
    """
    from scipy.sparse import csr_matrix, diags
    from scipy.sparse.linalg import spsolve

    columns, rows = size[0] // _FINE + 2, size[1] // _COARSE + 2
    rise, weight = np.zeros((rows, columns - 1)), np.zeros((rows, columns - 1))
    for curve in curves:
        x, y = curve.T
        cells = np.arange(int(np.ceil(x[0] / _FINE)), int(x[-1] / _FINE))
        cells = cells[(cells >= 0) & (cells < columns - 1)]
        if not len(cells):
            continue
        step = np.interp((cells + 1) * _FINE, x, y) - np.interp(cells * _FINE, x, y)
        row = np.clip(
            np.rint(np.interp((cells + 0.5) * _FINE, x, y) / _COARSE).astype(int), 0, rows - 1
        )
        good = np.abs(step) < _STEEP * _FINE
        np.add.at(rise, (row[good], cells[good]), step[good])
        np.add.at(weight, (row[good], cells[good]), 1.0)
    seen = weight > 0
    rise[seen] /= weight[seen]
    # lines that are askew together are so where none is seen, too
    usual = float(np.median(rise[seen])) if seen.any() else 0.0
    usual = usual if abs(usual) > _ASKEW * _FINE else 0.0
    rise[seen] -= usual
    number = np.arange(rows * columns).reshape(rows, columns)

    def differences(a: NDArray[np.intp], b: NDArray[np.intp]) -> csr_matrix:
        k = np.arange(len(a))
        values = np.concatenate([-np.ones(len(a)), np.ones(len(a))])
        return csr_matrix(
            (values, (np.concatenate([k, k]), np.concatenate([a, b]))), (len(a), number.size)
        )

    along = differences(number[:, :-1].ravel(), number[:, 1:].ravel())
    across = differences(number[:-1].ravel(), number[1:].ravel())
    stiff = diags((_ALONG + weight).ravel())
    total = (
        along.T @ stiff @ along
        + (_ACROSS / _FREER**looks) * across.T @ across
        + _PULL * diags(np.ones(number.size))
    )
    found = spsolve(total.tocsc(), along.T @ (stiff @ rise.ravel())).reshape(rows, columns)
    found += usual * np.arange(columns)
    return np.asarray(found - np.median(found), dtype=np.float32)
