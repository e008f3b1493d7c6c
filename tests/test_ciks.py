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


def submissions(folder: Path, cik: int, name: str) -> None:
    """What EDGAR says of a CIK, as it is kept on a disk by whoever works offline with
    edgartools.
    """
    nowhere = dict.fromkeys(("street1", "street2", "city", "stateOrCountry", "zipCode"), "")
    nowhere["stateOrCountryDescription"] = ""
    columns = [
        "accessionNumber",
        "filingDate",
        "reportDate",
        "acceptanceDateTime",
        "act",
        "form",
        "fileNumber",
        "filmNumber",
        "items",
        "size",
        "isXBRL",
        "isInlineXBRL",
        "primaryDocument",
        "primaryDocDescription",
    ]
    said = {
        "cik": f"{cik:010}", "name": name, "entityType": "other", "tickers": [], "exchanges": [],
        "addresses": {"mailing": nowhere, "business": nowhere},
        "insiderTransactionForOwnerExists": 1, "insiderTransactionForIssuerExists": 0,
        "filings": {"recent": {column: [] for column in columns}, "files": []},
    }  # fmt: skip
    unknown = [
        "sic",
        "sicDescription",
        "ein",
        "description",
        "website",
        "investorWebsite",
        "category",
        "fiscalYearEnd",
        "stateOfIncorporation",
        "stateOfIncorporationDescription",
        "phone",
        "flags",
    ]
    folder.mkdir(exist_ok=True)
    (folder / f"CIK{cik:010}.json").write_text(json.dumps(dict.fromkeys(unknown, "") | said))


@pytest.mark.slow
def test_edgartools_prints_persons_and_companies_the_right_way_round(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the names, by the list, to the CIKs, by which edgartools tells one from the other."""
    monkeypatch.setenv("EDGAR_LOCAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EDGAR_USE_LOCAL_DATA", "1")
    monkeypatch.setenv("EDGAR_IDENTITY", "A Person a@example.com")
    ownership = pytest.importorskip("edgar.ownership", reason="edgartools is not installed")
    name = "/ownershipDocument/reportingOwner[1]/reportingOwnerId/rptOwnerName"
    Review(out).decide("sales", name, "SPIRIT BEAR LTD")
    assert main(["export", str(out)]) == 0
    (tmp_path / "list.txt").write_text(f"{LIST}SPIRIT BEAR LTD:0001538788:\n")
    assert main(["export", str(out), "--cik-list", str(tmp_path / "list.txt")]) == 0
    submissions(tmp_path / "submissions", 1181286, "BRYANT ANDY D")
    submissions(tmp_path / "submissions", 1538788, "SPIRIT BEAR LTD")

    def parsed(filing: str) -> Any:
        return ownership.Form4.parse_xml((out / "filings" / f"{filing}.xml").read_text())

    person, company = parsed("exercise"), parsed("sales")
    assert person.issuer.name == "INTEL CORP"
    assert [o.name for o in person.reporting_owners.owners] == ["Andy D Bryant"]
    assert [o.name for o in company.reporting_owners.owners] == ["SPIRIT BEAR LTD"]
    mine = ocr_form4.open_run(out).transactions()
    mine = mine[(mine.filing == "exercise") & (mine.table == "I")]
    traded = person.non_derivative_table.transactions.data.Shares
    assert list(traded.astype(float)) == list(mine.shares)
