"""Poppler: pages drawn, and the words of a text layer."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np

from ocr_form4.errors import MissingProgram, PageError
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import Gray, TextWord

SECONDS = 60
"""One page's drawing may take this long."""
_WORD = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', re.S)


def draw_page(path: Path, number: int, dpi: float, size: tuple[int, int]) -> Gray:
    """A page as poppler shows it at ``dpi``, fitted to ``size`` (width, height): 0 is ink. Raises PageError.

    Asked for by resolution, not by size: what pdftoppm takes for the width of a turned page changed with its versions.
    """
    from pdf2image import convert_from_path
    from pdf2image.exceptions import PDFInfoNotInstalledError, PDFPageCountError, PDFPopplerTimeoutError, PDFSyntaxError

    need_poppler("pdftoppm")
    try:
        images = convert_from_path(
            path.resolve(),
            dpi=dpi,  # type: ignore[arg-type]  # goes to pdftoppm as it is, which takes fractions
            first_page=number,
            last_page=number,
            grayscale=True,
            use_cropbox=True,
            timeout=SECONDS,
        )
    except PDFInfoNotInstalledError:
        raise MissingProgram("pdfinfo", "poppler-utils") from None
    except PDFPopplerTimeoutError:
        raise PageError(path, number, f"takes longer than {SECONDS} s to draw", "print it to a new PDF") from None
    except (PDFPageCountError, PDFSyntaxError, OSError, ValueError) as error:
        raise PageError(path, number, f"cannot be drawn ({type(error).__name__})", "scan or save it again") from None
    if not images:
        raise PageError(path, number, "cannot be drawn", "scan or save it again")
    image = images[0].convert("L")
    if max(abs(image.width - size[0]), abs(image.height - size[1])) > 2:  # oblong pixels
        image = image.resize(size)
    return np.ascontiguousarray(np.asarray(image))


def page_words(path: Path, number: int, scale: tuple[float, float]) -> tuple[TextWord, ...]:
    """The text layer's words, in pixels of the page as shown; ``scale`` is its pixels per point along x and y.

    A text layer that cannot be read is a witness less, not an error: the result is then empty.
    """
    need_poppler("pdftotext")
    command = ["pdftotext", "-bbox", "-cropbox", "-f", str(number), "-l", str(number), str(path.resolve()), "-"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ()
    text = done.stdout.decode("utf-8", errors="replace")
    x, y = scale
    return tuple(
        TextWord(html.unescape(m[5]), Box(float(m[1]) * x, float(m[2]) * y, float(m[3]) * x, float(m[4]) * y))
        for m in _WORD.finditer(text)
    )


def need_poppler(program: str) -> None:
    """Raises MissingProgram where a program of poppler's is not installed."""
    if shutil.which(program) is None:
        raise MissingProgram(program, "poppler-utils")
