"""What the rest of qianli may expect of an engine, asked of each one: through the protocol alone, against brute force."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.document import Page
from index.engine.open import open_index
from index.engine.protocol import Address, Index, Model
from index.errors import BadInput, Busy, NoIndex
from index.text.gazetteer import with_province
from index.text.tokens import terms
from tests.engine.conftest import Opening
from tests.engine.corpus import HALF, QUERIES, ROUNDED, Corpus, ids, made_page, scores_by_id
from tests.engine.pages import DIM, MODEL, add, nearest, page_of, pairs, vectors_of

ASKED = [terms(query) for query in QUERIES]
FILTERS = [
    *[("杭州市", None), ("上城区", None), (None, "a*"), ("宁波市", "a*"), ("火星", None), (None, "[ab]1.txt")],
    *[(None, None, "2023-05-06"), (None, None, None, "2023"), (None, None, "2023-05-20", "2024-01"), ("市", "a*", "2024", "2024-02-01")],
]


@pytest.fixture(params=range(3))
def corpus(request: pytest.FixtureRequest, opening: Opening, address: Address) -> Corpus:
    """Sixteen pages in an index at *address*, in one commit."""
    corpus = Corpus()
    with opening(address, create=MODEL) as index:
        corpus.put(index, *(made_page(f"{'ab'[n % 2]}{n}.txt", 100 * request.param + n) for n in range(16)))
    return corpus


@pytest.fixture
def index(opening: Opening, address: Address, corpus: Corpus) -> Iterator[Index]:
    with opening(address) as index:
        yield index


def assert_answers(index: Index, corpus: Corpus) -> None:
    """Compare all that a reader can ask with brute force; BM25 may be off by what removed passages account for."""
    passages, everything = corpus.passages, len(corpus.passages) + 5
    assert len(index) == len(passages)
    assert {passage.citation.id: passage for _, passage in index.every_passage()} == {passage.citation.id: passage for passage in passages}
    assert index.sources() == {source: made.file for source, made in corpus.pages.items()}
    assert index.check() == []
    for query in ASKED:
        expected, (least, most) = corpus.bm25(query), corpus.drift(query)
        scores = scores_by_id(index, index.matching([query], everything)[0])
        assert scores.keys() == {passage.citation.id for passage, score in zip(passages, expected, strict=True) if score}
        for passage, score in zip(passages, expected, strict=True):
            assert score * least - ROUNDED <= scores.get(passage.citation.id, 0) <= score * most + ROUNDED
        assert index.known(query) == sum(any(term in terms(f"{p.text}\n{p.heading}") for p in passages) for term in query)
    for vector in vectors_of(3, seed=9):
        cosines = {passage.citation.id: cosine for passage, cosine in zip(passages, corpus.vectors @ vector, strict=True)}
        assert scores_by_id(index, index.nearest(vector[None], everything)[0]) == pytest.approx(cosines, abs=HALF)


def test_every_question_is_answered_as_by_brute_force(index: Index, corpus: Corpus) -> None:
    assert_answers(index, corpus)


def test_the_first_k_are_the_best_ones(index: Index, corpus: Corpus) -> None:
    for query in ASKED:
        whole, first = pairs(index.matching([query], 1000)[0]), pairs(index.matching([query], 3)[0])
        assert first == whole[:3]
    whole, first = pairs(index.nearest(vectors_of(1), 1000)[0]), pairs(index.nearest(vectors_of(1), 3)[0])
    assert (len(whole), first) == (len(corpus.passages), whole[:3])
    assert pairs(index.matching([ASKED[0]], 0)[0]) == pairs(index.nearest(vectors_of(1), 0)[0]) == []


def test_of_passages_that_are_equally_near_the_first_by_key_are_among_the_first_k(opening: Opening, address: Address) -> None:
    """Copies of a page have the same vectors; better and worse ones come before and after them in any order of keys."""
    better, equal, worse = np.eye(DIM, dtype=np.float32)[:1], vectors_of(1), -np.eye(DIM, dtype=np.float32)[:1]
    rows = np.repeat(np.concatenate([worse, equal, better, equal, worse, equal, better]), 4, axis=0)
    with opening(address, MODEL) as index, index.writing() as writer:
        for number, row in enumerate(rows):
            writer.add(*page_of(f"{number:02}.txt", ["同一段"]), row[None])
    with opening(address) as index:
        for query in (equal[0], better[0]):
            every = nearest(index, query, len(rows))
            assert every == sorted(every, key=lambda pair: (-pair[1], pair[0]))
            for k in range(1, len(rows)):
                assert nearest(index, query, k) == every[:k]


def test_a_query_has_the_same_answer_in_any_company(index: Index) -> None:
    alone = [pairs(index.matching([query], 20)[0]) for query in ASKED]
    assert [pairs(ranking) for ranking in index.matching(ASKED, 20)] == alone
    vectors = vectors_of(5)
    assert [pairs(ranking) for ranking in index.nearest(vectors, 20)] == [pairs(index.nearest(vector[None], 20)[0]) for vector in vectors]


def test_the_keys_of_a_ranking_are_taken_as_they_are(index: Index) -> None:
    (ranking,) = index.nearest(vectors_of(1), 3)
    assert index.passages(ranking.keys) == index.passages(ranking.keys.tolist())
    assert np.array_equal(index.vectors(ranking.keys), index.vectors(ranking.keys.tolist()))


def test_what_says_nothing_retrieves_nothing(index: Index) -> None:
    assert [pairs(ranking) for ranking in index.matching([[], ["没有"], ASKED[3]], 5)][:2] == [[], []]
    assert [pairs(ranking) for ranking in index.nearest(np.zeros((2, MODEL.dim), np.float32), 5)] == [[], []]
    assert (index.matching([], 5), index.nearest(vectors_of(0), 5), index.passages([])) == ([], [], [])
    assert index.vectors([]).shape == (0, MODEL.dim)


@pytest.mark.parametrize("wanted", FILTERS)
def test_a_selection_keeps_what_a_filter_leaves_and_its_scores(wanted: tuple[str | None, ...], index: Index, corpus: Corpus) -> None:
    selection = index.select(*wanted)
    assert selection is not None
    kept = {passage.citation.id for passage, stays in zip(corpus.passages, corpus.selected(*wanted), strict=True) if stays}
    assert (len(selection), ids(index, selection)) == (len(kept), kept)
    for rankings, within in (
        (index.matching(ASKED, 1000), index.matching(ASKED, 1000, selection)),
        (index.nearest(vectors_of(3), 1000), index.nearest(vectors_of(3), 1000, selection)),
    ):
        for whole, limited in zip(rankings, within, strict=True):
            expected = {id_: score for id_, score in scores_by_id(index, whole).items() if id_ in kept}
            assert scores_by_id(index, limited) == expected


def test_without_a_filter_there_is_no_selection(index: Index) -> None:
    assert index.select() is None


def test_bm25_scores_only_the_passages_that_are_asked_for(index: Index) -> None:
    keys = [[key for key, _ in index.every_passage()][n::3] for n in range(len(ASKED))]
    for query, own, ranking in zip(ASKED, keys, index.bm25(ASKED, keys), strict=True):
        assert pairs(ranking) == [pair for pair in pairs(index.matching([query], 1000)[0]) if pair[0] in own]


def test_passages_and_vectors_come_in_the_order_of_the_keys_that_are_asked_for(index: Index, corpus: Corpus) -> None:
    keyed = [*index.every_passage()]
    assert [key for key, _ in keyed] == sorted(key for key, _ in keyed)
    order = keyed[::-2]
    assert index.passages([key for key, _ in order]) == [passage for _, passage in order]
    rows = {passage.citation.id: row for passage, row in zip(corpus.passages, corpus.vectors, strict=True)}
    expected = np.array([rows[passage.citation.id] for _, passage in order])
    assert index.vectors([key for key, _ in order]) == pytest.approx(expected, abs=HALF)


def test_a_passage_is_located_by_its_id_its_beginning_or_its_line(index: Index, corpus: Corpus) -> None:
    for made in corpus.pages.values():
        for passage in made.passages:
            article = [other for other in made.passages if other.article == passage.article]
            for name in (passage.citation.id, passage.citation.id[:12], f"{made.file.source}:{passage.citation.lines[0][0]}"):
                located = index.locate(name)
                assert (located.passage, located.passages) == (passage, article)
                assert located.article["title"] == passage.citation.article


def test_where_a_passage_of_a_document_stands_is_returned_as_it_was_given(opening: Opening, address: Address) -> None:
    """What one passage has, the next one has not: a PDF, a workbook, a chapter of a book, a text."""
    spots = [
        {"page": 12, "page_label": "8", "box": (72.0, 96.25, 523.5, 128.0), "reader": "pypdfium2 5.15.2"},
        {"page": 3, "page_label": None, "box": None, "reader": "pypdfium2 5.15.2"},
        {"sheet": "2024年 (1)", "cell": "B12", "reader": "python-calamine 0.9.1"},
        {"part": "text/第一章.xhtml", "reader": "lxml 6.1.3"},
        {},
    ]
    page, file, articles, passages = page_of("aa.pdf", [f"第{number}段的文字。" for number in range(1, 6)])
    given = [
        replace(passage, citation=replace(passage.citation, path="/aa.pdf", **spot)) for passage, spot in zip(passages, spots, strict=True)
    ]
    with opening(address, create=MODEL) as index, index.writing() as writer:
        writer.add(page, file, articles, given, vectors_of(5))
    fields = ("page", "page_label", "box", "sheet", "cell", "part", "reader")
    expected = [tuple(spot.get(name) for name in fields) for spot in spots]
    with opening(address) as index:
        read = [passage.citation for _, passage in index.every_passage()]
        assert [tuple(getattr(citation, name) for name in fields) for citation in read] == expected
        assert index.locate(read[2].id).passages == given


@pytest.mark.parametrize(("citation", "message"), [("a0.txt:99", "no passage"), ("ffffffff", "no passage"), ("二", "no citation")])
def test_what_names_no_passage_is_an_error_that_says_so(citation: str, message: str, index: Index) -> None:
    with pytest.raises(BadInput, match=message):
        index.locate(citation)


def test_an_id_that_two_passages_may_mean_is_an_error(opening: Opening, address: Address) -> None:
    with opening(address, create=MODEL) as index:
        add(index, "aa.txt", ["一", "二"])  # gives ids that begin alike
        with pytest.raises(BadInput, match="more characters"):
            index.locate("aa0000")


def test_files_and_places_are_those_of_the_pages(index: Index, corpus: Corpus) -> None:
    keyed = dict(index.every_passage())
    for made in corpus.pages.values():
        assert [keyed[key] for key in index.keys_of_file(made.file.sha256)] == made.passages
    assert index.keys_of_file("f" * 64) == []
    counted = [article.place for made in corpus.pages.values() for article in made.articles if article.place]
    assert index.places() == sorted(set(counted), key=lambda place: (-counted.count(place), place))
    spoken = [(article.place, *article.places) for made in corpus.pages.values() for article in made.articles]
    assert sorted(index.areas()) == sorted(tuple(dict.fromkeys(with_province(place) for place in each if place)) for each in spoken)
    facts = index.facts()
    assert (facts["pages"], facts["passages"], facts["model"]["name"]) == (16, len(corpus.passages), "toy")
    assert facts["approximate"] is None


def test_pages_that_were_replaced_and_removed_are_answered_as_they_are_now(engine: str, opening: Opening, address: Address) -> None:
    corpus = Corpus()
    pages, steps = (20, 2) if "cluster" in engine else (80, 5)  # in a folder so many that an update changes a small part
    with opening(address, create=MODEL) as index:
        corpus.put(index, *(made_page(f"{'ab'[n % 2]}{n}.txt", n) for n in range(pages)))
    for step in range(steps):
        with opening(address) as index:
            corpus.put(index, made_page(f"a{2 * step}.txt", 900 + step), made_page(f"new{step}.txt", 950 + step))
            corpus.remove(index, f"b{2 * step + 1}.txt")
            assert_answers(index, corpus)  # a writer sees its own commit
        with opening(address) as index:
            assert_answers(index, corpus)


@pytest.mark.parametrize("changed", [1, 3])
def test_a_page_that_comes_again_has_the_vectors_that_came_with_it(changed: int, opening: Opening, address: Address) -> None:
    """Also where no word of it changed, and where so few passages of the index changed that the others are not written again."""
    with opening(address, create=MODEL) as index:
        with index.writing() as writer:
            for number in range(40):
                writer.add(*page_of(f"{number:02}.txt", ["停车难", "食堂助餐", "加装电梯"]), vectors_of(3, number))
        now = vectors_of(3, 7).copy()
        now[:changed] = vectors_of(3, 99)[:changed]
        for _ in range(2):
            with index.writing() as writer:
                writer.add(*page_of("07.txt", ["停车难", "食堂助餐", "加装电梯"]), now)
    with opening(address) as index:
        assert index.check() == []
        keys = [key for key, passage in index.every_passage() if passage.citation.source == "07.txt"]
        assert index.vectors(keys) == pytest.approx(now, abs=HALF)
        assert nearest(index, now[0], 1) == [(keys[0], pytest.approx(1, abs=HALF))]
        assert len(index) == len(nearest(index, now[0], 1000)) == len(index.matching([terms("停车难食堂电梯")], 1000)[0].keys) == 120


def test_a_reader_keeps_its_state_while_another_commits(opening: Opening, address: Address, corpus: Corpus) -> None:
    before = Corpus(dict(corpus.pages))
    with opening(address) as reader:
        assert reader.is_current()
        with opening(address) as other:
            corpus.put(other, made_page("a0.txt", 900))
            assert other.is_current()
        assert not reader.is_current()
        assert_answers(reader, before)
    with opening(address) as reader:
        assert_answers(reader, corpus)


def test_a_page_can_be_handed_to_another_index_as_it_is(opening: Opening, address: Address, corpus: Corpus, tmp_path: Path) -> None:
    with opening(address) as index, open_index(tmp_path / "other", create=MODEL) as other:
        files = index.sources()
        with other.writing() as writer:
            for source, file in files.items():
                page = index.stored(source)
                assert page.passages == corpus.pages[source].passages == index.passages(page.keys)
                assert page.articles == [replace(article, paragraphs=()) for article in corpus.pages[source].articles]
                writer.add(Page(source, "", file.sha256, page.encoding), file, page.articles, page.passages, index.vectors(page.keys))
        assert_answers(other, corpus)
        assert all(other.stored(source).passages == index.stored(source).passages for source in files)


def test_an_error_inside_a_commit_leaves_the_old_state(index: Index, corpus: Corpus) -> None:
    class Stop(Exception): ...

    with pytest.raises(Stop), index.writing() as writer:
        writer.remove("a0.txt")
        assert "a0.txt" not in {file.source for file in writer.sources()}
        raise Stop
    assert index.is_current()
    assert_answers(index, corpus)


def test_a_second_writer_is_refused(opening: Opening, address: Address, index: Index) -> None:
    with opening(address) as other, index.writing(), pytest.raises(Busy, match="try again"), other.writing():
        pass
    with opening(address) as other, other.writing():
        pass


def test_a_writer_knows_the_vectors_of_passages_with_the_same_heading_and_text(index: Index, corpus: Corpus) -> None:
    passages = [*corpus.pages["a0.txt"].passages, *made_page("a0.txt", 12345).passages]
    rows = defaultdict(list)
    for passage, row in zip(corpus.passages, corpus.vectors, strict=True):
        rows[passage.heading, passage.text].append(row)
    with index.writing() as writer:
        for passage, vector in zip(passages, writer.known_vectors(passages), strict=True):
            assert (vector is None) == ((passage.heading, passage.text) not in rows)
            if vector is not None:
                assert min(abs(row - vector).max() for row in rows[passage.heading, passage.text]) < HALF


def test_a_writer_tells_one_file_and_the_stamps_of_all(index: Index, corpus: Corpus) -> None:
    with index.writing() as writer:
        assert writer.source("a0.txt") == corpus.pages["a0.txt"].file
        for stamp in writer.stamps():
            file = corpus.pages[stamp.source].file
            assert (stamp.path, *stamp[2:]) == (str(file.path), *file[2:])
        assert sorted(stamp.source for stamp in writer.stamps()) == sorted(corpus.pages)


def test_touching_a_file_changes_what_is_known_of_it_and_nothing_else(
    opening: Opening, address: Address, index: Index, corpus: Corpus
) -> None:
    file = index.sources()["a0.txt"]._replace(path=Path("/elsewhere/a0.txt"), size=7, modified=8, noted=9)
    with index.writing() as writer:
        writer.touch(file)
    with opening(address) as other:
        assert other.sources()["a0.txt"] == file
        assert {passage.citation.id for _, passage in other.every_passage()} == {passage.citation.id for passage in corpus.passages}


def test_other_vectors_are_found_by_and_named_with_their_model(opening: Opening, address: Address, index: Index) -> None:
    keys = [key for key, _ in index.every_passage()]
    vectors = vectors_of(len(keys), seed=77)
    with index.writing() as writer:
        writer.replace_vectors(Model("other", MODEL.dim, "2"), zip(keys, vectors, strict=True))
    with opening(address) as other:
        assert other.model == Model("other", MODEL.dim, "2")
        assert other.vectors(keys) == pytest.approx(vectors, abs=HALF)
        (ranking,) = other.nearest(vectors[:1], 1)
        assert ranking.keys.tolist() == keys[:1]


def test_a_note_is_kept_beside_the_passages(opening: Opening, address: Address, index: Index) -> None:
    assert index.read_note("calibration") is None
    assert index.write_note("calibration", "甲\n")
    index.write_note("calibration", "乙\n")
    with opening(address) as other:
        assert other.read_note("calibration") == "乙\n"
        assert other.is_current()


def test_where_there_is_no_index_one_is_made_only_on_request(opening: Opening, address: Address) -> None:
    with pytest.raises(NoIndex):
        opening(address)
    with opening(address, create=MODEL) as index:
        assert (len(index), index.model, index.address) == (0, MODEL, address)
        assert_answers(index, Corpus())
