"""The trigram model: a true continuation scores above chance, and the ways of asking agree with each other."""

import numpy as np
import pytest

from index.text.trigrams import (
    FEW_JOINS,
    beginning_scores,
    beginnings,
    continuation_scores,
    continuations,
    ending_scores,
    join_scores,
    scores_of_all_joins,
    scores_of_joins,
)

# The beginnings and the ends of three sentences.
CUT = [
    "多次召开议事协",
    "新增停车位六十余",
    "由政府补贴运营经",
    "商会议",
    "个，并制定",
    "费，志愿者",
]


def test_a_true_continuation_scores_higher_than_any_other_text() -> None:
    continuations, _, _ = scores_of_all_joins(CUT, np.array([True] * 3 + [False] * 3))
    assert list(continuations[:3].argmax(axis=1)) == [3, 4, 5] and not continuations[3:].any()


def test_all_joins_at_once_agree_with_single_calls() -> None:
    continuations, endings, beginnings = scores_of_all_joins(CUT, np.array([True] * 6))
    assert all(continuations[i, j] == continuation_scores([CUT[i]], [CUT[j]])[0] for i in range(6) for j in range(6))
    assert endings.tolist() == [ending_scores([text])[0] for text in CUT]
    assert beginnings.tolist() == [beginning_scores([text])[0] for text in CUT]
    scores = (continuation_scores(CUT[:3], CUT[3:]), endings[:3], beginnings[3:])
    assert join_scores(CUT[:3], CUT[3:]).tolist() == [list(row) for row in scores]


@pytest.mark.parametrize("many", [1, FEW_JOINS // 4, FEW_JOINS])
def test_joins_one_by_one_and_all_at_once_have_the_same_scores(many: int) -> None:
    odd = ["", " ", "𠮷", "\ud800", "a", "\n", "。", "，好", "Ⅳ", "1", "的 的"]
    pairs = [(upper, lower) for upper in [*CUT, *odd] for lower in [*CUT[::-1], *odd]]
    scores = join_scores([upper for upper, _ in pairs], [lower for _, lower in pairs]).T.tolist()
    for first in range(0, len(pairs), many):
        some = pairs[first : first + many]
        assert scores_of_joins(some) == [tuple(three) for three in scores[first : first + many]]
        assert continuations(some) == [three[0] for three in scores[first : first + many]]
        assert beginnings([lower for _, lower in some]) == [three[2] for three in scores[first : first + many]]
    assert continuations(pairs) == [three[0] for three in scores]


def test_paragraphs_end_and_begin_as_they_do_in_running_text() -> None:
    assert ending_scores(["居民都说好。"])[0] > 0 > ending_scores(["由政府补贴运营经"])[0]
    assert beginning_scores(["近日，社区"])[0] > 0 > beginning_scores(["政局批准了"])[0]


@pytest.mark.parametrize("text", ["", " ", "𠮷", "\ud800", "a", "\n\n", "。"])
def test_any_text_has_a_score(text: str) -> None:
    assert -5 <= continuation_scores([text], [text])[0] < 20
