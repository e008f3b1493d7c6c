"""The way between scan and upright page is exact both ways: what the JSON's boxes stand on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr_form4.stages.deskew import _affine
from ocr_form4_models.geometry import MONOMIALS, Box, Rectification, Scan, Upright, union
from ocr_form4_models.page import PageImage

DPI = st.sampled_from(
    [(300.0, 300.0), (204.0, 196.0), (204.0, 98.0), (150.0, 150.0), (600.0, 600.0), (97.3, 312.5)]
)
INCHES = st.tuples(st.floats(4, 17), st.floats(4, 17))
TURNS = st.integers(0, 3)
SKEW = st.floats(-6, 6)
BEND = st.lists(st.floats(-12, 12), min_size=len(MONOMIALS), max_size=len(MONOMIALS)).map(tuple)
SHARES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20).map(
    np.array
)


def flat(
    dpi: tuple[float, float], inches: tuple[float, float], turns: int, skew: float
) -> Rectification:
    """The rectification that deskew makes of a page of that size, before perspective and bow."""
    pixels = np.broadcast_to(np.uint8(255), (round(inches[1] * dpi[1]), round(inches[0] * dpi[0])))
    return _affine(PageImage(1, pixels, dpi), turns, skew)


def bent(
    rect: Rectification, shift_x: tuple[float, ...], shift_y: tuple[float, ...]
) -> Rectification:
    return Rectification(
        rect.matrix, rect.width, rect.height, shift_x, shift_y, rect.quarter_turns, rect.skew
    )


@given(DPI, INCHES, TURNS, SKEW, st.just(()) | BEND, st.just(()) | BEND, SHARES)
def test_to_scan_and_back_is_the_same_point(
    dpi, inches, turns, skew, shift_x, shift_y, shares
) -> None:
    rect = bent(flat(dpi, inches, turns, skew), shift_x, shift_y)
    points = shares * (rect.width, rect.height)
    there = rect.to_scan(points)
    assert there.shape == points.shape
    np.testing.assert_allclose(rect.to_upright(there), points, atol=0.01)
    np.testing.assert_allclose(rect.to_scan(rect.to_upright(there)), there, atol=0.01)


@given(DPI, INCHES, TURNS, SHARES)
def test_a_level_page_is_turned_about_its_own_corners(dpi, inches, turns, shares) -> None:
    """Every pixel of the scan has its place on the upright page, and a quarter turn keeps inches as
    inches.
    """
    rect = flat(dpi, inches, turns, 0.0)
    width, height = round(inches[0] * dpi[0]), round(inches[1] * dpi[1])
    scan = shares * (width - 1, height - 1)
    upright = rect.to_upright(scan)
    assert (upright > -1.5).all() and (upright < np.array([rect.width, rect.height]) + 1.5).all()
    a, b = np.array([[0.0, 0.0], [width / 2, 0.0]]), np.array([[0.0, 0.0], [0.0, height / 2]])
    for line, step in ((a, width / 2 / dpi[0]), (b, height / 2 / dpi[1])):
        assert np.linalg.norm(np.diff(rect.to_upright(line), axis=0)) == pytest.approx(300 * step)


@pytest.mark.parametrize(("turns", "corner"), [(0, (0, 0)), (1, (0, 1)), (2, (1, 1)), (3, (1, 0))])
def test_quarter_turns_go_to_the_left(turns: int, corner: tuple[int, int]) -> None:
    """The scan's top left corner, after so many turns against the clock."""
    rect = flat((200.0, 200.0), (8.5, 11.0), turns, 0.0)
    (x, y), size = rect.to_upright(np.array([[0.0, 0.0]]))[0], (rect.width, rect.height)
    assert (x / size[0], y / size[1]) == pytest.approx(corner, abs=0.01)
    assert rect.quarter_turns == turns
    assert (rect.width, rect.height) == ((2550, 3300) if turns % 2 == 0 else (3300, 2550))


@pytest.mark.parametrize("skew", [-5.0, -0.4, 0.4, 5.0])
def test_a_line_that_sinks_to_the_right_by_its_skew_becomes_level(skew: float) -> None:
    rect = flat((204.0, 98.0), (8.5, 11.0), 0, skew)
    inches = np.array([[1.0, 5.0], [7.0, 5.0 + 6.0 * np.tan(np.radians(skew))]])
    (_, left), (_, right) = rect.to_upright(inches * (204.0, 98.0))
    assert left == pytest.approx(right, abs=0.05)


@given(DPI, INCHES, TURNS, SKEW, BEND, BEND, st.tuples(st.floats(0.1, 0.5), st.floats(0.1, 0.5)))
def test_a_box_keeps_its_content_both_ways(
    dpi, inches, turns, skew, shift_x, shift_y, corner
) -> None:
    rect = bent(flat(dpi, inches, turns, skew), shift_x, shift_y)
    x, y = corner[0] * rect.width, corner[1] * rect.height
    box: Box[Upright] = Box(x, y, x + 200, y + 40)
    scan: Box[Scan] = rect.box_to_scan(box)
    center = rect.to_scan(np.array([box.center]))[0]
    assert scan.contains(*center)
    corners = np.array([(x, y) for x in (scan.x0, scan.x1) for y in (scan.y0, scan.y1)])
    again = rect.to_upright(corners)
    assert np.all(again.min(axis=0) <= (box.x0 + 0.1, box.y0 + 0.1))
    assert np.all(again.max(axis=0) >= (box.x1 - 0.1, box.y1 - 0.1))


COORDINATE = st.floats(-1000, 1000)


@st.composite
def boxes(draw: st.DrawFn) -> Box[Upright]:
    x, y = draw(COORDINATE), draw(COORDINATE)
    return Box(x, y, x + draw(st.floats(1, 500)), y + draw(st.floats(1, 500)))


@given(boxes(), boxes())
def test_an_intersection_lies_in_both_and_a_union_around_both(
    a: Box[Upright], b: Box[Upright]
) -> None:
    around = union([a, b])
    assert around.x0 == min(a.x0, b.x0) and around.y1 == max(a.y1, b.y1)
    common = a.intersection(b)
    assert common == b.intersection(a)
    apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 or b.y1 <= a.y0
    assert (common is None) == apart
    if common:
        assert union([common, a]) == a and union([common, b]) == b


@given(boxes(), st.integers(1, 400), st.integers(1, 400))
def test_the_pixels_of_a_box_lie_in_the_picture(box: Box[Upright], height: int, width: int) -> None:
    part = np.zeros((height, width), np.uint8)[box.pixels(height, width)]
    inside = box.intersection(Box(0, 0, width, height))
    assert bool(part.size) == (inside is not None)
    if inside:
        assert part.shape[1] >= inside.width and part.shape[1] < inside.width + 2


def test_no_boxes_have_no_union() -> None:
    with pytest.raises(ValueError, match="no boxes"):
        union([])
