"""Addresses of what lies elsewhere: ``s3://bucket/box3``, ``sftp://host/scans``, whatever fsspec
opens.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ocr_form4.errors import MissingProgram, UsageError

SILENCE = 120.0
"""Seconds that a server may say nothing while it is asked; most libraries would wait for ever."""
HASTE = 10.0
"""And while it is tried again after such a silence."""


def is_url(text: Path | str) -> bool:
    return isinstance(text, str) and "://" in text


def as_out(text: str) -> Path | str:
    """OUT as it was given: a folder of this machine, also as ``file://``, or the URL of one
    elsewhere.
    """
    if not is_url(text):
        return Path(text)
    if text.startswith(("file://", "local://")):
        from fsspec.implementations.local import LocalFileSystem

        return Path(LocalFileSystem._strip_protocol(text))
    return text.rstrip("/") if not text.endswith("://") else text


_PASSWORD = re.compile(r"(?<=://)([^/:@\s]*):([^/\s]*)@")
_SECRET = re.compile(
    r"([?&][^=&\s]*(?:sig|token|secret|key|pass|credential)[^=&\s]*=)([^&\s]+)", re.I
)


def shown(url: Path | str) -> str:
    """As it is told to the user and kept in the ledger: a password in it is nobody's business."""
    return _SECRET.sub(r"\1…", _PASSWORD.sub(r"\1:…@", str(url)))


def told(url: str, text: object) -> str:
    """What a file system says about a URL, in one line and without the URL's secrets."""
    line = " ".join(str(text).split())
    for secret in (
        *(m[2] for m in _PASSWORD.finditer(url)),
        *(m[2] for m in _SECRET.finditer(url)),
    ):
        line = line.replace(secret, "…").replace(unquote(secret), "…") if secret else line
    return shown(line)


def below(url: str, path: str) -> str:
    """The address of what lies below a URL; what it is packed in
    (``zip://box::s3://bucket/box.zip``) stays behind.
    """
    first, packed, rest = url.partition("::")
    return f"{first if first.endswith('://') else first.rstrip('/') + '/'}{path}{packed}{rest}"


def open_url(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it.

    Raises UsageError where no such kind of address is known, MissingProgram where the package for
    it is not there, and whatever the file system raises where it cannot be reached.
    """
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(url)
    except ImportError as error:
        what = str(error).strip() if error.args and error.args[0] else str(error.__cause__)
        raise MissingProgram(
            f"{shown(url)}: needs a package that is not installed ({what}); pip install it"
        ) from None
    except ValueError as error:
        if "protocol" not in str(error).lower():
            raise
        advice = "give a folder, or an address such as s3://bucket/folder or sftp://host/folder"
        raise UsageError(f"{shown(url)}: no such kind of address is known; {advice}") from None
    keep_to(system, SILENCE)
    return system, str(path).rstrip("/")


def keep_to(system: Any, seconds: float) -> None:
    """Makes it an error where a server of paramiko's (SFTP) says nothing for that time."""
    if channel := getattr(getattr(system, "ftp", None), "get_channel", None):
        channel().settimeout(seconds)
        # else its tracebacks go to the terminal
        logging.getLogger("paramiko").addHandler(logging.NullHandler())
