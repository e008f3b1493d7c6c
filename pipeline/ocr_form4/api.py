"""``read``, ``Reader`` and ``open_run``: the package as a library. It prints nothing, and logs by
``logging``.
"""

from __future__ import annotations

import json
import logging
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ocr_form4.errors import UsageError
from ocr_form4.settings import READERS, Settings
from ocr_form4_models.check import Check
from ocr_form4_models.evidence import Evidence, Software, Source
from ocr_form4_models.field import Field
from ocr_form4_models.page import PageReport

if TYPE_CHECKING:
    import layoutparser as lp
    import pandas as pd

    from ocr_form4.readers import Readers

log = logging.getLogger("ocr_form4")
Scan = str | Path | bytes


@dataclass(frozen=True)
class Filing:
    """One filing as read. Nothing in it changes; what a person corrected is in it as ``corrected``
    fields.

    ``name`` is its NAME; ``source`` says of which document (path, SHA-256, pages), ``software``
    with which versions.
    """

    name: str
    evidence: Evidence
    source: Source
    software: Software

    @property
    def status(self) -> str:
        """``complete``, or ``partial`` where a page or a region could not be read."""
        return str(self.evidence.status)

    @property
    def fields(self) -> Mapping[str, Field]:
        """Every field by its path (the element's XPath, or ``page:…``), in the order of the
        document.

        A field's ``value`` is a ``Decimal``, ``date``, ``bool``, ``str`` or None; its
        ``confidence`` a probability; its ``place`` a page (from 1) and a box in pixels of the page
        as a viewer shows it, origin top left.
        """
        return self.evidence.filing.fields

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every rule of the form that was held against the fields, and what came of it."""
        return self.evidence.checks

    @property
    def pages(self) -> tuple[PageReport, ...]:
        """What became of each page: size in pixels, dots per inch, rotation in degrees, status."""
        return self.evidence.pages

    def to_xml(self) -> bytes:
        """The filing as EDGAR's ``ownershipDocument``: UTF-8, the bytes of ``filings/NAME.xml``."""
        from ocr_form4.formats.edgar_xml import write_xml

        return write_xml(self.evidence.filing)

    def to_json(self) -> bytes:
        """The evidence as UTF-8 JSON: the bytes of ``filings/NAME.json``."""
        from ocr_form4.formats.evidence_json import write_json

        return write_json(self.evidence, self.source, self.software)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts and lists, in the shape of the package's JSON Schema."""
        found: dict[str, Any] = json.loads(self.to_json())
        return found

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """``transactions`` and ``holdings`` in the types of the Parquet files, and the SEC's eight
        tables by name.

        The SEC's tables have text in every column, as their files have. Columns are told in the
        documentation.
        """
        from ocr_form4.formats.rows import lines_of
        from ocr_form4.formats.sec345 import CONFIDENCE, TABLES, SecTables
        from ocr_form4.out.tables import typed_table

        lines = list(lines_of(self.name, self.evidence))
        frames: dict[str, pd.DataFrame] = {
            stem: typed_table(
                [line for is_holding, line in lines if is_holding is holdings], holdings
            ).to_pandas()
            for holdings, stem in ((False, "transactions"), (True, "holdings"))
        }
        sec = SecTables()
        sec.add(self.name, self.evidence)
        for table, columns in (TABLES | {CONFIDENCE: sec.confidence_columns}).items():
            frames[table] = _frame(sec.rows[table], columns)
        return frames

    def to_layouts(self) -> tuple[lp.Layout, ...]:
        """Each page's regions as layoutparser has them, in pixels of the page as a viewer shows it:
        header, tables, text, and within them boxes, captions and cells, each with its ``parent``.
        """
        import layoutparser as lp

        return tuple(lp.load_dict(dict(page.layout)) for page in self.pages)

    def __repr__(self) -> str:
        review = sum(f.status == "review" for f in self.fields.values())
        return (
            f"Filing({self.name!r}, {self.status}, {len(self.fields)} fields, {review} to review)"
        )


def _frame(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns), dtype="str")


class Reader:
    """The engines, loaded once and kept warm for many documents. Use it in a ``with``; threads take
    turns.

    ``readers`` says which engines take part (``form``, ``paddle``, ``tesseract``, ``textlayer``),
    ``max_wrong`` how many of 10,000 accepted fields may be expected wrong. Raises UsageError for a
    reader that does not exist, MissingProgram where an engine is not installed.
    """

    def __init__(
        self,
        readers: Sequence[str] = READERS,
        max_wrong: float | None = None,
        *,
        settings: Settings | None = None,
    ) -> None:
        unknown = [r for r in readers if r not in READERS]
        if unknown or not readers:
            raise UsageError(
                f"readers: {', '.join(unknown) or 'none given'}; choose from {', '.join(READERS)}"
            )
        if max_wrong is not None and not 0 < max_wrong < float("inf"):
            raise UsageError("max_wrong: must be more than 0")
        if settings is None:
            wrong = Settings().max_wrong_per_10000 if max_wrong is None else float(max_wrong)
            settings = Settings(readers=tuple(readers), max_wrong_per_10000=wrong)
        self.settings = settings
        self._lock = threading.Lock()
        self._engines: Readers | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets the engines go. Reading again loads them again."""
        with self._lock:
            self._engines = None

    @cached_property
    def _software(self) -> Software:
        from ocr_form4.versions import software

        return software(self.settings)

    def read(self, scan: Scan, *, name: str = "") -> tuple[Filing, ...]:
        """Every filing of a document: a path, or the bytes of a PDF or picture.

        ``name`` is the first filing's NAME, by default the file's without its suffix (``document``
        for bytes); a second filing's has its first page behind it (``NAME.p3``). Raises
        DocumentError where the document cannot be opened or holds no form, MissingProgram where a
        program is not installed.
        """
        if isinstance(scan, bytes):
            with tempfile.TemporaryDirectory(prefix="ocr-form4-") as folder:
                path = Path(folder) / "document"
                path.write_bytes(scan)
                return self._read(path, name or "document", "")
        path = Path(scan)
        return self._read(path, name or path.stem, path.name)

    def _read(self, path: Path, name: str, source: str) -> tuple[Filing, ...]:
        from ocr_form4.filing import read_document
        from ocr_form4.readers import make_readers
        from ocr_form4.scans import content_hash

        sha256, _ = content_hash(path)
        with self._lock:
            if self._engines is None:
                self._engines = make_readers(self.settings)
            found = read_document(path, self.settings, self._engines)
        pages = max((p.number for evidence in found for p in evidence.pages), default=0)
        log.info("%s: %d filings", name, len(found))
        return tuple(
            Filing(
                name if number == 0 else f"{name}.p{evidence.first_page}", evidence,
                Source(source or name, sha256, pages), self._software,
            )
            for number, evidence in enumerate(found)
        )  # fmt: skip


_shared: list[Reader] = []


def read(scan: Scan, *, name: str = "") -> tuple[Filing, ...]:
    """Every filing of a document, with engines that are loaded once and stay for the next call.

    As :meth:`Reader.read` with the settings of the command. For other settings, or to let the
    engines go again, make a :class:`Reader`.
    """
    if not _shared:
        _shared.append(Reader())
    return _shared[0].read(scan, name=name)


class Run:
    """What a run wrote, to be looked at. Nothing is changed. ``folder`` is where it lies on this
    machine.
    """

    def __init__(self, out: str | Path) -> None:
        from ocr_form4.out.filings import filing_names
        from ocr_form4.out.place import reading

        with reading(out) as folder:
            self.folder = Path(folder)
        if not (self.folder / "filings").is_dir():
            raise UsageError(
                f"{out}: no results there; give the folder or URL that a run wrote to with -o"
            )
        self.names: tuple[str, ...] = tuple(filing_names(self.folder))

    def filing(self, name: str) -> Filing:
        """A filing by its NAME. Raises KeyError where there is none, ValueError where its files are
        damaged.
        """
        from ocr_form4.out.filings import read_filing

        if name not in self.names:
            raise KeyError(name)
        return Filing(name, *read_filing(self.folder, name))

    def __iter__(self) -> Iterator[Filing]:
        return (self.filing(name) for name in self.names)

    def __len__(self) -> int:
        return len(self.names)

    def transactions(self, *, draw: int | None = None) -> pd.DataFrame:
        """A line per transaction row; shares in units, prices in dollars, dates as timestamps.

        With ``draw`` (from 1) every doubtful value is that of one draw of ``--draws``. Raises
        UsageError where there is no such draw.
        """
        return self._table("transactions", draw)

    def holdings(self, *, draw: int | None = None) -> pd.DataFrame:
        """A line per row that only restates a holding; as :meth:`transactions`."""
        return self._table("holdings", draw)

    def draws(self) -> pd.DataFrame:
        """``filing``, ``path``, ``draw``, ``value`` of ``draws.parquet``. Raises UsageError where
        the run made none.
        """
        import pandas as pd

        if not (self.folder / "draws.parquet").is_file():
            raise UsageError(f"{self.folder}: no draws there; run with --draws M")
        return pd.read_parquet(self.folder / "draws.parquet")

    def sec(self, table: str) -> pd.DataFrame:
        """One of the SEC's eight tables, or ``CONFIDENCE``, with text in every column. Raises
        UsageError for others.
        """
        import pandas as pd

        file = self.folder / "sec345" / f"{table}.tsv"
        if not table.replace("_", "").isalnum() or not file.is_file():
            raise UsageError(f"{table}: no such table in {file.parent}")
        return pd.read_csv(file, sep="\t", quoting=3, dtype="str", keep_default_na=False)

    def _table(self, stem: str, draw: int | None) -> pd.DataFrame:
        import pandas as pd

        frame = pd.read_parquet(self.folder / f"{stem}.parquet")
        if draw is None:
            return frame
        from ocr_form4.out.draws import drawn_table

        return drawn_table(frame, self.draws(), draw)


def open_run(out: str | Path) -> Run:
    """The results in a folder or at a URL. Raises UsageError where there are none."""
    return Run(out)
