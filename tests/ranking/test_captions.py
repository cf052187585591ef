"""A paragraph that says what a caption of its article says of the question comes before it; else the caption keeps its rank."""

from dataclasses import replace

from index.document import Citation, Passage
from index.text.tokens import terms
from search.ranking.captions import paragraphs_first, says_nothing
from search.ranking.probability import Scale, scored
from search.retrieval.query import Candidate, QueryState, accepted


def candidate(key: int, text: str, kind: str = "paragraph", article: int = 1) -> Candidate:
    cited = Citation("a.txt", ((key, key),), None if kind == "caption" else key, None, None, (), None, "", f"{key:016x}", kind=kind)
    return Candidate(key, Passage(text, "", article, cited), 0.5, 1.0, 0.5)


CAPTION = candidate(1, "夜校开课（图片由街道提供）", "caption")
SAME = candidate(2, "今年夜校开课三百场，居民都来听。")
FEWER = candidate(3, "居民都来听夜校的课。")
ELSEWHERE = candidate(4, "夜校开课三百场。", article=2)
ASKED = terms("夜校开课")


def keys(scored: list[tuple[float, Candidate]], asked: list[str] = ASKED, threshold: float = 0.1) -> list[int]:
    return [one.key for _, one in paragraphs_first(scored, asked, threshold)]


def test_a_paragraph_that_holds_the_words_of_the_caption_comes_before_it() -> None:
    assert keys([(0.4, CAPTION), (0.3, ELSEWHERE), (0.2, FEWER), (0.15, SAME)]) == [2, 1, 4, 3]
    assert keys([(0.4, ELSEWHERE), (0.3, SAME), (0.2, CAPTION)]) == [4, 2, 1]


def test_a_caption_whose_words_no_paragraph_of_its_article_holds_keeps_its_rank() -> None:
    assert keys([(0.4, CAPTION), (0.3, ELSEWHERE), (0.2, FEWER)]) == [1, 4, 3]
    assert keys([(0.4, CAPTION), (0.3, SAME)], terms("夜校开课 图片由街道提供")) == [1, 2]


def test_a_paragraph_that_does_not_count_as_found_does_not_take_the_place_of_a_caption_that_does() -> None:
    assert keys([(0.4, CAPTION), (0.05, SAME)]) == [1, 2]
    assert keys([(0.08, CAPTION), (0.05, SAME)]) == [2, 1]


def test_two_captions_of_one_article_share_their_paragraph() -> None:
    other = candidate(5, "夜校开课了", "caption")
    assert keys([(0.4, CAPTION), (0.3, other), (0.2, SAME)]) == [2, 1, 5]


def test_a_paragraph_of_another_article_comes_before_a_caption_that_is_hardly_more_probable() -> None:
    assert keys([(0.4, CAPTION), (0.35, ELSEWHERE)]) == [4, 1]
    assert keys([(0.4, CAPTION), (0.25, ELSEWHERE)]) == [1, 4]


def heading(text: str, kind: str = "section") -> Passage:
    return candidate(9, text, kind).passage


def test_a_heading_says_nothing_without_a_word_of_the_question() -> None:
    assert says_nothing(terms("老楼加装电梯"), heading("共建美好家园"), align=0.2)
    assert says_nothing(terms("how were lifts added"), heading("共建美好家园"), align=0.2)
    assert not says_nothing(terms("老楼加装电梯"), heading("电梯进了老小区"), align=0.2)
    assert not says_nothing(terms("府办〔2023〕7号"), heading("府办〔2023〕7号", "number"), align=0.2)


def test_similar_words_are_enough_where_they_cover_most_of_the_question() -> None:
    assert not says_nothing(terms("电瓶车"), heading("电动自行车集中停放", "caption"), align=0.8)
    assert says_nothing(terms("电瓶车"), heading("夜校开课了", "caption"), align=0.1)


def test_a_question_of_single_characters_is_found_by_them() -> None:
    assert not says_nothing(terms("桥"), heading("新桥通车", "caption"), align=0.1)


def test_paragraphs_and_rows_are_judged_by_all_their_evidence() -> None:
    assert not says_nothing(terms("电梯"), heading("共建美好家园", "paragraph"), align=0.0)
    assert not says_nothing(terms("电梯"), heading("3 楼 | 12 户", "row"), align=0.0)


def test_such_a_heading_is_no_precedent_by_its_vector_and_stands_behind_paragraphs() -> None:
    scale = Scale("static")
    empty = replace(candidate(1, "共建美好家园", "section"), relative=5.0, align=0.4, unsaid=True)
    near = replace(candidate(2, "老楼加装电梯后，老人上楼不愁了。"), relative=4.5, align=0.5)
    assert scale.probability(empty) < scale.threshold < scale.probability(replace(empty, unsaid=False))
    state = replace(asked("老楼加装电梯"), ranked=[empty, near])
    (ranked,) = scored([state], scale, reorder=True)
    assert [one.key for one in ranked.ranked] == [2, 1]
    assert ranked.ranked[0].score == scale.probability(near)


def asked(question: str) -> QueryState:
    state = accepted(question)
    assert isinstance(state, QueryState)
    return state
