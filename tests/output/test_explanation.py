"""Explanations are the arithmetic that decided: their numbers add up to order, probability and alignment."""

import json
from itertools import pairwise
from math import exp

import pytest

from search.output.explanation import explanation_lines
from search.output.formats import FORMATS
from search.ranking.candidate_reader import ALIGNED
from search.searcher import Searcher

QUESTIONS = ["电瓶车没地方充电，到处乱停堵住楼道", "how do villages look after their official seal", "老人", "食堂 zxqv"]


def hits(precedents: Searcher, question: str, **options: object) -> list[dict]:
    result = precedents.search(question, 20, min_score=0, explain=True, **options)
    return json.loads(next(FORMATS["json"].lines(result, None)))["hits"]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_shares_of_the_legs_add_up_to_the_order(precedents: Searcher, question: str, mode: str) -> None:
    explanations = [hit["explain"] for hit in hits(precedents, question, mode=mode)]
    sums = [sum(leg["share"] for leg in explanation["legs"]) for explanation in explanations]
    assert sums == pytest.approx([explanation["joined"] for explanation in explanations], abs=5e-4)
    if mode != "hybrid":  # there the probability orders what the cross-encoder has read
        assert all(a >= b - 5e-4 for a, b in pairwise(sums))
    for explanation in explanations:
        assert sum(leg["weight"] for leg in explanation["legs"]) == pytest.approx(1, abs=5e-4)
        for leg in explanation["legs"]:
            assert leg["share"] == pytest.approx(leg["standardised"] * leg["weight"], abs=1e-3)


def test_passages_that_were_not_aligned_come_after_all_that_were(precedents: Searcher) -> None:
    result = precedents.search(QUESTIONS[0], 25, min_score=0, explain=True, per_article=1)
    explanations = [hit.explanation for hit in result.hits if hit.explanation]
    assert len(explanations) == len(result.hits)
    aligned = [[leg.name for leg in explanation.legs][-1] == "align" for explanation in explanations]
    sums = [sum(leg.share for leg in explanation.legs) for explanation in explanations]
    last = aligned.index(False)
    assert last < ALIGNED
    assert aligned == [True] * last + [False] * (len(aligned) - last)
    read = sum("judge" in hit.scores for hit in result.hits)
    assert sums[read:] == sorted(sums[read:last], reverse=True) + sorted(sums[last:], reverse=True)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_evidence_adds_up_to_the_probability_and_the_words_to_the_alignment(precedents: Searcher, question: str) -> None:
    for hit in hits(precedents, question):
        explanation = hit["explain"]["probability"]
        total = explanation["constant"] + sum(term["value"] * term["weight"] for term in explanation["terms"])
        assert total == pytest.approx(explanation["sum"], abs=2e-3)
        assert explanation.get("at_most", explanation.get("pooled", 1 / (1 + exp(-total)))) == pytest.approx(hit["score"], abs=1e-3)
        assert sum(word["share"] for word in hit["explain"]["words"]) == pytest.approx(hit["scores"]["align"], abs=5e-3)
        assert {leg["leg"]: leg["score"] for leg in hit["explain"]["legs"]} == {k: v for k, v in hit["scores"].items() if k != "judge"}


def test_a_person_sees_which_words_were_aligned(precedents: Searcher) -> None:
    result = precedents.search("电瓶车乱停", 1, explain=True, min_score=0)
    (hit,) = result.hits
    assert hit.explanation
    lines = list(explanation_lines(hit.explanation, hit.score))
    assert any(line.strip().startswith("电瓶车 → ") and " × " in line for line in lines)
    assert f"probability {hit.score:.3f}" in "\n".join(lines)


def test_no_hit_is_explained_unless_asked(precedents: Searcher) -> None:
    result = precedents.search("停车", 3, min_score=0)
    assert {hit.explanation for hit in result.hits} == {None}
    assert all("explain" not in hit for hit in json.loads(next(FORMATS["json"].lines(result, None)))["hits"])
