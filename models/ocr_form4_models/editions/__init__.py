"""The editions of the form, one TOML file each: what its tables' leaf columns are and how its boxes are numbered."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ocr_form4_models.form4 import Column, Table


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf column. In Table II ``sign`` says which letter the column itself stands for: (A) or (D)."""

    column: Column
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    name: str
    form: str
    """Which form: "3", "4" or "5"."""
    columns: dict[Table, tuple[Leaf, ...]]
    rulings: dict[Table, tuple[float, ...]]
    """Where a table's rulings stand as a rule, its edges (0 and 1) included, in shares of its width."""
    relationship_box: int
    has_10b5: bool
    paper: bool
    """The SEC's own paper form: marks stand on an underline before their caption."""


@lru_cache(maxsize=1)
def editions() -> tuple[Edition, ...]:
    """All editions, by file name."""
    found = []
    for file in sorted(files(__package__).iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            found.append(_load(tomllib.loads(file.read_text())))
    return tuple(found)


def edition(name: str) -> Edition:
    """The edition of that name; raises KeyError."""
    for one in editions():
        if one.name == name:
            return one
    raise KeyError(name)


def _load(data: dict[str, object]) -> Edition:
    columns, rulings = {}, {}
    for table, number in ((Table.I, "I"), (Table.II, "II")):
        names, inner = data[f"table_{number}"], data[f"rulings_{number}"]
        assert isinstance(names, list) and isinstance(inner, list)
        columns[table] = tuple(_leaf(str(n)) for n in names)
        rulings[table] = (0.0, *(float(x) for x in inner), 1.0)
    return Edition(
        name=str(data["name"]),
        form=str(data["form"]),
        columns=columns,
        rulings=rulings,
        relationship_box=int(str(data["relationship_box"])),
        has_10b5=bool(data.get("has_10b5", False)),
        paper=bool(data.get("paper", False)),
    )


def _leaf(name: str) -> Leaf:
    base, _, sign = name.partition(":")
    return Leaf(Column[base], sign or None)
