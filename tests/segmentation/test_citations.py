"""A citation is never wrong: the passages of the example pages are compared with the bytes on disk."""

import hashlib
import json
from pathlib import Path

import pytest

from index.document import Page
from index.engine.open import open_index
from index.files.reader import read
from index.segmentation.articles import articles
from search.searcher import Searcher
from tests.conftest import SEEDS, indexed

FILES = sorted(SEEDS.glob("*.txt"))
SOURCES = {f"{SEEDS.name}/{path.name}": path for path in FILES}  # as the index names them: the folder that it was given, and the file


def bare(text: str) -> str:
    return "".join(text.split())


def occurs_in(text: str, cited: str) -> bool:
    """Whether *text* occurs in *cited*: whole or, where columns were put in order, in pieces of half a column's line or more."""
    while text and text not in cited:
        size = next((size for size in range(len(text) - 1, 0, -1) if text[:size] in cited), 0)
        if size < 5:
            return False
        cited, text = cited.replace(text[:size], "\n", 1), text[size:]
    return True


def test_every_seed_passage_is_exactly_characters_of_its_cited_lines_in_their_order(precedents: Searcher) -> None:
    lines = {source: path.read_text("utf-8").split("\n") for source, path in SOURCES.items()}
    passages = [passage for _, passage in precedents.index.every_passage()]
    assert len(passages) > 150
    for passage in passages:
        citation = passage.citation
        cited = bare("".join("".join(lines[citation.source][first - 1 : last]) for first, last in citation.lines))
        assert occurs_in(bare(passage.text), cited), citation


def test_cited_lines_are_no_more_than_the_passage_needs(precedents: Searcher) -> None:
    """Each cited range begins and ends with a line that holds a part of the passage."""
    lines = {source: path.read_text("utf-8").split("\n") for source, path in SOURCES.items()}
    for _, passage in precedents.index.every_passage():
        text = bare(passage.text)
        for first, last in passage.citation.lines:
            for number in (first, last):
                line = bare(lines[passage.citation.source][number - 1])
                assert line
                pieces = (line[at : at + 8] for at in range(len(line)))
                assert any(piece in text for piece in pieces) or text in line, (passage.citation, number)


def test_the_digest_is_of_the_bytes_on_disk(precedents: Searcher) -> None:
    digests = {source: hashlib.sha256(path.read_bytes()).hexdigest() for source, path in SOURCES.items()}
    assert {passage.citation.source: passage.citation.sha256 for _, passage in precedents.index.every_passage()} == digests


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:3])
def test_nothing_of_a_seed_page_is_dropped_and_nothing_is_read_twice(path: Path) -> None:
    page = read(path, path.name)
    assert isinstance(page, Page)
    times_read = [0] * len(page.text)
    for article in articles(page):
        for part in (*article.paragraphs, *article.headings):
            for start, end in part.spans:
                for at in range(start, end):
                    times_read[at] += 1
    lost = {at for at, character in enumerate(page.text) if not times_read[at] and not character.isspace()}
    assert "".join(page.text[at] for at in sorted(lost)).strip("#") == ""
    assert max(times_read) == 1


def test_ids_name_one_passage_each_and_stay_when_the_index_is_made_again(precedents: Searcher, tmp_path: Path) -> None:
    ids = [passage.citation.id for _, passage in precedents.index.every_passage()]
    assert len(set(ids)) == len(ids)
    with open_index(indexed(tmp_path / "again", SEEDS)) as index:  # with another model
        assert [passage.citation.id for _, passage in index.every_passage()] == ids


def test_the_readme_s_question_is_answered_from_line_37(precedents: Searcher) -> None:
    result = precedents.search("电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的", 3)
    first = result.hits[0].passage
    assert first.text.startswith("“现在，我们有了集中充电点给电动自行车充电，小区路上也没有乱停乱放的电动车挡路")
    assert (first.citation.source, first.citation.lines) == ("seeds/000_1e2b8c975dd70d3e.txt", ((37, 37),))
    assert (first.citation.article, first.citation.place) == ("共商共议 织密小区治理“一张网”", "杭州市上城区笕桥街道")
    assert json.dumps(first.citation.authors, ensure_ascii=False) == '["倪森健", "杨涵", "冯慧敏"]'
