"""Other ways to read a word: the sums over paths are right, and a known word that is nearly as
probable is taken.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr_form4.readers.beam import ways_to_read
from ocr_form4.text.lexicon import is_known


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(k for k, before in zip(path, (0, *path), strict=False) if k and k != before)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10_000))
def test_a_sequence_is_as_probable_as_all_its_paths(steps: int, seed: int) -> None:
    """Against summing every path by hand, on small random answers with a wide beam."""
    p = np.random.default_rng(seed).dirichlet(np.ones(3), steps).astype(np.float32)
    p[p < 0.02] = 0.02
    wanted: dict[tuple[int, ...], float] = {}
    for path in product(range(3), repeat=steps):
        wanted[collapsed(path)] = wanted.get(collapsed(path), 0.0) + float(
            np.prod([p[t, k] for t, k in enumerate(path)])
        )
    found = dict(ways_to_read(p, width=10_000))
    assert found.keys() == wanted.keys()
    assert all(found[k] == pytest.approx(wanted[k], rel=1e-4) for k in wanted)
    assert [q for _, q in ways_to_read(p)] == sorted((q for _, q in ways_to_read(p)), reverse=True)


@pytest.mark.parametrize(
    ("word", "known"),
    [("price", True), ("pnce", False), ("Securities", True), ("Secunties", False),
     ("attorney-in-fact,", True),
     ("$2,331.39", True), ("$2.331.39", False), ("(12)", True),
     ("L.P.", True), ("U.S.", True),
     ("(U.S.),", True), ("L.P", False), ("holder.The", False), ("10b5-1", True), ("10h5-1", False),
      ("iT", False),
     ("03/14/2025.", True), ("Person's", True), ("", False)],
)  # fmt: skip
def test_words_and_figures_that_may_stand_on_the_form_are_known(word: str, known: bool) -> None:
    assert is_known(word) is known
