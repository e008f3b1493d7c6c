"""What a result depends on besides the scan: versions of the software, and the settings."""

from __future__ import annotations

import re
import subprocess
from importlib.metadata import PackageNotFoundError, version

from ocr_form4 import __version__
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Software

PACKAGES = (
    "numpy",
    "opencv-python",
    "openvino",
    "pikepdf",
    "pillow",
    "pillow-heif",
    "pypdfium2",
    "pytesseract",
    "rapidocr",
)
PROGRAMS = {"tesseract": ("tesseract", "--version"), "poppler": ("pdftoppm", "-v")}


def software(settings: Settings) -> Software:
    """Versions by name, and ``settings``, a fingerprint of what results depend on. No package is imported."""
    found = {"ocr-form4": __version__, "settings": settings.fingerprint()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    for name, command in PROGRAMS.items():
        if shown := program_version(*command):
            found[name] = shown
    return Software(found)


def program_version(*command: str) -> str | None:
    """The first version number that a program prints; None where it is not installed or does not answer."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return match[0] if match else None
