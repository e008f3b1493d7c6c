"""Makes an OUT folder as a run leaves it, out of scans and their truth, without running a reader.

For tests of what stands on OUT (report, review, audit, export). Boxes come from Tesseract's words where they can be
found, and from a plain grid elsewhere. Doubts are seeded: the same arguments give the same folder.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from ocr_form4.export.edgar_xml import constants, read_xml, write_xml
from ocr_form4_models.field import Kind
from ocr_form4_models.form4 import Column, Filing

CONFUSED = {"0": "8", "1": "7", "3": "8", "4": "9", "5": "6", "6": "5", "7": "1", "8": "3", "9": "4", "2": "7"}
"""Digits as readers mistake them."""


@dataclass
class PageSize:
    number: int
    width: int
    height: int
    dpi: tuple[float, float]
    words: list[tuple[str, list[int]]] = field(default_factory=list)


def make_out(
    out: Path, pairs: Iterable[tuple[Path, Path]], *, doubt: float = 0.04, words: bool = False, seed: int = 1,
    edition: str = "",
) -> Path:
    """Writes ``out/filings/NAME.{xml,json}`` for each (scan, truth). ``doubt`` is the share of fields up for review."""
    for scan, truth in pairs:
        filing = read_xml(truth.read_bytes())
        rng = random.Random(f"{seed} {scan.stem}")
        evidence = make_evidence(scan, filing, page_sizes(scan, words), rng, doubt, edition or filing.edition)
        target = out / "filings" / f"{scan.stem}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(evidence, ensure_ascii=False), encoding="utf-8")
        wrong = {f["path"]: f["value"] for f in evidence["fields"]}
        changed = {p: _with_value(f, wrong[p]) for p, f in filing.fields.items() if p in wrong and f.text != wrong[p]}
        target.with_suffix(".xml").write_bytes(write_xml(filing.with_fields(changed)))
    return out


def _with_value(old: Any, text: str) -> Any:
    from dataclasses import replace

    from ocr_form4.export.edgar_xml import parse_value

    return replace(old, value=parse_value(old.kind, text))


def page_sizes(scan: Path, words: bool) -> list[PageSize]:
    """Each page as ``open_document`` gives it, with Tesseract's words where asked for."""
    from ocr_form4.settings import Settings
    from ocr_form4.stages.rasterize import open_document

    sizes = []
    with open_document(scan, Settings()) as document:
        for page in document.pages():
            height, width = page.pixels.shape
            found = tesseract_words(Image.fromarray(page.pixels)) if words else []
            sizes.append(PageSize(page.number, width, height, page.dpi, found))
    return sizes


def tesseract_words(image: Image.Image) -> list[tuple[str, list[int]]]:
    import pytesseract

    data = pytesseract.image_to_data(image, config="--psm 11", output_type=pytesseract.Output.DICT)
    return [
        (t, [x, y, x + w, y + h])
        for t, x, y, w, h in zip(data["text"], data["left"], data["top"], data["width"], data["height"], strict=True)
        if t.strip()
    ]


def make_evidence(
    scan: Path, filing: Filing, pages: list[PageSize], rng: random.Random, doubt: float, edition: str
) -> dict[str, Any]:
    """NAME.json as CONTRACT describes it."""
    fields = []
    used: set[tuple[int, int]] = set()
    for index, (path, value) in enumerate(filing.fields.items()):
        page, box = _place(pages, printed(value.text, value.kind), index, used)
        fields.append(_field(path, value.text, value.kind, page, box, rng, doubt))
    for path, text in constants(filing).items():
        if path not in filing.fields:
            fields.append({**_field(path, text, Kind.CODE, None, None, rng, 0), "derived": True, "confidence": 1.0})
    values = {f["path"]: f["value"] for f in fields}
    doubtful = {f["path"] for f in fields if f["status"] == "review"}
    return {
        "schema": "ocr-form4/1",
        "status": "complete",
        "edition": edition,
        "source": {
            "path": str(scan), "sha256": hashlib.sha256(scan.read_bytes()).hexdigest(), "pages": len(pages),
        },
        "software": {"ocr-form4": "0.1.0"},
        "pages": [
            {"number": p.number, "dpi": list(p.dpi), "rotation": 0, "skew": 0.0, "width": p.width, "height": p.height,
             "status": "read", "layout": {}} for p in pages
        ],
        "fields": fields,
        "checks": list(_running_holdings(filing, values, doubtful)),
    }  # fmt: skip


def printed(text: str, kind: Kind) -> str:
    """A value as the form prints it."""
    if kind in (Kind.NUMBER, Kind.PRICE):
        whole, _, rest = text.partition(".")
        grouped = f"{int(whole or 0):,}" + (f".{rest.rstrip('0')}" if rest.rstrip("0") else "")
        return f"${grouped}" if kind is Kind.PRICE else grouped
    if kind is Kind.DATE and (m := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", text)):
        return f"{m[2]}/{m[3]}/{m[1]}"
    return text


def _place(pages: list[PageSize], text: str, index: int, used: set[tuple[int, int]]) -> tuple[int, list[int]]:
    wanted = text.split()
    for page in pages:
        for k, (word, box) in enumerate(page.words):
            if wanted and (page.number, k) not in used and (word.startswith(wanted[0]) or word == text):
                span = [b for w, b in page.words[k : k + len(wanted)] if w in wanted] or [box]
                used.add((page.number, k))
                return page.number, [
                    min(b[0] for b in span) - 6, min(b[1] for b in span) - 6,
                    max(b[2] for b in span) + 6, max(b[3] for b in span) + 6,
                ]  # fmt: skip
    page = pages[min(index // 120, len(pages) - 1)]
    column, line = index % 8, index % 120 // 8
    width, height = page.width / 9, page.height / 34
    x, y = page.width * 0.04 + column * width * 1.08, page.height * 0.35 + line * height * 1.25
    return page.number, [round(v) for v in (x, y, x + width, y + height * 0.8)]


def _field(
    path: str, text: str, kind: Kind, page: int | None, box: list[int] | None, rng: random.Random, doubt: float
) -> dict[str, Any]:
    doubtful = bool(doubt) and rng.random() < doubt
    other = confused(text, rng) if doubtful else text
    shown = other if doubtful and rng.random() < 0.5 else text
    confidence = round(rng.uniform(0.3, 0.97), 4) if doubtful else round(1 - rng.random() ** 3 * 0.008, 4)
    readings = [
        {"reader": "paddle", "text": printed(text, kind), "confidence": round(rng.uniform(0.85, 0.999), 4)},
        {"reader": "tesseract", "text": printed(other, kind), "confidence": round(rng.uniform(0.5, 0.98), 4)},
    ]
    return {
        "path": path, "value": shown, "confidence": confidence, "status": "review" if doubtful else "accepted",
        "derived": page is None, "page": page, "box": box, "readings": readings if page else [],
        "reasons": ["the readers disagree"] if doubtful else [],
    }  # fmt: skip


def confused(text: str, rng: random.Random) -> str:
    """The text with one character misread."""
    digits = [i for i, c in enumerate(text) if c in CONFUSED]
    if not digits:
        return text[:-1] + ("l" if text[-1:] != "l" else "I")
    i = rng.choice(digits)
    return text[:i] + CONFUSED[text[i]] + text[i + 1 :]


def _running_holdings(filing: Filing, values: dict[str, str], doubtful: set[str]) -> Iterable[dict[str, Any]]:
    """Each transaction row against the row before it, where title, form and nature are the same."""
    before: dict[tuple[str, ...], str] = {}
    for row in filing.rows():
        owned, shares = row.path_of(Column.OWNED_SHARES), row.path_of(Column.SHARES)
        key = (row.table.value, *(row.text(c) for c in (Column.SECURITY_TITLE, Column.DIRECT_INDIRECT, Column.NATURE)))
        if owned not in values or shares not in values:
            continue
        last = before.get(key)
        before[key] = owned
        if last is None:
            yield {"name": "opening-holdings", "outcome": "holds", "grade": None, "paths": [owned, shares],
                   "expected": "", "found": values[owned], "message": "the opening is not negative"}  # fmt: skip
            continue
        sign = 1 if row.text(Column.ACQUIRED_DISPOSED) == "A" else -1
        expected = f"{float(values[last]) + sign * float(values[shares]):.4f}".rstrip("0").rstrip(".")
        holds = abs(float(expected) - float(values[owned])) < 0.005
        paths = [last, shares, owned]
        yield {
            "name": "running-holdings", "outcome": "holds" if holds else "breaks",
            "grade": None if holds else "suspect" if doubtful & set(paths) else "as-filed",
            "paths": paths, "expected": expected, "found": values[owned],
            "message": "follows from the row before" if holds else f"the row before gives {expected}",
        }  # fmt: skip
