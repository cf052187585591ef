"""More like this: what is asked, what is left out, and how the answers of several parts are joined."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from index.encoders.open import open_encoder
from index.engine.open import open_index
from index.engine.protocol import model_of
from index.errors import BadInput
from index.indexing import build
from search.more_like_this import joined_results, like_query
from search.results import Result
from search.searcher import Searcher, open_search
from tests.conftest import SEEDS

PAGE = SEEDS / "003_8a2bd877bb588409.txt"
CITED = "000_1e2b8c975dd70d3e.txt:37"
LETTERS = (
    "小区里电动自行车没有地方充电，居民从楼上拉电线，楼道里停满了车，很不安全。",
    "村里的印章由谁保管、怎么使用，没有记录，村民不放心。",
)


@pytest.fixture(scope="module")
def precedents(seeds_index: Path) -> Iterator[Searcher]:
    """The seeds with the static model, which reads the parts of a page in a moment."""
    with open_search(seeds_index) as opened:
        yield opened


def articles(result: Result) -> set[tuple[str, int]]:
    return {(hit.passage.citation.source, hit.passage.article) for hit in result.hits}


def test_a_citation_asks_with_its_passage_below_its_title(precedents: Searcher) -> None:
    located = precedents.index.locate(CITED)
    quoted, id_ = located.passage.text, located.passage.citation.id
    for name in (CITED, id_, id_[:8]):
        result = precedents.like(name, 5)
        assert (result.like, result.query) == (id_, f"共商共议 织密小区治理“一张网”\n{quoted}")


def test_the_article_of_a_citation_is_left_out_and_nothing_else(precedents: Searcher) -> None:
    every = len(precedents.index)
    shown = precedents.index.locate(CITED)
    own = (shown.passages[0].citation.source, shown.passages[0].article)
    result = precedents.like(CITED, every, min_score=0)
    assert own not in articles(result)
    assert len(result.hits) == every - len(shown.passages)


def test_a_page_that_is_in_the_index_is_left_out_under_whatever_name(precedents: Searcher, tmp_path: Path) -> None:
    shutil.copyfile(PAGE, tmp_path / "别的名字.txt")
    for path in (PAGE, tmp_path / "别的名字.txt"):
        result = precedents.like(path, 1000, min_score=0)
        assert result.hits
        assert PAGE.name not in {hit.passage.citation.source for hit in result.hits}
        assert (result.like, len(result.query)) == (str(path), 400)


def test_a_copy_of_the_cited_article_is_left_out_as_well(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        shutil.copyfile(SEEDS / "000_1e2b8c975dd70d3e.txt", tmp_path / name)
    encoder = open_encoder("static")
    with open_index(tmp_path / "ix", create=model_of(encoder)) as index:
        build([tmp_path / "a.txt", tmp_path / "b.txt"], index, encoder)
    with open_search(tmp_path / "ix") as precedents:
        shown = precedents.index.locate("a.txt:37")
        result = precedents.like("a.txt:37", 1000, min_score=0)
    assert result.hits
    assert shown.passage.article not in {hit.passage.article for hit in result.hits}


def test_a_file_finds_what_each_of_its_articles_finds_alone(precedents: Searcher, tmp_path: Path) -> None:
    asked = like_query(PAGE, precedents.index)
    assert len(asked.parts) > 3
    alone = [precedents.search(part, 1, min_score=0, source="00[0124]*").hits[0] for part in asked.parts]
    first = precedents.like(PAGE, len(asked.parts), min_score=0, source="00[0124]*")
    wanted = {hit.passage.citation.id for hit in alone}
    assert wanted <= {hit.passage.citation.id for hit in first.hits}


def test_a_short_text_and_the_same_text_as_a_question_find_the_same(precedents: Searcher, tmp_path: Path) -> None:
    (tmp_path / "信.txt").write_text(LETTERS[0], "utf-8")
    by_file, by_question = precedents.like(tmp_path / "信.txt", 5), precedents.search(LETTERS[0], 5)
    assert by_file.hits == by_question.hits
    assert by_file.found


def test_filters_context_and_explanations_come_with_it(precedents: Searcher) -> None:
    result = precedents.like(PAGE, 5, min_score=0, place="杭州市", context=1, explain=True, per_article=1)
    assert all("杭州市" in (hit.passage.citation.place or "") and hit.context for hit in result.hits)
    assert len(articles(result)) == len(result.hits)
    for hit in result.hits:
        assert hit.explanation
        assert {leg.name: leg.score for leg in hit.explanation.legs} == pytest.approx(
            {name: score for name, score in hit.scores.items() if name != "judge"}
        )


def test_a_passage_has_the_score_of_the_part_that_suits_it_best(precedents: Searcher) -> None:
    some = precedents.search("停车", 5, min_score=0).hits
    a, b, c, d, _ = (replace(hit, score=score) for hit, score in zip(some, (0.9, 0.8, 0.7, 0.2, 0.1), strict=True))
    first = Result("", True, [replace(a, rank=1), replace(b, rank=2), replace(d, rank=3)], [])
    second = Result("", True, [replace(c, rank=1), replace(b, rank=2, score=0.85), replace(a, rank=3)], [])
    result = joined_results([first, second], 10, 0.5)
    assert [(hit.rank, hit.passage, hit.score) for hit in result.hits] == [
        (1, a.passage, 0.9),
        (2, b.passage, 0.85),
        (3, c.passage, 0.7),
    ]
    assert joined_results([first, second], 1, 0.0).hits[0].passage == a.passage
    none = joined_results([first, second], 10, 0.95)
    assert (none.found, none.hits, [hit.passage for hit in none.nearest]) == (True, [], [a.passage, b.passage, c.passage])
    limited = joined_results([first, second], 10, 0.0, per_article=1)
    assert len(articles(limited)) == len(limited.hits)
    assert sum(limited.more.values()) == 4 - len(limited.hits)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.txt", None, "there is no such file, and as a citation: .* is no citation: give an id"),
        ("empty.txt", b"", "empty; name a file with text"),
        ("marks.txt", "。。。！".encode(), "there is no word in it"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n", "not text: a PNG picture"),
    ],
)
def test_what_cannot_be_like_query_says_what_to_do(
    precedents: Searcher, tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=says):
        precedents.like(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("-", "a text from elsewhere is a question: qianli search - < TEXT"),
        ("", "needs a citation or a file"),
        ("ffffffffffff", "no passage ffffffffffff in this index"),
        (str(SEEDS), "is a folder; name one file of it"),
        ("000_1e2b8c975dd70d3e.txt:9999", "no passage 000_1e2b8c975dd70d3e.txt:9999"),
        ("长" * 5000, "there is no such file"),
    ],
)
def test_what_is_neither_a_citation_nor_a_file_says_so(precedents: Searcher, name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        precedents.like(name)
