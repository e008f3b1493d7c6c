"""Writing files so that a reader, a crash or a full disk never meets half a file."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ocr_form4.errors import OutputError, OutputLocked

PART = ".ocr-form4-part"
"""Suffix of a file while it is written; what a killed run leaves of it, the next run removes."""
FOLDERS = ("filings", "searchable", "report", "alto", "sec345")
"""Folders of OUT that are a run's own, with all that is in them. Everything else may be the user's.
"""
FILES = re.compile(
    r"(?:transactions|holdings|draws)\.(?:csv|parquet)|report\.html|certificate\.(?:json|html)|sample\.json"
)
"""Files of OUT itself that are a run's own; the ledger and the claim are apart."""
FETCHED = ".ocr-form4-fetched"
"""Folder of OUT for scans that were fetched to be read."""


def is_own(name: str) -> bool:
    """Whether a path below OUT, with ``/`` between its parts, is that of a result: written by a
    run, its to remove.
    """
    first, *rest = name.split("/")
    if any(not part or part.startswith(".") for part in (first, *rest)) or name.endswith(PART):
        return False
    return first in FOLDERS if rest else FILES.fullmatch(first) is not None


def write_file(path: Path, data: bytes) -> None:
    """To a temporary name in the same folder, flushed to the disk, then renamed. Raises
    OutputError.
    """
    part = path.with_name(path.name + PART)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink()
        raise output_error(path, error) from error


def searchable_path(out: Path, name: str) -> Path:
    """Where a filing's searchable PDF lies: apart from ``filings``, which holds what was read and
    nothing else.
    """
    return out / "searchable" / f"{name}.pdf"


def output_error(path: Path, error: OSError) -> OutputError:
    """What went wrong with the results, and what to do."""
    advice = "give another folder with -o"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "make room and run the same command again, what is finished is kept"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        advice = "make it writable, or give another folder with -o"
    return OutputError(f"{path}: cannot be written ({error.strerror or error}); {advice}")


def sync_folder(folder: Path) -> None:
    """So that the renames in it outlive a power cut, where the file system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove_parts(out: Path) -> None:
    """Removes what a killed run was writing or had fetched, and nothing of the user's. Only with
    the lock held.
    """
    for part in (
        *out.glob(f"*{PART}"),
        *(p for own in FOLDERS for p in (out / own).rglob(f"*{PART}")),
    ):
        with contextlib.suppress(OSError):
            part.unlink()
    shutil.rmtree(out / FETCHED, ignore_errors=True)


@contextmanager
def locked(out: Path, told: str = "") -> Iterator[None]:
    """OUT for one run alone. The lock is on the folder itself and goes with the process, however
    that ends.

    ``told`` is OUT's name where the folder only stands for it. Raises OutputLocked where another
    run holds it, OutputError where OUT cannot be made or written.
    """
    import fcntl

    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = os.open(out, os.O_RDONLY)
    except OSError as error:
        raise output_error(out, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            message = (
                f"{told or out}: another run is writing here; wait for it, or give another folder "
                "with -o"
            )
            raise OutputLocked(message) from None
        except OSError as error:
            raise output_error(out, error) from error
        try:
            probe = out / f".probe{PART}"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise output_error(out, error) from error
        yield
    finally:
        os.close(handle)
