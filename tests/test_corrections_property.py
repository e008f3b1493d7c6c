"""Whatever reviewers, runs, exports and copies do in whatever order, no decision is lost and none
is doubled.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import fake_reading
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_batch import SETTINGS, go, scan

from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.ledger_copy import copy_ledger, take_over_ledger
from ocr_form4.out.ledger_rows import Correction, DocumentRow
from ocr_form4.review.session import Review
from ocr_form4.run.executors.inprocess import execute_inprocess
from ocr_form4.run.export import export_corrections
from ocr_form4.run.worker import make_work
from ocr_form4_models.evidence import Evidence, Software

PATHS = ("/ownershipDocument/issuer/issuerName", "/ownershipDocument/periodOfReport")
STEPS = st.one_of(
    st.tuples(
        st.just("decide"),
        st.integers(0, 1),
        st.sampled_from(PATHS),
        st.sampled_from(["x", "y", None]),
    ),
    st.tuples(st.just("undo"), st.integers(0, 1), st.sampled_from(PATHS), st.none()),
    st.tuples(st.just("run"), st.integers(0, 1), st.sampled_from(["1", "2"]), st.none()),
    st.tuples(st.just("merge"), st.integers(0, 1), st.none(), st.none()),
)


def _run(out: Path, software: str) -> None:
    """What a run of other software enters for a document: all is new but what people decided."""
    row = DocumentRow("a", "/a.pdf", "s", 1, 1, software, "x", "done", None, None, 0.0, 1, "now")
    with open_ledger(out) as ledger:
        ledger.record(row, {})


@settings(max_examples=25)
@given(st.lists(STEPS, max_size=14))
@pytest.mark.slow
def test_no_decision_is_lost_or_doubled(
    steps: list[tuple[str, int, str | None, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as root:
        outs = [Path(root, name) for name in ("one", "other")]
        # (path, when) of every decision: whether it was taken back
        known: list[dict[tuple[str, str], bool]] = [{}, {}]
        for out in outs:
            out.mkdir()
        for number, (what, k, path, value) in enumerate(steps):
            out = outs[k]
            if what == "decide":
                at = f"2026-01-01T00:00:{number:02}"
                with open_ledger(out) as ledger:
                    ledger.add_correction(
                        "s", 1, Correction(path or "", value, "machine", 0.5, f"p{k}", at)
                    )
                known[k][path or "", at] = False
            elif what == "undo":
                with open_ledger(out) as ledger:
                    last = {c.path: c for c in ledger.corrections("s").get(1, ())}
                    if path in last:
                        ledger.undo_correction(last[path].id)
                        known[k][path, last[path].at] = True
            elif what == "run":
                _run(out, path or "")
            else:
                copy = Path(root, f"copy{number}")
                copy.mkdir()
                with open_ledger(outs[1 - k]):
                    pass
                copy_ledger(outs[1 - k], copy / "run.sqlite")
                take_over_ledger(out, copy)
                for decision, undone in known[1 - k].items():
                    known[k][decision] = undone or known[k].get(decision, False)
            with open_ledger(out) as ledger:
                stands = {c.path: c.at for c in ledger.corrections("s").get(1, ())}
            with sqlite3.connect(out / "run.sqlite") as db:
                rows = {
                    (p, at): bool(u)
                    for p, at, u in db.execute("select path, at, undone from corrections")
                }
                assert (
                    db.execute("select count(*) from corrections").fetchone()[0]
                    == len(rows)
                    == len(known[k])
                )
            assert rows == known[k]
            assert stands == {
                p: max(a for q, a in rows if q == p and not rows[q, a])
                for p, a in rows
                if not rows[p, a]
            }


FIELDS = ("/ownershipDocument/issuer/issuerName", "/ownershipDocument/issuer/issuerTradingSymbol")
WHOLE_STEPS = st.one_of(
    st.tuples(
        st.just("decide"),
        st.integers(0, 1),
        st.sampled_from(FIELDS),
        st.sampled_from(["X", "Y", "READ 2", None]),
    ),
    st.tuples(st.just("undo"), st.integers(0, 1), st.sampled_from(FIELDS), st.none()),
    st.tuples(st.just("run"), st.integers(0, 1), st.sampled_from(["1", "2"]), st.none()),
    st.tuples(st.just("export"), st.integers(0, 1), st.none(), st.none()),
    st.tuples(st.just("merge"), st.integers(0, 1), st.none(), st.none()),
)


@dataclass
class Decided:
    """A decision as this test remembers it."""

    path: str
    value: str | None
    at: int
    undone: bool = False


class Ticking(datetime):
    """Every decision has a second of its own."""

    second = 0

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Ticking:
        cls.second += 1
        return cls(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=cls.second)


def _read(version: str, path: Path, settings: Any, readers: Any, tell: Any) -> tuple[Evidence, ...]:
    """Another version of the software reads one of the fields as something else."""
    (found,) = fake_reading.read_document(path, settings, readers)
    if version == "1":
        return (found,)
    field = replace(found.filing.fields[FIELDS[0]], value="READ 2")
    return (replace(found, filing=found.filing.with_fields({FIELDS[0]: field})),)


class Both:
    """Two OUTs of one scan in two persons' hands, and what was decided in each, by the second in
    which it was.
    """

    def __init__(self, root: Path) -> None:
        scan(root / "in", "a.pdf", 3)
        self.root, self.outs = root, (root / "one", root / "other")
        self.known: tuple[dict[int, Decided], dict[int, Decided]] = ({}, {})
        self.version = ["1", "1"]
        for k in (0, 1):
            self.run(k, "1")
        self.read = _values(self.outs[0])

    def decide(self, k: int, path: str, value: str | None) -> None:
        Review(self.outs[k], who=f"p{k}").decide("a", path, value)
        self.known[k][Ticking.second] = Decided(path, value, Ticking.second)

    def undo(self, k: int, path: str, _: None = None) -> None:
        standing = [d for d in self.decided(k) if d.path == path and not d.undone]
        if not standing:
            with pytest.raises(KeyError):
                Review(self.outs[k]).undo("a", path)
            return
        Review(self.outs[k]).undo("a", path)
        standing[-1].undone = True

    def run(self, k: int, version: str, _: None = None) -> None:
        self.version[k] = version
        make: Callable[[], Any] = partial(
            make_work,
            SETTINGS,
            Software({"ocr-form4": version}),
            partial(_read, version),
            fake_reading.make_readers,
        )
        software = Software({"ocr-form4": version})
        assert not go(
            self.root / "in", self.outs[k], execute_inprocess, make=make, software=software
        ).failures

    def export(self, k: int, *_: None) -> None:
        assert export_corrections(self.outs[k]).problems == ()

    def merge(self, k: int, *_: None) -> None:
        """The other's ledger comes here as it does to another machine; the results here are still
        this one's own.
        """
        copy = self.root / "copy"
        copy.mkdir(exist_ok=True)
        copy_ledger(self.outs[1 - k], copy / "run.sqlite")
        take_over_ledger(self.outs[k], copy)
        with closing(sqlite3.connect(self.outs[k] / "run.sqlite")) as db, db:
            db.execute("update documents set software = ?", (f"ocr-form4 {self.version[k]}",))
        for at, decided in self.known[1 - k].items():
            mine = self.known[k].setdefault(at, replace(decided))
            mine.undone = mine.undone or decided.undone

    def decided(self, k: int) -> list[Decided]:
        """In the order of their time."""
        return sorted(self.known[k].values(), key=lambda d: d.at)

    def check(self, k: int) -> None:
        """The ledger has every decision once; after an export results say the last that stands,
        else what was read.
        """
        with closing(sqlite3.connect(self.outs[k] / "run.sqlite")) as db:
            rows = db.execute(
                "select path, value, undone from corrections order by at, id"
            ).fetchall()
        assert rows == [(d.path, d.value, int(d.undone)) for d in self.decided(k)]

    def check_results(self, k: int) -> None:
        reads = self.read | ({FIELDS[0]: "READ 2"} if self.version[k] == "2" else {})
        assert _values(self.outs[k]) == reads | {
            d.path: d.value for d in self.decided(k) if not d.undone
        }


@settings(max_examples=20, deadline=None)
@given(st.lists(WHOLE_STEPS, max_size=12))
@pytest.mark.slow
def test_results_say_what_was_decided_last(
    steps: list[tuple[str, int, str | None, str | None]],
) -> None:
    with tempfile.TemporaryDirectory() as root, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ocr_form4.out.ledger.datetime", Ticking)
        both = Both(Path(root))
        for what, k, argument, value in steps:
            getattr(both, what)(k, argument, value)
            both.check(k)
            if what == "export":
                both.check_results(k)
        for k in (0, 1):
            both.export(k)
            both.check_results(k)


def _values(out: Path) -> dict[str, str | None]:
    """What the JSON says of the two fields; the XML says the same."""
    found = json.loads((out / "filings/a.json").read_bytes())
    values = {f["path"]: f["value"] for f in found["fields"] if f["path"] in FIELDS}
    xml = (out / "filings/a.xml").read_text()
    for path, value in values.items():
        element = path.rpartition("/")[2]
        assert value is None or f"<{element}>{value}</{element}>" in xml.replace("&amp;", "&")
    return values
