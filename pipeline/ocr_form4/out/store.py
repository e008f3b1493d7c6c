"""The files below a URL that results are put to, through fsspec. A reader never meets half a file
there.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from ocr_form4.errors import Form4Error, OutputError
from ocr_form4.out import addresses
from ocr_form4.out.addresses import keep_to, open_url, shown, told
from ocr_form4.out.files import PART

PAUSES = (1.0, 5.0, 25.0)
"""Seconds before what failed is tried again: a network that is away for a moment ends no run."""
SLOWEST = 20_000
"""Bytes a second: a store that takes or gives less is as good as one that answers no more."""
AT_ONCE = 200
"""Files handed over together where the file system sends many at a time."""
_FINAL = (
    PermissionError,
    FileNotFoundError,
    NotADirectoryError,
    IsADirectoryError,
    NotImplementedError,
    ValueError,
)
T = TypeVar("T")


class Store:
    """``url`` is OUT's; names are paths below it. Every method raises OutputError, naming the URL,
    where it fails.

    Until ``patient`` is set a failure is final: what cannot be reached at the beginning is told at
    once.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.patient = False
        self._made: set[str] = set()
        self._listed: dict[str, int] = {}
        self._silence = addresses.SILENCE
        self._open()

    def _open(self) -> None:
        try:
            self._system, self._root = open_url(self.url)
        except Form4Error:
            raise
        except Exception as error:  # every file system has errors of its own
            advice = "check the address, the network and your credentials"
            raise self._error(self.url, error, "reached", advice) from None

    @property
    def _renames(self) -> bool:
        """Whether the file system has a rename of its own. Object stores have none, and show only
        whole objects.
        """
        from fsspec import AbstractFileSystem

        return type(self._system).mv is not AbstractFileSystem.mv

    def _limit(self, size: int = 0) -> dict[str, float]:
        """What a call is given so that it ends where the store answers no more: seconds, for so
        many bytes.

        File systems that know no such limit (SFTP's) have their own (:func:`keep_to`).
        """
        return {"timeout": self._silence + size / SLOWEST} if self._system.async_impl else {}

    def _wait_at_most(self, seconds: float) -> None:
        """For an answer from now on."""
        self._silence = seconds
        keep_to(self._system, seconds)

    def sizes(self) -> dict[str, int]:
        """Bytes of every file there, by name."""

        def find() -> dict[str, Any]:
            self._system.invalidate_cache()
            try:
                return dict(self._system.find(self._root, detail=True, **self._limit()))
            except FileNotFoundError:
                return {}

        found = self._try("", find, "listed")
        if self._root in found:
            raise OutputError(f"{shown(self.url)}: is a file; give a folder with -o")
        skip = len(self._root) + 1 if self._root else 0
        self._listed = {path[skip:]: int(info["size"] or 0) for path, info in found.items()}
        return dict(self._listed)

    def read(self, name: str) -> bytes | None:
        """None where there is no such file."""

        def cat() -> bytes | None:
            try:
                return bytes(self._system.cat_file(self._path(name), **self._limit()))
            except FileNotFoundError:
                return None

        return self._try(name, cat, "read")

    def write(self, name: str, data: bytes) -> None:
        def send(path: str) -> None:
            self._system.pipe_file(path, data, **self._limit(len(data)))

        self._try(name, lambda: self._whole(name, send))

    def put(self, folder: Path, names: Sequence[str]) -> None:
        """Files below ``folder``, each under its name; whole or not at all."""
        for some in _some(names):
            limit = self._limit(sum((folder / n).stat().st_size for n in some))
            put = partial(self._system.put, **limit)
            if self._renames or not self._together(put, [folder / n for n in some], some):
                for name in some:
                    self._try(name, lambda name=name: self._put_one(folder, name))  # type: ignore[misc]

    def get(self, folder: Path, names: Sequence[str]) -> None:
        """Files from there to below ``folder``."""
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
        for some in _some(names):
            limit = self._limit(sum(self._listed.get(n, 0) for n in some))
            get = partial(self._system.get, **limit)
            if not self._together(
                lambda here, there, get=get: get(there, here),  # type: ignore[misc]
                [folder / n for n in some],
                some,
            ):
                for name in some:
                    self._try(name, lambda name=name: self._get_one(folder, name), "read")  # type: ignore[misc]

    def remove(self, names: Iterable[str]) -> None:
        """Files that may be gone already."""
        for name in names:

            def remove(path: str = self._path(name)) -> None:
                self._system.rm_file(path, **self._limit())

            with contextlib.suppress(FileNotFoundError):
                self._try(name, remove, gone=True)

    def _together(
        self,
        send: Callable[[list[str], list[str]], object],
        here: Sequence[Path],
        names: Sequence[str],
    ) -> bool:
        """Many at a time; False where one of them failed, and each is to be tried alone."""
        try:
            send([str(path) for path in here], [self._path(n) for n in names])
        except Exception as error:  # every file system has errors of its own
            self._note(error)  # the one that lasts is told
            return False
        return True

    def _put_one(self, folder: Path, name: str) -> None:
        limit = self._limit((folder / name).stat().st_size)
        self._whole(name, lambda path: self._system.put_file(str(folder / name), path, **limit))

    def _get_one(self, folder: Path, name: str) -> None:
        limit = self._limit(self._listed.get(name, 0))
        self._system.get_file(self._path(name), str(folder / name), **limit)

    def _whole(self, name: str, send: Callable[[str], object]) -> None:
        """``send`` to a temporary name and renamed, where there is a rename; else straight to its
        own.
        """
        path = self._path(name)
        if not self._renames:
            send(path)
            return
        parent = str(PurePosixPath(path).parent)
        if parent not in self._made and parent not in (".", "/"):
            self._system.makedirs(parent, exist_ok=True)
            self._made.add(parent)
        send(path + PART)
        try:
            self._system.mv(path + PART, path)
        except FileExistsError:  # a rename that does not replace
            self._system.rm_file(path)
            self._system.mv(path + PART, path)

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if self._root else name

    def _try(self, name: str, do: Callable[[], T], verb: str = "written", gone: bool = False) -> T:
        """``do()``, again after a pause where it may have been the network; ``gone``:
        FileNotFoundError goes on up.
        """
        for pause in (*(PAUSES if self.patient else ()), None):
            try:
                answer = do()
                self._note(None)
                return answer
            except Exception as error:  # every file system has errors of its own
                self._note(error)
                if gone and isinstance(error, FileNotFoundError):
                    raise
                if pause is None or isinstance(error, _FINAL):
                    if not isinstance(error, _FINAL):
                        # given up: what is still tried while the run ends is tried once
                        self.patient = False
                    what = f"{self.url}/{name}" if name else self.url
                    advice = (
                        "see that you may do that there, and run the same command again: what is "
                        "finished is kept"
                    )
                    raise self._error(what, error, verb, advice) from error
                time.sleep(pause)
                type(self._system).clear_instance_cache()  # a connection that broke stays broken
                with contextlib.suppress(OutputError):
                    self._open()
                    keep_to(self._system, self._silence)
        raise AssertionError("the last try has no pause")

    def _note(self, error: Exception | None) -> None:
        """Whoever has said nothing for long is asked again in haste, until there is an answer."""
        if isinstance(error, TimeoutError):
            self._wait_at_most(min(addresses.HASTE, addresses.SILENCE))
        elif error is None and self._silence != addresses.SILENCE:
            self._wait_at_most(addresses.SILENCE)

    def _error(self, what: str, error: Exception, verb: str, advice: str) -> OutputError:
        text = told(self.url, error)[:200] or "no answer"
        return OutputError(
            f"{shown(what)}: cannot be {verb} ({type(error).__name__}: {text}); {advice}"
        )


def _some(names: Sequence[str]) -> Iterable[Sequence[str]]:
    return (names[start : start + AT_ONCE] for start in range(0, len(names), AT_ONCE))
