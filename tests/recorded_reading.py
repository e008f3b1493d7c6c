"""A run over fixtures that asks no engines: workers say what is recorded in the goldens."""

from __future__ import annotations

from documents import recorded_readings

from ocr_form4.filing import read_document
from ocr_form4.readers import Readers
from ocr_form4.readers.replay import replayed
from ocr_form4.run.worker import Work, make_work
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Software


def make_readers(settings: Settings) -> Readers:
    return replayed(recorded_readings())


def recorded_work(settings: Settings, software: Software) -> Work:
    return make_work(settings, software, read_document, make_readers)
