"""Many questions at once: the answers that each has alone, to the last bit; one order however an index was filled; the same text once."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.document import Article, Citation, Page, Passage
from index.encoders.open import open_encoder
from index.encoders.protocol import encode_queries
from index.engine.open import open_index
from index.engine.protocol import Index, Source, model_of
from index.errors import BadInput
from search.options import SearchOptions
from search.ranking.near_duplicates import alike, holds, signature
from search.searcher import Searcher
from tests.toy import ToyEncoder, ask_toy

QUESTIONS = [
    "电瓶车没地方充电，到处乱停堵住楼道，别的小区怎么解决的",
    "how do villages look after their official seal",
    "停车",
    "",
    "老旧小区加装电梯意见不统一怎么办" * 30,
    "天然气",
    "zxqv wjkp",
    "河道水质",
    "停车",
]
LONG = "小区在北门建了十二处集中充电点，居民都说充电方便了，没有人再把电线拉到楼道里，邻里之间的争吵也跟着没有了。"


@pytest.mark.parametrize("size", [2, 5, len(QUESTIONS)])
@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_a_question_has_the_same_answer_to_the_last_bit_alone_and_in_any_batch(precedents: Searcher, mode: str, size: int) -> None:
    batch = [
        result
        for at in range(0, len(QUESTIONS), size)
        for result in precedents.search_many(QUESTIONS[at : at + size], 20, mode=mode, min_score=0)
    ]
    for question, result in zip(QUESTIONS, batch, strict=True):
        if question:
            assert result == precedents.search(question, 20, mode=mode, min_score=0)
        else:
            assert isinstance(result, BadInput)


@pytest.mark.parametrize("name", ["static", "contextual"])
def test_questions_encoded_together_have_the_vectors_that_they_have_alone(name: str) -> None:
    encoder = open_encoder(name)
    together = encode_queries(encoder, QUESTIONS)
    assert all((encoder.encode_query(question) == vector).all() for question, vector in zip(QUESTIONS, together, strict=True))


def test_an_encoder_that_takes_one_question_at_a_time_serves_a_batch() -> None:
    toy = ToyEncoder()
    assert (encode_queries(toy, ["充电", "停车"]) == toy.encode_passages(["充电", "停车"])).all()
    assert encode_queries(toy, []).shape == (0, toy.dim)


@pytest.mark.parametrize(
    "options", [{"place": "上城区"}, {"place": "杭州市"}, {"source": "004*"}, {"place": "上城区", "source": "00[02]*"}]
)
def test_filters_limit_what_a_batch_ranks_and_not_what_it_shows(precedents: Searcher, options: dict[str, str]) -> None:
    every = list(precedents.index.every_passage())
    wanted = {
        passage.citation.id
        for _, passage in every
        if any(options.get("place", "") in place for place in (passage.citation.place or "", *passage.citation.places))
        and Path(passage.citation.source).match(options.get("source", "*"))
    }
    assert 0 < len(wanted) < len(every)
    for result in precedents.search_many(["停车", "居民议事"], len(every), min_score=0, mode="dense", **options):
        assert not isinstance(result, BadInput)
        assert {one.id for hit in result.hits for one in (hit.passage.citation, *hit.also)} == wanted


def filled(place: Path, sources: Sequence[tuple[str, str]]) -> Path:
    """Make an index of one passage for each source, in this order."""
    with open_index(place, create=model_of(ToyEncoder())) as index:
        for source, text in sources:
            _add(index, source, text)
    return place


def _add(index: Index, source: str, text: str) -> None:
    citation = Citation(source, ((1, 1),), 1, None, None, (), None, "", f"{sum(map(ord, source)):016x}")
    article = Article(source, 1, None, None, None, (), None, ())
    with index.writing() as writer:
        page, file = Page(source, "", "", "utf-8"), Source(source, Path(source), 0, 0, "")
        writer.add(page, file, [article], [Passage(text, "", 1, citation)], ToyEncoder().encode_passages([text]))


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_ties_stand_in_the_order_of_their_sources_in_whatever_order_these_were_read(tmp_path: Path, mode: str) -> None:
    sources = [(f"{name}.txt", f"充电点{name}建成") for name in "abcdefgh"]
    other = random.Random(1).sample(sources, len(sources))
    orders = []
    for number, some in enumerate((sources, other)):
        with open_index(filled(tmp_path / str(number), some)) as index:
            hits = ask_toy(index, "充电", SearchOptions(mode=mode, min_score=0)).hits
            orders.append([hit.passage.citation.source for hit in hits])
    assert orders[0] == orders[1] == [source for source, _ in sources]


def test_the_same_text_is_shown_once_with_all_its_places(tmp_path: Path) -> None:
    texts = {
        "a": LONG,
        "b": LONG.replace("争吵", "争呛"),
        "c": LONG.replace("十二", "十三"),
        "d": "充电的另一篇。",
        "e": LONG + "街道还要再建。",
    }
    with open_index(filled(tmp_path / "ix", [(f"{name}.txt", text) for name, text in texts.items()])) as index:
        result = ask_toy(index, "集中充电点 争吵", SearchOptions(min_score=0))
        two = ask_toy(index, "集中充电点 争吵", SearchOptions(2, min_score=0))
    shown = [[one.source[0] for one in (hit.passage.citation, *hit.also)] for hit in result.hits]
    assert sorted(name for names in shown for name in names) == ["a", "b", "c", "d", "e"]
    assert ["c"] in shown
    assert any({"a", "b"} <= set(names) for names in shown)
    assert len(two.hits) == 2


@pytest.mark.parametrize(
    "other",
    [
        LONG.replace("十二处", "十三处"),
        LONG.replace("没有人再", "人人都"),
        LONG.replace("北门", "南门"),
        LONG.replace("十二", "一十二"),
        "不" + LONG,
        LONG.replace("居民都说", "张三都说"),
    ],
)
def test_what_differs_in_a_number_a_name_a_direction_or_a_not_is_another_statement(other: str) -> None:
    assert not holds(signature(LONG), signature(other))
    assert not holds(signature(other), signature(LONG))


def test_a_shorter_copy_is_held_by_the_longer_one_and_not_the_other_way_round() -> None:
    longer = LONG + "这个办法后来推广到了全街道，"
    assert holds(signature(longer), signature(LONG))
    assert not holds(signature(LONG), signature(longer + "每个社区都照着做，效果一样好。" * 2))


def test_no_two_paragraphs_of_the_seeds_are_taken_for_one(precedents: Searcher) -> None:
    texts = {passage.text: signature(passage.text) for _, passage in precedents.index.every_passage()}
    assert not [
        (a, b) for a, one in texts.items() for b, other in texts.items() if a != b and one.plain != other.plain and holds(one, other)
    ]


def misread(text: str, share: float, draw: random.Random) -> str:
    """Return *text* as an OCR that errs in this *share* of characters might give it: another rare character, or none."""
    return "".join(draw.choice("昔晋普瞢嘈槽糟遭㐀") if draw.random() < share else character for character in text)


def test_copies_with_one_misread_character_in_a_hundred_are_mostly_known_again(precedents: Searcher) -> None:
    draw = random.Random(7)
    texts = [passage.text for _, passage in precedents.index.every_passage() if len(passage.text) >= 60]
    known = [holds(signature(text), signature(misread(text, 0.01, draw))) for text in texts]
    assert sum(known) > 0.6 * len(known)


def test_texts_that_hold_each_other_have_words_in_common_by_which_they_are_compared(precedents: Searcher) -> None:
    """Both readings bad: five wrong characters in a hundred each."""
    draw = random.Random(11)
    texts = [passage.text for _, passage in precedents.index.every_passage()] * 4
    pairs = [(misread(text, 0.05, draw), misread(text, 0.05, draw)) for text in texts]
    held = [pair for pair in pairs if holds(*map(signature, pair))]
    lexicon = precedents.lexicon
    assert len(held) > 10
    assert all(alike([known.in_text for known in lexicon.vocabularies(pair, ["", ""])])[0, 1] for pair in held)
