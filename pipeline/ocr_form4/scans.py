"""Finding the scans of a run, and naming what is made of them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ocr_form4.errors import DocumentError, Form4Error, UsageError
from ocr_form4.out.addresses import is_url, open_url, shown
from ocr_form4.stages.rasterize import IMAGE_SUFFIXES, SUFFIXES, page_files


@dataclass(frozen=True, slots=True)
class Scan:
    """``name`` is its NAME; ``source`` its path below the folder that was given, with its suffix.

    ``url`` is set for a scan that lies elsewhere: ``path`` is then where it is put while it is read.
    """

    path: Path
    name: str
    source: str
    url: str = ""


def find_scans(
    inputs: Iterable[Path | str], out: Path | str, pages_as_filing: bool = False, put: Path | None = None
) -> list[Scan]:
    """Every PDF, TIFF, PNG, JPEG, HEIC and WebP under the inputs, sorted by name; hidden files and OUT are left out.

    A file that is named outright is taken whatever its suffix. A URL (``s3://bucket/box3``, whatever fsspec opens) is
    listed, and its scans have their place below ``put``. With ``pages_as_filing`` the images of a folder are one
    scan, named as the folder. Raises UsageError for an input that does not exist, for nothing to read, and for two
    scans of the same name.
    """
    found: dict[Path, str] = {}
    urls: dict[Path, str] = {}
    for text in inputs:
        if is_url(text) and put is not None:
            for path, source, url in _listed(str(text), put / str(len(urls)), out):
                found[path], urls[path] = _printable(source), url
            continue
        given = Path(text)
        if not given.exists():
            raise UsageError(f"{given}: does not exist; check the path")
        if given.is_dir():
            for path in _walk(given, None if is_url(out) else Path(out).resolve(), pages_as_filing):
                relative = path.relative_to(given).as_posix()
                found.setdefault(path, _printable(relative if relative != "." else given.resolve().name))
        else:
            found.setdefault(given, _printable(given.name))
    if not found:
        raise UsageError("nothing to read: no PDF, TIFF, PNG, JPEG, HEIC or WebP there")
    names = _names(list(found.values()))
    scans = [Scan(p, n, s, urls.get(p, "")) for (p, s), n in zip(found.items(), names, strict=True)]
    seen: dict[str, Path] = {}
    for scan in scans:
        if scan.name in seen:
            both = f"{seen[scan.name]} and {scan.path}"
            raise UsageError(f"{both}: both would be named {scan.name}; give the folder that holds both instead")
        seen[scan.name] = scan.path
    return sorted(scans, key=lambda s: s.name)


def _walk(folder: Path, out: Path | None, pages_as_filing: bool) -> list[Path]:
    found: list[Path] = []
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (Path(here) / f).resolve() != out)
        wanted = SUFFIXES
        if pages_as_filing:
            wanted = SUFFIXES - IMAGE_SUFFIXES
            if page_files(Path(here)):
                found.append(Path(here))
        found += [Path(here) / f for f in sorted(files) if not f.startswith(".") and Path(f).suffix.lower() in wanted]
    return found


def _listed(url: str, put: Path, out: Path | str) -> list[tuple[Path, str, str]]:
    """(local place, path below the URL, own URL) of every scan below a URL, but for those below ``out``.

    Raises UsageError, MissingProgram.
    """
    try:
        system, root = open_url(url)
        files = [root] if system.isfile(root) else sorted(system.find(root))
    except Form4Error:
        raise
    except Exception as error:  # every file system has errors of its own
        raise UsageError(f"{shown(url)}: cannot be listed ({type(error).__name__}: {error}); check it") from None
    own = f"{_address(str(out))}/" if is_url(out) else None
    base = PurePosixPath(root).parent if files == [root] else PurePosixPath(root)
    found = []
    for number, file in enumerate(files):
        path = PurePosixPath(file)
        if path.suffix.lower() in SUFFIXES and not path.name.startswith("."):
            address = str(system.unstrip_protocol(file))
            if own is None or not address.startswith(own):
                found.append((put / str(number) / path.name, path.relative_to(base).as_posix(), address))
    return found


def _address(url: str) -> str:
    """A URL as its file system writes it, or as it stands where that cannot be reached: the run will tell."""
    with contextlib.suppress(Exception):
        system, path = open_url(url)
        return str(system.unstrip_protocol(path))
    return url


def fetch(scan: Scan) -> None:
    """Puts a scan that lies elsewhere at its ``path``. Raises DocumentError."""
    try:
        system, file = open_url(scan.url)
        scan.path.parent.mkdir(parents=True, exist_ok=True)
        system.get_file(file, str(scan.path))
    except Exception as error:
        problem = f"cannot be fetched ({type(error).__name__}: {error})"
        raise DocumentError(scan.url, problem, "check the address and the network") from None


def _names(sources: list[str]) -> list[str]:
    """NAMEs: without the suffix, or with it where two would share the name, or one would look like another's part."""
    bare = [_without_suffix(s) for s in sources]
    counts = Counter(bare)
    return [
        source if counts[name] > 1 or _base_of_part(name) in counts else name
        for source, name in zip(sources, bare, strict=True)
    ]


def _without_suffix(source: str) -> str:
    path = PurePosixPath(source)
    return path.with_suffix("").as_posix() if path.suffix.lower() in SUFFIXES else source


def _base_of_part(name: str) -> str | None:
    """``scan17`` of ``scan17.p5``, the name of a file's second filing."""
    match = re.fullmatch(r"(.+)\.p\d+", name)
    return match[1] if match else None


def _printable(name: str) -> str:
    """A file's name may be any bytes; NAME is text."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def content_hash(path: Path) -> tuple[str, int]:
    """(SHA-256 in hexadecimal, bytes) of a file, or of a folder's images in turn. Raises DocumentError."""
    digest, size = hashlib.sha256(), 0
    try:
        for file in page_files(path) if path.is_dir() else [path]:
            with file.open("rb") as opened:
                while block := opened.read(1 << 20):
                    digest.update(block)
                    size += len(block)
    except OSError as error:
        raise DocumentError(
            path, f"cannot be opened ({error.strerror})", "check the file and its permissions"
        ) from None
    return digest.hexdigest(), size
