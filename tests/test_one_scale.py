"""One scale: down a list the score never rises, and whether a precedent is found depends on the question and the index alone."""

from itertools import pairwise

import pytest

from index.document import Citation, Passage
from search.options import SearchOptions
from search.output.text import text_lines
from search.ranking.probability import THRESHOLD, UNREAD, Scale, falling, scored
from search.retrieval.query import Candidate, QueryState, accepted
from search.searcher import Searcher
from tests.conftest import SEEDS

QUESTIONS = (
    "电瓶车没地方充电，到处乱停堵住楼道",
    "停车难",
    "北京 业主委员会换届",
    "who helps shops find staff",
    "外卖骑手在楼下等单没地方坐",
    "月球上怎么种水稻",
    "2019年8月26日查处了几家",
)
MODES = ("hybrid", "dense", "lexical")
NEAREST = "the nearest passages, too uncertain to be called precedents:"


def candidate(key: int, dense: float, judge: float | None = None) -> Candidate:
    citation = Citation("a.txt", ((key, key),), key, None, None, (), None, "", f"{key:016x}")
    return Candidate(key, Passage("停车", "", 1, citation), dense, 1.0, 0.5, relative=10 * dense, cross_encoder=judge)


def falls(scores: list[float]) -> bool:
    return all(after <= before for before, after in pairwise(scores))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("query", QUESTIONS)
def test_no_list_rises(precedents: Searcher, query: str, mode: str) -> None:
    whole = precedents.search(query, 60, mode=mode, min_score=0)
    assert falls([hit.score for hit in whole.hits])
    for limit in (1, 3):
        assert falls([hit.score for hit in precedents.search(query, 20, mode=mode, min_score=0, per_article=limit).hits])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("query", QUESTIONS)
def test_found_and_the_first_hits_are_the_same_whatever_is_shown(precedents: Searcher, query: str, mode: str) -> None:
    whole = precedents.search(query, 250, mode=mode, min_score=0)
    for options in (SearchOptions(1), SearchOptions(3, per_article=1), SearchOptions(min_score=1), SearchOptions(100), SearchOptions(300)):
        assert precedents.search(query, options, mode=mode).found == whole.found
    for k in (1, 3, 29, 31, 220):
        assert precedents.search(query, k, mode=mode, min_score=0).hits == whole.hits[:k]


def test_no_list_like_a_citation_or_a_file_rises(precedents: Searcher) -> None:
    first = precedents.search("停车难", 1, min_score=0).hits[0]
    assert falls([hit.score for hit in precedents.like(first, 20, min_score=0).hits])
    page = sorted(SEEDS.glob("*.txt"))[0]
    several = precedents.like(page, 20, min_score=0)
    assert len(several.hits) > 1 and falls([hit.score for hit in several.hits])


def test_the_limit_of_an_article_counts_only_what_would_be_shown(precedents: Searcher) -> None:
    query = "电瓶车没地方充电，到处乱停堵住楼道"
    shown = precedents.search(query, 10, per_article=1)
    every = precedents.search(query, 250)
    for article, more in shown.more.items():
        listed = [hit for hit in every.hits if hit.article == article]
        assert more <= len(listed) - 1


def test_what_the_screen_says_follows_found(precedents: Searcher) -> None:
    asked = "电瓶车没地方充电，到处乱停堵住楼道"
    assert next(iter(text_lines(precedents.search(asked, min_score=1)))) == "there are precedents, but none reaches --min-score:"
    nothing = "月球上怎么种水稻"
    for least in (None, 0.0):
        assert list(text_lines(precedents.search(nothing, min_score=least)))[:2] == ["no precedent found", NEAREST]


def test_scores_that_would_rise_are_pooled() -> None:
    assert falling([0.5, 0.75, 0.25]) == [0.625, 0.625, 0.25]
    assert falling([]) == [] and falling([0.2]) == [0.2]
    rising = falling([0.1, 0.2, 0.3, 0.9])
    assert rising == pytest.approx([0.375] * 4)


def test_candidates_that_were_read_come_first_by_probability_and_limit_the_others() -> None:
    ranked = [candidate(1, dense=0.5, judge=-5.0), candidate(2, dense=0.5, judge=5.0), candidate(3, dense=0.99)]
    state = accepted("停车")
    assert isinstance(state, QueryState)
    state.ranked = ranked
    scale = Scale("contextual", read=True)
    [state] = scored([state], scale, reorder=True)
    assert [one.key for one in state.ranked] == [2, 1, 3]
    assert state.ranked[0].score == scale.probability(ranked[1])
    assert state.ranked[2].score == state.ranked[1].score < scale.probability(ranked[2])


def test_the_threshold_is_that_of_what_was_read(precedents: Searcher) -> None:
    assert precedents.threshold("hybrid") == THRESHOLD
    assert precedents.threshold("dense") == precedents.threshold("lexical") == UNREAD
