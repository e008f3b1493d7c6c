"""The editions of the form, one TOML file each: what is printed on it, where, and which field
stands there.

A file may name another as its ``base`` and then says only what differs: tables are merged key by
key, ``false`` takes a key away, everything else is replaced.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ocr_form4_models.form4 import Column, Table


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf column. In Table II ``sign`` says which letter the column itself stands for: (A) or
    (D).
    """

    column: Column
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's caption with the leaf columns under it, each with its own caption and width.

    A column that is not divided has one leaf, without a caption. Widths are in per cent, as they
    are asked for when the page is set; 0 where none is.
    """

    caption: str
    width: int
    leaves: tuple[tuple[str, int, Leaf], ...]

    @property
    def is_divided(self) -> bool:
        return bool(self.leaves[0][0])


@dataclass(frozen=True, slots=True)
class HeaderBox:
    """A box of the header: its caption and where it stands in the header's grid, rows and columns
    counted from 1.

    ``width`` is in per cent, 0 where none is asked for.
    """

    caption: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    width: int = 0
    also: str = ""
    """Another wording of the caption that is met with."""


@dataclass(frozen=True, slots=True)
class AddressLine:
    """What stands in a part of box 1, and the captions that are printed with it."""

    fields: tuple[str, ...]
    captions: tuple[str, ...]


class Marks(StrEnum):
    """Where a check mark of the header's boxes stands."""

    CELL = "cell"
    """An X in a cell of its own, left of the caption."""
    UNDERLINE = "underline"
    """``_X_`` before the caption."""
    BRACKETS = "brackets"
    """``(X)`` before the caption."""
    BOX = "box"
    """A square before the caption, crossed."""


class Ruled(StrEnum):
    """What rulings there are."""

    BOXES = "boxes"
    """Around every box of the header and every column."""
    ROWS = "rows"
    """Between rows only; boxes and columns stand apart by their paper."""
    TYPED = "typed"
    """Rows of dashes and columns of bars, typed; the header is a list."""


@dataclass(frozen=True, slots=True)
class Edition:
    name: str
    label: str
    """What people call it, in the report."""
    form: str
    """Which form: "3", "4" or "5"."""
    title: str
    omb: tuple[str, str]
    """Number and hours of the OMB's approval, as printed at the top right."""
    marks: Marks
    ruled: Ruled
    parts: tuple[str, ...]
    """What stands on the form from top to bottom."""
    check_boxes: Mapping[str, str]
    """Those over the header: element and caption."""
    boxes: Mapping[str, HeaderBox]
    address: tuple[AddressLine, ...]
    owners_in_table: bool
    """Every owner, with all relationships, is a row of a table of its own below the others."""
    headings: Mapping[Table, tuple[Heading, ...]]
    titles: Mapping[Table, tuple[str, ...]]
    """The lines of a table's title."""
    columns: Mapping[Table, tuple[Leaf, ...]]
    rulings: Mapping[Table, tuple[float, ...]]
    """Where a table's rulings stand as a rule, its edges (0 and 1) included, in shares of its
    width.
    """

    @property
    def has_10b5(self) -> bool:
        return "aff10b5One" in self.check_boxes

    @property
    def has_country(self) -> bool:
        return any("rptOwnerCountry" in line.fields for line in self.address)

    @property
    def types_address_on(self) -> bool:
        """Whether an address is typed on from line to line: where its second part begins is not
        seen.
        """
        return self.marks is not Marks.CELL


@lru_cache(maxsize=1)
def editions() -> tuple[Edition, ...]:
    """All editions, by file name."""
    return tuple(_load(_merged(name)) for name in sorted(_files()))


def edition(name: str) -> Edition:
    """The edition of that name; raises KeyError."""
    for one in editions():
        if one.name == name:
            return one
    raise KeyError(name)


def edition_labels() -> dict[str, str]:
    """What people call each edition, by its name."""
    return {one.name: one.label for one in editions()}


@lru_cache(maxsize=1)
def captions_of_headers() -> tuple[str, ...]:
    """Every caption of a blank form's header and of the check boxes over it, of all editions."""
    return _once(
        text
        for one in editions()
        for text in (*one.check_boxes.values(), *(b.caption for b in one.boxes.values()))
    )


@lru_cache(maxsize=1)
def captions_of_check_boxes() -> Mapping[str, str]:
    """The element of every check box over the header, of all editions, by its caption."""
    return {c: element for one in editions() for element, c in one.check_boxes.items()}


@lru_cache(maxsize=1)
def print_of_the_form() -> tuple[str, ...]:
    """Every text that a blank form has, of all editions, each once."""
    found = [*captions_of_headers(), *(one.title for one in editions())]
    for one in editions():
        for table, headings in one.headings.items():
            found += one.titles[table]
            found += [text for h in headings for text in (h.caption, *(c for c, _, _ in h.leaves))]
    return _once(found)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    tidy = (re.sub(r"\s+", " ", text).strip() for text in texts)
    return tuple(dict.fromkeys(text for text in tidy if text))


@lru_cache(maxsize=1)
def _files() -> dict[str, dict[str, Any]]:
    found = (f for f in files(__package__).iterdir() if f.name.endswith(".toml"))
    return {
        f.name.removesuffix(".toml"): tomllib.loads(f.read_text(encoding="utf-8")) for f in found
    }


def _merged(name: str) -> dict[str, Any]:
    """A file's data over that of its base, if it has one."""
    own = _files()[name]
    return _over(_merged(own["base"]), own) if "base" in own else own


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    found = dict(below)
    for key, value in above.items():
        if value is False:
            found.pop(key, None)
        elif isinstance(value, dict) and isinstance(found.get(key), dict):
            found[key] = _over(found[key], value)
        else:
            found[key] = value
    return found


def _load(data: Mapping[str, Any]) -> Edition:
    tables = {Table.I: data["table_I"], Table.II: data["table_II"]}
    headings = {t: tuple(_heading(c) for c in d["columns"]) for t, d in tables.items()}
    return Edition(
        name=data["name"],
        label=data["label"],
        form=data["form"],
        title=data["title"],
        omb=(data["omb"][0], data["omb"][1]),
        marks=Marks(data["marks"]),
        ruled=Ruled(data["ruled"]),
        parts=tuple(data["parts"]),
        check_boxes=dict(data.get("check_boxes", {})),
        boxes={name: _box(d) for name, d in data["boxes"].items()},
        address=tuple(
            AddressLine(tuple(a["fields"]), tuple(a["captions"])) for a in data["address"].values()
        ),
        owners_in_table=data.get("owners") == "table",
        headings=headings,
        titles={
            t: tuple(x for x in (d["title"], d.get("examples", "")) if x) for t, d in tables.items()
        },
        columns={
            t: tuple(leaf for h in hs for _, _, leaf in h.leaves) for t, hs in headings.items()
        },
        rulings={t: (0.0, *(float(x) for x in d["rulings"]), 1.0) for t, d in tables.items()},
    )


def _heading(data: Mapping[str, Any]) -> Heading:
    leaves = tuple((str(c), int(w), _leaf(name)) for c, w, name in data.get("leaves", ()))
    return Heading(
        data["caption"], data["width"], leaves or (("", data["width"], _leaf(data["leaf"])),)
    )


def _box(data: Mapping[str, Any]) -> HeaderBox:
    row, column = data["at"]
    spans = (data.get("rows", 1), data.get("columns", 1), data.get("width", 0))
    return HeaderBox(data["caption"], row, column, *spans, also=data.get("also", ""))


def _leaf(name: str) -> Leaf:
    base, _, sign = name.partition(":")
    return Leaf(Column[base], sign or None)
