"""What a file that is not read is, in words, by its first bytes.

Source of the signatures: each format's own specification; the Library of Congress lists them at
loc.gov/preservation.
"""

from __future__ import annotations

_STARTS = (
    (b"PK\x03\x04", "a ZIP archive"), (b"PK\x05\x06", "a ZIP archive"), (b"Rar!\x1a\x07",
     "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"), (b"\x1f\x8b", "a gzip file"), (b"BZh",
     "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"), (b"GIF8", "a GIF picture"), (b"BM", "a BMP picture"),
    (b"\0\0\0\x0cjP  \r\n", "a JPEG 2000 picture"), (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x97JB2\r\n\x1a\n", "a JBIG2 picture"), (b"AT&TFORM", "a DjVu document"), (b"8BPS",
     "a Photoshop picture"),
    (b"%!PS", "a PostScript document"), (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document or a saved mail"),
    (b"\0\0\0\x20ftyp", "a film"), (b"\x1aE\xdf\xa3", "a film"), (b"SQLite format 3\0",
     "an SQLite database"),
)  # fmt: skip
BOX, BRAND = slice(4, 8), slice(8, 12)
"""Bytes of a file's first box that say what it is, and of what brand. Source: ISO/IEC 14496-12, 4.2
and 4.3.
"""
_CONTROLS = bytes(range(9)) + bytes(range(14, 32))
"""Characters that no text has: all below a space but tab, line feed, page feed and return."""
_BRANDS = {b"avif": "an AVIF picture", b"avis": "an AVIF picture", b"jxl ": "a JPEG XL picture"}
_IN_ZIP = (
    (b"word/", "a Word document"), (b"xl/", "an Excel workbook"), (b"ppt/",
     "a PowerPoint document"),
    (b"mimetypeapplication/epub", "an EPUB book"), (b"mimetypeapplication/vnd.oasis",
     "an OpenDocument file"),
)  # fmt: skip
_MARKUP = (
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<svg", "an SVG picture"),
    (b"<?xml", "XML"),
)


def file_kind(head: bytes) -> str:
    """ "a ZIP archive" by a file's first kilobyte; empty where it is none that is known here."""
    if head[BOX] == b"ftyp":
        return _BRANDS.get(head[BRAND], "a film")
    for start, what in _STARTS:
        if head.startswith(start):
            inside = (
                next((kind for name, kind in _IN_ZIP if name in head), None)
                if start[:2] == b"PK"
                else None
            )
            return inside or what
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for start, what in _MARKUP:
        if text.startswith(start):
            return what
    if head and not set(head) & set(_CONTROLS):
        return "text"
    return ""
