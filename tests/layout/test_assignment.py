"""Optimal assignments, against brute force."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.layout.assignment import best_pairing, unshuffled


@given(st.lists(st.lists(st.floats(-5, 5), min_size=5, max_size=5), min_size=5, max_size=5))
def test_no_other_pairing_gains_more(rows: list[list[float]]) -> None:
    gains = np.array(rows)
    total = sum(gains[pair] for pair in best_pairing(gains).items())
    best = max(sum(max(0.0, gains[a, b]) for a, b in enumerate(order)) for order in itertools.permutations(range(5)))
    assert total == pytest.approx(best)
    assert all(gains[pair] > 0 for pair in best_pairing(gains).items())


def test_two_shuffled_streams_are_recovered() -> None:
    gains = np.random.default_rng(1).normal(size=(7, 7))
    before = unshuffled(gains)
    total = sum(gains[a, b] for b, (a, _) in before.items())
    assert all(margin >= 0 for _, margin in before.values())
    sides = itertools.product((0, 1), repeat=7)
    streams = ([[item for item in range(7) if side[item] == stream] for stream in (0, 1)] for side in sides)
    assert total == pytest.approx(max(sum(gains[a, b] for stream in both for a, b in itertools.pairwise(stream)) for both in streams))
