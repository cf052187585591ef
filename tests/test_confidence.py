"""The score: a probability, higher with more evidence, the same for the same evidence."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from search.confidence import LINES, THRESHOLD, Evidence, probability

share = st.floats(0, 1)


@given(share, share, share, share)
def test_more_evidence_never_lowers_the_score(cosine: float, coverage: float, similarity: float, more: float) -> None:
    for known, model in itertools.product((cosine, None), (*LINES, "another", None)):
        base = probability(Evidence(known, coverage, similarity, model))
        assert 0 <= base <= 1
        if known is not None:
            assert probability(Evidence(max(known, more), coverage, similarity, model)) >= base
        assert probability(Evidence(known, max(coverage, more), similarity, model)) >= base
        assert probability(Evidence(known, coverage, max(similarity, more), model)) >= base


def test_no_evidence_is_no_precedent_and_all_of_it_is_one() -> None:
    for model in LINES:
        assert probability(Evidence(0.0, 0.0, 0.0, model)) < THRESHOLD < probability(Evidence(1.0, 1.0, 1.0, model))
    assert probability(Evidence(None, 0.0, 0.0)) < THRESHOLD < probability(Evidence(None, 1.0, 1.0))
