"""Hands: whose damage is learned from, whose only judges.

A hand is whoever made a scan bad: a library, a modem, a camera. What is learned from one says
nothing about the next, so each has a role, fixed before anything is trained, as data: ``LEARN`` may
be trained and fitted on, ``JUDGE`` only judges (calibration alone is fitted over judges too, each
left out whole in turn, and reported for the hand that was left out), ``LOOK`` is only looked at: it
is beyond what anybody need read, or was drawn to find out what else breaks (``odd_hands.py``), is
never learned from, and no figure is judged by it. Every hand makes the same page again from the
same seed.
"""

from __future__ import annotations

import hashlib
import io
import random
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from formprint import damage
from formprint.augraphy_hands import TO_JUDGE, TO_LEARN, augmented, gray_of
from formprint.files import ScannedPage
from formprint.kinds import KINDS
from formprint.odd_hands import ODD
from formprint.scanner import scan

Pixels = NDArray[np.uint8]
Rng = np.random.Generator


class Role(Enum):
    """What a hand is for."""

    LEARN = "learn"
    JUDGE = "judge"
    LOOK = "look"
    """Only to be looked at: never learned from, and no figure is judged by it."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand's name as an index gives it, its role, and what it makes of a printed page.

    ``scanned`` takes a sheet, uint8 (height, width, 3), its pixels an inch, and a generator.
    """

    name: str
    role: Role
    scanned: Callable[[Pixels, int, Rng], ScannedPage]


def _drawn(name: str) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """Damage of our own drawing, and an office scanner's or a fax machine's way with it."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        gray = gray_of(sheet)[:, :, 0]
        if name in damage.ON_PAPER:
            gray = damage.ON_PAPER[name](gray, dpi, rng)
        scanner = KINDS["fax204" if name == "lostrows" else "office300"](rng)
        gray = scan(np.repeat(gray[:, :, None], 3, axis=2), dpi, scanner, rng)
        if name in damage.IN_THE_FILE:
            gray = damage.IN_THE_FILE[name](gray, scanner.dpi[1], rng)
        return ScannedPage(
            gray, scanner.dpi, "g4" if name in ("lostrows", "dithered") else "jpeg", 80
        )

    return scanned


def _odd(name: str) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """A clean scan of the sheet, and then what an odd hand makes of it."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        scanner = KINDS["clean300"](rng)
        return ODD[name](scan(sheet, dpi, scanner, rng), scanner.dpi[0], rng)

    return scanned


FAX_WIDTH, FAX_DPI = 1728, (204, 196)
_CALLS = 12
"""Calls before a line is given up: a bad one breaks off now and then."""
_FAXLINE = Path(__file__).with_name("faxline.c")


def _faxline(bursts: float, noise: float = 20.0) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """A page through two fax terminals over a telephone line with so many bursts of noise a second
    (``faxline.c``). A sheet that is wider than high is fed by its short edge, as a terminal is no
    wider than that.
    """

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        if sheet.shape[1] > sheet.shape[0]:
            sheet = np.ascontiguousarray(np.rot90(sheet))
        scanner = replace(KINDS["fax204"](rng), speckle=0.0)
        page = scan(sheet, dpi, scanner, rng)
        height, width = page.shape
        sent = np.full((height, FAX_WIDTH), 255, np.uint8)
        wide = min(width, FAX_WIDTH)
        sent[:, :wide] = page[:, (width - wide) // 2 : (width - wide) // 2 + wide]
        with tempfile.TemporaryDirectory() as folder:
            there, here = Path(folder) / "sent.tif", Path(folder) / "received.tif"
            Image.fromarray(sent).convert("1", dither=Image.Dither.NONE).save(
                there, compression="group4", dpi=tuple(map(float, FAX_DPI)), tiffinfo={278: height}
            )
            for _ in range(_CALLS):
                command = [
                    _fax_program(),
                    there,
                    here,
                    0,
                    noise,
                    bursts,
                    int(rng.integers(1, 10**6)),
                    2,
                ]
                subprocess.run(
                    [str(c) for c in command], check=True, capture_output=True, timeout=300
                )
                # else the call failed: a TIFF's head, or nothing
                if here.exists() and here.stat().st_size > 8:
                    break
            with Image.open(io.BytesIO(here.read_bytes())) as received:
                arrived = np.where(np.asarray(received.convert("L")) > 127, 255, 0).astype(np.uint8)
        return ScannedPage(arrived, FAX_DPI, "g4")

    return scanned


def _fax_program() -> Path:
    """``faxline.c``, compiled once; needs a C compiler, libspandsp-dev and libtiff-dev."""
    stamp = hashlib.sha256(_FAXLINE.read_bytes()).hexdigest()[:12]
    program = Path(tempfile.gettempdir()) / f"ocr-form4-faxline-{stamp}"
    if not program.exists():
        partial = program.with_suffix(f".{random.SystemRandom().randrange(10**9)}")
        command = ["cc", "-O2", "-w", "-o", partial, _FAXLINE, "-lspandsp", "-ltiff", "-lm"]
        try:
            subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as failed:
            raise SystemExit(
                f"a fax line needs cc, libspandsp-dev and libtiff-dev: {failed}"
            ) from failed
        partial.replace(program)
    return program


def _photo(tilt: float, shadow: float) -> Callable[[Pixels, int, Rng], ScannedPage]:
    """A page on a desk, photographed from above with a hand that is not quite steady."""

    def scanned(sheet: Pixels, dpi: int, rng: Rng) -> ScannedPage:
        height, width = sheet.shape[:2]
        edge = int(rng.uniform(0.03, 0.08) * width)
        size = (width + 2 * edge, height + 2 * edge)
        desk = _desk(size, rng)
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        moved = corners + edge + rng.uniform(-tilt, tilt, (4, 2)).astype(np.float32) * width
        view = cv2.getPerspectiveTransform(
            corners, np.clip(moved, 2, np.array(size, np.float32) - 3).astype(np.float32)
        )
        lit = np.full((height, width), 255, np.uint8)
        paper = cv2.warpPerspective(
            sheet, view, size, flags=cv2.INTER_AREA, borderValue=(255, 255, 255)
        )
        inside = cv2.GaussianBlur(
            cv2.warpPerspective(lit, view, size, flags=cv2.INTER_LINEAR), (0, 0), 1.0
        )
        part = inside[:, :, None].astype(np.float32) / 255
        tone = np.array(
            [1.0, rng.uniform(0.95, 1.0), rng.uniform(0.85, 0.97)], np.float32
        ) * rng.uniform(0.82, 0.97)
        image = desk * (1 - part) + paper * tone * part
        y, x = np.mgrid[0 : 1 : size[1] * 1j, 0 : 1 : size[0] * 1j].astype(np.float32)
        angle = rng.uniform(0, 2 * np.pi)
        along = (x - 0.5) * np.cos(angle) + (y - 0.5) * np.sin(angle)
        light = 1 - rng.uniform(0.1, 0.35) * (along + 0.5)
        if shadow:
            light *= 1 - shadow * rng.uniform(0.5, 1) / (
                1 + np.exp(-(along - rng.uniform(-0.2, 0.25)) / rng.uniform(0.01, 0.05))
            )
        image = cv2.GaussianBlur(
            image * light[:, :, None].astype(np.float32), (0, 0), float(rng.uniform(0.5, 1.0))
        )
        image += rng.normal(0, rng.uniform(2, 6), image.shape).astype(np.float32)
        pixels = np.clip(np.round(image), 0, 255).astype(np.uint8)
        return ScannedPage(pixels, (dpi, dpi), "jpeg", int(rng.integers(60, 88)))

    return scanned


def _desk(size: tuple[int, int], rng: Rng) -> NDArray[np.float32]:
    """Wood or cloth, (height, width, 3), darker than paper."""
    width, height = size
    colour = np.array(
        rng.choice([[120, 85, 55], [70, 60, 55], [150, 120, 90], [60, 70, 80]], 1)[0], np.float32
    )
    grain = rng.standard_normal((height // 6, max(2, width // 120))).astype(np.float32)
    grain = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(colour * (1 + 0.12 * grain[:, :, None]), np.float32)


def _all() -> dict[str, Hand]:
    hands = [Hand(f"aug-{name}", Role.JUDGE, augmented(steps)) for name, steps in TO_JUDGE.items()]
    hands += [Hand(f"aug-{name}", Role.LEARN, augmented(steps)) for name, steps in TO_LEARN.items()]
    hands += [
        Hand(f"drawn-{n}", Role.LEARN, _drawn(n)) for n in (*damage.ON_PAPER, *damage.IN_THE_FILE)
    ]
    for bursts, role in (
        (0.0, Role.LEARN),
        (0.1, Role.LEARN),
        (0.15, Role.LEARN),
        (0.3, Role.JUDGE),
        (1.0, Role.LOOK),
    ):
        hands.append(Hand(f"faxline{bursts:g}", role, _faxline(bursts)))
    hands += [
        Hand("photo-desk", Role.LEARN, _photo(tilt=0.012, shadow=0.0)),
        Hand("photo-tilted", Role.LEARN, _photo(tilt=0.03, shadow=0.0)),
        Hand("photo-shadow", Role.LEARN, _photo(tilt=0.015, shadow=0.5)),
    ]
    hands += [Hand(f"odd-{name}", Role.LOOK, _odd(name)) for name in ODD]
    return {hand.name: hand for hand in hands}


HANDS: dict[str, Hand] = _all()
"""Every hand by its name, which is a kind of scan to ``make_study.py``."""


def of_role(role: Role) -> list[str]:
    """The names of the hands of a role."""
    return [name for name, hand in HANDS.items() if hand.role is role]
