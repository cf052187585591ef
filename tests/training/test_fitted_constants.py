"""The programs that fit the constants of reading: joins are what they are said to be, and the regression agrees with a closed form."""

from math import log
from random import Random

import numpy as np
import pytest

from index.layout.column_breaks import POINTS, Join, signs
from index.training.joins import cuts, examples, sign_weights
from index.training.paragraphs import sentences
from tests.generated.stories import made_up


def texts(seed: int = 1) -> list[list[str]]:
    random, stock = Random(seed), made_up()
    return [[stock.paragraph(random) for _ in range(4)] for _ in range(5)]


def test_a_true_join_is_a_paragraph_cut_within_a_sentence_and_a_false_one_is_none() -> None:
    paragraphs = {paragraph for document in texts() for paragraph in document}
    known = [*examples(texts(), Random(1))]
    assert {example.is_true for example in known} == {True, False}
    for join, is_true in known:
        assert (join.upper + join.lower in paragraphs) is is_true
        assert join.page[join.offset :].startswith(join.lower)
        assert not join.upper.endswith("。")


def test_the_same_seed_gives_the_same_joins() -> None:
    assert [*examples(texts(), Random(1))] == [*examples(texts(), Random(1))]


def test_no_cut_is_right_after_a_sentence() -> None:
    paragraph = "近日，社区开会了。居民都说好，大家也来了。"
    assert [paragraph[:cut][-1] for cut in cuts(paragraph)] == list("了居民都说好，大家也来")


def test_the_log_odds_of_one_sign_are_those_of_its_counts() -> None:
    counts = {(1, 1): 4000, (1, 0): 1000, (0, 1): 3000, (0, 0): 6000}  # (sign, label) -> joins
    sign = np.repeat([key[0] for key in counts], list(counts.values())).astype(float)
    label = np.repeat([key[1] for key in counts], list(counts.values())).astype(float)
    intercept, odds = sign_weights(sign[:, None], label)
    assert intercept == pytest.approx(log(3000 / 6000), abs=0.01)
    assert odds == pytest.approx(log(4000 / 1000) - log(3000 / 6000), abs=0.01)


@pytest.mark.parametrize(
    ("upper", "lower", "holds"),
    [
        ("社区建成了居民议事协商平", "台，问题得到解决。", {"a word or number lies across"}),
        ("“大家坐下来谈", "，总能找到办法。”", {"a closing mark begins the lower text", "a quote is closed below"}),
        ("努力打造便民服务", "据了解，居民很满意。", {"begins like a paragraph"}),
        ("推出便民课程，", "据了解，居民很满意。", {"begins like a paragraph, more is missing above", "a comma ends the upper text"}),
        ("推出便民课程", "业率达到九成。", {"the rest of a word begins the lower text"}),
    ],
)
def test_the_signs_of_a_join_are_those_that_a_reader_sees(upper: str, lower: str, holds: set[str]) -> None:
    found = set(signs(Join(upper, lower, "", 0)))
    assert holds <= found <= set(POINTS)


def test_sentences_keep_the_quotes_that_close_after_them() -> None:
    assert sentences("“好！”他说。走了。") == ["“好！”", "他说。", "走了。"]
