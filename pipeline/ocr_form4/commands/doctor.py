"""Is everything there that the work needs, and what to install where it is not."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from ocr_form4.errors import Form4Error
from ocr_form4.run.executors.machine import WORKER_MB, cores, default_jobs, machine_memory_mb
from ocr_form4.settings import Settings
from ocr_form4.versions import program_version

PROGRAMS = {
    "tesseract": ("tesseract-ocr", ("--version",)),
    "pdftoppm": ("poppler-utils", ("-v",)),
    "pdftotext": ("poppler-utils", ("-v",)),
    "pdfinfo": ("poppler-utils", ("-v",)),
}
MODULES = {
    "numpy": "numpy", "PIL": "pillow", "pikepdf": "pikepdf", "pypdfium2": "pypdfium2",
    "pillow_heif": "pillow-heif",
    "pdf2image": "pdf2image", "openvino": "openvino",
    "fsspec": "fsspec",
    "pytesseract": "pytesseract", "layoutparser": "layoutparser", "pyarrow": "pyarrow",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    what: str
    fine: bool
    detail: str
    needed: bool = True


def examine() -> list[Finding]:
    """All findings, needed ones first."""
    found = [
        _python(),
        *(_program(name) for name in PROGRAMS),
        *(_module(m, p) for m, p in MODULES.items()),
    ]
    found += [_opencv(), _tesseract_english(), _readers(), _cores_and_memory()]
    ray = find_spec("ray") is not None
    detail = version("ray") if ray else "only for --executor ray: pip install 'ocr-form4[ray]'"
    return [*found, Finding("ray", ray, detail, needed=False)]


def _python() -> Finding:
    return Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])


def _program(name: str) -> Finding:
    package, arguments = PROGRAMS[name]
    if shutil.which(name) is None:
        advice = f"on Debian and Ubuntu: apt install {package}"
        if package == "poppler-utils":  # PDFium draws and gives the words where there is none
            return Finding(
                name, False, f"only for pages that PDFium cannot draw: {advice}", needed=False
            )
        return Finding(name, False, advice)
    return Finding(name, True, program_version(name, *arguments) or "version unknown")


def _module(module: str, package: str) -> Finding:
    try:
        return Finding(package, find_spec(module) is not None, version(package))
    except PackageNotFoundError:
        return Finding(package, False, f"pip install {package}")


def _opencv() -> Finding:
    try:
        import cv2

        return Finding("opencv", True, cv2.__version__)
    except ImportError as error:
        advice = (
            "apt install libgl1 libglib2.0-0"
            if ".so" in str(error)
            else "pip install opencv-python-headless"
        )
        return Finding("opencv", False, f"{' '.join(str(error).split())[:120]}; {advice}")


def _tesseract_english() -> Finding:
    import subprocess

    what = "tesseract's English"
    try:
        done = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return Finding(what, False, "on Debian and Ubuntu: apt install tesseract-ocr-eng")
    fine = "eng" in (done.stdout + done.stderr).split()
    return Finding(
        what, fine, "found" if fine else "on Debian and Ubuntu: apt install tesseract-ocr-eng"
    )


def _readers() -> Finding:
    """The readers themselves, each asked about a stroke: engines are loaded when they are first
    asked.
    """
    try:
        import numpy as np

        from ocr_form4.readers import make_readers

        readers = make_readers(Settings())
        stroke = np.full((32, 96), 255, np.uint8)
        stroke[6:26, 40:44] = 0
        for reader in (readers.of_print, readers.first, *readers.others):
            reader.read([stroke])
        return Finding("readers", True, ", ".join(readers.names))
    except (Form4Error, ImportError, OSError, RuntimeError) as error:
        return Finding("readers", False, " ".join(str(error).split())[:200])


def _cores_and_memory() -> Finding:
    memory, jobs = machine_memory_mb(), default_jobs()
    detail = (
        f"{cores()} cores, {memory / 1000:.0f} GB: {jobs} process{'es' * (jobs > 1)} by default"
    )
    return Finding("machine", memory >= WORKER_MB, detail)
