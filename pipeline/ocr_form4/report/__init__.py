"""The confidence audit of a run: ``OUT/report.html``, with pictures and filings' data beside it in
``OUT/report/``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr_form4.errors import Form4Error
from ocr_form4.out.files import PART
from ocr_form4.report.collect import Run, Tally, evidence_files, read_evidence, run_data, summarize
from ocr_form4.report.page import json_for_script, report_page
from ocr_form4.report.pictures import (
    FOLDER,
    crop_picture,
    page_picture,
    remove_stale,
    save_pictures,
    url,
)
from ocr_form4.report.run_ledger import RunLedger, read_ledger

if TYPE_CHECKING:
    from ocr_form4.histories import History

__all__ = ["save_pictures", "write_report"]
CHARTS_SHOWN = 60
"""Histories that are drawn at most; ``ocr-form4 holdings`` lists them all."""


def write_report(
    out: Path, *, pictures: bool = True, found: Sequence[History] | None = None
) -> Path:
    """Makes ``out/report.html`` of all evidence below ``out/filings``, finished run or not.

    Pictures are made where they are missing and the scan is still there with the same content
    (``pictures=False``: only those that exist are shown). ``found`` are the run's histories, where
    they are known already. Raises OSError where ``out`` cannot be written.
    """
    ledger = read_ledger(out)
    run, tally = Run(title=out.resolve().name), Tally()
    files = list(evidence_files(out))
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as threads:
        prepared = threads.map(
            lambda item: _prepare(out, item[0], item[1], ledger, pictures), files
        )
        for (name, _), result in zip(files, prepared, strict=True):
            if isinstance(result, str):
                run.unreadable.append({"name": name, "reason": result})
                continue
            tally.add(name, result)
            run.filings.append(
                summarize(name, result, url(data_path(name)), ledger.seconds.get(name))
            )
    tally.add_run_checks(ledger.run_checks)
    tally.into(run, calibration_bins())
    run.histories = balance_charts(out, found) if ledger.run_checks else []
    target = out / "report.html"
    _write(target, report_page(run_data(run, ledger)))
    return target


def data_path(name: str) -> str:
    """Path below OUT of a filing's data: a script, because a page opened from disk can load no
    other data.
    """
    return f"{FOLDER}/{name}.js"


def _prepare(
    out: Path, name: str, file: Path, ledger: RunLedger, pictures: bool
) -> dict[str, Any] | str:
    """Pictures and data of one filing; its evidence, or why there is none."""
    try:
        evidence = read_evidence(file)
    except (OSError, ValueError) as error:
        return str(error)
    if pictures:
        save_pictures(out, name, evidence)
        remove_stale(out, name, evidence["source"]["sha256"])
    data = filing_data(out, name, evidence, [c for c in ledger.run_checks if _touches(c, name)])
    _write(out / data_path(name), f"window.ocrForm4Filing({json_for_script(data)});\n")
    return evidence


def _touches(check: Mapping[str, Any], name: str) -> bool:
    return any(place and place[0] == name for place in check["places"])


def filing_data(
    out: Path, name: str, evidence: Mapping[str, Any], run_checks: list[dict[str, Any]]
) -> dict[str, Any]:
    """A filing's evidence with the addresses of its pictures (None where there is none) and its
    footnote marks.
    """
    sha256 = evidence["source"]["sha256"]

    def existing(path: str) -> str | None:
        return url(path) if (out / path).exists() else None

    pages = [
        {**page, "layout": None, "picture": existing(page_picture(name, sha256, page["number"]))}
        for page in evidence["pages"]
    ]
    fields = [
        {**f, "crop": existing(crop_picture(name, sha256, f["page"], f["box"]))}
        if f["status"] != "accepted" and f.get("box") else f
        for f in evidence["fields"]
    ]  # fmt: skip
    return {
        **evidence, "name": name, "pages": pages, "fields": fields, "marks": footnote_marks(out,
            name),
        "runChecks": run_checks,
    }  # fmt: skip


def footnote_marks(out: Path, name: str) -> dict[str, list[str]]:
    """Element path to the ids of the marks printed there, from the filing's XML: the evidence has
    them by row only.
    """
    from ocr_form4.formats.edgar_xml import read_xml

    try:
        filing = read_xml((out / "filings" / f"{name}.xml").read_bytes())
    except (OSError, ValueError):
        return {}
    return {path: list(ids) for path, ids in filing.marks.items()}


def calibration_bins() -> list[tuple[float, int, int]]:
    """(mean confidence, right, count) of the calibration's held-out bins, from its model card; none
    without one.
    """
    from importlib.resources import files

    found = []
    try:
        for card in sorted(
            files("ocr_form4_models").joinpath("weights").iterdir(), key=lambda c: c.name
        ):
            if card.name.endswith(".json"):
                content = json.loads(card.read_text(encoding="utf-8"))
                points = content.get("reliability", []) if isinstance(content, dict) else []
                found += [
                    (float(p["confidence"]), int(p["right"]), int(p["count"])) for p in points
                ]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return found


def balance_charts(out: Path, known: Sequence[History] | None = None) -> list[dict[str, Any]]:
    """A person's balance of a security over the run's filings as SVG: those with gaps first, then
    the longest.
    """
    from ocr_form4.histories import histories
    from ocr_form4.histories.chart import step_chart_svg
    from ocr_form4.histories.holdings import load_filings

    try:
        among = histories(load_filings(out, skip_damaged=True)) if known is None else known
    except (Form4Error, ValueError):
        return []  # a filing that cannot be read is told of already
    found = [h for h in among if len({e.name for e in h.entries}) > 1]
    found.sort(key=lambda h: (-len(h.gaps), -len(h.entries), h.person, h.security))
    return [
        {
            "svg": step_chart_svg(history),
            "gaps": [e.continuity.message for e in history.gaps if e.continuity],
            "filings": list(dict.fromkeys(e.name for e in history.entries)),
        }
        for history in found[:CHARTS_SHOWN]
    ]


def _write(target: Path, text: str) -> None:
    """Whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}{PART}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)
