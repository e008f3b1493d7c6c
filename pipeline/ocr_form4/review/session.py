"""The state of a review: which fields wait, what was decided, and a filing as it stands with the
decisions.
"""

from __future__ import annotations

import getpass
import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ocr_form4.errors import UsageError
from ocr_form4.formats.evidence_json import kind_of, write_json
from ocr_form4.out.addresses import shown
from ocr_form4.out.corrections import unfit
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4.out.ledger import Ledger, open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.report import filing_data
from ocr_form4.report.pictures import save_pictures
from ocr_form4.run.export import Exported, corrected, export_corrections
from ocr_form4_models.field import Kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """A field that is or was up for review. ``value`` is the machine's."""

    name: str
    path: str
    value: str | None
    confidence: float
    decided: bool


KINDS = {
    "numbers": (Kind.NUMBER, Kind.PRICE), "prices": (Kind.PRICE,), "dates": (Kind.DATE,),
    "codes": (Kind.CODE,),
    "boxes": (Kind.FLAG,), "marks": (Kind.MARKS,), "names": (Kind.NAME,), "texts": (Kind.TEXT,
    Kind.FOOTNOTE),
}  # fmt: skip
"""What ``--only`` may name: the kinds of fields by their importance to an analysis."""


@dataclass(frozen=True, slots=True)
class View:
    """What of a run a review shows: fields of some ``kinds`` (empty: of all), and with ``items``
    only these (NAME, path), accepted or not. A ``second`` reviewer gets what another has decided,
    and does not see how.
    """

    kinds: frozenset[Kind] = frozenset()
    items: frozenset[tuple[str, str]] | None = None
    second: bool = False

    def chosen(self, waiting: Iterable[Waiting], mine: set[str]) -> list[Waiting]:
        """``mine`` are the paths of one filing that this person has decided."""
        found = []
        for w in waiting:
            if self.kinds and kind_of(w.path) not in self.kinds:
                continue
            if self.second:
                if not w.decided:
                    continue
                w = replace(w, decided=w.path in mine)
            found.append(w)
        return found


class Review:
    """Decisions go to the ledger at once, so a crash or a closed window loses nothing. Safe for
    several threads.
    """

    def __init__(
        self,
        out: Path,
        who: str | None = None,
        of: Path | str | None = None,
        view: View | None = None,
    ) -> None:
        """``out`` is a folder of this machine; ``of`` the OUT that it stands for, where that lies
        elsewhere.

        Raises UsageError where ``out`` has no filings.
        """
        self.view = view or View()
        self.out = out
        self.of = of or out
        self.who = who or _user()
        self._lock = threading.Lock()
        self._names = frozenset(filing_names(out)) if (out / "filings").is_dir() else frozenset()
        if not self._names:
            raise UsageError(
                f"{shown(self.of)}: no filings there; give the folder that a run wrote with -o"
            )

    def queue(self) -> list[Waiting]:
        """Every field that is up for review or was decided, worst first."""
        found: list[Waiting] = []
        with open_ledger(self.out) as ledger:
            for name in sorted(self._names):
                try:
                    evidence = json.loads((self.out / "filings" / f"{name}.json").read_bytes())
                    first = min((p["number"] for p in evidence["pages"]), default=1)
                    sha256 = evidence["source"]["sha256"]
                    mine = {c.path for c in self._shown(ledger, sha256, first)}
                    others = {
                        c.path for c in ledger.corrections(sha256, first).get(first, ())
                    } - mine
                    found += self.view.chosen(
                        _waiting(name, evidence, mine | others, self.view.items), mine
                    )
                except (
                    OSError,
                    ValueError,
                    LookupError,
                    TypeError,
                    AttributeError,
                    RecursionError,
                ):
                    continue  # the report tells which filings cannot be read
        return sorted(found, key=lambda w: (w.confidence, w.name, w.path))

    def filing(self, name: str) -> dict[str, Any]:
        """A filing's data as the page wants it, with the decisions of now and its checks held
        again.

        Raises KeyError for a name that is no filing of this run.
        """
        if name not in self._names:
            raise KeyError(name)
        evidence, source, software = read_filing(self.out, name)
        with open_ledger(self.out) as ledger:
            corrections = self._shown(ledger, source.sha256, evidence.first_page)
        if corrections or any(f.machine is not None for f in evidence.filing.fields.values()):
            evidence = corrected(evidence, corrections)
        plain = json.loads(write_json(evidence, source, software))
        save_pictures(self.out, name, plain)
        data = filing_data(self.out, name, plain, [])
        data["marks"] = {path: list(ids) for path, ids in evidence.filing.marks.items()}
        return data

    def decide(self, name: str, path: str, value: str | None) -> dict[str, Any]:
        """Keeps a person's value of a field (None: nothing is printed there); the filing as it then
        stands.

        Raises KeyError for a field that is not there, UsageError for a value that could not be
        written down.
        """
        with self._lock:
            if name not in self._names:
                raise KeyError(name)
            evidence, source, _ = read_filing(self.out, name)
            field = evidence.filing.fields[path]
            if why := unfit(field.kind, value):
                raise UsageError(f"not kept: {why}")
            machine = field.machine or field
            read = None if machine.value is None else type(field)(field.kind, machine.value).text
            correction = Correction(path, value, read, machine.confidence, self.who)
            with open_ledger(self.out) as ledger:
                ledger.add_correction(source.sha256, evidence.first_page, correction)
        return self.filing(name)

    def undo(self, name: str, path: str) -> dict[str, Any]:
        """Takes the decision about a field back; the filing as it then stands. Raises KeyError
        where there is none.
        """
        with self._lock:
            if name not in self._names:
                raise KeyError(name)
            evidence, source, _ = read_filing(self.out, name)
            with open_ledger(self.out) as ledger:
                last = {
                    c.path: c.id for c in self._shown(ledger, source.sha256, evidence.first_page)
                }
                ledger.undo_correction(last[path])
        return self.filing(name)

    def _shown(self, ledger: Ledger, sha256: str, first_page: int) -> Sequence[Correction]:
        """The decisions that this person is shown: a second reviewer sees none of the first
        one's.
        """
        who = self.who if self.view.second else None
        return ledger.corrections(sha256, first_page, who).get(first_page, ())

    def export(self) -> Exported:
        with self._lock:
            return export_corrections(self.of)


def _waiting(
    name: str,
    evidence: Mapping[str, Any],
    decided: set[str],
    items: frozenset[tuple[str, str]] | None = None,
) -> list[Waiting]:
    """The fields that are or were up for review, or with ``items`` those."""
    found = []
    for field in evidence["fields"]:
        machine = field.get("machine")
        was_open = field["status"] == "review" or field["path"] in decided or machine is not None
        if was_open if items is None else (name, field["path"]) in items:
            seen = machine or field
            found.append(
                Waiting(
                    name, field["path"], seen["value"], seen["confidence"], field["path"] in decided
                )
            )
    return found


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # no name for this user id, as in some containers
        return "unknown"
