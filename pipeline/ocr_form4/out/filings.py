"""The filings that lie in OUT: their names, and what their files hold."""

from __future__ import annotations

from pathlib import Path

from ocr_form4.formats.evidence_json import read_json
from ocr_form4_models.evidence import Evidence, Software, Source


def filing_names(out: Path) -> list[str]:
    """NAME of every filing of OUT, sorted."""
    folder = out / "filings"
    return sorted(
        p.relative_to(folder).as_posix().removesuffix(".json")
        for p in folder.rglob("*.json")
        if p.is_file()
    )


def read_filing(out: Path, name: str) -> tuple[Evidence, Source, Software]:
    """A filing's evidence with its footnote marks. Raises OSError, and ValueError for files that
    are not a run's.
    """
    return read_json(
        (out / "filings" / f"{name}.json").read_bytes(),
        (out / "filings" / f"{name}.xml").read_bytes(),
    )


def damage(out: Path, name: str) -> str:
    """Why a filing's files cannot be used, as after a disk's or a copy's failure; empty where they
    can.

    Damage that leaves both well formed, such as one digit for another, is not seen.
    """
    try:
        read_filing(out, name)
    except (OSError, ValueError) as error:
        return str(error)
    return ""
