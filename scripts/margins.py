"""How near a bound comes to what it divides: what every comparison of the stages was asked over a
corpus.

    python scripts/margins.py SCANS --only segment.rulings,parse.below [--every 3] [--said said.gz]

A row a comparison with a figure or a named bound in it: how often it held and did not, and the
values nearest to it on both sides, with the middle and the tenth of each side, in the bound's own
unit. A bound with a wide gap around it divides two kinds of things; one in the middle of a crowd
divides one kind, and a bound with nothing on one of its sides does nothing on this corpus. Without
``--said`` fixtures are read from their goldens; with it any scans, engines being asked about new
crops only.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import operator
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

STAGES = "ocr_form4.stages."
GOLDENS = Path(__file__).parent.parent / "tests" / "data" / "goldens"
OPERATORS = {"Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt, "GtE": operator.ge}
MOST_VALUES = 2_000
"""Of an array of more, as of a page's pixels, this many stand for all."""

Values = dict[bool, list[float]]
ASKED: dict[tuple[str, int, str], Values] = defaultdict(lambda: {True: [], False: []})
"""By module, line and text of the comparison: how far above its bound each value was, in shares of
it."""


def asked(site: tuple[str, int, str], op: str, left: Any, right: Any, on_left: bool) -> Any:
    """The comparison itself; what was compared is kept."""
    said = OPERATORS[op](left, right)
    value, bound = (right, left) if on_left else (left, right)
    try:
        values, bounds = np.broadcast_arrays(np.asarray(value, float), np.asarray(bound, float))
        told = np.broadcast_to(np.asarray(said, bool), values.shape)
    except (TypeError, ValueError):
        return said
    step = max(1, values.size // MOST_VALUES)
    for v, b, t in zip(values.flat[::step], bounds.flat[::step], told.flat[::step], strict=True):
        if b:
            ASKED[site][bool(t)].append(float(v / b))
    return said


class Wrapped(ast.NodeTransformer):
    """Puts ``asked`` around comparisons with a bound: a figure, or a name in capitals."""

    def __init__(self, module: str) -> None:
        self.module = module

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        names = [type(op).__name__ for op in node.ops]
        operands = [node.left, *node.comparators]
        if not any(map(_is_bound, operands)) or any(n not in OPERATORS for n in names):
            return node
        if len(names) > 1 and not all(map(_is_simple, operands[1:-1])):
            return node
        parts = []
        for name, left, right in zip(names, operands, operands[1:], strict=False):
            if not (_is_bound(left) or _is_bound(right)):
                parts.append(ast.Compare(left, [getattr(ast, name)()], [right]))
                continue
            sign = {"Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}[name]
            text = f"{ast.unparse(left)} {sign} {ast.unparse(right)}"
            site = ast.Constant((self.module, node.lineno, text))
            on_left = ast.Constant(not _is_bound(right))
            call = ast.Name("__asked__", ast.Load())
            parts.append(ast.Call(call, [site, ast.Constant(name), left, right, on_left], []))
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


def _is_bound(node: ast.AST) -> bool:
    """Whether there is a figure or a constant's name in it, other than as an index."""
    if isinstance(node, ast.Subscript):
        return False
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float) and node.value != 0
    if isinstance(node, ast.Name):
        return node.id.isupper() and len(node.id) > 1
    return any(map(_is_bound, ast.iter_child_nodes(node)))


def _is_simple(node: ast.AST) -> bool:
    """What may be written twice, as it does nothing."""
    return not any(isinstance(n, ast.Call | ast.NamedExpr) for n in ast.walk(node))


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, only: Sequence[str]) -> None:
        self.only = only

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        if not any(name == STAGES + o for o in self.only):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        tree = ast.parse(Path(self.path).read_text())
        tree = ast.fix_missing_locations(Wrapped(fullname.removeprefix(STAGES)).visit(tree))
        return compile(tree, str(self.path), "exec")

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__asked__"] = asked
        super().exec_module(module)


def main() -> None:
    arguments = _arguments()
    sys.meta_path.insert(0, Finder(arguments.only.split(",")))
    scans = sorted(arguments.scans.iterdir())[:: arguments.every]
    readers, save = _recorded(arguments.said) if arguments.said else (None, None)
    for scan in scans:
        print(scan.name, file=sys.stderr)
        _read(scan, readers)
        if save:
            save()
    for (module, line, text), values in sorted(ASKED.items()):
        print(f"{module}:{line}: {text}")
        for said in (True, False):
            print("   ", str(said).ljust(5), _told(values[said], values[True] + values[False]))


def _told(values: Sequence[float], of: Sequence[float]) -> str:
    """How many there are, and where they lie, nearest first, in shares of the bound."""
    if not values:
        return "never"
    near = sorted(values, key=lambda v: abs(v - 1))
    far = np.percentile(near, (0, 10, 50, 90, 100))
    nearest = " ".join(f"{v:.3g}" for v in near[:5])
    spread = " ".join(f"{v:.3g}" for v in far)
    return f"{len(values):6} of {len(of)}; nearest {nearest}; 0 10 50 90 100 %: {spread}"


def _recorded(said: Path) -> tuple[Any, Any]:
    from ocr_form4.readers import make_readers
    from ocr_form4.readers.replay import load, recorded, save
    from ocr_form4.settings import Settings

    readers, recording = recorded(make_readers(Settings()))
    if said.exists():
        known = load(said)
        recording.seen.update(known.seen)
        for name, of in known.said.items():
            recording.said[name].update(of)
    return readers, lambda: save(recording, said)


def _read(scan: Path, readers: Any) -> None:
    from ocr_form4.errors import Form4Error
    from ocr_form4.filing import read_document
    from ocr_form4.readers.replay import load, replayed
    from ocr_form4.settings import Settings

    try:
        read_document(scan, Settings(), readers or replayed(load(GOLDENS / f"{scan.name}.said.gz")))
    except Form4Error as error:
        print(error, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scans", type=Path)
    parser.add_argument("--only", required=True, help="modules of the stages: segment.rulings,...")
    parser.add_argument("--every", type=int, default=1, help="every 3rd document, say, by name")
    parser.add_argument("--said", type=Path, help="where readings are kept from run to run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
