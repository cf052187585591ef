"""Measuring what orders candidates: the tables have means and paired differences, and a leg that knows the answer ranks it first."""

import numpy as np

from index.encoders.open import open_lexicon
from index.training.fusion import _table, similar_pairs, table_of_legs, table_of_readers
from search.ranking.candidate_reader import ALIGNED
from search.ranking.cross_encoders import CROSS_ENCODED
from tests.training.test_probability import gathered


def test_a_table_has_means_and_paired_differences_to_the_shipped_row() -> None:
    rows = {"0.5": np.array([1.0, 0.5, 0.0]), "0.6": np.array([0.5, 0.5, 0.5])}
    assert list(_table("share", rows, "0.6"))[1:] == ["| 0.5 | 0.500 | +0.000 ± 0.566 |", "| 0.6 | 0.500 | shipped |"]


def test_a_leg_that_knows_the_answer_ranks_it_first() -> None:
    sample = gathered(200)
    sample.values["relative"][:] = sample.right[:, None] == np.arange(ALIGNED)
    rows = {line.split(" | ")[0].lstrip("| "): float(line.split(" | ")[1]) for line in list(table_of_legs(sample))[1:]}
    assert rows["1.0 0.0 0.0"] == 1 >= rows["0.6 0.4 0.0"] > 0.9


def test_a_reader_that_knows_the_answer_ranks_it_first_among_what_it_reads() -> None:
    sample = gathered(400)
    noise = np.random.default_rng(1).normal(size=(400, ALIGNED))
    sample.values["judge"][:] = 5.0 * (sample.right[:, None] == np.arange(ALIGNED)) + noise
    among = float((sample.right[sample.answerable] < CROSS_ENCODED).mean())
    rows = {line.split(" | ")[0].lstrip("| "): float(line.split(" | ")[1]) for line in list(table_of_readers(sample))[1:]}
    assert rows[f"probability, {CROSS_ENCODED} read"] >= 0.9 * among
    assert rows["probability, 20 read"] > rows["probability, 3 read"]


def test_few_random_pairs_of_words_are_similar() -> None:
    assert 0 < similar_pairs(open_lexicon(), 100_000) < 0.01
