"""CIKs from a local list, filings that go on in EDGAR's own, and what edgartools makes of our
XML.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from make_out import FIXTURES, make_out

import ocr_form4
from ocr_form4.cli import main
from ocr_form4.review.session import Review
from ocr_form4.run.rebuild import rebuild

LIST = """\
BRYANT ANDY D:0001181286:
INTEL CORP:0000050863:
DRAFTKINGS INC.:0001883685:
DRAFTKINGS INC:0001772757:
"""
ISSUER = "/ownershipDocument/issuer/issuerCik"
OWNER = "/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerCik"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    out = make_out(tmp_path / "out", [FIXTURES / "scan" / n for n in ("exercise.pdf", "sales.pdf")])
    rebuild(out)
    return out


def ciks(out: Path, name: str) -> dict[str, dict[str, Any]]:
    found = json.loads((out / "filings" / f"{name}.json").read_bytes())
    return {f["path"]: f for f in found["fields"] if f["path"].endswith("Cik")}


def test_each_cik_has_its_own_status(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text(LIST)
    for _ in range(2):  # again gives the same
        assert main(["export", str(out), "--cik-list", str(tmp_path / "list.txt")]) == 0
        assert "2 CIKs found, 2 for review" in capsys.readouterr().out
    found = ciks(out, "exercise")
    assert (found[ISSUER]["value"], found[ISSUER]["status"]) == ("0000050863", "accepted")
    assert found[OWNER]["value"] == "0001181286" and found[OWNER]["derived"]
    assert "<rptOwnerCik>0001181286</rptOwnerCik>" in (out / "filings/exercise.xml").read_text()
    found = ciks(out, "sales")
    assert (found[ISSUER]["value"], found[ISSUER]["status"]) == ("0000000000", "review")
    assert found[ISSUER]["reasons"][0]["code"] == "cik-not-alone"
    assert found[OWNER]["reasons"][0]["code"] == "cik-not-listed"
    table = ocr_form4.open_run(out).sec("SUBMISSION").set_index("ACCESSION_NUMBER").ISSUERCIK
    assert table["exercise"] == "0000050863" and table["sales"] == ""
    review = Review(out)
    review.decide("sales", "/ownershipDocument/issuer/issuerName", "DraftKings")
    assert main(["export", str(out)]) == 0
    assert ciks(out, "sales")[ISSUER]["status"] == "review"
    assert ciks(out, "exercise")[OWNER]["value"] == "0001181286"


def test_a_list_that_is_none_is_refused(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "list.txt").write_text("nothing\n")
    assert main(["export", str(out), "--cik-list", str(tmp_path / "list.txt")]) == 2
    assert main(["export", str(out), "--cik-list", str(tmp_path / "nowhere.txt")]) == 2
    assert "NAME:CIK:" in capsys.readouterr().err


def test_the_first_electronic_filing_goes_on_from_the_scans(
    out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = Path(__file__).parent / "data" / "reconcile"
    (out / "filings" / "old.xml").write_bytes((data / "exercise.xml").read_bytes())
    assert main(["holdings", str(out), "--with", str(data / "exercise_later.xml")]) == 0
    told = capsys.readouterr().out
    assert "exercise_later.xml (EDGAR)" in told and "goes on" in told
    assert main(["holdings", str(out), "--with", str(tmp_path / "nothing.xml")]) == 2


def test_edgartools_reads_our_xml(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGAR_LOCAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EDGAR_IDENTITY", "A Person a@example.com")
    ownership = pytest.importorskip("edgar.ownership", reason="edgartools is not installed")
    import edgar.ownership.owners as owners

    class Entity:
        """What EDGAR would say of a CIK, without asking it."""

        def __init__(self, cik: int) -> None:
            self.data = type("Data", (), {"is_company": cik == 1})()

        def __bool__(self) -> bool:
            return True

    monkeypatch.setattr(owners, "Entity", Entity)
    form = ownership.Form4.parse_xml((out / "filings" / "exercise.xml").read_text())
    form = ownership.Form4(**form) if isinstance(form, dict) else form
    assert (
        form.issuer.name == "INTEL CORP" and form.reporting_owners.owners[0].name == "Andy D Bryant"
    )
    frame = form.non_derivative_table.transactions.data
    mine = ocr_form4.open_run(out).transactions()
    mine = mine[(mine.filing == "exercise") & (mine.table == "I")]
    assert list(frame.Shares.astype(float)) == list(mine.shares)
    text = (out / "filings" / "exercise.xml").read_text()
    company = text.replace("BRYANT ANDY D", "Spirit Bear Ltd").replace(
        "<rptOwnerCik>0000000000", "<rptOwnerCik>0000000001"
    )
    again = ownership.Form4.parse_xml(company)
    again = ownership.Form4(**again) if isinstance(again, dict) else again
    assert again.reporting_owners.owners[0].name == "Spirit Bear Ltd", (
        "told from a person by its CIK"
    )
