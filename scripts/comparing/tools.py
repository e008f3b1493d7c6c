"""The tools that are compared: how each is made ready, and how it reads a document into text and
rows.

Each gets what serves it: pages at 300 dpi, its own way of turning and levelling pages where it has
one, one thread.
"""

from __future__ import annotations

import subprocess
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocr_form4_models.page import Gray

DPI = 300
REFERENCE = "tesseract"
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Said:
    """What a tool made of a document.

    ``rows`` are the rows of its tables, cells joined; ``xml`` and ``review`` (the paths of fields
    up for review) are this software's alone.
    """

    text: str
    rows: tuple[str, ...] = ()
    xml: str = ""
    review: tuple[str, ...] = ()


Read = Callable[[Path], Said]


@dataclass(frozen=True, slots=True)
class Tool:
    """``make`` loads the tool and gives what reads a document. Raises ImportError where the tool is
    not installed.
    """

    title: str
    how: str
    packages: tuple[str, ...]
    programs: tuple[str, ...]
    install: str
    make: Callable[[], Read]

    def versions(self) -> str:
        every = [f"{p} {version(p)}" for p in self.packages]
        if "tesseract" in self.programs:
            every.append(_first_line("tesseract", "--version"))
        return ", ".join(every)


def _tesseract() -> Read:
    import pytesseract

    def read(file: Path) -> Said:
        return Said(
            "\n".join(pytesseract.image_to_string(page, config="--psm 6") for page in pages(file))
        )

    return read


def _rapidocr() -> Read:
    import cv2
    from rapidocr import RapidOCR

    threads = {
        f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")
    }
    engine = RapidOCR(params={**threads, "Global.log_level": "error"})

    def read(file: Path) -> Said:
        answers = (engine(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR)) for page in pages(file))
        return Said(
            "\n".join(line for answer in answers for line in getattr(answer, "txts", None) or ())
        )

    return read


def _ocrmypdf() -> Read:
    import ocrmypdf

    # at its own threshold, 14, forms that lie on their side are left so
    def read(file: Path) -> Said:
        with tempfile.TemporaryDirectory() as folder:
            pdf = Path(folder) / "searchable.pdf"
            ocrmypdf.ocr(
                file, pdf, mode="skip", rotate_pages=True, rotate_pages_threshold=5, deskew=True,
                image_dpi=DPI,
                output_type="pdf", optimize=0, jobs=1, use_threads=True, progress_bar=False,
            )  # fmt: skip
            command = ["pdftotext", "-layout", str(pdf), "-"]
            return Said(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    return read


def _img2table() -> Read:
    import cv2

    if not hasattr(cv2.ximgproc, "niBlackThreshold"):
        raise ImportError("cv2 is not opencv-contrib-python's")
    from img2table.document import Image
    from img2table.ocr import TesseractOCR

    # its own choice, 11, leaves most figures in cells unread
    ocr = TesseractOCR(n_threads=1, lang="eng", psm=6)

    def read(file: Path) -> Said:
        rows: list[str] = []
        for page in pages(file):
            document = Image(cv2.imencode(".png", page)[1].tobytes(), detect_rotation=True)
            for table in document.extract_tables(ocr=ocr):
                # a cell that spans several columns is given once for each of them
                rows += [
                    " | ".join(dict.fromkeys(c.value or "" for c in row))
                    for row in table.content.values()
                ]
        return Said("\n".join(rows), tuple(rows))

    return read


def _ours() -> Read:
    from ocr_form4.filing import read_document
    from ocr_form4.formats.edgar_xml import write_xml
    from ocr_form4.readers import make_readers
    from ocr_form4.settings import Settings
    from ocr_form4_models.field import Status

    settings = Settings()
    readers = make_readers(settings)

    def read(file: Path) -> Said:
        filings = read_document(file, settings, readers)
        written = [write_xml(f.filing).decode() for f in filings]
        roots = [ET.fromstring(xml) for xml in written]
        rows = [
            " | ".join(_texts(row)) for root in roots for table in _tables(root) for row in table
        ]
        review = [path for path, f in filings[0].filing.fields.items() if f.status is Status.REVIEW]
        return Said(
            "\n".join(t for root in roots for t in _texts(root)),
            tuple(rows),
            written[0],
            tuple(review),
        )

    return read


def _tables(root: ET.Element) -> Iterator[ET.Element]:
    return (e for e in root.iter() if e.tag.endswith("erivativeTable"))


def _texts(element: ET.Element) -> list[str]:
    return [text.strip() for text in element.itertext() if text.strip()]


def pages(file: Path) -> Iterator[Gray]:
    """A document's pages in gray at 300 dpi, shape (height, width), upright as far as the file says
    it.
    """
    import cv2

    from ocr_form4.settings import Settings
    from ocr_form4.stages.rasterize import open_document

    with open_document(file, Settings()) as document:
        for page in document.pages():
            height, width = page.pixels.shape
            size = round(width * DPI / page.dpi[0]), round(height * DPI / page.dpi[1])
            yield cv2.resize(page.pixels, size)


def _first_line(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[
        0
    ]


_EXTRA = "pip install 'ocr-form4[compare]'"
TOOLS: dict[str, Tool] = {
    REFERENCE: Tool(
        "whole-page Tesseract", "pytesseract, `--psm 6`, pages at 300 dpi; it does not turn pages",
        ("pytesseract",),
        ("tesseract",), "apt-get install tesseract-ocr", _tesseract,
    ),
    "rapidocr": Tool(
        "RapidOCR", "its own models and defaults, whole pages at 300 dpi", ("rapidocr",), (),
        _EXTRA, _rapidocr,
    ),
    "ocrmypdf": Tool(
        "OCRmyPDF",
        "`--rotate-pages --rotate-pages-threshold 5 --deskew`, its text layer as `pdftotext "
        "-layout` gives it",
        ("ocrmypdf",), ("tesseract", "pdftotext"),
         f"apt-get install tesseract-ocr poppler-utils; {_EXTRA}", _ocrmypdf,
    ),
    "img2table": Tool(
        "img2table", "with Tesseract (`psm=6`), pages at 300 dpi, `detect_rotation`; the cells of "
                     "its tables",
        ("img2table",), ("tesseract",),
        f"{_EXTRA}; pip install --force-reinstall --no-deps opencv-contrib-python", _img2table,
    ),
    OURS: Tool(
        "this software", "the values of its XML", ("ocr-form4",), ("tesseract",),
        "bash scripts/setup.sh", _ours,
    ),
}  # fmt: skip
