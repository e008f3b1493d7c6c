"""What is made of all filings in OUT together: the checks over filings, the tables, the report."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ocr_form4.errors import OutputError
from ocr_form4.out.files import write_file
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.tables import write_tables
from ocr_form4_models.check import Check

DRAWS, ALTO = "draws.parquet", "alto"


def rebuild(out: Path, draws: int | None = None, alto: bool = False) -> dict[str, str]:
    """The run's checks, tables and report from the filings' JSON. Raises OutputError.

    Returns the filings whose files are damaged, with what is wrong with them; they are left out.
    """
    from ocr_form4.histories.holdings import histories, load_filings

    found = histories(load_filings(out, skip_damaged=True)) if filing_names(out) else ()
    with open_ledger(out) as ledger:
        ledger.set_run_checks(
            _run_check(e.continuity) for h in found for e in h.entries if e.continuity
        )
    damaged = write_tables(out)
    if draws is not None or (out / DRAWS).is_file():
        from ocr_form4.out.draws import write_draws

        write_draws(out, draws)
    if alto or (out / ALTO).is_dir():
        _write_alto(out)
    from ocr_form4.report import write_report

    try:
        write_report(out, found=found)
    except OSError as error:
        raise OutputError(
            f"{out / 'report.html'}: cannot be written ({error.strerror}); make room or writable"
        ) from error
    return damaged


def _write_alto(out: Path) -> None:
    """``alto/NAME.xml`` of every filing of OUT, and no other. Raises OutputError."""
    from ocr_form4.formats.alto import write_alto

    wanted = set()
    for name in filing_names(out):
        with contextlib.suppress(OSError, ValueError):  # told of where the tables are made
            wanted.add(out / ALTO / f"{name}.xml")
            write_file(out / ALTO / f"{name}.xml", write_alto(*read_filing(out, name)))
    for file in (out / ALTO).rglob("*.xml"):
        if file not in wanted:
            file.unlink(missing_ok=True)


def _run_check(check: Check) -> tuple[str, str, str | None, str, str, str, list[list[str]]]:
    """A check over filings, whose paths are NAME:PATH, as the ledger keeps it."""
    places = [[name, f"/{path}"] for name, _, path in (p.partition(":/") for p in check.paths)]
    grade = str(check.grade) if check.grade else None
    return check.name, str(check.outcome), grade, check.expected, check.found, check.message, places
