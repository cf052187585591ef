"""Measuring the fusion weights: the tables have the means and paired differences, and searches get their own weights back."""

from pathlib import Path

from index.encoders.open import open_encoder, open_lexicon
from index.training.fusion import _table, similar_pairs, table_of_legs
from index.training.held_out import HeldOut, index_corpus, paragraph_rows
from search.retrieval.fusion import LEG_WEIGHTS
from search.searcher import open_search

PARAGRAPHS = ["小区里建成了电动自行车集中充电点。", "河道里的垃圾由河长组织清理。", "村里的印章装进了智能套筒。"]


def test_a_table_has_means_and_paired_differences_to_the_shipped_row() -> None:
    rows = {"0.5": [1.0, 0.5, 0.0], "0.6": [0.5, 0.5, 0.5]}
    assert list(_table("share", rows, "0.6"))[1:] == ["| 0.5 | 0.500 | +0.000 ± 0.566 |", "| 0.6 | 0.500 | shipped |"]


def test_every_choice_of_weights_finds_the_texts_themselves_and_the_weights_are_restored(tmp_path: Path) -> None:
    shipped = dict(LEG_WEIGHTS)
    with open_search(index_corpus(paragraph_rows(PARAGRAPHS), open_encoder("static"), tmp_path / "index")) as searcher:
        lines = list(table_of_legs([HeldOut(text, text) for text in PARAGRAPHS], searcher))
    assert all(line.split(" | ")[1] == "1.000" for line in lines[1:])
    assert shipped == LEG_WEIGHTS


def test_few_random_pairs_of_words_are_similar() -> None:
    assert 0 < similar_pairs(open_lexicon(), 100_000) < 0.01
