"""The inverted index by itself: scores against BM25 by its formula, in one segment and in many, with and without frequent terms."""

import random
from pathlib import Path

import pytest

from index.document import Passage
from index.engine.folder import inverted_index
from index.engine.folder.inverted_index import InvertedIndex, TermsWriter
from index.engine.protocol import Ranking
from index.text.joined_terms import terms_of_each
from index.text.tokens import terms
from tests.engine.bm25 import bm25
from tests.engine.corpus import ROUNDED
from tests.engine.pages import page_of, pairs

SUBJECTS = [*["垃圾", "路灯", "水井", "窨井盖", "公交", "健身器材", "2024年"] * 4, "雨棚"]
VERBS = ["更换", "清运", "没有人管", "修好了", "投诉", "坏了"]
QUESTIONS = ["居民反映路灯坏了", "的", "居民的", "雨棚更换", "窨井盖", "居民反映2024年公交的健身器材没有人管", "没见过"]
FIRST = (1 << 62) + 9  # a key may need 63 bits


def passages_of(many: int, seed: int = 0) -> list[Passage]:
    """Return passages that all begin alike, so that some terms stand in each of them, with their headings."""
    chance = random.Random(seed)
    texts = [f"居民反映的{chance.choice(SUBJECTS)}{chance.choice(VERBS)}{'，路灯' * chance.randrange(3)}" for _ in range(many)]
    _, _, _, passages = page_of("aa.txt", texts)
    return [Passage(passage.text, chance.choice(["来信", "居民来信", "路灯"]), 1, passage.citation) for passage in passages]


def written(folder: Path, passages: list[Passage], each: int = 10_000) -> InvertedIndex:
    """Write an inverted index, a commit after *each* so many passages, and open it; keys are FIRST and those after it, by threes."""
    chunk = terms_of_each([(passage.text, passage.heading) for passage in passages])
    for start in range(0, len(passages), each):
        writer = TermsWriter(folder)
        for number, (text, heading) in list(enumerate(chunk))[start : start + each]:
            writer.add(FIRST + 3 * number, text, heading)
        writer.commit()
    return InvertedIndex(folder, 0)


def expected(question: str, passages: list[Passage]) -> dict[int, float]:
    """Return the score of each key by the formula, of those that have any."""
    return {FIRST + 3 * number: score for number, score in enumerate(bm25(terms(question), passages).tolist()) if score}


def asked(index: InvertedIndex, question: str, k: int) -> Ranking:
    return index.matching([terms(question)], k, [None])[0]


@pytest.fixture(params=[500, 7])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> InvertedIndex:
    """In one segment, and in several."""
    return written(tmp_path / "目录" / "terms", passages_of(33), request.param)


def test_a_chunk_is_cut_as_each_text_alone() -> None:
    passages = passages_of(20)
    assert terms_of_each([(p.text, p.heading) for p in passages]) == [
        (" ".join(terms(p.text)), " ".join(terms(p.heading))) for p in passages
    ]
    assert terms_of_each([]) == []
    assert terms_of_each([("", ""), ("！？", "路")]) == [("", ""), ("", "路")]


@pytest.mark.parametrize("question", QUESTIONS)
def test_given_passages_are_scored_by_the_formula_and_as_in_a_search(question: str, index: InvertedIndex) -> None:
    by_formula, searched = expected(question, passages_of(33)), dict(pairs(asked(index, question, 1000)))
    for step in (1, 4, 40):
        keys = [FIRST + 3 * number for number in range(33)][::step]
        (ranking,) = index.bm25([terms(question)], [keys])
        found = pairs(ranking)
        assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))
        assert dict(found) == {key: score for key, score in searched.items() if key in keys}
        assert dict(found) == pytest.approx({key: score for key, score in by_formula.items() if key in keys}, abs=ROUNDED)


def test_keys_that_the_index_does_not_have_have_no_score(index: InvertedIndex) -> None:
    question = terms("路灯")
    assert [pairs(ranking) for ranking in index.bm25([question, question, [], ["没见过"]], [[1, FIRST + 1], [], [FIRST], [FIRST]])] == [
        []
    ] * 4


def test_a_removed_passage_has_no_score_and_no_place(tmp_path: Path) -> None:
    written(tmp_path, passages_of(33), 5).close()
    gone = [FIRST + 3 * number for number in range(0, 33, 2)]
    writer = TermsWriter(tmp_path)
    writer.remove([*gone, 7])
    assert writer.commit() == 33 - len(gone)
    index = InvertedIndex(tmp_path, len(gone))
    keys = [FIRST + 3 * number for number in range(33)]
    assert sorted(index.bm25([terms("居民")], [keys])[0].keys.tolist()) == sorted({*keys} - {*gone})
    assert sorted(asked(index, "居民", 100).keys.tolist()) == sorted({*keys} - {*gone})


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> InvertedIndex:
    """An index that counts as large, with so many passages that its first ten are a small part of what it finds."""
    monkeypatch.setattr(inverted_index, "MANY", 300)
    monkeypatch.setattr(inverted_index, "FOUND", 12)
    return written(tmp_path, passages_of(600), 150)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("within", [None, range(FIRST, FIRST + 900), range(FIRST, FIRST + 90)])
def test_in_a_large_index_frequent_terms_count_as_they_do_in_a_small_one(question: str, within: range | None, large: InvertedIndex) -> None:
    """Also where all terms are frequent, and where the rare ones find less than is asked for."""
    keys = None if within is None else [*within]
    by_formula = {key: score for key, score in expected(question, passages_of(600)).items() if within is None or key in within}
    for k in (1, 10, 1000):
        (ranking,) = large.matching([terms(question)], k, [keys])
        assert ranking.scores.tolist() == pytest.approx(sorted(by_formula.values(), reverse=True)[:k], abs=ROUNDED)
        assert dict(pairs(ranking)) == pytest.approx({key: by_formula[key] for key in ranking.keys.tolist()}, abs=ROUNDED)


def test_in_a_large_index_only_rare_terms_find_passages(large: InvertedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    clauses: list[int] = []
    found = InvertedIndex._found

    def counted(self: InvertedIndex, some: list[inverted_index.Clause], *rest: object) -> Ranking:
        clauses.append(len(some))
        return found(self, some, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(InvertedIndex, "_found", counted)
    asked(large, "居民反映雨棚", 10)
    assert clauses == [len(terms("雨棚"))]  # the other terms are in all passages, the pair 映雨 in none


def test_the_passages_of_a_new_index_end_in_one_segment(tmp_path: Path) -> None:
    many = inverted_index.MOST_IN_SEGMENT + 1000
    writer = TermsWriter(tmp_path, passages=many)
    for key in range(many):
        writer.add(key, f"路 灯 {key % 9}", "")
    assert writer.commit() == many
    assert len([*tmp_path.glob("*.idx")]) == 1
    assert len(InvertedIndex(tmp_path, 0).matching([["8"]], many, [None])[0].keys) == many // 9


def test_equal_scores_at_the_end_of_a_ranking_are_ordered_by_key(tmp_path: Path) -> None:
    writer = TermsWriter(tmp_path)
    for key in range(500, 0, -1):
        writer.add(key, "路 灯 路灯", "")
    writer.commit()
    index = InvertedIndex(tmp_path, 0)
    for k in (1, 40, 499, 600):
        assert index.matching([["路灯"]], k, [None])[0].keys.tolist() == [*range(1, 501)][:k]
