"""Documents in: a PDF, TIFF, PNG, JPEG, HEIC or WebP as pages of gray pixels at their own
resolution.

What a viewer shows is what comes out: a PDF's ``/Rotate`` and an image's EXIF orientation are
applied, pixels stay as they were scanned (a 204 x 196 dpi fax keeps its oblong pixels), and only
one page is in memory at a time. Files are not trusted: limits are checked before anything is
decoded, and nothing inside a file is ever run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ocr_form4.errors import DocumentError, EmptyDocument, TooLargeDocument, UnsupportedDocument
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize.kinds import BOX, BRAND, file_kind
from ocr_form4_models.page import PageImage

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".heic", ".heif", ".webp"})
"""What is looked for in folders; a file's content decides what it is."""
IMAGE_SUFFIXES = SUFFIXES - {".pdf"}


class Document(Protocol):
    """An open document. Pages count from 1."""

    @property
    def page_count(self) -> int: ...

    def page(self, number: int) -> PageImage:
        """Decode one page; raises PageError where that page alone is bad."""
        ...

    def pages(self) -> Iterator[PageImage]:
        """All pages in turn; ends with PageError at the first bad one. To go on after it, ask by
        ``page(number)``.
        """
        ...


@contextmanager
def open_document(path: Path, settings: Settings) -> Iterator[Document]:
    """Open a file, or a folder of images taken as one document's pages.

    Raises a DocumentError (not a document, empty, encrypted, truncated, damaged, too large), never
    anything else for bad input; MissingProgram where poppler is needed and absent.
    """
    from ocr_form4.stages.rasterize.images import ImageDocument
    from ocr_form4.stages.rasterize.pdf import PdfDocument

    document: PdfDocument | ImageDocument
    if path.is_dir():
        document = ImageDocument(path, page_files(path), settings)
    elif sniff(path, settings) == "pdf":
        document = PdfDocument(path, settings)
    else:
        document = ImageDocument(path, [path], settings)
    try:
        if document.page_count == 0:
            raise EmptyDocument(path, "has no pages", "scan it again")
        if document.page_count > settings.max_pages:
            raise TooLargeDocument(
                path,
                f"has more than {settings.max_pages:,} pages",
                "split it, or raise the limit with --max-pages",
            )
        yield document
    finally:
        document.close()


def page_files(folder: Path) -> list[Path]:
    """The images of a folder, sorted by name."""
    return sorted(p for p in folder.iterdir() if p.is_file() and p.suffix.lower() in IMAGE_SUFFIXES)


def sniff(path: Path, settings: Settings) -> str:
    """``pdf``, ``tiff``, ``png``, ``jpeg``, ``heic`` or ``webp`` by the first bytes; checks the
    size on the way.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DocumentError(
            path, f"cannot be opened ({error.strerror})", "check the file and its permissions"
        ) from None
    if not head:
        raise EmptyDocument(path, "is empty", "copy or scan it again")
    if size > settings.max_bytes:
        raise TooLargeDocument(
            path,
            f"has {size:,} bytes, more than {settings.max_bytes:,}",
            "split it, or raise the limit with --max-bytes",
        )
    for kind, magics in _MAGIC.items():
        if head.startswith(magics):
            return kind
    if head[BRAND] == b"WEBP" and head.startswith(b"RIFF"):
        return "webp"
    if head[BOX] == b"ftyp" and head[BRAND] in _HEIC_BRANDS:
        return "heic"
    if b"%PDF-" in head:  # the specification allows rubbish before the header
        return "pdf"
    what = file_kind(head)
    problem = f"is {what}, not a scan" if what else "is not a PDF, TIFF, PNG, JPEG, HEIC or WebP"
    raise UnsupportedDocument(path, problem, "convert it, or leave it out")


_HEAD_BYTES = 1024
"""Looked at for what a file is: a PDF's header stands within them. Source: PDF 32000-1, annex H.3,
note 13.
"""
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_MAGIC = {
    "pdf": (b"%PDF-",),
    "tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpeg": (b"\xff\xd8\xff",),
}
