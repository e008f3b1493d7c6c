"""What people decided, written into the results: ``ocr-form4 export OUT``, and as labelled crops
for calibration.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ocr_form4.errors import UsageError
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.formats.evidence_json import kind_of, write_json
from ocr_form4.out.addresses import shown
from ocr_form4.out.corrections import apply_corrections, without_corrections
from ocr_form4.out.files import output_error, searchable_path, write_file
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4.out.ledger import Ledger, open_ledger
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.out.place import reading, writing
from ocr_form4.settings import Settings
from ocr_form4_models.check import Check, Outcome
from ocr_form4_models.evidence import Evidence, Source
from ocr_form4_models.field import Candidate, Field, Status


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: filings rewritten, fields decided in them, and what could not be
    rewritten.
    """

    filings: int
    fields: int
    problems: tuple[str, ...] = ()


def export_corrections(out: Path | str) -> Exported:
    """Rewrites XML, JSON, ledger rows, tables and report of OUT with the corrections of now.

    Doing it again changes nothing; a correction taken back gives the machine's reading back. Raises
    UsageError where ``out`` has no filings, OutputLocked while a run is writing to it, OutputError
    where it cannot be written.
    """
    from ocr_form4.run.rebuild import rebuild

    with reading(out) as folder:
        if not (folder / "filings").is_dir() and not (folder / "run.sqlite").is_file():
            raise UsageError(
                f"{shown(out)}: no results there; give the folder that a run wrote with -o"
            )
    with writing(out) as place, open_ledger(place.folder) as ledger:
        exported = _rewrite(place.folder, ledger)
        rebuild(place.folder)
        place.done()
    return exported


def _rewrite(out: Path, ledger: Ledger) -> Exported:
    """The XML, JSON and ledger rows of every filing that people decided about."""
    filings, fields, problems = 0, 0, []
    documents = {f.name: f.document for f in ledger.filings()}
    for name in filing_names(out):
        try:
            evidence, source, software = read_filing(out, name)
        except (OSError, ValueError) as error:
            problems.append(f"{name}: not rewritten ({error}); run over its scan again")
            continue
        corrections = ledger.corrections(source.sha256, evidence.first_page).get(
            evidence.first_page, ()
        )
        if not corrections and all(f.machine is None for f in evidence.filing.fields.values()):
            continue
        evidence = corrected(evidence, corrections)
        data = write_json(evidence, source, software)
        write_file(out / "filings" / f"{name}.xml", write_xml(evidence.filing))
        write_file(out / "filings" / f"{name}.json", data)
        problems += _pdf_again(out, name, evidence, source)
        ledger.record_filing(name, documents.get(name, name), data)
        filings += 1
        fields += sum(f.status is Status.CORRECTED for f in evidence.filing.fields.values())
    return Exported(filings, fields, tuple(problems))


def _pdf_again(out: Path, name: str, evidence: Evidence, source: Source) -> list[str]:
    """The searchable PDF with the text of now, where the run made one; why not, where it cannot
    be.
    """
    from ocr_form4.formats.searchable_pdf import write_pdf
    from ocr_form4.report.pictures import find_source

    target = searchable_path(out, name)
    if not target.is_file():
        return []
    scan = find_source(out, {"path": source.path, "sha256": source.sha256})
    if scan is None:
        return [f"{target}: keeps its text of before, because its scan is gone or has changed"]
    write_file(target, write_pdf(scan, evidence, Settings()))
    return []


def corrected(evidence: Evidence, corrections: Iterable[Correction]) -> Evidence:
    """The evidence with exactly these corrections, whatever it had before, and its checks held
    again.
    """
    evidence = apply_corrections(without_corrections(evidence), corrections)
    return replace(evidence, checks=checks_again(evidence))


def checks_again(evidence: Evidence) -> tuple[Check, ...]:
    """The checks of the values as they are now.

    What the readers proposed is not kept with a filing: a field up for review counts as doubtful,
    the others as sure. A break that no decision touches keeps the grade it had.
    """
    from ocr_form4.stages.reconcile import reconcile

    fields = evidence.filing.fields
    before = {
        (c.name, c.paths, c.expected, c.found): c.grade
        for c in evidence.checks
        if c.outcome is Outcome.BREAKS
    }
    fixed = evidence.filing.with_fields({path: _fixed(field) for path, field in fields.items()})
    checks = []
    for check in reconcile(fixed)[1]:
        decided = any(fields[p].machine is not None for p in check.paths if p in fields)
        grade = before.get((check.name, check.paths, check.expected, check.found))
        if check.outcome is Outcome.BREAKS and grade is not None and not decided:
            check = replace(check, grade=grade)
        checks.append(check)
    return tuple(checks)


def _fixed(field: Field) -> Field:
    """The field with its value as the only one it can have, believed in half where it is up for
    review.
    """
    if field.status is not Status.REVIEW or field.value is None:
        return replace(field, candidates=())
    return replace(field, candidates=(Candidate(field.value, 0.5),))


def export_crops(out: Path, folder: Path) -> int:
    """Writes what people decided as labelled crops: PNGs and ``labels.tsv`` (file, kind, value,
    machine_value, machine_confidence, path). Returns how many; a scan that is gone or has changed
    gives none.

    Raises UsageError where ``out`` has no ledger, OutputError where ``folder`` cannot be written.
    """
    if not (out / "run.sqlite").is_file():
        raise UsageError(
            f"{out}: no run.sqlite there, so nothing was corrected; give the folder that a run "
            "wrote"
        )
    lines = ["file\tkind\tvalue\tmachine_value\tmachine_confidence\tpath"]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open_ledger(out) as ledger:
            for name in filing_names(out):
                lines += _crops_of(out, name, ledger, folder, len(lines))
    except OSError as error:
        raise output_error(folder, error) from error
    write_file(folder / "labels.tsv", ("\n".join(lines) + "\n").encode())
    return len(lines) - 1


def _crops_of(out: Path, name: str, ledger: Ledger, folder: Path, number: int) -> list[str]:
    """The label lines of one filing's crops, numbered from ``number``."""
    from ocr_form4.report.pictures import crop, find_source, scan_pages

    found = json.loads((out / "filings" / f"{name}.json").read_bytes())
    first = min((p["number"] for p in found["pages"]), default=1)
    decided = {
        c.path: c for c in ledger.corrections(found["source"]["sha256"], first).get(first, ())
    }
    fields = [f for f in found["fields"] if f["path"] in decided and f["box"]]
    source = find_source(out, found["source"]) if fields else None
    if source is None:
        return []
    rotations = {p["number"]: p["rotation"] for p in found["pages"]}
    lines: list[str] = []
    shown = {f["page"] for f in fields}
    for page in scan_pages(source, [p for p in found["pages"] if p["number"] in shown]):
        for field in (f for f in fields if f["page"] == page.number):
            file = f"{number + len(lines):06d}.png"
            crop(page.pixels, page.dpi, tuple(field["box"]), rotations[page.number]).save(
                folder / file
            )
            lines.append(_label(file, decided[field["path"]]))
    return lines


def _label(file: str, correction: Correction) -> str:
    c = correction
    values = (file, kind_of(c.path), c.value, c.machine_value, c.machine_confidence, c.path)
    return "\t".join("" if v is None else " ".join(str(v).split()) for v in values)


def summary_line(out: Path | str, exported: Exported) -> str:
    """What the command says about an export."""
    lines = [
        f"{shown(out)}: {exported.fields} decided fields in {exported.filings} filings written"
    ]
    return "\n".join([*lines, *exported.problems])
