"""Things that belong together because they are joined, directly or through others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def components(things: Sequence[T], are_joined: Callable[[T, T], object]) -> list[list[int]]:
    """The indices of things that are joined, each list in the order given, the lists by their
    first. ``are_joined`` is asked about an earlier thing and a later one.
    """
    found: list[list[int]] = []
    for i, thing in enumerate(things):
        joined = [c for c in found if any(are_joined(things[j], thing) for j in c)]
        found = [c for c in found if c not in joined]
        found.append(sorted([i, *(j for c in joined for j in c)]))
    return sorted(found)
