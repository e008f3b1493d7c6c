"""NAMEs: what a scan's path becomes in OUT, where it must lead nowhere else, fit any disk, and
clash with nothing.

A plain path stays as it is. What could do harm is written as ``%`` and two hexadecimal digits for
each of its bytes, as in an address: bytes that are no UTF-8, control characters and what turns the
direction of writing, ``..``, a dot at a name's beginning, and the dot of a folder that is called
like a result (``x.json/``). What is too long is cut, with ``%~`` and the beginning of its SHA-256.
A ``%`` that would look like either is written ``%25``, so two paths never share a NAME.
"""

from __future__ import annotations

import hashlib
import os
import re

PART_BYTES = 180
"""Of one name between slashes: with what results and pictures have after it, it stays below 255,
where disks end.
"""
NAME_BYTES = 900
"""Of a whole NAME: with OUT before it, it stays below 4,096, where systems end."""
RESULTS = (".json", ".xml", ".pdf", ".js", ".webp")
"""Suffixes that results have; a folder's name may not end in one."""
_CONTROL = "\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""Control characters, ends of lines, changes of direction, and halves of characters."""
_UNPRINTABLE = re.compile(f"[{_CONTROL}]")
_COMMANDING = re.compile(f"(?![\n\t])[{_CONTROL}]")
_ESCAPED = re.compile(f"%(?=[0-9A-Fa-f]{{2}}|~)|[{_CONTROL}]")
_WINDOWS = re.compile(r'[<>:"|?*\\]|[. ]$|(?i:^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$))')


def name_of(path: str) -> str:
    """The NAME of a path with ``/`` between its parts."""
    *folders, last = path.split("/")
    parts = [_part(folder, folder=True) for folder in folders]
    above = "/".join(parts)
    if len(above.encode()) > NAME_BYTES - PART_BYTES:
        above = _cut(above, PART_BYTES)
    return f"{above}/{_part(last)}" if folders else _part(last)


def plain(text: str) -> str:
    """Text for people, a terminal or a database: what is unprintable in it as in a NAME, everything
    else as it is.
    """
    return _UNPRINTABLE.sub(_bytes, text)


def for_terminal(text: str) -> str:
    """Lines that command no terminal: control characters of names and scans are spelt as JSON
    spells them.
    """
    return _COMMANDING.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def for_sheet(value: object) -> object:
    """Text from a scan as no spreadsheet takes it for a formula: with an apostrophe before it.

    A carriage return, which ends a line for some, is a space.
    """
    if not isinstance(value, str):
        return value
    value = value.replace("\r", " ")
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value


def _part(part: str, folder: bool = False) -> str:
    if not part:
        return "%~"
    part = _ESCAPED.sub(_bytes, part)
    if part.startswith("."):
        part = f"%2E{part[1:]}" if part != ".." else "%2E%2E"
    if folder and part.casefold().endswith(RESULTS):
        stem, _, suffix = part.rpartition(".")
        part = f"{stem}%2E{suffix}"
    if os.name == "nt":
        part = _WINDOWS.sub(_bytes, part)
    return part if len(part.encode()) <= PART_BYTES else _cut(part, PART_BYTES)


def _cut(part: str, size: int) -> str:
    digest = hashlib.sha256(part.encode()).hexdigest()[:16]
    begin = part.replace("/", "_").encode()[: size - len(digest) - 2].decode(errors="ignore")
    return f"{re.sub('%[0-9A-Fa-f]?$', '', begin)}%~{digest}"


def _bytes(match: re.Match[str]) -> str:
    """A character's bytes in UTF-8; a byte of a file's name that is none stands for itself."""
    found = match[0]
    single = all("\udc80" <= c <= "\udcff" for c in found)
    data = found.encode("utf-8", "surrogateescape" if single else "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data)
