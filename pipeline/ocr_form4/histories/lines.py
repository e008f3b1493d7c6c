"""Which part goes on from which: the parts of all filings put into lines, day after day.

Lines are looked up by what they hold and where they end, so that the work grows with the number of
parts (times its logarithm) and not with the lines there are already: a person files for decades,
and a scan may be given many times.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from heapq import heappop, heappush
from itertools import groupby, islice

from ocr_form4.histories.amendments import without_amended
from ocr_form4.histories.parts import Holdings, Part, parts_of
from ocr_form4_models.form4 import Filing

Line = list[Part]
"""The parts of one history, in the order of their filings."""
_Place = tuple[int, Decimal]
"""A holding's number and a balance of it."""


def lines_of(filings: Iterable[tuple[str, Filing]]) -> list[Line]:
    """The histories of a few persons' filings, given as (NAME, filing)."""
    holdings = Holdings()
    found = ((n, parts_of(n, f, holdings)) for n, f in without_amended(filings))
    dated = sorted(((parts[0].when, n, parts) for n, parts in found if parts), key=lambda d: d[:2])
    lines = _Lines(holdings.alike)
    for _, of_one_day in groupby(dated, key=lambda d: d[0]):
        day = _Day([parts for _, _, parts in of_one_day], lines)
        while (parts := day.pop()) is not None:
            day.changed(lines.add(parts))
    return lines.all


class _Lines:
    """The lines so far, and where they end."""

    def __init__(self, alike: list[list[int]]) -> None:
        self.all: list[Line] = []
        self.alike = alike
        # Numbers of lines, ascending, by the last part's holding, and by its holding and balance.
        self._of: dict[int, list[int]] = {}
        self._at: dict[_Place, list[int]] = {}

    def ends_at(self, place: _Place) -> bool:
        return bool(self._at.get(place))

    def add(self, parts: Sequence[Part]) -> list[_Place]:
        """First the parts that go on exactly, then what is left, where it is clear what belongs to
        what.

        Returns the places where lines end now and none did before, and the other way round.
        """
        ended: dict[_Place, bool] = {}
        waiting = []
        for part in parts:
            line = self._exact(part)
            if line is None:
                waiting.append(part)
            else:
                self._go_on(line, part, ended)
        for part in waiting:
            open_lines = list(islice(self._open(part), 2))
            alone = sum(p.holding in self.alike[part.holding] for p in waiting) == 1
            self._go_on(open_lines[0] if len(open_lines) == 1 and alone else None, part, ended)
        return [place for place, before in ended.items() if before != self.ends_at(place)]

    def _exact(self, part: Part) -> int | None:
        """The first line of another filing that ends with the balance from which the part
        starts.
        """
        if part.opening is None:
            return None
        firsts = (
            next(self._others(self._at.get((h, part.opening), ()), part.name), None)
            for h in self.alike[part.holding]
        )
        return min((n for n in firsts if n is not None), default=None)

    def _open(self, part: Part) -> Iterator[int]:
        for holding in self.alike[part.holding]:
            yield from self._others(self._of.get(holding, ()), part.name)

    def _others(self, numbers: Iterable[int], name: str) -> Iterator[int]:
        return (n for n in numbers if self.all[n][-1].name != name)

    def _go_on(self, number: int | None, part: Part, ended: dict[_Place, bool]) -> None:
        """The part at the end of a line, or of a new one."""
        if number is None:
            number = len(self.all)
            self.all.append([])
        else:
            last = self.all[number][-1]
            _remove(self._of[last.holding], number)
            if last.closing is not None:
                place = (last.holding, last.closing)
                ended.setdefault(place, True)
                _remove(self._at[place], number)
        self.all[number].append(part)
        insort(self._of.setdefault(part.holding, []), number)
        if part.closing is not None:
            place = (part.holding, part.closing)
            ended.setdefault(place, self.ends_at(place))
            insort(self._at.setdefault(place, []), number)


def _remove(numbers: list[int], number: int) -> None:
    del numbers[bisect_left(numbers, number)]


class _Day:
    """One day's filings: next comes what goes on best from the lines so far and least from another
    of the day.

    A long list of sales is filed on several forms of one date, and nothing but the balances tells
    their order. A filing is weighed again only where a line begins or ceases to end at a balance
    from which it starts, or where no other filing of the day ends there any more.
    """

    def __init__(self, filings: Sequence[Sequence[Part]], lines: _Lines) -> None:
        self._filings, self._lines = filings, lines
        self._ends = [
            {(p.holding, p.closing) for p in parts if p.closing is not None} for parts in filings
        ]
        self._starting: dict[_Place, set[int]] = {}
        self._ending: dict[_Place, int] = {}
        for i, parts in enumerate(filings):
            for p in parts:
                if p.opening is not None:
                    self._starting.setdefault((p.holding, p.opening), set()).add(i)
            for place in self._ends[i]:
                self._ending[place] = self._ending.get(place, 0) + 1
        self._fitness: dict[int, tuple[int, int]] = {}
        self._heap: list[tuple[tuple[int, int], int]] = []
        for i in range(len(filings)):
            self._weigh(i)

    def pop(self) -> Sequence[Part] | None:
        """The filing that comes next, None where there is no more."""
        while self._heap:
            fitness, i = heappop(self._heap)
            if self._fitness.get(i) == fitness:
                del self._fitness[i]
                for place in self._ends[i]:
                    self._ending[place] -= 1
                self.changed([place for place in self._ends[i] if self._ending[place] <= 1])
                return self._filings[i]
        return None

    def changed(self, places: Iterable[_Place]) -> None:
        near = {(h, balance) for holding, balance in places for h in self._lines.alike[holding]}
        for i in {i for place in near for i in self._starting.get(place, ()) if i in self._fitness}:
            self._weigh(i)

    def _weigh(self, i: int) -> None:
        """Least is best: what does not go on from the lines, then what goes on from others of the
        day.
        """
        follows = later = 0
        for part in self._filings[i]:
            if part.opening is not None:
                places = [(h, part.opening) for h in self._lines.alike[part.holding]]
                follows += any(self._lines.ends_at(place) for place in places)
                later += any(
                    self._ending.get(place, 0) > (place in self._ends[i]) for place in places
                )
        self._fitness[i] = (-follows, later)
        heappush(self._heap, (self._fitness[i], i))
