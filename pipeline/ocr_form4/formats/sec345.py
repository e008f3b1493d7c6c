"""A filing as rows of the SEC's own eight tables for Forms 3, 4 and 5, and how sure each value is.

Source: the SEC's *Insider Transactions Data Sets* and their readme (``FORM_345_readme.htm``):
columns, their order, the dates' form, and the spelling EXCERCISE are the SEC's. NAME stands for the
accession number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ocr_form4.formats.edgar_xml import NO_CIK
from ocr_form4.formats.rows import least_sure, relationship
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.field import Field, Value, value_text
from ocr_form4_models.form4 import MARKS, Column, Filing, Row, Table

KEY = "ACCESSION_NUMBER"
CONFIDENCE = "CONFIDENCE"
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

SUBMISSION = {
    "PERIOD_OF_REPORT": "periodOfReport", "DATE_OF_ORIG_SUB": "dateOfOriginalSubmission",
    "NO_SECURITIES_OWNED": "noSecuritiesOwned", "NOT_SUBJECT_SEC16": "notSubjectToSection16",
    "FORM3_HOLDINGS_REPORTED": "form3HoldingsReported",
    "FORM4_TRANS_REPORTED": "form4TransactionsReported",
    "DOCUMENT_TYPE": "documentType", "ISSUERCIK": "issuer/issuerCik",
    "ISSUERNAME": "issuer/issuerName",
    "ISSUERTRADINGSYMBOL": "issuer/issuerTradingSymbol", "REMARKS": "remarks",
    "AFF10B5ONE": "aff10b5One",
}  # fmt: skip
"""Column to the path of its element below the root. FILING_DATE is on no page."""
_ADDRESS, _RELATION = "reportingOwnerAddress", "reportingOwnerRelationship"
RELATIONSHIP = "RPTOWNER_RELATIONSHIP"
OWNER = {
    "RPTOWNERCIK": "reportingOwnerId/rptOwnerCik", "RPTOWNERNAME": "reportingOwnerId/rptOwnerName",
    RELATIONSHIP: "",
    "RPTOWNER_TITLE": f"{_RELATION}/officerTitle", "RPTOWNER_TXT": f"{_RELATION}/otherText",
    "RPTOWNER_STREET1": f"{_ADDRESS}/rptOwnerStreet1",
    "RPTOWNER_STREET2": f"{_ADDRESS}/rptOwnerStreet2",
    "RPTOWNER_CITY": f"{_ADDRESS}/rptOwnerCity", "RPTOWNER_STATE": f"{_ADDRESS}/rptOwnerState",
    "RPTOWNER_ZIPCODE": f"{_ADDRESS}/rptOwnerZipCode",
    "RPTOWNER_STATE_DESC": f"{_ADDRESS}/rptOwnerStateDescription",
}  # fmt: skip
"""Column to the path below the owner; the relationship is made of four marks. FILE_NUMBER is on no
page.
"""
SIGNATURE = {"OWNERSIGNATURENAME": "signatureName", "OWNERSIGNATUREDATE": "signatureDate"}

_COLUMN = {
    "SECURITY_TITLE": Column.SECURITY_TITLE, "CONV_EXERCISE_PRICE": Column.EXERCISE_PRICE,
    "TRANS_DATE": Column.TRANSACTION_DATE, "DEEMED_EXECUTION_DATE": Column.DEEMED_DATE,
    "TRANS_FORM_TYPE": Column.FORM_TYPE, "TRANS_CODE": Column.CODE,
    "EQUITY_SWAP_INVOLVED": Column.EQUITY_SWAP,
    "TRANS_SHARES": Column.SHARES, "TRANS_TOTAL_VALUE": Column.TOTAL_VALUE,
    "TRANS_PRICEPERSHARE": Column.PRICE,
    "TRANS_ACQUIRED_DISP_CD": Column.ACQUIRED_DISPOSED, "EXCERCISE_DATE": Column.EXERCISE_DATE,
    "EXPIRATION_DATE": Column.EXPIRATION_DATE, "UNDLYNG_SEC_TITLE": Column.UNDERLYING_TITLE,
    "UNDLYNG_SEC_SHARES": Column.UNDERLYING_SHARES, "UNDLYNG_SEC_VALUE": Column.UNDERLYING_VALUE,
    "SHRS_OWND_FOLWNG_TRANS": Column.OWNED_SHARES, "VALU_OWND_FOLWNG_TRANS": Column.OWNED_VALUE,
    "DIRECT_INDIRECT_OWNERSHIP": Column.DIRECT_INDIRECT, "NATURE_OF_OWNERSHIP": Column.NATURE,
}  # fmt: skip
"""The SEC's names of a row's values."""
_TRANSACTION = (
    "TRANS_DATE", "DEEMED_EXECUTION_DATE", "TRANS_FORM_TYPE", "TRANS_CODE", "EQUITY_SWAP_INVOLVED",
    "TRANS_TIMELINESS",
    "TRANS_SHARES", "TRANS_TOTAL_VALUE", "TRANS_PRICEPERSHARE", "TRANS_ACQUIRED_DISP_CD",
)  # fmt: skip
_GRANT = (
    "EXCERCISE_DATE",
    "EXPIRATION_DATE",
    "UNDLYNG_SEC_TITLE",
    "UNDLYNG_SEC_SHARES",
    "UNDLYNG_SEC_VALUE",
)
_OWNED = (
    "SHRS_OWND_FOLWNG_TRANS", "VALU_OWND_FOLWNG_TRANS", "DIRECT_INDIRECT_OWNERSHIP",
    "NATURE_OF_OWNERSHIP",
)  # fmt: skip
_MARKS_OF = {
    "TRANS_FORM_TYPE": "",
    "TRANS_CODE": "",
    "EQUITY_SWAP_INVOLVED": "EQUITY_SWAP_TRANS_CD_FN",
}
"""In a transaction the coding has one column of marks; every other value has its own, ``X_FN``."""


def _with_marks(names: Iterable[str], coding: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for name in names:
        marks = coding.get(name, f"{name}_FN")
        found += [name, marks] if marks else [name]
    return tuple(found)


def _row_columns(table: str, names: Iterable[str], coding: Mapping[str, str]) -> tuple[str, ...]:
    return (KEY, f"{table}_SK", *_with_marks(names, coding))


TABLES: dict[str, tuple[str, ...]] = {
    "SUBMISSION": (KEY, "FILING_DATE", *SUBMISSION),
    "REPORTINGOWNER": (KEY, *OWNER, "FILE_NUMBER"),
    "NONDERIV_TRANS": _row_columns(
        "NONDERIV_TRANS",
        ("SECURITY_TITLE", *(c for c in _TRANSACTION if c != "TRANS_TOTAL_VALUE"), *_OWNED),
         _MARKS_OF,
    ),
    "NONDERIV_HOLDING": _row_columns("NONDERIV_HOLDING", ("SECURITY_TITLE", "TRANS_FORM_TYPE",
    *_OWNED), {}),
    "DERIV_TRANS": _row_columns(
        "DERIV_TRANS", ("SECURITY_TITLE", "CONV_EXERCISE_PRICE", *_TRANSACTION, *_GRANT, *_OWNED),
        _MARKS_OF
    ),
    "DERIV_HOLDING": _row_columns(
        "DERIV_HOLDING", ("SECURITY_TITLE", "CONV_EXERCISE_PRICE", "TRANS_FORM_TYPE", *_GRANT,
        *_OWNED), {}
    ),
    "FOOTNOTES": (KEY, "FOOTNOTE_ID", "FOOTNOTE_TXT"),
    "OWNER_SIGNATURE": (KEY, *SIGNATURE),
}  # fmt: skip
"""The eight tables and their columns, in the SEC's order."""


@dataclass(slots=True)
class SecTables:
    """Filings as rows of the eight tables; ``rows`` also has those of CONFIDENCE.

    ``X_SK`` numbers the rows of table X from 1 over all filings, in the order in which they are
    added.
    """

    confidence_columns: tuple[str, ...] = (KEY, "TABLE", "SK", "COLUMN", "CONFIDENCE", "STATUS")
    rows: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {t: [] for t in (*TABLES, CONFIDENCE)}
    )

    def add(self, name: str, evidence: Evidence) -> None:
        """The rows of one filing. ``name`` is what stands as its accession number."""
        filing = evidence.filing
        self._put("SUBMISSION", name, "", {c: [filing.get(p)] for c, p in SUBMISSION.items()})
        for number in range(1, filing.count("reportingOwner") + 1):
            at = f"reportingOwner[{number}]"
            relation, marks = relationship(filing, number)
            sources = {c: [filing.get(f"{at}/{p}")] for c, p in OWNER.items() if p} | {
                RELATIONSHIP: marks
            }
            self._put("REPORTINGOWNER", name, str(number), sources, {RELATIONSHIP: relation})
        for row in filing.rows():
            self._put_row(name, filing, row)
        for id_, note in filing.footnotes().items():
            self._put("FOOTNOTES", name, id_, {"FOOTNOTE_TXT": [note]}, {"FOOTNOTE_ID": id_})
        for number in range(1, filing.count("ownerSignature") + 1):
            sources = {
                c: [filing.get(f"ownerSignature[{number}]/{p}")] for c, p in SIGNATURE.items()
            }
            self._put("OWNER_SIGNATURE", name, str(number), sources)

    def _put_row(self, name: str, filing: Filing, row: Row) -> None:
        kind = "HOLDING" if row.is_holding else "TRANS"
        table = f"{'NONDERIV' if row.table is Table.I else 'DERIV'}_{kind}"
        number = str(len(self.rows[table]) + 1)
        names = [c for c in TABLES[table] if c in _COLUMN]
        marks = {c: row.marks.get(_COLUMN[c], ()) for c in names}
        written = {f"{c}_FN": ",".join(marks[c]) for c in names if f"{c}_FN" in TABLES[table]}
        if not row.is_holding:
            written["EQUITY_SWAP_TRANS_CD_FN"] = ",".join(marks["TRANS_CODE"])
        sources = {c: [row.fields.get(_COLUMN[c])] for c in names}
        mark_field = filing.get(f"{row.path}/{MARKS}")
        sources |= {c: [mark_field] for c, text in written.items() if text}
        self._put(table, name, number, sources, written | {f"{table}_SK": number})

    def _put(
        self, table: str, name: str, sk: str, sources: Mapping[str, list[Field | None]],
        written: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """A row, and how sure each of its values is. ``written`` are values that are no field's
        own.
        """
        values = dict(written or {})
        for column, fields in sources.items():
            if column not in values:
                text = sec_text(fields[0].value if fields[0] else None)
                values[column] = "" if text == NO_CIK and column.endswith("CIK") else text
        self.rows[table].append({c: name if c == KEY else values.get(c, "") for c in TABLES[table]})
        for column in TABLES[table]:
            verdict = least_sure(sources.get(column, []))
            if verdict is not None:
                line = (name, table, sk, column, f"{round(verdict[0], 4):g}", str(verdict[1]))
                self.rows[CONFIDENCE].append(dict(zip(self.confidence_columns, line, strict=True)))


def sec_text(value: Value | None) -> str:
    """A value as the SEC's tables have it: 31-JAN-2024, plain decimals, 1 and 0; a text without
    tabs and line ends.
    """
    if isinstance(value, date):
        return f"{value.day:02}-{_MONTHS[value.month - 1]}-{value.year:04}"
    return " ".join(value_text(value).split())


def tsv_line(values: Iterable[str]) -> str:
    """Quotes stand as they are, as in the SEC's files: read them without quoting."""
    return "\t".join(values) + "\n"
