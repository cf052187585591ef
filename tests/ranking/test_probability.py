"""The score: a probability, higher with more evidence, the same for the same evidence."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from search.ranking.probability import LINES, READ, Evidence, probability, threshold_of

share = st.floats(0, 1)


@given(share, share, st.none() | st.floats(-10, 10), share)
def test_more_evidence_never_lowers_the_score(cosine: float, similarity: float, judge: float | None, more: float) -> None:
    for known, model in itertools.product((cosine, None), (*LINES, "another", None)):
        base = probability(Evidence(known, similarity, judge, model=model))
        assert 0 <= base <= 1
        if known is not None:
            assert probability(Evidence(max(known, more), similarity, judge, model=model)) >= base
        assert probability(Evidence(known, max(similarity, more), judge, model=model)) >= base
        if judge is not None:
            assert probability(Evidence(known, similarity, judge + more, model=model)) >= base
        assert probability(Evidence(known, similarity, judge, more, model)) <= base


def test_no_evidence_is_no_precedent_and_all_of_it_is_one() -> None:
    for model in LINES:
        assert probability(Evidence(0.0, 0.0, model=model)) < threshold_of(model) < probability(Evidence(1.0, 1.0, model=model))
    for model in READ:
        assert probability(Evidence(0.0, 0.0, -5.0, model=model)) < threshold_of(model) < probability(Evidence(1.0, 1.0, 5.0, model=model))
    assert probability(Evidence(None, 0.0)) < threshold_of(None) < probability(Evidence(None, 1.0))


def test_the_judge_turns_down_a_passage_that_is_only_near() -> None:
    for model in READ:
        close = Evidence(0.7, 0.5, model=model)
        assert probability(close._replace(judge=-5.0)) < threshold_of(model) < probability(close)
        assert probability(close._replace(judge=5.0)) > probability(close)
