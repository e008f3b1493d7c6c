"""Whatever reviewers, runs, exports and copies do in whatever order, no decision is lost and none is doubled."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_form4.out.ledger import Correction, DocumentRow, open_ledger
from ocr_form4.out.ledger_copy import copy_ledger, take_over_ledger

PATHS = ("/ownershipDocument/issuer/issuerName", "/ownershipDocument/periodOfReport")
STEPS = st.one_of(
    st.tuples(st.just("decide"), st.integers(0, 1), st.sampled_from(PATHS), st.sampled_from(["x", "y", None])),
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
def test_no_decision_is_lost_or_doubled(steps: list[tuple[str, int, str | None, str | None]]) -> None:
    with tempfile.TemporaryDirectory() as root:
        outs = [Path(root, name) for name in ("one", "other")]
        known: list[dict[tuple[str, str], bool]] = [{}, {}]  # (path, when) of every decision: whether it was taken back
        for out in outs:
            out.mkdir()
        for number, (what, k, path, value) in enumerate(steps):
            out = outs[k]
            if what == "decide":
                at = f"2026-01-01T00:00:{number:02}"
                with open_ledger(out) as ledger:
                    ledger.add_correction("s", 1, Correction(path or "", value, "machine", 0.5, f"p{k}", at))
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
                rows = {(p, at): bool(u) for p, at, u in db.execute("select path, at, undone from corrections")}
                assert db.execute("select count(*) from corrections").fetchone()[0] == len(rows) == len(known[k])
            assert rows == known[k]
            assert stands == {
                p: max(a for q, a in rows if q == p and not rows[q, a]) for p, a in rows if not rows[p, a]
            }
