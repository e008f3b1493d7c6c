"""Pages drawn as a viewer shows them, and the words of a text layer.

PDFium draws: its wheel comes with the package on every system, an image at its own resolution keeps
its pixels to the bit, and a page takes a third of poppler's time (a 300 dpi letter page of two
layers: 0.12 s beside 0.38 s). Poppler draws what PDFium refuses, and gives the text layer's words
where it is installed.
"""

from __future__ import annotations

import ctypes
import html
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np

from ocr_form4.errors import PageError
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import Gray, TextWord

SECONDS = 60
"""One page's drawing may take this long."""
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', re.S
)
_ADVICE = "scan or save it again"


def draw_page(path: Path, number: int, size: tuple[int, int], named: Path | None = None) -> Gray:
    """A page as a viewer shows it, shape (height, width) for ``size`` (width, height): 0 is ink.
    Raises PageError.

    Annotations, filled form fields and the layers that are switched on are part of it. ``named`` is
    how errors call the document, where ``path`` is a copy of it.
    """
    import pypdfium2

    try:
        return _by_pdfium(path, number, size)
    except TimeoutError:
        problem = f"takes longer than {SECONDS} s to draw"
        raise PageError(named or path, number, problem, "print it to a new PDF") from None
    except (pypdfium2.PdfiumError, ValueError, OSError) as error:
        if shutil.which("pdftoppm") is None:
            raise PageError(
                named or path, number, f"cannot be drawn ({_short(error)})", _ADVICE
            ) from None
    return _by_poppler(path, number, size, named or path)


def _by_pdfium(path: Path, number: int, size: tuple[int, int]) -> Gray:
    """Raises PdfiumError, and TimeoutError after ``SECONDS``, looked at between two things
    painted.
    """
    import pypdfium2
    from pypdfium2 import raw

    width, height = size
    deadline = time.monotonic() + SECONDS
    needs_pause = dict(raw.IFSDK_PAUSE._fields_)["NeedToPauseNow"]
    pause = raw.IFSDK_PAUSE(
        version=1, NeedToPauseNow=needs_pause(lambda _: time.monotonic() > deadline)
    )
    with pypdfium2.PdfDocument(path) as pdf:
        pdf.init_forms()
        page: Any = pdf[number - 1]
        bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_Gray)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        where = (bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_GRAYSCALE)
        state = raw.FPDF_RenderPageBitmap_Start(*where, ctypes.byref(pause))
        raw.FPDF_RenderPage_Close(page)
        if state == raw.FPDF_RENDER_TOBECONTINUED:
            raise TimeoutError
        if state != raw.FPDF_RENDER_DONE:
            raise pypdfium2.PdfiumError("drawing failed")
        if pdf.formenv:
            form, *rest = where
            raw.FPDF_FFLDraw(pdf.formenv, form, *rest)
        return np.array(bitmap.to_numpy()).reshape(height, width)


def _by_poppler(path: Path, number: int, size: tuple[int, int], named: Path) -> Gray:
    from pdf2image import convert_from_path
    from pdf2image.exceptions import (
        PDFInfoNotInstalledError,
        PDFPageCountError,
        PDFPopplerTimeoutError,
        PDFSyntaxError,
    )

    try:
        images = convert_from_path(
            path.resolve(), size=size, first_page=number, last_page=number, grayscale=True,
            use_cropbox=True,
            timeout=SECONDS,
        )  # fmt: skip
    except PDFPopplerTimeoutError:
        raise PageError(
            named, number, f"takes longer than {SECONDS} s to draw", "print it to a new PDF"
        ) from None
    except (
        PDFInfoNotInstalledError,
        PDFPageCountError,
        PDFSyntaxError,
        OSError,
        ValueError,
    ) as error:
        raise PageError(
            named, number, f"cannot be drawn ({type(error).__name__})", _ADVICE
        ) from None
    if not images:
        raise PageError(named, number, "cannot be drawn", _ADVICE)
    image = images[0].convert("L")
    # what pdftoppm takes for the width of a turned page changed with its versions
    if image.size != size:
        image = image.resize(size)
    return np.ascontiguousarray(np.asarray(image))


def page_words(path: Path, number: int, scale: tuple[float, float]) -> tuple[TextWord, ...]:
    """The text layer's words, in pixels of the page as shown; ``scale`` is its pixels per point
    along x and y.

    A text layer that cannot be read is a witness less, not an error: the result is then empty.
    """
    if shutil.which("pdftotext") is None:
        return _words_by_pdfium(path, number, scale)
    command = [
        "pdftotext",
        "-bbox",
        "-cropbox",
        "-f",
        str(number),
        "-l",
        str(number),
        str(path.resolve()),
        "-",
    ]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ()
    text = done.stdout.decode("utf-8", errors="replace")
    x, y = scale
    found = (m.groups() for m in _WORD.finditer(text))
    return tuple(
        TextWord(
            html.unescape(said), Box(float(x0) * x, float(y0) * y, float(x1) * x, float(y1) * y)
        )
        for x0, y0, x1, y1, said in found
    )


def _words_by_pdfium(path: Path, number: int, scale: tuple[float, float]) -> tuple[TextWord, ...]:
    import pypdfium2
    from pypdfium2 import raw

    words: list[TextWord] = []
    try:
        with pypdfium2.PdfDocument(path) as pdf:
            page = pdf[number - 1]
            text = page.get_textpage()
            wide, high = round(page.get_width() * scale[0]), round(page.get_height() * scale[1])
            letters, boxes = "", []
            for index in range(text.count_chars() + 1):
                last = index == text.count_chars()
                letter = " " if last else chr(raw.FPDFText_GetUnicode(text, index))
                if not letter.isspace() and letter.isprintable():
                    letters += letter
                    boxes.append(_shown(page, text.get_charbox(index, loose=True), (wide, high)))
                elif letters:
                    x0, y0, x1, y1 = zip(*boxes, strict=True)
                    words.append(TextWord(letters, Box(min(x0), min(y0), max(x1), max(y1))))
                    letters, boxes = "", []
    except (pypdfium2.PdfiumError, ValueError, OSError):
        return ()
    return tuple(words)


def _shown(
    page: Any, box: tuple[float, float, float, float], size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """A box in points of the page (left, bottom, right, top) in pixels of the page as shown (x0,
    y0, x1, y1).
    """
    from pypdfium2 import raw

    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, ctypes.byref(across), ctypes.byref(down))
        corners.append((across.value, down.value))
    (x0, y0), (x1, y1) = corners
    return float(min(x0, x1)), float(min(y0, y1)), float(max(x0, x1)), float(max(y0, y1))


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__
