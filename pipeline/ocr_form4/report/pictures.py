"""Pictures for the report and the review: each page of a scan, and the crops of its doubtful
fields.

A picture's name carries the first digits of the scan's SHA-256, so a picture that exists is up to
date. Pictures are square-pixelled (a fax has other resolutions across and down); crops are at the
scan's own resolution and upright.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from PIL import Image

from ocr_form4.errors import Form4Error, PageError
from ocr_form4.out.files import PART
from ocr_form4.settings import Settings
from ocr_form4_models.page import Gray, PageImage

PAGE_DPI = 130
"""Of page pictures: small print stays legible, a page takes some 60 KB."""
CROP_MARGIN = 0.12
"""Inches of surroundings that a crop shows: the ruling and the neighbour's edge tell where it was
cut.
"""
LONG_TEXT = 80
"""Characters: a text longer than this is shown around its doubtful word."""
PART_INCHES = 3.0
"""The width of the part of a long text that is shown."""
LEAST_LINE_INCHES = 0.03
"""Of the height of a line's small letters; lower bands of ink are specks."""
INK = 128
"""What is darker is ink, 0 ... 255."""
FOLDER = "report"


def page_picture(name: str, sha256: str, number: int) -> str:
    """Path of a page's picture below OUT."""
    return f"{FOLDER}/{name}.{sha256[:8]}.p{number}.webp"


def crop_picture(name: str, sha256: str, number: int, box: Iterable[float]) -> str:
    """Path of a field's crop below OUT."""
    place = "-".join(str(round(v)) for v in box)
    return f"{FOLDER}/{name}.{sha256[:8]}.p{number}-{place}.webp"


def url(path: str) -> str:
    """A path below OUT as a relative address."""
    return quote(path, safe="/")


def crops_wanted(evidence: Mapping[str, Any]) -> dict[int, list[tuple[float, ...]]]:
    """The boxes of the fields that a person may want to look at, by page."""
    wanted: dict[int, list[tuple[float, ...]]] = {}
    for field in evidence["fields"]:
        if field["status"] != "accepted" and field.get("box") and field.get("page"):
            wanted.setdefault(field["page"], []).append(tuple(field["box"]))
    return wanted


def doubtful_word(field: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where the word that its reader doubts most begins and ends, as shares of a long text; None
    for other fields.
    """
    scored = [r for r in field["readings"] if len(r["text"].split()) == len(r.get("words", ()))]
    if not scored or len(scored[0]["text"]) < LONG_TEXT:
        return None
    words, scores = scored[0]["text"].split(), scored[0]["words"]
    asked = [i for i, score in enumerate(scores) if score >= 0]
    if not asked:
        return None
    worst = min(asked, key=lambda i: scores[i])
    length = sum(len(w) + 1 for w in words) - 1
    before = sum(len(w) + 1 for w in words[:worst])
    return before / length, (before + len(words[worst])) / length


def part_around(
    page: PageImage, box: tuple[float, ...], word: tuple[float, float]
) -> tuple[float, ...]:
    """The part of a text's box around a word (scan pixels): its line with the one above and below,
    some inches wide.

    The lines are told by their ink, each as long as its ink reaches; the word stands in them by its
    place in the text.
    """
    x0, y0, x1, y1 = (int(v) for v in box)
    ink = page.pixels[y0:y1, x0:x1] < INK
    if ink.size == 0:
        return box
    rows = np.convolve(ink.mean(axis=1), np.ones(3) / 3, "same")
    inked = np.flatnonzero(
        np.diff(np.concatenate(([False], rows > rows.max() / 4, [False])).astype(int))
    )
    bands = [
        (a, b)
        for a, b in zip(inked[::2], inked[1::2], strict=True)
        if b - a >= page.dpi[1] * LEAST_LINE_INCHES
    ]
    if len(bands) < 2:
        bands = bands or [(0, y1 - y0)]
    ends = []
    for top, bottom in bands:
        columns = np.flatnonzero(ink[top:bottom].sum(axis=0) >= 2)
        ends.append(float(np.percentile(columns, 99.5)) if len(columns) else 0.0)
    place = sum(word) / 2 * sum(ends)
    line = 0
    while line < len(ends) - 1 and place > ends[line]:
        place -= ends[line]
        line += 1
    half = PART_INCHES / 2 * page.dpi[0]
    left = max(0.0, min(place - half, x1 - x0 - 2 * half))
    above, below = bands[max(0, line - 1)], bands[min(len(bands) - 1, line + 1)]
    return (
        x0 + left,
        y0 + float(above[0]),
        min(float(x1), x0 + left + 2 * half),
        y0 + float(below[1]),
    )


def save_pictures(out: Path, name: str, evidence: Mapping[str, Any]) -> bool:
    """Makes the pictures that ``out`` lacks for a filing. False where the scan is gone, changed or
    cannot be opened.
    """
    sha256 = evidence["source"]["sha256"]
    crops = crops_wanted(evidence)
    missing = []
    for page in evidence["pages"]:
        number = page["number"]
        paths = [page_picture(name, sha256, number)]
        paths += [crop_picture(name, sha256, number, box) for box in crops.get(number, ())]
        if not all((out / path).exists() for path in paths):
            missing.append(page)
    if not missing:
        return True
    source = find_source(out, evidence["source"])
    if source is None:
        return False
    rotations = {page["number"]: page.get("rotation", 0) for page in evidence["pages"]}
    words = {
        (f["page"], tuple(f["box"])): word
        for f in evidence["fields"]
        if f.get("box") and f["status"] != "accepted" and (word := doubtful_word(f))
    }
    try:
        for image in scan_pages(source, missing):
            save_page_picture(out, name, sha256, image)
            for box in crops.get(image.number, ()):
                word = words.get((image.number, box))
                around = (
                    part_around(image, box, word) if word and not rotations[image.number] else box
                )
                save_crop(
                    out,
                    crop_picture(name, sha256, image.number, box),
                    image,
                    around,
                    rotations[image.number],
                )
    except (Form4Error, OSError):
        return False
    return True


def find_source(out: Path, source: Mapping[str, Any]) -> Path | None:
    """The scan a filing was read from, if it is still there with the same content.

    The ledger knows where it was; without one its path is tried from the current folder, OUT and
    the folder of OUT.
    """
    from ocr_form4.out.ledger import find_scan
    from ocr_form4.scans import content_hash

    path = Path(source["path"])
    for candidate in (find_scan(out, source["sha256"]), path, out / path, out.parent / path):
        with contextlib.suppress(Form4Error, OSError):
            if candidate is not None and content_hash(candidate)[0] == source["sha256"]:
                return candidate
    return None


def scan_pages(source: Path, wanted: Iterable[Mapping[str, Any]]) -> Iterator[PageImage]:
    """The wanted pages of a scan, entries of NAME.json's ``pages``, one at a time and by number; of
    a sheet that holds two the part that is the page. A page that cannot be decoded is left out.
    """
    from ocr_form4.formats.evidence_json import sheet_part
    from ocr_form4.scans import textual
    from ocr_form4.stages.rasterize import open_document
    from ocr_form4.stages.rasterize.sheet import cut_out

    with textual(source) as path, open_document(path, Settings()) as document:
        for page in sorted(wanted, key=lambda p: int(p["number"])):
            number, part = page["number"], sheet_part(page)
            with contextlib.suppress(PageError):
                yield (
                    document.page(number)
                    if part is None
                    else cut_out(document.page(part.sheet), part, number)
                )


def save_page_picture(out: Path, name: str, sha256: str, page: PageImage) -> Path:
    """One page as a WebP of ``PAGE_DPI`` (never enlarged), in the frame of the scan."""
    height, width = page.pixels.shape
    scale = min(1.0, PAGE_DPI / min(page.dpi))
    x_scale, y_scale = (scale * min(page.dpi) / dpi for dpi in page.dpi)
    size = max(1, round(width * x_scale)), max(1, round(height * y_scale))
    method = Image.Resampling.BOX if scale < 0.75 else Image.Resampling.BICUBIC
    picture = Image.fromarray(page.pixels).resize(size, method)
    return _save(picture, out / page_picture(name, sha256, page.number), quality=50)


def save_crop(out: Path, target: str, page: PageImage, box: Iterable[float], rotation: int) -> Path:
    """A field's place with a margin, turned upright by ``rotation`` degrees to the left."""
    picture = crop(page.pixels, page.dpi, tuple(box), rotation)
    return _save(picture, out / target, quality=70)


def crop(
    pixels: Gray, dpi: tuple[float, float], box: tuple[float, ...], rotation: int
) -> Image.Image:
    """The part of a page around a box (scan pixels), square-pixelled and upright."""
    x0, y0, x1, y1 = box
    dx, dy = CROP_MARGIN * dpi[0], CROP_MARGIN * dpi[1]
    height, width = pixels.shape
    left, right = max(0, int(x0 - dx)), min(width, int(x1 + dx) + 1)
    top, bottom = max(0, int(y0 - dy)), min(height, int(y1 + dy) + 1)
    part = pixels[top:bottom, left:right]
    if part.size == 0:
        part = np.full((1, 1), 255, np.uint8)
    picture = Image.fromarray(np.ascontiguousarray(part))
    square = max(dpi)
    size = (
        max(1, round(picture.width * square / dpi[0])),
        max(1, round(picture.height * square / dpi[1])),
    )
    if size != picture.size:
        picture = picture.resize(size, Image.Resampling.BICUBIC)
    return picture.rotate(rotation, expand=True) if rotation % 360 else picture


def _save(picture: Image.Image, target: Path, quality: int) -> Path:
    """Written whole or not at all: a report may be read while it is being made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}{PART}")
    picture.save(temporary, "WEBP", quality=quality, method=2)
    temporary.replace(target)
    return target


def remove_stale(out: Path, name: str, sha256: str) -> None:
    """Removes a filing's pictures of an earlier content of its scan."""
    folder = (out / FOLDER / name).parent
    prefix = f"{Path(name).name}."
    for file in folder.glob("*.webp"):
        rest = file.name.removeprefix(prefix)
        if (
            rest != file.name
            and not rest.startswith(sha256[:8])
            and rest[8:10] == ".p"
            and rest.count(".") == 2
        ):
            file.unlink(missing_ok=True)
