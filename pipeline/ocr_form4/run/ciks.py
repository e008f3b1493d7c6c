"""CIKs from a local list: ``export --cik-list FILE``. A name that only one of it bears tells its
CIK.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ocr_form4.errors import UsageError
from ocr_form4.formats.edgar_xml import NO_CIK, write_xml
from ocr_form4.formats.evidence_json import write_json
from ocr_form4.out.files import write_file
from ocr_form4.out.filings import filing_names, read_filing
from ocr_form4.out.ledger import open_ledger
from ocr_form4.out.place import writing
from ocr_form4_models.field import Field, Kind, Status
from ocr_form4_models.form4 import ROOT, Filing
from ocr_form4_models.reason import Code, Reason

_LINE = re.compile(r"^(.+):(\d{1,10}):?\s*$")
_SHOWN = 5


def plain_name(name: str) -> str:
    """A name as it is looked up: capitals and digits, no punctuation; EDGAR's suffixes (``/DE/``)
    are part of it.
    """
    return " ".join(re.sub(r"[^A-Z0-9/&]+", " ", name.upper().replace("'", "")).split())


def read_list(file: Path, wanted: set[str]) -> dict[str, list[str]]:
    """The CIKs, ten digits each, of every wanted name. Raises UsageError where the file is not
    there or no list.
    """
    found: dict[str, set[str]] = {}
    lines = 0
    try:
        with file.open(encoding="latin-1") as opened:
            for line in opened:
                if match := _LINE.match(line):
                    lines += 1
                    if (name := plain_name(match[1])) in wanted:
                        found.setdefault(name, set()).add(match[2].zfill(10))
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); check the path") from error
    if not lines:
        raise UsageError(f"{file}: no line of it is NAME:CIK: as in the SEC's cik-lookup-data.txt")
    return {name: sorted(ciks) for name, ciks in found.items()}


def _pairs(filing: Filing) -> Iterator[tuple[str, Field | None]]:
    """The path of every CIK and the name's field that tells it."""
    yield f"{ROOT}/issuer/issuerCik", filing.get("issuer/issuerName")
    for number in range(1, filing.count("reportingOwner") + 1):
        at = f"{ROOT}/reportingOwner[{number}]/reportingOwnerId"
        yield f"{at}/rptOwnerCik", filing.get(f"{at}/rptOwnerName")


def with_ciks(filing: Filing, known: dict[str, list[str]]) -> Filing:
    """The filing with its CIKs. One that several bear, or whose name is in doubt, is up for review;
    none is zeros.
    """
    return filing.with_fields({path: _cik(name, known) for path, name in _pairs(filing)})


def _cik(name: Field | None, known: dict[str, list[str]]) -> Field:
    text = name.text if name else ""
    ciks = known.get(plain_name(text), [])
    if name is None or not ciks:
        reason = Reason(
            Code.CIK_NOT_LISTED, f"the list has no “{text}”" if text else "the name was not read"
        )
        return Field(
            Kind.TEXT, NO_CIK, derived=True, confidence=0.0, status=Status.REVIEW, reasons=(reason,)
        )
    if len(ciks) > 1:
        some = ", ".join(ciks[:_SHOWN]) + (", …" if len(ciks) > _SHOWN else "")
        reason = Reason(Code.CIK_NOT_ALONE, f"the list has {len(ciks)} of this name: {some}")
        return Field(
            Kind.TEXT, NO_CIK, derived=True, confidence=0.0, status=Status.REVIEW, reasons=(reason,)
        )
    status = Status.REVIEW if name.status is Status.REVIEW else Status.ACCEPTED
    reason = Reason(Code.CIK_BY_NAME, f"by the name “{text}”, which one of the list bears")
    return Field(
        Kind.TEXT,
        ciks[0],
        derived=True,
        confidence=name.confidence,
        status=status,
        reasons=(reason,),
    )


def fill_ciks(out: Path | str, file: Path) -> list[str]:
    """Writes XML and JSON of OUT's filings with the CIKs that a list tells; what to say about it.

    Raises UsageError for a file that is no list, OutputError where OUT cannot be written. Tables
    and report are the caller's to make again.
    """
    told = {"accepted": 0, "review": 0}
    with writing(out) as place, open_ledger(place.folder) as ledger:
        loaded = {}
        for name in filing_names(place.folder):
            try:
                loaded[name] = read_filing(place.folder, name)
            except (OSError, ValueError):
                continue  # told of by the export itself
        wanted = {
            plain_name(f.text)
            for evidence, _, _ in loaded.values()
            for f in _names(evidence.filing)
        }
        known = read_list(file, wanted)
        documents = {f.name: f.document for f in ledger.filings()}
        for name, (evidence, source, software) in loaded.items():
            filing = with_ciks(evidence.filing, known)
            for path, _ in _pairs(filing):
                told[str(filing.fields[path].status)] += 1
            data = write_json(replace(evidence, filing=filing), source, software)
            write_file(place.folder / "filings" / f"{name}.xml", write_xml(filing))
            write_file(place.folder / "filings" / f"{name}.json", data)
            ledger.record_filing(name, documents.get(name, name), data)
        place.done()
    return [f"{file}: {told['accepted']} CIKs found, {told['review']} for review"]


def _names(filing: Filing) -> Iterable[Field]:
    return (name for _, name in _pairs(filing) if name is not None)
