"""Where a PDF ends, and whether it is whole.

A PDF ends with its end mark. Storage pads it with NULs, servers and mail programs hang text behind
it, and programs that copy in blocks cut the mark itself: nothing of the pages is missing then. What
is missing in earnest is told from that by what the pages refer to (PDF 32000-1, 7.5).
"""

from __future__ import annotations

import mmap
import re
from pathlib import Path

import pikepdf

_END = b"%%EOF"
_OBJECT = re.compile(rb"\d+\s+\d+\s+obj\b")
_XREF_STREAM = re.compile(rb"/Type\s*/XRef\b")


def last_end(path: Path) -> tuple[int, bool]:
    """(bytes up to and with the last end mark, whether an object is begun or ended after it); 0
    where there is none.

    Of a file that goes on with objects after its last end mark an update, or all but a linearized
    file's first page, broke off; of one without a mark the last object is looked at.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        mark = data.rfind(_END)
        end = mark + len(_END) if mark >= 0 else 0
        begun = end > 0 and data.find(b"obj", end) >= 0 and _OBJECT.search(data, end) is not None
        if end and not begun:
            return end, False
        rest = data[max(end, data.rfind(b"endobj")) :]
        open_object = _OBJECT.search(rest) is not None and not _XREF_STREAM.search(rest)
        return 0, open_object


def whole_table(path: Path) -> int:
    """Where the cross-reference stream begins that a file without its end mark ends with; 0 where
    there is none.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        last = data.rfind(b"endobj")
        start = data.rfind(b"endobj", 0, max(last, 0)) + len(b"endobj")
        begun = _OBJECT.search(data, start) if last > 0 else None
        return begun.start() if begun and _XREF_STREAM.search(data, begun.start(), last) else 0


def is_whole(pdf: pikepdf.Pdf) -> bool:
    """Whether the pages that a document without its end mark counts are there, with all that they
    paint.
    """
    try:
        pages = list(pdf.pages)
        return len(pages) == int(pdf.Root.Pages.get("/Count", -1)) > 0 and all(
            _has_all(page) for page in pages
        )
    except (
        pikepdf.PdfError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        RuntimeError,
        RecursionError,
    ):
        return False


def _has_all(page: pikepdf.Page) -> bool:
    if "/Contents" not in page.obj:  # qpdf leaves out what refers to nothing
        return False
    painted = {str(i.operands[0]) for i in pikepdf.parse_content_stream(page, "Do")}
    resources = page.get("/Resources", pikepdf.Dictionary())
    return painted <= set(resources.get("/XObject", pikepdf.Dictionary()).keys())
