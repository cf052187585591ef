"""The trigram model: a true continuation scores above chance, and the ways of asking agree with each other."""

import pytest

from index.text.trigrams import beginning_scores, continuation_matrix, continuation_scores, ending_scores, join_scores


def test_a_true_continuation_scores_higher_than_any_other_text() -> None:
    uppers, lowers = ["多次召开议事协", "新增停车位六十余", "由政府补贴运营经"], ["商会议", "个，并制定", "费，志愿者"]
    assert list(continuation_matrix(uppers, lowers).argmax(axis=1)) == [0, 1, 2]


def test_the_matrix_and_the_three_scores_at_once_agree_with_single_calls() -> None:
    uppers, lowers = ["多次召开议事协", "新增停车位六十余", "由政府补贴运营经"], ["商会议", "个，并制定", "费，志愿者"]
    continuations = continuation_scores(uppers, lowers)
    assert (continuations == continuation_matrix(uppers, lowers).diagonal()).all()
    scores = (continuations, ending_scores(uppers), beginning_scores(lowers))
    assert join_scores(uppers, lowers).tolist() == [list(row) for row in scores]


def test_paragraphs_end_and_begin_as_they_do_in_running_text() -> None:
    assert ending_scores(["居民都说好。"])[0] > 0 > ending_scores(["由政府补贴运营经"])[0]
    assert beginning_scores(["近日，社区"])[0] > 0 > beginning_scores(["政局批准了"])[0]


@pytest.mark.parametrize("text", ["", " ", "𠮷", "\ud800", "a", "\n\n", "。"])
def test_any_text_has_a_score(text: str) -> None:
    assert -5 <= continuation_scores([text], [text])[0] < 20
