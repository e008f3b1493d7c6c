"""Handwriting told from print: by the ink of drawn lines, and on real documents."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from documents import Read

from ocr_form4.stages.parse.fields import BY_HAND
from ocr_form4.stages.recognize.hand import by_hand, score
from ocr_form4_models.field import Kind, Status
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Run
from ocr_form4_models.reason import Code

WORDS = ("12,500", "03/14/2012", "Common Stock", "$18.75", "1,204,311", "By Trust")


def drawn(text: str, seed: int | None) -> tuple[Gray, Run]:
    """A line of thin letters of one pen; with a seed they wander, tilt and bend as a hand's do."""
    picture = np.full((160, 60 * len(text) + 160), 255, np.uint8)
    rng = np.random.default_rng(seed or 0)
    x = 40
    for char in text:
        letter = np.full((160, 120), 255, np.uint8)
        cv2.putText(letter, char, (30, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (0,), 4, cv2.LINE_AA)
        if seed is not None:
            turn = cv2.getRotationMatrix2D(
                (45, 85), float(rng.normal(0, 11)), float(rng.uniform(0.8, 1.2))
            )
            turn[:, 2] += rng.normal(0, 3.5, 2)
            turn[0, 1] += 0.25
            letter = np.asarray(cv2.warpAffine(letter, turn, (120, 160), borderValue=255))
        across = min(120, picture.shape[1] - x)
        np.minimum(picture[:, x : x + across], letter[:, :across], out=picture[:, x : x + across])
        x += 30
    if seed is not None:
        wave = rng.normal(0, 1, (2, *picture.shape)).astype(np.float32)
        dx, dy = (cv2.GaussianBlur(w, (0, 0), 9) * 45 for w in wave)
        across_, down = np.meshgrid(np.arange(picture.shape[1]), np.arange(160))
        picture = np.asarray(
            cv2.remap(picture, (across_ + dx).astype(np.float32), (down + dy).astype(np.float32),
                cv2.INTER_LINEAR,
                      borderValue=255)
        )  # fmt: skip
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8))
    rows, columns = np.nonzero(picture < 128)
    box: Box[Upright] = Box(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    return picture, Run(1, box, 31.0, ())


def test_a_wavering_hand_scores_above_the_same_letters_set_in_line() -> None:
    for word in WORDS:
        straight, written = drawn(word, None), [drawn(word, seed) for seed in (1, 2, 3)]
        set_, _ = score(straight[0], straight[1].box, straight[1].cap_height)
        hands = [score(p, r.box, r.cap_height)[0] for p, r in written]
        assert set_ is not None
        assert all(s is not None and s > set_ for s in hands), (word, set_, hands)


def test_a_page_filled_in_by_hand_is_so_throughout() -> None:
    """Single letters tell nothing: they are what the page's other entries are."""
    lines = [drawn(word, seed) for seed, word in enumerate(WORDS, 1)]
    code = drawn("S", 9)
    pages = [p for p, _ in (*lines, code)]
    page = np.full((160 * len(pages), max(p.shape[1] for p in pages)), 255, np.uint8)
    for k, picture in enumerate(pages):
        page[160 * k : 160 * (k + 1), : picture.shape[1]] = picture
    runs = [
        Run(1, r.box.shifted(0, 160 * k), r.cap_height, ())
        for k, (_, r) in enumerate((*lines, code))
    ]
    assert by_hand(page, runs) == [True] * len(runs)
    assert by_hand(page, runs[-1:]) == [False]


def test_empty_and_faint_lines_tell_nothing() -> None:
    blank = np.full((60, 300), 250, np.uint8)
    assert score(blank, Box(10, 10, 290, 50), 30.0)[0] is None
    assert by_hand(blank, []) == []


def test_a_form_filled_in_by_hand_passes_nothing_unseen(read: Read) -> None:
    (evidence,) = read("more/handwritten.pdf")
    typed = (Kind.NUMBER, Kind.PRICE, Kind.DATE, Kind.CODE, Kind.NAME, Kind.TEXT, Kind.MARKS)
    filled_in = {
        p: f
        for p, f in evidence.filing.fields.items()
        if f.kind in typed
        and not f.derived
        and f.value is not None
        and not p.endswith("documentType")
        and not any(n.code is Code.SIGN_BY_COLUMN for n in f.notes)
    }
    assert len(filled_in) > 12
    for path, field in filled_in.items():
        assert field.status is Status.REVIEW and field.confidence <= 0.5, path
        assert BY_HAND in field.reasons, path


@pytest.mark.parametrize(
    "name",
    ["scan/fax.tif", "scan/copy.pdf", "scan/paper-1996.pdf", "scan/web-page.pdf",
     "more/coarse-fax.pdf",
     "more/low-resolution.pdf"],
)  # fmt: skip
def test_print_is_not_taken_for_a_hand(name: str, read: Read) -> None:
    for evidence in read(name):
        taken = [p for p, f in evidence.filing.fields.items() if BY_HAND in f.notes]
        assert len(taken) <= 1, (Path(name).name, taken)
