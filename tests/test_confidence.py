"""The score: a probability, higher with more evidence, the same for the same evidence."""

from hypothesis import given
from hypothesis import strategies as st

from search.confidence import THRESHOLD, Evidence, probability

share = st.floats(0, 1)


@given(share, share, share, share)
def test_more_evidence_never_lowers_the_score(cosine: float, coverage: float, similarity: float, more: float) -> None:
    for known in (cosine, None):
        base = probability(Evidence(known, coverage, similarity))
        assert 0 <= base <= 1
        if known is not None:
            assert probability(Evidence(max(known, more), coverage, similarity)) >= base
        assert probability(Evidence(known, max(coverage, more), similarity)) >= base
        assert probability(Evidence(known, coverage, max(similarity, more))) >= base


def test_no_evidence_is_no_precedent_and_all_of_it_is_one() -> None:
    assert probability(Evidence(0.0, 0.0, 0.0)) < THRESHOLD < probability(Evidence(1.0, 1.0, 1.0))
    assert probability(Evidence(None, 0.0, 0.0)) < THRESHOLD < probability(Evidence(None, 1.0, 1.0))
