"""Pages to filings: which pages of a document belong together, and in which order.

People feed duplex piles front sides first, stacks that lie face up, a page twice; a first page is
lost. So what scanners give is one of a few orders of the pile (``orders``), with what single pages
say of themselves (``facts``) against or for it (``weigh``). The partition of the pages into filings
that all arguments together speak for most is looked for; where another one is nearly as likely, the
pages concerned are told, and settle nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise, product

from rapidfuzz import fuzz

from ocr_form4.stages.collate.facts import PageFacts, facts_of
from ocr_form4.stages.collate.weigh import IMPOSSIBLE, Argument, arguments, belongs
from ocr_form4.text.captions import speaks_like_a_letter

Chain = tuple[int, ...]
"""Indices of pages, in the order of their filing."""
State = frozenset[Chain]
"""A partition of the pages."""

_ORPHAN = -6.0
"""A page of the form before which none with a header is: its own was lost."""
_STRANGE = -1.0
"""A page of bare text that belongs to no filing."""
_OUT_OF_ORDER = -3.0
"""A page that does not lie where the order of the pile lets expect it."""
_TURNED_ODDS = -4.0, -4.5, -4.5
"""Of a pile whose fronts and backs were scanned one after the other: backs in reverse, as a pile is
turned over as a whole; backs in order; and sheets turned one by one. A shuffled pile has less than
any (``_OUT_OF_ORDER`` a page).
"""
_LONGER, _SAME_ROWS = 0.1, 0.8
"""Two scans of one page differ in length by less of it than the first, and have more than the
second of their rows alike.
"""
_STARTS = 4
"""Partitions of a long pile that are looked into further, the likeliest first."""
_SETTLED = 2.5
"""How much less likely another partition must be, in natural logarithms: odds of one in twelve."""
_MISFIT = -3.0
"""What is said against pages in one filing, in all, from which they may not be of one: less is poor
print.
"""
_TELLING, _KNOWN = 2.5, 1.5
"""What tells a page by itself to be a filing's: a name, a balance, an amount, the numbers of
footnotes; and what of it is left, after all that is said against the pages, where they are one
filing for sure.
"""
_MANY_PAGES = 40
"""Longer documents are not searched beyond the usual orders of a pile."""
_LONGEST = 16
"""Pages of one filing, at most: 30 rows a table, 99 footnotes and ten owners take 12."""
_AGAIN, _LEAST_TEXT = 93.0, 80
"""Likeness of the texts of two pages (rapidfuzz, of 100) from which one is the other again, and the
letters that both need for that."""


@dataclass(frozen=True, slots=True)
class Collated:
    """The pages of one filing, by number, in its order. ``doubts`` say in words what does not fit
    together, and on which pages; ``unsettled`` are the pages that may be another filing's.
    """

    pages: tuple[int, ...]
    doubts: tuple[str, ...] = ()
    unsettled: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Pile:
    """A document's pages told apart: ``filings`` by the place of their first pages; ``repeated``
    gives for a page that was fed again the one that it repeats; ``strange`` are the pages of no
    form.
    """

    filings: tuple[Collated, ...]
    repeated: Mapping[int, int] = field(default_factory=dict)
    strange: frozenset[int] = frozenset()


def collate(pages: Sequence[PageFacts], count: int) -> Pile:
    """The filings of a document of ``count`` pages, from the facts of those that hold text, in the
    pile's order.
    """
    letters = frozenset(p.number for p in pages if _is_letter(p))
    kept = [p for p in pages if p.number not in letters]
    repeated = _repeated(kept)
    kept = [p for p in kept if p.number not in repeated]
    search = _Search(tuple(kept), count)
    state, second = search.best()
    filings, strange = [], set(letters)
    opened = any(p.opens for p in kept)
    for chain in sorted(state, key=lambda c: kept[c[0]].number):
        of = [kept[i] for i in chain]
        # a table under no caption of the form's is a page of it only among others
        if not of[0].opens and not any(p.is_form or (p.rows and opened) for p in of):
            strange |= {p.number for p in of}
        else:
            filings.append(_collated(of, chain, second, search))
    return Pile(tuple(filings), repeated, frozenset(strange))


def _is_letter(page: PageFacts) -> bool:
    return not (page.opens or page.is_form or page.rows) and speaks_like_a_letter(page.text)


def _collated(
    pages: Sequence[PageFacts], chain: Chain, second: Mapping[int, int], search: _Search
) -> Collated:
    numbers = [p.number for p in pages]
    doubts, unsettled = [], set()
    if not pages[0].opens:
        doubts.append(
            f"the first page, with the header, was not found before page {_listed(numbers)}"
        )
        unsettled |= set(numbers)
    against = _against(arguments(pages, search.strangers(chain)))
    if len(pages) > 1 and against:
        said = "; ".join(dict.fromkeys(f"page {a.page} {a.text}" for a in against))
        doubts.append(f"pages {_listed(numbers)} may not be of one filing: {said}")
        unsettled |= {a.page for a in against}
    for i in chain[1:]:
        if i in second:
            other = search.pages[second[i]].number
            doubts.append(f"page {search.pages[i].number} may go on with page {other} as well")
            unsettled.add(search.pages[i].number)
    if chain[0] in second and not doubts:
        doubts.append(
            f"page {search.pages[second[chain[0]]].number} may go on with page {numbers[0]} as well"
        )
    return Collated(tuple(numbers), tuple(doubts), frozenset(unsettled))


def _against(said: Sequence[Argument]) -> list[Argument]:
    """What makes it doubtful that pages are of one filing; nothing where it is too little.

    A page's own name, balances and footnotes outweigh a date that was typed or read wrong. On paper
    of another kind, a page without any of them is no filing's for sure.
    """
    known: dict[int, float] = {}
    for a in said:
        known[a.page] = known.get(a.page, 0.0) + (
            a.weight if a.weight < 0 or a.weight >= _TELLING else 0.0
        )
    telling = {a.page for a in said if a.weight >= _TELLING}
    found = [a for a in said if a.weight < 0 and (known[a.page] < _KNOWN or a.weight <= IMPOSSIBLE)]
    unlike = any(a.of_paper and a.page not in telling for a in found)
    return found if unlike or sum(a.weight for a in found) <= _MISFIT else []


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))


def _repeated(pages: Sequence[PageFacts]) -> dict[int, int]:
    """Pages that were fed again, each with the one it repeats: all of its figures, and nearly all
    of its words.
    """
    found: dict[int, int] = {}
    for k, page in enumerate(pages):
        for other in pages[:k]:
            if other.number not in found and _is_again(page, other):
                found[page.number] = other.number
                break
    return found


def _is_again(a: PageFacts, b: PageFacts) -> bool:
    if min(len(a.text), len(b.text)) < _LEAST_TEXT or (a.opens, a.owner, a.signed) != (
        b.opens,
        b.owner,
        b.signed,
    ):
        return False
    if abs(len(a.text) - len(b.text)) > _LONGER * max(len(a.text), len(b.text)):
        return False
    same = [
        (x.amounts, x.owned, x.when) == (y.amounts, y.owned, y.when)
        for x, y in zip(a.rows, b.rows, strict=False)
    ]
    if len(a.rows) != len(b.rows) or sum(same) < _SAME_ROWS * len(same):
        return False
    return float(fuzz.ratio(a.text, b.text)) >= _AGAIN


def orders(count: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The orders in which piles are fed, as page numbers in the order of the filings, with the log
    odds of each.
    """
    plain = list(range(1, count + 1))
    half = (count + 1) // 2
    fronts, backs = plain[:half], plain[half:]
    yield 0.0, tuple(plain)
    yield -3.0, tuple(plain[::-1])
    turned = _interleaved(fronts, backs[::-1])
    straight = _interleaved(fronts, backs)
    swapped = [n for k in range(0, count, 2) for n in reversed(plain[k : k + 2])]
    for odds, order in zip(_TURNED_ODDS, (turned, straight, swapped), strict=True):
        yield odds, tuple(order)
        yield odds - 1.0, tuple(order[::-1])


def _interleaved(fronts: Sequence[int], backs: Sequence[int]) -> list[int]:
    found = []
    for k, front in enumerate(fronts):
        found += [front, *backs[k : k + 1]]
    return found


class _Search:
    """The likeliest partition of pages, by the orders of a pile and then by single changes to the
    best one.
    """

    def __init__(self, pages: tuple[PageFacts, ...], count: int) -> None:
        self.pages = pages
        index = {p.number: i for i, p in enumerate(pages)}
        self.orders = [
            (odds, tuple(index[n] for n in order if n in index)) for odds, order in orders(count)
        ]
        self._next = [(odds, set(pairwise(order))) for odds, order in self.orders]
        self._weight = lru_cache(maxsize=None)(self._weigh)
        self._seen: dict[State, float] = {}

    def best(self) -> tuple[State, dict[int, int]]:
        """The likeliest partition, and for each page that another, nearly as likely one puts
        elsewhere, the page it stands behind there; both for the page and for the ones whose place
        it takes.
        """
        plain = self._cut(self.orders[0][1])
        if self._is_plain(plain):
            return plain, {}
        starts = [plain, *(self._cut(order) for _, order in self.orders[1:])]
        for start in starts:
            self._total(start)
        best = max(self._seen, key=lambda s: (self._seen[s], sorted(s)))
        if len(self.pages) <= _MANY_PAGES:
            for start in sorted(self._seen, key=lambda s: (-self._seen[s], sorted(s)))[:_STARTS]:
                self._climb(start)
            best = max(self._seen, key=lambda s: (self._seen[s], sorted(s)))
        return best, self._second(best)

    def strangers(self, chain: Chain) -> tuple[frozenset[str], ...]:
        """The persons of the other filings, who are not this one's."""
        own = self.pages[chain[0]].owner
        return tuple(
            p.owner
            for i, p in enumerate(self.pages)
            if p.opens and i not in chain and not p.owner & own
        )

    def _weigh(self, chain: Chain) -> float:
        pages = [self.pages[i] for i in chain]
        if not pages[0].opens and not any(p.is_form or p.rows for p in pages):
            return _STRANGE * len(pages)
        return (0.0 if pages[0].opens else _ORPHAN) + belongs(pages, self.strangers(chain))

    def _is_plain(self, state: State) -> bool:
        """Whether a partition leaves nothing to ask: pages follow each other, all are signed and
        nothing is against.
        """
        for chain in state:
            pages = [self.pages[i] for i in chain]
            if not pages[0].opens:
                return False
            against = sum(a.weight for a in arguments(pages, self.strangers(chain)) if a.weight < 0)
            if against <= _MISFIT or (len(state) > 1 and self._weight(chain) < 0):
                return False
        return True

    def _cut(self, order: Sequence[int]) -> State:
        """The likeliest cut of an order into filings, by dynamic programming."""
        n = len(order)
        best: list[tuple[float, tuple[Chain, ...]]] = [(0.0, ())]
        for end in range(1, n + 1):
            options = []
            for start in range(end - 1, max(-1, end - 1 - _LONGEST), -1):
                chain = tuple(order[start:end])
                if any(self.pages[i].opens for i in chain[1:]):
                    break
                options.append((best[start][0] + self._weight(chain), (*best[start][1], chain)))
            best.append(max(options, key=lambda o: o[0]))
        return frozenset(best[n][1])

    def _total(self, state: State) -> float:
        if state not in self._seen:
            joints = {joint for chain in state for joint in pairwise(chain)}
            order = max(
                odds + _OUT_OF_ORDER * len(joints - following) for odds, following in self._next
            )
            self._seen[state] = sum(self._weight(chain) for chain in sorted(state)) + order
        return self._seen[state]

    def _climb(self, state: State) -> None:
        while True:
            better = max(
                self._changed(state), key=lambda s: (self._total(s), sorted(s)), default=state
            )
            if self._total(better) <= self._total(state):
                return
            state = better

    def _changed(self, state: State) -> Iterator[State]:
        """The partitions that a single change leads to: a page elsewhere, the ends of two filings
        exchanged.
        """
        chains = sorted(state)
        for k, chain in enumerate(chains):
            others = chains[:k] + chains[k + 1 :]
            for at, page in enumerate(chain):
                if not self.pages[page].opens:
                    yield from self._moved(chain, at, others)
        for (k, a), (m, b) in combinations(enumerate(chains), 2):
            rest_of = [c for i, c in enumerate(chains) if i not in (k, m)]
            for x, y in product(range(1, len(a) + 1), range(1, len(b) + 1)):
                if x < len(a) or y < len(b):
                    yield frozenset([*rest_of, a[:x] + b[y:], b[:y] + a[x:]])

    def _moved(self, chain: Chain, at: int, others: Sequence[Chain]) -> Iterator[State]:
        """The partitions with one page of a filing by itself, in each of the others, or elsewhere
        in its own.
        """
        page, rest = chain[at], chain[:at] + chain[at + 1 :]
        if rest:
            yield frozenset([*others, rest, (page,)])
        for m, other in enumerate(others):
            kept = [*others[:m], *others[m + 1 :], *([rest] if rest else [])]
            for place in self._places(other):
                yield frozenset([*kept, (*other[:place], page, *other[place:])])
        for place in self._places(chain):
            if place != at and place <= len(rest):
                yield frozenset([*others, (*rest[:place], page, *rest[place:])])

    def _places(self, chain: Chain) -> range:
        """Where in a filing a page may go: nothing stands before a page that opens one."""
        return range(1 if self.pages[chain[0]].opens else 0, len(chain) + 1)

    def _second(self, best: State) -> dict[int, int]:
        least = self._seen[best] - _SETTLED
        placed = _before(best)
        found: dict[int, int] = {}
        for state in sorted(
            (s for s, total in self._seen.items() if s != best and total > least), key=sorted
        ):
            for page, opener in _before(state).items():
                if placed[page] != opener and page != opener:
                    found.setdefault(page, opener if opener != page else placed[page])
                    found.setdefault(opener, page)
                    found.setdefault(placed[page], page)
        return found


def _before(state: State) -> dict[int, int]:
    """The first page of each page's filing."""
    return {i: chain[0] for chain in state for i in chain}


__all__ = ["Collated", "PageFacts", "Pile", "collate", "facts_of"]
