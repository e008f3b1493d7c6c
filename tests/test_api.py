"""The package as a library: what its docstrings and the documentation promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from make_out import FIXTURES, OWNED, ROW, SHARES, make_out

import ocr_form4
from ocr_form4.out.draws import draw_filing, options
from ocr_form4.run.rebuild import rebuild

DOUBTS = {f"{ROW}[2]/{OWNED}": "706820", f"{ROW}[3]/{SHARES}": "99"}


def test_importing_it_is_light_and_everything_public_is_there() -> None:
    heavy = ("numpy", "pandas", "cv2", "pyarrow")
    code = f"import sys, ocr_form4; dir(ocr_form4); print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for name in ocr_form4.__all__:
        assert getattr(ocr_form4, name).__doc__ or name == "__version__"
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        ocr_form4.nothing_of_the_kind  # noqa: B018


@pytest.mark.slow
def test_a_scan_is_read_from_a_path_and_from_bytes_alike(
    capsys: pytest.CaptureFixture[str],
) -> None:
    scan = FIXTURES / "scan" / "sales.pdf"
    with ocr_form4.Reader(readers=("form",), max_wrong=10) as reader:
        (filing,) = reader.read(scan)
        (again,) = reader.read(scan.read_bytes(), name="sales")
    assert (filing.name, filing.status, filing.source.path) == ("sales", "complete", "sales.pdf")
    assert filing.to_xml() == again.to_xml() and filing.fields.keys() == again.fields.keys()
    found = filing.to_dict()
    assert found["schema"] == "ocr-form4/2" and len(found["fields"]) >= len(filing.fields)
    frames = filing.to_frames()
    assert (
        frames["transactions"].shares.sum() > 0
        and frames["NONDERIV_TRANS"].TRANS_CODE.eq("S").any()
    )
    assert filing.checks and filing.pages[0].number == 1 and "sales" in repr(filing)
    (layout,) = filing.to_layouts()
    kinds = [block.type for block in layout]
    assert kinds.count("header") == 1 and kinds.count("table I") == 1 and kinds.count("cell") > 12
    assert layout[kinds.index("cell")].is_in(layout[kinds.index("table I")])
    assert layout.to_dict() == found["pages"][0]["layout"]
    assert capsys.readouterr() == ("", "")


def test_errors_are_the_ones_told(tmp_path: Path) -> None:
    with pytest.raises(ocr_form4.UsageError, match="choose from form"):
        ocr_form4.Reader(readers=("tesserakt",))
    with pytest.raises(ocr_form4.DocumentError, match="not"):
        ocr_form4.Reader(readers=("form",)).read(FIXTURES / "bad" / "not-a-pdf.pdf")
    with pytest.raises(ocr_form4.UsageError, match="no results there"):
        ocr_form4.open_run(tmp_path)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    make_out(out, [FIXTURES / "scan" / "sales.pdf"], misread=DOUBTS)
    make_out(out, [FIXTURES / "scan" / "exercise.pdf"])
    rebuild(out, draws=200)
    return out


def test_a_run_is_opened_as_frames(out: Path) -> None:
    run = ocr_form4.open_run(out)
    assert run.names == ("exercise", "sales") and len(run) == 2
    assert [f.name for f in run] == list(run.names)
    frame = run.transactions()
    assert frame.filing.isin(run.names).all() and frame.transaction_date.dt.year.ge(2011).all()
    assert list(run.sec("SUBMISSION").ACCESSION_NUMBER) == list(run.names)
    with pytest.raises(KeyError):
        run.filing("nobody")
    with pytest.raises(ocr_form4.UsageError):
        run.sec("../transactions")
    assert json.loads(run.filing("sales").to_json()) == json.loads(
        (out / "filings/sales.json").read_text()
    )


def test_draws_take_every_value_as_often_as_its_confidence_says(out: Path) -> None:
    run = ocr_form4.open_run(out)
    draws = run.draws()
    assert set(draws.filing) == {"sales"} and draws["draw"].max() == 200
    filing = run.filing("sales")
    many = draw_filing(filing.evidence, filing.source, 4000)
    for path, shown in DOUBTS.items():
        field = filing.fields[path]
        assert sum(p for _, p in options(field)) == pytest.approx(1)
        share = np.mean([str(v) == shown for v in many[path]])
        assert share == pytest.approx(field.confidence, abs=0.03)
    assert many == draw_filing(filing.evidence, filing.source, 4000)


def test_an_estimate_carries_the_reading_error(out: Path) -> None:
    run = ocr_form4.open_run(out)
    path = next(p for p in DOUBTS if p.endswith(SHARES))
    row = run.transactions().index[
        run.transactions().path.map(lambda p: path.startswith(f"/ownershipDocument/{p}/"))
    ][0]
    values = pd.Series([run.transactions(draw=m).shares[row] for m in range(1, 31)])
    assert values.nunique() == 2 and 99 in set(values)
    rest = run.transactions().drop(index=row).shares
    pd.testing.assert_series_equal(run.transactions(draw=3).drop(index=row).shares, rest)
    with pytest.raises(ocr_form4.UsageError, match="1 to 200"):
        run.transactions(draw=999)


def test_draws_stay_up_to_date_and_are_not_made_unasked(out: Path, tmp_path: Path) -> None:
    rebuild(out)
    assert ocr_form4.open_run(out).draws()["draw"].max() == 200
    plain = make_out(tmp_path, [FIXTURES / "scan" / "sales.pdf"])
    rebuild(plain)
    assert not (plain / "draws.parquet").exists()
