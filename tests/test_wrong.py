"""What is wrong in a run is listed by the reasons that it gives, each with its picture: whoever
mends the largest cause looks there first.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from documents import FIXTURES
from make_out import OWNED, ROW, SHARES, make_out
from PIL import Image

from ocr_form4.formats.edgar_xml import read_xml, write_xml
from ocr_form4_models.field import Field, Kind
from wrong import save_crops, wrong_fields

SCAN = FIXTURES / "scan" / "sales.pdf"
MISREAD, UNMARKED = f"{ROW}[1]/{SHARES}", f"{ROW}[2]/{OWNED}"


@pytest.fixture
def run(tmp_path: Path) -> tuple[Path, Path, Path]:
    """OUT, the truth and the index of a run with a number misread and one misread unmarked."""
    misread = {MISREAD: "41", UNMARKED: "42"}
    out = make_out(tmp_path / "out", [SCAN], misread=misread, ledger=False)
    file = out / "filings" / "sales.json"
    found = json.loads(file.read_bytes())
    found["source"]["path"] = str(SCAN)
    for field in found["fields"]:
        if field["path"] == UNMARKED:
            field |= {"status": "accepted", "reasons": []}
    file.write_text(json.dumps(found))
    index = tmp_path / "index.tsv"
    index.write_text("sales\tx05\tclean300\t2\n")
    return out, FIXTURES / "truth", index


def test_what_is_wrong_is_listed_by_reason_and_what_is_accepted_leads(
    run: tuple[Path, Path, Path],
) -> None:
    out, truth, index = run
    unmarked, misread = wrong_fields(out, truth, index)
    assert (unmarked.field.path, unmarked.what, unmarked.reasons) == (UNMARKED, "wrong", "accepted")
    assert (misread.field.path, misread.field.found) == (MISREAD, "41")
    assert "readers-disagree" in misread.reasons
    assert "clean300\tsales\twrong\treview" in misread.line()


def test_what_is_not_in_the_truth_is_spurious_and_what_is_not_read_is_missing(
    run: tuple[Path, Path, Path],
) -> None:
    out, truth, index = run
    file = out / "filings" / "sales.xml"
    read = read_xml(file.read_bytes())
    symbol, remarks = (f"/ownershipDocument/{p}" for p in ("issuer/issuerTradingSymbol", "remarks"))
    fields = {
        symbol: replace(read.fields[symbol], value=None),
        remarks: Field(Kind.TEXT, "a drum's dirt"),
    }
    file.write_bytes(write_xml(read.with_fields(fields)))
    found = {w.field.path: w.what for w in wrong_fields(out, truth, index)}
    assert (found[symbol], found[remarks]) == ("missing", "spurious")


def test_kinds_choose_among_scans(run: tuple[Path, Path, Path]) -> None:
    out, truth, index = run
    assert len(wrong_fields(out, truth, index, ["clean300"])) == 2
    assert not wrong_fields(out, truth, index, ["fax204"])


def test_the_place_of_each_is_saved_as_a_picture(
    run: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    out, truth, index = run
    found = list(enumerate(wrong_fields(out, truth, index), 1))
    pictures = list(save_crops(out, found, tmp_path / "crops"))
    assert [p.name for p in pictures] == ["001-sales-wrong.png", "002-sales-wrong.png"]
    for picture in pictures:
        with Image.open(picture) as opened:
            assert min(opened.size) > 0.24 * 200, "the place, with its margin"
