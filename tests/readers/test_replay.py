"""Readings kept once are said again without engines, and give the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from documents import FIXTURES

from ocr_form4.filing import read_document
from ocr_form4.formats.edgar_xml import write_xml
from ocr_form4.formats.evidence_json import write_json
from ocr_form4.readers import Readers
from ocr_form4.readers.replay import Recording, load, recorded, replayed, save
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Evidence, Software, Source


def test_a_filing_from_recorded_readings_is_the_same_to_the_byte(
    engines: Readers, tmp_path: Path
) -> None:
    scan = FIXTURES / "scan" / "exercise.pdf"
    heard, recording = recorded(engines)
    (real,) = read_document(scan, Settings(), heard)
    save(recording, tmp_path / "said.gz")
    (again,) = read_document(scan, Settings(), replayed(load(tmp_path / "said.gz")))
    assert _bytes(again) == _bytes(real)


def test_a_crop_that_was_never_recorded_is_not_made_up() -> None:
    reader = replayed(Recording({"form": {}})).first
    with pytest.raises(LookupError, match="form was never asked"):
        reader.read([np.full((32, 100), 255, np.uint8)])


def _bytes(evidence: Evidence) -> tuple[bytes, bytes]:
    source = Source("exercise.pdf", "0" * 64, len(evidence.pages))
    return write_xml(evidence.filing), write_json(evidence, source, Software({}))
