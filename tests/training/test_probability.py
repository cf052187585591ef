"""Fitting the probability lines: the regression finds the weights that made the data, and never a weight below 0."""

import random
from math import exp
from pathlib import Path

import pytest

from index.engine.open import open_index
from index.training.held_out import RememberingEncoder, index_corpus, paragraph_rows
from index.training.probability import Asked, fitted, probability, quality, regression, threshold
from search.ranking.probability import Evidence, ProbabilityLine
from tests.toy import ToyEncoder

TRUE = ProbabilityLine(-4.0, 8.0, 2.0)


def evidence(count: int, seed: int) -> list[tuple[Evidence, bool]]:
    """Return evidence drawn at random, each with the answer that the line TRUE draws for it."""
    chance = random.Random(seed)
    drawn = [Evidence(chance.random(), chance.random()) for _ in range(count)]
    return [
        (one, chance.random() < 1 / (1 + exp(-(TRUE.constant + TRUE.cosine * one.cosine + TRUE.similarity * one.similarity))))
        for one in drawn
    ]


def test_the_regression_finds_the_weights_that_made_the_data() -> None:
    drawn = evidence(20_000, seed=1)
    line = regression([one for one, right in drawn if right], [one for one, right in drawn if not right], ("cosine", "similarity"))
    assert (line.cosine, line.similarity) == pytest.approx((TRUE.cosine, TRUE.similarity), rel=0.1)


def test_evidence_that_would_lower_a_probability_is_left_out() -> None:
    right = [Evidence(0.8, 0.1 + number / 100) for number in range(10)]
    wrong = [Evidence(0.2, 0.5 + number / 100) for number in range(10)]
    line = regression(right, wrong, ("cosine", "similarity"))
    assert line.cosine > 0 == line.similarity


def test_right_passages_get_higher_probabilities_than_the_best_wrong_ones() -> None:
    asked = [Asked(0, [Evidence(0.7 + number % 3 / 10, 0.5)], [Evidence(0.3, 0.5), Evidence(0.1, 0.9)]) for number in range(60)]
    line = fitted(asked, ("cosine", "similarity"))
    assert probability(line, asked[0].with_answer[0]) > 0.5 > probability(line, asked[0].without[0])
    assert threshold(line, asked) <= probability(line, asked[0].with_answer[0])
    assert quality(line, asked).startswith("AUC 1.000")


def test_a_corpus_has_one_passage_for_each_row_and_passages_are_embedded_once(tmp_path: Path) -> None:
    class Counting(ToyEncoder):
        embedded = 0

        def encode_passages(self, texts):  # type: ignore[no-untyped-def]
            self.embedded += len(texts)
            return super().encode_passages(texts)

    counting = Counting()
    encoder = RememberingEncoder(counting)
    for name in ("one", "two"):
        with open_index(index_corpus(paragraph_rows(["楼道", "河道"]), encoder, tmp_path / name)) as index:
            assert [passage.text for _, passage in index.every_passage()] == ["楼道", "河道"]
    assert counting.embedded == 2
