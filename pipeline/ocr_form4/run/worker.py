"""One document's work, as every executor does it: read, put corrections over it, write it down as
bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ocr_form4.errors import (
    DocumentError,
    DocumentTooHungry,
    Form4Error,
    InternalError,
    NoFilingFound,
)
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.formats.evidence_json import write_json
from ocr_form4.out.corrections import apply_corrections
from ocr_form4.out.ledger_rows import Correction
from ocr_form4.scans import content_hash, textual
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Evidence, Software, Source


@dataclass(frozen=True, slots=True)
class Task:
    """A document to read. ``name`` is its NAME, ``source`` its path below the folder that was
    given.
    """

    name: str
    source: str
    path: Path
    sha256: str
    size: int
    corrections: Mapping[int, tuple[Correction, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilingOutput:
    """A filing's files, ready to be written."""

    name: str
    xml: bytes
    json: bytes
    pdf: bytes | None = None


@dataclass(frozen=True, slots=True)
class Result:
    filings: tuple[FilingOutput, ...]
    pages: int


Tell = Callable[[int], None]
"""Called with the number of pages as soon as it is known, and again where a sheet holds two: a
document's time depends on it.
"""
Work = Callable[[Task, Tell], Result]
MakeWork = Callable[[], Work]
"""Made once in each worker, so that engines are warm; must be picklable."""
ReadDocument = Callable[..., tuple[Evidence, ...]]
"""Called as ``read_document(path, settings=settings, readers=readers, tell=tell)``."""


def make_work(
    settings: Settings,
    software: Software,
    read_document: ReadDocument | None = None,
    make_readers: Callable[[Settings], Any] | None = None,
) -> Work:
    """The real work with warm readers. Raises MissingProgram where a reader cannot be had."""
    read, make = read_document, make_readers
    if read is None:
        from ocr_form4 import filing

        read = filing.read_document
    if make is None:
        from ocr_form4 import readers as engines

        make = engines.make_readers
    from ocr_form4.versions import follow_arithmetic

    follow_arithmetic(software.versions.get("arithmetic", ""))
    readers = make(settings)

    def work(task: Task, tell: Tell) -> Result:
        of_task = partial(read, settings=settings, readers=readers, tell=tell)
        return read_task(task, settings, software, of_task, tell)

    return work


def read_task(
    task: Task,
    settings: Settings,
    software: Software,
    read: Callable[[Path], tuple[Evidence, ...]],
    tell: Tell,
) -> Result:
    """Raises DocumentError, never another error for what a document holds."""
    from ocr_form4.stages.rasterize import open_document

    with open_document(task.path, settings) as document:
        pages = document.page_count
    tell(pages)
    found = read(task.path)
    if not found:
        raise NoFilingFound(
            task.path,
            "no page of it is a Form 4",
            "leave it out, or look whether it was scanned whole",
        )
    # a sheet may hold two pages
    pages = max([pages, *(page.number for evidence in found for page in evidence.pages)])
    source = Source(task.source, task.sha256, pages)
    outputs = []
    for number, evidence in enumerate(found):
        name = task.name if number == 0 else f"{task.name}.p{evidence.first_page}"
        corrected = apply_corrections(evidence, task.corrections.get(evidence.first_page, ()))
        pdf = None
        if settings.searchable_pdf:
            from ocr_form4.formats.searchable_pdf import write_pdf

            pdf = write_pdf(task.path, corrected, settings)
        outputs.append(
            FilingOutput(
                name, write_xml(corrected.filing), write_json(corrected, source, software), pdf
            )
        )
    if task.sha256 and content_hash(task.path)[0] != task.sha256:
        raise DocumentError(
            task.path, "changed while it was being read", "run the same command again"
        )
    return Result(tuple(outputs), pages)


def attempt(work: Work, task: Task, tell: Tell) -> Result | DocumentError:
    """The work with every failure of the document as a DocumentError; what is no fault of its goes
    on up.
    """
    try:
        with textual(task.path) as path:
            try:
                return work(replace(task, path=path), tell)
            except DocumentError as error:
                return renamed(error, path, task.path)
    except DocumentError as error:
        return error
    except Form4Error:
        raise
    except MemoryError:
        return DocumentTooHungry(
            task.path, "needs more memory than there is", "read it alone with --jobs 1"
        )
    except Exception as error:
        import traceback

        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        problem = f"a bug: {type(error).__name__} in {place}: {' '.join(str(error).split())[:200]}"
        return InternalError(task.path, problem, "please report it with the file")


def renamed(error: DocumentError, here: Path, there: Path) -> DocumentError:
    """An error that names the file as the user knows it."""
    arguments: list[Any] = [
        there if isinstance(a, (str, Path)) and str(a) == str(here) else a for a in error.args
    ]
    return type(error)(*arguments)
