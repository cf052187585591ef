"""Filters of an index in a cluster, asked of a real server: what they leave, and the searches within it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.engine.cluster import dialect, index
from index.engine.open import open_index
from index.engine.protocol import Index
from index.engine.source_names import sources_named
from index.indexing import copy_index
from index.text.tokens import terms
from tests.engine.clusters import assert_same, questions_of
from tests.engine.pages import MODEL, TEXTS, nearest, page_of, vectors_of
from tests.engine.server import Server

DIM = MODEL.dim


def test_words_within_a_filter_are_compared_where_the_index_gives_too_few(
    copied: str, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Among 10,000 passages, of which a filter left 100, seekdb 1.4 returned 75 of the 90 that matched."""
    whole = dialect.matching
    monkeypatch.setattr(dialect, "matching", lambda among, asked, k, exact: whole(among, asked, k if exact else k // 3, exact))
    with open_index(seeds_index) as folder, open_index(copied) as cluster:
        source = sorted(folder.sources())[0]
        asked = [terms(question) for question in questions_of(seeds_index)[:20]]
        ours, theirs = (opened.matching(asked, 100, opened.select(source=source)) for opened in (folder, cluster))
        for one, other in zip(ours, theirs, strict=True):
            assert_same(one, other, 2e-3)


def test_few_passages_of_a_filter_are_found_by_their_articles(copied: str, seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = questions_of(seeds_index)[:12]
    ways = []
    for share in (0, 1):
        monkeypatch.setattr(index, "FEW_SHARE", share)
        with open_index(copied) as cluster, open_index(seeds_index) as folder:
            vectors = folder.vectors([key for key, _ in folder.every_passage()][::19])
            found = []
            for wanted in ({"source": sorted(folder.sources())[1]}, {"since": "1900"}, {"place": folder.places()[0]}, {"place": "月球"}):
                ours, theirs = folder.select(**wanted), cluster.select(**wanted)
                assert (len(theirs), theirs.is_few) == (len(ours), share == 1 or not len(ours))
                rankings = [opened.nearest(vectors, 30, kept) for opened, kept in ((folder, ours), (cluster, theirs))]
                rankings += [opened.matching([*map(terms, asked)], 30, kept) for opened, kept in ((folder, ours), (cluster, theirs))]
                for one, other in zip(rankings[0] + rankings[2], rankings[1] + rankings[3], strict=True):
                    assert_same(one, other, 2e-3)
                found.append([ranking.keys.tolist() for ranking in rankings[1] + rankings[3]])
            ways.append(found)
    assert ways[0] == ways[1]
    assert any(ways[0][0])


@pytest.fixture(scope="module")
def named(cluster: Server) -> Iterator[Index]:
    names = [
        "2024/一.txt",
        "2024/二.txt",
        "旧/2024/一.txt",
        "[甲].txt",
        "甲.txt",
        "a_b.txt",
        "a%b.txt",
        "aXb.txt",
        "A/b/c.md",
        "a\\b.txt",
        "x ",
        "x",
    ]
    with open_index(cluster.address("名称"), create=MODEL) as opened:
        with opened.writing() as changed:
            for number, name in enumerate(names):
                changed.add(*page_of(name, [TEXTS[number]]), vectors_of(1, number))
        yield opened


@given(st.text("甲乙一二2024/.txtaAbBX_%*?[]!^-\\ ", min_size=0, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_name_means_the_same_sources_as_in_a_folder(named: Index, wanted: str) -> None:
    expected = sources_named(wanted, sorted(named.sources()))
    selection = named.select(source=wanted)
    assert selection is not None
    found = nearest(named, np.ones(DIM, np.float32), 100, selection) if len(selection) else []
    assert sorted(passage.citation.source for passage in named.passages([key for key, _ in found])) == sorted(expected)


@pytest.fixture(scope="module")
def dated(cluster: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, Index]]:
    """The same pages in a folder and in a cluster: of some places, with dates of a year, a month and a day, and without."""
    dates = ("2023", "2023-12", "2024-01-05", "2024-02", None)
    places = ("浙江省杭州市上城区", "浙江省杭州市", "四川省成都市", "杭州市", None)
    corpus = tmp_path_factory.mktemp("dated") / "index"
    with open_index(corpus, create=MODEL) as folder, folder.writing() as changed:
        for number, (date, place) in enumerate(product(dates, places)):
            page, file, articles, passages = page_of(f"{number:02}.txt", [TEXTS[number % len(TEXTS)]], place)
            articles = [replace(article, date=date) for article in articles]
            passages = [replace(passage, citation=replace(passage.citation, date=date)) for passage in passages]
            changed.add(page, file, articles, passages, vectors_of(1, number))
    address = cluster.address("日期")
    copy_index(corpus, address)
    with open_index(corpus) as folder, open_index(address) as opened:
        yield folder, opened


DATES = st.none() | st.sampled_from(["2022", "2023", "2023-12", "2023-12-31", "2024-01", "2024-01-05", "2024-01-06", "2024-02", "2025"])
PLACES = (
    st.none()
    | st.sampled_from(["浙江省", "杭州市", "浙江省杭州市上城区", "上城区", "成都", "四川省", "省", "月球"])
    | st.text("浙江杭州市省%_\\", max_size=3)
)


@given(place=PLACES, since=DATES, until=DATES, few=st.sampled_from([0, 1]))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_places_and_dates_leave_the_same_passages_as_in_a_folder(
    dated: tuple[Index, Index], place: str | None, since: str | None, until: str | None, few: int
) -> None:
    kept = []
    for opened in dated:
        if isinstance(opened, index.ClusterIndex):
            opened._selections.clear()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(index, "FEW_SHARE", few)
            selection = opened.select(place=place, since=since, until=until)
        if selection is None or not len(selection):
            kept.append([] if selection is not None else None)
        else:
            found = sorted(key for key, _ in nearest(opened, np.ones(DIM, np.float32), 100, selection))
            assert len(found) == len(selection)
            kept.append(found)
    assert kept[0] == kept[1]
