"""Figures in the stages have a name, a unit and a reason: those that stand bare within functions
grow no more.
"""

from __future__ import annotations

import ast
from pathlib import Path

STAGES = Path(__file__).parent.parent / "pipeline" / "ocr_form4" / "stages"
PLAIN = {0, 0.5, 1, 2, 3, 10, 100, 255}
"""Counts, halves, shares of a hundred and the white of paper say themselves what they are; so does
an index.
"""
MOST = 1
"""Those that are left. A change that names some of them lowers this."""


def test_figures_without_a_name_grow_no_more() -> None:
    bare = {f"{p.relative_to(STAGES)}: {n}" for p in STAGES.rglob("*.py") for n in _bare(p)}
    assert bare
    assert len(bare) <= MOST, "give the new ones a field of the file's Tolerances:\n" + "\n".join(
        sorted(bare)
    )


def _bare(path: Path) -> set[str]:
    """The numbers within a file's functions that are not plain, with their lines and columns."""
    tree = list(ast.walk(ast.parse(path.read_text())))
    functions = [n for n in tree if isinstance(n, ast.FunctionDef)]
    indices = {n.slice for n in tree if isinstance(n, ast.Subscript)}
    return {
        f"{n.value} in line {n.lineno}, column {n.col_offset}"
        for function in functions
        for n in ast.walk(function)
        if isinstance(n, ast.Constant)
        and type(n.value) in (int, float)
        and n.value not in PLAIN
        and n not in indices
    }
