"""The settings of a run, with their defaults. Only what a result may depend on, or what protects
the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

READERS = ("form", "paddle", "tesseract", "textlayer")


@dataclass(frozen=True, slots=True)
class Settings:
    """How documents are read.

    The limits guard against hostile and broken files; they are checked before anything is decoded,
    and no genuine filing comes near them (a 600 dpi ledger-size page has 67 million pixels).
    """

    readers: tuple[str, ...] = READERS
    """Which readers take part, in the order of preference."""
    max_wrong_per_10000: float = 10.0
    """Of 10,000 accepted fields, how many may be expected wrong; the rest is up for review."""
    searchable_pdf: bool = False
    """Also write ``searchable/NAME.pdf``, the scan with the readings as an invisible text layer."""
    pages_as_filing: bool = False
    """Take the images of a folder, sorted by name, as the pages of one document."""

    max_bytes: int = 1 << 30
    """Of a file."""
    max_pages: int = 1_000
    """Of a document."""
    max_page_pixels: int = 120_000_000
    """Of a page's image as decoded; a page drawn from vectors is drawn coarser instead."""
    seconds_per_page: float = 120.0
    """A document may take this long for each of its pages before its worker is stopped."""
    max_memory_mb: int = 6_144
    """Resident memory of one worker; beyond it the worker is stopped and the document has failed.
    """

    def fingerprint(self) -> str:
        """Twelve hex digits over what results depend on; time and memory limits only say whether
        there is one.
        """
        text = repr(
            (
                self.readers,
                self.max_wrong_per_10000,
                self.searchable_pdf,
                self.pages_as_filing,
                self.max_page_pixels,
            )
        )
        return sha256(text.encode()).hexdigest()[:12]
