"""What offices print on others' papers: numbers of a production, stamps, a fax's header, page
numbers.
"""

from __future__ import annotations

import re

_STAMP = (
    "RECEIVED|FILED|CONFIDENTIAL|PRIVILEGED|COPY|DRAFT|ORIGINAL|DUPLICATE|SCANNED|PROCESSED|"
    "RECORDED|APPROVED|VOID|EXHIBIT|FOIA|REDACTED|BATES|FAX|FACSIMILE"
)
_MONTH = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_WORDS = rf"{_STAMP}|TREATMENT|REQUESTED|SEC|AND|(?:{_MONTH})[A-Z]*\.?"
_BEHIND = rf"(?:\s+(?:{_WORDS}|\W*[\dA-Z]\W*|[\d/:.-]+))*"
_TIME = r"\b\d{1,2}[:;]\d{2}(?::\d{2})?\s?(?:[AaPp]\.?[Mm]\b)?"
_PHONE = r"(?<!\d)\(?\d{3}\)?[-. ]{0,2}\d{3}[-. ]?\d{4}(?!\d)"
_DATE = rf"\b\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}|\b(?:{_MONTH})"
_WHOLE = re.compile(
    rf"""\W{{0,2}}(?:
      (?!P\.?\s?O)[A-Z][A-Z .&_-]{{0,24}}[-_ \#:.]{{0,2}}(?:0\d{{3,}}|\d{{5,}})  # SEC-0001447
    | \d{{6,}}
    | (?:{_STAMP}){_BEHIND}
    | .{{0,40}}(?:{_DATE}).{{0,20}}{_TIME}.{{0,80}}
    | .{{0,60}}\b(?:FAX|TEL)\b.{{0,10}}{_PHONE}.{{0,40}}
    | (?:[Pp]age|[Pp]g)\b\W{{0,2}}\d{{1,3}}(?:\s*(?:of|/)\s*\d{{1,3}})?
    | P\.\s?\d{{1,3}}(?:\s?/\s?\d{{1,3}})?
    | \d{{1,3}}\sof\s\d{{1,3}}
    )\W{{0,2}}""",
    re.VERBOSE,
)
_PART = re.compile(
    rf"(?<![\d,.$/-])\d{{5,}}(?![\d,.]*\d)|\b(?:BATES|CONFIDENTIAL|RECEIVED|FACSIMILE|FAX)\b"
    rf"|(?:{_DATE})\s*{_TIME}|\bP\.\s?\d{{1,3}}\b|\b[Pp]age \d{{1,3}} of \d{{1,3}}\b"
)


def is_office_mark(text: str) -> bool:
    """Whether a line is what an office printed on the paper, and nothing else: no name, title or
    line of a note of 579 filings is.
    """
    return _WHOLE.fullmatch(text.strip()) is not None


def has_office_mark(text: str) -> bool:
    """Whether a part of a text looks so: in no note, remark or signature of 579 filings."""
    return _PART.search(text) is not None
