"""Figures in the stages have a name, a unit and a source: those that stand bare within functions,
and those whose docstring has no count, fit or citation, grow no more.

    python tests/test_numbers.py     # those without a source, by file
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

STAGES = Path(__file__).parent.parent / "pipeline" / "ocr_form4" / "stages"
OF_PIXELS = ("deskew", "segment", "recognize", "parse", "../pixels")
"""Where it is decided what is seen and read."""
PLAIN = {0, 0.5, 1, 2, 3, 10, 100, 255}
"""Counts, halves, shares of a hundred and the white of paper say themselves what they are; so does
an index.
"""
MOST = 1
"""Those that are left. A change that names some of them lowers this."""
MOST_WITHOUT_SOURCE = 0
"""Those without a source. A change that counts some of them lowers this."""
_FIGURE = re.compile(r"\d")
"""What a docstring has that tells where a number comes from."""
_FITTED = re.compile(r"scripts/(fit_|calibrate)")
"""What the docstring of a class or module has whose numbers a fit stands on."""


def test_figures_without_a_name_grow_no_more() -> None:
    bare = {f"{p.relative_to(STAGES)}: {n}" for p in STAGES.rglob("*.py") for n in _bare(p)}
    assert bare
    assert len(bare) <= MOST, "give the new ones a field of the file's Tolerances:\n" + "\n".join(
        sorted(bare)
    )


def test_figures_without_a_source_grow_no_more() -> None:
    found = _without_source()
    assert sum(found.values()) <= MOST_WITHOUT_SOURCE, (
        "count what comes near the new ones with scripts/margins.py, and say so in their "
        f"docstrings; by file: {found.most_common()}"
    )


def _without_source() -> Counter[str]:
    files = [p for room in OF_PIXELS for p in sorted((STAGES / room).glob("*.py"))]
    return Counter(
        {
            f"{p.parent.name}/{p.name}": sum(n for _, n in _unsourced_of(p.read_text()))
            for p in files
        }
    )


def _unsourced_of(text: str) -> Iterator[tuple[str, int]]:
    tree = ast.parse(text)
    yield from _unsourced(tree.body, bool(_FITTED.search(ast.get_docstring(tree) or "")))


def _unsourced(body: Sequence[ast.stmt], fitted: bool = False) -> Iterator[tuple[str, int]]:
    """The names of a module or class that stand for numbers, and how many, where neither their
    docstring nor that of their group tells where those come from.
    """
    for k, node in enumerate(body):
        if isinstance(node, ast.ClassDef):
            of_class = ast.get_docstring(node) or ""
            yield from _unsourced(node.body, fitted or bool(_FITTED.search(of_class)))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value and not fitted:
            count = sum(
                isinstance(n, ast.Constant) and type(n.value) in (int, float)
                for n in ast.walk(node.value)
            )
            if count and not _FIGURE.search(_docstring(body[k + 1 :])):
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                yield ast.unparse(target), count


def _docstring(after: Sequence[ast.stmt]) -> str:
    """The first docstring behind an assignment, others like it standing between."""
    for node in after:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return str(node.value.value)
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            break
    return ""


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


if __name__ == "__main__":
    for name, count in _without_source().most_common():
        if count:
            print(f"{count:4} {name}")
