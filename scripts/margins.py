"""How near a bound comes to what it divides: what every comparison of the stages was asked over a
corpus.

    python scripts/margins.py SCANS... --only segment.rulings,parse [--every 3] [--said FOLDER]

A row a comparison with a figure or a named bound in it: how often it held and did not, and the
values nearest to it on both sides, with the middle and the tenth of each side. They are in the unit
of the bound's name: what is compared with ``T.row_px + y`` is shown less y, and what is compared
with ``2 * _WIDE`` as half of it. Without a name in it, they are shares of the bound. A bound with a
wide gap around it divides two kinds of things; one in the middle of a crowd divides one kind, and a
bound with nothing on one of its sides does nothing on this corpus. Without ``--said`` fixtures are
read from their goldens; with it any scans, engines being asked about new crops only.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import operator
import sys
from array import array
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

ROOMS = ("ocr_form4.stages.", "ocr_form4.")
GOLDENS = Path(__file__).parent.parent / "tests" / "data" / "goldens"
OPERATORS = {"Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt, "GtE": operator.ge}
SIGNS = {"Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}
THRESHOLDS = {"above": "Gt", "below": "Lt"}
"""Functions of pixels that compare each pixel of their first argument with their second."""
SHARES = 1, 10, 50, 90, 99, 100
"""Of the values of a side, from the bound on: what is shown of them."""
TOLD = " ".join(map(str, SHARES)) + " %"
MOST_VALUES = 2_000
"""Of an array of more, as of a page's pixels, this many stand for all."""

Values = dict[bool, "array[float]"]
ASKED: dict[tuple[str, int, str], Values] = defaultdict(
    lambda: {True: array("d"), False: array("d")}
)
"""By module, line and text of the comparison: what was compared with the bound, in its unit."""


def asked(
    site: tuple[str, int, str], op: str, sides: tuple[Any, Any], on_left: bool, of: Any = None
) -> Any:
    """The comparison itself; what was compared is kept. ``of`` is the part of the bound that has
    the name in it, 1 or -1 where it is added to the rest or taken off, and the name's own value.
    """
    said = OPERATORS[op](*sides)
    _keep(site, sides if on_left else sides[::-1], said, of)
    return said


def parted(site: tuple[str, int, str], function: Any, pixels: Any, level: Any) -> Any:
    """A threshold of pixels; what they are is kept."""
    mask = function(pixels, level)
    _keep(site, (level, pixels), np.asarray(mask) > 0, None)
    return mask


def _keep(site: tuple[str, int, str], sides: tuple[Any, Any], said: Any, of: Any) -> None:
    part, sign, unit = of or (sides[0], 0, 1.0)
    try:
        bounds, values = (np.asarray(s, float) for s in sides)
        parts = np.asarray(part, float)
        units = float(unit)
        bounds, values, parts, told = np.broadcast_arrays(bounds, values, parts, said)
    except (TypeError, ValueError):
        return
    step = max(1, values.size // MOST_VALUES)
    rest = bounds - sign * parts if sign else np.zeros_like(bounds)
    from_rest = (values - rest) * (sign or 1)
    for v, b, t in zip(from_rest.flat[::step], parts.flat[::step], told.flat[::step], strict=True):
        if b:
            ASKED[site][bool(t)].append(float(v / b * units))


class Wrapped(ast.NodeTransformer):
    """Puts ``asked`` around comparisons with a bound: a figure, or a name in capitals."""

    def __init__(self, module: str) -> None:
        self.module = module

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        texts = list(map(ast.unparse, [node.left, *node.comparators]))
        self.generic_visit(node)
        names = [type(op).__name__ for op in node.ops]
        operands = [node.left, *node.comparators]
        if not any(map(_is_bound, operands)) or any(n not in OPERATORS for n in names):
            return node
        if len(names) > 1 and not all(map(_is_simple, operands[1:-1])):
            return node
        parts = []
        for k, (name, left, right) in enumerate(zip(names, operands, operands[1:], strict=False)):
            if not (_is_bound(left) or _is_bound(right)):
                parts.append(ast.Compare(left, [getattr(ast, name)()], [right]))
                continue
            on_left = not _is_bound(right) or (not _named(right) and bool(_named(left)))
            site = self._site(node.lineno, f"{texts[k]} {SIGNS[name]} {texts[k + 1]}")
            of = _part(left if on_left else right)
            sides = ast.Tuple([left, right], ast.Load())
            arguments = [site, ast.Constant(name), sides, ast.Constant(on_left), of]
            parts.append(ast.Call(ast.Name("__asked__", ast.Load()), arguments, []))
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        text = ast.unparse(node)
        self.generic_visit(node)
        if not (isinstance(node.func, ast.Name) and node.func.id in THRESHOLDS):
            return node
        if len(node.args) != 2 or node.keywords or not _is_bound(node.args[1]):
            return node
        site = self._site(node.lineno, text)
        return ast.Call(ast.Name("__parted__", ast.Load()), [site, node.func, *node.args], [])

    def _site(self, line: int, text: str) -> ast.expr:
        return ast.Constant((self.module, line, text))


def _is_bound(node: ast.AST) -> bool:
    """Whether there is a figure or a constant's name in it, other than as an index."""
    if isinstance(node, ast.Subscript):
        return _is_name(node)
    if isinstance(node, ast.Constant):
        return type(node.value) in (int, float) and node.value != 0
    return _is_name(node) or any(map(_is_bound, ast.iter_child_nodes(node)))


def _is_name(node: ast.AST) -> bool:
    """Whether it is a constant's name, a field of one, or one of several: _X[0]."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and _is_name(node.value)
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and node.value.id.isupper()
    return isinstance(node, ast.Name) and node.id.isupper() and len(node.id) > 1


def _named(node: ast.AST) -> list[ast.expr]:
    """The constants' names in it, each whole."""
    if isinstance(node, ast.expr) and _is_name(node):
        return [node]
    return [n for child in ast.iter_child_nodes(node) for n in _named(child)]


def _part(bound: ast.expr) -> ast.expr:
    """Of a bound with one constant's name in it, the part with the name, whether the rest is taken
    off it, and the name; None of any other bound.
    """
    names = _named(bound)
    if len(names) != 1 or not _is_simple(bound):
        return ast.Constant(None)
    part, sign = bound, 0
    if isinstance(bound, ast.BinOp) and isinstance(bound.op, ast.Add | ast.Sub):
        on_right = bool(_named(bound.right))
        part = bound.right if on_right else bound.left
        sign = -1 if isinstance(bound.op, ast.Sub) and on_right else 1
    return ast.Tuple([part, ast.Constant(sign), names[0]], ast.Load())


def _is_simple(node: ast.AST) -> bool:
    """What may be written twice, as it does nothing."""
    return not any(isinstance(n, ast.Call | ast.NamedExpr) for n in ast.walk(node))


class Finder(importlib.abc.MetaPathFinder):
    def __init__(self, only: Sequence[str]) -> None:
        self.only = only

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        wanted = [room + o for room in ROOMS for o in self.only]
        if not any(f"{name}.".startswith(f"{w}.") for w in wanted):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = Loader(spec.loader.name, spec.loader.path)
        return spec


class Loader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> Any:
        tree = ast.parse(Path(self.path).read_text())
        name = fullname.removeprefix(ROOMS[1]).removeprefix("stages.")
        tree = ast.fix_missing_locations(Wrapped(name).visit(tree))
        return compile(tree, str(self.path), "exec")

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__.update(__asked__=asked, __parted__=parted)
        super().exec_module(module)


def main() -> None:
    arguments = _arguments()
    sys.meta_path.insert(0, Finder(arguments.only.split(",")))
    scans = sorted(s for folder in arguments.scans for s in folder.iterdir())[:: arguments.every]
    for scan in scans:
        print(scan.name, file=sys.stderr)
        _read(scan, arguments.said)
    for (module, line, text), values in sorted(ASKED.items()):
        print(f"{module}:{line}: {text}")
        for said in (True, False):
            print("   ", str(said).ljust(5), _told(values[said], values[not said]))


def _told(values: Sequence[float], others: Sequence[float]) -> str:
    """How many there are, and where they lie, nearest to the others first."""
    if not values:
        return "never"
    falling = bool(others) and np.median(values) > np.median(others)
    near = sorted(values) if falling or not others else sorted(values, reverse=True)
    spread = " ".join(f"{near[min(len(near) - 1, len(near) * s // 100)]:.4g}" for s in SHARES)
    nearest = " ".join(f"{v:.4g}" for v in near[:6])
    return f"{len(values):6} of {len(values) + len(others)}; nearest {nearest}; {TOLD}: {spread}"


def _read(scan: Path, said: Path | None) -> None:
    from ocr_form4.errors import Form4Error
    from ocr_form4.filing import read_document
    from ocr_form4.readers import make_readers
    from ocr_form4.readers.replay import load, replayed
    from ocr_form4.settings import Settings
    from recordings import kept_readings

    try:
        if said is None:
            readers = replayed(load(GOLDENS / f"{scan.name}.said.gz"))
            read_document(scan, Settings(), readers)
            return
        with kept_readings(make_readers(Settings()), said, scan) as readers:
            read_document(scan, Settings(), readers)
    except Form4Error as error:
        print(error, file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("scans", type=Path, nargs="+")
    parser.add_argument("--only", required=True, help="modules of the stages: segment.rulings,...")
    parser.add_argument("--every", type=int, default=1, help="every 3rd document, say, by name")
    parser.add_argument("--said", type=Path, help="folder in which readings are kept")
    return parser.parse_args()


if __name__ == "__main__":
    main()
