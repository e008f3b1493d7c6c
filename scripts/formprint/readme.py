"""The fixtures' README: where each comes from and how it was made."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from formprint.filing_xml import text

_HEAD = """# Fixtures

Scans of Section 16 filings, made by `scripts/make_fixtures.py` (seed {seed}): the filings are real and public record,
the paper and the scanner are a model. `make_fixtures.py` prints a filing's XML on a page of the form with Chromium and
puts the page through `scripts/formprint/scanner.py`. The tests take the files as they are and make none again.

- `scan/` - what `ocr-form4 fixtures/scan` reads well; a first run to see
- `more/` - harder scans, and Forms 3, 5 and 4/A
- `truth/NAME.xml` - what the pages show, as EDGAR's XML. The paper editions print the first owner alone; the form of
  1996 states only month and year; of further owners a page shows name and address. CIKs are on no
  page.
- `index.tsv` - name, edition, kind of scan, pages. The second filing of a file is named by its first page, `NAME.p2`.
- `bad/` - input that cannot be read: see the end

| scan | edition | kind | shows | issuer | owner | signed | form |
|---|---|---|---|---|---|---|---|
"""
_TAIL = """
All are public records, filed with the Securities and Exchange Commission on EDGAR; the form's layout is the
Commission's. `form-5.pdf` is a Form 4 printed as a Form 5: its content is real, its form is not. The XML carries no
accession number; issuer, owner and day of signature find a filing on EDGAR.

## bad/

| file | what is wrong |
|---|---|
| `not-a-pdf.pdf` | a text file |
| `empty.pdf` | no bytes |
| `truncated.pdf`, `truncated.tif` | the first half of a file |
| `password.pdf` | opens with a password only (`secret`) |
| `no-pages.pdf` | a PDF without pages |
| `not-an-image.png` | a PNG's first bytes and nothing behind |
| `tiny.png` | a readable image of 8 by 8 pixels |
| `invoice.pdf` | a readable page that is no Form 4 |
| `blank.pdf` | a readable page with nothing on it |
"""

Entry = tuple[str, str, str, str, Sequence[ET.Element]]
"""Path, edition, kind, what it shows, the filings."""


def fixtures_readme(entries: Sequence[Entry], seed: int) -> str:
    """The README in Markdown: one line per filing."""
    lines = []
    for path, edition, kind, shows, filings in entries:
        for filing in filings:
            cells = (
                f"`{path}`",
                edition,
                kind,
                shows,
                text(filing, "issuer/issuerName"),
                text(filing, "reportingOwner/reportingOwnerId/rptOwnerName"),
                text(filing, "ownerSignature/signatureDate")[:10],
                text(filing, "documentType"),
            )
            lines.append(f"| {' | '.join(cells)} |\n")
    return _HEAD.format(seed=seed) + "".join(lines) + _TAIL
