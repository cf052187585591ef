"""Ranking: legs, filters, limits, thresholds; on the seeds, and on passages one can reason about."""

from pathlib import Path

import pytest

from index.document import Article, Citation, Page, Passage
from index.engine.open import open_index
from index.engine.protocol import Index, Source, model_of
from index.errors import BadInput
from search.options import SearchOptions
from search.ranking.cross_encoders import CROSS_ENCODED
from search.ranking.probability import THRESHOLD
from search.results import Result
from search.retrieval.candidates import leg_weights
from search.retrieval.fusion import LEG_WEIGHTS
from search.retrieval.query import QueryState, accepted, with_terms
from search.searcher import Searcher
from tests.toy import ToyEncoder, ask_toy

TEXTS = {
    "充电": "小区建了充电点，充电方便了，没有人再把电线拉到楼道里。",
    "河道": "河道清淤之后，河道两岸的居民又愿意开窗了。",
    "印章": "村里的印章放进智能套筒，谁用印章都有记录。",
    "食堂": "食堂给老人送饭，食堂的补贴由街道出。",
}

EVERYTHING = SearchOptions(min_score=0)
ODD = ["停\ud800车", "停" * 100_000, "停车\u202e\x1b[2J"]


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("toy") / "ix"
    with open_index(place, create=model_of(ToyEncoder())) as index:
        for number, (name, text) in enumerate(TEXTS.items()):
            add(index, f"{name}.txt", [text], f"{number:016x}")
    return place


def add(index: Index, source: str, texts: list[str], id_: str) -> None:
    passages = [
        Passage(text, "", 1, Citation(source, ((n, n),), n, None, None, (), None, "", f"{id_}{n}")) for n, text in enumerate(texts, 1)
    ]
    article = Article(source, 1, None, None, None, (), None, ())
    with index.writing() as writer:
        vectors = ToyEncoder().encode_passages(texts)
        writer.add(Page(source, "", "", "utf-8"), Source(source, Path(source), 0, 0, ""), [article], passages, vectors)


def ask(place: Path, query: str, options: SearchOptions = EVERYTHING) -> Result:
    with open_index(place) as index:
        return ask_toy(index, query, options)


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
@pytest.mark.parametrize("word", TEXTS)
def test_each_mode_puts_the_passage_with_the_word_first(toy: Path, mode: str, word: str) -> None:
    hits = ask(toy, f"{word}的问题", SearchOptions(mode=mode, min_score=0)).hits
    assert hits[0].passage.text == TEXTS[word]


def test_every_candidate_has_the_score_of_both_legs(toy: Path) -> None:
    result = ask(toy, "充电")
    encoder = ToyEncoder()
    for hit in result.hits:
        (passage,) = encoder.encode_passages([hit.passage.text])
        assert hit.scores["dense"] == pytest.approx(float(passage @ encoder.encode_query("充电")), abs=2e-3)
        assert (hit.scores["lexical"] or 0) > 0 or "电" not in hit.passage.text
    assert len(result.hits) == len(TEXTS)


def test_a_mode_uses_its_own_leg_only(toy: Path) -> None:
    assert ask(toy, "充电", SearchOptions(mode="dense", min_score=0)).hits[0].scores["lexical"] is None
    assert ask(toy, "充电", SearchOptions(mode="lexical", min_score=0)).hits[0].scores["dense"] is None
    assert all(
        "充" in hit.passage.text or "电" in hit.passage.text for hit in ask(toy, "充电", SearchOptions(mode="lexical", min_score=0)).hits
    )


def test_k_limits_and_ranks_count_from_1(toy: Path) -> None:
    assert [hit.rank for hit in ask(toy, "充电", SearchOptions(k=2, min_score=0)).hits] == [1, 2]
    assert len(ask(toy, "充电", SearchOptions(k=1000, min_score=0)).hits) == len(TEXTS)


def test_per_article_limits_what_one_article_gives(tmp_path: Path) -> None:
    with open_index(tmp_path / "ix", create=model_of(ToyEncoder())) as index:
        add(index, "a.txt", [f"充电点第{n}处建成" for n in range(5)], "a" * 15)
        add(index, "b.txt", ["充电的另一篇"], "b" * 15)
    sources = [hit.passage.citation.source for hit in ask(tmp_path / "ix", "充电", SearchOptions(per_article=2, min_score=0)).hits]
    assert sorted(sources) == ["a.txt", "a.txt", "b.txt"]


def test_per_article_looks_as_deep_as_it_must(tmp_path: Path) -> None:
    with open_index(tmp_path / "ix", create=model_of(ToyEncoder())) as index:
        add(index, "a.txt", [f"充电充电充电点第{n}处" for n in range(60)], "a" * 14)
        add(index, "b.txt", ["充电的另一篇，讲的主要是别的许多事情"], "b" * 14)
    sources = [hit.passage.citation.source for hit in ask(tmp_path / "ix", "充电", SearchOptions(per_article=1, min_score=0)).hits]
    assert sorted(sources) == ["a.txt", "b.txt"]


def test_the_same_question_gives_the_same_answer(precedents: Searcher) -> None:
    assert precedents.search("停车", 50, min_score=0) == precedents.search("停车", 50, min_score=0)


def test_hits_below_the_threshold_are_left_out_and_found_does_not_change(precedents: Searcher) -> None:
    every, some = precedents.search("智慧印章", min_score=0), precedents.search("智慧印章")
    assert every.found == some.found is True
    assert [hit.passage for hit in some.hits] == [hit.passage for hit in every.hits if hit.score >= THRESHOLD]
    assert [hit.rank for hit in some.hits] == list(range(1, len(some.hits) + 1))
    none = precedents.search("智慧印章", min_score=1)
    assert (none.found, none.hits) == (True, [])
    assert [hit.passage for hit in none.nearest] == [hit.passage for hit in every.hits[:3]]
    assert every.nearest == []


def test_words_count_by_how_many_of_them_the_index_knows(precedents: Searcher) -> None:
    """Of an English question Chinese pages know a name or a year, and that must not outweigh its meaning."""

    def share(query: str) -> float:
        asked = accepted(query)
        assert isinstance(asked, QueryState)
        (state,) = with_terms([asked], precedents.index)
        assert state.terms is not None
        return leg_weights(state.terms, precedents.index)["lexical"] / LEG_WEIGHTS["lexical"]

    assert share("老旧小区停车难") == 1
    assert share("how do villages look after their official seal since 2024") == pytest.approx(1 / 10)
    assert share("quixotic") == 0


@pytest.mark.parametrize("query", ["", " \n", "？！…", "\ud800", "\x00"])
def test_a_question_without_a_word_is_refused(precedents: Searcher, query: str) -> None:
    with pytest.raises(BadInput, match="the question is empty"):
        precedents.search(query)


@pytest.mark.parametrize("query", ["停车 AND (NOT", 'heading:"x" OR *', "'; DROP TABLE passages; --", *ODD])
def test_any_other_question_is_plain_words(precedents: Searcher, query: str) -> None:
    assert len(precedents.search(query, 3, min_score=0).hits) == 3


def test_an_unknown_mode_is_refused(precedents: Searcher) -> None:
    with pytest.raises(BadInput, match="choose one of hybrid, dense, lexical"):
        precedents.search("停车", mode="magic")


def test_nothing_selected_gives_nothing(precedents: Searcher) -> None:
    assert precedents.search("停车", place="火星", min_score=0).hits == []


def test_what_the_cross_encoder_has_read_comes_first(precedents: Searcher) -> None:
    for question in ("电瓶车没地方充电", "停车难", "老楼加装电梯，一楼住户坚决反对，怎么补偿", "志愿服务"):
        result = precedents.search(question, 20, min_score=0)
        read = ["judge" in hit.scores for hit in result.hits]
        assert read == sorted(read, reverse=True)
        assert CROSS_ENCODED - 3 <= sum(read) <= CROSS_ENCODED, "near-duplicates are shown once"
        assert result.found == (result.hits[0].score >= THRESHOLD)


def test_the_limit_of_an_article_counts_no_passage_that_would_not_be_listed_without_it(tmp_path: Path) -> None:
    """What an omitted passage says once more is hidden beside it: 'so many more' is what --per-article 0 lists."""
    first, second = "充电点建在楼下，居民充电方便了，没有人再拉电线。", "社区又为充电的老人装了雨棚，费用由物业和街道分担。"
    with open_index(tmp_path / "ix", create=model_of(ToyEncoder())) as index:
        add(index, "一.txt", [first, second, second], "1" * 15)
        add(index, "二.txt", ["河道清淤之后，两岸的居民又愿意开窗了。"], "2" * 15)
    whole, limited = (ask(tmp_path / "ix", "居民充电", SearchOptions(min_score=0, per_article=limit)) for limit in (0, 1))
    listed = [hit.article for hit in whole.hits]
    assert listed.count(("一.txt", 1)) == 2
    assert limited.more == {("一.txt", 1): 1}
