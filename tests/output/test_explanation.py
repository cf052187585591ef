"""The arithmetic that is shown is the one that decided: it adds up to the order, the probability and the alignment."""

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
    result = precedents.search(question, 60, min_score=0, explain=True, **options)
    return json.loads(next(FORMATS["json"].lines(result, None)))["hits"]


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_shares_of_the_legs_add_up_to_the_order(precedents: Searcher, question: str, mode: str) -> None:
    told = [hit["explain"] for hit in hits(precedents, question, mode=mode)]
    sums = [sum(leg["share"] for leg in why["legs"]) for why in told]
    assert sums == pytest.approx([why["joined"] for why in told], abs=5e-4)
    assert all(a >= b - 5e-4 for a, b in pairwise(sums))
    for why in told:
        assert sum(leg["weight"] for leg in why["legs"]) == pytest.approx(1, abs=5e-4)
        for leg in why["legs"]:
            assert leg["share"] == pytest.approx(leg["standardised"] * leg["weight"], abs=1e-3)


def test_what_was_not_held_against_the_question_comes_after_all_that_was(precedents: Searcher) -> None:
    result = precedents.search(QUESTIONS[0], 25, min_score=0, explain=True, per_article=1)
    explanations = [hit.explanation for hit in result.hits if hit.explanation]
    assert len(explanations) == len(result.hits)
    aligned = [[leg.name for leg in why.legs][-1] == "align" for why in explanations]
    sums = [sum(leg.share for leg in why.legs) for why in explanations]
    last = aligned.index(False)
    assert last < ALIGNED
    assert aligned == [True] * last + [False] * (len(aligned) - last)
    assert sums == sorted(sums[:last], reverse=True) + sorted(sums[last:], reverse=True)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_evidence_adds_up_to_the_probability_and_the_words_to_the_alignment(precedents: Searcher, question: str) -> None:
    for hit in hits(precedents, question):
        why = hit["explain"]["probability"]
        total = why["constant"] + sum(term["value"] * term["weight"] for term in why["terms"])
        assert total == pytest.approx(why["sum"], abs=2e-3)
        assert min(1 / (1 + exp(-total)), why.get("at_most", 1)) == pytest.approx(hit["score"], abs=1e-3)
        assert sum(word["share"] for word in hit["explain"]["words"]) == pytest.approx(hit["scores"]["align"], abs=5e-3)
        assert {leg["leg"]: leg["score"] for leg in hit["explain"]["legs"]} == {k: v for k, v in hit["scores"].items() if k != "judge"}


def test_a_person_sees_which_words_met_in_other_words(precedents: Searcher) -> None:
    result = precedents.search("电瓶车乱停", 1, explain=True)
    (hit,) = result.hits
    assert hit.explanation
    lines = list(explanation_lines(hit.explanation, hit.score))
    assert any(line.strip().startswith("电瓶车 → ") and " × " in line for line in lines)
    assert f"把握 score {hit.score:.3f}" in "\n".join(lines)


def test_nothing_is_explained_unless_it_is_asked_for(precedents: Searcher) -> None:
    result = precedents.search("停车", 3, min_score=0)
    assert {hit.explanation for hit in result.hits} == {None}
    assert all("explain" not in hit for hit in json.loads(next(FORMATS["json"].lines(result, None)))["hits"])
