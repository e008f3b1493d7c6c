"""The reporting owners in their table on a page. Where it is printed without rulings, or they were
lost, its columns are told by the captions of the relationships, its rows by the line that closes an
address.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ocr_form4.stages.parse.owner import by_line, split_city, words_of
from ocr_form4.stages.parse.owners_table import (
    CAPTIONS,
    OwnerRow,
    joined,
    owner_rows,
    rows_of_piece,
)
from ocr_form4.text import captions as cap
from ocr_form4.text.owners import owners_tables
from ocr_form4_models.geometry import union
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code, Reason

UNRULED = Reason(
    Code.GUESSED_PLACE,
    "no ruling was seen in the table of reporting owners: which line belongs to whom is a guess",
)


def owners_on(
    page: PageText, top: float, bottom: float, columns: Sequence[float]
) -> tuple[list[OwnerRow], list[Run]]:
    """The owners between two heights of a page, by the cells of their table, or its rulings, and by
    ``columns``, which may have been told on a page before, what these leave; and what stands there
    in no row.
    """
    rows = joined(rows_of_piece(page) or owner_rows(page, top, bottom))
    left = [r for r in _below_captions(page, top, bottom) if not _is_in(rows, r)]
    rows += _unruled_rows(page.layout.number, left, columns) if columns else []
    rows.sort(key=lambda row: row.box.y0)
    return rows, [r for r in left if not _is_in(rows, r)]


def _is_in(rows: Sequence[OwnerRow], run: Run) -> bool:
    return any(row.box.contains(*run.box.center) for row in rows)


def relations_on(page: PageText, top: float, bottom: float) -> tuple[float, ...]:
    """The x that part the columns of the owners' table between two heights of a page, from where
    the names end to where the last relationship does: by its cells, or its captions; empty where
    one of these was not read.

    Captions stand in the middle of their columns. The first relationship reaches as far to the
    left of its caption as half of the way to the next one.
    """
    for piece in page.layout.pieces:
        if piece.is_owners:
            return piece.columns[1:]
    words = [w for run in page.below if top <= run.box.center[1] < bottom for w in words_of(run)]
    centers: list[float] = []
    for caption in CAPTIONS[2:]:
        # "10% Owner" is known by its first word: the second one stands among the names, too
        opens = caption.split()[0]
        found = [w for w in words if cap.is_the(w.text, opens) and w.box.center[0] > _last(centers)]
        if not found:
            return ()
        centers.append(min(found, key=lambda w: w.box.y0).box.center[0])
    edges = [(a + b) / 2 for a, b in pairwise(centers)]
    return (2 * centers[0] - edges[0], *edges, 2 * centers[-1] - edges[-1])


def _last(centers: Sequence[float]) -> float:
    return centers[-1] if centers else 0.0


def _unruled_rows(page: int, runs: Sequence[Run], columns: Sequence[float]) -> list[OwnerRow]:
    """The owners among lines by the columns of their table: each ends with the line that has a
    state.
    """
    owners: list[list[list[Run]]] = []
    lines: list[list[Run]] = []
    for line in by_line(sorted(runs, key=lambda r: r.box.y0)):
        lines.append(line)
        if split_city([r for r in line if r.box.center[0] < columns[0]])["State"]:
            owners.append(lines)
            lines = []
    return [_row(page, owner, columns) for owner in owners]


def _row(page: int, lines: Sequence[Sequence[Run]], columns: Sequence[float]) -> OwnerRow:
    runs = [run for line in lines for run in line]
    names = [tuple(r for r in line if r.box.center[0] < columns[0]) for line in lines]
    cells = [tuple(r for r in runs if a <= r.box.center[0] < b) for a, b in pairwise(columns)]
    return OwnerRow(
        page,
        tuple(line for line in names if line),
        tuple(cells),
        union(r.box for r in runs),
        notes=(UNRULED,),
    )


def _below_captions(page: PageText, top: float, bottom: float) -> list[Run]:
    """What stands between two heights of a page under the captions, in cells that are no owner's
    as they were divided, too.
    """
    of_owners = {k for k in owners_tables(page) if not page.layout.pieces[k].is_owners}
    cells = [cell for (k, _, _), cell in page.cells.items() if k in of_owners]
    runs = [*page.below, *(line.whole for cell in cells for line in cell.lines)]
    return [r for r in runs if top <= r.box.center[1] < bottom and not _is_of_captions(r)]


def _is_of_captions(run: Run) -> bool:
    whole = " ".join(CAPTIONS[2:])
    return any(cap.is_the(run.text, caption) for caption in (*CAPTIONS, whole))
