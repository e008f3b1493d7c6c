"""The running holdings of Tables I and II: readings chosen over the chains, and a check for every
row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ocr_form4.stages.reconcile import evidence
from ocr_form4.stages.reconcile.chains import Bonus, Link, Step, amount_columns, find_chains
from ocr_form4.stages.reconcile.doubt import (
    doubtful,
    grouped,
    one_digit_apart,
    options,
    settled,
    verdict,
)
from ocr_form4.stages.reconcile.limits import marks_were_lost
from ocr_form4.stages.reconcile.pairs import pairing_bonus
from ocr_form4.stages.reconcile.relation import relation
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.components import components
from ocr_form4_models.field import Field, Value, value_text
from ocr_form4_models.form4 import Column, Filing, Row, Table

ROUNDING = Decimal("0.01")
"""Fractional shares that miss the sum by no more are taken for rounded."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One holder's rows of one security, in printed order, by their steps."""

    steps: tuple[Step, ...]

    @property
    def final_total(self) -> bool:
        """Whether every row states the same total although shares were traded: the filer gives the
        end's balance.
        """
        stated = {_owned(s.row) for s in self.steps}
        return len(self.steps) > 1 and len(stated) == 1 and None not in stated


def settle_holdings(filing: Filing) -> tuple[Filing, tuple[Chain, ...]]:
    """The filing with the readings that its chains make most probable, and the chains in printed
    order.
    """
    bonus = pairing_bonus(filing)
    changed: dict[str, Field] = {}
    found: list[tuple[Step, ...]] = []
    for table in Table:
        rows = list(filing.rows(table))
        for indices in components(rows, relation):
            steps = _settle([rows[i] for i in indices], bonus)
            changed |= _changes(steps)
            found.append(steps)
    filing = filing.with_fields(changed)
    now = {row.path: row for row in filing.rows()}
    steps_now = [tuple(replace(s, row=now[s.row.path]) for s in steps) for steps in found]
    return filing, tuple(chain for steps in steps_now for chain in split(steps))


def _settle(rows: Sequence[Row], bonus: Bonus) -> tuple[Step, ...]:
    """Steps whose values differ from the readers' favourites only where the arithmetic makes it
    much more probable.

    A change that is not much more probable is taken back, and nothing else may change because it
    was.
    """
    steps, best = find_chains(rows, bonus, {})
    strong: dict[str, Value] = {}
    for path, field, value in _choices(steps):
        rivals = (
            [field.value]
            if field.value is not None
            else [v for v, _ in options(field) if v != value]
        )
        if all(
            best - find_chains(rows, bonus, {path: r})[1] >= evidence.CHANGE_ODDS for r in rivals
        ):
            strong[path] = value
    fixed: dict[str, Value | None] = {}
    while weak := {p: f.value for p, f, v in _choices(steps) if strong.get(p) != v}:
        fixed |= weak
        steps, _ = find_chains(rows, bonus, fixed)
    return steps


def _choices(steps: Sequence[Step]) -> Iterator[tuple[str, Field, Value]]:
    """(path, field, chosen value) where the choice is not the field's present value."""
    for step in steps:
        for column, value in step.values.items():
            field = step.row.fields[column]
            if field.value != value:
                yield step.row.path_of(column), field, value


def _changes(steps: Sequence[Step]) -> dict[str, Field]:
    return {
        path: settled(field, value, _note(path, field, steps))
        for path, field, value in _choices(steps)
    }


def _note(path: str, field: Field, steps: Sequence[Step]) -> str:
    """What settled the value: the evidence that rests on it, in words."""
    index = next(i for i, s in enumerate(steps) if path.startswith(s.row.path + "/"))
    step = steps[index]
    amount, owned = amount_columns(step.row)
    values = step.values
    after = any(s.previous == index and s.link in (Link.FOLLOWS, Link.RESTATES) for s in steps)
    is_underlying = path.endswith(Column.UNDERLYING_SHARES.path)
    if not is_underlying and (
        step.link in (Link.FOLLOWS, Link.RESTATES) or (after and path.endswith(owned.path))
    ):
        by = "the running holdings"
    elif not is_underlying and step.link is Link.OPENS and values.get(amount) == values.get(owned):
        by = "the opening holdings"
    elif values.get(Column.UNDERLYING_SHARES, "") in (values.get(amount), values.get(owned)):
        by = "the underlying shares"
    else:
        by = "the transaction paired with it in the other table"
    other = "" if field.value is None else f": {grouped(field.value)} would not add up"
    return f"settled by {by}{other}"


def split(steps: Sequence[Step]) -> Iterator[Chain]:
    """The single chains of a component, each step's ``previous`` then counting within its chain."""
    chain_of: list[int] = []
    chains: list[list[Step]] = []
    for step in steps:
        if step.previous is None:
            chain_of.append(len(chains))
            chains.append([step])
        else:
            number = chain_of[step.previous]
            chain_of.append(number)
            chains[number].append(replace(step, previous=len(chains[number]) - 1))
    yield from (Chain(tuple(c)) for c in chains)


def holdings_checks(filing: Filing, chains: Sequence[Chain]) -> Iterator[Check]:
    """One check for each row: opening-holdings, running-holdings, or restated-holdings for a
    holdings row.
    """
    for chain in chains:
        for i, step in enumerate(chain.steps):
            if step.previous is None:
                yield _opening(filing, step)
            elif step.row.is_holding:
                yield _restated(filing, chain, i)
            else:
                yield _running(filing, chain, i)


def _owned(row: Row) -> Decimal | None:
    return row.number(amount_columns(row)[1])


def _traded(row: Row) -> Decimal | None:
    """The shares traded, negative where disposed of."""
    shares = row.number(amount_columns(row)[0])
    sign = {"A": 1, "D": -1}.get(row.text(Column.ACQUIRED_DISPOSED))
    return None if shares is None or sign is None else sign * shares


def _paths(*cells: tuple[Row, Column]) -> tuple[str, ...]:
    """Paths of the cells that the form has, read or not."""
    return tuple(row.path_of(column) for row, column in cells if column in row.fields)


def _arithmetic_paths(chain: Chain, i: int) -> tuple[str, ...]:
    """Paths of the last stated holding before row ``i``, the shares traded since, and the row's own
    holding.
    """
    start = i - 1
    while start > 0 and _owned(chain.steps[start].row) is None:
        start -= 1
    first, row = chain.steps[start].row, chain.steps[i].row
    traded = [
        (s.row, amount_columns(s.row)[0])
        for s in chain.steps[start + 1 : i + 1]
        if not s.row.is_holding
    ]
    return _paths((first, amount_columns(first)[1]), *traded, (row, amount_columns(row)[1]))


_UNDECIDED = "A number is missing that would decide it."


def _running(filing: Filing, chain: Chain, i: int) -> Check:
    step = chain.steps[i]
    row, name = step.row, "running-holdings"
    paths = _arithmetic_paths(chain, i)
    traded, owned = _traded(row), _owned(row)
    if step.before is None or traded is None or owned is None:
        return verdict(filing, name, None, paths, "", value_text(owned), _UNDECIDED)
    expected = step.before + traded
    sum_ = f"{grouped(step.before)} {'+' if traded >= 0 else '-'} {grouped(abs(traded))}"
    if expected == owned:
        return verdict(
            filing,
            name,
            True,
            paths,
            value_text(owned),
            value_text(owned),
            f"{sum_} = {grouped(owned)}.",
        )
    if step.before == owned and (chain.final_total or row.table is Table.II):
        which = (
            "Every row states the same total"
            if chain.final_total
            else "The row states the row before's total"
        )
        words = f"{which}, {grouped(owned)}."
        return verdict(filing, name, True, paths, value_text(owned), value_text(owned), words)
    expects = value_text(expected)
    if abs(expected - owned) <= ROUNDING and _fractional(step.before, traded, owned):
        words = f"{sum_} = {grouped(expected)}, stated as {grouped(owned)}: rounded."
        return verdict(filing, name, True, paths, expects, value_text(owned), words)
    message = f"{sum_} = {grouped(expected)}, but {grouped(owned)} is stated{_culprit(chain, i)}."
    check = verdict(filing, name, False, paths, expects, value_text(owned), message)
    if doubtful(row.fields.get(Column.ACQUIRED_DISPOSED)):
        check = replace(check, grade=Grade.SUSPECT)
    if check.grade is Grade.AS_FILED and marks_were_lost(filing):
        words = " Footnote marks that were not seen may tell that it is another holder's."
        check = replace(check, grade=Grade.SUSPECT, message=message + words)
    if row.table is Table.II and check.grade is Grade.AS_FILED:
        words = (
            " In Table II many filers state what is left of one grant, so that this decides "
            "nothing."
        )
        return verdict(filing, name, None, paths, expects, value_text(owned), message + words)
    return check


def _fractional(*numbers: Decimal) -> bool:
    return any(n != n.to_integral_value() for n in numbers)


def _culprit(chain: Chain, i: int) -> str:
    """Where the holdings on either side of one that fits neither agree with each other: it is the
    odd one.
    """
    for odd in (i, i - 1):
        if 0 < odd < len(chain.steps) - 1 and chain.steps[odd].link is Link.BREAKS:
            before, after = chain.steps[odd].before, chain.steps[odd + 1].row
            through = (before, _traded(chain.steps[odd].row), _traded(after))
            if None not in through and sum(t for t in through if t is not None) == _owned(after):
                owned = grouped(_owned(chain.steps[odd].row))
                return (
                    f"; the rows before and after agree with each other, so {owned} is the odd one"
                )
    return ""


def _restated(filing: Filing, chain: Chain, i: int) -> Check:
    step = chain.steps[i]
    paths = (
        chain.steps[i - 1].row.path_of(amount_columns(step.row)[1]),
        step.row.path_of(amount_columns(step.row)[1]),
    )
    owned = value_text(_owned(step.row))
    message = (
        f"The holdings row restates the balance of the row before, {grouped(_owned(step.row))}."
    )
    return verdict(filing, "restated-holdings", True, paths, owned, owned, message)


def _opening(filing: Filing, step: Step) -> Check:
    """What the first row implies was owned before: it cannot be negative."""
    row, name = step.row, "opening-holdings"
    amount, owned_column = amount_columns(row)
    traded, owned = _traded(row), _owned(row)
    if row.is_holding:
        paths = _paths((row, owned_column))
        message = "A balance without a trade: nothing to verify."
        return verdict(filing, name, None, paths, "", value_text(owned), message)
    paths = _paths((row, amount), (row, owned_column))
    if traded is None or owned is None:
        return verdict(filing, name, None, paths, "", value_text(owned), _UNDECIDED)
    before = owned - traded
    slip = (
        _slip(abs(traded), owned, any(doubtful(filing.fields.get(p)) for p in paths))
        if traded > 0
        else ""
    )
    if before < 0 or slip:
        words = slip or f"it implies {grouped(before)} owned before, less than nothing"
        message = (
            f"{grouped(abs(traded))} {_verb(traded)} and {grouped(owned)} owned after: {words}."
        )
        check = verdict(
            filing,
            name,
            False,
            paths,
            value_text(max(traded, Decimal(0))),
            value_text(owned),
            message,
        )
        doubted = doubtful(row.fields.get(Column.ACQUIRED_DISPOSED))
        return replace(check, grade=Grade.SUSPECT) if doubted else check
    message = f"{grouped(before)} owned before the first row of this chain."
    return Check(name, Outcome.HOLDS, paths, value_text(owned), value_text(owned), message)


def _verb(traded: Decimal) -> str:
    return "acquired" if traded >= 0 else "disposed of"


def _slip(traded: Decimal, owned: Decimal, doubted: bool) -> str:
    """What a small difference between the shares acquired and the holding looks like, or nothing.

    Two digits that changed places are a slip even where both numbers are beyond doubt; one other
    digit is taken for one only where a reading is doubtful.
    """
    one, other = value_text(traded), value_text(owned)
    if traded == owned or len(one) != len(other):
        return ""
    different = [k for k, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(different) == 2 and different[1] == different[0] + 1 and len(one) > 3:
        k = different[0]
        if one[k] == other[k + 1] and one[k + 1] == other[k]:
            return "the same number with two digits transposed"
    return "the same number but for one digit" if doubted and one_digit_apart(traded, owned) else ""
