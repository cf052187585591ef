"""A paragraph that says what a caption of its article says of the question comes before it; else the caption keeps its rank."""

from index.document import Citation, Passage
from index.text.tokens import terms
from search.ranking.captions import paragraphs_first
from search.retrieval.query import Candidate


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
