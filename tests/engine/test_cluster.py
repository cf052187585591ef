"""What only an index in a cluster does, asked of a real server: equal rankings, new tables, faults of the server and of its rows."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from index.engine.cluster import changes, dialect, index, loading, state, weights, writer
from index.engine.cluster.address import parsed
from index.engine.cluster.connection import connect
from index.engine.open import open_index
from index.errors import BadInput, OtherModel, Unwritten
from index.indexing import copy_index
from index.text.tokens import terms
from search.searcher import open_search
from tests.conftest import Command
from tests.engine.clusters import assert_same, filled, loaded, questions_of, run
from tests.engine.corpus import made_page
from tests.engine.pages import MODEL, TEXTS, matching, nearest, page_of, pairs, texts_of, vectors_of
from tests.engine.server import Server

NUMBERS = count()
DIM = MODEL.dim


@pytest.fixture
def address(cluster: Server) -> str:
    return cluster.address(f"one-{next(NUMBERS)}")


@pytest.fixture
def small_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A load begins with 40 passages and is committed every 10; vectors have an index from 30 on."""
    monkeypatch.setattr(writer, "MANY_CHANGED", 40)
    monkeypatch.setattr(loading, "STEP", 10)
    for module in (loading, index):
        monkeypatch.setattr(module, "LARGE", 30)
    monkeypatch.setattr(index, "FEW", 5)


def test_words_and_vectors_rank_as_in_a_folder(copied: str, seeds_index: Path) -> None:
    with open_index(seeds_index) as folder, open_index(copied) as cluster:
        asked = [terms(question) for question in questions_of(seeds_index)]
        for ours, theirs in zip(folder.matching(asked, 100), cluster.matching(asked, 100), strict=True):
            assert_same(ours, theirs, 2e-3)  # sums of small floats, rounded
        keys = [key for key, _ in folder.every_passage()]
        assert keys == [key for key, _ in cluster.every_passage()]
        vectors = folder.vectors(keys[::4])
        assert np.array_equal(vectors, cluster.vectors(keys[::4]))
        for ours, theirs in zip(folder.nearest(vectors, 50), cluster.nearest(vectors, 50), strict=True):
            assert_same(ours, theirs, 1e-5)


@pytest.mark.parametrize(("own", "most"), [(400_000, 500_000), (600, 1_000)], ids=["many terms before", "few dimensions"])
def test_words_rank_as_in_a_folder_where_terms_share_dimensions(
    own: int, most: int, address: str, seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OceanBase makes an index of 500,000 dimensions at most; 100,000 passages have three times as many."""
    monkeypatch.setattr(weights, "OWN_DIMENSIONS", own)
    monkeypatch.setattr(weights, "MOST_DIMENSIONS", most)
    place = parsed(address)
    with open_index(seeds_index) as folder:
        with open_index(address, create=folder.model) as empty:
            if own == 400_000:  # the next term is the millionth
                opened = connect(place)
                state.write(opened, place, state.State(empty.model, terms=1_000_000))
                opened.close()
        copy_index(seeds_index, address)
        with open_index(address) as cluster:
            asked = [terms(question) for question in questions_of(seeds_index)]
            for k in (5, 100):
                for ours, theirs in zip(folder.matching(asked, k), cluster.matching(asked, k), strict=True):
                    assert_same(ours, theirs, 2e-3)
            assert cluster.check() == []


def test_a_whole_search_answers_as_in_a_folder(copied: str, seeds_index: Path) -> None:
    with open_search(seeds_index) as folder, open_search(copied) as cluster:
        for question in questions_of(seeds_index)[:40]:
            ours, theirs = folder.search(question), cluster.search(question)
            assert [(hit.citation, hit.score) for hit in ours.hits] == [
                (hit.citation, pytest.approx(hit.score, abs=1e-3)) for hit in theirs.hits
            ]
            assert ours.found == theirs.found


def test_a_copy_there_and_back_is_the_same_index(copied: str, seeds_index: Path, tmp_path: Path) -> None:
    again = copy_index(seeds_index, copied)
    assert (again.pages, again.before) == (0, 5)
    back = tmp_path / "zurück" / ".qianli"
    copy_index(copied, back)
    with open_index(seeds_index) as ours, open_index(back) as theirs:
        assert [*ours.every_passage()] == [*theirs.every_passage()]
        assert ours.sources() == theirs.sources()
        for source in ours.sources():
            assert ours.stored(source) == theirs.stored(source)
        assert theirs.check() == []


def test_a_copy_that_was_altered_is_mended(cluster: Server, seeds_index: Path, address: str) -> None:
    copy_index(seeds_index, address)
    run(address, "UPDATE TABLE_passages_1 SET text = '改过' ORDER BY `key` LIMIT 3")
    assert copy_index(seeds_index, address).pages >= 1
    with open_index(address) as opened:
        assert opened.check() == []


def test_a_copy_goes_into_nothing_else(address: str, seeds_index: Path) -> None:
    with open_index(seeds_index) as opened:
        model = opened.model
    with open_index(address, create=model) as opened, opened.writing() as changed:
        changed.add(*page_of("别的.txt", ["一段"]), np.eye(1, model.dim, dtype=np.float32))
    with pytest.raises(BadInput, match=r"别的\.txt, which .* has not"):
        copy_index(seeds_index, address)
    with pytest.raises(OtherModel, match="not there yet"):
        copy_index(seeds_index, filled_address(address))
    copy_index(seeds_index, address, prune=True)
    with open_index(address) as opened, open_index(seeds_index) as seeds:
        assert opened.sources() == seeds.sources()


def filled_address(address: str) -> str:
    other = f"{address}-toy"
    filled(other, 1)
    return other


@pytest.mark.usefixtures("small_loads")
def test_a_large_change_goes_into_new_tables_and_is_whole(address: str) -> None:
    loaded(address, 30)
    with open_index(address) as opened:
        assert (len(opened), opened.facts()["approximate"]["vectors"]["method"], opened.check()) == (90, "HNSW", [])
        for number in range(0, 30, 7):
            vector = vectors_of(3, number)[0]
            assert nearest(opened, vector, 1)[0][1] == pytest.approx(1, abs=2e-3)
        found = matching(opened, terms("停车难29"), 3)
        assert texts_of(opened, found)[0] == f"{TEXTS[0]}29"
    loaded(address, 30, seed=500)
    with open_index(address) as opened:
        assert (len(opened), opened.check()) == (90, [])
        assert nearest(opened, vectors_of(3, 500)[0], 1)[0][1] == pytest.approx(1, abs=2e-3)


@pytest.mark.usefixtures("small_loads")
def test_a_first_build_that_was_killed_goes_on(address: str) -> None:
    class Killed(BaseException): ...

    with open_index(address, create=MODEL) as opened:
        with pytest.raises(Killed), opened.writing(building=True) as changed:
            changed.expect(90)
            for number in range(17):
                changed.add(*page_of(f"{number:02}.txt", TEXTS[:3]), vectors_of(3, number))
            raise Killed
        assert len(opened) == 0
    with open_index(address) as opened:
        assert opened.facts()["unfinished"] > 10
        with pytest.raises(BadInput, match="not finished"), opened.writing():
            pass
        with opened.writing(building=True) as changed:
            assert changed.unfinished
            there = {file.source for file in changed.sources()}
            assert len(there) > 10
            for number in range(30):
                if f"{number:02}.txt" not in there:
                    changed.add(*page_of(f"{number:02}.txt", TEXTS[:3]), vectors_of(3, number))
        assert (len(opened), opened.check(), "unfinished" in opened.facts()) == (90, [], False)


@pytest.mark.usefixtures("small_loads")
@pytest.mark.parametrize("name", ["weigh", "make_term_index"])
def test_a_first_build_that_was_killed_at_its_end_goes_on(name: str, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many passages have each term is written at the end of a load: before the kill, or after it."""

    class Killed(BaseException): ...

    def killing(*given: object) -> int | None:
        if name != "weigh" or given[2]:  # the first passages are weighed and committed
            raise Killed
        return weigh(*given)  # type: ignore[arg-type]

    open_index(address, create=MODEL).close()
    weigh = changes.Changes.weigh
    monkeypatch.setattr(changes.Changes if name == "weigh" else dialect, name, killing)
    with pytest.raises(Killed):
        loaded(address, 30)
    monkeypatch.undo()
    loaded(address, 31)
    with open_index(address) as opened:
        assert (len(opened), opened.check()) == (93, [])


@pytest.mark.usefixtures("small_loads")
@pytest.mark.parametrize("refusals", [1, 2])
def test_an_index_of_which_a_killed_server_left_a_part_is_made_anew(refusals: int, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """seekdb does not show such an index, and does not make another one: "create vector index on column has vector index"."""
    open_index(address, create=MODEL).close()
    make, left = dialect.make_term_index, [*range(refusals)]

    def refusing(*given: object) -> None:
        if left:
            left.pop()
            raise Unwritten("the server of {address} says: {why}; the last good state stays", address=address, why="not supported")
        make(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(dialect, "make_term_index", refusing)
    if refusals == 2:
        with pytest.raises(Unwritten, match="not supported"):
            loaded(address, 30)
    loaded(address, 30)
    with open_index(address) as opened:
        assert (len(opened), opened.check()) == (90, [])


@pytest.mark.usefixtures("small_loads")
def test_readers_go_on_while_tables_are_exchanged(address: str) -> None:
    loaded(address, 20)
    wrong: list[str] = []
    stopped = False

    def ask() -> None:
        while not stopped:
            with open_index(address) as reader:
                found = nearest(reader, vectors_of(3, 3)[0], 60)
                if len(found) != 60 or len(reader.passages([key for key, _ in found])) != 60:
                    wrong.append(f"{len(found)} of 60")

    readers = [Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(2):
        loaded(address, 20, seed=100 * turn)
    stopped = True
    for reader in readers:
        reader.join()
    assert wrong == []


def test_pages_that_come_again_are_found_each_time(address: str) -> None:
    filled(address, 4)
    with open_index(address) as opened:
        for turn in range(12):
            with opened.writing() as changed:
                for number in range(4):
                    changed.add(
                        *page_of(f"{number:02}.txt", [f"第{turn}次{text}" for text in TEXTS[:2]]), vectors_of(2, 10 * turn + number)
                    )
            for number in range(4):
                vector = vectors_of(2, 10 * turn + number)[1]
                (key, cosine), *_ = nearest(opened, vector, 1)
                assert cosine == pytest.approx(1, abs=2e-3)
                assert opened.passages([key])[0].text.startswith(f"第{turn}次")
            assert len(matching(opened, ["次"], 20)) == 8
        assert opened.check() == []


def test_scores_stay_exact_when_lengths_change(address: str) -> None:
    """The weights of passages were made with other mean lengths: the scores are those of now all the same."""
    corpus = filled(address, 12)
    with open_index(address) as opened:
        for step in range(6):
            long = made_page(f"long{step}.txt", 900 + step)
            corpus.put(opened, long)
        assert opened._state.lengths.drift(opened._state.weighed) > 0  # type: ignore[attr-defined]
        for query in (terms("电动自行车停车"), terms("河道的治理")):
            expected = {p.citation.id: round(score, 3) for p, score in zip(corpus.passages, corpus.bm25(query), strict=True) if score}
            (ranking,) = opened.matching([query], 1000)
            found = opened.passages(ranking.keys)
            got = {passage.citation.id: score for passage, score in zip(found, ranking.scores.tolist(), strict=True)}
            assert got == pytest.approx(expected, abs=2e-3)
            for k in (1, 3, 10):
                assert pairs(opened.matching([query], k)[0]) == pairs(ranking)[:k]


def test_every_command_works_with_an_address(
    cluster: Server, address: str, qianli: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QIANLI_INDEX", address)
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "一.txt").write_text("电动自行车停放难\n\n社区建了集中充电棚，解决电动自行车停放难。\n", "utf-8")
    assert qianli("index", str(pages))[0] == 0
    code, out, _ = qianli("search", "电动自行车停放")
    assert (code, "充电棚" in out) == (0, True)
    code, out, _ = qianli("info", "--check")
    assert (code, "none: every row" in out) == (0, True)
    (pages / "二.txt").write_text("河道清淤\n\n河长制让河道干净了。\n", "utf-8")
    assert qianli("index")[0] == 0
    assert "1 unchanged" in qianli("index")[2] or "2 unchanged" in qianli("index")[2]
    assert qianli("verify")[0] == 0
    assert qianli("show", "一.txt:3")[0] == 0
    assert qianli("index", "--rebuild")[0] == 0
    assert qianli("remove", "二.txt")[0] == 0
    code, out, _ = qianli("copy", address, str(tmp_path / "还"), "--json")
    assert (code, '"pages": 1' in out or '"pages":1' in out) == (0, True)
    assert cluster.password not in out
