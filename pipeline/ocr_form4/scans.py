"""Finding the scans of a run, and naming what is made of them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ocr_form4.errors import DocumentError, Form4Error, TooLargeDocument, UsageError
from ocr_form4.out.addresses import below, is_url, open_url, shown, told
from ocr_form4.out.files import FOLDERS
from ocr_form4.out.names import name_of, plain
from ocr_form4.stages.rasterize import IMAGE_SUFFIXES, SUFFIXES, page_files

LEDGER = "run.sqlite"
"""What tells that a folder is an OUT, this run's or another's."""


@dataclass(frozen=True, slots=True)
class Scan:
    """``name`` is its NAME; ``source`` its path below the folder that was given, with its suffix.

    ``url`` is set for a scan that lies elsewhere, without a password: ``path`` is then where it is
    put while it is read, ``given`` the URL that was given, and ``key`` the path in its file system.
    """

    path: Path
    name: str
    source: str
    url: str = ""
    given: str = ""
    key: str = ""


def find_scans(
    inputs: Iterable[Path | str],
    out: Path | str,
    pages_as_filing: bool = False,
    put: Path | None = None,
) -> list[Scan]:
    """Every PDF, TIFF, PNG, JPEG, HEIC and WebP under the inputs, sorted by name; hidden files and
    OUT are left out.

    A file that is named outright is taken whatever its suffix. A URL (``s3://bucket/box3``,
    whatever fsspec opens) is listed, and its scans have their place below ``put``. With
    ``pages_as_filing`` the images of a folder are one scan, named as the folder. Raises UsageError
    for an input that does not exist, for nothing to read, and for two scans of the same name.
    """
    found: dict[Path, Scan] = {}
    for number, text in enumerate(inputs):
        if is_url(text) and put is not None:
            found |= {scan.path: scan for scan in _listed(str(text), put / str(number), out)}
            continue
        given = Path(text)
        if not given.exists():
            raise UsageError(f"{given}: does not exist; check the path")
        if given.is_dir():
            for path in _walk(given, None if is_url(out) else Path(out).resolve(), pages_as_filing):
                relative = path.relative_to(given).as_posix()
                found.setdefault(
                    path, Scan(path, "", relative if relative != "." else given.resolve().name)
                )
        else:
            found.setdefault(given, Scan(given, "", given.name))
    if not found:
        raise UsageError("nothing to read: no PDF, TIFF, PNG, JPEG, HEIC or WebP there")
    names = _names([s.source for s in found.values()])
    scans = [
        replace(s, name=n, source=plain(s.source))
        for s, n in zip(found.values(), names, strict=True)
    ]
    seen: dict[str, Scan] = {}
    for scan in scans:
        if scan.name in seen:
            both = " and ".join(s.url or str(s.path) for s in (seen[scan.name], scan))
            raise UsageError(
                f"{both}: both would be named {scan.name}; give the folder that holds both instead"
            )
        seen[scan.name] = scan
    return sorted(scans, key=lambda s: s.name)


def _walk(folder: Path, out: Path | None, pages_as_filing: bool) -> list[Path]:
    """A folder that cannot be listed is among them: nothing is passed over in silence."""
    found: list[Path] = []
    closed: list[Path] = []
    for here, folders, files in os.walk(
        folder, onerror=lambda error: closed.append(Path(error.filename))
    ):
        results = FOLDERS if LEDGER in files else ()
        folders[:] = sorted(
            f
            for f in folders
            if not f.startswith(".") and f not in results and (Path(here) / f).resolve() != out
        )
        wanted = SUFFIXES
        if pages_as_filing:
            wanted = SUFFIXES - IMAGE_SUFFIXES
            if page_files(Path(here)):
                found.append(Path(here))
        found += [
            Path(here) / f
            for f in sorted(files)
            if not f.startswith(".") and Path(f).suffix.lower() in wanted
        ]
    return found + closed


def _listed(url: str, put: Path, out: Path | str) -> list[Scan]:
    """Every scan below a URL, but for those below ``out`` and the results of other runs.

    Raises UsageError, MissingProgram.
    """
    try:
        system, root = open_url(url)
        single = bool(system.isfile(root))
        files = [root] if single else sorted(map(str, system.find(root)))
    except Form4Error:
        raise
    except Exception as error:  # every file system has errors of its own
        raise UsageError(
            f"{shown(url)}: cannot be listed ({type(error).__name__}: {told(url, error)}); check it"
        ) from None
    own = _address(str(out) if is_url(out) else f"file://{Path(out).resolve().as_posix()}")
    runs = {file.removesuffix(LEDGER) for file in files if file.endswith(f"/{LEDGER}")}
    found = []
    for number, file in enumerate(files):
        relative = file.rpartition("/")[2] if single else file[len(root) :].lstrip("/")
        if not _wanted(relative) or any(
            file.startswith(f"{run}{own_}/") for run in runs for own_ in FOLDERS
        ):
            continue
        if own is None or not (own[0] is type(system) and file.startswith(f"{own[1]}/")):
            path = put / str(number) / (name_of(relative.rpartition("/")[2]))
            where = url if single else below(url, relative)
            found.append(Scan(path, "", relative, plain(shown(where)), url, file))
    return found


def _wanted(relative: str) -> bool:
    """Whether a key is that of a scan: by its suffix, and hidden nowhere. What leads out (``..``)
    hides nothing.
    """
    parts = relative.split("/")
    hidden = any(p.startswith(".") and p not in (".", "..") for p in parts)
    return not hidden and PurePosixPath(parts[-1]).suffix.lower() in SUFFIXES


def _address(url: str) -> tuple[type, str] | None:
    """A URL's kind of file system and the path in it; None where that cannot be reached: the run
    will tell.
    """
    with contextlib.suppress(Exception):
        system, path = open_url(url)
        return type(system), path
    return None


def fetch(scan: Scan, max_bytes: int) -> None:
    """Puts a scan that lies elsewhere at its ``path``. Raises DocumentError."""
    try:
        system, _ = open_url(scan.given)
        size = system.info(scan.key).get("size")
        if size is None or size <= max_bytes:
            scan.path.parent.mkdir(parents=True, exist_ok=True)
            system.get_file(scan.key, str(scan.path))
            return
    except Exception as error:
        problem = f"cannot be fetched ({type(error).__name__}: {told(scan.given, error)})"
        raise DocumentError(scan.url, problem, "check the address and the network") from None
    raise _too_large(scan.url, size, max_bytes)


def _names(sources: list[str]) -> list[str]:
    """NAMEs: without the suffix, or with it where two would share the name, or one would look like
    another's part.
    """
    bare = [name_of(_without_suffix(s)) for s in sources]
    counts = Counter(bare)
    whole = {k for k, name in enumerate(bare) if counts[name] > 1 or _base_of_part(name) in counts}
    while True:  # x.pdf and x.tif are called so in full, and then so is x.pdf.tif
        names = [name_of(s) if k in whole else bare[k] for k, s in enumerate(sources)]
        counts = Counter(names)
        more = {k for k, name in enumerate(names) if counts[name] > 1} - whole
        if not more:
            return names
        whole |= more


def _without_suffix(source: str) -> str:
    path = PurePosixPath(source)
    return path.with_suffix("").as_posix() if path.suffix.lower() in SUFFIXES else source


def _base_of_part(name: str) -> str | None:
    """``scan17`` of ``scan17.p5``, the name of a file's second filing."""
    match = re.fullmatch(r"(.+)\.p\d+", name)
    return match[1] if match else None


def content_hash(path: Path, max_bytes: int | None = None) -> tuple[str, int]:
    """(SHA-256 in hexadecimal, bytes) of a file, or of a folder's images in turn.

    Raises DocumentError, also for what is no file (a pipe, a device), which is not opened, and
    TooLargeDocument before more than ``max_bytes`` are read.
    """
    digest, size = hashlib.sha256(), 0
    try:
        for file in page_files(path) if path.is_dir() else [path]:
            with _opened(file) as handle:
                expected = size + os.fstat(handle.fileno()).st_size
                while expected <= (max_bytes or expected) and (block := handle.read(1 << 20)):
                    digest.update(block)
                    size += len(block)
                    expected = max(expected, size)  # it may be growing
                if max_bytes is not None and expected > max_bytes:
                    raise _too_large(path, expected, max_bytes)
    except OSError as error:
        raise DocumentError(
            path, f"cannot be opened ({error.strerror})", "check the file and its permissions"
        ) from None
    except ValueError as error:  # a NUL in its name
        raise DocumentError(path, f"cannot be opened ({error})", "check its name") from None
    return digest.hexdigest(), size


@contextmanager
def textual(path: Path) -> Iterator[Path]:
    """A path to the same document that is text, as libraries want it; the path itself where it
    is.
    """
    if plain(str(path)) == str(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="ocr-form4-") as folder:
        link = Path(folder, f"document{plain(path.suffix)}")
        try:
            link.symlink_to(path.absolute())
        except OSError as error:
            raise DocumentError(
                path, f"cannot be opened ({error.strerror})", "give it a plain name"
            ) from None
        yield link


def _opened(file: Path) -> BinaryIO:
    """A regular file, open; anything else is refused without waiting for a byte of it."""
    problem = "is no file but a pipe, a device or a socket"
    if not stat.S_ISREG(file.stat().st_mode):
        raise DocumentError(file, problem, "give the scan itself")
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):  # exchanged in between
        os.close(handle)
        raise DocumentError(file, problem, "give the scan itself")
    return os.fdopen(handle, "rb")


def _too_large(path: Path | str, size: int, max_bytes: int) -> TooLargeDocument:
    return TooLargeDocument(
        path,
        f"has {size:,} bytes, more than {max_bytes:,}",
        "split it, or raise the limit with --max-bytes",
    )
