"""Tesseract, one program for all that a process reads.

Starting it takes as long as reading ten cells: it is started once, and told one picture's name
after the other. In its table of words ``page_num`` counts the pictures. Each is read without regard
to those before it.
"""

from __future__ import annotations

import os
import select
import subprocess
import tempfile
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ocr_form4.errors import MissingProgram
from ocr_form4.pixels.crops import PAPER_SHARE
from ocr_form4.pixels.levels import level_at
from ocr_form4.readers.engine import pytesseract
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

LETTER_HEIGHT = 34
"""Crops are scaled so that their height is about this times 1.5: Tesseract reads capitals of 30
pixels best.
"""
SECONDS = 120
_OPTIONS = "- stdout -l eng --oem 1 --psm 7 -c stream_filelist=1 tsv"
"""Names come through standard input; the LSTM engine with English; a picture is one line; words in
a table.
"""
Words = list[tuple[str, float]]
_HAS_TERMINALS = find_spec("termios") is not None
"""Windows has none that Python can open; there the program is started for each call."""


class TesseractReader:
    """The LSTM engine with English; ``--psm 7``: a crop is one line."""

    name = "tesseract"

    def __init__(self) -> None:
        library = pytesseract()
        try:
            library.get_tesseract_version()
        except library.TesseractNotFoundError as error:
            raise MissingProgram("tesseract", "tesseract-ocr") from error
        self._program = str(library.pytesseract.tesseract_cmd)
        self._running: _Running | _Each | None = None

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        if not crops:
            return []
        import cv2

        if self._running is None or not self._running.is_alive():
            self._running = _Running(self._program) if _HAS_TERMINALS else _Each(self._program)
        with tempfile.TemporaryDirectory(prefix="ocr-form4-") as folder:
            names = []
            for k, crop in enumerate(crops):
                name = str(Path(folder, f"{k}.png"))
                cv2.imwrite(name, _prepare(crop), [cv2.IMWRITE_PNG_COMPRESSION, 0])
                names.append(name)
            blank = str(Path(folder, "blank.png"))
            cv2.imwrite(blank, np.full((24, 24), 255, np.uint8))
            try:
                found = self._running.words(names, blank)
            except BaseException:
                self._running = None  # what it still has to say answers no later question
                raise
        return [_reading(self.name, words) for words in found]


class _Running:
    """The program at work. It ends when its standard input does: with this object, or with this
    process.
    """

    def __init__(self, program: str) -> None:
        import pty
        import tty

        # to a terminal it writes line by line; to a pipe, only when kilobytes have gathered
        self._output, theirs = pty.openpty()
        tty.setraw(theirs)
        self._process = subprocess.Popen(
            [program, *_OPTIONS.split()],
            stdin=subprocess.PIPE, stdout=theirs, stderr=subprocess.DEVNULL,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )  # fmt: skip
        os.close(theirs)
        self._asked = 0
        self._said = b""
        self._end = weakref.finalize(self, _end, self._process, self._output)

    def is_alive(self) -> bool:
        return self._end.alive and self._process.poll() is None

    def words(self, pictures: Sequence[str], blank: str) -> list[Words]:
        """The words of each picture with their confidence, 0 ... 1. Raises RuntimeError where the
        program fails.

        A ``blank`` picture is asked for last: once its first line comes, all lines of the others
        have.
        """
        assert self._process.stdin is not None
        first = self._asked + 1
        self._asked += len(pictures) + 1
        try:
            self._process.stdin.write("".join(f"{name}\n" for name in (*pictures, blank)).encode())
            self._process.stdin.flush()
            table = self._until(b"1\t%d\t" % self._asked)
        except (OSError, TimeoutError) as error:
            self._end()
            raise RuntimeError(f"tesseract failed: {error}") from error
        return _words(table, first, len(pictures))

    def _until(self, line: bytes) -> bytes:
        """What the program says before a line that begins so."""
        ends = time.monotonic() + SECONDS
        while (at := self._said.find(b"\n" + line)) < 0:
            if not select.select([self._output], [], [], max(0.0, ends - time.monotonic()))[0]:
                raise TimeoutError(f"no answer in {SECONDS} s")
            self._said += os.read(self._output, 1 << 16)
        before, self._said = self._said[:at], self._said[at:]
        return before


class _Each:
    """The program, started anew for each call: it says all when its input ends."""

    def __init__(self, program: str) -> None:
        self._program = program

    def is_alive(self) -> bool:
        return True

    def words(self, pictures: Sequence[str], blank: str) -> list[Words]:
        """As _Running's."""
        try:
            done = subprocess.run(
                [self._program, *_OPTIONS.split()],
                 input="".join(f"{name}\n" for name in pictures).encode(),
                capture_output=True, timeout=SECONDS, check=True, env={**os.environ,
                "OMP_THREAD_LIMIT": "1"},
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError) as error:
            raise RuntimeError(f"tesseract failed: {error}") from error
        return _words(done.stdout.replace(b"\r\n", b"\n"), 1, len(pictures))


def _words(table: bytes, first: int, count: int) -> list[Words]:
    """The words of ``count`` pictures, of which the first is called ``first``, from the program's
    table.
    """
    found: list[Words] = [[] for _ in range(count)]
    for row in table.decode().split("\n"):
        cells = row.split("\t")
        if (
            len(cells) == 12
            and cells[0] == "5"
            and first <= int(cells[1]) < first + count
            and cells[11].strip()
        ):
            found[int(cells[1]) - first].append(
                (cells[11].strip(), max(0.0, float(cells[10])) / 100)
            )
    return found


def _end(process: subprocess.Popen[bytes], output: int) -> None:
    """Ends the program, without an orphan or a time to wait."""
    process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # of names that a program which died never took
            process.stdin.close()
    os.close(output)


def _prepare(crop: Gray) -> Gray:
    """Scaled to the height Tesseract likes, on a margin of paper: without one it loses letters at
    the edge.
    """
    import cv2

    height = max(1, crop.shape[0])
    factor = 1.5 * LETTER_HEIGHT / height
    if factor > 1.15 or factor < 0.7:
        factor = min(3.0, factor)
        how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        crop = np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=how))
    paper = int(level_at(crop, PAPER_SHARE))
    return np.asarray(cv2.copyMakeBorder(crop, 12, 12, 16, 16, cv2.BORDER_CONSTANT, value=paper))


def _reading(name: str, found: Words) -> Reading:
    return Reading(
        name,
        " ".join(t for t, _ in found),
        round(min((c for _, c in found), default=0.0), 3),
        words=tuple(round(c, 3) for t, c in found for _ in t.split()),
    )
