"""The tables: loaded as researchers load them, beside the SEC's own, and computed with."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from make_out import FIXTURES, OWNED, ROW, make_evidence, make_out, write_out

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.formats.sec345 import TABLES
from ocr_form4.out.tables import write_tables

KEY = "ACCESSION_NUMBER"
QUARTER = """
SUBMISSION|0001179110-10-014500|05-OCT-2010|01-OCT-2010|||0|||4|0000050863|INTEL CORP|INTC||
REPORTINGOWNER|0001179110-10-014500|0001181286|BRYANT ANDY D|Officer|EVP, CAO||2200 MISSION||SANTA CLARA|CA|95054||1
NONDERIV_TRANS|0001179110-10-014500|2281961|Common Stock||01-OCT-2010||||4|S|0||||1000.0||19.25|F1|D||305000.0||||D|||
FOOTNOTES|0001179110-10-014500|F1|The price is "weighted".
"""
"""Rows in the form in which a quarter is published, tabs shown as ``|``."""
QUARTER_TABLES = [line.partition("|")[0] for line in QUARTER.split("\n") if line]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fixtures, one filing of ten owners, one with a doubtful balance."""
    out = tmp_path_factory.mktemp("out")
    make_out(
        out,
        [FIXTURES / "scan" / n for n in ("exercise.pdf", "sales.pdf")],
        misread={f"{ROW}[2]/{OWNED}": "7068"},
    )
    make_out(out, [FIXTURES / "more" / "ten-owners.pdf"])
    assert write_tables(out) == {}
    return out


def load(out: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(
        out / "sec345" / f"{table}.tsv", sep="\t", dtype={KEY: str, "ISSUERCIK": str}, quoting=3
    )


def published(table: str) -> pd.DataFrame:
    rows = [
        line.partition("|")[2].replace("|", "\t")
        for line in QUARTER.split("\n")
        if line.startswith(f"{table}|")
    ]
    text = "\n".join(["\t".join(TABLES[table]), *rows])
    return pd.read_csv(io.StringIO(text), sep="\t", dtype={KEY: str, "ISSUERCIK": str}, quoting=3)


def test_the_eight_tables_append_to_a_published_quarter_and_join(out: Path) -> None:
    both = {t: pd.concat([published(t), load(out, t)], ignore_index=True) for t in QUARTER_TABLES}
    for table, frame in both.items():
        assert list(frame.columns) == list(TABLES[table])
    joined = (
        both["NONDERIV_TRANS"]
        .merge(both["SUBMISSION"], on=KEY)
        .merge(both["REPORTINGOWNER"].drop_duplicates(KEY), on=KEY)
    )
    assert len(joined) == len(both["NONDERIV_TRANS"])
    bryant = joined[joined.RPTOWNERNAME == "BRYANT ANDY D"]
    assert set(bryant[KEY]) == {"0001179110-10-014500", "exercise"}
    assert bryant.TRANS_SHARES.dtype == float and bryant.TRANS_PRICEPERSHARE.notna().all()
    dates = pd.to_datetime(joined.TRANS_DATE, format="%d-%b-%Y")
    assert dates[joined[KEY] == "sales"].iloc[0] == pd.Timestamp("2025-03-14")
    notes = both["FOOTNOTES"].set_index([KEY, "FOOTNOTE_ID"]).FOOTNOTE_TXT
    marked = joined[joined.TRANS_PRICEPERSHARE_FN.notna()]
    assert len(marked) > 1
    for _, row in marked.iterrows():
        for mark in row.TRANS_PRICEPERSHARE_FN.split(","):
            assert isinstance(notes[row[KEY], mark], str)


def test_owners_marks_and_signatures_are_all_there(out: Path) -> None:
    owners = load(out, "REPORTINGOWNER")
    assert (owners[KEY] == "ten-owners").sum() == 10
    assert load(out, "OWNER_SIGNATURE")[KEY].value_counts()["ten-owners"] == 10
    dodge = owners[owners[KEY] == "sales"].iloc[0]
    assert (
        dodge.RPTOWNER_RELATIONSHIP == "Officer" and dodge.RPTOWNER_TITLE == "Chief Legal Officer"
    )
    submission = load(out, "SUBMISSION").set_index(KEY)
    assert submission.AFF10B5ONE["sales"] == 1 and pd.isna(submission.AFF10B5ONE["exercise"])
    assert submission.ISSUERCIK.isna().all(), "on no page, so that it joins with nothing"
    derivative = load(out, "DERIV_TRANS")
    assert derivative.UNDLYNG_SEC_SHARES.notna().all() and derivative.DERIV_TRANS_SK.is_unique


def test_every_value_has_its_confidence(out: Path) -> None:
    sure = pd.read_csv(out / "sec345" / "CONFIDENCE.tsv", sep="\t", dtype=str)
    assert list(sure.columns) == [KEY, "TABLE", "SK", "COLUMN", "CONFIDENCE", "STATUS"]
    assert not sure.duplicated([KEY, "TABLE", "SK", "COLUMN"]).any()
    trades = load(out, "NONDERIV_TRANS")
    doubtful = sure[(sure.TABLE == "NONDERIV_TRANS") & (sure.STATUS == "review")]
    found = trades.merge(
        doubtful.assign(SK=doubtful.SK.astype(int)),
        left_on=[KEY, "NONDERIV_TRANS_SK"],
        right_on=[KEY, "SK"],
    )
    assert {(r[KEY], r.COLUMN, r.SHRS_OWND_FOLWNG_TRANS) for _, r in found.iterrows()} >= {
        ("sales", "SHRS_OWND_FOLWNG_TRANS", 7068.0)
    }
    keyed = set(zip(sure[KEY], sure.TABLE, sure.COLUMN, strict=True))
    for table in (
        "NONDERIV_TRANS",
        "REPORTINGOWNER",
        "SUBMISSION",
        "FOOTNOTES",
        "OWNER_SIGNATURE",
        "DERIV_TRANS",
    ):
        for _, row in load(out, table).iterrows():
            given = {
                c for c in row.index[row.notna()] if c not in (KEY, f"{table}_SK", "FOOTNOTE_ID")
            }
            assert {(row[KEY], table, c) for c in given} <= keyed


def test_parquet_is_computed_with_as_it_is_read(out: Path, tmp_path: Path) -> None:
    frame = pd.read_parquet(out / "transactions.parquet")
    assert str(frame.shares.dtype) == "float64" and str(frame.is_officer.dtype).startswith(
        ("int", "float")
    )
    assert frame.transaction_date.dt.year.isin([2011, 2021, 2025]).all()
    value = (frame.shares * frame.price).groupby(frame.filing).sum()
    assert value["sales"] > 0
    text = pd.read_csv(out / "transactions.csv", dtype=str)
    assert list(frame.shares_exact.dropna()) == list(text.shares.dropna())
    small = frame[["filing", "transaction_date", "shares", "price", "is_officer"]]
    small.to_stata(
        tmp_path / "t.dta", write_index=False, convert_dates={"transaction_date": "td"}, version=118
    )
    again = pd.read_stata(tmp_path / "t.dta")
    assert list(again.shares.dropna()) == list(frame.shares.dropna())
    assert list(again.transaction_date) == list(frame.transaction_date)


def test_what_an_insider_study_starts_with_is_in_every_line(out: Path) -> None:
    sales = pd.read_csv(out / "transactions.csv").set_index("filing").loc["sales"]
    first = sales.iloc[0]
    assert (first.relationship, first.officer_title, first.aff10b5_one) == (
        "Officer",
        "Chief Legal Officer",
        1,
    )
    assert first.signature_date == "2025-03-18" and first.signature_date_status == "accepted"
    assert first.price_marks == "F2" and first.code_marks == "F1"
    assert first.footnote_texts.startswith("F1: ") and " | F2: " in first.footnote_texts
    ten = pd.read_csv(out / "transactions.csv").set_index("filing").loc["ten-owners"].iloc[0]
    assert len(ten.owner_names.split("; ")) == 10


def test_text_with_tabs_and_line_ends_stays_one_cell(tmp_path: Path) -> None:
    filing = read_xml((FIXTURES / "truth" / "sales.xml").read_bytes())
    note = "/ownershipDocument/footnotes/footnote[@id='F1']"
    scan = FIXTURES / "scan" / "sales.pdf"
    evidence = make_evidence(scan, filing, {note: 'He\tsaid\n"sold'})
    write_out(tmp_path, "a", scan, evidence)
    write_tables(tmp_path)
    assert load(tmp_path, "FOOTNOTES").FOOTNOTE_TXT[0] == 'He said "sold'
