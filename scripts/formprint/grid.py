"""The grid of boxes over the tables, as the HTML of either look of page lays it out."""

from __future__ import annotations

from collections.abc import Callable

from ocr_form4_models.editions import Edition, HeaderBox


def lines_of(edition: Edition, cell: Callable[[str], str]) -> str:
    """The rows of an edition's header; ``cell`` gives the HTML of the box of a name."""
    lines = ""
    for row in sorted({box.row for box in edition.boxes.values()}):
        here = sorted((b.column, name) for name, b in edition.boxes.items() if b.row == row)
        lines += "<tr>" + "".join(cell(name) for _, name in here) + "</tr>"
    return lines


def size_of(box: HeaderBox) -> str:
    """The attributes of a box's cell that say how large it is."""
    rows = f' rowspan="{box.rows}"' if box.rows > 1 else ""
    columns = f' colspan="{box.columns}"' if box.columns > 1 else ""
    return rows + columns + (f' width="{box.width}%"' if box.width else "")
