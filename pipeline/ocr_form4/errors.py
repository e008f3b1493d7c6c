"""What can go wrong, as one tree. Each class carries the command's exit status; ``cli.main``
catches it in one place.

A message is one line that names the file (or program, or folder) and says what to do. Errors travel
between processes, so every one can be pickled: its arguments are its constructor's.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class Form4Error(Exception):
    """Root of the errors that are told to the user in one line; anything else is a bug and keeps
    its traceback.
    """

    exit_code: ClassVar[int] = 1


class UsageError(Form4Error):
    """The command cannot mean anything: a bad option, or nothing to read."""

    exit_code = 2


class DocumentError(Form4Error):
    """A document could not be read. ``problem`` and ``advice`` are sentences without their full
    stop.
    """

    exit_code = 3

    def __init__(self, path: Path | str, problem: str, advice: str) -> None:
        super().__init__(path, problem, advice)
        self.path = str(path)
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}; {self.advice}"


class UnsupportedDocument(DocumentError):
    """None of the formats that are read, whatever its name says; a portfolio."""


class EncryptedDocument(DocumentError):
    """Asks for a password."""


class EmptyDocument(DocumentError):
    """No bytes, or no pages."""


class TruncatedDocument(DocumentError):
    """Ends before it should: a download or copy that broke off."""


class DamagedDocument(DocumentError):
    """Its structure, or a page's image, cannot be decoded."""


class TooLargeDocument(DocumentError):
    """Beyond a limit of :class:`ocr_form4.settings.Settings`."""


class PageError(DocumentError):
    """One page could not be decoded; the document's other pages may be fine. ``number`` counts from
    1.
    """

    def __init__(self, path: Path | str, number: int, problem: str, advice: str) -> None:
        super().__init__(path, problem, advice)
        self.args = (path, number, problem, advice)
        self.number = number

    def __str__(self) -> str:
        return f"{self.path}: page {self.number}: {self.problem}; {self.advice}"


class NoFilingFound(DocumentError):
    """Readable, and none of its pages is a form's."""


class InternalError(DocumentError):
    """A bug met while reading it; the traceback goes to the log."""


class DocumentTimeout(DocumentError):
    """Took longer than its pages may take."""


class DocumentTooHungry(DocumentError):
    """The process reading it passed the memory limit."""


class WorkerCrash(DocumentError):
    """The process reading it died, and a second one too."""


class MissingProgram(Form4Error):
    """A program or library that the work needs is not installed.

    Either the program and its Debian package, or one sentence that says all.
    """

    exit_code = 4

    def __init__(self, program: str, package: str = "") -> None:
        super().__init__(program, package)
        self.program = program
        self.package = package

    def __str__(self) -> str:
        if not self.package:
            return self.program
        return f"{self.program} is not installed; on Debian and Ubuntu: apt install {self.package}"


class OutputError(Form4Error):
    """The results cannot be written."""

    exit_code = 5


class OutputLocked(OutputError):
    """Another run is writing to the same place."""


class TooManyFailures(Form4Error):
    """More documents failed than ``--max-failures`` allows; the run stopped."""

    exit_code = 3


class Interrupted(Form4Error):
    """Stopped by the user; what was finished is kept."""

    exit_code = 130
