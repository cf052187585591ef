"""The score: a probability, higher with more evidence, the same for the same evidence."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from search.ranking.probability import LINES, READ, Evidence, probability, threshold_of

share, deviations = st.floats(0, 1), st.floats(-5, 10)


@given(deviations, share, st.none() | st.floats(-10, 10), share)
def test_more_evidence_never_lowers_the_score_and_what_is_missing_never_raises_it(
    relative: float, similarity: float, judge: float | None, more: float
) -> None:
    for known, model in itertools.product((relative, None), (*LINES, "another", None)):
        evidence = Evidence(known, similarity, judge, model=model)
        base = probability(evidence)
        assert 0 <= base <= 1
        if known is not None:
            assert probability(evidence._replace(relative=known + more)) >= base
        assert probability(evidence._replace(similarity=max(similarity, more))) >= base
        if judge is not None:
            assert probability(evidence._replace(judge=judge + more)) >= base
        assert probability(evidence._replace(missing=more)) <= base


def test_no_evidence_is_no_precedent_and_all_of_it_is_one() -> None:
    for model in LINES:
        assert probability(Evidence(0.0, 0.0, model=model)) < threshold_of(False) < probability(Evidence(8.0, 1.0, model=model))
    for model in READ:
        assert probability(Evidence(0.0, 0.0, -5.0, model=model)) < threshold_of(True) < probability(Evidence(8.0, 1.0, 5.0, model=model))
    assert probability(Evidence(None, 0.0)) < threshold_of(False) < probability(Evidence(None, 1.0))


def test_the_cross_encoder_turns_down_a_passage_that_is_only_near() -> None:
    for model in READ:
        close = Evidence(4.0, 0.3, 2.0, model=model)
        assert probability(close._replace(judge=-8.0)) < threshold_of(True) < probability(close)
