"""Joining legs: standardised scores, weighted."""

from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.retrieval.fusion import fuse, standardised


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_standardised_scores_have_mean_0_and_deviation_1_and_keep_the_order(scores: list[float]) -> None:
    found = standardised(scores)
    if pstdev(scores) > 1e-6:
        assert fmean(found) == pytest.approx(0, abs=1e-6)
        assert pstdev(found) == pytest.approx(1, abs=1e-6)
        assert sorted(range(len(scores)), key=lambda at: (scores[at], at)) == sorted(
            range(len(scores)), key=lambda at: (found[at], scores[at], at)
        )


def test_scores_that_do_not_differ_say_nothing() -> None:
    weights = {"dense": 0.5, "lexical": 0.5}
    assert fuse({"dense": [0.5, 0.5], "lexical": [1.0, 3.0]}, weights) == pytest.approx([-0.5, 0.5])


def test_one_leg_alone_keeps_its_own_order() -> None:
    assert fuse({"lexical": [1.0, 3.0, 2.0]}) == pytest.approx(standardised([1.0, 3.0, 2.0]))


def test_no_candidates_give_no_scores() -> None:
    assert fuse({"dense": [], "lexical": []}).tolist() == []
