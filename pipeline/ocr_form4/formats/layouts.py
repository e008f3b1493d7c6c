"""A page's layout as layoutparser writes it."""

from __future__ import annotations

from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import PageLayout


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
