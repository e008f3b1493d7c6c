"""How much is done for a page, counted in what it is made of: a clock tells more of the machine
than of the program.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from documents import FIXTURES

from ocr_form4.filing import read_document
from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4.readers.once import Once
from ocr_form4.settings import Settings
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading


@dataclass
class Counted:
    """A reader, and what it was asked: lines, and columns of pixels at 32 rows."""

    of: Reader
    lines: list[bytes] = field(default_factory=list)
    columns: int = 0

    @property
    def name(self) -> str:
        return self.of.name

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        self.lines += [c.tobytes() for c in crops]
        self.columns += sum(round(32 * c.shape[1] / c.shape[0]) for c in crops)
        return self.of.read(crops)


@pytest.mark.parametrize(
    ("name", "columns", "again"),
    [
        ("sales.pdf", 18_500, 0.13),
        ("fax.tif", 23_500, 0.45),
        ("exercise.pdf", 14_500, 0.08),
        ("paper-2002.pdf", 38_000, 0.07),
    ],
)
def test_a_page_costs_no_more_than_so_many_columns_and_no_line_is_read_twice(
    name: str, columns: int, again: float, readers: Readers
) -> None:
    """``again`` is the share of the columns about which the second reader is asked as well, at
    most.
    """
    assert readers.captions
    captions = Counted(readers.captions)
    first, *others = (Counted(r) for r in (readers.first, *readers.others))
    counted = replace(readers, first=first, others=tuple(others), captions=captions)
    read_document(FIXTURES / "scan" / name, Settings(), counted)
    assert len(set(first.lines)) == len(first.lines)
    assert first.columns <= columns
    assert others[0].columns <= again * first.columns
    assert len(others[1].lines) <= len(others[0].lines)


def test_a_reader_is_asked_about_the_same_crop_once(readers: Readers) -> None:
    import numpy as np

    counted = Counted(readers.first)
    once = Once(counted)
    line = np.full((32, 200), 255, np.uint8)
    line[8:24, 20:24] = 0
    assert once.read([line, line]) == once.read([line.copy()]) * 2
    assert len(counted.lines) == 1


@pytest.mark.engines
def test_a_document_is_read_without_pandas_and_in_bounded_memory() -> None:
    """430 to 510 MB were seen; a process that imports pandas by the way takes 80 MB more."""
    code = "\n".join([
        "import sys", "from pathlib import Path",
        "from ocr_form4.filing import read_document",
        "from ocr_form4.readers import make_readers", "from ocr_form4.settings import Settings",
        f"scan = Path({str(FIXTURES / 'scan' / 'copy.pdf')!r})",
        "read_document(scan, Settings(), make_readers(Settings()))",
        "print([m for m in ('pandas', 'layoutparser', 'pyarrow', 'scipy') if m in sys.modules])",
        "status = dict(n.split(':') for n in Path('/proc/self/status').read_text().splitlines())",
        "print(int(status['VmHWM'].split()[0]) // 1024)",
    ])  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    imported, megabytes = done.stdout.splitlines()
    assert imported == "[]" and int(megabytes) < 560


def test_the_engines_are_loaded_without_pandas_and_no_network_before_it_is_asked() -> None:
    code = "\n".join([
        "import sys", "from ocr_form4.readers import make_readers",
        "from ocr_form4.settings import Settings",
        "readers = make_readers(Settings())",
        "print('pandas' in sys.modules, 'openvino' in sys.modules)",
        "import pandas, pytesseract", "print(pandas.DataFrame([1]).size)",
    ])  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.split() == ["False", "False", "1"]
