"""Another edition of the form is one file: it is printed by it, and read by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from browser import need_browser
from documents import FIXTURES

import ocr_form4_models
from scoring import compared

ROOT = Path(__file__).parents[2]
NAME = "edgar-x07"
FILE = f"""
base = "edgar-x05"
name = "{NAME}"
label = "EDGAR page, as none is yet"

[boxes]
name = {{ rows = 4 }}
entity = {{ caption = "2a. Legal Entity Identifier of the Issuer", at = [2, 2] }}
relationship = {{ rows = 3 }}
earliest = {{ at = [3, 2] }}
original = {{ at = [4, 2] }}
joint = {{ at = [4, 3] }}
"""
PRINTED_AND_READ = """
import json, sys
from pathlib import Path

import numpy as np

from formprint import filing_xml
from formprint.chromium import printer
from formprint.documents import make_document, write_document
from ocr_form4.filing import read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.readers import make_readers
from ocr_form4.settings import Settings

truth, edition, folder = sys.argv[1:]
with printer() as browser:
    filing = filing_xml.load(Path(truth))
    scan = make_document([filing], edition, "gray200", browser, np.random.default_rng(1))
write_document(scan, Path(folder, "scan.pdf"))
(found,) = read_document(Path(folder, "scan.pdf"), Settings(), make_readers(Settings()))
Path(folder, "scan.xml").write_bytes(write_xml(found.filing))
print(json.dumps({"edition": found.filing.edition, "status": found.status.value}))
"""


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.engines
def test_an_edition_more_is_one_file(tmp_path: Path) -> None:
    """In a copy of the package with that file in it, nothing else is said of the edition."""
    need_browser()
    package = Path(ocr_form4_models.__file__).parent
    copy = tmp_path / "with" / package.name
    (copy / "editions").mkdir(parents=True)
    for file in (f for f in package.iterdir() if f.name != "editions"):
        (copy / file.name).symlink_to(file)
    for file in (package / "editions").iterdir():
        (copy / "editions" / file.name).symlink_to(file)
    (copy / "editions" / f"{NAME}.toml").write_text(FILE)
    truth = FIXTURES / "truth" / "black-and-white.xml"
    path = (copy.parent, ROOT / "pipeline", ROOT / "scripts")
    done = subprocess.run(
        [sys.executable, "-c", PRINTED_AND_READ, truth, "x07", tmp_path],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"edition": NAME, "status": "complete"}
    wrong = [e.path for e in compared(truth, tmp_path / "scan.xml") if not e.same]
    assert wrong == []
