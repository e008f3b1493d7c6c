"""``draws.parquet``: what the doubtful values may be, drawn many times, so that an estimate carries
the reading error.

A field that is up for review takes its value with the probability that its confidence says, and
else what another reader read. Where nobody read anything else it is missing in that draw. Fields
that a running holding ties together are drawn together: of all their combinations each has the
weight of its readings and of the form's arithmetic, scaled so that every field still takes its
value as often as its confidence says (iterative proportional fitting: Deming and Stephan 1940),
because the confidence has the arithmetic in it already.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ocr_form4.errors import UsageError
from ocr_form4.formats.evidence_json import kind_of
from ocr_form4.formats.rows import ABOUT
from ocr_form4.out.files import write_file
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4.stages.parse.candidates import candidates
from ocr_form4.stages.parse.grammar import count, day, plain, price
from ocr_form4.stages.reconcile.evidence import OWN
from ocr_form4_models.evidence import Evidence, Source
from ocr_form4_models.field import Field, Kind, Status, Value, value_text
from ocr_form4_models.form4 import ROOT, Column, Table

if TYPE_CHECKING:
    import pandas as pd

FILE = "draws.parquet"
COMBINATIONS = 4096
"""Combinations of tied fields that are weighed at most; what is tied to more is drawn one by one.
"""
SWEEPS = 60
"""Of the fitting; it ends earlier where every field keeps its confidence to a thousandth."""
GRAMMARS = {Kind.NUMBER: count, Kind.PRICE: price, Kind.DATE: day}
_HEADER = {
    "document_type": "documentType", "period_of_report": "periodOfReport",
    "issuer_name": "issuer/issuerName",
    "issuer_symbol": "issuer/issuerTradingSymbol",
    "owner_name": "reportingOwner[1]/reportingOwnerId/rptOwnerName",
} | {name: about.path for name, about in ABOUT.items() if about.path}  # fmt: skip

Options = Sequence[tuple[Value | None, float]]


def options(field: Field) -> Options:
    """What a doubtful field may be and how probable each is; the probabilities add up to one."""
    others = {v: w for v, w in _read(field).items() if v != field.value}
    if field.value is None:
        total = sum(others.values())
        return [(v, w / total) for v, w in others.items()] if others else [(None, 1.0)]
    left = 1.0 - field.confidence
    total = sum(others.values())
    rest: list[tuple[Value | None, float]] = [(v, left * w / total) for v, w in others.items()]
    return [(field.value, field.confidence), *(rest or [(None, left)])]


def _read(field: Field) -> dict[Value, float]:
    """The values that the readers' texts stand for, with their weights."""
    if field.kind is Kind.FLAG:
        return {True: 1.0, False: 1.0}
    if grammar := GRAMMARS.get(field.kind):
        return {c.value: c.weight for c in candidates(field.readings, grammar) if c.weight > 0}
    found: dict[Value, float] = {}
    for reading in field.readings:
        if text := plain(reading.text):
            found[text] = found.get(text, 0.0) + max(reading.confidence, 1e-3)
    return found


def draw_filing(evidence: Evidence, source: Source, number: int) -> dict[str, list[Value | None]]:
    """``number`` draws of every doubtful field by its path. The same filing gives the same
    draws.
    """
    fields = evidence.filing.fields
    doubtful = {
        p: found for p, f in fields.items()
        if f.status is Status.REVIEW and not f.derived and len(found := options(f)) > 1
    }  # fmt: skip
    seed = hashlib.sha256(f"{source.sha256} {evidence.first_page}".encode()).digest()
    chance = np.random.default_rng(int.from_bytes(seed[:8], "big"))
    drawn: dict[str, list[Value | None]] = {}
    for paths, ties in _tied(evidence, doubtful):
        choices = [doubtful[p] for p in paths]
        if ties and prod(len(c) for c in choices) <= COMBINATIONS:
            ways = list(product(*([v for v, _ in c] for c in choices)))
            weights = _fitted(paths, ways, choices, ties, fields)
            for i, picked in enumerate(chance.choice(len(ways), size=number, p=weights)):
                for path, value in zip(paths, ways[picked], strict=True):
                    drawn.setdefault(path, [None] * number)[i] = value
        else:
            for path, choice in zip(paths, choices, strict=True):
                p = np.array([w for _, w in choice])
                drawn[path] = [
                    choice[i][0] for i in chance.choice(len(choice), size=number, p=p / p.sum())
                ]
    return {path: drawn[path] for path in doubtful}


Tie = tuple[str, str, str, int]
"""The holding before, the shares, the holding after, and the sign with which they move it."""


def _ties(evidence: Evidence) -> list[Tie]:
    """The running holdings, from the checks that were made of them."""
    found = []
    for check in evidence.checks:
        shares = [p for p in check.paths if p.endswith(Column.SHARES.path)]
        owned = [p for p in check.paths if p.endswith(Column.OWNED_SHARES.path)]
        if check.name != "running-holdings" or len(shares) != 1 or len(owned) != 2:
            continue
        row = shares[0].removesuffix(f"/{Column.SHARES.path}")
        code = evidence.filing.fields.get(f"{row}/{Column.ACQUIRED_DISPOSED.path}")
        sign = {"A": 1, "D": -1}.get(code.text if code else "")
        before = next((p for p in owned if not p.startswith(f"{row}/")), "")
        after = next((p for p in owned if p.startswith(f"{row}/")), "")
        if sign and before and after:
            found.append((before, shares[0], after, sign))
    return found


def _tied(
    evidence: Evidence, doubtful: Mapping[str, Options]
) -> Iterator[tuple[list[str], list[Tie]]]:
    """The doubtful fields in groups that running holdings tie together, with these."""
    groups: list[tuple[set[str], list[Tie]]] = []
    for tie in _ties(evidence):
        mine = {p for p in tie[:3] if p in doubtful}
        if not mine:
            continue
        near = [g for g in groups if g[0] & mine]
        groups = [g for g in groups if not g[0] & mine]
        groups.append((mine.union(*(g[0] for g in near)), [t for g in near for t in g[1]] + [tie]))
    for paths, ties in groups:
        yield sorted(paths), ties
    alone = doubtful.keys() - {p for paths, _ in groups for p in paths}
    for path in sorted(alone):
        yield [path], []


def _fitted(
    paths: Sequence[str], ways: Sequence[tuple[Value | None, ...]], choices: Sequence[Options],
    ties: Sequence[Tie],
    fields: Mapping[str, Field],
) -> Any:  # fmt: skip
    """The probability of each combination, shape (combinations,)."""
    index = {path: i for i, path in enumerate(paths)}

    def at(way: tuple[Value | None, ...], path: str) -> Value | None:
        return way[index[path]] if path in index else fields[path].value

    weights = np.ones(len(ways))
    for number, way in enumerate(ways):
        for before, shares, after, sign in ties:
            one, moved, other = at(way, before), at(way, shares), at(way, after)
            if (
                isinstance(one, Decimal)
                and isinstance(moved, Decimal)
                and isinstance(other, Decimal)
            ):
                shares_of = OWN[Table.I if f"/{Table.I.value}/" in shares else Table.II]
                weights[number] *= (
                    shares_of.follows if one + sign * moved == other else shares_of.breaks
                )
    masks = [
        np.array([way[i] == value for way in ways]) for i, c in enumerate(choices) for value, _ in c
    ]
    wanted = [w for c in choices for _, w in c]
    for _ in range(SWEEPS):
        off = 0.0
        for mask, share in zip(masks, wanted, strict=True):
            now = weights[mask].sum() / weights.sum()
            off = max(off, abs(now - share))
            if now > 0:
                weights[mask] *= share / now
        weights /= weights.sum()
        if off < 1e-3:
            break
    return weights / weights.sum()


def write_draws(out: Path, number: int | None) -> None:
    """``draws.parquet`` of every filing of OUT; with None as many draws as there are already, if
    there are some.

    Columns: ``filing`` (NAME), ``path`` (of the field), ``draw`` (from 1), ``value`` (as in the
    XML; null: missing).
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = out / FILE
    if number is None:
        if not file.is_file():
            return
        number = int((pq.read_schema(file).metadata or {}).get(b"draws", b"0"))
    schema = pa.schema(
        [
            ("filing", pa.string()),
            ("path", pa.string()),
            ("draw", pa.int32()),
            ("value", pa.string()),
        ],
        metadata={"draws": str(number)},
    )
    rows = []
    for name in filing_names(out):
        try:
            evidence, source, _ = read_filing(out, name)
        except (OSError, ValueError):
            continue  # told of where the tables are made
        for path, values in draw_filing(evidence, source, number).items():
            for draw, value in enumerate(values, 1):
                rows.append((name, path, draw, None if value is None else value_text(value)))
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    arrays = [pa.array(list(c), f.type) for c, f in zip(columns, schema, strict=True)]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), buffer, compression="zstd")
    write_file(file, buffer.getvalue())


def drawn_table(frame: pd.DataFrame, draws: pd.DataFrame, draw: int) -> pd.DataFrame:
    """``transactions`` or ``holdings`` with the values of one draw. Raises UsageError where there
    is no such draw.
    """
    import pandas as pd

    mine = draws[draws["draw"] == draw]
    if len(draws) and not len(mine):
        raise UsageError(f"draw {draw}: there are draws 1 to {draws['draw'].max()}")
    found = dict(zip(zip(mine["filing"], mine["path"], strict=True), mine["value"], strict=True))
    frame = frame.copy()
    rows = list(zip(frame.index, frame["filing"], frame["path"], strict=True))
    paths = {c.name.lower(): c.path for c in Column if c.name.lower() in frame}
    for column, below in (paths | _HEADER).items():
        for index, filing, row in rows:
            path = f"{ROOT}/{below}" if column in _HEADER else f"{ROOT}/{row}/{below}"
            if (filing, path) not in found:
                continue
            text = found[filing, path]
            missing = text is None or text != text
            kind = kind_of(path)
            if kind in (Kind.NUMBER, Kind.PRICE, Kind.FLAG):
                frame.loc[index, column] = float("nan") if missing else float(text)
            elif kind is Kind.DATE:
                frame.loc[index, column] = (
                    pd.NaT if missing else pd.Timestamp(date.fromisoformat(text))
                )
            else:
                frame.loc[index, column] = None if missing else text
    return frame
