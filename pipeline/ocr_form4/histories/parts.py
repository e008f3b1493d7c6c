"""The parts of histories: each chain of each filing, with what tells whose balance of what it
is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ocr_form4.stages.reconcile.chains import amount_columns
from ocr_form4.stages.reconcile.relation import same_words
from ocr_form4.stages.reconcile.running import Chain, settle_holdings
from ocr_form4_models.form4 import Column, Filing, Row, Table


@dataclass(frozen=True, slots=True)
class Holding:
    """Who owns what, in the words of one filing.

    ``exact`` must agree to the letter (table, form of ownership, what is counted, grant); elsewhere
    one may be misread.
    """

    person: str
    issuer: str
    symbol: str
    security: str
    nature: str
    exact: tuple[str, ...]

    def may_be(self, other: Holding) -> bool:
        """Whether both speak of one person, issuer, security, form and nature of ownership."""
        return (
            self.exact == other.exact
            and same_words(self.person, other.person)
            and _same_issuer((self.symbol, self.issuer), (other.symbol, other.issuer))
            and same_words(self.security, other.security)
            and same_words(self.nature, other.nature)
        )


class Holdings:
    """Holdings by number. Each two of them are compared once, however many filings speak of
    them.
    """

    def __init__(self) -> None:
        self.alike: list[list[int]] = []
        """For each holding those that may be the same, itself among them."""
        self._numbers: dict[Holding, int] = {}
        self._with: dict[tuple[str, ...], list[tuple[int, Holding]]] = {}

    def number(self, holding: Holding) -> int:
        if holding in self._numbers:
            return self._numbers[holding]
        number = self._numbers[holding] = len(self.alike)
        near = self._with.setdefault(holding.exact, [])
        same = [n for n, other in near if other.may_be(holding)]
        for n in same:
            self.alike[n].append(number)
        self.alike.append([*same, number])
        near.append((number, holding))
        return number


@dataclass(frozen=True, slots=True)
class Part:
    """A chain of one filing: the balance from which it starts and the one that it leaves.

    ``holding`` is the number that its Holding has in Holdings.
    """

    name: str
    filing: Filing
    chain: Chain
    when: date
    amendment: bool
    holding: int
    opening: Decimal | None
    closing: Decimal | None

    @property
    def row(self) -> Row:
        return self.chain.steps[0].row


def parts_of(name: str, filing: Filing, holdings: Holdings) -> list[Part]:
    """None where the filing has no date or no person."""
    when = day_of(filing)
    if when is None or not person_of(filing):
        return []
    amendment = is_amendment(filing)
    found = []
    for chain in settle_holdings(filing)[1]:
        opening, closing = _opening_of(chain), _closing_of(chain)
        if opening is not None or closing is not None:
            holding = holdings.number(_holding(filing, chain.steps[0].row))
            found.append(Part(name, filing, chain, when, amendment, holding, opening, closing))
    return found


def _holding(filing: Filing, row: Row) -> Holding:
    amounts = tuple(c.name for c in amount_columns(row))
    texts = (row.text(Column.SECURITY_TITLE), row.text(Column.NATURE))
    symbol = filing.get("issuer/issuerTradingSymbol")
    exact = (row.table.name, row.text(Column.DIRECT_INDIRECT), *amounts, *_grant(row))
    return Holding(
        person_of(filing), issuer_of(filing), symbol.text if symbol else "", *texts, exact
    )


def _grant(row: Row) -> tuple[str, ...]:
    """In Table II a balance is of one grant."""
    columns = (Column.EXERCISE_PRICE, Column.EXPIRATION_DATE) if row.table is Table.II else ()
    return tuple(row.text(c) for c in columns)


def same_rows(a: Row, b: Row) -> bool:
    """Whether two rows speak of one security, form and nature of ownership, and in Table II of one
    grant.
    """
    return (
        a.table is b.table
        and amount_columns(a) == amount_columns(b)
        and same_words(a.text(Column.SECURITY_TITLE), b.text(Column.SECURITY_TITLE))
        and a.text(Column.DIRECT_INDIRECT) == b.text(Column.DIRECT_INDIRECT)
        and same_words(a.text(Column.NATURE), b.text(Column.NATURE))
        and _grant(a) == _grant(b)
    )


def same_issuer(a: Filing, b: Filing) -> bool:
    symbols = (x.get("issuer/issuerTradingSymbol") for x in (a, b))
    one, other = (field.text if field else "" for field in symbols)
    return _same_issuer((one, issuer_of(a)), (other, issuer_of(b)))


def _same_issuer(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """By (trading symbol, name), either of them: issuers change their names, and symbols are
    sometimes not given.
    """
    one, other = a[0].casefold(), b[0].casefold()
    return (one == other and one not in ("", "none", "n/a")) or same_words(a[1], b[1])


def is_amendment(filing: Filing) -> bool:
    kind = filing.get("documentType")
    return kind is not None and kind.text.endswith("/A")


def day_of(filing: Filing) -> date | None:
    """The period of the report, or where that is not read the day of the signature."""
    period = filing.get("periodOfReport")
    return (
        period.value if period is not None and isinstance(period.value, date) else signed_on(filing)
    )


def signed_on(filing: Filing) -> date | None:
    days = [
        f.value
        for p, f in filing.fields.items()
        if p.endswith("/signatureDate") and isinstance(f.value, date)
    ]
    return max(days, default=None)


def person_of(filing: Filing) -> str:
    name = filing.get("reportingOwner[1]/reportingOwnerId/rptOwnerName")
    return name.text if name else ""


def issuer_of(filing: Filing) -> str:
    name = filing.get("issuer/issuerName")
    return name.text if name else ""


def _opening_of(chain: Chain) -> Decimal | None:
    """What was owned before a chain's first row; a holdings row restates what was owned."""
    step = chain.steps[0]
    amount, owned_column = amount_columns(step.row)
    owned, shares = step.row.number(owned_column), step.row.number(amount)
    if step.row.is_holding:
        return owned
    sign = {"A": 1, "D": -1}.get(step.row.text(Column.ACQUIRED_DISPOSED))
    if owned is None or shares is None or sign is None or chain.final_total:
        return None
    return owned - sign * shares


def _closing_of(chain: Chain) -> Decimal | None:
    row = chain.steps[-1].row
    return row.number(amount_columns(row)[1])
