"""A notebook shows a result as a table of passages with their citations."""

import xml.etree.ElementTree as ElementTree

import pytest

from search.results import Result
from search.searcher import Searcher


def test_a_result_is_a_table_of_its_hits(precedents: Searcher) -> None:
    result = precedents.search("老旧小区停车难怎么解决", k=2, min_score=0)
    table = ElementTree.fromstring(result._repr_html_())
    assert table.findtext("caption") == result.query
    assert [[cell.text for cell in row] for row in table.findall("tr")] == [
        [str(hit.rank), f"{hit.score:.2f}", hit.text, str(hit.citation)] for hit in result.hits
    ]
    assert len(result.hits) == 2


@pytest.mark.parametrize(("language", "said"), [("en", "no precedent found"), ("zh", "没有找到先例")])
def test_a_result_without_hits_says_so_and_is_no_markup(language: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QIANLI_LANG", language)
    table = ElementTree.fromstring(Result("<script>&", False, [], [])._repr_html_())
    assert (table.findtext("caption"), len(table)) == (f"<script>&: {said}", 1)
