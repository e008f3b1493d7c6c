"""Readings without engines, for tests of everything around them. The document's name says what
happens to it.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from ocr_form4.errors import MissingProgram
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.run.worker import Work, make_work
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.evidence import Evidence, FilingStatus, Software
from ocr_form4_models.field import Place
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import PageImage, PageReport, PageStatus
from ocr_form4_models.reading import Reading

FILINGS = sorted((Path(__file__).parent / "data" / "edgar").glob("*.xml"))
SOFTWARE = Software({"ocr-form4": "0.1.0"})


def make_readers(settings: Settings) -> Any:
    return None


def no_readers(settings: Settings) -> Any:
    raise MissingProgram("tesseract", "tesseract-ocr")


def read_document(
    path: Path, settings: Settings, readers: Any, tell: Any = None
) -> tuple[Evidence, ...]:
    """A real filing's content, chosen by the pixels of the first page, as if read from this
    scan.
    """
    name = path.stem
    _befall(path)
    with open_document(path, settings) as document:
        pages = list(document.pages())
    if "blank" in name:
        return ()
    shown = pages if "several" in name else pages[:1]
    return tuple(_evidence(page) for page in shown)


def _befall(path: Path) -> None:
    """What a document's name says that happens while it is read."""
    name = path.stem
    if nodes := os.environ.get("NODES_OF_TEST"):
        _on_a_node(Path(nodes))
    if "slow" in name:
        time.sleep(0.4)
    if "hang" in name:
        time.sleep(3600)
    if "child" in name:
        subprocess.run(["sleep", "3600"], check=False)
    if "crash" in name:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "once" in name and not (path.parent / "crashed").exists():
        (path.parent / "crashed").touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "eat" in name:
        hoard = []
        for _ in range(150):
            hoard.append(b"x" * (32 << 20))
            time.sleep(0.02)
        time.sleep(3600)
    if "bug" in name:
        raise ZeroDivisionError("a bug of ours")


def _on_a_node(nodes: Path) -> None:
    """A file for each node of a cluster, a byte longer with each document that it reads; the first
    is slow.
    """
    import ray

    node = ray.get_runtime_context().get_node_id()
    with Path(nodes, node).open("a") as file:
        file.write(".")
    if seconds := os.environ.get("SLOW_NODE_OF_TEST"):
        slow = nodes / "slow.node"
        with contextlib.suppress(FileExistsError), slow.open("x") as file:
            file.write(node)
        if slow.read_text() == node:
            time.sleep(float(seconds))


def _evidence(page: PageImage) -> Evidence:
    filing = read_xml(
        FILINGS[(int(page.pixels.mean() * 100) + page.number) % len(FILINGS)].read_bytes()
    )
    fields = {
        p: replace(
            f, candidates=(), readings=(Reading("fake", f.text, 0.9),),
            place=Place(page.number, Box(10, 20 + i, 60, 30 + i)), confidence=0.9991,
        )
        for i, (p, f) in enumerate(filing.fields.items())
    }  # fmt: skip
    height, width = page.pixels.shape
    report = PageReport(
        page.number, page.dpi, 0, 0.0, width, height, PageStatus.READ, {"blocks": []}
    )
    return Evidence(
        replace(filing, fields=fields), (), (report,), FilingStatus.COMPLETE, page.number
    )


def fake_work(settings: Settings, software: Software) -> Work:
    return make_work(settings, software, read_document, make_readers)
