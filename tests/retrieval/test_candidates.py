"""Candidates in one order, whatever how many are asked for."""

from dataclasses import replace

import numpy as np

from search.retrieval.candidates import followed
from search.retrieval.query import Candidates, QueryState, accepted


def asked(keys: list[int], tie: list[int]) -> QueryState:
    state = accepted("停车难")
    assert isinstance(state, QueryState)
    scores = {"dense": np.linspace(1, 0, len(keys))}
    return replace(state, candidates=Candidates(np.array(keys), scores, np.array(tie), {}))


def test_ties_of_a_deeper_list_are_numbered_without_a_gap() -> None:
    """A gap would hide the ties before it, and a candidate would be read twice and another one never."""
    joined = followed([asked([4, 5], [0, 0])], [asked([4, 5, 6, 7], [0, 0, 3, 3])])[0].candidates
    assert joined is not None
    assert (joined.keys.tolist(), joined.tie.tolist()) == ([4, 5, 6, 7], [0, 0, 1, 1])
