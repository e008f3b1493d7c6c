"""What OUT has of a scan already: whether it is read, whether its name is another's."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ocr_form4.errors import DocumentError
from ocr_form4.out.files import searchable_path
from ocr_form4.out.filings import damage
from ocr_form4.out.ledger import Ledger
from ocr_form4.out.place import Place
from ocr_form4.run.events import Event, Note
from ocr_form4.scans import Scan
from ocr_form4.settings import Settings
from ocr_form4_models.schema import short_path


@dataclass(frozen=True, slots=True)
class Already:
    """What OUT has, as its ledger and its files tell; ``software`` and ``settings`` are those of
    this run, ``urls`` where scans were fetched from, by where they lie.
    """

    ledger: Ledger
    place: Place
    software: str
    settings: Settings
    urls: Mapping[Path, str]
    tell: Callable[[Event], None]

    def place_of(self, path: Path) -> str:
        """Where a scan is, as the ledger keeps it."""
        return self.urls.get(path) or str(path.absolute())

    def refused_as(self, scan: Scan) -> str:
        """Under which name a scan is entered whose NAME is another's; no NAME is like that."""
        place = self.place_of(scan.path).encode("utf-8", "surrogatepass")
        return f"{scan.name}/%~{hashlib.sha256(place).hexdigest()[:16]}"

    def is_read(self, scan: Scan, sha256: str) -> bool:
        """Whether a scan was read as it would be now, and all that was written of it is whole."""
        row = self.ledger.document(scan.name)
        if row is None or not row.done:
            return False
        if (row.sha256, row.software, row.settings) != (
            sha256,
            self.software,
            self.settings.fingerprint(),
        ):
            return False
        filings = self.ledger.filings(scan.name)
        names = [f.name for f in filings]
        files = [p for name in names for p in files_of(self.place.folder, name, self.settings)]
        whole = (
            bool(files)
            and all(p.is_file() for p in files)
            and not any(self._is_damaged(name) for name in names)
        )
        if whole and (row.path != self.place_of(scan.path) or any(f.kept for f in filings)):
            self.ledger.moved(scan.name, self.place_of(scan.path))
        return whole

    def _is_damaged(self, name: str) -> bool:
        """Whether a filing's files were spoiled since they were written; its document is then read
        again.
        """
        why = damage(self.place.folder, name)
        if why:
            self.tell(
                Note(
                    f"{self.place.told(f'filings/{name}.json')}: damaged ({why}); reading its scan "
                    "again"
                )
            )
        return bool(why)

    def taken(self, scan: Scan, sha256: str) -> DocumentError | None:
        """Why a scan is not read into this OUT: its NAME is that of another one, whose results it
        would replace.
        """
        row = self.ledger.document(scan.name)
        other = row if row and self.ledger.filings(scan.name) else None
        if other is None or other.path == self.place_of(scan.path) or other.sha256 == sha256:
            return None
        problem = f"would replace what was read of {other.path}, which is called {scan.name} too"
        advice = (
            "give the folder that holds both, or another OUT; --on-existing overwrite replaces it"
        )
        return DocumentError(scan.path, problem, advice)

    def tell_of_decisions_left_behind(self, scan: Scan, sha256: str) -> None:
        """Decisions belong to a scan's content: those about what lay here before are in nothing
        that is read now.
        """
        row = self.ledger.document(scan.name)
        if row is None or row.sha256 == sha256 or row.path != self.place_of(scan.path):
            return
        paths = [
            c.path for by_page in self.ledger.corrections(row.sha256).values() for c in by_page
        ]
        if paths:
            first = (
                f"{short_path(paths[0])} the first of {len(paths)}"
                if len(paths) > 1
                else short_path(paths[0])
            )
            self.tell(
                Note(
                    f"{scan.name}: not the same scan as before; what was decided about that one "
                    f"({first}) stays in the "
                    f"ledger under its SHA-256 {row.sha256[:16]}…, and is not in what is read now"
                )
            )


def files_of(out: Path, name: str, settings: Settings) -> list[Path]:
    """A filing's XML, JSON and, where wanted, searchable PDF."""
    files = [out / "filings" / f"{name}{suffix}" for suffix in (".xml", ".json")]
    return [*files, searchable_path(out, name)] if settings.searchable_pdf else files
