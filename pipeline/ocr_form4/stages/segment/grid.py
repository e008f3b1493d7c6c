"""The bands of a frame to the pieces of tables in it, with their columns and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr_form4.stages.segment.columns import Columns, are_of_another, best_fit, fill_in
from ocr_form4.stages.segment.frames import Band, Frame, beside, seen_rulings, verticals
from ocr_form4.stages.segment.frames import T as OF_FRAMES
from ocr_form4.stages.segment.rows import foot_of_captions, joined_halves, split_rows
from ocr_form4.stages.segment.rulings import HALF, PageInk
from ocr_form4_models.editions import editions
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import TablePiece


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How bands may fail to make a table and its columns: in upright pixels, in pixels
    of the ink at half that resolution (_half_px), and as shares of a length or a number.

    Counts are of the 56 frames with tables of fixtures/scan and fixtures/more.
    """

    divided_leaves: int = 4
    """A band with these is divided as a table is, where it is not the header's. Of 452 bands 323
    have as many, nine of ten of them 10 or more; 129 have three or fewer.
    """
    header_px: float = 350.0
    """A header is higher than captions are: of the 78 bands higher than this 39 are headers, of 397
    to 703 in nine of ten; those with 6 or more rulings through them are rows and captions.
    """
    header_through: int = 5
    """No more rulings cross a header: one to five cross the 39 of the fixtures, 6 to 13 the other
    39 bands as high.
    """
    title_px: float = 260.0
    """A table's title is lower: of 85 bands that no ruling divides, 99 of 100 are 169 or less. What
    is higher is a box.
    """
    captions_px: float = 90.0
    """Captions are higher: 187 to 584 in 87 bands of them."""
    next_px: float = 18.0
    """From a band to the next of the same piece, a double ruling and what it is off by: 218 of 223
    are 0.4 or less apart, the others 106 or more.
    """
    same_column_px: float = 10.0
    """Rulings of two bands that are as near are one column's: of 19,990 pairs 2,771 are 3 or less
    apart, the others 56 or more.
    """
    same_columns_share: float = 0.75
    """Bands of one piece have this share of their rulings in common: all 216 that stand under one
    another have 0.92 or more of them.
    """
    crossed_columns: int = 2
    """Columns of a table between which a title's letters stand: a title is as long as half of them,
    and no entry reaches over a ruling. Of 34 titles one crosses two, one three, the others six or
    more.
    """
    row_px: float = 40.0
    """Such a row is this high at least: whole ones are 50 to 319 in 216 bands."""
    taken_px: float = 20.0
    """It may lie in another band up to this: of 8 such rows one lies 92 in one, the others in none.
    """
    column_shares: tuple[float, ...] = (0.6, 0.5, 0.7, 0.4, 0.8)
    """Of a piece's height, covered by a column's ruling: tried in this order, the usual first. With
    the first alone three of 80 filings, four of each edition and form, lose 36 fields, 26 of them
    an ASCII text on a fax.
    """


T = Tolerances()
LEAF_COLUMNS = tuple(
    frozenset(
        len(leaves)
        for one in editions()
        if (one.form == "3") is of_3
        for leaves in one.columns.values()
    )
    for of_3 in (False, True)
)
"""How many leaf columns the tables of the known editions have: of Forms 4 and 5, then of Form 3, in
this order.
"""


def find_pieces(frame: Frame, ink: PageInk, text: Sequence[Box[Upright]]) -> list[TablePiece]:
    """The pieces of tables in a frame, without saying yet which table each belongs to; ``text`` are
    its letters.

    Bands that stand under one another with the same rulings are one piece. What stands right under
    a title, or is divided only at its foot, is a row of captions.
    """
    pieces: list[TablePiece] = []
    run: list[Band] = []
    after_title = False
    before = frame.bands[0].top
    for band in (*frame.bands, None):
        is_title = band is not None and bool(run) and _is_title(run, band, frame, ink, text)
        divided = band is not None and _is_divided(band) and not is_title
        if band is not None and divided and (not run or _continues(run, band)):
            # of a title whose sides are lost nothing is left but the space
            after_title |= not run and T.next_px < band.top - before < T.title_px
            run.append(band)
            before = band.bottom
            continue
        if run:
            pieces.append(_piece(run, after_title, frame, ink, text))
            run, after_title = [], False
        if band is not None:
            if divided:
                run = [band]
                after_title = T.next_px < band.top - before < T.title_px
            else:
                no_box = is_title or band.through <= 2
                after_title = no_box and band.bottom - band.top < T.title_px
            before = band.bottom
    return pieces


def _is_title(
    run: Sequence[Band], band: Band, frame: Frame, ink: PageInk, text: Sequence[Box[Upright]]
) -> bool:
    """Whether a band is the next table's title, which streaks divide: few of the rulings above it
    go on in it, and letters stand where nothing is left of others.
    """
    most = max(run, key=lambda b: b.leaves)
    if 2 * band.leaves > most.leaves or band.bottom - band.top >= T.title_px:
        return False
    left = verticals(ink, band.top, band.bottom, frame.left, frame.right, OF_FRAMES.held_share)
    gone = [x for x in most.columns[1:-1] if all(abs(x - y) > T.same_column_px for y in left)]
    here = [b for b in text if band.top < b.center[1] < band.bottom]
    return sum(any(b.x0 < x < b.x1 for b in here) for x in gone) >= T.crossed_columns


def _is_divided(band: Band) -> bool:
    """Whether a band has a table's columns; the header is higher than captions are, and divided in
    three or four.
    """
    is_header = band.bottom - band.top > T.header_px and band.through <= T.header_through
    return band.leaves >= T.divided_leaves and not is_header


def _continues(run: list[Band], band: Band) -> bool:
    last = run[-1]
    if band.top - last.bottom > T.next_px or _is_captions(band):
        return False
    above = [x for b in run for x in b.columns]
    near = sum(any(abs(x - y) <= T.same_column_px for y in above) for x in band.columns)
    return near >= T.same_columns_share * len(band.columns)


def _is_captions(band: Band) -> bool:
    return band.through <= band.leaves - 2 and band.bottom - band.top > T.captions_px


def _piece(
    run: list[Band], after_title: bool, frame: Frame, ink: PageInk, text: Sequence[Box[Upright]]
) -> TablePiece:
    with_captions = after_title or _is_captions(run[0])
    first, end = run[0], run[-1].bottom
    here = [b for b in text if first.top < b.center[1] < end]
    foot_top = max(first.top, first.bottom - OF_FRAMES.foot_px) if with_captions else first.top
    under_captions = [b for b in here if b.center[1] > foot_top]
    columns = _columns(ink, foot_top, end, frame, [b.columns for b in run], under_captions)
    xs = columns.xs
    captions: Box[Upright] | None = None
    bands = [(b.top, b.bottom) for b in run]
    was_seen = True
    if with_captions:
        foot, was_seen = foot_of_captions(first.top, first.bottom, xs, _within(frame, first), here)
        captions = Box(xs[0], first.top, xs[-1], foot)
        bands[:1] = [(foot, first.bottom)] if foot < first.bottom else []
    rows: list[tuple[float, float]] = []
    guessed: set[int] = set() if was_seen else {0}
    for top, bottom in bands:
        found = split_rows(top, bottom, xs, frame.stumps, here)
        guessed |= {len(rows) + k for k in found.guessed}
        rows += found.spans
    rows, guessed = joined_halves(rows, guessed, xs, here)
    last, top = (rows[-1][1] if rows else first.bottom), (rows[0][0] if rows else first.top)
    if below := _open_end(ink, xs, last, frame, 1):
        rows.append((last, below))
    if not with_captions and (above := _open_end(ink, xs, top, frame, -1)):
        rows.insert(0, (above, top))
        guessed = {k + 1 for k in guessed}
    return TablePiece(None, xs, tuple(rows), captions, columns.guessed, frozenset(guessed))


def _within(frame: Frame, band: Band) -> list[tuple[float, float, float]]:
    return [s for s in frame.stumps if band.top < s[0] < band.bottom]


def _open_end(
    ink: PageInk, columns: Sequence[float], y: float, frame: Frame, way: int
) -> float | None:
    """Where the columns' rulings end beyond the last level, if they do go on: a row that a page's
    end cut off.

    ``way`` is 1 downwards, -1 upwards. A title or a header box has none of the inner rulings.
    """
    ends = []
    for x in columns[1:-1]:
        at = int(x / HALF)
        strip = beside(ink, at)
        k = int(y / HALF) + OF_FRAMES.gap_half_px * way
        if not 0 <= k < len(strip) or not strip[k - 2 : k + 3].any():
            continue
        reach = OF_FRAMES.near_half_px * way
        while (
            0 <= k + reach < len(strip) and strip[min(k, k + reach) : max(k, k + reach) + 1].any()
        ):
            k += way
        ends.append(k * HALF)
    if len(ends) < OF_FRAMES.together_share * (len(columns) - 2):
        return None
    end = float(np.median(ends))
    top, bottom = min(y, end), max(y, end)
    # what nothing divides, the paper down to the scan's black edge say, is open to it
    divided = [b for b in frame.bands if b.through > 2]
    taken = [b for b in divided if min(b.bottom, bottom) - max(b.top, top) > T.taken_px]
    return end if bottom - top >= T.row_px and not taken else None


def _columns(
    ink: PageInk,
    top: float,
    bottom: float,
    frame: Frame,
    bands: Sequence[Sequence[float]],
    text: Sequence[Box[Upright]],
) -> Columns:
    """The x of a piece's rulings.

    The share of the height that a ruling must cover is lowered, then raised, until the number is
    that of a known edition: a broken ruling covers less, a stroke of the pen covers a little. Where
    none fits, or those seen are plainly a part of another edition's, the editions' proportions tell
    which are missing.
    """
    here = ink, top, bottom, frame.left, frame.right
    found = {s: _with_edges(verticals(*here, s), frame) for s in T.column_shares}
    usual = found[T.column_shares[0]]
    whole = _with_edges(_seen_whole(bands), frame)
    known = [
        found[s] for leaves in LEAF_COLUMNS for s in T.column_shares if len(found[s]) - 1 in leaves
    ]
    if len(whole) > len(usual) and len(whole) - 1 in LEAF_COLUMNS[0]:
        known.insert(0, whole)
    stumps = seen_rulings(*here, OF_FRAMES.held_share)
    edges = frame.left + OF_FRAMES.edge_px, frame.right - OF_FRAMES.edge_px
    inner = [s for s in stumps if edges[0] < s.x < edges[1]]
    if known and not are_of_another(inner, frame.left, frame.right, len(known[0])):
        return Columns(known[0])
    fit = best_fit(inner, frame.left, frame.right)
    if fit:
        return fill_in(fit, text)
    return Columns(known[0] if known else usual or tuple(bands[0]))


def _seen_whole(bands: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """The rulings that any band shows whole: broken in one row, a ruling may be there in the
    next.
    """
    groups: list[list[float]] = []
    for x in sorted(x for band in bands for x in band):
        if groups and x - groups[-1][-1] <= OF_FRAMES.double_px:
            groups[-1].append(x)
        else:
            groups.append([x])
    return tuple(float(np.median(g)) for g in groups)


def _with_edges(columns: tuple[float, ...], frame: Frame) -> tuple[float, ...]:
    """The columns with the frame's own edges, which the page's edge or a scanner's shadow may have
    eaten.
    """
    first, last = frame.left + OF_FRAMES.edge_px, frame.right - OF_FRAMES.edge_px
    inner = [x for x in columns if first < x < last]
    left = [x for x in columns if x <= first]
    right = [x for x in columns if x >= last]
    return (left[-1] if left else frame.left, *inner, right[0] if right else frame.right)
