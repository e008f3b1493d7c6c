"""Upright page to layout: header boxes, pieces of the tables, and the text above and below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from ocr_form4.pixels.blobs import Mask, find_blobs, has_core
from ocr_form4.pixels.ink import below
from ocr_form4.stages.segment.bars import find_bars
from ocr_form4.stages.segment.boxes import cut_boxes
from ocr_form4.stages.segment.covered import covered_places
from ocr_form4.stages.segment.crossing import foreign_ink, scrawled
from ocr_form4.stages.segment.cut import find_cut, without_crumbs
from ocr_form4.stages.segment.frames import Frame, find_frames
from ocr_form4.stages.segment.grid import T as OF_TABLES
from ocr_form4.stages.segment.grid import find_pieces
from ocr_form4.stages.segment.rulings import (
    HALF,
    find_glyphs,
    find_rulings,
    paint_over,
    with_seen,
)
from ocr_form4.stages.segment.streaks import bridged
from ocr_form4.stages.segment.textlines import group_lines, join_rows, letter_height, without_dirt
from ocr_form4_models.editions import editions
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph, Glyphs, PageLayout, TablePiece, TextLine
from ocr_form4_models.page import Gray, UprightPage

TABLE_OF = {len(leaves): table for one in editions() for table, leaves in one.columns.items()}
"""Which table has how many leaf columns, over all known editions of Forms 3, 4 and 5."""
_FLAT, _TALL = 7.0, 40.0
"""Ink this low, this near to a border between rows, is no text, in upright pixels; nor is thin ink
this high.
"""
_DARK, _HOLE = 110, 150.0
"""A hole in a scan is darker than that, and smaller, in upright pixels."""
_TILE = 12
"""The course of a streak is told in squares of so many upright pixels."""
_TITLE_PX = 130.0
"""Over a table's captions, where no header is: its title."""
_FIRST_SHARE = 0.3
"""Of the first column: what begins within it is its text. Over the fixtures rows' titles begin at
0.24 of it or less, and titles of tables right of the column.
"""
_STRAY_APART, _STRAY_LETTERS = 4.0, 4
"""Words of a row's title are no further apart, in heights of capitals, and have as many letters."""
_BLOT_HIGH, _BLOT_WIDE, _BLOT_FILLED, _BLOT_THICK = 1.7, 1.5, 0.6, 0.8
"""A blot is higher and wider than that, in heights of the page's usual letters, fills such a share
of its box, and has a core as thick, in those heights.
"""
_BLOT_CORE = 0.4
"""A blot's core is as thick, in shares of its own smaller side: 0.5 to 0.76 on five copies with
punched holes; the letter M of the form's bold name has 0.27 to 0.35.
"""
_HEADER_LEAVES, _FORM_4_LEAVES, _LEAVES = 9, 10, 4
"""What is divided above a table's first captions, in more columns than the first of these, is a
table too; beside a table of Form 4, which has at least the second, what has fewer is the header, or
a title with a stamp across it; Form 3's tables have the third.
"""
_BROAD_LEAVES = 11
"""Table II of any form that has eleven columns in Table I has more."""
_HEADER_PX, _HEADER_LEAST_PX = 300.0, 150.0
"""A page with no table has a header higher than the first; over a table it is higher than the
second: 380 to 700 on the fixtures.
"""
_LETTER_PX, _FEW_LETTERS = (12, 4), 10
"""Ink as high and as wide is a letter; a page with fewer is blank: of 15 pages of the fixtures
without a header or table one has none, and the others have 365 or more.
"""
_LARGE, _BOLD = 2.0, 0.5
"""A stamp's letters are so high, and their strokes so thick, in heights of the page's usual
letters.
"""


def segment(page: UprightPage) -> PageLayout:
    """The page's regions, found from its rulings; nothing is read yet."""
    width = page.pixels.shape[1]
    rulings, ink = find_rulings(page.pixels, page.maps)
    blobs = find_blobs(ink.glyphs, with_labels=True)
    foreign, strokes = foreign_ink(ink, blobs)
    blobs = blobs.without_labels()
    glyphs, specks, stops = find_glyphs(blobs, ink.glyphs, strokes)
    bars = find_bars(page.pixels, letter_height(glyphs))
    glyphs = tuple(g for g in glyphs if not any(bar.contains(*g.box.center) for bar in bars))
    glyphs, blots = _without_blots(glyphs, ink.glyphs, page.pixels)
    glyphs = Glyphs(with_seen(glyphs, page.maps))
    frames = find_frames(rulings, ink, width)
    frame = frames[0] if frames else None
    pieces: list[TablePiece] = []
    header: tuple[Box[Upright], ...] = ()
    head: Box[Upright] | None = None
    regions: dict[str, Box[Upright]] = {}
    top, bottom = 0.0, 0.0
    if frame:
        text = [g.box for g in glyphs]
        pieces, head = _tables(frame, find_pieces(frame, ink, text))
        narrower = [p for other in frames[1:] for p in find_pieces(other, ink, text)]
        pieces += [replace(p, table=_which(p)) for p in narrower if p.is_owners]
        if head:
            header = tuple(cut_boxes(head, rulings, glyphs))
            regions["header"] = head
        if pieces or head:
            form = [p.box for p in pieces] + ([head] if head else [])
            top, bottom = min(b.y0 for b in form), max(b.y1 for b in form)
            if not head and pieces[0].captions:  # the table's title stands over its captions
                top -= _TITLE_PX
    glyphs = tuple(
        g
        for g in glyphs
        if not (_is_flat_or_tall(g) and any(_is_left_of_a_ruling(g, piece) for piece in pieces))
    )
    for piece in pieces:
        regions.setdefault("table I" if piece.table is Table.I else "table II", piece.box)
    stops = tuple(g for g in stops if g.box.center[1] >= bottom)
    for stop in stops:
        specks[stop.box.pixels(*specks.shape)] = 0
    glyphs = Glyphs((*glyphs, *stops))
    above = [g for g in glyphs if g.box.center[1] < top]
    below = without_dirt(group_lines([g for g in glyphs if g.box.center[1] >= bottom]))
    below = without_crumbs(page, below, letter_height(glyphs))
    cut = find_cut(page, ink, [p.box for p in pieces] + ([head] if head else []), below)
    foreign += scrawled(blobs, bottom) if frame else ()
    foreign += (
        bars
        + blots
        + _stamped(glyphs, ink.glyphs, pieces, header)
        + covered_places(ink, pieces)
        + cut.strips
        + _streaked(ink.streaks[0] | ink.streaks[1])
    )
    return PageLayout(
        page.number,
        page.rectification,
        bridged(
            paint_over(page.pixels, cv2.dilate(specks, np.ones((3, 3), np.uint8))), ink.streaks
        ),
        header,
        tuple(pieces),
        tuple(group_lines(above)),
        tuple(below),
        glyphs,
        rulings,
        regions,
        stray=_stray(glyphs, pieces, header, top, bottom),
        foreign=foreign,
        bars=bars,
        cut=cut.sides,
    )


def _stray(
    glyphs: Sequence[Glyph],
    pieces: Sequence[TablePiece],
    header: Sequence[Box[Upright]],
    top: float,
    bottom: float,
) -> tuple[TextLine, ...]:
    """The lines within the form, but in none of its parts, that stand at the left of a table's
    first column: a row's title does, a table's own title stands in the middle.
    """
    taken = [*(p.box for p in pieces), *header]
    free = [
        g
        for g in glyphs
        if top < g.box.center[1] < bottom and not any(b.contains(*g.box.center) for b in taken)
    ]

    def is_in_first_column(line: TextLine) -> bool:
        columns = [p.columns for p in pieces]
        return any(
            x[0] < line.box.x0 < x[0] + _FIRST_SHARE * (x[1] - x[0]) and line.box.x1 < x[1]
            for x in columns
        )

    return tuple(
        n
        for n in join_rows(group_lines(free), gap=_STRAY_APART)
        if len(n.glyphs) >= _STRAY_LETTERS and is_in_first_column(n)
    )


def _streaked(streaks: Mask) -> tuple[Box[Upright], ...]:
    """Where streaks run, piece by piece: what they go through is not
    what was printed.
    """
    if not streaks.any():
        return ()
    row, column = np.nonzero(streaks)
    tiles = np.unique(np.stack([column // _TILE, row // _TILE], axis=1), axis=0) * _TILE
    return tuple(Box(x, y, x + _TILE, y + _TILE) for x, y in tiles.tolist())


def _stamped(
    glyphs: Sequence[Glyph],
    mask: Mask,
    pieces: Sequence[TablePiece],
    header: Sequence[Box[Upright]],
) -> tuple[Box[Upright], ...]:
    """Where a stamp's letters stand within the form's boxes: they are larger than what is typed
    there, and thick.
    """
    usual = letter_height(glyphs)
    large = [g.box for g in glyphs if g.box.height >= _LARGE * usual and g.box.width >= 0.5 * usual]
    boxes = [
        *header,
        *(Box(p.columns[0], top, p.columns[-1], bottom) for p in pieces for top, bottom in p.rows),
    ]
    here = [b for b in large if any(box.contains(*b.center) for box in boxes)]
    return tuple(b for b in here if has_core(mask[b.pixels(*mask.shape)], _BOLD * usual))


def _without_blots(
    glyphs: tuple[Glyph, ...], mask: Mask, pixels: Gray
) -> tuple[tuple[Glyph, ...], tuple[Box[Upright], ...]]:
    """The glyphs less punched holes and blots, and where these are: a letter that touches one is
    lost with it.

    Blots are solid, and much larger than a letter; in a line they make it tall. Letters of bold
    print that have run together are as large, but nowhere as thick as they are high. Ink is told
    from the paper around it, so that a large hole is a broken ring of ink: it is found by how dark
    its middle is.
    """
    usual = letter_height(glyphs)

    def is_blot(g: Glyph) -> bool:
        large = g.box.height > _BLOT_HIGH * usual and g.box.width > _BLOT_WIDE * usual
        if not large or g.area <= _BLOT_FILLED * g.box.width * g.box.height:
            return False
        thick = max(_BLOT_THICK * usual, _BLOT_CORE * min(g.box.width, g.box.height))
        return has_core(mask[g.box.pixels(*mask.shape)], thick)

    holes = _holes(pixels, usual) if usual else []
    blots = [is_blot(g) or any(h.contains(*g.box.center) for h in holes) for g in glyphs]
    kept = tuple(g for g, blot in zip(glyphs, blots, strict=True) if not blot)
    return kept, (*holes, *(g.box for g, blot in zip(glyphs, blots, strict=True) if blot))


def _holes(pixels: Gray, usual: float) -> list[Box[Upright]]:
    """The places that are dark throughout, larger than a letter and no larger than a punched hole:
    looked for at half the resolution, as they are large.
    """
    side = max(3, round(_BLOT_THICK * usual / HALF))
    small = cv2.resize(pixels, None, fx=1 / HALF, fy=1 / HALF, interpolation=cv2.INTER_AREA)
    dark = below(small, _DARK)
    square = np.ones((side, side), np.uint8)
    core = cv2.erode(dark, square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    if not core.any():
        return []
    cores = find_blobs(core)
    found = []
    for x, y, w, h in zip(
        cores.x.tolist(), cores.y.tolist(), cores.w.tolist(), cores.h.tolist(), strict=True
    ):
        around: Box[Upright] = Box(x - side / 2, y - side / 2, x + w + side / 2, y + h + side / 2)
        box: Box[Upright] = Box(*(HALF * v for v in (around.x0, around.y0, around.x1, around.y1)))
        if _BLOT_HIGH * usual < box.height < _HOLE and _BLOT_WIDE * usual < box.width < _HOLE:
            share = float((dark[around.pixels(*dark.shape)] > 0).mean())
            found += [box] if share > _BLOT_FILLED else []
    return found


def _is_left_of_a_ruling(glyph: Glyph, piece: TablePiece) -> bool:
    """Whether ink in a table is what a broken ruling left: flat, between two rows, or thin and
    higher than letters.
    """
    x, y = glyph.box.center
    if not piece.box.inset(-_FLAT).contains(x, y):
        return False
    return glyph.box.height >= _TALL or any(
        abs(y - border) <= _FLAT for row in piece.rows for border in row
    )


def _is_flat_or_tall(glyph: Glyph) -> bool:
    """Whether ink is as low, or as thin and high, as what a ruling leaves: few letters are."""
    height = glyph.box.height
    return height <= _FLAT or (height >= _TALL and glyph.box.width <= _FLAT + 1)


def _tables(frame: Frame, pieces: list[TablePiece]) -> tuple[list[TablePiece], Box[Upright] | None]:
    """The pieces that are tables, each told which one, and the box of the header above them, if
    there is one.
    """
    captioned = [k for k, p in enumerate(pieces) if p.captions]
    first = captioned[0] if captioned else None
    if first is not None:  # what is divided above the first captions, is the header
        columns = len(pieces[first].columns) - 1
        same = [
            p
            for p in pieces[:first]
            if len(p.columns) - 1 in TABLE_OF
            and len(p.columns) - 1 > _HEADER_LEAVES
            and columns > _BROAD_LEAVES
        ]
        pieces = same + pieces[first:]
    widest = max((len(p.columns) - 1 for p in pieces), default=0)
    # beside a table of Form 4, what has few columns is the header, or a title with a stamp across
    # it
    least = _HEADER_LEAVES if widest >= _FORM_4_LEAVES else _LEAVES
    tables = [replace(p, table=_which(p)) for p in pieces if len(p.columns) > least]
    if not tables:
        bands = frame.bands
        if len(bands) >= 1 and frame.bands[0].bottom - frame.bands[0].top > _HEADER_PX:
            return [], Box(frame.left, bands[0].top, frame.right, bands[-1].bottom)
        return [], None
    start = min(p.box.y0 for p in tables)
    over = [b for b in frame.bands if b.bottom <= start + 1]
    while over and over[-1].through <= 2 and over[-1].bottom - over[-1].top < OF_TABLES.title_px:
        over.pop()  # the table's title
    height = sum(b.bottom - b.top for b in over)
    if height < _HEADER_LEAST_PX:
        return tables, None
    return tables, Box(frame.left, over[0].top, frame.right, over[-1].bottom)


def _which(piece: TablePiece) -> Table:
    leaves = len(piece.columns) - 1
    return TABLE_OF.get(leaves, Table.I if leaves <= _BROAD_LEAVES + 1 else Table.II)


def is_blank(layout: PageLayout) -> bool:
    """Whether a page holds no more than dirt: no rulings, and not ten letters."""
    if layout.header or layout.pieces:
        return False
    high, wide = _LETTER_PX
    letters = [g for g in layout.glyphs if g.box.height >= high and g.box.width >= wide]
    return len(letters) < _FEW_LETTERS


def layout_dict(layout: PageLayout) -> dict[str, object]:
    """The page's regions in the form of layoutparser's ``Layout.to_dict()``, in scan pixels: a
    region and its cells or boxes.

    It is written without layoutparser, which imports pandas: 78 MB and 0.25 s of the processor in
    every process of a run. ``Filing.to_layouts`` makes layoutparser's own of it.
    """
    found: list[tuple[Box[Upright], str, int | None]] = []

    def add(box: Box[Upright], kind: str, parent: int | None = None) -> int:
        found.append((box, kind, parent))
        return len(found) - 1

    if layout.header:
        region = add(layout.regions["header"], "header")
        for box in layout.header:
            add(box, "box", region)
    for piece in layout.pieces:
        region = add(piece.box, "table I" if piece.table is Table.I else "table II")
        if piece.captions:
            add(piece.captions, "captions", region)
        for row in range(len(piece.rows)):
            for column in range(len(piece.columns) - 1):
                add(piece.cell(row, column), "cell", region)
    if layout.below:
        add(union(line.box for line in layout.below), "text")
    blocks: list[dict[str, object]] = []
    scans = layout.rectification.boxes_to_scan([box for box, _, _ in found])
    for scan, (_, kind, parent) in zip(scans, found, strict=True):
        corners = {"x_1": scan.x0, "y_1": scan.y0, "x_2": scan.x1, "y_2": scan.y1}
        block: dict[str, object] = {n: round(v, 1) for n, v in corners.items()}
        block |= {"block_type": "rectangle", "id": len(blocks), "type": kind}
        blocks.append(block if parent is None else block | {"parent": parent})
    return {"page_data": {}, "blocks": blocks}
