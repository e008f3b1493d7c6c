"""What the tests of parsing share."""

from __future__ import annotations

import pytest
from lines import STRAIGHT

from ocr_form4.stages.parse.fields import Draft


@pytest.fixture
def draft() -> Draft:
    return Draft({1: STRAIGHT})
