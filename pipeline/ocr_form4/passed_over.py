"""Files in a folder of scans that are not read: told in one line a kind, never passed over in
silence.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from ocr_form4.out.addresses import is_url
from ocr_form4.stages.rasterize import IMAGE_SUFFIXES, SUFFIXES
from ocr_form4.stages.rasterize.kinds import file_kind

_NAMED = 3
"""Names that a line gives."""
_LOOKED_INTO = 100
"""Files of one suffix that are opened; the others of it are taken for what the first was."""
_LEDGER = "run.sqlite"


def passed_over(
    inputs: Iterable[Path | str], out: Path | str, pages_as_filing: bool = False
) -> list[str]:
    """A line for each kind of file under the given folders that is no scan by its suffix.

    Hidden files and the results of runs are left out. Nothing is raised for what cannot be looked
    into.
    """
    own = None if is_url(out) else Path(out).resolve()
    names: dict[str, list[str]] = {}
    by_suffix: dict[str, list[str]] = {}
    for given in inputs:
        if is_url(given) or not Path(given).is_dir():
            continue
        for path in _others(Path(given), own, pages_as_filing):
            seen = by_suffix.setdefault(path.suffix.lower(), [])
            if len(seen) < _LOOKED_INTO:
                seen.append(_kind(path))
            kind = seen[-1] if len(seen) < _LOOKED_INTO else seen[0]
            names.setdefault(kind, []).append(_printable(path.relative_to(given).as_posix()))
    return [_line(kind, names[kind]) for kind in sorted(names)]


def _others(folder: Path, own: Path | None, pages_as_filing: bool) -> Iterator[Path]:
    suffixes = SUFFIXES - IMAGE_SUFFIXES if pages_as_filing else SUFFIXES
    for here, folders, files in os.walk(folder):
        results = _LEDGER in files
        folders[:] = sorted(
            f
            for f in folders
            if not f.startswith(".") and not results and (Path(here) / f).resolve() != own
        )
        for name in sorted(files):
            suffix = Path(name).suffix.lower()
            taken = suffix in suffixes or (pages_as_filing and suffix in IMAGE_SUFFIXES)
            if not (taken or results or name.startswith(".")):
                yield Path(here) / name


def _kind(path: Path) -> str:
    """In words; nothing but regular files is opened."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "no file but a pipe, a device or a socket"
        with path.open("rb") as file:
            head = file.read(1024)
    except FileNotFoundError:
        return "a link to nothing"
    except (OSError, ValueError):
        return "unreadable"
    if head.startswith((b"%PDF-", b"II*\0", b"MM\0*", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        return "a scan by its content but not by its suffix; give it by its name"
    suffix = f" ({path.suffix.lower()})" if path.suffix else " without a suffix"
    return file_kind(head) or ("empty" if not head else f"an unknown kind{suffix}")


def _line(kind: str, names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED]) + (
        f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    )
    count = f"{len(names):,} files, each" if len(names) > 1 else "1 file,"
    return f"passed over: {count} {kind}: {shown}"


def _printable(name: str) -> str:
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
