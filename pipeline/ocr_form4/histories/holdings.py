"""The command ``holdings``: a person's balances across the filings of a run, as a table, as JSON,
as charts.

It reads a run's ``filings`` and changes none of them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from ocr_form4.errors import UsageError
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.formats.evidence_json import read_json
from ocr_form4.histories import Entry, History, histories
from ocr_form4.histories.chart import history_points, step_chart_svg
from ocr_form4.stages.reconcile.doubt import grouped
from ocr_form4_models.check import Outcome
from ocr_form4_models.field import value_text
from ocr_form4_models.form4 import Filing

__all__ = [
    "Entry",
    "History",
    "format_histories",
    "format_json",
    "histories",
    "history_points",
    "load_filings",
    "run_holdings",
    "step_chart_svg",
]


def load_filings(out: Path, skip_damaged: bool = False) -> list[tuple[str, Filing]]:
    """The filings of a run by NAME. Raises UsageError where OUT has none, or a file of it cannot be
    read.

    With ``skip_damaged`` a filing that cannot be read is left out instead.
    """
    folder = out / "filings"
    names = sorted({p.relative_to(folder).with_suffix("").as_posix() for p in _results(folder)})
    if not names:
        found = (
            "none of the run's documents could be read"
            if (out / "run.sqlite").is_file()
            else "no filings in it"
        )
        raise UsageError(f"{out}: {found}; give the folder of a run that read some")
    loaded = []
    for name in names:
        try:
            loaded.append((name, _load(folder, name)))
        except UsageError:
            if not skip_damaged:
                raise
    return loaded


def _results(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.suffix in (".json", ".xml")]


def _load(folder: Path, name: str) -> Filing:
    evidence, xml = folder / f"{name}.json", folder / f"{name}.xml"
    bytes_of_xml = xml.read_bytes() if xml.exists() else None
    try:
        if evidence.exists():
            return read_json(evidence.read_bytes(), bytes_of_xml)[0].filing
        return read_xml(bytes_of_xml or b"")
    except ValueError as error:
        damaged = evidence if evidence.exists() else xml
        raise UsageError(f"{damaged}: {error}; run over its scan again") from error


def run_holdings(
    out: Path, person: str | None, issuer: str | None, as_json: bool, others: Sequence[Path] = ()
) -> str:
    """What ``ocr-form4 holdings OUT`` prints: the histories whose person and issuer contain the
    words given.

    ``others`` are EDGAR's own XML files: filings of the same persons with which the run's are to go
    on. Raises UsageError for a file that is none.
    """
    loaded = load_filings(out) + [(f"{file.name} (EDGAR)", _edgar(file)) for file in others]
    found = [
        h for h in histories(loaded) if _contains(h.person, person) and _contains(h.issuer, issuer)
    ]
    return format_json(found) if as_json else format_histories(found)


def _edgar(file: Path) -> Filing:
    try:
        return read_xml(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); check the path") from error
    except ValueError as error:
        raise UsageError(
            f"{file}: {error}; give the ownershipDocument that EDGAR publishes"
        ) from error


def _contains(text: str, words: str | None) -> bool:
    return words is None or all(w in text.casefold() for w in words.casefold().split())


def format_histories(found: Sequence[History]) -> str:
    """A table for the terminal: a heading for each history over several filings, a line for each
    filing, and counts.
    """
    lines: list[str] = []
    several = [h for h in found if len(h.entries) > 1]
    for history in several:
        owned = {"D": "direct", "I": "indirect"}.get(history.ownership, history.ownership)
        nature = f" ({history.nature})" if history.nature else ""
        lines.append(f"{history.person} · {history.issuer} · {history.security} · {owned}{nature}")
        width = max(len(e.name) for e in history.entries)
        for e in history.entries:
            numbers = f"{_cell(e.opening):>18} {_cell(e.closing):>18}"
            lines.append(f"  {e.when}  {e.name:<{width}} {numbers}  {_remark(e)}".rstrip())
    gaps = sum(len(h.gaps) for h in found)
    single = len(found) - len(several)
    balances, missing = ("" if n == 1 else "s" for n in (len(several), gaps))
    counts = f"{len(several)} balance{balances} over several filings, {gaps or 'no'} gap{missing}"
    lines.append(f"{counts}; {single} in one filing only")
    return "\n".join(lines)


def _cell(number: Decimal | None) -> str:
    return "-" if number is None else grouped(number)


def _remark(entry: Entry) -> str:
    check = entry.continuity
    if check is None:
        return "first"
    if check.outcome is Outcome.HOLDS:
        return "goes on"
    return (
        "cannot be verified"
        if check.outcome is Outcome.UNVERIFIABLE
        else f"GAP ({check.grade}): {check.message.rsplit(': ', 1)[-1]}"
    )


def format_json(found: Sequence[History]) -> str:
    """The same as one JSON list."""
    return json.dumps([_plain(h) for h in found], ensure_ascii=False, indent=1)


def _plain(history: History) -> dict[str, object]:
    return {
        "person": history.person,
        "issuer": history.issuer,
        "security": history.security,
        "table": history.table.name,
        "ownership": history.ownership,
        "nature": history.nature,
        "entries": [
            {
                "name": e.name,
                "date": e.when.isoformat(),
                "opening": None if e.opening is None else value_text(e.opening),
                "closing": None if e.closing is None else value_text(e.closing),
                "amendment": e.amendment,
                "outcome": str(e.continuity.outcome) if e.continuity else None,
                "grade": str(e.continuity.grade) if e.continuity and e.continuity.grade else None,
                "message": e.continuity.message if e.continuity else "",
            }
            for e in history.entries
        ],
    }
